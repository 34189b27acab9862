//! `/c/{space}`: the topics of a space; `/c/{space}/new`: a new one.

use super::replies::Kept;
use super::shell::{Kind, Page};
use crate::discussion::model::{Cursor, NewTopic, Paged, TopicLine, topic_path};
use crate::discussion::service;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::TopicId;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::markdown::Passage;
use crate::membership::model::Access;
use crate::membership::paywall;
use crate::reading::follows;
use crate::reading::model::Subject;
use crate::reading::view::FollowButton;
use crate::server::http::{Ask, Form, query_value, see_other};
use crate::spaces::model::Space;
use crate::spaces::view::SpaceClosed;
use crate::ui::{Badge, Banner, Breadcrumb, EmptyState, Field, NextPage, Prose, Submit, TextArea, Tone};
use crate::{spaces, t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// The page instead of what is in a space: 401 for a visitor, 403 for a member.
pub fn draw_closed(ask: &Ask, space: Space) -> Response {
    let signed_in = ask.viewer.member().is_some();
    let here = query_value(ask.path_and_query());
    Page::new(space.name.clone())
        .private()
        .status(if signed_in { 403 } else { 401 })
        .draw(ask, || view! { <SpaceClosed locale=ask.locale space signed_in here/> })
}

pub async fn show(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    let space = spaces::service::by_slug(&ask.ctx, &slug).await?;
    if !paywall::opens(&ask.ctx, &ask.viewer, &space.gate()).await? {
        return Ok(draw_closed(&ask, space));
    }
    let after = Cursor::parse(ask.query("after").as_deref());
    let Paged { items, next } = service::topics_in(&ask.ctx, &ask.viewer, &space, after).await?;
    let locale = ask.locale;
    let subject = Subject::Space(space.id);
    let following = follows::is_following(&ask.ctx, &ask.viewer, &subject).await?;
    let following = ask.viewer.member().map(|_| following);
    let page = Page::new(space.name.clone()).of(Kind::Lists).description(space.description.clone()).canonical(space.path());
    let page = if space.access == Access::Public { page } else { page.private() };
    Ok(page.draw(&ask, || {
        let new = format!("{}/new", space.path());
        let next = next.map(|cursor| format!("{}?after={cursor}", space.path()));
        let list = if items.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有话题，来发第一个吧。", "No topics yet. Start the first one.")/> }.into_any()
        } else {
            let lines = items.into_iter().map(|topic| topic_line(locale, &ask.site, topic)).collect_view();
            view! { <ul class="topic-list">{lines}</ul> }.into_any()
        };
        view! {
            <Breadcrumb locale above=vec![("/community".to_owned(), t!(locale, "社区", "Community").to_owned())]/>
            <h1>{space.name.clone()}</h1>
            {(!space.description.is_empty()).then(|| view! { <p class="space-description">{space.description.clone()}</p> })}
            <div class="actions">
                <a class="button" href=new>{t!(locale, "新话题", "New topic")}</a>
                <FollowButton locale subject following here=space.path()/>
            </div>
            {list}
            <NextPage locale href=next/>
        }
    }))
}

fn topic_line(locale: Locale, site: &Site, topic: TopicLine) -> impl IntoView + use<> {
    let (href, n, at) = (topic.path(), topic.replies, Timestamp(topic.last_activity_at));
    let replies = plural(n, "reply", "replies");
    let by = if topic.handle.is_some() { topic.name } else { t!(locale, "已注销会员", "deleted member").to_owned() };
    let lang = locale.other(topic.lang.as_deref());
    let votes = topic.up_votes - topic.down_votes;
    let (votes, votes_word) = (format::number(votes), plural(votes, "vote", "votes"));
    view! {
        <li class="topic-line">
            <h2 lang=lang dir="auto"><a href=href>{topic.title}</a></h2>
            {topic.hidden.then(|| view! { <Badge tone=Tone::Warn text=t!(locale, "已隐藏", "Hidden")/> })}
            <p class="topic-facts">
                <span class="topic-author">{by}</span>
                <span>{tf!(locale, "{n} 条回复", "{n} {replies}")}</span>
                <span>{tf!(locale, "{votes} 票", "{votes} {votes_word}")}</span>
                <time datetime=format::machine(at)>{format::date_time(at, &site.time_zone, locale)}</time>
            </p>
        </li>
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TopicForm {
    pub title: String,
    pub source: String,
    pub action: String,
}

/// What a page with a topic's form is for.
pub struct TopicPage {
    pub title: &'static str,
    /// Where the form goes.
    pub action: String,
    /// Where "back" leads.
    pub back: String,
    pub submit: &'static str,
}

fn new_page(locale: Locale, slug: &str) -> TopicPage {
    TopicPage {
        title: t!(locale, "新话题", "New topic"),
        action: format!("/c/{slug}/new"),
        back: format!("/c/{slug}"),
        submit: t!(locale, "发表", "Post"),
    }
}

pub async fn new(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    let space = spaces::service::by_slug(&ask.ctx, &slug).await?;
    if !paywall::opens(&ask.ctx, &ask.viewer, &space.gate()).await? {
        return Ok(draw_closed(&ask, space));
    }
    ask.viewer.require_member()?;
    Ok(draw_form(&ask, &new_page(ask.locale, &space.slug), TopicForm::default(), Kept::default(), None))
}

pub async fn submit_new(ask: Ask, Path(slug): Path<String>, Form(form): Form<TopicForm>) -> Result<Response> {
    let space = spaces::service::by_slug(&ask.ctx, &slug).await?;
    let page = new_page(ask.locale, &space.slug);
    if form.action == "preview" {
        return draw_preview(&ask, &page, form).await;
    }
    let new = NewTopic { space: space.id, title: form.title.clone(), source: form.source.clone() };
    match start(&ask, new).await {
        Ok(path) => Ok(see_other(&path)),
        Err(error) => Ok(draw_form(&ask, &page, form, Kept::from_error(error, ask.locale)?, None)),
    }
}

async fn start(ask: &Ask, new: NewTopic) -> Result<String> {
    let id: TopicId = service::start_topic(&ask.ctx, &ask.viewer, new).await?;
    let (_, topic) = service::topic(&ask.ctx, &ask.viewer, id).await?;
    let topic = topic.ok_or(AppError::NotFound)?;
    Ok(format!("{}?done=topic", topic_path(topic.id, &topic.slug)))
}

/// The form again, with the text as it would look.
pub async fn draw_preview(ask: &Ask, page: &TopicPage, form: TopicForm) -> Result<Response> {
    match service::preview_topic(&ask.viewer, &form.title, &form.source).await {
        Ok(passage) => Ok(draw_form(ask, page, form, Kept::default(), Some(passage))),
        Err(error) => Ok(draw_form(ask, page, form, Kept::from_error(error, ask.locale)?, None)),
    }
}

/// The form of a topic, new or edited. What was typed is always in it.
pub fn draw_form(ask: &Ask, page: &TopicPage, form: TopicForm, kept: Kept, preview: Option<Passage>) -> Response {
    let locale = ask.locale;
    Page::new(page.title).private().status(kept.status).draw(ask, || {
        let error = |name| kept.errors.of(name, locale);
        let preview = preview.map(|passage| {
            view! {
                <section class="preview" aria-label=t!(locale, "预览", "Preview")>
                    <h2>{t!(locale, "预览", "Preview")}</h2>
                    <Prose html=passage.html lang=passage.lang.map(|lang| lang.tag().to_owned())/>
                </section>
            }
        });
        view! {
            <section class="topic-editor">
                <h1>{page.title}</h1>
                {kept.said.clone().map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {kept.sign_in.then(|| super::replies::sign_in_elsewhere(locale))}
                {preview}
                <form class="form" method="post" action=page.action.clone()>
                    <Field label=t!(locale, "标题", "Title") name="title" value=form.title required=true maxlength=200 error=error("title")/>
                    <TextArea
                        label=t!(locale, "正文", "Text")
                        name="source"
                        value=form.source
                        rows=14
                        required=true
                        hint=Some(t!(locale, "可以用 Markdown。", "Markdown works here.").to_owned())
                        error=error("source")
                    />
                    <p class="actions">
                        <Submit label=page.submit name="action" value="send"/>
                        <Submit label=t!(locale, "预览", "Preview") name="action" value="preview" quiet=true/>
                        <a class="button button-quiet" href=page.back.clone()>{t!(locale, "返回", "Back")}</a>
                    </p>
                </form>
            </section>
        }
    })
}
