//! Transaction search: the lines of the account.

use super::Paypal;
use super::answers::{Answer, malformed, unable};
use super::written;
use crate::foundation::time::DAY;
use serde_json::{Value, json};
use std::collections::HashMap;

/// More lines than this are not given for one question.
const MOST: usize = 10_000;

impl Paypal {
    pub(super) fn report(&self, query: &HashMap<String, String>) -> Answer {
        let instant = |name: &str| query.get(name).and_then(|text| text.parse::<jiff::Timestamp>().ok()).map(|at| at.as_millisecond());
        let (Some(from), Some(until)) = (instant("start_date"), instant("end_date")) else {
            return malformed("MISSING_REQUIRED_PARAMETER");
        };
        if until < from || until - from > 31 * DAY {
            return malformed("INVALID_DATE_RANGE");
        }
        let number = |name: &str, usual: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
        let (size, page) = (number("page_size", 100), number("page", 1));
        if !(1..=500).contains(&size) || page == 0 {
            return malformed("INVALID_PARAMETER_VALUE");
        }
        let books = self.books();
        let found: Vec<_> = books.lines.iter().filter(|line| (from..=until).contains(&line.at.0)).collect();
        if found.len() > MOST {
            return unable("RESULTSET_TOO_LARGE");
        }
        let shown: Vec<Value> = found
            .iter()
            .skip((page - 1) * size)
            .take(size)
            .map(|line| {
                let mut info = json!({
                    "transaction_id": line.id, "transaction_event_code": line.code, "transaction_status": "S",
                    // Without the colon of the zone, as the real one writes it.
                    "transaction_initiation_date": written(line.at).replace('Z', "+0000"),
                    "transaction_updated_date": written(line.at).replace('Z', "+0000"),
                    "transaction_amount": line.cash.json(), "protection_eligibility": "01",
                });
                if line.fee != 0 {
                    info["fee_amount"] = line.cash.of(line.fee).json();
                }
                for (name, value) in [("custom_field", &line.custom), ("invoice_id", &line.invoice)] {
                    if let Some(value) = value {
                        info[name] = json!(value);
                    }
                }
                if let Some((id, kind)) = &line.about {
                    info["paypal_reference_id"] = json!(id);
                    info["paypal_reference_id_type"] = json!(kind);
                }
                json!({ "transaction_info": info })
            })
            .collect();
        let pages = found.len().div_ceil(size).max(1);
        (
            200,
            json!({ "transaction_details": shown, "account_number": super::MERCHANT_ID, "page": page, "total_items": found.len(), "total_pages": pages }),
        )
    }
}
