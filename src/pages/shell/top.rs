//! The top of every page: where one is, where one can go, who one is.

use super::look::{Bars, HeaderLinks, SiteMark};
use crate::server::http::{Ask, query_value};
use crate::t;
use crate::ui::Avatar;
use leptos::prelude::*;

#[component]
pub fn Header(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let viewer = &ask.viewer;
    let path = ask.path().to_owned();
    let link = move |href: &'static str, label: &'static str| {
        let current = if href == "/" { path == "/" } else { path.starts_with(href) };
        view! { <a href=href aria-current=current.then_some("page")>{label}</a> }
    };
    let person = match viewer.member() {
        Some(member) => view! {
            <a class="me" href="/account"><Avatar name=member.name.clone()/><span class="me-name">{member.name.clone()}</span></a>
            <form method="post" action="/sign-out"><button class="linklike" type="submit">{t!(locale, "退出登录", "Sign out")}</button></form>
        }
        .into_any(),
        None => {
            let to = match ask.path() {
                "/join" | "/sign-in" => String::new(),
                _ => format!("?to={}", query_value(ask.path_and_query())),
            };
            view! {
                <a href=format!("/sign-in{to}")>{t!(locale, "登录", "Sign in")}</a>
                <a class="button button-small" href=format!("/join{to}")>{t!(locale, "加入", "Join")}</a>
            }
            .into_any()
        }
    };
    view! {
        <a class="skip" href="#main">{t!(locale, "跳到正文", "Skip to content")}</a>
        <Bars ask=ask.clone()/>
        <header class="site-header">
            <a class="site-name" href="/"><SiteMark ask=ask.clone()/></a>
            <nav class="site-nav" aria-label=t!(locale, "主导航", "Main")>
                {link("/", t!(locale, "文章", "Articles"))}
                {link("/community", t!(locale, "社区", "Community"))}
                {link("/membership", t!(locale, "会员", "Membership"))}
                <HeaderLinks ask=ask.clone()/>
                {viewer.may_write().then(|| link("/write", t!(locale, "写作", "Write")))}
                {viewer.is_admin().then(|| link("/admin", t!(locale, "管理", "Admin")))}
            </nav>
            <div class="site-person">{person}</div>
        </header>
    }
}
