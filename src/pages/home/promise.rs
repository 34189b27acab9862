//! What this place is, in a sentence, and how many are here already.

use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::site::Site;
use crate::t;
use leptos::prelude::*;
use std::sync::Arc;

/// Fewer say nothing for a place.
const WORTH_SAYING: i64 = 10;

#[derive(Debug, Clone, Copy, Default)]
pub struct Proof {
    pub members: i64,
    pub articles: i64,
    pub replies: i64,
}

impl Proof {
    /// Each count that is worth saying, and what it counts.
    fn said(self, locale: Locale) -> Vec<(String, &'static str)> {
        let name = |n, zh, one, many| match locale {
            Locale::Zh => zh,
            Locale::En => plural(n, one, many),
        };
        let counts = [
            (self.members, name(self.members, "位会员", "member", "members")),
            (self.articles, name(self.articles, "篇文章", "article", "articles")),
            (self.replies, name(self.replies, "条回复", "reply", "replies")),
        ];
        counts.into_iter().filter(|(n, _)| *n >= WORTH_SAYING).map(|(n, name)| (format::number(n), name)).collect()
    }
}

/// The admin's promise, or the one that every site has; and its language, where that is not the page's.
pub fn sentence(site: &Site, locale: Locale) -> (String, Option<&'static str>) {
    match site.look.promise.shown(locale) {
        Some(shown) => (shown.text.to_owned(), shown.lang),
        None => (
            t!(locale, "值得慢慢读的文章，和愿意一起讨论的人。", "Articles worth your time, and people to talk them over with.").to_owned(),
            None,
        ),
    }
}

/// `bare` on a site where nothing is published yet.
#[component]
pub fn Promise(locale: Locale, site: Arc<Site>, proof: Proof, bare: bool) -> impl IntoView {
    let (promise, lang) = sentence(&site, locale);
    let counts = proof.said(locale);
    let counts = (!counts.is_empty()).then(|| {
        let counts = counts.into_iter().map(|(n, name)| view! { <li><strong class="num">{n}</strong> " " {name}</li> }).collect_view();
        view! { <ul class="home-proof" aria-label=t!(locale, "本站现有", "At a glance")>{counts}</ul> }
    });
    let soon = bare.then(|| {
        view! { <p class="home-soon">{t!(locale, "这里刚刚开张，第一批内容正在路上。", "This place has just opened; the first articles are on their way.")}</p> }
    });
    let read = (!bare).then(|| view! { <a href="/articles">{t!(locale, "先看看文章", "Browse the articles")}</a> });
    view! {
        <section class="home-promise">
            <h1>{site.name.clone()}</h1>
            <p class="home-lead" lang=lang dir="auto">{promise}</p>
            {soon}
            <p class="actions"><a class="button" href="/join">{t!(locale, "免费加入", "Join for free")}</a>{read}</p>
            {counts}
        </section>
    }
}
