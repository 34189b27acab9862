//! What people type: cleaned of characters that deceive the eye, measured in characters, checked for length.

use super::locale::{Locale, Words};
use crate::words;

/// True for characters that are not seen but change what is seen: controls, zero-width marks, direction overrides.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{00ad}' | '\u{061c}' | '\u{180e}')
}

/// One line of text, such as a name or a title: invisible characters removed, white space folded, ends trimmed.
pub fn line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !deceives(*c)).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A line that must not be empty and has at most `max` characters.
pub fn required_line(text: &str, max: usize) -> Result<String, Words> {
    let text = line(text);
    match text.chars().count() {
        0 => Err(words!("请填写这一项。", "Please fill this in.")),
        n if n > max => Err(words!("最多 {max} 个字，现在有 {n} 个。", "At most {max} characters; this has {n}.")),
        _ => Ok(text),
    }
}

/// A line that may be empty.
pub fn optional_line(text: &str, max: usize) -> Result<Option<String>, Words> {
    if line(text).is_empty() { Ok(None) } else { required_line(text, max).map(Some) }
}

/// A longer text of at most `max` bytes, line ends as `\n`.
pub fn body(text: &str, max: usize) -> Result<String, Words> {
    let text = text.replace("\r\n", "\n").replace('\0', "\u{fffd}");
    if text.len() > max {
        let kib = max / 1024;
        return Err(words!("正文太长，最多 {kib} KiB。", "The text is too long; at most {kib} KiB."));
    }
    Ok(text)
}

/// The language of a text, of the two we speak: Chinese when a fair share of it is Han characters, English when it is
/// plain Latin letters, `None` when it is neither. A Han character weighs as much as a word.
pub fn language(text: &str) -> Option<Locale> {
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let latin = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).count();
    let foreign = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count() - han;
    match (han, latin) {
        (0, 0) => None,
        _ if han * 4 >= latin => Some(Locale::Zh),
        _ if foreign * 10 <= latin => Some(Locale::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_language_that_most_of_it_is_in() {
        assert_eq!(language("用 Rust 写一个小服务，先从 axum 的 Router 开始。"), Some(Locale::Zh));
        assert_eq!(language("Ownership in one evening, with a nod to 学廊 at the end of a long English sentence."), Some(Locale::En));
        assert_eq!(language("Öffentliche Bücher über größere Gärten"), None);
        assert_eq!(language("123 …"), None);
    }

    #[test]
    fn names_lose_what_cannot_be_seen() {
        assert_eq!(line("  a\u{202e}li\u{200b}ce\t\n b\0 "), "alice b");
        assert_eq!(line("مرحبا"), "مرحبا");
        assert_eq!(required_line(" \u{200b} ", 10).unwrap_err().en, "Please fill this in.");
        assert!(required_line("12345678901", 10).is_err());
        assert_eq!(required_line("一二三四五六七八九十", 10).unwrap(), "一二三四五六七八九十");
    }
}
