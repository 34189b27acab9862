//! The form that says who is meant.

use super::{Choices, HERE};
use crate::pages::admin::members::segments;
use crate::segments::model::{Filter, Status};
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Errors, Field, Select};
use leptos::prelude::*;

pub fn form(ask: &Ask, choices: &Choices, errors: &Errors) -> AnyView {
    let locale = ask.locale;
    let value = |name: &str| ask.query(name).unwrap_or_default();
    let any = (String::new(), t!(locale, "不限", "Any").to_owned());
    let some = |options: Vec<(String, String)>| std::iter::once(any.clone()).chain(options).collect::<Vec<_>>();
    let tiers = some(choices.tiers.iter().map(|tier| (tier.id.to_string(), tier.name.clone())).collect());
    let status = some(Status::ALL.map(|status| (status.as_str().to_owned(), status.name(locale).to_owned())).to_vec());
    let mut labels = some(choices.labels.iter().map(|label| (label.name.to_lowercase(), label.name.clone())).collect());
    let label = value("label").to_lowercase();
    // A label that nobody has any more is still what was asked for.
    if labels.iter().all(|(known, _)| *known != label) {
        labels.push((label.clone(), label.clone()));
    }
    let narrow = !errors.is_empty() || Filter::parse(|name| ask.query(name)).is_ok_and(|filter| filter.is_narrow());
    let kept = (!choices.kept.is_empty()).then(|| segments::ways(&choices.kept, locale));
    view! {
        {kept}
        <form class="form members-filter" method="get" action=HERE role="search">
            <div class="form-inline">
                <label for="search">{t!(locale, "用户名、显示名称或邮箱的开头", "Handle, name or e-mail begins with")}</label>
                <input class="input" id="search" type="search" name="search" value=value("search")/>
                <button class="button button-quiet" type="submit">{t!(locale, "搜索", "Search")}</button>
            </div>
            <details open=narrow>
                <summary>{t!(locale, "更多条件", "More conditions")}</summary>
                <div class="form-columns">
                    <Select label=t!(locale, "标签", "Label") name="label" value=label options=labels error=errors.of("label", locale)/>
                    <Select label=t!(locale, "会员等级", "Tier") name="tier" value=value("tier") options=tiers error=errors.of("tier", locale)/>
                    <Select label=t!(locale, "状态", "Status") name="status" value=value("status") options=status error=errors.of("status", locale)/>
                    <Field label=t!(locale, "加入日期从", "Joined from") name="joined_from" kind="date" value=value("joined_from") error=errors.of("joined_from", locale)/>
                    <Field label=t!(locale, "加入日期到", "Joined until") name="joined_to" kind="date" value=value("joined_to") error=errors.of("joined_to", locale)/>
                    <Field label=t!(locale, "从这天起来过", "Here on this day or since") name="seen_since" kind="date" value=value("seen_since") error=errors.of("seen_since", locale)/>
                    <Field label=t!(locale, "从这天起没来过", "Not here on this day or since") name="unseen_since" kind="date" value=value("unseen_since") error=errors.of("unseen_since", locale)/>
                </div>
                <button class="button button-quiet" type="submit">{t!(locale, "筛选", "Show them")}</button>
            </details>
        </form>
    }
    .into_any()
}
