//! What the two providers of mainland China have in common: yuan and fen, Beijing's time, and our number in their field
//! `out_trade_no`.

use super::Failure;
use crate::foundation::money::{Currency, MAX_MINOR};
use crate::foundation::time::Timestamp;
use jiff::civil;
use jiff::tz::{TimeZone, offset};

/// The only currency they take from us.
pub fn cny() -> Result<Currency, Failure> {
    Currency::parse("CNY").ok_or_else(|| Failure::Nonsense("there is no yuan".to_owned()))
}

/// A number as we give it: 32 lower-case hexadecimal digits. Any other belongs to something else on the same account.
pub fn ours(number: &str) -> Option<String> {
    let digits = number.len() == 32 && number.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    digits.then(|| number.to_owned())
}

/// Reads yuan with any number of decimals as fen; a bill may state a fee to a thousandth of a fen, which is rounded.
pub fn fen(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|b| b.is_ascii_digit());
    if !numeric(whole) || !numeric(fraction) {
        return None;
    }
    let hundredths: String = fraction.chars().chain("00".chars()).take(2).collect();
    let up = i64::from(fraction.as_bytes().get(2).is_some_and(|digit| *digit >= b'5'));
    let minor = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths.parse::<i64>().ok()? + up)?;
    (minor <= MAX_MINOR).then_some(if negative { -minor } else { minor })
}

fn beijing() -> TimeZone {
    TimeZone::fixed(offset(8))
}

fn clock(at: Timestamp) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(beijing())
}

/// The day in Beijing.
pub fn day(at: Timestamp) -> civil::Date {
    clock(at).date()
}

/// When a day begins in Beijing.
pub fn midnight(day: civil::Date) -> Option<Timestamp> {
    day.to_zoned(beijing()).ok().map(|zoned| Timestamp(zoned.timestamp().as_millisecond()))
}

/// `2026-11-22 20:15:00`
pub fn write_local(at: Timestamp) -> String {
    clock(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

pub fn read_local(text: &str) -> Option<Timestamp> {
    let local: civil::DateTime = text.trim().parse().ok()?;
    local.to_zoned(beijing()).ok().map(|zoned| Timestamp(zoned.timestamp().as_millisecond()))
}

/// `2026-11-22T20:15:00+08:00`
pub fn write_rfc3339(at: Timestamp) -> String {
    clock(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

pub fn read_rfc3339(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

/// A title as these providers take it: one line, no longer than so many bytes.
pub fn title(text: &str, bytes: usize) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut end = line.len().min(bytes);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.truncate(end);
    let line = line.trim();
    if line.is_empty() { "-".to_owned() } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::Money;

    #[test]
    fn fees_of_a_bill_are_rounded_to_fen_and_nonsense_is_not_read() {
        for (text, minor) in [("0.00000", 0), ("0.00600", 1), ("-0.07", -7), ("12", 1200), ("1.5", 150), ("0.00499", 0), (" 3.00 ", 300)] {
            assert_eq!(fen(text), Some(minor), "{text}");
        }
        for text in ["", "-", ".5", "5.", "1e3", "0x1", "１", "1,000.00", "--1", "9999999999999999", "90071992547409.92"] {
            assert_eq!(fen(text), None, "{text}");
        }
    }

    #[test]
    fn beijing_is_eight_hours_ahead() {
        let at = Timestamp(1_700_000_000_000);
        assert_eq!(write_local(at), "2023-11-15 06:13:20");
        assert_eq!(read_local("2023-11-15 06:13:20"), Some(at));
        assert_eq!(write_rfc3339(at), "2023-11-15T06:13:20+08:00");
        assert_eq!(read_rfc3339("2023-11-15T06:13:20+08:00"), Some(at));
        assert_eq!(day(at).to_string(), "2023-11-15");
        assert_eq!(midnight(day(at)).map(|m| at.since(m)), Some((6 * 3600 + 13 * 60 + 20) * 1000));
    }

    #[test]
    fn a_title_is_one_line_and_never_cut_inside_a_character() {
        assert_eq!(title("年度会员\n（一年）", 127), "年度会员 （一年）");
        assert_eq!(title("课课课", 7), "课课");
        assert_eq!(title("\u{7}", 127), "-");
    }

    proptest::proptest! {
        #[test]
        fn an_amount_survives_the_way_to_yuan_and_back(minor in 0..=MAX_MINOR) {
            let cny = cny().unwrap();
            proptest::prop_assert_eq!(fen(&Money::new(minor, cny).to_plain()), Some(minor));
        }

        #[test]
        fn nothing_makes_the_readers_panic(text in ".{0,40}", at in proptest::num::i64::ANY) {
            let _ = (fen(&text), read_local(&text), read_rfc3339(&text), title(&text, 7), write_rfc3339(Timestamp(at)), day(Timestamp(at)));
        }
    }
}
