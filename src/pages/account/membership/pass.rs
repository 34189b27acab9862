//! A membership that ends by itself, or is for good.

use super::Pass;
use crate::foundation::format;
use crate::foundation::locale::plural;
use crate::pages::reminders::Renew;
use crate::payments::service::switches::Switch;
use crate::server::http::Ask;
use crate::ui::{Badge, LinkButton, Submit, Tone, fact};
use crate::{t, tf};
use leptos::prelude::*;

#[component]
pub fn PassShown(ask: Ask, pass: Pass) -> impl IntoView {
    let locale = ask.locale;
    let held = &pass.held;
    let tier = held.tier.to_string();
    let over = held.ends_at.is_some_and(|at| at <= ask.ctx.now());
    let (tone, state) = match (held.paused, over) {
        (true, _) => (Tone::Warn, t!(locale, "已暂停", "Paused")),
        (_, true) => (Tone::Warn, t!(locale, "宽限期", "Days of grace")),
        _ => (Tone::Good, t!(locale, "有效", "Open to you")),
    };
    let name = held.tier_name.clone();
    let Some(ends_at) = held.ends_at else {
        return view! {
            <section class="plan-shown">
                <h2>{name} " " <Badge tone text=state/></h2>
                <p>{t!(locale, "永久有效，不会扣款。", "For good; nothing is charged.")}</p>
            </section>
        }
        .into_any();
    };
    let date = |at| format::until(at, &ask.site.time_zone, locale);
    let grace = held
        .open_until
        .filter(|until| *until > ends_at && !held.paused)
        .map(|until| fact(t!(locale, "宽限期至", "Days of grace until"), date(until)));
    let ends = if held.paused { t!(locale, "暂停前的到期日", "End, before the pause") } else { t!(locale, "到期", "Ends") };
    let renew = (!held.paused).then(|| match pass.renewal {
        Some(renewal) => view! {
            <div class="plan-change">
                <p>{t!(locale, "续费后，有效期从到期日起顺延；不会自动扣款。", "Renewing adds to the end of what you have. Nothing is charged by itself.")}</p>
                <Renew ask=ask.clone() tier=tier.clone() renewal loud=true/>
            </div>
        }
        .into_any(),
        None => view! { <p><LinkButton href="/membership" label=t!(locale, "查看会员等级", "See the tiers") quiet=true/></p> }.into_any(),
    });
    let (what, label, value) = if held.paused {
        let what =
            t!(locale, "会员马上恢复，到期日按暂停的时长顺延。", "It opens again at once, and ends later by as long as it was paused.");
        (what, t!(locale, "恢复会员", "Resume"), "off")
    } else {
        let what = t!(
            locale,
            "暂停期间不能阅读会员内容；恢复后，到期日按暂停的时长顺延。",
            "While it is paused, you cannot read what it opens. When you resume, it ends later by as long as it was paused."
        );
        (what, t!(locale, "暂停会员", "Pause"), "on")
    };
    // On a seat of a team, what one bought stands still by itself; what ends on a fixed day would not.
    let pause = (!held.by_seat && !held.fixed && !over || held.paused).then(|| {
        view! {
            <form class="plan-change" method="post" action="/account/membership/pause">
                <p>{what}</p>
                <input type="hidden" name="tier" value=tier.clone()/>
                <Submit label quiet=true name="paused" value/>
            </form>
        }
    });
    let seat = held.by_seat.then(|| {
        let said = match held.own {
            true => t!(
                locale,
                "你正在使用团队的席位。自己买的时间在此期间不会减少，离开团队或团队到期之后继续计算。",
                "You sit on a seat of a team. What you bought yourself stands still meanwhile, and goes on when you leave or the team ends."
            ),
            false => t!(locale, "你正在使用团队的席位。", "You sit on a seat of a team."),
        };
        view! {
            <p class="plan-change">
                {said}
                " "
                <a href="/account/teams">{t!(locale, "查看团队", "See the team")}</a>
            </p>
        }
    });
    let switches = pass.switches.iter().map(|switch| view! { <SwitchShown ask=ask.clone() switch=switch.clone()/> }).collect_view();
    view! {
        <section class="plan-shown">
            <h2>{name} " " <Badge tone text=state/></h2>
            <dl class="facts">
                {fact(ends, view! { <span class="plan-when">{date(ends_at)}</span> })}
                {grace}
            </dl>
            {seat}
            {renew}
            {pause}
            {switches}
        </section>
    }
    .into_any()
}

/// What another tier would make of the time that is left.
#[component]
fn SwitchShown(ask: Ask, switch: Switch) -> impl IntoView {
    let locale = ask.locale;
    let Switch { from, from_name, to, to_name, days, become_days } = switch;
    let unit = plural(days, "day", "days");
    let there = plural(become_days, "day", "days");
    let what = tf!(
        locale,
        "按两个等级的日均价格换算，“{from_name}”剩下的 {days} 天可以换成“{to_name}”的 {become_days} 天。",
        "By what the two tiers cost a day, your {days} {unit} of “{from_name}” become {become_days} {there} of “{to_name}”."
    );
    view! {
        <form class="plan-change plan-switch" method="post" action="/account/membership/switch">
            <p>{what}</p>
            <input type="hidden" name="from" value=from.to_string()/>
            <input type="hidden" name="to" value=to.to_string()/>
            <Submit label=tf!(locale, "切换到“{to_name}”", "Change to “{to_name}”") quiet=true/>
        </form>
    }
}
