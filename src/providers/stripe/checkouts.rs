//! Checkout Sessions: Stripe's page on which the buyer pays.

use super::call::{Form, part};
use super::coupons::Coupon;
use super::objects::{self, Address, Linked, PaymentIntent, Session, follow};
use super::{Stripe, amounts};
use crate::foundation::cadence::Cadence;
use crate::foundation::time::{HOUR, MINUTE, SECOND, Timestamp};
use crate::providers::facts::{AgreementState, CheckoutFact, CheckoutState, Fact};
use crate::providers::{Failure, Mode, NewCheckout, OpenCheckout, Opened, Way};

/// A page lives for half an hour to a day, as counted by Stripe when it gets to hear of it, which is a little later.
const SHORTEST: i64 = 30 * MINUTE + 5 * MINUTE;
const LONGEST: i64 = 24 * HOUR - MINUTE;
/// The name of a product is cut to that.
const MAX_TITLE: usize = 250;

const WITH_PAYMENT: [(&str, &str); 1] = [("expand[]", "payment_intent.latest_charge.balance_transaction")];

/// How often to charge, in Stripe's words.
pub(super) fn interval(every: Cadence) -> objects::Recurring {
    let (interval, interval_count) = match every {
        Cadence::Month => ("month", 1),
        Cadence::Year => ("year", 1),
        Cadence::Days(days) => ("day", u64::from(days)),
    };
    objects::Recurring { interval: interval.to_owned(), interval_count }
}

fn expiry(checkout: &NewCheckout) -> Timestamp {
    checkout.expires_at.clamp(checkout.opened_at.plus(SHORTEST), checkout.opened_at.plus(LONGEST))
}

fn form(checkout: &NewCheckout) -> Result<Form, Failure> {
    let amount = amounts::to_stripe(checkout.amount)?.to_string();
    let currency = checkout.amount.currency.code().to_ascii_lowercase();
    let title: String = checkout.title.chars().take(MAX_TITLE).collect();
    let mut form = Form::new();
    let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
    add("client_reference_id", &checkout.reference);
    add(&format!("metadata[{}]", objects::CHECKOUT), &checkout.reference);
    add("line_items[0][quantity]", "1");
    add("line_items[0][price_data][currency]", &currency);
    add("line_items[0][price_data][unit_amount]", &amount);
    add("line_items[0][price_data][product_data][name]", &title);
    add("success_url", &checkout.return_url);
    add("cancel_url", &checkout.cancel_url);
    add("expires_at", &(expiry(checkout).0 / SECOND).to_string());
    add("locale", if checkout.locale.starts_with("zh") { "zh" } else { "en" });
    // The buyer pays the price they were shown, in its currency.
    add("adaptive_pricing[enabled]", "false");
    if let Some(email) = &checkout.email {
        add("customer_email", email);
    }
    match checkout.mode {
        Mode::Once => {
            add("mode", "payment");
            add(&format!("payment_intent_data[metadata][{}]", objects::CHECKOUT), &checkout.reference);
            add("payment_intent_data[description]", &title);
        }
        Mode::Renewing { every, trial_days, cut } => {
            let objects::Recurring { interval, interval_count } = interval(every);
            add("mode", "subscription");
            add("line_items[0][price_data][recurring][interval]", &interval);
            add("line_items[0][price_data][recurring][interval_count]", &interval_count.to_string());
            add(&format!("subscription_data[metadata][{}]", objects::CHECKOUT), &checkout.reference);
            if trial_days > 0 {
                add("subscription_data[trial_period_days]", &trial_days.to_string());
            }
            if let Some(cut) = cut {
                add("discounts[0][coupon]", &Coupon::of(checkout.amount, every, &cut)?.id());
            }
        }
    }
    Ok(form)
}

impl Stripe {
    pub(super) async fn open_session(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        if let Mode::Renewing { every, cut: Some(cut), .. } = checkout.mode {
            self.coupon(&Coupon::of(checkout.amount, every, &cut)?).await?;
        }
        let key = format!("stoa-open-{}", checkout.reference);
        let session: Session = self.api.post("checkout/sessions", &form(checkout)?, &key).await?;
        match session.url.filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
            Some(url) => Ok(Opened { number: Some(session.id), way: Way::GoTo(url) }),
            None => Err(Failure::Nonsense(format!("{} has no address", session.id))),
        }
    }

    async fn session(&self, number: &str) -> Result<Session, Failure> {
        self.api.get(&format!("checkout/sessions/{}", part(number)?), &WITH_PAYMENT).await
    }

    pub(super) async fn session_by_number(&self, number: &str) -> Result<Vec<Fact>, Failure> {
        let session = self.session(number).await?;
        self.session_facts(session).await
    }

    /// A checkout without a number never got as far as Stripe, or nobody was told its address.
    pub(super) async fn look_session(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        match &checkout.number {
            Some(number) => {
                let session = self.session(number).await?;
                self.session_of(checkout, session).await
            }
            None => Ok(Vec::new()),
        }
    }

    pub(super) async fn close_session(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        let Some(number) = &checkout.number else {
            let closed = CheckoutFact { reference: Some(checkout.reference.clone()), number: None, state: CheckoutState::Closed };
            return Ok(vec![Fact::Checkout(closed)]);
        };
        let mut session = self.session(number).await?;
        if session.status.as_deref() == Some("open") {
            let path = format!("checkout/sessions/{}/expire", part(number)?);
            match self.api.post::<objects::Just>(&path, &Form::new(), &format!("stoa-close-{}", checkout.reference)).await {
                // Paid or expired between the two calls: it says so now.
                Ok(_) | Err(Failure::Refused { .. }) => session = self.session(number).await?,
                Err(other) => return Err(other),
            }
        }
        self.session_of(checkout, session).await
    }

    async fn session_of(&self, checkout: &OpenCheckout, session: Session) -> Result<Vec<Fact>, Failure> {
        let mismatch = |reason: String| Ok(vec![Fact::Mismatch { reference: Some(checkout.reference.clone()), reason }]);
        if session.metadata.ours(objects::CHECKOUT).as_deref() != Some(&checkout.reference) {
            return mismatch(format!("{} belongs to another checkout", session.id));
        }
        if (session.mode == "subscription") != checkout.renewing {
            return mismatch(format!("{} is of mode {}", session.id, session.mode));
        }
        self.session_facts(session).await
    }

    async fn session_facts(&self, session: Session) -> Result<Vec<Fact>, Failure> {
        let reference = session.metadata.ours(objects::CHECKOUT);
        if session.livemode != self.live {
            return Ok(vec![self.other_mode(reference)]);
        }
        let named = session.client_reference_id.as_ref();
        if reference.is_some() && named.is_some_and(|named| Some(named) != reference.as_ref()) {
            let reason = format!("{} names two checkouts", session.id);
            return Ok(vec![Fact::Mismatch { reference, reason }]);
        }
        let fact = |state| Fact::Checkout(CheckoutFact { reference: reference.clone(), number: Some(session.id.clone()), state });
        if let Some(subscription) = &session.subscription {
            let mut facts = self.agreement_with_payments(subscription.number()).await?;
            if session.payment_status == "unpaid" {
                let over = facts.iter().any(|fact| matches!(fact, Fact::Agreement(it) if it.state == AgreementState::Ended));
                facts.push(fact(if over { CheckoutState::Closed } else { unpaid_state(&session, None) }));
            }
            return Ok(facts);
        }
        let intent = match session.payment_intent.clone() {
            Some(linked) => Some(follow(linked, async |number| self.intent(&number).await).await?),
            None => None,
        };
        match intent {
            Some(intent) if intent.status == "succeeded" => self.payment(intent, None).await,
            intent => Ok(vec![fact(unpaid_state(&session, intent.as_ref()))]),
        }
    }

    pub(super) async fn open_portal(&self, agreement: &str, return_url: &str) -> Result<String, Failure> {
        let subscription = self.subscription(agreement).await?;
        let Some(customer) = subscription.customer.as_ref().map(Linked::number) else {
            return Err(Failure::Nonsense(format!("{agreement} has no customer")));
        };
        let form = vec![("customer".to_owned(), customer.to_owned()), ("return_url".to_owned(), return_url.to_owned())];
        let page: Address = self.api.post("billing_portal/sessions", &form, &self.api.passing_key()).await?;
        Ok(page.url)
    }
}

/// How a page stands that has not brought money.
fn unpaid_state(session: &Session, intent: Option<&PaymentIntent>) -> CheckoutState {
    let failed = intent.is_some_and(|intent| matches!(intent.status.as_str(), "requires_payment_method" | "canceled"));
    match session.status.as_deref() {
        Some("open") if intent.is_some_and(|intent| intent.last_payment_error.is_some()) => CheckoutState::Declined,
        Some("open") => CheckoutState::Open,
        // A page that was completed takes no second try: when the slow payment failed, that was it.
        Some("complete") if session.payment_status == "unpaid" && !failed => CheckoutState::Pending,
        _ => CheckoutState::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn state(status: &str, payment_status: &str, intent: Option<(&str, Value)>) -> CheckoutState {
        let session = json!({ "id": "cs_1", "livemode": false, "mode": "payment", "status": status, "payment_status": payment_status });
        let intent = intent.map(|(status, error)| {
            let intent = json!({
                "id": "pi_1", "livemode": false, "status": status, "amount_received": 0, "currency": "cny", "last_payment_error": error,
            });
            serde_json::from_value::<PaymentIntent>(intent).unwrap()
        });
        unpaid_state(&serde_json::from_value(session).unwrap(), intent.as_ref())
    }

    #[test]
    fn a_page_without_money_is_open_declined_pending_or_closed() {
        let declined = json!({ "code": "card_declined" });
        assert_eq!(state("open", "unpaid", None), CheckoutState::Open);
        assert_eq!(state("open", "unpaid", Some(("requires_action", Value::Null))), CheckoutState::Open);
        assert_eq!(state("open", "unpaid", Some(("requires_payment_method", declined.clone()))), CheckoutState::Declined);
        assert_eq!(state("complete", "unpaid", Some(("processing", Value::Null))), CheckoutState::Pending);
        assert_eq!(state("complete", "unpaid", Some(("requires_payment_method", declined))), CheckoutState::Closed);
        assert_eq!(state("complete", "unpaid", Some(("canceled", Value::Null))), CheckoutState::Closed);
        assert_eq!(state("complete", "no_payment_required", None), CheckoutState::Closed);
        assert_eq!(state("expired", "unpaid", None), CheckoutState::Closed);
    }
}
