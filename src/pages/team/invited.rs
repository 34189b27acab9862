//! `/team/{secret}`: whose team it is, what it opens until when, what its payer will see; and a button. Looking at it takes no
//! seat: messengers follow links.

use crate::foundation::error::{AppError, Result};
use crate::members::model::name_shown;
use crate::pages::joining::doors;
use crate::pages::orders::when;
use crate::pages::shell::{Kind, Page};
use crate::payments::service::plans;
use crate::payments::teams::model::State;
use crate::payments::teams::seats::{self, Invited};
use crate::server::http::{Ask, query_value, see_other, sign_in_path};
use crate::ui::{Banner, LinkButton, Submit, Tone, fact};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(secret): Path<String>) -> Result<Response> {
    match draw(&ask, &secret, None).await {
        Err(AppError::NotFound) => Ok(no_more(&ask)),
        shown => shown,
    }
}

/// The link was replaced by a new one, or is not whole.
fn no_more(ask: &Ask) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "邀请链接已失效", "This invitation is no longer valid");
    Page::new(title).private().status(404).draw(ask, || {
        let text = t!(
            locale,
            "链接可能已被更换，或者复制得不完整。请向团队的付款人要新的链接。",
            "The link was replaced, or not copied whole. Please ask whoever pays for the team for a new one."
        );
        view! { <section class="narrow team"><h1>{title}</h1> <p>{text}</p></section> }
    })
}

/// Takes a seat. Whoever is not signed in does that first, and comes back.
pub async fn submit(ask: Ask, Path(secret): Path<String>) -> Result<Response> {
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path(&format!("/team/{}", query_value(&secret)))));
    }
    match seats::take(&ask.ctx, &ask.viewer, &secret).await {
        Ok(()) => Ok(see_other("/account/membership?done=seat-taken")),
        Err(error @ AppError::Conflict(_)) => {
            let (status, text) = (error.status(), error.message(ask.locale));
            let mut response = draw(&ask, &secret, Some(text)).await?;
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn draw(ask: &Ask, secret: &str, refused: Option<String>) -> Result<Response> {
    let invited = seats::find(&ask.ctx, &ask.viewer, secret).await?;
    let renews = ask.viewer.member().is_some() && !invited.sits && plans::renews(&ask.ctx, &ask.viewer, invited.team.tier).await?;
    let locale = ask.locale;
    let team = &invited.team;
    let name = &team.name;
    let title = tf!(locale, "加入团队“{name}”", "Join the team “{name}”");
    Ok(Page::new(title.clone()).of(Kind::Forms).private().draw(ask, || {
        let until = team.until.map(|(until, _)| fact(t!(locale, "有效期至", "Open until"), when(until, &ask.site, locale)));
        let way = way(ask, secret, &invited, refused, renews);
        view! {
            <section class="narrow team">
                <h1>{title}</h1>
                <dl class="facts">
                    {fact(t!(locale, "付款人", "Paid for by"), view! { <bdi>{name_shown(&team.payer_name, locale)}</bdi> })}
                    {fact(t!(locale, "会员等级", "Tier"), team.tier_name.clone())}
                    {until}
                </dl>
                {way}
            </section>
        }
    }))
}

/// What the viewer can do.
fn way(ask: &Ask, secret: &str, invited: &Invited, refused: Option<String>, renews: bool) -> AnyView {
    let (locale, team) = (ask.locale, &invited.team);
    let state = team.state(ask.ctx.now());
    if invited.sits && matches!(state, State::Runs | State::Grace(_)) {
        let text = t!(locale, "你在这个团队里有席位。", "You have a seat in this team.");
        let label = t!(locale, "查看我的会员", "See your membership");
        return view! { <Banner tone=Tone::Good text/> <p><LinkButton href="/account/membership" label/></p> }.into_any();
    }
    let said = refused.or_else(|| match state {
        State::Runs if team.free() == 0 => {
            Some(t!(locale, "席位已满，请联系付款人。", "All seats are taken. Please ask whoever pays for the team.").to_owned())
        }
        State::Runs => None,
        State::Void => {
            Some(t!(locale, "款项已退还，这个团队已失效。", "The money went back, so there is no team to join any more.").to_owned())
        }
        _ => {
            Some(t!(locale, "这个团队已经到期，续费之后才能加入。", "This team has ended. It can be joined once it is renewed.").to_owned())
        }
    });
    let own = invited.is_own.then(|| {
        view! { <p><LinkButton href=team.path() label=t!(locale, "管理团队", "Manage your team") quiet=true/></p> }
    });
    if let Some(text) = said {
        return view! { <Banner tone=Tone::Warn text/> {own} }.into_any();
    }
    let seen = t!(
        locale,
        "付款人会看到你的显示名称和加入日期，看不到你的邮箱，也看不到你读了什么。你随时可以离开。",
        "Whoever pays will see your name and the day you joined, not your e-mail address, and not what you read. You can leave at any time."
    );
    let own_time = t!(
        locale,
        "如果你自己买过这个等级，剩下的时间在此期间不会减少，离开团队后继续计算。",
        "If you bought this tier yourself, what is left of it stands still meanwhile and goes on when you leave."
    );
    let charged = renews.then(|| {
        let text = t!(
            locale,
            "注意：加入团队后，你自己的自动续费仍会照常扣款；如果不想继续扣款，请先取消。",
            "Please note: your own membership is still charged after you join. If you do not want that, cancel it first."
        );
        view! { <Banner tone=Tone::Warn text/> <p><a href="/account/membership">{t!(locale, "管理我的会员", "Manage your membership")}</a></p> }
    });
    let here = format!("/team/{}", query_value(secret));
    let door = if ask.viewer.member().is_some() {
        view! {
            <form class="form" method="post" action=here>
                <Submit label=t!(locale, "加入团队", "Join the team")/>
            </form>
        }
        .into_any()
    } else {
        view! {
            <p>{t!(locale, "请先登录或加入本站，完成后会自动回到这里。", "Join this site or sign in first; you are brought back here.")}</p>
            {doors(&here, locale)}
        }
        .into_any()
    };
    view! { <p>{seen}</p> <p>{own_time}</p> {charged} {door} {own} }.into_any()
}
