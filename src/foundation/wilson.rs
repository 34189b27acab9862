//! How good something surely is: one vote of one must not beat ninety of a hundred.

/// The lower bound of the Wilson score interval for `positive` of `n` at 95% (Wilson 1927): the share one can be fairly
/// sure of, from 0 to 1. 0 when there is nothing to judge by.
pub fn lower_bound(positive: i64, n: i64) -> f64 {
    if n <= 0 {
        return 0.0;
    }
    const Z: f64 = 1.959_963_984_540_054;
    let n = n as f64;
    let share = (positive as f64 / n).clamp(0.0, 1.0);
    let z2 = Z * Z;
    let spread = Z * ((share * (1.0 - share) + z2 / (4.0 * n)) / n).sqrt();
    ((share + z2 / (2.0 * n) - spread) / (1.0 + z2 / n)).max(0.0)
}

/// The same as a number that databases compare exactly: in millionths.
pub fn score(positive: i64, n: i64) -> i64 {
    (lower_bound(positive, n) * 1e6).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_good_votes_beat_a_single_one() {
        assert!(score(90, 100) > score(1, 1));
        assert!(score(2, 2) > score(1, 1));
        assert!(score(1, 1) > score(1, 2));
        assert!((lower_bound(90, 100) - 0.8256).abs() < 0.001, "{}", lower_bound(90, 100));
    }

    #[test]
    fn nothing_and_nothing_good_are_worth_nothing() {
        assert_eq!(score(0, 0), 0);
        assert_eq!(score(0, 5), 0);
    }

    #[test]
    fn a_hundred_of_a_hundred_is_known_to_be_at_least_96_percent() {
        // n / (n + z²)
        assert_eq!(score(100, 100), 963_007);
    }

    proptest::proptest! {
        #[test]
        fn the_bound_is_a_share_and_never_above_the_mean(n in 1i64..100_000, part in 0.0f64..=1.0) {
            let positive = (n as f64 * part) as i64;
            let bound = lower_bound(positive, n);
            proptest::prop_assert!((0.0..=1.0).contains(&bound));
            proptest::prop_assert!(bound <= positive as f64 / n as f64 + 1e-12);
        }
    }
}
