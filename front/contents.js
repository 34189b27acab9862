// Marks in the contents list the heading under which one reads: the last one above a line near the top of the window.
const links = [...document.querySelectorAll(".post-contents a")];
const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
const LINE = 0.3;
let current;

function mark() {
  const line = innerHeight * LINE;
  const link = links[headings.findLastIndex((heading) => heading?.getBoundingClientRect().top <= line)];
  if (link === current) return;
  current?.removeAttribute("aria-current");
  current = link;
  if (!link) return;
  link.setAttribute("aria-current", "location");
  const list = link.closest("nav");
  list.scrollTop = link.offsetTop - list.clientHeight / 2;
}

const crossing = new IntersectionObserver(mark, { rootMargin: `0px 0px ${(LINE - 1) * 100}% 0px` });
for (const heading of headings) if (heading) crossing.observe(heading);
