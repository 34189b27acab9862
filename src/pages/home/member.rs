//! The home page for a member: where they stopped, what is new since they were here, what they follow, and the rest.

use super::first_steps::{Done, FirstSteps};
use super::newest::ShortCard;
use super::talk::ShortTopic;
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::pages::reminders::{self, Reminders};
use crate::posts::model::{Card, Listing};
use crate::posts::service::PAGE;
use crate::posts::view::PostList;
use crate::reading::model::{Begun, Fresh};
use crate::reading::{follows, service};
use crate::server::http::Ask;
use crate::ui::EmptyState;
use crate::{membership, posts, spaces, t, tf};
use axum::response::Response;
use jiff::tz::TimeZone;
use leptos::prelude::*;

const BEGUN: usize = 4;
const NEW: usize = 10;
const FOLLOWED: i64 = 10;

pub async fn show(ask: Ask, page: Page) -> Result<Response> {
    let ctx = &ask.ctx;
    let mut new = posts::service::newest(ctx, NEW as i64 + PAGE + 1).await?;
    if new.is_empty() {
        return show_empty(ask, page).await;
    }
    let begun = service::begun(ctx, &ask.viewer, BEGUN).await?;
    let since = service::new_since(ctx, &ask.viewer).await?;
    let fresh = follows::news(ctx, &ask.viewer, FOLLOWED).await?;
    let reminders = reminders::load(&ask).await;
    // One list of the newest, in two parts: what was not there last time, and everything before.
    let seen = since.map_or(0, |since| new.iter().take(NEW).take_while(|card| card.published_at >= since).count());
    let rest = new.split_off(seen);
    let rest = listing(rest);
    Ok(page.draw(&ask, || {
        let (locale, zone) = (ask.locale, ask.site.time_zone.clone());
        let all =
            if new.is_empty() { t!(locale, "最新文章", "Latest articles") } else { t!(locale, "更早的文章", "Earlier articles") };
        let rest = (!rest.items.is_empty()).then(|| {
            view! {
                <section aria-labelledby="home-all">
                    <header class="page-head">
                        <h2 id="home-all">{all}</h2>
                        <a class="head-link" href="/tags">{t!(locale, "按标签浏览", "Browse by tag")}</a>
                    </header>
                    <PostList listing=rest path="/articles".to_owned() locale zone=zone.clone() nested=true/>
                </section>
            }
        });
        view! {
            <div class="home home-member">
                <h1 class="sr-only">{ask.site.name.clone()}</h1>
                <Reminders ask=ask.clone() reminders/>
                <div class="home-now">
                    <Continue locale begun/>
                    <SinceLastVisit locale zone=zone.clone() cards=new/>
                </div>
                <Followed locale zone=zone.clone() fresh/>
                <div class="home-rest">{rest}</div>
            </div>
        }
    }))
}

/// The first page of the rest of the list; it goes on at `/articles`.
fn listing(items: Vec<Card>) -> Listing<Card> {
    posts::service::page(items, |card| (card.published_at, card.id))
}

async fn show_empty(ask: Ask, page: Page) -> Result<Response> {
    let admin = ask.viewer.is_admin();
    let done = if admin {
        let tiers = !membership::service::tiers(&ask.ctx).await?.is_empty();
        let spaces = !spaces::service::listed(&ask.ctx, &ask.viewer).await?.is_empty();
        Done { tiers, spaces }
    } else {
        Done::default()
    };
    Ok(page.draw(&ask, || {
        let locale = ask.locale;
        let first = if admin {
            view! { <FirstSteps locale done/> }.into_any()
        } else if ask.viewer.may_write() {
            let action = Some(("/write/new".to_owned(), t!(locale, "写第一篇", "Write the first one").to_owned()));
            view! { <EmptyState text=t!(locale, "这里还没有文章。", "There are no articles here yet.") action/> }.into_any()
        } else {
            let action = Some(("/community".to_owned(), t!(locale, "去社区看看", "Visit the community").to_owned()));
            view! { <EmptyState text=t!(locale, "这里还没有文章，第一批正在路上。", "There are no articles here yet; the first ones are on their way.") action/> }.into_any()
        };
        view! {
            <div class="home">
                <h1>{ask.site.name.clone()}</h1>
                {first}
            </div>
        }
    }))
}

#[component]
fn Continue(locale: Locale, begun: Vec<Begun>) -> impl IntoView {
    let items = begun.into_iter().map(|begun| view! { <ContinueLine locale begun/> }).collect_view();
    (!items.is_empty()).then(|| {
        view! {
            <section class="home-continue" aria-labelledby="home-continue">
                <h2 id="home-continue">{t!(locale, "继续阅读", "Continue reading")}</h2>
                <ul class="continue-list">{items}</ul>
            </section>
        }
    })
}

#[component]
fn ContinueLine(locale: Locale, begun: Begun) -> impl IntoView {
    let (href, share) = (begun.path(), begun.share);
    let how_far =
        if share == 0 { t!(locale, "刚开始读", "Just started").to_owned() } else { tf!(locale, "已读 {share}%", "{share}% read") };
    let title = begun.card.title;
    let bar =
        (share > 0).then(|| view! { <progress class="continue-bar" max="100" value=share.to_string() aria-hidden="true"></progress> });
    view! {
        <li class="continue-line">
            <h3 class="short-card-title"><a href=href>{title}</a></h3>
            <p class="continue-share num">{how_far}</p>
            {bar}
        </li>
    }
}

#[component]
fn SinceLastVisit(locale: Locale, zone: TimeZone, cards: Vec<Card>) -> impl IntoView {
    let cards = cards.into_iter().map(|card| view! { <ShortCard locale zone=zone.clone() card/> }).collect_view();
    (!cards.is_empty()).then(|| {
        view! {
            <section aria-labelledby="home-new">
                <h2 id="home-new">{t!(locale, "上次访问后的新文章", "New since your last visit")}</h2>
                <ul class="short-list">{cards}</ul>
            </section>
        }
    })
}

/// `fresh` is `None` for whoever follows nothing.
#[component]
fn Followed(locale: Locale, zone: TimeZone, fresh: Option<Vec<Fresh>>) -> impl IntoView {
    let body = match fresh {
        None => view! {
            <p class="home-hint">{t!(
                locale,
                "关注作者、标签或空间后，新内容会出现在这里。",
                "Follow an author, a tag or a space, and you will see what is new from them here."
            )}</p>
            <p class="home-more"><a href="/tags">{t!(locale, "浏览标签", "Browse the tags")}</a><a href="/community">{t!(locale, "浏览空间", "Browse the spaces")}</a></p>
        }
        .into_any(),
        Some(fresh) if fresh.is_empty() => {
            view! { <p class="home-hint">{t!(locale, "你关注的内容还没有更新。", "Nothing new yet from what you follow.")}</p> }.into_any()
        }
        Some(fresh) => {
            let lines = fresh
                .into_iter()
                .map(|fresh| match fresh {
                    Fresh::Article(card) => view! { <ShortCard locale zone=zone.clone() card brief=true/> }.into_any(),
                    Fresh::Topic(topic) => view! { <ShortTopic locale zone=zone.clone() topic/> }.into_any(),
                })
                .collect_view();
            view! { <ul class="short-list">{lines}</ul> }.into_any()
        }
    };
    view! {
        <section class="home-side" aria-labelledby="home-followed">
            <header class="page-head">
                <h2 id="home-followed">{t!(locale, "关注", "Following")}</h2>
                <a class="head-link" href="/account/following">{t!(locale, "管理", "Manage")}</a>
            </header>
            {body}
        </section>
    }
}
