//! `/admin/offers`: the offers there are, making and changing them, and what came of each.

mod form;

use self::form::{Fields, OfferForm};
use super::{menu, number};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::OfferId;
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::membership;
use crate::membership::wording::term;
use crate::pages::Page;
use crate::pages::offers::wording;
use crate::payments::offers::desk::{self, Counted, RedemptionRow, Story};
use crate::payments::offers::model::{Audience, Of, Offer, Phase};
use crate::payments::service::desk::PAGE;
use crate::server::http::{Ask, Form, Routes, see_other};
use crate::share::qr;
use crate::ui::{Badge, Breadcrumb, Column, DataTable, EmptyState, Errors, NextPage, Nothing, Submit, Tabs, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/offers", list)
        .post("/admin/offers", create)
        .get("/admin/offers/{id}", show)
        .post("/admin/offers/{id}", change)
        .post("/admin/offers/{id}/archive", archive)
        .get("/admin/offers/{id}/qr.svg", code)
}

async fn list(ask: Ask) -> Result<Response> {
    draw_list(&ask, None, Errors::none()).await
}

async fn create(ask: Ask, Form(form): Form<OfferForm>) -> Result<Response> {
    match desk::make(&ask.ctx, &ask.viewer, &form.typed()).await {
        Ok(id) => Ok(see_other(&format!("/admin/offers/{id}?done=saved"))),
        Err(error) => draw_list(&ask, Some(form), Errors::from_error(error)?).await,
    }
}

async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&ask, &id)?;
    draw(&ask, id, None, Errors::none()).await
}

async fn change(ask: Ask, Path(id): Path<String>, Form(form): Form<OfferForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    match desk::change(&ask.ctx, &ask.viewer, id, &form.typed()).await {
        Ok(()) => Ok(see_other(&format!("/admin/offers/{id}?done=saved"))),
        Err(error) => draw(&ask, id, Some(form), Errors::from_error(error)?).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ArchiveForm {
    archived: String,
}

async fn archive(ask: Ask, Path(id): Path<String>, Form(form): Form<ArchiveForm>) -> Result<Response> {
    let id = number(&ask, &id)?;
    desk::set_archived(&ask.ctx, &ask.viewer, id, form.archived == "on").await?;
    Ok(see_other(&format!("/admin/offers/{id}?done=saved")))
}

fn address(ask: &Ask, offer: &Offer) -> String {
    format!("{}{}", ask.ctx.config().base_url, offer.path())
}

/// The link of an offer as a QR code.
async fn code(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&ask, &id)?;
    let story = desk::story(&ask.ctx, &ask.viewer, id, None, 1).await?;
    let svg = qr::svg(&address(&ask, &story.counted.offer)).ok_or(AppError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

fn phase_name(phase: Phase, locale: Locale) -> (Tone, &'static str) {
    match phase {
        Phase::Running => (Tone::Good, t!(locale, "进行中", "Running")),
        Phase::ToCome => (Tone::Plain, t!(locale, "未开始", "To come")),
        Phase::Over => (Tone::Plain, t!(locale, "已结束", "Over")),
        Phase::Archived => (Tone::Plain, t!(locale, "已归档", "Archived")),
    }
}

pub fn audience_name(audience: Audience, locale: Locale) -> &'static str {
    match audience {
        Audience::Everyone => t!(locale, "所有人", "Everyone"),
        Audience::Signup => t!(locale, "从未有过这个等级的人", "Those who never had the tier"),
        Audience::Retention => t!(locale, "正要取消续费的会员", "Members about to cancel"),
    }
}

async fn draw_list(ask: &Ask, form: Option<OfferForm>, errors: Errors) -> Result<Response> {
    let phase = ask.query("show").and_then(|text| Phase::parse(&text)).unwrap_or(Phase::Running);
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let mut found = desk::list(&ask.ctx, &ask.viewer, phase, before, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let tiers = membership::service::all_tiers(&ask.ctx, &ask.viewer).await?;
    let tiers: Vec<_> = tiers.into_iter().filter(|tier| !tier.free).map(|tier| (tier.id.to_string(), tier.name)).collect();
    let form = form.unwrap_or_else(|| OfferForm::new(tiers.first().map(|(id, _)| id.clone()).unwrap_or_default()));
    let locale = ask.locale;
    let title = t!(locale, "优惠", "Offers");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = found.last().filter(|_| more).map(|last| format!("/admin/offers?show={}&after={}", phase.as_str(), last.offer.id));
        let tabs =
            Phase::ALL.map(|one| (format!("/admin/offers?show={}", one.as_str()), phase_name(one, locale).1.to_owned(), one == phase));
        let list = if found.is_empty() {
            let text = match phase {
                Phase::Running => t!(
                    locale,
                    "没有进行中的优惠。在下面添加一个，用优惠码或链接告诉读者。",
                    "No offer is running. Add one below, and give its code or link to your readers."
                ),
                _ => t!(locale, "没有符合条件的优惠。", "No offers of this kind."),
            };
            view! { <EmptyState text/> }.into_any()
        } else {
            table(found, locale).into_any()
        };
        view! {
            {menu(ask)}
            <section class="admin-offers">
                <h1>{title}</h1>
                <Tabs label=t!(locale, "状态", "Status") tabs=tabs.to_vec()/>
                {list}
                <NextPage locale href=next/>
                <h2>{t!(locale, "添加优惠", "Add an offer")}</h2>
                <Fields action="/admin/offers".to_owned() form errors tiers own=ask.site.currency fixed=false locale/>
            </section>
        }
    }))
}

fn used(counted: &Counted, locale: Locale) -> String {
    let (used, held) = (counted.used, counted.held);
    let total = match counted.offer.total_limit {
        Some(limit) => format!("{used} / {limit}"),
        None => used.to_string(),
    };
    match held {
        0 => total,
        _ => tf!(locale, "{total}（{held} 笔待付款）", "{total} ({held} not paid yet)"),
    }
}

/// What it is for: a tier and which terms of it, or an article.
fn of_name(counted: &Counted, locale: Locale) -> String {
    let name = &counted.of_name;
    match &counted.offer.of {
        Of::Post(_) => tf!(locale, "文章《{name}》", "Article “{name}”"),
        Of::Tier(_, terms) if terms.is_empty() => name.clone(),
        Of::Tier(_, terms) => {
            let terms: Vec<String> = terms.iter().map(|each| term(*each, locale)).collect();
            let terms = terms.join(t!(locale, "、", ", "));
            tf!(locale, "{name}（{terms}）", "{name} ({terms})")
        }
    }
}

fn table(found: Vec<Counted>, locale: Locale) -> impl IntoView {
    let columns = vec![
        Column::text(t!(locale, "名称", "Name")),
        Column::text(t!(locale, "优惠码", "Code")),
        Column::text(t!(locale, "减免", "Off")),
        Column::text(t!(locale, "适用于", "Applies to")),
        Column::text(t!(locale, "对象", "For")),
        Column::number(t!(locale, "已使用", "Used")),
    ];
    let row = |counted: Counted| {
        let offer = &counted.offer;
        let worth = format!("{} · {}", wording::worth(offer, locale), wording::lasts(offer, locale));
        vec![
            view! { <a href=format!("/admin/offers/{}", offer.id)>{offer.name.clone()}</a> }.into_any(),
            view! { <code>{offer.code.clone()}</code> }.into_any(),
            worth.into_any(),
            of_name(&counted, locale).into_any(),
            audience_name(offer.audience, locale).into_any(),
            used(&counted, locale).into_any(),
        ]
    };
    let rows = found.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "优惠", "Offers") columns rows/> }
}

async fn draw(ask: &Ask, id: OfferId, form: Option<OfferForm>, errors: Errors) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let mut story = desk::story(&ask.ctx, &ask.viewer, id, before, PAGE + 1).await?;
    let more = story.redemptions.len() as i64 > PAGE;
    story.redemptions.truncate(PAGE as usize);
    let tiers = membership::service::all_tiers(&ask.ctx, &ask.viewer).await?;
    let tiers: Vec<_> = tiers.into_iter().filter(|tier| !tier.free).map(|tier| (tier.id.to_string(), tier.name)).collect();
    let form = match form {
        Some(form) => form,
        None => OfferForm::of(ask, &story.counted.offer).await,
    };
    let locale = ask.locale;
    let offer = story.counted.offer.clone();
    let (title, fixed) = (offer.name.clone(), story.counted.is_used());
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = vec![("/admin/offers".to_owned(), t!(locale, "优惠", "Offers").to_owned())];
        let next = story.redemptions.last().filter(|_| more).map(|last| format!("/admin/offers/{id}?after={}#redemptions", last.id));
        let (tone, phase) = phase_name(offer.phase(ask.ctx.now()), locale);
        view! {
            {menu(ask)}
            <section class="admin-offers">
                <Breadcrumb locale above/>
                <h1>{title} " " <Badge tone text=phase/></h1>
                {facts(ask, &story)}
                {archiving(&offer, locale)}
                <h2 id="redemptions">{t!(locale, "使用记录", "Uses")}</h2>
                {redemptions(ask, story.redemptions)}
                <NextPage locale href=next/>
                <h2>{t!(locale, "编辑优惠", "Edit the offer")}</h2>
                <Fields action=format!("/admin/offers/{id}") form errors tiers own=ask.site.currency fixed locale/>
            </section>
        }
    }))
}

fn facts(ask: &Ask, story: &Story) -> AnyView {
    let (offer, locale) = (&story.counted.offer, ask.locale);
    let revenue: Vec<String> = story.revenue.iter().map(|money| money.format(locale)).collect();
    let revenue = if revenue.is_empty() { view! { <Nothing/> }.into_any() } else { revenue.join(" · ").into_any() };
    let link = address(ask, offer);
    let qr = format!("/admin/offers/{}/qr.svg", offer.id);
    view! {
        <dl class="facts">
            {fact(t!(locale, "减免", "Off"), format!("{} · {}", wording::worth(offer, locale), wording::lasts(offer, locale)))}
            {fact(t!(locale, "适用于", "Applies to"), of_name(&story.counted, locale))}
            {fact(t!(locale, "对象", "For"), audience_name(offer.audience, locale))}
            {fact(t!(locale, "已使用", "Used"), used(&story.counted, locale))}
            {fact(t!(locale, "优惠订单收款", "Revenue from it"), revenue)}
            {fact(t!(locale, "优惠码", "Code"), view! { <code>{offer.code.clone()}</code> })}
            {(offer.audience != Audience::Retention).then(|| fact(t!(locale, "链接", "Link"), view! {
                <a href=link.clone()>{link.clone()}</a> " · " <a href=qr>{t!(locale, "二维码", "QR code")}</a>
            }.into_any()))}
        </dl>
    }
    .into_any()
}

fn archiving(offer: &Offer, locale: Locale) -> impl IntoView + use<> {
    let (value, label) = if offer.archived {
        ("off", t!(locale, "恢复优惠", "Take it up again"))
    } else {
        ("on", t!(locale, "归档优惠", "Archive the offer"))
    };
    let note = (!offer.archived).then_some(t!(
        locale,
        "归档后不能再使用；已经约定的价格不变。",
        "Once archived it cannot be used any more; prices that were agreed stay."
    ));
    view! {
        <form class="form" method="post" action=format!("/admin/offers/{}/archive", offer.id)>
            {note.map(|note| view! { <p>{note}</p> })}
            <Submit label quiet=true name="archived" value/>
        </form>
    }
}

fn redemptions(ask: &Ask, rows: Vec<RedemptionRow>) -> AnyView {
    let locale = ask.locale;
    if rows.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有人使用。", "Nobody has used it yet.")/> }.into_any();
    }
    let money = |minor: i64, currency: &str| {
        Currency::parse(currency).map(|currency| Money::new(minor, currency).format(locale)).unwrap_or_default()
    };
    let columns = vec![
        Column::text(t!(locale, "会员", "Member")),
        Column::text(t!(locale, "内容", "Item")),
        Column::number(t!(locale, "原价", "Price before")),
        Column::number(t!(locale, "减免", "Off")),
        Column::text(t!(locale, "状态", "Status")),
        Column::text(t!(locale, "订单", "Order")),
    ];
    let row = |row: RedemptionRow| {
        let date = |at: i64| format::date(Timestamp(at), &ask.site.time_zone, locale);
        let state = match row.used_at {
            Some(at) => view! { <time datetime=format::machine(Timestamp(at))>{date(at)}</time> }.into_any(),
            None => view! { <Badge tone=Tone::Warn text=t!(locale, "待付款", "Not paid yet")/> }.into_any(),
        };
        let order = match (row.order_id, row.subscription_id) {
            (Some(id), _) => view! { <a href=format!("/admin/orders/{id}")>{format!("O-{id:06}")}</a> }.into_any(),
            (None, Some(id)) => {
                view! { <a href=format!("/admin/subscriptions/{id}")>{tf!(locale, "自动续费第 {id} 号", "Agreement {id}")}</a> }.into_any()
            }
            (None, None) => t!(locale, "无需付款", "Nothing to pay").into_any(),
        };
        vec![
            view! { <a href=format!("/u/{}", row.handle)>{format!("@{}", row.handle)}</a> }.into_any(),
            row.title.into_any(),
            money(row.list_minor, &row.currency).into_any(),
            money(row.off_minor, &row.currency).into_any(),
            state,
            order,
        ]
    };
    let rows = rows.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "使用记录", "Uses") columns rows/> }.into_any()
}
