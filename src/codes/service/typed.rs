//! What an admin types to say what a code or an item of the shop opens.

use crate::codes::model::Item;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::id::TierId;
use crate::membership;
use crate::membership::model::Access;
use crate::posts;
use crate::server::context::Context;
use crate::words;

/// More would be a site of its own.
const MAX_ARTICLES: usize = 50;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct TypedOpens {
    /// A tier's number; empty for none.
    pub tier: String,
    /// `month`, `year` or `days`.
    pub term: String,
    /// How many days, where the term is counted in days.
    pub days: String,
    /// Articles, one a line: the address or the end of it.
    pub articles: String,
}

impl TypedOpens {
    /// Errors stand under the names of its fields.
    pub async fn read(&self, ctx: &Context, errors: &mut FieldErrors) -> Result<Option<Vec<Item>>> {
        let (mut items, mut wrong) = (Vec::new(), false);
        if !self.tier.is_empty() {
            let tier = match self.tier.parse::<TierId>() {
                Ok(id) => membership::service::tiers(ctx).await?.into_iter().find(|tier| tier.id == id),
                Err(_) => None,
            };
            let tier = errors.keep("tier", tier.ok_or_else(|| words!("没有这个会员等级。", "There is no such tier.")));
            let cadence = match self.term.as_str() {
                "days" => errors.keep(
                    "days",
                    Cadence::parse(&format!("days:{}", self.days.trim()))
                        .ok_or_else(|| words!("请填写 1 到 3660 的天数。", "Please give a number of days from 1 to 3660.")),
                ),
                other => errors.keep("term", Cadence::parse(other).ok_or_else(|| words!("请选择时长。", "Please choose how long."))),
            };
            match (tier, cadence) {
                (Some(tier), Some(cadence)) => items.push(Item::Term(tier.id, cadence)),
                _ => wrong = true,
            }
        }
        match self.articles(ctx).await? {
            Ok(articles) => items.extend(articles),
            Err(words) => {
                errors.add("articles", words);
                wrong = true;
            }
        }
        if items.is_empty() && !wrong {
            errors.add("tier", words!("请选择会员等级，或填写文章。", "Please choose a tier, or name an article."));
        }
        Ok((!items.is_empty() && !wrong).then_some(items))
    }

    async fn articles(&self, ctx: &Context) -> Result<Result<Vec<Item>, crate::foundation::locale::Words>> {
        let mut articles = Vec::new();
        for (n, line) in self.articles.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let n = n + 1;
            if articles.len() == MAX_ARTICLES {
                return Ok(Err(words!("最多 {MAX_ARTICLES} 篇文章。", "At most {MAX_ARTICLES} articles.")));
            }
            let address = line.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            let slug = address.rsplit('/').next().unwrap_or_default();
            let Some(post) = posts::service::published_by_slug(ctx, slug).await? else {
                return Ok(Err(words!("第 {n} 行：没有这篇已发布的文章。", "Line {n}: there is no published article at this address.")));
            };
            if post.gate.access != Access::Paid {
                return Ok(Err(words!("第 {n} 行：这篇文章不收费，不需要兑换。", "Line {n}: this article is free, so no code is needed.")));
            }
            let item = Item::Post(post.id);
            if !articles.contains(&item) {
                articles.push(item);
            }
        }
        Ok(Ok(articles))
    }
}
