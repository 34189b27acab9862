//! What a notification is about. It names a number; how that stands is asked for.

use super::refunds::order_behind;
use super::wire::{self, Capture, Event, Hint, Sale};
use super::{Paypal, number};
use crate::providers::facts::Fact;
use crate::providers::{Failure, Notification};

impl Paypal {
    pub(super) async fn told_about(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        let event: Event = serde_json::from_slice(&notification.body).map_err(|e| Failure::Nonsense(e.to_string()))?;
        let Some(hint) = event.resource else { return Ok(Vec::new()) };
        let kind = event.event_type.as_str();
        let id = hint.id.as_deref();
        match kind {
            _ if kind.starts_with("CHECKOUT.ORDER.") => self.about_order(id).await,
            // These are about a refund, which points to its capture.
            "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" => {
                self.about_capture(wire::number_behind(&hint.links, "up", "/captures").or(id)).await
            }
            _ if kind.starts_with("PAYMENT.REFUND.") => self.about_capture(wire::number_behind(&hint.links, "up", "/captures")).await,
            _ if kind.starts_with("PAYMENT.CAPTURE.") => self.about_capture(id).await,
            "PAYMENT.SALE.REFUNDED" | "PAYMENT.SALE.REVERSED" => self.about_sale_refund(&hint).await,
            _ if kind.starts_with("PAYMENT.SALE.") => self.about_sale(hint.billing_agreement_id.as_deref(), id).await,
            _ if kind.starts_with("BILLING.SUBSCRIPTION.") => match id {
                Some(id) => self.agreement_facts(id).await,
                None => Ok(Vec::new()),
            },
            _ if kind.starts_with("CUSTOMER.DISPUTE.") => match hint.dispute_id.as_deref().or(id) {
                Some(id) => Ok(self.dispute(id).await?.map(Fact::Dispute).into_iter().collect()),
                None => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        }
    }

    async fn about_order(&self, id: Option<&str>) -> Result<Vec<Fact>, Failure> {
        let Some(id) = id else { return Ok(Vec::new()) };
        match self.order(id).await? {
            Some(order) => self.order_facts(&order).await,
            None => Ok(Vec::new()),
        }
    }

    async fn about_capture(&self, id: Option<&str>) -> Result<Vec<Fact>, Failure> {
        let Some(id) = id else { return Ok(Vec::new()) };
        let capture: Option<Capture> = self.capture_of(id).await?;
        self.about_order(capture.as_ref().and_then(order_behind)).await
    }

    async fn about_sale(&self, agreement: Option<&str>, sale: Option<&str>) -> Result<Vec<Fact>, Failure> {
        if let Some(agreement) = agreement {
            return self.agreement_facts(agreement).await;
        }
        let Some(sale) = sale else { return Ok(Vec::new()) };
        let found: Option<Sale> = self.api.get(&format!("/v1/payments/sale/{}", number(sale)?)).await?;
        match found.and_then(|sale| sale.billing_agreement_id) {
            Some(agreement) => self.agreement_facts(&agreement).await,
            None => Ok(Vec::new()),
        }
    }

    /// The report a refund is found in is some hours late; its number is at hand here.
    async fn about_sale_refund(&self, hint: &Hint) -> Result<Vec<Fact>, Failure> {
        let mut facts = self.about_sale(None, hint.sale_id.as_deref().or(hint.id.as_deref())).await?;
        if let (Some(id), Some(_)) = (&hint.id, &hint.sale_id)
            && let Some(refund) = self.sale_refund(id).await?.map(Fact::Refund)
            && !facts.contains(&refund)
        {
            facts.push(refund);
        }
        Ok(facts)
    }
}
