//! Tables `order_posts` and `order_post_shares`: what was in a bundle when an order for it was begun, and what it promised to
//! creators then. Both are written once.

use crate::args;
use crate::foundation::id::{BundleId, MemberId, OrderId, PostId};
use crate::foundation::time::Timestamp;
use crate::payments::shares::split::{Part, Split};
use crate::payments::shares::store as shares;
use crate::server::db::{Db, Queries, Result, Tx};

/// An article, and what it weighs when the net is parted.
pub type Content = (PostId, i64);

const COPY: &str = "insert into order_posts (order_id, post_id, line, weight)
values ($1, $2, $3, $4)";

const COPY_SHARE: &str = "insert into order_post_shares (order_id, post_id, member_id, sale_rate, rate)
values ($1, $2, $3, $4, $5)";

/// Notes with a new order what it is for, and the shares of each article as they stand now.
pub async fn copy(tx: &mut Tx, order: OrderId, contents: &[Content], now: Timestamp) -> Result<()> {
    for (line, (post, weight)) in (1_i64..).zip(contents) {
        tx.run(COPY, args![order, *post, line, *weight]).await?;
    }
    let Some(sale_rate) = shares::sale_rate_now(tx).await? else { return Ok(()) };
    for (post, _) in contents {
        for (member, rate) in shares::split_of(tx, *post).await? {
            shares::begin(tx, member, now).await?;
            tx.run(COPY_SHARE, args![order, *post, member, sale_rate, rate]).await?;
        }
    }
    Ok(())
}

const BOUGHT: &str = "select id
from orders
where bundle_id = $1 and status = 'paid' and (member_id = $2 or id in (select order_id from gifts where taken_by = $2))
limit 1";

/// Whether a bundle was bought by or for a member, and not given back.
pub async fn has_bundle(db: &Db, member: MemberId, bundle: BundleId) -> Result<bool> {
    let found: Option<(i64,)> = db.optional(BOUGHT, args![bundle, member]).await?;
    Ok(found.is_some())
}

const GIVEN: &str = "select c.order_id, c.post_id
from order_posts c
where c.order_id in (select order_id from gifts where taken_by = $1)
order by c.order_id desc, c.line
limit 5000";

/// The articles of the bundles that a member was given: order and article.
pub async fn given(db: &Db, member: MemberId) -> Result<Vec<(OrderId, PostId)>> {
    let rows: Vec<(i64, i64)> = db.all(GIVEN, args![member]).await?;
    Ok(rows.into_iter().map(|(order, post)| (OrderId(order), PostId(post))).collect())
}

const POSTS: &str = "select post_id from order_posts where order_id = $1 order by line";

fn read(rows: Vec<(i64,)>) -> Vec<PostId> {
    rows.into_iter().map(|(post,)| PostId(post)).collect()
}

/// The articles that an order is for, in the order they had in the bundle.
pub async fn posts(db: &Db, order: OrderId) -> Result<Vec<PostId>> {
    db.all(POSTS, args![order]).await.map(read)
}

pub async fn posts_now(tx: &mut Tx, order: OrderId) -> Result<Vec<PostId>> {
    tx.all(POSTS, args![order]).await.map(read)
}

const OF_REFERENCE: &str = "select i.post_id
from order_posts i
join orders o on o.id = i.order_id
where o.reference = $1
order by i.line";

/// As [`posts_now`], of the order with this reference.
pub async fn posts_of_reference(tx: &mut Tx, reference: &str) -> Result<Vec<PostId>> {
    tx.all(OF_REFERENCE, args![reference]).await.map(read)
}

const PARTS: &str = "select i.post_id, i.weight, s.member_id, s.sale_rate, s.rate
from order_posts i
left join order_post_shares s on s.order_id = i.order_id and s.post_id = i.post_id
where i.order_id = $1
order by i.line, s.member_id";

type PartRow = (i64, i64, Option<i64>, Option<i64>, Option<i64>);

/// How the net of an order is parted, and what was promised of each part.
pub async fn parts(tx: &mut Tx, order: OrderId) -> Result<Vec<Part>> {
    let rows: Vec<PartRow> = tx.all(PARTS, args![order]).await?;
    let mut parts: Vec<Part> = Vec::new();
    for (post, weight, member, sale_rate, rate) in rows {
        if parts.last().is_none_or(|part| part.post != PostId(post)) {
            parts.push(Part { post: PostId(post), weight, split: Split::default() });
        }
        if let (Some(part), Some(member), Some(sale_rate), Some(rate)) = (parts.last_mut(), member, sale_rate, rate) {
            part.split.sale_rate = sale_rate;
            part.split.shares.push((MemberId(member), rate));
        }
    }
    Ok(parts)
}
