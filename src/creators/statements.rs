//! What a creator sees of what they are owed: balances, months, and the entries these are made of.

use super::model::Month;
use super::store::statements as store;
pub use super::store::statements::{ArticleSum, Balance, EntryRow, MonthSum, Payee, PostSum};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::text;
use crate::foundation::viewer::Viewer;
use crate::posts;
use crate::server::context::Context;
use crate::words;

/// How many entries a page shows.
pub const PAGE: i64 = 50;
const MAX_NAME: usize = 100;
const MAX_ACCOUNT: usize = 200;
/// Sorts after every entry.
const LATEST: (i64, i64) = (i64::MAX, i64::MAX);

/// Whether this page is for the viewer: who writes, or has a share of something.
pub async fn is_creator(ctx: &Context, viewer: &Viewer) -> Result<bool> {
    let Some(member) = viewer.id() else { return Ok(false) };
    Ok(viewer.may_write() || store::has_share(ctx.db(), member).await?)
}

async fn creator(ctx: &Context, viewer: &Viewer) -> Result<MemberId> {
    let member = viewer.require_member()?.id;
    if is_creator(ctx, viewer).await? { Ok(member) } else { Err(AppError::NotFound) }
}

/// A creator's own: what is owed, what each month brought, and how they are paid.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub balances: Vec<Balance>,
    pub months: Vec<MonthSum>,
    pub payee: Payee,
}

pub async fn overview(ctx: &Context, viewer: &Viewer) -> Result<Overview> {
    let member = creator(ctx, viewer).await?;
    Ok(Overview {
        balances: store::balances(ctx.db(), member).await?,
        months: store::months(ctx.db(), member).await?,
        payee: store::payee(ctx.db(), member).await?.unwrap_or_default(),
    })
}

/// What each article brought the viewer in a month.
pub async fn articles(ctx: &Context, viewer: &Viewer, month: Month) -> Result<Vec<ArticleSum>> {
    let member = creator(ctx, viewer).await?;
    let (from, to) = month.days();
    Ok(store::articles(ctx.db(), member, (&from, &to)).await?)
}

/// The entries of a month, the newest first, those before `before`.
pub async fn entries(ctx: &Context, viewer: &Viewer, month: Month, before: Option<(i64, i64)>, limit: i64) -> Result<Vec<EntryRow>> {
    let member = creator(ctx, viewer).await?;
    let (from, to) = month.days();
    Ok(store::entries(ctx.db(), member, (&from, &to), before.unwrap_or(LATEST), limit).await?)
}

/// Says how the viewer is paid. Errors stand under `payee_name` and `payee_account`.
pub async fn set_payee(ctx: &Context, viewer: &Viewer, name: &str, account: &str) -> Result<()> {
    let member = creator(ctx, viewer).await?;
    let mut errors = FieldErrors::new();
    let name = errors.keep("payee_name", text::optional_line(name, MAX_NAME));
    let account = errors.keep("payee_account", text::optional_line(account, MAX_ACCOUNT));
    let (Some(name), Some(account)) = (name, account) else { return Err(errors.into_error()) };
    // A bank wants both; neither forgets how one was paid.
    match (&name, &account) {
        (Some(_), None) => {
            let words =
                words!("请填写收款账户，只有姓名无法打款。", "Please give the account as well; nothing can be paid to a name alone.");
            return Err(AppError::field("payee_account", words));
        }
        (None, Some(_)) => {
            let words = words!("请填写收款人，银行需要核对姓名。", "Please give the name on the account as well; banks ask for it.");
            return Err(AppError::field("payee_name", words));
        }
        _ => (),
    }
    let (name, account) = (name.unwrap_or_default(), account.unwrap_or_default());
    Ok(store::set_payee(ctx.db(), member, (&name, &account), ctx.now()).await?)
}

/// The viewer deleted their account: how they were paid is forgotten, unless something is owed.
pub async fn leave(ctx: &Context, viewer: &Viewer) -> Result<()> {
    let Some(member) = viewer.id() else { return Ok(()) };
    let owed = store::balances(ctx.db(), member).await?;
    if owed.iter().all(|balance| balance.payable <= 0 && balance.held == 0 && balance.under_way == 0) {
        store::forget_payee(ctx.db(), member).await?;
    }
    Ok(())
}

/// What an article earned, cost and netted; for its author and admins.
pub async fn of_post(ctx: &Context, viewer: &Viewer, post: PostId) -> Result<Vec<PostSum>> {
    posts::service::owned(ctx, viewer, post).await?;
    Ok(store::of_posts(ctx.db(), post, post).await?)
}

/// An article's number and title, and what it earned, cost and netted, by currency.
pub type Netted = (PostId, String, Vec<PostSum>);

/// All articles that were published, the newest first, those before `before`; for admins.
pub async fn of_all_posts(ctx: &Context, viewer: &Viewer, before: Option<PostId>, limit: i64) -> Result<Vec<Netted>> {
    viewer.require_admin()?;
    let posts = store::posts(ctx.db(), before.unwrap_or(PostId(i64::MAX)), limit).await?;
    let (Some((newest, _)), Some((oldest, _))) = (posts.first(), posts.last()) else { return Ok(Vec::new()) };
    let sums = store::of_posts(ctx.db(), PostId(*oldest), PostId(*newest)).await?;
    let of = |id: i64| sums.iter().filter(|sum| sum.post_id == id).cloned().collect();
    Ok(posts.into_iter().map(|(id, title)| (PostId(id), title, of(id))).collect())
}
