//! `/account/membership`: what a member has, what ends when, what is charged next, and every way to change it. What a
//! button does is said beside it; an answer that is no stands on the page.

mod agreement;
pub mod leaving;
mod pass;

use self::agreement::Renewing;
use super::frame::AccountFrame;
use super::purchases::Orders;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::membership;
use crate::membership::model::Membership;
use crate::pages::Page;
use crate::pages::orders::provider_name;
use crate::pages::reminders::{self, Reminders};
use crate::pages::waiting::lead;
use crate::payments::model::{Order, OrderStatus};
use crate::payments::offers::stay;
use crate::payments::service::plans;
use crate::payments::service::renewals::{Renewal, renewal};
use crate::payments::service::repricing::{self, Answer, Wanted};
use crate::payments::service::switches::{self, Switch};
use crate::payments::service::{self};
use crate::payments::teams;
use crate::providers::Change;
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Banner, EmptyState, Tone};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const HERE: &str = "/account/membership";
/// How many of the last orders are looked through for what was paid, and how many of those are shown.
const ORDERS: i64 = 30;
const SHOWN: usize = 5;

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, None).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    /// `cancel`, `resume`, `pause` or `unpause`.
    change: String,
    /// `on`: they were asked to stay.
    sure: String,
}

/// Cancels, resumes or pauses a renewing membership at its provider.
pub async fn change(ask: Ask, Path(id): Path<String>, Form(form): Form<ChangeForm>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let (change, done) = match form.change.as_str() {
        "cancel" => (Change::CancelAtEnd, "cancelled"),
        "resume" => (Change::Resume, "resumed"),
        "pause" => (Change::Pause, "paused"),
        "unpause" => (Change::Unpause, "resumed"),
        _ => return Err(AppError::NotFound),
    };
    if change == Change::CancelAtEnd
        && form.sure != "on"
        && let Some(offer) = stay::ask_once(&ask.ctx, &ask.viewer, id).await?
    {
        return Ok(see_other(&format!("{HERE}/agreements/{id}/cancel?offer={offer}")));
    }
    match plans::change(&ask.ctx, &ask.viewer, id, change).await {
        Ok(true) => Ok(see_other(&format!("{HERE}?done={done}"))),
        // The page itself says that it is asked for.
        Ok(false) => Ok(see_other(HERE)),
        Err(error) => refused(&ask, error).await,
    }
}

/// On to the page where the provider lets its buyers change how they pay.
pub async fn portal(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let back = t!(ask.locale, "返回我的会员", "Back to your membership");
    match plans::portal(&ask.ctx, &ask.viewer, id).await {
        Ok(Some(address)) => {
            let all = plans::subscriptions_of(&ask.ctx, &ask.viewer).await?;
            let name = all.iter().find(|one| one.id == id).map_or("", |one| provider_name(one.provider, ask.locale));
            Ok(lead(&ask, name, &address, HERE, back))
        }
        Ok(None) => Err(AppError::NotFound),
        Err(error) => refused(&ask, error).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TierForm {
    tier: String,
    cadence: String,
    /// The price and the time that were said: nothing else is done.
    minor: String,
    /// `now` or `next`.
    when: String,
}

/// Goes over to another tier or term with a renewing membership.
pub async fn reprice(ask: Ask, Path(id): Path<String>, Form(form): Form<TierForm>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    let tier = form.tier.parse().map_err(|_| AppError::NotFound)?;
    let every = Cadence::parse(&form.cadence).ok_or(AppError::NotFound)?;
    let minor = form.minor.parse().map_err(|_| AppError::NotFound)?;
    let wanted = Wanted { tier, every, minor, at_once: form.when == "now" };
    match repricing::reprice(&ask.ctx, &ask.viewer, id, wanted).await {
        Ok(Answer::Agreed) => Ok(see_other(&format!("{HERE}?done=repriced"))),
        Ok(Answer::Consent(address)) => {
            let all = plans::subscriptions_of(&ask.ctx, &ask.viewer).await?;
            let name = all.iter().find(|one| one.id == id).map_or("", |one| provider_name(one.provider, ask.locale));
            Ok(lead(&ask, name, &address, HERE, t!(ask.locale, "返回我的会员", "Back to your membership")))
        }
        Err(error) => refused(&ask, error).await,
    }
}

/// Back from the provider, where the member agreed to another price, or did not.
pub async fn back(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
    match repricing::look(&ask.ctx, &ask.viewer, id).await {
        Ok(agreed) => Ok(see_other(&format!("{HERE}{}", if agreed { "?done=repriced" } else { "" }))),
        Err(error) => refused(&ask, error).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PauseForm {
    tier: String,
    /// `on` or `off`.
    paused: String,
}

/// Lets a term pass stand still, or go on.
pub async fn pause(ask: Ask, Form(form): Form<PauseForm>) -> Result<Response> {
    let tier = form.tier.parse().map_err(|_| AppError::NotFound)?;
    let paused = form.paused == "on";
    let answer = plans::set_paused(&ask.ctx, &ask.viewer, tier, paused).await;
    after(&ask, answer, if paused { "paused" } else { "resumed" }).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    from: String,
    to: String,
}

/// Goes over to another tier with a term pass.
pub async fn switch(ask: Ask, Form(form): Form<SwitchForm>) -> Result<Response> {
    let from = form.from.parse().map_err(|_| AppError::NotFound)?;
    let to = form.to.parse().map_err(|_| AppError::NotFound)?;
    let answer = switches::switch(&ask.ctx, &ask.viewer, from, to).await;
    after(&ask, answer, "switched").await
}

async fn after(ask: &Ask, answer: Result<()>, done: &str) -> Result<Response> {
    match answer {
        Ok(()) => Ok(see_other(&format!("{HERE}?done={done}"))),
        Err(error) => refused(ask, error).await,
    }
}

/// What was refused, or could not be asked, said on the page as it stands now.
pub async fn refused(ask: &Ask, error: AppError) -> Result<Response> {
    let text = match &error {
        AppError::Conflict(words) => words.get(ask.locale).to_owned(),
        AppError::Unavailable => t!(
            ask.locale,
            "付款服务暂时没有回应，这次操作没有生效，请稍后再试。",
            "The payment service does not answer just now. Nothing has changed; please try again later."
        )
        .to_owned(),
        _ => return Err(error),
    };
    draw(ask, Some((error.status(), text))).await
}

/// A membership without an agreement, with what can be done about it.
#[derive(Debug, Clone)]
pub struct Pass {
    pub held: Membership,
    pub renewal: Option<Renewal>,
    pub switches: Vec<Switch>,
}

async fn draw(ask: &Ask, trouble: Option<(u16, String)>) -> Result<Response> {
    ask.viewer.require_member()?;
    let all = plans::subscriptions_of(&ask.ctx, &ask.viewer).await?;
    let memberships = membership::service::membership_of(&ask.ctx, &ask.viewer).await?;
    let mut orders = service::orders_of(&ask.ctx, &ask.viewer, None, ORDERS).await?;
    let mut agreements = Vec::new();
    for one in all.into_iter().filter(|one| one.state.runs()) {
        let name = membership::service::tier(&ask.ctx, one.tier).await?.name;
        let coming = repricing::coming(&ask.ctx, &one).await?;
        let offered = repricing::offered(&ask.ctx, &ask.viewer, &one).await?;
        let held = memberships.iter().find(|held| held.tier == one.tier).cloned();
        let went_back = |order: &Order| order.subscription == Some(one.id) && order.status == OrderStatus::Refunded;
        let is_given_back = held.is_none() && one.end().is_some_and(|end| end > ask.ctx.now()) && orders.iter().any(went_back);
        agreements.push(Renewing { name, one, coming, offered, held, is_given_back });
    }
    let switches = switches::switches_of(&ask.ctx, &ask.viewer).await?;
    let mut passes = Vec::new();
    for held in memberships {
        if agreements.iter().any(|renewing| renewing.one.tier == held.tier) {
            continue;
        }
        let renewal = if held.ends_at.is_some() { renewal(&ask.ctx, &ask.viewer, held.tier).await? } else { None };
        let switches = switches.iter().filter(|switch| switch.from == held.tier).cloned().collect();
        passes.push(Pass { held, renewal, switches });
    }
    // What can still be paid, and what was given up, stands among all purchases.
    orders.retain(|order| order.status != OrderStatus::Open || order.trial.is_some());
    orders.truncate(SHOWN);
    let receipts = service::receipts_of(&ask.ctx, &ask.viewer, None, ORDERS).await?;
    let reminders = reminders::load(ask).await;
    let in_teams = !teams::seated(&ask.ctx, &ask.viewer).await?.is_empty() || !teams::own(&ask.ctx, &ask.viewer, None, 1).await?.is_empty();
    let locale = ask.locale;
    let title = t!(locale, "我的会员", "Your membership");
    let page = Page::new(title).private();
    let page = match &trouble {
        Some((status, _)) => page.status(*status),
        None => page,
    };
    Ok(page.draw(ask, || {
        let none = (agreements.is_empty() && passes.is_empty()).then(|| {
            let action = Some(("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers").to_owned()));
            view! { <EmptyState text=t!(locale, "你目前不是付费会员。", "You have no paid membership now.") action/> }
        });
        let agreements = agreements.into_iter().map(|agreement| view! { <agreement::Agreement ask=ask.clone() agreement/> });
        let agreements = agreements.collect_view();
        let passes = passes.into_iter().map(|pass| view! { <pass::PassShown ask=ask.clone() pass/> }).collect_view();
        let reminders = view! { <Reminders ask=ask.clone() reminders/> };
        let history = t!(locale, "付款记录", "What you paid");
        let orders = (!orders.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{history}</h2>
                    <Orders ask=ask.clone() orders receipts title=history/>
                    <p><a href="/account/purchases">{t!(locale, "全部购买与收据", "All purchases and receipts")}</a></p>
                </section>
            }
        });
        view! {
            <AccountFrame ask=ask.clone() current=HERE title>
                {trouble.map(|(_, text)| view! { <Banner tone=Tone::Bad text/> })}
                {reminders}
                {none}
                {agreements}
                {passes}
                {in_teams.then(|| view! { <p><a href="/account/teams">{t!(locale, "团队与席位", "Teams and seats")}</a></p> })}
                {orders}
            </AccountFrame>
        }
    }))
}
