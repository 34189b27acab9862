//! Everything that is kept about a member, as one JSON file for the member alone.
//!
//! It reads the tables of every feature by its own statements, and changes none: what a table says about a person is
//! theirs, whichever feature it belongs to. No secrets: the hash of the password and of session ids is not *about*
//! anybody. A person's own rows are no large number, so they are read whole.

use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::{Db, Queries, Row};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use sqlx::FromRow;

fn instant<S: Serializer>(at: &i64, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(&format::machine(Timestamp(*at)))
}

fn maybe_instant<S: Serializer>(at: &Option<i64>, to: S) -> std::result::Result<S::Ok, S::Error> {
    at.map(|at| format::machine(Timestamp(at))).serialize(to)
}

const PROFILE: &str =
    "select id, handle, name, email, email_verified_at, seen_in, role, bio_source as bio, note, locale, registered_day, created_at
from members
where id = $1";

#[derive(FromRow, Serialize)]
struct Profile {
    id: i64,
    handle: String,
    name: String,
    email: Option<String>,
    #[serde(serialize_with = "maybe_instant")]
    email_verified_at: Option<i64>,
    seen_in: Option<String>,
    role: String,
    bio: String,
    /// What those who run the site wrote about them.
    note: String,
    locale: Option<String>,
    registered_day: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
}

const SESSIONS: &str = "select user_agent, created_at, last_seen_at, expires_at
from sessions
where member_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Session {
    user_agent: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "instant")]
    last_seen_at: i64,
    #[serde(serialize_with = "instant")]
    expires_at: i64,
}

const POSTS: &str =
    "select id, slug, title, summary, source, status, access, price_minor, least_minor, published_at, created_at, updated_at
from posts
where author_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Post {
    id: i64,
    slug: String,
    title: String,
    summary: String,
    source: String,
    status: String,
    access: String,
    price_minor: Option<i64>,
    least_minor: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    published_at: Option<i64>,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "instant")]
    updated_at: i64,
}

const POST_TAGS: &str = "select t.post_id, t.name
from post_tags t
join posts p on p.id = t.post_id
where p.author_id = $1
order by t.post_id, t.tag";

#[derive(FromRow, Serialize)]
struct PostTag {
    post_id: i64,
    name: String,
}

const TOPICS: &str = "select t.id, s.name as space, t.title, t.source, t.created_at, t.edited_at, t.hidden_at, t.deleted_at
from topics t
join spaces s on s.id = t.space_id
where t.author_id = $1
order by t.id";

#[derive(FromRow, Serialize)]
struct Topic {
    id: i64,
    space: String,
    title: String,
    source: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    edited_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    hidden_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    deleted_at: Option<i64>,
}

const BIN: &str = "select target_kind, target_id, title, source, deleted_at
from bin
where member_id = $1
order by target_kind, target_id";

/// Deleted within the hour, and not yet thrown away.
#[derive(FromRow, Serialize)]
struct Binned {
    target_kind: String,
    target_id: i64,
    title: String,
    source: String,
    #[serde(serialize_with = "instant")]
    deleted_at: i64,
}

const REPLIES: &str = "select id, target_kind, target_id, parent_id, source, created_at, edited_at, hidden_at, deleted_at
from replies
where author_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Reply {
    id: i64,
    target_kind: String,
    target_id: i64,
    parent_id: Option<i64>,
    source: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    edited_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    hidden_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    deleted_at: Option<i64>,
}

const RATINGS: &str =
    "select r.post_id, case when p.status = 'published' then p.title end as post_title, r.stars, r.created_at, r.updated_at
from ratings r
join posts p on p.id = r.post_id
where r.member_id = $1
order by r.created_at, r.post_id";

#[derive(FromRow, Serialize)]
struct Rating {
    post_id: i64,
    post_title: Option<String>,
    stars: i64,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "instant")]
    updated_at: i64,
}

const VOTES: &str = "select target_kind, target_id, value, created_at
from votes
where member_id = $1
order by created_at, target_kind, target_id";

#[derive(FromRow, Serialize)]
struct Vote {
    target_kind: String,
    target_id: i64,
    value: i64,
    #[serde(serialize_with = "instant")]
    created_at: i64,
}

const ORDERS: &str =
    "select reference, kind, title, cadence, post_id, currency, minor, list_minor, offer_name, purpose, status, created_at, paid_at
from orders
where member_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Order {
    reference: String,
    kind: String,
    title: String,
    cadence: Option<String>,
    post_id: Option<i64>,
    currency: String,
    minor: i64,
    list_minor: Option<i64>,
    offer_name: Option<String>,
    purpose: String,
    status: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    paid_at: Option<i64>,
}

const PAYMENTS: &str =
    "select o.reference as order_reference, p.provider, p.provider_payment, p.currency, p.minor, p.use as paid_for, p.received_at
from payments p
join orders o on o.id = p.order_id
where o.member_id = $1
order by p.id";

#[derive(FromRow, Serialize)]
struct Payment {
    order_reference: String,
    provider: String,
    provider_payment: String,
    currency: String,
    minor: i64,
    paid_for: String,
    #[serde(serialize_with = "instant")]
    received_at: i64,
}

const PROMISES: &str = "select o.reference as order_reference, p.rule, p.waived_at, p.opened_at
from order_promises p
join orders o on o.id = p.order_id
where o.member_id = $1
order by o.id";

/// What was promised of taking an order back.
#[derive(FromRow, Serialize)]
struct Promise {
    order_reference: String,
    rule: String,
    #[serde(serialize_with = "maybe_instant")]
    waived_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    opened_at: Option<i64>,
}

const REQUESTS: &str = "select o.reference as order_reference, q.kind, q.declared_at, q.reason, q.minor, q.state, q.decided_at, q.answer
from refund_requests q
join orders o on o.id = q.order_id
where o.member_id = $1
order by q.id";

#[derive(FromRow, Serialize)]
struct RefundRequest {
    order_reference: String,
    kind: String,
    #[serde(serialize_with = "instant")]
    declared_at: i64,
    reason: String,
    minor: i64,
    state: String,
    #[serde(serialize_with = "maybe_instant")]
    decided_at: Option<i64>,
    answer: String,
}

const RECEIPTS: &str = "select o.reference as order_reference, n.year, n.number, n.refund_id is not null as credit, n.issued_at
from receipts n
left join refunds r on r.id = n.refund_id
join payments p on p.id = coalesce(n.payment_id, r.payment_id)
join orders o on o.id = p.order_id
where o.member_id = $1
order by n.year, n.number";

#[derive(FromRow, Serialize)]
struct Receipt {
    order_reference: String,
    year: i64,
    number: i64,
    credit: bool,
    #[serde(serialize_with = "instant")]
    issued_at: i64,
}

const BUYERS: &str = "select o.reference as order_reference, b.name, b.address, b.number
from order_buyers b
join orders o on o.id = b.order_id
where o.member_id = $1
order by o.id";

/// Whom a receipt names.
#[derive(FromRow, Serialize)]
struct Buyer {
    order_reference: String,
    name: String,
    address: String,
    number: String,
}

const TAXES: &str = "select o.reference as order_reference, t.country, t.rate, t.minor, t.declared_at
from order_taxes t
join orders o on o.id = t.order_id
where o.member_id = $1
order by o.id";

#[derive(FromRow, Serialize)]
struct Tax {
    order_reference: String,
    country: Option<String>,
    /// In hundredths of a percent.
    rate: i64,
    minor: i64,
    #[serde(serialize_with = "instant")]
    declared_at: i64,
}

const FAPIAO: &str =
    "select o.reference as order_reference, f.kind, f.title, f.tax_number, f.email, f.state, f.requested_at, f.number, f.issued_day
from fapiao f
join orders o on o.id = f.order_id
where o.member_id = $1
order by o.id";

#[derive(FromRow, Serialize)]
struct Fapiao {
    order_reference: String,
    kind: String,
    title: String,
    tax_number: String,
    email: String,
    state: String,
    #[serde(serialize_with = "instant")]
    requested_at: i64,
    number: Option<String>,
    issued_day: Option<String>,
}

const LEDGER: &str = "select t.cause, e.account, e.currency, e.minor, t.booked_day
from ledger_entries e
join ledger_transfers t on t.id = e.transfer_id
where e.member_id = $1
order by t.id, e.account";

#[derive(FromRow, Serialize)]
struct LedgerEntry {
    cause: String,
    account: String,
    currency: String,
    minor: i64,
    booked_day: String,
}

const SUBSCRIPTIONS: &str = "select t.name as tier, s.provider, s.provider_subscription, s.currency, s.minor, s.cadence, s.state,
    s.trial_until, s.term_until, s.ends_with_term, s.method, s.created_at, s.adopted_at
from subscriptions s
join tiers t on t.id = s.tier_id
where s.member_id = $1
order by s.id";

#[derive(FromRow, Serialize)]
struct Subscription {
    tier: String,
    provider: String,
    provider_subscription: String,
    currency: String,
    minor: i64,
    cadence: String,
    state: String,
    #[serde(serialize_with = "maybe_instant")]
    trial_until: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    term_until: Option<i64>,
    ends_with_term: bool,
    method: Option<String>,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    adopted_at: Option<i64>,
}

const PAUSES: &str = "select t.name as tier, p.from_at, p.until_at
from pauses p
join tiers t on t.id = p.tier_id
where p.member_id = $1
order by p.id";

#[derive(FromRow, Serialize)]
struct Pause {
    tier: String,
    #[serde(serialize_with = "instant")]
    from_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    until_at: Option<i64>,
}

const NOTICES: &str = "select kind, about, created_at, put_away_at
from notices
where member_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Notice {
    kind: String,
    about: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    put_away_at: Option<i64>,
}

const ENTITLEMENTS: &str = "select t.name as tier, e.post_id, e.starts_at, e.ends_at, e.revoked_at, e.cause
from entitlements e
left join tiers t on t.id = e.tier_id
where e.member_id = $1
order by e.id";

#[derive(FromRow, Serialize)]
struct Entitlement {
    tier: Option<String>,
    post_id: Option<i64>,
    #[serde(serialize_with = "instant")]
    starts_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    ends_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    revoked_at: Option<i64>,
    cause: String,
}

const GRANTS: &str = "select t.name as tier, g.until_at, g.given_at, g.revoked_at
from grants g
join tiers t on t.id = g.tier_id
where g.member_id = $1
order by g.id";

/// A tier that was given as a gift.
#[derive(FromRow, Serialize)]
struct Gift {
    tier: String,
    #[serde(serialize_with = "maybe_instant")]
    until_at: Option<i64>,
    #[serde(serialize_with = "instant")]
    given_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    revoked_at: Option<i64>,
}

const CODES: &str = "select last as ends_in, redeemed_at, revoked_at
from codes
where member_id = $1
order by redeemed_at, id";

/// A code that was redeemed.
#[derive(FromRow, Serialize)]
struct Code {
    ends_in: String,
    #[serde(serialize_with = "maybe_instant")]
    redeemed_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    revoked_at: Option<i64>,
}

const TAOBAO_ORDERS: &str = "select number, phone_tail, redeemed_at
from taobao_orders
where member_id = $1
order by redeemed_at, id";

/// An order of a shop on Taobao that was redeemed.
#[derive(FromRow, Serialize)]
struct TaobaoOrder {
    number: String,
    phone_tail: String,
    #[serde(serialize_with = "maybe_instant")]
    redeemed_at: Option<i64>,
}

const INTERACTIONS: &str = "select kind, target_kind, target_id, day, at
from interactions
where member_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Interaction {
    kind: String,
    target_kind: String,
    target_id: i64,
    day: String,
    #[serde(serialize_with = "instant")]
    at: i64,
}

const DAYS: &str = "select day
from member_days
where member_id = $1
order by day";

#[derive(FromRow, Serialize)]
struct Day {
    day: String,
}

const READING: &str =
    "select r.post_id, case when p.status = 'published' then p.title end as post_title, r.opened_at, r.share, r.finished_at
from reading r
join posts p on p.id = r.post_id
where r.member_id = $1
order by r.opened_at, r.post_id";

#[derive(FromRow, Serialize)]
struct Read {
    post_id: i64,
    post_title: Option<String>,
    #[serde(serialize_with = "instant")]
    opened_at: i64,
    /// In hundredths of the text.
    share: i64,
    #[serde(serialize_with = "maybe_instant")]
    finished_at: Option<i64>,
}

const FOLLOWS: &str = "select m.handle as author, f.tag, s.name as space, f.followed_at
from follows f
left join members m on m.id = f.followed_id
left join spaces s on s.id = f.space_id
where f.member_id = $1
order by f.id";

#[derive(FromRow, Serialize)]
struct Follow {
    author: Option<String>,
    tag: Option<String>,
    space: Option<String>,
    #[serde(serialize_with = "instant")]
    followed_at: i64,
}

const LETTERS: &str = "select kind, subject, address, state, created_at, sent_at
from letters
where member_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Letter {
    kind: String,
    subject: String,
    address: String,
    state: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    sent_at: Option<i64>,
}

const LETTER_CHOICES: &str = "select choice, wanted, chosen_at
from letter_choices
where member_id = $1
order by choice";

#[derive(FromRow, Serialize)]
struct LetterChoice {
    choice: String,
    wanted: bool,
    #[serde(serialize_with = "instant")]
    chosen_at: i64,
}

const EMAIL_PROOFS: &str = "select address, created_at, expires_at
from email_proofs
where member_id = $1";

/// An address they were asked to show to be theirs.
#[derive(FromRow, Serialize)]
struct EmailProof {
    address: String,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "instant")]
    expires_at: i64,
}

const PASSWORD_RESETS: &str = "select created_at, expires_at
from password_resets
where member_id = $1";

#[derive(FromRow, Serialize)]
struct PasswordReset {
    #[serde(serialize_with = "instant")]
    created_at: i64,
    #[serde(serialize_with = "instant")]
    expires_at: i64,
}

const KNOWN_DEVICES: &str = "select last_at
from known_devices
where member_id = $1
order by last_at";

/// A browser they signed in with; all that is kept of it is when.
#[derive(FromRow, Serialize)]
struct KnownDevice {
    #[serde(serialize_with = "instant")]
    last_at: i64,
}

const REDEMPTIONS: &str =
    "select o.name as offer, o.code, r.title, r.cadence, r.post_id, r.currency, r.list_minor, r.off_minor, r.held_at, r.used_at
from offer_redemptions r
join offers o on o.id = r.offer_id
where r.member_id = $1
order by r.id";

#[derive(FromRow, Serialize)]
struct Redemption {
    offer: String,
    code: String,
    title: String,
    cadence: Option<String>,
    post_id: Option<i64>,
    currency: String,
    list_minor: i64,
    off_minor: i64,
    #[serde(serialize_with = "instant")]
    held_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    used_at: Option<i64>,
}

const LABELS: &str = "select l.name as label
from member_labels m
join labels l on l.id = m.label_id
where m.member_id = $1
order by l.folded";

#[derive(FromRow, Serialize)]
struct Label {
    label: String,
}

const OFFERS_SHOWN: &str = "select o.name as offer, s.shown_at
from offers_shown s
join offers o on o.id = s.offer_id
where s.member_id = $1
order by s.shown_at, s.offer_id";

#[derive(FromRow, Serialize)]
struct OfferShown {
    offer: String,
    #[serde(serialize_with = "instant")]
    shown_at: i64,
}

const GIFTS: &str = "select o.reference as order_reference, g.email, g.note, g.locale, g.send_at, g.sent_at, g.taken_at
from gifts g
join orders o on o.id = g.order_id
where o.member_id = $1
order by g.order_id";

/// What they bought for somebody else.
#[derive(FromRow, Serialize)]
struct GiftGiven {
    order_reference: String,
    email: Option<String>,
    note: String,
    locale: String,
    #[serde(serialize_with = "instant")]
    send_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    sent_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    taken_at: Option<i64>,
}

const GIFTS_TAKEN: &str = "select o.title, o.cadence, g.note, g.taken_at
from gifts g
join orders o on o.id = g.order_id
where g.taken_by = $1
order by g.order_id";

/// What somebody else bought for them.
#[derive(FromRow, Serialize)]
struct GiftTaken {
    title: String,
    cadence: Option<String>,
    note: String,
    #[serde(serialize_with = "maybe_instant")]
    taken_at: Option<i64>,
}

const TEAMS: &str = "select name, seats, created_at
from teams
where member_id = $1
order by id";

/// A team they pay for, or began to buy for.
#[derive(FromRow, Serialize)]
struct Team {
    name: String,
    seats: i64,
    #[serde(serialize_with = "instant")]
    created_at: i64,
}

const TEAM_SEATS: &str = "select (select t.name from teams t where t.id = s.team_id) as team, s.taken_at, s.left_at
from team_seats s
where s.member_id = $1
order by s.id";

/// A seat they have, or had, in a team.
#[derive(FromRow, Serialize)]
struct TeamSeat {
    team: String,
    #[serde(serialize_with = "instant")]
    taken_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    left_at: Option<i64>,
}

const GIFT_LINKS: &str = "select post_id, made_at, ends_at, ended_at
from gift_links
where member_id = $1
order by id";

/// A link by which they let friends read an article.
#[derive(FromRow, Serialize)]
struct GiftLink {
    post_id: i64,
    #[serde(serialize_with = "instant")]
    made_at: i64,
    #[serde(serialize_with = "instant")]
    ends_at: i64,
    #[serde(serialize_with = "maybe_instant")]
    ended_at: Option<i64>,
}

const CREATOR: &str = "select payee_name, payee_account, since
from creators
where member_id = $1";

/// How they are paid as a creator.
#[derive(FromRow, Serialize)]
struct Creator {
    payee_name: String,
    payee_account: String,
    #[serde(serialize_with = "instant")]
    since: i64,
}

const POST_SHARES: &str = "select post_id, rate, changed_at
from post_shares
where member_id = $1
order by post_id";

#[derive(FromRow, Serialize)]
struct PostShare {
    post_id: i64,
    rate: i64,
    #[serde(serialize_with = "instant")]
    changed_at: i64,
}

const ORDER_SHARES: &str = "select order_id, cast(null as bigint) as post_id, sale_rate, rate
from order_shares
where member_id = $1
union all
select order_id, post_id, sale_rate, rate
from order_post_shares
where member_id = $1
order by order_id, post_id";

#[derive(FromRow, Serialize)]
struct OrderShare {
    order_id: i64,
    /// Of an article in a bundle.
    post_id: Option<i64>,
    sale_rate: i64,
    rate: i64,
}

const AFFILIATE: &str = "select code, since, opened, ended_at
from affiliates
where member_id = $1";

/// The link by which they recommend the place.
#[derive(FromRow, Serialize)]
struct Affiliate {
    code: String,
    #[serde(serialize_with = "instant")]
    since: i64,
    opened: i64,
    #[serde(serialize_with = "maybe_instant")]
    ended_at: Option<i64>,
}

const REFERRALS: &str = "select m.handle as recommended_by, r.made_at, r.joined, r.ended_at
from referrals r
join members m on m.id = r.affiliate_id
where r.member_id = $1";

/// By whom they came. Who came by them is those people's own.
#[derive(FromRow, Serialize)]
struct Referral {
    recommended_by: String,
    #[serde(serialize_with = "instant")]
    made_at: i64,
    joined: bool,
    #[serde(serialize_with = "maybe_instant")]
    ended_at: Option<i64>,
}

const ORDER_REWARDS: &str = "select rate, only_first, hold_days, payable_at, released_at, excluded_at
from order_rewards
where affiliate_id = $1
order by order_id";

/// What an order promised them.
#[derive(FromRow, Serialize)]
struct OrderReward {
    rate: i64,
    only_first: bool,
    hold_days: i64,
    #[serde(serialize_with = "maybe_instant")]
    payable_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    released_at: Option<i64>,
    #[serde(serialize_with = "maybe_instant")]
    excluded_at: Option<i64>,
}

const PAYOUTS: &str = "select currency, minor, payee_name, payee_account, state, paid_on, reference, reason
from payouts
where member_id = $1
order by id";

#[derive(FromRow, Serialize)]
struct Payout {
    currency: String,
    minor: i64,
    payee_name: String,
    payee_account: String,
    state: String,
    paid_on: Option<String>,
    reference: String,
    reason: String,
}

const POOL_READS: &str = "select month, post_id
from pool_reads
where member_id = $1
order by month, post_id";

/// Articles of their tier that they opened, until the month is closed.
#[derive(FromRow, Serialize)]
struct PoolRead {
    month: String,
    post_id: i64,
}

struct Export<'a> {
    db: &'a Db,
    member: MemberId,
    out: Map<String, Value>,
}

impl Export<'_> {
    async fn add<R: Row + Serialize>(&mut self, name: &str, sql: &'static str) -> Result<()> {
        let rows: Vec<R> = self.db.all(sql, args![self.member]).await?;
        self.out.insert(name.to_owned(), to_json(&rows)?);
        Ok(())
    }
}

fn to_json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| {
        tracing::error!(%error, "a member's data could not be written");
        AppError::Internal
    })
}

/// All of the viewer's own data, as JSON.
pub async fn own_data(ctx: &Context, viewer: &Viewer) -> Result<String> {
    let member = viewer.require_member()?.id;
    let profile: Profile = ctx.db().one(PROFILE, args![member]).await?;
    let mut export = Export { db: ctx.db(), member, out: Map::new() };
    export.out.insert("exported_at".to_owned(), format::machine(ctx.now()).into());
    export.out.insert("profile".to_owned(), to_json(&profile)?);
    export.add::<Session>("sessions", SESSIONS).await?;
    export.add::<Label>("labels", LABELS).await?;
    export.add::<Post>("posts", POSTS).await?;
    export.add::<PostTag>("post_tags", POST_TAGS).await?;
    export.add::<Topic>("topics", TOPICS).await?;
    export.add::<Reply>("replies", REPLIES).await?;
    export.add::<Binned>("bin", BIN).await?;
    export.add::<Rating>("ratings", RATINGS).await?;
    export.add::<Vote>("votes", VOTES).await?;
    export.add::<Order>("orders", ORDERS).await?;
    export.add::<Payment>("payments", PAYMENTS).await?;
    export.add::<Redemption>("offer_redemptions", REDEMPTIONS).await?;
    export.add::<OfferShown>("offers_shown", OFFERS_SHOWN).await?;
    export.add::<GiftGiven>("gifts", GIFTS).await?;
    export.add::<GiftTaken>("gifts_taken", GIFTS_TAKEN).await?;
    export.add::<GiftLink>("gift_links", GIFT_LINKS).await?;
    export.add::<Team>("teams", TEAMS).await?;
    export.add::<TeamSeat>("team_seats", TEAM_SEATS).await?;
    export.add::<Promise>("order_promises", PROMISES).await?;
    export.add::<RefundRequest>("refund_requests", REQUESTS).await?;
    export.add::<Receipt>("receipts", RECEIPTS).await?;
    export.add::<Buyer>("order_buyers", BUYERS).await?;
    export.add::<Tax>("order_taxes", TAXES).await?;
    export.add::<Fapiao>("fapiao", FAPIAO).await?;
    export.add::<LedgerEntry>("ledger_entries", LEDGER).await?;
    export.add::<Creator>("creators", CREATOR).await?;
    export.add::<PostShare>("post_shares", POST_SHARES).await?;
    export.add::<OrderShare>("order_shares", ORDER_SHARES).await?;
    export.add::<Affiliate>("affiliates", AFFILIATE).await?;
    export.add::<Referral>("referrals", REFERRALS).await?;
    export.add::<OrderReward>("order_rewards", ORDER_REWARDS).await?;
    export.add::<Payout>("payouts", PAYOUTS).await?;
    export.add::<PoolRead>("pool_reads", POOL_READS).await?;
    export.add::<Entitlement>("entitlements", ENTITLEMENTS).await?;
    export.add::<Gift>("grants", GRANTS).await?;
    export.add::<Code>("codes", CODES).await?;
    export.add::<TaobaoOrder>("taobao_orders", TAOBAO_ORDERS).await?;
    export.add::<Subscription>("subscriptions", SUBSCRIPTIONS).await?;
    export.add::<Pause>("pauses", PAUSES).await?;
    export.add::<Notice>("notices", NOTICES).await?;
    export.add::<Interaction>("interactions", INTERACTIONS).await?;
    export.add::<Day>("member_days", DAYS).await?;
    export.add::<Read>("reading", READING).await?;
    export.add::<Follow>("follows", FOLLOWS).await?;
    export.add::<Letter>("letters", LETTERS).await?;
    export.add::<LetterChoice>("letter_choices", LETTER_CHOICES).await?;
    export.add::<EmailProof>("email_proofs", EMAIL_PROOFS).await?;
    export.add::<PasswordReset>("password_resets", PASSWORD_RESETS).await?;
    export.add::<KnownDevice>("known_devices", KNOWN_DEVICES).await?;
    serde_json::to_string_pretty(&export.out).map_err(|_| AppError::Internal)
}
