//! Using an offer: whether somebody may, what it makes of what they buy, and the use itself.
//!
//! A code that nobody has and one that is for somebody else are answered alike, and whoever tries many has to wait.

use super::model::{Audience, Deal, Misfit, Of, Offer, Phase, Used, code, cost_of_a_year};
use super::store;
pub use super::store::GivenRow;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::TierId;
use crate::foundation::locale::{Locale, Words};
use crate::foundation::money::Money;
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::members::throttle::{self, Subject};
use crate::membership;
use crate::payments::model::{Applied, Item};
use crate::payments::service::buying::Sold;
use crate::payments::service::checkout::hold_seat;
use crate::payments::service::{connections, plans};
use crate::payments::store::orders;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// A code as it came, and where from.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    pub code: &'a str,
    pub address: &'a str,
}

/// The cause of what an offer gave for nothing.
fn cause(redemption: i64) -> String {
    format!("offer:{redemption}")
}

fn wrong(words: Words) -> AppError {
    AppError::field("code", words)
}

fn unknown() -> Words {
    words!("这个优惠码无效，或不适用于你。", "This code is not valid, or it is not for you.")
}

fn used_already() -> Words {
    words!("你已经用过这个优惠。", "You have used this offer already.")
}

fn all_used() -> Words {
    words!("这个优惠的使用次数已经用完。", "All uses of this offer are taken.")
}

/// The offer of a code, if the viewer may use it now. 422 under `code` with the reason if not; 429 for those who guess.
pub async fn find(ctx: &Context, viewer: &Viewer, typed: Typed<'_>) -> Result<Offer> {
    if text::line(typed.code).is_empty() {
        return Err(wrong(words!("请填写优惠码。", "Please enter the code.")));
    }
    let guesser = Subject::code(typed.address);
    throttle::check(ctx, &guesser).await?;
    let Some(found) = known(ctx, viewer, typed.code).await? else {
        throttle::admit(ctx, &[guesser]).await?;
        return Err(wrong(unknown()));
    };
    match refused(ctx, viewer, &found).await? {
        Some(words) => Err(wrong(words)),
        None => Ok(found),
    }
}

/// The offer of a code that is for the viewer, whether or not they may use it now. For whoever asks of a code that [`find`]
/// has looked at: nobody is slowed down here.
pub async fn known(ctx: &Context, viewer: &Viewer, typed: &str) -> Result<Option<Offer>> {
    let Some(code) = code(typed) else { return Ok(None) };
    match store::by_code(ctx.db(), &code).await? {
        Some(offer) if is_for(ctx, viewer, &offer).await? => Ok(Some(offer)),
        _ => Ok(None),
    }
}

/// Whether the viewer is one of those an offer is for. A visitor may be anybody.
async fn is_for(ctx: &Context, viewer: &Viewer, offer: &Offer) -> Result<bool> {
    match (offer.audience, viewer.id(), offer.tier()) {
        (Audience::Everyone, ..) => Ok(true),
        // Those who leave are shown it where they do.
        (Audience::Retention, ..) => Ok(false),
        // Whoever came by it goes on with it.
        (Audience::Signup, Some(member), Some(tier)) => {
            Ok(store::uses_of(ctx.db(), offer.id, member).await?.times > 0 || !had(ctx, viewer, tier).await?)
        }
        (Audience::Signup, ..) => Ok(true),
    }
}

async fn had(ctx: &Context, viewer: &Viewer, tier: TierId) -> Result<bool> {
    Ok(membership::service::ever_had(ctx, viewer, tier).await? || plans::had(ctx, viewer, tier).await?)
}

async fn refused(ctx: &Context, viewer: &Viewer, offer: &Offer) -> Result<Option<Words>> {
    let site = require_site(ctx).await?;
    let date = |at, locale: Locale| format::date(at, &site.time_zone, locale);
    let now = ctx.now();
    match (offer.phase(now), offer.from) {
        (Phase::Archived | Phase::Over, _) => return Ok(Some(words!("这个优惠已经结束。", "This offer has ended."))),
        (Phase::ToCome, Some(from)) => {
            let (zh, en) = (date(from, Locale::Zh), date(from, Locale::En));
            return Ok(Some(words!("这个优惠从 {zh}开始。", "This offer begins on {en}.")));
        }
        _ => (),
    }
    let own = match viewer.id() {
        Some(member) => store::uses_of(ctx.db(), offer.id, member).await?.times,
        None => 0,
    };
    let all = match offer.total_limit {
        Some(limit) => store::uses(ctx.db(), offer.id).await? >= limit,
        None => false,
    };
    // After the uses were counted: the order of another press of the same button that is counted is found.
    let begun = begun(ctx, viewer, offer).await?.is_some();
    if offer.most_of_all().is_some_and(|most| own >= most) && !begun {
        return Ok(Some(used_already()));
    }
    Ok((all && !begun).then(all_used))
}

/// How often the viewer has used an offer; only for nothing, as long as they may go on with an order that holds it.
pub(in crate::payments) async fn used_by(ctx: &Context, viewer: &Viewer, offer: &Offer) -> Result<Used> {
    let Some(member) = viewer.id() else { return Ok(Used::default()) };
    let own = store::uses_of(ctx.db(), offer.id, member).await?;
    // After the uses were counted, as above.
    Ok(if begun(ctx, viewer, offer).await?.is_some() { Used { times: 0, ..own } } else { own })
}

/// An order of the viewer that holds the offer and can be paid, by its reference.
pub async fn begun(ctx: &Context, viewer: &Viewer, offer: &Offer) -> Result<Option<String>> {
    match viewer.id() {
        Some(member) => Ok(store::open_order(ctx.db(), offer.id, member, ctx.now()).await?),
        None => Ok(None),
    }
}

/// What an offer makes of a price, beside the one the viewer keeps from before. They do not add up: what is better over a
/// year counts.
pub fn weigh(deal: Deal, list: Money, kept: Option<Money>, item: Item, renewing: bool) -> Option<Deal> {
    let (Some(kept), Item::Tier(_, every)) = (kept, item) else { return Some(deal) };
    let ours = cost_of_a_year(deal, list, every, renewing);
    (ours < cost_of_a_year(Deal::Price(kept, None), list, every, renewing)).then_some(deal)
}

/// A price that somebody takes, where the whole one is taken; at no price there is nothing to take.
pub async fn is_taken(ctx: &Context, deal: Deal, list: Money, renewing: bool) -> Result<bool> {
    let Deal::Price(price, _) = deal else { return Ok(true) };
    Ok(!connections::that_take(ctx, price, renewing).await?.is_empty() || connections::that_take(ctx, list, renewing).await?.is_empty())
}

/// What an offer makes of what is bought; `None` when the price that the viewer keeps is better. 422 under `code` when it
/// cannot be used.
pub(in crate::payments) async fn apply(ctx: &Context, viewer: &Viewer, typed: Typed<'_>, sold: &Sold) -> Result<Option<(Offer, Deal)>> {
    let offer = find(ctx, viewer, typed).await?;
    let deal = match sold.item {
        Item::Post(post) if offer.of == Of::Post(post) => offer.deal_for_post(sold.list),
        Item::Tier(tier, _) if offer.tier() == Some(tier) && !sold.is_sold_to_others => Err(Misfit::OtherThing),
        Item::Tier(tier, every) if offer.tier() == Some(tier) => offer.deal_for_term(sold.list, every, sold.renewing, ctx.now()),
        _ => Err(Misfit::OtherThing),
    };
    let deal = deal.map_err(|misfit| wrong(misfit.words()))?;
    if matches!(deal, Deal::Trial(_)) && !sold.may_try {
        return Err(wrong(words!("试用仅限从未开通过这个等级的人。", "A trial is for those who never had this membership before.")));
    }
    if !is_taken(ctx, deal, sold.list, sold.renewing).await? {
        return Err(wrong(words!(
            "优惠后的金额低于所有付款方式的最低金额，不能使用。",
            "With this offer it costs less than any way to pay takes, so it cannot be used."
        )));
    }
    let kept = (sold.price != sold.list).then_some(sold.price);
    let Some(deal) = weigh(deal, sold.list, kept, sold.item, sold.renewing) else { return Ok(None) };
    if offer.is_used_up_by(used_by(ctx, viewer, &offer).await?, deal, sold.renewing) {
        return Err(wrong(used_already()));
    }
    Ok(Some((offer, deal)))
}

/// What is copied into an order.
pub(in crate::payments) fn applied(offer: &Offer, deal: Deal, list: Money) -> Applied {
    let terms = if let Deal::Price(_, terms) = deal { terms } else { None };
    Applied { used: Some(offer.id), name: offer.name.clone(), list, terms }
}

/// Somebody was faster, or the viewer holds it by another order.
pub(in crate::payments) async fn taken(ctx: &Context, viewer: &Viewer, offer: &Offer) -> AppError {
    match begun(ctx, viewer, offer).await {
        Ok(Some(_)) => wrong(words!(
            "你已经用这个优惠下过一笔订单。请先付款，或取消那笔订单。",
            "You have begun an order with this offer. Pay it, or give it up first."
        )),
        // Where nothing else is in the way, it is how often they may use it for such a thing.
        Ok(None) => wrong(refused(ctx, viewer, offer).await.ok().flatten().unwrap_or_else(used_already)),
        Err(error) => error,
    }
}

/// Gives what costs nothing, at once.
pub(in crate::payments) async fn give(ctx: &Context, viewer: &Viewer, sold: &Sold, offer: &Offer) -> Result<()> {
    let member = viewer.require_member()?.id;
    let mut tx = ctx.db().begin().await?;
    let held = store::Held {
        offer,
        member,
        item: sold.item,
        title: &sold.title,
        list: sold.list,
        off: sold.list.minor,
        order: None,
        subscription: None,
        used: true,
        most: offer.most(Deal::Free, false),
    };
    let Some(id) = store::hold(&mut tx, &held, ctx.now()).await? else {
        drop(tx);
        return Err(taken(ctx, viewer, offer).await);
    };
    open(ctx, &mut tx, sold, member, &cause(id)).await?;
    Ok(tx.commit().await?)
}

async fn open(ctx: &Context, tx: &mut Tx, sold: &Sold, member: crate::foundation::id::MemberId, cause: &str) -> Result<()> {
    use crate::membership::service::{Grant, What};
    use crate::membership::terms::Length;
    match sold.item {
        Item::Post(post) => membership::service::grant_post(ctx, tx, member, post, cause).await,
        // Offers are for articles and tiers.
        Item::Bundle(_) | Item::Author(_) => Err(AppError::Internal),
        Item::Tier(tier, every) => {
            hold_seat(ctx, tx, tier, member).await?;
            let grace_days = membership::service::grace_days(tx, tier).await?;
            let grant = Grant { member, what: What::Tier(tier), given_at: ctx.now(), length: Length::Of(every), grace_days, cause };
            membership::service::give(ctx, tx, &grant).await
        }
    }
}

/// What offers gave the viewer for nothing, newest first, those before `before`.
pub async fn given(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<GivenRow>> {
    let member = viewer.require_member()?.id;
    Ok(store::given_to(ctx.db(), member, before, limit).await?)
}

/// Gives back what is held for orders that lapsed or were given up. Called by the clock.
pub async fn give_back(ctx: &Context) -> Result<()> {
    for order in store::held_in_vain(ctx.db(), ctx.now(), 100).await? {
        let mut tx = ctx.db().begin().await?;
        let locked = orders::lock(&mut tx, order).await?;
        if locked.is_some_and(|order| order.has_lapsed(ctx.now())) {
            store::give_back_unpaid(&mut tx, order, ctx.now()).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
