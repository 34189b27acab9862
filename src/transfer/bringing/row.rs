//! One line of the file, understood.

use super::columns::{COLUMNS, Column, Columns};
use super::reason::Reason;
use crate::foundation::format;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::members::labels;
use crate::members::service::parse_email;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Cells of broken lines are kept no longer than this.
const MAX_KEPT: usize = 300;
const MAX_NAME: usize = 60;
const MAX_NOTE: usize = 2_000;
/// One member is named with no more tiers.
const MAX_TIERS: usize = 10;

/// Somebody as a line names them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Brought {
    pub email: String,
    pub name: String,
    pub note: String,
    pub labels: Vec<String>,
    /// The names of tiers, as they stand there.
    pub tiers: Vec<String>,
    /// They have it without paying.
    pub complimentary: bool,
    pub until: Option<i64>,
    pub customer: String,
    pub subscription: String,
    pub joined_at: Option<i64>,
    /// They do not want mail.
    pub unsubscribed: bool,
}

impl Brought {
    /// It names something at Stripe.
    pub fn pays(&self) -> bool {
        !self.customer.is_empty() || !self.subscription.is_empty()
    }

    /// It is to get a tier without paying: it says so, or names one with a day or without anything that is paid.
    pub fn is_given(&self) -> bool {
        self.complimentary || !self.tiers.is_empty() && (self.until.is_some() || !self.pays())
    }
}

/// What is kept of a broken line: the cells that we read.
pub fn kept(cells: &[String], columns: &Columns) -> Vec<String> {
    let all: [Column; COLUMNS] = [
        Column::Email,
        Column::Name,
        Column::Note,
        Column::Subscribed,
        Column::Complimentary,
        Column::Customer,
        Column::Subscription,
        Column::Created,
        Column::Deleted,
        Column::Labels,
        Column::Tiers,
        Column::Until,
    ];
    all.map(|column| columns.cell(cells, column).chars().take(MAX_KEPT).collect()).into()
}

pub fn read(cells: &[String], columns: &Columns, zone: &TimeZone) -> Result<Brought, Reason> {
    let cell = |column| columns.cell(cells, column);
    if cells.iter().any(|cell| cell.contains('\u{fffd}')) {
        return Err(Reason::Letters);
    }
    let email = parse_email(&cell(Column::Email)).map_err(|_| Reason::Email)?;
    if !cell(Column::Deleted).is_empty() {
        return Err(Reason::Left);
    }
    let date = |column| match cell(column) {
        text if text.is_empty() => Ok(None),
        text => instant(&text, zone).map(Some).ok_or(Reason::Date),
    };
    let tiers = text::line(&cell(Column::Tiers));
    let tiers = tiers.split([',', '，', ';']).map(text::line).filter(|name| !name.is_empty()).take(MAX_TIERS);
    let (tiers, days): (Vec<String>, Vec<String>) = tiers.map(|name| with_its_day(&name)).unzip();
    let until = match (cell(Column::Until), days.first()) {
        (text, Some(day)) if text.is_empty() && days.iter().all(|other| other == day) => day.clone(),
        // Rather none than one of them longer or shorter than it was held.
        (text, Some(_)) if text.is_empty() => return Err(Reason::Days),
        (text, _) => text,
    };
    let until = match until {
        text if text.is_empty() => None,
        // A day is the last one.
        text => Some(match text.parse::<Date>() {
            Ok(day) => sane(format::start_of_day(day.saturating_add(1.day()), zone)).ok_or(Reason::Date)?,
            Err(_) => instant(&text, zone).ok_or(Reason::Date)?,
        }),
    };
    Ok(Brought {
        email,
        name: cell(Column::Name).chars().take(MAX_NAME).collect::<String>().trim().to_owned(),
        note: cell(Column::Note).chars().take(MAX_NOTE).collect(),
        labels: labels::several(&cell(Column::Labels)),
        tiers: tiers.into_iter().map(|name| name.chars().take(100).collect()).collect(),
        complimentary: yes(&cell(Column::Complimentary)),
        until: until.map(|at| at.0),
        customer: number(&cell(Column::Customer), "cus_")?,
        subscription: number(&cell(Column::Subscription), "sub_")?,
        joined_at: date(Column::Created)?.map(|at: Timestamp| at.0),
        unsubscribed: columns.has(Column::Subscribed) && !yes(&cell(Column::Subscribed)),
    })
}

/// `Gold (until 2027-01-31)` or `Gold（到 2027-01-31）`, as our own file of members has it: the tier, and its last day if there is one.
fn with_its_day(name: &str) -> (String, String) {
    let within = |end: char, begin: &str| name.strip_suffix(end).and_then(|name| name.rsplit_once(begin));
    let day = within(')', " (until ").or_else(|| within('）', "（到 "));
    match day {
        Some((tier, day)) if day.parse::<Date>().is_ok() => (tier.to_owned(), day.to_owned()),
        _ => (name.to_owned(), String::new()),
    }
}

fn yes(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "true" | "yes" | "1" | "on" | "y" | "是" | "x")
}

/// A number of Stripe's, or nothing. Ghost writes `auto` where it makes a customer itself.
fn number(cell: &str, prefix: &str) -> Result<String, Reason> {
    if cell.is_empty() || cell == "auto" {
        return Ok(String::new());
    }
    let fits = cell.len() <= 255 && cell.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if fits && cell.starts_with(prefix) { Ok(cell.to_owned()) } else { Err(Reason::Stripe) }
}

/// Years that people live in: everything after is laid by the calendar.
fn sane(at: Timestamp) -> Option<Timestamp> {
    (0..253_402_300_800_000).contains(&at.0).then_some(at)
}

/// `2026-01-31T09:30:00.000Z`, `2026-01-31 09:30:00`, `2026-01-31`, `2026/1/31`.
fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return sane(Timestamp(at.as_millisecond()));
    }
    if let Ok(at) = text.parse::<DateTime>() {
        return sane(Timestamp(at.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()));
    }
    let day = Date::strptime("%Y/%m/%d", text).ok()?;
    sane(format::start_of_day(day, zone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GHOST: &str = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers";

    fn of(heading: &str, line: &str) -> Result<Brought, Reason> {
        let split = |text: &str| text.split(';').flat_map(|part| part.split(',')).map(str::to_owned).collect::<Vec<_>>();
        read(&split(line), &Columns::find(&split(heading)).unwrap(), &TimeZone::UTC)
    }

    #[test]
    fn a_line_of_ghosts_is_understood() {
        let line = "65f,Ann@Example.ORG, Ann\u{202e} Lee\r\nBcc: x,,false,true,cus_A1,2024-03-01T09:30:00.000Z,,VIP,Gold";
        let ann = of(GHOST, line).unwrap();
        assert_eq!((ann.email.as_str(), ann.name.as_str()), ("ann@example.org", "Ann Lee Bcc: x"));
        assert!(ann.complimentary && ann.unsubscribed && ann.is_given() && ann.pays());
        assert_eq!((ann.customer.as_str(), ann.labels, ann.tiers), ("cus_A1", vec!["VIP".to_owned()], vec!["Gold".to_owned()]));
        assert_eq!(ann.joined_at, Some(1_709_285_400_000));
    }

    #[test]
    fn what_is_wrong_with_a_line_has_its_reason() {
        let line = |email: &str, customer: &str, created: &str, deleted: &str| {
            of(GHOST, &format!("1,{email},x,,true,,{customer},{created},{deleted},,"))
        };
        assert_eq!(line("nobody", "", "", ""), Err(Reason::Email));
        assert_eq!(line("a\u{fffd}@example.org", "", "", ""), Err(Reason::Letters));
        assert_eq!(line("a@example.org", "=HYPERLINK(1)", "", ""), Err(Reason::Stripe));
        assert_eq!(line("a@example.org", "", "yesterday", ""), Err(Reason::Date));
        assert_eq!(line("a@example.org", "", "", "2024-03-01"), Err(Reason::Left));
        assert_eq!(line("a@example.org", "auto", "", "").map(|one| one.pays()), Ok(false));
    }

    #[test]
    fn a_day_is_the_last_one_and_a_tier_with_a_day_is_given() {
        let one = of("email,tier,until,stripe_customer_id", "a@example.org,Gold,2027-01-31,cus_1").unwrap();
        assert_eq!(one.until, Some(1_801_440_000_000), "the first instant of February");
        assert!(one.is_given());
        let paying = of("email,tier,until,stripe_customer_id", "a@example.org,Gold,,cus_1").unwrap();
        assert!(!paying.is_given(), "what is paid is taken over, not given");
        assert!(of("email,tier", "a@example.org,Gold").unwrap().is_given());
        assert!(!of("email,tier", "a@example.org,").unwrap().is_given());
    }

    #[test]
    fn our_own_file_of_members_says_until_when_each_tier_is_held() {
        let one = of("email,held", "a@example.org,Gold (until 2027-01-31)").unwrap();
        assert_eq!((one.tiers, one.until), (vec!["Gold".to_owned()], Some(1_801_440_000_000)));
        let in_chinese = of("邮箱,会员等级", "a@example.org,Gold（到 2027-01-31）").unwrap();
        assert_eq!((in_chinese.tiers, in_chinese.until), (vec!["Gold".to_owned()], Some(1_801_440_000_000)));
        let for_good = of("email,held", "a@example.org,Gold (old)").unwrap();
        assert_eq!((for_good.tiers, for_good.until), (vec!["Gold (old)".to_owned()], None));
        let several = |held: &str| {
            let split = |text: &str| text.split(';').map(str::to_owned).collect::<Vec<_>>();
            read(&split(&format!("a@example.org;{held}")), &Columns::find(&split("email;held")).unwrap(), &TimeZone::UTC)
        };
        let same = several("Gold (until 2027-01-31), Silver (until 2027-01-31)").unwrap();
        assert_eq!((same.tiers.len(), same.until), (2, Some(1_801_440_000_000)));
        assert_eq!(several("Gold (until 2027-01-31), Silver").map(|one| one.until), Err(Reason::Days));
    }

    proptest! {
        #[test]
        fn no_line_panics(cells in proptest::collection::vec(".{0,40}", 11)) {
            let columns = Columns::find(&GHOST.split(',').map(str::to_owned).collect::<Vec<_>>()).unwrap();
            let _read = read(&cells, &columns, &TimeZone::UTC);
            let _when = instant(cells.first().unwrap(), &TimeZone::UTC);
        }
    }
}
