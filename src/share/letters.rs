//! The letters of a card: how wide they are, and where a line of them may end.
//!
//! The fonts are our own (`assets/fonts`: one for Chinese and English, one for the other letters of Europe), as a server may
//! have none. Where a line may end is Unicode's rule (UAX 14): between
//! words, between Han characters, never before a closing mark nor after an opening one.

use resvg::usvg::fontdb::Database;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use std::sync::{Arc, LazyLock};
use unicode_linebreak::{BreakOpportunity, linebreaks};

pub const FAMILY: &str = "Noto Serif CJK SC";
static FILES: [&[u8]; 2] = [include_bytes!("../../assets/fonts/card.otf"), include_bytes!("../../assets/fonts/card-latin.ttf")];

static OURS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for file in FILES {
        fonts.load_font_data(file.to_vec());
    }
    Arc::new(fonts)
});

/// With whatever is installed here, for letters that ours have not. Read when such a letter is first met.
static ALL: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::clone(&OURS);
    fonts.load_system_fonts();
    Arc::new(fonts)
});

/// Our fonts, ready to be asked.
pub struct Letters(Vec<(Charmap<'static>, GlyphMetrics<'static>)>);

impl Letters {
    /// `None` if a font in the program is broken.
    pub fn new() -> Option<Letters> {
        let open = |file: &'static [u8]| {
            let font = FontRef::new(file).ok()?;
            Some((font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default())))
        };
        FILES.into_iter().map(open).collect::<Option<_>>().map(Letters)
    }

    fn letter(&self, c: char) -> Option<f32> {
        self.0.iter().find_map(|(map, metrics)| metrics.advance_width(map.map(c)?))
    }

    /// In ems. A letter that is not ours is taken to be a whole square.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.letter(c).unwrap_or(1.0)).sum()
    }

    /// The fonts to draw a text with.
    pub fn fonts_for(&self, text: &str) -> Arc<Database> {
        if text.chars().all(|c| self.letter(c).is_some()) { OURS.clone() } else { ALL.clone() }
    }

    /// The text in lines of at most `width` ems; a word that is wider than a line is cut.
    pub fn lines(&self, text: &str, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut begin = 0;
        for (end, _) in linebreaks(text).filter(|(end, kind)| *end == text.len() || *kind == BreakOpportunity::Allowed) {
            let piece = &text[begin..end];
            begin = end;
            if self.width(&line) + self.width(piece.trim_end()) > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in piece.chars() {
                if !c.is_whitespace() && !line.is_empty() && self.width(&line) + self.width(c.encode_utf8(&mut [0; 4])) > width {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        lines.push(line);
        lines.into_iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    /// As few lines as [`Letters::lines`] needs, but as even as they can be: no last line of one word.
    pub fn even_lines(&self, text: &str, width: f32) -> Vec<String> {
        let best = self.lines(text, width);
        let (mut narrow, mut wide) = (width / 2.0, width);
        for _ in 0..6 {
            let middle = (narrow + wide) / 2.0;
            if self.lines(text, middle).len() > best.len() { narrow = middle } else { wide = middle }
        }
        self.lines(text, wide)
    }

    /// As much of the text as fits, with `…` where it was cut; in Latin text as three points, which stand on the line.
    pub fn cut(&self, text: &str, width: f32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mark = if text.is_ascii() { "..." } else { "…" };
        let mut room = width - self.width(mark);
        let fits = |c: &char| {
            room -= self.width(c.encode_utf8(&mut [0; 4]));
            room >= 0.0
        };
        let kept: String = text.chars().take_while(fits).collect();
        let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || "，。、；：！？…".contains(c));
        format!("{kept}{mark}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters() -> Letters {
        Letters::new().expect("the font in the program can be read")
    }

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        let title = "怎样写好“错误信息”：从《程序员修炼之道》说起，谈一谈（真正的）用户，以及我们、他们、大家。";
        for tenths in 30..200 {
            let lines = letters().lines(title, tenths as f32 / 10.0);
            assert_eq!(lines.concat(), title);
            for line in &lines {
                assert!(!"，。：；！？、）》”".contains(&line[..line.chars().next().unwrap().len_utf8()]), "{lines:#?}");
                assert!(!line.ends_with(['（', '《', '“']), "{lines:#?}");
            }
        }
    }

    #[test]
    fn latin_breaks_between_words_and_a_word_that_is_too_long_is_cut() {
        let lines = letters().lines("Ownership in one evening", 6.0);
        assert_eq!(lines.join(" "), "Ownership in one evening");
        assert!(lines.len() > 1);
        let unbroken = "x".repeat(300);
        let lines = letters().lines(&unbroken, 15.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| letters().width(line) <= 15.0));
        assert_eq!(lines.concat(), unbroken);
    }

    #[test]
    fn lines_are_even() {
        let lines = letters().even_lines("用一个晚上弄懂所有权与借用检查", 14.0);
        assert_eq!(lines.iter().map(|line| line.chars().count()).collect::<Vec<_>>(), [8, 7]);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let cut = letters().cut("一个非常长的名字，长得放不下", 9.5);
        assert_eq!(cut, "一个非常长的名字…");
        assert_eq!(letters().cut("短", 9.5), "短");
    }

    #[test]
    fn every_sign_of_everyday_chinese_and_of_western_europe_is_in_the_font() {
        let letters = letters();
        for c in "学廊，。“”《》、—…·éßøŁžñ€™Aa09ЖдΩ".chars() {
            assert!(letters.letter(c).is_some(), "{c}");
        }
    }
}
