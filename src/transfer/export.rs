//! Everything that is kept about a member, as one JSON file for the member alone.
//!
//! It reads the tables of every feature by its own statements, and changes none: what a table says about a person is
//! theirs, whichever feature it belongs to. No secrets: the hash of the password and of session ids is not *about*
//! anybody. A person's own rows are no large number, so they are read whole.

use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::server::db::{Named, Queries};
use serde_json::{Map, Value};

/// All of the viewer's own data, as JSON: who they are, and under the name of each table its rows. Amounts are minor units,
/// rates hundredths of a percent, moments UTC.
pub async fn own_data(ctx: &Context, viewer: &Viewer) -> Result<String> {
    let member = viewer.require_member()?.id;
    let mut out = Map::new();
    out.insert("exported_at".to_owned(), format::machine(ctx.now()).into());
    let profile: Named = ctx.db().one(PROFILE, args![member]).await?;
    out.insert("profile".to_owned(), written(profile));
    for (name, sql) in TABLES {
        let rows: Vec<Named> = ctx.db().all(*sql, args![member]).await?;
        out.insert((*name).to_owned(), rows.into_iter().map(written).collect());
    }
    serde_json::to_string_pretty(&out).map_err(|_| AppError::Internal)
}

/// A row with its moments as people and machines read them.
fn written(Named(mut row): Named) -> Value {
    for (column, value) in &mut row {
        if let Some(at) = value.as_i64().filter(|_| is_moment(column)) {
            *value = format::machine(Timestamp(at)).into();
        }
    }
    Value::Object(row)
}

/// By the names that the schema gives to moments (`migrations/README.md`).
fn is_moment(column: &str) -> bool {
    column == "at" || column == "since" || column.ends_with("_at") || column.ends_with("_until")
}

// `note`: what those who run the site wrote about them.
const PROFILE: &str =
    "select id, handle, name, email, email_verified_at, seen_in, role, bio_source as bio, note, locale, registered_day, created_at
    from members
    where id = $1";

const TABLES: &[(&str, &str)] = &[
    (
        "sessions",
        "select user_agent, created_at, last_seen_at, expires_at
            from sessions
            where member_id = $1
            order by id",
    ),
    (
        "labels",
        "select l.name as label
            from member_labels m
            join labels l on l.id = m.label_id
            where m.member_id = $1
            order by l.folded",
    ),
    (
        "posts",
        "select id, slug, title, summary, source, status, access, price_minor, least_minor, published_at, created_at, updated_at
            from posts
            where author_id = $1
            order by id",
    ),
    (
        "post_tags",
        "select t.post_id, t.name
            from post_tags t
            join posts p on p.id = t.post_id
            where p.author_id = $1
            order by t.post_id, t.tag",
    ),
    (
        "topics",
        "select t.id, s.name as space, t.title, t.source, t.created_at, t.edited_at, t.hidden_at, t.deleted_at
            from topics t
            join spaces s on s.id = t.space_id
            where t.author_id = $1
            order by t.id",
    ),
    (
        "replies",
        "select id, target_kind, target_id, parent_id, source, created_at, edited_at, hidden_at, deleted_at
            from replies
            where author_id = $1
            order by id",
    ),
    // Deleted within the hour, and not yet thrown away.
    (
        "bin",
        "select target_kind, target_id, title, source, deleted_at
            from bin
            where member_id = $1
            order by target_kind, target_id",
    ),
    (
        "ratings",
        "select r.post_id, case when p.status = 'published' then p.title end as post_title, r.stars, r.created_at, r.updated_at
            from ratings r
            join posts p on p.id = r.post_id
            where r.member_id = $1
            order by r.created_at, r.post_id",
    ),
    (
        "votes",
        "select target_kind, target_id, value, created_at
            from votes
            where member_id = $1
            order by created_at, target_kind, target_id",
    ),
    (
        "orders",
        "select reference, kind, title, cadence, post_id, currency, minor, net_minor, list_minor, offer_name, purpose, status, created_at, paid_at
            from orders
            where member_id = $1
            order by id",
    ),
    (
        "payments",
        "select o.reference as order_reference, p.provider, p.provider_payment, p.currency, p.minor, p.use as paid_for, p.received_at
            from payments p
            join orders o on o.id = p.order_id
            where o.member_id = $1
            order by p.id",
    ),
    (
        "offer_redemptions",
        "select o.name as offer, o.code, r.title, r.cadence, r.post_id, r.currency, r.list_minor, r.off_minor, r.held_at, r.used_at
            from offer_redemptions r
            join offers o on o.id = r.offer_id
            where r.member_id = $1
            order by r.id",
    ),
    (
        "offers_shown",
        "select o.name as offer, s.shown_at
            from offers_shown s
            join offers o on o.id = s.offer_id
            where s.member_id = $1
            order by s.shown_at, s.offer_id",
    ),
    // What they bought for somebody else.
    (
        "gifts",
        "select o.reference as order_reference, g.email, g.note, g.locale, g.send_at, g.sent_at, g.taken_at
            from gifts g
            join orders o on o.id = g.order_id
            where o.member_id = $1
            order by g.order_id",
    ),
    // What somebody else bought for them.
    (
        "gifts_taken",
        "select o.title, o.cadence, g.note, g.taken_at
            from gifts g
            join orders o on o.id = g.order_id
            where g.taken_by = $1
            order by g.order_id",
    ),
    // A link by which they let friends read an article.
    (
        "gift_links",
        "select post_id, made_at, ends_at, ended_at
            from gift_links
            where member_id = $1
            order by id",
    ),
    // A team they pay for, or began to buy for.
    (
        "teams",
        "select name, seats, created_at
            from teams
            where member_id = $1
            order by id",
    ),
    // A seat they have, or had, in a team.
    (
        "team_seats",
        "select (select t.name from teams t where t.id = s.team_id) as team, s.taken_at, s.left_at
            from team_seats s
            where s.member_id = $1
            order by s.id",
    ),
    // What was promised of taking an order back.
    (
        "order_promises",
        "select o.reference as order_reference, p.rule, p.waived_at, p.opened_at
            from order_promises p
            join orders o on o.id = p.order_id
            where o.member_id = $1
            order by o.id",
    ),
    (
        "refund_requests",
        "select o.reference as order_reference, q.kind, q.declarant, q.declared_at, q.reason, q.minor, q.state, q.decided_at, q.answer
            from refund_requests q
            join orders o on o.id = q.order_id
            where o.member_id = $1
            order by q.id",
    ),
    (
        "receipts",
        "select o.reference as order_reference, n.year, n.number,
                case when n.refund_id is null then 'receipt' else 'credit note' end as kind, n.issued_at
            from receipts n
            left join refunds r on r.id = n.refund_id
            join payments p on p.id = coalesce(n.payment_id, r.payment_id)
            join orders o on o.id = p.order_id
            where o.member_id = $1
            order by n.year, n.number",
    ),
    // Whom a receipt names.
    (
        "order_buyers",
        "select o.reference as order_reference, b.name, b.address, b.number
            from order_buyers b
            join orders o on o.id = b.order_id
            where o.member_id = $1
            order by o.id",
    ),
    // `rate`: in hundredths of a percent.
    (
        "order_taxes",
        "select o.reference as order_reference, t.country, t.rate, t.minor, t.declared_at
            from order_taxes t
            join orders o on o.id = t.order_id
            where o.member_id = $1
            order by o.id",
    ),
    (
        "fapiao",
        "select o.reference as order_reference, f.kind, f.title, f.tax_number, f.email, f.state, f.requested_at, f.number, f.issued_day
            from fapiao f
            join orders o on o.id = f.order_id
            where o.member_id = $1
            order by o.id",
    ),
    (
        "ledger_entries",
        "select t.cause, e.account, e.currency, e.minor, t.booked_day
            from ledger_entries e
            join ledger_transfers t on t.id = e.transfer_id
            where e.member_id = $1
            order by t.id, e.account",
    ),
    // How they are paid as a creator.
    (
        "creators",
        "select payee_name, payee_account, since
            from creators
            where member_id = $1",
    ),
    (
        "post_shares",
        "select post_id, rate, changed_at
            from post_shares
            where member_id = $1
            order by post_id",
    ),
    // `post_id`: of an article in a bundle.
    (
        "order_shares",
        "select order_id, cast(null as bigint) as post_id, sale_rate, rate
            from order_shares
            where member_id = $1
            union all
            select order_id, post_id, sale_rate, rate
            from order_post_shares
            where member_id = $1
            order by order_id, post_id",
    ),
    // The link by which they recommend the place.
    (
        "affiliates",
        "select code, since, opened, ended_at
            from affiliates
            where member_id = $1",
    ),
    // By whom they came. Who came by them is those people's own.
    (
        "referrals",
        "select m.handle as recommended_by, r.made_at, r.joined, r.ended_at
            from referrals r
            join members m on m.id = r.affiliate_id
            where r.member_id = $1",
    ),
    // What an order promised them.
    (
        "order_rewards",
        "select rate, only_first, hold_days, payable_at, released_at, excluded_at
            from order_rewards
            where affiliate_id = $1
            order by order_id",
    ),
    (
        "payouts",
        "select currency, minor, payee_name, payee_account, state, paid_on, reference, reason
            from payouts
            where member_id = $1
            order by id",
    ),
    // Articles of their tier that they opened, until the month is closed.
    (
        "pool_reads",
        "select month, post_id
            from pool_reads
            where member_id = $1
            order by month, post_id",
    ),
    (
        "entitlements",
        "select t.name as tier, e.post_id, e.starts_at, e.ends_at, e.revoked_at, e.cause
            from entitlements e
            left join tiers t on t.id = e.tier_id
            where e.member_id = $1
            order by e.id",
    ),
    // A tier that was given as a gift.
    (
        "grants",
        "select t.name as tier, g.until_at, g.given_at, g.revoked_at
            from grants g
            join tiers t on t.id = g.tier_id
            where g.member_id = $1
            order by g.id",
    ),
    // A code that was redeemed.
    (
        "codes",
        "select last as ends_in, redeemed_at, revoked_at
            from codes
            where member_id = $1
            order by redeemed_at, id",
    ),
    // An order of a shop on Taobao that was redeemed.
    (
        "taobao_orders",
        "select number, phone_tail, redeemed_at
            from taobao_orders
            where member_id = $1
            order by redeemed_at, id",
    ),
    (
        "subscriptions",
        "select t.name as tier, s.provider, s.provider_subscription, s.currency, s.minor, s.cadence, s.state,
                s.trial_until, s.term_until, s.ends_with_term, s.method, s.created_at, s.adopted_at,
                s.cancel_asked_at
            from subscriptions s
            join tiers t on t.id = s.tier_id
            where s.member_id = $1
            order by s.id",
    ),
    (
        "pauses",
        "select t.name as tier, p.from_at, p.until_at
            from pauses p
            join tiers t on t.id = p.tier_id
            where p.member_id = $1
            order by p.id",
    ),
    (
        "notices",
        "select kind, about, created_at, put_away_at
            from notices
            where member_id = $1
            order by id",
    ),
    (
        "interactions",
        "select kind, target_kind, target_id, day, at
            from interactions
            where member_id = $1
            order by id",
    ),
    (
        "member_days",
        "select day
            from member_days
            where member_id = $1
            order by day",
    ),
    // `share`: in hundredths of the text.
    (
        "reading",
        "select r.post_id, case when p.status = 'published' then p.title end as post_title, r.opened_at, r.share, r.finished_at
            from reading r
            join posts p on p.id = r.post_id
            where r.member_id = $1
            order by r.opened_at, r.post_id",
    ),
    (
        "follows",
        "select m.handle as author, f.tag, s.name as space, f.followed_at
            from follows f
            left join members m on m.id = f.followed_id
            left join spaces s on s.id = f.space_id
            where f.member_id = $1
            order by f.id",
    ),
    (
        "letters",
        "select kind, subject, address, state, created_at, sent_at
            from letters
            where member_id = $1
            order by id",
    ),
    (
        "letter_choices",
        "select choice, wanted, chosen_at
            from letter_choices
            where member_id = $1
            order by choice",
    ),
    // An address they were asked to show to be theirs.
    (
        "email_proofs",
        "select address, created_at, expires_at
            from email_proofs
            where member_id = $1",
    ),
    (
        "password_resets",
        "select created_at, expires_at
            from password_resets
            where member_id = $1",
    ),
    // A browser they signed in with; all that is kept of it is when.
    (
        "known_devices",
        "select last_at
            from known_devices
            where member_id = $1
            order by last_at",
    ),
];
