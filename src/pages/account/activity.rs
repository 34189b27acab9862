//! `/account/activity`: the ratings a member gave, and what they wrote in discussions.

use super::frame::AccountFrame;
use crate::discussion::model::{Cursor, Written};
use crate::discussion::service::replies_of;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::reactions::service::{Given, ratings_of};
use crate::server::http::Ask;
use crate::ui::{EmptyState, NextPage};
use crate::{markdown, t, tf};
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 20;
/// As much of a reply as the list shows, in characters.
const SHOWN: usize = 140;

/// Both lists are paged by themselves: `?ratings=…` and `?written=…`.
pub async fn show(ask: Ask) -> Result<Response> {
    let (ratings_at, written_at) = (ask.query("ratings"), ask.query("written"));
    let ratings = ratings_of(&ask.ctx, &ask.viewer, Cursor::parse(ratings_at.as_deref()), PAGE).await?;
    let written = replies_of(&ask.ctx, &ask.viewer, Cursor::parse(written_at.as_deref()), PAGE).await?;
    let locale = ask.locale;
    let title = t!(locale, "评分与讨论", "Ratings and discussion");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = |name: &str, cursor: Option<Cursor>| cursor.map(|at| format!("/account/activity?{name}={}-{}", at.key, at.id));
        let (next_ratings, next_written) = (next("ratings", ratings.next), next("written", written.next));
        let ratings = if ratings.items.is_empty() {
            view! { <EmptyState text=t!(locale, "你还没有给文章评过分。", "You have not rated an article yet.")/> }.into_any()
        } else {
            let lines = ratings.items.into_iter().map(|given| view! { <Rated ask=ask.clone() given/> }).collect_view();
            view! { <ul class="activity">{lines}</ul> }.into_any()
        };
        let written = if written.items.is_empty() {
            view! { <EmptyState text=t!(locale, "你还没有参与讨论。", "You have not written in a discussion yet.")/> }.into_any()
        } else {
            let lines = written.items.into_iter().map(|written| view! { <Wrote ask=ask.clone() written/> }).collect_view();
            view! { <ul class="activity">{lines}</ul> }.into_any()
        };
        view! {
            <AccountFrame ask=ask.clone() current="/account/activity" title>
                <section>
                    <h2>{t!(locale, "我的评分", "Your ratings")}</h2>
                    {ratings}
                    <NextPage locale href=next_ratings/>
                </section>
                <section>
                    <h2>{t!(locale, "我的话题与回复", "Your topics and replies")}</h2>
                    {written}
                    <NextPage locale href=next_written/>
                </section>
            </AccountFrame>
        }
    }))
}

#[component]
fn Rated(ask: Ask, given: Given) -> impl IntoView {
    let locale = ask.locale;
    let stars = given.stars;
    let at = Timestamp(given.updated_at);
    view! {
        <li>
            <p class="activity-what"><a href=format!("/p/{}", given.slug)>{given.title}</a></p>
            <p class="activity-facts">
                <span>{tf!(locale, "{stars} 星", "{stars} of 5 stars")}</span> " "
                <time datetime=format::machine(at)>{format::date(at, &ask.site.time_zone, locale)}</time>
            </p>
        </li>
    }
}

#[component]
fn Wrote(ask: Ask, written: Written) -> impl IntoView {
    let locale = ask.locale;
    let at = Timestamp(written.created_at);
    let place = match written.title {
        Some(title) => view! { <a href=written.path>{title}</a> }.into_any(),
        None => t!(locale, "你目前无法查看的内容", "Something you cannot see now").into_any(),
    };
    view! {
        <li>
            <p class="activity-what">{place}</p>
            <p class="activity-facts"><time datetime=format::machine(at)>{format::date(at, &ask.site.time_zone, locale)}</time></p>
            <p class="activity-text" dir="auto">{markdown::plain(&written.source, SHOWN)}</p>
        </li>
    }
}
