//! Content quality: how many ratings are good ones, and which articles are surely good.

use super::Metric;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::t;

pub fn metric(locale: Locale) -> Metric {
    Metric {
        slug: "quality",
        name: t!(locale, "内容质量分", "Content quality score"),
        definition: t!(
            locale,
            "好评数 ÷ 评分总数，4 星和 5 星算好评。文章按威尔逊区间的下界排序，只有一个好评的不会排到最前。",
            "Positive ratings ÷ all ratings. Four and five stars are positive. Lists sort by the Wilson lower bound, so that one good rating alone does not win."
        ),
        unit: t!(locale, "好评率", "share of positive ratings"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    pub ratings: i64,
    pub positive: i64,
}

impl Quality {
    pub fn score(self) -> String {
        format::percent(self.positive, self.ratings)
    }
}

/// The Wilson score interval's lower bound for `positive` of `n`, at 95% (Wilson 1927): the share we can be fairly sure of.
/// 0 when there is nothing to judge by.
pub fn wilson(positive: i64, n: i64) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_of_three_hundred_are_two_thirds() {
        assert_eq!(Quality { ratings: 300, positive: 200 }.score(), "66.7%");
        assert_eq!(Quality::default().score(), "—");
    }

    #[test]
    fn one_of_one_does_not_beat_ninety_of_a_hundred() {
        assert!(wilson(1, 1) < wilson(90, 100));
        assert!((wilson(90, 100) - 0.8256).abs() < 0.001, "{}", wilson(90, 100));
        assert_eq!(wilson(0, 0), 0.0);
        assert!(wilson(0, 10).abs() < 1e-9);
    }

    proptest::proptest! {
        #[test]
        fn the_bound_is_a_share_and_never_above_the_mean(n in 1i64..100_000, part in 0.0f64..=1.0) {
            let positive = (n as f64 * part) as i64;
            let bound = wilson(positive, n);
            proptest::prop_assert!((0.0..=1.0).contains(&bound));
            proptest::prop_assert!(bound <= positive as f64 / n as f64 + 1e-12);
        }
    }
}
