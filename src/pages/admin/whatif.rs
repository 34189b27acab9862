//! The what-if calculator on the analytics page: a plain form whose values stand in the address.

use crate::analytics::calculator::{Outcome, WhatIf, parse_amount};
use crate::analytics::metrics::profit::{Heading, amount};
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Banner, Field, Submit, Tone};
use leptos::prelude::*;

/// Field, and what stands there first: the worked example.
const EXAMPLE: [(&str, &str); 8] = [
    ("payers", "50"),
    ("fee", "10"),
    ("units", "0"),
    ("price", "50"),
    ("ads", "1000"),
    ("content", "2000"),
    ("marketing", "1000"),
    ("operations", "500"),
];

/// What was typed, and what comes of it; `None` when something typed is no number.
pub struct Calculated {
    typed: [String; 8],
    wrong: [bool; 8],
    outcome: Option<Outcome>,
}

/// Reads the address.
pub fn calculate(ask: &Ask) -> Calculated {
    let exponent = ask.site.currency.exponent();
    let typed = EXAMPLE.map(|(name, example)| ask.query(name).map_or_else(|| example.to_owned(), |t| t.chars().take(30).collect()));
    let counts = |i: usize| i == 0 || i == 2;
    let parsed: [Option<i64>; 8] = std::array::from_fn(|i| parse_amount(&typed[i], if counts(i) { 0 } else { exponent }));
    let wrong = parsed.map(|n| n.is_none());
    let outcome = || {
        let [payers, fee, units, price, advertising, content, marketing, operations] = parsed;
        WhatIf {
            payers: payers?,
            fee: fee?,
            units: units?,
            price: price?,
            advertising: advertising?,
            content: content?,
            marketing: marketing?,
            operations: operations?,
        }
        .outcome()
    };
    Calculated { outcome: outcome(), typed, wrong }
}

impl Calculated {
    /// Whether something has to be said about what was typed.
    pub fn refused(&self) -> bool {
        self.outcome.is_none()
    }
}

#[component]
pub fn Calculator(ask: Ask, calculated: Calculated, from: String, to: String) -> impl IntoView {
    let locale = ask.locale;
    let currency = ask.site.currency;
    let labels = [
        t!(locale, "付费会员数", "Paying members"),
        t!(locale, "每人会员费", "Fee each"),
        t!(locale, "文章销量", "Articles sold"),
        t!(locale, "文章单价", "Price each"),
        Heading::Advertising.name(locale),
        Heading::Content.name(locale),
        Heading::Marketing.name(locale),
        Heading::Operations.name(locale),
    ];
    let Calculated { typed, wrong, outcome } = calculated;
    let too_large = outcome.is_none() && !wrong.contains(&true);
    let fields = typed
        .into_iter()
        .enumerate()
        .map(|(i, value)| {
            let error = wrong[i].then(|| t!(locale, "请填写不小于零的数字。", "Please give a number, zero or more.").to_owned());
            view! { <Field label=labels[i] name=EXAMPLE[i].0 value=value inputmode="decimal" error=error/> }
        })
        .collect_view();
    let shown = outcome.map(|outcome| {
        let line = |name: &'static str, minor: i64, class: &'static str| {
            view! { <div class=class><dt>{name}</dt><dd class="num">{format!("{} {}", amount(minor, currency), currency.code())}</dd></div> }
        };
        view! {
            <dl class="whatif-outcome">
                {line(Heading::Fees.name(locale), outcome.fees, "whatif-fees")}
                {line(Heading::Sales.name(locale), outcome.sales, "whatif-sales")}
                {line(t!(locale, "收入", "Revenue"), outcome.revenue, "whatif-revenue")}
                {line(t!(locale, "费用", "Cost"), outcome.cost, "whatif-cost")}
                {line(t!(locale, "利润", "Profit"), outcome.profit, "whatif-profit")}
            </dl>
        }
    });
    view! {
        <section class="whatif" id="what-if">
            <h2>{t!(locale, "利润试算", "Profit calculator")}</h2>
            <p>{t!(locale, "利润 = 付费会员数 × 每人会员费 + 文章销量 × 文章单价 + 广告收入 −（内容制作 + 市场推广 + 运营）", "Profit = paying members × fee each + articles sold × price each + advertising − (content production + marketing + operations)")}</p>
            {too_large.then(|| view! { <Banner tone=Tone::Bad text=t!(locale, "数字太大，无法计算，请改小一些。", "These numbers are too large; please make them smaller.")/> })}
            <form class="form whatif-form" method="get" action="/admin#what-if">
                <input type="hidden" name="from" value=from/>
                <input type="hidden" name="to" value=to/>
                {fields}
                <Submit label=t!(locale, "计算", "Calculate")/>
            </form>
            {shown}
        </section>
    }
}
