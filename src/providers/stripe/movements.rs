//! The account itself: who it is, and what moved on it.

use super::Stripe;
use super::amounts::from_stripe;
use super::call::VERSION;
use super::objects::{self, Account, BalanceTransaction, Linked, Source};
use super::payments::seconds;
use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::Failure;
use crate::providers::facts::{Movement, MovementKind};

/// More lines than this are not read at a time; the span asked for has to be shorter.
const MOST: usize = 100_000;

impl Stripe {
    /// Names the account, if the key may read that; a restricted key has to be able to read checkouts at least.
    pub(super) async fn account(&self) -> Result<String, Failure> {
        let mode = if self.live { "live" } else { "test" };
        match self.api.get::<Account>("account", &[]).await {
            Ok(account) => {
                let country = account.country.unwrap_or_default();
                let currency = account.default_currency.unwrap_or_default();
                let charges = account.charges_enabled.unwrap_or_default();
                Ok(format!("{} · {mode} · {country} · {currency} · charges_enabled: {charges} · {VERSION}", account.id))
            }
            // A wrong key may not read that either.
            Err(Failure::KeysRefused { .. }) => {
                self.api.get::<objects::Page<objects::Just>>("checkout/sessions", &[("limit", "1")]).await?;
                Ok(format!("restricted key · {mode} · checkout/sessions: ok · {VERSION}"))
            }
            Err(other) => Err(other),
        }
    }

    pub(super) async fn balance_transactions(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        // Stripe counts in seconds: of an instant between two, the later.
        let second = |at: Timestamp| (at.0.div_euclid(SECOND) + i64::from(at.0.rem_euclid(SECOND) > 0)).to_string();
        let (from, until) = (second(from), second(until));
        let between = [("created[gte]", from.as_str()), ("created[lt]", until.as_str()), ("expand[]", "data.source")];
        let lines: Vec<BalanceTransaction> = self.api.list("balance_transactions", &between, MOST).await?;
        Ok(lines.iter().filter_map(movement).collect())
    }
}

/// Nothing for a line in a currency that is no money of ISO 4217.
fn movement(line: &BalanceTransaction) -> Option<Movement> {
    let source = line.source.as_ref();
    let whole = source.and_then(Linked::whole);
    let kind = match line.kind.as_str() {
        "charge" | "payment" => MovementKind::Payment,
        "refund" | "payment_refund" | "refund_failure" | "payment_failure_refund" | "payment_reversal" => MovementKind::Refund,
        kind if kind.starts_with("payout") => MovementKind::Payout,
        _ if matches!(line.reporting_category.as_deref(), Some("dispute" | "dispute_reversal")) => MovementKind::Dispute,
        _ => MovementKind::Other,
    };
    let own = source.map_or(&line.id, |source| match source {
        Linked::Number(number) => number,
        Linked::Whole(source) => &source.id,
    });
    // A payment goes by the number of its intent, not of its charge.
    let number = match (kind, whole.and_then(|source| source.payment_intent.as_ref())) {
        (MovementKind::Payment, Some(intent)) => intent.number(),
        _ => own,
    };
    let of = whole.and_then(|source| source.payment_intent.as_ref()).filter(|_| kind == MovementKind::Refund);
    let named = |source: &Source| match kind {
        MovementKind::Refund => source.metadata.ours(objects::REFUND),
        _ => source.metadata.ours(objects::CHECKOUT),
    };
    Some(Movement {
        number: number.to_owned(),
        kind,
        reference: whole.and_then(named),
        of: of.map(|intent| intent.number().to_owned()),
        gross: from_stripe(line.amount, &line.currency).ok()?,
        fee: from_stripe(line.fee, &line.currency).ok()?,
        at: seconds(line.created),
    })
}
