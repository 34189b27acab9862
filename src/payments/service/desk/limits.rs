//! Limits of a provider as an admin types them, each in the form of its currency.

use super::super::connections::{self, Limit};
use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::money::{Currency, Money};
use crate::foundation::viewer::Viewer;
use crate::providers::Provider;
use crate::server::context::Context;
use crate::words;

/// Amounts; empty for no limit.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub currency: String,
    pub minimum: String,
    pub maximum: String,
    pub daily: String,
}

/// Sets the limits in one currency; none at all forgets them. Errors stand under the names of [`Typed`].
pub async fn save(ctx: &Context, viewer: &Viewer, provider: Provider, typed: &Typed) -> Result<()> {
    viewer.require_admin()?;
    let mut errors = FieldErrors::new();
    let known = Currency::parse(&typed.currency.trim().to_uppercase()).filter(|currency| provider.takes(*currency));
    let unknown =
        || words!("请填写这种付款方式支持的货币代码，例如 CNY。", "Please give the code of a currency that is taken here, such as CNY.");
    let Some(currency) = errors.keep("currency", known.ok_or_else(unknown)) else { return Err(errors.into_error()) };
    let amount = |typed: &str| match typed.trim() {
        "" => Ok(None),
        typed => Money::parse(typed, currency).map(|money| Some(money.minor)),
    };
    let minimum = errors.keep("minimum", amount(&typed.minimum));
    let maximum = errors.keep("maximum", amount(&typed.maximum));
    let daily = errors.keep("daily", amount(&typed.daily));
    let (Some(minimum), Some(maximum), Some(daily)) = (minimum, maximum, daily) else { return Err(errors.into_error()) };
    connections::save_limit(ctx, viewer, provider, Limit { currency, minimum, maximum, daily }).await
}
