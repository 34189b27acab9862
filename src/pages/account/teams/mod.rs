//! `/account/teams`: the teams one pays for, and the seats one has in those of others. `one`: what the payer of a team does.

pub mod one;

use super::frame::AccountFrame;
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::members::model::name_shown;
use crate::pages::Page;
use crate::pages::admin::money::page_of;
use crate::payments::teams::model::{Seated, State, Team};
use crate::payments::teams::{self, seats};
use crate::server::http::{Ask, see_other};
use crate::ui::{Badge, Breadcrumb, Column, DataTable, EmptyState, NextPage, Nothing, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub const HERE: &str = "/account/teams";
/// Where the menu says one is.
pub const SECTION: &str = "/account/membership";
const PAGE: i64 = 20;

pub fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// How a team stands, in a word.
pub fn badge(state: State, locale: Locale) -> AnyView {
    let (tone, text) = match state {
        State::Unpaid => (Tone::Plain, t!(locale, "未付款", "Not paid")),
        State::Runs => (Tone::Good, t!(locale, "有效", "Open")),
        State::Grace(_) => (Tone::Warn, t!(locale, "宽限期", "Days of grace")),
        State::Over => (Tone::Plain, t!(locale, "已到期", "Ended")),
        State::Void => (Tone::Plain, t!(locale, "已退款", "Refunded")),
    };
    view! { <Badge tone text/> }.into_any()
}

/// Teams as rows; `payers`: with who pays.
pub fn table(ask: &Ask, label: &'static str, teams: Vec<Team>, payers: bool) -> AnyView {
    let locale = ask.locale;
    let mut columns = vec![Column::text(t!(locale, "团队", "Team")), Column::text(t!(locale, "会员等级", "Tier"))];
    if payers {
        columns.push(Column::text(t!(locale, "付款人", "Paid for by")));
    }
    columns.extend([
        Column::number(t!(locale, "已用席位", "Seats used")),
        Column::text(t!(locale, "有效期至", "Until")),
        Column::text(t!(locale, "状态", "Status")),
    ]);
    let row = |team: Team| {
        let until = match team.until {
            Some((until, _)) => format::date(until, &ask.site.time_zone, locale).into_any(),
            None => view! { <Nothing/> }.into_any(),
        };
        let mut row = vec![view! { <a href=team.path()>{team.name.clone()}</a> }.into_any(), team.tier_name.clone().into_any()];
        if payers {
            row.push(view! { <a href=format!("/u/{}", team.handle)>{format!("@{}", team.handle)}</a> }.into_any());
        }
        row.extend([format!("{} / {}", team.used, team.seats).into_any(), until, badge(team.state(ask.ctx.now()), locale)]);
        row
    };
    let rows = teams.into_iter().map(row).collect();
    view! { <DataTable label columns rows/> }.into_any()
}

pub async fn list(ask: Ask) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (own, more) = page_of(teams::own(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let seated = teams::seated(&ask.ctx, &ask.viewer).await?;
    let locale = ask.locale;
    let title = t!(locale, "团队与席位", "Teams and seats");
    Ok(Page::new(title).private().draw(&ask, || {
        let above = vec![(SECTION.to_owned(), t!(locale, "我的会员", "Membership").to_owned())];
        let next = own.last().filter(|_| more).map(|last| format!("{HERE}?after={}", last.id));
        let none = (own.is_empty() && seated.is_empty()).then(|| {
            let text = t!(locale, "你还没有团队，也没有团队的席位。", "You have no team, and no seat in one.");
            view! { <EmptyState text action=Some(("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers").to_owned()))/> }
        });
        let mine = t!(locale, "我付款的团队", "Teams you pay for");
        let own = (!own.is_empty()).then(|| view! { <section><h2>{mine}</h2>{table(&ask, mine, own, false)}</section> });
        let seated = seated.into_iter().map(|seated| seat(&ask, seated)).collect::<Vec<_>>();
        let seated = (!seated.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{t!(locale, "我的席位", "Seats you have")}</h2>
                    <ul class="plans">{seated}</ul>
                </section>
            }
        });
        view! {
            <AccountFrame ask=ask.clone() current=SECTION title>
                <Breadcrumb locale above/>
                {none}
                {seated}
                {own}
                <NextPage locale href=next/>
            </AccountFrame>
        }
    }))
}

/// A seat: in whose team, until when, and the way out.
fn seat(ask: &Ask, seated: Seated) -> AnyView {
    let (locale, zone) = (ask.locale, &ask.site.time_zone);
    let (tier, payer) = (&seated.tier, name_shown(&seated.payer, locale));
    let open = seated.open_until.is_some_and(|until| until > ask.ctx.now().0);
    let until = match seated.until_at.filter(|_| open) {
        Some(at) => {
            let date = format::date_time(Timestamp(at), zone, locale);
            tf!(locale, "“{tier}”，{payer}付款，有效期至 {date}", "“{tier}”, paid for by {payer}, until {date}")
        }
        None => tf!(locale, "“{tier}”，{payer}付款，已到期", "“{tier}”, paid for by {payer}, ended"),
    };
    view! {
        <li class="plan">
            <strong class="plan-name">{seated.name}</strong> " " <span class="plan-end">{until}</span>
            <form method="post" action=format!("{HERE}/{}/leave", seated.team_id)>
                <Submit label=t!(locale, "离开团队", "Leave the team") quiet=true/>
            </form>
        </li>
    }
    .into_any()
}

pub async fn leave(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    seats::leave(&ask.ctx, &ask.viewer, number(&id)?).await?;
    Ok(see_other(&format!("{HERE}?done=seat-left")))
}
