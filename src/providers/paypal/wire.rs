//! What PayPal writes, in its own words; only what we read. Anything may be missing unless nothing can be said without it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    pub currency_code: String,
    pub value: String,
}

#[derive(Debug, Deserialize)]
pub struct Link {
    pub href: String,
    pub rel: String,
}

/// The address with this relation.
pub fn link<'a>(links: &'a [Link], rel: &str) -> Option<&'a str> {
    links.iter().find(|link| link.rel == rel).map(|link| link.href.as_str())
}

/// The last part of the address with this relation, which is a number.
pub fn number_behind<'a>(links: &'a [Link], rel: &str, collection: &str) -> Option<&'a str> {
    let (before, number) = link(links, rel)?.rsplit_once('/')?;
    before.ends_with(collection).then_some(number)
}

#[derive(Debug, Deserialize)]
pub struct Order {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub purchase_units: Vec<PurchaseUnit>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
pub struct PurchaseUnit {
    pub custom_id: Option<String>,
    pub amount: Option<Amount>,
    pub payee: Option<Payee>,
    #[serde(default)]
    pub payments: Payments,
}

#[derive(Debug, Deserialize)]
pub struct Payee {
    pub merchant_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Payments {
    pub captures: Vec<Capture>,
    pub refunds: Vec<Refund>,
}

#[derive(Debug, Deserialize)]
pub struct Capture {
    pub id: String,
    pub status: String,
    pub amount: Amount,
    pub create_time: String,
    pub update_time: Option<String>,
    pub seller_receivable_breakdown: Option<Receivable>,
    pub supplementary_data: Option<Supplementary>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
pub struct Receivable {
    pub paypal_fee: Option<Amount>,
}

#[derive(Debug, Deserialize)]
pub struct Supplementary {
    #[serde(default)]
    pub related_ids: RelatedIds,
}

#[derive(Debug, Default, Deserialize)]
pub struct RelatedIds {
    pub order_id: Option<String>,
}

/// Of a capture.
#[derive(Debug, Deserialize)]
pub struct Refund {
    pub id: String,
    pub status: String,
    pub amount: Option<Amount>,
    pub custom_id: Option<String>,
    pub create_time: Option<String>,
    pub seller_payable_breakdown: Option<Payable>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
pub struct Payable {
    pub paypal_fee: Option<Amount>,
}

/// An amount in the older form.
#[derive(Debug, Deserialize)]
pub struct OldAmount {
    pub total: String,
    pub currency: String,
}

/// The same in one form.
impl From<&OldAmount> for Amount {
    fn from(old: &OldAmount) -> Amount {
        Amount { currency_code: old.currency.clone(), value: old.total.trim_start_matches('-').to_owned() }
    }
}

/// A payment of a subscription, in the older form.
#[derive(Debug, Deserialize)]
pub struct Sale {
    pub billing_agreement_id: Option<String>,
}

/// A refund of a sale, in the older form.
#[derive(Debug, Deserialize)]
pub struct SaleRefund {
    pub id: String,
    pub state: String,
    pub sale_id: Option<String>,
    pub amount: Option<OldAmount>,
    pub invoice_number: Option<String>,
    pub create_time: Option<String>,
    pub refund_from_transaction_fee: Option<Fee>,
}

#[derive(Debug, Deserialize)]
pub struct Fee {
    pub currency: String,
    pub value: String,
}

#[derive(Debug, Deserialize)]
pub struct Dispute {
    pub dispute_id: String,
    pub status: String,
    pub create_time: Option<String>,
    pub update_time: Option<String>,
    pub dispute_amount: Option<Amount>,
    pub dispute_outcome: Option<Outcome>,
    #[serde(default)]
    pub disputed_transactions: Vec<Disputed>,
}

#[derive(Debug, Deserialize)]
pub struct Outcome {
    pub outcome_code: Option<String>,
    pub amount_refunded: Option<Amount>,
}

#[derive(Debug, Deserialize)]
pub struct Disputed {
    pub seller_transaction_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Disputes {
    #[serde(default)]
    pub items: Vec<DisputeItem>,
}

#[derive(Debug, Deserialize)]
pub struct DisputeItem {
    pub dispute_id: String,
}

#[derive(Debug, Deserialize)]
pub struct Plans {
    #[serde(default)]
    pub plans: Vec<PlanItem>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
pub struct PlanItem {
    pub id: String,
    pub status: Option<String>,
    pub description: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Made {
    pub id: String,
}

#[derive(Debug, Deserialize)]
pub struct Plan {
    #[serde(default)]
    pub billing_cycles: Vec<BillingCycle>,
}

#[derive(Debug, Deserialize)]
pub struct BillingCycle {
    pub frequency: Frequency,
    pub tenure_type: String,
    pub total_cycles: Option<u16>,
    pub pricing_scheme: Option<PricingScheme>,
}

#[derive(Debug, Deserialize)]
pub struct Frequency {
    pub interval_unit: String,
    pub interval_count: Option<u16>,
}

#[derive(Debug, Deserialize)]
pub struct PricingScheme {
    pub fixed_price: Option<Amount>,
}

#[derive(Debug, Deserialize)]
pub struct Subscription {
    pub id: String,
    pub plan_id: String,
    pub status: String,
    pub status_change_note: Option<String>,
    pub custom_id: Option<String>,
    pub start_time: Option<String>,
    pub create_time: Option<String>,
    pub subscriber: Option<Subscriber>,
    pub billing_info: Option<BillingInfo>,
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
pub struct Subscriber {
    pub payer_id: Option<String>,
    pub email_address: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct BillingInfo {
    pub failed_payments_count: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub struct Transactions {
    #[serde(default)]
    pub transactions: Vec<Transaction>,
}

/// A charge of a subscription.
#[derive(Debug, Deserialize)]
pub struct Transaction {
    pub id: String,
    pub status: String,
    pub time: String,
    pub amount_with_breakdown: Breakdown,
}

#[derive(Debug, Deserialize)]
pub struct Breakdown {
    pub gross_amount: Amount,
    pub fee_amount: Option<Amount>,
}

#[derive(Debug, Deserialize)]
pub struct Report {
    #[serde(default)]
    pub transaction_details: Vec<Detail>,
    pub total_pages: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub struct Detail {
    pub transaction_info: Info,
}

#[derive(Debug, Deserialize)]
pub struct Info {
    pub transaction_id: String,
    pub paypal_reference_id: Option<String>,
    pub transaction_event_code: String,
    pub transaction_initiation_date: String,
    pub transaction_amount: Amount,
    pub fee_amount: Option<Amount>,
    pub transaction_status: Option<String>,
    pub invoice_id: Option<String>,
    pub custom_field: Option<String>,
}

/// A notification.
#[derive(Debug, Deserialize)]
pub struct Event {
    pub id: String,
    pub event_type: String,
    pub create_time: Option<String>,
    pub resource: Option<Hint>,
}

/// What a notification is about: its numbers, for the rest is asked for; and how much, which cannot be asked of what is reversed.
#[derive(Debug, Default, Deserialize)]
pub struct Hint {
    pub id: Option<String>,
    pub dispute_id: Option<String>,
    pub billing_agreement_id: Option<String>,
    pub sale_id: Option<String>,
    #[serde(default)]
    pub links: Vec<Link>,
    /// In one of PayPal's forms.
    pub amount: Option<serde_json::Value>,
}
