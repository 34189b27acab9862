//! The home page for a visitor: what this place is, an article to judge it by, and how to come in.

use super::newest::Newest;
use super::promise::{Promise, Proof};
use super::questions::Questions;
use super::sample::OpenSample;
use super::talk::Talk;
use super::tiers::Tiers;
use crate::discussion::model::TopicLine;
use crate::foundation::error::Result;
use crate::foundation::look::Section;
use crate::foundation::time::{MINUTE, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::membership::model::{Access, Tier};
use crate::pages::{Page, plus_tax};
use crate::posts::model::Card;
use crate::posts::service::Sample;
use crate::server::context::Context;
use crate::server::http::Ask;
use crate::{discussion, members, membership, posts, spaces};
use axum::response::Response;
use leptos::prelude::*;
use std::sync::{Mutex, PoisonError};

const NEWEST: i64 = 6;
const TOPICS: i64 = 5;
/// How long counts, and which article is the sample, are kept in memory: they change slowly and cost the most.
const KEPT: i64 = MINUTE;

#[derive(Default)]
struct Memory(Mutex<Option<(Timestamp, Proof, Option<Sample>)>>);

/// The counts, and the sample as it is now: an article that was taken back or closed meanwhile is none.
async fn slow(ctx: &Context) -> Result<(Proof, Option<Sample>)> {
    let memory = ctx.keep::<Memory>();
    let kept = memory.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((at, proof, sample)) = kept
        && ctx.now().since(at).abs() < KEPT
    {
        match sample {
            // A site that had nothing to show a moment ago is looked at again.
            None => return Ok((proof, posts::service::sample(ctx).await?)),
            Some(sample) => {
                if let Some(card) = posts::service::cards(ctx, &[sample.card.id]).await?.pop()
                    && card.gate.access == Access::Public
                {
                    return Ok((proof, Some(Sample { card, ..sample })));
                }
            }
        }
    }
    let proof = Proof {
        members: members::service::count(ctx).await?,
        articles: posts::service::count_published(ctx).await?,
        replies: discussion::service::count(ctx).await?,
    };
    let sample = posts::service::sample(ctx).await?;
    *memory.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((ctx.now(), proof, sample.clone()));
    Ok((proof, sample))
}

async fn talk(ctx: &Context) -> Result<Vec<TopicLine>> {
    let spaces = spaces::service::listed(ctx, &Viewer::VISITOR).await?;
    let open: Vec<_> = spaces.into_iter().filter(|(_, open)| *open).map(|(space, _)| space).collect();
    discussion::service::liveliest(ctx, &Viewer::VISITOR, &open, TOPICS).await
}

struct Home {
    proof: Proof,
    sample: Option<Sample>,
    newest: Vec<Card>,
    tiers: Vec<Tier>,
    plus_tax: Option<&'static str>,
    topics: Vec<TopicLine>,
}

/// The sections that the site's look has on, in its order.
pub async fn show(ask: Ask, page: Page) -> Result<Response> {
    let ctx = &ask.ctx;
    let sections = ask.site.look.sections.clone();
    let wanted = |section| sections.contains(&section);
    let (proof, sample) = slow(ctx).await?;
    let mut newest = posts::service::newest(ctx, NEWEST + 1).await?;
    let sample = sample.filter(|_| wanted(Section::Sample));
    if let Some(sample) = &sample {
        newest.retain(|card| card.id != sample.card.id);
    }
    newest.truncate(NEWEST as usize);
    let tiers = if wanted(Section::Tiers) { membership::service::tiers(ctx).await? } else { Vec::new() };
    let plus_tax = if tiers.is_empty() { None } else { plus_tax::note(&ask).await? };
    let topics = if wanted(Section::Talk) { talk(ctx).await? } else { Vec::new() };
    let home = Home { proof, sample, newest, tiers, plus_tax, topics };
    Ok(page.draw(&ask, || {
        let sections = sections.iter().map(|section| draw(*section, &ask, &home)).collect_view();
        view! { <div class="home home-visitor">{sections}</div> }
    }))
}

fn draw(section: Section, ask: &Ask, home: &Home) -> AnyView {
    let (locale, site) = (ask.locale, ask.site.clone());
    match section {
        Section::Promise => {
            let bare = home.sample.is_none() && home.newest.is_empty();
            view! { <Promise locale site proof=home.proof bare/> }.into_any()
        }
        Section::Sample => home.sample.clone().map(|sample| view! { <OpenSample locale site sample/> }).into_any(),
        Section::Newest => view! { <Newest locale site cards=home.newest.clone()/> }.into_any(),
        Section::Tiers => view! { <Tiers locale tiers=home.tiers.clone() plus_tax=home.plus_tax/> }.into_any(),
        Section::Talk => view! { <Talk locale site topics=home.topics.clone()/> }.into_any(),
        Section::Questions => view! { <Questions locale site/> }.into_any(),
    }
}
