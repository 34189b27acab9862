// What the tests share: people who come to the site, and things the owner puts there. Every test brings its own member and
// its own articles, so none depends on another or on their order.
import { randomUUID } from "node:crypto";
import { type APIRequestContext, type APIResponse, type Browser, expect, type Page, test as base } from "@playwright/test";

export { expect } from "@playwright/test";

const PASSWORD = "a password of my own";

export interface Member {
  handle: string;
  email: string;
  password: string;
}

/** A name that nothing else has. */
export const unique = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

/** A form sent without a page, as a browser would send it; the answer must be a redirect to where it leads, or the page. */
async function send(request: APIRequestContext, path: string, form: Record<string, string>): Promise<APIResponse> {
  const answer = await request.post(path, { form });
  expect(answer.status(), `${path}: ${answer.url()}`).toBeLessThan(400);
  return answer;
}

/** Makes the page's browser that of a new member. */
export async function join(page: Page): Promise<Member> {
  const handle = unique("reader");
  const member = { handle, email: `${handle}@example.org`, password: PASSWORD };
  await send(page.request, "/join", { email: member.email, handle, name: handle, password: PASSWORD });
  return member;
}

export interface Article {
  title?: string;
  source?: string;
  tags?: string;
  access?: "public" | "members" | "paid";
  price?: string;
  least?: string;
  tier?: string;
}

/** The owner, who writes, sells, and runs the place. */
export class Owner {
  constructor(readonly request: APIRequestContext) {}

  /** Publishes an article and answers its path. */
  async publishes(article: Article = {}): Promise<string> {
    const slug = unique("article");
    const { title = slug, source = "Some words.", tags = "", access = "public", price = "", least = "", tier = "" } = article;
    const answer = await send(this.request, "/write/new", { do: "publish", slug, title, source, tags, access, price, least, tier });
    expect(new URL(answer.url()).pathname).toBe(`/p/${slug}`);
    return `/p/${slug}`;
  }

  /** Puts a tier on sale and answers its name and number. */
  async sells(monthly: string): Promise<{ name: string; id: string }> {
    const name = unique("Tier");
    const answer = await send(this.request, "/admin/tiers", { name, description: "Every article.", monthly, yearly: "" });
    const id = new RegExp(`href="/admin/tiers/(\\d+)">${name}<`).exec(await answer.text())?.[1];
    expect(id, `the tier ${name} in the list`).toBeDefined();
    return { name, id: id! };
  }

  /** Opens a space and answers its path. */
  async opens(access: "public" | "members" | "tier" = "public", tier = ""): Promise<string> {
    const slug = unique("space");
    await send(this.request, "/admin/spaces", { name: slug, slug, description: "A place to talk.", access, tier, position: "50" });
    return `/c/${slug}`;
  }

  /** Starts a topic and answers its path. */
  async startsTopic(space: string): Promise<string> {
    const answer = await send(this.request, `${space}/new`, { title: unique("Topic"), source: "A question.", action: "send" });
    return new URL(answer.url()).pathname;
  }
}

/** Every test comes from an address of its own, as people do; else the site would slow all of them down as one. */
const somewhere = () => `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;

async function signInAsOwner(browser: Browser) {
  const { STOA_URL: baseURL, STOA_OWNER_EMAIL: email, STOA_OWNER_PASSWORD: password } = process.env;
  if (!email || !password) throw new Error("STOA_OWNER_EMAIL and STOA_OWNER_PASSWORD are not set");
  const context = await browser.newContext({ baseURL, extraHTTPHeaders: { "x-forwarded-for": somewhere() } });
  await send(context.request, "/sign-in", { email, password });
  const state = await context.storageState();
  expect(state.cookies.map((cookie) => cookie.name), "the owner is signed in").not.toEqual([]);
  return { context, state };
}

interface Here {
  owner: Owner;
  /** Opens the page's browser to the owner. */
  asOwner: () => Promise<void>;
  /** Nothing that a browser complains about: errors of scripts, of loading, of the content policy. */
  complaints: string[];
}

export const test = base.extend<Here, { ownersDoor: Awaited<ReturnType<typeof signInAsOwner>> }>({
  ownersDoor: [
    async ({ browser }, use) => {
      const door = await signInAsOwner(browser);
      await use(door);
      await door.context.close();
    },
    { scope: "worker" },
  ],
  extraHTTPHeaders: async ({}, use) => use({ "x-forwarded-for": somewhere() }),
  owner: async ({ ownersDoor }, use) => use(new Owner(ownersDoor.context.request)),
  asOwner: async ({ ownersDoor, context }, use) => use(() => context.addCookies(ownersDoor.state.cookies)),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      // A status other than 200 is for a test to expect, and that no script runs in the frame of a letter is what the frame is
      // for; what else a browser says aloud is a mistake of ours.
      const expected = /Failed to load resource: the server responded with a status of 4\d\d|Blocked script execution in .*\/admin\/(mail|members\/letters)\//;
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()) && !expected.test(message.text())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      await use(complaints);
      expect(complaints, "what the browser complained about").toEqual([]);
    },
    { auto: true },
  ],
});

/** Whether the project of this test runs scripts. */
export const scripted = () => test.info().project.use.javaScriptEnabled !== false;
