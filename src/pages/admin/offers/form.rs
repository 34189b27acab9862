//! The form of an offer, empty, filled in, or as it came back. Of one that was used only what may be changed is shown.

use super::audience_name;
use crate::foundation::cadence::Cadence;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Currency;
use crate::foundation::time::Timestamp;
use crate::payments::offers::desk::NewOffer;
use crate::payments::offers::model::{Audience, Kind, Of, Offer};
use crate::posts;
use crate::server::http::Ask;
use crate::ui::{Banner, Check, Errors, Field, Select, Submit, Tone};
use crate::{t, tf};
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OfferForm {
    name: String,
    code: String,
    kind: String,
    worth: String,
    currency: String,
    free: String,
    tier: String,
    post: String,
    month: String,
    year: String,
    days: String,
    lasts: String,
    periods: String,
    audience: String,
    from: String,
    until: String,
    total_limit: String,
    person_limit: String,
}

impl OfferForm {
    /// An empty one, as the usual offer is: of a tier, if there is one.
    pub fn new(tier: String) -> OfferForm {
        OfferForm { tier, person_limit: "1".to_owned(), ..OfferForm::default() }
    }

    pub async fn of(ask: &Ask, offer: &Offer) -> OfferForm {
        let plain = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let day = |at: Option<Timestamp>| at.map(|at| format::day(at, &ask.site.time_zone).to_string()).unwrap_or_default();
        let on = |is: bool| if is { "on".to_owned() } else { String::new() };
        let (worth, currency) = match offer.kind {
            Kind::Percent(hundredths) => (hundredths.to_string(), String::new()),
            Kind::Amount(off) => (off.to_plain(), off.currency.code().to_owned()),
            Kind::Trial(days) => (days.to_string(), String::new()),
        };
        let (lasts, periods) = match offer.periods {
            None => ("forever", String::new()),
            Some(1) => ("once", String::new()),
            Some(n) => ("periods", n.to_string()),
        };
        let mut form = OfferForm {
            name: offer.name.clone(),
            code: offer.code.clone(),
            kind: offer.kind.as_str().to_owned(),
            worth,
            currency,
            lasts: lasts.to_owned(),
            periods,
            audience: offer.audience.as_str().to_owned(),
            from: day(offer.from),
            // The end is the first instant of the day after the last.
            until: day(offer.until.map(|until| until.plus(-1))),
            total_limit: plain(offer.total_limit),
            person_limit: plain(offer.person_limit),
            ..OfferForm::default()
        };
        match &offer.of {
            Of::Tier(tier, terms) => {
                form.tier = tier.to_string();
                form.month = on(terms.contains(&Cadence::Month));
                form.year = on(terms.contains(&Cadence::Year));
                let days = terms.iter().filter_map(|term| if let Cadence::Days(days) = term { Some(days.to_string()) } else { None });
                form.days = days.collect::<Vec<_>>().join(" ");
            }
            Of::Post(post) => {
                form.post = posts::service::published_ref(&ask.ctx, *post).await.map(|post| post.slug).unwrap_or_default();
            }
        }
        form
    }

    pub fn typed(&self) -> NewOffer {
        let form = self.clone();
        NewOffer {
            name: form.name,
            code: form.code,
            kind: form.kind,
            worth: form.worth,
            currency: form.currency,
            free: form.free == "on",
            tier: form.tier,
            post: form.post,
            month: form.month == "on",
            year: form.year == "on",
            days: form.days,
            lasts: form.lasts,
            periods: form.periods,
            audience: form.audience,
            from: form.from,
            until: form.until,
            total_limit: form.total_limit,
            person_limit: form.person_limit,
        }
    }
}

fn options(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

#[component]
pub fn Fields(
    action: String,
    form: OfferForm,
    errors: Errors,
    tiers: Vec<(String, String)>,
    own: Currency,
    /// It was used: its terms stay.
    fixed: bool,
    locale: Locale,
) -> impl IntoView {
    let total = t!(locale, "留空即不限。", "Empty: no limit.").to_owned();
    let until = t!(locale, "最后一天；留空即一直有效。", "The last day; leave empty for no end.").to_owned();
    let name = t!(locale, "买家会在订单和收据上看到。", "Buyers see it on orders and receipts.").to_owned();
    let note = fixed.then(|| {
        let text = t!(
            locale,
            "这个优惠已经有人使用，条件不能再改。需要其他条件时，请归档后另建一个。",
            "This offer was used, so its terms stay as they are. For other terms, archive it and make a new one."
        );
        view! { <p>{text}</p> }
    });
    let (terms, person) = match fixed {
        true => (None, None),
        false => {
            let hint = t!(
                locale,
                "按购买计算：开通自动续费算一次，不论优惠几期；单次购买时，每一次可以按上面的期数购买。留空时：自动续费不限次数；单次购买以上面的期数为准，选“每一期”又减到免费的为一次；面向“正要取消续费的会员”的优惠为一次。",
                "It counts purchases: a membership that renews counts once, for however many terms the offer is; of single purchases each use is good for as many as the terms above. Left empty: no limit for what renews; for single purchases as many as the terms above, and once for what is free with “Every term”; once for members about to cancel."
            );
            let person = view! {
                <Field label=t!(locale, "每人次数上限", "Uses by one member") name="person_limit" inputmode="numeric" value=form.person_limit.clone() hint=Some(hint.to_owned()) error=errors.of("person_limit", locale)/>
            };
            (Some(view! { <Terms form=form.clone() errors=errors.clone() tiers own locale/> }), Some(person))
        }
    };
    view! {
        {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
        {note}
        <form class="form offer-form" method="post" action=action>
            <Field label=t!(locale, "名称", "Name") name="name" value=form.name maxlength=60 required=true hint=Some(name) error=errors.of("name", locale)/>
            {terms}
            <fieldset>
                <legend>{t!(locale, "起止日期和次数", "When and how often")}</legend>
                <div class="form form-columns">
                    <Field label=t!(locale, "开始日期", "From") name="from" kind="date" value=form.from error=errors.of("from", locale)/>
                    <Field label=t!(locale, "结束日期", "Until") name="until" kind="date" value=form.until hint=Some(until) error=errors.of("until", locale)/>
                </div>
                <Field label=t!(locale, "总次数上限", "Uses in all") name="total_limit" inputmode="numeric" value=form.total_limit hint=Some(total) error=errors.of("total_limit", locale)/>
                {person}
            </fieldset>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
}

/// What it is worth, of what, and for whom. A field that has no meaning with what was chosen is not shown (`.offer-form`).
#[component]
fn Terms(form: OfferForm, errors: Errors, tiers: Vec<(String, String)>, own: Currency, locale: Locale) -> impl IntoView {
    let own = own.code();
    let kinds = options(&[
        ("percent", t!(locale, "按百分比减", "A percentage off")),
        ("amount", t!(locale, "减固定金额", "An amount off")),
        ("trial", t!(locale, "免费试用天数", "Days of trial")),
    ]);
    let lasts = options(&[
        ("once", t!(locale, "只减一次", "Once")),
        ("periods", t!(locale, "前几期", "The first terms")),
        ("forever", t!(locale, "每一期", "Every term")),
    ]);
    let audiences = Audience::ALL.map(|audience| (audience.as_str(), audience_name(audience, locale)));
    let article = (String::new(), t!(locale, "（一篇文章）", "(an article)").to_owned());
    let tiers: Vec<_> = tiers.into_iter().chain([article]).collect();
    let hint = |text: &'static str| Some(text.to_owned());
    // Asked for where an amount may have left nothing.
    let free = form.free == "on" || (form.kind == "amount" && errors.of("worth", locale).is_some());
    let free = free.then(|| view! { <Check label=t!(locale, "可以免费", "It may be free") name="free" checked={form.free == "on"}/> });
    view! {
        <Field label=t!(locale, "优惠码", "Code") name="code" value=form.code maxlength=60 autocomplete="off" hint=hint(t!(locale, "英文字母、数字或连字符，不分大小写；留空则自动生成。", "English letters, digits and hyphens, in any case; leave empty to have one made up.")) error=errors.of("code", locale)/>
        <fieldset>
            <legend>{t!(locale, "优惠", "What is off")}</legend>
            <Select label=t!(locale, "方式", "Kind") name="kind" value=form.kind options=kinds error=errors.of("kind", locale)/>
            <Field label=t!(locale, "数值", "How much") name="worth" inputmode="decimal" value=form.worth hint=hint(t!(locale, "百分比填 1 到 100，是减去的部分：20 就是减 20%（八折），100 就是免费。其他方式填金额或天数。", "A percentage from 1 to 100 is what is taken off: 20 means 20% off, 100 is free. Otherwise an amount, or days.")) error=errors.of("worth", locale)/>
            <Field label=t!(locale, "货币", "Currency") name="currency" value=form.currency maxlength=3 hint=Some(tf!(locale, "留空即 {own}。优惠只对这种货币有效。", "Empty: {own}. It is valid in this currency alone.")) error=errors.of("currency", locale)/>
            {free}
            <Select label=t!(locale, "持续多久", "For how long") name="lasts" value=form.lasts options=lasts hint=hint(t!(locale, "自动续费时按期计算；单次购买时，是每用一次优惠可以按优惠价购买的次数。选“每一期”，以后每次购买都按优惠价；但减到免费的，每用一次只能领取一期。", "For what renews, it counts terms; for the rest, how many purchases each use of it is good for. “Every term” is good for all that follow, but what it makes free is given once a use.")) error=errors.of("lasts", locale)/>
            <Field label=t!(locale, "期数", "How many terms") name="periods" inputmode="numeric" value=form.periods error=errors.of("periods", locale)/>
        </fieldset>
        <fieldset>
            <legend>{t!(locale, "适用范围", "Of what, and for whom")}</legend>
            <Select label=t!(locale, "适用于", "For") name="tier" value=form.tier options=tiers error=errors.of("tier", locale)/>
            <Field label=t!(locale, "文章地址", "The article's address") name="post" value=form.post error=errors.of("post", locale)/>
            <div class="offer-terms" role="group" aria-labelledby="offer-terms">
                <p id="offer-terms">{t!(locale, "适用的期限（都不选即全部）", "For which terms (none chosen: all)")}</p>
                <Check label=t!(locale, "一个月", "A month") name="month" checked={form.month == "on"}/>
                <Check label=t!(locale, "一年", "A year") name="year" checked={form.year == "on"}/>
                <Field label=t!(locale, "天数", "Days") name="days" value=form.days hint=hint(t!(locale, "例如“30 90”。", "As in “30 90”.")) error=errors.of("days", locale)/>
            </div>
            <Select label=t!(locale, "对象", "For whom") name="audience" value=form.audience options=options(&audiences) error=errors.of("audience", locale)/>
        </fieldset>
    }
}
