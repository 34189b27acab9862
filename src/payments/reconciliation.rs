//! Our payments and refunds of a day beside the lines of the provider's own book. Pure.
//!
//! A line and a row of ours are the same when they have the provider's number in common; failing that, when the line names
//! our reference and the row has no line yet. Lines that are not ours (other products on the same account) are only
//! counted. Payouts and disputes are not compared.

use crate::foundation::money::{Currency, Money};
use crate::providers::facts::{Movement, MovementKind};
use std::collections::{HashMap, VecDeque};

/// A payment or a refund as we know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    pub kind: MovementKind,
    /// The provider's, once it is known.
    pub number: Option<String>,
    pub reference: Option<String>,
    /// Negative for a refund.
    pub amount: Money,
    /// What the provider kept, negative when it gave back; `None`: not known.
    pub fee: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The provider has it, we do not.
    MissingHere,
    /// We have it, the provider does not.
    MissingThere,
    Differs,
}

impl Kind {
    /// As stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::MissingHere => "here",
            Kind::MissingThere => "there",
            Kind::Differs => "differs",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        [Kind::MissingHere, Kind::MissingThere, Kind::Differs].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a finding's two figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Amount,
    Fee,
}

impl About {
    pub const fn as_str(self) -> &'static str {
        match self {
            About::Amount => "amount",
            About::Fee => "fee",
        }
    }

    pub fn parse(text: &str) -> Option<About> {
        [About::Amount, About::Fee].into_iter().find(|about| about.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    pub about: About,
    pub number: String,
    pub currency: Currency,
    pub ours: Option<i64>,
    pub theirs: Option<i64>,
}

/// A fee that only the provider's book tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    pub kind: MovementKind,
    /// The provider's number of the payment or refund.
    pub number: String,
    /// Our reference of a refund: we may not know the provider's number yet.
    pub reference: Option<String>,
    pub minor: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub matched: i64,
    /// Lines that are not ours.
    pub foreign: i64,
    pub findings: Vec<Finding>,
    pub fees: Vec<Fee>,
}

/// Compares. `today`: our rows of the day. `other_days`: rows of other days that lines of this day are about; they are not
/// missed when they have no line. `is_ours`: whether what a line names is known to us.
pub fn compare(today: &[Ours], other_days: &[Ours], lines: &[Movement], is_ours: impl Fn(&Movement) -> bool) -> Comparison {
    let rows: Vec<&Ours> = today.iter().chain(other_days).collect();
    let lines: Vec<&Movement> = lines.iter().filter(|line| matches!(line.kind, MovementKind::Payment | MovementKind::Refund)).collect();
    let mut line_of: Vec<Option<usize>> = vec![None; rows.len()];
    let mut taken = vec![false; lines.len()];
    pair(&rows, &lines, &mut line_of, &mut taken, (|row| row.number.as_deref(), |line| Some(line.number.as_str())));
    pair(&rows, &lines, &mut line_of, &mut taken, (|row| row.reference.as_deref(), |line| line.reference.as_deref()));
    let mut found = Comparison::default();
    for (n, row) in rows.iter().enumerate() {
        match line_of.get(n).copied().flatten().and_then(|at| lines.get(at)) {
            Some(line) => weigh(row, line, &mut found),
            None if n < today.len() => found.findings.push(Finding {
                kind: Kind::MissingThere,
                about: About::Amount,
                number: row.number.clone().or_else(|| row.reference.clone()).unwrap_or_default(),
                currency: row.amount.currency,
                ours: Some(row.amount.minor),
                theirs: None,
            }),
            None => (),
        }
    }
    for (line, _) in lines.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        if !is_ours(line) {
            found.foreign += 1;
            continue;
        }
        found.findings.push(Finding {
            kind: Kind::MissingHere,
            about: About::Amount,
            number: line.number.clone(),
            currency: line.gross.currency,
            ours: None,
            theirs: Some(line.gross.minor),
        });
    }
    found
}

/// What a row and a line may have in common: a way to read it off each.
type Key<'a> = (fn(&'a Ours) -> Option<&'a str>, fn(&'a Movement) -> Option<&'a str>);

/// Gives each row without a line the first free line of its kind and key.
fn pair<'a>(rows: &[&'a Ours], lines: &[&'a Movement], line_of: &mut [Option<usize>], taken: &mut [bool], (of_row, of_line): Key<'a>) {
    let mut free: HashMap<(bool, &str), VecDeque<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate().filter(|(at, _)| taken.get(*at) == Some(&false)) {
        if let Some(key) = of_line(line) {
            free.entry((line.kind == MovementKind::Refund, key)).or_default().push_back(at);
        }
    }
    for (row, mine) in rows.iter().zip(line_of.iter_mut()).filter(|(_, mine)| mine.is_none()) {
        let Some(key) = of_row(row) else { continue };
        let found = free.get_mut(&(row.kind == MovementKind::Refund, key)).and_then(VecDeque::pop_front);
        if let Some(taken) = found.and_then(|at| taken.get_mut(at)) {
            *taken = true;
            *mine = found;
        }
    }
}

/// A row and its line.
fn weigh(row: &Ours, line: &Movement, found: &mut Comparison) {
    // Paid in one currency and credited in another, and the provider does not say what was paid: the figures say nothing about
    // each other.
    if row.amount.currency != line.gross.currency {
        found.matched += 1;
        return;
    }
    let mut differs = |about, ours, theirs| {
        let (number, currency) = (line.number.clone(), line.gross.currency);
        found.findings.push(Finding { kind: Kind::Differs, about, number, currency, ours: Some(ours), theirs: Some(theirs) });
    };
    let same_amount = row.amount.minor == line.gross.minor;
    if !same_amount {
        differs(About::Amount, row.amount.minor, line.gross.minor);
    }
    let same_fee = match row.fee {
        Some(fee) if fee != line.fee.minor => {
            differs(About::Fee, fee, line.fee.minor);
            false
        }
        Some(_) => true,
        None => {
            // A refund keeps no fee; only what came back of one is of interest.
            if same_amount && (row.kind == MovementKind::Payment || line.fee.minor < 0) {
                let reference = row.reference.clone().filter(|_| row.kind == MovementKind::Refund);
                found.fees.push(Fee { kind: row.kind, number: line.number.clone(), reference, minor: line.fee.minor });
            }
            true
        }
    };
    if same_amount && same_fee {
        found.matched += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::time::Timestamp;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::parse("CNY").unwrap())
    }

    fn ours(number: &str, minor: i64, fee: Option<i64>) -> Ours {
        let kind = if minor < 0 { MovementKind::Refund } else { MovementKind::Payment };
        Ours { kind, number: Some(number.into()), reference: Some(format!("ref-{number}")), amount: cny(minor), fee }
    }

    fn line(number: &str, minor: i64, fee: i64) -> Movement {
        let kind = if minor < 0 { MovementKind::Refund } else { MovementKind::Payment };
        Movement {
            number: number.into(),
            kind,
            reference: None,
            of: None,
            customer: None,
            gross: cny(minor),
            fee: cny(fee),
            at: Timestamp(0),
        }
    }

    #[test]
    fn what_both_have_alike_is_matched_and_a_fee_we_did_not_know_is_learnt() {
        let found = compare(&[ours("a", 3000, None), ours("b", -500, None)], &[], &[line("b", -500, -3), line("a", 3000, 18)], |_| false);
        assert_eq!((found.matched, found.foreign, found.findings.len()), (2, 0, 0));
        let fee = |kind, number: &str, reference: Option<&str>, minor| Fee {
            kind,
            number: number.into(),
            reference: reference.map(Into::into),
            minor,
        };
        assert_eq!(found.fees, [fee(MovementKind::Payment, "a", None, 18), fee(MovementKind::Refund, "b", Some("ref-b"), -3)]);
    }

    #[test]
    fn what_only_one_has_is_missing_with_the_other_and_what_is_foreign_is_counted() {
        let named = Movement { reference: Some("ref-of-ours".into()), ..line("there", 700, 4) };
        let elsewhere = Movement { reference: Some("another-shop".into()), ..line("x", 1, 0) };
        let found = compare(&[ours("here", 3000, Some(0))], &[], &[named, elsewhere, line("y", 2, 0)], |line| {
            line.reference.as_deref() == Some("ref-of-ours")
        });
        assert_eq!((found.matched, found.foreign), (0, 2));
        let told: Vec<_> = found.findings.iter().map(|f| (f.kind, f.number.as_str(), f.ours, f.theirs)).collect();
        assert_eq!(told, [(Kind::MissingThere, "here", Some(3000), None), (Kind::MissingHere, "there", None, Some(700))]);
    }

    #[test]
    fn another_amount_or_fee_differs_and_teaches_no_fee() {
        let found = compare(&[ours("a", 3000, Some(10)), ours("b", 100, None)], &[], &[line("a", 3000, 12), line("b", 101, 1)], |_| true);
        assert_eq!((found.matched, found.fees.len()), (0, 0));
        let told: Vec<_> = found.findings.iter().map(|f| (f.about, f.ours, f.theirs)).collect();
        assert_eq!(told, [(About::Fee, Some(10), Some(12)), (About::Amount, Some(100), Some(101))]);
    }

    #[test]
    fn a_second_payment_of_one_checkout_is_missing_here_though_it_names_our_reference() {
        let both = ["a", "second"].map(|number| Movement { reference: Some("ref-a".into()), ..line(number, 3000, 0) });
        let found = compare(&[ours("a", 3000, Some(0))], &[], &both, |_| true);
        assert_eq!((found.matched, found.findings.len()), (1, 1));
        assert_eq!((found.findings[0].kind, found.findings[0].number.as_str()), (Kind::MissingHere, "second"));
    }

    #[test]
    fn a_row_without_a_number_is_found_by_its_reference() {
        let asked = Ours { number: None, reference: Some("r".into()), ..ours("", -200, None) };
        let told = Movement { reference: Some("r".into()), ..line("re_1", -200, 0) };
        assert_eq!(compare(&[asked], &[], &[told], |_| true).matched, 1);
    }

    #[test]
    fn rows_of_other_days_are_matched_but_never_missed_and_other_currencies_and_payouts_are_let_be() {
        let other = [ours("late", 100, Some(0)), ours("not-today", 100, Some(0))];
        let usd = Money::new(15, Currency::parse("USD").unwrap());
        let credited = Movement { gross: usd, fee: usd, ..line("a", 0, 0) };
        let payout = Movement { kind: MovementKind::Payout, ..line("po", 1, 0) };
        let found = compare(&[ours("a", 100, None)], &other, &[line("late", 100, 0), credited, payout], |_| true);
        assert_eq!((found.matched, found.foreign, found.findings.len(), found.fees.len()), (2, 0, 0, 0));
    }
}
