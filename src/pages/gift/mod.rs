//! Giving what is sold here to somebody else: `/gift` chooses, `/orders/…/gift` shows its buyer what became of it, and
//! `/gift/…` is where whoever it is for takes it. `links`: a member lets friends read an article.

pub mod choose;
pub mod links;
pub mod open;
pub mod order;

use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::members::model::name_shown;
use crate::pages::orders::when;
use crate::payments::gifts::model::State;
use crate::{t, tf};
use leptos::prelude::*;

/// Text with its lines, as its writer typed it.
fn note(text: &str, locale: Locale) -> Option<AnyView> {
    let text = text.to_owned();
    (!text.is_empty()).then(|| view! { <blockquote class="gift-note" aria-label=t!(locale, "附言", "Note")>{text}</blockquote> }.into_any())
}

/// How a gift stands, in a few words.
fn standing(state: &State, site: &Site, locale: Locale) -> AnyView {
    match state {
        State::Unpaid => t!(locale, "还没有付款", "Not paid yet").into_any(),
        State::Waiting(at) => view! { {t!(locale, "等待送出：", "To be sent ")}{when(*at, site, locale)} }.into_any(),
        State::Sent(at) => view! { {t!(locale, "已送出，等待领取：", "Sent, not taken yet: ")}{when(*at, site, locale)} }.into_any(),
        State::ByHand => t!(locale, "等待你把链接发给对方", "Waiting for you to hand the link over").into_any(),
        State::Taken(who, at) => {
            let who = name_shown(who, locale);
            view! { {tf!(locale, "已由{who}领取：", "Taken by {who}: ")}{when(*at, site, locale)} }.into_any()
        }
        State::Void => t!(locale, "已失效：款项已退还", "No longer there: the money went back").into_any(),
    }
}
