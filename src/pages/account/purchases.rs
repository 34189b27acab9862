//! What a member has and what they paid: the memberships that run, and a page of orders with their receipts.

use super::frame::AccountFrame;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::{OrderId, PostId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::members::model::name_shown;
use crate::membership::model::Membership;
use crate::membership::wording;
use crate::pages::Page;
use crate::pages::orders::{item_name, trial_standing};
use crate::pages::reminders::{self, Reminders};
use crate::payments::gifts::{self, Received};
use crate::payments::model::{Item, Order, OrderStatus, Receipt};
use crate::payments::offers::redeem::{self, GivenRow};
use crate::payments::service::{self, own_price};
use crate::posts;
use crate::posts::model::PostRef;
use crate::server::http::Ask;
use crate::ui::{Badge, EmptyState, NextPage, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

const PAGE: i64 = 20;
/// How many of the gifts that one took are shown.
const GIFTS: i64 = 50;
/// How much of what offers gave for nothing is shown.
const GIVEN: i64 = 100;

/// `/account/purchases`: every order, newest first.
pub async fn show(ask: Ask) -> Result<Response> {
    let after = ask.query("after").and_then(|text| text.parse().ok()).map(OrderId);
    let mut orders = service::orders_of(&ask.ctx, &ask.viewer, after, PAGE + 1).await?;
    let more = orders.len() as i64 > PAGE;
    orders.truncate(PAGE as usize);
    let next = orders.last().filter(|_| more).map(|last| format!("/account/purchases?after={}", last.id));
    let receipts = service::receipts_of(&ask.ctx, &ask.viewer, after, PAGE).await?;
    let needless = service::needless(&ask.ctx, &ask.viewer, &orders).await?;
    let given = redeem::given(&ask.ctx, &ask.viewer, None, GIVEN).await?;
    let ids: Vec<PostId> = given.iter().filter_map(|row| row.post_id.map(PostId)).collect();
    let articles = posts::service::published_refs(&ask.ctx, &ids).await?;
    let chosen = own_price::chosen(&ask.ctx, &ask.viewer).await?;
    let gifts = gifts::received(&ask.ctx, &ask.viewer, GIFTS).await?;
    let reminders = reminders::load(&ask).await;
    let locale = ask.locale;
    let title = t!(locale, "购买与收据", "Purchases and receipts");
    Ok(Page::new(title).private().draw(&ask, || {
        let reminders = view! { <Reminders ask=ask.clone() reminders/> };
        let none = orders.is_empty() && given.is_empty() && chosen.is_empty() && gifts.is_empty();
        let given = given_list(&ask, given, &articles, chosen);
        let gifts = gift_list(&ask, gifts);
        let list = if none {
            let action = Some(("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers").to_owned()));
            view! { <EmptyState text=t!(locale, "你还没有购买过任何内容。", "You have not bought anything yet.") action/> }.into_any()
        } else if orders.is_empty() {
            ().into_any()
        } else {
            view! { <Orders ask=ask.clone() orders receipts needless title/> }.into_any()
        };
        view! {
            <AccountFrame ask=ask.clone() current="/account/purchases" title>
                {reminders}
                {list}
                <NextPage locale href=next/>
                {gifts}
                {given}
            </AccountFrame>
        }
    }))
}

/// What others gave, with the way to read it.
fn gift_list(ask: &Ask, gifts: Vec<Received>) -> Option<AnyView> {
    let locale = ask.locale;
    let row = |gift: Received| {
        let on = format::date(gift.taken_at, &ask.site.time_zone, locale);
        let giver = name_shown(&gift.giver, locale);
        let how = match gift.void {
            true => {
                tf!(locale, "{on}领取，{giver}送；款项已退还，已失效", "taken on {on}, from {giver}; the money went back, and it is closed")
            }
            false => tf!(locale, "{on}领取，{giver}送", "taken on {on}, from {giver}"),
        };
        // What is in a bundle is listed.
        let name = named(gift.articles.first().filter(|_| matches!(gift.order.item, Item::Post(_))), item_name(&gift.order, locale));
        let inside = matches!(gift.order.item, Item::Bundle(_)).then(|| {
            let articles =
                gift.articles.iter().map(|article| view! { <li><a href=article.path() dir="auto">{article.title.clone()}</a></li> });
            view! { <ul>{articles.collect_view()}</ul> }
        });
        view! { <li>{name} " " <span class="given-how">{how}</span>{inside}</li> }.into_any()
    };
    let rows: Vec<_> = gifts.into_iter().map(row).collect();
    given_section(t!(locale, "收到的礼物", "Gifts you received"), "given gifts-received", rows)
}

/// What offers gave for nothing, and what its buyer chose to pay nothing for: there are no orders and no receipts of that.
fn given_list(ask: &Ask, given: Vec<GivenRow>, articles: &[PostRef], chosen: Vec<(PostRef, Timestamp)>) -> Option<AnyView> {
    let locale = ask.locale;
    let date = |at: i64| format::date(Timestamp(at), &ask.site.time_zone, locale);
    let row = |row: GivenRow| {
        let title = match row.cadence.as_deref().and_then(Cadence::parse) {
            Some(every) => format!("{} · {}", row.title, wording::term(every, locale)),
            None => row.title.clone(),
        };
        let list = Currency::parse(&row.currency).map(|currency| Money::new(row.list_minor, currency).format(locale)).unwrap_or_default();
        let (on, offer) = (date(row.used_at), row.offer);
        let until = match row.opens_until.map(date) {
            Some(until) => tf!(locale, "有效期至 {until}", "until {until}"),
            None => t!(locale, "永久有效", "for good").to_owned(),
        };
        let text = tf!(
            locale,
            "{on}，优惠“{offer}”，原价 {list}，无需付款，{until}",
            "{on}, by the offer “{offer}”: {list} before, nothing to pay, {until}"
        );
        let article = articles.iter().find(|article| Some(article.id.0) == row.post_id);
        view! { <li>{named(article, title)} " " <span class="given-how">{text}</span></li> }.into_any()
    };
    let own = |(article, at): (PostRef, Timestamp)| {
        let on = date(at.0);
        let text = tf!(locale, "{on}，金额由你决定，付款 0，永久有效", "{on}, you decided what to pay: nothing to pay, for good");
        view! { <li>{named(Some(&article), article.title.clone())} " " <span class="given-how">{text}</span></li> }.into_any()
    };
    let rows: Vec<_> = given.into_iter().map(row).chain(chosen.into_iter().map(own)).collect();
    given_section(t!(locale, "免费获得", "Yours for nothing"), "given", rows)
}

/// An article is its own way; what is none, or is not published at present, has a name alone.
fn named(article: Option<&PostRef>, title: String) -> AnyView {
    match article {
        Some(article) => view! { <a href=article.path() dir="auto">{title}</a> }.into_any(),
        None => view! { <strong>{title}</strong> }.into_any(),
    }
}

fn given_section(title: &'static str, class: &'static str, rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2>{title}</h2>
                <ul class=class>{rows}</ul>
            </section>
        }
        .into_any()
    })
}

/// Orders as rows. `receipts`: of those that are paid, which say what was given back; `needless`: those that would be paid
/// for nothing.
#[component]
pub fn Orders(
    ask: Ask,
    orders: Vec<Order>,
    receipts: Vec<Receipt>,
    #[prop(optional)] needless: Vec<OrderId>,
    title: &'static str,
) -> impl IntoView {
    let (locale, now) = (ask.locale, ask.ctx.now());
    let given_back = |order: &Order| receipts.iter().find(|receipt| receipt.order.id == order.id)?.refunded;
    let [date, amount, state, receipt] =
        [t!(locale, "日期", "Date"), t!(locale, "金额", "Amount"), t!(locale, "状态", "Status"), t!(locale, "收据", "Receipt")];
    let rows = orders
        .into_iter()
        .map(|order| {
            let (tone, status, link) = match order.status {
                _ if order.trial.is_some_and(|trial| trial.runs(now)) => {
                    (Tone::Good, t!(locale, "试用中", "Trial"), t!(locale, "查看", "View"))
                }
                _ if order.trial.is_some() => (Tone::Plain, t!(locale, "试用已结束", "Trial is over"), t!(locale, "查看", "View")),
                OrderStatus::Refunded => (Tone::Plain, t!(locale, "已退款", "Refunded"), t!(locale, "收据", "Receipt")),
                OrderStatus::Paid => (Tone::Good, t!(locale, "已付款", "Paid"), t!(locale, "收据", "Receipt")),
                OrderStatus::Pending => (Tone::Warn, t!(locale, "等待到账", "On its way"), t!(locale, "查看", "View")),
                OrderStatus::Open if order.closed_at.is_some() => (Tone::Plain, t!(locale, "已取消", "Given up"), t!(locale, "查看", "View")),
                OrderStatus::Open if needless.contains(&order.id) => {
                    (Tone::Plain, t!(locale, "无需付款", "Nothing to pay"), t!(locale, "查看", "View"))
                }
                OrderStatus::Open if order.has_lapsed(now) => (Tone::Plain, t!(locale, "已过期", "Lapsed"), t!(locale, "查看", "View")),
                OrderStatus::Open => (Tone::Plain, t!(locale, "未付款", "Not paid"), t!(locale, "去付款", "Pay")),
            };
            let item = item_name(&order, locale);
            let by_offer = order.offer.as_ref().map(|offer| {
                let (name, list) = (&offer.name, offer.list.format(locale));
                let text = match order.off() {
                    Some(_) => tf!(locale, "优惠“{name}”，原价 {list}", "Offer “{name}”, {list} before"),
                    None => tf!(locale, "优惠“{name}”", "Offer “{name}”"),
                };
                view! { <span class="order-offer">{text}</span> }
            });
            let trial = order.trial.map(|trial| {
                view! { <span class="order-offer">{trial_standing(trial, now, &ask.site, locale)}</span> }
            });
            // What is due then is the agreement's.
            let href = match order.trial.is_some_and(|trial| trial.charged || trial.runs(now)) {
                true => "/account/membership".to_owned(),
                false => order.path(),
            };
            let gift = order.is_gift().then(|| {
                view! { <span class="order-offer"><a href=order.gift_path()>{t!(locale, "买来送人的礼物", "Bought as a gift")}</a></span> }
            });
            let team = order.team.filter(|_| order.paid_at.is_some()).map(|team| {
                view! { <span class="order-offer"><a href=team.path()>{t!(locale, "为团队购买", "Bought for a team")}</a></span> }
            });
            let part = given_back(&order).filter(|_| order.status == OrderStatus::Paid).map(|back| {
                let back = back.format(locale);
                view! { <span class="order-offer">{tf!(locale, "其中 {back} 已退款", "{back} of it was given back")}</span> }
            });
            // Nothing is due as long as it is tried, nor when that was all.
            let price = if order.trial.is_some() { Money::new(0, order.price.currency) } else { order.price };
            let label = tf!(locale, "{link}：{item}", "{link}: {item}");
            view! {
                <tr>
                    <th scope="row">{item}{by_offer}{trial}{gift}{team}{part}</th>
                    <td data-heading=date><time datetime=format::machine(order.created_at)>{format::date(order.created_at, &ask.site.time_zone, locale)}</time></td>
                    <td class="num" data-heading=amount>{price.format(locale)}</td>
                    <td data-heading=state><Badge tone text=status/></td>
                    <td data-heading=receipt><a href=href aria-label=label>{link}</a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=title>
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(locale, "内容", "Item")}</th>
                        <th scope="col">{date}</th>
                        <th scope="col" class="num">{amount}</th>
                        <th scope="col">{state}</th>
                        <th scope="col">{receipt}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The memberships that run, each with its end, or the way to one.
#[component]
pub fn Plan(ask: Ask, memberships: Vec<Membership>) -> impl IntoView {
    let locale = ask.locale;
    if memberships.is_empty() {
        let action = Some(("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers").to_owned()));
        return view! { <EmptyState text=t!(locale, "你目前不是付费会员。", "You have no paid membership now.") action/> }.into_any();
    }
    let plans = memberships
        .into_iter()
        .map(|membership| {
            let ends = match membership.ends_at {
                Some(at) => view! {
                    {t!(locale, "有效期至 ", "until ")}
                    <time datetime=format::machine(at)>{format::last_day(at, &ask.site.time_zone, locale)}</time>
                }
                .into_any(),
                None => t!(locale, "永久有效", "for good").into_any(),
            };
            view! { <li class="plan"><strong class="plan-name">{membership.tier_name}</strong> " " <span class="plan-end">{ends}</span></li> }
        })
        .collect_view();
    view! {
        <ul class="plans">{plans}</ul>
        <p><a href="/account/membership">{t!(locale, "管理我的会员", "Manage your membership")}</a></p>
    }
    .into_any()
}
