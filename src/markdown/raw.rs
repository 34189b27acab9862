//! HTML that a person wrote in Markdown. A short list of elements stays, with the attributes that say something and
//! none that style, run or name; of everything else only the text stays. Scripts and style sheets go, text and all.

use std::collections::HashSet;

use super::address;
use super::writer::{Writer, escape};

/// What may stay; `writer` decides where.
const ELEMENTS: [&str; 68] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
    "article",
    "aside",
    "center",
    "footer",
    "header",
    "main",
    "nav",
    "section",
];
/// Of those, the ones that only hold blocks together: they are read as `div`.
const AS_DIV: [&str; 8] = ["article", "aside", "center", "footer", "header", "main", "nav", "section"];
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

struct Tag {
    name: String,
    closing: bool,
    attributes: Vec<(String, String)>,
    length: usize,
}

impl Tag {
    /// The tag at the start of this text; `None` when it is not one or does not end.
    fn read(text: &str) -> Option<Tag> {
        let closing = text[1..].starts_with('/');
        let mut at = 1 + usize::from(closing);
        let name = word(text, &mut at).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            at += text[at..].len() - text[at..].trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/').len();
            if text[at..].chars().next()? == '>' {
                break;
            }
            // A name may begin with anything, even `=`.
            let from = at;
            at += text[at..].chars().next()?.len_utf8();
            word(text, &mut at);
            let name = text[from..at].to_ascii_lowercase();
            let tail = text[at..].trim_ascii_start();
            let mut value = "";
            if let Some(after) = tail.strip_prefix('=') {
                let after = after.trim_ascii_start();
                let start = text.len() - after.len();
                let quote = after.chars().next()?;
                if matches!(quote, '"' | '\'') {
                    value = &after[1..1 + after[1..].find(quote)?];
                    at = start + value.len() + 2;
                } else {
                    value = &after[..after.find(|c: char| c.is_ascii_whitespace() || c == '>')?];
                    at = start + value.len();
                }
            }
            if attributes.len() < 32 {
                attributes.push((name, decoded(value)));
            }
        }
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(Tag { name, closing, attributes, length: at + 1 })
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn write(&self, writer: &mut Writer, id: &mut impl FnMut(&str) -> Option<String>) {
        let Some(name) = ELEMENTS.into_iter().find(|known| *known == self.name) else {
            return;
        };
        let name = match name {
            _ if AS_DIV.contains(&name) => "div",
            // The page's title is its only `h1`.
            "h1" => "h2",
            name => name,
        };
        if self.closing {
            return writer.close_raw(name);
        }
        let id = self.attribute("id").or(self.attribute("name")).and_then(id);
        let mut kept: Vec<(&str, &str)> = id.iter().map(|id| ("id", id.as_str())).collect();
        let link = self.attribute("href").and_then(address::link);
        let source = self.attribute("src").and_then(address::image);
        match (name, &link, &source) {
            ("a", Some(link), _) => kept.extend(link_attributes(link)),
            // A named place, or a link that must not be followed: nothing to open.
            ("a", None, _) => {
                if !kept.is_empty() {
                    writer.start_raw("a", &kept);
                    writer.close_raw("a");
                }
                return;
            }
            ("img", _, Some(source)) => kept.extend([("src", source.as_str()), ("loading", "lazy"), ("decoding", "async")]),
            ("img", _, None) => return writer.text(self.attribute("alt").unwrap_or_default()),
            ("pre", _, _) => kept.push(("tabindex", "0")),
            _ => {}
        }
        if name == "img" && self.attribute("alt").is_none() {
            kept.push(("alt", ""));
        }
        for (attribute, value) in &self.attributes {
            if says_something(name, attribute, value) && kept.iter().all(|(known, _)| known != attribute) {
                kept.push((attribute, value));
            }
        }
        match name {
            "br" | "hr" | "img" | "wbr" => writer.void(name, &kept),
            _ => writer.start_raw(name, &kept),
        }
    }
}

/// Reads a tag's or an attribute's name.
fn word<'a>(text: &'a str, at: &mut usize) -> &'a str {
    let rest = &text[*at..];
    let length = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=')).unwrap_or(rest.len());
    *at += length;
    &rest[..length]
}

fn says_something(element: &str, attribute: &str, value: &str) -> bool {
    let number = !value.is_empty() && value.len() <= 6 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match (element, attribute) {
        ("img", "alt") | (_, "title") => true,
        ("img", "width" | "height") | ("th" | "td", "colspan" | "rowspan") | ("progress", "value" | "max") | ("ol", "start") => number,
        (_, "lang") => value.len() <= 35 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto"),
        ("details", "open") | ("ol", "reversed") => true,
        ("time", "datetime") => true,
        ("th", "scope") => matches!(value, "row" | "col"),
        _ => false,
    }
}

/// What every link carries: its address, and for a foreign one that we do not vouch for it.
pub fn link_attributes(link: &address::Address) -> Vec<(&str, &str)> {
    match link {
        address::Address::Inside(address) => vec![("href", address)],
        address::Address::Outside(address) => vec![("href", address), ("rel", "nofollow ugc noopener")],
    }
}

/// The length of the character reference at the start of this text (`&amp;`, `&#39;`), if there is one.
fn reference(text: &str) -> Option<usize> {
    let end = text.bytes().take(34).position(|b| b == b';')?;
    let name = text[1..end].strip_prefix('#').unwrap_or(&text[1..end]);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(end + 1)
}

/// Text with the common character references read. The others stay as they are, and so mean themselves: safe, because
/// whatever is checked in this form is also written in this form.
pub fn decoded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = reference(rest).unwrap_or(1);
        let name = rest[1..length].trim_end_matches(';');
        let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        });
        let known = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            "mdash" => Some('—'),
            "ndash" => Some('–'),
            "hellip" => Some('…'),
            "ldquo" => Some('“'),
            "rdquo" => Some('”'),
            "lsquo" => Some('‘'),
            "rsquo" => Some('’'),
            _ => number.map(|code| char::from_u32(code).unwrap_or('\u{fffd}')),
        };
        match known {
            Some(c) => plain.push(c),
            None => plain.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

/// Text of HTML as HTML: angle brackets are escaped, character references stay.
pub fn escape_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        escape(&rest[..at], out);
        rest = &rest[at..];
        let length = reference(rest);
        match length {
            Some(length) => out.push_str(&rest[..length]),
            None => out.push_str("&amp;"),
        }
        rest = &rest[length.unwrap_or(1)..];
    }
    escape(rest, out);
}
