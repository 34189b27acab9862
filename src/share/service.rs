//! The card of an article and of the site: where it is, and the picture itself.

use super::drawing::{self, Card};
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::PostId;
use crate::foundation::site::Site;
use crate::foundation::viewer::Viewer;
use crate::posts;
use crate::posts::model::{OpenedPost, Status};
use crate::server::away::away;
use crate::server::context::Context;
use crate::settings;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use super::drawing::{HEIGHT, WIDTH};

/// Goes up when cards are drawn differently, so that they are drawn again.
const DESIGN: &str = "1";

/// How many are drawn at a time: pages are served meanwhile.
struct Easel(Semaphore);

impl Default for Easel {
    fn default() -> Easel {
        Easel(Semaphore::new(1))
    }
}

/// What came of asking for a card.
pub enum Found {
    Picture(Vec<u8>),
    /// It is at this path now.
    Moved(String),
}

fn article_card(post: &OpenedPost, site: &Site) -> Card {
    Card { title: post.title.clone(), author: post.author.name.clone(), site: site.name.clone() }
}

/// With the host of the address, as there is no author.
fn site_card(site: &Site, base: &str) -> Card {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    Card { title: site.name.clone(), author: host.to_owned(), site: String::new() }
}

/// A hash of all that is on it.
fn mark(card: &Card) -> String {
    let mut hash = Sha256::new();
    for part in [DESIGN, &card.title, &card.author, &card.site] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Where the card of an article is.
pub fn article_path(post: &OpenedPost, site: &Site) -> String {
    format!("/cards/{}/{}.png", post.slug, mark(&article_card(post, site)))
}

/// Where the card of the site is. `base` is its address.
pub fn site_path(site: &Site, base: &str) -> String {
    format!("/cards/{}.png", mark(&site_card(site, base)))
}

/// The card of a published article. Everybody is told as much as a visitor: a card travels.
pub async fn article(ctx: &Context, slug: &str, file: &str) -> Result<Found> {
    let post = posts::service::open(ctx, &Viewer::VISITOR, slug).await?;
    if post.status != Status::Published {
        return Err(AppError::NotFound);
    }
    let site = settings::service::require_site(ctx).await?;
    let (card, path) = (article_card(&post, &site), article_path(&post, &site));
    if !path.ends_with(&format!("/{file}")) {
        return Ok(Found::Moved(path));
    }
    picture(ctx, card, Some(post.id)).await
}

/// The site's own card.
pub async fn site(ctx: &Context, file: &str) -> Result<Found> {
    let site = settings::service::require_site(ctx).await?;
    let base = &ctx.config().base_url;
    let path = site_path(&site, base);
    if !path.ends_with(&format!("/{file}")) {
        return Ok(Found::Moved(path));
    }
    picture(ctx, site_card(&site, base), None).await
}

async fn picture(ctx: &Context, card: Card, post: Option<PostId>) -> Result<Found> {
    let mark = mark(&card);
    if let Some(png) = store::picture(ctx.db(), &mark).await? {
        return Ok(Found::Picture(png));
    }
    let easel = ctx.keep::<Easel>();
    let _place = easel.0.acquire().await.map_err(|_| AppError::Unavailable)?;
    // Whoever stood before us in the queue may have drawn it.
    if let Some(png) = store::picture(ctx.db(), &mark).await? {
        return Ok(Found::Picture(png));
    }
    let began = std::time::Instant::now();
    let png = away(move || drawing::draw(&card)).await?.ok_or(AppError::Internal)?;
    tracing::debug!(millis = began.elapsed().as_millis() as u64, bytes = png.len(), "a card was drawn");
    let mut tx = ctx.db().begin().await?;
    store::keep(&mut tx, &mark, post, &png, ctx.now()).await?;
    tx.commit().await?;
    Ok(Found::Picture(png))
}
