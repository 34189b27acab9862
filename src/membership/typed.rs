//! What an admin types about a tier, read.

use super::model::Price;
use crate::foundation::cadence::Cadence;
use crate::foundation::locale::Words;
use crate::foundation::money::{Currency, Money};
use crate::foundation::text;
use crate::words;

/// The most prices and benefits one tier can have.
const MOST: usize = 40;

/// Prices beside those of a month and a year in the site's currency, one a line: how long, how much, which currency, as in
/// `month 9.90 USD` or `30 68 CNY`. Empty lines are skipped.
pub fn prices(typed: &str, own: Currency) -> Result<Vec<Price>, Words> {
    let mut prices: Vec<Price> = Vec::new();
    for (n, line) in typed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let n = n + 1;
        let wrong = || {
            words!(
                "第 {n} 行无法识别，请按“month 9.90 USD”或“30 68 CNY”的格式填写。",
                "Line {n} cannot be read; please write it like \"month 9.90 USD\" or \"30 68 CNY\"."
            )
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let [length, amount, currency] = words[..] else { return Err(wrong()) };
        let cadence = Cadence::parse(length).or_else(|| Cadence::parse(&format!("days:{length}"))).ok_or_else(wrong)?;
        let currency = Currency::parse(currency).ok_or_else(wrong)?;
        let amount = Money::parse(amount, currency)?;
        let twice = prices.iter().any(|price| price.cadence == cadence && price.amount.currency == currency);
        if twice || currency == own && matches!(cadence, Cadence::Month | Cadence::Year) {
            return Err(words!("第 {n} 行的价格重复了。", "Line {n} repeats a price."));
        }
        prices.push(Price { cadence, amount });
    }
    if prices.len() > MOST {
        return Err(words!("价格太多了，请删去一些。", "There are too many prices; please remove some."));
    }
    Ok(prices)
}

/// Prices as they are typed, one a line.
pub fn prices_text(prices: &[Price], own: Currency) -> String {
    let beside = prices.iter().filter(|p| !(p.amount.currency == own && matches!(p.cadence, Cadence::Month | Cadence::Year)));
    let line = |p: &Price| {
        let length = p.cadence.to_string();
        let length = length.strip_prefix("days:").unwrap_or(&length).to_owned();
        format!("{length} {} {}", p.amount.to_plain(), p.amount.currency.code())
    };
    beside.map(line).collect::<Vec<_>>().join("\n")
}

/// One promise a line.
pub fn benefits(typed: &str) -> Result<String, Words> {
    let mut lines = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        lines.push(text::required_line(line, 120)?);
    }
    if lines.len() > MOST {
        return Err(words!("权益太多了，请合并一些。", "There are too many benefits; please combine some."));
    }
    Ok(lines.join("\n"))
}

/// A whole number within bounds; none when nothing was typed.
pub fn number(typed: &str, least: i64, most: i64) -> Result<Option<i64>, Words> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let number = typed.parse::<i64>().ok().filter(|n| (least..=most).contains(n));
    number.map(Some).ok_or_else(|| words!("请填写 {least} 到 {most} 之间的整数。", "Please give a whole number from {least} to {most}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny() -> Currency {
        Currency::parse("CNY").unwrap()
    }

    #[test]
    fn prices_are_read_a_line_each_and_written_back_the_same() {
        let typed = "30 68 CNY\n\nmonth 9.90 USD\n365 8000 JPY";
        let read = prices(typed, cny()).unwrap();
        assert_eq!(read.len(), 3);
        assert_eq!(prices_text(&read, cny()), "30 68.00 CNY\nmonth 9.90 USD\n365 8000 JPY");
    }

    #[test]
    fn a_wrong_line_is_named() {
        for typed in ["month", "month 1 XYZ", "0 1 CNY", "fortnight 1 CNY", "month 1.234 USD", "month 5 CNY", "30 1 CNY\n30 2 CNY"] {
            assert!(prices(typed, cny()).is_err(), "{typed}");
        }
    }
}
