//! What people type: cleaned of characters that deceive the eye, measured in characters, checked for length.

use super::locale::Words;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_cannot_be_seen() {
        assert_eq!(line("  a\u{202e}li\u{200b}ce\t\n b\0 "), "alice b");
        assert_eq!(line("مرحبا"), "مرحبا");
        assert_eq!(required_line(" \u{200b} ", 10).unwrap_err().en, "Please fill this in.");
        assert!(required_line("12345678901", 10).is_err());
        assert_eq!(required_line("一二三四五六七八九十", 10).unwrap(), "一二三四五六七八九十");
    }
}
