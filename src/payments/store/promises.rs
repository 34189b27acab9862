//! Tables `selling` and `order_promises`.

use super::orders::causes;
use crate::args;
use crate::foundation::id::{MemberId, OrderId, PostId, TierId};
use crate::foundation::time::Timestamp;
use crate::payments::rules::{Promise, Rule};
use crate::payments::seller::Seller;
use crate::server::db::{Db, Queries, Result, Tx};

/// For articles, for memberships; `None`: nothing is promised.
pub type Rules = (Option<Rule>, Option<Rule>);

const RULES: &str = "select post_rule, tier_rule from selling where id = 1";

fn read(row: Option<(Option<String>, Option<String>)>) -> Rules {
    let (post, tier) = row.unwrap_or_default();
    (post.as_deref().and_then(Rule::parse), tier.as_deref().and_then(Rule::parse))
}

pub async fn rules(db: &Db) -> Result<Rules> {
    db.optional(RULES, args![]).await.map(read)
}

pub async fn rules_now(tx: &mut Tx) -> Result<Rules> {
    tx.optional(RULES, args![]).await.map(read)
}

const SAVE_RULES: &str = "insert into selling (id, post_rule, tier_rule, updated_at)
values (1, $1, $2, $3)
on conflict (id) do update set post_rule = $1, tier_rule = $2, updated_at = $3";

pub async fn save_rules(db: &Db, (post, tier): Rules, now: Timestamp) -> Result<()> {
    let text = |rule: Option<Rule>| rule.map(|rule| rule.to_string());
    db.run(SAVE_RULES, args![text(post), text(tier), now]).await.map(drop)
}

const SAVE_TIPS: &str = "insert into selling (id, tips, updated_at)
values (1, $1, $2)
on conflict (id) do update set tips = $1, updated_at = $2";

pub async fn save_tips(db: &Db, tips: bool, now: Timestamp) -> Result<()> {
    db.run(SAVE_TIPS, args![tips, now]).await.map(drop)
}

/// Whether readers can tip authors.
pub async fn tips(db: &Db) -> Result<bool> {
    let row: Option<(bool,)> = db.optional("select tips from selling where id = 1", args![]).await?;
    Ok(row.is_some_and(|(tips,)| tips))
}

const SELLER: &str = "select seller_name, seller_address, seller_number, seller_note from selling where id = 1";

fn sold_by(row: Option<(String, String, String, String)>) -> Seller {
    let (name, address, number, note) = row.unwrap_or_default();
    Seller { name, address, number, note }
}

pub async fn seller(db: &Db) -> Result<Seller> {
    db.optional(SELLER, args![]).await.map(sold_by)
}

pub async fn seller_now(tx: &mut Tx) -> Result<Seller> {
    tx.optional(SELLER, args![]).await.map(sold_by)
}

const SAVE_SELLER: &str = "insert into selling (id, seller_name, seller_address, seller_number, seller_note, updated_at)
values (1, $1, $2, $3, $4, $5)
on conflict (id) do update set seller_name = $1, seller_address = $2, seller_number = $3, seller_note = $4, updated_at = $5";

pub async fn save_seller(db: &Db, seller: &Seller, now: Timestamp) -> Result<()> {
    let Seller { name, address, number, note } = seller;
    db.run(SAVE_SELLER, args![name, address, number, note, now]).await.map(drop)
}

const PROMISE: &str = "insert into order_promises (order_id, rule)
values ($1, $2)
on conflict (order_id) do nothing";

/// What is promised first stays promised.
pub async fn promise(tx: &mut Tx, order: OrderId, rule: Rule) -> Result<()> {
    tx.run(PROMISE, args![order, rule.to_string()]).await.map(drop)
}

const CARRY: &str = "insert into order_promises (order_id, rule)
select $2, case when rule like 'withdrawal%' then 'none' else rule end
from order_promises
where order_id = $1
on conflict (order_id) do nothing";

/// A later term of an agreement is promised what its first was; but the right to withdraw from an agreement is there once
/// (Court of Justice of the EU, C-565/22).
pub async fn carry(tx: &mut Tx, first: OrderId, term: OrderId) -> Result<()> {
    tx.run(CARRY, args![first, term]).await.map(drop)
}

type PromiseRow = (String, Option<i64>, Option<i64>);

fn promised((rule, waived_at, opened_at): PromiseRow) -> Option<Promise> {
    Some(Promise { rule: Rule::parse(&rule)?, waived_at: waived_at.map(Timestamp), opened_at: opened_at.map(Timestamp) })
}

const PROMISED: &str = "select rule, waived_at, opened_at from order_promises where order_id = $1";

pub async fn of_order(db: &Db, order: OrderId) -> Result<Option<Promise>> {
    let row: Option<PromiseRow> = db.optional(PROMISED, args![order]).await?;
    Ok(row.and_then(promised))
}

pub async fn of_order_now(tx: &mut Tx, order: OrderId) -> Result<Option<Promise>> {
    let row: Option<PromiseRow> = tx.optional(PROMISED, args![order]).await?;
    Ok(row.and_then(promised))
}

const WAIVE: &str = "update order_promises
set waived_at = $2
where order_id = $1 and waived_at is null";

pub async fn waive(db: &Db, order: OrderId, now: Timestamp) -> Result<()> {
    db.run(WAIVE, args![order, now]).await.map(drop)
}

const UNOPENED: &str = concat!(
    "select o.id
from orders o
join order_promises p on p.order_id = o.id
where (o.member_id = $1 and o.purpose = 'own' or o.id in (select g.order_id from gifts g where g.taken_by = $1)
        or o.id in (
            select w.order_id
            from team_seats s
            join team_terms w on w.team_id = s.team_id
            where s.member_id = $1 and s.left_at is null
        ))
    and o.status = 'paid' and p.waived_at is not null and p.opened_at is null
    and (
        o.post_id = $2
        or exists (select 1 from order_posts i where i.order_id = o.id and i.post_id = $2)
        or o.tier_id = $3 and exists (select 1 from team_terms w where w.order_id = o.id and w.from_at <= $4)
        or exists (
            select 1
            from entitlements e
            where e.cause in ",
    causes!(),
    "
                and e.member_id = $1 and e.tier_id = $3 and e.revoked_at is null and e.starts_at <= $4
        )
        or exists (
            select 1
            from orders later
            join entitlements e on e.cause = 'order:' || later.id
            where later.subscription_id = o.subscription_id and later.tier_id = $3
                and e.member_id = $1 and e.revoked_at is null and e.starts_at <= $4
        )
    )
limit 100"
);

/// The paid orders that open this article to a member, by whoever they were paid, where it matters that it is opened and was
/// not yet: also those whose time became time of another tier since. Of a tier, those whose term has begun: what is read
/// before it is read by another.
pub async fn unopened(db: &Db, member: MemberId, post: PostId, tier: Option<TierId>, now: Timestamp) -> Result<Vec<OrderId>> {
    let rows: Vec<(i64,)> = db.all(UNOPENED, args![member, post, tier, now]).await?;
    Ok(rows.into_iter().map(|(id,)| OrderId(id)).collect())
}

pub async fn set_opened(db: &Db, order: OrderId, now: Timestamp) -> Result<()> {
    let sql = "update order_promises set opened_at = $2 where order_id = $1 and opened_at is null";
    db.run(sql, args![order, now]).await.map(drop)
}
