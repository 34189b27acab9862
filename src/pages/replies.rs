//! `/replies`: writing, changing, hiding replies, wherever they stand. A reply that cannot be kept comes back on a page of
//! its own with everything that was typed, whatever the reason; its preview is such a page too.

use super::shell::Page;
use crate::discussion::model::NewReply;
use crate::discussion::service;
use crate::discussion::view::ReplyForm;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::ReplyId;
use crate::foundation::locale::Locale;
use crate::foundation::target::{Target, TargetKind};
use crate::markdown::Passage;
use crate::server::http::{Ask, Form, local_path, see_other, sign_in_path};
use crate::t;
use crate::ui::{Banner, Errors, Prose, Submit, TextArea, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// How a form comes back: the status, what is wrong, and whether signing in would help.
#[derive(Debug, Clone)]
pub struct Kept {
    pub status: u16,
    pub errors: Errors,
    pub said: Option<String>,
    pub sign_in: bool,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { status: 200, errors: Errors::none(), said: None, sign_in: false }
    }
}

impl Kept {
    /// Any refusal keeps what was typed; what is our own fault is drawn as such.
    pub fn from_error(error: AppError, locale: Locale) -> Result<Kept> {
        let status = error.status();
        if status >= 500 {
            return Err(error);
        }
        let (message, sign_in) = (error.message(locale), matches!(error, AppError::SignInRequired));
        let errors = Errors::from_error(error).unwrap_or_default();
        let said = errors.summary(locale).or(Some(message));
        Ok(Kept { status, errors, said, sign_in })
    }
}

/// Signing in without leaving the page that holds what was typed.
pub fn sign_in_elsewhere(locale: Locale) -> impl IntoView {
    let label = t!(locale, "在新标签页登录，然后回来再提交一次", "Sign in in a new tab, then come back and send this again");
    view! { <p><a href="/sign-in" target="_blank" rel="noopener">{label}</a></p> }
}

/// Where a form leads when it is done: the page it came from (or `otherwise`), with the notice and the anchor. An empty
/// `done` says nothing: what was done shows by itself.
pub fn back(to: &str, otherwise: &str, done: &str, anchor: Option<&str>) -> String {
    let to = local_path(to).unwrap_or(otherwise);
    let to = to.split('#').next().unwrap_or(to);
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    let old = |part: &&str| !part.is_empty() && !part.starts_with("done=") && !part.starts_with("undo=") && !part.starts_with("reply=");
    let done = (!done.is_empty()).then(|| format!("done={done}"));
    let query: Vec<&str> = query.split('&').filter(old).chain(done.as_deref()).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    format!("{path}{mark}{}{anchor}", query.join("&"))
}

/// For buttons that type nothing: a visitor gets 401 and a way to sign in that comes back to the page; the rest is drawn
/// as any failure.
pub fn refused(ask: &Ask, error: AppError, to: &str) -> Result<Response> {
    if !matches!(error, AppError::SignInRequired) {
        return Err(error);
    }
    let locale = ask.locale;
    let title = t!(locale, "请先登录", "Please sign in");
    let href = sign_in_path(local_path(to).unwrap_or("/"));
    Ok(Page::new(title).private().status(401).draw(ask, || {
        view! {
            <section class="failure">
                <h1>{title}</h1>
                <p>{error.message(locale)}</p>
                <p class="actions"><a class="button" href=href>{t!(locale, "登录", "Sign in")}</a></p>
            </section>
        }
    }))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    target_kind: String,
    target_id: String,
    parent: String,
    source: String,
    to: String,
    action: String,
}

impl NewForm {
    /// What it answers; 404 for what cannot be read.
    fn target(&self) -> Result<Target> {
        let kind = TargetKind::parse(&self.target_kind).ok_or(AppError::NotFound)?;
        Ok(Target { kind, id: self.target_id.parse().map_err(|_| AppError::NotFound)? })
    }

    fn parent(&self) -> Result<Option<ReplyId>> {
        match self.parent.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| AppError::NotFound),
        }
    }
}

/// An empty box on a page of its own: where a sign-in or a change of language on one of these pages comes back to.
pub async fn show(ask: Ask) -> Result<Response> {
    let field = |name| ask.query(name).unwrap_or_default();
    let form = NewForm {
        target_kind: field("target_kind"),
        target_id: field("target_id"),
        parent: field("parent"),
        to: field("to"),
        ..NewForm::default()
    };
    match form.target() {
        Ok(_) => draw_new(&ask, form, Kept::default(), None).await,
        Err(_) => Ok(see_other("/community")),
    }
}

pub async fn submit(ask: Ask, Form(form): Form<NewForm>) -> Result<Response> {
    if form.action == "preview" {
        return match service::preview_reply(&ask.viewer, &form.source).await {
            Ok(passage) => draw_new(&ask, form, Kept::default(), Some(passage)).await,
            Err(error) => draw_new(&ask, form, Kept::from_error(error, ask.locale)?, None).await,
        };
    }
    match send(&ask, &form).await {
        Ok(path) => Ok(see_other(&path)),
        Err(error) => draw_new(&ask, form, Kept::from_error(error, ask.locale)?, None).await,
    }
}

async fn send(ask: &Ask, form: &NewForm) -> Result<String> {
    let (target, parent) = (form.target()?, form.parent()?);
    let id = service::reply(&ask.ctx, &ask.viewer, NewReply { target, parent, source: form.source.clone() }).await?;
    // A new thread stands first on the plain page, wherever the box was.
    let to = match (parent, form.to.split_once('?')) {
        (None, Some((path, _))) => path,
        _ => &form.to,
    };
    Ok(back(to, "/community", "replied", Some(&format!("r-{id}"))))
}

async fn draw_new(ask: &Ask, form: NewForm, kept: Kept, preview: Option<Passage>) -> Result<Response> {
    let locale = ask.locale;
    let title = t!(locale, "写回复", "Write a reply");
    // The name of what is answered, for those who may see it.
    let place = match form.target() {
        Ok(target) => service::place(&ask.ctx, &ask.viewer, target).await.ok(),
        Err(_) => None,
    };
    let target = form.target().unwrap_or(Target { kind: TargetKind::Topic, id: 0 });
    let parent = form.parent.parse::<i64>().ok();
    let errors = kept.errors.clone();
    Ok(draw_page(ask, title, &kept, preview, move || {
        let about = place
            .map(|place| view! { <p class="replying-to">{t!(locale, "回复：", "Reply to: ")}<a href=place.path>{place.title}</a></p> });
        view! {
            {about}
            <ReplyForm locale target parent to=form.to source=form.source error=errors.of("source", locale)/>
        }
    }))
}

/// A page around a box to write in: what went wrong, and the preview, above it.
fn draw_page<V: IntoView>(ask: &Ask, title: &'static str, kept: &Kept, preview: Option<Passage>, form: impl FnOnce() -> V) -> Response {
    let locale = ask.locale;
    Page::new(title).private().status(kept.status).draw(ask, || {
        let preview = preview.map(|passage| {
            view! {
                <section class="preview" aria-label=t!(locale, "预览", "Preview")>
                    <h2>{t!(locale, "预览", "Preview")}</h2>
                    <Prose html=passage.html lang=passage.lang.map(|lang| lang.tag().to_owned()) class="reply-text"/>
                </section>
            }
        });
        view! {
            <section class="reply-editor">
                <h1>{title}</h1>
                {kept.said.clone().map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {kept.sign_in.then(|| sign_in_elsewhere(locale))}
                {preview}
                {form()}
            </section>
        }
    })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    source: String,
    to: String,
    action: String,
}

pub async fn edit(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let (source, place) = service::reply_to_edit(&ask.ctx, &ask.viewer, ReplyId(id)).await?;
    Ok(draw_edit(&ask, id, ChangeForm { source, to: place.path, action: String::new() }, Kept::default(), None))
}

pub async fn submit_edit(ask: Ask, Path(id): Path<i64>, Form(form): Form<ChangeForm>) -> Result<Response> {
    let done = match form.action.as_str() {
        "preview" => service::preview_reply(&ask.viewer, &form.source).await.map(Some),
        _ => service::edit_reply(&ask.ctx, &ask.viewer, ReplyId(id), &form.source).await.map(|()| None),
    };
    match done {
        Ok(None) => Ok(see_other(&back(&form.to, "/community", "saved", Some(&format!("r-{id}"))))),
        Ok(preview) => Ok(draw_edit(&ask, id, form, Kept::default(), preview)),
        Err(error) => Ok(draw_edit(&ask, id, form, Kept::from_error(error, ask.locale)?, None)),
    }
}

fn draw_edit(ask: &Ask, id: i64, form: ChangeForm, kept: Kept, preview: Option<Passage>) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "编辑回复", "Edit your reply");
    let error = kept.errors.of("source", locale);
    draw_page(ask, title, &kept, preview, || {
        view! {
            <form class="form reply-form" id="reply-form" method="post" action=format!("/replies/{id}/edit")>
                <input type="hidden" name="to" value=form.to.clone()/>
                <TextArea label=t!(locale, "正文", "Text") name="source" value=form.source rows=8 required=true error=error/>
                <p class="actions">
                    <Submit label=t!(locale, "保存", "Save") name="action" value="save"/>
                    <Submit label=t!(locale, "预览", "Preview") name="action" value="preview" quiet=true/>
                </p>
            </form>
            <form class="reply-delete" method="post" action=format!("/replies/{id}/delete")>
                <input type="hidden" name="to" value=form.to/>
                <p>{t!(locale, "删除后一小时内可以撤销，之后文字会被彻底清除。", "For an hour you can undo this; then the text is gone for good.")}</p>
                <Submit label=t!(locale, "删除这条回复", "Delete this reply") quiet=true/>
            </form>
        }
    })
}

pub async fn delete(ask: Ask, Path(id): Path<i64>, Form(form): Form<ChangeForm>) -> Result<Response> {
    match service::delete_reply(&ask.ctx, &ask.viewer, ReplyId(id)).await {
        Ok(()) => Ok(see_other(&back(&form.to, "/community", &format!("deleted&undo=replies.{id}"), Some(&format!("r-{id}"))))),
        Err(error) => refused(&ask, error, &form.to),
    }
}

pub async fn restore(ask: Ask, Path(id): Path<i64>, Form(form): Form<ChangeForm>) -> Result<Response> {
    match service::restore(&ask.ctx, &ask.viewer, Target { kind: TargetKind::Reply, id }).await {
        Ok(()) => Ok(see_other(&back(&form.to, "/community", "restored", Some(&format!("r-{id}"))))),
        Err(error) => refused(&ask, error, &form.to),
    }
}

pub async fn hide(ask: Ask, Path(id): Path<i64>, Form(form): Form<ChangeForm>) -> Result<Response> {
    change_hidden(ask, id, form, true).await
}

pub async fn show_again(ask: Ask, Path(id): Path<i64>, Form(form): Form<ChangeForm>) -> Result<Response> {
    change_hidden(ask, id, form, false).await
}

async fn change_hidden(ask: Ask, id: i64, form: ChangeForm, hide: bool) -> Result<Response> {
    match service::hide_reply(&ask.ctx, &ask.viewer, ReplyId(id), hide).await {
        Ok(()) => {
            let done = if hide { "hidden" } else { "shown" };
            Ok(see_other(&back(&form.to, "/community", done, Some(&format!("r-{id}")))))
        }
        Err(error) => refused(&ask, error, &form.to),
    }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn a_form_leads_back_to_its_page_with_a_notice_and_an_anchor() {
        assert_eq!(back("/t/1/a", "/", "replied", Some("r-3")), "/t/1/a?done=replied#r-3");
        assert_eq!(back("/t/1/a?sort=best&done=voted&reply=2#x", "/", "voted", None), "/t/1/a?sort=best&done=voted");
        assert_eq!(back("/t/1/a?done=saved", "/", "", Some("r-3")), "/t/1/a#r-3");
        assert_eq!(back("https://evil.example", "/community", "voted", None), "/community?done=voted");
    }
}
