//! Amounts as PayPal writes them: decimal texts, with two decimals or, for three currencies, none. It takes no currency with
//! three.

use super::wire::Amount;
use crate::foundation::money::{Currency, MAX_MINOR, Money};
use crate::providers::Failure;

/// The currencies of PayPal's list. BRL, CNY and MYR are for accounts of those countries; limits are the admin's.
const TAKEN: [&str; 24] = [
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN",
    "SEK", "SGD", "THB", "TWD", "USD",
];

/// Those PayPal knows no decimals of, whatever ISO 4217 says.
const WHOLE: [&str; 3] = ["HUF", "JPY", "TWD"];

/// Whether PayPal takes this currency.
pub fn takes(currency: Currency) -> bool {
    TAKEN.contains(&currency.code())
}

fn decimals(currency: Currency) -> u32 {
    if WHOLE.contains(&currency.code()) { 0 } else { 2 }
}

/// An amount to be sent: positive, and without a fraction PayPal cannot write.
pub fn write(money: Money) -> Result<Amount, Failure> {
    let refused = |message: String| Failure::Refused { code: "AMOUNT".to_owned(), message };
    let code = money.currency.code();
    if !takes(money.currency) {
        return Err(refused(format!("PayPal does not take {code}")));
    }
    if !(1..=MAX_MINOR).contains(&money.minor) {
        return Err(refused("the amount has to be more than zero, and not absurd".to_owned()));
    }
    let (value, unit) = (money.minor, 10_i64.pow(money.currency.exponent()));
    let value = match decimals(money.currency) {
        0 if value % unit != 0 => return Err(refused(format!("PayPal takes {code} in whole units only"))),
        0 => (value / unit).to_string(),
        _ => format!("{}.{:02}", value / unit, value % unit),
    };
    Ok(Amount { currency_code: code.to_owned(), value })
}

/// An amount PayPal wrote; it may be negative in reports.
pub fn read(amount: &Amount) -> Result<Money, Failure> {
    let wrong = || Failure::Nonsense("an amount that cannot be read".to_owned());
    let currency = Currency::parse(&amount.currency_code).ok_or_else(wrong)?;
    let (sign, digits) = match amount.value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, amount.value.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !only_digits(whole) || !only_digits(fraction) {
        return Err(wrong());
    }
    // Zeros behind say nothing: PayPal also writes `500.00` for yen.
    let fraction = fraction.trim_end_matches('0');
    let width = currency.exponent() as usize;
    if fraction.len() > width {
        return Err(wrong());
    }
    let minor: i64 = format!("{whole}{fraction:0<width$}").parse().map_err(|_| wrong())?;
    if minor > MAX_MINOR { Err(wrong()) } else { Ok(Money::new(sign * minor, currency)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    fn text(minor: i64, code: &str) -> Result<String, Failure> {
        write(money(minor, code)).map(|amount| amount.value)
    }

    #[test]
    fn amounts_have_the_decimals_paypal_wants() {
        assert_eq!(text(9900, "USD").as_deref(), Ok("99.00"));
        assert_eq!(text(5, "EUR").as_deref(), Ok("0.05"));
        assert_eq!(text(500, "JPY").as_deref(), Ok("500"));
        assert_eq!(text(50_000, "HUF").as_deref(), Ok("500"));
        assert_eq!(text(50_000, "TWD").as_deref(), Ok("500"));
        assert_eq!(text(MAX_MINOR, "USD").as_deref(), Ok("90071992547409.91"));
    }

    #[test]
    fn what_paypal_cannot_write_is_refused_before_it_is_asked() {
        for (minor, code) in [(50_050, "HUF"), (1, "TWD"), (1000, "KWD"), (0, "USD"), (-1, "USD"), (MAX_MINOR + 1, "USD")] {
            assert!(matches!(text(minor, code), Err(Failure::Refused { .. })), "{minor} {code}");
        }
    }

    #[test]
    fn amounts_that_are_no_amounts_are_not_understood() {
        for value in ["", "-", ".", ".5", "1e3", "1,000", "+1", "--1", "1.234", "NaN", "99999999999999999999", "１", "0x1", "1.2.3"] {
            let amount = Amount { currency_code: "USD".to_owned(), value: value.to_owned() };
            assert!(read(&amount).is_err(), "{value}");
        }
        assert!(read(&Amount { currency_code: "???".to_owned(), value: "1".to_owned() }).is_err());
        assert_eq!(read(&Amount { currency_code: "JPY".to_owned(), value: "500.00".to_owned() }), Ok(money(500, "JPY")));
        assert_eq!(read(&Amount { currency_code: "USD".to_owned(), value: "-3.9".to_owned() }), Ok(money(-390, "USD")));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back_the_same(units in 1..=MAX_MINOR / 100, cents in 0..100_i64, at in 0..TAKEN.len()) {
            let currency = Currency::parse(TAKEN[at]).unwrap();
            let whole = decimals(currency) == 0;
            let minor = if whole { units * 10_i64.pow(currency.exponent()) } else { (units * 100 + cents).min(MAX_MINOR) };
            proptest::prop_assume!(minor <= MAX_MINOR);
            let money = Money::new(minor, currency);
            proptest::prop_assert_eq!(read(&write(money).unwrap()), Ok(money));
        }

        #[test]
        fn nothing_makes_the_reader_panic(value in ".{0,30}", code in ".{0,5}") {
            let _ = read(&Amount { currency_code: code, value });
        }
    }
}
