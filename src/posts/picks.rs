//! Articles picked for a front page, and the list of tags. Like every list they say of an article what is in its preview,
//! so nobody need be asked.

use super::model::{Card, Listing, Tag, TagCount};
use super::picks_store as store;
use super::read::to_card;
use crate::foundation::error::Result;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::slug::{MAX_SLUG, slugify};
use crate::foundation::wilson;
use crate::markdown;
use crate::server::away::away;
use crate::server::context::Context;

/// Tags on one page of their list.
pub const TAGS_A_PAGE: i64 = 200;
/// Fewer ratings say too little to call an article the best.
const ENOUGH_RATINGS: i64 = 5;
/// Of the articles with enough ratings, those with the most are compared.
const COMPARED: i64 = 500;
/// Articles on either side of an address that is none, and how many of its first letters one must share.
const LOOKED_AT: i64 = 3;
const ENOUGH_ALIKE: usize = 4;
/// How much of a sample's text is shown, in characters.
const SAMPLE_TEXT: usize = 520;

/// The newest published articles.
pub async fn newest(ctx: &Context, limit: i64) -> Result<Vec<Card>> {
    let rows = store::newest(ctx.db(), limit.clamp(1, 100)).await?;
    Ok(rows.into_iter().map(to_card).collect())
}

/// Those of these articles that are published, in the order asked for.
pub async fn cards(ctx: &Context, ids: &[PostId]) -> Result<Vec<Card>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut cards: Vec<Card> = store::by_ids(ctx.db(), ids).await?.into_iter().map(to_card).collect();
    cards.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
    Ok(cards)
}

/// The newest articles by any of the authors or with any of the tags, each once.
pub async fn newest_of(ctx: &Context, authors: &[MemberId], tags: &[String], limit: i64) -> Result<Vec<Card>> {
    if authors.is_empty() && tags.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::newest_of(ctx.db(), authors, tags, limit.clamp(1, 50)).await?;
    Ok(rows.into_iter().map(to_card).collect())
}

/// Published articles that an address may have meant which is none: cut off, or with something behind it. The likest first.
pub async fn meant(ctx: &Context, typed: &str, limit: usize) -> Result<Vec<Card>> {
    let typed: String = slugify(typed).chars().take(MAX_SLUG).collect();
    let mut rows = store::beside(ctx.db(), &typed, LOOKED_AT).await?;
    let alike = |slug: &str| slug.bytes().zip(typed.bytes()).take_while(|(a, b)| a == b).count();
    rows.retain(|row| alike(&row.slug) >= ENOUGH_ALIKE && alike(&row.slug) * 2 >= row.slug.len().min(typed.len()));
    rows.sort_by_key(|row| std::cmp::Reverse(alike(&row.slug)));
    rows.truncate(limit);
    Ok(rows.into_iter().map(to_card).collect())
}

pub async fn count_published(ctx: &Context) -> Result<i64> {
    Ok(store::count_published(ctx.db()).await?)
}

/// An article everybody may read, to judge the place by: with how its text begins.
#[derive(Debug, Clone)]
pub struct Sample {
    pub card: Card,
    /// The first paragraphs, as plain text.
    pub text: Vec<String>,
}

/// The public article of which one can be most sure that readers like it; the newest public one where too few were rated.
pub async fn sample(ctx: &Context) -> Result<Option<Sample>> {
    let rated = store::most_rated(ctx.db(), ENOUGH_RATINGS, COMPARED).await?;
    let best = rated.into_iter().max_by_key(|(id, ratings, positive)| (wilson::score(*positive, *ratings), *id));
    let picked = match best {
        Some((id, ..)) => Some(id),
        None => store::newest_public(ctx.db()).await?,
    };
    let Some(id) = picked else { return Ok(None) };
    let Some(card) = cards(ctx, &[PostId(id)]).await?.pop() else { return Ok(None) };
    let Some(source) = store::public_text(ctx.db(), card.id).await? else { return Ok(None) };
    let text = away(move || beginning(&source)).await?;
    Ok(Some(Sample { card, text }))
}

/// The tags of published articles in the order of their addresses, after the one with this address.
pub async fn tags(ctx: &Context, after: &str) -> Result<Listing<TagCount>> {
    // Nothing longer is an address; the database need not compare it.
    let after: String = after.chars().take(MAX_SLUG).collect();
    let mut rows = store::tags(ctx.db(), &after, TAGS_A_PAGE + 1).await?;
    let more = rows.len() > TAGS_A_PAGE as usize;
    rows.truncate(TAGS_A_PAGE as usize);
    let next = rows.last().filter(|_| more).map(|(slug, ..)| slug.clone());
    let items = rows.into_iter().map(|(slug, name, articles)| TagCount { tag: Tag { slug, name }, articles }).collect();
    Ok(Listing { items, next })
}

/// The paragraphs before anything else comes (code, a list, a quotation), without headings, shortened; where a text begins with something else,
/// how all of it runs.
fn beginning(source: &str) -> Vec<String> {
    const OTHER: [&str; 13] = ["```", "~~~", "<", "|", "[^", "- ", "* ", "+ ", "> ", "1.", "---", "***", "    "];
    let mut room = SAMPLE_TEXT;
    let mut text = Vec::new();
    // Whatever a comment says, the wall is one: no text from behind it, though a sample's is open.
    let source = source.split("<!--").next().unwrap_or_default().replace("\r\n", "\n");
    let blocks = source.split("\n\n").map(|block| block.trim_start_matches('\n'));
    let blocks = blocks.filter(|block| !block.trim().is_empty() && !block.starts_with('#'));
    for block in blocks.take_while(|block| !OTHER.iter().any(|other| block.starts_with(other))) {
        // A few words at the end of the room say nothing.
        if room < SAMPLE_TEXT / 5 {
            break;
        }
        let paragraph = markdown::plain(block, room);
        room = room.saturating_sub(paragraph.chars().count());
        text.extend(Some(paragraph).filter(|paragraph| !paragraph.is_empty()));
    }
    if text.is_empty() { vec![markdown::plain(source.as_str(), SAMPLE_TEXT)] } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_first_paragraphs_and_never_goes_beyond_the_wall() {
        assert_eq!(beginning("## One\n\nTwo *a*.\r\n\r\nThree.\n\n- four\n\nFive."), ["Two a.", "Three."]);
        assert_eq!(beginning("One.\n\n<!--paywall-->\n\nSecret."), ["One."]);
        assert_eq!(beginning("One.\n<!--paywall-->\n\nSecret."), ["One."]);
        assert_eq!(beginning("- one\n- two"), [markdown::plain("- one\n- two", SAMPLE_TEXT)]);
        let long = beginning(&"many words ".repeat(400));
        assert!(long.len() == 1 && long[0].chars().count() <= SAMPLE_TEXT && long[0].ends_with('…'), "{long:?}");
    }
}
