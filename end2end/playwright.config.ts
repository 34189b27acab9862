// Browser tests against the site that STOA_URL names; `scripts/with-site.sh npx playwright test --config end2end` starts one.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

const baseURL = process.env.STOA_URL;
if (!baseURL) throw new Error("STOA_URL is not set: run scripts/with-site.sh npx playwright test --config end2end");

// Asked once; the workers inherit the answer.
const setup = fileURLToPath(new URL("../scripts/setup.sh", import.meta.url));
process.env.STOA_CHROMIUM ??= execFileSync(setup, ["chromium-path"], { encoding: "utf8" }).trim();

const desktop = { width: 1280, height: 800 };

export default defineConfig({
  testDir: ".",
  // They switch payment providers on: a run of their own.
  testIgnore: "money/**",
  outputDir: "../target/playwright",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // Generous, because a machine that builds meanwhile is slow; nothing waits longer than it has to.
  timeout: 180_000,
  // What passes the second time only is printed as flaky, and is to be mended.
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 15_000, toMatchAriaSnapshot: { pathTemplate: "{testDir}/aria/{arg}{ext}" } },
  reporter: process.env.CI ? "list" : "line",
  use: {
    baseURL,
    locale: "en-US",
    timezoneId: "Asia/Shanghai",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.STOA_CHROMIUM,
      // The browser runs as whoever runs the tests, in CI as root, and has nobody to talk to but the site.
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "desktop-js", use: { viewport: desktop } },
    { name: "desktop-nojs", use: { viewport: desktop, javaScriptEnabled: false } },
    { name: "phone-js", use: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } },
  ],
});
