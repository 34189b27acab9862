//! Character references in HTML that a person wrote: `&amp;`, `&#39;`.

use super::super::writer::escape;

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
