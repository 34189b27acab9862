//! `/account/teams/{id}`: a team, for whoever pays for it: its link, who is in it, its next term. Admins see it, and change
//! nothing here: they give money back at its orders.

use super::{HERE, SECTION, badge, number};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::plural;
use crate::foundation::time::{DAY, Timestamp};
use crate::members::model::name_shown;
use crate::membership::wording;
use crate::pages::Page;
use crate::pages::account::frame::AccountFrame;
use crate::pages::admin::money::page_of;
use crate::pages::orders::item_name;
use crate::payments::model::{Order, OrderStatus};
use crate::payments::notices::REMIND_DAYS;
use crate::payments::teams::buying::{self, Renewal};
use crate::payments::teams::model::{Holder, State, Team};
use crate::payments::teams::{self, PAGE, seats};
use crate::payments::wording::price_said;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, NextPage, Submit, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

pub async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    draw(&ask, number(&id)?, None, Errors::none()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NameForm {
    name: String,
}

pub async fn rename(ask: Ask, Path(id): Path<String>, Form(form): Form<NameForm>) -> Result<Response> {
    let id = number(&id)?;
    match seats::rename(&ask.ctx, &ask.viewer, id, &form.name).await {
        Ok(()) => Ok(see_other(&format!("{HERE}/{id}?done=saved"))),
        Err(error) => draw(&ask, id, Some(form.name), Errors::from_error(error)?).await,
    }
}

pub async fn renew_link(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&id)?;
    seats::renew_link(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other(&format!("{HERE}/{id}?done=team-link")))
}

/// The payer takes a seat themselves.
pub async fn take(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&id)?;
    match seats::take_own(&ask.ctx, &ask.viewer, id).await {
        Ok(()) => Ok(see_other(&format!("{HERE}/{id}?done=seat-taken"))),
        Err(error) => draw(&ask, id, None, Errors::from_error(error)?).await,
    }
}

pub async fn take_away(ask: Ask, Path((id, seat)): Path<(String, String)>) -> Result<Response> {
    let (id, seat) = (number(&id)?, number(&seat)?);
    seats::take_away(&ask.ctx, &ask.viewer, id, seat).await?;
    Ok(see_other(&format!("{HERE}/{id}?done=seat-freed")))
}

pub async fn renew(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = number(&id)?;
    match buying::renew(&ask.ctx, &ask.viewer, id).await {
        Ok(reference) => Ok(see_other(&format!("/orders/{reference}"))),
        Err(error) => draw(&ask, id, None, Errors::from_error(error)?).await,
    }
}

/// All there is to show of a team.
struct Shown {
    team: Team,
    state: State,
    holders: Vec<Holder>,
    more: bool,
    orders: Vec<Order>,
    renewal: Option<Renewal>,
    link: String,
    /// The viewer pays for it.
    is_own: bool,
}

async fn draw(ask: &Ask, id: i64, typed: Option<String>, errors: Errors) -> Result<Response> {
    let team = teams::team(&ask.ctx, &ask.viewer, id).await?;
    let after = ask.query("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (holders, more) = page_of(teams::holders(&ask.ctx, &ask.viewer, id, after).await?, PAGE);
    let shown = Shown {
        state: team.state(ask.ctx.now()),
        holders,
        more,
        orders: teams::orders_of(&ask.ctx, &ask.viewer, id).await?,
        renewal: buying::renewal(&ask.ctx, &ask.viewer, &team).await?,
        link: format!("{}{}", ask.ctx.config().base_url, seats::link(&ask.ctx, &team)?),
        is_own: ask.viewer.is(team.payer),
        team,
    };
    let locale = ask.locale;
    let title = shown.team.name.clone();
    Ok(Page::new(title.clone()).private().status_of(&errors).draw(ask, || {
        let above = match shown.is_own {
            true => vec![(HERE.to_owned(), t!(locale, "团队与席位", "Teams and seats").to_owned())],
            false => vec![("/admin/teams".to_owned(), t!(locale, "团队", "Teams").to_owned())],
        };
        let next = shown.holders.last().filter(|_| shown.more).map(|last| format!("{HERE}/{id}?after={}#members", last.n));
        let wrong = errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> });
        let above = view! { <Breadcrumb locale above/> };
        let first = (standing(ask, &shown), facts(ask, &shown), shown.is_own.then(|| invitation(ask, &shown)));
        let members = (members(ask, &shown), view! { <NextPage locale href=next/> });
        let name = shown.is_own.then(|| name_form(ask, &shown.team, typed, &errors));
        let last = (renewal(ask, &shown), name, orders(ask, &shown));
        view! {
            <AccountFrame ask=ask.clone() current=SECTION title>
                {above}
                {wrong}
                {first}
                <section>
                    <h2 id="members">{t!(locale, "成员", "Members")}</h2>
                    {members}
                </section>
                {last}
            </AccountFrame>
        }
    }))
}

/// What is to be said first: that it ends soon, has ended, or is void.
fn standing(ask: &Ask, shown: &Shown) -> Option<AnyView> {
    let locale = ask.locale;
    let date = |at| format::date_time(at, &ask.site.time_zone, locale);
    let text = match (shown.state, shown.team.until) {
        (State::Unpaid, _) => t!(locale, "付款之后才能邀请成员。", "You can invite people once it is paid for.").to_owned(),
        (State::Void, _) => t!(locale, "款项已退还，席位已全部关闭。", "The money went back, and all seats are closed.").to_owned(),
        (State::Over, _) => t!(
            locale,
            "团队已到期，成员不能再通过它阅读会员内容。续费之后，他们不用重新加入。",
            "The team has ended, and its members can no longer open what it opened. Once it is renewed, nobody has to join again."
        )
        .to_owned(),
        (State::Grace(open), _) => {
            let date = date(open);
            tf!(locale, "团队已到期，{date} 之前仍然开放。", "The team has ended. It stays open until {date}.")
        }
        (State::Runs, Some((until, _))) if until.since(ask.ctx.now()) <= REMIND_DAYS[0] * DAY => {
            let date = date(until);
            tf!(locale, "团队于 {date} 到期，不会自动扣款。", "The team ends on {date}. Nothing is charged by itself.")
        }
        (State::Runs, _) => return None,
    };
    Some(view! { <Banner tone=Tone::Warn text/> }.into_any())
}

fn facts(ask: &Ask, shown: &Shown) -> AnyView {
    let (locale, team) = (ask.locale, &shown.team);
    let (used, all, free) = (team.used, team.seats, team.free());
    let until = team.until.map(|(until, _)| {
        let date = format::date_time(until, &ask.site.time_zone, locale);
        fact(
            t!(locale, "有效期至", "Open until"),
            view! { <span class="team-until"><time datetime=format::machine(until)>{date}</time></span> },
        )
    });
    let paid_by = (!shown.is_own).then(|| {
        fact(t!(locale, "付款人", "Paid for by"), view! { <bdi>{name_shown(&team.payer_name, locale)}</bdi>{format!(" @{}", team.handle)} })
    });
    let seats = tf!(locale, "共 {all} 个，已用 {used} 个，空 {free} 个", "{used} of {all} used, {free} free");
    view! {
        <dl class="facts">
            {fact(t!(locale, "状态", "Status"), badge(shown.state, locale))}
            {paid_by}
            {fact(t!(locale, "会员等级", "Tier"), team.tier_name.clone())}
            {fact(t!(locale, "席位", "Seats"), view! { <span class="team-seats">{seats}</span> })}
            {until}
        </dl>
    }
    .into_any()
}

/// The link, where somebody can join by it.
fn invitation(ask: &Ask, shown: &Shown) -> Option<AnyView> {
    if shown.state != State::Runs {
        return None;
    }
    let (locale, team) = (ask.locale, &shown.team);
    let path = team.path();
    let what = match team.free() {
        0 => t!(locale, "席位已满，收回一个之后才能有人加入。", "All seats are taken. Take one away, and somebody can join.").to_owned(),
        free => {
            let people = plural(free, "person", "people");
            tf!(locale, "把链接发给成员，还可以加入 {free} 人。", "Give the link to your people. {free} more {people} can join.")
        }
    };
    let sits = shown.holders.iter().any(|holder| holder.member_id == team.payer.0);
    let own = (!sits && team.free() > 0).then(|| {
        view! {
            <form method="post" action=format!("{path}/take")>
                <Submit label=t!(locale, "自己占一个席位", "Take a seat yourself") quiet=true/>
            </form>
        }
    });
    Some(
        view! {
            <section class="team-invitation">
                <h2>{t!(locale, "邀请成员", "Invite people")}</h2>
                <p>{what}</p>
                <label class="share-link">
                    <span>{t!(locale, "邀请链接", "Invitation link")}</span>
                    <input class="input" type="text" readonly value=shown.link.clone()/>
                </label>
                <div class="team-deeds">
                    {own}
                    <form method="post" action=format!("{path}/link")>
                        <Submit label=t!(locale, "换一个链接", "Make a new link") quiet=true/>
                    </form>
                </div>
                <p class="tier-note">{t!(locale, "换了之后，之前的链接就会失效；已经加入的人不受影响。", "A new link ends the one before. Whoever has joined stays.")}</p>
            </section>
        }
        .into_any(),
    )
}

fn members(ask: &Ask, shown: &Shown) -> AnyView {
    let (locale, path) = (ask.locale, shown.team.path());
    if shown.holders.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有人加入。", "Nobody has joined yet.")/> }.into_any();
    }
    let mut columns = vec![Column::text(t!(locale, "名称", "Name")), Column::text(t!(locale, "加入日期", "Joined"))];
    if shown.is_own {
        columns.push(Column::text(t!(locale, "操作", "Actions")));
    }
    let row = |holder: &Holder| {
        let at = Timestamp(holder.taken_at);
        let name = name_shown(&holder.name, locale);
        let date = format::date(at, &ask.site.time_zone, locale);
        let mut row =
            vec![view! { <bdi>{name.clone()}</bdi> }.into_any(), view! { <time datetime=format::machine(at)>{date}</time> }.into_any()];
        if shown.is_own {
            let said = tf!(locale, "收回：{name}的席位", "Take away: the seat of {name}");
            row.push(
                view! {
                    <form method="post" action=format!("{path}/seats/{}/free", holder.id)>
                        <button class="button button-quiet button-small" type="submit" aria-label=said>{t!(locale, "收回", "Take away")}</button>
                    </form>
                }
                .into_any(),
            );
        }
        row
    };
    let rows = shown.holders.iter().map(row).collect();
    // There is a link only as long as it runs.
    let note = (shown.is_own && shown.state == State::Runs).then_some(t!(
        locale,
        "收回后，对方马上不能再使用这个席位，你可以把它给别人。对方还可以用现在的邀请链接再加入；如果不希望这样，请换一个链接。",
        "Once it is taken away they can no longer use it, and it is free for another. They could join again by the link as it is; make a new one if you do not want that."
    ));
    view! {
        <DataTable label=t!(locale, "成员", "Members") columns rows/>
        {note.map(|text| view! { <p class="tier-note">{text}</p> })}
    }
    .into_any()
}

fn renewal(ask: &Ask, shown: &Shown) -> Option<AnyView> {
    let (locale, renewal) = (ask.locale, shown.renewal?);
    let price = price_said(renewal.price, renewal.is_net, locale);
    let (term, seats) = (wording::term(renewal.cadence, locale), shown.team.seats);
    let label = tf!(locale, "续费（{term}，{seats} 个席位）：{price}", "Renew {seats} seats for {term}: {price}");
    Some(
        view! {
            <section>
                <h2>{t!(locale, "续费", "Renew")}</h2>
                <p>{t!(
                    locale,
                    "有效期从到期日起顺延，成员不用重新加入，不会自动扣款。需要更多席位时请另外购买，会成为一个新的团队。",
                    "The new term is added to the end, nobody has to join again, and nothing is charged by itself. For more seats, buy again: they become a team of their own."
                )}</p>
                <form method="post" action=format!("{}/renew", shown.team.path())>
                    <Submit label/>
                </form>
            </section>
        }
        .into_any(),
    )
}

fn name_form(ask: &Ask, team: &Team, typed: Option<String>, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    view! {
        <form class="form" method="post" action=format!("{}/name", team.path())>
            <Field label=t!(locale, "团队名称", "Name of the team") name="name" value=typed.unwrap_or_else(|| team.name.clone()) required=true maxlength=60 error=errors.of("name", locale)/>
            <Submit label=t!(locale, "保存", "Save") quiet=true/>
        </form>
    }
    .into_any()
}

/// Its orders: receipts for the payer, and for admins the way to give money back.
fn orders(ask: &Ask, shown: &Shown) -> AnyView {
    let locale = ask.locale;
    let one = |order: &Order| {
        let href = if shown.is_own { order.path() } else { format!("/admin/orders/{}", order.id) };
        let state = match order.status {
            OrderStatus::Open => t!(locale, "未付款", "not paid"),
            OrderStatus::Pending => t!(locale, "等待到账", "on its way"),
            OrderStatus::Paid => t!(locale, "已付款", "paid"),
            OrderStatus::Refunded => t!(locale, "已退款", "refunded"),
        };
        let (number, price, date) =
            (order.short(), order.price.format(locale), format::date(order.created_at, &ask.site.time_zone, locale));
        let text = tf!(locale, "，{date}，{price}，{state}", ", {date}, {price}, {state}");
        view! { <li><a href=href>{number} " " {item_name(order, locale)}</a>{text}</li> }
    };
    let list = shown.orders.iter().map(one).collect_view();
    view! {
        <section>
            <h2>{t!(locale, "订单", "Orders")}</h2>
            <ul>{list}</ul>
        </section>
    }
    .into_any()
}
