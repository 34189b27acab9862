//! What a notification is about. It names a number; how that stands is asked for.

use super::disputes::{self, Reversed};
use super::refunds::order_behind;
use super::wire::{self, Event, Hint, OldAmount, Sale};
use super::{Paypal, amounts, number};
use crate::providers::facts::{Fact, PaymentFact, RefundFact};
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
            "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" => self.about_refund(&hint).await,
            _ if kind.starts_with("PAYMENT.REFUND.") => self.about_refund(&hint).await,
            _ if kind.starts_with("PAYMENT.CAPTURE.") => self.about_capture(id).await,
            "PAYMENT.SALE.REFUNDED" => self.about_sale_refund(id, hint.sale_id.as_deref()).await,
            "PAYMENT.SALE.REVERSED" => self.about_reversed_sale(&hint, notification).await,
            _ if kind.starts_with("PAYMENT.SALE.") => self.about_sale(hint.billing_agreement_id.as_deref(), id).await,
            _ if kind.starts_with("BILLING.SUBSCRIPTION.") => match id {
                Some(id) => self.agreement_facts(id).await,
                None => Ok(Vec::new()),
            },
            _ if kind.starts_with("CUSTOMER.DISPUTE.") => match hint.dispute_id.as_deref().or(id) {
                Some(id) => self.about_dispute(id, &notification.body).await,
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

    /// What a refund points to may be the charge of a subscription, which has no order.
    async fn about_refund(&self, hint: &Hint) -> Result<Vec<Fact>, Failure> {
        let Some(capture) = wire::number_behind(&hint.links, "up", "/captures") else {
            return self.about_capture(hint.id.as_deref()).await;
        };
        match self.capture_of(capture).await?.as_ref().and_then(order_behind) {
            Some(order) => self.about_order(Some(order)).await,
            None => self.about_sale_refund(hint.id.as_deref(), Some(capture)).await,
        }
    }

    /// Of a capture's order; one without is the charge of a subscription.
    async fn about_capture(&self, id: Option<&str>) -> Result<Vec<Fact>, Failure> {
        let Some(id) = id else { return Ok(Vec::new()) };
        let capture = self.capture_of(id).await?;
        match capture.as_ref().and_then(order_behind) {
            Some(order) => self.about_order(Some(order)).await,
            None => self.about_sale(None, Some(id)).await,
        }
    }

    async fn about_sale(&self, agreement: Option<&str>, sale: Option<&str>) -> Result<Vec<Fact>, Failure> {
        match self.agreement_of(agreement, sale).await? {
            Some(agreement) => self.agreement_facts(&agreement).await,
            None => Ok(Vec::new()),
        }
    }

    /// The subscription a charge belongs to.
    async fn agreement_of(&self, named: Option<&str>, sale: Option<&str>) -> Result<Option<String>, Failure> {
        if let Some(named) = named {
            return Ok(Some(named.to_owned()));
        }
        let Some(sale) = sale else { return Ok(None) };
        let found: Option<Sale> = self.api.get(&format!("/v1/payments/sale/{}", number(sale)?)).await?;
        Ok(found.and_then(|sale| sale.billing_agreement_id))
    }

    /// The report a refund is found in is some hours late; its number is at hand here.
    async fn about_sale_refund(&self, refund: Option<&str>, sale: Option<&str>) -> Result<Vec<Fact>, Failure> {
        let mut facts = self.about_sale(None, sale.or(refund)).await?;
        if let (Some(id), Some(_)) = (refund, sale)
            && let Some(refund) = self.refund_numbered(id).await?.map(Fact::Refund)
            && !facts.contains(&refund)
        {
            facts.push(refund);
        }
        Ok(facts)
    }

    /// A charge that PayPal took back. What took it may be readable as a refund; otherwise it is known from here and, some hours
    /// later, from the report.
    async fn about_reversed_sale(&self, hint: &Hint, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        let pointed = wire::number_behind(&hint.links, "sale", "/sale");
        let Some(sale) = hint.sale_id.as_deref().or(pointed).or(hint.id.as_deref()) else { return Ok(Vec::new()) };
        if let Some(id) = hint.id.as_deref().filter(|id| *id != sale)
            && self.refund_numbered(id).await?.is_some()
        {
            return self.about_sale_refund(Some(id), Some(sale)).await;
        }
        let told = hint.amount.clone().and_then(|amount| serde_json::from_value::<OldAmount>(amount).ok());
        let told = told.and_then(|amount| amounts::read(&(&amount).into()).ok());
        let reversed = Reversed {
            // All that is left, where it is not said.
            minor: told.map_or(i64::MAX, |amount| amount.minor),
            at: notification.made_at.unwrap_or_else(|| self.api.now()),
        };
        match self.agreement_of(hint.billing_agreement_id.as_deref(), Some(sale)).await? {
            Some(agreement) => self.agreement_told(&agreement, Some((sale, reversed))).await,
            None => Ok(Vec::new()),
        }
    }

    /// A dispute, with all that went of its payment, for a refund may be about the same money. An app that may not read disputes
    /// takes what is told.
    async fn about_dispute(&self, id: &str, body: &[u8]) -> Result<Vec<Fact>, Failure> {
        let found = match self.dispute(id).await {
            Err(Failure::KeysRefused { .. }) => disputes::in_notification(body),
            other => other?,
        };
        let Some(contested) = found else { return Ok(Vec::new()) };
        let about = contested.fact.payment.clone();
        let mut facts = self.about_capture(Some(&about)).await?;
        if facts.iter().any(|fact| matches!(fact, Fact::Dispute(told) if told.dispute == contested.fact.dispute)) {
            return Ok(facts);
        }
        let payment: Option<PaymentFact> = facts.iter().find_map(|fact| match fact {
            Fact::Payment(payment) if payment.payment == about => Some(payment.clone()),
            _ => None,
        });
        let refunds: Vec<RefundFact> =
            facts.iter().filter_map(|fact| if let Fact::Refund(refund) = fact { Some(refund.clone()) } else { None }).collect();
        match payment {
            Some(payment) => facts.extend(disputes::beside(vec![contested], &payment, &refunds, None)),
            None => facts.push(Fact::Dispute(contested.fact)),
        }
        Ok(facts)
    }
}
