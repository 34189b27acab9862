//! What becomes of a subscription that runs: cancelled, paused, taken up again, moved to another price.

use super::api::refused_with;
use super::plans::Terms;
use super::{Paypal, number, wire};
use crate::providers::facts::Fact;
use crate::providers::{Change, Failure, NewPrice, Repriced};
use serde_json::json;

/// Reasons we give PayPal, which it keeps beside the state and which tell two kinds of an end apart.
const CANCELLED: &str = "Cancelled; the term that is paid goes on.";
pub const ENDED_NOW: &str = "Ended at once.";
pub const PAUSED: &str = "Paused.";

impl Paypal {
    pub(super) async fn change_subscription(&self, id: &str, change: Change, reference: &str) -> Result<Vec<Fact>, Failure> {
        // A key belongs to one request, and has 38 characters at most, which is the least PayPal says anywhere.
        let key = |what: &str| format!("{reference}-{what}");
        let asked = match change {
            Change::CancelAtEnd => self.act(id, "cancel", CANCELLED, &key("off")).await,
            Change::EndNow => self.act(id, "cancel", ENDED_NOW, &key("end")).await,
            Change::Pause => self.act(id, "suspend", PAUSED, &key("pause")).await,
            Change::Unpause => self.act(id, "activate", "Taken up again.", &key("go-on")).await,
            Change::Resume => self.resumable(id).await,
        };
        match asked {
            Ok(()) => (),
            // It stands like that already, or cannot any more: the facts tell.
            Err(failure) if refused_with(&failure, &["SUBSCRIPTION_STATUS_INVALID"]) && self.stands(id, change).await? => (),
            Err(failure) => return Err(failure),
        }
        self.agreement_facts(id).await
    }

    /// Whether what was asked for is so already.
    async fn stands(&self, id: &str, change: Change) -> Result<bool, Failure> {
        let status = self.subscription(id).await?.map(|found| found.status).unwrap_or_default();
        Ok(match change {
            Change::CancelAtEnd | Change::EndNow => matches!(status.as_str(), "CANCELLED" | "EXPIRED"),
            Change::Pause => status == "SUSPENDED",
            Change::Unpause => status == "ACTIVE",
            Change::Resume => false,
        })
    }

    /// Nothing has to be done for one that was not cancelled; nothing can be for one that was.
    async fn resumable(&self, id: &str) -> Result<(), Failure> {
        match self.subscription(id).await? {
            Some(found) if matches!(found.status.as_str(), "ACTIVE" | "SUSPENDED") => Ok(()),
            _ => Err(Failure::Refused {
                code: "CANNOT_RESUME".to_owned(),
                message: "PayPal cannot take a cancellation back; a new subscription is needed.".to_owned(),
            }),
        }
    }

    /// Moves it to another plan. PayPal wants the buyer's consent, and charges the old price until it is given.
    ///
    /// One that began with a trial stays as it is: its terms are counted from the end of the trial, which stands in the plan
    /// it would leave, and a plan with another trial might give that too. The cheaper terms of an offer are a trial to PayPal.
    pub(super) async fn reprice_subscription(&self, id: &str, wanted: &NewPrice, reference: &str) -> Result<Repriced, Failure> {
        let refused = |code: &str, message: &str| Err(Failure::Refused { code: code.to_owned(), message: message.to_owned() });
        let Some(found) = self.subscription(id).await? else { return refused("RESOURCE_NOT_FOUND", "no such subscription") };
        let price = wanted.amount;
        match self.terms_of(&found.plan_id).await? {
            _ if wanted.at_once.is_some() => return refused("NOT_AT_ONCE", "PayPal settles nothing within a term."),
            Some(now) if now.trial_days > 0 || now.cut.is_some() => return refused("BEGAN_WITH_TRIAL", "A new subscription is needed."),
            Some(now) if now.price == price && now.every == wanted.every => return self.agreement_facts(id).await.map(Repriced::Done),
            Some(now) if now.every == wanted.every && now.price.currency == price.currency => (),
            _ => {
                return refused(
                    "CANNOT_CHANGE_TERM",
                    "How often PayPal charges, and in which currency, stays as it began; a new subscription is needed.",
                );
            }
        }
        let plan = self.plan_for(&Terms { price, every: wanted.every, trial_days: 0, cut: None }).await?;
        let path = format!("/v1/billing/subscriptions/{}/revise", number(id)?);
        let body = json!({
            "plan_id": plan,
            "application_context": { "return_url": wanted.return_url, "cancel_url": wanted.return_url },
        });
        let answer: Revised = self.api.post(&path, &body, &format!("{reference}-rev")).await?.json()?;
        match wire::link(&answer.links, "approve") {
            None => self.agreement_facts(id).await.map(Repriced::Done),
            Some(address) => Ok(Repriced::Consent(address.to_owned())),
        }
    }
}

#[derive(serde::Deserialize)]
struct Revised {
    #[serde(default)]
    links: Vec<wire::Link>,
}
