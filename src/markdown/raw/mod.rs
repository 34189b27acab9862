//! HTML that a person wrote in Markdown. A short list of elements stays, with the attributes that say something and
//! none that style, run or name; of everything else only the text stays. Scripts and style sheets go, text and all.

mod elements;
mod references;
mod tag;

use std::collections::HashSet;

use super::writer::Writer;
pub use elements::link_attributes;
pub use references::{decoded, escape_text};
use tag::Tag;

/// A tag that does not end is looked at to the end of the text; not more often than this.
const MAX_BROKEN: usize = 16;

/// Writes a piece of HTML: a whole block, or one inline tag. `ids` hands out ids (none when the text may have none).
pub fn write(html: &str, writer: &mut Writer, mut id: impl FnMut(&str) -> Option<String>) {
    let mut missing: HashSet<&str> = HashSet::new();
    let mut broken = 0;
    let mut at = 0;
    // Text runs on while a `<` opens nothing.
    let mut text_from = 0;
    while let Some(found) = html[at..].find('<') {
        let from = at + found;
        let rest = &html[from..];
        let length = if let Some((start, end)) = enclosed(rest) {
            // What is not closed is not a comment but text: no article may lose the rest of its words to one.
            let closed = if missing.contains(end) { None } else { rest[start..].find(end) };
            if closed.is_none() {
                missing.insert(end);
            }
            closed.map(|length| start + length + end.len())
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && broken < MAX_BROKEN {
            let tag = Tag::read(rest);
            broken += usize::from(tag.is_none());
            tag.map(|tag| {
                writer.raw_text(&html[text_from..from]);
                text_from = from;
                let skipped = unread(&rest[tag.length..], &tag, &mut missing);
                let length = tag.length + skipped;
                if skipped == 0 {
                    tag.write(writer, &mut id);
                }
                length
            })
        } else {
            None
        };
        match length {
            Some(length) => {
                writer.raw_text(&html[text_from..from]);
                at = from + length;
                text_from = at;
            }
            None => at = from + 1,
        }
    }
    writer.raw_text(&html[text_from..]);
}

/// What hides everything up to an end: the length of its start, and the end.
fn enclosed(rest: &str) -> Option<(usize, &'static str)> {
    [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")].into_iter().find(|(start, _)| rest.starts_with(start)).map(
        // `<!-->` is a whole comment.
        |(start, end)| (if start == "<!--" { 2 } else { start.len() }, end),
    )
}

/// How much after a `<script>` or `<style>` is not text, up to and with its closing tag; 0 when it is not closed.
fn unread(after: &str, tag: &Tag, missing: &mut HashSet<&str>) -> usize {
    let end = match tag.name.as_str() {
        "script" if !tag.closing => "</script",
        "style" if !tag.closing => "</style",
        _ => return 0,
    };
    if missing.contains(end) {
        return 0;
    }
    let found = after.as_bytes().windows(end.len()).position(|window| window.eq_ignore_ascii_case(end.as_bytes()));
    let length = found.and_then(|at| Some(at + after[at..].find('>')? + 1));
    if length.is_none() {
        missing.insert(end);
    }
    length.unwrap_or(0)
}
