// Letters as the site of the tests writes them: it has no mail server, so each is a file in its data folder.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "./site";

export interface Opened {
  subject: string;
  text: string;
}

const unquoted = (body: string) =>
  Buffer.from(body.replaceAll("=\r\n", "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), "latin1").toString("utf8");

function decoded(part: string): string {
  const [headers = "", ...rest] = part.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/base64/i.test(headers)) return Buffer.from(body, "base64").toString("utf8");
  return /quoted-printable/i.test(headers) ? unquoted(body) : body;
}

function open(file: string): Opened {
  const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(file)?.[1] ?? "";
  // Not at the line before a signature, which begins with the same two signs.
  const plain = file.split(/\r\n--(?=\S{8})/).find((part) => /content-type: text\/plain/i.test(part)) ?? "";
  return { subject, text: decoded(plain.trimStart()) };
}

/** Whom a letter goes to; others may be named in it. */
const to = (file: string) => /^To: (.*(?:\r\n[ \t].*)*)/m.exec(file)?.[1] ?? "";

/** The newest letter of a kind to an address; waits until it is written. */
export async function letterTo(address: string, kind: string): Promise<Opened> {
  const folder = process.env.STOA_DATA_DIR;
  if (!folder) throw new Error("STOA_DATA_DIR is not set");
  let found: string | undefined;
  await expect(async () => {
    const names = (await readdir(join(folder, "outbox"))).filter((name) => name.includes(`-${kind}-`) && !name.startsWith(".")).sort();
    const files = await Promise.all(names.map((name) => readFile(join(folder, "outbox", name), "utf8")));
    found = files.filter((file) => to(file).includes(address)).at(-1);
    expect(found, `a letter of the kind ${kind} to ${address}`).toBeDefined();
  }).toPass({ timeout: 20_000 });
  return open(found!);
}

/** The path of the link in a letter that begins so. */
export function linkIn(letter: Opened, path: string): string {
  const found = letter.text.match(new RegExp(`https?://[^\\s]*?(${path.replaceAll("/", "\\/")}[^\\s]*)`))?.[1];
  if (!found) throw new Error(`no link to ${path} in ${letter.text}`);
  return found;
}
