//! Trying, publishing and discarding looks, and the files that belong to them.

use super::accent::{Accent, Rgb};
use super::service::{from_row, look as look_of, require_site, to_row};
use super::store::{look as store, site as site_store};
use super::typed::TypedLook;
use super::{own_css, pictures};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::look::{ICON_SIZES, Look, Picture, Texts};
use crate::foundation::site::Site;
use crate::foundation::time::DAY;
use crate::foundation::viewer::Viewer;
use crate::markdown::{self, RENDERER};
use crate::server::away::away;
use crate::server::context::Context;
use crate::words;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::Arc;
use tower_sessions::Session;

/// How long a file is kept that no look refers to any more.
const KEPT: i64 = 30 * DAY;
/// In the session of a browser that tries a look.
const TRYING: &str = "look";
const PNG: &str = "image/png";
const CSS: &str = "text/css; charset=utf-8";

/// The site that this viewer sees: their draft, when they are an admin and this browser tries one.
pub async fn seen(ctx: &Context, viewer: &Viewer, session: &Session, site: Arc<Site>) -> Result<Arc<Site>> {
    let Some(admin) = viewer.member().filter(|_| viewer.is_admin()) else { return Ok(site) };
    if !session.get::<bool>(TRYING).await.map_err(broken)?.unwrap_or_default() {
        return Ok(site);
    }
    let Some(row) = store::draft(ctx.db(), admin.id).await? else { return Ok(site) };
    let mut draft = from_row(&row)?;
    draft.look.pages = site.look.pages.clone();
    draft.look.is_draft = true;
    Ok(Arc::new(draft))
}

fn broken(error: tower_sessions::session::Error) -> AppError {
    tracing::error!(%error, "a session could not be read or written");
    AppError::Unavailable
}

/// What the form shows: the admin's draft, or the site as it is published.
pub async fn editing(ctx: &Context, viewer: &Viewer) -> Result<Site> {
    let admin = viewer.require_admin()?.id;
    match store::draft(ctx.db(), admin).await? {
        Some(row) => {
            let mut site = from_row(&row)?;
            site.look.is_draft = true;
            Ok(site)
        }
        None => Ok(require_site(ctx).await?.as_ref().clone()),
    }
}

/// When the look was published that everybody sees.
pub async fn published_at(ctx: &Context) -> Result<i64> {
    Ok(require_site(ctx).await?.look.published_at)
}

/// Keeps an uploaded picture, drawn anew, and gives its hash; it is in no look yet. Wrong ones are errors of `field`.
pub async fn upload(ctx: &Context, viewer: &Viewer, field: &str, file: Vec<u8>) -> Result<String> {
    viewer.require_admin()?;
    let png = away(move || pictures::redraw(&file)).await?.map_err(|words| AppError::field(field, words))?;
    keep(ctx, PNG, png.bytes).await
}

/// A file of a look by its hash: content type and bytes.
pub async fn file(ctx: &Context, hash: &str) -> Result<(String, Vec<u8>)> {
    store::file(ctx.db(), hash).await?.ok_or(AppError::NotFound)
}

/// What is wrong with the look as typed, if anything.
pub async fn check(ctx: &Context, viewer: &Viewer, typed: &TypedLook) -> Result<()> {
    viewer.require_admin()?;
    read(ctx, typed).await.map(drop)
}

/// Shows the look to this browser of this admin only.
pub async fn try_out(ctx: &Context, viewer: &Viewer, session: &Session, typed: &TypedLook) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let site = read(ctx, typed).await?;
    store::save_draft(ctx.db(), admin, &to_row(&site)?, ctx.now()).await?;
    session.insert(TRYING, true).await.map_err(broken)
}

/// Shows the look to everybody.
pub async fn publish(ctx: &Context, viewer: &Viewer, typed: &TypedLook) -> Result<()> {
    viewer.require_admin()?;
    let site = read(ctx, typed).await?;
    put_up(ctx, viewer, &site).await
}

/// Shows everybody what this admin tries.
pub async fn publish_draft(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let row = store::draft(ctx.db(), admin).await?;
    let row = row.ok_or_else(|| AppError::Conflict(words!("没有未发布的外观。", "There is no unpublished look.")))?;
    put_up(ctx, viewer, &from_row(&row)?).await
}

/// Forgets what this admin tries.
pub async fn discard(ctx: &Context, viewer: &Viewer, session: &Session) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let mut tx = ctx.db().begin().await?;
    store::delete_draft(&mut tx, admin).await?;
    tx.commit().await?;
    session.remove::<bool>(TRYING).await.map_err(broken).map(drop)
}

async fn put_up(ctx: &Context, viewer: &Viewer, site: &Site) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let mut tx = ctx.db().begin().await?;
    if !site_store::update_site(&mut tx, &to_row(site)?, ctx.now()).await? {
        tx.rollback().await?;
        ctx.remember_site(None);
        return Err(AppError::Conflict(words!(
            "别的管理员刚发布了另一个外观。你的内容都还在：请到“管理 → 外观”核对，再发布一次就会替换它。",
            "Another admin has just published a different look. Yours is not lost: check it under Admin, Look, and publish once more to replace theirs."
        )));
    }
    store::delete_draft(&mut tx, admin).await?;
    let drafts: Vec<Look> = store::drafts(&mut tx).await?.iter().map(|json| look_of(json)).collect();
    let used: HashSet<&str> = drafts.iter().chain([&site.look]).flat_map(Look::files).collect();
    for hash in store::files_before(&mut tx, ctx.now().plus(-KEPT)).await? {
        if !used.contains(hash.as_str()) {
            store::delete_file(&mut tx, &hash).await?;
        }
    }
    tx.commit().await?;
    ctx.remember_site(None);
    Ok(())
}

/// The look as typed, with everything that is made of it.
async fn read(ctx: &Context, typed: &TypedLook) -> Result<Site> {
    let mut errors = FieldErrors::new();
    let current = require_site(ctx).await?;
    let site = typed.parse(current.currency.code(), &mut errors);
    let logo = picture(ctx, "logo", &typed.logo, &mut errors).await?;
    let favicon = picture(ctx, "favicon", &typed.favicon, &mut errors).await?;
    errors.check()?;
    let mut site = site.ok_or(AppError::Internal)?;
    let look = &mut site.look;
    look.published_at = typed.based_on.unwrap_or(current.look.published_at);
    look.icons = icons(ctx, favicon.as_ref().or(logo.as_ref()).map(|(_, bytes)| bytes.clone())).await?;
    look.logo = logo.map(|(picture, _)| picture);
    look.favicon = favicon.map(|(picture, _)| picture);
    render_questions(look).await?;
    let news = &mut look.announcement;
    news.hash = hash([&news.text.zh, "\0", &news.text.en, "\0", news.to.as_deref().unwrap_or_default()].concat().as_bytes());
    look.style = match stylesheet(look)? {
        Some(css) => Some(keep(ctx, CSS, css.into_bytes()).await?),
        None => None,
    };
    Ok(site)
}

/// The questions as HTML, unless today's renderer made it already.
pub(super) async fn render_questions(look: &mut Look) -> Result<()> {
    if look.questions_renderer < RENDERER {
        let (zh, en) = (look.questions.zh.clone(), look.questions.en.clone());
        look.questions_html = away(move || Texts { zh: markdown::passage(&zh).html, en: markdown::passage(&en).html }).await?;
        look.questions_renderer = RENDERER;
    }
    Ok(())
}

/// A picture that was uploaded before, with its bytes.
async fn picture(ctx: &Context, field: &str, hash: &str, errors: &mut FieldErrors) -> Result<Option<(Picture, Vec<u8>)>> {
    if hash.is_empty() {
        return Ok(None);
    }
    let found = store::file(ctx.db(), hash).await?.filter(|(kind, _)| kind == PNG);
    let picture = found.and_then(|(_, bytes)| {
        let (width, height) = pictures::size(&bytes)?;
        Some((Picture { hash: hash.to_owned(), width, height }, bytes))
    });
    if picture.is_none() {
        errors.add(field, words!("找不到这张图片了，请重新上传。", "This picture is no longer there; please upload it again."));
    }
    Ok(picture)
}

/// The icons of every size, made of one picture.
async fn icons(ctx: &Context, png: Option<Vec<u8>>) -> Result<Vec<Picture>> {
    let Some(png) = png else { return Ok(Vec::new()) };
    // 180 pixels are for a phone's home screen, which puts what is transparent on black.
    let drawn = away(move || ICON_SIZES.map(|pixels| pictures::icon(&png, pixels, pixels == 180))).await?;
    let mut icons = Vec::new();
    for icon in drawn {
        let icon = icon.map_err(|words| AppError::field("favicon", words))?;
        icons.push(Picture { hash: keep(ctx, PNG, icon.bytes).await?, width: icon.width, height: icon.height });
    }
    Ok(icons)
}

/// Accent and own CSS as one sheet, when there is either.
fn stylesheet(look: &Look) -> Result<Option<String>> {
    let mut css = String::new();
    if let Some(accent) = look.accent.as_deref().and_then(|accent| Rgb::parse(accent).ok()) {
        css.push_str(&Accent::new(accent).css());
    }
    if !look.css.trim().is_empty() {
        css.push_str(&own_css::layered(&look.css).map_err(|words| AppError::field("css", words))?);
    }
    Ok((!css.is_empty()).then_some(css))
}

async fn keep(ctx: &Context, content_type: &str, bytes: Vec<u8>) -> Result<String> {
    let hash = hash(&bytes);
    store::put_file(ctx.db(), &hash, content_type, bytes, ctx.now()).await?;
    Ok(hash)
}

/// 128 bits in hexadecimal: enough that nobody finds two files of one name.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
