//! Amounts as Stripe writes them: integers in its own idea of each currency's smallest unit, which differs from ISO 4217
//! for a few.

use super::objects::BalanceTransaction;
use crate::foundation::money::{Currency, MAX_MINOR, Money};
use crate::providers::Failure;

/// The currencies that cards can be charged in.
const TAKEN: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP \
     CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY \
     KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD \
     OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND TOP TRY TTD TWD TZS \
     UAH UGX USD UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";
const ZERO_DECIMAL: &str = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF";
/// Their last digit has to be 0.
const THREE_DECIMAL: &str = "BHD JOD KWD OMR TND";

fn is_in(list: &str, currency: Currency) -> bool {
    list.split_ascii_whitespace().any(|code| code == currency.code())
}

pub fn takes(currency: Currency) -> bool {
    is_in(TAKEN, currency)
}

/// The decimals Stripe counts in. All others have two, also ISK and UGX, which have none elsewhere.
fn decimals(currency: Currency) -> u32 {
    if is_in(ZERO_DECIMAL, currency) {
        0
    } else if is_in(THREE_DECIMAL, currency) {
        3
    } else {
        2
    }
}

/// In Stripe's units, if the amount can be charged at all.
pub fn to_stripe(money: Money) -> Result<i64, Failure> {
    let refused = |message: String| Failure::Refused { code: "invalid_amount".to_owned(), message };
    let (ours, theirs) = (money.currency.exponent(), decimals(money.currency));
    let code = money.currency.code();
    if !(1..=MAX_MINOR).contains(&money.minor) {
        return Err(refused(format!("{} {code} is out of bounds", money.minor)));
    }
    let amount = if theirs >= ours {
        money.minor.checked_mul(10i64.pow(theirs - ours))
    } else {
        let step = 10i64.pow(ours - theirs);
        (money.minor % step == 0).then_some(money.minor / step)
    };
    amount
        .filter(|amount| theirs != 3 || amount % 10 == 0)
        .ok_or_else(|| refused(format!("{} {code} cannot be charged at Stripe: it is finer than its smallest unit", money.to_plain())))
}

/// Ours, of what Stripe wrote.
pub fn from_stripe(amount: i64, code: &str) -> Result<Money, Failure> {
    let nonsense = || Failure::Nonsense(format!("an amount of {amount} {code}"));
    let currency = Currency::parse(code).ok_or_else(nonsense)?;
    let (ours, theirs) = (currency.exponent(), decimals(currency));
    let minor = if ours >= theirs {
        amount.checked_mul(10i64.pow(ours - theirs)).ok_or_else(nonsense)?
    } else {
        // Fees in ISK may have a fraction that its unit has not.
        let step = 10i64.pow(theirs - ours);
        amount.div_euclid(step) + i64::from(amount.rem_euclid(step) * 2 >= step)
    };
    if minor.unsigned_abs() > MAX_MINOR.unsigned_abs() { Err(nonsense()) } else { Ok(Money::new(minor, currency)) }
}

/// What a line of the account's book keeps as a fee, in the currency of `amount`. The book is kept in the account's own
/// currency; the fee is then as large a part of `amount` as it is of the line.
pub fn fee(line: &BalanceTransaction, amount: Money) -> Option<Money> {
    let fee = from_stripe(line.fee, &line.currency).ok()?;
    if fee.currency == amount.currency {
        return Some(fee);
    }
    let whole = i128::from(line.amount.unsigned_abs());
    if whole == 0 {
        return None;
    }
    let scaled = i128::from(line.fee) * i128::from(amount.minor.unsigned_abs());
    let minor = (scaled * 2 + whole * scaled.signum()) / (whole * 2);
    Some(Money::new(i64::try_from(minor).ok()?, amount.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    fn line(amount: i64, fee: i64, currency: &str) -> BalanceTransaction {
        serde_json::from_value(serde_json::json!({
            "id": "txn_1", "amount": amount, "fee": fee, "currency": currency, "created": 1, "type": "charge"
        }))
        .unwrap()
    }

    #[test]
    fn each_currency_is_counted_in_the_unit_stripe_counts_in() {
        for (minor, code, amount) in
            [(9900, "CNY", 9900), (500, "JPY", 500), (5120, "KWD", 5120), (5, "ISK", 500), (5, "UGX", 500), (9900, "HUF", 9900)]
        {
            assert_eq!(to_stripe(money(minor, code)), Ok(amount), "{code}");
            assert_eq!(from_stripe(amount, &code.to_lowercase()), Ok(money(minor, code)), "{code}");
        }
        // Ariary are counted whole at Stripe and in fifths by ISO.
        assert_eq!(from_stripe(500, "mga").and_then(to_stripe), Ok(500));
    }

    #[test]
    fn an_amount_that_is_finer_than_their_unit_is_refused() {
        assert!(matches!(to_stripe(money(5124, "KWD")), Err(Failure::Refused { .. })));
        assert!(matches!(to_stripe(money(0, "USD")), Err(Failure::Refused { .. })));
        assert!(matches!(to_stripe(money(-1, "USD")), Err(Failure::Refused { .. })));
        assert!(matches!(to_stripe(money(MAX_MINOR + 1, "USD")), Err(Failure::Refused { .. })));
        assert!(from_stripe(i64::MIN, "usd").is_err() && from_stripe(1, "quid").is_err());
    }

    #[test]
    fn a_fee_in_another_currency_keeps_its_proportion() {
        assert_eq!(fee(&line(10_000, 320, "usd"), money(10_000, "USD")), Some(money(320, "USD")));
        // ¥1500 became $10.00, of which $0.59 was kept.
        assert_eq!(fee(&line(1_000, 59, "usd"), money(1_500, "JPY")), Some(money(89, "JPY")));
        assert_eq!(fee(&line(-1_000, -59, "usd"), money(1_500, "JPY")), Some(money(-89, "JPY")));
        assert_eq!(fee(&line(0, 59, "usd"), money(1_500, "JPY")), None);
    }

    proptest! {
        #[test]
        fn amounts_come_back_as_they_went(minor in 1..=MAX_MINOR, code in prop::sample::select(TAKEN.split_ascii_whitespace().filter(|c| Currency::parse(c).is_some()).collect::<Vec<_>>())) {
            let money = money(minor, code);
            if let Ok(amount) = to_stripe(money) {
                prop_assert_eq!(from_stripe(amount, &code.to_lowercase()), Ok(money));
            }
            let tens = Money::new(minor / 100 * 100, money.currency);
            prop_assert!(tens.minor == 0 || to_stripe(tens).is_ok());
        }

        #[test]
        fn no_number_panics(amount: i64, fees: i64, of: i64, code in "[a-z]{0,4}|usd|jpy|isk|kwd|mga") {
            let _ = from_stripe(amount, &code);
            if let Some(currency) = Currency::parse(&code) {
                let _ = (to_stripe(Money::new(amount, currency)), fee(&line(of, fees, "usd"), Money::new(amount, currency)));
            }
        }
    }
}
