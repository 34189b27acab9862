//! A conversation as a part of a page: its order, the box to write in, and the replies.

use super::model::{Conversation, Sort};
use super::render::{Drawing, Votes, author};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::foundation::target::Target;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::http::sign_in_path;
use crate::t;
use crate::ui::{EmptyState, NextPage, Submit, Tabs, TextArea};
use leptos::prelude::*;
use std::sync::Arc;

/// The replies under an article or a topic. `here` is the path of the page it stands on; `replying_to` is the reply the
/// box stands under (`?reply=…`).
#[component]
pub fn Discussion(
    locale: Locale,
    site: Arc<Site>,
    viewer: Viewer,
    here: String,
    conversation: Conversation,
    #[prop(optional_no_strip)] replying_to: Option<i64>,
) -> impl IntoView {
    if !conversation.open {
        return view! {
            <section class="discussion discussion-closed" id="discussion">
                <h2>{t!(locale, "讨论", "Discussion")}</h2>
                <p>{t!(locale, "能阅读全文的读者可以在这里讨论。", "Readers who can open the whole article discuss it here.")}</p>
            </section>
        }
        .into_any();
    }
    let Conversation { target, sort, after, next, .. } = conversation;
    let page = address(&here, sort, after.map(|cursor| cursor.to_string()));
    let signed_in = viewer.member().is_some();
    let replying_to = replying_to.filter(|id| conversation.replies.iter().any(|reply| reply.id == *id && !reply.deleted));
    let writes = signed_in && conversation.accepts;
    let reply_box = || view! { <ReplyForm locale target parent=replying_to to=page.clone() source=String::new()/> };
    let under = replying_to.filter(|_| writes).map(|id| (id, reply_box().to_html()));
    let query = if page.contains('?') { format!("{page}&") } else { format!("{page}?") };
    let drawing = Drawing {
        locale,
        zone: &site.time_zone,
        viewer: &viewer,
        here: &query,
        reply_box: under.as_ref().map(|(id, html)| (*id, html.as_str())),
        accepts: conversation.accepts,
    };
    let list = drawing.list(&conversation.replies);
    let empty = conversation.replies.is_empty();
    let top = match (writes, signed_in) {
        (true, _) if under.is_none() => reply_box().into_any(),
        (true, _) => {
            let href = format!("{page}#reply-form");
            view! { <p><a href=href>{t!(locale, "改为另写一条回复", "Write a separate reply instead")}</a></p> }.into_any()
        }
        (false, false) if conversation.accepts => {
            let href = sign_in_path(&page);
            view! { <p class="sign-in-to-reply"><a href=href>{t!(locale, "登录后参与讨论", "Sign in to take part")}</a></p> }.into_any()
        }
        _ => ().into_any(),
    };
    let list = if empty {
        view! { <EmptyState text=t!(locale, "还没有回复，来写第一条吧。", "No replies yet. Write the first one.")/> }.into_any()
    } else {
        view! { <div class="replies-list" inner_html=list></div> }.into_any()
    };
    let next = next.map(|cursor| format!("{}#discussion", address(&here, sort, Some(cursor.to_string()))));
    view! {
        <section class="discussion" id="discussion" aria-labelledby="discussion-title">
            <h2 id="discussion-title">{t!(locale, "讨论", "Discussion")}</h2>
            {(!empty).then(|| view! { <Sorts locale here=here.clone() sort/> })}
            <form id="talk" class="talk-form" method="post" action="/votes" data-swap=".votes">
                <input type="hidden" name="to" value=page.clone()/>
                <input type="hidden" name="target_kind" value="reply"/>
            </form>
            {top}
            {list}
            <NextPage locale href=next/>
        </section>
    }
    .into_any()
}

/// The page's address with the order and the place in the list, where they are not the plain ones.
fn address(here: &str, sort: Sort, after: Option<String>) -> String {
    let sort = (sort != Sort::New).then(|| format!("sort={}", sort.as_str()));
    let after = after.map(|after| format!("after={after}"));
    let query: Vec<String> = sort.into_iter().chain(after).collect();
    if query.is_empty() { here.to_owned() } else { format!("{here}?{}", query.join("&")) }
}

#[component]
fn Sorts(locale: Locale, here: String, sort: Sort) -> impl IntoView {
    let tab = |to: Sort, label: &'static str| (format!("{}#discussion", address(&here, to, None)), label.to_owned(), sort == to);
    let tabs = vec![tab(Sort::New, t!(locale, "最新", "Newest")), tab(Sort::Best, t!(locale, "最佳", "Best"))];
    view! { <Tabs label=t!(locale, "排序", "Sort") tabs/> }
}

/// The box to write a reply in. Without JavaScript the preview is a page of its own.
#[component]
pub fn ReplyForm(
    locale: Locale,
    target: Target,
    #[prop(optional_no_strip)] parent: Option<i64>,
    to: String,
    source: String,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    view! {
        <form class="form reply-form" id="reply-form" method="post" action="/replies">
            <input type="hidden" name="target_kind" value=target.kind.as_str()/>
            <input type="hidden" name="target_id" value=target.id.to_string()/>
            {parent.map(|id| view! { <input type="hidden" name="parent" value=id.to_string()/> })}
            <input type="hidden" name="to" value=to/>
            <TextArea
                label=t!(locale, "写回复", "Write a reply")
                name="source"
                value=source
                rows=5
                required=true
                hint=Some(t!(locale, "可以用 Markdown。", "Markdown works here.").to_owned())
                error=error
            />
            <p class="actions">
                <Submit label=t!(locale, "发表", "Reply") name="action" value="send"/>
                <Submit label=t!(locale, "预览", "Preview") name="action" value="preview" quiet=true/>
            </p>
        </form>
    }
}

/// Who wrote something, and when.
#[component]
pub fn Byline(locale: Locale, site: Arc<Site>, handle: Option<String>, name: String, at: i64, edited: bool) -> impl IntoView {
    let mut by = String::new();
    author(&mut by, locale, handle.as_deref(), &name);
    let at = Timestamp(at);
    let edited = edited.then(|| view! { " " <span class="reply-edited">{t!(locale, "已编辑", "edited")}</span> });
    view! {
        <p class="byline">
            <span inner_html=by></span> " "
            <time datetime=format::machine(at)>{format::date_time(at, &site.time_zone, locale)}</time>
            {edited}
        </p>
    }
}

/// The votes on a topic, as a form of their own.
#[component]
pub fn TopicVotes(locale: Locale, id: i64, up: i64, down: i64, own: i64, may_vote: bool, to: String) -> impl IntoView {
    let mut html = String::new();
    Votes { form: "topic-votes", id, up, down, own }.draw(&mut html, locale, may_vote);
    view! {
        <form id="topic-votes" class="topic-votes" method="post" action="/votes" data-swap=".votes">
            <input type="hidden" name="to" value=to/>
            <input type="hidden" name="target_kind" value="topic"/>
            <span inner_html=html></span>
        </form>
    }
}
