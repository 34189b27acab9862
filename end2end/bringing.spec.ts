import { writeFile } from "node:fs/promises";
import { expect, test, unique } from "./site";

test("members are brought along after a look at what the file says", async ({ page, owner, asOwner }) => {
  const { name } = await owner.sells("18");
  const who = unique("reader");
  await asOwner();
  await page.goto("/admin/members");
  await page.getByRole("navigation", { name: "Members" }).getByRole("link", { name: "Bring along" }).click();
  const lines = [
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers",
    `1,${who}@example.org,${who},,true,true,,2024-03-01T09:30:00.000Z,,fair,${name}`,
    "2,nobody,Nobody,,true,,,,,,",
  ];
  const path = test.info().outputPath("members.csv");
  await writeFile(path, lines.join("\r\n"));
  await page.getByLabel("Members file").setInputFiles(path);
  await page.getByRole("button", { name: "Read the file" }).click();
  await expect(page.getByRole("status").first()).toContainText("nobody is in yet");
  await expect(page.getByRole("row").filter({ hasText: "The e-mail address is none" })).toContainText("Broken");
  await expect(page.getByLabel(`Tier here for “${name}”`)).toHaveValue(/\d+/);
  await expect(page.getByLabel("Send the letter with a link")).not.toBeChecked();
  await page.getByLabel("Without a day: until (optional)").fill("2020-01-01");
  await page.getByRole("button", { name: "Bring them in" }).click();
  await expect(page.getByText("Please give today or a later day.")).toBeVisible();
  await page.getByLabel("Without a day: until (optional)").fill("2099-12-31");
  await page.getByRole("button", { name: "Bring them in" }).click();
  await expect(page.getByRole("status").first()).toContainText("The members are in");
  await expect(page.locator(".facts")).toContainText("Tiers given1");
  await page.goto(`/admin/members?search=${who}`);
  await expect(page.getByRole("row", { name: new RegExp(who) })).toContainText(`${who}@example.org`);
});
