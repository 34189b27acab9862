//! One tag: read from a person's HTML, and written where it may stand.

use super::super::address;
use super::super::writer::Writer;
use super::elements::{AS_DIV, ELEMENTS, link_attributes, says_something};
use super::references::decoded;

pub(super) struct Tag {
    pub(super) name: String,
    pub(super) closing: bool,
    attributes: Vec<(String, String)>,
    pub(super) length: usize,
}

impl Tag {
    /// The tag at the start of this text; `None` when it is not one or does not end.
    pub(super) fn read(text: &str) -> Option<Tag> {
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

    pub(super) fn write(&self, writer: &mut Writer, id: &mut impl FnMut(&str) -> Option<String>) {
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
