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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_of_three_hundred_are_two_thirds() {
        assert_eq!(Quality { ratings: 300, positive: 200 }.score(), "66.7%");
        assert_eq!(Quality::default().score(), "—");
    }
}
