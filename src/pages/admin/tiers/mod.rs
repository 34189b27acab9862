//! `/admin/tiers`: the tiers and what they cost; making, changing, ordering and no longer selling one.

mod fields;
pub mod grants;

use super::menu;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::membership::model::Tier;
use crate::membership::{grants as given_away, service};
use crate::pages::shell::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Badge, Breadcrumb, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Submit, Tone};
use axum::extract::Path;
use axum::response::Response;
use fields::{TierFields, TierForm};
use grants::{GrantFields, GrantForm};
use leptos::prelude::*;
use serde::Deserialize;

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
    service::move_tier(&ask.ctx, &ask.viewer, parse(&id)?, form.to == "up").await?;
    Ok(see_other("/admin/tiers"))
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
    let mut given = given_away::of_tier(&ask.ctx, &ask.viewer, id, before, GRANTS + 1).await?;
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
                {grants::table(ask, given)}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

/// How many grants stand on a page.
const GRANTS: i64 = 50;

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
