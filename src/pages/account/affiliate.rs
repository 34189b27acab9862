//! `/account/affiliate`: a member's own link, how many came by it, and what that brought. Who they were is not said.

use super::frame::AccountFrame;
use crate::creators::affiliates::{self, Balance, Overview, PAGE};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OrderId;
use crate::foundation::locale::{Locale, plural};
use crate::pages::Page;
use crate::pages::admin::money::affiliates::rewards_table;
use crate::pages::admin::money::{money, page_of};
use crate::payments::affiliates::model::Terms;
use crate::payments::affiliates::{recommending, terms};
use crate::payments::tax::rate_name;
use crate::server::http::{Ask, Form, local_path, see_other};
use crate::ui::{Banner, EmptyState, Field, LinkButton, NextPage, Submit, Tone, fact};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const HERE: &str = "/account/affiliate";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// `begin` or `end`.
    deed: String,
}

pub async fn decide(ask: Ask, Form(form): Form<Decision>) -> Result<Response> {
    ask.viewer.require_member()?;
    match form.deed.as_str() {
        "begin" => {
            recommending::begin(&ask.ctx, &ask.viewer).await?;
            Ok(see_other("/account/affiliate?done=recommends"))
        }
        "end" => {
            recommending::end(&ask.ctx, &ask.viewer).await?;
            Ok(see_other("/account/affiliate?done=recommends-no-more"))
        }
        _ => Err(AppError::BadRequest(crate::words!("请选择要做什么。", "Please choose what to do."))),
    }
}

pub async fn show(ask: Ask) -> Result<Response> {
    let (overview, terms) = (affiliates::overview(&ask.ctx, &ask.viewer).await?, terms::terms(&ask.ctx).await?);
    if overview.is_none() && !terms.running {
        return Err(AppError::NotFound);
    }
    let before = ask.query("after").and_then(|id| id.parse().ok()).map(OrderId);
    let (rewards, more) = page_of(affiliates::rewards(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let wanted = ask.query("article").filter(|typed| !typed.trim().is_empty());
    let locale = ask.locale;
    let title = t!(locale, "推广", "Affiliate link");
    let wrong = wanted.as_deref().is_some_and(|typed| path_of(&ask, typed).is_none());
    Ok(Page::new(title).private().status(if wrong { 422 } else { 200 }).draw(&ask, || {
        let next = rewards.last().filter(|_| more).map(|(last, _)| format!("{HERE}?after={}", last.order_id));
        let body = match overview {
            None => view! { {said(&terms, locale)} {decision("begin", locale)} }.into_any(),
            Some(own) => {
                let list = if rewards.is_empty() {
                    let text = t!(
                        locale,
                        "还没有奖励。有人通过你的链接加入并付款后，会显示在这里。",
                        "Nothing yet. Once somebody who joined by your link pays, it shows here."
                    );
                    view! { <EmptyState text/> }.into_any()
                } else {
                    view! { {rewards_table(&ask, &rewards, None)} <NextPage locale href=next/> }.into_any()
                };
                view! {
                    {links(&ask, &own, &terms, wanted)}
                    {numbers(&ask, &own)}
                    <h2>{t!(locale, "订单与奖励", "Orders and rewards")}</h2>
                    {list}
                    {said(&terms, locale)}
                    {own.link.ended_at.is_none().then(|| decision("end", locale))}
                }
                .into_any()
            }
        };
        view! { <AccountFrame ask=ask.clone() current=HERE title>{body}</AccountFrame> }
    }))
}

/// What holds for new orders, and what the other side is told.
fn said(terms: &Terms, locale: Locale) -> AnyView {
    if !terms.running {
        let text = t!(
            locale,
            "目前不接受新的推广。已经得到的奖励不受影响。",
            "Links earn nothing new at present. What you have earned stays yours."
        );
        return view! { <Banner tone=Tone::Warn text/> }.into_any();
    }
    let rates =
        [(terms.sale_rate, t!(locale, "文章和合集", "articles and bundles")), (terms.tier_rate, t!(locale, "会员费", "memberships"))];
    let rates = rates.into_iter().filter(|(rate, _)| *rate > 0).map(|(rate, what)| {
        let rate = rate_name(rate);
        tf!(locale, "{what}净额的 {rate}", "{rate} of the net of {what}")
    });
    let rates = rates.collect::<Vec<_>>().join(t!(locale, "、", ", "));
    let which = match terms.days {
        None => t!(locale, "第一次购买", "their first purchase").to_owned(),
        Some(days) => {
            let unit = plural(days, "day", "days");
            tf!(locale, "{days} 天内的全部购买", "everything they buy within {days} {unit}")
        }
    };
    let what = tf!(
        locale,
        "有人通过你的链接加入，或已有账号但从未买过的会员通过它购买，{which}会给你带来奖励：{rates}。净额是扣除税、退款和支付手续费之后的金额，打赏不计奖励。",
        "When somebody joins by your link, or a member who has never bought anything buys by it, {which} earns you {rates}. The net is what is left after tax, refunds and provider fees. Tips do not count."
    );
    let days = terms.hold_days;
    let unit = plural(days, "day", "days");
    let hold = match days {
        0 => t!(
            locale,
            "订单付款后，奖励就可以打款；订单退款或争议败诉的，奖励会被收回。",
            "A reward can be paid out as soon as the payment has come. A refund or a lost dispute takes it back."
        )
        .to_owned(),
        _ => tf!(
            locale,
            "订单付款 {days} 天后，奖励可以打款；订单退款或争议败诉的，奖励会被收回。",
            "A reward can be paid out {days} {unit} after the payment. A refund or a lost dispute takes it back."
        ),
    };
    let told = t!(
        locale,
        "付款前，买家会看到你的显示名称，知道你会得到奖励，并且可以去掉推荐。你看不到谁买了什么。自己推荐自己、互相推荐不计奖励。",
        "Before paying, buyers see your name and that you get a reward, and they can take you out. You do not see who bought. Recommending yourself or one another gives nothing."
    );
    view! { <ul class="affiliate-terms"><li>{what}</li><li>{hold}</li><li>{told}</li></ul> }.into_any()
}

fn decision(deed: &'static str, locale: Locale) -> AnyView {
    let begins = deed == "begin";
    let label =
        if begins { t!(locale, "领取我的推广链接", "Get my link") } else { t!(locale, "停用我的链接", "End my link") };
    view! {
        <form method="post" action=HERE>
            <input type="hidden" name="deed" value=deed/>
            <Submit label quiet={!begins}/>
        </form>
    }
    .into_any()
}

/// The path of what was typed: an address of this site, or a path of it, without what follows.
fn path_of(ask: &Ask, typed: &str) -> Option<String> {
    let typed = typed.trim();
    let path = typed.strip_prefix(ask.ctx.config().base_url.as_str()).unwrap_or(typed);
    let path = path.split(['?', '#']).next().filter(|path| !path.is_empty()).unwrap_or("/");
    local_path(path).map(str::to_owned)
}

fn links(ask: &Ask, own: &Overview, terms: &Terms, wanted: Option<String>) -> AnyView {
    let locale = ask.locale;
    if own.link.ended_at.is_some() {
        let by_self = own.link.ended_by == ask.viewer.id().map(|id| id.0);
        let text = match by_self {
            true => t!(locale, "你的链接已停用。", "Your link is ended."),
            false => t!(locale, "管理员停用了你的链接，不再产生新的奖励。", "An admin has ended your link. Nothing new comes of it."),
        };
        let again = (by_self && terms.running).then(|| decision("begin", locale));
        return view! { <Banner tone=Tone::Warn text/> {again} }.into_any();
    }
    let (base, code) = (&ask.ctx.config().base_url, &own.link.code);
    let shown = |label: &'static str, path: &str| {
        view! {
            <label class="share-link">
                <span>{label}</span>
                <input class="input" type="text" readonly value=format!("{base}{path}?via={code}")/>
            </label>
        }
        .into_any()
    };
    let path = wanted.as_deref().and_then(|typed| path_of(ask, typed));
    let error = (wanted.is_some() && path.is_none())
        .then(|| t!(locale, "请填写本站的网址，例如 /p/…。", "Please give an address of this site, such as /p/….").to_owned());
    let hint = t!(locale, "粘贴本站任意一篇文章的网址。", "Paste the address of any article of this site.").to_owned();
    view! {
        <section class="affiliate-links">
            {shown(t!(locale, "首页的推广链接", "Your link to the home page"), "/")}
            {path.map(|path| shown(t!(locale, "这篇文章的推广链接", "Your link to this article"), &path))}
            <form class="form" method="get" action=HERE>
                <Field label=t!(locale, "文章网址", "Address of an article") name="article" value=wanted.unwrap_or_default() maxlength=500 hint=Some(hint) error/>
                <Submit label=t!(locale, "生成链接", "Make the link") quiet=true/>
            </form>
        </section>
    }
    .into_any()
}

fn numbers(ask: &Ask, own: &Overview) -> AnyView {
    let locale = ask.locale;
    let owed = |of: fn(&Balance) -> i64| {
        let sums = own.balances.iter().filter(|balance| of(balance) != 0).map(|balance| money(of(balance), &balance.currency, ask));
        let sums = sums.collect::<Vec<_>>().join(t!(locale, "、", ", "));
        if sums.is_empty() { money(0, ask.site.currency.code(), ask) } else { sums }
    };
    let facts = [
        (t!(locale, "链接打开次数", "Times it was opened"), own.link.opened.to_string()),
        (t!(locale, "通过链接加入", "Joined by it"), own.counts.joined.to_string()),
        (t!(locale, "带来的订单", "Orders it brought"), own.counts.orders.to_string()),
        (t!(locale, "可打款", "Payable"), owed(|balance| balance.payable)),
        (t!(locale, "冻结", "Held"), owed(|balance| balance.held)),
    ];
    let facts = facts.into_iter().map(|(label, value)| fact(label, value)).collect_view();
    view! {
        <dl class="facts">{facts}</dl>
        <p class="actions"><LinkButton href="/account/earnings" label=t!(locale, "收益、打款和收款方式", "Earnings, payouts and how you are paid") quiet=true/></p>
    }
    .into_any()
}
