//! What an admin decides: whether there are affiliates, and what they get. It holds for what is ordered from then on.

use super::model::{Terms, Typed};
use super::store;
use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::viewer::Viewer;
use crate::payments::shares;
use crate::payments::shares::split::WHOLE;
use crate::payments::tax::rate_name;
use crate::server::context::Context;
use crate::words;

pub async fn terms(ctx: &Context) -> Result<Terms> {
    Ok(store::terms(ctx.db()).await?.unwrap_or(Terms::OFF))
}

/// Errors stand under the names of the fields. With what creators get of the same net it is never more than the whole.
pub async fn set(ctx: &Context, viewer: &Viewer, typed: &Typed) -> Result<()> {
    viewer.require_admin()?;
    let terms = typed.read()?;
    let mut errors = FieldErrors::new();
    let creators = [shares::store::sale_rate(ctx.db()).await?, shares::store::pool_rate(ctx.db()).await?];
    for ((field, rate), creators) in [("sale_rate", terms.sale_rate), ("tier_rate", terms.tier_rate)].into_iter().zip(creators) {
        if terms.running && rate + creators > WHOLE {
            let left = rate_name(WHOLE - creators);
            errors.add(
                field,
                words!(
                    "与创作者分成合计不能超过 100%，最多还能填 {left}。",
                    "Together with creators’ shares this may be 100% at most; up to {left} is left."
                ),
            );
        }
    }
    errors.check()?;
    Ok(store::set_terms(ctx.db(), &terms, ctx.now()).await?)
}
