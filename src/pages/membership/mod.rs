//! `/membership`: the tiers, what they cost, and which of them the viewer has. `?term=` and `?currency=` say which prices
//! are shown.

mod card;
mod chosen;

use super::offers::wording;
use super::orders::back::sentence;
use super::plus_tax;
use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::locale::Locale;
use crate::membership::free;
use crate::payments::offers::model::{Of, Offer};
use crate::payments::offers::redeem;
use crate::payments::service::promises;
use crate::payments::service::shelf::{self, OnShelf};
use crate::server::http::{Ask, see_other, sign_in_path};
use crate::ui::{Banner, EmptyState, Errors, Field, Submit, Tone};
use crate::{bundles, t, tf};
use axum::extract::Path;
use axum::response::Response;
use card::Card;
use chosen::{Choosing, Chosen};
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, Errors::none(), Code::default()).await
}

/// The tiers with a code that was typed and cannot be used.
pub async fn draw_code(ask: &Ask, typed: String, errors: Errors) -> Result<Response> {
    draw(ask, Errors::none(), Code { typed, errors }).await
}

/// What was typed as the code of an offer, and what is wrong with it.
#[derive(Default)]
struct Code {
    typed: String,
    errors: Errors,
}

/// The offer that the address names, or why it cannot be used.
async fn offer_asked(ask: &Ask) -> Result<Option<std::result::Result<Offer, String>>> {
    let Some(code) = ask.query("offer").filter(|code| !code.trim().is_empty()) else { return Ok(None) };
    match redeem::find(&ask.ctx, &ask.viewer, super::offers::typed(ask, &code)).await {
        Ok(offer) => Ok(Some(Ok(offer))),
        Err(error @ AppError::Invalid(_)) => Ok(Some(Err(error.message(ask.locale)))),
        Err(error) => Err(error),
    }
}

/// Joins a free tier. A visitor signs in first.
pub async fn join(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let tier: TierId = id.parse().map_err(|_| AppError::NotFound)?;
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path("/membership")));
    }
    match free::join(&ask.ctx, &ask.viewer, tier).await {
        Ok(()) => Ok(see_other("/membership?done=joined-free")),
        Err(error) => draw(&ask, Errors::from_error(error)?, Code::default()).await,
    }
}

async fn draw(ask: &Ask, errors: Errors, code: Code) -> Result<Response> {
    let mut shelf = shelf::shelf(&ask.ctx, &ask.viewer).await?;
    let asked = offer_asked(ask).await?;
    if let Some(Ok(offer)) = &asked {
        shelf::apply(&ask.ctx, &ask.viewer, &mut shelf, offer).await?;
    }
    let chosen = Chosen::read(ask, &shelf, asked.as_ref().and_then(|asked| asked.as_ref().ok()));
    let bundled = bundles::service::any(&ask.ctx).await?;
    let (_, promised) = promises::rules(&ask.ctx).await?;
    let promised = promised.filter(|_| shelf.iter().any(|one| !one.terms.is_empty()));
    let plus_tax = plus_tax::note(ask).await?.filter(|_| shelf.iter().any(|one| !one.terms.is_empty()));
    let locale = ask.locale;
    let title = t!(locale, "会员", "Membership");
    let site = &ask.site.name;
    let about = tf!(locale, "{site}的会员等级和价格。", "The tiers of {site} and what they cost.");
    let page = Page::new(title).of(Kind::Forms).description(about).canonical("/membership");
    let page = match (errors.is_empty(), code.errors.is_empty()) {
        (true, true) => page,
        (true, false) => page.status(422),
        (false, _) => page.status(409),
    };
    // One offer is made aloud: going on with what the viewer has, or the first that costs something.
    let ends = |one: &OnShelf| one.held.as_ref().is_some_and(|held| held.ends_at.is_some() && !held.paused) && !one.renews;
    let loud = shelf.iter().find(|one| ends(one)).or_else(|| {
        let held = shelf.iter().any(|one| one.held.is_some() && !one.tier.free);
        shelf.iter().find(|one| !held && !one.terms.is_empty() && !one.is_full())
    });
    let loud = loud.map(|one| one.tier.id);
    Ok(page.draw(ask, || {
        if shelf.is_empty() {
            let action = ask.viewer.is_admin().then(|| ("/admin/tiers".to_owned(), t!(locale, "添加会员等级", "Add a tier").to_owned()));
            let text = t!(locale, "还没有会员等级。文章可以单篇购买。", "There are no tiers yet. Articles can be bought one by one.");
            return view! { <section class="membership"><h1>{title}</h1><EmptyState text action/></section> }.into_any();
        }
        let choosing = view! { <Choosing ask=ask.clone() chosen=chosen.clone()/> };
        let said = asked.map(|asked| view! { <OfferSaid ask=ask.clone() asked/> });
        let sold = shelf.iter().any(|one| !one.terms.is_empty());
        let cards = shelf.into_iter().map(|on_shelf| {
            let loud = loud == Some(on_shelf.tier.id);
            view! { <li><Card ask=ask.clone() on_shelf chosen=chosen.clone() loud/></li> }
        });
        let cards = cards.collect_view();
        view! {
            <section class="membership">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {said}
                {choosing}
                <div class="tier-shelf">
                    <div>
                        <ul class="tier-list">{cards}</ul>
                        {plus_tax::paragraph(plus_tax)}
                        {promised.map(|rule| view! { <p class="tier-promise">{sentence(rule, ask.locale)}</p> })}
                    </div>
                    <div class="tier-more">
                        {sold.then(|| view! { <CodeField code locale/> })}
                        {bundled.then(|| view! { <p>{t!(locale, "只想要几篇文章？", "Only want some articles?")} " " <a href="/bundles">{t!(locale, "看看合集", "See the bundles")}</a></p> })}
                        <p>{t!(locale, "有兑换码？", "Have a code?")} " " <a href="/redeem">{t!(locale, "去兑换", "Redeem it")}</a></p>
                        {sold.then(|| view! { <p>{t!(locale, "想送给别人？", "For somebody else?")} " " <a href="/gift">{t!(locale, "作为礼物购买", "Give it as a gift")}</a></p> })}
                    </div>
                </div>
            </section>
        }
        .into_any()
    }))
}

/// The offer that was opened by its link, or why it cannot be used.
#[component]
fn OfferSaid(ask: Ask, asked: std::result::Result<Offer, String>) -> impl IntoView {
    let locale = ask.locale;
    match asked {
        Ok(offer) => {
            let (name, worth) = (&offer.name, wording::worth(&offer, locale));
            let lasts = wording::lasts(&offer, locale);
            let text = match offer.of {
                Of::Tier(..) => tf!(locale, "优惠“{name}”：{worth}，{lasts}。", "The offer “{name}” holds below: {worth}, {lasts}."),
                Of::Post(_) => {
                    tf!(locale, "优惠“{name}”适用于一篇文章，不适用于会员等级。", "The offer “{name}” is for an article, not for a tier.")
                }
            };
            view! { <Banner tone=Tone::Good text/> <p><a href=offer.path()>{t!(locale, "优惠详情", "About the offer")}</a></p> }.into_any()
        }
        Err(text) => view! { <Banner tone=Tone::Warn text/> }.into_any(),
    }
}

#[component]
fn CodeField(code: Code, locale: Locale) -> impl IntoView {
    view! {
        <form class="form code-form" method="post" action="/offers">
            <Field label=t!(locale, "优惠码", "Offer code") name="code" value=code.typed maxlength=60 autocomplete="off" error=code.errors.of("code", locale)/>
            <Submit label=t!(locale, "使用优惠码", "Use the code") quiet=true/>
        </form>
    }
}
