//! "Best first": the Wilson lower bound, so that one vote of one does not beat ninety of a hundred.

/// The lower end of the 95 % confidence interval of the share of up votes, times a million; 0 without votes.
pub fn score(up: i64, down: i64) -> i64 {
    const Z: f64 = 1.96;
    let n = (up + down) as f64;
    if n <= 0.0 {
        return 0;
    }
    let share = up as f64 / n;
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * ((share * (1.0 - share) + Z * Z / (4.0 * n)) / n).sqrt();
    let bound = (centre - spread) / (1.0 + Z * Z / n);
    (bound.max(0.0) * 1_000_000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn many_good_votes_beat_a_single_one() {
        assert!(score(90, 10) > score(1, 0));
        assert!(score(2, 0) > score(1, 0));
        assert!(score(1, 0) > score(1, 1));
        assert_eq!(score(0, 0), 0);
        assert_eq!(score(0, 5), 0);
    }

    #[test]
    fn a_hundred_of_a_hundred_is_known_to_be_at_least_96_percent() {
        assert_eq!(score(100, 0), 963_005);
    }
}
