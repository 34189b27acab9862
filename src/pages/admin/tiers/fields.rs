//! The form of a tier.

use crate::foundation::id::TierId;
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::membership::model::{NewTier, Tier};
use crate::membership::typed;
use crate::ui::{Banner, Check, Errors, Field, Submit, TextArea, Tone};
use crate::{t, tf};
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TierForm {
    name: String,
    description: String,
    monthly: String,
    yearly: String,
    /// Left out where the form has no such field: then they stay as they are.
    more_prices: Option<String>,
    benefits: String,
    free: String,
    member_limit: String,
    trial_days: String,
    grace_days: String,
    keeps_price: String,
    teams: String,
    team_least: String,
    team_most: String,
    team_off_from: String,
    team_off: String,
}

impl TierForm {
    /// An empty one, as the usual tier is.
    pub fn new() -> TierForm {
        TierForm { keeps_price: "on".to_owned(), ..TierForm::default() }
    }

    pub fn of(tier: Tier, own: Currency) -> TierForm {
        let plain = |price: Option<Money>| price.map(Money::to_plain).unwrap_or_default();
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let off = tier.teams.and_then(|teams| teams.off);
        let on = |is: bool| if is { "on".to_owned() } else { String::new() };
        TierForm {
            monthly: plain(tier.monthly),
            yearly: plain(tier.yearly),
            more_prices: Some(typed::prices_text(&tier.prices, own)),
            benefits: tier.benefits.join("\n"),
            free: on(tier.free),
            member_limit: tier.member_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            trial_days: tier.trial_days.to_string(),
            grace_days: tier.grace_days.to_string(),
            keeps_price: on(tier.keeps_price),
            teams: on(tier.teams.is_some()),
            team_least: number(tier.teams.map(|teams| teams.least)),
            team_most: number(tier.teams.map(|teams| teams.most)),
            team_off_from: number(off.map(|(from, _)| from)),
            team_off: number(off.map(|(_, off)| off)),
            name: tier.name,
            description: tier.description,
        }
    }

    pub fn command(&self, id: Option<TierId>) -> NewTier {
        let TierForm { name, description, monthly, yearly, more_prices, benefits, free, member_limit, trial_days, grace_days, .. } = self;
        NewTier {
            id,
            name: name.clone(),
            description: description.clone(),
            monthly: monthly.clone(),
            yearly: yearly.clone(),
            more_prices: more_prices.clone(),
            benefits: benefits.clone(),
            free: free == "on",
            member_limit: member_limit.clone(),
            trial_days: trial_days.clone(),
            grace_days: grace_days.clone(),
            raises_price: self.keeps_price != "on",
            teams: self.teams == "on",
            team_least: self.team_least.clone(),
            team_most: self.team_most.clone(),
            team_off_from: self.team_off_from.clone(),
            team_off: self.team_off.clone(),
        }
    }
}

#[component]
pub fn TierFields(action: String, form: TierForm, errors: Errors, currency: &'static str, locale: Locale) -> impl IntoView {
    let hint = tf!(locale, "单位：{currency}。不出售则留空。", "In {currency}. Leave empty if it is not sold.");
    view! {
        {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
        <form class="form" method="post" action=action>
            <Field label=t!(locale, "名称", "Name") name="name" value=form.name required=true error=errors.of("name", locale)/>
            <TextArea
                label=t!(locale, "说明", "Description")
                name="description"
                rows=3
                value=form.description
                error=errors.of("description", locale)
            />
            <TextArea
                label=t!(locale, "权益（每行一条）", "Benefits, one a line")
                name="benefits"
                rows=4
                value=form.benefits
                error=errors.of("benefits", locale)
            />
            <Field label=t!(locale, "一个月的价格", "Price of a month") name="monthly" value=form.monthly inputmode="decimal" hint=Some(hint.clone()) error=errors.of("monthly", locale)/>
            <Field label=t!(locale, "一年的价格", "Price of a year") name="yearly" value=form.yearly inputmode="decimal" hint=Some(hint) error=errors.of("yearly", locale)/>
            <TextArea
                label=t!(locale, "其他价格", "More prices")
                name="more_prices"
                rows=3
                value=form.more_prices.unwrap_or_default()
                hint=Some(t!(
                    locale,
                    "每行一个：时长、金额、货币。时长写 month、year 或天数，例如“month 9.90 USD”“30 68 CNY”。",
                    "One a line: how long, how much, which currency. The length is month, year or a number of days, as in “month 9.90 USD” or “30 68 CNY”."
                ).to_owned())
                error=errors.of("more_prices", locale)
            />
            <Check label=t!(locale, "免费：登录后即可加入", "Free: whoever is signed in may join") name="free" checked={form.free == "on"}/>
            <Field label=t!(locale, "人数上限", "Member limit") name="member_limit" inputmode="numeric" value=form.member_limit hint=Some(t!(locale, "留空即不限。", "Empty: no limit.").to_owned()) error=errors.of("member_limit", locale)/>
            <Field label=t!(locale, "试用天数", "Trial days") name="trial_days" inputmode="numeric" value=form.trial_days hint=Some(t!(locale, "自动续费会员第一次扣款之前的天数。", "Days before the first charge of a renewing membership.").to_owned()) error=errors.of("trial_days", locale)/>
            <Field label=t!(locale, "宽限天数", "Days of grace") name="grace_days" inputmode="numeric" value=form.grace_days hint=Some(t!(locale, "到期之后仍然开放的天数；留空即 3 天。", "How many days it stays open after its end; leave empty for three.").to_owned()) error=errors.of("grace_days", locale)/>
            <Check label=t!(locale, "连续续费的会员沿用加入时的价格", "Whoever renews keeps the old price") name="keeps_price" checked={form.keeps_price == "on"}/>
            <Check label=t!(locale, "向团队出售：一人付款，多人使用", "Sell it to teams: one pays, several use it") name="teams" checked={form.teams == "on"}/>
            <div class="team-terms">
                <Field label=t!(locale, "最少席位数", "Least seats") name="team_least" inputmode="numeric" value=form.team_least hint=Some(t!(locale, "留空即 2 个。", "Empty: 2.").to_owned()) error=errors.of("team_least", locale)/>
                <Field label=t!(locale, "最多席位数", "Most seats") name="team_most" inputmode="numeric" value=form.team_most hint=Some(t!(locale, "留空即 50 个。", "Empty: 50.").to_owned()) error=errors.of("team_most", locale)/>
                <Field label=t!(locale, "满多少个席位打折", "Less from so many seats") name="team_off_from" inputmode="numeric" value=form.team_off_from hint=Some(t!(locale, "留空即不打折。", "Empty: never.").to_owned()) error=errors.of("team_off_from", locale)/>
                <Field label=t!(locale, "每个席位便宜百分之几", "Percent less a seat") name="team_off" inputmode="numeric" value=form.team_off error=errors.of("team_off", locale)/>
            </div>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
}
