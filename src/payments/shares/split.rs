//! How an amount is split. Pure. Parts are whole minor units and sum to the amount exactly.

use crate::foundation::id::{MemberId, PostId};

/// The whole, in hundredths of a percent.
pub const WHOLE: i64 = 10_000;

/// This much of an amount, rounded down: nobody gets more than was said. Nothing of what is not there.
pub fn part(amount: i64, rate: i64) -> i64 {
    let part = i128::from(amount.max(0)) * i128::from(rate.clamp(0, WHOLE)) / i128::from(WHOLE);
    i64::try_from(part).unwrap_or(0)
}

/// An amount in proportion to weights, each rounded down; what is left over goes, a minor unit each, to those whose
/// remainder is largest, and of equal ones to the first. Nothing when there are no weights.
pub fn apportion(amount: i64, weights: &[i64]) -> Vec<i64> {
    let weight = |weight: &i64| i128::from((*weight).max(0));
    let total: i128 = weights.iter().map(weight).sum();
    if total == 0 || amount <= 0 {
        return vec![0; weights.len()];
    }
    let exact = |w: &i64| (i128::from(amount) * weight(w) / total, i128::from(amount) * weight(w) % total);
    let (mut parts, remainders): (Vec<i128>, Vec<i128>) = weights.iter().map(exact).unzip();
    let left = i128::from(amount) - parts.iter().sum::<i128>();
    let mut largest: Vec<usize> = (0..weights.len()).collect();
    largest.sort_by_key(|n| (std::cmp::Reverse(remainders.get(*n).copied()), *n));
    for n in largest.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(n) {
            *part += 1;
        }
    }
    parts.into_iter().map(|part| i64::try_from(part).unwrap_or(0)).collect()
}

/// What an order promised: a rate of its net for creators, and each one's rate of that, in the order of their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    pub sale_rate: i64,
    pub shares: Vec<(MemberId, i64)>,
}

/// One article of a bundle: what it weighs when the net is parted, and what was promised of its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub post: PostId,
    pub weight: i64,
    pub split: Split,
}

/// What an order promised of its net: of all of it, or of each article's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promised {
    Whole(Split),
    Parts(Vec<Part>),
}

/// As [`apportion`], of less than nothing as well. Some weight there has to be.
pub fn part_out(amount: i64, weights: &[i64]) -> Vec<i64> {
    match amount {
        0.. => apportion(amount, weights),
        _ => apportion(amount.saturating_neg(), weights).into_iter().map(|part| -part).collect(),
    }
}

impl Split {
    /// What each gets of this net.
    pub fn of(&self, net: i64) -> Vec<(MemberId, i64)> {
        let weights: Vec<i64> = self.shares.iter().map(|(_, rate)| *rate).collect();
        let parts = apportion(part(net, self.sale_rate), &weights);
        self.shares.iter().map(|(member, _)| *member).zip(parts).filter(|(_, minor)| *minor != 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainders() {
        assert_eq!(apportion(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(apportion(100, &[5000, 2500, 2500]), [50, 25, 25]);
        assert_eq!(apportion(5, &[6667, 3333]), [3, 2], "3.33 and 1.67");
        assert_eq!(apportion(0, &[1]), [0]);
        assert_eq!(apportion(7, &[0, 0]), [0, 0]);
        assert_eq!(apportion(7, &[]), Vec::<i64>::new());
    }

    #[test]
    fn an_order_gives_its_creators_a_rate_of_its_net() {
        let split = Split { sale_rate: 7000, shares: vec![(MemberId(1), 6667), (MemberId(2), 3333)] };
        assert_eq!(split.of(990), [(MemberId(1), 462), (MemberId(2), 231)], "693 of 990");
        assert_eq!(split.of(1), [], "less than the smallest coin");
        assert_eq!(split.of(-50), [], "creators do not pay the fees of what went back");
        assert_eq!(Split::default().of(990), []);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_amount_and_each_is_within_one_of_what_is_exact(
            amount in 0..1_000_000_000_000i64, weights in prop::collection::vec(0..10_000i64, 1..9),
        ) {
            let parts = apportion(amount, &weights);
            let total: i64 = weights.iter().sum();
            prop_assert_eq!(parts.iter().sum::<i64>(), if total == 0 { 0 } else { amount });
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(amount) * i128::from(*weight);
                let off = i128::from(*part) * i128::from(total) - exact;
                prop_assert!(off.abs() < i128::from(total.max(1)), "{} of {}", part, amount);
            }
        }

        #[test]
        fn a_debt_is_parted_to_the_cent_as_well(amount in -1_000_000_000_000..1_000_000_000_000i64, weights in prop::collection::vec(1..10_000i64, 1..9)) {
            prop_assert_eq!(part_out(amount, &weights).iter().sum::<i64>(), amount);
        }

        #[test]
        fn creators_never_get_more_than_their_part_of_what_came_in(
            net in -10_000..i64::MAX, sale_rate in 0..=WHOLE, first in 0..=WHOLE, second in 0..=WHOLE,
        ) {
            let second = second.min(WHOLE - first);
            let split = Split { sale_rate, shares: vec![(MemberId(1), first), (MemberId(2), second)] };
            let all: i128 = split.of(net).iter().map(|(_, minor)| i128::from(*minor)).sum();
            prop_assert!(all >= 0 && all * i128::from(WHOLE) <= i128::from(net.max(0)) * i128::from(sale_rate));
        }
    }
}
