//! Which elements and attributes of a person's own HTML stay.

use super::super::address::Address;

/// What may stay; `writer` decides where.
pub(super) const ELEMENTS: [&str; 68] = [
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
pub(super) const AS_DIV: [&str; 8] = ["article", "aside", "center", "footer", "header", "main", "nav", "section"];

/// Attributes that say something, with values that can be meant.
pub(super) fn says_something(element: &str, attribute: &str, value: &str) -> bool {
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
pub fn link_attributes(link: &Address) -> Vec<(&str, &str)> {
    match link {
        Address::Inside(address) => vec![("href", address)],
        Address::Outside(address) => vec![("href", address), ("rel", "nofollow ugc noopener")],
    }
}
