//! `/admin/tiers`: the tiers and what they cost; making, changing, and no longer selling one.

use super::menu;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::membership::model::{NewTier, Tier};
use crate::membership::service;
use crate::pages::shell::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Badge, Banner, Column, DataTable, EmptyState, Errors, Field, Nothing, Submit, TextArea, Tone};
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
}

impl TierForm {
    fn of(tier: Tier) -> TierForm {
        let plain = |price: Option<Money>| price.map(Money::to_plain).unwrap_or_default();
        TierForm { monthly: plain(tier.monthly), yearly: plain(tier.yearly), name: tier.name, description: tier.description }
    }

    fn command(&self, id: Option<TierId>) -> NewTier {
        let TierForm { name, description, monthly, yearly } = self;
        NewTier { id, name: name.clone(), description: description.clone(), monthly: monthly.clone(), yearly: yearly.clone() }
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    draw_list(&ask, TierForm::default(), Errors::none()).await
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
    Ok(draw_edit(&ask, tier.id, TierForm::of(tier), Errors::none()))
}

pub async fn update(ask: Ask, Path(id): Path<String>, Form(form): Form<TierForm>) -> Result<Response> {
    let id = parse(&id)?;
    match service::save_tier(&ask.ctx, &ask.viewer, form.command(Some(id))).await {
        Ok(_) => Ok(see_other("/admin/tiers?done=saved")),
        Err(error) => Ok(draw_edit(&ask, id, form, Errors::from_error(error)?)),
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

fn draw_edit(ask: &Ask, id: TierId, form: TierForm, errors: Errors) -> Response {
    let (locale, currency) = (ask.locale, ask.site.currency.code());
    let title = t!(locale, "编辑会员等级", "Edit the tier");
    Page::new(title).private().status_of(&errors).draw(ask, || {
        view! {
            {menu(ask)}
            <section class="narrow admin-tiers">
                <h1>{title}</h1>
                <TierFields action=format!("/admin/tiers/{id}") form errors currency locale/>
                <p><a href="/admin/tiers">{t!(locale, "返回会员等级", "Back to the tiers")}</a></p>
            </section>
        }
    })
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
    vec![
        view! { <a href=format!("/admin/tiers/{}", tier.id)>{tier.name.clone()}</a> }.into_any(),
        price(tier.monthly),
        price(tier.yearly),
        view! { <Badge tone text=state/> }.into_any(),
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
                label=t!(locale, "说明（会员能得到什么）", "Description (what members get)")
                name="description"
                rows=3
                value=form.description
                error=errors.of("description", locale)
            />
            <Field label=t!(locale, "一个月的价格", "Price of a month") name="monthly" value=form.monthly inputmode="decimal" hint=Some(hint.clone()) error=errors.of("monthly", locale)/>
            <Field label=t!(locale, "一年的价格", "Price of a year") name="yearly" value=form.yearly inputmode="decimal" hint=Some(hint) error=errors.of("yearly", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
}
