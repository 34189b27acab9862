//! What those see who recommend the place, and what admins see of them: who came is a number, an order is a thing, a day and
//! what it gives. What is owed is on the same account as what creators are owed, and is paid with it.

use super::statements;
pub use super::statements::Balance;
use super::store::affiliates as store;
pub use super::store::affiliates::{AffiliateRow, Counts, RewardRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::viewer::Viewer;
use crate::payments::affiliates::recommending::{self, Link};
use crate::server::context::Context;

/// How many rows a page has.
pub const PAGE: i64 = 50;

/// How a reward stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for some days, or for a dispute.
    Held,
    Payable,
    /// Set aside with a payout that is under way.
    UnderWay,
    Paid,
    /// There was one, and nothing is left of it.
    TakenBack,
    /// An admin decided that it does not count.
    Excluded,
    /// There never was any: too little came in, or another order was the first.
    Nothing,
}

/// A payout takes all that is payable in a currency; what was there before it was made went with it.
fn state(row: &RewardRow, set_aside: &[(String, String, i64)]) -> State {
    let went = |state: &str| {
        let made = set_aside.iter().find(|(currency, known, _)| *currency == row.currency && known == state).map(|(.., at)| *at);
        row.released_at.zip(made).is_some_and(|(released, made)| released <= made)
    };
    match (row.minor, row.released_at) {
        _ if row.excluded_at.is_some() => State::Excluded,
        (0, _) if row.booked => State::TakenBack,
        (0, _) => State::Nothing,
        (_, None) => State::Held,
        _ if went("paid") => State::Paid,
        _ if went("under way") => State::UnderWay,
        _ => State::Payable,
    }
}

/// What a member sees of their own link.
#[derive(Debug, Clone)]
pub struct Overview {
    pub link: Link,
    pub counts: Counts,
    pub balances: Vec<Balance>,
}

/// `None` for who has no link.
pub async fn overview(ctx: &Context, viewer: &Viewer) -> Result<Option<Overview>> {
    let member = viewer.require_member()?.id;
    let Some(link) = recommending::own(ctx, viewer).await? else { return Ok(None) };
    let balances = statements::overview(ctx, viewer).await?.balances;
    Ok(Some(Overview { link, counts: store::counts(ctx.db(), member).await?, balances }))
}

/// The viewer's own rewards, the newest first, those before an order.
pub async fn rewards(ctx: &Context, viewer: &Viewer, before: Option<OrderId>, limit: i64) -> Result<Vec<(RewardRow, State)>> {
    let member = viewer.require_member()?.id;
    rewards_of(ctx, member, before, limit).await
}

async fn rewards_of(ctx: &Context, member: MemberId, before: Option<OrderId>, limit: i64) -> Result<Vec<(RewardRow, State)>> {
    let set_aside = store::set_aside(ctx.db(), member).await?;
    let rows = store::rewards(ctx.db(), member, before, limit).await?;
    let stands = |row: RewardRow| {
        let state = state(&row, &set_aside);
        (row, state)
    };
    Ok(rows.into_iter().map(stands).collect())
}

/// Everybody with a link, in the order of their numbers, after `after`; for admins.
pub async fn all(ctx: &Context, viewer: &Viewer, after: MemberId, limit: i64) -> Result<Vec<AffiliateRow>> {
    viewer.require_admin()?;
    Ok(store::affiliates(ctx.db(), after, limit).await?)
}

/// One of them; 404 for who has no link.
pub async fn one(ctx: &Context, viewer: &Viewer, member: MemberId) -> Result<AffiliateRow> {
    viewer.require_admin()?;
    store::affiliate(ctx.db(), member).await?.ok_or(AppError::NotFound)
}

/// Their rewards, as [`rewards`]; for admins.
pub async fn rewards_for_admin(
    ctx: &Context,
    viewer: &Viewer,
    member: MemberId,
    before: Option<OrderId>,
    limit: i64,
) -> Result<Vec<(RewardRow, State)>> {
    viewer.require_admin()?;
    rewards_of(ctx, member, before, limit).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reward_is_paid_once_a_payout_was_made_after_it_could_be() {
        let row = RewardRow {
            order_id: 1,
            kind: "post".into(),
            title: "A".into(),
            paid_at: 0,
            currency: "CNY".into(),
            rate: 1000,
            minor: 50,
            booked: true,
            payable_at: Some(5),
            released_at: Some(7),
            excluded_at: None,
        };
        let made = |state: &str, at: i64| vec![("CNY".to_owned(), state.to_owned(), at)];
        assert_eq!(state(&row, &[]), State::Payable);
        assert_eq!(state(&row, &made("paid", 6)), State::Payable, "it was made before");
        assert_eq!(state(&row, &made("under way", 7)), State::UnderWay);
        assert_eq!(state(&row, &made("paid", 8)), State::Paid);
        let in_another = vec![("USD".to_owned(), "paid".to_owned(), 8)];
        assert_eq!(state(&row, &in_another), State::Payable);
        assert_eq!(state(&RewardRow { released_at: None, ..row.clone() }, &made("paid", 8)), State::Held);
        assert_eq!(state(&RewardRow { minor: 0, ..row.clone() }, &made("paid", 8)), State::TakenBack);
        assert_eq!(state(&RewardRow { minor: 0, booked: false, ..row.clone() }, &[]), State::Nothing);
        assert_eq!(state(&RewardRow { excluded_at: Some(9), ..row }, &[]), State::Excluded);
    }
}
