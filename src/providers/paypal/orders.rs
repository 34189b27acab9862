//! Something bought once: an order is opened, approved by the buyer at PayPal, and captured by us.

use super::api::refused_with;
use super::disputes::Reversed;
use super::wire::{self, Amount, Capture, Order, PurchaseUnit};
use super::{Paypal, amounts, instant, number, ours};
use crate::foundation::money::Money;
use crate::providers::facts::{CheckoutFact, CheckoutState, Fact, PaymentFact, RefundFact, RefundState};
use crate::providers::{Failure, NewCheckout, OpenCheckout, Opened, Way};
use serde_json::json;

/// Put before our reference at PayPal when a checkout is closed: PayPal knows no way to take an order back.
const CLOSED: &str = "closed-";

impl Paypal {
    pub(super) async fn open_order(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        let amount = amounts::write(checkout.amount)?;
        let body = json!({
            "intent": "CAPTURE",
            "purchase_units": [{
                "reference_id": "default",
                "custom_id": checkout.reference,
                "invoice_id": checkout.reference,
                "description": checkout.title.chars().take(127).collect::<String>(),
                "amount": amount,
                "payee": { "merchant_id": self.merchant_id },
            }],
            "payment_source": { "paypal": { "experience_context": {
                "return_url": checkout.return_url,
                "cancel_url": checkout.cancel_url,
                "locale": if checkout.locale.starts_with("zh") { "zh-CN" } else { "en-US" },
                "shipping_preference": "NO_SHIPPING",
                "user_action": "PAY_NOW",
                "payment_method_preference": "UNRESTRICTED",
            } } },
        });
        let order: Order = self.api.post("/v2/checkout/orders", &body, &checkout.reference).await?.json()?;
        let id = number(&order.id)?.to_owned();
        let approve = wire::link(&order.links, "payer-action").or_else(|| wire::link(&order.links, "approve"));
        // What is approved already needs no approval: back to us, where it is looked at.
        let go = approve.map_or_else(|| checkout.return_url.clone(), str::to_owned);
        Ok(Opened { number: Some(id), way: Way::GoTo(go) })
    }

    pub(super) async fn look_order(&self, id: &str, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        match self.order(id).await? {
            // Forgotten, as PayPal does with orders nobody approves.
            None => Ok(vec![standing(Some(&checkout.reference), Some(id), CheckoutState::Closed)]),
            Some(order) => {
                if let Some(reason) = self.strange(&order, checkout) {
                    return Ok(vec![Fact::Mismatch { reference: Some(checkout.reference.clone()), reason }]);
                }
                match self.order_facts(&order).await? {
                    facts if facts.iter().any(|fact| fact.approved().is_some()) => self.capture(&order.id, &checkout.reference).await,
                    facts => Ok(facts),
                }
            }
        }
    }

    /// Marks it at PayPal, so that it is never captured, whoever approves it later. One that waits for its buyer takes no mark;
    /// it is closed all the same, for nothing is captured without a look at it, and can be marked once it is approved.
    pub(super) async fn close_order(&self, id: &str, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        let mark = json!([{
            "op": "replace",
            "path": "/purchase_units/@reference_id=='default'/custom_id",
            "value": format!("{CLOSED}{}", checkout.reference),
        }]);
        let path = format!("/v2/checkout/orders/{}", number(id)?);
        match self.api.patch(&path, &mark).await {
            Err(Failure::Refused { .. }) => match self.order(id).await?.map(|order| order.status).as_deref() {
                // Paid meanwhile: the order says it.
                Some("COMPLETED") => (),
                // Approved meanwhile.
                Some("APPROVED") => drop(self.api.patch(&path, &mark).await?),
                _ => return Ok(vec![standing(Some(&checkout.reference), Some(id), CheckoutState::Closed)]),
            },
            marked => drop(marked?),
        }
        self.look_order(id, checkout).await
    }

    pub(super) async fn order(&self, id: &str) -> Result<Option<Order>, Failure> {
        self.api.get(&format!("/v2/checkout/orders/{}", number(id)?)).await
    }

    /// What contradicts the checkout we opened.
    fn strange(&self, order: &Order, checkout: &OpenCheckout) -> Option<String> {
        let Some(unit) = order.purchase_units.first() else { return Some("an order about nothing".to_owned()) };
        let (reference, _) = reference(unit);
        if reference.as_deref() != Some(checkout.reference.as_str()) {
            return Some("the order belongs to another checkout".to_owned());
        }
        match unit.amount.as_ref().map(amounts::read) {
            Some(Ok(amount)) if amount == checkout.amount => None,
            Some(Ok(amount)) => Some(format!("the order is about {} {}", amount.currency.code(), amount.to_plain())),
            _ => Some("the order names no amount".to_owned()),
        }
    }

    /// How an order stands. One that was approved is captured only by a look at the checkout.
    pub(super) async fn order_facts(&self, order: &Order) -> Result<Vec<Fact>, Failure> {
        let Some(unit) = order.purchase_units.first() else { return Ok(Vec::new()) };
        let (reference, closed) = reference(unit);
        if let Some(payee) = unit.payee.as_ref().and_then(|payee| payee.merchant_id.as_ref())
            && *payee != self.merchant_id
        {
            return Ok(vec![Fact::Mismatch { reference, reason: format!("paid to the account {payee}") }]);
        }
        match reference {
            Some(reference) if order.status == "APPROVED" && !closed => Ok(vec![Fact::Approved { reference }]),
            _ => self.told(order).await,
        }
    }

    async fn capture(&self, id: &str, reference: &str) -> Result<Vec<Fact>, Failure> {
        let asked = self.api.post(&format!("/v2/checkout/orders/{}/capture", number(id)?), &json!({}), &self.api.attempt()).await;
        match asked {
            Ok(_) => (),
            Err(failure) if refused_with(&failure, &["ORDER_ALREADY_CAPTURED"]) => (),
            Err(failure) if refused_with(&failure, &["ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED"]) => {
                return Ok(vec![standing(Some(reference), Some(id), CheckoutState::Open)]);
            }
            Err(failure)
                if refused_with(&failure, &["INSTRUMENT_DECLINED", "TRANSACTION_REFUSED", "PAYER_CANNOT_PAY", "COMPLIANCE_VIOLATION"]) =>
            {
                return Ok(vec![standing(Some(reference), Some(id), CheckoutState::Declined)]);
            }
            Err(failure) => return Err(failure),
        }
        match self.order(id).await? {
            Some(order) => self.told(&order).await,
            None => Err(Failure::Nonsense("an order was captured and is gone".to_owned())),
        }
    }

    async fn told(&self, order: &Order) -> Result<Vec<Fact>, Failure> {
        let Some(unit) = order.purchase_units.first() else { return Ok(Vec::new()) };
        let (reference, closed) = reference(unit);
        let standing = |state| standing(reference.as_deref(), Some(&order.id), state);
        let refunds = refunds_of(unit);
        let mut facts = Vec::new();
        for capture in &unit.payments.captures {
            match capture.status.as_str() {
                "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => {
                    let payment = payment(capture, reference.clone())?;
                    let taken = self.taken(&payment, &refunds, reversed(capture, &payment, &refunds)?).await?;
                    facts.push(Fact::Payment(payment));
                    facts.extend(taken);
                }
                "PENDING" => facts.push(standing(CheckoutState::Pending)),
                _ => facts.push(standing(CheckoutState::Declined)),
            }
        }
        facts.extend(refunds.into_iter().map(Fact::Refund));
        let declined = |fact: &Fact| matches!(fact, Fact::Checkout(CheckoutFact { state: CheckoutState::Declined, .. }));
        if order.status == "COMPLETED" && !facts.is_empty() && facts.iter().all(declined) {
            // An order whose capture was declined is over: the next try is another one.
            facts.push(standing(CheckoutState::Closed));
        }
        if facts.is_empty() {
            facts.push(standing(match order.status.as_str() {
                _ if closed => CheckoutState::Closed,
                "VOIDED" => CheckoutState::Closed,
                "COMPLETED" => CheckoutState::Pending,
                _ => CheckoutState::Open,
            }));
        }
        Ok(facts)
    }
}

/// What was given back of an order's captures.
fn refunds_of(unit: &PurchaseUnit) -> Vec<RefundFact> {
    let first = unit.payments.captures.first().map(|capture| capture.id.as_str());
    let read = |refund: &wire::Refund| {
        let capture = wire::number_behind(&refund.links, "up", "/captures").or(first)?;
        super::refunds::of_capture(refund, capture)
    };
    unit.payments.refunds.iter().filter_map(read).collect()
}

/// Our reference, and whether the checkout was closed.
fn reference(unit: &PurchaseUnit) -> (Option<String>, bool) {
    let text = unit.custom_id.as_deref();
    match text.and_then(|text| text.strip_prefix(CLOSED)) {
        Some(rest) => (ours(Some(rest)), true),
        None => (ours(text), false),
    }
}

fn payment(capture: &Capture, reference: Option<String>) -> Result<PaymentFact, Failure> {
    let amount = amounts::read(&capture.amount)?;
    let fee = capture.seller_receivable_breakdown.as_ref().and_then(|kept| kept.paypal_fee.as_ref());
    let paid_at = instant(&capture.create_time).ok_or_else(|| Failure::Nonsense("a payment without a time".to_owned()))?;
    Ok(PaymentFact { payment: number(&capture.id)?.to_owned(), reference, amount, fee: fee_of(fee, amount), paid_at, term: None })
}

/// What went of a capture of which nothing is left, and is not among its refunds.
fn reversed(capture: &Capture, payment: &PaymentFact, refunds: &[RefundFact]) -> Result<Option<Reversed>, Failure> {
    let given = refunds.iter().filter(|refund| refund.payment == payment.payment && refund.state != RefundState::Failed);
    let minor = payment.amount.minor - given.map(|refund| refund.amount.minor).sum::<i64>();
    if capture.status != "REFUNDED" || minor <= 0 {
        return Ok(None);
    }
    let at = instant(capture.update_time.as_deref().unwrap_or(&capture.create_time));
    let at = at.ok_or_else(|| Failure::Nonsense("a reversal without a time".to_owned()))?;
    Ok(Some(Reversed { minor, at }))
}

/// A fee, if it is in the currency of the amount; PayPal writes it with or without a minus.
pub fn fee_of(fee: Option<&Amount>, amount: Money) -> Option<Money> {
    let fee = amounts::read(fee?).ok()?;
    (fee.currency == amount.currency).then_some(Money::new(fee.minor.abs(), fee.currency))
}

pub fn standing(reference: Option<&str>, number: Option<&str>, state: CheckoutState) -> Fact {
    Fact::Checkout(CheckoutFact { reference: reference.map(str::to_owned), number: number.map(str::to_owned), state })
}
