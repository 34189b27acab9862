//! User activity: how much members do, and how many of them do anything.

use super::Metric;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::t;

pub fn metric(locale: Locale) -> Metric {
    Metric {
        slug: "activity",
        name: t!(locale, "会员活跃度", "User activity rate"),
        definition: t!(
            locale,
            "互动总数 ÷ 会员总数。互动包括发话题、回复、评分、投票和购买；会员总数只算期末前已加入且仍在的会员。",
            "Total interactions ÷ total members. Interactions are topics, replies, ratings, votes and purchases; members are those who had joined by the end of the period and are still here."
        ),
        unit: t!(locale, "每位会员的互动次数", "interactions per member"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activity {
    pub interactions: i64,
    pub members: i64,
    /// Members who were here on at least one day.
    pub active: i64,
}

impl Activity {
    /// `2.00`: a number of interactions, never a percentage.
    pub fn rate(self) -> String {
        if self.members == 0 { "—".to_owned() } else { format!("{:.2}", self.interactions as f64 / self.members as f64) }
    }

    /// The share of members who were active, 0 to 100%.
    pub fn active_share(self) -> String {
        format::percent(self.active.min(self.members), self.members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_interactions_of_five_hundred_members_are_two_each() {
        let activity = Activity { interactions: 1000, members: 500, active: 100 };
        assert_eq!(activity.rate(), "2.00");
        assert_eq!(activity.active_share(), "20.0%");
        assert_eq!(Activity::default().rate(), "—");
    }
}
