//! What can be taken back of what was bought, and until when. Pure.
//!
//! A rule is promised when an order is begun, and holds for it. Days are calendar days of the site: three days are the day
//! it was paid and three whole days more, as the law counts them (Regulation 1182/71).

use super::model::{Item, Payment};
use crate::foundation::format;
use crate::foundation::time::{DAY, Timestamp};
use crate::membership::terms::Counted;
use crate::providers::facts::DisputeState;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use std::fmt;

/// The days in which a consumer may withdraw from a contract made at a distance (Directive 2011/83/EU, article 9).
pub const WITHDRAWAL_DAYS: u16 = 14;
/// No rule gives longer.
pub const MOST_DAYS: u16 = 365;

/// What is promised of taking something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    None,
    /// All of it, without a reason, within so many days.
    Days(u16),
    /// All of it within 14 days. `waiver`: before paying, the buyer asks for access at once and confirms that the right
    /// ends when they open what they bought.
    Withdrawal {
        waiver: bool,
    },
    /// At any time, the days of the term that were not begun.
    ProRata,
}

/// As stored: `days:3`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::None => f.write_str("none"),
            Rule::Days(days) => write!(f, "days:{days}"),
            Rule::Withdrawal { waiver: false } => f.write_str("withdrawal"),
            Rule::Withdrawal { waiver: true } => f.write_str("withdrawal:waiver"),
            Rule::ProRata => f.write_str("pro-rata"),
        }
    }
}

impl Rule {
    pub fn parse(text: &str) -> Option<Rule> {
        Some(match text {
            "none" => Rule::None,
            "withdrawal" => Rule::Withdrawal { waiver: false },
            "withdrawal:waiver" => Rule::Withdrawal { waiver: true },
            "pro-rata" => Rule::ProRata,
            other => {
                let days = other.strip_prefix("days:")?.parse().ok()?;
                (1..=MOST_DAYS).contains(&days).then_some(Rule::Days(days))?
            }
        })
    }

    /// Whether it can be promised of such a thing: an article has no days that could be left.
    pub const fn fits(self, item: Item) -> bool {
        !matches!(self, Rule::ProRata) || matches!(item, Item::Tier(..))
    }
}

/// What was promised of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    pub rule: Rule,
    /// When the buyer asked for access at once, knowing what that ends.
    pub waived_at: Option<Timestamp>,
    /// When something it opens was first served whole to the buyer after that.
    pub opened_at: Option<Timestamp>,
}

impl Promise {
    pub const fn new(rule: Rule) -> Promise {
        Promise { rule, waived_at: None, opened_at: None }
    }

    /// The buyer has to confirm something before paying.
    pub const fn wants_waiver(&self) -> bool {
        matches!(self.rule, Rule::Withdrawal { waiver: true }) && self.waived_at.is_none()
    }
}

/// What goes back when it is asked for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// More than nothing, and never more than is left of the payment.
    pub minor: i64,
    /// The first instant at which it is too late.
    pub until: Timestamp,
}

/// What the days of a term that were not begun cost, rounded up to a minor unit: in the buyer's favour. All of it before one is.
fn unused(term: &Counted, minor: i64) -> i64 {
    if term.used == 0 {
        return minor;
    }
    // It may be some hours longer or shorter than its days, where clocks are put forward and back.
    let days = ((term.whole + DAY / 2) / DAY).max(1);
    let left = (term.left() / DAY).min(days);
    let share = (i128::from(minor) * i128::from(left) + i128::from(days) - 1) / i128::from(days);
    i64::try_from(share).unwrap_or(minor)
}

/// `term`: what the order opens, where that ends.
pub fn gives(promise: &Promise, payment: &Payment, term: Option<Counted>, now: Timestamp, zone: &TimeZone) -> Option<Given> {
    let left = payment.refundable();
    let contested = payment.disputes.iter().any(|dispute| dispute.state == DisputeState::Open);
    if left == 0 || contested {
        return None;
    }
    let within = |days: u16| {
        let until = end_of(payment.paid_at, days, zone);
        (now < until).then_some(Given { minor: left, until })
    };
    match promise.rule {
        Rule::None => None,
        Rule::Days(days) => within(days),
        Rule::Withdrawal { .. } if promise.waived_at.is_some() && promise.opened_at.is_some() => None,
        Rule::Withdrawal { .. } => within(WITHDRAWAL_DAYS),
        Rule::ProRata => {
            let term = term?;
            // What went back, or is on its way, is part of what is due.
            let minor = (unused(&term, payment.amount.minor) - (payment.amount.minor - left)).clamp(0, left);
            (minor > 0).then_some(Given { minor, until: term.until })
        }
    }
}

/// When so many days after an instant are over.
fn end_of(at: Timestamp, days: u16, zone: &TimeZone) -> Timestamp {
    let day = format::day(at, zone).saturating_add((i64::from(days) + 1).days());
    format::start_of_day(day, zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::id::PaymentId;
    use crate::foundation::money::{Currency, Money};
    use crate::payments::model::{Dispute, GivingBack, Refund};
    use crate::providers::Provider;
    use crate::providers::facts::RefundState;
    use proptest::prelude::*;

    /// 15 March 2026, 12:00 UTC.
    const PAID: Timestamp = Timestamp(1_773_576_000_000);

    /// Thirty days from then on.
    fn thirty(now: Timestamp) -> Option<Counted> {
        Some(Counted::of((PAID, PAID.plus(30 * DAY)), &[], now))
    }

    fn payment(minor: i64, refunds: &[(i64, GivingBack)]) -> Payment {
        let refund = |(id, (minor, state)): (i64, &(i64, GivingBack))| Refund {
            id,
            reference: None,
            minor: *minor,
            fee_returned: 0,
            by_itself: false,
            state: *state,
            reason: String::new(),
            at: PAID,
        };
        Payment {
            id: PaymentId(1),
            provider: Provider::Test,
            number: "p".into(),
            amount: Money::new(minor, Currency::parse("CNY").unwrap()),
            fee: None,
            surplus: false,
            paid_at: PAID,
            term: None,
            needless: false,
            refunds: (1i64..).zip(refunds).map(refund).collect(),
            disputes: Vec::new(),
        }
    }

    fn back(rule: Rule, now: Timestamp) -> Option<i64> {
        gives(&Promise::new(rule), &payment(900, &[]), thirty(now), now, &TimeZone::UTC).map(|given| given.minor)
    }

    #[test]
    fn rules_are_read_as_they_are_written() {
        for text in ["none", "days:3", "days:365", "withdrawal", "withdrawal:waiver", "pro-rata"] {
            assert_eq!(Rule::parse(text).map(|rule| rule.to_string()).as_deref(), Some(text));
        }
        for wrong in ["", "days:0", "days:366", "days:-1", "days:", "withdrawal:", "all"] {
            assert_eq!(Rule::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn three_days_are_the_day_it_was_paid_and_three_whole_ones_more_where_the_site_is() {
        let last = Timestamp(1_773_576_000_000 + 3 * DAY + DAY / 2);
        assert_eq!(back(Rule::Days(3), last.plus(-1)), Some(900));
        assert_eq!(back(Rule::Days(3), last), None);
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let given = gives(&Promise::new(Rule::Days(3)), &payment(900, &[]), None, PAID, &zone).unwrap();
        assert_eq!((given.until, given.minor), (last.plus(-8 * 3_600_000), 900));
        assert_eq!(back(Rule::None, PAID), None);
    }

    #[test]
    fn the_right_to_withdraw_lasts_14_days_and_ends_early_once_waived_and_opened() {
        let waived = Promise { waived_at: Some(PAID), ..Promise::new(Rule::Withdrawal { waiver: true }) };
        let opened = Promise { opened_at: Some(PAID.plus(1)), ..waived };
        let back = |promise: &Promise, now| gives(promise, &payment(900, &[]), None, now, &TimeZone::UTC).map(|given| given.minor);
        assert_eq!(back(&waived, PAID.plus(14 * DAY)), Some(900));
        assert_eq!(back(&waived, PAID.plus(15 * DAY)), None);
        assert_eq!(back(&opened, PAID.plus(DAY)), None);
        assert_eq!(back(&Promise { waived_at: None, ..opened }, PAID.plus(DAY)), Some(900), "nobody was told that it would end");
        assert!(Promise::new(Rule::Withdrawal { waiver: true }).wants_waiver() && !waived.wants_waiver());
    }

    #[test]
    fn days_that_were_not_begun_go_back_rounded_in_the_buyers_favour() {
        assert_eq!(back(Rule::ProRata, PAID.plus(-DAY)), Some(900), "before the term begins, all of it");
        assert_eq!(back(Rule::ProRata, PAID.plus(1)), Some(870), "a day that is begun is used");
        assert_eq!(back(Rule::ProRata, PAID.plus(10 * DAY)), Some(600));
        assert_eq!(back(Rule::ProRata, PAID.plus(29 * DAY + 1)), None);
        assert_eq!(back(Rule::ProRata, PAID.plus(30 * DAY)), None);
        let tenth = PAID.plus(10 * DAY);
        let odd = gives(&Promise::new(Rule::ProRata), &payment(1000, &[]), thirty(tenth), tenth, &TimeZone::UTC);
        assert_eq!(odd.map(|given| given.minor), Some(667), "666.67");
        let endless = gives(&Promise::new(Rule::ProRata), &payment(900, &[]), None, PAID, &TimeZone::UTC);
        assert_eq!(endless, None, "what does not end has no days left");
        // Paused for ten days after five: it lies over forty, and has thirty.
        let pause = [(PAID.plus(5 * DAY), PAID.plus(15 * DAY))];
        let paused = |day: i64| unused(&Counted::of((PAID, PAID.plus(40 * DAY)), &pause, PAID.plus(day * DAY)), 900);
        assert_eq!([5, 10, 15, 25, 40].map(paused), [750, 750, 750, 450, 0]);
    }

    #[test]
    fn what_went_back_already_is_subtracted_and_a_dispute_holds_it() {
        let went = (400, GivingBack::Told(RefundState::Succeeded));
        let now = PAID.plus(10 * DAY);
        let back = |rule, payment: &Payment| gives(&Promise::new(rule), payment, thirty(now), now, &TimeZone::UTC).map(|g| g.minor);
        assert_eq!(back(Rule::Days(30), &payment(900, &[went])), Some(500));
        assert_eq!(back(Rule::ProRata, &payment(900, &[went])), Some(200));
        assert_eq!(back(Rule::ProRata, &payment(900, &[(600, GivingBack::Asked)])), None);
        let mut contested = payment(900, &[]);
        contested.disputes.push(Dispute { id: 1, minor: 100, fee: 0, state: DisputeState::Open, at: PAID });
        assert_eq!(back(Rule::Days(30), &contested), None);
    }

    fn state() -> impl Strategy<Value = GivingBack> {
        let told = [RefundState::Pending, RefundState::Succeeded, RefundState::Failed].map(GivingBack::Told);
        prop::sample::select([told.to_vec(), vec![GivingBack::Asked]].concat())
    }

    fn rule() -> impl Strategy<Value = Rule> {
        prop_oneof![
            Just(Rule::None),
            (1..=MOST_DAYS).prop_map(Rule::Days),
            any::<bool>().prop_map(|waiver| Rule::Withdrawal { waiver }),
            Just(Rule::ProRata),
        ]
    }

    proptest! {
        #[test]
        fn no_history_gives_a_refund_above_what_was_paid(
            minor in 1..1_000_000i64,
            asked in prop::collection::vec((1..500_000i64, state()), 0..5),
            rules in prop::collection::vec((rule(), 0..500i64), 1..6),
            days in 1..400i64,
        ) {
            let mut payment = payment(minor, &[]);
            for (n, (part, state)) in (1i64..).zip(asked) {
                // As an admin, or a provider, gives back: no more than is left.
                let part = part.min(payment.refundable());
                if part > 0 {
                    payment.refunds.push(Refund { id: n, reference: None, minor: part, fee_returned: 0, by_itself: false, state, reason: String::new(), at: PAID });
                }
            }
            for (n, (rule, day)) in (10i64..).zip(rules) {
                let (left, now) = (payment.refundable(), PAID.plus(day * DAY));
                let term = Some(Counted::of((PAID, PAID.plus(days * DAY)), &[], now));
                let Some(given) = gives(&Promise::new(rule), &payment, term, now, &TimeZone::UTC) else { continue };
                prop_assert!(given.minor > 0 && given.minor <= left);
                let state = GivingBack::Told(RefundState::Succeeded);
                payment.refunds.push(Refund { id: n, reference: None, minor: given.minor, fee_returned: 0, by_itself: false, state, reason: String::new(), at: PAID });
                prop_assert!(payment.gone() <= payment.amount.minor);
            }
        }

        #[test]
        fn the_longer_one_waits_the_less_goes_back(minor in 1..1_000_000i64, days in 1..400i64, early in 0..400i64, later in 0..400i64) {
            let back = |day: i64| unused(&Counted::of((PAID, PAID.plus(days * DAY)), &[], PAID.plus(day * DAY)), minor);
            prop_assert!(back(early) >= back(early + later));
            prop_assert!(back(early) <= minor);
        }
    }
}
