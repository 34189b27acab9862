//! Tables `payments`, `refunds`, `disputes`, and receipts, which are payments with their order.

use super::orders::{COLUMNS, OrderRow};
use crate::args;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OrderId, PaymentId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{MINUTE, Timestamp};
use crate::payments::model::{Dispute, GivingBack, Payment, Receipt, Refund};
use crate::payments::reconciliation::Fee;
use crate::payments::seller::Number;
use crate::providers::Provider;
use crate::providers::facts::{DisputeFact, DisputeState, MovementKind, PaymentFact, RefundFact, RefundState};
use crate::server::db::{Db, Queries, Result, Tx};

const UPSERT: &str = "insert into payments
    (order_id, provider, provider_payment, currency, minor, fee_minor, use, paid_at, received_at, term_from, term_until, agreement)
values ($1, $2, $3, $4, $5, $6, 'surplus', $7, $8, $9, $10, $11)
on conflict (provider, provider_payment) do update
set fee_minor = coalesce($6, payments.fee_minor), agreement = coalesce($11, payments.agreement)";

/// How far a provider's clock may be ahead of ours.
const AHEAD: i64 = 10 * MINUTE;

/// Notes a payment, or the fee of one that is known. Which use it has is worked out afterwards. Nothing was paid in the
/// future: a provider whose clock is ahead would have what is paid stay shut until ours is there.
pub async fn upsert(tx: &mut Tx, order: OrderId, provider: Provider, fact: &PaymentFact, now: Timestamp) -> Result<()> {
    let begins = |from: Timestamp| if from.since(now) <= AHEAD { from.min(now) } else { from };
    let (from, until) = fact.term.as_ref().map(|term| (begins(term.from), term.until)).unzip();
    let agreement = fact.term.as_ref().map(|term| term.agreement.as_str());
    let fee = fact.fee.map(|fee| fee.minor);
    let (currency, minor) = (fact.amount.currency.code(), fact.amount.minor);
    let args = args![order, provider.as_str(), &fact.payment, currency, minor, fee, fact.paid_at.min(now), now, from, until, agreement];
    tx.run(UPSERT, args).await.map(drop)
}

/// The order a payment is for, and the payment's number with us, currency and amount.
pub async fn known(tx: &mut Tx, provider: Provider, payment: &str) -> Result<Option<(OrderId, i64, String, i64)>> {
    let sql = "select order_id, id, currency, minor from payments where provider = $1 and provider_payment = $2";
    let row: Option<(i64, i64, String, i64)> = tx.optional(sql, args![provider.as_str(), payment]).await?;
    Ok(row.map(|(order, id, currency, minor)| (OrderId(order), id, currency, minor)))
}

const ORDER_OF_REFUND: &str = "select p.order_id
from refunds r
join payments p on p.id = r.payment_id
where r.provider = $1 and (r.provider_refund = $2 or r.reference = $3)
limit 1";

/// The order of a refund, by the provider's number of the refund or by ours: until a provider answers, it has no other.
pub async fn order_of_refund(tx: &mut Tx, provider: Provider, refund: &str, reference: Option<&str>) -> Result<Option<OrderId>> {
    let row: Option<(i64,)> = tx.optional(ORDER_OF_REFUND, args![provider.as_str(), refund, reference]).await?;
    Ok(row.map(|(order,)| OrderId(order)))
}

const NOTE_FEE: &str = "update payments
set fee_minor = $3
where provider = $1 and provider_payment = $2 and fee_minor is null";

const NOTE_FEE_RETURNED: &str = "update refunds
set fee_minor = $3
where provider = $1 and (provider_refund = $2 or reference = $4) and fee_minor = 0";

/// What only the provider's book tells; what is known stays.
pub async fn note_fee(tx: &mut Tx, provider: Provider, fee: &Fee) -> Result<()> {
    let done = match fee.kind {
        MovementKind::Refund => tx.run(NOTE_FEE_RETURNED, args![provider.as_str(), &fee.number, -fee.minor, fee.reference.as_deref()]),
        _ => tx.run(NOTE_FEE, args![provider.as_str(), &fee.number, fee.minor]),
    };
    done.await.map(drop)
}

#[derive(sqlx::FromRow)]
struct PaymentRow {
    id: i64,
    provider: String,
    provider_payment: String,
    currency: String,
    minor: i64,
    fee_minor: Option<i64>,
    used_for: String,
    paid_at: i64,
    term_from: Option<i64>,
    term_until: Option<i64>,
    needless: bool,
}

const OF_ORDER: &str = "select id, provider, provider_payment, currency, minor, fee_minor, use as used_for, paid_at, term_from, term_until,
    exists (
        select 1
        from subscriptions s
        where s.provider = payments.provider and s.provider_subscription = payments.agreement and s.surplus_at is not null
    ) as needless
from payments
where order_id = $1
order by id
limit 1000";

#[derive(sqlx::FromRow)]
struct RefundRow {
    id: i64,
    payment_id: i64,
    reference: Option<String>,
    minor: i64,
    fee_minor: i64,
    state: String,
    reason: String,
    at: i64,
    by_itself: bool,
    stuck: bool,
}

const REFUNDS_OF: &str = "select r.id, r.payment_id, r.reference, r.minor, r.fee_minor, r.state, r.reason, r.at,
    r.reference is not null and r.asked_by is null as by_itself,
    r.state = 'pending' and exists (
        select 1
        from notifications n
        where n.provider = r.provider and n.event_id = 'refund-stuck:' || r.provider_refund and n.state = 'quarantined'
    ) as stuck
from refunds r
join payments p on p.id = r.payment_id
where p.order_id = $1
order by r.id
limit 1000";

#[derive(sqlx::FromRow)]
struct DisputeRow {
    id: i64,
    payment_id: i64,
    minor: i64,
    fee_minor: i64,
    state: String,
    at: i64,
}

const DISPUTES_OF: &str = "select d.id, d.payment_id, d.minor, d.fee_minor, d.state, d.at
from disputes d
join payments p on p.id = d.payment_id
where p.order_id = $1
order by d.id
limit 1000";

/// All money that came for an order, with what became of it. With `&mut Tx`, as it stands in the transaction.
pub async fn of_order(tx: &mut Tx, order: OrderId) -> error::Result<Vec<Payment>> {
    let payments: Vec<PaymentRow> = tx.all(OF_ORDER, args![order]).await?;
    let refunds: Vec<RefundRow> = tx.all(REFUNDS_OF, args![order]).await?;
    let disputes: Vec<DisputeRow> = tx.all(DISPUTES_OF, args![order]).await?;
    assemble(payments, refunds, disputes)
}

/// As [`of_order`], outside a transaction.
pub async fn shown(db: &Db, order: OrderId) -> error::Result<Vec<Payment>> {
    let payments: Vec<PaymentRow> = db.all(OF_ORDER, args![order]).await?;
    let refunds: Vec<RefundRow> = db.all(REFUNDS_OF, args![order]).await?;
    let disputes: Vec<DisputeRow> = db.all(DISPUTES_OF, args![order]).await?;
    assemble(payments, refunds, disputes)
}

fn assemble(payments: Vec<PaymentRow>, refunds: Vec<RefundRow>, disputes: Vec<DisputeRow>) -> error::Result<Vec<Payment>> {
    let read = |row: PaymentRow| {
        let refunds = refunds.iter().filter(|refund| refund.payment_id == row.id).map(|refund| {
            Some(Refund {
                id: refund.id,
                reference: refund.reference.clone(),
                minor: refund.minor,
                fee_returned: refund.fee_minor,
                by_itself: refund.by_itself,
                state: if refund.stuck { GivingBack::Told(RefundState::Stuck) } else { GivingBack::parse(&refund.state)? },
                reason: refund.reason.clone(),
                at: Timestamp(refund.at),
            })
        });
        let disputes = disputes.iter().filter(|dispute| dispute.payment_id == row.id).map(|dispute| {
            let state = dispute_state(&dispute.state)?;
            Some(Dispute { id: dispute.id, minor: dispute.minor, fee: dispute.fee_minor, state, at: Timestamp(dispute.at) })
        });
        Some(Payment {
            id: PaymentId(row.id),
            provider: Provider::parse(&row.provider)?,
            number: row.provider_payment,
            amount: Money::new(row.minor, Currency::parse(&row.currency)?),
            fee: row.fee_minor,
            surplus: row.used_for == "surplus",
            paid_at: Timestamp(row.paid_at),
            term: row.term_from.map(Timestamp).zip(row.term_until.map(Timestamp)),
            needless: row.needless,
            refunds: refunds.collect::<Option<_>>()?,
            disputes: disputes.collect::<Option<_>>()?,
        })
    };
    payments.into_iter().map(read).collect::<Option<_>>().ok_or_else(|| {
        tracing::error!("a payment's row cannot be read");
        AppError::Internal
    })
}

pub async fn set_use(tx: &mut Tx, id: PaymentId, surplus: bool) -> Result<()> {
    let used_for = if surplus { "surplus" } else { "order" };
    tx.run("update payments set use = $2 where id = $1 and use <> $2", args![id, used_for]).await.map(drop)
}

/// A refund of ours that its provider has not heard of yet.
pub struct NewRefund<'a> {
    pub reference: &'a str,
    /// In minor units of the payment's currency.
    pub minor: i64,
    pub reason: &'a str,
    /// An admin; nobody when it follows by itself.
    pub by: Option<MemberId>,
    /// The agreement that the payment was a term of ends with it.
    pub ends_agreement: bool,
    /// When the clock asks the provider for it.
    pub look_at: Timestamp,
}

const ASK_REFUND: &str =
    "insert into refunds (payment_id, reference, provider, minor, state, reason, asked_by, ends_agreement, at, look_at)
values ($1, $2, $3, $4, 'asked', $5, $6, $7, $8, $9)";

/// Notes that we ask for a refund, before the provider hears of it.
pub async fn ask_refund(tx: &mut Tx, payment: &Payment, new: &NewRefund<'_>, now: Timestamp) -> Result<()> {
    let NewRefund { reference, minor, reason, by, ends_agreement, look_at } = *new;
    let args = args![payment.id, reference, payment.provider.as_str(), minor, reason, by, ends_agreement, now, look_at];
    tx.run(ASK_REFUND, args).await.map(drop)
}

const REFUND_TOLD: &str = "update refunds
set provider_refund = $4,
    fee_minor = coalesce($5, fee_minor),
    state = case when state = 'succeeded' and $6 <> 'failed' then state else $6 end,
    at = case when state = 'succeeded' and $6 <> 'failed' then at else $7 end,
    look_at = case when $6 = 'pending' then coalesce(look_at, $8) else null end
where payment_id = $1 and (reference = $2 or provider = $3 and provider_refund = $4)";

const REFUND_NEW: &str = "insert into refunds (payment_id, provider, provider_refund, minor, fee_minor, state, at, look_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (provider, provider_refund) do nothing";

/// Notes how a refund stands. One that went through stays so, unless the buyer's bank sent it back.
pub async fn tell_refund(tx: &mut Tx, payment: i64, provider: Provider, fact: &RefundFact, look_at: Timestamp) -> Result<()> {
    let state = GivingBack::Told(fact.state).as_str();
    let fee = fact.fee_returned.map(|fee| fee.minor);
    let args = args![payment, fact.reference.as_deref(), provider.as_str(), &fact.refund, fee, state, fact.at, look_at];
    if tx.run(REFUND_TOLD, args).await? == 0 {
        let look_at = (state == "pending").then_some(look_at);
        let args = args![payment, provider.as_str(), &fact.refund, fact.amount.minor, fee.unwrap_or(0), state, fact.at, look_at];
        tx.run(REFUND_NEW, args).await?;
    }
    Ok(())
}

/// A refund as we know it.
#[derive(sqlx::FromRow)]
pub struct KnownRefund {
    pub id: i64,
    pub reference: Option<String>,
    pub minor: i64,
    state: String,
}

impl KnownRefund {
    pub fn went_through(&self) -> bool {
        self.state == "succeeded"
    }

    pub fn failed(&self) -> bool {
        self.state == "failed"
    }
}

const KNOWN_REFUND: &str = "select id, reference, minor, state
from refunds
where payment_id = $1 and (reference = $2 or provider = $3 and provider_refund = $4)
order by case when state = 'succeeded' then 0 else 1 end
limit 1";

/// The refund that a fact is about.
pub async fn known_refund(tx: &mut Tx, payment: i64, provider: Provider, fact: &RefundFact) -> Result<Option<KnownRefund>> {
    tx.optional(KNOWN_REFUND, args![payment, fact.reference.as_deref(), provider.as_str(), &fact.refund]).await
}

const DISPUTE_TOLD: &str = "insert into disputes (payment_id, provider, provider_dispute, minor, fee_minor, state, at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (provider, provider_dispute) do update
set fee_minor = $5,
    minor = case when disputes.state = 'open' or $6 <> 'open' and $7 > disputes.at then $4 else disputes.minor end,
    state = case when disputes.state = 'open' or $6 <> 'open' and $7 > disputes.at then $6 else disputes.state end,
    at = case when disputes.state = 'open' or $6 <> 'open' and $7 > disputes.at then $7 else disputes.at end";

/// Notes how a dispute stands. One that was decided stays so, unless it is decided otherwise later: after an appeal, or when
/// what the provider took at first is given back.
pub async fn tell_dispute(tx: &mut Tx, payment: i64, provider: Provider, fact: &DisputeFact) -> Result<()> {
    let fee = fact.fee.map_or(0, |fee| fee.minor);
    let state = match fact.state {
        DisputeState::Open => "open",
        DisputeState::Won => "won",
        DisputeState::Lost => "lost",
    };
    tx.run(DISPUTE_TOLD, args![payment, provider.as_str(), &fact.dispute, fact.amount.minor, fee, state, fact.at]).await?;
    tx.run(STOOD_IN, args![payment, &fact.dispute]).await.map(drop)
}

// A payment that was taken back before its dispute could be read is contested under its own number until it can.
const STOOD_IN: &str = "update disputes
set state = 'won'
where payment_id = $1 and provider_dispute <> $2 and state <> 'won'
    and provider_dispute = (select p.provider_payment from payments p where p.id = $1)";

fn dispute_state(text: &str) -> Option<DisputeState> {
    match text {
        "open" => Some(DisputeState::Open),
        "won" => Some(DisputeState::Won),
        "lost" => Some(DisputeState::Lost),
        _ => None,
    }
}

/// A refund that is to be looked at: our reference, its payment, order and amounts.
#[derive(sqlx::FromRow)]
pub struct DueRefund {
    pub id: i64,
    pub reference: Option<String>,
    pub minor: i64,
    pub state: String,
    pub reason: String,
    pub at: i64,
    /// How often in a row it did not get through.
    pub looks: i64,
    /// How often the provider refused it.
    pub refusals: i64,
    /// The admin who asked for it; nobody when it follows by itself.
    pub asked_by: Option<i64>,
    pub provider: String,
    pub provider_payment: String,
    pub currency: String,
    pub paid_minor: i64,
    pub order_id: i64,
    /// Our reference of the checkout it was paid at.
    pub checkout: Option<String>,
}

const DUE_COLUMNS: &str =
    "select r.id, r.reference, r.minor, r.state, r.reason, r.at, r.looks, r.refusals, r.asked_by, p.provider, p.provider_payment, p.currency,
    p.minor as paid_minor, p.order_id,
    (
        select c.reference
        from checkouts c
        where c.order_id = p.order_id and c.provider = p.provider
        order by case when c.state = 'paid' then 0 else 1 end, c.id desc
        limit 1
    ) as checkout
from refunds r
join payments p on p.id = r.payment_id";

/// One that we asked for.
pub async fn refund_asked(db: &Db, reference: &str) -> Result<Option<DueRefund>> {
    db.optional(format!("{DUE_COLUMNS}\nwhere r.reference = $1"), args![reference]).await
}

/// One by the provider's number of it.
pub async fn refund_numbered(db: &Db, provider: Provider, number: &str) -> Result<Option<DueRefund>> {
    db.optional(format!("{DUE_COLUMNS}\nwhere r.provider = $1 and r.provider_refund = $2"), args![provider.as_str(), number]).await
}

/// Those of a provider to be asked for, or about, by now.
pub async fn due_refunds(db: &Db, provider: Provider, now: Timestamp, limit: i64) -> Result<Vec<DueRefund>> {
    let sql = format!("{DUE_COLUMNS}\nwhere r.provider = $1 and r.look_at <= $2\norder by r.look_at, r.id\nlimit $3");
    db.all(sql, args![provider.as_str(), now, limit]).await
}

/// The provider said how it stands; when to look next.
pub async fn set_refund_look(db: &Db, id: i64, look_at: Option<Timestamp>) -> Result<()> {
    let sql = "update refunds
set look_at = case when state in ('asked', 'pending') then $2 else null end, looks = 0
where id = $1";
    db.run(sql, args![id, look_at]).await.map(drop)
}

/// It did not get through, or was `refused` for now; when to try again. False: it has ended meanwhile.
pub async fn set_refund_later(tx: &mut Tx, id: i64, look_at: Timestamp, refused: bool) -> Result<bool> {
    let sql = "update refunds
set look_at = $2, looks = looks + 1, refusals = refusals + $3
where id = $1 and state in ('asked', 'pending')";
    Ok(tx.run(sql, args![id, look_at, i64::from(refused)]).await? == 1)
}

/// The provider refused it for good; false when it is under way, or has ended, after all.
pub async fn set_refund_failed(tx: &mut Tx, id: i64) -> Result<bool> {
    let sql = "update refunds set state = 'failed', look_at = null, refusals = refusals + 1 where id = $1 and state = 'asked'";
    Ok(tx.run(sql, args![id]).await? == 1)
}

#[derive(sqlx::FromRow)]
struct ReceiptRow {
    #[sqlx(flatten)]
    order: OrderRow,
    payment_id: i64,
    payment_provider: String,
    received_at: i64,
    number_year: Option<i64>,
    number_in_year: Option<i64>,
    surplus: i64,
    refunded: i64,
}

const RECEIPTS: &str = "p.id as payment_id, p.provider as payment_provider, p.paid_at as received_at,
    n.year as number_year, n.number as number_in_year,
    (select cast(coalesce(sum(s.minor), 0) as bigint) from payments s where s.order_id = o.id and s.use = 'surplus') as surplus,
    (
        select cast(coalesce(sum(r.minor), 0) as bigint)
        from refunds r
        where r.payment_id = p.id and r.state = 'succeeded'
    ) as refunded
from orders o
join payments p on p.order_id = o.id and p.use = 'order'
left join receipts n on n.payment_id = p.id";

fn receipt(row: ReceiptRow) -> error::Result<Receipt> {
    let order = row.order.order()?;
    let money = |minor: i64| (minor > 0).then(|| Money::new(minor, order.price.currency));
    Ok(Receipt {
        payment: PaymentId(row.payment_id),
        number: row.number_year.zip(row.number_in_year).map(|(year, number)| Number { year, number }),
        provider: Provider::parse(&row.payment_provider).ok_or(AppError::Internal)?,
        received_at: Timestamp(row.received_at),
        surplus: money(row.surplus),
        refunded: money(row.refunded),
        order,
    })
}

pub async fn receipts_of(db: &Db, member: MemberId, before: Option<OrderId>, limit: i64) -> error::Result<Vec<Receipt>> {
    let sql = format!("select {COLUMNS}, {RECEIPTS}\nwhere o.member_id = $1 and o.id < $2\norder by o.id desc\nlimit $3");
    let rows: Vec<ReceiptRow> = db.all(sql, args![member, before.map_or(i64::MAX, |id| id.0), limit]).await?;
    rows.into_iter().map(receipt).collect()
}

pub async fn receipt_of(db: &Db, order: OrderId) -> error::Result<Option<Receipt>> {
    let row: Option<ReceiptRow> = db.optional(format!("select {COLUMNS}, {RECEIPTS}\nwhere o.id = $1"), args![order]).await?;
    row.map(receipt).transpose()
}

const SURPLUS_OF: &str = "select cast(coalesce(sum(p.minor), 0) as bigint)
from payments p
where p.order_id = $1 and p.use = 'surplus'";

pub async fn surplus_of(db: &Db, order: OrderId) -> error::Result<i64> {
    let (minor,): (i64,) = db.one(SURPLUS_OF, args![order]).await?;
    Ok(minor)
}
