//! What an admin types to say what a code or an item of the shop opens.

use crate::bundles;
use crate::codes::model::{Item, Packed};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{BundleId, TierId};
use crate::foundation::locale::Words;
use crate::foundation::text;
use crate::membership;
use crate::posts;
use crate::posts::typed::paid_articles;
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
    /// A bundle's number; empty for none.
    pub bundle: String,
    /// Articles, one a line: the address or the end of it.
    pub articles: String,
}

/// Nothing was chosen of what there is to choose from.
fn nothing(any_bundle: bool) -> Words {
    match any_bundle {
        true => words!("请选择会员等级或合集，或填写文章。", "Please choose a tier or a bundle, or name an article."),
        false => words!("请选择会员等级，或填写文章。", "Please choose a tier, or name an article."),
    }
}

impl TypedOpens {
    /// Errors stand under the names of its fields.
    pub async fn read(&self, ctx: &Context, errors: &mut FieldErrors) -> Result<Option<Vec<Packed>>> {
        let (mut items, mut wrong): (Vec<Packed>, bool) = (Vec::new(), false);
        if !self.tier.is_empty() {
            let tier = match self.tier.parse::<TierId>() {
                Ok(id) => membership::service::tiers(ctx).await?.into_iter().find(|tier| tier.id == id),
                Err(_) => None,
            };
            let tier = errors.keep("tier", tier.ok_or_else(|| words!("没有这个会员等级。", "There is no such tier.")));
            let cadence = match self.term.as_str() {
                "days" => errors.keep(
                    "days",
                    Cadence::parse(&format!("days:{}", text::narrow(self.days.trim())))
                        .ok_or_else(|| words!("请填写 1 到 3660 的天数。", "Please give a number of days from 1 to 3660.")),
                ),
                other => errors.keep("term", Cadence::parse(other).ok_or_else(|| words!("请选择时长。", "Please choose how long."))),
            };
            match (tier, cadence) {
                (Some(tier), Some(cadence)) => items.push(Item::Term(tier.id, cadence).into()),
                _ => wrong = true,
            }
        }
        if !self.bundle.is_empty() {
            match self.bundle(ctx).await? {
                Ok(articles) => items.extend(articles),
                Err(words) => {
                    errors.add("bundle", words);
                    wrong = true;
                }
            }
        }
        match paid_articles(ctx, &self.articles, MAX_ARTICLES, posts::typed::Named::Published).await? {
            // What came with the bundle is there already.
            Ok(articles) => {
                let new = articles.into_iter().map(Item::Post).filter(|item| items.iter().all(|known| known.item != *item));
                items.extend(new.map(Packed::from).collect::<Vec<_>>());
            }
            Err(words) => {
                errors.add("articles", words);
                wrong = true;
            }
        }
        if items.is_empty() && !wrong {
            let any_bundle = bundles::service::any(ctx).await?;
            errors.add("tier", nothing(any_bundle));
        }
        Ok((!items.is_empty() && !wrong).then_some(items))
    }

    /// What the bundle holds now: a later change of it changes no code.
    async fn bundle(&self, ctx: &Context) -> Result<Result<Vec<Packed>, Words>> {
        let unknown = || words!("没有这个合集。", "There is no such bundle.");
        let Ok(id) = self.bundle.parse::<BundleId>() else { return Ok(Err(unknown())) };
        let posts = match bundles::service::published(ctx, id).await {
            Ok(bundle) => bundles::service::articles(ctx, bundle.id).await?,
            Err(AppError::NotFound) => return Ok(Err(unknown())),
            Err(error) => return Err(error),
        };
        if posts.is_empty() {
            return Ok(Err(words!("这个合集里没有已发布的付费文章。", "There are no published paid articles in this bundle.")));
        }
        Ok(Ok(posts.into_iter().map(|post| Packed { item: Item::Post(post.id), bundle: Some(id) }).collect()))
    }
}
