//! `/t/{id}/{slug}`: a topic with its replies; `/topics/{id}/…`: what its author and moderators do with it. Deleting asks
//! first, on a page of its own (`edit?delete=1`), because it cannot be undone.

use super::replies::{Kept, back};
use super::shell::Page;
use super::space::{TopicForm, TopicPage, draw_closed, draw_form, draw_preview};
use crate::discussion::model::{Conversation, Cursor, Sort, Topic};
use crate::discussion::service;
use crate::discussion::view::{Byline, Discussion, TopicVotes};
use crate::foundation::error::Result;
use crate::foundation::id::TopicId;
use crate::foundation::target::{Target, TargetKind};
use crate::membership::model::Access;
use crate::server::http::{Ask, Form, moved, see_other};
use crate::spaces::model::Space;
use crate::t;
use crate::ui::{Banner, Breadcrumb, Prose, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path((id, slug)): Path<(i64, String)>) -> Result<Response> {
    let (space, topic) = service::topic(&ask.ctx, &ask.viewer, TopicId(id)).await?;
    // Before anything else: the right address would tell the title.
    let Some(topic) = topic else { return Ok(draw_closed(&ask, space)) };
    if topic.slug != slug {
        let query = ask.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(moved(&format!("{}{query}", topic.path())));
    }
    let sort = Sort::parse(ask.query("sort").as_deref());
    let after = Cursor::parse(ask.query("after").as_deref());
    let target = Target { kind: TargetKind::Topic, id };
    let mut conversation = service::conversation(&ask.ctx, &ask.viewer, target, &space.gate(), topic.replies, sort, after).await?;
    conversation.accepts = !topic.deleted;
    Ok(draw(&ask, space, topic, conversation))
}

fn draw(ask: &Ask, space: Space, topic: Topic, conversation: Conversation) -> Response {
    let locale = ask.locale;
    let title = if topic.deleted { t!(locale, "已删除的话题", "A deleted topic").to_owned() } else { topic.title.clone() };
    let replying_to = ask.query("reply").and_then(|id| id.parse::<i64>().ok());
    let page = Page::new(title.clone()).description(topic.excerpt.clone()).canonical(topic.path());
    let open = space.access == Access::Public && !topic.hidden && !topic.deleted;
    let page = if open { page } else { page.private() };
    page.draw(ask, || {
        let here = topic.path();
        let lang = locale.other(topic.lang.as_deref());
        let body = if topic.deleted {
            view! { <p class="reply-gone">{t!(locale, "已被作者删除", "deleted by its author")}</p> }.into_any()
        } else {
            view! {
                <Byline locale site=ask.site.clone() handle=topic.handle.clone() name=topic.name.clone() at=topic.created_at edited=topic.edited/>
                {topic.hidden.then(|| view! { <Banner tone=Tone::Warn text=t!(locale, "这个话题已被隐藏，只有版主能看到。", "This topic is hidden; only moderators see it.")/> })}
                <Prose html=topic.html.clone() lang=topic.lang.clone() class="topic-text"/>
                {controls(ask, &topic)}
            }
            .into_any()
        };
        view! {
            <Breadcrumb locale above=vec![("/community".to_owned(), t!(locale, "社区", "Community").to_owned()), (space.path(), space.name.clone())]/>
            <article class="topic">
                <h1 lang=lang dir="auto">{title}</h1>
                {body}
            </article>
            <Discussion locale site=ask.site.clone() viewer=ask.viewer.clone() here conversation replying_to/>
        }
    })
}

fn controls(ask: &Ask, topic: &Topic) -> impl IntoView + use<> {
    let locale = ask.locale;
    let id = topic.id;
    let own = ask.viewer.id().is_some_and(|member| member.0 == topic.author_id);
    let may_vote = ask.viewer.member().is_some() && !own;
    let edit = (own && !topic.hidden).then(|| {
        let (edit, delete) = (format!("/topics/{id}/edit"), format!("/topics/{id}/edit?delete=1"));
        view! {
            <a href=edit rel="nofollow">{t!(locale, "编辑", "Edit")}</a>
            <a href=delete rel="nofollow">{t!(locale, "删除", "Delete")}</a>
        }
    });
    let moderate = ask.viewer.may_moderate().then(|| {
        let (what, label) =
            if topic.hidden { ("show", t!(locale, "恢复显示", "Show again")) } else { ("hide", t!(locale, "隐藏", "Hide")) };
        let action = format!("/topics/{id}/{what}");
        view! { <form method="post" action=action><button class="linklike" type="submit">{label}</button></form> }
    });
    view! {
        <div class="topic-actions">
            <TopicVotes locale id up=topic.up_votes down=topic.down_votes own=topic.own_vote may_vote to=topic.path()/>
            {edit}
            {moderate}
        </div>
    }
}

fn edit_page(ask: &Ask, id: i64) -> TopicPage {
    TopicPage {
        title: t!(ask.locale, "编辑话题", "Edit the topic"),
        action: format!("/topics/{id}/edit"),
        back: format!("/t/{id}/topic"),
        submit: t!(ask.locale, "保存", "Save"),
    }
}

pub async fn edit(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let (topic, source) = service::topic_to_edit(&ask.ctx, &ask.viewer, TopicId(id)).await?;
    let locale = ask.locale;
    let page = TopicPage { back: topic.path(), ..edit_page(&ask, id) };
    let form = TopicForm { title: topic.title, source, action: String::new() };
    if ask.query("delete").is_none() {
        return Ok(draw_form(&ask, &page, form, Kept::default(), None));
    }
    Ok(Page::new(t!(locale, "删除话题", "Delete the topic")).private().draw(&ask, || {
        view! {
            <section class="narrow">
                <h1>{t!(locale, "删除话题", "Delete the topic")}</h1>
                <p>{t!(locale, "一小时内可以撤销，之后文字会被彻底清除；别人的回复会保留。", "For an hour you can undo this; then the text is gone for good. What others replied stays.")}</p>
                <form method="post" action=format!("/topics/{id}/delete")>
                    <p class="actions">
                        <button class="button" type="submit">{t!(locale, "删除", "Delete")}</button>
                        <a class="button button-quiet" href=page.back.clone()>{t!(locale, "返回", "Back")}</a>
                    </p>
                </form>
            </section>
        }
    }))
}

pub async fn submit_edit(ask: Ask, Path(id): Path<i64>, Form(form): Form<TopicForm>) -> Result<Response> {
    let page = edit_page(&ask, id);
    if form.action == "preview" {
        return draw_preview(&ask, &page, form).await;
    }
    match service::edit_topic(&ask.ctx, &ask.viewer, TopicId(id), &form.title, &form.source).await {
        Ok(()) => {
            let (topic, _) = service::topic_to_edit(&ask.ctx, &ask.viewer, TopicId(id)).await?;
            Ok(see_other(&back(&topic.path(), "/community", "saved", None)))
        }
        Err(error) => Ok(draw_form(&ask, &page, form, Kept::from_error(error, ask.locale)?, None)),
    }
}

pub async fn delete(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let space = service::delete_topic(&ask.ctx, &ask.viewer, TopicId(id)).await?;
    Ok(see_other(&format!("{space}?done=deleted&undo=topics.{id}")))
}

pub async fn restore(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let target = Target { kind: TargetKind::Topic, id };
    service::restore(&ask.ctx, &ask.viewer, target).await?;
    let (_, topic) = service::topic(&ask.ctx, &ask.viewer, TopicId(id)).await?;
    Ok(see_other(&topic.map_or_else(|| "/community".to_owned(), |topic| format!("{}?done=restored", topic.path()))))
}

pub async fn hide(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let path = service::hide_topic(&ask.ctx, &ask.viewer, TopicId(id), true).await?;
    Ok(see_other(&format!("{path}?done=hidden")))
}

pub async fn show_again(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let path = service::hide_topic(&ask.ctx, &ask.viewer, TopicId(id), false).await?;
    Ok(see_other(&format!("{path}?done=shown")))
}
