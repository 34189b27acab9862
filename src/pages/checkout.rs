//! Beginning to buy, going to the provider, and coming back. What is shown meanwhile is in `waiting`.

use super::offers;
use super::orders::{self, Trouble, provider_name};
use super::own_price;
use super::via;
use super::waiting;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::money::{Currency, Money};
use crate::foundation::text;
use crate::payments::affiliates::recommending;
use crate::payments::model::{Item, OrderStatus};
use crate::payments::service::{self, Paying, Purchase, Started};
use crate::posts;
use crate::providers::{Device, Provider, Way};
use crate::server::http::{Ask, Form, local_path, see_other, sign_in_path};
use crate::ui::Errors;
use crate::{t, tf, words};
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    kind: String,
    post: String,
    bundle: String,
    /// How much, of an article whose buyers say so.
    amount: Option<String>,
    tier: String,
    cadence: String,
    currency: String,
    /// `on`: to be charged again each term.
    renewing: String,
    /// The code of an offer.
    offer: String,
    /// Where it was paid last time: renewing goes there at once.
    provider: String,
    to: String,
}

impl CheckoutForm {
    fn purchase(&self, own: Currency) -> Result<Purchase> {
        match self.kind.as_str() {
            "post" => {
                let post = self.post.parse().map_err(|_| AppError::NotFound)?;
                match &self.amount {
                    Some(typed) => {
                        let amount = Money::parse_or_nothing(typed, own).map_err(|words| AppError::field("amount", words))?;
                        Ok(Purchase::PostAt(post, amount))
                    }
                    None => Ok(Purchase::Post(post)),
                }
            }
            "bundle" => Ok(Purchase::Bundle(self.bundle.parse().map_err(|_| AppError::NotFound)?)),
            "tier" => {
                let cadence = Cadence::parse(&self.cadence)
                    .ok_or_else(|| AppError::BadRequest(words!("请选择购买的期限。", "Please choose for how long.")))?;
                let tier = self.tier.parse().map_err(|_| AppError::NotFound)?;
                let unknown = || AppError::BadRequest(words!("请选择一种货币。", "Please choose a currency."));
                let currency = Some(self.currency.as_str()).filter(|code| !code.is_empty());
                let currency = currency.map(|code| Currency::parse(code).ok_or_else(unknown)).transpose()?;
                Ok(Purchase::Tier { tier, cadence, currency, renewing: self.renewing == "on" })
            }
            _ => Err(AppError::BadRequest(words!("请选择要购买的内容。", "Please choose what to buy."))),
        }
    }
}

/// A visitor signs in first, and comes back to what they were looking at.
pub async fn start(ask: Ask, headers: HeaderMap, Form(form): Form<CheckoutForm>) -> Result<Response> {
    let purchase = match form.purchase(ask.site.currency) {
        Err(error @ AppError::Invalid(_)) => return own_price_again(&ask, form, error).await,
        purchase => purchase?,
    };
    let to = local_path(&form.to);
    let code = Some(form.offer.trim()).filter(|code| !code.is_empty());
    if ask.viewer.member().is_none() {
        let back = match (to, purchase) {
            (Some(to), _) => to.to_owned(),
            _ if code.is_some() => offer_path(&form.offer),
            (None, Purchase::Post(id) | Purchase::PostAt(id, _) | Purchase::Tip(id, _)) => {
                posts::service::published_ref(&ask.ctx, id).await?.path()
            }
            (None, Purchase::Bundle(id)) => crate::bundles::service::published(&ask.ctx, id).await?.path(),
            (None, Purchase::Tier { .. } | Purchase::TipAuthor(..)) => "/membership".to_owned(),
        };
        return Ok(see_other(&sign_in_path(&back)));
    }
    if let Some(code) = via::of_form(&ask, &headers) {
        recommending::came_to_buy(&ask.ctx, &ask.viewer, &code).await?;
    }
    let typed = code.map(|code| offers::typed(&ask, code));
    let started = match service::buy_with(&ask.ctx, &ask.viewer, purchase, typed, to).await {
        Ok(started) => started,
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_))) if code.is_some() => {
            let status = error.status();
            return offers::draw(&ask, &form.offer, Some((status, error.message(ask.locale)))).await;
        }
        Err(error @ AppError::Invalid(_)) if form.amount.is_some() => return own_price_again(&ask, form, error).await,
        Err(error) => return Err(error),
    };
    match started {
        Started::Order(reference) if Provider::parse(&form.provider).is_some() => {
            go_and_pay(&ask, &reference, &PayForm { provider: form.provider, ..PayForm::default() }).await
        }
        Started::Order(reference) => Ok(see_other(&format!("/orders/{reference}"))),
        Started::Owned(path) => Ok(see_other(&path)),
        Started::Given(item, path) => Ok(given(item, to.unwrap_or(&path))),
    }
}

/// The amount that was typed, and what is wrong with it.
async fn own_price_again(ask: &Ask, form: CheckoutForm, error: AppError) -> Result<Response> {
    let id = form.post.parse().map_err(|_| AppError::NotFound)?;
    let post = posts::service::published_ref(&ask.ctx, id).await?;
    own_price::draw(ask, post, form.amount.unwrap_or_default(), &form.to, Errors::from_error(error)?).await
}

/// What cost nothing is open at once.
fn given(item: Item, to: &str) -> Response {
    let done = if item.is_reading() { "opened-free" } else { "joined-free" };
    see_other(&with_notice(to, done))
}

/// Where an offer is shown, of a code as it was typed.
fn offer_path(code: &str) -> String {
    crate::payments::offers::model::code(code).map_or_else(|| "/membership".to_owned(), |code| format!("/offers/{code}"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
}

/// The same thing by an offer: another order. What is wrong with the code stands beside it, and the order stays as it is.
pub async fn by_offer(ask: Ask, Path(reference): Path<String>, Form(form): Form<CodeForm>) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, &reference).await?;
    match service::rebuy_with(&ask.ctx, &ask.viewer, &order, offers::typed(&ask, &form.code)).await {
        Ok(Started::Order(reference)) => Ok(see_other(&format!("/orders/{reference}"))),
        Ok(Started::Owned(path)) => Ok(see_other(&path)),
        Ok(Started::Given(item, _)) => Ok(given(item, &order.return_to)),
        Err(error @ AppError::Invalid(_)) => orders::draw_code(&ask, order, form.code, Errors::from_error(error)?).await,
        Err(error) => refused(&ask, &reference, error).await,
    }
}

/// Gives an order up that is not paid.
pub async fn give_up(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    match service::give_up(&ask.ctx, &ask.viewer, &reference).await {
        Ok(()) => Ok(see_other(&format!("/orders/{reference}?done=given-up"))),
        Err(error) => refused(&ask, &reference, error).await,
    }
}

/// What could not be done with an order, said on its page.
async fn refused(ask: &Ask, reference: &str, error: AppError) -> Result<Response> {
    if !matches!(error, AppError::Conflict(_) | AppError::Unavailable) {
        return Err(error);
    }
    let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
    let trouble = Trouble { status: error.status(), text: error.message(ask.locale) };
    orders::draw(ask, order, Some(trouble)).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PayForm {
    provider: String,
    /// `desktop`, `phone` or `wechat`, where the buyer chose otherwise than the browser says.
    device: String,
    /// `on`: access at once, knowing what that ends.
    waive: String,
    /// Where the buyer lives, where tax is counted.
    country: String,
}

/// What the buyer holds in their hand: as they say, or as the browser does. Within WeChat a code can be scanned, too, as
/// long as nobody knows who the buyer is there.
fn device(ask: &Ask, said: &str) -> Device {
    match said {
        "desktop" => Device::Desktop,
        "phone" => Device::Phone,
        _ if ask.user_agent.contains("Mobile") && !in_wechat(ask) => Device::Phone,
        _ => Device::Desktop,
    }
}

/// The browser inside WeChat.
pub fn in_wechat(ask: &Ask) -> bool {
    ask.user_agent.contains("MicroMessenger")
}

/// Opens a checkout and goes on to it.
pub async fn pay(ask: Ask, Path(reference): Path<String>, Form(form): Form<PayForm>) -> Result<Response> {
    if form.waive == "on" {
        service::promises::waive(&ask.ctx, &ask.viewer, &reference).await?;
    }
    if !form.country.is_empty() {
        match service::taxes::declare(&ask.ctx, &ask.viewer, &reference, &form.country).await {
            Ok(false) => (),
            // What is paid is seen before.
            Ok(true) => return Ok(see_other(&format!("/orders/{reference}"))),
            Err(error) => return refused(&ask, &reference, error).await,
        }
    }
    go_and_pay(&ask, &reference, &form).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CountryForm {
    country: String,
}

/// Where the buyer lives, of an order to which tax is added: its page shows then what it costs with it.
pub async fn say_country(ask: Ask, Path(reference): Path<String>, Form(form): Form<CountryForm>) -> Result<Response> {
    match service::taxes::declare(&ask.ctx, &ask.viewer, &reference, &form.country).await {
        Ok(_) => Ok(see_other(&format!("/orders/{reference}"))),
        Err(error @ AppError::Invalid(_)) => again(&ask, &reference, error).await,
        Err(error) => refused(&ask, &reference, error).await,
    }
}

/// The order with what is wrong beside its field: the country that was said or was not, the box that was not ticked.
async fn again(ask: &Ask, reference: &str, error: AppError) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
    orders::draw_wrong(ask, order, Errors::from_error(error)?).await
}

/// To a page of this site at once, to the provider's by way of one of ours. When it cannot be begun the order is shown,
/// with the reason and the other ways to pay.
async fn go_and_pay(ask: &Ask, reference: &str, form: &PayForm) -> Result<Response> {
    let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
    let choices = service::choices(&ask.ctx, &order).await?;
    let asked = Provider::parse(&form.provider);
    let Some(provider) = asked.or_else(|| choices.first().copied()) else {
        let none = words!("目前没有可用的付款方式。", "There is no way to pay at present.");
        return orders::draw(ask, order, Some(Trouble { status: 409, text: none.get(ask.locale).to_owned() })).await;
    };
    if provider == Provider::Wechat && form.device.is_empty() && in_wechat(ask) {
        // A form may not lead to another site, not even by way of ours: a page does.
        return Ok(see_other(&format!("{}/wechat", order.path())));
    }
    if provider == Provider::Alipay && in_wechat(ask) {
        // WeChat blocks Alipay's page. How it stands is asked all the same, and the order's page says what else to do.
        return Ok(see_other(&format!("{}/return", order.path())));
    }
    pay_on(ask, reference, provider, device(ask, &form.device)).await
}

/// `/orders/{reference}/wechat`: WeChat is asked who its buyer is, and the browser comes back here with a code. Where that
/// cannot be had, there is a code to scan.
pub async fn within_wechat(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let device = match ask.query("code") {
        Some(code) => service::buyers::device_of(&ask.ctx, &ask.viewer, &reference, &code).await?,
        None => match service::buyers::asked_at(&ask.ctx, &ask.viewer, &reference).await? {
            Some(address) => {
                let (name, back) = (provider_name(Provider::Wechat, ask.locale), format!("/orders/{reference}"));
                return Ok(waiting::lead(&ask, name, &address, &back, t!(ask.locale, "换一种付款方式", "Pay another way")));
            }
            None => Device::Desktop,
        },
    };
    pay_on(&ask, &reference, Provider::Wechat, device).await
}

async fn pay_on(ask: &Ask, reference: &str, provider: Provider, device: Device) -> Result<Response> {
    let paying = Paying { provider, device, client_ip: ask.address.to_string(), locale: ask.locale };
    match service::pay(&ask.ctx, &ask.viewer, reference, &paying).await {
        Ok(Way::GoTo(path)) if path.starts_with('/') => Ok(see_other(&path)),
        // The browser may not be sent to another site by a form: a page of ours takes it there.
        Ok(_) => Ok(see_other(&format!("/orders/{reference}/checkout?provider={}", provider.as_str()))),
        Err(error @ (AppError::Conflict(_) | AppError::Unavailable)) => {
            let name = provider_name(provider, ask.locale);
            let text = match &error {
                AppError::Unavailable => {
                    let text = tf!(
                        ask.locale,
                        "{name}暂时没有回应。订单已保留，请稍后再试，或换一种付款方式。",
                        "{name} does not answer just now. Your order is kept: try again later, or pay another way."
                    );
                    text::set(&text, ask.locale)
                }
                other => other.message(ask.locale),
            };
            // It may have been paid meanwhile.
            let order = service::order(&ask.ctx, &ask.viewer, reference).await?;
            orders::draw(ask, order, Some(Trouble { status: error.status(), text })).await
        }
        Err(error @ AppError::Invalid(_)) => again(ask, reference, error).await,
        Err(error) => Err(error),
    }
}

/// Back from the provider. Whether it is paid is what the provider says when we ask, not what the browser says.
pub async fn come_back(ask: Ask, Path(reference): Path<String>) -> Result<Response> {
    let order = service::look(&ask.ctx, &ask.viewer, &reference).await?;
    Ok(match (order.status, order.item) {
        (OrderStatus::Paid, _) if order.is_tip() => see_other(&with_notice(&order.return_to, "tipped")),
        (OrderStatus::Paid, _) if order.team.is_some() => see_other(&with_notice(&order.return_to, "team-paid")),
        (OrderStatus::Paid, _) if order.is_gift() => see_other(&with_notice(&order.gift_path(), "gift-paid")),
        (OrderStatus::Paid, Item::Post(_)) => see_other(&with_notice(&order.return_to, "opened")),
        (OrderStatus::Paid, Item::Bundle(_)) => see_other(&with_notice(&order.return_to, "opened-bundle")),
        (OrderStatus::Paid, Item::Tier(..)) => see_other(&with_notice(&order.return_to, "joined-tier")),
        _ if order.trial.is_some_and(|trial| trial.runs(ask.ctx.now())) => see_other(&with_notice(&order.return_to, "trial-begun")),
        _ if order.trial.is_some() => see_other(&order.path()),
        _ if order.subscription.is_some() => see_other(&with_notice(&order.return_to, "joined-tier")),
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
