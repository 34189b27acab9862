//! How the site presents itself: what an admin chooses on `/admin/look`. `settings` keeps it; every page reads it from
//! `ask.site.look`.
//!
//! *Texts* are one text in both languages, either of which may be missing. The *accent* is the one warm colour; the
//! *promise* is the line under the site's name. Pictures and the stylesheet are named by the hash of what they hold and
//! live at `/look/HASH.…`, where browsers keep them for ever.

use super::locale::Locale;
use serde::{Deserialize, Serialize};

/// A text that an admin wrote in one language or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    pub zh: String,
    pub en: String,
}

/// A text as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    pub text: &'a str,
    /// The language it is in, where that is not the page's: for the `lang` attribute.
    pub lang: Option<&'static str>,
}

impl Texts {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Texts {
        Texts { zh: zh.into(), en: en.into() }
    }

    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    /// In the reader's language, else in the other one; `None` when there is neither.
    pub fn shown(&self, locale: Locale) -> Option<Shown<'_>> {
        let (own, other, other_locale) = match locale {
            Locale::Zh => (&self.zh, &self.en, Locale::En),
            Locale::En => (&self.en, &self.zh, Locale::Zh),
        };
        match (own.is_empty(), other.is_empty()) {
            (false, _) => Some(Shown { text: own, lang: None }),
            (true, false) => Some(Shown { text: other, lang: Some(other_locale.tag()) }),
            (true, true) => None,
        }
    }

    /// What [`Texts::shown`] shows, where its language does not matter; empty when there is nothing.
    pub fn plain(&self, locale: Locale) -> &str {
        self.shown(locale).map_or("", |shown| shown.text)
    }
}

/// A way that an admin laid: to a path of this site, or to an `https:` address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub label: Texts,
    pub to: String,
}

/// A line above every page, until a reader puts it away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Announcement {
    pub on: bool,
    pub text: Texts,
    pub to: Option<String>,
    /// Of what it says: a new announcement is shown to those who put the old one away.
    pub hash: String,
}

/// A part of the home page as a visitor sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The site's name, its promise, and the way in.
    Promise,
    /// One article that everybody may read whole.
    Sample,
    /// The newest articles.
    Newest,
    /// The tiers and what they open.
    Tiers,
    /// What is being talked about.
    Talk,
    /// The admin's own questions and answers.
    Questions,
}

impl Section {
    pub const ALL: [Section; 6] = [Section::Promise, Section::Sample, Section::Newest, Section::Tiers, Section::Talk, Section::Questions];

    pub const fn as_str(self) -> &'static str {
        match self {
            Section::Promise => "promise",
            Section::Sample => "sample",
            Section::Newest => "newest",
            Section::Tiers => "tiers",
            Section::Talk => "talk",
            Section::Questions => "questions",
        }
    }
}

/// A picture of ours, always PNG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub hash: String,
    pub width: u32,
    pub height: u32,
}

impl Picture {
    pub fn path(&self) -> String {
        format!("/look/{}.png", self.hash)
    }
}

/// The sizes in which there is an icon, in pixels: browser tab, phone's home screen, installed, installed and large.
pub const ICON_SIZES: [u32; 4] = [32, 180, 192, 512];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// As chosen, `#rrggbb`; what is used of it is in the stylesheet.
    pub accent: Option<String>,
    pub logo: Option<Picture>,
    /// The logo has the site's name in it, so the name is not written beside it.
    pub logo_is_name: bool,
    /// As uploaded; without one the icons are made of the logo.
    pub favicon: Option<Picture>,
    /// One for each of [`ICON_SIZES`], or none at all.
    pub icons: Vec<Picture>,
    pub promise: Texts,
    pub announcement: Announcement,
    pub header: Vec<Link>,
    pub footer: Vec<Link>,
    /// What a visitor's home shows, in this order; what is off is not in it.
    pub sections: Vec<Section>,
    /// Questions and answers, in Markdown.
    pub questions: Texts,
    /// The same as safe HTML.
    pub questions_html: Texts,
    /// The number of the renderer that made it.
    pub questions_renderer: i64,
    /// The admin's own CSS, as typed.
    pub css: String,
    /// The hash of the stylesheet made of accent and own CSS, when there is either.
    pub style: Option<String>,
    /// Published pages that stand in the footer. Not a choice of the look: filled in when the site is read.
    #[serde(skip)]
    pub pages: Vec<Link>,
    /// This is a draft that only the admin sees who tries it.
    #[serde(skip)]
    pub is_draft: bool,
    /// When it was published, in milliseconds; of a draft, when the look was that it was begun from.
    #[serde(skip)]
    pub published_at: i64,
}

impl Default for Look {
    fn default() -> Look {
        Look {
            accent: None,
            logo: None,
            logo_is_name: false,
            favicon: None,
            icons: Vec::new(),
            promise: Texts::default(),
            announcement: Announcement::default(),
            header: Vec::new(),
            footer: Vec::new(),
            sections: Section::ALL.to_vec(),
            questions: Texts::default(),
            questions_html: Texts::default(),
            questions_renderer: 0,
            css: String::new(),
            style: None,
            pages: Vec::new(),
            is_draft: false,
            published_at: 0,
        }
    }
}

impl Look {
    /// Whether somebody chose anything of it, or all is as it comes.
    pub fn is_chosen(&self) -> bool {
        let Look { pages, questions_html, questions_renderer, published_at, is_draft, .. } = self.clone();
        *self != Look { pages, questions_html, questions_renderer, published_at, is_draft, ..Look::default() }
    }

    /// Where the stylesheet is.
    pub fn style_path(&self) -> Option<String> {
        self.style.as_ref().map(|hash| format!("/look/{hash}.css"))
    }

    /// Where the icon of so many pixels is: one of [`ICON_SIZES`].
    pub fn icon_path(&self, pixels: u32) -> Option<String> {
        self.icons.iter().find(|icon| icon.width == pixels).map(Picture::path)
    }

    /// The announcement, when there is one to show.
    pub fn announced(&self) -> Option<&Announcement> {
        Some(&self.announcement).filter(|news| news.on && !news.text.is_empty())
    }

    /// What stands in the footer: pages of the site, then the admin's links.
    pub fn footer_links(&self) -> impl Iterator<Item = &Link> {
        self.pages.iter().chain(&self.footer)
    }

    /// Every file that the look refers to, by its hash.
    pub fn files(&self) -> Vec<&str> {
        let pictures = self.logo.iter().chain(&self.favicon).chain(&self.icons).map(|picture| picture.hash.as_str());
        pictures.chain(self.style.as_deref()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_one_language_serves_both_and_says_which_it_is() {
        let only = Texts::new("慢慢读", "");
        assert_eq!(only.shown(Locale::Zh), Some(Shown { text: "慢慢读", lang: None }));
        assert_eq!(only.shown(Locale::En), Some(Shown { text: "慢慢读", lang: Some("zh-CN") }));
        assert_eq!(Texts::new("慢慢读", "Read slowly").plain(Locale::En), "Read slowly");
        assert_eq!(Texts::default().shown(Locale::En), None);
    }
}
