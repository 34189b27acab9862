//! What this side knows, in memory.

use super::answers::Answer;
use super::cash::Cash;
use super::{Charging, Trouble};
use crate::foundation::time::Timestamp;
use crate::simulators::deliveries::Fate;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

#[derive(Default)]
pub struct Books {
    pub webhook: Option<String>,
    pub fate: Fate,
    pub trouble: Option<Trouble>,
    /// The charges of subscriptions are given back as captures are.
    pub sales_are_captures: bool,
    pub tokens: HashMap<String, Timestamp>,
    pub tokens_given: usize,
    /// Requests that were done, by address and idempotency key: what was asked, and what was answered.
    pub done: HashMap<(String, String), (Vec<u8>, Answer)>,
    pub orders: BTreeMap<String, Order>,
    pub payments: BTreeMap<String, Payment>,
    pub refunds: BTreeMap<String, Refund>,
    pub disputes: BTreeMap<String, Dispute>,
    pub products: BTreeMap<String, Value>,
    pub plans: BTreeMap<String, Plan>,
    pub subscriptions: BTreeMap<String, Subscription>,
    pub lines: Vec<Line>,
    /// Notifications that were signed, for those who ask instead of checking.
    pub signed: HashMap<String, (Value, Value)>,
}

#[derive(Clone)]
pub struct Order {
    pub id: String,
    /// In PayPal's words.
    pub status: &'static str,
    pub unit: Value,
    pub cash: Cash,
    pub return_url: String,
    pub cancel_url: String,
    pub created: Timestamp,
    pub paying: super::Paying,
    pub captures: Vec<String>,
}

impl Order {
    pub fn text(&self, name: &str) -> Option<&str> {
        self.unit[name].as_str()
    }
}

/// A capture of an order, or the sale of a subscription.
#[derive(Clone)]
pub struct Payment {
    pub id: String,
    /// The order or the subscription.
    pub of: String,
    pub is_sale: bool,
    pub status: &'static str,
    pub cash: Cash,
    pub refunded: i64,
    pub at: Timestamp,
    pub changed: Timestamp,
    pub custom_id: Option<String>,
    pub invoice_id: Option<String>,
}

impl Payment {
    pub fn status(&self) -> &'static str {
        match (self.status, self.refunded) {
            ("COMPLETED", 0) => "COMPLETED",
            ("COMPLETED", given) if given >= self.cash.units => "REFUNDED",
            ("COMPLETED", _) => "PARTIALLY_REFUNDED",
            (other, _) => other,
        }
    }
}

#[derive(Clone)]
pub struct Refund {
    pub id: String,
    pub payment: String,
    pub cash: Cash,
    pub custom_id: Option<String>,
    pub invoice_id: Option<String>,
    pub at: Timestamp,
    /// In PayPal's words.
    pub status: &'static str,
    /// PayPal took it back by itself.
    pub reversal: bool,
}

#[derive(Clone)]
pub struct Dispute {
    pub id: String,
    pub payment: String,
    pub cash: Cash,
    pub status: &'static str,
    pub outcome: Option<&'static str>,
    /// What the buyer gets, where it was decided for them.
    pub refunded: Option<i64>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

#[derive(Clone)]
pub struct Plan {
    pub body: Value,
    pub cash: Cash,
    pub unit: String,
    pub count: i64,
    pub trial: Option<Trial>,
}

/// What comes before the regular terms: for nothing, or for less.
#[derive(Clone)]
pub struct Trial {
    pub unit: String,
    pub count: i64,
    pub cycles: i64,
    pub cash: Option<Cash>,
}

#[derive(Clone)]
pub struct Subscription {
    pub id: String,
    pub plan: String,
    /// In PayPal's words.
    pub status: &'static str,
    pub note: Option<String>,
    pub custom_id: Option<String>,
    pub email: String,
    pub return_url: String,
    pub cancel_url: String,
    pub created: Timestamp,
    pub changed: Timestamp,
    pub start: Timestamp,
    pub charging: Charging,
    /// Charges in a row that did not go through.
    pub failed: u32,
    /// The number of the term that is charged next.
    pub term: i64,
    pub revising: Option<Revising>,
}

/// The plan the buyer is asked to agree to, and where they go back to.
#[derive(Clone)]
pub struct Revising {
    pub plan: String,
    pub return_url: String,
    pub cancel_url: String,
}

/// One line of the account.
#[derive(Clone)]
pub struct Line {
    pub id: String,
    pub about: Option<(String, &'static str)>,
    pub code: &'static str,
    pub cash: Cash,
    pub fee: i64,
    pub custom: Option<String>,
    pub invoice: Option<String>,
    pub at: Timestamp,
}
