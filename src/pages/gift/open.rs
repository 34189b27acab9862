//! `/gift/{secret}`: what is given, and a button. Looking at it takes nothing: programs that look through mail follow links.

use super::note;
use crate::foundation::error::{AppError, Result};
use crate::membership::wording;
use crate::pages::joining::doors;
use crate::pages::orders::item_name;
use crate::pages::shell::{Kind, Page};
use crate::payments::gifts::model::State;
use crate::payments::gifts::taking::{self, Offered};
use crate::payments::model::Item;
use crate::server::http::{Ask, query_value, see_other, sign_in_path};
use crate::ui::{Banner, LinkButton, Submit, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(secret): Path<String>) -> Result<Response> {
    let offered = taking::find(&ask.ctx, &ask.viewer, &secret).await?;
    Ok(draw(&ask, &secret, offered, None))
}

/// Takes it. Whoever is not signed in does that first, and comes back.
pub async fn submit(ask: Ask, Path(secret): Path<String>) -> Result<Response> {
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path(&format!("/gift/{}", query_value(&secret)))));
    }
    match taking::take(&ask.ctx, &ask.viewer, &secret).await {
        Ok(path) => Ok(see_other(&format!("{path}?done=gift-taken"))),
        Err(error @ AppError::Conflict(_)) => {
            let (status, text) = (error.status(), error.message(ask.locale));
            let offered = taking::find(&ask.ctx, &ask.viewer, &secret).await?;
            let mut response = draw(&ask, &secret, offered, Some(text));
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

fn draw(ask: &Ask, secret: &str, offered: Offered, refused: Option<String>) -> Response {
    let locale = ask.locale;
    let giver = if offered.giver.is_empty() { t!(locale, "有人", "Somebody").to_owned() } else { offered.giver.clone() };
    let title = tf!(locale, "{giver}送你一份礼物", "{giver} has a gift for you");
    Page::new(title.clone()).of(Kind::Forms).private().draw(ask, || {
        let opens = match offered.order.item {
            Item::Post(_) => t!(locale, "整篇文章，永久有效", "The whole article, for good").to_owned(),
            Item::Bundle(_) => t!(locale, "合集里的全部文章，永久有效", "All articles of the bundle, for good").to_owned(),
            // Nobody gives a tip away.
            Item::Author(_) => String::new(),
            Item::Tier(_, cadence) => {
                let term = wording::term(cadence, locale);
                tf!(
                    locale,
                    "{term}，从领取时算起；如果你已是这个等级的会员，则从到期日起顺延",
                    "{term} from when you take it, or added to the end of what you have"
                )
            }
        };
        let way = way(ask, secret, &offered, refused);
        view! {
            <section class="narrow gift">
                <h1>{title}</h1>
                <dl class="facts">
                    {fact(t!(locale, "内容", "Item"), item_name(&offered.order, locale))}
                    {(offered.state != State::Void).then(|| fact(t!(locale, "开通", "Opens"), opens))}
                </dl>
                {note(&offered.note, locale)}
                {way}
            </section>
        }
    })
}

/// What the viewer can do with it.
fn way(ask: &Ask, secret: &str, offered: &Offered, refused: Option<String>) -> AnyView {
    let locale = ask.locale;
    let said = match (refused, &offered.state) {
        (Some(text), _) => Some(text),
        (None, State::Taken(..)) if offered.is_taken_by_viewer => {
            let (href, label) = match offered.order.item {
                Item::Post(_) | Item::Bundle(_) | Item::Author(_) => ("/account", t!(locale, "去会员中心", "To your account")),
                Item::Tier(..) => ("/account/membership", t!(locale, "查看我的会员", "See your membership")),
            };
            let text = t!(locale, "你已经领取了这份礼物。", "You have taken this gift.");
            return view! { <Banner tone=Tone::Good text/> <p><LinkButton href label/></p> }.into_any();
        }
        (None, State::Taken(..)) => Some(t!(locale, "这份礼物已被领取。", "This gift has been taken.").to_owned()),
        (None, State::Void) => Some(
            t!(locale, "这份礼物已失效，详情请询问送礼的人。", "This gift is no longer there. Please ask whoever gave it to you.")
                .to_owned(),
        ),
        (None, _) if offered.is_own => {
            let text = t!(
                locale,
                "这是你买来送人的礼物，对方打开这个链接就能领取。",
                "You bought this for somebody else, who can take it by this link."
            );
            return view! { <Banner text/> <p><LinkButton href=offered.order.gift_path() label=t!(locale, "查看礼物", "See your gift")/></p> }
                .into_any();
        }
        (None, _) => None,
    };
    if let Some(text) = said {
        return view! { <Banner tone=Tone::Warn text/> }.into_any();
    }
    let here = format!("/gift/{}", query_value(secret));
    if ask.viewer.member().is_some() {
        return view! {
            <form class="form" method="post" action=here>
                <Submit label=t!(locale, "领取礼物", "Take the gift")/>
            </form>
        }
        .into_any();
    }
    view! {
        <p>{t!(locale, "加入或登录之后，就可以领取。", "Join or sign in, and you can take it.")}</p>
        {doors(&here, locale)}
    }
    .into_any()
}
