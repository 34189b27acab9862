//! The top of every page: where one is, where one can go, who one is. On a phone the ways to go stand at the bottom, under
//! the thumb; it is the same list.

use super::look::{Bars, HeaderLinks, SiteMark};
use crate::foundation::viewer::SignedIn;
use crate::server::http::{Ask, query_value};
use crate::share::MARK;
use crate::ui::{Avatar, Icon, Menu, icon};
use crate::{t, tf};
use leptos::prelude::*;

const DESK: &str = "only-desk";

#[component]
pub fn Header(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    // Before the site is set up every way leads back to the form that does it.
    let elsewhere = (ask.path() != "/setup").then(|| {
        let person = match ask.viewer.member() {
            Some(member) => view! { <Me ask=ask.clone() member=member.clone()/> }.into_any(),
            None => view! { <Doors ask=ask.clone()/> }.into_any(),
        };
        view! { <Ways ask=ask.clone()/><div class="site-person">{person}</div> }
    });
    view! {
        <a class="skip" href="#main">{t!(locale, "跳到正文", "Skip to content")}</a>
        <Bars ask=ask.clone()/>
        <header class="site-header">
            <a class="site-name" href="/"><SiteMark ask=ask.clone()/></a>
            {elsewhere}
        </header>
    }
}

/// Where one can go. At most five, so that they fit under a thumb; the rest is in one's own menu.
#[component]
fn Ways(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let path = ask.path().to_owned();
    // The name of the site leads home; on a phone, where it may be out of sight, the bar does too.
    let way = |href: &'static str, under: &'static [&'static str], drawn: Icon, label: &'static str, only: &'static str| {
        let here = path == href || under.iter().any(|start| path.starts_with(start));
        // The icons belong to the bar of a phone.
        let drawn = (only != DESK).then(|| icon(drawn));
        let only = (!only.is_empty()).then_some(only);
        view! { <li class=only><a href=href aria-current=here.then_some("page")>{drawn}<span>{label}</span></a></li> }
    };
    let (both, desk, phone) = ("", DESK, "only-phone");
    let me = match ask.viewer.member() {
        Some(_) => way("/account", &["/account"], Icon::Person, t!(locale, "我的", "Me"), phone),
        None => way("/sign-in", &["/sign-in", "/join"], Icon::SignIn, t!(locale, "登录", "Sign in"), phone),
    };
    view! {
        <nav class="site-nav" aria-label=t!(locale, "主导航", "Main")>
            <ul>
                {way("/", &["/p/", "/tags", "/articles", "/u/"], Icon::Home, t!(locale, "首页", "Home"), phone)}
                {way("/articles", &["/p/", "/tags", "/u/"], Icon::Home, t!(locale, "文章", "Articles"), desk)}
                {way("/community", &["/c/", "/t/", "/topics/"], Icon::Talk, t!(locale, "社区", "Community"), both)}
                {way("/membership", &["/orders/"], Icon::Membership, t!(locale, "会员", "Membership"), both)}
                <HeaderLinks ask=ask.clone()/>
                {ask.viewer.may_write().then(|| way("/write", &["/write"], Icon::Write, t!(locale, "写作", "Write"), both))}
                {me}
            </ul>
        </nav>
    }
}

/// For a member: their name, and behind it what is theirs.
#[component]
fn Me(ask: Ask, member: SignedIn) -> impl IntoView {
    let locale = ask.locale;
    let face = view! { <Avatar name=member.name.clone()/><span class="me-name">{member.name.clone()}</span>{icon(Icon::Down)} }.into_any();
    let name = &member.name;
    let label = tf!(locale, "我的菜单：{name}", "Your menu: {name}");
    let link = |href: String, label: &'static str| view! { <li><a href=href>{label}</a></li> };
    view! {
        <Menu id="me" label=label face>
            <ul>
                {link("/account".to_owned(), t!(locale, "会员中心", "Your account"))}
                {link(format!("/u/{}", member.handle), t!(locale, "我的主页", "Your public page"))}
                {link("/account/purchases".to_owned(), t!(locale, "购买与收据", "Purchases and receipts"))}
                {ask.viewer.is_admin().then(|| link("/admin".to_owned(), t!(locale, "管理", "Admin")))}
            </ul>
            <form method="post" action="/sign-out"><button class="menu-item" type="submit">{t!(locale, "退出登录", "Sign out")}</button></form>
        </Menu>
    }
}

/// For a visitor: the two doors.
#[component]
fn Doors(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let to = match ask.path() {
        "/join" | "/sign-in" => String::new(),
        _ => format!("?to={}", query_value(ask.here())),
    };
    view! {
        <a class="only-desk" href=format!("/sign-in{to}")>{t!(locale, "登录", "Sign in")}</a>
        <a class="button button-small" href=format!("/join{to}")>{t!(locale, "加入", "Join")}</a>
    }
}

/// Three columns under a lintel.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d=MARK fill="currentColor"></path>
        </svg>
    }
}
