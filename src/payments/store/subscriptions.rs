//! Table `subscriptions`.

use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{MemberId, OrderId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::payments::offers::model::CutTerms;
use crate::providers::facts::{AgreementFact, AgreementState};
use crate::providers::{Cut, Provider};
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SubscriptionRow {
    pub id: i64,
    pub member_id: i64,
    pub tier_id: i64,
    pub provider: String,
    pub provider_subscription: String,
    pub currency: String,
    pub minor: i64,
    pub cadence: String,
    pub state: String,
    pub trial_until: Option<i64>,
    pub term_until: Option<i64>,
    pub ends_with_term: bool,
    pub method: Option<String>,
    pub created_at: i64,
    pub cut_minor: Option<i64>,
    pub cut_terms: Option<i64>,
    pub cut_from: Option<i64>,
    pub cut_until: Option<i64>,
    pub offer_name: Option<String>,
    /// It was made elsewhere; from then on its charges are ours.
    pub adopted_at: Option<i64>,
    /// When its member asked for it to be cancelled, until its provider knows.
    pub cancel_asked_at: Option<i64>,
}

impl SubscriptionRow {
    /// What its terms cost by an offer, and the name of that.
    pub fn by_offer(&self) -> Option<(CutTerms, String)> {
        let amount = Money::new(self.cut_minor?, Currency::parse(&self.currency)?);
        let cut = Cut { amount, terms: u16::try_from(self.cut_terms?).ok()? };
        let terms = CutTerms { cut, from: self.cut_from.map(Timestamp), until: self.cut_until.map(Timestamp) };
        Some((terms, self.offer_name.clone().unwrap_or_default()))
    }
}

pub const COLUMNS: &str = "id, member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, trial_until, \
    term_until, ends_with_term, method, created_at, cut_minor, cut_terms, cut_from, cut_until, offer_name, adopted_at, cancel_asked_at";

pub const fn state_name(state: AgreementState) -> &'static str {
    match state {
        AgreementState::Waiting => "waiting",
        AgreementState::Trialing => "trialing",
        AgreementState::Active => "active",
        AgreementState::PastDue => "past_due",
        AgreementState::Paused => "paused",
        AgreementState::Ended => "ended",
    }
}

pub fn parse_state(text: &str) -> Option<AgreementState> {
    use AgreementState::{Active, Ended, PastDue, Paused, Trialing, Waiting};
    [Waiting, Trialing, Active, PastDue, Paused, Ended].into_iter().find(|state| state_name(*state) == text)
}

/// By the provider's number.
pub async fn find(tx: &mut Tx, provider: Provider, agreement: &str) -> Result<Option<SubscriptionRow>> {
    let sql = format!("select {COLUMNS} from subscriptions where provider = $1 and provider_subscription = $2");
    tx.optional(sql, args![provider.as_str(), agreement]).await
}

pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<SubscriptionRow>> {
    tx.optional(format!("select {COLUMNS} from subscriptions where id = $1"), args![id]).await
}

const INSERT: &str = "insert into subscriptions
    (member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, created_at, as_of, look_at, cut_minor,
    cut_terms, offer_name)
values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, 0, $8, $9, $10, $11)
on conflict (provider, provider_subscription) do nothing";

/// Notes that an agreement began; nothing, when it is known.
pub async fn begin(
    tx: &mut Tx,
    (member, tier): (MemberId, TierId),
    (provider, agreement): (Provider, &str),
    (price, every): (Money, Cadence),
    by_offer: Option<(Cut, &str)>,
    now: Timestamp,
) -> Result<()> {
    let (cut, terms) = (by_offer.map(|(cut, _)| cut.amount.minor), by_offer.map(|(cut, _)| i64::from(cut.terms)));
    let args = args![
        member,
        tier,
        provider.as_str(),
        agreement,
        price.currency.code(),
        price.minor,
        every.to_string(),
        now,
        cut,
        terms,
        by_offer.map(|(_, name)| name)
    ];
    tx.run(INSERT, args).await.map(drop)
}

const ADOPT: &str = "insert into subscriptions
    (member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, created_at, as_of, look_at, adopted_at)
values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, 0, $9, $9)
on conflict (provider, provider_subscription) do nothing";

/// Notes an agreement that was made elsewhere: when it began, and from when on its charges are ours. False when it is known.
pub async fn adopt(
    tx: &mut Tx,
    (member, tier): (MemberId, TierId),
    (provider, agreement): (Provider, &str),
    (price, every): (Money, Cadence),
    (began, from): (Timestamp, Timestamp),
) -> Result<bool> {
    let args = args![member, tier, provider.as_str(), agreement, price.currency.code(), price.minor, every.to_string(), began, from];
    Ok(tx.run(ADOPT, args).await? == 1)
}

const HOLD_ADOPTER: &str = "update members
set created_at = created_at
where id = (select member_id from subscriptions where provider = $1 and provider_subscription = $2 and adopted_at is not null)";

/// The member whose agreement was made elsewhere waits until the transaction is done; false when there is no such agreement.
pub async fn hold_adopter(tx: &mut Tx, provider: Provider, agreement: &str) -> Result<bool> {
    Ok(tx.run(HOLD_ADOPTER, args![provider.as_str(), agreement]).await? == 1)
}

/// The first order of an agreement.
pub async fn first_order(tx: &mut Tx, id: i64) -> Result<Option<OrderId>> {
    let sql = "select id from orders where subscription_id = $1 and not settles order by id limit 1";
    let row: Option<(i64,)> = tx.optional(sql, args![id]).await?;
    Ok(row.map(|(id,)| OrderId(id)))
}

const TELL: &str = "update subscriptions
set state = $3, trial_until = $4, term_until = $5, ends_with_term = $6, method = coalesce($7, method),
    customer = coalesce($8, customer), as_of = $9,
    look_at = case when $6 or $3 = 'ended' or cancel_asked_at is null or look_at is null then $10 else look_at end,
    cancel_asked_at = case when $6 or $3 = 'ended' then null else cancel_asked_at end
where provider = $1 and provider_subscription = $2 and as_of <= $9";

/// Notes how an agreement stands; false, and nothing is changed, for an older answer than the one that is known. While it is to be
/// cancelled and is not, whoever tells of it does not put that off.
pub async fn tell(tx: &mut Tx, provider: Provider, fact: &AgreementFact, look_at: Option<Timestamp>) -> Result<bool> {
    let args = args![
        provider.as_str(),
        &fact.agreement,
        state_name(fact.state),
        fact.trial_until,
        fact.term_until,
        fact.ends_with_term,
        fact.method.as_deref(),
        fact.customer.as_deref(),
        fact.as_of,
        look_at
    ];
    Ok(tx.run(TELL, args).await? == 1)
}

const SET_CUT_UNTIL: &str = "update subscriptions
set cut_until = $2
where id = $1 and cut_minor is not null and cut_from is null";

/// When the terms end that cost less by the offer an agreement began with.
pub async fn set_cut_until(tx: &mut Tx, id: i64, until: Timestamp) -> Result<()> {
    tx.run(SET_CUT_UNTIL, args![id, until]).await.map(drop)
}

const END_CUT: &str = "update subscriptions
set cut_until = $2
where id = $1 and cut_minor is not null and (cut_until is null or cut_until > $2)";

/// It went over to another price: terms that begin from then on do not cost less by an offer any more.
pub async fn end_cut(tx: &mut Tx, id: i64, at: Timestamp) -> Result<()> {
    tx.run(END_CUT, args![id, at]).await.map(drop)
}

const SET_CUT: &str = "update subscriptions
set cut_minor = $2, cut_terms = $3, cut_from = $4, cut_until = $5, offer_name = $6
where id = $1";

/// From then on, for so many terms, it costs less by an offer.
pub async fn set_cut(tx: &mut Tx, id: i64, cut: &Cut, (from, until): (Timestamp, Timestamp), offer: &str) -> Result<()> {
    tx.run(SET_CUT, args![id, cut.amount.minor, i64::from(cut.terms), from, until, offer]).await.map(drop)
}

const DROP_CUT: &str = "update subscriptions
set cut_minor = null, cut_terms = null, cut_from = null, cut_until = null, offer_name = null
where id = $1";

/// It does not cost less after all.
pub async fn drop_cut(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run(DROP_CUT, args![id]).await.map(drop)
}

const CHEAP_TERMS: &str = "select count(*)
from payments p
join orders o on o.id = p.order_id
where o.subscription_id = $1 and p.minor = $2 and p.use = 'order' and o.list_minor is not null";

/// How many terms of an agreement were paid at the price of an offer.
pub async fn cheap_terms(tx: &mut Tx, id: i64, minor: i64) -> Result<i64> {
    let (n,): (i64,) = tx.one(CHEAP_TERMS, args![id, minor]).await?;
    Ok(n)
}

/// Those of a provider to be looked at by now, oldest first.
pub async fn due(db: &Db, provider: Provider, now: Timestamp, limit: i64) -> Result<Vec<SubscriptionRow>> {
    let sql = format!("select {COLUMNS}\nfrom subscriptions\nwhere provider = $1 and look_at <= $2\norder by look_at, id\nlimit $3");
    db.all(sql, args![provider.as_str(), now, limit]).await
}

/// Two checkouts that were paid at once show within days. What has run longer is for its member and the admin to see.
const SHOWS_WITHIN: i64 = 3 * DAY;

const MARK_DOUBLED: &str = "update subscriptions
set surplus_at = $4, look_at = $4
where member_id = (select member_id from subscriptions where provider = $1 and provider_subscription = $2)
    and surplus_at is null
    and adopted_at is null
    and created_at > $3
    and state in ('trialing', 'active', 'past_due', 'paused')
    and exists (
        select 1
        from subscriptions e
        where e.member_id = subscriptions.member_id
            and e.tier_id = subscriptions.tier_id
            and e.id < subscriptions.id
            and e.surplus_at is null
            and not e.ends_with_term
            and e.state in ('trialing', 'active')
    )";

/// Of the agreements of this one's member, each that began just now though an older one is charged for the same tier is one
/// too many, and is to be looked at now.
pub async fn mark_doubled(tx: &mut Tx, provider: Provider, number: &str, now: Timestamp) -> Result<()> {
    tx.run(MARK_DOUBLED, args![provider.as_str(), number, now.plus(-SHOWS_WITHIN), now]).await.map(drop)
}

const TO_END: &str = "select state
from subscriptions
where provider = $1
    and provider_subscription = $2
    and (
        surplus_at is not null
        or exists (
            select 1
            from orders o
            join payments p on p.order_id = o.id
            join refunds r on r.payment_id = p.id
            where o.subscription_id = subscriptions.id and r.ends_agreement and r.state <> 'failed'
        )
        or exists (select 1 from members m where m.id = subscriptions.member_id and m.deleted_at is not null)
    )";

/// Whether an agreement is one too many, its running term was taken back, or its member has left, and it still runs.
pub async fn is_to_end(db: &Db, provider: Provider, number: &str) -> Result<bool> {
    let row: Option<(String,)> = db.optional(TO_END, args![provider.as_str(), number]).await?;
    Ok(row.and_then(|(state,)| parse_state(&state)).is_some_and(AgreementState::runs))
}

const TO_CANCEL: &str = "select state
from subscriptions
where provider = $1 and provider_subscription = $2 and cancel_asked_at is not null and not ends_with_term";

/// Whether the member of an agreement that still runs asked for it not to be charged again, and its provider does not know yet.
pub async fn is_to_cancel(db: &Db, provider: Provider, number: &str) -> Result<bool> {
    let row: Option<(String,)> = db.optional(TO_CANCEL, args![provider.as_str(), number]).await?;
    Ok(row.and_then(|(state,)| parse_state(&state)).is_some_and(AgreementState::runs))
}

const ASK_TO_CANCEL: &str = "update subscriptions
set cancel_asked_at = $2, look_at = $3
where id = $1 and state <> 'ended' and not ends_with_term";

/// Its member does not want to be charged again. Should nobody come back from telling its provider, it is looked at.
pub async fn ask_to_cancel(db: &Db, id: i64, now: Timestamp) -> Result<()> {
    db.run(ASK_TO_CANCEL, args![id, now, now.plus(MINUTE)]).await.map(drop)
}

const KEEP: &str = "update subscriptions
set cancel_asked_at = null, look_at = $2
where id = $1 and cancel_asked_at is not null";

/// Its member does want to be charged again; it is looked at, since its provider may have heard of the other wish.
pub async fn keep(db: &Db, id: i64, now: Timestamp) -> Result<()> {
    db.run(KEEP, args![id, now]).await.map(drop)
}

const STANDS: &str = "select provider, provider_subscription
from subscriptions
where id = $1 and state <> 'ended'";

/// The provider of an agreement that has not ended, and its number there.
pub async fn standing(db: &Db, id: i64) -> Result<Option<(String, String)>> {
    db.optional(STANDS, args![id]).await
}

const WAKE_OF_LEFT: &str = "update subscriptions
set look_at = $1
where state <> 'ended'
    and (look_at is null or look_at > $2)
    and member_id in (select m.id from members m where m.deleted_at is not null)";

/// The agreements of those who have left are to be looked at now; one that was just now looked at in vain waits its turn.
pub async fn wake_of_left(db: &Db, now: Timestamp) -> Result<()> {
    db.run(WAKE_OF_LEFT, args![now, now.plus(HOUR)]).await.map(drop)
}

/// The name of the tier an agreement is about.
pub async fn tier_name(tx: &mut Tx, id: i64) -> Result<String> {
    let (name,): (String,) =
        tx.one("select t.name from subscriptions s join tiers t on t.id = s.tier_id where s.id = $1", args![id]).await?;
    Ok(name)
}

/// Whether an agreement is one too many.
pub async fn is_surplus(tx: &mut Tx, id: i64) -> Result<bool> {
    let row: Option<(i64,)> = tx.optional("select id from subscriptions where id = $1 and surplus_at is not null", args![id]).await?;
    Ok(row.is_some())
}

const HOLD_ALL: &str = "update subscriptions
set state = state
where member_id = $1";

/// A member's agreements, which nobody else changes until the transaction is done.
pub async fn hold_all(tx: &mut Tx, member: MemberId) -> Result<Vec<SubscriptionRow>> {
    tx.run(HOLD_ALL, args![member]).await?;
    tx.all(format!("select {COLUMNS}\nfrom subscriptions\nwhere member_id = $1\norder by id desc\nlimit 200"), args![member]).await
}

pub async fn set_look(db: &Db, id: i64, look_at: Timestamp) -> Result<()> {
    db.run("update subscriptions set look_at = $2 where id = $1 and look_at is not null", args![id, look_at]).await.map(drop)
}

const LOOK_BY: &str = "update subscriptions
set look_at = $3
where provider = $1 and provider_subscription = $2 and state <> 'ended' and (look_at is null or look_at > $3)";

/// It is looked at by then.
pub async fn look_by(db: &Db, provider: Provider, number: &str, look_at: Timestamp) -> Result<()> {
    db.run(LOOK_BY, args![provider.as_str(), number, look_at]).await.map(drop)
}

const TERM_BEGAN: &str = "select min(p.term_from)
from payments p
join orders o on o.id = p.order_id
where o.subscription_id = $1 and p.term_until = $2";

/// When the term that ends then began, if it is paid.
pub async fn term_began(db: &Db, id: i64, until: Timestamp) -> Result<Option<Timestamp>> {
    let (from,): (Option<i64>,) = db.one(TERM_BEGAN, args![id, until]).await?;
    Ok(from.map(Timestamp))
}

pub async fn look_sooner(tx: &mut Tx, id: i64, look_at: Timestamp) -> Result<()> {
    tx.run("update subscriptions set look_at = $2 where id = $1 and look_at > $2", args![id, look_at]).await.map(drop)
}

pub async fn of_member(db: &Db, member: MemberId) -> Result<Vec<SubscriptionRow>> {
    let sql = format!("select {COLUMNS}\nfrom subscriptions\nwhere member_id = $1\norder by id desc\nlimit 200");
    db.all(sql, args![member]).await
}
