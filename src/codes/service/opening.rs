//! Opening a pack for a member, and taking it back. Each thing has a cause of its own, so that it is given once: the code's
//! or the order's, and the line of the pack.

use crate::codes::model::Item;
use crate::foundation::error::Result;
use crate::foundation::id::MemberId;
use crate::membership::opened::is_for_good;
use crate::membership::service::{Grant, give, grace_days, take_back};
use crate::membership::terms::Length;
use crate::server::context::Context;
use crate::server::db::Tx;

/// What is given, and why.
pub type Caused = (String, Item);

/// The causes of one pack: `code:17:1`, `code:17:2`.
pub fn of_code(code: i64, items: &[(i64, Item)]) -> Vec<Caused> {
    items.iter().map(|(line, item)| (format!("code:{code}:{line}"), *item)).collect()
}

/// Of one line of an order: so many terms as were bought, an article once. `taobao:5:8:1:2` is the second of the terms in the
/// first line of the pack.
pub fn of_order(order: i64, line: i64, quantity: i64, items: &[(i64, Item)]) -> Vec<Caused> {
    let times = |item: &Item| if matches!(item, Item::Term(..)) { quantity } else { 1 };
    let one = |(of_pack, item): &(i64, Item)| {
        let (of_pack, item) = (*of_pack, *item);
        (1..=times(&item)).map(move |n| (format!("taobao:{order}:{line}:{of_pack}:{n}"), item))
    };
    items.iter().flat_map(one).collect()
}

/// The tier that a thing locks. Everybody locks them in this order, so that nobody waits in a circle.
fn order_of(caused: &Caused) -> (i64, i64) {
    match caused.1 {
        Item::Term(tier, _) => (0, tier.0),
        Item::Post(post) => (1, post.0),
    }
}

/// Whether the member has all of it without an end already.
pub async fn has_all(tx: &mut Tx, member: MemberId, caused: &[Caused]) -> Result<bool> {
    for (_, item) in caused {
        if !is_for_good(tx, member, item.what()).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Something that is given to a member, or, where there is none, taken back.
pub type Deed = (Option<MemberId>, Caused);

/// Opens things and takes others back, all in one order. Terms follow on those that run, as one that was bought would. Seats are
/// not counted: it was sold elsewhere already. Of what is taken back, what was never given is passed over.
pub async fn carry_out(ctx: &Context, tx: &mut Tx, mut deeds: Vec<Deed>) -> Result<()> {
    deeds.sort_by_key(|(_, caused)| order_of(caused));
    let now = ctx.now();
    for (to, (cause, item)) in &deeds {
        let Some(member) = *to else {
            take_back(ctx, tx, cause, now).await?;
            continue;
        };
        let (length, grace_days) = match *item {
            Item::Term(tier, cadence) => (Length::Of(cadence), grace_days(tx, tier).await?),
            Item::Post(_) => (Length::Fixed(now, None), 0),
        };
        give(ctx, tx, &Grant { member, what: item.what(), given_at: now, length, grace_days, cause }).await?;
    }
    Ok(())
}

/// As [`carry_out`], where all is given to one member.
pub async fn open(ctx: &Context, tx: &mut Tx, member: MemberId, caused: Vec<Caused>) -> Result<()> {
    carry_out(ctx, tx, caused.into_iter().map(|one| (Some(member), one)).collect()).await
}

/// As [`carry_out`], where all is taken back.
pub async fn close(ctx: &Context, tx: &mut Tx, caused: Vec<Caused>) -> Result<()> {
    carry_out(ctx, tx, caused.into_iter().map(|one| (None, one)).collect()).await
}
