//! Stripe's objects, as far as we read them. Its words are kept; what we do not know of a list of words stays a text.

mod billing;

pub use billing::*;

use crate::providers::Failure;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::BTreeMap;

/// The name of our reference of the checkout in the metadata of whatever came of it.
pub const CHECKOUT: &str = "stoa_checkout";
/// The name of our reference of a refund.
pub const REFUND: &str = "stoa_refund";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Metadata(Option<BTreeMap<String, String>>);

impl Metadata {
    /// A reference of ours: 32 lower-case hexadecimal digits. Anything else was written by somebody else.
    pub fn ours(&self, name: &str) -> Option<String> {
        let value = self.0.as_ref()?.get(name)?;
        let fits = value.len() == 32 && value.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| value.clone())
    }
}

/// Another object: its number, or the whole of it when that was asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Linked<T> {
    Number(String),
    Whole(Box<T>),
}

pub trait Listed {
    fn id(&self) -> &str;
}

macro_rules! listed {
    ($($object:ty),*) => { $(impl Listed for $object { fn id(&self) -> &str { &self.id } })* };
}
listed!(Just, PaymentIntent, BalanceTransaction, Refund, Dispute, Subscription, Invoice, InvoicePayment, PaymentMethod, Customer, Product);

impl<T: Listed> Linked<T> {
    pub fn number(&self) -> &str {
        match self {
            Linked::Number(number) => number,
            Linked::Whole(object) => object.id(),
        }
    }
}

impl<T> Linked<T> {
    pub fn whole(&self) -> Option<&T> {
        match self {
            Linked::Number(_) => None,
            Linked::Whole(object) => Some(object),
        }
    }
}

/// An object of which the number is enough.
#[derive(Debug, Clone, Deserialize)]
pub struct Just {
    pub id: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

#[derive(Debug, Deserialize)]
pub struct Problem {
    pub error: ProblemDetail,
}

#[derive(Debug, Deserialize)]
pub struct ProblemDetail {
    #[serde(rename = "type")]
    pub kind: String,
    pub code: Option<String>,
    pub message: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Session {
    pub id: String,
    pub livemode: bool,
    pub mode: String,
    pub status: Option<String>,
    pub payment_status: String,
    pub client_reference_id: Option<String>,
    #[serde(default)]
    pub metadata: Metadata,
    pub payment_intent: Option<Linked<PaymentIntent>>,
    pub subscription: Option<Linked<Just>>,
    pub url: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PaymentIntent {
    pub id: String,
    pub livemode: bool,
    pub status: String,
    pub amount_received: i64,
    pub currency: String,
    #[serde(default)]
    pub metadata: Metadata,
    pub last_payment_error: Option<IgnoredAny>,
    pub latest_charge: Option<Linked<Charge>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    pub amount_captured: i64,
    pub currency: String,
    pub created: i64,
    pub balance_transaction: Option<Linked<BalanceTransaction>>,
}

/// A line of the account's book.
#[derive(Debug, Clone, Deserialize)]
pub struct BalanceTransaction {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub reporting_category: Option<String>,
    pub amount: i64,
    pub fee: i64,
    pub currency: String,
    pub created: i64,
    pub source: Option<Linked<Source>>,
}

/// What moved: a charge, a refund, a dispute, a payout.
#[derive(Debug, Clone, Deserialize)]
pub struct Source {
    pub id: String,
    /// In the currency that was paid, which need not be the account's.
    pub amount: Option<i64>,
    pub amount_captured: Option<i64>,
    pub currency: Option<String>,
    pub customer: Option<Linked<Just>>,
    pub payment_intent: Option<Linked<Just>>,
    #[serde(default)]
    pub metadata: Metadata,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub created: i64,
    pub status: Option<String>,
    #[serde(default)]
    pub metadata: Metadata,
    pub balance_transaction: Option<Linked<BalanceTransaction>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub created: i64,
    pub status: String,
    #[serde(default)]
    pub balance_transactions: Vec<BalanceTransaction>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub id: String,
    pub country: Option<String>,
    pub default_currency: Option<String>,
    pub charges_enabled: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Address {
    pub url: String,
}

/// The object of a link, fetched if only its number came.
pub async fn follow<T, F>(linked: Linked<T>, fetch: impl FnOnce(String) -> F) -> Result<T, Failure>
where
    T: DeserializeOwned,
    F: Future<Output = Result<T, Failure>>,
{
    match linked {
        Linked::Number(number) => fetch(number).await,
        Linked::Whole(object) => Ok(*object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const OURS: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn only_references_in_our_form_are_ours() {
        let metadata = |value: &str| serde_json::from_value::<Metadata>(json!({ "stoa_checkout": value })).unwrap().ours(CHECKOUT);
        assert_eq!(metadata(OURS).as_deref(), Some(OURS));
        for other in ["", "order-7", &OURS.to_uppercase(), &OURS[1..], &format!("{OURS}0")] {
            assert_eq!(metadata(other), None, "{other}");
        }
        assert_eq!(serde_json::from_value::<Metadata>(json!(null)).unwrap().ours(CHECKOUT), None);
    }
}
