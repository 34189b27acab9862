//! `/admin`: one page that says how the community is doing: four models, who came back, what was read, what if.

use super::menu;
use super::money::{Alarm, Waits};
use super::rows::{period_name, typed};
use super::whatif::{self, Calculated, Calculator};
use crate::analytics::metrics::{Metric, activity, profit, quality, retention};
use crate::analytics::period::{Choice, Period, Step, Typed};
use crate::analytics::service::{self, Ranked, Report, StepRow};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::payments::service::desk::notifications;
use crate::payments::service::{fapiao, taking_back};
use crate::server::http::Ask;
use crate::ui::{Banner, BarChart, Bars, EmptyState, Errors, Field, StatTile, Submit, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

/// How many of the best articles this page shows; the rest are behind a link.
const BEST: usize = 10;

pub async fn show(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let typed = typed(&ask);
    // A period that makes no sense is said beside its field, over the numbers of the last 30 days.
    let (choice, period, errors) = match service::period(&ask.ctx, &typed).await {
        Ok((choice, period)) => (choice, period, Errors::none()),
        Err(error) => {
            let errors = Errors::from_error(error)?;
            let (_, period) = service::period(&ask.ctx, &Typed::default()).await?;
            (Choice::Custom, period, errors)
        }
    };
    let report = service::report(&ask.ctx, &ask.viewer, period).await?;
    let best = service::ranked(&ask.ctx, &ask.viewer, period, None, BEST).await?;
    let troubled = notifications::troubled(&ask.ctx, &ask.viewer).await?;
    let refunds = taking_back::waiting(&ask.ctx, &ask.viewer).await?;
    let fapiao = fapiao::waiting(&ask.ctx, &ask.viewer).await?;
    let calculated = whatif::calculate(&ask);
    let title = t!(ask.locale, "分析", "Analytics");
    let status = if errors.is_empty() && !calculated.refused() { 200 } else { 422 };
    Ok(Page::new(title).private().status(status).draw(&ask, || {
        view! {
            {menu(&ask)}
            <h1>{title}</h1>
            <Alarm locale=ask.locale troubled/>
            <Waits locale=ask.locale refunds fapiao/>
            {ways(ask.locale)}
            {period_form(&ask, choice, period, typed, errors)}
            {tiles(&ask, &report)}
            {charts(&ask, &report)}
            {cohorts(&ask, &report)}
            {best_articles(&ask, period, best)}
            {pages(&ask, &report)}
            {calculator(&ask, period, calculated)}
        }
    }))
}

/// What the page holds, below the four numbers.
fn ways(locale: Locale) -> impl IntoView + use<> {
    let parts = [
        ("over-time", t!(locale, "逐期变化", "Over the period")),
        ("books", t!(locale, "账目", "The books")),
        ("cohorts", t!(locale, "会员留存", "Cohorts")),
        ("best", t!(locale, "评价最好的文章", "Best rated articles")),
        ("views", t!(locale, "页面浏览量", "Page views")),
        ("what-if", t!(locale, "利润试算", "Profit calculator")),
    ];
    let parts = parts.map(|(id, name)| view! { <li><a href=format!("#{id}")>{name}</a></li> }).into_iter().collect_view();
    view! { <nav class="page-ways" aria-label=t!(locale, "本页内容", "On this page")><ul>{parts}</ul></nav> }
}

fn calculator(ask: &Ask, period: Period, calculated: Calculated) -> impl IntoView + use<> {
    view! { <Calculator ask=ask.clone() calculated from=period.from.to_string() to=period.to.to_string()/> }
}

fn period_form(ask: &Ask, choice: Choice, period: Period, typed: Typed, errors: Errors) -> impl IntoView + use<> {
    let locale = ask.locale;
    let links = Choice::NAMED
        .into_iter()
        .map(|named| {
            let current = (named == choice).then_some("true");
            view! { <li><a href=format!("/admin?period={}", named.slug()) aria-current=current>{named.name(locale)}</a></li> }
        })
        .collect_view();
    let (from, to) = if errors.is_empty() { (period.from.to_string(), period.to.to_string()) } else { (typed.from, typed.to) };
    let zone = format::zone_name(&ask.site.time_zone, locale);
    view! {
        <section class="period">
            <nav class="period-choices" aria-label=t!(locale, "时间段", "Period")><ul>{links}</ul></nav>
            {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
            <form class="form period-form" method="get" action="/admin">
                <Field label=t!(locale, "开始日期", "From") name="from" kind="date" value=from error=errors.of("from", locale)/>
                <Field label=t!(locale, "结束日期", "To") name="to" kind="date" value=to error=errors.of("to", locale)/>
                <Submit label=t!(locale, "查看", "Show") quiet=true/>
            </form>
            <p class="period-shown">{period_name(period, ask)} " · " {tf!(locale, "日期按{zone}计算，最长十年", "days in {zone}, ten years at most")}</p>
        </section>
    }
}

/// The four models, each beside the period before.
fn tiles(ask: &Ask, report: &Report) -> impl IntoView + use<> {
    let locale = ask.locale;
    let query = report.period.query();
    let before = |value: String| tf!(locale, "上期：{value}", "before: {value}");
    let span = period_name(report.period, ask);
    let tile = |metric: Metric, value: String, detail: Vec<String>, href: String| {
        view! { <div class=format!("metric metric-{}", metric.slug)><StatTile name=metric.name value definition=metric.definition detail href=Some(href)/></div> }
    };

    let a = report.activity;
    let (members, interactions, active) = (format::number(a.now.members), format::number(a.now.interactions), format::number(a.now.active));
    let share = a.now.active_share();
    let activity = activity::metric(locale);
    let activity_detail = vec![
        activity.unit.to_owned(),
        tf!(locale, "n = {interactions} 次互动，{members} 位会员", "n = {interactions} interactions, {members} members"),
        tf!(locale, "活跃会员占 {share}（{active} 人）", "{share} of members active ({active})"),
        before(format!("{} / {}", a.before.rate(), a.before.active_share())),
        span.clone(),
    ];

    let q = report.quality;
    let ratings = format::number(q.now.ratings);
    let quality_detail = vec![tf!(locale, "n = {ratings} 个评分", "n = {ratings} ratings"), before(q.before.score()), span.clone()];

    let judged = retention::judged(&report.cohorts, report.period.to);
    let (kept, kept_detail, kept_rows) = match judged {
        Some((cohort, earlier)) => {
            let (size, month) = (format::number(cohort.size), format::month(cohort.month, locale));
            let mut detail = vec![tf!(locale, "{month}加入，n = {size}", "joined in {month}, n = {size}")];
            detail.extend(earlier.map(|earlier| before(earlier.rate())));
            let rows = Period { from: cohort.month, to: cohort.month.last_of_month() };
            (cohort.rate(), detail, rows)
        }
        None => ("—".to_owned(), vec![t!(locale, "还没有可计算的月份", "no month is over yet").to_owned()], report.period),
    };

    let (currency, books) = (ask.site.currency, report.books);
    let money = |minor: i64| profit::amount(minor, currency);
    let (revenue, cost, entries, code) =
        (money(books.now.revenue()), money(books.now.cost()), format::number(books.now.entries), currency.code());
    let [fees, shares, rewards] = profit::Taker::ALL.map(|taker| money(books.now.taken_by(taker)));
    let net = money(books.now.net_profit());
    let profit_detail = vec![
        tf!(locale, "收入 {revenue}，费用 {cost}", "revenue {revenue}, cost {cost}"),
        tf!(
            locale,
            "扣除支付手续费 {fees}、创作者分成 {shares}、推广奖励 {rewards} 后，利润 {net}",
            "net of {fees} provider fees, {shares} creators' shares, {rewards} affiliates' rewards: profit {net}"
        ),
        tf!(locale, "n = {entries} 笔账", "n = {entries} entries"),
        before(money(books.before.profit())),
        span,
    ];
    view! {
        <section class="stats" aria-label=t!(locale, "四个模型", "The four models")>
            <h2 class="sr-only">{t!(locale, "四个模型", "The four models")}</h2>
            {tile(activity, a.now.rate(), activity_detail, format!("/admin/rows/interactions?{query}"))}
            {tile(quality::metric(locale), q.now.score(), quality_detail, format!("/admin/rows/ratings?{query}"))}
            {tile(retention::metric(locale), kept, kept_detail, format!("/admin/rows/members?{}", kept_rows.query()))}
            {tile(profit::metric(locale), format!("{} {code}", money(books.now.profit())), profit_detail, format!("/admin/rows/ledger?{query}"))}
        </section>
    }
}

fn step_label(step: Step, row: &StepRow, locale: Locale) -> String {
    match (step, locale) {
        (Step::Month, _) => format::month(row.day, locale),
        (Step::Day, Locale::Zh) => row.day.strftime("%-m月%-d日").to_string(),
        (Step::Day, Locale::En) => row.day.strftime("%-d %b").to_string(),
    }
}

/// A chart over the steps of the period.
fn chart(report: &Report, locale: Locale, title: &str, series: &[&str], of: impl Fn(&StepRow) -> Vec<(f64, String)>) -> AnyView {
    let step = report.period.step();
    let bars = Bars {
        title: title.to_owned(),
        label: match step {
            Step::Day => t!(locale, "日期", "Day"),
            Step::Month => t!(locale, "月份", "Month"),
        }
        .to_owned(),
        series: series.iter().map(|name| (*name).to_owned()).collect(),
        rows: report.steps.iter().map(|row| (step_label(step, row, locale), of(row))).collect(),
        table_label: t!(locale, "查看数字", "Show the numbers"),
        empty_label: t!(locale, "这段时间没有记录。", "Nothing in this period."),
    };
    view! { <BarChart bars/> }.into_any()
}

fn count(n: i64) -> (f64, String) {
    (n as f64, format::number(n))
}

/// Links from a chart to its rows and files.
fn behind(locale: Locale, links: &[(&str, String)]) -> impl IntoView + use<> {
    let links = links
        .iter()
        .map(|(slug, query)| {
            let name = crate::analytics::tables::Table::parse(slug).map(|table| table.name(locale)).unwrap_or_default();
            view! {
                <li>
                    <a href=format!("/admin/rows/{slug}?{query}")>{name}</a>
                    " "
                    <a href=format!("/admin/csv/{slug}?{query}") aria-label=tf!(locale, "{name}（CSV 文件）", "{name} as CSV")>"CSV"</a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="behind">{links}</ul> }
}

fn charts(ask: &Ask, report: &Report) -> impl IntoView + use<> {
    let locale = ask.locale;
    let query = report.period.query();
    let currency = ask.site.currency;
    let unit = 10f64.powi(currency.exponent() as i32);
    let money = |minor: i64| (minor as f64 / unit, profit::amount(minor, currency));
    let (interactions, active) = (t!(locale, "互动", "Interactions"), t!(locale, "活跃会员", "Active members"));
    let (ratings, positive) = (t!(locale, "评分", "Ratings"), t!(locale, "好评", "Positive"));
    let (revenue, cost, gain) = (t!(locale, "收入", "Revenue"), t!(locale, "费用", "Cost"), t!(locale, "利润", "Profit"));
    let code = currency.code();
    let rows = |slug| (slug, query.clone());
    view! {
        <section class="charts" id="over-time">
            <h2>{t!(locale, "逐期变化", "Over the period")}</h2>
            {chart(report, locale, activity::metric(locale).name, &[interactions, active], |row| vec![count(row.interactions), count(row.active)])}
            {behind(locale, &[rows("interactions"), rows("summary")])}
            {chart(report, locale, quality::metric(locale).name, &[ratings, positive], |row| vec![count(row.quality.ratings), count(row.quality.positive)])}
            {behind(locale, &[rows("ratings"), rows("articles")])}
            {chart(report, locale, &tf!(locale, "收支（{code}）", "Revenue and cost ({code})"), &[revenue, cost, gain], |row| {
                vec![money(row.books.revenue()), money(row.books.cost()), money(row.books.profit())]
            })}
            {behind(locale, &[rows("ledger"), rows("advertising"), rows("costs")])}
            {books(ask, report)}
        </section>
    }
}

/// Every line of the books, and what is in other currencies.
fn books(ask: &Ask, report: &Report) -> impl IntoView + use<> {
    let locale = ask.locale;
    let currency = ask.site.currency;
    let line = |name: &'static str, now: i64, before: i64, class: &'static str| {
        view! { <tr class=class><th scope="row">{name}</th><td class="num">{profit::amount(now, currency)}</td><td class="num">{profit::amount(before, currency)}</td></tr> }
    };
    let (now, before) = (&report.books.now, &report.books.before);
    let heading = |h: profit::Heading| line(h.name(locale), now.of(h), before.of(h), "books-line");
    let (costs, revenue): (Vec<_>, Vec<_>) = profit::Heading::ALL.into_iter().partition(|h| h.is_cost());
    let others = report
        .other_currencies
        .iter()
        .map(|(code, books)| {
            let show = |minor: i64| match crate::foundation::money::Currency::parse(code) {
                Some(currency) => profit::amount(minor, currency),
                None => format::number(minor),
            };
            let (revenue, cost) = (show(books.revenue()), show(books.cost()));
            let [fees, shares, rewards] = profit::Taker::ALL.map(|taker| show(books.taken_by(taker)));
            let text = tf!(
                locale,
                "另有 {code}：收入 {revenue}，支付手续费 {fees}，创作者分成 {shares}，推广奖励 {rewards}，费用 {cost}，未计入以上合计。",
                "Also in {code}: revenue {revenue}, provider fees {fees}, creators' shares {shares}, affiliates' rewards {rewards}, cost {cost}; not in the sums above."
            );
            view! { <p class="books-other">{text}</p> }
        })
        .collect_view();
    let taken = profit::Taker::ALL.map(|taker| line(taker.name(locale), now.taken_by(taker), before.taken_by(taker), "books-line"));
    let code = currency.code();
    view! {
        <div class="table-scroll" id="books" tabindex="0">
            <table class="table books">
                <caption>{tf!(locale, "账目（{code}）", "The books ({code})")}</caption>
                <thead><tr><th scope="col"><span class="sr-only">{t!(locale, "科目", "Heading")}</span></th><th scope="col" class="num">{t!(locale, "本期", "This period")}</th><th scope="col" class="num">{t!(locale, "上期", "Period before")}</th></tr></thead>
                <tbody>
                    {revenue.into_iter().map(heading).collect_view()}
                    {line(t!(locale, "收入", "Revenue"), now.revenue(), before.revenue(), "books-sum")}
                    {costs.into_iter().map(heading).collect_view()}
                    {line(t!(locale, "费用", "Cost"), now.cost(), before.cost(), "books-sum")}
                    {line(t!(locale, "利润", "Profit"), now.profit(), before.profit(), "books-sum")}
                    {taken}
                    {line(t!(locale, "收入（扣除以上各项）", "Revenue net of these"), now.net_revenue(), before.net_revenue(), "books-line")}
                    {line(t!(locale, "利润（扣除以上各项）", "Profit net of these"), now.net_profit(), before.net_profit(), "books-sum")}
                </tbody>
            </table>
        </div>
        {others}
        <p><a href="/admin/costs">{t!(locale, "登记费用和广告收入", "Record costs and advertising income")}</a></p>
    }
}

fn cohorts(ask: &Ask, report: &Report) -> impl IntoView + use<> {
    let locale = ask.locale;
    let since = (0..retention::MONTHS).map(|n| view! { <th scope="col" class="num">{n}</th> }).collect_view();
    let row = |cohort: &retention::Cohort| {
        let month = Period { from: cohort.month, to: cohort.month.last_of_month() };
        let cells = cohort
            .here
            .iter()
            .enumerate()
            .map(|(n, here)| {
                let going_on = n >= cohort.over;
                let class = if going_on { "num cohort-open" } else { "num" };
                let mark = going_on.then_some(view! { " " <span class="cohort-incomplete">{t!(locale, "截至目前", "so far")}</span> });
                let kept = format!("{} · {}", here, format::percent(*here, cohort.size));
                // Of nobody nobody can stay.
                let shown = if cohort.size == 0 { "—".into_any() } else { view! { {kept}{mark} }.into_any() };
                view! { <td class=class>{shown}</td> }
            })
            .collect_view();
        let rest = (cohort.here.len()..retention::MONTHS as usize).map(|_| view! { <td></td> }).collect_view();
        let incomplete =
            (!cohort.complete()).then(|| view! { <span class="cohort-incomplete">{t!(locale, "次月未结束", "incomplete")}</span> });
        view! {
            <tr>
                <th scope="row"><a href=format!("/admin/rows/members?{}", month.query())>{format::month(cohort.month, locale)}</a>" "{incomplete}</th>
                <td class="num">{cohort.size}</td>
                {cells}
                {rest}
            </tr>
        }
    };
    let bars = Bars {
        title: t!(locale, "次月留存率", "Retention in the next month").to_owned(),
        label: t!(locale, "加入月份", "Joined in").to_owned(),
        series: vec![t!(locale, "留存率（%）", "Retention (%)").to_owned()],
        rows: report
            .cohorts
            .iter()
            .filter(|c| c.complete())
            .map(|c| (format::month(c.month, locale), vec![(c.kept() as f64 * 100.0 / c.size.max(1) as f64, c.rate())]))
            .collect(),
        table_label: t!(locale, "查看数字", "Show the numbers"),
        empty_label: t!(locale, "这段时间没有记录。", "Nothing in this period."),
    };
    let csv = format!("/admin/csv/cohorts?{}", report.period.query());
    view! {
        <section class="cohorts" id="cohorts">
            <h2>{t!(locale, "会员留存", "Cohorts")}</h2>
            <p>{t!(locale, "每一行是同一个月加入的会员，每一列是之后第几个月还来过的人数和比例，0 是加入当月。", "Each row is the members who joined in one month; each column shows how many of them were here so many months later. 0 is the month they joined in.")}</p>
            <BarChart bars/>
            <div class="table-scroll" tabindex="0">
                <table class="table cohort-grid">
                    <thead><tr><th scope="col">{t!(locale, "加入月份", "Joined in")}</th><th scope="col" class="num">{t!(locale, "人数", "Members")}</th>{since}</tr></thead>
                    <tbody>{report.cohorts.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            <p><a href=csv>{t!(locale, "留存表（CSV 文件）", "Cohorts as CSV")}</a></p>
        </section>
    }
}

fn best_articles(ask: &Ask, period: Period, best: Vec<Ranked>) -> impl IntoView + use<> {
    let locale = ask.locale;
    let body = if best.is_empty() {
        view! { <EmptyState text=t!(locale, "这段时间没有评分。", "No ratings in this period.")/> }.into_any()
    } else {
        let item = |article: Ranked| {
            let (n, score) = (article.quality.ratings, article.quality.score());
            view! { <li><a href=format!("/p/{}", article.slug)>{article.title}</a> " " <span class="nowrap">{tf!(locale, "{score}，n = {n}", "{score}, n = {n}")}</span></li> }
        };
        view! { <ol class="best-articles">{best.into_iter().map(item).collect_view()}</ol> }.into_any()
    };
    view! {
        <section id="best">
            <h2>{t!(locale, "评价最好的文章", "Best rated articles")}</h2>
            {body}
            {behind(locale, &[("articles", period.query())])}
        </section>
    }
}

fn pages(ask: &Ask, report: &Report) -> impl IntoView + use<> {
    let locale = ask.locale;
    let (views, before) = (format::number(report.views.now), format::number(report.views.before));
    let top = report
        .top_pages
        .iter()
        .map(|(path, n)| view! { <tr><th scope="row"><a href=path.clone()>{path.clone()}</a></th><td class="num">{format::number(*n)}</td></tr> })
        .collect_view();
    let names = [t!(locale, "浏览量", "Views"), t!(locale, "访客数", "Visitors")];
    let table = (!report.top_pages.is_empty()).then(|| {
        view! {
            <div class="table-scroll" tabindex="0">
                <table class="table top-pages">
                    <caption>{t!(locale, "浏览最多的页面", "Most viewed pages")}</caption>
                    <thead><tr><th scope="col">{t!(locale, "页面", "Page")}</th><th scope="col" class="num">{names[0]}</th></tr></thead>
                    <tbody>{top}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="page-views" id="views">
            <h2>{t!(locale, "页面浏览量", "Page views")}</h2>
            <p>{tf!(locale, "共 {views} 次浏览（上期：{before}）。访客按天去重，不用 Cookie，也不保存地址；一个月的访客数是每天访客数之和。", "{views} views (before: {before}). Visitors are told apart within a day, without cookies or stored addresses; a month's visitors are the sum of its days.")}</p>
            {chart(report, locale, t!(locale, "浏览量和访客数", "Views and visitors"), &names, |row| vec![count(row.views), count(row.visitors)])}
            {table}
            {behind(locale, &[("views", report.period.query())])}
        </section>
    }
}
