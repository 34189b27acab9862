//! Buying for a team: so many seats of a tier for a term, and the next term of the same team.

use super::model::{NAME, State, Team};
use super::store;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::TierId;
use crate::foundation::money::{Currency, MAX_MINOR, Money};
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::model::{ForTeams, Tier};
use crate::membership::typed::some_number;
use crate::payments::model::{Item, OfTeam, Order, OrderStatus, Purpose, STANDS};
use crate::payments::service::{promises, taxes};
use crate::payments::store::orders::{self, NewOrder};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub seats: String,
    /// Of the team.
    pub name: String,
}

fn not_sold() -> AppError {
    AppError::field("what", words!("这个会员等级目前不向团队出售。", "This tier is not sold to teams at present."))
}

/// A tier as it is sold to teams now.
fn sold(tier: &Tier, cadence: Cadence, currency: Currency) -> Option<(ForTeams, Money)> {
    let price = tier.price(cadence, currency).filter(|_| !tier.archived && !tier.free)?;
    Some((tier.teams?, price))
}

/// What so many seats cost together; `None` beyond what an order can be of.
fn total(seat: Money, seats: i64) -> Option<Money> {
    let minor = seat.minor.checked_mul(seats).filter(|minor| *minor <= MAX_MINOR)?;
    Some(Money::new(minor, seat.currency))
}

/// Begins to buy for a new team; the reference of the order. Errors stand under the names of [`Typed`], and under `what`.
pub async fn start(
    ctx: &Context,
    viewer: &Viewer,
    (tier, cadence, currency): (TierId, Cadence, Currency),
    typed: &Typed,
) -> Result<String> {
    let payer = viewer.require_member()?.id;
    let tier = membership::service::tier(ctx, tier).await?;
    let (teams, price) = sold(&tier, cadence, currency).ok_or_else(not_sold)?;
    let mut errors = FieldErrors::new();
    let seats = errors.keep("seats", some_number(&typed.seats, teams.least, teams.most));
    let name = errors.keep("name", text::required_line(&typed.name, NAME));
    let (Some(seats), Some(name)) = (seats, name) else { return Err(errors.into_error()) };
    let price =
        total(teams.seat(price, seats), seats).ok_or_else(|| AppError::field("seats", words!("金额太大了。", "That is too much.")))?;
    let is_net = taxes::is_added(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let team = store::insert(&mut tx, payer, tier.id, (&name, seats), ctx.now()).await?;
    let reference = order(ctx, &mut tx, viewer, &Term { team, tier: &tier, cadence, seats, price, is_net }).await?;
    tx.commit().await?;
    Ok(reference)
}

/// A term of a team, to be ordered.
struct Term<'a> {
    team: i64,
    tier: &'a Tier,
    cadence: Cadence,
    seats: i64,
    price: Money,
    is_net: bool,
}

async fn order(ctx: &Context, tx: &mut Tx, viewer: &Viewer, term: &Term<'_>) -> Result<String> {
    let Term { team, tier, cadence, seats, price, is_net } = *term;
    let (reference, item, path) = (ctx.token(), Item::Tier(tier.id, cadence), OfTeam { id: team, seats }.path());
    let new = NewOrder {
        reference: &reference,
        member: viewer.require_member()?.id,
        item,
        title: &tier.name,
        price,
        is_net,
        renewing: false,
        settles: false,
        trial_days: 0,
        offer: None,
        return_to: &path,
        subscription: None,
        purpose: Purpose::Team,
    };
    let order = orders::insert(tx, &new, ctx.now()).await?;
    promises::promise(tx, order, item).await?;
    store::add_term(tx, order, team, seats, tier.grace_days).await?;
    Ok(reference)
}

/// The next term of a team, as it would be bought now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    pub cadence: Cadence,
    pub price: Money,
    /// Tax is added to the price.
    pub is_net: bool,
}

/// Another term like the last one, for the same seats: at the price of the last, where the tier keeps its prices and the team
/// did not end; else at today's. `None` when nothing of the kind is sold.
pub async fn renewal(ctx: &Context, viewer: &Viewer, team: &Team) -> Result<Option<Renewal>> {
    if !viewer.is(team.payer) {
        return Ok(None);
    }
    let paid = |order: &Order| order.status == OrderStatus::Paid;
    let Some(last) = super::orders_of(ctx, viewer, team.id).await?.into_iter().find(paid) else { return Ok(None) };
    let Item::Tier(_, cadence) = last.item else { return Ok(None) };
    let tier = membership::service::tier(ctx, team.tier).await?;
    let goes_on = matches!(team.state(ctx.now()), State::Runs | State::Grace(_));
    let price = match sold(&tier, cadence, last.price.currency) {
        _ if tier.keeps_price && goes_on => Some(taxes::kept(ctx, &last).await?),
        Some((teams, price)) => total(teams.seat(price, team.seats), team.seats),
        None => None,
    };
    let is_net = taxes::is_added(ctx).await?;
    Ok(price.map(|price| Renewal { cadence, price, is_net }))
}

/// Begins to buy the next term of the viewer's team, or finds the order that was begun for it; its reference.
pub async fn renew(ctx: &Context, viewer: &Viewer, id: i64) -> Result<String> {
    let team = super::team(ctx, viewer, id).await?;
    let renewal = renewal(ctx, viewer, &team).await?.ok_or_else(|| {
        AppError::Conflict(words!("这个团队现在不能续费，请另外购买。", "This team cannot be renewed now; please buy anew."))
    })?;
    let tier = membership::service::tier(ctx, team.tier).await?;
    let mut tx = ctx.db().begin().await?;
    store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let Renewal { cadence, price, is_net } = renewal;
    if let Some(begun) = store::waits(&mut tx, id, ctx.now().plus(-STANDS), price, is_net).await? {
        tx.commit().await?;
        return Ok(begun);
    }
    let reference = order(ctx, &mut tx, viewer, &Term { team: id, tier: &tier, cadence, seats: team.seats, price, is_net }).await?;
    tx.commit().await?;
    Ok(reference)
}
