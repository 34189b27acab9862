//! Paying an order: a checkout at the provider the buyer chooses, and how it stands there.

use super::{asking, connections, promises, taxes};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{MemberId, OrderId, TierId};
use crate::foundation::locale::Locale;
use crate::foundation::time::{HOUR, MINUTE, SECOND};
use crate::foundation::viewer::Viewer;
use crate::membership::{self, paywall};
use crate::payments::inbox;
use crate::payments::model::{Checkout, Item, OfTeam, Order, OrderStatus, Purpose, TryState};
use crate::payments::service::settle::{Outcome, settle};
use crate::payments::store::{checkouts, notifications, orders};
use crate::posts;
use crate::providers::facts::Fact;
use crate::providers::{Connection, Device, Failure, NewCheckout, Opened, Provider, Way};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// How the buyer wants to pay.
#[derive(Debug, Clone)]
pub struct Paying {
    pub provider: Provider,
    pub device: Device,
    pub client_ip: String,
    pub locale: Locale,
}

/// How long a checkout can be paid.
const LASTS: i64 = 2 * HOUR;
/// One that is about to expire is not gone on with.
const TOO_SHORT: i64 = 5 * MINUTE;
/// When to look at a checkout for the first time, should nobody tell.
const FIRST_LOOK: i64 = 30 * SECOND;

/// The providers an order can be paid with now.
pub async fn choices(ctx: &Context, order: &Order) -> Result<Vec<Provider>> {
    connections::that_take_order(ctx, order).await
}

/// Opens a checkout, or goes on with the one that is open; how the buyer goes on. A conflict when there is nothing to pay,
/// no seat left, or money on its way from elsewhere; `Unavailable` when the provider does not answer: the order waits,
/// another provider may be chosen.
pub async fn pay(ctx: &Context, viewer: &Viewer, reference: &str, paying: &Paying) -> Result<Way> {
    let member = viewer.require_member()?.id;
    let order = super::order(ctx, viewer, reference).await?;
    if order.member != member {
        return Err(AppError::Forbidden(words!("只有下单的人可以付款。", "Only the buyer can pay for an order.")));
    }
    unpaid(&order)?;
    stands(ctx, &order)?;
    if let Some(way) = pending(&checkouts::of_order(ctx.db(), order.id).await?, paying)?.and_then(|pending| pending.way) {
        return Ok(way);
    }
    if begun_already(ctx, viewer, &order).await? {
        return Err(AppError::Conflict(words!(
            "你已开通这个等级的自动续费，或已经试用过，请到“我的会员”查看。",
            "This membership renews already, or you have had its trial; please see “Your membership”."
        )));
    }
    if owned(ctx, viewer, &order).await? {
        return Err(AppError::Conflict(words!(
            "你已经可以阅读这些内容，不必再付款。",
            "This is open to you already; there is nothing to pay."
        )));
    }
    let mut errors = FieldErrors::new();
    taxes::declared(ctx, &order, &mut errors).await?;
    promises::confirmed(ctx, &order, &mut errors).await?;
    errors.check()?;
    if !choices(ctx, &order).await?.contains(&paying.provider) {
        return Err(not_available());
    }
    let connection = connections::connection(ctx, paying.provider).await?;
    // With its tax, as it is now that nothing changes it any more.
    let (order, checkout) = note(ctx, &order, paying).await?;
    if let Some(way) = checkout.way {
        return Ok(way);
    }
    let opened = open(ctx, &*connection, &order, &checkout, paying).await?;
    let mut tx = ctx.db().begin().await?;
    checkouts::set_opened(&mut tx, checkout.id, &opened).await?;
    tx.commit().await?;
    Ok(opened.way)
}

/// As long as money may be on its way by one try, no other is begun: the buyer might pay twice. That one, if it is at this
/// provider.
fn pending(tries: &[Checkout], paying: &Paying) -> Result<Option<Checkout>> {
    if !tries.iter().any(Checkout::is_pending) {
        return Ok(None);
    }
    let there = |one: &&Checkout| one.is_pending() && one.provider == paying.provider && one.way.is_some();
    tries.iter().find(there).cloned().map(Some).ok_or_else(on_its_way)
}

pub(super) fn on_its_way() -> AppError {
    AppError::Conflict(words!(
        "这笔订单有一笔款项正在处理。有结果之前不能换一种方式付款，以免重复付款。",
        "A payment for this order is on its way. Until it is known how it ends you cannot pay another way, so that you do not pay twice."
    ))
}

pub(super) fn stands(ctx: &Context, order: &Order) -> Result<()> {
    match (order.has_lapsed(ctx.now()), order.closed_at) {
        (false, _) => Ok(()),
        (true, Some(_)) => {
            Err(AppError::Conflict(words!("这笔订单已经取消，请重新下单。", "This order was given up; please order again.")))
        }
        (true, None) => Err(AppError::Conflict(words!(
            "这笔订单已经过期，价格可能有变化，请重新下单。",
            "This order has lapsed, and prices may have changed; please order again."
        ))),
    }
}

fn not_available() -> AppError {
    AppError::Conflict(words!("目前不能用这种方式付款。", "This way of paying is not available at present."))
}

pub(super) fn unpaid(order: &Order) -> Result<()> {
    match order.status {
        OrderStatus::Open | OrderStatus::Pending => Ok(()),
        OrderStatus::Paid | OrderStatus::Refunded => {
            Err(AppError::Conflict(words!("这笔订单已经付过款了。", "This order is paid already.")))
        }
    }
}

/// A member that is none: who asks for others is not counted out.
const NOBODY: MemberId = MemberId(0);

/// Writes the try down before the provider hears of it: whatever happens in between, it will be looked for there. With the
/// order as it stands then.
async fn note(ctx: &Context, order: &Order, paying: &Paying) -> Result<(Order, Checkout)> {
    let now = ctx.now();
    let today = connections::today(ctx).await?;
    let device = checkouts::device_name(&paying.device);
    let mut tx = ctx.db().begin().await?;
    // Two clicks at once take turns, and the second finds what the first began.
    let order = orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    unpaid(&order)?;
    // The use of an offer may have been given back meanwhile.
    stands(ctx, &order)?;
    if let Some(pending) = pending(&checkouts::pending(&mut tx, order.id).await?, paying)? {
        tx.commit().await?;
        return Ok((order, pending));
    }
    match (order.item, order.team) {
        (Item::Tier(tier, _), Some(team)) => hold_seats_of_team(ctx, &mut tx, tier, &order, team).await?,
        (Item::Tier(tier, _), None) => hold_seat(ctx, &mut tx, tier, order.member).await?,
        (Item::Post(_) | Item::Bundle(_) | Item::Author(_), _) => (),
    }
    if let Some(open) = checkouts::reusable(&mut tx, order.id, paying.provider, device, now.plus(TOO_SHORT)).await? {
        tx.commit().await?;
        return Ok((order, open));
    }
    // What others began to pay a moment ago counts.
    if !connections::holds_today(&mut tx, paying.provider, &order, today).await? {
        return Err(not_available());
    }
    let reference = ctx.random_hex::<16>();
    let times = (now, now.plus(LASTS), now.plus(FIRST_LOOK));
    checkouts::insert(&mut tx, order.id, paying.provider, &reference, device, times).await?;
    let noted = checkouts::reusable(&mut tx, order.id, paying.provider, device, now).await?.ok_or(AppError::Internal)?;
    tx.commit().await?;
    Ok((order, noted))
}

/// A seat of a limited tier is held while it is being paid for.
pub(in crate::payments) async fn hold_seat(ctx: &Context, tx: &mut Tx, tier: TierId, member: MemberId) -> Result<()> {
    let Some(left) = membership::service::seats_left(ctx, tx, tier, member).await? else { return Ok(()) };
    if left > checkouts::seats_on_hold(tx, tier, member, ctx.now()).await? {
        return Ok(());
    }
    Err(AppError::Conflict(words!(
        "这个会员等级的名额已满。如果有人最后没有付款，名额会重新开放。",
        "All seats of this tier are taken. Should somebody not pay after all, a seat is free again."
    )))
}

/// All seats of a team, unless it has them already and goes on with them.
async fn hold_seats_of_team(ctx: &Context, tx: &mut Tx, tier: TierId, order: &Order, team: OfTeam) -> Result<()> {
    // The buyer may have the tier themselves, and takes none of these seats by buying them.
    let Some(left) = membership::service::seats_left(ctx, tx, tier, NOBODY).await? else { return Ok(()) };
    if checkouts::team_is_open(tx, team.id, ctx.now()).await? {
        return Ok(());
    }
    let others = checkouts::seats_on_hold(tx, tier, NOBODY, ctx.now()).await?;
    let own = checkouts::team_seats_on_hold(tx, tier, Some(order.id), ctx.now()).await?;
    if left.saturating_sub(others).saturating_add(own) >= team.seats {
        return Ok(());
    }
    Err(AppError::Conflict(words!("这个会员等级没有这么多名额了。", "This tier has not so many places left.")))
}

async fn open(ctx: &Context, connection: &dyn Connection, order: &Order, checkout: &Checkout, paying: &Paying) -> Result<Opened> {
    let site = &ctx.config().base_url;
    let (path, provider) = (order.path(), paying.provider.as_str());
    let new = NewCheckout {
        reference: checkout.reference.clone(),
        title: order.title.clone(),
        amount: order.regular(),
        mode: order.mode(),
        device: paying.device.clone(),
        email: super::email_of(ctx, order.member).await?,
        client_ip: paying.client_ip.clone(),
        locale: paying.locale.tag(),
        return_url: format!("{site}{path}/return"),
        cancel_url: format!("{site}{path}"),
        notify_url: format!("{site}/webhooks/{provider}"),
        opened_at: checkout.opened_at,
        expires_at: checkout.expires_at,
    };
    asking::answered(ctx, connection.open(&new)).await.map_err(|failure| {
        tracing::warn!(provider, %failure, "a checkout could not be opened");
        match failure {
            Failure::Refused { .. } => AppError::Conflict(words!(
                "付款服务没有接受这笔订单，请换一种付款方式。",
                "The payment service did not accept this order; please choose another way to pay."
            )),
            Failure::Away(_) | Failure::KeysRefused { .. } | Failure::Nonsense(_) => AppError::Unavailable,
        }
    })
}

/// Asks the providers how the tries of an order stand, and applies what they say: the buyer is back, or says that it is
/// paid. What cannot be reached, or does not answer while somebody looks at a page, is left for later.
pub async fn look(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<Order> {
    let order = super::order(ctx, viewer, reference).await?;
    if asking::in_time(ctx, Box::pin(look_at_tries(ctx, &order))).await.transpose()?.is_none() {
        tracing::warn!(order = %order.id, "providers do not answer in time; the order is shown as it is known");
    }
    super::order(ctx, viewer, reference).await
}

async fn look_at_tries(ctx: &Context, order: &Order) -> Result<()> {
    let turn = asking::turn(ctx, asking::About::Order(order.id)).await;
    if turn.is_mine() && matches!(order.status, OrderStatus::Open | OrderStatus::Pending) {
        for checkout in checkouts::of_order(ctx.db(), order.id).await?.iter().filter(|checkout| checkout.state.is_live()).take(5) {
            if let Err(error) = look_at(ctx, order, checkout).await {
                tracing::warn!(%error, provider = checkout.provider.as_str(), "a checkout could not be looked at");
            }
        }
    }
    Ok(())
}

/// Asks a provider how one try stands, and applies what it says. A try that is not wanted any more is closed.
pub async fn look_at(ctx: &Context, order: &Order, checkout: &Checkout) -> Result<Outcome, Failure> {
    if is_needless(ctx, order, checkout).await? {
        return close(ctx, order, checkout).await;
    }
    ask(ctx, order, checkout).await
}

/// As [`look_at`], of one that is known to be wanted.
pub async fn ask(ctx: &Context, order: &Order, checkout: &Checkout) -> Result<Outcome, Failure> {
    let connection = connections::connection(ctx, checkout.provider).await?;
    let facts = connection.look(&checkout.as_asked(order)).await?;
    found(ctx, checkout, &facts).await
}

/// Closes a try at its provider, and applies what it says: it may have been paid meanwhile.
pub async fn close(ctx: &Context, order: &Order, checkout: &Checkout) -> Result<Outcome, Failure> {
    let connection = connections::connection(ctx, checkout.provider).await?;
    let facts = connection.close(&checkout.as_asked(order)).await?;
    found(ctx, checkout, &facts).await
}

async fn found(ctx: &Context, checkout: &Checkout, facts: &[Fact]) -> Result<Outcome, Failure> {
    let outcome = settle(ctx, checkout.provider, facts).await?;
    if let Outcome::Quarantined(reason) = &outcome {
        // Nobody told us, so there is nothing that would lie in quarantine: this does.
        let about = (notifications::LOOK, checkout.reference.as_str());
        inbox::put_aside(ctx, checkout.provider, about, reason, Some(checkout.order)).await?;
    }
    Ok(outcome)
}

/// Whether a try was not paid itself, but another was, or the order is settled some other way.
pub async fn is_needless(ctx: &Context, order: &Order, checkout: &Checkout) -> Result<bool> {
    if checkout.state == TryState::Paid {
        return Ok(false);
    }
    let over = order.closed_at.is_some() || order.has_lapsed(ctx.now()) && checkout.expires_at <= ctx.now();
    Ok(over || matches!(order.status, OrderStatus::Paid | OrderStatus::Refunded) || checkouts::another_is_paid(ctx.db(), checkout).await?)
}

/// As [`look_at`], by our reference.
pub async fn look_again(ctx: &Context, reference: &str) -> Result<Outcome, Failure> {
    let Some(checkout) = checkouts::by_reference(ctx.db(), reference).await? else { return Ok(Outcome::Ignored) };
    let Some(order) = orders::by_id(ctx.db(), checkout.order).await? else { return Ok(Outcome::Ignored) };
    look_at(ctx, &order, &checkout).await
}

/// Whether an order that is not paid would be paid for nothing: what it is for was opened to its buyer since, or runs already.
pub async fn has_by_now(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<bool> {
    if begun_already(ctx, viewer, order).await? {
        return Ok(true);
    }
    match owned(ctx, viewer, order).await {
        // What is not there any more is said to whoever wants to pay for it.
        Err(AppError::NotFound | AppError::Conflict(_)) => Ok(false),
        known => known,
    }
}

/// Of the viewer's orders, those that can still be paid and would be for nothing. Each is asked about by itself: of a page of
/// orders one or two can still be paid.
pub async fn needless(ctx: &Context, viewer: &Viewer, orders: &[Order]) -> Result<Vec<OrderId>> {
    let mut needless = Vec::new();
    for order in orders.iter().filter(|order| order.can_be_begun(ctx.now())) {
        if has_by_now(ctx, viewer, order).await? {
            needless.push(order.id);
        }
    }
    Ok(needless)
}

/// Whether a renewing order has begun its agreement, or promises a trial that its buyer had meanwhile: an order made
/// before does not open the door once more.
async fn begun_already(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<bool> {
    let Item::Tier(tier, _) = order.item else { return Ok(false) };
    if !order.renewing {
        return Ok(false);
    }
    Ok(super::plans::renews(ctx, viewer, tier).await? || order.trial_days > 0 && super::plans::had(ctx, viewer, tier).await?)
}

/// Whether an article, or all of a bundle, was opened to the buyer since the order was made; a tier can always be prolonged. An article that
/// was taken back meanwhile cannot be paid for: 404.
async fn owned(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<bool> {
    match order.item {
        Item::Bundle(_) if order.is_gift() => super::bundles::still_there(ctx, order).await.map(|_| false),
        // A gift is for somebody else, and a tip for what is open.
        _ if order.purpose != Purpose::Own => Ok(false),
        Item::Post(id) => paywall::opens(ctx, viewer, &posts::service::published_ref(ctx, id).await?.gate).await,
        Item::Bundle(_) => super::bundles::owned(ctx, viewer, order).await,
        Item::Tier(..) | Item::Author(_) => Ok(false),
    }
}
