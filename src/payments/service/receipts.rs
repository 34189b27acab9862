//! Receipts: their numbers, whom they name, and an admin's list of them.
//!
//! A number is given once, in the transaction that first finds that a payment paid its order, and one to each refund of it
//! that went through: a credit note. Numbers run without gaps within a calendar year of the site's time zone. With its number a
//! receipt has its seller, as they are then.

use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::OrderId;
use crate::foundation::site::Site;
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Order, Receipt};
use crate::payments::seller::{Buyer, Particulars, Seller};
use crate::payments::store::receipts::Numbered;
pub use crate::payments::store::receipts::{Credit, Line};
use crate::payments::store::{promises, receipts};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// Gives their numbers to what an order has without. Whoever calls it holds the order.
pub(super) async fn issue(ctx: &Context, tx: &mut Tx, site: &Site, order: OrderId) -> Result<()> {
    let unnumbered = receipts::unnumbered(tx, order).await?;
    if unnumbered.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    let year = i64::from(format::day(now, &site.time_zone).year());
    let seller = promises::seller_now(tx).await?;
    let seller = Seller { name: seller.called(site).to_owned(), ..seller };
    for (payment, refund) in unnumbered {
        let numbered = refund.map_or(Numbered::Payment(payment, &seller), Numbered::Refund);
        receipts::number(tx, year, numbered, now).await?;
    }
    Ok(())
}

/// All that a receipt says.
#[derive(Debug, Clone)]
pub struct Document {
    pub receipt: Receipt,
    pub credits: Vec<Credit>,
    pub particulars: Particulars,
    /// Until the end of the year it was paid in, the buyer can say whom it names.
    pub open: bool,
}

/// The receipt of an order with all it says; 404 while nothing paid it.
pub async fn document(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Document> {
    let receipt = super::receipt_of(ctx, viewer, order).await?.ok_or(AppError::NotFound)?;
    let site = require_site(ctx).await?;
    let year = |at| format::day(at, &site.time_zone).year();
    Ok(Document {
        credits: receipts::credits(ctx.db(), order.id).await?,
        particulars: receipts::particulars(ctx.db(), receipt.payment).await?,
        open: viewer.is(order.member) && year(receipt.received_at) == year(ctx.now()),
        receipt,
    })
}

/// The buyer says whom the receipt names. Errors stand under the names of [`Buyer`]; a conflict once its year is over.
pub async fn name_buyer(ctx: &Context, viewer: &Viewer, reference: &str, typed: &Buyer) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    if !document(ctx, viewer, &order).await?.open {
        return Err(AppError::Conflict(words!(
            "收据抬头只能在付款当年填写或更改。",
            "The name on a receipt can be given or changed only in the year it was paid."
        )));
    }
    Ok(receipts::set_buyer(ctx.db(), order.id, &typed.checked()?, ctx.now()).await?)
}

/// As receipts name them from now on.
pub async fn seller(ctx: &Context, viewer: &Viewer) -> Result<Seller> {
    viewer.require_admin()?;
    Ok(promises::seller(ctx.db()).await?)
}

pub async fn save_seller(ctx: &Context, viewer: &Viewer, typed: &Seller) -> Result<()> {
    viewer.require_admin()?;
    Ok(promises::save_seller(ctx.db(), &typed.checked()?, ctx.now()).await?)
}

/// The years that have receipts, the last first.
pub async fn years(ctx: &Context, viewer: &Viewer) -> Result<Vec<i64>> {
    viewer.require_admin()?;
    Ok(receipts::years(ctx.db()).await?)
}

/// The receipts and credit notes of a year, the highest number first, those below `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, year: i64, before: Option<i64>, limit: i64) -> Result<Vec<Line>> {
    viewer.require_admin()?;
    receipts::lines(ctx.db(), year, before, limit).await
}

/// How many numbers a year has, and whether they run from 1 to the last that was given.
pub async fn whole(ctx: &Context, viewer: &Viewer, year: i64) -> Result<(i64, bool)> {
    viewer.require_admin()?;
    let (count, highest, last) = receipts::counted(ctx.db(), year).await?;
    Ok((count, count == highest && highest == last))
}
