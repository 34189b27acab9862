//! Who is meant: the filter of the list of members, as it stands in an address.

use crate::foundation::error::{AppError, FieldErrors};
use crate::foundation::id::TierId;
use crate::foundation::locale::{Locale, Words};
use crate::foundation::text;
use crate::members::labels;
use crate::{t, words};
use jiff::civil::Date;

/// How a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A tier is open that somebody pays for: they themselves, whoever gave it to them as a gift, or their team.
    Paying,
    /// A tier is open, and none that is paid for here.
    Given,
    /// No tier is open.
    Free,
    /// They have not set a password yet.
    Silent,
}

impl Status {
    pub const ALL: [Status; 4] = [Status::Paying, Status::Given, Status::Free, Status::Silent];

    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Paying => "paying",
            Status::Given => "given",
            Status::Free => "free",
            Status::Silent => "silent",
        }
    }

    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Status::Paying => t!(locale, "付费会员（含团队席位和收到的礼物）", "Paid for (by a team or as a gift, too)"),
            Status::Given => t!(locale, "有会员等级，但没有在本站付费（管理员赠送、兑换等）", "Has a tier that nobody pays for here"),
            Status::Free => t!(locale, "没有会员等级", "No tier"),
            Status::Silent => t!(locale, "还没有设置密码", "No password yet"),
        }
    }
}

/// The names of the fields, as they stand in an address.
pub const FIELDS: [&str; 8] = ["search", "label", "tier", "status", "joined_from", "joined_to", "seen_since", "unseen_since"];

/// Who is meant. Empty: everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The beginning of a handle, a name or an address.
    pub search: String,
    pub label: Option<String>,
    /// A tier that is open.
    pub tier: Option<TierId>,
    pub status: Option<Status>,
    /// The first and the last day of joining.
    pub joined_from: Option<Date>,
    pub joined_to: Option<Date>,
    /// Here on that day or later; not here since that day.
    pub seen_since: Option<Date>,
    pub unseen_since: Option<Date>,
}

impl Filter {
    /// Reads the fields by their names. What cannot be read is an error and never left out: a filter that lost a condition
    /// would mean more people.
    pub fn parse(field: impl Fn(&str) -> Option<String>) -> Result<Filter, FieldErrors> {
        let mut errors = FieldErrors::new();
        let typed = |name: &str| field(name).map(|value| text::line(&value)).filter(|value| !value.is_empty());
        let mut day = |name: &'static str| {
            let parse = |text: String| text.parse::<Date>().map_err(|_| no_day());
            errors.keep(name, typed(name).map(parse).transpose()).flatten()
        };
        let [joined_from, joined_to, seen_since, unseen_since] = ["joined_from", "joined_to", "seen_since", "unseen_since"].map(&mut day);
        let label = errors.keep("label", typed("label").map(|label| labels::parse(&label).map(|(_, folded)| folded)).transpose()).flatten();
        let tier = typed("tier").map(|tier| tier.parse::<TierId>().map_err(|_| words!("没有这个会员等级。", "There is no such tier.")));
        let tier = errors.keep("tier", tier.transpose()).flatten();
        let status = typed("status").map(|status| {
            let found = Status::ALL.into_iter().find(|one| one.as_str() == status);
            found.ok_or_else(|| words!("没有这种状态。", "There is no such status."))
        });
        let status = errors.keep("status", status.transpose()).flatten();
        let search = typed("search").unwrap_or_default().chars().take(100).collect();
        let filter = Filter { search, label, tier, status, joined_from, joined_to, seen_since, unseen_since };
        match errors.noted() {
            None => Ok(filter),
            Some(errors) => Err(errors),
        }
    }

    /// As [`Filter::parse`], of a query.
    pub fn of_query(query: &str) -> Result<Filter, FieldErrors> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Filter::parse(|name| pairs.iter().find(|(field, _)| field == name).map(|(_, value)| value.replace('\0', "\u{fffd}")))
    }

    /// As [`Filter::of_query`], of one that this site wrote: 404 for others.
    pub fn written(query: &str) -> Result<Filter, AppError> {
        Filter::of_query(query).map_err(|_| AppError::NotFound)
    }

    /// The query that [`Filter::of_query`] reads; nothing in it of what is not asked for.
    pub fn query(&self) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let values = [
            Some(self.search.clone()),
            self.label.clone(),
            self.tier.map(|tier| tier.to_string()),
            self.status.map(|status| status.as_str().to_owned()),
            day(self.joined_from),
            day(self.joined_to),
            day(self.seen_since),
            day(self.unseen_since),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in FIELDS.into_iter().zip(values) {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }

    /// More than a search is asked for.
    pub fn is_narrow(&self) -> bool {
        *self != Filter { search: self.search.clone(), ..Filter::default() }
    }
}

fn no_day() -> Words {
    words!("请填写日期。", "Please give a day.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_no_smaller_filter() {
        for query in ["tier=abc", "status=rich", "joined_from=yesterday", "label=a%2Cb", "unseen_since=2026-02-30"] {
            assert!(Filter::of_query(query).is_err(), "{query}");
        }
        assert_eq!(Filter::of_query("search=+&tier=&other=1").unwrap(), Filter::default());
    }

    proptest! {
        #[test]
        fn a_filter_survives_its_query(search in "[a-z%_ \\\\&=]{0,20}", label in proptest::option::of("[A-Za-z老读者]{1,9}"), tier: Option<u32>, n in 0usize..5) {
            let day = (n > 2).then(|| "2026-03-15".parse().unwrap());
            let filter = Filter {
                search: text::line(&search),
                label: label.map(|label| label.to_lowercase()),
                tier: tier.map(|tier| TierId(i64::from(tier))),
                status: Status::ALL.get(n).copied(),
                joined_from: day,
                joined_to: None,
                seen_since: day,
                unseen_since: None,
            };
            prop_assert_eq!(Filter::of_query(&filter.query()).unwrap(), filter);
        }

        #[test]
        fn no_query_panics(query in ".{0,200}") {
            let _read = Filter::of_query(&query);
        }
    }
}
