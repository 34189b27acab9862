//! `/admin/look`: how the site presents itself. One form; *Try it* shows it to this browser only, *Publish* to everybody.

mod fields;
pub mod form;
mod links;

use crate::foundation::error::{AppError, FieldError, Result};
use crate::foundation::look::Texts;
use crate::pages::Page;
use crate::server::http::{Ask, see_other};
use crate::settings::{TypedLook, look};
use crate::t;
use crate::ui::{Banner, Errors, Submit, Tone};
use axum::extract::Request;
use axum::response::Response;
use fields::{AccentFields, AnnouncementFields, HomeFields, NameFields, OwnCss, PictureFields};
use form::Sent;
use leptos::prelude::*;
use links::LinkFields;
use tower_sessions::Session;

pub async fn show(ask: Ask) -> Result<Response> {
    let site = look::editing(&ask.ctx, &ask.viewer).await?;
    let mut typed = TypedLook::of(&site);
    let newest = Some(look::published_at(&ask.ctx).await?);
    let behind = site.look.is_draft && typed.based_on != newest;
    // Whoever publishes from here has been told.
    typed.based_on = newest;
    Ok(draw(&ask, typed, Errors::none(), behind))
}

pub async fn submit(ask: Ask, session: Session, request: Request) -> Result<Response> {
    ask.viewer.require_admin()?;
    let sent = Sent::receive(request).await?;
    let mut typed = sent.typed();
    let publish = sent.get("do") == "publish";
    let mut wrong = Vec::new();
    for (field, file) in sent.files {
        let picture = match field.as_str() {
            "logo_file" => &mut typed.logo,
            "favicon_file" => &mut typed.favicon,
            _ => continue,
        };
        match look::upload(&ask.ctx, &ask.viewer, field.trim_end_matches("_file"), file).await {
            Ok(hash) => *picture = hash,
            Err(AppError::Invalid(fields)) => wrong.extend(fields),
            Err(error) => return Err(error),
        }
    }
    let done = match (wrong.is_empty(), publish) {
        (true, true) => look::publish(&ask.ctx, &ask.viewer, &typed).await,
        (true, false) => look::try_out(&ask.ctx, &ask.viewer, &session, &typed).await,
        (false, _) => both(wrong, look::check(&ask.ctx, &ask.viewer, &typed).await),
    };
    match done {
        Ok(()) if publish => Ok(see_other("/admin/look?done=look-published")),
        Ok(()) => Ok(see_other("/admin/look?done=look-tried")),
        Err(error) => {
            if matches!(error, AppError::Conflict(_)) {
                typed.based_on = Some(look::published_at(&ask.ctx).await?);
            }
            Ok(draw(&ask, typed, Errors::from_error(error)?, false))
        }
    }
}

/// What is wrong with the pictures, and with the rest.
fn both(mut wrong: Vec<FieldError>, rest: Result<()>) -> Result<()> {
    match rest {
        Err(AppError::Invalid(more)) => wrong.extend(more),
        Err(error) => return Err(error),
        Ok(()) => (),
    }
    Err(AppError::Invalid(wrong))
}

pub async fn publish(ask: Ask) -> Result<Response> {
    look::publish_draft(&ask.ctx, &ask.viewer).await?;
    Ok(see_other("/admin/look?done=look-published"))
}

pub async fn discard(ask: Ask, session: Session) -> Result<Response> {
    look::discard(&ask.ctx, &ask.viewer, &session).await?;
    Ok(see_other("/admin/look?done=look-discarded"))
}

/// The parts of the form: id and heading.
fn parts(ask: &Ask) -> [(&'static str, &'static str); 7] {
    let locale = ask.locale;
    [
        ("look-name", t!(locale, "名称与语言", "Name and language")),
        ("look-pictures", t!(locale, "标志与图标", "Logo and icon")),
        ("look-accent", t!(locale, "主题色", "Accent")),
        ("look-announcement", t!(locale, "公告", "Announcement")),
        ("look-links", t!(locale, "链接", "Links")),
        ("look-home", t!(locale, "首页", "Home page")),
        ("look-css", t!(locale, "自定义 CSS", "Your own CSS")),
    ]
}

/// The form. `behind`: another look was published since what it shows was begun.
fn draw(ask: &Ask, typed: TypedLook, errors: Errors, behind: bool) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "外观", "Look");
    Page::new(title).private().status_of(&errors).draw(ask, || {
        let [name, pictures, accent, announcement, links, home, css] = parts(ask);
        // All but the first one are folded; none is when something in one of them is to be mended.
        let part = |(id, heading): (&'static str, &'static str), fields: AnyView| {
            let open = id == "look-name" || !errors.is_empty();
            view! {
                <details class="look-part" id=id open=open>
                    <summary><h2>{heading}</h2></summary>
                    <div class="look-fields">{fields}</div>
                </details>
            }
        };
        let said = errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> });
        let behind = behind.then(|| {
            let text = t!(
                locale,
                "你开始试看之后，别的管理员发布了另一个外观。现在发布会替换它。",
                "After you began trying this, another admin published a different look. Publishing now replaces theirs."
            );
            view! { <Banner tone=Tone::Warn text/> }
        });
        view! {
            {super::menu(ask)}
            <section class="admin-look">
                <h1>{title}</h1>
                <p class="look-intro">
                    {t!(locale, "先试看，再发布：试看的外观只有你能看到。要编辑“关于”“条款”等，请到", "Try it first, then publish: only you see what you try. Edit pages such as About and Terms under ")}
                    <a href="/admin/pages">{t!(locale, "页面", "Pages")}</a>{t!(locale, "。", ".")}
                </p>
                {said}
                {behind}
                <form class="form" method="post" action="/admin/look" enctype="multipart/form-data">
                    <input type="hidden" name="based_on" value=typed.based_on.map(|at| at.to_string())/>
                    {part(name, view! { <NameFields locale typed=typed.clone() errors=errors.clone()/> }.into_any())}
                    {part(pictures, view! { <PictureFields locale typed=typed.clone() errors=errors.clone()/> }.into_any())}
                    {part(accent, view! { <AccentFields locale accent=typed.accent.clone() error=errors.of("accent", locale)/> }.into_any())}
                    {part(announcement, view! { <AnnouncementFields locale typed=typed.clone() errors=errors.clone()/> }.into_any())}
                    {part(links, view! { <LinkFields locale header=typed.header.clone() footer=typed.footer.clone() errors=errors.clone()/> }.into_any())}
                    {part(home, view! { <HomeFields locale typed=typed.clone() errors=errors.clone()/> }.into_any())}
                    {part(css, view! { <OwnCss locale css=typed.css error=errors.of("css", locale)/> }.into_any())}
                    <div class="look-do">
                        <Submit label=t!(locale, "试看", "Try it") quiet=true name="do" value="try"/>
                        <Submit label=t!(locale, "发布", "Publish") name="do" value="publish"/>
                    </div>
                </form>
            </section>
        }
    })
}

/// A text in one language, for a form.
fn texts(texts: &Texts) -> (String, String) {
    (texts.zh.clone(), texts.en.clone())
}
