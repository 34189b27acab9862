//! What an admin types about a tier, read.

use super::model::{ForTeams, MOST_SEATS, NewTier, Price};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::FieldErrors;
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
        let amount = Money::parse_price(amount, currency)?;
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
    if typed.trim().is_empty() { Ok(None) } else { some_number(typed, least, most).map(Some) }
}

/// As [`number`], of hundredths: their sign may be typed, too.
pub fn percent(typed: &str, least: i64, most: i64) -> Result<Option<i64>, Words> {
    number(typed.trim().trim_end_matches(['%', '％']), least, most)
}

/// As [`number`], where something has to be typed.
pub fn some_number(typed: &str, least: i64, most: i64) -> Result<i64, Words> {
    let number = text::narrow(typed.trim()).parse::<i64>().ok().filter(|n| (least..=most).contains(n));
    number.ok_or_else(|| words!("请填写 {least} 到 {most} 之间的整数。", "Please give a whole number from {least} to {most}."))
}

/// Seats of a team, unless the admin says otherwise.
const USUAL_SEATS: (i64, i64) = (2, 50);

/// How a tier is sold to teams; errors stand under the names of [`NewTier`].
pub fn teams(new: &NewTier, errors: &mut FieldErrors) -> Option<ForTeams> {
    if !new.teams {
        return None;
    }
    let least = errors.keep("team_least", number(&new.team_least, 1, MOST_SEATS)).map(|least| least.unwrap_or(USUAL_SEATS.0));
    // What depends on a field that is wrong is held against the widest bounds.
    let fewest = least.unwrap_or(1);
    let most = errors.keep("team_most", number(&new.team_most, fewest, MOST_SEATS));
    let most = most.map(|most| most.unwrap_or(USUAL_SEATS.1.max(fewest)));
    let from = errors.keep("team_off_from", number(&new.team_off_from, 1, most.unwrap_or(MOST_SEATS)));
    let off = errors.keep("team_off", percent(&new.team_off, 1, 90));
    match (from, off) {
        (Some(None), Some(Some(_))) => errors.add("team_off_from", one_alone()),
        (Some(Some(_)), Some(None)) => errors.add("team_off", one_alone()),
        _ => return Some(ForTeams { least: least?, most: most?, off: from?.zip(off?) }),
    }
    None
}

fn one_alone() -> Words {
    words!("席位数和折扣要一起填写。", "Please give both: from how many seats, and how much less.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::error::AppError;

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
        for typed in [
            "month",
            "month 1 XYZ",
            "0 1 CNY",
            "fortnight 1 CNY",
            "month 1.234 USD",
            "month 1.234 KWD",
            "month 5 CNY",
            "30 1 CNY\n30 2 CNY",
        ] {
            assert!(prices(typed, cny()).is_err(), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_sale_to_teams_is_said_at_its_field() {
        let wrong = |least: &str, most: &str, from: &str, off: &str| {
            let mut errors = FieldErrors::new();
            let (team_least, team_most, team_off_from, team_off) = (least.into(), most.into(), from.into(), off.into());
            let new = NewTier { teams: true, team_least, team_most, team_off_from, team_off, ..NewTier::default() };
            teams(&new, &mut errors).map(|teams| (teams.least, teams.most, teams.off))
        };
        assert_eq!(wrong("", "", "", ""), Some((2, 50, None)));
        assert_eq!(wrong("60", "", "", ""), Some((60, 60, None)));
        assert_eq!(wrong("3", "9", "５", "10%"), Some((3, 9, Some((5, 10)))));
        for (least, most, from, off) in
            [("9", "3", "", ""), ("0", "", "", ""), ("", "501", "", ""), ("", "", "5", ""), ("", "", "", "5"), ("", "", "5", "91")]
        {
            assert_eq!(wrong(least, most, from, off), None, "{least} {most} {from} {off}");
        }
        let mut errors = FieldErrors::new();
        let [team_least, team_most, team_off] = ["x", "501", "95%"].map(str::to_owned);
        teams(&NewTier { teams: true, team_least, team_most, team_off, ..NewTier::default() }, &mut errors);
        let AppError::Invalid(wrong) = errors.into_error() else { panic!("nothing was wrong") };
        let wrong: Vec<&str> = wrong.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(wrong, ["team_least", "team_most", "team_off"], "all at once");
        assert_eq!(teams(&NewTier { team_least: "x".into(), ..NewTier::default() }, &mut FieldErrors::new()), None);
    }
}
