//! Reading and deciding what the site is.

use super::store::simple;
use super::store::site::{self as store, SiteRow};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::locale::Locale;
use crate::foundation::look::{Link, Look, Texts};
use crate::foundation::money::Currency;
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The site, or `None` before setup.
pub async fn site(ctx: &Context) -> Result<Option<Arc<Site>>> {
    if let Some(site) = ctx.cached_site() {
        return Ok(Some(site));
    }
    let Some(row) = store::site(ctx.db()).await? else { return Ok(None) };
    let mut site = from_row(&row)?;
    site.look.pages = footer_pages(ctx).await?;
    // What an older renderer made is made anew for as long as the site is remembered. If that cannot be, it stays as it is.
    if super::look::render_questions(&mut site.look).await.is_err() {
        tracing::error!("the home page's questions cannot be rendered");
    }
    let site = Arc::new(site);
    ctx.remember_site(Some(site.clone()));
    Ok(Some(site))
}

/// The site where there must be one: in commands and jobs.
pub async fn require_site(ctx: &Context) -> Result<Arc<Site>> {
    site(ctx).await?.ok_or_else(|| AppError::Conflict(words!("请先完成网站设置。", "Set the site up first.")))
}

/// The published pages that stand in the footer of every page.
async fn footer_pages(ctx: &Context) -> Result<Vec<Link>> {
    let rows = simple::in_footer(ctx.db()).await?;
    Ok(rows.into_iter().map(|(slug, zh, en)| Link { label: Texts { zh, en }, to: format!("/pages/{slug}") }).collect())
}

/// A look as it was stored. One that cannot be read is none: the site stays up.
pub(super) fn look(json: &str) -> Look {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::error!(%error, "the site's look cannot be read");
        Look::default()
    })
}

pub(super) fn from_row(row: &SiteRow) -> Result<Site> {
    let site = Locale::from_tag(&row.locale).zip(TimeZone::get(&row.time_zone).ok()).zip(Currency::parse(&row.currency)).map(
        |((locale, time_zone), currency)| {
            let look = Look { published_at: row.published_at, ..look(&row.look) };
            Site { name: row.name.clone(), locale, time_zone, currency, look }
        },
    );
    site.ok_or_else(|| {
        tracing::error!(locale = row.locale, time_zone = row.time_zone, currency = row.currency, "the site's row cannot be read");
        AppError::Internal
    })
}

/// What setup asks about the site, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewSite {
    pub name: String,
    pub locale: String,
    pub time_zone: String,
    pub currency: String,
}

impl NewSite {
    /// The site, or what is wrong, noted in `errors` under the fields `site_name`, `locale`, `time_zone`, `currency`.
    pub fn parse(&self, errors: &mut FieldErrors) -> Option<Site> {
        let name = errors.keep("site_name", text::required_line(&self.name, 60));
        let locale =
            errors.keep("locale", Locale::from_tag(&self.locale).ok_or_else(|| words!("请选择语言。", "Please choose a language.")));
        let time_zone = errors.keep(
            "time_zone",
            TimeZone::get(self.time_zone.trim()).map_err(|_| {
                words!(
                    "没有这个时区，请填写 Asia/Shanghai 这样的名称。",
                    "There is no such time zone; please give one such as Asia/Shanghai."
                )
            }),
        );
        let currency = errors.keep(
            "currency",
            Currency::parse(self.currency.trim())
                .ok_or_else(|| words!("请填写三个字母的货币代码，例如 CNY。", "Please give a currency's three letters, such as CNY.")),
        );
        Some(Site { name: name?, locale: locale?, time_zone: time_zone?, currency: currency?, look: Look::default() })
    }
}

/// Makes a new setup token and gives it to be printed, once; `None` when the site is set up.
pub async fn new_setup_token(ctx: &Context) -> Result<Option<String>> {
    if store::site(ctx.db()).await?.is_some() {
        return Ok(None);
    }
    let token = ctx.token();
    store::set_token(ctx.db(), &hash(&token), ctx.now()).await?;
    Ok(Some(token))
}

/// Whether this is the token that was printed last.
pub async fn is_setup_token(ctx: &Context, token: &str) -> Result<bool> {
    use subtle::ConstantTimeEq;
    let stored = store::token(ctx.db()).await?;
    Ok(stored.is_some_and(|stored| stored.as_bytes().ct_eq(hash(token.trim()).as_bytes()).into()))
}

pub(super) fn to_row(site: &Site) -> Result<SiteRow> {
    let look = serde_json::to_string(&site.look).map_err(|error| {
        tracing::error!(%error, "a look cannot be written");
        AppError::Internal
    })?;
    Ok(SiteRow {
        name: site.name.clone(),
        locale: site.locale.tag().to_owned(),
        time_zone: site.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        currency: site.currency.code().to_owned(),
        look,
        published_at: site.look.published_at,
    })
}

/// Writes the site down, inside the transaction that also makes its owner. A conflict when there is one already.
pub async fn found_site(ctx: &Context, tx: &mut Tx, site: &Site) -> Result<()> {
    let row = to_row(site)?;
    if !store::insert_site(tx, &row, ctx.now()).await? {
        return Err(AppError::Conflict(words!("网站已经设置过了。", "The site is set up already.")));
    }
    store::delete_token(tx).await?;
    Ok(())
}

/// Where an old address leads now, as a path with its leading slash.
pub async fn redirect(ctx: &Context, path: &str) -> Result<Option<String>> {
    let path = path.trim_start_matches('/').trim_end_matches('/');
    Ok(store::redirect(ctx.db(), path).await?)
}

/// Keeps an old address working; both are paths, the old one without its leading slash.
pub async fn add_redirect(ctx: &Context, tx: &mut Tx, path: &str, target: &str) -> Result<()> {
    Ok(store::insert_redirect(tx, path, target, ctx.now()).await?)
}

/// Forgets where an old address led: something lives there again. A path without its leading slash.
pub async fn remove_redirect(tx: &mut Tx, path: &str) -> Result<()> {
    Ok(store::delete_redirect(tx, path).await?)
}

fn hash(token: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
