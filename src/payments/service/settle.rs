//! What facts do. One transaction for the agreements that are told, one for all the rest; the same facts again change
//! nothing.

use crate::foundation::error::Result;
use crate::foundation::id::{OrderId, PaymentId};
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::membership;
use crate::membership::service::{Grant, What};
use crate::membership::terms::Length;
use crate::payments::model::{Item, Order, OrderStatus, Purpose, TryState};
use crate::payments::offers;
use crate::payments::reconciliation::Fee;
use crate::payments::service::telling::GoneBack;
use crate::payments::service::working_out::work_out;
use crate::payments::service::{adopting, agreed, refunds, taxes, telling};
use crate::payments::store::notifications::{STUCK, WAITS};
use crate::payments::store::payments::KnownRefund;
use crate::payments::store::{checkouts, notifications, orders, payments, promises, subscriptions};
use crate::providers::Provider;
use crate::providers::facts::{
    AgreementFact, AgreementState, CheckoutFact, CheckoutState, Fact, MovementKind, PaymentFact, RefundFact, RefundState,
};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use std::collections::BTreeSet;

/// What came of what was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is written down; the order it was about.
    Done(OrderId),
    /// Of no interest, or of something else on the same account.
    Ignored,
    /// It does not fit what was agreed; nothing was done. An admin has to look.
    Quarantined(String),
}

/// Applies what a provider told. An agreement is noted whatever else is told with it: who was charged what does not fit can
/// still see that it runs, and end it. The rest is applied whole or not at all.
pub async fn settle(ctx: &Context, provider: Provider, facts: &[Fact]) -> Result<Outcome> {
    let (agreements, rest): (Vec<&Fact>, Vec<&Fact>) = facts.iter().partition(|fact| matches!(fact, Fact::Agreement(_)));
    let noted = settle_together(ctx, provider, agreements).await?;
    let done = settle_together(ctx, provider, in_order(rest)).await?;
    Ok(match (noted, done) {
        (Outcome::Quarantined(reason), _) | (_, Outcome::Quarantined(reason)) => Outcome::Quarantined(reason),
        (noted, Outcome::Ignored) => noted,
        (_, done) => done,
    })
}

async fn settle_together(ctx: &Context, provider: Provider, facts: Vec<&Fact>) -> Result<Outcome> {
    if facts.is_empty() {
        return Ok(Outcome::Ignored);
    }
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let mut told = Telling { ctx, site: &site, provider, touched: BTreeSet::new(), gone_back: Vec::new() };
    for fact in facts {
        if let Err(reason) = told.tell(&mut tx, fact).await? {
            tracing::error!(provider = provider.as_str(), reason, "what a provider told does not fit, and was put aside");
            return Ok(Outcome::Quarantined(reason));
        }
    }
    let Telling { touched, gone_back, .. } = told;
    let touched: Vec<OrderId> = touched.into_iter().collect();
    work_out(ctx, &mut tx, &site, &touched).await?;
    // The letter names the credit note, which has its number now.
    for gone_back in gone_back {
        telling::given_back(ctx, &mut tx, &site, gone_back).await?;
    }
    tx.commit().await?;
    Ok(touched.first().copied().map_or(Outcome::Ignored, Outcome::Done))
}

/// Notes what the provider kept of a payment, or gave back of it with a refund, where only its own book tells, and books
/// it. What was known before stays.
pub async fn note_fee(ctx: &Context, provider: Provider, fee: &Fee) -> Result<()> {
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    let of_refund = fee.kind == MovementKind::Refund;
    let order = match of_refund {
        true => payments::order_of_refund(&mut tx, provider, &fee.number, fee.reference.as_deref()).await?,
        false => payments::known(&mut tx, provider, &fee.number).await?.map(|(order, ..)| order),
    };
    let Some(order) = order else { return Ok(()) };
    orders::hold_buyer(&mut tx, order).await?;
    orders::lock(&mut tx, order).await?;
    payments::note_fee(&mut tx, provider, fee).await?;
    work_out(ctx, &mut tx, &site, &[order]).await?;
    Ok(tx.commit().await?)
}

/// Payments before what went back of them.
fn in_order(mut facts: Vec<&Fact>) -> Vec<&Fact> {
    facts.sort_by_key(|fact| match fact {
        Fact::Mismatch { .. } => (0, Timestamp(0)),
        Fact::Payment(payment) => (1, payment.paid_at),
        Fact::Refund(_) => (2, Timestamp(0)),
        Fact::Dispute(_) => (3, Timestamp(0)),
        Fact::Agreement(_) | Fact::Checkout(_) | Fact::Approved { .. } => (4, Timestamp(0)),
    });
    facts
}

/// Why something is put aside.
type Told = std::result::Result<(), String>;

struct Telling<'a> {
    ctx: &'a Context,
    site: &'a Site,
    provider: Provider,
    /// The orders whose money changed.
    touched: BTreeSet<OrderId>,
    /// The refunds that were not known to have gone through.
    gone_back: Vec<GoneBack>,
}

impl Telling<'_> {
    async fn tell(&mut self, tx: &mut Tx, fact: &Fact) -> Result<Told> {
        match fact {
            Fact::Checkout(fact) => self.checkout(tx, fact).await,
            Fact::Payment(fact) => self.payment(tx, fact).await,
            Fact::Refund(fact) => self.refund(tx, fact).await,
            Fact::Dispute(fact) => {
                if let Some((order, payment, ..)) = self.hold_payment(tx, &fact.payment).await? {
                    payments::tell_dispute(tx, payment, self.provider, fact).await?;
                    self.touched.insert(order);
                }
                Ok(Ok(()))
            }
            Fact::Agreement(fact) => self.agreement(tx, fact).await,
            Fact::Approved { .. } => Ok(Ok(())),
            Fact::Mismatch { reason, .. } => Ok(Err(reason.clone())),
        }
    }

    async fn refund(&mut self, tx: &mut Tx, fact: &RefundFact) -> Result<Told> {
        let Some((order, payment, ..)) = self.hold_payment(tx, &fact.payment).await? else { return Ok(Ok(())) };
        let before = payments::known_refund(tx, payment, self.provider, fact).await?;
        payments::tell_refund(tx, payment, self.provider, fact, self.ctx.now().plus(10 * MINUTE)).await?;
        let after = payments::known_refund(tx, payment, self.provider, fact).await?;
        let through = after.as_ref().filter(|refund| refund.went_through());
        if let Some(refund) = through.filter(|_| !before.as_ref().is_some_and(KnownRefund::went_through)) {
            self.gone_back.push(GoneBack { order, payment: PaymentId(payment), refund: refund.id, minor: refund.minor });
        }
        self.alarm(tx, order, fact, through.is_some()).await?;
        if let Some(reference) = after.as_ref().and_then(|refund| refund.reference.as_deref()) {
            notifications::lower(tx, self.provider, (WAITS, reference)).await?;
        }
        if before.is_some_and(|refund| !refund.failed())
            && let Some(refund) = after.filter(KnownRefund::failed)
        {
            let amount = Money::new(refund.minor, fact.amount.currency);
            refunds::has_failed(self.ctx, tx, self.site, (self.provider, order), (refund.id, amount), None).await?;
        }
        self.touched.insert(order);
        Ok(Ok(()))
    }

    /// A refund that waits for the merchant is an alarm until it goes on. `through`: it did, whatever is told late.
    async fn alarm(&self, tx: &mut Tx, order: OrderId, fact: &RefundFact, through: bool) -> Result<()> {
        if fact.state != RefundState::Stuck || through {
            return Ok(notifications::lower(tx, self.provider, (STUCK, &fact.refund)).await?);
        }
        let reason = format!("refund {} cannot reach its buyer, and waits for the merchant at the provider", fact.refund);
        if notifications::raise(tx, self.provider, (STUCK, &fact.refund), &reason, order, self.ctx.now()).await? {
            telling::stuck(self.ctx, tx, self.site, self.provider, order, fact).await?;
        }
        Ok(())
    }

    /// The order of one of our checkouts, held until the transaction is done.
    async fn hold_order(&self, tx: &mut Tx, reference: Option<&str>) -> Result<Option<Order>> {
        let Some(reference) = reference else { return Ok(None) };
        let Some(order) = checkouts::order_of(tx, self.provider, reference).await? else { return Ok(None) };
        orders::hold_buyer(tx, order).await?;
        orders::lock(tx, order).await
    }

    async fn hold_payment(&self, tx: &mut Tx, payment: &str) -> Result<Option<(OrderId, i64, String, i64)>> {
        let Some((order, ..)) = payments::known(tx, self.provider, payment).await? else { return Ok(None) };
        orders::hold_buyer(tx, order).await?;
        orders::lock(tx, order).await?;
        Ok(payments::known(tx, self.provider, payment).await?)
    }

    async fn checkout(&self, tx: &mut Tx, fact: &CheckoutFact) -> Result<Told> {
        let Some(order) = self.hold_order(tx, fact.reference.as_deref()).await? else { return Ok(Ok(())) };
        let Some(reference) = fact.reference.as_deref() else { return Ok(Ok(())) };
        checkouts::set_state(tx, self.provider, reference, TryState::Told(fact.state), self.ctx.now().plus(DAY)).await?;
        // Whatever became of this one, money may be on its way by another.
        let waits = !checkouts::pending(tx, order.id).await?.is_empty();
        let (status, declined_at) = match fact.state {
            _ if waits => (OrderStatus::Pending, None),
            CheckoutState::Declined => (OrderStatus::Open, Some(self.ctx.now())),
            CheckoutState::Pending | CheckoutState::Closed | CheckoutState::Open => (OrderStatus::Open, order.declined_at),
        };
        orders::set_tried(tx, order.id, status, declined_at).await?;
        Ok(Ok(()))
    }

    async fn payment(&mut self, tx: &mut Tx, fact: &PaymentFact) -> Result<Told> {
        let first = match self.hold_order(tx, fact.reference.as_deref()).await? {
            Some(first) => Some(first),
            None => adopting::first_order(tx, self.provider, fact).await?,
        };
        let Some(first) = first else { return Ok(Ok(())) };
        if let Some((order, _, currency, minor)) = payments::known(tx, self.provider, &fact.payment).await? {
            let same = currency == fact.amount.currency.code() && minor == fact.amount.minor;
            let of_this = order == first.id || fact.term.is_some();
            if !same || !of_this {
                return Ok(Err(format!("payment {} is known with another amount or for another order", fact.payment)));
            }
            payments::upsert(tx, order, self.provider, fact, self.ctx.now()).await?;
            self.touched.insert(order);
            return Ok(Ok(()));
        }
        // Of two agreements that one order began each has its own terms, also before anything else is told of it.
        if let Some(term) = &fact.term {
            self.begin(tx, &first, &term.agreement).await?;
        }
        let order = match self.order_of_term(tx, &first, fact).await? {
            Ok(order) => order,
            Err(reason) => return Ok(Err(reason)),
        };
        payments::upsert(tx, order, self.provider, fact, self.ctx.now()).await?;
        if let Some(reference) = fact.reference.as_deref() {
            self.try_is_paid(tx, first.id, reference).await?;
        }
        self.touched.insert(order);
        Ok(Ok(()))
    }

    /// The try brought what it was for; the order's other tries are closed as soon as may be.
    async fn try_is_paid(&self, tx: &mut Tx, order: OrderId, reference: &str) -> Result<()> {
        let now = self.ctx.now();
        checkouts::set_state(tx, self.provider, reference, TryState::Paid, now.plus(DAY)).await?;
        Ok(checkouts::wake_others(tx, order, reference, now).await?)
    }

    /// The order a payment is for: the one that was agreed, or, for a later term of an agreement, one of its own.
    async fn order_of_term(&self, tx: &mut Tx, first: &Order, fact: &PaymentFact) -> Result<std::result::Result<OrderId, String>> {
        let agreed = match agreed::paid_for(tx, self.provider, first, fact).await? {
            Ok(agreed) => agreed,
            Err(reason) => return Ok(Err(reason)),
        };
        let of_first = !agreed.settles && agreed.item == first.item && fact.amount == first.price;
        let is_written = first.id != adopting::NONE_YET;
        let is_first = is_written && fact.term.is_none() || is_written && of_first && payments::of_order(tx, first.id).await?.is_empty();
        if is_first {
            // Of two agreements that one order began, it belongs to the one that paid it.
            if let Some(paying) = agreed.subscription.filter(|paying| first.subscription != Some(*paying)) {
                orders::set_subscription(tx, first.id, paying).await?;
            }
            return Ok(Ok(first.id));
        }
        let renewal = orders::NewOrder {
            reference: &self.ctx.token(),
            member: first.member,
            item: agreed.item,
            title: &agreed.title,
            price: fact.amount,
            // What is charged has its tax.
            is_net: false,
            renewing: true,
            settles: agreed.settles,
            trial_days: 0,
            offer: agreed.offer.as_ref(),
            return_to: &first.return_to,
            subscription: agreed.subscription.or(first.subscription),
            purpose: Purpose::Own,
        };
        let order = orders::insert(tx, &renewal, self.ctx.now()).await?;
        if !agreed.settles {
            promises::carry(tx, first.id, order).await?;
        }
        let list = agreed.offer.as_ref().map(|offer| offer.list);
        taxes::carry(self.ctx, tx, first, order, (fact.amount, list)).await?;
        Ok(Ok(order))
    }

    /// Notes that an order began an agreement; false when it is for something that does not renew.
    async fn begin(&self, tx: &mut Tx, order: &Order, agreement: &str) -> Result<bool> {
        let Item::Tier(tier, cadence) = order.item else { return Ok(false) };
        let price = (order.regular(), cadence);
        let by_offer = order.cut().zip(order.offer.as_ref().map(|offer| offer.name.as_str()));
        subscriptions::begin(tx, (order.member, tier), (self.provider, agreement), price, by_offer, self.ctx.now()).await?;
        Ok(true)
    }

    async fn agreement(&mut self, tx: &mut Tx, fact: &AgreementFact) -> Result<Told> {
        let Some(order) = self.hold_order(tx, fact.reference.as_deref()).await? else { return self.adopted(tx, fact).await };
        let before = subscriptions::find(tx, self.provider, &fact.agreement).await?;
        if !self.begin(tx, &order, &fact.agreement).await? {
            return Ok(Err(format!("agreement {} is for something that does not renew", fact.agreement)));
        }
        let told = subscriptions::tell(tx, self.provider, fact, self.next_look(fact)).await?;
        let Some(known) = subscriptions::find(tx, self.provider, &fact.agreement).await? else { return Ok(Ok(())) };
        if told {
            agreed::note(tx, &known, fact, self.ctx.now()).await?;
            telling::agreement(self.ctx, tx, self.site, before.as_ref(), &known).await?;
            self.trial(tx, &order, known.id, fact).await?;
        }
        if order.subscription.is_none() {
            orders::set_subscription(tx, order.id, known.id).await?;
        }
        if fact.state != AgreementState::Waiting
            && let Some(reference) = fact.reference.as_deref()
        {
            self.try_is_paid(tx, order.id, reference).await?;
            offers::use_of(tx, &order, self.ctx.now()).await?;
        }
        subscriptions::mark_doubled(tx, self.provider, &fact.agreement, self.ctx.now()).await?;
        if told && order.trial_days > 0 {
            telling::trial(self.ctx, tx, self.site, before.as_ref(), &known).await?;
        }
        Ok(Ok(()))
    }

    /// How an agreement stands that was taken over from elsewhere; nothing for one that never was ours.
    async fn adopted(&self, tx: &mut Tx, fact: &AgreementFact) -> Result<Told> {
        let Some(before) = adopting::held(tx, self.provider, &fact.agreement).await? else { return Ok(Ok(())) };
        if subscriptions::tell(tx, self.provider, fact, self.next_look(fact)).await?
            && let Some(known) = subscriptions::find(tx, self.provider, &fact.agreement).await?
        {
            agreed::note(tx, &known, fact, self.ctx.now()).await?;
            telling::agreement(self.ctx, tx, self.site, Some(&before), &known).await?;
            adopting::ended(self.ctx, tx, &before, fact).await?;
        }
        Ok(Ok(()))
    }

    /// A trial opens the tier while it lasts, whether or not it is paid later; it ends with its agreement, of which not every
    /// provider says then that there was a trial.
    async fn trial(&self, tx: &mut Tx, order: &Order, subscription: i64, fact: &AgreementFact) -> Result<()> {
        let cause = format!("trial:{subscription}");
        if fact.state == AgreementState::Ended {
            return membership::service::cut_short(self.ctx, tx, &cause, self.ctx.now()).await;
        }
        let (Item::Tier(tier, _), Some(until)) = (order.item, fact.trial_until) else { return Ok(()) };
        if until <= order.created_at || order.trial_days == 0 {
            return Ok(());
        }
        let length = Length::Fixed(order.created_at, Some(until));
        let what = What::Tier(tier);
        let grant = Grant { member: order.member, what, given_at: order.created_at, length, grace_days: 0, cause: &cause };
        if matches!(fact.state, AgreementState::Waiting) {
            return Ok(());
        }
        membership::service::give(self.ctx, tx, &grant).await
    }

    /// When the provider is to be asked again, should it not tell by itself.
    fn next_look(&self, fact: &AgreementFact) -> Option<Timestamp> {
        let now = self.ctx.now();
        match fact.state {
            AgreementState::Ended => None,
            AgreementState::Waiting | AgreementState::PastDue => Some(now.plus(6 * HOUR)),
            _ => Some(
                fact.term_until.or(fact.trial_until).map_or(now.plus(DAY), |end| end.plus(HOUR).max(now.plus(HOUR)).min(now.plus(7 * DAY))),
            ),
        }
    }
}
