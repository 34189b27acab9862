//! Retention: of the people who registered in a month, how many were here in the next. The same people: a cohort.

use super::Metric;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::t;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::HashMap;

/// How many months the grid goes back.
pub const MONTHS: i64 = 12;

pub fn metric(locale: Locale) -> Metric {
    Metric {
        slug: "retention",
        name: t!(locale, "会员留存率", "User retention rate"),
        definition: t!(
            locale,
            "第 1 个月加入、第 2 个月还来过的会员 ÷ 第 1 个月加入的会员，前后是同一批人。第 2 个月取期末前最近一个已结束的月份。",
            "Members who joined in month 1 and were here in month 2 ÷ members who joined in month 1: the same people. Month 2 is the latest month that was over by the end of the period."
        ),
        unit: t!(locale, "留存会员的占比", "share of members kept"),
    }
}

/// Everybody who registered in one month, and how many of them were here in each month since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// The first day of the month they registered in.
    pub month: Date,
    pub size: i64,
    /// The month of registration itself, then each one after it that has begun.
    pub here: Vec<i64>,
    /// How many of the months in `here` are over.
    pub over: usize,
}

impl Cohort {
    /// Here in the month after registration; 0 while there has been none.
    pub fn kept(&self) -> i64 {
        self.here.get(1).copied().unwrap_or_default()
    }

    /// The retention rate: `75.0%`.
    pub fn rate(&self) -> String {
        format::percent(self.kept(), self.size)
    }

    /// Whether the month after registration is over, so that the rate can no longer change.
    pub fn complete(&self) -> bool {
        self.over > 1
    }
}

/// The first day of the month that is `n` months before that of `day`.
pub fn months_before(day: Date, n: i64) -> Date {
    day.first_of_month().saturating_sub(n.months())
}

/// The grid, oldest cohort first: the last [`MONTHS`] months up to that of `end`. `sizes` and `here` are keyed by
/// `YYYY-MM` of registration, and of presence.
pub fn grid(end: Date, today: Date, sizes: &HashMap<String, i64>, here: &HashMap<(String, String), i64>) -> Vec<Cohort> {
    let name = |month: Date| month.strftime("%Y-%m").to_string();
    let months: Vec<Date> = (0..MONTHS).rev().map(|n| months_before(end, n)).collect();
    let cohort = |(i, month): (usize, &Date)| {
        let since: Vec<Date> = months[i..].iter().copied().filter(|m| *m <= today).collect();
        Cohort {
            month: *month,
            size: sizes.get(&name(*month)).copied().unwrap_or_default(),
            here: since.iter().map(|m| here.get(&(name(*month), name(*m))).copied().unwrap_or_default()).collect(),
            over: since.iter().filter(|m| m.last_of_month() < today).count(),
        }
    };
    months.iter().enumerate().map(cohort).collect()
}

/// The cohort a report is about: the latest one whose next month was over at `end`, and the one before it.
pub fn judged(grid: &[Cohort], end: Date) -> Option<(&Cohort, Option<&Cohort>)> {
    let over_by = |cohort: &Cohort| cohort.complete() && cohort.month.saturating_add(1.month()).last_of_month() <= end;
    let latest = grid.iter().rposition(over_by)?;
    Some((&grid[latest], latest.checked_sub(1).map(|i| &grid[i])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn example(today: Date) -> Vec<Cohort> {
        let sizes = [("2026-01".to_owned(), 200), ("2026-02".to_owned(), 3)].into();
        let here = [
            (("2026-01".to_owned(), "2026-01".to_owned()), 180),
            (("2026-01".to_owned(), "2026-02".to_owned()), 150),
            (("2026-02".to_owned(), "2026-03".to_owned()), 1),
        ];
        grid(today, today, &sizes, &here.into())
    }

    #[test]
    fn a_hundred_and_fifty_of_two_hundred_are_three_quarters() {
        let grid = example(date(2026, 3, 15));
        let (cohort, before) = judged(&grid, date(2026, 3, 15)).unwrap();
        assert_eq!((cohort.month, cohort.size, cohort.kept()), (date(2026, 1, 1), 200, 150));
        assert_eq!(cohort.rate(), "75.0%");
        assert_eq!(before.map(|c| c.rate()).as_deref(), Some("—"));
    }

    #[test]
    fn a_cohort_whose_next_month_goes_on_is_incomplete() {
        let grid = example(date(2026, 3, 31));
        assert_eq!(grid.len(), 12);
        let february = &grid[10];
        assert_eq!((february.here.as_slice(), february.complete()), (&[0, 1][..], false));
        assert_eq!(grid[11].here.len(), 1);
        let next_day = example(date(2026, 4, 1));
        assert!(next_day[10 - 1].complete(), "the month ended at midnight");
    }
}
