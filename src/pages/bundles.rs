//! `/bundles`: what is sold together; `/bundles/{slug}`: what is in one, what of it the viewer has, and what it costs beside
//! the single articles.

use super::admin::money::page_of;
use super::moved_from;
use super::orders::back::sentence;
use super::plus_tax;
use super::shell::{Kind, Page};
use crate::bundles::model::{Bundle, OneByOne};
use crate::bundles::service::{self, FIRST};
use crate::bundles::view::size;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::membership::paywall;
use crate::payments::service::{bundles as sold, promises};
use crate::posts::model::PostRef;
use crate::server::http::Ask;
use crate::ui::{Badge, Banner, EmptyState, NextPage, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 30;

/// Where a list goes on: `0~17`, of a position and a number.
pub fn after(ask: &Ask) -> (i64, i64) {
    let read = |text: String| {
        let (position, id) = text.split_once('~')?;
        Some((position.parse().ok()?, id.parse().ok()?))
    };
    ask.query("after").and_then(read).unwrap_or(FIRST)
}

/// The query of [`after`] behind this one.
pub fn next_of(last: &Bundle) -> String {
    format!("after={}~{}", last.position, last.id)
}

pub async fn list(ask: Ask) -> Result<Response> {
    let (mut bundles, more) = page_of(service::list(&ask.ctx, after(&ask), PAGE + 1).await?, PAGE);
    let next = bundles.last().filter(|_| more).map(|last| format!("/bundles?{}", next_of(last)));
    bundles.retain(service::is_sold);
    let plus_tax = plus_tax::note(&ask).await?.filter(|_| !bundles.is_empty());
    let locale = ask.locale;
    let title = t!(locale, "合集", "Bundles");
    let about = t!(locale, "几篇文章一起买，一次付款，永久可读。", "Several articles together: paid for once, open for good.");
    Ok(Page::new(title).of(Kind::Forms).description(about).canonical("/bundles").draw(&ask, || {
        let empty = (bundles.is_empty() && next.is_none()).then(|| {
            let action = match ask.viewer.is_admin() {
                true => ("/admin/bundles/new", t!(locale, "新建合集", "Make a bundle")),
                false => ("/articles", t!(locale, "看看文章", "See the articles")),
            };
            let action = Some((action.0.to_owned(), action.1.to_owned()));
            view! { <EmptyState text=t!(locale, "还没有合集。", "There are no bundles yet.") action/> }
        });
        let cards = bundles.into_iter().map(|bundle| view! { <li><Card bundle locale/></li> }).collect_view();
        view! {
            <section class="bundles">
                <h1>{title}</h1>
                <p>{about}</p>
                {empty}
                <ul class="bundle-list">{cards}</ul>
                {plus_tax::paragraph(plus_tax)}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

#[component]
fn Card(bundle: Bundle, locale: Locale) -> impl IntoView {
    let (size, price) = (size(bundle.articles, locale), bundle.price.format(locale));
    let path = bundle.path();
    let first = bundle.gist().map(str::to_owned);
    view! {
        <article class="bundle-card">
            <h2 dir="auto"><a href=path>{bundle.title}</a></h2>
            {first.map(|text| view! { <p dir="auto">{text}</p> })}
            <p class="bundle-facts"><span>{size}</span> <span>{price}</span></p>
        </article>
    }
}

pub async fn show(ask: Ask, Path(slug): Path<String>) -> Result<Response> {
    let bundle = match sold::seen(&ask.ctx, &ask.viewer, &slug).await {
        Ok(bundle) => bundle,
        Err(AppError::NotFound) => return moved_from(&ask).await,
        Err(error) => return Err(error),
    };
    let articles = service::articles(&ask.ctx, bundle.id).await?;
    let gates: Vec<_> = articles.iter().map(|post| post.gate).collect();
    let open = paywall::opens_each(&ask.ctx, &ask.viewer, &gates).await?;
    let (promise, _) = promises::rules(&ask.ctx).await?;
    let plus_tax = plus_tax::note(&ask).await?.filter(|_| service::is_sold(&bundle));
    let locale = ask.locale;
    let site = &ask.site.name;
    let about = match bundle.gist() {
        Some(line) => line.to_owned(),
        None => tf!(locale, "{site}的合集：几篇文章一起买。", "A bundle of articles at {site}."),
    };
    let page = Page::new(bundle.title.clone()).of(Kind::Forms).description(about).canonical(bundle.path());
    let page = if bundle.published { page } else { page.private() };
    Ok(page.draw(&ask, || {
        let draft = (!bundle.published).then(|| match ask.viewer.is_admin() {
            true => {
                let text = t!(
                    locale,
                    "这个合集没有发布，只有管理员和买过的人能看到。",
                    "This bundle is not published. Only admins and those who bought it can see it."
                );
                view! { <Banner tone=Tone::Warn text/> }
            }
            false => {
                let text = t!(
                    locale,
                    "这个合集已停售；你买到的文章仍可阅读。",
                    "This bundle is no longer sold. The articles you bought stay open to you."
                );
                view! { <Banner text/> }
            }
        });
        let edit = ask.viewer.is_admin().then(|| {
            view! { <a class="head-link" href=format!("/admin/bundles/{}", bundle.id)>{t!(locale, "编辑", "Edit")}</a> }
        });
        let paragraphs = bundle.description.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
        let paragraphs = paragraphs.map(|text| view! { <p class="bundle-about" dir="auto">{text.to_owned()}</p> }).collect_view();
        let lines = articles.iter().zip(&open).map(|(post, open)| line(post, *open, locale)).collect_view();
        let buying = buying(&ask, &bundle, &articles, &open);
        let promise =
            promise.filter(|_| service::is_sold(&bundle)).map(|rule| view! { <p class="bundle-promise">{sentence(rule, locale)}</p> });
        view! {
            {draft}
            <section class="bundle">
                <header class="page-head"><h1 dir="auto">{bundle.title.clone()}</h1>{edit}</header>
                {paragraphs}
                {buying}
                {plus_tax::paragraph(plus_tax)}
                {promise}
                <h2>{size(articles.len() as i64, locale)}</h2>
                <ul class="bundle-articles">{lines}</ul>
            </section>
        }
    }))
}

/// An article of it: open to the viewer, or what it costs by itself.
fn line(post: &PostRef, open: bool, locale: Locale) -> impl IntoView + use<> {
    let state = match (open, post.price) {
        (true, _) => view! { <Badge tone=Tone::Good text=t!(locale, "已可阅读", "Open to you")/> }.into_any(),
        (false, Some(price)) => view! { <span class="bundle-price">{price.format(locale)}</span> }.into_any(),
        (false, None) => view! { <span class="bundle-price">{t!(locale, "不单篇出售", "Not sold by itself")}</span> }.into_any(),
    };
    view! { <li><a href=post.path() dir="auto">{post.title.clone()}</a> " " {state}</li> }
}

/// The price, what the articles cost one by one, and the way to buy; or why there is nothing to buy.
fn buying(ask: &Ask, bundle: &Bundle, articles: &[PostRef], open: &[bool]) -> AnyView {
    let locale = ask.locale;
    if !bundle.published && !ask.viewer.is_admin() {
        return ().into_any();
    }
    if articles.len() < service::FEWEST {
        let text = t!(locale, "这个合集目前不出售。", "This bundle is not for sale at present.");
        return view! { <Banner text/> }.into_any();
    }
    let has = open.iter().filter(|open| **open).count();
    if has == articles.len() {
        let text = t!(locale, "合集里的文章你都可以阅读。", "All articles of this bundle are open to you.");
        return view! { <Banner tone=Tone::Good text/> }.into_any();
    }
    let compared = OneByOne::of(bundle.price, &articles.iter().map(|post| post.price).collect::<Vec<_>>());
    let lacking: Vec<Option<Money>> = articles.iter().zip(open).filter(|(_, open)| !**open).map(|(post, _)| post.price).collect();
    let had = (has > 0).then(|| view! { <p>{part(bundle.price, has, &lacking, locale)}</p> });
    let price = bundle.price.format(locale);
    let to = bundle.path();
    let gift = format!("/gift?bundle={}&to={to}", bundle.id);
    let form = bundle.published.then(|| {
        view! {
            <form method="post" action="/checkout">
                <input type="hidden" name="kind" value="bundle"/>
                <input type="hidden" name="bundle" value=bundle.id.to_string()/>
                <button class="button" type="submit">{tf!(locale, "购买合集，{price}", "Buy the bundle for {price}")}</button>
            </form>
            <p><a href=gift>{t!(locale, "买来送人", "Give it to somebody")}</a></p>
        }
    });
    view! {
        <div class="bundle-buy">
            <p class="bundle-compared">{one_by_one(compared, bundle.price, locale)}</p>
            {had}
            {form}
        </div>
    }
    .into_any()
}

/// The price beside the sum of the single prices, as it is.
fn one_by_one(compared: OneByOne, price: Money, locale: Locale) -> String {
    let (sum, bundle) = (compared.sum.format(locale), price.format(locale));
    let (sold, all) = (compared.sold, compared.all);
    if sold == 0 {
        return tf!(locale, "合集价 {bundle}。其中的文章不单篇出售。", "{bundle} for all. These articles are not sold one by one.");
    }
    if sold < all {
        return tf!(
            locale,
            "合集价 {bundle}。其中 {sold} 篇也单篇出售，合计 {sum}；其余不单篇出售。",
            "{bundle} for all. Of these, {sold} can also be bought one by one, for {sum} together; the others cannot."
        );
    }
    match compared.saved(price).map(|saved| saved.format(locale)) {
        Some(saved) => {
            tf!(
                locale,
                "合集价 {bundle}。单篇购买合计 {sum}，省 {saved}。",
                "{bundle} for all. One by one they cost {sum}: you save {saved}."
            )
        }
        None => tf!(locale, "合集价 {bundle}。单篇购买合计 {sum}。", "{bundle} for all. One by one they cost {sum}."),
    }
}

/// To somebody who can read some of it: what the rest costs by itself, so that nobody pays more than they have to.
fn part(price: Money, has: usize, lacking: &[Option<Money>], locale: Locale) -> String {
    let word = plural(has as i64, "article", "articles");
    let rest = OneByOne::of(price, lacking);
    if rest.sold < rest.all {
        return tf!(locale, "其中 {has} 篇你已可以阅读。", "You can read {has} {word} of it already.");
    }
    let sum = rest.sum.format(locale);
    match rest.sum.minor < price.minor {
        true => tf!(
            locale,
            "其中 {has} 篇你已可以阅读；其余单篇购买合计 {sum}，比合集便宜。",
            "You can read {has} {word} of it already. One by one the rest costs {sum}, which is less than the bundle."
        ),
        false => tf!(
            locale,
            "其中 {has} 篇你已可以阅读；其余单篇购买合计 {sum}。",
            "You can read {has} {word} of it already. One by one the rest costs {sum}."
        ),
    }
}
