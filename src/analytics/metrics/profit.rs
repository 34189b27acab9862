//! Revenue and cost: member fees, content sales and advertising, less content production, marketing and operations. That is
//! the model, and it is gross. What payment providers keep stands in the ledger, and is shown beside it: no heading of the
//! model, but what is left after it is what reaches the bank.

use super::Metric;
use crate::analytics::period::Period;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::t;
use jiff::ToSpan;
use jiff::civil::Date;

pub fn metric(locale: Locale) -> Metric {
    Metric {
        slug: "profit",
        name: t!(locale, "收支", "Revenue and cost"),
        definition: t!(
            locale,
            "利润 = 会员费 + 内容销售 + 广告收入 −（内容制作 + 市场推广 + 运营）。每月费用在每月的那一天各计一次。只合计本站货币。",
            "Profit = member fees + content sales + advertising − (content production + marketing + operations). A monthly cost counts once a month, on its day. Only the site's own currency is summed."
        ),
        unit: t!(locale, "利润", "profit"),
    }
}

/// A line of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    Fees,
    Sales,
    Advertising,
    Content,
    Marketing,
    Operations,
}

impl Heading {
    pub const ALL: [Heading; 6] =
        [Heading::Fees, Heading::Sales, Heading::Advertising, Heading::Content, Heading::Marketing, Heading::Operations];
    pub const COSTS: [Heading; 3] = [Heading::Content, Heading::Marketing, Heading::Operations];

    /// As the database names it: an account of the ledger, or the category of a cost.
    pub const fn as_str(self) -> &'static str {
        match self {
            Heading::Fees => "revenue:fees",
            Heading::Sales => "revenue:sales",
            Heading::Advertising => "advertising",
            Heading::Content => "content",
            Heading::Marketing => "marketing",
            Heading::Operations => "operations",
        }
    }

    pub fn parse(text: &str) -> Option<Heading> {
        Heading::ALL.into_iter().find(|heading| heading.as_str() == text)
    }

    pub const fn is_cost(self) -> bool {
        matches!(self, Heading::Content | Heading::Marketing | Heading::Operations)
    }

    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Heading::Fees => t!(locale, "会员费", "Member fees"),
            Heading::Sales => t!(locale, "内容销售", "Content sales"),
            Heading::Advertising => t!(locale, "广告收入", "Advertising"),
            Heading::Content => t!(locale, "内容制作", "Content production"),
            Heading::Marketing => t!(locale, "市场推广", "Marketing"),
            Heading::Operations => t!(locale, "运营", "Operations"),
        }
    }
}

/// Who takes a part of the revenue before it is the site's. Beside the model and not in it: docs/decisions/0011.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    Providers,
    Creators,
    Affiliates,
}

impl Taker {
    pub const ALL: [Taker; 3] = [Taker::Providers, Taker::Creators, Taker::Affiliates];

    /// By the account of the ledger for what they take.
    pub fn parse(account: &str) -> Option<Taker> {
        match account {
            "expense:provider-fees" => Some(Taker::Providers),
            "expense:creators" => Some(Taker::Creators),
            "expense:affiliates" => Some(Taker::Affiliates),
            _ => None,
        }
    }

    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Taker::Providers => t!(locale, "支付手续费", "Provider fees"),
            Taker::Creators => t!(locale, "创作者分成", "Creators' shares"),
            Taker::Affiliates => t!(locale, "推广奖励", "Affiliates' rewards"),
        }
    }
}

/// What came in and went out, in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Books {
    sums: [i64; 6],
    /// What was taken, less what was given back of it.
    taken: [i64; Taker::ALL.len()],
    /// How many entries they are made of.
    pub entries: i64,
}

impl Books {
    pub fn add(&mut self, heading: Heading, minor: i64, entries: i64) {
        let sum = &mut self.sums[heading as usize];
        *sum = sum.saturating_add(minor);
        self.entries = self.entries.saturating_add(entries);
    }

    pub fn take(&mut self, taker: Taker, minor: i64) {
        let sum = &mut self.taken[taker as usize];
        *sum = sum.saturating_add(minor);
    }

    pub fn taken_by(&self, taker: Taker) -> i64 {
        self.taken[taker as usize]
    }

    fn taken(&self) -> i64 {
        Taker::ALL.into_iter().fold(0, |sum, taker| sum.saturating_add(self.taken_by(taker)))
    }

    pub fn is_empty(&self) -> bool {
        self.entries == 0 && self.taken.iter().all(|minor| *minor == 0)
    }

    pub fn of(&self, heading: Heading) -> i64 {
        self.sums[heading as usize]
    }

    fn total(&self, costs: bool) -> i64 {
        Heading::ALL.into_iter().filter(|h| h.is_cost() == costs).fold(0, |sum, h| sum.saturating_add(self.of(h)))
    }

    pub fn revenue(&self) -> i64 {
        self.total(false)
    }

    pub fn cost(&self) -> i64 {
        self.total(true)
    }

    pub fn profit(&self) -> i64 {
        self.revenue().saturating_sub(self.cost())
    }

    /// What is left of the revenue after what was taken of it.
    pub fn net_revenue(&self) -> i64 {
        self.revenue().saturating_sub(self.taken())
    }

    /// What is left of the profit after what was taken of the revenue.
    pub fn net_profit(&self) -> i64 {
        self.profit().saturating_sub(self.taken())
    }
}

/// An amount without its currency: `−2,000`, or `1,234.50` when there are cents.
pub fn amount(minor: i64, currency: Currency) -> String {
    let unit = 10i64.pow(currency.exponent());
    if minor % unit == 0 {
        return format::number(minor / unit);
    }
    let plain = Money::new(minor, currency).to_plain();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let sign = if minor < 0 { "−" } else { "" };
    let whole = whole.trim_start_matches('-').parse().map(format::grouped).unwrap_or_default();
    format!("{sign}{whole}.{fraction}")
}

/// The days within `period` on which a monthly cost falls: its day of the month, or the month's last where that is
/// earlier, from `first` to `last`.
pub fn monthly_days(first: Date, last: Option<Date>, period: Period) -> Vec<Date> {
    let end = last.map_or(period.to, |last| last.min(period.to));
    let begin = first.max(period.from);
    let day_in = |month: Date| month.saturating_add((i64::from(first.day().min(month.days_in_month())) - 1).days());
    begin
        .first_of_month()
        .series(1.month())
        .take_while(|month| *month <= end)
        .map(day_in)
        .filter(|day| begin <= *day && *day <= end)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn revenue_of_1500_and_costs_of_3500_lose_2000() {
        let currency = Currency::parse("CNY").unwrap();
        let mut books = Books::default();
        for _ in 0..50 {
            books.add(Heading::Fees, 1000, 1);
        }
        books.add(Heading::Advertising, 100_000, 1);
        for (heading, minor) in [(Heading::Content, 200_000), (Heading::Marketing, 100_000), (Heading::Operations, 50_000)] {
            books.add(heading, minor, 1);
        }
        assert_eq!((books.revenue(), books.cost(), books.profit()), (150_000, 350_000, -200_000));
        assert_eq!(amount(books.profit(), currency), "−2,000");
        assert_eq!(amount(-123_450, currency), "−1,234.50");
        assert_eq!(books.entries, 54);
        books.take(Taker::Providers, 4_350);
        books.take(Taker::Providers, -350);
        books.take(Taker::Creators, 10_000);
        assert_eq!((books.revenue(), books.profit()), (150_000, -200_000), "the model is gross");
        assert_eq!((books.net_revenue(), books.net_profit()), (136_000, -214_000));
    }

    #[test]
    fn a_monthly_cost_counts_once_a_month_even_on_the_31st() {
        let year = Period { from: date(2026, 1, 1), to: date(2026, 4, 30) };
        let days = monthly_days(date(2025, 12, 31), None, year);
        assert_eq!(days, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]);
        assert_eq!(monthly_days(date(2026, 2, 10), Some(date(2026, 3, 10)), year), [date(2026, 2, 10), date(2026, 3, 10)]);
        assert_eq!(monthly_days(date(2026, 2, 10), Some(date(2026, 3, 9)), year), [date(2026, 2, 10)]);
        assert!(monthly_days(date(2026, 5, 1), None, year).is_empty());
        let a_week = Period { from: date(2026, 2, 20), to: date(2026, 2, 27) };
        assert!(monthly_days(date(2025, 12, 31), None, a_week).is_empty());
    }
}
