//! The two languages of Stoa, and how a sentence is written in both.
//!
//! Every sentence a person may read stands in the source once, in both languages, side by side:
//! `t!(locale, "登录", "Sign in")`. A missing translation is then a compile error rather than a missing key, and
//! whoever changes one language sees the other. `docs/decisions/0002-sentences-in-place.md` has the reasons.

use serde::{Deserialize, Serialize};

/// A language that the whole product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Locale {
    /// 简体中文
    #[serde(rename = "zh-CN")]
    Zh,
    /// English
    #[default]
    #[serde(rename = "en")]
    En,
}

impl Locale {
    pub const ALL: [Locale; 2] = [Locale::Zh, Locale::En];

    /// The BCP 47 tag, as written into `lang` attributes and the database.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::Zh => "zh-CN",
            Locale::En => "en",
        }
    }

    /// The `lang` of a title on a page in this language: `None` where it is the page's own, or not known.
    pub fn other(self, lang: Option<&str>) -> Option<String> {
        lang.filter(|lang| *lang != self.tag()).map(str::to_owned)
    }

    /// The language's own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Locale::Zh => "简体中文",
            Locale::En => "English",
        }
    }

    /// Reads a BCP 47 tag; any Chinese is `Zh`, any English is `En`.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        match primary.as_str() {
            "zh" => Some(Locale::Zh),
            "en" => Some(Locale::En),
            _ => None,
        }
    }

    /// The best of our languages for an `Accept-Language` header (RFC 9110 §12.5.4): highest quality first, `None` when
    /// it names neither of ours.
    pub fn negotiate(accept_language: &str) -> Option<Locale> {
        let mut best: Option<(f32, Locale)> = None;
        for entry in accept_language.split(',') {
            let mut parts = entry.split(';');
            let Some(locale) = parts.next().and_then(Locale::from_tag) else { continue };
            let quality = parts.find_map(|p| p.trim().strip_prefix("q=")).and_then(|q| q.trim().parse::<f32>().ok()).unwrap_or(1.0);
            if quality > 0.0 && best.is_none_or(|(q, _)| quality > q) {
                best = Some((quality, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// One sentence in both languages, for errors and notices that are made before it is known who will read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}

/// A fixed sentence: `t!(locale, "中文", "English")` is a `&'static str`.
#[macro_export]
macro_rules! t {
    ($locale:expr, $zh:literal, $en:literal) => {
        match $locale {
            $crate::foundation::locale::Locale::Zh => $zh,
            $crate::foundation::locale::Locale::En => $en,
        }
    };
}

/// A sentence with values in it: `tf!(locale, "共 {n} 篇", "{n} articles")` is a `String`. Values are captured by name.
#[macro_export]
macro_rules! tf {
    ($locale:expr, $zh:literal, $en:literal) => {
        match $locale {
            $crate::foundation::locale::Locale::Zh => format!($zh),
            $crate::foundation::locale::Locale::En => format!($en),
        }
    };
}

/// Both languages at once, as [`Words`]: `words!("最多 {n} 个字", "at most {n} characters")`.
#[macro_export]
macro_rules! words {
    ($zh:literal, $en:literal) => {
        $crate::foundation::locale::Words { zh: format!($zh), en: format!($en) }
    };
}

/// English needs a plural, Chinese does not: `plural(3, "reply", "replies")`.
pub fn plural(n: i64, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_kind_of_chinese_is_answered_in_chinese() {
        for header in ["zh", "zh-CN", "zh-TW,zh;q=0.9,en;q=0.8", "fr, zh-Hans;q=0.5", "en;q=0.3, zh;q=0.4"] {
            assert_eq!(Locale::negotiate(header), Some(Locale::Zh), "{header}");
        }
    }

    #[test]
    fn languages_we_do_not_speak_leave_the_choice_to_the_site() {
        for header in ["", "fr", "de-DE,de;q=0.9", "zh;q=0", "*", ";;;,,,q=", "en;q=abc;"] {
            assert!(matches!(Locale::negotiate(header), None | Some(Locale::En)), "{header}");
        }
        assert_eq!(Locale::negotiate("fr"), None);
    }

    #[test]
    fn the_same_sentence_is_told_in_either_language() {
        let n = 3;
        assert_eq!(tf!(Locale::Zh, "共 {n} 篇", "{n} articles"), "共 3 篇");
        assert_eq!(words!("共 {n} 篇", "{n} articles").get(Locale::En), "3 articles");
    }
}
