//! What an admin does first on a site where nothing is published yet.

use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

/// What is done already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    pub tiers: bool,
    pub spaces: bool,
}

#[component]
pub fn FirstSteps(locale: Locale, done: Done) -> impl IntoView {
    let steps = [
        (
            false,
            "/write/new",
            t!(locale, "写第一篇文章", "Write the first article"),
            t!(locale, "用 Markdown 写，可以在任意一行之后设付费墙。", "In Markdown, with a paywall after whichever line you like."),
        ),
        (
            done.tiers,
            "/admin/tiers",
            t!(locale, "设置会员等级", "Set up the tiers"),
            t!(locale, "给会员等级起个名字，定下按月或按年的价格。", "Name a tier, and say what it costs a month or a year."),
        ),
        (
            done.spaces,
            "/admin/spaces",
            t!(locale, "开一个空间", "Open a space"),
            t!(locale, "会员在空间里发表话题、互相回复。", "Where members start topics and answer each other."),
        ),
    ];
    let next = steps.iter().position(|(done, ..)| !done);
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(n, (done, href, label, why))| {
            let mark = done.then(|| view! { <span class="first-step-done">{t!(locale, "已完成", "Done")}</span> });
            let link = if next == Some(n) {
                view! { <a class="button" href=href>{label}</a> }.into_any()
            } else {
                view! { <a href=href>{label}</a> }.into_any()
            };
            view! { <li class="first-step"><p class="first-step-what">{link} " " {mark}</p><p class="first-step-why">{why}</p></li> }
        })
        .collect_view();
    view! {
        <section class="home-first" aria-labelledby="home-first">
            <h2 id="home-first">{t!(locale, "网站已经开张，先做这三件事", "Your site is open. Three things to do first")}</h2>
            <ol class="first-steps">{steps}</ol>
            <p class="home-soon">{t!(
                locale,
                "文章发布之后，访客会在这一页看到网站介绍、一篇可以试读的文章、最新文章和会员价格。",
                "Once something is published, visitors find here what this place is, an article to try, the latest ones, and the tiers."
            )}</p>
        </section>
    }
}
