//! PayPal's own book, for reconciliation. It is some hours late, and answers for 31 days at a time.

use super::disputes::Reversed;
use super::wire::{Info, Report};
use super::{Paypal, amounts, instant, number, ours, written};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::providers::Failure;
use crate::providers::facts::{Movement, MovementKind, RefundFact, RefundState};
use serde::Deserialize;

/// What was given back, and what PayPal took back by itself.
const REFUNDED: &str = "T1107";
const REVERSED: &str = "T1106";

const WINDOW: i64 = 31 * DAY;
/// A refund can be asked for this long.
const REFUNDABLE: i64 = 180 * DAY;
/// PayPal gives at most 10,000 lines a window, 500 a page.
const MAX_PAGES: u32 = 20;
const MAX_WINDOWS: usize = 400;

impl Paypal {
    pub(super) async fn lines(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        let mut lines = Vec::new();
        for info in self.report(from, until).await? {
            let mut line = movement(&info)?;
            // What PayPal took back is one of our refunds where it can be read as one.
            if let Some(line) = &mut line
                && info.transaction_event_code == REVERSED
                && let Some(refund) = self.refund_numbered(&info.transaction_id).await?
                && refund.state == RefundState::Succeeded
            {
                (line.kind, line.number, line.of) = (MovementKind::Refund, refund.refund, Some(refund.payment));
            }
            lines.extend(line.filter(|line| from <= line.at && line.at < until));
        }
        lines.sort_by(|a, b| (a.at, &a.number).cmp(&(b.at, &b.number)));
        Ok(lines)
    }

    /// What went back of a sale, found in the report: what was given back, and what PayPal took that is no refund.
    pub(super) async fn sale_refunds(&self, sale: &str, since: Option<Timestamp>) -> Result<(Vec<RefundFact>, Option<Reversed>), Failure> {
        let now = self.api.now();
        let from = since.unwrap_or_else(|| now.plus(-REFUNDABLE));
        let found = match self.report(from.max(now.plus(-2 * REFUNDABLE)), now.plus(1000)).await {
            // An app without the right to search hears of refunds when they are told.
            Err(Failure::KeysRefused { .. }) => Vec::new(),
            other => other?,
        };
        let (mut refunds, mut reversed) = (Vec::new(), None);
        for info in found.iter().filter(|info| info.paypal_reference_id.as_deref() == Some(sale)) {
            let code = info.transaction_event_code.as_str();
            if !matches!(code, REFUNDED | REVERSED) {
                continue;
            }
            let refund = self.refund_numbered(&info.transaction_id).await?;
            if refund.is_none() && code == REVERSED {
                reversed = movement(info)?.map(|line| Reversed { minor: line.gross.minor.abs(), at: line.at });
            }
            refunds.extend(refund);
        }
        Ok((refunds, reversed))
    }

    async fn report(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Info>, Failure> {
        let mut found = Vec::new();
        let mut windows = vec![(from, until)];
        let mut asked = 0;
        while let Some((from, until)) = windows.pop() {
            if from >= until {
                continue;
            }
            asked += 1;
            if asked > MAX_WINDOWS {
                return Err(Failure::Nonsense("the report has no end".to_owned()));
            }
            let end = until.min(from.plus(WINDOW));
            windows.push((end, until));
            match self.window(from, end, &mut found).await {
                Ok(()) => (),
                // Too many lines: by halves.
                Err(Failure::Refused { code, .. }) if code == "RESULTSET_TOO_LARGE" && end.since(from) > 2000 => {
                    let middle = from.plus(end.since(from) / 2);
                    windows.extend([(middle, end), (from, middle)]);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(found)
    }

    async fn window(&self, from: Timestamp, until: Timestamp, found: &mut Vec<Info>) -> Result<(), Failure> {
        let (start, end) = (written(from)?, written(until)?);
        let mut lines = Vec::new();
        for page in 1..=MAX_PAGES {
            let path = format!(
                "/v1/reporting/transactions?start_date={start}&end_date={end}&fields=transaction_info&balance_affecting_records_only=Y&page_size=500&page={page}"
            );
            let Some(report) = self.api.get::<Report>(&path).await? else { break };
            lines.extend(report.transaction_details.into_iter().map(|detail| detail.transaction_info));
            if page >= report.total_pages.unwrap_or(1) {
                break;
            }
        }
        // A line on the edge of two windows stands in both.
        for line in lines {
            if !found
                .iter()
                .any(|known| known.transaction_id == line.transaction_id && known.transaction_event_code == line.transaction_event_code)
            {
                found.push(line);
            }
        }
        Ok(())
    }

    /// Token, and the webhook these keys name.
    pub(super) async fn tested(&self) -> Result<String, Failure> {
        let app = self.api.app_id().await?;
        let hook: Option<Webhook> = self.api.get(&format!("/v1/notifications/webhooks/{}", number(&self.webhook_id)?)).await?;
        let hook = hook.ok_or_else(|| Failure::Refused {
            code: "WEBHOOK_NOT_FOUND".to_owned(),
            message: "The keys are right, but the app has no webhook of this number.".to_owned(),
        })?;
        let names: Vec<&str> = hook.event_types.iter().map(|event| event.name.as_str()).take(40).collect();
        Ok(format!("{app} · {} · {}", hook.url.chars().take(200).collect::<String>(), names.join(", ")))
    }
}

#[derive(Deserialize)]
struct Webhook {
    url: String,
    #[serde(default)]
    event_types: Vec<EventType>,
}

#[derive(Deserialize)]
struct EventType {
    name: String,
}

/// A line that moved money; `None` for one that was denied or is still waiting.
fn movement(info: &Info) -> Result<Option<Movement>, Failure> {
    if matches!(info.transaction_status.as_deref(), Some("D" | "P")) {
        return Ok(None);
    }
    let gross = amounts::read(&info.transaction_amount)?;
    let fee = match info.fee_amount.as_ref().map(amounts::read).transpose()? {
        Some(fee) if fee.currency == gross.currency => Money::new(-fee.minor, fee.currency),
        _ => Money::new(0, gross.currency),
    };
    let at = instant(&info.transaction_initiation_date).ok_or_else(|| Failure::Nonsense("a line without a time".to_owned()))?;
    let kind = kind(&info.transaction_event_code);
    // The report does not name a dispute: what it names is the payment that is contested.
    let named = info.paypal_reference_id.as_deref().filter(|_| kind == MovementKind::Dispute);
    Ok(Some(Movement {
        number: number(named.unwrap_or(&info.transaction_id))?.to_owned(),
        kind,
        of: info.paypal_reference_id.clone().filter(|_| kind == MovementKind::Refund),
        customer: None,
        reference: ours(info.custom_field.as_deref()).or_else(|| ours(info.invoice_id.as_deref())),
        gross,
        fee,
        at,
    }))
}

/// By PayPal's event codes, of which the first two digits are the group.
fn kind(code: &str) -> MovementKind {
    match (code, code.get(..3)) {
        (REFUNDED, _) => MovementKind::Refund,
        // Reversals, and money held or released while a dispute lasts.
        (REVERSED | "T1108" | "T1110" | "T1111", _) | (_, Some("T12")) => MovementKind::Dispute,
        (_, Some("T00")) => MovementKind::Payment,
        (_, Some("T04" | "T20")) => MovementKind::Payout,
        _ => MovementKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart_by_their_event_code() {
        for (code, told) in [
            ("T0006", MovementKind::Payment),
            ("T0002", MovementKind::Payment),
            ("T1107", MovementKind::Refund),
            ("T1201", MovementKind::Dispute),
            ("T1110", MovementKind::Dispute),
            ("T0400", MovementKind::Payout),
            ("T9999", MovementKind::Other),
            ("", MovementKind::Other),
            ("é", MovementKind::Other),
        ] {
            assert_eq!(kind(code), told, "{code}");
        }
    }
}
