//! The form that brings a file in: which tier is meant by which name, and whether letters are sent.

use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::membership::model::Tier;
use crate::membership::wording;
use crate::transfer::bringing::{Names, Price, Typed};
use crate::ui::{Banner, Callout, Check, Column, DataTable, Errors, Field, Submit, Tone};
use crate::{t, tf};
use leptos::prelude::*;

/// What there is to choose, and what is chosen.
pub struct Chosen {
    pub names: Names,
    pub tiers: Vec<Tier>,
    pub typed: Typed,
    pub fresh: i64,
    pub known: i64,
}

/// The form as it was sent.
pub fn typed(fields: &[(String, String)], names: &Names) -> Typed {
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default();
    Typed {
        tiers: (0..names.tiers.len()).map(|n| value(&format!("tier-{n}"))).collect(),
        prices: (0..names.prices.len()).map(|n| value(&format!("price-{n}"))).collect(),
        nameless: value("nameless"),
        until: value("until"),
        invite: value("invite") == "on",
    }
}

/// One choice among our tiers, in a table.
fn tier_choice(name: String, label: String, chosen: &str, tiers: &[Tier], error: Option<String>, locale: Locale) -> AnyView {
    let options = tiers.iter().map(|tier| {
        let (id, name) = (tier.id.to_string(), tier.name.clone());
        let selected = id == chosen;
        // The names of tiers are typed by people.
        let name = html_escape::encode_text(&name).into_owned();
        view! { <option value=id selected=selected inner_html=name></option> }
    });
    let error = error.map(|error| view! { <p class="field-error">{error}</p> });
    view! {
        <select class="input" name=name aria-label=label>
            <option value="">{t!(locale, "不开通", "None")}</option>
            {options.collect_view()}
        </select>
        {error}
    }
    .into_any()
}

pub fn form(chosen: Chosen, here: &str, errors: &Errors, locale: Locale) -> AnyView {
    let Chosen { names, tiers, typed, fresh, known } = chosen;
    let named = (!names.tiers.is_empty() || names.nameless > 0).then(|| named(&names, &tiers, &typed, errors, locale));
    let paid = (names.paying > 0).then(|| paid(&names, &tiers, &typed, errors, locale));
    let until = (names.for_good > 0).then(|| {
        let n = format::number(names.for_good);
        let lines = plural(names.for_good, "line", "lines");
        let hint = tf!(
            locale,
            "{n} 行没有写日期。填了这一天，它们就到这一天为止；留空则永久有效。",
            "Without a day: {n} {lines}. With a day here, what they give ends with it; without, it is given for good."
        );
        view! {
            <Field label=t!(locale, "没有日期的，开通到（选填）", "Without a day: until (optional)") name="until" kind="date" value=typed.until.clone() hint=Some(hint) error=errors.of("until", locale)/>
        }
    });
    let letters = (names.letters > 0).then(|| {
        let n = format::number(names.letters);
        let said = tf!(
            locale,
            "新会员没有密码，可以在登录页点“忘记密码”自己设置。勾选后，其中愿意收邮件的 {n} 人会各收到一封带设置密码链接的邮件。",
            "New members have no password; they can set one with “Forgot your password?”. With this ticked, whoever of them wants mail gets one letter with a link to set it: {n} in all."
        );
        view! {
            <p>{said}</p>
            <Check label=t!(locale, "发送设置密码的邮件", "Send the letter with a link to set a password") name="invite" checked=typed.invite/>
        }
    });
    let (fresh, known) = (format::number(fresh), format::number(known));
    let summary = tf!(
        locale,
        "确认后会加入 {fresh} 位新会员；{known} 位已有会员只补上标签、备注和会员资格，其余不变；没有确认邮箱的账号除外，见下面的列表。",
        "With your yes, {fresh} new members are added. Of {known} who are here already, only labels, notes and what they may open are added to; of accounts that have not confirmed their address, listed below, nothing is."
    );
    view! {
        <form class="form bringing" method="post" action=here.to_owned()>
            {named}
            {until}
            {paid}
            {letters}
            <p>{summary}</p>
            <Submit label=t!(locale, "确认导入", "Bring them in")/>
        </form>
        <form class="form" method="post" action=format!("{here}/discard")>
            <Submit label=t!(locale, "放弃这个文件", "Discard this file") quiet=true/>
        </form>
    }
    .into_any()
}

fn named(names: &Names, tiers: &[Tier], typed: &Typed, errors: &Errors, locale: Locale) -> AnyView {
    let columns = vec![
        Column::text(t!(locale, "文件里的等级", "Tier in the file")),
        Column::number(t!(locale, "行数", "Lines")),
        Column::text(t!(locale, "这里的会员等级", "Tier here")),
    ];
    let label = |name: &str| tf!(locale, "“{name}”对应的会员等级", "Tier here for “{name}”");
    let row = |(n, (name, lines)): (usize, &(String, i64))| {
        let field = format!("tier-{n}");
        let (chosen, error) = (typed.tiers.get(n).map_or("", String::as_str), errors.of(&field, locale));
        let choice = tier_choice(field, label(name), chosen, tiers, error, locale);
        vec![name.clone().into_any(), format::number(*lines).into_any(), choice]
    };
    let mut rows: Vec<Vec<AnyView>> = names.tiers.values().enumerate().map(row).collect();
    if names.nameless > 0 {
        let name = t!(locale, "赠送，没有写等级", "Complimentary, no tier named");
        let choice = tier_choice("nameless".to_owned(), label(name), &typed.nameless, tiers, errors.of("nameless", locale), locale);
        rows.push(vec![name.into_any(), format::number(names.nameless).into_any(), choice]);
    }
    let heading = t!(locale, "赠送的会员资格", "What is given");
    let given = format::number(names.given);
    view! {
        <h2>{heading}</h2>
        <p>{tf!(locale, "{given} 行的会员资格不经过付款，会作为赠送开通。", "{given} lines have a membership without paying; it is given to them.")}</p>
        <DataTable label=heading columns rows/>
    }
    .into_any()
}

fn paid(names: &Names, tiers: &[Tier], typed: &Typed, errors: &Errors, locale: Locale) -> AnyView {
    let heading = t!(locale, "在 Stripe 付款的会员", "Members who pay through Stripe");
    let lines = format::number(names.paying);
    if !names.asked {
        let text = tf!(
            locale,
            "{lines} 行写有 Stripe 编号，但没有查询 Stripe。请先在“付款方式”里连接同一个 Stripe 账户，再重新上传这个文件；现在导入的话，这些会员的付费资格不会开通。",
            "{lines} lines name something at Stripe, which was not asked. Connect the same Stripe account under Payments first and send the file again; brought in now, what these members pay for is not opened."
        );
        let refused = (!names.refused.is_empty()).then(|| view! { <p><code>{names.refused.clone()}</code></p> });
        return view! { <h2>{heading}</h2><Banner tone=Tone::Warn text/>{refused} }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "Stripe 产品", "Product at Stripe")),
        Column::text(t!(locale, "价格", "Price")),
        Column::number(t!(locale, "订阅数", "Subscriptions")),
        Column::text(t!(locale, "这里的会员等级", "Tier here")),
    ];
    let row = |(n, price): (usize, &Price)| {
        let name = if price.name.is_empty() { price.product.clone() } else { price.name.clone() };
        let charges = price.charges().filter(|(money, _)| money.minor > 0);
        let costs = charges.map(|(money, every)| format!("{} {}", money.format(locale), wording::per(every, locale)));
        let field = format!("price-{n}");
        let choice = match &costs {
            Some(costs) => {
                let label = tf!(locale, "“{name}”（{costs}）对应的会员等级", "Tier here for “{name}” at {costs}");
                let (chosen, error) = (typed.prices.get(n).map_or("", String::as_str), errors.of(&field, locale));
                tier_choice(field, label, chosen, tiers, error, locale)
            }
            None => t!(locale, "无法接管", "Cannot be taken over").into_any(),
        };
        let costs = costs.unwrap_or_else(|| t!(locale, "零元，或期限特殊", "Nothing, or unusual terms").to_owned());
        let number = price.price.clone();
        vec![view! { {name} " " <code>{number}</code> }.into_any(), costs.into_any(), format::number(price.agreements).into_any(), choice]
    };
    let rows: Vec<Vec<AnyView>> = names.prices.iter().enumerate().map(row).collect();
    let list = match rows.is_empty() {
        true => view! { <Banner tone=Tone::Warn text=t!(locale, "Stripe 里没有找到这些会员的订阅。", "Stripe has no subscription of any of them.")/> }.into_any(),
        false => view! { <DataTable label=heading columns rows/> }.into_any(),
    };
    let before = t!(
        locale,
        "接管不会扣款，也不改动 Stripe 上的任何东西。会员资格开通到已付的这一期结束；之后每次续费成功，这里自动延长。接管之前的付款不计入账本。导入后，请在原来的网站停用 Stripe 连接，以免两边都处理同一份订阅。",
        "Taking over charges nothing and changes nothing at Stripe. What a member has paid for is open until that term ends, and longer with each charge from then on. What was paid before is not in the ledger. Afterwards, disconnect Stripe from the site they come from, so that not both look after the same subscription."
    );
    view! {
        <h2>{heading}</h2>
        <p>{tf!(locale, "{lines} 行写有 Stripe 编号。", "{lines} lines name a customer or a subscription at Stripe.")}</p>
        {list}
        <Callout title=t!(locale, "不会重复扣款", "Nothing is charged")><p>{before}</p></Callout>
    }
    .into_any()
}
