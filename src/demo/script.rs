//! The sample content: the files of `demo/`, which are part of the program. People are named by their handles; when
//! something happens is said in days before today.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Everything but the articles.
const SITE: &str = include_str!("../../demo/site.toml");
/// In the order in which they are written.
const ARTICLES: [&str; 8] = [
    include_str!("../../demo/du-dai-ma.md"),
    include_str!("../../demo/sqlite-in-production.md"),
    include_str!("../../demo/yi-zhou-diao-shi.md"),
    include_str!("../../demo/study-group.md"),
    include_str!("../../demo/jiao-bian-cheng.md"),
    include_str!("../../demo/pricing-a-course.md"),
    include_str!("../../demo/xie-hao-cuo-wu-xin-xi.md"),
    include_str!("../../demo/ownership-in-one-evening.md"),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    pub tier: Tier,
    #[serde(rename = "member")]
    pub members: Vec<Member>,
    #[serde(rename = "space")]
    pub spaces: Vec<Space>,
    #[serde(rename = "topic")]
    pub topics: Vec<Topic>,
    #[serde(rename = "cost")]
    pub costs: Vec<Cost>,
    pub income: Income,
    pub look: Look,
    #[serde(rename = "page")]
    pub pages: Vec<SimplePage>,
    #[serde(skip)]
    pub articles: Vec<Article>,
}

/// Amounts everywhere have two decimals; a currency without any leaves them off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub name: String,
    pub description: String,
    pub monthly: String,
    pub yearly: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub handle: String,
    pub name: String,
    pub bio: String,
    #[serde(default)]
    pub author: bool,
    /// The term of the tier that is bought on the first day: `month` or `year`.
    pub term: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    pub slug: String,
    pub name: String,
    pub description: String,
    /// `paid` is for the tier.
    pub access: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub space: String,
    pub author: String,
    pub title: String,
    pub source: String,
    pub days_ago: i64,
    #[serde(default)]
    pub up: Vec<String>,
    #[serde(default, rename = "reply")]
    pub replies: Vec<Reply>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    pub author: String,
    pub source: String,
    /// Who votes for it.
    #[serde(default)]
    pub up: Vec<String>,
    #[serde(default)]
    pub down: Vec<String>,
    #[serde(default, rename = "reply")]
    pub replies: Vec<Reply>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    pub category: String,
    pub recurrence: String,
    pub amount: String,
    pub days_ago: i64,
    pub note: String,
    #[serde(default)]
    pub article: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Income {
    pub amount: String,
    pub days_ago: i64,
    pub note: String,
}

/// What the site says of itself on its home page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    pub promise_zh: String,
    pub promise_en: String,
    pub questions_zh: String,
    pub questions_en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimplePage {
    pub slug: String,
    pub title_zh: String,
    pub title_en: String,
    pub source_zh: String,
    pub source_en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub title: String,
    pub slug: String,
    pub summary: String,
    /// Between commas.
    pub tags: String,
    pub lang: String,
    pub author: String,
    pub days_ago: i64,
    pub access: String,
    /// Whether the tier opens it.
    #[serde(default)]
    pub tier: bool,
    #[serde(default)]
    pub price: String,
    /// Who buys it by itself.
    #[serde(default)]
    pub buyers: Vec<String>,
    /// Stars by handle.
    #[serde(default)]
    pub ratings: BTreeMap<String, i64>,
    #[serde(default, rename = "reply")]
    pub replies: Vec<Reply>,
    #[serde(skip)]
    pub source: String,
}

fn read<T: DeserializeOwned>(toml: &str) -> Result<T, String> {
    toml::from_str(toml).map_err(|error| error.to_string())
}

fn article(file: &str) -> Result<Article, String> {
    let (head, source) = file.strip_prefix("+++\n").and_then(|file| file.split_once("\n+++\n")).ok_or("no head between +++ lines")?;
    Ok(Article { source: source.trim().to_owned(), ..read(head)? })
}

/// The whole of it. An error is a mistake in `demo/`; a test sees to it that there is none.
pub fn script() -> Result<Script, String> {
    let articles = ARTICLES.into_iter().map(article).collect::<Result<_, _>>()?;
    Ok(Script { articles, ..read(SITE)? })
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn the_files_of_the_demo_are_understood() {
        assert_eq!(script().map(|script| script.articles.len()), Ok(8));
    }
}
