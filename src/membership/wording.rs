//! How terms are called on a page.

use crate::foundation::cadence::Cadence;
use crate::foundation::locale::{Locale, plural};
use crate::tf;

/// `一个月`, `one month`, `30 days`.
pub fn term(cadence: Cadence, locale: Locale) -> String {
    match cadence {
        Cadence::Month => crate::t!(locale, "一个月", "one month").to_owned(),
        Cadence::Year => crate::t!(locale, "一年", "one year").to_owned(),
        Cadence::Days(days) => {
            let unit = plural(i64::from(days), "day", "days");
            tf!(locale, "{days} 天", "{days} {unit}")
        }
    }
}

/// After a price: `/ 月`, `a month`, `for 30 days`.
pub fn per(cadence: Cadence, locale: Locale) -> String {
    match cadence {
        Cadence::Month => crate::t!(locale, "/ 月", "a month").to_owned(),
        Cadence::Year => crate::t!(locale, "/ 年", "a year").to_owned(),
        Cadence::Days(days) => {
            let unit = plural(i64::from(days), "day", "days");
            tf!(locale, "/ {days} 天", "for {days} {unit}")
        }
    }
}
