use super::*;
use crate::foundation::money::{Currency, MAX_MINOR};
use proptest::prelude::*;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).unwrap())
}

fn offer(kind: Kind, periods: Option<u16>) -> Offer {
    Offer {
        id: OfferId(1),
        name: "Spring".into(),
        code: "spring".into(),
        kind,
        of: Of::Tier(TierId(1), Vec::new()),
        periods,
        audience: Audience::Everyone,
        from: None,
        until: None,
        total_limit: None,
        person_limit: Some(1),
        archived: false,
    }
}

/// 2026-01-31T12:00:00Z.
const JANUARY: Timestamp = Timestamp(1_769_860_800_000);

fn renewing(offer: &Offer, minor: i64, every: Cadence) -> Result<Deal, Misfit> {
    offer.deal_for_term(money(minor, "CNY"), every, true, JANUARY)
}

#[test]
fn hundredths_are_rounded_to_what_can_be_paid() {
    let left = |hundredths, minor, code| offer(Kind::Percent(hundredths), None).reduced(money(minor, code)).map(|left| left.minor);
    assert_eq!(left(50, 3000, "CNY"), Some(1500));
    assert_eq!(left(33, 1000, "CNY"), Some(670));
    assert_eq!(left(50, 1, "CNY"), Some(0), "half a fen is none");
    assert_eq!(left(100, 3000, "CNY"), Some(0));
    assert_eq!(left(15, 9_999, "KWD"), Some(8_490), "cards are charged to ten fils");
    assert_eq!(left(100, MAX_MINOR, "CNY"), Some(0));
}

#[test]
fn an_amount_is_off_in_its_own_currency_alone_and_never_below_nothing() {
    let off = offer(Kind::Amount(money(500, "CNY")), None);
    assert_eq!(off.reduced(money(3000, "CNY")), Some(money(2500, "CNY")));
    assert_eq!(off.reduced(money(400, "CNY")), Some(money(0, "CNY")));
    assert_eq!(off.reduced(money(3000, "USD")), None);
}

#[test]
fn what_costs_nothing_is_given_when_it_is_one_term_and_a_trial_when_it_renews() {
    let whole = offer(Kind::Percent(100), Some(2));
    assert_eq!(whole.deal_for_term(money(3000, "CNY"), Cadence::Month, false, JANUARY), Ok(Deal::Free));
    // From 31 January to 31 March.
    assert_eq!(renewing(&whole, 3000, Cadence::Month), Ok(Deal::Trial(59)));
    assert_eq!(renewing(&whole, 3000, Cadence::Year), Err(Misfit::TooLong));
    assert_eq!(renewing(&offer(Kind::Percent(100), None), 3000, Cadence::Month), Err(Misfit::NeverCharged));
    assert_eq!(renewing(&offer(Kind::Amount(money(3000, "CNY")), None), 2999, Cadence::Month), Err(Misfit::NeverCharged));
}

#[test]
fn what_costs_something_is_cheaper_every_term_and_what_costs_nothing_is_had_as_often_as_one_may_use_it() {
    let by = |hundredths, periods, person_limit| Offer { person_limit, ..offer(Kind::Percent(hundredths), periods) };
    let price = Deal::Price(money(1500, "CNY"), None);
    assert_eq!(by(50, None, Some(1)).most(price, false), None);
    assert_eq!(by(50, Some(2), None).most(price, false), Some(2));
    for (periods, person_limit, most) in
        [(None, Some(1), 1), (None, None, 1), (None, Some(3), 3), (Some(2), Some(3), 6), (Some(2), None, 2), (Some(1), None, 1)]
    {
        assert_eq!(by(100, periods, person_limit).most(Deal::Free, false), Some(most), "{periods:?} {person_limit:?}");
    }
    assert_eq!(by(50, None, Some(1)).most(price, true), Some(1), "one agreement");
    assert_eq!(by(100, None, None).most_of_all(), Some(1), "it is for nothing else");
    assert_eq!(by(100, Some(2), Some(3)).most_of_all(), Some(6));
    assert_eq!((by(50, None, Some(1)).most_of_all(), by(50, Some(1), None).most_of_all()), (None, None));
}

#[test]
fn of_an_offer_for_every_term_what_cost_something_takes_nothing_from_what_is_free() {
    let of = |periods| offer(Kind::Amount(money(3000, "CNY")), periods);
    let (bought, given) = (Used { times: 3, free: 0 }, Used { times: 4, free: 1 });
    assert!(!of(None).is_used_up_by(bought, Deal::Free, false));
    assert!(of(None).is_used_up_by(given, Deal::Free, false), "once, all the same");
    assert!(!of(None).is_used_up_by(given, Deal::Price(money(1, "CNY"), None), false));
    assert!(of(Some(3)).is_used_up_by(bought, Deal::Free, false), "of so many terms each is one");
}

#[test]
fn several_terms_of_days_cannot_be_counted_one_and_all_can() {
    let days = Cadence::Days(30);
    assert_eq!(renewing(&offer(Kind::Percent(50), Some(3)), 3000, days), Err(Misfit::SeveralOfDays));
    assert_eq!(renewing(&offer(Kind::Percent(50), Some(1)), 3000, days), Ok(Deal::Price(money(1500, "CNY"), Some(1))));
    assert_eq!(renewing(&offer(Kind::Percent(50), None), 3000, days), Ok(Deal::Price(money(1500, "CNY"), None)));
}

#[test]
fn an_offer_is_for_its_terms_and_a_trial_for_what_renews() {
    let monthly = Offer { of: Of::Tier(TierId(1), vec![Cadence::Month]), ..offer(Kind::Percent(50), None) };
    assert_eq!(renewing(&monthly, 3000, Cadence::Year), Err(Misfit::OtherTerm));
    let trial = offer(Kind::Trial(30), None);
    assert_eq!(trial.deal_for_term(money(3000, "CNY"), Cadence::Month, false, JANUARY), Err(Misfit::OnlyRenewing));
    assert_eq!(renewing(&trial, 3000, Cadence::Month), Ok(Deal::Trial(30)));
    assert_eq!(monthly.deal_for_post(money(3000, "CNY")), Err(Misfit::OtherThing));
}

#[test]
fn cheap_terms_that_end_are_weighed_over_a_year() {
    let list = money(1000, "CNY");
    let cost = |deal| cost_of_a_year(deal, list, Cadence::Month, true);
    assert_eq!(cost(Deal::Price(money(500, "CNY"), Some(1))), 11_500);
    assert_eq!(cost(Deal::Price(money(800, "CNY"), None)), 9_600);
    assert_eq!(cost_of_a_year(Deal::Price(money(500, "CNY"), None), list, Cadence::Month, false), 500);
}

#[test]
fn terms_are_counted_from_the_first_day() {
    // 31 January, 28 February, 31 March.
    let end = after_terms(JANUARY, Cadence::Month, 2).unwrap();
    assert_eq!(end, JANUARY.plus(59 * DAY));
    let cut = CutTerms { cut: Cut { amount: money(1, "CNY"), terms: 2 }, from: None, until: Some(end) };
    assert_eq!(cut.covers(JANUARY), Some(true));
    assert_eq!(cut.covers(JANUARY.plus(28 * DAY)), Some(true));
    assert_eq!(cut.covers(end), Some(false));
    assert_eq!(after_terms(Timestamp(i64::MAX), Cadence::Month, 1), None);
}

#[test]
fn codes_are_read_as_people_type_them() {
    assert_eq!(code("  Spring-50 "), Some("spring-50".into()));
    assert_eq!(code("ＳＰＲＩＮＧ５０"), Some("spring50".into()));
    for typed in ["", "ab", "a b c", "../x", "a/b/c", "春天来了", &"x".repeat(41)] {
        assert_eq!(code(typed), None, "{typed}");
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        (1..=100i64).prop_map(Kind::Percent),
        (1..=MAX_MINOR).prop_map(|minor| Kind::Amount(money(minor, "CNY"))),
        (1..=365u16).prop_map(Kind::Trial),
    ]
}

fn cadences() -> impl Strategy<Value = Cadence> {
    prop_oneof![Just(Cadence::Month), Just(Cadence::Year), (1..=3660u16).prop_map(Cadence::Days)]
}

proptest! {
    #[test]
    fn no_offer_makes_a_price_negative_or_dearer(
        kind in kinds(), minor in 1..=MAX_MINOR, every in cadences(), periods in proptest::option::of(1..=120u16), renews: bool
    ) {
        let list = money(minor, "CNY");
        let offer = offer(kind, periods);
        match offer.deal_for_term(list, every, renews, JANUARY) {
            Ok(Deal::Price(price, first)) => {
                prop_assert!(price.minor > 0 && price.minor <= list.minor);
                prop_assert!(renews || first.is_none());
                prop_assert!(cost_of_a_year(Deal::Price(price, first), list, every, renews) > 0);
            }
            Ok(Deal::Free) => prop_assert!(!renews),
            Ok(Deal::Trial(days)) => prop_assert!(renews && (1..=365).contains(&days) ),
            Err(_) => (),
        }
    }

    #[test]
    fn nothing_typed_as_a_code_panics_or_leaves_its_alphabet(typed in ".{0,80}") {
        if let Some(code) = code(&typed) {
            prop_assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert_eq!(super::code(&code), Some(code.clone()));
        }
    }
}
