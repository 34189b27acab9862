//! The what-if calculator: what a month would bring with so many payers at such a fee. Pure, for the server and for the
//! browser. Amounts are minor units.

/// The largest amount and the largest count that can be typed: products of two of them still fit.
pub const MAX_INPUT: i64 = 1_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WhatIf {
    pub payers: i64,
    pub fee: i64,
    /// Articles sold one by one.
    pub units: i64,
    pub price: i64,
    pub advertising: i64,
    pub content: i64,
    pub marketing: i64,
    pub operations: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub fees: i64,
    pub sales: i64,
    pub revenue: i64,
    pub cost: i64,
    pub profit: i64,
}

impl WhatIf {
    /// `None` when the amounts are beyond what can be counted.
    pub fn outcome(&self) -> Option<Outcome> {
        let fees = self.payers.checked_mul(self.fee)?;
        let sales = self.units.checked_mul(self.price)?;
        let revenue = fees.checked_add(sales)?.checked_add(self.advertising)?;
        let cost = self.content.checked_add(self.marketing)?.checked_add(self.operations)?;
        Some(Outcome { fees, sales, revenue, cost, profit: revenue.checked_sub(cost)? })
    }
}

/// A typed number as minor units with `exponent` decimals: `12.5` with 2 is 1250. Empty is zero. `None` for anything that
/// is not a plain number from zero to [`MAX_INPUT`].
pub fn parse_amount(typed: &str, exponent: u32) -> Option<i64> {
    let plain: String = typed.chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '\u{a0}')).collect();
    if plain.is_empty() {
        return Some(0);
    }
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > exponent as usize {
        return None;
    }
    let minor: i64 = format!("{whole}{fraction:0<width$}", width = exponent as usize).parse().ok()?;
    (minor <= MAX_INPUT).then_some(minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_s_example_loses_two_thousand() {
        let example =
            WhatIf { payers: 50, fee: 10, units: 0, price: 50, advertising: 1000, content: 2000, marketing: 1000, operations: 500 };
        assert_eq!(example.outcome(), Some(Outcome { fees: 500, sales: 0, revenue: 1500, cost: 3500, profit: -2000 }));
    }

    #[test]
    fn amounts_are_plain_numbers_within_reason() {
        assert_eq!(parse_amount("12.5", 2), Some(1250));
        assert_eq!(parse_amount("", 2), Some(0));
        assert_eq!(parse_amount("1,000", 0), Some(1000));
        for wrong in ["-1", "1.234", "1e3", "NaN", "99999999999999999999", ".5", "x", "１"] {
            assert_eq!(parse_amount(wrong, 2), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_too_large_to_count_is_said_rather_than_wrapped() {
        let absurd = WhatIf { payers: MAX_INPUT, fee: MAX_INPUT, ..WhatIf::default() };
        assert_eq!(absurd.outcome(), None);
    }
}
