import { letterTo, linkIn } from "./letters";
import { expect, join, test } from "./site";

test("a new member shows by a letter that the address is theirs", async ({ page }) => {
  const { email } = await join(page);
  await page.goto("/account");
  await page.getByRole("link", { name: "Not confirmed" }).click();
  await expect(page.getByText(`We sent a letter to ${email}`)).toBeVisible();
  const letter = await letterTo(email, "verify");
  expect(letter.subject).toBe("Confirm your e-mail address");
  await page.goto(linkIn(letter, "/verify"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("status").first()).toContainText("Your address is confirmed.");
  await expect(page.locator(".account-address")).toContainText("Confirmed");
});

test("another address is confirmed with six digits", async ({ page }) => {
  const { handle, email, password } = await join(page);
  const next = `${handle}-new@example.org`;
  await page.goto("/account/mail");
  await page.getByLabel("New e-mail").fill(next);
  await page.getByLabel("Your password").fill("not the password");
  await page.getByRole("button", { name: "Change it" }).click();
  await expect(page.getByLabel("Your password")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("New e-mail")).toHaveValue(next);
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Change it" }).click();
  const code = /^\s*(\d{6})\s*$/m.exec((await letterTo(next, "verify")).text)?.[1] ?? "";
  await page.getByLabel("Six digits").fill("000000");
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByLabel("Six digits")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Six digits").fill(code);
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.locator(".account-address")).toContainText(next);
  expect(await page.content()).not.toContain(email);
});

test("a forgotten password is set anew by a letter", async ({ page, browser, baseURL }) => {
  const { email } = await join(page);
  const elsewhere = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const stranger = await elsewhere.newPage();
  await stranger.goto("/sign-in");
  await stranger.getByRole("link", { name: "Forgot your password?" }).click();
  await stranger.getByLabel("E-mail").fill(email);
  await stranger.getByRole("button", { name: "Send the letter" }).click();
  await expect(stranger.getByRole("status")).toContainText("a letter arrives within minutes");
  await stranger.goto(linkIn(await letterTo(email, "reset"), "/reset"));
  await stranger.getByLabel("New password").fill("another long password");
  await stranger.getByRole("button", { name: "Save the password" }).click();
  await expect(stranger.getByRole("heading", { name: "Password and devices" })).toBeVisible();
  expect((await page.request.get("/account")).status(), "the other browser is signed out").toBe(401);
  await elsewhere.close();
});

test("a member does without some letters", async ({ page }) => {
  const { email } = await join(page);
  await page.goto("/account/mail");
  const welcome = page.getByLabel("A welcome on joining");
  await expect(welcome).toBeChecked();
  await page.goto(linkIn(await letterTo(email, "welcome"), "/unsubscribe"));
  await page.getByRole("button", { name: "Get no more" }).click();
  await expect(page.getByRole("status")).toContainText("You get no more of these letters");
  await page.goto("/account/mail");
  await expect(welcome).not.toBeChecked();
  await welcome.check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status").first()).toContainText("Saved.");
  await expect(welcome).toBeChecked();
});

test("an admin looks at a letter in both languages and has it sent", async ({ page, asOwner }) => {
  await asOwner();
  await page.goto("/admin/mail/kinds");
  await page.getByRole("link", { name: "Receipt", exact: true }).click();
  const frame = page.frameLocator("iframe.letter-frame");
  await expect(frame.getByText("Thank you. Your payment has arrived")).toBeVisible();
  await page.getByRole("navigation", { name: "Language" }).getByRole("link", { name: "简体中文" }).click();
  await expect(frame.getByText("谢谢，我们已收到你的付款")).toBeVisible();
  await page.getByRole("button", { name: "Send it to me" }).click();
  await expect(page.getByRole("status").first()).toContainText("The sample is on its way.");
  const letter = await letterTo(process.env.STOA_OWNER_EMAIL!, "receipt");
  expect(letter.text).toContain("收据编号");
  await page.goto("/admin/mail?kind=receipt&state=sent");
  await expect(page.getByRole("table")).toContainText(process.env.STOA_OWNER_EMAIL!);
});
