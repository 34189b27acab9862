//! Dates and numbers in the reader's form, and calendar days in the site's time zone.

use super::locale::Locale;
use super::time::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Digits in groups of three: `1,234,567`, the same in both languages.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count for people; negative numbers get a real minus sign.
pub fn number(n: i64) -> String {
    let sign = if n < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(n.unsigned_abs()))
}

/// A share as `66.7%`; `—` when there is nothing to divide by.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 { "—".to_owned() } else { format!("{:.1}%", part as f64 * 100.0 / whole as f64) }
}

fn zoned(at: Timestamp, zone: &TimeZone) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

/// `2026年11月22日`, `22 November 2026`.
pub fn date(at: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    civil_date(zoned(at, zone).date(), locale)
}

/// A calendar day, as [`date`].
pub fn civil_date(date: Date, locale: Locale) -> String {
    match locale {
        Locale::Zh => date.strftime("%Y年%-m月%-d日").to_string(),
        Locale::En => date.strftime("%-d %B %Y").to_string(),
    }
}

/// A day as it is stored, `YYYY-MM-DD`, as [`date`]; what is no day stays as it is.
pub fn stored_day(day: &str, locale: Locale) -> String {
    day.parse::<Date>().map_or_else(|_| day.to_owned(), |day| civil_date(day, locale))
}

/// A month: `2026年11月`, `November 2026`.
pub fn month(first: Date, locale: Locale) -> String {
    match locale {
        Locale::Zh => first.strftime("%Y年%-m月").to_string(),
        Locale::En => first.strftime("%B %Y").to_string(),
    }
}

/// Date and minute: `2026年11月22日 14:05`, `22 November 2026, 14:05`.
pub fn date_time(at: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    let at = zoned(at, zone);
    match locale {
        Locale::Zh => at.strftime("%Y年%-m月%-d日 %H:%M").to_string(),
        Locale::En => at.strftime("%-d %B %Y, %H:%M").to_string(),
    }
}

/// When something ends, for people. What ends with a day is said by that day: its last is not the midnight after it.
pub fn until(end: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    if end == start_of_day(day(end, zone), zone) { last_day(end, zone, locale) } else { date_time(end, zone, locale) }
}

/// The last day, or part of a day, before something ends, as [`date`].
pub fn last_day(end: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    date(end.plus(-1), zone, locale)
}

/// The minute of the day: `14:05`.
pub fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%H:%M").to_string()
}

/// A time zone, as people of each language call it: `北京时间`, `Asia/Shanghai`.
pub fn zone_name(zone: &TimeZone, locale: Locale) -> String {
    match (zone.iana_name().unwrap_or("UTC"), locale) {
        ("Asia/Shanghai" | "PRC", Locale::Zh) => "北京时间".to_owned(),
        (name, Locale::Zh) => format!("{name} 时间"),
        (name, Locale::En) => name.to_owned(),
    }
}

/// `2026-11-22 14:05`, for a file that people read beside days: in the site's time zone, which both languages read alike.
pub fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// For `<time datetime>`: RFC 3339 in UTC.
pub fn machine(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

/// The calendar day of an instant in the site's time zone, as stored: `YYYY-MM-DD`.
pub fn day(at: Timestamp, zone: &TimeZone) -> Date {
    zoned(at, zone).date()
}

/// The first instant of a calendar day in the site's time zone.
pub fn start_of_day(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map(|z| Timestamp(z.timestamp().as_millisecond())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_with_a_day_is_said_by_that_day() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let midnight = start_of_day("2026-12-21".parse().unwrap(), &zone);
        assert_eq!(until(midnight, &zone, Locale::En), "20 December 2026");
        assert_eq!(until(midnight.plus(60_000), &zone, Locale::En), "21 December 2026, 00:01");
        assert_eq!(last_day(midnight, &zone, Locale::Zh), "2026年12月20日");
        assert_eq!(last_day(midnight.plus(60_000), &zone, Locale::Zh), "2026年12月21日");
    }

    #[test]
    fn a_time_zone_has_the_name_that_people_call_it() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(zone_name(&shanghai, Locale::Zh), "北京时间");
        assert_eq!(zone_name(&shanghai, Locale::En), "Asia/Shanghai");
        assert_eq!(zone_name(&TimeZone::get("Europe/Berlin").unwrap(), Locale::Zh), "Europe/Berlin 时间");
        assert_eq!(stamp(Timestamp(1_773_590_400_000), &shanghai), "2026-03-16 00:00");
    }

    #[test]
    fn a_day_begins_where_the_site_is() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let new_year_in_utc = Timestamp(1_767_225_600_000);
        assert_eq!(day(new_year_in_utc.plus(-1), &TimeZone::UTC).to_string(), "2025-12-31");
        assert_eq!(day(new_year_in_utc.plus(-1), &shanghai).to_string(), "2026-01-01");
        assert_eq!(start_of_day(day(new_year_in_utc, &TimeZone::UTC), &TimeZone::UTC), new_year_in_utc);
    }

    #[test]
    fn dates_read_as_people_of_each_language_write_them() {
        let at = Timestamp(1_767_225_600_000);
        assert_eq!(date(at, &TimeZone::UTC, Locale::Zh), "2026年1月1日");
        assert_eq!(date_time(at, &TimeZone::UTC, Locale::En), "1 January 2026, 00:00");
        assert_eq!(stored_day("2026-11-27", Locale::Zh), "2026年11月27日");
        assert_eq!(stored_day("2026-11-27", Locale::En), "27 November 2026");
        assert_eq!(stored_day("", Locale::Zh), "");
    }

    #[test]
    fn nothing_divided_by_nothing_is_a_dash_and_two_thirds_are_66_7_percent() {
        assert_eq!(percent(0, 0), "—");
        assert_eq!(percent(200, 300), "66.7%");
        assert_eq!(number(-1_234_567), "−1,234,567");
    }
}
