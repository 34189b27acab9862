//! Amounts as this side counts them: units of the smallest coin PayPal knows, which is the whole unit of three currencies.

use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cash {
    pub code: String,
    pub units: i64,
}

const CODES: &str = "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD";

fn whole(code: &str) -> bool {
    matches!(code, "HUF" | "JPY" | "TWD")
}

impl Cash {
    /// Reads an amount of a request, or says which rule it breaks, in PayPal's words.
    pub fn read(code: Option<&str>, value: Option<&str>) -> Result<Cash, &'static str> {
        let (Some(code), Some(value)) = (code, value) else { return Err("MISSING_REQUIRED_PARAMETER") };
        if code.len() != 3 || !CODES.split(' ').any(|known| known == code) {
            return Err("INVALID_CURRENCY_CODE");
        }
        let (before, after) = value.split_once('.').map_or((value, None), |(before, after)| (before, Some(after)));
        if before.is_empty() || !before.bytes().chain(after.unwrap_or_default().bytes()).all(|b| b.is_ascii_digit()) || value.len() > 32 {
            return Err("INVALID_STRING_FORMAT");
        }
        let units = match (whole(code), after) {
            (true, Some(_)) => return Err("DECIMALS_NOT_SUPPORTED"),
            (true, None) => before.parse::<i64>().ok(),
            (false, after) => {
                let cents = match after.unwrap_or("00").as_bytes() {
                    [tens, ones] => i64::from(tens - b'0') * 10 + i64::from(ones - b'0'),
                    _ => return Err("DECIMAL_PRECISION"),
                };
                before.parse::<i64>().ok().and_then(|units| units.checked_mul(100)?.checked_add(cents))
            }
        };
        match units {
            Some(units) if units > 0 => Ok(Cash { code: code.to_owned(), units }),
            Some(_) => Err("CANNOT_BE_ZERO_OR_NEGATIVE"),
            None => Err("MAX_VALUE_EXCEEDED"),
        }
    }

    pub fn of(&self, units: i64) -> Cash {
        Cash { code: self.code.clone(), units }
    }

    pub fn text(&self) -> String {
        let sign = if self.units < 0 { "-" } else { "" };
        let units = self.units.unsigned_abs();
        if whole(&self.code) { format!("{sign}{units}") } else { format!("{sign}{}.{:02}", units / 100, units % 100) }
    }

    pub fn json(&self) -> Value {
        json!({ "currency_code": self.code, "value": self.text() })
    }

    /// In the form of the older interface.
    pub fn old(&self) -> Value {
        json!({ "total": self.text(), "currency": self.code })
    }

    /// 3.49 % and something fixed, but never more than all of it.
    pub fn fee(&self) -> Cash {
        let fixed = if whole(&self.code) { 15 } else { 49 };
        let share = i64::try_from(i128::from(self.units) * 349 / 10_000).unwrap_or(i64::MAX);
        self.of((share + fixed).min(self.units))
    }
}
