//! `/admin/members/bulk`: what is done for all who are meant by a filter, said first with how many they are; and the file of
//! who they are.

use super::super::menu;
use super::super::money::{self, page_of};
use super::segments::{leads_to, save_form};
use super::{Choices, HERE, choices, state};
use crate::analytics::tables::Cell;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::segments::deeds::{self, Asked, Deed, Typed};
use crate::segments::model::Filter;
use crate::segments::service::{self, Held, Listed};
use crate::server::http::{Ask, Form, query_value, see_other};
use crate::ui::{Banner, Breadcrumb, Errors, Field, LinkButton, Select, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const AT_ONCE: i64 = 500;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    filter: String,
    deed: String,
    label: String,
    tier: String,
    until: String,
    reason: String,
    /// How many they were, and what makes the form one.
    said: String,
    key: String,
}

impl BulkForm {
    fn typed(&self) -> Typed {
        let BulkForm { deed, label, tier, until, reason, .. } = self.clone();
        Typed { deed, label, tier, until, reason }
    }

    fn filter(&self) -> Result<Filter> {
        Filter::written(&self.filter)
    }
}

/// What can be done with all who are listed.
pub fn ways(filter: &Filter, choices: &Choices, locale: Locale) -> AnyView {
    let query = filter.query();
    let csv = if query.is_empty() { format!("{HERE}.csv") } else { format!("{HERE}.csv?{query}") };
    let write = format!("{HERE}/letters/new?filter={}", query_value(&query));
    let form = BulkForm { filter: query.clone(), ..BulkForm::default() };
    let save = (!query.is_empty()).then(|| save_form(&query, String::new(), &Errors::none(), locale));
    view! {
        <h2>{t!(locale, "对以上全部会员", "With all of them")}</h2>
        <p class="actions">
            <LinkButton href=csv label=t!(locale, "导出 CSV", "Export CSV") quiet=true/>
            <LinkButton href=write label=t!(locale, "写邮件", "Write to them") quiet=true/>
        </p>
        {save}
        {fields(&form, choices, &Errors::none(), locale)}
    }
    .into_any()
}

/// The form that leads to the page which says for how many.
fn fields(form: &BulkForm, choices: &Choices, errors: &Errors, locale: Locale) -> AnyView {
    let deeds = [
        ("label", t!(locale, "加标签", "Put a label on")),
        ("unlabel", t!(locale, "去掉标签", "Take a label off")),
        ("grant", t!(locale, "赠送会员等级", "Give a tier")),
        ("revoke", t!(locale, "收回赠送的会员等级", "Take back a tier that was given")),
    ];
    let deeds = deeds.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let tiers = std::iter::once((String::new(), t!(locale, "请选择", "Choose").to_owned()));
    let tiers: Vec<_> = tiers.chain(choices.tiers.iter().map(|tier| (tier.id.to_string(), tier.name.clone()))).collect();
    let until = t!(locale, "有效期的最后一天；留空即永久有效。", "The last day; leave empty to give it for good.").to_owned();
    view! {
        <form class="form" method="get" action=format!("{HERE}/bulk")>
            <input type="hidden" name="filter" value=form.filter.clone()/>
            <Select label=t!(locale, "操作", "What to do") name="deed" value=form.deed.clone() options=deeds error=errors.of("deed", locale)/>
            <fieldset>
                <legend>{t!(locale, "加标签或去掉标签时填写", "For labels")}</legend>
                <Field label=t!(locale, "标签", "Label") name="label" value=form.label.clone() maxlength=50 error=errors.of("label", locale)/>
            </fieldset>
            <fieldset>
                <legend>{t!(locale, "赠送或收回会员等级时填写", "For tiers")}</legend>
                <Select label=t!(locale, "会员等级", "Tier") name="tier" value=form.tier.clone() options=tiers error=errors.of("tier", locale)/>
                <Field label=t!(locale, "有效期至", "Until") name="until" kind="date" value=form.until.clone() hint=Some(until) error=errors.of("until", locale)/>
                <Field label=t!(locale, "原因", "Reason") name="reason" maxlength=200 value=form.reason.clone() error=errors.of("reason", locale)/>
            </fieldset>
            <Submit label=t!(locale, "下一步：核对人数", "Next: see for how many") quiet=true/>
        </form>
    }
    .into_any()
}

/// Says what would be done, and for how many.
pub async fn show(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let get = |name: &str| ask.query(name).unwrap_or_default();
    let form = BulkForm {
        filter: get("filter"),
        deed: get("deed"),
        label: get("label"),
        tier: get("tier"),
        until: get("until"),
        reason: get("reason"),
        ..BulkForm::default()
    };
    draw(&ask, form, Errors::none()).await
}

pub async fn act(ask: Ask, Form(form): Form<BulkForm>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let (filter, said) = (form.filter()?, form.said.parse().unwrap_or(-1));
    match deeds::act(&ask.ctx, &ask.viewer, &filter, &form.typed(), said, &form.key).await {
        Ok(()) => Ok(see_other(&format!("{HERE}/segments?done=done-for-many"))),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: BulkForm, errors: Errors) -> Result<Response> {
    let filter = form.filter()?;
    let choices = choices(ask).await?;
    let (asked, errors) = match deeds::ask(&ask.ctx, &ask.viewer, &filter, &form.typed()).await {
        Ok(asked) => (Some(asked), errors),
        Err(error) => (None, Errors::from_error(error)?),
    };
    let key = ask.ctx.token();
    let locale = ask.locale;
    let title = t!(locale, "批量操作", "For many at once");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let above = vec![(leads_to(&filter.query()), t!(locale, "会员", "Members").to_owned())];
        let body = match asked {
            Some(asked) => confirm(ask, &form, &asked, key),
            None => fields(&form, &choices, &errors, locale),
        };
        view! {
            {menu(ask)}
            <section class="admin-members">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {body}
            </section>
        }
    }))
}

/// The question.
fn question(asked: &Asked, ask: &Ask) -> String {
    let (locale, n) = (ask.locale, format::number(asked.members));
    let members = plural(asked.members, "member", "members");
    match &asked.deed {
        Deed::Label(label) => tf!(locale, "给 {n} 位会员加上标签“{label}”？", "Put the label “{label}” on {n} {members}?"),
        Deed::Unlabel(label) => tf!(locale, "去掉 {n} 位会员的标签“{label}”？", "Take the label “{label}” off {n} {members}?"),
        Deed::Grant { name, until: Some(until), .. } => {
            let day = format::last_day(*until, &ask.site.time_zone, locale);
            tf!(locale, "向 {n} 位会员赠送“{name}”，到 {day}为止？", "Give “{name}” to {n} {members} until {day}?")
        }
        Deed::Grant { name, until: None, .. } => {
            tf!(locale, "向 {n} 位会员赠送“{name}”，永久有效？", "Give “{name}” to {n} {members} for good?")
        }
        Deed::Revoke { name, .. } => {
            tf!(
                locale,
                "收回 {n} 位会员获赠的“{name}”？付费的不受影响。",
                "Take back what was given of “{name}” from {n} {members}? What they paid for stays."
            )
        }
    }
}

fn confirm(ask: &Ask, form: &BulkForm, asked: &Asked, key: String) -> AnyView {
    let locale = ask.locale;
    if asked.members == 0 {
        return view! { <p>{t!(locale, "现在没有符合条件的会员。", "Nobody matches just now.")}</p> }.into_any();
    }
    let BulkForm { filter, deed, label, tier, until, reason, .. } = form.clone();
    let fields = [("filter", filter), ("deed", deed), ("label", label), ("tier", tier), ("until", until), ("reason", reason)];
    let fields = fields.into_iter().chain([("said", asked.members.to_string()), ("key", key)]);
    let fields = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <p>{question(asked, ask)}</p>
        <form class="form" method="post" action=format!("{HERE}/bulk")>
            {fields}
            <Submit label=t!(locale, "确认", "Do it")/>
        </form>
    }
    .into_any()
}

/// Who is meant, as a file.
pub async fn csv(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let filter = Filter::parse(|name| ask.query(name)).map_err(|errors| errors.into_error())?;
    let locale = ask.locale;
    // In English Ghost's names, where it has them, so that the file can be brought in elsewhere; and here, in either language.
    let columns = vec![
        t!(locale, "邮箱", "email"),
        t!(locale, "名称", "name"),
        t!(locale, "用户名", "handle"),
        t!(locale, "加入日期", "created_at"),
        t!(locale, "标签", "labels"),
        t!(locale, "会员等级", "held"),
        t!(locale, "状态", "status"),
        t!(locale, "最近来访", "last_seen"),
        t!(locale, "备注", "note"),
    ];
    let read = move |after: Option<i64>| {
        let (ask, filter) = (ask.clone(), filter.clone());
        async move {
            let found = service::batch(&ask.ctx, &ask.viewer, &filter, MemberId(after.unwrap_or(0)), AT_ONCE + 1).await?;
            let (found, more) = page_of(found, AT_ONCE);
            let next = found.last().filter(|_| more).map(|last| last.member.id.0);
            Ok((found.into_iter().map(|listed| line(listed, &ask)).collect(), next))
        }
    };
    money::file("members", columns, read).await
}

/// As the import reads it again.
fn held_until(tiers: &[Held], ask: &Ask) -> String {
    let one = |(name, until): &Held| match until {
        Some(until) => {
            let day = format::day(until.plus(-1), &ask.site.time_zone);
            tf!(ask.locale, "{name}（到 {day}）", "{name} (until {day})")
        }
        None => name.clone(),
    };
    tiers.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn line(listed: Listed, ask: &Ask) -> Vec<Cell> {
    let state = state(&listed.member, listed.silent, ask.locale).map_or("", |(_, text)| text);
    let text = |text: String| if text.is_empty() { Cell::Nothing } else { Cell::Text(text) };
    vec![
        text(listed.member.email.unwrap_or_default()),
        text(listed.member.name),
        text(listed.member.handle),
        Cell::Text(format::machine(Timestamp(listed.member.created_at.0))),
        text(listed.labels.join(",")),
        text(held_until(&listed.tiers, ask)),
        text(state.to_owned()),
        listed.last_day.map_or(Cell::Nothing, Cell::Day),
        text(listed.note),
    ]
}
