//! `/team`: which tier, for how long, how many seats, and what the team is called. What it costs together stands on the order,
//! before it is paid like everything else.

use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::TierId;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Currency;
use crate::membership;
use crate::membership::model::{ForTeams, Tier};
use crate::membership::wording;
use crate::pages::plus_tax;
use crate::pages::shell::{Kind, Page};
use crate::payments::teams::buying::{self, Typed};
use crate::server::http::{Ask, Form, see_other, sign_in_path};
use crate::ui::{Banner, EmptyState, Errors, Field, Select, Submit, Tone};
use crate::{t, tf, words};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TeamForm {
    /// `3 month CNY`.
    what: String,
    seats: String,
    name: String,
}

fn what_of(tier: TierId, cadence: Cadence, currency: Currency) -> String {
    format!("{tier} {cadence} {}", currency.code())
}

impl TeamForm {
    fn term(&self) -> Option<(TierId, Cadence, Currency)> {
        let mut parts = self.what.split(' ');
        let (tier, cadence, currency) = (parts.next()?, parts.next()?, parts.next()?);
        Some((tier.parse().ok()?, Cadence::parse(cadence)?, Currency::parse(currency)?))
    }
}

/// The tiers that are sold to teams.
async fn tiers(ask: &Ask) -> Result<Vec<(Tier, ForTeams)>> {
    let tiers = membership::service::tiers(&ask.ctx).await?;
    Ok(tiers.into_iter().filter(|tier| !tier.free).filter_map(|tier| tier.teams.map(|teams| (tier, teams))).collect())
}

/// A visitor signs in first, so that nothing is typed in vain.
pub async fn show(ask: Ask) -> Result<Response> {
    let Some(member) = ask.viewer.member() else { return Ok(see_other(&sign_in_path(ask.path_and_query()))) };
    let tier = ask.query("tier").and_then(|id| id.parse().ok()).map(TierId);
    let term = ask.query("term").and_then(|text| Cadence::parse(&text));
    let currency = ask.query("currency").and_then(|code| Currency::parse(&code)).unwrap_or(ask.site.currency);
    let what = match (tier, term) {
        (Some(tier), Some(term)) => what_of(tier, term, currency),
        _ => String::new(),
    };
    let own = &member.name;
    let name = tf!(ask.locale, "{own}的团队", "{own}’s team");
    draw(&ask, TeamForm { what, name, seats: String::new() }, Errors::none()).await
}

pub async fn submit(ask: Ask, Form(form): Form<TeamForm>) -> Result<Response> {
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path("/team")));
    }
    let Some(term) = form.term() else {
        let error = AppError::field("what", words!("请选择会员等级和期限。", "Please choose a tier and a term."));
        return draw(&ask, form, Errors::from_error(error)?).await;
    };
    let typed = Typed { seats: form.seats.clone(), name: form.name.clone() };
    match buying::start(&ask.ctx, &ask.viewer, term, &typed).await {
        Ok(reference) => Ok(see_other(&format!("/orders/{reference}"))),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: TeamForm, errors: Errors) -> Result<Response> {
    let tiers = tiers(ask).await?;
    let plus_tax = plus_tax::note(ask).await?.map(str::to_owned);
    let locale = ask.locale;
    let title = t!(locale, "为团队购买", "Buy for a team");
    Ok(Page::new(title).of(Kind::Forms).private().status_of(&errors).draw(ask, || {
        let body = if tiers.is_empty() {
            let action = Some(("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers").to_owned()));
            view! { <EmptyState text=t!(locale, "目前没有向团队出售的会员等级。", "No tier is sold to teams at present.") action/> }.into_any()
        } else {
            fields(form, (&tiers, plus_tax), &errors, locale)
        };
        view! {
            <section class="narrow team">
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "你来付款，成员用你发的链接加入，各用各的账号。人员变动时，可以收回席位给别人。到期不会自动扣款。",
                    "You pay, and people join by a link that you give them, each with an account of their own. When somebody leaves, their seat is free for another. Nothing is charged by itself."
                )}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {body}
            </section>
        }
    }))
}

/// `2 to 50 seats`, and from how many on a seat costs less.
fn how_many(teams: ForTeams, locale: Locale) -> String {
    let ForTeams { least, most, off } = teams;
    let seats = plural(most, "seat", "seats");
    let range = tf!(locale, "{least} 到 {most} 个席位", "{least} to {most} {seats}");
    match off {
        Some((from, off)) => {
            tf!(locale, "{range}；满 {from} 个时，全部席位都减 {off}%", "{range}; with {from} or more, every seat costs {off}% less")
        }
        None => range,
    }
}

fn fields(form: TeamForm, (tiers, plus_tax): (&[(Tier, ForTeams)], Option<String>), errors: &Errors, locale: Locale) -> AnyView {
    let mut choices = Vec::new();
    for (tier, _) in tiers {
        for price in &tier.prices {
            let (name, term, amount) = (&tier.name, wording::term(price.cadence, locale), price.amount.format(locale));
            let label = tf!(locale, "{name} · {term}，每个席位 {amount}", "{name}, {term}, {amount} a seat");
            choices.push((what_of(tier.id, price.cadence, price.amount.currency), label));
        }
    }
    let sentence = |(tier, teams): &(Tier, ForTeams)| {
        let (name, how_many) = (&tier.name, how_many(*teams, locale));
        match tiers {
            [_] => how_many,
            _ => tf!(locale, "{name}：{how_many}", "{name}: {how_many}"),
        }
    };
    let hint = tiers.iter().map(sentence).collect::<Vec<_>>().join(t!(locale, "。", ". "));
    let hint = tf!(locale, "{hint}。", "{hint}.");
    let named = t!(locale, "成员加入时会看到。", "Those who join will see it.").to_owned();
    view! {
        <form class="form" method="post" action="/team">
            <Select label=t!(locale, "会员等级和期限", "Tier and term") name="what" value=form.what options=choices hint=plus_tax error=errors.of("what", locale)/>
            <Field label=t!(locale, "席位数", "How many seats") name="seats" inputmode="numeric" value=form.seats required=true maxlength=4 autocomplete="off" hint=Some(hint) error=errors.of("seats", locale)/>
            <Field label=t!(locale, "团队名称", "Name of the team") name="name" value=form.name required=true maxlength=60 autocomplete="organization" hint=Some(named) error=errors.of("name", locale)/>
            <Submit label=t!(locale, "去付款", "Go on to pay")/>
        </form>
    }
    .into_any()
}
