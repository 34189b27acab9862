//! An address for an article, from its title.

use super::store::{self, Saved};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::slug::{MAX_SLUG, slugify};
use crate::server::context::Context;
use crate::server::db::Tx;

/// What an article is called in its address when its title has no letters.
const NAMELESS: &str = "article";

/// So many numbers are tried before chance has to help.
const NUMBERED: i64 = 20;

/// A slug nobody uses yet, but for the article `own`: as the text has it, else with a number at its end. Two who ask at
/// once may get the same one; the unique constraint tells them apart, and the second asks again.
pub async fn free(ctx: &Context, tx: &mut Tx, text: &str, own: Option<PostId>) -> Result<String> {
    let base = match slugify(text) {
        slug if slug.is_empty() => NAMELESS.to_owned(),
        slug => slug,
    };
    for number in 1..=NUMBERED {
        let slug = if number == 1 { base.clone() } else { with_ending(&base, &number.to_string()) };
        if !store::slug_taken(tx, &slug, own).await? {
            return Ok(slug);
        }
    }
    let chance = u32::from_be_bytes(ctx.random_bytes::<4>());
    Ok(with_ending(&base, &format!("{chance:08x}")))
}

/// A new article under a free slug made from `text`, whoever else takes one at the same time.
pub async fn insert(
    ctx: &Context,
    tx: &mut Tx,
    text: &str,
    post: Saved<'_>,
    author: MemberId,
    imported: Option<(&str, &str)>,
) -> Result<PostId> {
    for _ in 0..NUMBERED {
        let slug = free(ctx, tx, text, None).await?;
        if let Some(id) = store::insert(tx, &Saved { slug: &slug, ..post }, author, imported).await? {
            return Ok(id);
        }
    }
    tracing::error!(text, "no free address was found");
    Err(AppError::Internal)
}

fn with_ending(base: &str, ending: &str) -> String {
    let room = MAX_SLUG - ending.len() - 1;
    let base = if base.len() > room { base[..room].trim_end_matches('-') } else { base };
    format!("{base}-{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_at_the_end_keeps_the_address_within_its_length() {
        assert_eq!(with_ending("a-title", "2"), "a-title-2");
        let long = with_ending(&"ab-".repeat(30)[..MAX_SLUG], "17");
        assert!(long.len() <= MAX_SLUG && long.ends_with("-17") && !long.contains("--"), "{long}");
    }
}
