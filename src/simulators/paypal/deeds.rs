//! What people do: buyers at the checkout, buyers and merchants in their PayPal accounts.

use super::books::{Dispute, Line, Refund};
use super::cash::Cash;
use super::events::Event;
use super::orders::booked;
use super::{Charging, Paypal};

/// How the buyer's money behaves once the merchant asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paying {
    Succeeds,
    /// As from a bank account: it is on its way for some days.
    Waits,
    /// The capture is refused, and the order waits for the next try.
    Fails,
    /// The capture is made and declined, and that is the end of the order.
    Declines,
}

/// How a dispute ends that the seller wins.
const FOR_SELLER: &str = "RESOLVED_SELLER_FAVOUR";

/// Why a deed cannot be done, in PayPal's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unable(pub &'static str);

impl Paypal {
    /// The buyer approves an order or a subscription; the merchant has to capture or activate it. Gives the address the
    /// browser goes back to.
    pub fn pay(&self, number: &str, paying: Paying) -> Result<String, Unable> {
        let mut books = self.books();
        if let Some(order) = books.orders.get_mut(number) {
            if !matches!(order.status, "CREATED" | "PAYER_ACTION_REQUIRED" | "APPROVED") {
                return Err(Unable("ORDER_ALREADY_CAPTURED"));
            }
            order.status = "APPROVED";
            order.paying = paying;
            let back = with(&order.return_url, &[("token", number), ("PayerID", "SIMULATEDPAYER")]);
            let order = order.clone();
            let shown = self.order_json(&books, &order);
            drop(books);
            self.notify(vec![Event::new("CHECKOUT.ORDER.APPROVED", "checkout-order", shown)]);
            return Ok(back);
        }
        let found = books.subscriptions.get_mut(number).ok_or(Unable("INVALID_RESOURCE_ID"))?;
        if !matches!(found.status, "APPROVAL_PENDING" | "APPROVED") {
            return Err(Unable("SUBSCRIPTION_STATUS_INVALID"));
        }
        // PayPal says nothing of this: the browser comes back, or one asks.
        found.status = "APPROVED";
        found.charging = if matches!(paying, Paying::Fails | Paying::Declines) { Charging::Fails } else { Charging::Succeeds };
        Ok(with(&found.return_url, &[("subscription_id", number), ("ba_token", number)]))
    }

    /// Where the browser goes when the buyer changes their mind.
    pub fn turn_back(&self, number: &str) -> Result<String, Unable> {
        let books = self.books();
        let order = books.orders.get(number).map(|order| order.cancel_url.clone());
        let found = order.or_else(|| books.subscriptions.get(number).map(|found| found.cancel_url.clone()));
        found.map(|url| with(&url, &[("token", number)])).ok_or(Unable("INVALID_RESOURCE_ID"))
    }

    /// The money of an order that was on its way arrives, or does not.
    pub fn settle(&self, order: &str, arrives: bool) -> Result<(), Unable> {
        let now = self.now();
        let mut books = self.books();
        let pending = books.payments.values_mut().find(|payment| payment.of == order && payment.status == "PENDING");
        let capture = pending.ok_or(Unable("NOTHING_PENDING"))?;
        capture.status = if arrives { "COMPLETED" } else { "DECLINED" };
        capture.changed = now;
        let capture = capture.clone();
        if arrives {
            booked(&mut books, &capture, "T0006", now);
        }
        drop(books);
        let kind = if arrives { "PAYMENT.CAPTURE.COMPLETED" } else { "PAYMENT.CAPTURE.DENIED" };
        self.notify(vec![Event::new(kind, "capture", self.capture_json(&capture))]);
        Ok(())
    }

    /// The merchant gives back at PayPal's own site; `units` of the smallest coin, or all that is left.
    pub fn refund(&self, payment: &str, units: Option<i64>) -> Result<String, Unable> {
        let cash = {
            let books = self.books();
            let found = books.payments.get(payment).ok_or(Unable("INVALID_RESOURCE_ID"))?;
            Cash { code: found.cash.code.clone(), units: units.unwrap_or(found.cash.units - found.refunded) }
        };
        self.give_back(payment, cash, None, None).map(|refund| refund.id).map_err(Unable)
    }

    /// PayPal takes what is left of a payment back for whoever paid: the bank returned it, or a dispute is about it, which
    /// holds the money already. It is booked as a refund that nobody asked for; of a sale none can be read.
    pub fn reverse(&self, payment: &str) -> Result<(), Unable> {
        let now = self.now();
        let (number, released) = (self.number(17), self.number(17));
        let mut books = self.books();
        let held = books.disputes.values().any(|dispute| dispute.payment == payment && dispute.outcome != Some(FOR_SELLER));
        let found =
            books.payments.get_mut(payment).filter(|payment| payment.status == "COMPLETED" && payment.refunded < payment.cash.units);
        let found = found.ok_or(Unable("CAPTURE_STATUS_NOT_VALID"))?;
        let cash = found.cash.of(found.cash.units - found.refunded);
        (found.refunded, found.changed) = (found.cash.units, now);
        let sale = found.is_sale;
        let back = Refund {
            id: number,
            payment: payment.to_owned(),
            cash,
            custom_id: None,
            invoice_id: None,
            at: now,
            status: "COMPLETED",
            reversal: true,
        };
        // What is held is let go first.
        let lines = if held { vec![(released, "T1111", back.cash.units)] } else { Vec::new() };
        for (id, code, units) in lines.into_iter().chain([(back.id.clone(), "T1106", -back.cash.units)]) {
            let about = Some((payment.to_owned(), "TXN"));
            books.lines.push(Line { id, about, code, cash: back.cash.of(units), fee: 0, custom: None, invoice: None, at: now });
        }
        books.refunds.insert(back.id.clone(), back.clone());
        drop(books);
        self.notify(vec![if sale {
            Event::new("PAYMENT.SALE.REVERSED", "sale", self.sale_reversal_json(&back))
        } else {
            Event::new("PAYMENT.CAPTURE.REVERSED", "refund", self.refund_json(&back))
        }]);
        Ok(())
    }

    /// The buyer contests a payment, whole; PayPal holds the money.
    pub fn dispute(&self, payment: &str) -> Result<String, Unable> {
        let now = self.now();
        let id = format!("PP-R-{}", self.number(10));
        let line = self.number(17);
        let mut books = self.books();
        let found =
            books.payments.get(payment).filter(|payment| payment.status == "COMPLETED").cloned().ok_or(Unable("INVALID_RESOURCE_ID"))?;
        if books.disputes.values().any(|dispute| dispute.payment == payment && dispute.outcome.is_none()) {
            return Err(Unable("DISPUTE_ALREADY_OPEN"));
        }
        let cash = found.cash.of(found.cash.units - found.refunded);
        if cash.units == 0 {
            return Err(Unable("CAPTURE_FULLY_REFUNDED"));
        }
        let dispute = Dispute {
            id: id.clone(),
            payment: payment.to_owned(),
            cash,
            status: "WAITING_FOR_SELLER_RESPONSE",
            outcome: None,
            refunded: None,
            created: now,
            updated: now,
        };
        books.lines.push(held(line, &dispute, -1, "T1110", now));
        let shown = Paypal::dispute_json(&books, &dispute);
        books.disputes.insert(id.clone(), dispute);
        drop(books);
        self.notify(vec![Event::new("CUSTOMER.DISPUTE.CREATED", "dispute", shown)]);
        Ok(id)
    }

    /// The newest dispute of a payment.
    pub fn dispute_of(&self, payment: &str) -> Option<String> {
        let books = self.books();
        let of_payment = books.disputes.values().filter(|dispute| dispute.payment == payment);
        of_payment.max_by_key(|dispute| (dispute.created, dispute.id.clone())).map(|dispute| dispute.id.clone())
    }

    /// PayPal decides. What it took before goes back to a seller who wins.
    pub fn decide(&self, dispute: &str, for_seller: bool) -> Result<(), Unable> {
        self.decided(dispute, for_seller, None)
    }

    /// PayPal gives the buyer a part of what is contested, in the smallest coin.
    pub fn decide_in_part(&self, dispute: &str, units: i64) -> Result<(), Unable> {
        self.decided(dispute, false, Some(units))
    }

    fn decided(&self, dispute: &str, for_seller: bool, part: Option<i64>) -> Result<(), Unable> {
        let now = self.now();
        let line = self.number(17);
        let mut books = self.books();
        let found = books.disputes.get_mut(dispute).filter(|dispute| dispute.outcome.is_none()).ok_or(Unable("INVALID_RESOURCE_ID"))?;
        let units = part.unwrap_or(found.cash.units);
        if !(1..=found.cash.units).contains(&units) {
            return Err(Unable("INVALID_AMOUNT"));
        }
        found.status = "RESOLVED";
        found.outcome = Some(if for_seller { FOR_SELLER } else { "RESOLVED_BUYER_FAVOUR" });
        found.refunded = (!for_seller).then_some(units);
        found.updated = now;
        let found = found.clone();
        let back = if for_seller { found.cash.units } else { found.cash.units - units };
        if back > 0 {
            books.lines.push(Line { cash: found.cash.of(back), ..held(line, &found, 1, "T1111", now) });
        }
        if for_seller {
            let of_payment = |refund: &&mut Refund| refund.payment == found.payment && refund.reversal && refund.status == "COMPLETED";
            let taken: Vec<i64> = books.refunds.values_mut().filter(of_payment).map(cancelled).collect();
            if let Some(payment) = books.payments.get_mut(&found.payment) {
                payment.refunded -= taken.iter().sum::<i64>();
            }
        }
        let shown = Paypal::dispute_json(&books, &found);
        drop(books);
        self.notify(vec![Event::new("CUSTOMER.DISPUTE.RESOLVED", "dispute", shown)]);
        Ok(())
    }

    pub fn set_charging(&self, subscription: &str, charging: Charging) -> Result<(), Unable> {
        let mut books = self.books();
        let found = books.subscriptions.get_mut(subscription).ok_or(Unable("INVALID_RESOURCE_ID"))?;
        found.charging = charging;
        Ok(())
    }

    /// The buyer cancels in their own PayPal account.
    pub fn cancel(&self, subscription: &str) -> Result<(), Unable> {
        let body = serde_json::json!({ "reason": "Cancelled by the customer." });
        match self.change_subscription(subscription, "cancel", &body) {
            (204, _) => Ok(()),
            _ => Err(Unable("SUBSCRIPTION_STATUS_INVALID")),
        }
    }

    /// The buyer agrees to another plan.
    pub fn agree(&self, subscription: &str) -> Result<String, Unable> {
        let mut books = self.books();
        let found = books.subscriptions.get_mut(subscription).ok_or(Unable("INVALID_RESOURCE_ID"))?;
        let revising = found.revising.take().ok_or(Unable("NOTHING_TO_AGREE_TO"))?;
        found.plan = revising.plan;
        let found = found.clone();
        let shown = self.subscription_json(&books, &found);
        drop(books);
        self.notify(vec![Event::new("BILLING.SUBSCRIPTION.UPDATED", "subscription", shown)]);
        Ok(with(&revising.return_url, &[("subscription_id", subscription), ("ba_token", subscription)]))
    }

    /// The buyer stays with the plan they have; where the browser goes.
    pub fn disagree(&self, subscription: &str) -> Result<String, Unable> {
        let mut books = self.books();
        let found = books.subscriptions.get_mut(subscription).ok_or(Unable("INVALID_RESOURCE_ID"))?;
        let revising = found.revising.take().ok_or(Unable("NOTHING_TO_AGREE_TO"))?;
        Ok(with(&revising.cancel_url, &[("ba_token", subscription)]))
    }

    /// The numbers of the payments made for an order or a subscription, oldest first.
    pub fn payments_of(&self, number: &str) -> Vec<String> {
        let books = self.books();
        let mut found: Vec<_> = books.payments.values().filter(|payment| payment.of == number).collect();
        found.sort_by_key(|payment| payment.at);
        found.into_iter().map(|payment| payment.id.clone()).collect()
    }
}

/// Calls a refund back; how much that is.
fn cancelled(refund: &mut Refund) -> i64 {
    refund.status = "CANCELLED";
    refund.cash.units
}

fn held(id: String, dispute: &Dispute, sign: i64, code: &'static str, at: crate::foundation::time::Timestamp) -> Line {
    let cash = dispute.cash.of(sign * dispute.cash.units);
    Line { id, about: Some((dispute.payment.clone(), "TXN")), code, cash, fee: 0, custom: None, invoice: None, at }
}

/// An address with more in its query.
fn with(url: &str, more: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(more).finish();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{query}")
}
