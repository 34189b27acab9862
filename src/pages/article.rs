//! `/p/{slug}`: an article, with as much of it as the viewer may read.

use super::gift::links::{GivenBy, giving};
use super::offers;
use super::offline::OfflineNote;
use super::orders::back::sentence;
use super::plus_tax;
use super::share::{Article, ShareRow};
use super::shell::{Kind, Page};
use super::tip;
use crate::bundles::model::Bundle;
use crate::bundles::view::InBundles;
use crate::discussion;
use crate::discussion::model::{Conversation, Cursor, Sort};
use crate::discussion::view::Discussion;
use crate::foundation::error::{AppError, Result};
use crate::foundation::target::{Target, TargetKind};
use crate::membership::gift_links::Kept;
use crate::membership::model::Access;
use crate::posts::model::{OpenedPost, Rest, Status};
use crate::posts::service;
use crate::posts::view::{Contents, PostBody, PostHeader, Tags};
use crate::reactions;
use crate::reactions::view::RateForm;
use crate::server::http::{AsItIs, Ask, is_ahead, is_prefetch, moved};
use crate::sponsors::view::Sponsors;
use crate::ui::{Banner, Tone};
use crate::{bundles, creators, payments, reading, settings, sponsors, t};
use axum::Extension;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use tower_sessions::Session;

pub async fn show(ask: Ask, session: Session, Path(slug): Path<String>, headers: HeaderMap) -> Result<Response> {
    let kept = Kept::of(&session).await?;
    let post = match service::open_by(&ask.ctx, &ask.viewer, &slug, &kept).await {
        Ok(post) => post,
        Err(AppError::NotFound) => return moved_from(&ask).await,
        Err(error) => return Err(error),
    };
    if !is_prefetch(&headers) {
        reading::service::opened(&ask.ctx, &ask.viewer, &post);
    }
    if matches!(post.rest, Rest::Open(_)) && post.gate.access == Access::Paid {
        // To open what was paid for ends the right to withdraw and earns its creators a part of the pool: the browser has to ask
        // when it shows it.
        if is_ahead(&headers) {
            return Ok((StatusCode::SERVICE_UNAVAILABLE, Extension(AsItIs), [(CACHE_CONTROL, "no-store")]).into_response());
        }
        payments::service::promises::opened(&ask.ctx, &ask.viewer, post.id, post.gate.tier).await?;
        if post.status == Status::Published {
            creators::pool::opened(&ask.ctx, &ask.viewer, post.id, &post.gate).await?;
        }
    }
    let promise = promise(&ask, &post).await?;
    let mut page = Page::new(post.title.clone())
        .of(if matches!(post.rest, Rest::Given(..)) { Kind::Any } else { Kind::Text })
        .description(post.description.clone())
        .canonical(post.path())
        .article(Article::of(&post, &ask.site))
        .kept(post.status == Status::Published && !matches!(post.rest, Rest::Given(..)));
    if post.status == Status::Draft || matches!(post.rest, Rest::Given(..)) {
        page = page.private();
    }
    let bundles = match &post.rest {
        Rest::Walled(_) if post.gate.access == Access::Paid => bundles::service::with_post(&ask.ctx, post.id).await?,
        _ => Vec::new(),
    };
    let giving = giving(&ask, &post).await?;
    let offer = offers::for_article(&ask, &post).await?;
    let tipping = tip::way(&ask, &post).await?;
    let rating = own_rating(&ask, &post).await?;
    let talk = talk(&ask, &post).await?;
    let sponsors = if post.status == Status::Published { sponsors::service::running(&ask.ctx).await? } else { Vec::new() };
    let replying_to = ask.query("reply").and_then(|id| id.parse().ok());
    let is_given = matches!(post.rest, Rest::Given(..));
    let mut response = page.draw(&ask, || {
        let (locale, id, here) = (ask.locale, post.id, post.path());
        let rating = rating.map(|own| view! { <RateForm locale post=id own to=here.clone()/> });
        let share = (post.status == Status::Published).then(|| {
            view! { <ShareRow locale slug=post.slug.clone() title=post.title.clone() base=ask.ctx.config().base_url.clone()/> }
        });
        let discussion = talk.map(|conversation| {
            view! { <Discussion locale site=ask.site.clone() viewer=ask.viewer.clone() here conversation replying_to/> }
        });
        let given = if let Rest::Given(_, given) = &post.rest { Some(given.clone()) } else { None };
        let given = given.map(|given| view! { <GivenBy ask=ask.clone() given to=post.path()/> });
        let note = (post.status == Status::Published).then(|| view! { <OfflineNote ask=ask.clone()/> });
        view! {
            {note}
            {given}
            {offer}
            <Post post promise bundles ask=ask.clone()/>
            {share}
            {giving}
            {tipping}
            <Sponsors locale sponsors/>
            {rating}
            {discussion}
        }
    });
    if is_given {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    Ok(response)
}

/// The stars the viewer gave, for a viewer who may give some: who can open the article and did not write it.
async fn own_rating(ask: &Ask, post: &OpenedPost) -> Result<Option<Option<i64>>> {
    let opened = matches!(post.rest, Rest::Nothing | Rest::Open(_));
    let reader = ask.viewer.id().is_some_and(|id| id != post.author.id);
    if !(opened && reader && post.status == Status::Published) {
        return Ok(None);
    }
    reactions::service::own_rating(&ask.ctx, &ask.viewer, post.id).await.map(Some)
}

/// What readers say about it; nobody talks about a draft.
async fn talk(ask: &Ask, post: &OpenedPost) -> Result<Option<Conversation>> {
    if post.status == Status::Draft {
        return Ok(None);
    }
    let sort = Sort::parse(ask.query("sort").as_deref());
    let after = Cursor::parse(ask.query("after").as_deref());
    let target = Target { kind: TargetKind::Post, id: post.id.0 };
    discussion::service::conversation(&ask.ctx, &ask.viewer, target, &post.gate, post.counts.replies, sort, after).await.map(Some)
}

/// Where the address asked for leads now. An article that was taken back to a draft is nowhere: its new address would tell
/// what it is about.
pub async fn moved_from(ask: &Ask) -> Result<Response> {
    let target = settings::service::redirect(&ask.ctx, ask.path()).await?.ok_or(AppError::NotFound)?;
    let moved_again = settings::service::redirect(&ask.ctx, &target).await?.is_some();
    if let Some(slug) = target.strip_prefix("/p/").filter(|_| !moved_again) {
        service::open(&ask.ctx, &ask.viewer, slug).await?;
    }
    Ok(moved(&target))
}

/// What is promised of buying it, and that tax comes to its price, where it is sold.
async fn promise(ask: &Ask, post: &OpenedPost) -> Result<Option<String>> {
    let Rest::Walled(wall) = &post.rest else { return Ok(None) };
    let (of_post, of_tier) = payments::service::promises::rules(&ask.ctx).await?;
    let rule = if wall.price.is_some() { of_post } else { of_tier.filter(|_| wall.tier.is_some()) };
    let plus_tax = if wall.price.is_some() || wall.tier.is_some() { plus_tax::note(ask).await? } else { None };
    let said: Vec<String> = plus_tax.map(str::to_owned).into_iter().chain(rule.map(|rule| sentence(rule, ask.locale))).collect();
    Ok((!said.is_empty()).then(|| said.join(t!(ask.locale, "", " "))))
}

#[component]
fn Post(post: OpenedPost, #[prop(optional_no_strip)] promise: Option<String>, bundles: Vec<Bundle>, ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let draft = (post.status == Status::Draft).then(|| {
        view! { <Banner tone=Tone::Warn text=t!(locale, "这是草稿，只有作者和管理员能看到。", "This is a draft. Only its author and admins can see it.")/> }
    });
    let bundled = (!bundles.is_empty()).then(|| view! { <InBundles bundles locale/> }.into_any());
    // For front/reading.js: how far its reader comes is remembered.
    let read = reading::service::remembers(&ask.viewer, &post).then(|| post.id.to_string());
    view! {
        <article class="post" data-reading=read>
            {draft}
            <PostHeader post=post.clone() locale zone=ask.site.time_zone.clone()/>
            <Contents post=post.clone() locale/>
            <PostBody post=post.clone() locale signed_in=ask.viewer.member().is_some() promise bundled/>
            <Tags tags=post.tags locale/>
        </article>
    }
}
