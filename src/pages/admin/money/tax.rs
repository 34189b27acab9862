//! `/admin/tax`: a rate for each country, and whether prices include tax or it is added to them.

use super::super::menu;
use crate::foundation::error::Result;
use crate::pages::Page;
use crate::payments::service::taxes;
use crate::payments::tax::{Country, rate_name};
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, Select, Submit, Tone};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RateForm {
    country: String,
    rate: String,
    /// `remove` by the button of a row.
    #[serde(rename = "do")]
    deed: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HowForm {
    /// `included` or `added`.
    how: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, RateForm::default(), Errors::none()).await
}

pub async fn choose(ask: Ask, Form(form): Form<HowForm>) -> Result<Response> {
    match taxes::choose(&ask.ctx, &ask.viewer, &form.how).await {
        Ok(()) => Ok(see_other("/admin/tax?done=saved")),
        Err(error) => draw(&ask, RateForm::default(), Errors::from_error(error)?).await,
    }
}

pub async fn save(ask: Ask, Form(form): Form<RateForm>) -> Result<Response> {
    let saved = match form.deed.as_str() {
        "remove" => taxes::remove_rate(&ask.ctx, &ask.viewer, &form.country).await,
        _ => taxes::set_rate(&ask.ctx, &ask.viewer, &form.country, &form.rate).await,
    };
    match saved {
        Ok(()) => Ok(see_other("/admin/tax?done=saved")),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: RateForm, errors: Errors) -> Result<Response> {
    ask.viewer.require_admin()?;
    let locale = ask.locale;
    let rates = taxes::rates(&ask.ctx, locale).await?;
    let added = taxes::added_as_chosen(&ask.ctx).await?;
    let title = t!(locale, "税", "Tax");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let columns = vec![
            Column::text(t!(locale, "国家或地区", "Country")),
            Column::number(t!(locale, "税率", "Rate")),
            Column::text(t!(locale, "操作", "Actions")),
        ];
        let row = |(country, rate): (Country, i64)| {
            let remove = view! {
                <form method="post" action="/admin/tax">
                    <input type="hidden" name="country" value=country.code()/>
                    <Submit name="do" value="remove" label=t!(locale, "取消税率", "Remove") quiet=true/>
                </form>
            };
            vec![country.name(locale).into_any(), rate_name(rate).into_any(), remove.into_any()]
        };
        let list = if rates.is_empty() {
            view! { <EmptyState text=t!(locale, "没有设置税率：不计税，也不询问买家所在的国家或地区。", "There are no rates: no tax is counted, and no country is asked for.")/> }.into_any()
        } else {
            view! { <DataTable label=title columns rows=rates.into_iter().map(row).collect()/> }.into_any()
        };
        let countries = Country::in_order(locale).into_iter().map(|country| (country.code().to_owned(), country.name(locale).to_owned())).collect();
        let hint = t!(locale, "百分比，例如 19 或 5.5。", "In percent, such as 19 or 5.5.").to_owned();
        let how = [
            ("included", t!(locale, "价格含税", "Prices include tax")),
            ("added", t!(locale, "价格未含税，付款前加税", "Tax is added to prices")),
        ];
        let how = how.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
        let chosen = if added { "added" } else { "included" };
        let what_follows = t!(
            locale,
            "只对之后的订单生效。如果加税，买家在付款前选择国家或地区，就能看到净额、税额和总价。自动续费沿用首笔订单的方式和税率。打赏的金额始终含税。",
            "This holds for orders made from then on. Where tax is added, buyers say where they live before they pay, and see net, tax and total. What renews keeps the way and the rate of its first order. Tips always include tax."
        );
        view! {
            {menu(ask)}
            <section class="admin-tax">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "买家付款前选择所在的国家或地区，收据上分列净额和税额，账本里税额单独记为应付税款。没有设置税率的国家或地区不计税。",
                    "A buyer says before paying where they live, and the receipt names net and tax. The ledger keeps the tax apart, as owed. Where there is no rate there is no tax."
                )}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/admin/tax/how">
                    <Select
                        label=t!(locale, "价格和税", "Prices and tax")
                        name="how"
                        value=chosen
                        options=how
                        hint=Some(what_follows.to_owned())
                        error=errors.of("how", locale)
                    />
                    <Submit label=t!(locale, "保存", "Save") quiet=true/>
                </form>
                <h2>{t!(locale, "税率", "Rates")}</h2>
                {list}
                <h2>{t!(locale, "设置税率", "Set a rate")}</h2>
                <form class="form" method="post" action="/admin/tax">
                    <Select label=t!(locale, "国家或地区", "Country") name="country" value=form.country options=countries error=errors.of("country", locale)/>
                    <Field label=t!(locale, "税率", "Rate") name="rate" inputmode="decimal" value=form.rate maxlength=10 hint=Some(hint) error=errors.of("rate", locale)/>
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
            </section>
        }
    }))
}
