// The lives of what is bought, each walked at its provider's simulator:
// `scripts/with-site.sh npx playwright test --config end2end/money`.
//
// A simulator remembers what becomes of its next notifications, so the tests of one provider stand in one file and run one
// after another, in one project at a time; those of two providers run side by side.
import { defineConfig, devices } from "@playwright/test";
import site from "../playwright.config";

const [desktop, still, phone] = site.projects!;

export default defineConfig({
  ...site,
  testIgnore: [],
  outputDir: "../../target/playwright",
  fullyParallel: false,
  projects: [
    desktop!,
    { ...still!, dependencies: ["desktop-js"] },
    // What a browser says of itself decides how WeChat and Alipay are reached.
    { ...phone!, use: { ...phone!.use, userAgent: devices["Pixel 7"].userAgent }, grep: /@phone/, dependencies: ["desktop-nojs"] },
  ],
});
