//! `/offers/{code}`: what an offer is, what it costs now and after, and the way on; `/offers`: a code that was typed.

pub mod wording;

use super::membership;
use super::plus_tax;
use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{PostId, TierId};
use crate::foundation::locale::Locale;
use crate::membership::paywall;
use crate::payments::offers::model::{Deal, Of, Offer};
use crate::payments::offers::redeem::{self, Typed};
use crate::payments::service::shelf::{self, OnShelf, SoldTerm};
use crate::posts;
use crate::posts::model::{OpenedPost, PostRef, Rest};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Errors, LinkButton, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
}

/// A code as it was asked, with the address it was asked from.
pub fn typed<'a>(ask: &'a Ask, code: &'a str) -> Typed<'a> {
    Typed { code, address: &ask.address }
}

/// On to what the code is for, or the tiers again with what is wrong with it.
pub async fn submit(ask: Ask, Form(form): Form<CodeForm>) -> Result<Response> {
    match redeem::find(&ask.ctx, &ask.viewer, typed(&ask, &form.code)).await {
        Ok(offer) => Ok(see_other(&offer.path())),
        Err(error @ AppError::Invalid(_)) => membership::draw_code(&ask, form.code, Errors::from_error(error)?).await,
        Err(error) => Err(error),
    }
}

pub async fn show(ask: Ask, Path(code): Path<String>) -> Result<Response> {
    draw(&ask, &code, None).await
}

/// What an offer is for, as the viewer can have it.
enum Thing {
    Tier(Box<OnShelf>),
    Post(PostRef),
    /// An article that is open to the viewer already.
    Opened(PostRef),
}

async fn thing(ask: &Ask, offer: &Offer) -> Result<Option<Thing>> {
    match offer.of {
        Of::Post(post) => {
            let Ok(post) = posts::service::published_ref(&ask.ctx, post).await else { return Ok(None) };
            let opened = paywall::opens(&ask.ctx, &ask.viewer, &post.gate).await?;
            Ok(Some(if opened { Thing::Opened(post) } else { Thing::Post(post) }))
        }
        Of::Tier(tier, _) => {
            let mut all = shelf::shelf(&ask.ctx, &ask.viewer).await?;
            shelf::apply(&ask.ctx, &ask.viewer, &mut all, offer).await?;
            Ok(all.into_iter().find(|on_shelf| on_shelf.tier.id == tier).map(|on_shelf| Thing::Tier(Box::new(on_shelf))))
        }
    }
}

/// The offer; after somebody wanted it and could not have it, with the reason.
pub async fn draw(ask: &Ask, code: &str, trouble: Option<(u16, String)>) -> Result<Response> {
    let locale = ask.locale;
    let title = t!(locale, "优惠", "Offer");
    let offer = match redeem::find(&ask.ctx, &ask.viewer, typed(ask, code)).await {
        Ok(offer) => offer,
        Err(error @ AppError::Invalid(_)) => {
            let of = redeem::known(&ask.ctx, &ask.viewer, code).await?.map(|offer| offer.of);
            return refused(ask, title, of, trouble.unwrap_or((404, error.message(locale)))).await;
        }
        Err(error) => return Err(error),
    };
    let Some(thing) = thing(ask, &offer).await? else {
        let gone = t!(locale, "适用这个优惠的内容目前不出售。", "What this offer is for is not for sale at present.");
        return refused(ask, title, None, (404, gone.to_owned())).await;
    };
    let begun = redeem::begun(&ask.ctx, &ask.viewer, &offer).await?.map(|reference| format!("/orders/{reference}"));
    let plus_tax = plus_tax::note(ask).await?;
    let page = Page::new(offer.name.clone()).of(Kind::Forms).private().status(trouble.as_ref().map_or(200, |(status, _)| *status));
    Ok(page.draw(ask, || {
        let about = match &thing {
            Thing::Tier(on_shelf) => {
                let name = &on_shelf.tier.name;
                tf!(locale, "适用于会员等级“{name}”", "For the tier “{name}”")
            }
            Thing::Post(post) | Thing::Opened(post) => {
                let name = &post.title;
                tf!(locale, "适用于文章《{name}》", "For the article “{name}”")
            }
        };
        let until = offer.until.map(|until| {
            let date = format::last_day(until, &ask.site.time_zone, locale);
            view! { <p class="offer-until">{tf!(locale, "优惠截止到 {date}。", "The offer lasts until {date}.")}</p> }
        });
        let body = match &thing {
            Thing::Tier(on_shelf) => tier_ways(ask, &offer, on_shelf),
            Thing::Post(post) => post_way(&offer, post, locale),
            Thing::Opened(post) => opened_way(post, locale),
        };
        let begun = begun.map(|path| {
            let text =
                t!(locale, "你已经用这个优惠下过一笔订单，还没有付款。", "You have begun an order with this offer that is not paid yet.");
            view! { <Banner text/> <p><LinkButton href=path label=t!(locale, "查看订单", "See the order")/></p> }
        });
        view! {
            <section class="narrow offer">
                <p class="offer-worth">{wording::worth(&offer, locale)} " · " {wording::lasts(&offer, locale)}</p>
                <h1>{offer.name.clone()}</h1>
                <p>{about}</p>
                {until}
                {trouble.map(|(_, text)| view! { <Banner tone=Tone::Bad text/> })}
                {begun}
                {body}
                {plus_tax::paragraph(plus_tax)}
            </section>
        }
    }))
}

/// What cannot be used: why, and the way to the article it is for, or to the tiers.
async fn refused(ask: &Ask, title: &'static str, of: Option<Of>, (status, text): (u16, String)) -> Result<Response> {
    let locale = ask.locale;
    let article = match of {
        Some(Of::Post(post)) => posts::service::published_refs(&ask.ctx, &[post]).await?.pop(),
        _ => None,
    };
    let (href, label) = match article {
        Some(article) => (article.path(), t!(locale, "查看文章", "See the article")),
        None => ("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers")),
    };
    Ok(Page::new(title).of(Kind::Forms).private().status(status).draw(ask, || {
        view! {
            <section class="narrow offer">
                <h1>{title}</h1>
                <Banner tone=Tone::Warn text/>
                <p><LinkButton href label quiet=true/></p>
            </section>
        }
    }))
}

fn tier_ways(ask: &Ask, offer: &Offer, on_shelf: &OnShelf) -> AnyView {
    let locale = ask.locale;
    if on_shelf.is_full() {
        let text = t!(locale, "名额已满，有人退出后会再开放。", "All seats are taken. One is open again when somebody leaves.");
        return view! { <Banner tone=Tone::Warn text/> }.into_any();
    }
    let ways: Vec<AnyView> = on_shelf.terms.iter().flat_map(|term| ways_of(ask, offer, on_shelf, term)).collect();
    let kept = on_shelf.terms.iter().any(|term| term.by_offer.keeps).then(|| {
        let text = t!(
            locale,
            "为你保留的价格比这个优惠更划算，两者不能叠加，购买时按保留的价格付款。",
            "The price that is kept for you is better than this offer. They do not add up: you pay the kept price."
        );
        view! { <p class="tier-note">{text}</p> }
    });
    let nothing = ways.is_empty().then(|| {
        let text = t!(locale, "目前没有可以用这个优惠购买的期限。", "There is no term that you could buy with this offer now.");
        view! { <Banner text/> }
    });
    let all = format!("/membership?offer={}", offer.code);
    view! {
        {kept}
        {nothing}
        <ul class="offer-ways">{ways}</ul>
        <p><a href=all>{t!(locale, "在会员等级页查看这个优惠", "See this offer among the tiers")}</a></p>
    }
    .into_any()
}

fn ways_of(ask: &Ask, offer: &Offer, on_shelf: &OnShelf, term: &SoldTerm) -> Vec<AnyView> {
    let (locale, zone) = (ask.locale, &ask.site.time_zone);
    let Some(list) = term.to_others else { return Vec::new() };
    let now = ask.ctx.now();
    let renewing = term.by_offer.renewing.filter(|_| !on_shelf.renews && !on_shelf.goes_over).map(|deal| {
        let sentence = wording::renewing(deal, list, term.cadence, now, zone, locale);
        (sentence, t!(locale, "开通自动续费", "Subscribe"), true)
    });
    let once = term.by_offer.once.map(|deal| {
        let label = if deal == Deal::Free { t!(locale, "免费领取", "Get it free") } else { t!(locale, "购买", "Buy") };
        (wording::once(deal, list, term.cadence, locale), label, false)
    });
    let way = |(sentence, label, renewing): (String, &'static str, bool)| {
        view! {
            <li class="offer-way">
                <p>{sentence}</p>
                <TierForm tier=on_shelf.tier.id term=*term renewing code=offer.code.clone() to=String::new() label loud=renewing/>
            </li>
        }
        .into_any()
    };
    renewing.into_iter().chain(once).map(way).collect()
}

/// Buys a term by an offer.
#[component]
pub fn TierForm(tier: TierId, term: SoldTerm, renewing: bool, code: String, to: String, label: &'static str, loud: bool) -> impl IntoView {
    view! {
        <form class="tier-offer" method="post" action="/checkout">
            <input type="hidden" name="kind" value="tier"/>
            <input type="hidden" name="tier" value=tier.to_string()/>
            <input type="hidden" name="cadence" value=term.cadence.to_string()/>
            <input type="hidden" name="currency" value=term.price.currency.code()/>
            {renewing.then(|| view! { <input type="hidden" name="renewing" value="on"/> })}
            <input type="hidden" name="offer" value=code/>
            <input type="hidden" name="to" value=to/>
            <Submit label quiet={!loud}/>
        </form>
    }
}

fn post_way(offer: &Offer, post: &PostRef, locale: Locale) -> AnyView {
    let deal = post.price.and_then(|list| Some((offer.deal_for_post(list).ok()?, list)));
    let Some((deal, list)) = deal else {
        let text = t!(locale, "这篇文章目前不单篇出售。", "This article is not sold by itself at present.");
        return view! { <Banner tone=Tone::Warn text/> }.into_any();
    };
    let label = if deal == Deal::Free { t!(locale, "免费领取", "Get it free") } else { t!(locale, "购买", "Buy") };
    let id: PostId = post.id;
    view! {
        <ul class="offer-ways">
            <li class="offer-way">
                <p>{wording::article(deal, list, locale)}</p>
                <form class="tier-offer" method="post" action="/checkout">
                    <input type="hidden" name="kind" value="post"/>
                    <input type="hidden" name="post" value=id.to_string()/>
                    <input type="hidden" name="offer" value=offer.code.clone()/>
                    <Submit label/>
                </form>
            </li>
        </ul>
        <p><a href=format!("{}?offer={}", post.path(), offer.code)>{t!(locale, "查看文章", "See the article")}</a></p>
    }
    .into_any()
}

/// There is nothing to buy.
fn opened_way(post: &PostRef, locale: Locale) -> AnyView {
    let text = t!(locale, "这篇文章已经为你开通，不用购买。", "This article is open to you already; there is nothing to buy.");
    view! {
        <Banner tone=Tone::Good text/>
        <p><LinkButton href=post.path() label=t!(locale, "阅读文章", "Read the article")/></p>
    }
    .into_any()
}

/// Above an article that somebody came to look at from an offer for it: what it costs with it, and the way back to buy it so.
/// Nothing where the offer that the address names cannot be used for this article, or it is open.
pub async fn for_article(ask: &Ask, post: &OpenedPost) -> Result<Option<AnyView>> {
    let Rest::Walled(wall) = &post.rest else { return Ok(None) };
    let (Some(code), Some(list)) = (ask.query("offer"), wall.price) else { return Ok(None) };
    let offer = match redeem::find(&ask.ctx, &ask.viewer, typed(ask, &code)).await {
        Ok(offer) => offer,
        Err(error) if error.status() < 500 => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(deal) = offer.deal_for_post(list).ok().filter(|_| matches!(offer.of, Of::Post(id) if id == post.id)) else {
        return Ok(None);
    };
    let (name, worth) = (&offer.name, wording::article(deal, list, ask.locale));
    let text = tf!(ask.locale, "优惠“{name}”：{worth}", "Offer “{name}”: {worth}");
    let way = view! {
        <Banner tone=Tone::Good text/>
        <p class="offer-way-back"><LinkButton href=offer.path() label=t!(ask.locale, "使用这个优惠", "Use this offer")/></p>
    };
    Ok(Some(way.into_any()))
}
