//! Who gets what of an article: admins say how much creators get, an article's author with whom they share it.

use super::split::{Split, WHOLE};
use super::store;
pub use super::store::CoAuthor;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::locale::Words;
use crate::foundation::text::narrow;
use crate::foundation::viewer::Viewer;
use crate::members;
use crate::membership;
use crate::payments::affiliates;
use crate::payments::tax::parse_rate;
use crate::posts;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// How many may share an article with its author.
const MOST: i64 = 20;

/// What creators get of an article that is sold by itself, in hundredths of a percent.
pub async fn sale_rate(ctx: &Context) -> Result<i64> {
    Ok(store::sale_rate(ctx.db()).await?)
}

/// `0` to `100`, as people write it.
pub fn parse_part(typed: &str) -> std::result::Result<i64, Words> {
    let none = narrow(typed);
    let none = none.trim().trim_end_matches('%').trim();
    let is_none = !none.is_empty() && none.bytes().all(|b| b == b'0');
    if is_none {
        return Ok(0);
    }
    parse_rate(typed).map_err(|_| {
        words!("请填写 0 到 100 之间的百分比，最多两位小数。", "Please give a percentage from 0 to 100, with at most two decimals.")
    })
}

/// Decides for what is ordered from now on. An error stands under `sale_rate`.
pub async fn set_sale_rate(ctx: &Context, viewer: &Viewer, typed: &str) -> Result<()> {
    viewer.require_admin()?;
    let terms = affiliates::terms::terms(ctx).await?;
    let rate =
        parse_part(typed).and_then(|rate| terms.leaves(rate, terms.sale_rate)).map_err(|words| AppError::field("sale_rate", words))?;
    Ok(store::set_sale_rate(ctx.db(), rate, ctx.now()).await?)
}

/// An article's co-authors, for its author and admins.
pub async fn co_authors(ctx: &Context, viewer: &Viewer, post: PostId) -> Result<Vec<CoAuthor>> {
    posts::service::owned(ctx, viewer, post).await?;
    Ok(store::co_authors(ctx.db(), post).await?)
}

/// Gives a member a part of what creators get of an article, or another part than before.
/// It holds for what is ordered from now on. Errors stand under `handle` and `rate`.
pub async fn share_with(ctx: &Context, viewer: &Viewer, post: PostId, handle: &str, rate: &str) -> Result<()> {
    let author = posts::service::owned(ctx, viewer, post).await?.author;
    let mut errors = FieldErrors::new();
    let member = match known(ctx, handle).await {
        Ok(member) if member == author => {
            errors.add("handle", words!("作者自动得到剩余的部分，不用添加。", "The author gets the rest; they need not be added."));
            None
        }
        Ok(member) => Some(member),
        Err(AppError::NotFound) => {
            errors.add("handle", words!("没有这个用户名，请检查。", "There is nobody with this handle; please check it."));
            None
        }
        Err(other) => return Err(other),
    };
    let rate = errors.keep("rate", parse_rate(rate));
    let (Some(member), Some(rate)) = (member, rate) else { return Err(errors.into_error()) };
    let mut tx = ctx.db().begin().await?;
    store::hold(&mut tx, post).await?;
    let (others, n) = store::others(&mut tx, post, member).await?;
    if n >= MOST {
        return Err(AppError::field("handle", words!("最多 {MOST} 位共同作者。", "At most {MOST} co-authors.")));
    }
    if others + rate > WHOLE {
        let left = crate::payments::tax::rate_name(WHOLE - others);
        let text = words!("合计不能超过 100%，还剩 {left}。", "Together they may have 100% at most; {left} is left.");
        return Err(AppError::field("rate", text));
    }
    store::set_share(&mut tx, post, member, rate, ctx.now()).await?;
    // Whoever wrote it can read it.
    membership::service::grant_post(ctx, &mut tx, member, post, &cause(post, member)).await?;
    Ok(tx.commit().await?)
}

/// Why an article is open to its co-author.
fn cause(post: PostId, member: MemberId) -> String {
    format!("share:{post}:{member}")
}

/// Takes a co-author's part back, for what is ordered from now on. Nothing when they have none.
pub async fn share_no_more(ctx: &Context, viewer: &Viewer, post: PostId, handle: &str) -> Result<()> {
    posts::service::owned(ctx, viewer, post).await?;
    let mut tx = ctx.db().begin().await?;
    if let Some(member) = store::forget_share(&mut tx, post, &handle.trim().to_lowercase()).await? {
        membership::service::take_back(ctx, &mut tx, &cause(post, member), ctx.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// An amount among those who have a share of an article as things stand; something is owed to them from now on.
pub async fn split_now(ctx: &Context, tx: &mut Tx, post: PostId, minor: i64) -> Result<Vec<(MemberId, i64)>> {
    let shares = store::split_of(tx, post).await?;
    for (member, _) in &shares {
        store::begin(tx, *member, ctx.now()).await?;
    }
    Ok(Split { sale_rate: WHOLE, shares }.of(minor))
}

async fn known(ctx: &Context, handle: &str) -> Result<MemberId> {
    let handle = handle.trim().trim_start_matches('@');
    Ok(members::service::profile_by_handle(ctx, handle).await?.id)
}

#[cfg(test)]
mod tests {
    use super::parse_part;

    #[test]
    fn nothing_is_a_part_too() {
        for (typed, rate) in [("0", 0), (" 00 % ", 0), ("70", 7000), ("12.5%", 1250), ("100", 10_000)] {
            assert_eq!(parse_part(typed), Ok(rate), "{typed}");
        }
        for wrong in ["", "%", "-1", "101", "0.001", "x"] {
            assert!(parse_part(wrong).is_err(), "{wrong}");
        }
    }
}
