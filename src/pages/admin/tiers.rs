//! `/admin/tiers`: the tiers and what they cost; making, changing, ordering, no longer selling one, and giving one away.

use super::menu;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::TierId;
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::membership::grants::{self, GrantRow, NewGrant};
use crate::membership::model::{NewTier, Tier};
use crate::membership::{service, typed};
use crate::pages::shell::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{
    Badge, Banner, Breadcrumb, Check, Column, DataTable, EmptyState, Errors, Field, NextPage, Nothing, Submit, TextArea, Tone,
};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TierForm {
    name: String,
    description: String,
    monthly: String,
    yearly: String,
    /// Left out where the form has no such field: then they stay as they are.
    more_prices: Option<String>,
    benefits: String,
    free: String,
    member_limit: String,
    trial_days: String,
    grace_days: String,
    keeps_price: String,
    teams: String,
    team_least: String,
    team_most: String,
    team_off_from: String,
    team_off: String,
}

impl TierForm {
    /// An empty one, as the usual tier is.
    fn new() -> TierForm {
        TierForm { keeps_price: "on".to_owned(), ..TierForm::default() }
    }

    fn of(tier: Tier, own: Currency) -> TierForm {
        let plain = |price: Option<Money>| price.map(Money::to_plain).unwrap_or_default();
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let off = tier.teams.and_then(|teams| teams.off);
        let on = |is: bool| if is { "on".to_owned() } else { String::new() };
        TierForm {
            monthly: plain(tier.monthly),
            yearly: plain(tier.yearly),
            more_prices: Some(typed::prices_text(&tier.prices, own)),
            benefits: tier.benefits.join("\n"),
            free: on(tier.free),
            member_limit: tier.member_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            trial_days: tier.trial_days.to_string(),
            grace_days: tier.grace_days.to_string(),
            keeps_price: on(tier.keeps_price),
            teams: on(tier.teams.is_some()),
            team_least: number(tier.teams.map(|teams| teams.least)),
            team_most: number(tier.teams.map(|teams| teams.most)),
            team_off_from: number(off.map(|(from, _)| from)),
            team_off: number(off.map(|(_, off)| off)),
            name: tier.name,
            description: tier.description,
        }
    }

    fn command(&self, id: Option<TierId>) -> NewTier {
        let TierForm { name, description, monthly, yearly, more_prices, benefits, free, member_limit, trial_days, grace_days, .. } = self;
        NewTier {
            id,
            name: name.clone(),
            description: description.clone(),
            monthly: monthly.clone(),
            yearly: yearly.clone(),
            more_prices: more_prices.clone(),
            benefits: benefits.clone(),
            free: free == "on",
            member_limit: member_limit.clone(),
            trial_days: trial_days.clone(),
            grace_days: grace_days.clone(),
            raises_price: self.keeps_price != "on",
            teams: self.teams == "on",
            team_least: self.team_least.clone(),
            team_most: self.team_most.clone(),
            team_off_from: self.team_off_from.clone(),
            team_off: self.team_off.clone(),
        }
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    draw_list(&ask, TierForm::new(), Errors::none()).await
}

pub async fn create(ask: Ask, Form(form): Form<TierForm>) -> Result<Response> {
    match service::save_tier(&ask.ctx, &ask.viewer, form.command(None)).await {
        Ok(_) => Ok(see_other("/admin/tiers?done=saved")),
        Err(error) => draw_list(&ask, form, Errors::from_error(error)?).await,
    }
}

pub async fn edit(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let tier = service::tier(&ask.ctx, parse(&id)?).await?;
    draw_edit(&ask, tier.id, Some(TierForm::of(tier, ask.site.currency)), Errors::none(), GrantForm::default(), Errors::none()).await
}

pub async fn update(ask: Ask, Path(id): Path<String>, Form(form): Form<TierForm>) -> Result<Response> {
    let id = parse(&id)?;
    match service::save_tier(&ask.ctx, &ask.viewer, form.command(Some(id))).await {
        Ok(_) => Ok(see_other("/admin/tiers?done=saved")),
        Err(error) => draw_edit(&ask, id, Some(form), Errors::from_error(error)?, GrantForm::default(), Errors::none()).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ArchiveForm {
    archived: String,
}

pub async fn archive(ask: Ask, Path(id): Path<String>, Form(form): Form<ArchiveForm>) -> Result<Response> {
    service::set_archived(&ask.ctx, &ask.viewer, parse(&id)?, form.archived == "on").await?;
    Ok(see_other("/admin/tiers?done=saved"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    to: String,
}

pub async fn move_one(ask: Ask, Path(id): Path<String>, Form(form): Form<MoveForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    grants::move_tier(&ask.ctx, &ask.viewer, parse(&id)?, form.to == "up").await?;
    Ok(see_other("/admin/tiers"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    member: String,
    until: String,
    reason: String,
}

pub async fn give(ask: Ask, Path(id): Path<String>, Form(form): Form<GrantForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id = parse(&id)?;
    let new = NewGrant { member: form.member.clone(), until: form.until.clone(), reason: form.reason.clone() };
    match grants::give(&ask.ctx, &ask.viewer, id, &new).await {
        Ok(()) => Ok(see_other(&format!("/admin/tiers/{id}?done=granted#grants"))),
        Err(error) => draw_edit(&ask, id, None, Errors::none(), form, Errors::from_error(error)?).await,
    }
}

pub async fn revoke(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let tier = grants::revoke(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other(&format!("/admin/tiers/{tier}?done=revoked#grants")))
}

fn parse(id: &str) -> Result<TierId> {
    id.parse().map_err(|_| AppError::NotFound)
}

async fn draw_list(ask: &Ask, form: TierForm, errors: Errors) -> Result<Response> {
    let tiers = service::all_tiers(&ask.ctx, &ask.viewer).await?;
    let (locale, currency) = (ask.locale, ask.site.currency.code());
    let title = t!(locale, "会员等级", "Tiers");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        view! {
            {menu(ask)}
            <section class="admin-tiers">
                <h1>{title}</h1>
                <TierTable tiers locale/>
                <h2>{t!(locale, "添加会员等级", "Add a tier")}</h2>
                <TierFields action="/admin/tiers".to_owned() form errors currency locale/>
            </section>
        }
    }))
}

/// The form as it came back, or as the tier is, and what was given of it.
async fn draw_edit(ask: &Ask, id: TierId, form: Option<TierForm>, errors: Errors, grant: GrantForm, wrong: Errors) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let mut given = grants::of_tier(&ask.ctx, &ask.viewer, id, before, GRANTS + 1).await?;
    let more = given.len() as i64 > GRANTS;
    given.truncate(GRANTS as usize);
    let form = match form {
        Some(form) => form,
        None => TierForm::of(service::tier(&ask.ctx, id).await?, ask.site.currency),
    };
    let (locale, currency) = (ask.locale, ask.site.currency.code());
    let title = t!(locale, "编辑会员等级", "Edit the tier");
    let status = if errors.is_empty() && wrong.is_empty() { 200 } else { 422 };
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let above = vec![("/admin/tiers".to_owned(), t!(locale, "会员等级", "Tiers").to_owned())];
        let next = given.last().filter(|_| more).map(|last| format!("/admin/tiers/{id}?after={}#grants", last.id));
        view! {
            {menu(ask)}
            <section class="admin-tiers">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <TierFields action=format!("/admin/tiers/{id}") form errors currency locale/>
                <h2 id="grants">{t!(locale, "赠送", "Given away")}</h2>
                <GrantFields action=format!("/admin/tiers/{id}/grants") form=grant errors=wrong locale/>
                {grants_table(ask, given)}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

/// How many grants stand on a page.
const GRANTS: i64 = 50;

#[component]
fn GrantFields(action: String, form: GrantForm, errors: Errors, locale: Locale) -> impl IntoView {
    let until = t!(locale, "有效期的最后一天；留空即永久有效。", "The last day; leave empty to give it for good.").to_owned();
    let reason = t!(locale, "只有管理员能看到。", "For admins only.").to_owned();
    view! {
        <p>{t!(locale, "赠送不用付款，也不受人数上限限制。", "A gift needs no payment, and can be given even when all seats are taken.")}</p>
        {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
        <form class="form form-columns" method="post" action=action>
            <Field label=t!(locale, "会员用户名", "Member's handle") name="member" value=form.member error=errors.of("member", locale)/>
            <Field label=t!(locale, "有效期至", "Until") name="until" kind="date" value=form.until hint=Some(until) error=errors.of("until", locale)/>
            <Field label=t!(locale, "原因", "Reason") name="reason" maxlength=200 value=form.reason hint=Some(reason) error=errors.of("reason", locale)/>
            <Submit label=t!(locale, "赠送", "Give") quiet=true/>
        </form>
    }
}

fn grants_table(ask: &Ask, given: Vec<GrantRow>) -> Option<AnyView> {
    let locale = ask.locale;
    let date = |at: i64| format::date(Timestamp(at), &ask.site.time_zone, locale);
    let row = |grant: GrantRow| {
        // The end is the first instant of the day after the last.
        let until = grant.until_at.map_or_else(|| t!(locale, "永久", "For good").to_owned(), |at| date(at - 1));
        let state = match grant.revoked_at {
            Some(at) => {
                let at = date(at);
                view! { <Badge text=tf!(locale, "{at}收回", "Taken back on {at}")/> }.into_any()
            }
            None => view! {
                <form method="post" action=format!("/admin/grants/{}/revoke", grant.id)>
                    <Submit label=t!(locale, "收回", "Take back") quiet=true/>
                </form>
            }
            .into_any(),
        };
        let handle = view! { <a href=format!("/u/{}", grant.handle)>{format!("@{}", grant.handle)}</a> };
        vec![handle.into_any(), date(grant.given_at).into_any(), until.into_any(), grant.reason.into_any(), state]
    };
    let columns = vec![
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "赠送日期", "Given on")),
        Column::text(t!(locale, "有效期至", "Until")),
        Column::text(t!(locale, "原因", "Reason")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let rows: Vec<_> = given.into_iter().map(row).collect();
    (!rows.is_empty()).then(|| view! { <DataTable label=t!(locale, "赠送", "Given away") columns rows/> }.into_any())
}

#[component]
fn TierTable(tiers: Vec<Tier>, locale: Locale) -> impl IntoView {
    if tiers.is_empty() {
        let text = t!(
            locale,
            "还没有会员等级。添加一个，读者就可以按月或按年购买。",
            "There are no tiers yet. Add one, and readers can buy a month or a year of it."
        );
        return view! { <EmptyState text/> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "名称", "Name")),
        Column::number(t!(locale, "一个月", "A month")),
        Column::number(t!(locale, "一年", "A year")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "顺序", "Order")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let rows = tiers.into_iter().map(|tier| row(tier, locale)).collect();
    view! { <DataTable label=t!(locale, "会员等级", "Tiers") columns rows/> }.into_any()
}

fn row(tier: Tier, locale: Locale) -> Vec<AnyView> {
    let price = |price: Option<Money>| match price {
        Some(price) => price.format(locale).into_any(),
        None => view! { <Nothing/> }.into_any(),
    };
    let (state, next, label) = if tier.archived {
        (t!(locale, "已停售", "Not for sale"), "off", t!(locale, "恢复出售", "Sell again"))
    } else {
        (t!(locale, "出售中", "For sale"), "on", t!(locale, "停止出售", "Stop selling"))
    };
    let tone = if tier.archived { Tone::Plain } else { Tone::Good };
    let sell = view! {
        <form method="post" action=format!("/admin/tiers/{}/archive", tier.id)>
            <Submit label quiet=true name="archived" value=next/>
        </form>
    };
    let order = view! {
        <form class="tier-order" method="post" action=format!("/admin/tiers/{}/move", tier.id)>
            <button class="button button-small button-quiet" type="submit" name="to" value="up">{t!(locale, "上移", "Up")}</button>
            <button class="button button-small button-quiet" type="submit" name="to" value="down">{t!(locale, "下移", "Down")}</button>
        </form>
    };
    let monthly = if tier.free { t!(locale, "免费", "Free").into_any() } else { price(tier.monthly) };
    vec![
        view! { <a href=format!("/admin/tiers/{}", tier.id)>{tier.name.clone()}</a> }.into_any(),
        monthly,
        price(tier.yearly),
        view! { <Badge tone text=state/> }.into_any(),
        order.into_any(),
        sell.into_any(),
    ]
}

#[component]
fn TierFields(action: String, form: TierForm, errors: Errors, currency: &'static str, locale: Locale) -> impl IntoView {
    let hint = tf!(locale, "单位：{currency}。不出售则留空。", "In {currency}. Leave empty if it is not sold.");
    view! {
        {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
        <form class="form" method="post" action=action>
            <Field label=t!(locale, "名称", "Name") name="name" value=form.name required=true error=errors.of("name", locale)/>
            <TextArea
                label=t!(locale, "说明", "Description")
                name="description"
                rows=3
                value=form.description
                error=errors.of("description", locale)
            />
            <TextArea
                label=t!(locale, "权益（每行一条）", "Benefits, one a line")
                name="benefits"
                rows=4
                value=form.benefits
                error=errors.of("benefits", locale)
            />
            <Field label=t!(locale, "一个月的价格", "Price of a month") name="monthly" value=form.monthly inputmode="decimal" hint=Some(hint.clone()) error=errors.of("monthly", locale)/>
            <Field label=t!(locale, "一年的价格", "Price of a year") name="yearly" value=form.yearly inputmode="decimal" hint=Some(hint) error=errors.of("yearly", locale)/>
            <TextArea
                label=t!(locale, "其他价格", "More prices")
                name="more_prices"
                rows=3
                value=form.more_prices.unwrap_or_default()
                hint=Some(t!(
                    locale,
                    "每行一个：时长、金额、货币。时长写 month、year 或天数，例如“month 9.90 USD”“30 68 CNY”。",
                    "One a line: how long, how much, which currency. The length is month, year or a number of days, as in “month 9.90 USD” or “30 68 CNY”."
                ).to_owned())
                error=errors.of("more_prices", locale)
            />
            <Check label=t!(locale, "免费：登录后即可加入", "Free: whoever is signed in may join") name="free" checked={form.free == "on"}/>
            <Field label=t!(locale, "人数上限", "Member limit") name="member_limit" inputmode="numeric" value=form.member_limit hint=Some(t!(locale, "留空即不限。", "Empty: no limit.").to_owned()) error=errors.of("member_limit", locale)/>
            <Field label=t!(locale, "试用天数", "Trial days") name="trial_days" inputmode="numeric" value=form.trial_days hint=Some(t!(locale, "自动续费会员第一次扣款之前的天数。", "Days before the first charge of a renewing membership.").to_owned()) error=errors.of("trial_days", locale)/>
            <Field label=t!(locale, "宽限天数", "Days of grace") name="grace_days" inputmode="numeric" value=form.grace_days hint=Some(t!(locale, "到期之后仍然开放的天数；留空即 3 天。", "How many days it stays open after its end; leave empty for three.").to_owned()) error=errors.of("grace_days", locale)/>
            <Check label=t!(locale, "连续续费的会员沿用原价", "Whoever renews keeps the old price") name="keeps_price" checked={form.keeps_price == "on"}/>
            <Check label=t!(locale, "向团队出售：一人付款，多人使用", "Sell it to teams: one pays, several use it") name="teams" checked={form.teams == "on"}/>
            <div class="team-terms">
                <Field label=t!(locale, "最少席位数", "Least seats") name="team_least" inputmode="numeric" value=form.team_least hint=Some(t!(locale, "留空即 2 个。", "Empty: 2.").to_owned()) error=errors.of("team_least", locale)/>
                <Field label=t!(locale, "最多席位数", "Most seats") name="team_most" inputmode="numeric" value=form.team_most hint=Some(t!(locale, "留空即 50 个。", "Empty: 50.").to_owned()) error=errors.of("team_most", locale)/>
                <Field label=t!(locale, "满多少个席位打折", "Less from so many seats") name="team_off_from" inputmode="numeric" value=form.team_off_from hint=Some(t!(locale, "留空即不打折。", "Empty: never.").to_owned()) error=errors.of("team_off_from", locale)/>
                <Field label=t!(locale, "每个席位便宜百分之几", "Percent less a seat") name="team_off" inputmode="numeric" value=form.team_off error=errors.of("team_off", locale)/>
            </div>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
}
