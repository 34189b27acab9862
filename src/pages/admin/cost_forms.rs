//! The forms of `/admin/costs`: adding, changing and deleting a cost or an income. What was typed comes back.

use super::{costs as page, menu};
use crate::analytics::costs::{self, Cost, TypedCost, TypedIncome};
use crate::analytics::metrics::profit::Heading;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{AdIncomeId, CostId};
use crate::foundation::money::{Currency, Money};
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::sponsors::{self, service::Sponsor};
use crate::ui::{Banner, Errors, Field, Select, Submit, Tone};
use crate::{t, tf, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CostForm {
    pub category: String,
    pub recurrence: String,
    pub amount: String,
    pub day: String,
    pub until: String,
    pub article: String,
    pub note: String,
}

impl CostForm {
    fn typed(&self) -> TypedCost {
        let form = self.clone();
        TypedCost {
            category: form.category,
            recurrence: form.recurrence,
            amount: form.amount,
            day: form.day,
            until: form.until,
            article: form.article,
            note: form.note,
        }
    }

    fn of(cost: Cost) -> CostForm {
        CostForm {
            amount: plain(cost.minor, &cost.currency),
            category: cost.category,
            recurrence: cost.recurrence,
            day: cost.day,
            until: cost.until_day.unwrap_or_default(),
            article: cost.slug.unwrap_or_default(),
            note: cost.note,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct IncomeForm {
    pub ad_amount: String,
    pub ad_day: String,
    pub ad_note: String,
}

impl IncomeForm {
    fn typed(&self) -> TypedIncome {
        TypedIncome { amount: self.ad_amount.clone(), day: self.ad_day.clone(), note: self.ad_note.clone() }
    }
}

pub fn plain(minor: i64, currency: &str) -> String {
    Currency::parse(currency).map_or_else(|| minor.to_string(), |currency| Money::new(minor, currency).to_plain())
}

pub fn cost_fields(ask: &Ask, form: CostForm, errors: &Errors) -> impl IntoView + use<> {
    let locale = ask.locale;
    let code = ask.site.currency.code();
    let categories = Heading::COSTS.map(|heading| (heading.as_str().to_owned(), heading.name(locale).to_owned())).to_vec();
    let often =
        vec![("once".to_owned(), t!(locale, "一次性", "once").to_owned()), ("month".to_owned(), t!(locale, "每月", "monthly").to_owned())];
    view! {
        <Select label=t!(locale, "类别", "Category") name="category" value=form.category options=categories error=errors.of("category", locale)/>
        <Field label=t!(locale, "金额", "Amount") name="amount" value=form.amount inputmode="decimal" required=true hint=Some(tf!(locale, "单位：{code}。", "In {code}.")) error=errors.of("amount", locale)/>
        <Select label=t!(locale, "频率", "How often") name="recurrence" value=form.recurrence options=often error=errors.of("recurrence", locale)/>
        <Field
            label=t!(locale, "日期", "Day")
            name="day"
            kind="date"
            value=form.day
            required=true
            hint=Some(t!(locale, "每月费用从这天起，在每月的这一天各计一次。", "A monthly cost counts from this day on, once a month on this day.").to_owned())
            error=errors.of("day", locale)
        />
        <Field label=t!(locale, "结束日期（每月费用，选填）", "Last day (monthly costs, optional)") name="until" kind="date" value=form.until error=errors.of("until", locale)/>
        <Field
            label=t!(locale, "文章（选填）", "Article (optional)")
            name="article"
            value=form.article
            hint=Some(t!(locale, "文章地址里 /p/ 之后的部分。", "What follows /p/ in the article's address.").to_owned())
            error=errors.of("article", locale)
        />
        <Field label=t!(locale, "备注（选填）", "Note (optional)") name="note" value=form.note maxlength=200 error=errors.of("note", locale)/>
    }
}

pub fn income_fields(ask: &Ask, form: IncomeForm, errors: &Errors) -> impl IntoView + use<> {
    let locale = ask.locale;
    let code = ask.site.currency.code();
    view! {
        <Field label=t!(locale, "金额", "Amount") name="ad_amount" value=form.ad_amount inputmode="decimal" required=true hint=Some(tf!(locale, "单位：{code}。", "In {code}.")) error=errors.of("ad_amount", locale)/>
        <Field label=t!(locale, "日期", "Day") name="ad_day" kind="date" value=form.ad_day required=true hint=Some(t!(locale, "如果填将来的日期，到当天才计入账本和分析。", "With a day in the future, it is counted in the ledger and on the analytics page once that day has come.").to_owned()) error=errors.of("ad_day", locale)/>
        <Field label=t!(locale, "备注（选填）", "Note (optional)") name="ad_note" value=form.ad_note maxlength=200 error=errors.of("ad_note", locale)/>
    }
}

pub async fn add_cost(ask: Ask, Form(form): Form<CostForm>) -> Result<Response> {
    match costs::add_cost(&ask.ctx, &ask.viewer, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/costs?done=saved")),
        Err(error) => page::draw(&ask, form, IncomeForm::default(), Errors::from_error(error)?).await,
    }
}

pub async fn add_income(ask: Ask, Form(form): Form<IncomeForm>) -> Result<Response> {
    match costs::add_income(&ask.ctx, &ask.viewer, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/costs?done=saved")),
        Err(error) => page::draw(&ask, CostForm::default(), form, Errors::from_error(error)?).await,
    }
}

/// A page with one form, and the button that deletes what it shows.
fn draw_one<V: IntoView>(ask: &Ask, title: &'static str, action: String, errors: Errors, fields: impl FnOnce(&Errors) -> V) -> Response {
    let locale = ask.locale;
    Page::new(title).private().status_of(&errors).draw(ask, || {
        view! {
            {menu(ask)}
            <section class="narrow">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action=action.clone()>
                    {fields(&errors)}
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
                <form method="post" action=format!("{action}/delete")>
                    <button class="button button-danger" type="submit">{t!(locale, "删除这一笔", "Delete it")}</button>
                </form>
                <p><a href="/admin/costs">{t!(locale, "返回费用", "Back to costs")}</a></p>
            </section>
        }
    })
}

fn id<T>(text: &str, make: impl Fn(i64) -> T) -> Result<T> {
    text.parse().map(make).map_err(|_| AppError::NotFound)
}

fn draw_cost(ask: &Ask, id: CostId, form: CostForm, errors: Errors) -> Response {
    let title = t!(ask.locale, "编辑费用", "Edit the cost");
    draw_one(ask, title, format!("/admin/costs/{id}"), errors, |errors| cost_fields(ask, form, errors))
}

pub async fn edit_cost(ask: Ask, Path(text): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id = id(&text, CostId)?;
    let cost = costs::cost(&ask.ctx, &ask.viewer, id).await?;
    Ok(draw_cost(&ask, id, CostForm::of(cost), Errors::none()))
}

pub async fn change_cost(ask: Ask, Path(text): Path<String>, Form(form): Form<CostForm>) -> Result<Response> {
    let id = id(&text, CostId)?;
    match costs::change_cost(&ask.ctx, &ask.viewer, id, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/costs?done=saved")),
        Err(error) => Ok(draw_cost(&ask, id, form, Errors::from_error(error)?)),
    }
}

pub async fn delete_cost(ask: Ask, Path(text): Path<String>) -> Result<Response> {
    costs::delete_cost(&ask.ctx, &ask.viewer, id(&text, CostId)?).await?;
    Ok(see_other("/admin/costs?done=deleted"))
}

fn draw_income(ask: &Ask, id: AdIncomeId, form: IncomeForm, errors: Errors) -> Response {
    let title = t!(ask.locale, "编辑广告收入", "Edit the advertising income");
    draw_one(ask, title, format!("/admin/advertising/{id}"), errors, |errors| income_fields(ask, form, errors))
}

/// The income of a sponsor is changed with the sponsor: one without the other would say what is not so.
async fn refuse_of_sponsor(ask: &Ask, id: AdIncomeId) -> Result<()> {
    match sponsors::service::of_income(&ask.ctx, &ask.viewer, id).await? {
        None => Ok(()),
        Some(_) => Err(AppError::Conflict(words!(
            "这笔收入来自一个广告位，请在广告位里更改。",
            "This income comes from a sponsor; please change it there."
        ))),
    }
}

fn draw_of_sponsor(ask: &Ask, sponsor: &Sponsor) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "广告收入", "Advertising income");
    let href = format!("/admin/sponsors/{}", sponsor.id);
    Page::new(title).private().draw(ask, || {
        view! {
            {menu(ask)}
            <section class="narrow">
                <h1>{title}</h1>
                <p class="of-sponsor">{t!(
                    locale,
                    "这笔收入来自一个广告位。要更改金额、日期或删除，请前往这个广告位：",
                    "This income comes from a sponsor. To change its amount or its day, or to delete it, go to the sponsor: "
                )}<a href=href><bdi>{sponsor.name.clone()}</bdi></a></p>
                <p><a href="/admin/costs">{t!(locale, "返回费用", "Back to costs")}</a></p>
            </section>
        }
    })
}

pub async fn edit_income(ask: Ask, Path(text): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let id = id(&text, AdIncomeId)?;
    if let Some(sponsor) = sponsors::service::of_income(&ask.ctx, &ask.viewer, id).await? {
        return Ok(draw_of_sponsor(&ask, &sponsor));
    }
    let income = costs::income(&ask.ctx, &ask.viewer, id).await?;
    let form = IncomeForm { ad_amount: plain(income.minor, &income.currency), ad_day: income.day, ad_note: income.note };
    Ok(draw_income(&ask, id, form, Errors::none()))
}

pub async fn change_income(ask: Ask, Path(text): Path<String>, Form(form): Form<IncomeForm>) -> Result<Response> {
    let id = id(&text, AdIncomeId)?;
    refuse_of_sponsor(&ask, id).await?;
    match costs::change_income(&ask.ctx, &ask.viewer, id, &form.typed()).await {
        Ok(()) => Ok(see_other("/admin/costs?done=saved")),
        Err(error) => Ok(draw_income(&ask, id, form, Errors::from_error(error)?)),
    }
}

pub async fn delete_income(ask: Ask, Path(text): Path<String>) -> Result<Response> {
    let id = id(&text, AdIncomeId)?;
    refuse_of_sponsor(&ask, id).await?;
    costs::delete_income(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other("/admin/costs?done=deleted"))
}
