//! `/admin/sponsors`: advertising that the site sells itself: what it says, on which days, for how much.

use super::{menu, number};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::pages::admin::money::{money, page_of};
use crate::server::http::{Ask, Form, Routes, see_other};
use crate::sponsors::service::{self, PAGE, SHOWN, Sponsor, Typed};
use crate::ui::{Badge, Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, NextPage, Nothing, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const HERE: &str = "/admin/sponsors";

pub fn routes() -> Routes {
    Routes::new()
        .get(HERE, list)
        .post(HERE, add)
        .get("/admin/sponsors/{id}", show)
        .post("/admin/sponsors/{id}", change)
        .post("/admin/sponsors/{id}/delete", delete)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SponsorForm {
    name: String,
    says: String,
    address: String,
    from_day: String,
    until_day: String,
    price: String,
}

impl SponsorForm {
    fn of(sponsor: Sponsor) -> SponsorForm {
        let Sponsor { name, says, address, from_day, until_day, minor, currency, .. } = sponsor;
        let price = minor.zip(currency).map(|(minor, currency)| super::cost_forms::plain(minor, &currency)).unwrap_or_default();
        SponsorForm { name, says, address, from_day, until_day, price }
    }

    fn typed(&self) -> Typed {
        let SponsorForm { name, says, address, from_day, until_day, price } = self;
        let copy = String::clone;
        Typed {
            name: copy(name),
            says: copy(says),
            address: copy(address),
            from_day: copy(from_day),
            until_day: copy(until_day),
            price: copy(price),
        }
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    draw(&ask, SponsorForm::default(), Errors::none()).await
}

pub async fn add(ask: Ask, Form(form): Form<SponsorForm>) -> Result<Response> {
    match service::add(&ask.ctx, &ask.viewer, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/sponsors?done=saved")),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: SponsorForm, errors: Errors) -> Result<Response> {
    let before = ask.query("after").and_then(|text| {
        let (day, id) = text.split_once('~')?;
        Some((day.to_owned(), id.parse().ok()?))
    });
    let (found, more) = page_of(service::listed(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let shown: Vec<i64> = service::running(&ask.ctx).await?.into_iter().map(|sponsor| sponsor.id).collect();
    let locale = ask.locale;
    let title = t!(locale, "广告位", "Sponsors");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("{HERE}?after={}~{}", last.until_day, last.id));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有广告。", "There is no advertising yet.")/> }.into_any()
        } else {
            table(ask, title, found, &shown)
        };
        view! {
            {menu(ask)}
            <section class="admin-sponsors">
                <h1>{title}</h1>
                <p>{tf!(
                    locale,
                    "在约定的日子里显示在每篇文章下方，并标明“广告”，同一天最多 {SHOWN} 条。价格在开始那天计入广告收入和账本。",
                    "Shown under every article on its days, at most {SHOWN} on one day, and marked as advertising. The price counts as advertising income from its first day, in the ledger too."
                )}</p>
                {list}
                <NextPage locale href=next/>
                <h2>{t!(locale, "添加广告", "Add one")}</h2>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {fields(ask, HERE.to_owned(), form, &errors)}
            </section>
        }
    }))
}

/// `shown`: the numbers of those that stand under articles today.
fn state(sponsor: &Sponsor, today: &str, shown: &[i64], locale: Locale) -> AnyView {
    let (tone, text) = match () {
        () if sponsor.until_day.as_str() < today => (Tone::Plain, t!(locale, "已结束", "Over")),
        () if sponsor.from_day.as_str() > today => (Tone::Plain, t!(locale, "未开始", "To come")),
        () if shown.contains(&sponsor.id) => (Tone::Good, t!(locale, "展示中", "Shown now")),
        // It was sold before days could be full.
        () => (Tone::Warn, t!(locale, "位置已满，未展示", "No place, not shown")),
    };
    view! { <Badge tone text/> }.into_any()
}

fn table(ask: &Ask, label: &'static str, found: Vec<Sponsor>, shown: &[i64]) -> AnyView {
    let locale = ask.locale;
    let today = format::day(ask.ctx.now(), &ask.site.time_zone).to_string();
    let columns = vec![
        Column::text(t!(locale, "广告主", "Sponsor")),
        Column::text(t!(locale, "开始", "From")),
        Column::text(t!(locale, "结束", "Until")),
        Column::number(t!(locale, "价格", "Price")),
        Column::text(t!(locale, "状态", "Status")),
    ];
    let row = |sponsor: Sponsor| {
        let price = match (sponsor.minor, &sponsor.currency) {
            (Some(minor), Some(currency)) => money(minor, currency, ask).into_any(),
            _ => view! { <Nothing/> }.into_any(),
        };
        let state = state(&sponsor, &today, shown, locale);
        let Sponsor { id, name, from_day, until_day, .. } = sponsor;
        vec![
            view! { <a href=format!("{HERE}/{id}")><bdi>{name}</bdi></a> }.into_any(),
            format::stored_day(&from_day, locale).into_any(),
            format::stored_day(&until_day, locale).into_any(),
            price,
            state,
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

fn fields(ask: &Ask, action: String, form: SponsorForm, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let code = ask.site.currency.code();
    let hint = t!(locale, "以 https:// 开头，或本站的路径。", "Begins with https://, or is a path of this site.").to_owned();
    view! {
        <form class="form" method="post" action=action>
            <Field label=t!(locale, "广告主", "Sponsor") name="name" maxlength=60 required=true value=form.name error=errors.of("name", locale)/>
            <Field label=t!(locale, "一句话", "One sentence") name="says" maxlength=160 required=true value=form.says error=errors.of("says", locale)/>
            <Field label=t!(locale, "链接", "Link") name="address" required=true value=form.address hint=Some(hint) error=errors.of("address", locale)/>
            <Field label=t!(locale, "开始日期", "First day") name="from_day" kind="date" required=true value=form.from_day error=errors.of("from_day", locale)/>
            <Field label=t!(locale, "结束日期", "Last day") name="until_day" kind="date" required=true value=form.until_day error=errors.of("until_day", locale)/>
            <Field label=t!(locale, "价格", "Price") name="price" inputmode="decimal" required=true value=form.price hint=Some(tf!(locale, "单位：{code}。", "In {code}.")) error=errors.of("price", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
    .into_any()
}

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&ask, &id)?;
    let sponsor = service::one(&ask.ctx, &ask.viewer, id).await?;
    Ok(draw_one(&ask, id, SponsorForm::of(sponsor), Errors::none()))
}

pub async fn change(ask: Ask, Path(id): Path<String>, Form(form): Form<SponsorForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match service::change(&ask.ctx, &ask.viewer, id, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/sponsors?done=saved")),
        Err(error) => Ok(draw_one(&ask, id, form, Errors::from_error(error)?)),
    }
}

pub async fn delete(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    service::delete(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    Ok(see_other("/admin/sponsors?done=deleted"))
}

fn draw_one(ask: &Ask, id: i64, form: SponsorForm, errors: Errors) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "编辑广告", "Edit the advertising");
    Page::new(title).private().status_of(&errors).draw(ask, || {
        let above = vec![(HERE.to_owned(), t!(locale, "广告位", "Sponsors").to_owned())];
        view! {
            {menu(ask)}
            <section class="admin-sponsors">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {fields(ask, format!("{HERE}/{id}"), form, &errors)}
                <p>{t!(locale, "提前结束请改结束日期。删除会连同收入一起撤销。", "To end it sooner, change its last day. Deleting it takes its income back as well.")}</p>
                <form method="post" action=format!("{HERE}/{id}/delete")>
                    <button class="button button-danger" type="submit">{t!(locale, "删除广告和收入", "Delete it with its income")}</button>
                </form>
            </section>
        }
    })
}
