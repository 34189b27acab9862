//! Table `subscriptions`.

use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::providers::Provider;
use crate::providers::facts::{AgreementFact, AgreementState};
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
}

pub const COLUMNS: &str = "id, member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, trial_until, \
    term_until, ends_with_term, method, created_at";

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

const INSERT: &str = "insert into subscriptions
    (member_id, tier_id, provider, provider_subscription, currency, minor, cadence, state, created_at, as_of, look_at)
values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, 0, $8)
on conflict (provider, provider_subscription) do nothing";

/// Notes that an agreement began; nothing, when it is known.
pub async fn begin(
    tx: &mut Tx,
    (member, tier): (MemberId, TierId),
    (provider, agreement): (Provider, &str),
    (price, every): (Money, Cadence),
    now: Timestamp,
) -> Result<()> {
    let args = args![member, tier, provider.as_str(), agreement, price.currency.code(), price.minor, every.to_string(), now];
    tx.run(INSERT, args).await.map(drop)
}

const TELL: &str = "update subscriptions
set state = $3, trial_until = $4, term_until = $5, ends_with_term = $6, method = coalesce($7, method),
    customer = coalesce($8, customer), as_of = $9, look_at = $10
where provider = $1 and provider_subscription = $2 and as_of <= $9";

/// Notes how an agreement stands; false, and nothing is changed, for an older answer than the one that is known.
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

const SURPLUS: &str = "select state
from subscriptions
where provider = $1
    and provider_subscription = $2
    and (
        surplus_at is not null
        or exists (
            select 1
            from orders o
            join refund_requests q on q.order_id = o.id
            join refunds r on r.id = q.refund_id
            where o.subscription_id = subscriptions.id and q.ends_agreement and r.state <> 'failed'
        )
    )";

/// Whether an agreement is one too many, or its running term was taken back, and it still runs.
pub async fn is_surplus_running(db: &Db, provider: Provider, number: &str) -> Result<bool> {
    let row: Option<(String,)> = db.optional(SURPLUS, args![provider.as_str(), number]).await?;
    Ok(row.and_then(|(state,)| parse_state(&state)).is_some_and(AgreementState::runs))
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
