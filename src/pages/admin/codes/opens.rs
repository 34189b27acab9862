//! The part of a form that says what is opened: a term of a tier, articles, or both.

use crate::bundles::model::Bundle;
use crate::codes::service::TypedOpens;
use crate::foundation::locale::Locale;
use crate::membership::model::Tier;
use crate::t;
use crate::ui::{Errors, Field, Select, TextArea};
use leptos::prelude::*;
use serde::Deserialize;

/// So many can be chosen from.
pub const MOST_BUNDLES: i64 = 200;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct OpensForm {
    pub tier: String,
    pub term: String,
    pub days: String,
    pub bundle: String,
    pub articles: String,
}

impl OpensForm {
    pub fn typed(&self) -> TypedOpens {
        let OpensForm { tier, term, days, bundle, articles } = self.clone();
        TypedOpens { tier, term, days, bundle, articles }
    }
}

#[component]
pub fn OpensFields(form: OpensForm, tiers: Vec<Tier>, bundles: Vec<Bundle>, errors: Errors, locale: Locale) -> impl IntoView {
    let none = (String::new(), t!(locale, "不含会员", "No tier").to_owned());
    let tiers = [none].into_iter().chain(tiers.into_iter().map(|tier| (tier.id.to_string(), tier.name))).collect();
    let terms = [
        ("month", t!(locale, "一个月", "One month")),
        ("year", t!(locale, "一年", "One year")),
        ("days", t!(locale, "按天数", "A number of days")),
    ];
    let terms = terms.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    // Most sites have none.
    let bundles = (!bundles.is_empty() || !form.bundle.is_empty()).then(|| {
        let none = (String::new(), t!(locale, "不含合集", "No bundle").to_owned());
        let options = [none].into_iter().chain(bundles.into_iter().map(|bundle| (bundle.id.to_string(), bundle.title))).collect();
        let hint = t!(
            locale,
            "开通合集里现在的文章；以后合集有变动，兑换码不变。",
            "Opens what is in the bundle now; later changes of it change no code."
        );
        view! { <Select label=t!(locale, "合集（选填）", "Bundle (optional)") name="bundle" value=form.bundle options hint=Some(hint.to_owned()) error=errors.of("bundle", locale)/> }
    });
    let articles = t!(
        locale,
        "每行一篇，填写文章地址。可以和会员一起开通，也可以只填文章。",
        "One a line, by its address. With a tier or without one."
    );
    view! {
        <Select label=t!(locale, "会员等级", "Tier") name="tier" value=form.tier options=tiers error=errors.of("tier", locale)/>
        <Select label=t!(locale, "时长", "How long") name="term" value=form.term options=terms error=errors.of("term", locale)/>
        <Field
            label=t!(locale, "天数（选填）", "Days (optional)")
            name="days"
            value=form.days
            inputmode="numeric"
            hint=Some(t!(locale, "时长选“按天数”时填写。", "Where the time is counted in days.").to_owned())
            error=errors.of("days", locale)
        />
        {bundles}
        <TextArea
            label=t!(locale, "文章（选填）", "Articles (optional)")
            name="articles"
            rows=3
            value=form.articles
            hint=Some(articles.to_owned())
            error=errors.of("articles", locale)
        />
    }
}
