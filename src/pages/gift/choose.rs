//! `/gift`: what is given, to whom, with which words and when. Then it is paid like everything else.

use crate::bundles;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::{BundleId, PostId, TierId};
use crate::foundation::money::Currency;
use crate::membership;
use crate::membership::wording;
use crate::pages::offers;
use crate::pages::plus_tax;
use crate::pages::shell::{Kind, Page};
use crate::pages::via;
use crate::payments::affiliates::recommending;
use crate::payments::gifts::model::Typed;
use crate::payments::service::{self, Purchase, Started};
use crate::posts;
use crate::server::http::{Ask, Form, local_path, see_other, sign_in_path};
use crate::ui::{Banner, EmptyState, Errors, Field, Select, Submit, TextArea, Tone};
use crate::{t, tf, words};
use axum::http::HeaderMap;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GiftForm {
    /// `post 12`, `bundle 7`, or `tier 3 month CNY`.
    what: String,
    by: String,
    email: String,
    note: String,
    day: String,
    /// The code of an offer.
    code: String,
    /// The article or the bundle whose page led here.
    post: String,
    bundle: String,
    to: String,
}

impl GiftForm {
    fn purchase(&self) -> Option<Purchase> {
        let mut parts = self.what.split(' ');
        match (parts.next()?, parts.next()?, parts.next(), parts.next()) {
            ("post", id, None, None) => id.parse().ok().map(PostId).map(Purchase::Post),
            ("bundle", id, None, None) => id.parse().ok().map(BundleId).map(Purchase::Bundle),
            ("tier", id, Some(cadence), Some(currency)) => Some(Purchase::Tier {
                tier: id.parse().ok().map(TierId)?,
                cadence: Cadence::parse(cadence)?,
                currency: Some(Currency::parse(currency)?),
                renewing: false,
            }),
            _ => None,
        }
    }
}

fn what_of_post(id: PostId) -> String {
    format!("post {id}")
}

fn what_of_bundle(id: BundleId) -> String {
    format!("bundle {id}")
}

fn what_of_term(tier: TierId, cadence: Cadence, currency: Currency) -> String {
    format!("tier {tier} {cadence} {}", currency.code())
}

/// Everything that can be given: the article or the bundle that is asked about, and the terms of the tiers, as value and label.
async fn choices(ask: &Ask, post: &str, bundle: &str) -> Result<Vec<(String, String)>> {
    let locale = ask.locale;
    let mut choices = Vec::new();
    if let Ok(id) = post.parse().map(PostId) {
        let post = match posts::service::published_ref(&ask.ctx, id).await {
            Ok(post) => Some(post),
            Err(AppError::NotFound) => None,
            Err(error) => return Err(error),
        };
        if let Some((title, price)) = post.and_then(|post| Some((post.title, post.price?.format(locale)))) {
            choices.push((what_of_post(id), tf!(locale, "文章《{title}》，{price}", "Article “{title}”, {price}")));
        }
    }
    if let Ok(id) = bundle.parse().map(BundleId) {
        let bundle = match bundles::service::published(&ask.ctx, id).await {
            Ok(bundle) => Some(bundle).filter(bundles::service::is_sold),
            Err(AppError::NotFound) => None,
            Err(error) => return Err(error),
        };
        if let Some((title, price)) = bundle.map(|bundle| (bundle.title, bundle.price.format(locale))) {
            choices.push((what_of_bundle(id), tf!(locale, "合集《{title}》，{price}", "Bundle “{title}”, {price}")));
        }
    }
    for tier in membership::service::tiers(&ask.ctx).await?.into_iter().filter(|tier| !tier.free) {
        for price in &tier.prices {
            let (name, term, amount) = (&tier.name, wording::term(price.cadence, locale), price.amount.format(locale));
            let label = tf!(locale, "{name} · {term}，{amount}", "{name}, {term}, {amount}");
            choices.push((what_of_term(tier.id, price.cadence, price.amount.currency), label));
        }
    }
    Ok(choices)
}

/// A visitor signs in first, so that nothing is typed in vain.
pub async fn show(ask: Ask) -> Result<Response> {
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path(ask.path_and_query())));
    }
    let post = ask.query("post").unwrap_or_default();
    let tier = ask.query("tier").and_then(|id| id.parse().ok()).map(TierId);
    let term = ask.query("term").and_then(|text| Cadence::parse(&text));
    let currency = ask.query("currency").and_then(|code| Currency::parse(&code)).unwrap_or(ask.site.currency);
    let what = match (tier, term) {
        (Some(tier), Some(term)) => what_of_term(tier, term, currency),
        _ => String::new(),
    };
    let bundle = ask.query("bundle").unwrap_or_default();
    let to = ask.query("to").unwrap_or_default();
    draw(&ask, GiftForm { what, post, bundle, to, by: "letter".to_owned(), ..GiftForm::default() }, Errors::none()).await
}

pub async fn submit(ask: Ask, headers: HeaderMap, Form(form): Form<GiftForm>) -> Result<Response> {
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path("/gift")));
    }
    let Some(purchase) = form.purchase() else {
        let error = AppError::field("what", words!("请选择要送的内容。", "Please choose what to give."));
        return draw(&ask, form, Errors::from_error(error)?).await;
    };
    if let Some(code) = via::of_form(&ask, &headers) {
        recommending::came_to_buy(&ask.ctx, &ask.viewer, &code).await?;
    }
    let typed = Typed { by: form.by.clone(), email: form.email.clone(), note: form.note.clone(), day: form.day.clone() };
    let code = Some(form.code.trim()).filter(|code| !code.is_empty()).map(|code| offers::typed(&ask, code));
    match service::give(&ask.ctx, &ask.viewer, purchase, (&typed, ask.locale), code, local_path(&form.to)).await {
        Ok(Started::Order(reference)) => Ok(see_other(&format!("/orders/{reference}"))),
        Ok(Started::Owned(path) | Started::Given(_, path)) => Ok(see_other(&path)),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: GiftForm, errors: Errors) -> Result<Response> {
    let choices = choices(ask, &form.post, &form.bundle).await?;
    let plus_tax = plus_tax::note(ask).await?.map(str::to_owned);
    let locale = ask.locale;
    let title = t!(locale, "送一份礼物", "Give a gift");
    Ok(Page::new(title).of(Kind::Forms).private().status_of(&errors).draw(ask, || {
        let body = if choices.is_empty() {
            let action = Some(("/articles".to_owned(), t!(locale, "看看文章", "See the articles").to_owned()));
            view! { <EmptyState text=t!(locale, "目前没有可以送的内容。", "There is nothing to give at present.") action/> }.into_any()
        } else {
            fields(ask, form, (choices, plus_tax), &errors)
        };
        view! {
            <section class="narrow gift">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "由你付款，为对方开通。对方打开链接就能领取，没有账号可以免费加入。",
                    "You pay, and it opens for them. They take it by a link, and can join for free if they have no account."
                )}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {body}
            </section>
        }
    }))
}

fn fields(ask: &Ask, form: GiftForm, (choices, plus_tax): (Vec<(String, String)>, Option<String>), errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let zone = format::zone_name(&ask.site.time_zone, locale);
    let day = tf!(
        locale,
        "不填则付款后马上送出；填了以后的日期，就在那天早上 8 点送出（{zone}）。",
        "Leave it empty to send it as soon as it is paid; otherwise it goes at 8 in the morning of that day ({zone})."
    );
    let bundled = choices.iter().any(|(what, _)| what.starts_with("bundle "));
    let hint = bundled.then(|| t!(locale, "优惠码不能用于合集。", "Offer codes are not for bundles.").to_owned());
    view! {
        <form class="form" method="post" action="/gift">
            <input type="hidden" name="post" value=form.post/>
            <input type="hidden" name="bundle" value=form.bundle/>
            <input type="hidden" name="to" value=form.to/>
            <Select label=t!(locale, "送什么", "What") name="what" value=form.what options=choices hint=plus_tax error=errors.of("what", locale)/>
            <fieldset class="gift-ways">
                <legend>{t!(locale, "怎么送", "How")}</legend>
                {way("letter", &form.by, t!(locale, "发邮件给对方", "Send them an e-mail"))}
                {way("link", &form.by, t!(locale, "我自己把链接发给对方", "I hand over a link myself"))}
            </fieldset>
            <div class="gift-letter">
                <Field label=t!(locale, "对方的邮箱", "Their e-mail address") name="email" kind="email" value=form.email autocomplete="off" error=errors.of("email", locale)/>
                <Field label=t!(locale, "哪天送出（选填）", "On which day (optional)") name="day" kind="date" value=form.day hint=Some(day) error=errors.of("day", locale)/>
            </div>
            <TextArea
                label=t!(locale, "附言（选填）", "A note (optional)")
                name="note"
                rows=4
                value=form.note
                hint=Some(t!(locale, "最多 500 个字，对方会看到。", "At most 500 characters. They will see it.").to_owned())
                error=errors.of("note", locale)
            />
            <Field label=t!(locale, "优惠码（选填）", "Offer code (optional)") name="code" value=form.code maxlength=60 autocomplete="off" hint=hint error=errors.of("code", locale)/>
            <Submit label=t!(locale, "去付款", "Go on to pay")/>
        </form>
    }
    .into_any()
}

fn way(value: &'static str, chosen: &str, label: &'static str) -> AnyView {
    let (id, checked) = (format!("by-{value}"), value == chosen || value == "link" && chosen != "letter");
    let of = id.clone();
    view! {
        <div class="field-check">
            <input type="radio" id=id name="by" value=value checked=checked/>
            <label for=of>{label}</label>
        </div>
    }
    .into_any()
}
