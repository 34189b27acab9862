//! How long a text is, and how it begins.

use crate::foundation::text;

/// The words of a text. A Han character (or a kana) is a word of its own; other letters make words as they do in English.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Words {
    pub han: i64,
    pub latin: i64,
}

impl Words {
    pub fn of(text: &str) -> Words {
        let mut words = Words::default();
        let mut inside = false;
        for c in text.chars() {
            if is_han(c) {
                words.han += 1;
                inside = false;
            } else if c.is_alphanumeric() {
                words.latin += i64::from(!inside);
                inside = true;
            } else if !matches!(c, '\'' | '’' | '_') {
                // An apostrophe stays within its word.
                inside = false;
            }
        }
        words
    }

    pub fn total(self) -> i64 {
        self.han + self.latin
    }

    /// Whole minutes, at 400 Han characters or 230 words a minute; at least one.
    pub fn minutes(self) -> i64 {
        let hundredths = self.han * 100 / 400 + self.latin * 100 / 230;
        ((hundredths + 50) / 100).max(1)
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The beginning of a text on one line, at most `max` characters, cut between words where there are any.
pub fn excerpt(full: &str, max: usize) -> String {
    // Enough to fill `max` even when half of it is white space; the rest need not be looked at.
    let cut: String = full.chars().take(max.saturating_mul(4).saturating_add(64)).collect();
    let line = text::line(&cut);
    if line.chars().count() <= max {
        return line;
    }
    let kept: String = line.chars().take(max.saturating_sub(1)).collect();
    let room = kept.len() / 2;
    let whole = match kept.rfind(' ') {
        Some(space) if space > room => &kept[..space],
        _ => &kept,
    };
    let mut short = whole.trim_end_matches([' ', ',', ';', ':', '，', '、', '；', '：']).to_owned();
    if max > 0 {
        short.push('…');
    }
    short
}
