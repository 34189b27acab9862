// What is kept in the browser for reading without a network, in words that the page's script and the worker share.

/** The page for when there is no network, in each language, and the files it needs. */
export const SHELL = "stoa-shell";
/** Files whose names carry a hash: styles and scripts. */
export const FILES = "stoa-files";
/** Articles: one cache for one member, `stoa-articles-12`. */
export const ARTICLES = "stoa-articles-";

/** The caches with articles, of all members. */
export const articleCaches = async () => (await caches.keys()).filter((name) => name.startsWith(ARTICLES));

/** Deletes the articles of everybody but this member; of everybody when there is none. */
export async function forget(exceptFor) {
  const names = (await articleCaches()).filter((name) => exceptFor === undefined || name !== ARTICLES + exceptFor);
  await Promise.all(names.map((name) => caches.delete(name)));
}
