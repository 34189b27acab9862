//! Beginning to buy, going to the provider, and coming back.

use crate::foundation::error::{AppError, Result};
use crate::membership::model::Cadence;
use crate::payments::model::{Item, OrderStatus};
use crate::payments::service::{self, Purchase, Started};
use crate::posts;
use crate::server::http::{Ask, Form, local_path, see_other, sign_in_path};
use crate::words;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    kind: String,
    post: String,
    tier: String,
    cadence: String,
    to: String,
}

impl CheckoutForm {
    fn purchase(&self) -> Result<Purchase> {
        match self.kind.as_str() {
            "post" => Ok(Purchase::Post(self.post.parse().map_err(|_| AppError::NotFound)?)),
            "tier" => {
                let cadence = Cadence::parse(&self.cadence)
                    .ok_or_else(|| AppError::BadRequest(words!("请选择购买一个月或一年。", "Please choose a month or a year.")))?;
                Ok(Purchase::Tier(self.tier.parse().map_err(|_| AppError::NotFound)?, cadence))
            }
            _ => Err(AppError::BadRequest(words!("请选择要购买的内容。", "Please choose what to buy."))),
        }
    }
}

/// A visitor signs in first, and comes back to what they were looking at.
pub async fn start(ask: Ask, Form(form): Form<CheckoutForm>) -> Result<Response> {
    let purchase = form.purchase()?;
    let to = local_path(&form.to);
    if ask.viewer.member().is_none() {
        let back = match (to, purchase) {
            (Some(to), _) => to.to_owned(),
            (None, Purchase::Post(id)) => posts::service::published_ref(&ask.ctx, id).await?.path(),
            (None, Purchase::Tier(..)) => "/membership".to_owned(),
        };
        return Ok(see_other(&sign_in_path(&back)));
    }
    match service::buy(&ask.ctx, &ask.viewer, purchase, to).await? {
        Started::Order(reference) => Ok(see_other(&format!("/orders/{reference}"))),
        Started::Owned(path) => Ok(see_other(&path)),
    }
}

/// To the provider's page.
pub async fn pay(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    Ok(see_other(&service::pay(&ask.ctx, &ask.viewer, &reference).await?))
}

/// Back from the provider. Whether it is paid is what the provider told us, not what the browser says.
pub async fn come_back(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
    Ok(match (order.status, order.item) {
        (OrderStatus::Paid, Item::Post(_)) => see_other(&with_notice(&order.return_to, "opened")),
        (OrderStatus::Paid, Item::Tier(..)) => see_other(&with_notice(&order.return_to, "joined-tier")),
        _ => see_other(&order.path()),
    })
}

/// The path with `done=code` in its query, before the fragment.
fn with_notice(path: &str, code: &str) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, String::new()), |(path, rest)| (path, format!("#{rest}")));
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}done={code}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::with_notice;

    #[test]
    fn the_notice_stands_in_the_query_before_the_fragment() {
        assert_eq!(with_notice("/p/a", "opened"), "/p/a?done=opened");
        assert_eq!(with_notice("/p/a?x=1#rest", "opened"), "/p/a?x=1&done=opened#rest");
    }
}
