//! What creators should get of an order, as its shares say.

use crate::world::World;
use stoa::args;
use stoa::foundation::id::{MemberId, PostId};
use stoa::payments::books;
use stoa::payments::model::{Item, Order, Payment};
use stoa::payments::shares::split::{Part, Promised, Split};
use stoa::server::db::Queries;

/// The shares that were copied with the order.
pub async fn promised(world: &World, order: &Order) -> Promised {
    let db = world.ctx.db();
    let split = |rows: Vec<(i64, i64, i64)>| {
        let sale_rate = rows.first().map_or(0, |(_, sale_rate, _)| *sale_rate);
        Split { sale_rate, shares: rows.into_iter().map(|(member, _, rate)| (MemberId(member), rate)).collect() }
    };
    if !matches!(order.item, Item::Bundle(_)) {
        let sql = "select member_id, sale_rate, rate from order_shares where order_id = $1 order by member_id";
        return Promised::Whole(split(db.all(sql, args![order.id]).await.unwrap()));
    }
    let mut parts = Vec::new();
    let sql = "select post_id, weight from order_posts where order_id = $1 order by line";
    let contents: Vec<(i64, i64)> = db.all(sql, args![order.id]).await.unwrap();
    for (post, weight) in contents {
        let sql = "select member_id, sale_rate, rate from order_post_shares where order_id = $1 and post_id = $2 order by member_id";
        let split = split(db.all(sql, args![order.id, post]).await.unwrap());
        parts.push(Part { post: PostId(post), weight, split });
    }
    Promised::Parts(parts)
}

/// What creators are owed is what the shares of what came in net say, never above 100 %, and waits while a payment is
/// contested; of a bundle each article's part of it, by what it weighs, to the cent. Counted here from the entries, and not as
/// the program does.
pub fn check(order: &Order, came: &[Payment], promised: &Promised, booked: &books::Balances) -> Result<(), String> {
    let of = |prefix: &str| sum(booked, prefix, None);
    let net = (-of("revenue:") - of("expense:provider-fees")).max(0);
    let (owed, contested) = (-of("liability:creator"), came.iter().any(Payment::is_contested));
    if owed > net || owed != of("expense:creators") {
        return Err(format!("creators are owed {owed} of {net}: {booked:?}"));
    }
    match promised {
        Promised::Whole(split) => shared(order, split, net, None, booked)?,
        Promised::Parts(parts) => {
            let whole: i64 = parts.iter().map(|part| part.weight).sum();
            let mut all = 0;
            for part in parts {
                let own = |prefix: &str| sum(booked, prefix, Some(part.post));
                let theirs = (-own("revenue:") - own("expense:provider-fees")).max(0);
                if (theirs * whole - net * part.weight).abs() >= whole {
                    return Err(format!(
                        "article {} of order {} netted {theirs}, {} of {whole} of {net}",
                        part.post, order.id, part.weight
                    ));
                }
                all += theirs;
                shared(order, &part.split, theirs, Some(part.post), booked)?;
            }
            if all != net || parts.len() < 2 {
                return Err(format!("the articles of order {} netted {all} of {net}", order.id));
            }
        }
    }
    let waits = of("liability:creator-held:") != 0;
    if waits != (contested && owed > 0) { Err(format!("of order {} waits: {waits}, contested: {contested}", order.id)) } else { Ok(()) }
}

/// Of all articles, or of one.
fn sum(booked: &books::Balances, prefix: &str, post: Option<PostId>) -> i64 {
    let fits = |(name, of): &(String, Option<PostId>)| name.starts_with(prefix) && (post.is_none() || *of == post);
    booked.iter().filter(|(line, _)| fits(line)).map(|(_, minor)| *minor).sum()
}

/// Creators get their rate of this net, and each of them theirs of that.
fn shared(order: &Order, split: &Split, net: i64, post: Option<PostId>, booked: &books::Balances) -> Result<(), String> {
    let of = |prefix: &str| sum(booked, prefix, post);
    let rates: i64 = split.shares.iter().map(|(_, rate)| *rate).sum();
    let is_sale = !matches!(order.item, Item::Tier(..));
    if rates != if is_sale { 10_000 } else { 0 } || is_sale && split.sale_rate != crate::world::SALE_RATE {
        return Err(format!("order {} promised {split:?}", order.id));
    }
    let (owed, all) = (-of("liability:creator"), net * split.sale_rate / 10_000);
    if owed != all {
        return Err(format!("creators are owed {owed} of {net}: {booked:?}"));
    }
    for (member, rate) in &split.shares {
        let theirs = -of(&format!("liability:creator:{member}")) - of(&format!("liability:creator-held:{member}"));
        if (theirs * 10_000 - all * rate).abs() >= 10_000 {
            return Err(format!("creator {member} is owed {theirs}, {rate} of {all}"));
        }
    }
    Ok(())
}
