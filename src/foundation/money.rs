//! Money: integer minor units and an ISO 4217 currency. Never a float.

use super::locale::{Locale, Words};
use super::text::narrow;
use crate::words;
use std::fmt;

/// The largest amount we accept: 2^53 − 1 minor units, exact in every JSON reader.
pub const MAX_MINOR: i64 = (1 << 53) - 1;

/// An ISO 4217 currency that has a minor unit defined.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub fn parse(code: &str) -> Option<Currency> {
        let currency = iso_currency::Currency::from_code(&code.to_ascii_uppercase())?;
        currency.exponent().map(|_| Currency(currency))
    }

    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places: 2 for CNY, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }

    /// In minor units, what is charged of it is a multiple of this: of currencies with three decimals, cards are charged to the
    /// second; of some others only whole units are taken.
    pub fn step(self) -> i64 {
        match self.code() {
            "HUF" | "TWD" => 100,
            _ if self.exponent() == 3 => 10,
            _ => 1,
        }
    }

    /// The sign people of this language expect: ¥ for CNY in Chinese, CN¥ in English.
    pub fn sign(self, locale: Locale) -> String {
        match (self.code(), locale) {
            ("CNY", Locale::Zh) => "¥".to_owned(),
            ("CNY", Locale::En) => "CN¥".to_owned(),
            ("JPY", Locale::Zh) => "JP¥".to_owned(),
            ("JPY", Locale::En) => "¥".to_owned(),
            ("USD", Locale::Zh) => "US$".to_owned(),
            ("USD", Locale::En) => "$".to_owned(),
            ("EUR", _) => "€".to_owned(),
            ("GBP", _) => "£".to_owned(),
            ("HKD", _) => "HK$".to_owned(),
            (code, _) => format!("{code}\u{a0}"),
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units of its currency; may be negative (a loss).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// As people of this language write it: `¥1,234.50`, `−US$3.00`.
    pub fn format(self, locale: Locale) -> String {
        let sign = if self.minor < 0 { "−" } else { "" };
        format!("{sign}{}{}", self.currency.sign(locale), decimal(self.minor.unsigned_abs(), self.currency.exponent(), true))
    }

    /// Plain digits for a form field or CSV: `1234.50`.
    pub fn to_plain(self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        format!("{sign}{}", decimal(self.minor.unsigned_abs(), self.currency.exponent(), false))
    }

    /// Reads a positive amount as a person types it: `12`, `12.5`, `1,200.00`, `１２`. Refuses signs, more decimals than the
    /// currency has, zero, and amounts above [`MAX_MINOR`].
    pub fn parse(text: &str, currency: Currency) -> Result<Money, Words> {
        match Money::parse_or_nothing(text, currency)? {
            Money { minor: 0, .. } => Err(words!("金额必须大于零。", "The amount must be more than zero.")),
            money => Ok(money),
        }
    }

    /// As [`Money::parse`], of what somebody is to be charged.
    pub fn parse_price(text: &str, currency: Currency) -> Result<Money, Words> {
        Money::parse(text, currency)?.charged()
    }

    /// The amount, where it can be charged: refuses what lies between the steps of its currency, and says how large they are.
    pub fn charged(self) -> Result<Money, Words> {
        let step = Money::new(self.currency.step(), self.currency);
        if self.minor % step.minor == 0 {
            return Ok(self);
        }
        let (zh, en) = (step.format(Locale::Zh), step.format(Locale::En));
        Err(words!("金额必须是 {zh} 的整数倍。", "The amount has to be in steps of {en}."))
    }

    /// As [`Money::parse`], also nothing: `0`.
    pub fn parse_or_nothing(text: &str, currency: Currency) -> Result<Money, Words> {
        let typed = narrow(text.trim()).replace([',', ' ', '\u{a0}'], "").replace('。', ".");
        let wrong = || words!("请填写金额，例如 12 或 12.50。", "Please give an amount, such as 12 or 12.50.");
        let (whole, fraction) = typed.split_once('.').unwrap_or((&typed, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || (typed.contains('.') && fraction.is_empty()) {
            return Err(wrong());
        }
        let exponent = currency.exponent();
        let code = currency.code();
        if fraction.len() > exponent as usize {
            return Err(words!("{code} 最多有 {exponent} 位小数。", "{code} has at most {exponent} decimal places."));
        }
        let too_much = || words!("金额太大了。", "That amount is too large.");
        let padded = format!("{whole}{fraction:0<width$}", width = exponent as usize);
        let minor: i64 = padded.parse().map_err(|_| too_much())?;
        match minor {
            0..=MAX_MINOR => Ok(Money { minor, currency }),
            _ => Err(too_much()),
        }
    }
}

fn decimal(minor: u64, exponent: u32, grouped: bool) -> String {
    let unit = 10u64.pow(exponent);
    let whole = minor / unit;
    let whole = if grouped { super::format::grouped(whole) } else { whole.to_string() };
    if exponent == 0 { whole } else { format!("{whole}.{:0width$}", minor % unit, width = exponent as usize) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        assert_eq!(Money::new(123_450, currency("CNY")).format(Locale::Zh), "¥1,234.50");
        assert_eq!(Money::new(123_450, currency("CNY")).format(Locale::En), "CN¥1,234.50");
        assert_eq!(Money::new(500, currency("JPY")).format(Locale::En), "¥500");
        assert_eq!(Money::new(1_500, currency("KWD")).to_plain(), "1.500");
        assert_eq!(Money::new(-200_000, currency("USD")).format(Locale::En), "−$2,000.00");
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, minor) in [("12", 1200), ("12.5", 1250), (" 1,200.00 ", 120_000), ("１２．５", 1250), ("0.01", 1)] {
            assert_eq!(Money::parse(typed, currency("CNY")).map(|m| m.minor), Ok(minor), "{typed}");
        }
        assert_eq!(Money::parse("500", currency("JPY")).map(|m| m.minor), Ok(500));
    }

    #[test]
    fn amounts_that_are_negative_fractional_or_absurd_are_refused() {
        for typed in
            ["", "-1", "+1", "0", "0.00", "1.234", "1e3", "NaN", ".5", "5.", "99999999999999999999", "90071992547409.92", "1.2.3", "²"]
        {
            assert!(Money::parse(typed, currency("CNY")).is_err(), "{typed}");
        }
        assert!(Money::parse("0.5", currency("JPY")).is_err());
    }

    #[test]
    fn what_cannot_be_charged_is_no_price() {
        let price = |typed: &str, code: &str| Money::parse_price(typed, currency(code)).map(|money| money.minor);
        assert_eq!((price("9.99", "KWD"), price("0.01", "CNY"), price("1200", "HUF")), (Ok(9990), Ok(1), Ok(120_000)));
        let between = price("9.995", "KWD").unwrap_err();
        assert_eq!(between.en, "The amount has to be in steps of KWD\u{a0}0.010.");
        assert!(price("0.001", "TND").is_err() && price("12.50", "HUF").is_err() && price("0", "KWD").is_err());
        assert_eq!(Money::new(0, currency("KWD")).charged().map(|money| money.minor), Ok(0), "nothing is nothing");
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_plainly_is_read_back_the_same(minor in 1..=MAX_MINOR, code in proptest::sample::select(vec!["CNY", "USD", "JPY", "KWD"])) {
            let money = Money::new(minor, currency(code));
            proptest::prop_assert_eq!(Money::parse(&money.to_plain(), money.currency), Ok(money));
        }

        #[test]
        fn nothing_typed_makes_the_parser_panic(typed in ".{0,40}") {
            let _ = Money::parse(&typed, currency("CNY"));
        }
    }
}
