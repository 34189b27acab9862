//! The form of `/admin/look`, as typed, and how it becomes a look. Errors stand under the names of the fields; those of the
//! third link in the header under `header-3`.

use super::accent::Rgb;
use super::own_css;
use super::service::NewSite;
use crate::foundation::error::FieldErrors;
use crate::foundation::locale::Words;
use crate::foundation::look::{Announcement, Link, Look, Section, Texts};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::server::http::local_path;
use crate::words;

/// How many links header and footer have at most, each.
pub const MAX_LINKS: usize = 8;
const MAX_PROMISE: usize = 120;
const MAX_ANNOUNCEMENT: usize = 200;
const MAX_LABEL: usize = 40;
const MAX_ADDRESS: usize = 500;
const MAX_QUESTIONS: usize = 64 * 1024;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedLink {
    pub zh: String,
    pub en: String,
    pub to: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedLook {
    pub name: String,
    pub locale: String,
    pub time_zone: String,
    pub promise: Texts,
    pub accent: String,
    /// Hashes of pictures that were uploaded; empty for none.
    pub logo: String,
    pub favicon: String,
    pub logo_is_name: bool,
    pub announced: bool,
    pub announcement: Texts,
    pub announcement_to: String,
    pub header: Vec<TypedLink>,
    pub footer: Vec<TypedLink>,
    /// In their order; those that are off come last and not at all in the look.
    pub sections: Vec<(Section, bool)>,
    pub questions: Texts,
    pub css: String,
    /// `Look::published_at` of what the form showed. Whoever does not say it means the look of now.
    pub based_on: Option<i64>,
}

impl TypedLook {
    /// The form as it stands for a site.
    pub fn of(site: &Site) -> TypedLook {
        let look = &site.look;
        let links = |links: &[Link]| {
            let typed = |link: &Link| TypedLink { zh: link.label.zh.clone(), en: link.label.en.clone(), to: link.to.clone() };
            links.iter().map(typed).collect()
        };
        let hash = |picture: &Option<crate::foundation::look::Picture>| picture.as_ref().map(|p| p.hash.clone()).unwrap_or_default();
        let off = Section::ALL.into_iter().filter(|section| !look.sections.contains(section));
        TypedLook {
            name: site.name.clone(),
            locale: site.locale.tag().to_owned(),
            time_zone: site.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            promise: look.promise.clone(),
            accent: look.accent.clone().unwrap_or_default(),
            logo: hash(&look.logo),
            favicon: hash(&look.favicon),
            logo_is_name: look.logo_is_name,
            announced: look.announcement.on,
            announcement: look.announcement.text.clone(),
            announcement_to: look.announcement.to.clone().unwrap_or_default(),
            header: links(&look.header),
            footer: links(&look.footer),
            sections: look.sections.iter().map(|section| (*section, true)).chain(off.map(|section| (section, false))).collect(),
            questions: look.questions.clone(),
            css: look.css.clone(),
            based_on: Some(look.published_at),
        }
    }

    /// The site as typed, but for what is made of it: pictures, HTML, stylesheet. What is wrong is noted in `errors`.
    pub fn parse(&self, currency: &str, errors: &mut FieldErrors) -> Option<Site> {
        let new = NewSite {
            name: self.name.clone(),
            locale: self.locale.clone(),
            time_zone: self.time_zone.clone(),
            currency: currency.to_owned(),
        };
        let site = new.parse(errors);
        let promise = both(errors, "promise", &self.promise, MAX_PROMISE);
        let accent = match self.accent.trim() {
            "" => None,
            typed => errors.keep("accent", Rgb::parse(typed)).map(Rgb::hex),
        };
        let announcement = self.announcement(errors);
        let header = links(errors, "header", &self.header);
        let footer = links(errors, "footer", &self.footer);
        let zh = errors.keep("questions_zh", text::body(&self.questions.zh, MAX_QUESTIONS)).unwrap_or_default();
        let en = errors.keep("questions_en", text::body(&self.questions.en, MAX_QUESTIONS)).unwrap_or_default();
        let css = self.css.replace("\r\n", "\n");
        errors.keep("css", own_css::layered(&css));
        let sections = self.sections.iter().filter(|(_, on)| *on).map(|(section, _)| *section).collect();
        let (questions, logo_is_name) = (Texts { zh, en }, self.logo_is_name);
        let look = Look { accent, logo_is_name, promise, announcement, header, footer, sections, questions, css, ..Look::default() };
        site.map(|site| Site { look, ..site })
    }

    fn announcement(&self, errors: &mut FieldErrors) -> Announcement {
        let text = both(errors, "announcement", &self.announcement, MAX_ANNOUNCEMENT);
        if self.announced && text.is_empty() {
            errors.add("announcement_zh", words!("请至少用一种语言填写公告。", "Please write the announcement in at least one language."));
        }
        let to = match self.announcement_to.trim() {
            "" => None,
            typed => errors.keep("announcement_to", address(typed)),
        };
        Announcement { on: self.announced, text, to, hash: String::new() }
    }
}

/// A line in either language, under `name_zh` and `name_en`.
fn both(errors: &mut FieldErrors, name: &str, typed: &Texts, max: usize) -> Texts {
    let mut line = |language: &str, typed: &str| {
        errors.keep(&format!("{name}_{language}"), text::optional_line(typed, max)).flatten().unwrap_or_default()
    };
    Texts { zh: line("zh", &typed.zh), en: line("en", &typed.en) }
}

/// The links whose line is not empty.
fn links(errors: &mut FieldErrors, name: &str, typed: &[TypedLink]) -> Vec<Link> {
    let mut links = Vec::new();
    for (at, link) in typed.iter().enumerate() {
        if [&link.zh, &link.en, &link.to].into_iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        let field = format!("{name}-{}", at + 1);
        let label = |typed: &str| text::optional_line(typed, MAX_LABEL).map(Option::unwrap_or_default);
        let parsed = label(&link.zh).and_then(|zh| Ok((Texts { zh, en: label(&link.en)? }, address(&link.to)?)));
        match errors.keep(&field, parsed) {
            Some((label, _)) if label.is_empty() => {
                errors.add(&field, words!("请至少用一种语言填写链接文字。", "Please write what the link says in at least one language."));
            }
            Some((label, to)) => links.push(Link { label, to }),
            None => (),
        }
    }
    if links.len() > MAX_LINKS {
        errors.add(&format!("{name}-{}", MAX_LINKS + 1), words!("最多 {MAX_LINKS} 个链接。", "At most {MAX_LINKS} links."));
    }
    links
}

/// A path of this site or an `https:` address, as a browser reads it: `/\evil.example` is another host.
pub fn address(typed: &str) -> Result<String, Words> {
    let wrong = || {
        words!(
            "请填写以 / 开头的本站路径，或以 https:// 开头的网址。",
            "Please give a path on this site starting with /, or an address starting with https://."
        )
    };
    let here = reqwest::Url::parse("https://here.invalid/").map_err(|_| wrong())?;
    let typed = typed.trim();
    let begins = typed.starts_with('/') || typed.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case("https://"));
    let url = here.join(typed).map_err(|_| wrong())?;
    let plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    if !begins || !plain || typed.len() > MAX_ADDRESS || url.as_str().len() > 3 * MAX_ADDRESS {
        return Err(wrong());
    }
    if typed.starts_with('/') {
        let path = url.as_str().strip_prefix("https://here.invalid").ok_or_else(wrong)?;
        return local_path(path).map(str::to_owned).ok_or_else(wrong);
    }
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn links_lead_to_pages_here_or_to_https() {
        assert_eq!(address(" /pages/about?x=1#h-a "), Ok("/pages/about?x=1#h-a".to_owned()));
        assert_eq!(address("/tags/学"), Ok("/tags/%E5%AD%A6".to_owned()));
        assert_eq!(address("HTTPS://Example.org/a b"), Ok("https://example.org/a%20b".to_owned()));
        for wrong in [
            "",
            "about",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "http://example.org",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://",
            "https://a:b@evil.example",
            "https://here.invalid@evil.example",
            "ftp://example.org",
        ] {
            assert!(address(wrong).is_err(), "{wrong}: {:?}", address(wrong));
        }
        assert!(address(&format!("/{}", "a".repeat(600))).is_err());
    }
}
