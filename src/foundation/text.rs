//! What people type: cleaned of characters that deceive the eye, measured in characters, checked for length.

use super::locale::{Locale, Words};
use crate::words;

/// True for characters that are not seen but change what is seen: controls, zero-width marks, direction overrides.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{00ad}' | '\u{061c}' | '\u{180e}')
}

/// As a Chinese keyboard writes them, letters, digits and signs may be wide: `９％` is `9%`.
pub fn narrow(typed: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    typed.chars().map(narrow).collect()
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

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Chinese with a space wherever a Han character touches an ASCII letter or digit, for those who read it where nothing else
/// puts one there. A date stays together: `于 2026年4月1日`.
pub fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut before, mut last) = (' ', ' ');
    for c in text.chars() {
        let touches = is_han(last) && c.is_ascii_alphanumeric() || last.is_ascii_alphanumeric() && is_han(c);
        let unit = |c: char| matches!(c, '年' | '月' | '日');
        let in_date = last.is_ascii_digit() && unit(c) || before.is_ascii_digit() && unit(last) && c.is_ascii_digit();
        if touches && !in_date {
            out.push(' ');
        }
        out.push(c);
        (before, last) = (last, c);
    }
    out
}

/// A sentence of ours as it is set, whatever was put into it: in Chinese, Latin names stand apart.
pub fn set(sentence: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => spaced(sentence),
        Locale::En => sentence.to_owned(),
    }
}

/// The language of a text, of the two we speak: Chinese when a fair share of it is Han characters, English when it is
/// plain Latin letters, `None` when it is neither. A Han character weighs as much as a word.
pub fn language(text: &str) -> Option<Locale> {
    let han = text.chars().filter(|c| is_han(*c)).count();
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
    fn latin_names_and_numbers_stand_apart_from_the_chinese_around_them() {
        for (typed, read) in [
            ("欢迎加入Stoa", "欢迎加入 Stoa"),
            ("xiaozhao在Stoa给你买了3份礼物", "xiaozhao 在 Stoa 给你买了 3 份礼物"),
            ("用PayPal付款，共2项。", "用 PayPal 付款，共 2 项。"),
            ("已经 有 1 个 A 字", "已经 有 1 个 A 字"),
            ("“Readers”会员，《Rust》", "“Readers”会员，《Rust》"),
            ("“年度会员”于2026年4月1日到期，2026年3月的收益", "“年度会员”于 2026年4月1日到期，2026年3月的收益"),
            ("4月1日 20:00前", "4月1日 20:00 前"),
            ("https://x.example/p?a=1&b=2", "https://x.example/p?a=1&b=2"),
            ("ann@example.org", "ann@example.org"),
            ("", ""),
        ] {
            assert_eq!(spaced(typed), read);
            assert_eq!(spaced(read), read, "a second time changes nothing");
        }
    }

    #[test]
    fn what_is_typed_wide_is_meant_narrow() {
        assert_eq!(narrow("１９％　ＡＢ－ｃ，．"), "19% AB-c,.");
        assert_eq!(narrow("一百￥"), "一百￥", "what has no narrow form stays");
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
