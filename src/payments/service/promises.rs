//! What is promised of taking things back: the rule in force, what an order was promised, and what its buyer waived.

use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::OrderId;
use crate::foundation::id::{PostId, TierId};
use crate::foundation::viewer::Viewer;
use crate::payments::model::{Item, Order};
use crate::payments::rules::{Promise, Rule};
use crate::payments::store::promises;
pub use crate::payments::store::promises::Rules;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// For articles and bundles, for memberships; `None` where an admin has decided nothing.
pub async fn rules(ctx: &Context) -> Result<Rules> {
    Ok(promises::rules(ctx.db()).await?)
}

/// Decides for what is bought from now on.
pub async fn save_rules(ctx: &Context, viewer: &Viewer, rules: Rules) -> Result<()> {
    viewer.require_admin()?;
    if rules.0 == Some(Rule::ProRata) {
        let text = words!("文章没有期限，不能按剩余天数退款。", "An article has no term, so there are no days left to refund.");
        return Err(AppError::field("post_rule", text));
    }
    Ok(promises::save_rules(ctx.db(), rules, ctx.now()).await?)
}

/// Notes with a new order what is promised of it.
pub(in crate::payments) async fn promise(tx: &mut Tx, order: OrderId, item: Item) -> Result<()> {
    let (post, tier) = promises::rules_now(tx).await?;
    let rule = match item {
        Item::Post(_) | Item::Bundle(_) | Item::Author(_) => post,
        Item::Tier(..) => tier,
    };
    match rule.filter(|rule| rule.fits(item)) {
        Some(rule) => Ok(promises::promise(tx, order, rule).await?),
        None => Ok(()),
    }
}

/// What was promised of an order; its buyer and admins know it.
pub async fn of_order(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Promise>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    Ok(promises::of_order(ctx.db(), order.id).await?)
}

/// The buyer asks for access at once, and knows that the right to withdraw ends when they open what they bought.
pub async fn waive(ctx: &Context, viewer: &Viewer, reference: &str) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    match of_order(ctx, viewer, &order).await? {
        Some(promise) if promise.wants_waiver() => Ok(promises::waive(ctx.db(), order.id, ctx.now()).await?),
        _ => Ok(()),
    }
}

/// Whether all is confirmed that has to be before paying; an error under `waive` otherwise.
pub(super) async fn confirmed(ctx: &Context, order: &Order, errors: &mut FieldErrors) -> Result<()> {
    if promises::of_order(ctx.db(), order.id).await?.is_some_and(|promise| promise.wants_waiver()) {
        let words = words!(
            "请先勾选这一项：付款后立即开通，打开内容后就不能再撤回。",
            "Please tick this box first: access begins at once, and the right to withdraw ends when you open what you bought."
        );
        errors.add("waive", words);
    }
    Ok(())
}

/// A whole article was served to a member: for those of their orders that open it, that ends a right they waived.
pub async fn opened(ctx: &Context, viewer: &Viewer, post: PostId, tier: Option<TierId>) -> Result<()> {
    let Some(member) = viewer.id() else { return Ok(()) };
    for order in promises::unopened(ctx.db(), member, post, tier, ctx.now()).await? {
        promises::set_opened(ctx.db(), order, ctx.now()).await?;
    }
    Ok(())
}
