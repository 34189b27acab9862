//! Renewing with one press: another term like the last one, paid the same way.

use super::{keeping, taxes};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::id::TierId;
use crate::foundation::money::Money;
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::payments::notices::{self, Ending};
use crate::payments::store::orders;
use crate::providers::Provider;
use crate::server::context::Context;

/// The next term as it would be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    pub cadence: Cadence,
    pub price: Money,
    /// Tax is added to the price.
    pub is_net: bool,
    /// Through whom the last one was paid.
    pub provider: Provider,
}

/// A membership that ends soon, and how it would go on; `None` when nothing of the kind is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub ending: Ending,
    pub renewal: Option<Renewal>,
}

/// Another term like the last one the viewer paid for, at the price they kept or at today's.
pub async fn renewal(ctx: &Context, viewer: &Viewer, id: TierId) -> Result<Option<Renewal>> {
    let Some(member) = viewer.id() else { return Ok(None) };
    let Some((cadence, currency, provider)) = orders::last_of_tier(ctx.db(), member, id).await? else { return Ok(None) };
    let tier = membership::service::tier(ctx, id).await?;
    let held = membership::service::membership_of(ctx, viewer).await?;
    let kept = keeping::prices(ctx, viewer, &tier, held.iter().find(|held| held.tier == id)).await?;
    let today = || tier.price(cadence, currency).filter(|_| !tier.archived);
    let price = keeping::of(&kept, (cadence, currency)).or_else(today);
    let is_net = taxes::is_added(ctx).await?;
    Ok(price.map(|price| Renewal { cadence, price, is_net, provider }))
}

/// What the viewer is to be reminded of now.
pub async fn reminders(ctx: &Context, viewer: &Viewer) -> Result<Vec<Reminder>> {
    let mut reminders = Vec::new();
    for ending in notices::endings(ctx, viewer).await? {
        let renewal = renewal(ctx, viewer, ending.tier).await?;
        reminders.push(Reminder { ending, renewal });
    }
    Ok(reminders)
}
