//! The account itself: who it is, and what moved on it.

use super::Stripe;
use super::amounts::{self, from_stripe};
use super::call::VERSION;
use super::objects::{self, Account, BalanceTransaction, Linked, Source};
use super::payments::seconds;
use crate::foundation::money::Money;
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
    let customer = whole.and_then(|source| source.customer.as_ref()).filter(|_| kind == MovementKind::Payment);
    let (gross, fee) = figures(line, whole.filter(|_| matches!(kind, MovementKind::Payment | MovementKind::Refund)))?;
    let named = |source: &Source| match kind {
        MovementKind::Refund => source.metadata.ours(objects::REFUND),
        _ => source.metadata.ours(objects::CHECKOUT),
    };
    Some(Movement {
        number: number.to_owned(),
        kind,
        reference: whole.and_then(named),
        of: of.map(|intent| intent.number().to_owned()),
        customer: customer.map(|customer| customer.number().to_owned()),
        gross,
        fee,
        at: seconds(line.created),
    })
}

/// What moved and what was kept of it. The book is kept in the account's own currency: where that is not the one that was paid,
/// the charge or the refund says what it was, and the fee is as large a part of it as of the line.
fn figures(line: &BalanceTransaction, source: Option<&Source>) -> Option<(Money, Money)> {
    let (gross, fee) = (from_stripe(line.amount, &line.currency).ok()?, from_stripe(line.fee, &line.currency).ok()?);
    let paid = source.and_then(|source| {
        let amount = source.amount_captured.or(source.amount)?.saturating_mul(line.amount.signum());
        let paid = from_stripe(amount, source.currency.as_deref()?).ok()?;
        Some((paid, amounts::fee(line, paid)?))
    });
    Some(paid.filter(|(paid, _)| paid.currency != gross.currency).unwrap_or((gross, fee)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A line of an account that is kept in dollars.
    fn moved(kind: &str, amount: i64, fee: i64, source: Value) -> Movement {
        let line = json!({ "id": "txn_1", "type": kind, "amount": amount, "fee": fee, "currency": "usd", "created": 1, "source": source });
        movement(&serde_json::from_value(line).unwrap()).unwrap()
    }

    fn said(moved: &Movement) -> (i64, i64, &str) {
        (moved.gross.minor, moved.fee.minor, moved.gross.currency.code())
    }

    #[test]
    fn a_line_in_another_currency_says_what_was_paid() {
        let charge = json!({
            "id": "ch_1", "payment_intent": "pi_1", "customer": "cus_1", "amount": 9900, "amount_captured": 9900, "currency": "cny",
        });
        let paid = moved("charge", 1386, 44, charge.clone());
        assert_eq!((said(&paid), paid.customer.as_deref(), paid.number.as_str()), ((9900, 314, "CNY"), Some("cus_1"), "pi_1"));
        let part = moved("charge", 700, 44, json!({ "id": "ch_1", "amount": 9900, "amount_captured": 5000, "currency": "cny" }));
        assert_eq!(said(&part), (5000, 314, "CNY"), "what was taken of it");
        let back = moved("refund", -126, -4, json!({ "id": "re_1", "payment_intent": "pi_1", "amount": 900, "currency": "cny" }));
        assert_eq!((said(&back), back.customer.as_deref()), ((-900, -29, "CNY"), None));
        // What is in the account's currency, is not said, or is not compared, stays as it is in the book.
        let same = json!({ "id": "ch_1", "amount": 1386, "amount_captured": 1386, "currency": "usd" });
        for source in [same, json!("ch_1"), Value::Null, json!({ "id": "ch_1", "amount": 9900 })] {
            assert_eq!(said(&moved("charge", 1386, 44, source)), (1386, 44, "USD"));
        }
        assert_eq!(said(&moved("adjustment", -1386, 1500, charge)), (-1386, 1500, "USD"));
        assert_eq!(said(&moved("charge", 0, 0, json!({ "id": "ch_1", "amount": 1, "currency": "jpy" }))), (0, 0, "USD"), "too little");
    }
}
