//! Going over from one tier to another: what is left of the terms of the one becomes terms of the other.
//!
//! A term that was given for `order:17` goes on as `switch:order:17`, and that one, should it be switched again, as
//! `switch:switch:order:17`: the last of them is what the order opens now.

use super::counting::Counts;
use super::service::{self, Grant, What};
use super::terms::Length;
use super::{counting, store, tiers_store};
use crate::foundation::cadence::{Cadence, MAX_DAYS};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, OrderId, TierId};
use crate::foundation::time::DAY;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// What is left of a term that was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub cause: String,
    /// Milliseconds that are paid for and not used.
    pub time: i64,
}

impl Left {
    /// The order that paid for it.
    pub fn order(&self) -> Option<OrderId> {
        order_of(&self.cause)
    }
}

/// The order that something was given for, also when it became time of another tier since.
pub fn order_of(cause: &str) -> Option<OrderId> {
    cause.trim_start_matches("switch:").strip_prefix("order:").and_then(|id| id.parse().ok()).map(OrderId)
}

/// What is left of the terms of a tier that a member bought, in their order.
pub async fn left(ctx: &Context, tx: &mut Tx, member: MemberId, tier: TierId) -> Result<Vec<Left>> {
    Ok(read(counting::now(ctx, tx, member, tier).await?))
}

/// As [`left`], to be shown.
pub async fn left_shown(ctx: &Context, member: MemberId, tier: TierId) -> Result<Vec<Left>> {
    Ok(read(counting::shown(ctx, member, tier).await?))
}

/// What came from another tier is not among them: time is changed once, or rounding and prices would let it grow on each way
/// there and back.
fn read(terms: Vec<Counts>) -> Vec<Left> {
    let bought = |term: &Counts| term.revoked_at.is_none() && term.cause.starts_with("order:");
    let left = |term: Counts| Some(Left { time: term.counted?.left(), cause: term.cause });
    terms.into_iter().filter(bought).filter_map(left).filter(|left| left.time > 0).collect()
}

/// A price and the days it is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub minor: i64,
    pub days: i64,
}

impl Rate {
    pub fn new(minor: i64, cadence: Cadence) -> Rate {
        let days = match cadence {
            Cadence::Month => 30,
            Cadence::Year => 365,
            Cadence::Days(days) => i64::from(days),
        };
        Rate { minor, days }
    }
}

/// How long so much time lasts at another price: what it cost a day, over what the other costs a day. Rounded up to a
/// millisecond.
pub fn worth(time: i64, from: Rate, to: Rate) -> i64 {
    let over = i128::from(to.minor) * i128::from(from.days);
    let whole = i128::from(time) * i128::from(from.minor) * i128::from(to.days);
    if over <= 0 || whole <= 0 {
        return 0;
    }
    i64::try_from((whole + over - 1) / over).unwrap_or(i64::MAX)
}

/// So many milliseconds each as whole days that are together as long, rounded up: nobody loses a day to rounding, and
/// nobody gains one a term.
pub fn in_days(times: &[i64]) -> Vec<i64> {
    let up = |time: i64| time / DAY + i64::from(time % DAY > 0);
    let mut sum = 0i64;
    times
        .iter()
        .map(|time| {
            let before = up(sum);
            sum = sum.saturating_add(*time);
            up(sum) - before
        })
        .collect()
}

/// Takes terms back and gives each as so much time of another tier. The new ones follow on what the member has there; where
/// they have nothing, they end to the millisecond when they should.
pub async fn switch(ctx: &Context, tx: &mut Tx, member: MemberId, to: (TierId, i64), terms: &[(Left, i64)]) -> Result<()> {
    let now = ctx.now();
    let times: Vec<i64> = terms.iter().map(|(_, time)| *time).collect();
    let days = in_days(&times);
    let sum = times.iter().fold(0, |sum: i64, time| sum.saturating_add(*time));
    let over = days.iter().sum::<i64>().saturating_mul(DAY).saturating_sub(sum);
    for (n, ((left, _), days)) in terms.iter().zip(days).enumerate() {
        service::take_back(ctx, tx, &left.cause, now).await?;
        let Some(days) = u16::try_from(days).ok().filter(|days| *days <= MAX_DAYS) else {
            return Err(AppError::Conflict(words!(
                "换算后的时间太长了，不能切换。",
                "That would last too long; the change cannot be made."
            )));
        };
        // Less than a day is a day: nothing that was paid for goes without a successor.
        let days = days.max(1);
        let given_at = now.plus(-over).plus(i64::try_from(n).unwrap_or(0));
        let cause = format!("switch:{}", left.cause);
        let length = Length::Of(Cadence::Days(days));
        service::give(ctx, tx, &Grant { member, what: What::Tier(to.0), given_at, length, grace_days: to.1, cause: &cause }).await?;
    }
    Ok(())
}

/// Two tiers are held in the order of their numbers, so that those who go the other way wait and do not stand still.
pub async fn hold(tx: &mut Tx, one: TierId, other: TierId) -> Result<()> {
    for tier in [one.min(other), one.max(other)] {
        if !tiers_store::lock(tx, tier).await? {
            return Err(AppError::NotFound);
        }
    }
    Ok(())
}

/// Under which cause what was given for this one goes on now.
pub async fn goes_on_as(tx: &mut Tx, cause: &str) -> Result<String> {
    let mut last = cause.to_owned();
    loop {
        let next = format!("switch:{last}");
        if store::by_cause(tx, &next).await?.is_none() {
            return Ok(last);
        }
        last = next;
    }
}

/// What was taken back for this cause holds again, as it was.
pub async fn give_back(ctx: &Context, tx: &mut Tx, cause: &str) -> Result<()> {
    let Some(granted) = store::by_cause(tx, cause).await? else { return Ok(()) };
    let Some(tier) = granted.tier_id.map(TierId) else { return Ok(()) };
    tiers_store::lock(tx, tier).await?;
    store::give_back(tx, cause).await?;
    service::lay_again(ctx, tx, MemberId(granted.member_id), tier).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monthly(minor: i64) -> Rate {
        Rate::new(minor, Cadence::Month)
    }

    #[test]
    fn days_become_as_many_as_their_price_buys() {
        assert_eq!(worth(200 * DAY, monthly(3000), monthly(6000)), 100 * DAY);
        assert_eq!(worth(100 * DAY, monthly(6000), monthly(3000)), 200 * DAY);
        assert_eq!(worth(73 * DAY, Rate::new(36_500, Cadence::Year), monthly(3000)), 73 * DAY, "a yuan a day, either way");
        assert_eq!(worth(10 * DAY, monthly(1), monthly(3)), 10 * DAY / 3, "and 10 days divide by 3 to the millisecond");
        assert_eq!(worth(1, monthly(1), monthly(2)), 1, "rounded up");
        assert_eq!(worth(0, monthly(1), monthly(2)), 0);
    }

    #[test]
    fn days_are_rounded_up_once_for_all_terms() {
        assert_eq!(in_days(&[DAY / 2]), [1]);
        assert_eq!(in_days(&[DAY / 2, DAY / 2, DAY / 2]), [1, 0, 1]);
        assert_eq!(in_days(&[30 * DAY, 30 * DAY]), [30, 30]);
        assert_eq!(in_days(&[]), [0; 0]);
    }

    #[test]
    fn the_order_is_read_off_the_cause() {
        assert_eq!(order_of("order:17"), Some(OrderId(17)));
        assert_eq!(order_of("switch:switch:order:17"), Some(OrderId(17)));
        for other in ["code:17:1", "reorder:17", "order:17:5", "order:", ""] {
            assert_eq!(order_of(other), None, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn going_there_and_back_loses_nothing_and_gains_no_more_than_the_grain(
            time in 1..3660 * DAY,
            a in 1..crate::foundation::money::MAX_MINOR,
            b in 1..crate::foundation::money::MAX_MINOR,
        ) {
            let (from, to) = (monthly(a), monthly(b));
            let there = worth(time, from, to);
            let back = worth(there, to, from);
            // A millisecond of the dear one is worth as many of the cheap one as it costs more.
            let grain = if there == i64::MAX { 0 } else { b / a + 2 };
            proptest::prop_assert!(there == i64::MAX || back >= time && back - time <= grain);
        }

        #[test]
        fn days_hold_all_the_time_and_less_than_a_day_more(times in proptest::collection::vec(0..400 * DAY, 0..6)) {
            let (sum, days) = (times.iter().sum::<i64>(), in_days(&times).iter().sum::<i64>() * DAY);
            proptest::prop_assert!((sum..sum + DAY).contains(&days));
        }
    }
}
