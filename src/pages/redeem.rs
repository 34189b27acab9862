//! `/redeem`: a code, or the number of an order in the shop. It works before having an account: what was entered waits in the
//! session until somebody has joined or signed in, and is redeemed right then. `/redeem/CODE` is the same as a link.

use super::joining::doors;
use super::shell::{Kind, Page};
use crate::codes::model::{Named, Source};
use crate::codes::service::redeem::{self, Found, Tries};
use crate::codes::service::{items, waiting};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::members::sessions;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Errors, Field, Submit, Tabs, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct RedeemForm {
    code: String,
    /// Of an order, and the last four digits of its telephone.
    number: String,
    tail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Code,
    Order,
}

fn tries(ask: &Ask, session: &Session) -> Tries {
    Tries { address: ask.address.to_string(), session: session.id().map(|id| id.to_string()) }
}

pub async fn show(ask: Ask, session: Session) -> Result<Response> {
    let by = ask.query("by");
    if by.is_none()
        && ask.viewer.member().is_none()
        && let Some(source) = waiting::find(&ask.ctx, &session).await?
    {
        return match redeem::again(&ask.ctx, &ask.viewer, source).await {
            Ok(found) => Ok(draw_waiting(&ask, found)),
            Err(error) => refuse(&ask, by_of(source), RedeemForm::default(), error).await,
        };
    }
    let by = if by.as_deref() == Some("order") { By::Order } else { By::Code };
    draw(&ask, by, RedeemForm::default(), Errors::none(), None, 200).await
}

const fn by_of(source: Source) -> By {
    match source {
        Source::Code(_) => By::Code,
        Source::Order(_) => By::Order,
    }
}

/// What the code of a link opens, and a button: looking at it redeems nothing.
pub async fn show_code(ask: Ask, session: Session, Path(code): Path<String>) -> Result<Response> {
    match redeem::find_code(&ask.ctx, &ask.viewer, &code, &tries(&ask, &session)).await {
        Ok(found) => Ok(draw_found(&ask, found, code)),
        Err(error) => refuse(&ask, By::Code, RedeemForm { code, ..RedeemForm::default() }, error).await,
    }
}

pub async fn submit_code(ask: Ask, session: Session, Form(form): Form<RedeemForm>) -> Result<Response> {
    let found = redeem::find_code(&ask.ctx, &ask.viewer, &form.code, &tries(&ask, &session)).await;
    go_on(&ask, &session, By::Code, form, found).await
}

pub async fn submit_order(ask: Ask, session: Session, Form(form): Form<RedeemForm>) -> Result<Response> {
    let found = redeem::find_order(&ask.ctx, &ask.viewer, &form.number, &form.tail, &tries(&ask, &session)).await;
    go_on(&ask, &session, By::Order, form, found).await
}

async fn go_on(ask: &Ask, session: &Session, by: By, form: RedeemForm, found: Result<Found>) -> Result<Response> {
    let source = match found {
        Ok(found) => found.source,
        Err(error) => return refuse(ask, by, form, error).await,
    };
    if ask.viewer.member().is_none() {
        waiting::keep(&ask.ctx, session, source).await?;
        return Ok(see_other("/redeem"));
    }
    match redeem::redeem(&ask.ctx, &ask.viewer, source).await {
        Ok(()) => Ok(see_other(&format!("{}?done=redeemed", source.path()))),
        Err(error) => refuse(ask, by, form, error).await,
    }
}

/// Redeems what waited for somebody to sign in, who just has.
pub async fn at_last(ask: Ask, session: &Session, source: Source) -> Result<Response> {
    let viewer = sessions::viewer(&ask.ctx, session).await?;
    match redeem::redeem(&ask.ctx, &viewer, source).await {
        Ok(()) => Ok(see_other(&format!("{}?done=redeemed", source.path()))),
        Err(error) => refuse(&Ask { viewer, ..ask }, by_of(source), RedeemForm::default(), error).await,
    }
}

/// The form as it was sent, and why not.
async fn refuse(ask: &Ask, by: By, form: RedeemForm, error: AppError) -> Result<Response> {
    let status = error.status();
    if let AppError::TooManyRequests { .. } = error {
        let mut response = draw(ask, by, form, Errors::none(), Some(error.message(ask.locale)), status).await?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(response);
    }
    let errors = Errors::from_error(error)?;
    draw(ask, by, form, errors, None, status).await
}

async fn draw(ask: &Ask, by: By, form: RedeemForm, errors: Errors, said: Option<String>, status: u16) -> Result<Response> {
    let shop = items::any(&ask.ctx).await?;
    let by = if shop { by } else { By::Code };
    let locale = ask.locale;
    let title = t!(locale, "兑换", "Redeem");
    Ok(Page::new(title).of(Kind::Forms).private().status(status).draw(ask, || {
        let tabs = shop.then(|| {
            let tabs = vec![
                ("/redeem?by=code".to_owned(), t!(locale, "兑换码", "Code").to_owned(), by == By::Code),
                ("/redeem?by=order".to_owned(), t!(locale, "淘宝订单", "Taobao order").to_owned(), by == By::Order),
            ];
            view! { <Tabs label=t!(locale, "兑换方式", "What to redeem") tabs/> }
        });
        let said = said.or_else(|| errors.summary(locale).filter(|_| errors.of("", locale).is_some()));
        let fields = match by {
            By::Code => code_fields(&form, &errors, locale),
            By::Order => order_fields(&form, &errors, locale),
        };
        let own = ask.viewer.member().is_some().then(|| {
            view! { <p><a href="/account/codes">{t!(locale, "兑换记录", "Redeemed codes")}</a></p> }
        });
        view! {
            <section class="narrow redeem">
                <h1>{title}</h1>
                {tabs}
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {fields}
                {own}
            </section>
        }
    }))
}

fn code_fields(form: &RedeemForm, errors: &Errors, locale: Locale) -> AnyView {
    let hint = t!(
        locale,
        "16 位字母和数字，不分大小写，空格和连字符可以不填。",
        "16 letters and digits; capitals, spaces and hyphens do not matter."
    );
    view! {
        <form class="form" method="post" action="/redeem">
            <Field
                label=t!(locale, "兑换码", "Code")
                name="code"
                value=form.code.clone()
                required=true
                autocomplete="off"
                hint=Some(hint.to_owned())
                error=errors.of("code", locale)
            />
            <Submit label=t!(locale, "兑换", "Redeem")/>
        </form>
    }
    .into_any()
}

fn order_fields(form: &RedeemForm, errors: &Errors, locale: Locale) -> AnyView {
    let number = t!(locale, "在淘宝“我的订单”的订单详情里可以复制。", "You can copy it from the order's page on Taobao.").to_owned();
    let tail =
        t!(locale, "下单时填写的手机号的最后四位。", "The last four digits of the telephone number given with the order.").to_owned();
    view! {
        <form class="form" method="post" action="/redeem/order">
            <Field
                label=t!(locale, "订单编号", "Order number")
                name="number"
                value=form.number.clone()
                required=true
                inputmode="numeric"
                autocomplete="off"
                hint=Some(number)
                error=errors.of("number", locale)
            />
            <Field
                label=t!(locale, "手机尾号", "End of the telephone number")
                name="tail"
                value=form.tail.clone()
                required=true
                inputmode="numeric"
                autocomplete="off"
                hint=Some(tail)
                error=errors.of("tail", locale)
            />
            <Submit label=t!(locale, "兑换", "Redeem")/>
        </form>
    }
    .into_any()
}

fn list(opens: &[Named], locale: Locale) -> impl IntoView + use<> {
    let items = opens.iter().map(|named| view! { <li>{named.text(locale)}</li> }).collect_view();
    view! { <ul class="redeem-opens">{items}</ul> }
}

fn draw_found(ask: &Ask, found: Found, code: String) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "兑换", "Redeem");
    Page::new(title).of(Kind::Forms).private().draw(ask, || {
        let until = found.expires_at.map(|at| {
            let day = format::last_day(at, &ask.site.time_zone, locale);
            view! { <p>{tf!(locale, "兑换截止日期：{day}。", "It can be redeemed until {day}.")}</p> }
        });
        view! {
            <section class="narrow redeem">
                <h1>{title}</h1>
                <p>{t!(locale, "这个兑换码可以开通：", "This code opens:")}</p>
                {list(&found.opens, locale)}
                {until}
                <form class="form" method="post" action="/redeem">
                    <input type="hidden" name="code" value=code/>
                    <Submit label=t!(locale, "兑换", "Redeem")/>
                </form>
            </section>
        }
    })
}

fn draw_waiting(ask: &Ask, found: Found) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "还差一步", "One more step");
    Page::new(title).of(Kind::Forms).private().draw(ask, || {
        view! {
            <section class="narrow redeem">
                <h1>{title}</h1>
                <p>{t!(locale, "可以开通：", "This is for you:")}</p>
                {list(&found.opens, locale)}
                <p>{t!(locale, "加入或登录之后就会自动兑换，不用再输入一遍。", "It is redeemed as soon as you have joined or signed in; nothing has to be entered again.")}</p>
                {doors("/redeem", locale)}
                <p><a href="/redeem?by=code">{t!(locale, "兑换其他内容", "Redeem something else")}</a></p>
            </section>
        }
    })
}
