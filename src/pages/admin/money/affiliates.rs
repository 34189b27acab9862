//! `/admin/affiliates`: whether there are affiliates and what they get; everybody with a link; and what each of them brought.

use super::super::{menu, number};
use super::wording::badge;
use super::{money, page_of, person, when};
use crate::creators::affiliates::{self, AffiliateRow, PAGE, RewardRow, State};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, OrderId};
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::payments::affiliates::model::{Terms, Typed};
use crate::payments::affiliates::{rewards, terms};
use crate::payments::tax::{rate_name, rate_typed};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Submit, Switch, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const HERE: &str = "/admin/affiliates";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    running: String,
    sale_rate: String,
    tier_rate: String,
    days: String,
    hold_days: String,
}

impl TermsForm {
    fn of(terms: &Terms) -> TermsForm {
        TermsForm {
            running: if terms.running { "on".to_owned() } else { String::new() },
            sale_rate: rate_typed(terms.sale_rate),
            tier_rate: rate_typed(terms.tier_rate),
            days: terms.days.map(|days| days.to_string()).unwrap_or_default(),
            hold_days: terms.hold_days.to_string(),
        }
    }

    fn typed(&self) -> Typed {
        Typed {
            running: self.running == "on",
            sale_rate: self.sale_rate.clone(),
            tier_rate: self.tier_rate.clone(),
            days: self.days.clone(),
            hold_days: self.hold_days.clone(),
        }
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let form = TermsForm::of(&terms::terms(&ask.ctx).await?);
    draw_list(&ask, form, Errors::none()).await
}

pub async fn save(ask: Ask, Form(form): Form<TermsForm>) -> Result<Response> {
    match terms::set(&ask.ctx, &ask.viewer, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/affiliates?done=saved")),
        Err(error) => draw_list(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw_list(ask: &Ask, form: TermsForm, errors: Errors) -> Result<Response> {
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (found, more) = page_of(affiliates::all(&ask.ctx, &ask.viewer, MemberId(after), PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "推广", "Affiliates");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("{HERE}?after={}", last.member_id));
        let list = if found.is_empty() {
            let text = t!(
                locale,
                "还没有人领取推广链接。开启后，会员可以在会员中心领取。",
                "Nobody has a link yet. Once this is on, members get one at their account."
            );
            view! { <EmptyState text/> }.into_any()
        } else {
            view! { {table(ask, &found)} <NextPage locale href=next timeless=true/> }.into_any()
        };
        view! {
            {menu(ask)}
            <section class="admin-affiliates">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p>{t!(
                    locale,
                    "会员用自己的链接推荐本站，有人因此加入并付款，推荐的人得到净额的一部分。买家付款前会看到是谁推荐的，并可以去掉推荐。奖励由网站承担，不减少创作者的分成，和创作者收益一起打款。",
                    "Members recommend the site by a link of their own; when somebody who joined by it pays, they get a part of the net. Buyers see before they pay who recommended the site to them, and can take the recommendation out. The site bears it: creators’ shares stay as they are. It is paid out with what creators are owed."
                )}</p>
                {terms_form(form, &errors, locale)}
                <h2>{t!(locale, "推广的会员", "Members with a link")}</h2>
                {list}
                <p class="actions"><LinkButton href="/admin/payouts" label=t!(locale, "余额与打款", "Balances and payouts") quiet=true/></p>
            </section>
        }
    }))
}

fn terms_form(form: TermsForm, errors: &Errors, locale: Locale) -> AnyView {
    let hint = t!(locale, "填净额的百分比，最多 50；0 表示没有奖励。", "In percent of the net; 0 for none, 50 at most.").to_owned();
    let days = t!(
        locale,
        "从被推荐之日算起，在这些天之内的购买都计奖励，包括续费；留空则只计第一次购买。",
        "Days from the recommendation within which everything counts, renewals too. Leave empty for the first purchase alone."
    )
    .to_owned();
    let hold = t!(
        locale,
        "付款后过多少天奖励才能打款。最好不短于退款期限。",
        "Days after the payment before it can be paid out: best no fewer than buyers have to take a purchase back."
    )
    .to_owned();
    view! {
        <form class="form" method="post" action=HERE>
            <Switch label=t!(locale, "开启推广", "Members can recommend the site for a reward") name="running" checked={form.running == "on"}/>
            <Field label=t!(locale, "文章和合集的奖励", "Reward for articles and bundles") name="sale_rate" inputmode="decimal" value=form.sale_rate maxlength=10 hint=Some(hint.clone()) error=errors.of("sale_rate", locale)/>
            <Field label=t!(locale, "会员费的奖励", "Reward for memberships") name="tier_rate" inputmode="decimal" value=form.tier_rate maxlength=10 hint=Some(hint) error=errors.of("tier_rate", locale)/>
            <Field label=t!(locale, "计奖励的天数（选填）", "Days that count (optional)") name="days" inputmode="numeric" value=form.days maxlength=5 hint=Some(days) error=errors.of("days", locale)/>
            <Field label=t!(locale, "等待天数", "Days of waiting") name="hold_days" inputmode="numeric" value=form.hold_days maxlength=4 hint=Some(hold) error=errors.of("hold_days", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
    .into_any()
}

fn standing(row: &AffiliateRow, locale: Locale) -> AnyView {
    badge(match (row.ended_at, row.ended_by) {
        (None, _) => (Tone::Good, t!(locale, "有效", "Active")),
        (Some(_), Some(by)) if by == row.member_id => (Tone::Plain, t!(locale, "自行停用", "Ended by themselves")),
        (Some(_), _) => (Tone::Bad, t!(locale, "已排除", "Excluded")),
    })
}

fn table(ask: &Ask, found: &[AffiliateRow]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "链接", "Link")),
        Column::number(t!(locale, "打开", "Opened")),
        Column::number(t!(locale, "加入", "Joined")),
        Column::number(t!(locale, "订单", "Orders")),
        Column::text(t!(locale, "状态", "Status")),
    ];
    let row = |row: &AffiliateRow| {
        vec![
            view! { <a href=format!("{HERE}/{}", row.member_id)>{format!("@{}", row.handle)}</a> }.into_any(),
            view! { <code>{format!("?via={}", row.code)}</code> }.into_any(),
            format::number(row.opened).into_any(),
            format::number(row.joined).into_any(),
            format::number(row.orders).into_any(),
            standing(row, locale),
        ]
    };
    let label = t!(locale, "推广的会员", "Members with a link");
    view! { <DataTable label columns rows=found.iter().map(row).collect()/> }.into_any()
}

/// What is to be done, of the affiliate, or of one of their orders.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// `exclude` or `include`.
    deed: String,
    /// The number of an order; empty: the affiliate.
    order: String,
}

pub async fn decide(ask: Ask, Path(id): Path<String>, Form(form): Form<Decision>) -> Result<Response> {
    let affiliate = MemberId(number(&ask, &id)?);
    affiliates::one(&ask.ctx, &ask.viewer, affiliate).await?;
    let excluded = match form.deed.as_str() {
        "exclude" => true,
        "include" => false,
        _ => return Err(AppError::BadRequest(crate::words!("请选择要做什么。", "Please choose what to do."))),
    };
    match form.order.trim() {
        "" => rewards::exclude_affiliate(&ask.ctx, &ask.viewer, affiliate, excluded).await?,
        order => {
            let order = order.parse().map(OrderId).map_err(|_| AppError::NotFound)?;
            rewards::exclude(&ask.ctx, &ask.viewer, (affiliate, order), excluded).await?;
        }
    }
    Ok(see_other(&format!("{HERE}/{affiliate}?done=saved")))
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = MemberId(number(&ask, &id)?);
    let affiliate = affiliates::one(&ask.ctx, &ask.viewer, id).await?;
    let before = ask.query("after").and_then(|text| text.parse().ok()).map(OrderId);
    let (found, more) = page_of(affiliates::rewards_for_admin(&ask.ctx, &ask.viewer, id, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let handle = &affiliate.handle;
    let title = tf!(locale, "@{handle} 的推广", "What @{handle} brought");
    Ok(Page::new(title.clone()).private().draw(&ask, || {
        let above = vec![(HERE.to_owned(), t!(locale, "推广", "Affiliates").to_owned())];
        let next = found.last().filter(|_| more).map(|(last, _)| format!("{HERE}/{id}?after={}", last.order_id));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有已付款的订单。", "No order has been paid yet.")/> }.into_any()
        } else {
            view! { {rewards_table(&ask, &found, Some(id))} <NextPage locale href=next/> }.into_any()
        };
        let excluded = affiliate.ended_at.is_some() && affiliate.ended_by != Some(affiliate.member_id);
        let (deed, label) = match excluded {
            true => ("include", t!(locale, "恢复这位会员的推广", "Let their link count again")),
            false => ("exclude", t!(locale, "排除这位会员", "Exclude this member")),
        };
        let note = t!(
            locale,
            "排除后链接失效，未付款的订单不再计奖励；已付款的订单不受影响，可以逐笔排除。",
            "Excluded, their link counts for nothing, nor do orders that are not paid yet. Paid ones stay; exclude those one by one."
        );
        view! {
            {menu(&ask)}
            <section class="admin-affiliates">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <dl class="facts">
                    {fact(t!(locale, "会员", "Member"), view! { {person(&affiliate.handle)} " " {affiliate.name.clone()} })}
                    {fact(t!(locale, "状态", "Status"), standing(&affiliate, locale))}
                    {fact(t!(locale, "链接", "Link"), view! { <code>{format!("?via={}", affiliate.code)}</code> })}
                    {fact(t!(locale, "打开", "Opened"), format::number(affiliate.opened))}
                    {fact(t!(locale, "加入", "Joined"), format::number(affiliate.joined))}
                </dl>
                {list}
                <form method="post" action=format!("{HERE}/{id}")>
                    <p class="field-hint">{note}</p>
                    <Submit label quiet=true name="deed" value=deed/>
                </form>
            </section>
        }
    }))
}

fn state_badge(state: State, locale: Locale) -> AnyView {
    badge(match state {
        State::Held => (Tone::Warn, t!(locale, "冻结", "Held")),
        State::Payable => (Tone::Good, t!(locale, "可打款", "Payable")),
        State::UnderWay => (Tone::Warn, t!(locale, "打款中", "Under way")),
        State::Paid => (Tone::Good, t!(locale, "已打款", "Paid")),
        State::TakenBack => (Tone::Bad, t!(locale, "已收回", "Taken back")),
        State::Excluded => (Tone::Bad, t!(locale, "已排除", "Excluded")),
        State::Nothing => (Tone::Plain, t!(locale, "不计奖励", "Does not count")),
    })
}

/// What an order of this kind was for.
fn bought(kind: &str, title: &str, locale: Locale) -> String {
    match kind {
        "tier" => tf!(locale, "会员：{title}", "Membership: {title}"),
        "bundle" => tf!(locale, "合集《{title}》", "Bundle “{title}”"),
        _ => tf!(locale, "《{title}》", "“{title}”"),
    }
}

/// Orders that were paid, and what they gave. For an admin with the order itself, and a button that excludes it; an
/// affiliate sees what was bought and on which day.
pub fn rewards_table(ask: &Ask, found: &[(RewardRow, State)], admin_of: Option<MemberId>) -> AnyView {
    let locale = ask.locale;
    let mut columns = vec![
        Column::text(t!(locale, "内容", "What")),
        Column::text(t!(locale, "付款日期", "Paid on")),
        Column::number(t!(locale, "比例", "Part")),
        Column::number(t!(locale, "奖励", "Reward")),
        Column::text(t!(locale, "状态", "Status")),
    ];
    if admin_of.is_some() {
        columns.push(Column::text(t!(locale, "操作", "Decide")));
    }
    let row = |(row, state): &(RewardRow, State)| {
        let what = bought(&row.kind, &row.title, locale);
        let what = match admin_of {
            Some(_) => view! { <a href=format!("/admin/orders/{}", row.order_id)><bdi>{what}</bdi></a> }.into_any(),
            None => view! { <bdi>{what}</bdi> }.into_any(),
        };
        let until = row.payable_at.filter(|_| *state == State::Held).map(|at| {
            let date = format::date(Timestamp(at), &ask.site.time_zone, locale);
            tf!(locale, " {date}起可打款", " until {date}")
        });
        let paid = match admin_of {
            Some(_) => when(Timestamp(row.paid_at), ask),
            None => format::date(Timestamp(row.paid_at), &ask.site.time_zone, locale).into_any(),
        };
        let mut cells = vec![
            what,
            paid,
            rate_name(row.rate).into_any(),
            money(row.minor, &row.currency, ask).into_any(),
            view! { {state_badge(*state, locale)} {until} }.into_any(),
        ];
        if let Some(affiliate) = admin_of {
            cells.push(decision(affiliate, row, locale));
        }
        cells
    };
    let label = t!(locale, "订单与奖励", "Orders and rewards");
    view! { <DataTable label columns rows=found.iter().map(row).collect()/> }.into_any()
}

fn decision(affiliate: MemberId, row: &RewardRow, locale: Locale) -> AnyView {
    let (deed, label) = match row.excluded_at {
        Some(_) => ("include", t!(locale, "恢复", "Let it count")),
        None => ("exclude", t!(locale, "排除", "Exclude")),
    };
    view! {
        <form method="post" action=format!("{HERE}/{affiliate}")>
            <input type="hidden" name="order" value=row.order_id.to_string()/>
            <input type="hidden" name="deed" value=deed/>
            <button class="linklike" type="submit">{label}</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_that_was_recommended_is_no_membership() {
        let said = |kind: &str| bought(kind, "A", Locale::En);
        assert_eq!([said("tier"), said("bundle"), said("post")], ["Membership: A", "Bundle “A”", "“A”"]);
    }
}
