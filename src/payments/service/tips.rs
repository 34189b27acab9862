//! Tips: a reader thanks an author with money, for an article or for no one in particular. An order that opens nothing; the
//! rest is as with every order.

use super::buying::{Sold, Started};
use super::{connections, own_price};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::Money;
use crate::foundation::viewer::{Role, Viewer};
use crate::members;
use crate::members::model::Profile;
use crate::payments::model::{Goes, Item, Order};
use crate::payments::service::{Purchase, buy};
use crate::payments::shares::store as shares;
use crate::payments::store::promises;
use crate::posts;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// Whether readers can tip authors here.
pub async fn are_taken(ctx: &Context) -> Result<bool> {
    Ok(promises::tips(ctx.db()).await?)
}

/// An admin decides whether readers can.
pub async fn save(ctx: &Context, viewer: &Viewer, taken: bool) -> Result<()> {
    viewer.require_admin()?;
    Ok(promises::save_tips(ctx.db(), taken, ctx.now()).await?)
}

/// What a tip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    Post(PostId),
    Author(MemberId),
}

/// Who gets what an author is tipped now.
pub async fn goes_now(ctx: &Context, author: MemberId) -> Result<Goes> {
    let owns_the_site = match members::service::profile(ctx, author).await {
        Ok(author) => author.role == Role::Owner,
        Err(AppError::NotFound) => false,
        Err(error) => return Err(error),
    };
    Ok(Goes::of(owns_the_site, shares::sale_rate(ctx.db()).await?))
}

/// Who gets the tip of an order, as it was promised with it; `None` for other orders. For its buyer and admins.
pub async fn goes_of(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Goes>> {
    if !order.is_tip() || !viewer.is(order.member) && !viewer.is_admin() {
        return Ok(None);
    }
    let (owns_the_site, rate) = shares::tipped(ctx.db(), order.id).await?;
    Ok(Some(Goes::of(owns_the_site, rate)))
}

/// As [`goes_of`], for the letter about it.
pub(super) async fn goes_by_letter(tx: &mut Tx, order: &Order) -> Result<Option<Goes>> {
    if !order.is_tip() {
        return Ok(None);
    }
    let (owns_the_site, rate) = shares::tipped_now(tx, order.id).await?;
    Ok(Some(Goes::of(owns_the_site, rate)))
}

/// Makes the order of a tip. 422 under `amount` for one that is none or that nobody takes; 404 where there are no tips.
pub async fn tip(ctx: &Context, viewer: &Viewer, what: For, typed: &str) -> Result<Started> {
    viewer.require_member()?;
    let site = require_site(ctx).await?;
    let amount = Money::parse(typed, site.currency).map_err(|words| AppError::field("amount", words))?;
    let purchase = match what {
        For::Post(post) => Purchase::Tip(post, amount),
        For::Author(author) => Purchase::TipAuthor(author, amount),
    };
    buy(ctx, viewer, purchase, None).await
}

/// Somebody who can be thanked: who published something and is still here. 404 for others.
pub async fn author(ctx: &Context, id: MemberId) -> Result<Profile> {
    let profile = members::service::profile(ctx, id).await?;
    if posts::service::newest_of(ctx, &[id], &[], 1).await?.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok(profile)
}

pub(super) async fn sold(ctx: &Context, viewer: &Viewer, id: PostId, amount: Money) -> Result<Sold> {
    let post = posts::service::published_ref(ctx, id).await?;
    if viewer.is(post.author) {
        return Err(AppError::Conflict(words!("这是你自己写的文章。", "You wrote this article yourself.")));
    }
    let path = post.path();
    sold_as(ctx, Item::Post(id), post.title, path, amount).await
}

/// As [`sold`], for an author: all of what creators get of it is theirs.
pub(super) async fn sold_for(ctx: &Context, viewer: &Viewer, id: MemberId, amount: Money) -> Result<Sold> {
    let author = author(ctx, id).await?;
    if viewer.is(id) {
        return Err(AppError::Conflict(words!("不能打赏自己。", "You cannot tip yourself.")));
    }
    sold_as(ctx, Item::Author(id), author.name, format!("/u/{}", author.handle), amount).await
}

async fn sold_as(ctx: &Context, item: Item, title: String, path: String, amount: Money) -> Result<Sold> {
    if !are_taken(ctx).await? {
        return Err(AppError::NotFound);
    }
    let amount = own_price::at_most(amount, None).and_then(Money::charged).map_err(|words| AppError::field("amount", words))?;
    if connections::that_take(ctx, amount, false).await?.is_empty() {
        let words = words!("没有一种付款方式接受这个金额，请换一个。", "No way to pay takes this amount; please choose another.");
        return Err(AppError::field("amount", words));
    }
    Ok(Sold {
        item,
        path,
        title,
        contents: Vec::new(),
        price: amount,
        list: amount,
        is_sold_to_others: true,
        renewing: false,
        trial_days: 0,
        may_try: false,
        is_own_price: true,
    })
}
