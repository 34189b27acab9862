//! `/membership`: the tiers, what they cost, and which of them the viewer has. `?term=` and `?currency=` say which prices
//! are shown.

mod card;
mod chosen;

use super::orders::back::sentence;
use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::membership::free;
use crate::payments::service::offers::{Offer, offers};
use crate::payments::service::promises;
use crate::server::http::{Ask, see_other, sign_in_path};
use crate::ui::{Banner, EmptyState, Errors, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use card::Card;
use chosen::{Choosing, Chosen};
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, Errors::none()).await
}

/// Joins a free tier. A visitor signs in first.
pub async fn join(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let tier: TierId = id.parse().map_err(|_| AppError::NotFound)?;
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path("/membership")));
    }
    match free::join(&ask.ctx, &ask.viewer, tier).await {
        Ok(()) => Ok(see_other("/membership?done=joined-free")),
        Err(error) => draw(&ask, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, errors: Errors) -> Result<Response> {
    let offers = offers(&ask.ctx, &ask.viewer).await?;
    let (_, promised) = promises::rules(&ask.ctx).await?;
    let promised = promised.filter(|_| offers.iter().any(|offer| !offer.terms.is_empty()));
    let chosen = Chosen::read(ask, &offers);
    let locale = ask.locale;
    let title = t!(locale, "会员", "Membership");
    let site = &ask.site.name;
    let about = tf!(locale, "{site}的会员等级和价格。", "The tiers of {site} and what they cost.");
    let page = Page::new(title).of(Kind::Forms).description(about).canonical("/membership");
    let page = if errors.is_empty() { page } else { page.status(409) };
    // One offer is made aloud: going on with what the viewer has, or the first that costs something.
    let ends = |offer: &Offer| offer.held.as_ref().is_some_and(|held| held.ends_at.is_some() && !held.paused) && !offer.renews;
    let loud = offers.iter().find(|offer| ends(offer)).or_else(|| {
        let held = offers.iter().any(|offer| offer.held.is_some() && !offer.tier.free);
        offers.iter().find(|offer| !held && !offer.terms.is_empty() && !offer.is_full())
    });
    let loud = loud.map(|offer| offer.tier.id);
    Ok(page.draw(ask, || {
        if offers.is_empty() {
            let action = ask.viewer.is_admin().then(|| ("/admin/tiers".to_owned(), t!(locale, "添加会员等级", "Add a tier").to_owned()));
            let text = t!(locale, "还没有会员等级。文章可以单篇购买。", "There are no tiers yet. Articles can be bought one by one.");
            return view! { <section class="membership"><h1>{title}</h1><EmptyState text action/></section> }.into_any();
        }
        let choosing = view! { <Choosing ask=ask.clone() chosen=chosen.clone()/> };
        let cards = offers.into_iter().map(|offer| {
            let loud = loud == Some(offer.tier.id);
            view! { <li><Card ask=ask.clone() offer chosen=chosen.clone() loud/></li> }
        });
        let cards = cards.collect_view();
        view! {
            <section class="membership">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {choosing}
                <ul class="tier-list">{cards}</ul>
                {promised.map(|rule| view! { <p class="tier-promise">{sentence(rule, ask.locale)}</p> })}
            </section>
        }
        .into_any()
    }))
}
