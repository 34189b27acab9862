//! Articles as pieces of a page.

use super::model::{Card, Listing, OpenedPost, Rest, Status, Tag, Wall};
use super::rendered::Rendered;
use super::server_fns::Preview;
use crate::foundation::cadence::Cadence;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;
use crate::membership::model::{Access, Tier};
use crate::ui::{Badge, Field, NextPage, Prose, StarsShown, Tone};
use crate::{t, tf};
use jiff::tz::TimeZone;
use leptos::prelude::*;

/// A calendar day, for people and for programs.
#[component]
pub fn Day(at: Timestamp, locale: Locale, zone: TimeZone) -> impl IntoView {
    view! { <time datetime=format::machine(at)>{format::date(at, &zone, locale)}</time> }
}

/// Who may read an article; nothing where everybody may.
#[component]
pub fn AccessBadge(access: Access, locale: Locale) -> impl IntoView {
    match access {
        Access::Public => None,
        Access::Members => Some(view! { <Badge text=t!(locale, "会员可读", "Members")/> }),
        Access::Paid => Some(view! { <Badge tone=Tone::Warn text=t!(locale, "付费", "Paid")/> }),
    }
}

#[component]
pub fn Tags(tags: Vec<Tag>, locale: Locale) -> impl IntoView {
    let items = tags
        .into_iter()
        .map(|tag| view! { <li><a class="tag" href=format!("/tags/{}", tag.slug) rel="tag">{tag.name}</a></li> })
        .collect_view();
    (!items.is_empty()).then(|| view! { <ul class="tags" aria-label=t!(locale, "标签", "Tags")>{items}</ul> })
}

fn minutes(n: i64, locale: Locale) -> String {
    tf!(locale, "阅读约 {n} 分钟", "{n} min read")
}

fn replies(n: i64, locale: Locale) -> String {
    let word = plural(n, "reply", "replies");
    let n = format::number(n);
    tf!(locale, "{n} 条回复", "{n} {word}")
}

/// One article in a list. `nested` where the list has a heading of its own.
#[component]
fn PostCard(card: Card, locale: Locale, zone: TimeZone, nested: bool) -> impl IntoView {
    let lang = locale.other(card.lang.as_deref());
    let excerpt = (!card.excerpt.is_empty()).then(|| view! { <p class="post-excerpt" lang=lang.clone() dir="auto">{card.excerpt}</p> });
    let title = view! { <a href=format!("/p/{}", card.slug)>{card.title}</a> };
    let title = match nested {
        true => view! { <h3 class="post-card-title" lang=lang.clone() dir="auto">{title}</h3> }.into_any(),
        false => view! { <h2 class="post-card-title" lang=lang.clone() dir="auto">{title}</h2> }.into_any(),
    };
    view! {
        <article class="post-card">
            {title}
            <p class="post-meta">
                <a class="post-author" href=format!("/u/{}", card.author.handle)>{card.author.name}</a>
                <Day at=card.published_at locale zone/>
                <span>{minutes(card.reading_minutes, locale)}</span>
                <AccessBadge access=card.gate.access locale/>
            </p>
            {excerpt}
            <p class="post-counts">
                <StarsShown locale sum=card.counts.stars_sum n=card.counts.ratings/>
                <span class="reply-count">{replies(card.counts.replies, locale)}</span>
            </p>
            <Tags tags=card.tags locale/>
        </article>
    }
}

/// A page of articles. `path` is the list's own address.
#[component]
pub fn PostList(listing: Listing<Card>, path: String, locale: Locale, zone: TimeZone, #[prop(optional)] nested: bool) -> impl IntoView {
    let mark = if path.contains('?') { '&' } else { '?' };
    let next = listing.next.map(|after| format!("{path}{mark}after={after}"));
    let cards = listing.items.into_iter().map(|card| view! { <li><PostCard card locale zone=zone.clone() nested/></li> }).collect_view();
    view! {
        <ul class="post-list">{cards}</ul>
        <NextPage locale href=next/>
    }
}

/// Title and what is to be known before reading.
#[component]
pub fn PostHeader(post: OpenedPost, locale: Locale, zone: TimeZone) -> impl IntoView {
    let published = post.published_at.filter(|_| post.status == Status::Published).map(|at| {
        let zone = zone.clone();
        view! { <span>{t!(locale, "发布于 ", "Published ")}<Day at locale zone/></span> }
    });
    let revised = post.revised_at.map(|at| view! { <span>{t!(locale, "更新于 ", "Updated ")}<Day at locale zone/></span> });
    let edit = post.may_edit.then(|| view! { <a href=format!("/write/{}", post.id)>{t!(locale, "编辑", "Edit")}</a> });
    view! {
        <header class="post-header">
            <h1 lang=post.lang dir="auto">{post.title}</h1>
            <p class="post-meta">
                <a class="post-author" rel="author" href=format!("/u/{}", post.author.handle)>{post.author.name}</a>
                {published}
                {revised}
                <span>{minutes(post.reading_minutes, locale)}</span>
                <AccessBadge access=post.gate.access locale/>
                <span id="post-stars"><StarsShown locale sum=post.counts.stars_sum n=post.counts.ratings/></span>
                {edit}
            </p>
        </header>
    }
}

/// The headings; nothing for a short article. They unfold above the text, or stand beside it where there is room.
#[component]
pub fn Contents(post: OpenedPost, locale: Locale) -> impl IntoView {
    let many = post.contents.len() >= 3;
    let entries = post
        .contents
        .into_iter()
        .map(|heading| {
            let (class, href) = (format!("contents-{}", heading.level), format!("#{}", heading.id));
            view! { <li class=class><a href=href dir="auto">{heading.text}</a></li> }
        })
        .collect_view();
    let title = t!(locale, "目录", "Contents");
    many.then(|| {
        view! {
            <details class="post-contents">
                <summary>{title}</summary>
                <nav aria-label=title>
                    <p class="contents-title" aria-hidden="true">{title}</p>
                    <ol lang=post.lang>{entries}</ol>
                </nav>
            </details>
        }
    })
}

/// The text, as far as the viewer may read it, and the wall where it ends for them.
#[component]
pub fn PostBody(
    post: OpenedPost,
    locale: Locale,
    signed_in: bool,
    /// What is said below the price: whether it can be taken back.
    #[prop(optional_no_strip)]
    promise: Option<String>,
    /// Where else it is sold.
    #[prop(optional_no_strip)]
    bundled: Option<AnyView>,
) -> impl IntoView {
    let lang = post.lang.clone();
    let rest = match post.rest.clone() {
        Rest::Nothing => None,
        Rest::Open(html) | Rest::Given(html, _) => Some(view! { <Prose html lang=lang.clone() id="wall" class="paywalled"/> }.into_any()),
        Rest::Walled(wall) => Some(view! { <PaywallCard post=post.clone() wall=*wall locale signed_in promise bundled/> }.into_any()),
    };
    view! {
        <Prose html=post.preview_html lang/>
        {rest}
    }
}

/// What stands at the wall: what is behind it and how to get there.
#[component]
fn PaywallCard(
    post: OpenedPost,
    wall: Wall,
    locale: Locale,
    signed_in: bool,
    #[prop(optional_no_strip)] promise: Option<String>,
    #[prop(optional_no_strip)] bundled: Option<AnyView>,
) -> impl IntoView {
    let path = post.path();
    let title = match post.gate.access {
        Access::Members => t!(locale, "加入后可阅读余下内容", "The rest is for members"),
        _ => t!(locale, "余下内容需购买后阅读", "The rest is for paying readers"),
    };
    let join = (post.gate.access == Access::Members).then(|| {
        view! { <p class="actions"><a class="button" href=format!("/join?to={path}")>{t!(locale, "免费加入", "Join for free")}</a></p> }
    });
    let sign_in = (!signed_in).then(|| {
        // `%23wall`: back to the same place.
        view! { <p class="paywall-sign-in">{t!(locale, "已经是会员？", "Already a member?")}" "<a href=format!("/sign-in?to={path}%23wall")>{t!(locale, "登录", "Sign in")}</a></p> }
    });
    let price = wall.price.map(|price| {
        let form = match wall.least {
            Some(least) => view! { <OwnPrice least value=price.to_plain() locale/> }.into_any(),
            None => {
                let price = price.format(locale);
                let label = tf!(locale, "购买本文，{price}", "Buy this article for {price}");
                view! { <button class="button" type="submit">{label}</button> }.into_any()
            }
        };
        view! {
            <form class="paywall-buy" method="post" action="/checkout">
                <input type="hidden" name="kind" value="post"/>
                <input type="hidden" name="post" value=post.id.to_string()/>
                <input type="hidden" name="to" value=path.clone()/>
                {form}
            </form>
        }
    });
    let counts = post.counts;
    let stars =
        (counts.ratings > 0).then(|| view! { <p class="paywall-stars"><StarsShown locale sum=counts.stars_sum n=counts.ratings/></p> });
    let gift = wall.price.map(|_| {
        let href = format!("/gift?post={}&to={path}", post.id);
        view! { <p class="paywall-gift"><a href=href>{t!(locale, "买来送人", "Give it to somebody")}</a></p> }
    });
    let tier = wall.tier.clone().map(|tier| view! { <TierOffer tier locale to=path.clone()/> });
    view! {
        <section class="paywall-card paywalled" id="wall" aria-labelledby="wall-title">
            <h2 id="wall-title">{title}</h2>
            <p class="paywall-behind">{behind(&wall, locale)}</p>
            {stars}
            {price}
            {gift}
            {bundled}
            {tier}
            {promise.map(|text| view! { <p class="paywall-promise">{text}</p> })}
            {join}
            {sign_in}
        </section>
    }
}

/// How much the buyer pays, and the button; `value` is what is suggested, or was typed.
#[component]
pub fn OwnPrice(least: Money, value: String, locale: Locale, #[prop(optional_no_strip)] error: Option<String>) -> impl IntoView {
    let code = least.currency.code();
    let from = least.format(locale);
    let hint = match least.minor {
        0 => t!(locale, "付多少由你决定，也可以填 0。", "You decide how much; it may be 0.").to_owned(),
        _ => tf!(locale, "付多少由你决定，最少 {from}。", "You decide how much, from {from} on."),
    };
    view! {
        <div class="own-price">
            <Field label=tf!(locale, "你付多少（{code}）", "What you pay ({code})") name="amount" value inputmode="decimal" required=true autocomplete="off" hint=Some(hint) error/>
            <button class="button" type="submit">{t!(locale, "购买本文", "Buy this article")}</button>
        </div>
    }
}

/// How much is behind the wall: `后面还有 1,200 字、3 段代码。`.
fn behind(wall: &Wall, locale: Locale) -> String {
    let (words, samples) = (format::number(wall.words), wall.code_samples);
    let (word, sample) = (plural(wall.words, "word", "words"), plural(samples, "code sample", "code samples"));
    match samples {
        0 => tf!(locale, "后面还有 {words} 字。", "{words} more {word}."),
        _ => tf!(locale, "后面还有 {words} 字、{samples} 段代码。", "{words} more {word} and {samples} {sample}."),
    }
}

/// The tier that includes an article, with a button for each cadence it is sold in.
#[component]
fn TierOffer(tier: Tier, locale: Locale, to: String) -> impl IntoView {
    let name = tier.name.clone();
    let included = match (tier.monthly, tier.yearly) {
        (Some(price), _) => {
            let price = price.format(locale);
            tf!(locale, "“{name}”会员可读，每月 {price}。", "Included in {name}, {price} a month.")
        }
        (None, Some(price)) => {
            let price = price.format(locale);
            tf!(locale, "“{name}”会员可读，每年 {price}。", "Included in {name}, {price} a year.")
        }
        (None, None) => tf!(locale, "“{name}”会员可读。", "Included in {name}."),
    };
    let button = |cadence: Cadence| {
        let price = match cadence {
            Cadence::Month => tier.monthly,
            _ => tier.yearly,
        };
        let price = price.filter(|_| !tier.archived)?.format(locale);
        let label = match cadence {
            Cadence::Month => tf!(locale, "购买一个月会员，{price}", "Join for a month, {price}"),
            _ => tf!(locale, "购买一年会员，{price}", "Join for a year, {price}"),
        };
        Some(view! { <button class="button button-quiet" type="submit" name="cadence" value=cadence.to_string()>{label}</button> })
    };
    let buttons = [Cadence::Month, Cadence::Year].into_iter().filter_map(button).collect_view();
    let form = (!buttons.is_empty()).then(|| {
        view! {
            <form class="paywall-join" method="post" action="/checkout">
                <input type="hidden" name="kind" value="tier"/>
                <input type="hidden" name="tier" value=tier.id.to_string()/>
                <input type="hidden" name="to" value=to/>
                {buttons}
            </form>
        }
    });
    view! {
        <p class="paywall-tier">{included}" "<a href="/membership">{t!(locale, "查看会员等级", "See the tiers")}</a></p>
        {form}
    }
}

/// A whole article for its writer: the wall is a line across the page.
#[component]
pub fn WriterPreview(
    preview_html: String,
    rest_html: Option<String>,
    #[prop(optional_no_strip)] lang: Option<String>,
    locale: Locale,
) -> impl IntoView {
    let rest = rest_html.map(|html| {
        view! {
            <p class="wall-line"><span>{t!(locale, "付费墙：以下内容仅对有权阅读的人显示", "Paywall: what follows is for those who may read it")}</span></p>
            <Prose html lang=lang.clone()/>
        }
    });
    view! {
        <Prose html=preview_html lang=lang.clone()/>
        {rest}
    }
}

/// [`WriterPreview`] as the live preview gets it.
pub fn live_preview(locale: Locale, rendered: &Rendered) -> Preview {
    let article = &rendered.article;
    let (preview_html, rest_html) = (article.preview_html.clone(), article.rest_html.clone());
    let lang = rendered.lang().map(str::to_owned);
    let html = Owner::new().with(|| view! { <WriterPreview preview_html rest_html lang locale/> }.to_html());
    Preview { html, words: article.words, rest_words: article.rest_words }
}
