//! `/dev/ui`: every piece of the design system, alive. Only in development builds. The browser tests photograph it in both
//! languages and both themes.

use super::shell::Page;
use crate::foundation::error::{AppError, Result};
use crate::foundation::locale::Locale;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::MINUTE;
use crate::markdown::{self, Passage};
use crate::server::http::Ask;
use crate::ui::{
    Avatar, Badge, Banner, BarChart, Bars, Breadcrumb, Callout, Check, Column, Countdown, DataTable, Dialog, Drawer, EmptyState, Errors,
    Field, Icon, LinkButton, Menu, NextPage, Nothing, Opener, Price, Progress, Prose, Select, SideMenu, Skeleton, StarsShown, StatTile,
    Submit, Switch, Tabs, TextArea, Toast, Tone, fact, icon,
};
use crate::{t, words};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let locale = ask.locale;
    let title = t!(locale, "设计系统", "Design system");
    Ok(Page::new(title).private().draw(&ask, || {
        view! {
            <div class="wide gallery">
                <h1>{title}</h1>
                <Type locale/>
                <Buttons locale/>
                <Forms locale/>
                <Notices locale/>
                <Ways locale/>
                <Overlays locale/>
                <Tables locale ask=ask.clone()/>
                <Figures locale ask=ask.clone()/>
                <Code locale/>
            </div>
        }
    }))
}

/// One kind of piece, under its name.
#[component]
fn Kind(name: &'static str, children: Children) -> impl IntoView {
    view! { <section class="gallery-kind"><h2>{name}</h2>{children()}</section> }
}

#[component]
fn Type(locale: Locale) -> impl IntoView {
    let text = t!(
        locale,
        "廊下有人走过，也有人停下来读。中文与 Latin 混排时，两边的节奏是一样的；数字 1,234.50 等宽对齐。",
        "Some walk through the colonnade, some stop to read. Both scripts keep one rhythm; figures such as 1,234.50 stand in line."
    );
    view! {
        <Kind name=t!(locale, "文字", "Type")>
            <h1>{t!(locale, "一级标题", "Heading one")}</h1>
            <h2>{t!(locale, "二级标题", "Heading two")}</h2>
            <h3>{t!(locale, "三级标题", "Heading three")}</h3>
            <p>{text}</p>
            <p><a href="#main">{t!(locale, "一个链接", "A link")}</a></p>
        </Kind>
    }
}

#[component]
fn Buttons(locale: Locale) -> impl IntoView {
    view! {
        <Kind name=t!(locale, "按钮", "Buttons")>
            <p class="actions">
                <Submit label=t!(locale, "下一步", "Next step")/>
                <Submit label=t!(locale, "取消", "Cancel") quiet=true/>
                <LinkButton href="#main" label=t!(locale, "链接按钮", "Link button")/>
                <LinkButton href="#main" label=t!(locale, "安静的链接按钮", "Quiet link button") quiet=true/>
                <button class="button" type="button" disabled>{t!(locale, "不可用", "Disabled")}</button>
                <button class="linklike" type="button">{t!(locale, "像链接的按钮", "A button like a link")}</button>
            </p>
        </Kind>
    }
}

#[component]
fn Forms(locale: Locale) -> impl IntoView {
    let error = AppError::field("wrong", words!("邮箱格式不对。", "That is no e-mail address."));
    let errors = Errors::from_error(error).unwrap_or_default();
    let choices =
        vec![("month".to_owned(), t!(locale, "按月", "Monthly").to_owned()), ("year".to_owned(), t!(locale, "按年", "Yearly").to_owned())];
    view! {
        <Kind name=t!(locale, "表单", "Forms")>
            <form class="form">
                <Field label=t!(locale, "标题", "Title") name="title" value=t!(locale, "一行文字", "A line of text") hint=Some(t!(locale, "不超过 200 字", "Up to 200 characters").to_owned())/>
                <Field label=t!(locale, "邮箱", "E-mail") name="wrong" kind="email" value="nobody" error=errors.of("wrong", locale)/>
                <Select label=t!(locale, "周期", "Term") name="term" value="year" options=choices/>
                <TextArea label=t!(locale, "简介", "About") name="about" rows=3/>
                <Check label=t!(locale, "我同意退款规则", "I agree to the refund rule") name="agree" checked=true/>
                <Switch label=t!(locale, "显示公告", "Show the announcement") name="on" checked=true/>
                <Switch label=t!(locale, "显示等级", "Show the tiers") name="off"/>
                <Submit label=t!(locale, "保存", "Save")/>
            </form>
        </Kind>
    }
}

#[component]
fn Notices(locale: Locale) -> impl IntoView {
    let action = Some(("#main".to_owned(), t!(locale, "写第一篇", "Write the first one").to_owned()));
    view! {
        <Kind name=t!(locale, "提示", "Notices")>
            <Banner text=t!(locale, "普通提示。", "A plain notice.")/>
            <Banner tone=Tone::Good text=t!(locale, "已保存。", "Saved.")/>
            <Banner tone=Tone::Warn text=t!(locale, "这是草稿。", "This is a draft.")/>
            <Banner tone=Tone::Bad text=t!(locale, "有内容需要修改。", "Something below needs another look.")/>
            <p class="actions">
                <Badge text=t!(locale, "会员可读", "Members")/>
                <Badge tone=Tone::Good text=t!(locale, "已付款", "Paid")/>
                <Badge tone=Tone::Warn text=t!(locale, "付费", "Paid article")/>
                <Badge tone=Tone::Bad text=t!(locale, "已隐藏", "Hidden")/>
                <Avatar name="Lin Chen"/><Avatar name="文"/><Avatar name=""/>
            </p>
            <Callout tone=Tone::Warn title=t!(locale, "注意", "Mind")><p>{t!(locale, "换了域名以后，旧链接会自动跳转。", "After a change of domain, old links lead to the new one.")}</p></Callout>
            <EmptyState text=t!(locale, "这里还没有文章。", "There are no articles here yet.") action/>
            <Skeleton/>
            <Progress label=t!(locale, "已导入", "Imported") value=302 max=754/>
            <Toast locale text=t!(locale, "回复已发表。", "Your reply is posted.")/>
        </Kind>
    }
}

#[component]
fn Ways(locale: Locale) -> impl IntoView {
    let tab = |name: &str, here| ("#main".to_owned(), name.to_owned(), here);
    let here = |name, here| ("#main", name, here);
    let pages = vec![
        (
            Some(("menu-reading", t!(locale, "阅读", "Reading"))),
            vec![here(t!(locale, "文章", "Articles"), true), here(t!(locale, "标签", "Tags"), false)],
        ),
        (Some(("menu-talking", t!(locale, "讨论", "Discussion"))), vec![here(t!(locale, "社区", "Community"), false)]),
    ];
    view! {
        <Kind name=t!(locale, "去处", "Ways")>
            <Breadcrumb locale above=vec![("#main".to_owned(), t!(locale, "社区", "Community").to_owned()), ("#main".to_owned(), t!(locale, "书房", "Study").to_owned())]/>
            <Tabs label=t!(locale, "排序", "Order") tabs=vec![tab(t!(locale, "最新", "Newest"), true), tab(t!(locale, "最佳", "Best"), false)]/>
            <NextPage locale href=Some("#main".to_owned())/>
            <SideMenu class="" label=t!(locale, "一处的几个页面", "Pages of a place") folded=t!(locale, "菜单", "Menu") groups=pages/>
        </Kind>
    }
}

#[component]
fn Overlays(locale: Locale) -> impl IntoView {
    let face = view! { {icon(Icon::More)} }.into_any();
    view! {
        <Kind name=t!(locale, "浮层", "Overlays")>
            <div class="actions">
                <Menu id="gallery-menu" label=t!(locale, "更多", "More") face>
                    <ul><li><a href="#main">{t!(locale, "编辑", "Edit")}</a></li><li><a href="#main">{t!(locale, "复制链接", "Copy the link")}</a></li></ul>
                </Menu>
                <Opener target="gallery-dialog" label=t!(locale, "打开对话框", "Open the dialog")/>
                <Opener target="gallery-drawer" label=t!(locale, "打开抽屉", "Open the drawer")/>
            </div>
            <Dialog locale id="gallery-dialog" title=t!(locale, "分享这篇文章", "Share this article")><p>{t!(locale, "按 Esc 关闭。", "Escape closes it.")}</p></Dialog>
            <Drawer locale id="gallery-drawer" title=t!(locale, "筛选", "Filter")><p>{t!(locale, "点击别处关闭。", "A press elsewhere closes it.")}</p></Drawer>
        </Kind>
    }
}

#[component]
fn Tables(locale: Locale, ask: Ask) -> impl IntoView {
    let money = |minor| Money::new(minor, ask.site.currency).format(locale);
    let columns = vec![
        Column::text(t!(locale, "文章", "Article")).sorted_by("#main".to_owned(), Some(true)),
        Column::number(t!(locale, "阅读", "Views")).sorted_by("#main".to_owned(), None),
        Column::number(t!(locale, "收入", "Income")),
        Column::text(t!(locale, "备注", "Note")),
    ];
    let row = |name: &'static str, views: &'static str, income: i64| {
        vec![name.into_any(), views.into_any(), money(income).into_any(), view! { <Nothing/> }.into_any()]
    };
    let rows = vec![
        row(t!(locale, "写好错误信息", "Good error messages"), "1,204", 123_400),
        row(t!(locale, "一晚学会所有权", "Ownership in one evening"), "86", 5_000),
    ];
    view! { <Kind name=t!(locale, "表格", "Tables")><DataTable label=t!(locale, "文章收入", "Income of articles") columns rows/></Kind> }
}

#[component]
fn Figures(locale: Locale, ask: Ask) -> impl IntoView {
    let currency = Currency::parse("USD").unwrap_or(ask.site.currency);
    let now = ask.ctx.now();
    let months = [t!(locale, "一月", "January"), t!(locale, "二月", "February"), t!(locale, "三月", "March")];
    let bars = Bars {
        title: t!(locale, "每月收入", "Income a month").to_owned(),
        label: t!(locale, "月份", "Month").to_owned(),
        series: vec![t!(locale, "收入", "Income").to_owned()],
        rows: months
            .into_iter()
            .zip([3.0, -1.0, 5.0])
            .map(|(month, value)| (month.to_owned(), vec![(value, format!("{value:.0}"))]))
            .collect(),
        table_label: t!(locale, "看数字", "Show the figures"),
        empty_label: t!(locale, "还没有数据", "Nothing yet"),
    };
    view! {
        <Kind name=t!(locale, "数字", "Figures")>
            <div class="stats">
                <StatTile name=t!(locale, "好评率", "Positive ratings") value="66.7%" definition=t!(locale, "好评数 ÷ 评分总数", "Positive ratings ÷ all ratings") detail=vec!["n = 300".to_owned()]/>
                <StatTile name=t!(locale, "利润", "Profit") value="−2,000" definition=t!(locale, "收入 − 费用", "Revenue − cost")/>
            </div>
            <dl class="facts">
                {fact(t!(locale, "状态", "Status"), t!(locale, "已付款", "Paid"))}
                {fact(t!(locale, "金额", "Amount"), Money::new(3000, currency).format(locale))}
            </dl>
            <p><StarsShown locale sum=47 n=10/></p>
            <p><StarsShown locale sum=0 n=0/></p>
            <p><Price locale money=Money::new(3000, currency) per=Some(t!(locale, "每月", "a month").to_owned())/></p>
            <p><Countdown locale until=now.plus(14 * MINUTE) now/></p>
            <BarChart bars/>
        </Kind>
    }
}

const CODE: &str = "```rust title=\"src/main.rs\"
fn main() {
    println!(\"stoa\");
}
```

";

/// Code and prose are drawn by the renderer of articles.
#[component]
fn Code(locale: Locale) -> impl IntoView {
    let source =
        [CODE, t!(locale, "> 引文一段。\n\n- [x] 做完的事\n- [ ] 要做的事\n", "> A passage from elsewhere.\n\n- [x] done\n- [ ] to do\n")]
            .concat();
    let Passage { html, lang } = markdown::passage(&source);
    view! { <Kind name=t!(locale, "正文", "Prose")><Prose html lang=lang.map(|lang| lang.tag().to_owned())/></Kind> }
}
