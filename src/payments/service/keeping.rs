//! Prices that are kept: whoever renews without a gap pays what they paid before, where the tier says so, also when it is no
//! longer sold to others. A gap is when nothing that they bought is open, whatever else opens the tier to them; of a team, when
//! the team has ended ([`crate::payments::teams`]).

use super::taxes;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::id::MemberId;
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::membership::model::{Membership, Tier};
use crate::membership::switching;
use crate::payments::store::orders;
use crate::server::context::Context;

/// What each kind of term costs the viewer for as long as they renew, as they paid it last. `held`: what they have of the tier.
pub(super) async fn prices(ctx: &Context, viewer: &Viewer, tier: &Tier, held: Option<&Membership>) -> Result<Vec<(Cadence, Money)>> {
    let (Some(member), Some(held)) = (viewer.id(), held.filter(|_| tier.keeps_price)) else { return Ok(Vec::new()) };
    if !goes_on(ctx, member, held).await? {
        return Ok(Vec::new());
    }
    orders::prices_kept(ctx.db(), member, tier.id, taxes::is_added(ctx).await?).await
}

/// Of such a term, in this currency.
pub(super) fn of(kept: &[(Cadence, Money)], (cadence, currency): (Cadence, Currency)) -> Option<Money> {
    kept.iter().find(|(every, price)| *every == cadence && price.currency == currency).map(|(_, price)| *price)
}

/// Whether something they bought themselves, or what became of it, is open or to come, its days of grace included. A gift, a code, a
/// grant or a seat bridges no gap.
async fn goes_on(ctx: &Context, member: MemberId, held: &Membership) -> Result<bool> {
    for cause in &held.causes {
        let own = match switching::order_of(cause) {
            Some(order) => orders::is_own(ctx.db(), order, member).await?,
            // An agreement that begins with a trial, or was begun elsewhere, has no order yet.
            None => cause.starts_with("trial:") || cause.starts_with("adopted:"),
        };
        if own {
            return Ok(true);
        }
    }
    Ok(false)
}
