//! Changes to an agreement. Each looks first whether it is done already, so that asking again long after the key was
//! forgotten changes nothing.

use super::call::{Form, part};
use super::checkouts::interval;
use super::objects::{Just, Linked, Subscription};
use super::{Stripe, amounts};
use crate::foundation::time::SECOND;
use crate::providers::facts::Fact;
use crate::providers::{Change, Failure, NewPrice, Repriced};

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

impl Stripe {
    pub(super) async fn change_agreement(&self, agreement: &str, change: Change, reference: &str) -> Result<Vec<Fact>, Failure> {
        let subscription = self.subscription(agreement).await?;
        let path = format!("subscriptions/{}", part(agreement)?);
        if matches!(subscription.status.as_str(), "canceled" | "incomplete_expired") {
            return match change {
                Change::EndNow | Change::CancelAtEnd => Ok(vec![self.agreement(agreement).await?]),
                _ => Err(refused("canceled", "the subscription has ended")),
            };
        }
        let form = match change {
            Change::EndNow => {
                self.api.delete::<Just>(&path).await?;
                None
            }
            Change::CancelAtEnd => {
                (!subscription.cancel_at_period_end && subscription.cancel_at.is_none()).then(|| vec![pair("cancel_at_period_end", "true")])
            }
            Change::Resume if subscription.cancel_at_period_end => Some(vec![pair("cancel_at_period_end", "false")]),
            Change::Resume => subscription.cancel_at.map(|_| vec![pair("cancel_at", "")]),
            Change::Pause => subscription.pause_collection.is_none().then(|| vec![pair("pause_collection[behavior]", "void")]),
            Change::Unpause => subscription.pause_collection.as_ref().map(|_| vec![pair("pause_collection", "")]),
        };
        if let Some(form) = form {
            self.api.post::<Just>(&path, &form, &format!("stoa-change-{reference}")).await?;
        }
        Ok(vec![self.agreement(agreement).await?])
    }

    pub(super) async fn reprice_agreement(&self, agreement: &str, wanted: &NewPrice, reference: &str) -> Result<Repriced, Failure> {
        let subscription = self.subscription(agreement).await?;
        if matches!(subscription.status.as_str(), "canceled" | "incomplete_expired") {
            return Err(refused("canceled", "the subscription has ended"));
        }
        if let Some(form) = reprice(&subscription, wanted)? {
            let path = format!("subscriptions/{}", part(agreement)?);
            self.api.post::<Just>(&path, &form, &format!("stoa-reprice-{reference}")).await?;
        }
        self.agreement_with_payments(agreement).await.map(Repriced::Done)
    }
}

/// At once: Stripe credits what is left of the term at the old price, charges it at the new one, and changes nothing when
/// the difference cannot be charged. Otherwise the new price holds from the next term on, and nothing is settled between;
/// where the length of the term changes too, Stripe would begin a new one at once: a trial until the end of the paid one
/// keeps it waiting.
fn reprice(subscription: &Subscription, new: &NewPrice) -> Result<Option<Form>, Failure> {
    let NewPrice { amount, every, at_once, .. } = *new;
    let [item] = subscription.items.data.as_slice() else {
        return Err(refused("items", "the subscription is not of one item"));
    };
    let (wanted, recurring) = (amounts::to_stripe(amount)?, interval(every));
    let currency = amount.currency.code().to_ascii_lowercase();
    let same_interval = item.price.recurring.as_ref() == Some(&recurring);
    if same_interval && item.price.unit_amount == Some(wanted) && item.price.currency == currency {
        return Ok(None);
    }
    let mut form = vec![
        pair("items[0][id]", &item.id),
        pair("items[0][price_data][currency]", &currency),
        pair("items[0][price_data][product]", Linked::number(&item.price.product)),
        pair("items[0][price_data][unit_amount]", &wanted.to_string()),
        pair("items[0][price_data][recurring][interval]", &recurring.interval),
        pair("items[0][price_data][recurring][interval_count]", &recurring.interval_count.to_string()),
    ];
    // An offer is on the price the agreement had.
    if !subscription.discounts.is_empty() {
        form.push(pair("discounts", ""));
    }
    if let Some(at) = at_once {
        if !same_interval || subscription.status != "active" {
            return Err(refused("not_at_once", "only a paid term can be changed while it runs, and to one of the same length"));
        }
        // A cheaper one would leave a credit at Stripe, of which no later invoice would be what was agreed.
        if item.price.unit_amount.is_none_or(|now| now >= wanted) {
            return Err(refused("not_at_once", "only a dearer one begins while the term runs"));
        }
        form.push(pair("proration_behavior", "always_invoice"));
        form.push(pair("proration_date", &at.0.div_euclid(SECOND).to_string()));
        form.push(pair("payment_behavior", "error_if_incomplete"));
        return Ok(Some(form));
    }
    form.push(pair("proration_behavior", "none"));
    if !same_interval && subscription.status != "trialing" {
        match (subscription.status.as_str(), subscription.period()) {
            ("active", Some((_, end))) => form.push(pair("trial_end", &end.to_string())),
            _ => return Err(refused("unpaid", "another term has to wait until what is open has been paid")),
        }
    }
    Ok(Some(form))
}

fn refused(code: &str, message: &str) -> Failure {
    Failure::Refused { code: code.to_owned(), message: message.to_owned() }
}
