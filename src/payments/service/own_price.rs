//! Pay what you want: the buyer says how much, from the least on. Nothing is no order, as with offers: it is given at once.

use super::buying::{Sold, Started};
use super::connections;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::locale::{Locale, Words};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership::service::What;
use crate::membership::{self, opened};
use crate::payments::model::Item;
use crate::posts;
use crate::posts::model::PostRef;
use crate::server::context::Context;
use crate::words;

/// What the cause of a thing begins with whose buyer chose to pay nothing: `chosen:17:5`, of an article and a member.
const CAUSE: &str = "chosen";

/// The most that somebody can choose to pay, in minor units: 1,000,000.00. A few figures too many make no order.
const MOST: i64 = 100_000_000;

/// The amount, unless it is more than somebody can choose to pay. `suggested`: one that is more has to be possible, too.
pub(super) fn at_most(amount: Money, suggested: Option<Money>) -> Result<Money, Words> {
    let most = Money::new(suggested.map_or(MOST, |suggested| suggested.minor.max(MOST)), amount.currency);
    if amount.minor <= most.minor {
        return Ok(amount);
    }
    let (zh, en) = (most.format(Locale::Zh), most.format(Locale::En));
    Err(words!("最多 {zh}。", "At most {en}."))
}

/// The amount, if it is enough and not too much, and some provider takes it. 422 under `amount`.
pub(super) async fn accept(ctx: &Context, amount: Money, least: Money, suggested: Money) -> Result<Money> {
    let amount = Money::new(amount.minor, suggested.currency);
    let wrong = |words| Err(AppError::field("amount", words));
    if amount.minor < least.minor {
        let (zh, en) = (least.format(Locale::Zh), least.format(Locale::En));
        return wrong(words!("最少 {zh}。", "At least {en}."));
    }
    let amount = at_most(amount, Some(suggested)).and_then(Money::charged).or_else(wrong)?;
    if amount.minor > 0
        && connections::that_take(ctx, amount, false).await?.is_empty()
        && !connections::that_take(ctx, suggested, false).await?.is_empty()
    {
        return wrong(words!("没有一种付款方式接受这个金额，请换一个。", "No way to pay takes this amount; please choose another."));
    }
    Ok(amount)
}

/// Opens what its buyer pays nothing for.
pub(super) async fn give(ctx: &Context, member: MemberId, sold: Sold) -> Result<Started> {
    let Item::Post(post) = sold.item else { return Err(AppError::Internal) };
    let mut tx = ctx.db().begin().await?;
    membership::service::grant_post(ctx, &mut tx, member, post, &format!("{CAUSE}:{post}:{member}")).await?;
    tx.commit().await?;
    Ok(Started::Given(sold.item, sold.path))
}

/// What the viewer chose to pay nothing for, and when: of what is published.
pub async fn chosen(ctx: &Context, viewer: &Viewer) -> Result<Vec<(PostRef, Timestamp)>> {
    let given = opened::by_parts_of(ctx, viewer, CAUSE).await?;
    let of_post = |what| if let What::Post(post) = what { Some(post) } else { None };
    let posts: Vec<_> = given.iter().filter_map(|one| of_post(one.what)).collect();
    let articles = posts::service::published_refs(ctx, &posts).await?;
    let named = given.iter().filter(|one| one.revoked_at.is_none()).filter_map(|one| {
        let article = articles.iter().find(|article| Some(article.id) == of_post(one.what))?;
        Some((article.clone(), one.starts_at))
    });
    Ok(named.collect())
}
