//! Which days a report is about: a choice such as "last month", or two days that were typed.

use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::locale::{Locale, Words};
use crate::{t, words};
use jiff::ToSpan;
use jiff::civil::Date;

/// The longest period that can be looked at, in years.
pub const MAX_YEARS: i64 = 10;
/// Longer periods are drawn month by month.
const MAX_DAYS_DRAWN: i64 = 62;

/// Calendar days in the site's time zone, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

/// How a period is divided in charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Day,
    Month,
}

impl Step {
    /// How many characters of `YYYY-MM-DD` name a step.
    pub const fn width(self) -> i64 {
        match self {
            Step::Day => 10,
            Step::Month => 7,
        }
    }
}

impl Period {
    pub fn days(self) -> i64 {
        self.from.duration_until(self.to).as_hours() / 24 + 1
    }

    /// The days right before, as many.
    pub fn before(self) -> Period {
        Period { from: self.from.saturating_sub(self.days().days()), to: self.from.saturating_sub(1.day()) }
    }

    pub fn contains(self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    pub fn step(self) -> Step {
        if self.days() > MAX_DAYS_DRAWN { Step::Month } else { Step::Day }
    }

    /// The first day of every step, in order.
    pub fn steps(self) -> Vec<Date> {
        match self.step() {
            Step::Day => self.from.series(1.day()).take_while(|day| *day <= self.to).collect(),
            Step::Month => self.from.first_of_month().series(1.month()).take_while(|day| *day <= self.to).collect(),
        }
    }

    /// As part of an address: `from=2026-03-01&to=2026-03-31`.
    pub fn query(self) -> String {
        format!("from={}&to={}", self.from, self.to)
    }

    /// The name of the step a day belongs to, as the database groups by it.
    pub fn step_name(self, day: Date) -> String {
        let width = self.step().width() as usize;
        let mut name = day.to_string();
        name.truncate(width);
        name
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Days30,
    ThisMonth,
    LastMonth,
    Months12,
    /// Two days that were typed.
    Custom,
}

impl Choice {
    pub const NAMED: [Choice; 4] = [Choice::Days30, Choice::ThisMonth, Choice::LastMonth, Choice::Months12];

    pub const fn slug(self) -> &'static str {
        match self {
            Choice::Days30 => "30-days",
            Choice::ThisMonth => "this-month",
            Choice::LastMonth => "last-month",
            Choice::Months12 => "12-months",
            Choice::Custom => "custom",
        }
    }

    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Choice::Days30 => t!(locale, "最近 30 天", "Last 30 days"),
            Choice::ThisMonth => t!(locale, "本月", "This month"),
            Choice::LastMonth => t!(locale, "上月", "Last month"),
            Choice::Months12 => t!(locale, "最近 12 个月", "Last 12 months"),
            Choice::Custom => t!(locale, "自定义", "Custom"),
        }
    }

    /// The days meant, seen from `today`.
    fn period(self, today: Date) -> Period {
        let first = today.first_of_month();
        match self {
            Choice::Days30 | Choice::Custom => Period { from: today.saturating_sub(29.days()), to: today },
            Choice::ThisMonth => Period { from: first, to: today },
            Choice::LastMonth => Period { from: first.saturating_sub(1.month()), to: first.saturating_sub(1.day()) },
            Choice::Months12 => Period { from: first.saturating_sub(11.months()), to: today },
        }
    }
}

/// What the address or the form says.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub period: String,
    pub from: String,
    pub to: String,
}

/// A day as a form sends it. Years are kept within what a site can have, so that counting days never overflows.
pub fn parse_day(text: &str) -> std::result::Result<Date, Words> {
    let text = text.trim();
    let shaped = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    let day = shaped.then(|| text.parse::<Date>().ok()).flatten().filter(|day| (1970..=2200).contains(&day.year()));
    day.ok_or_else(|| words!("请填写日期，例如 2026-03-15。", "Please give a date, such as 2026-03-15."))
}

/// The period asked for: a named choice, or from one day to another; the last 30 days when nothing is said. A longer
/// one than [`MAX_YEARS`] is cut at its beginning.
pub fn choose(typed: &Typed, today: Date) -> Result<(Choice, Period)> {
    if let Some(named) = Choice::NAMED.into_iter().find(|choice| choice.slug() == typed.period) {
        return Ok((named, named.period(today)));
    }
    if typed.from.trim().is_empty() && typed.to.trim().is_empty() {
        return Ok((Choice::Days30, Choice::Days30.period(today)));
    }
    let mut errors = FieldErrors::new();
    let from = errors.keep("from", parse_day(&typed.from));
    let to = errors.keep("to", if typed.to.trim().is_empty() { Ok(today) } else { parse_day(&typed.to) });
    let (Some(from), Some(to)) = (from, to) else { return Err(errors.into_error()) };
    if from > to {
        errors.add("to", words!("结束日期不能早于开始日期。", "The last day cannot be before the first."));
    }
    errors.check()?;
    let earliest = to.saturating_sub(MAX_YEARS.years()).saturating_add(1.day());
    Ok((Choice::Custom, Period { from: from.max(earliest), to }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn chosen(period: &str, from: &str, to: &str) -> Result<Period> {
        let typed = Typed { period: period.into(), from: from.into(), to: to.into() };
        choose(&typed, date(2026, 3, 15)).map(|(_, period)| period)
    }

    #[test]
    fn named_periods_end_today_or_with_a_month() {
        for (name, from, to) in [
            ("", date(2026, 2, 14), date(2026, 3, 15)),
            ("this-month", date(2026, 3, 1), date(2026, 3, 15)),
            ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
            ("12-months", date(2025, 4, 1), date(2026, 3, 15)),
        ] {
            assert_eq!(chosen(name, "", ""), Ok(Period { from, to }), "{name}");
        }
    }

    #[test]
    fn the_period_before_is_as_long_and_ends_the_day_before() {
        let march = Period { from: date(2026, 3, 1), to: date(2026, 3, 31) };
        assert_eq!(march.before(), Period { from: date(2026, 1, 29), to: date(2026, 2, 28) });
        assert_eq!(march.before().days(), 31);
        assert_eq!(march.steps().len(), 31);
    }

    #[test]
    fn days_that_do_not_exist_or_are_the_wrong_way_round_are_refused() {
        for (from, to) in [
            ("9999-99-99", "2026-01-01"),
            ("2026-02-30", "2026-03-01"),
            ("2026-03-02", "2026-03-01"),
            ("0001-01-01", ""),
            ("x", "y"),
            ("", "2026-01-01"),
        ] {
            assert_eq!(chosen("", from, to).unwrap_err().status(), 422, "{from} {to}");
        }
    }

    #[test]
    fn a_huge_range_is_cut_to_ten_years_and_drawn_by_month() {
        let period = chosen("", "1970-01-01", "2200-12-31").unwrap();
        assert_eq!(period.from, date(2191, 1, 1));
        assert_eq!(period.steps().len(), 120);
    }

    proptest::proptest! {
        #[test]
        fn nothing_typed_makes_the_choice_panic(period in ".{0,12}", from in "\\PC{0,12}", to in "[0-9-]{0,12}") {
            if let Ok(period) = chosen(&period, &from, &to) {
                proptest::prop_assert!(period.steps().len() <= 121);
                proptest::prop_assert!(period.before().days() > 0);
            }
        }
    }
}
