//! Money given back: of a capture, or of a sale, which is what PayPal calls the charge of a subscription.

use super::orders::fee_of;
use super::wire::{Amount, Capture, Refund, SaleRefund, number_behind};
use super::{Paypal, amounts, instant, number, ours};
use crate::providers::facts::{Fact, RefundFact, RefundState};
use crate::providers::{Failure, NewRefund};
use serde_json::json;

impl Paypal {
    pub(super) async fn give_back(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        let amount = amounts::write(refund.amount)?;
        let payment = number(&refund.payment)?;
        let note: String = refund.reason.chars().take(255).collect();
        if self.capture_of(payment).await?.is_some() {
            let body = json!({
                "amount": amount, "custom_id": refund.reference, "invoice_id": refund.reference, "note_to_payer": note,
            });
            let made: Refund = self.api.post(&format!("/v2/payments/captures/{payment}/refund"), &body, &refund.reference).await?.json()?;
            return Ok(of_capture(&made, payment).map(Fact::Refund).into_iter().collect());
        }
        let body = json!({
            "amount": { "total": amount.value, "currency": amount.currency_code },
            "invoice_number": refund.reference,
            "description": note,
        });
        let made: SaleRefund = self.api.post(&format!("/v1/payments/sale/{payment}/refund"), &body, &refund.reference).await?.json()?;
        Ok(of_sale(&made, payment).map(Fact::Refund).into_iter().collect())
    }

    pub(super) async fn refund_asked_for(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        let payment = number(&refund.payment)?;
        let capture = self.capture_of(payment).await?;
        let all = match capture.as_ref().and_then(order_behind) {
            Some(order) => match self.order(order).await? {
                Some(order) => self.order_facts(&order).await?,
                None => Vec::new(),
            },
            None => self.sale_refunds(payment, None).await?.0.into_iter().map(Fact::Refund).collect(),
        };
        let asked = |fact: &Fact| matches!(fact, Fact::Refund(told) if told.reference.as_deref() == Some(refund.reference.as_str()));
        Ok(all.into_iter().filter(asked).collect())
    }

    /// `None`: it is a sale, or nothing. A sale may be known here as well; it has no order.
    pub(super) async fn capture_of(&self, payment: &str) -> Result<Option<Capture>, Failure> {
        self.api.get(&format!("/v2/payments/captures/{}", number(payment)?)).await
    }

    /// A refund by its number: of a sale in the older form, or as one of a capture.
    pub(super) async fn refund_numbered(&self, id: &str) -> Result<Option<RefundFact>, Failure> {
        let refund: Option<SaleRefund> = self.api.get(&format!("/v1/payments/refund/{}", number(id)?)).await?;
        if let Some(refund) = refund {
            return Ok(refund.sale_id.as_deref().and_then(|sale| of_sale(&refund, sale)));
        }
        let refund: Option<Refund> = self.api.get(&format!("/v2/payments/refunds/{}", number(id)?)).await?;
        Ok(refund.and_then(|refund| of_capture(&refund, number_behind(&refund.links, "up", "/captures")?)))
    }
}

/// The order a capture belongs to.
pub fn order_behind(capture: &Capture) -> Option<&str> {
    let named = capture.supplementary_data.as_ref().and_then(|data| data.related_ids.order_id.as_deref());
    named.or_else(|| number_behind(&capture.links, "up", "/orders"))
}

pub fn of_capture(refund: &Refund, capture: &str) -> Option<RefundFact> {
    let amount = amounts::read(refund.amount.as_ref()?).ok()?;
    let fee = refund.seller_payable_breakdown.as_ref().and_then(|given| given.paypal_fee.as_ref());
    Some(RefundFact {
        refund: number(&refund.id).ok()?.to_owned(),
        reference: ours(refund.custom_id.as_deref()),
        payment: number(capture).ok()?.to_owned(),
        amount,
        fee_returned: fee_of(fee, amount),
        state: match refund.status.as_str() {
            "COMPLETED" => RefundState::Succeeded,
            "PENDING" => RefundState::Pending,
            _ => RefundState::Failed,
        },
        at: instant(refund.create_time.as_deref()?)?,
    })
}

fn of_sale(refund: &SaleRefund, sale: &str) -> Option<RefundFact> {
    let amount = amounts::read(&Amount::from(refund.amount.as_ref()?)).ok()?;
    let fee = refund.refund_from_transaction_fee.as_ref();
    let fee = fee.map(|fee| Amount { currency_code: fee.currency.clone(), value: fee.value.clone() });
    Some(RefundFact {
        refund: number(&refund.id).ok()?.to_owned(),
        reference: ours(refund.invoice_number.as_deref()),
        payment: number(sale).ok()?.to_owned(),
        amount,
        fee_returned: fee_of(fee.as_ref(), amount),
        state: match refund.state.to_ascii_lowercase().as_str() {
            "completed" => RefundState::Succeeded,
            "pending" => RefundState::Pending,
            _ => RefundState::Failed,
        },
        at: instant(refund.create_time.as_deref()?)?,
    })
}
