//! What a writer types, and what it must be.

use super::model::Tag;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::TierId;
use crate::foundation::locale::Words;
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::slug::slugify;
use crate::foundation::text;
use crate::membership;
use crate::membership::model::Access;
use crate::server::context::Context;
use crate::words;
use serde::Deserialize;

pub const MAX_TITLE: usize = 200;
pub const MAX_SUMMARY: usize = 400;
pub const MAX_TAGS: usize = 10;
const MAX_TAG: usize = 40;
/// In bytes.
pub const MAX_SOURCE: usize = 1024 * 1024;

/// The editor's form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PostForm {
    /// Which version of the article this was made from.
    pub version: String,
    pub title: String,
    /// Made from the title when empty.
    pub slug: String,
    pub summary: String,
    /// Separated by commas.
    pub tags: String,
    pub source: String,
    /// `public`, `members` or `paid`.
    pub access: String,
    /// The number of a tier; nothing for none.
    pub tier: String,
    pub price: String,
    /// The least that buyers may pay, where they say how much; empty where the price is the price.
    pub least: String,
}

/// The form, read.
pub struct Checked {
    pub title: String,
    pub slug: Option<String>,
    pub summary: String,
    pub tags: Vec<Tag>,
    pub source: String,
    pub access: Access,
    pub tier: Option<TierId>,
    pub price: Option<Money>,
    pub least: Option<Money>,
}

impl PostForm {
    /// Reads the form, or says everything that is wrong with it. `held` is the tier the article has already: it may stay
    /// though it is sold no more.
    pub async fn check(&self, ctx: &Context, site: &Site, held: Option<TierId>) -> Result<Checked> {
        let mut errors = FieldErrors::new();
        let title = errors.keep("title", parse_title(&self.title));
        let slug = errors.keep("slug", parse_slug(&self.slug));
        let summary = errors.keep("summary", text::optional_line(&self.summary, MAX_SUMMARY));
        let tags = errors.keep("tags", parse_tags(&self.tags));
        let source = errors.keep("source", parse_source(&self.source));
        let access = errors.keep("access", parse_access(&self.access));
        // Tier and price are for paid articles; whoever opens an article to all need not clear them first.
        let (tier, price) = match access {
            Some(Access::Paid) => self.check_terms(ctx, site, held, &mut errors).await?,
            _ => (None, None),
        };
        let least = match access {
            Some(Access::Paid) => errors.keep("least", parse_least(&self.least, price, site.currency)).flatten(),
            _ => None,
        };
        errors.check()?;
        match (title, slug, summary, tags, source, access) {
            (Some(title), Some(slug), Some(summary), Some(tags), Some(source), Some(access)) => {
                Ok(Checked { title, slug, summary: summary.unwrap_or_default(), tags, source, access, tier, price, least })
            }
            _ => Err(AppError::Internal),
        }
    }

    async fn check_terms(
        &self,
        ctx: &Context,
        site: &Site,
        held: Option<TierId>,
        errors: &mut FieldErrors,
    ) -> Result<(Option<TierId>, Option<Money>)> {
        let typed = self.tier.trim();
        let tier = match typed.parse::<TierId>() {
            _ if typed.is_empty() => None,
            Err(_) => {
                errors.add("tier", no_such_tier());
                None
            }
            Ok(id) => match membership::service::tier(ctx, id).await {
                Ok(tier) if !tier.archived || held == Some(id) => Some(id),
                Ok(_) | Err(AppError::NotFound) => {
                    errors.add("tier", no_such_tier());
                    None
                }
                Err(error) => return Err(error),
            },
        };
        let price = match self.price.trim() {
            "" => None,
            typed => errors.keep("price", Money::parse_price(typed, site.currency)),
        };
        if typed.is_empty() && self.price.trim().is_empty() {
            errors
                .add("tier", words!("付费文章需要选择会员等级、填写价格，或两者都有。", "A paid article needs a tier, a price, or both."));
        }
        Ok((tier, price))
    }
}

/// What is suggested may not be less than the least.
fn parse_least(typed: &str, price: Option<Money>, currency: Currency) -> Result<Option<Money>, Words> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let least = Money::parse_or_nothing(typed, currency)?.charged()?;
    match price {
        None => Err(words!("请在上面填写建议的价格。", "Please give the price you suggest above.")),
        Some(price) if least.minor > price.minor => {
            Err(words!("最低金额不能高于建议的价格。", "The least cannot be more than the price you suggest."))
        }
        Some(_) => Ok(Some(least)),
    }
}

fn no_such_tier() -> Words {
    words!("没有这个会员等级，请重新选择。", "There is no such tier; please choose again.")
}

pub fn parse_title(typed: &str) -> Result<String, Words> {
    text::required_line(typed, MAX_TITLE)
}

pub fn parse_source(typed: &str) -> Result<String, Words> {
    text::body(typed, MAX_SOURCE)
}

fn parse_slug(typed: &str) -> Result<Option<String>, Words> {
    let typed = text::line(typed);
    match slugify(&typed) {
        slug if !slug.is_empty() => Ok(Some(slug)),
        _ if typed.is_empty() => Ok(None),
        _ => Err(words!("地址里要有字母、数字或汉字。", "An address needs letters or digits.")),
    }
}

fn parse_access(typed: &str) -> Result<Access, Words> {
    let typed = if typed.is_empty() { Access::Public.as_str() } else { typed };
    Access::parse(typed).ok_or_else(|| words!("请选择谁可以阅读。", "Please choose who may read it."))
}

/// A tag as it is written, and its name in addresses.
pub fn parse_tag(typed: &str) -> Result<Tag, Words> {
    let name = text::required_line(typed.trim().trim_start_matches('#'), MAX_TAG)?;
    match slugify(&name) {
        slug if slug.is_empty() => Err(words!("标签“{name}”里没有字母、数字或汉字。", "The tag “{name}” has no letters or digits.")),
        slug => Ok(Tag { slug, name }),
    }
}

fn parse_tags(typed: &str) -> Result<Vec<Tag>, Words> {
    let mut tags: Vec<Tag> = Vec::new();
    for name in typed.split([',', '，', '、']).filter(|name| !text::line(name).is_empty()) {
        let tag = parse_tag(name)?;
        if !tags.iter().any(|known| known.slug == tag.slug) {
            tags.push(tag);
        }
        if tags.len() > MAX_TAGS {
            return Err(words!("最多 {MAX_TAGS} 个标签。", "At most {MAX_TAGS} tags."));
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parted_by_commas_of_either_language_and_named_once() {
        let tags = parse_tags("Rust，异步、 #rust, , async I/O").unwrap();
        let seen: Vec<(&str, &str)> = tags.iter().map(|t| (t.slug.as_str(), t.name.as_str())).collect();
        assert_eq!(seen, [("rust", "Rust"), ("yi-bu", "异步"), ("async-i-o", "async I/O")]);
        assert!(parse_tags("a,b,c,d,e,f,g,h,i,j,k").is_err());
        assert!(parse_tags("…").is_err());
    }

    #[test]
    fn an_address_is_made_of_what_is_typed_or_left_to_the_title() {
        assert_eq!(parse_slug(" 学廊 / Two ").unwrap().as_deref(), Some("xue-lang-two"));
        assert_eq!(parse_slug("  ").unwrap(), None);
        assert!(parse_slug("../").is_err());
    }

    #[test]
    fn the_least_may_be_nothing_and_is_never_more_than_what_is_suggested() {
        let cny = Currency::parse("CNY").unwrap();
        let least = |typed, price: Option<i64>| {
            parse_least(typed, price.map(|minor| Money::new(minor, cny)), cny).map(|least| least.map(|least| least.minor))
        };
        assert_eq!(least(" ", Some(100)), Ok(None));
        assert_eq!(least("0", Some(100)), Ok(Some(0)));
        assert_eq!(least("1.00", Some(100)), Ok(Some(100)));
        for (typed, price) in [("1.01", Some(100)), ("0", None), ("-1", Some(100)), ("x", Some(100))] {
            assert!(least(typed, price).is_err(), "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_typed_makes_a_parser_panic(typed in ".{0,120}") {
            let _ = (parse_tags(&typed), parse_slug(&typed), parse_title(&typed), parse_access(&typed));
        }
    }
}
