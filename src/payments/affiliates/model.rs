//! What an admin decides about affiliates, what an affiliate gets of an order, and what a code looks like. Pure.

use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::id::MemberId;
use crate::foundation::locale::Words;
use crate::membership::typed::{number, some_number};
use crate::payments::model::Item;
use crate::payments::shares::service::parse_part;
use crate::payments::shares::split::{WHOLE, part};
use crate::payments::tax::rate_name;
use crate::words;

/// The most of an order's net that an affiliate gets, in hundredths of a percent: a slip of the finger gives nobody the place.
pub const MOST: i64 = 5_000;
const MAX_DAYS: i64 = 3_650;
const MAX_HOLD: i64 = 365;
/// A code is so many bytes, as hexadecimal digits.
pub const CODE_BYTES: usize = 5;

/// What holds for orders from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub running: bool,
    /// Of articles and bundles, and of memberships.
    pub sale_rate: i64,
    pub tier_rate: i64,
    /// So many days from the recommendation on everything counts; `None`: the first purchase alone.
    pub days: Option<i64>,
    /// So many days after it was paid a reward waits.
    pub hold_days: i64,
}

impl Terms {
    /// As long as nobody decided anything.
    pub const OFF: Terms = Terms { running: false, sale_rate: 0, tier_rate: 0, days: None, hold_days: 14 };

    /// A rate for creators, if it leaves as much of the net as affiliates get.
    pub fn leaves(&self, rate: i64, theirs: i64) -> std::result::Result<i64, Words> {
        let left = WHOLE - if self.running { theirs } else { 0 };
        if rate <= left {
            return Ok(rate);
        }
        let left = rate_name(left);
        Err(words!(
            "与推广奖励合计不能超过 100%，最多还能填 {left}。",
            "Together with affiliates’ rewards this may be 100% at most; up to {left} is left."
        ))
    }

    pub const fn rate(&self, item: Item) -> i64 {
        match item {
            _ if !self.running => 0,
            Item::Post(_) | Item::Bundle(_) => self.sale_rate,
            Item::Tier(..) => self.tier_rate,
            // A tip for an author buys nothing.
            Item::Author(_) => 0,
        }
    }
}

/// Terms as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub running: bool,
    pub sale_rate: String,
    pub tier_rate: String,
    /// Empty: the first purchase alone.
    pub days: String,
    pub hold_days: String,
}

impl Typed {
    /// Errors stand under the names of the fields.
    pub fn read(&self) -> Result<Terms> {
        let mut errors = FieldErrors::new();
        let sale_rate = errors.keep("sale_rate", parse_rate(&self.sale_rate));
        let tier_rate = errors.keep("tier_rate", parse_rate(&self.tier_rate));
        let days = errors.keep("days", number(&self.days, 1, MAX_DAYS));
        let hold_days = errors.keep("hold_days", some_number(&self.hold_days, 0, MAX_HOLD));
        let (Some(sale_rate), Some(tier_rate), Some(days), Some(hold_days)) = (sale_rate, tier_rate, days, hold_days) else {
            return Err(errors.into_error());
        };
        if self.running && sale_rate == 0 && tier_rate == 0 {
            errors.add("sale_rate", words!("开启前请至少填写一种奖励。", "Please give a reward for one of the two before this begins."));
            return Err(errors.into_error());
        }
        Ok(Terms { running: self.running, sale_rate, tier_rate, days, hold_days })
    }
}

fn parse_rate(typed: &str) -> std::result::Result<i64, Words> {
    let most = MOST / 100;
    parse_part(typed).ok().filter(|rate| *rate <= MOST).ok_or_else(|| {
        words!("请填写 0 到 {most} 之间的百分比，最多两位小数。", "Please give a percentage from 0 to {most}, with at most two decimals.")
    })
}

/// Whether this could be the code of a link.
pub fn is_code(text: &str) -> bool {
    text.len() == 2 * CODE_BYTES && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What an affiliate gets of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reward {
    pub affiliate: MemberId,
    /// Of its net.
    pub rate: i64,
    /// It cannot be paid out yet.
    pub waits: bool,
}

impl Reward {
    pub fn of(&self, net: i64) -> i64 {
        part(net, self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::id::PostId;
    use crate::foundation::locale::Locale;
    use crate::payments::shares::split::Split;
    use proptest::prelude::*;

    fn typed(sale: &str, tier: &str, days: &str, hold: &str) -> Typed {
        let [sale_rate, tier_rate, days, hold_days] = [sale, tier, days, hold].map(str::to_owned);
        Typed { running: true, sale_rate, tier_rate, days, hold_days }
    }

    #[test]
    fn terms_are_read_as_people_write_them() {
        let read = typed("10", "12.5%", " 90 ", "14").read().unwrap();
        assert_eq!(read, Terms { running: true, sale_rate: 1000, tier_rate: 1250, days: Some(90), hold_days: 14 });
        assert_eq!(typed("10", "0", "", "0").read().unwrap().days, None);
        for wrong in [
            typed("0", "0", "", "14"),
            typed("50.01", "0", "", "14"),
            typed("10", "", "", "14"),
            typed("10", "0", "0", "14"),
            typed("10", "0", "x", "14"),
            typed("10", "0", "", "-1"),
            typed("10", "0", "", "366"),
            typed("10", "0", "99999999999999999999", "1"),
        ] {
            assert!(wrong.read().is_err(), "{wrong:?}");
        }
        for wrong in ["150", "50.01", "abc", "-1", ""] {
            assert!(parse_rate(wrong).unwrap_err().get(Locale::En).contains("from 0 to 50,"), "{wrong}");
        }
        assert!(Typed { running: false, ..typed("0", "0", "", "14") }.read().is_ok(), "what is off may be nothing");
        assert_eq!(Terms { sale_rate: 1000, ..Terms::OFF }.rate(Item::Post(PostId(1))), 0);
    }

    #[test]
    fn a_code_is_ten_digits_and_nothing_else_is() {
        assert!(is_code("00af12bc9e"));
        for wrong in ["", "00af12bc9", "00af12bc9e0", "00AF12BC9E", "00af12bc9g", "学廊学", "00af12bc'-"] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_reward_and_the_shares_of_creators_are_never_more_than_the_net(
            net in -10_000..i64::MAX, sale_rate in 0..=WHOLE, rate in 0..=MOST, first in 0..=WHOLE,
        ) {
            let rate = rate.min(WHOLE - sale_rate);
            let split = Split { sale_rate, shares: vec![(MemberId(1), first), (MemberId(2), WHOLE - first)] };
            let shares: i128 = split.of(net).iter().map(|(_, minor)| i128::from(*minor)).sum();
            let reward = i128::from(Reward { affiliate: MemberId(3), rate, waits: false }.of(net));
            prop_assert!(reward >= 0 && shares + reward <= i128::from(net.max(0)));
        }

        #[test]
        fn nothing_typed_makes_the_parser_panic(typed in ".{0,12}") {
            let _ = (self::typed(&typed, &typed, &typed, &typed).read(), is_code(&typed));
        }
    }
}
