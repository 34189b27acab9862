//! Tips: a reader thanks the author of an article with money. An order that opens nothing; the rest is as with every order.

use super::buying::{Sold, Started};
use super::connections;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::PostId;
use crate::foundation::money::Money;
use crate::foundation::viewer::Viewer;
use crate::payments::model::Item;
use crate::payments::service::{Purchase, buy};
use crate::payments::store::promises;
use crate::posts;
use crate::server::context::Context;
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

/// Makes the order of a tip. 422 under `amount` for one that is none or that nobody takes; 404 where there are no tips.
pub async fn tip(ctx: &Context, viewer: &Viewer, post: PostId, typed: &str) -> Result<Started> {
    viewer.require_member()?;
    let site = require_site(ctx).await?;
    let amount = Money::parse(typed, site.currency).map_err(|words| AppError::field("amount", words))?;
    buy(ctx, viewer, Purchase::Tip(post, amount), None).await
}

pub(super) async fn sold(ctx: &Context, viewer: &Viewer, id: PostId, amount: Money) -> Result<Sold> {
    let post = posts::service::published_ref(ctx, id).await?;
    if !are_taken(ctx).await? {
        return Err(AppError::NotFound);
    }
    if viewer.is(post.author) {
        return Err(AppError::Conflict(words!("这是你自己写的文章。", "You wrote this article yourself.")));
    }
    if connections::that_take(ctx, amount, false).await?.is_empty() {
        let words = words!("没有一种付款方式接受这个金额，请换一个。", "No way to pay takes this amount; please choose another.");
        return Err(AppError::field("amount", words));
    }
    Ok(Sold {
        item: Item::Post(id),
        path: post.path(),
        title: post.title,
        price: amount,
        list: amount,
        is_sold_to_others: true,
        renewing: false,
        trial_days: 0,
        may_try: false,
        is_own_price: true,
    })
}
