//! `/admin/codes/taobao`: which item of the shop opens what, sending a file of orders, and the files that were sent.

use super::super::menu;
use super::super::money::{page_of, when};
use super::super::upload::{file_field, receive};
use super::opens::{MOST_BUNDLES, OpensFields, OpensForm};
use super::tabs;
use crate::codes::model::listed;
use crate::codes::service::import;
use crate::codes::service::items::{self, Item, NewItem};
use crate::codes::service::{Field as ShopField, ImportRow};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::time::Timestamp;
use crate::pages::Page;
use crate::server::csv::MAX_FILE;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, LinkButton, NextPage, Select, Submit, Tone};
use crate::{bundles, membership};
use crate::{t, tf, words};
use axum::extract::{Path, Request};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 20;
const HERE: &str = "/admin/codes/taobao";

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    field: String,
    how: String,
    text: String,
    tier: String,
    term: String,
    days: String,
    bundle: String,
    articles: String,
}

impl ItemForm {
    fn opens(&self) -> OpensForm {
        let ItemForm { tier, term, days, bundle, articles, .. } = self.clone();
        OpensForm { tier, term, days, bundle, articles }
    }
}

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, ItemForm::default(), Errors::none(), Errors::none()).await
}

pub async fn add(ask: Ask, Form(form): Form<ItemForm>) -> Result<Response> {
    let ItemForm { field, how, text, .. } = form.clone();
    match items::add(&ask.ctx, &ask.viewer, &NewItem { field, how, text, opens: form.opens().typed() }).await {
        Ok(()) => Ok(see_other(&format!("{HERE}?done=item-added"))),
        Err(error) => draw(&ask, form, Errors::from_error(error)?, Errors::none()).await,
    }
}

pub async fn remove(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    ask.viewer.require_admin()?;
    items::remove(&ask.ctx, &ask.viewer, id.parse().map_err(|_| AppError::NotFound)?).await?;
    Ok(see_other(&format!("{HERE}?done=deleted")))
}

/// Takes the file, works through it, and leads to what came of it.
pub async fn send(ask: Ask, request: Request) -> Result<Response> {
    // Before a large body is read for somebody who may not send one.
    ask.viewer.require_admin()?;
    let sent = match receive(request).await {
        Ok(Some((name, bytes))) => import::import(&ask.ctx, &ask.viewer, &name, bytes).await,
        Ok(None) => Err(AppError::field("file", words!("请选择一个文件。", "Please choose a file."))),
        Err(error) => Err(error),
    };
    match sent {
        Ok(report) => Ok(see_other(&format!("{HERE}/files/{report}?done=imported"))),
        Err(error) => draw(&ask, ItemForm::default(), Errors::none(), Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: ItemForm, errors: Errors, wrong: Errors) -> Result<Response> {
    let items = items::list(&ask.ctx, &ask.viewer).await?;
    let tiers = membership::service::tiers(&ask.ctx).await?;
    let bundles = bundles::service::list(&ask.ctx, bundles::service::FIRST, MOST_BUNDLES).await?;
    let before = ask.query("after").and_then(|text| text.parse().ok());
    let (files, more) = page_of(import::list(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "淘宝订单", "Taobao orders");
    let status = if errors.is_empty() && wrong.is_empty() { 200 } else { 422 };
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let next = files.last().filter(|_| more).map(|last| format!("{HERE}?after={}", last.id));
        let said = errors.summary(locale).or_else(|| wrong.summary(locale));
        let ready = !items.is_empty();
        let adding = !ready || !errors.is_empty();
        view! {
            {menu(ask)}
            <section class="admin-codes">
                <h1>{title}</h1>
                {tabs(ask)}
                <p>{t!(
                    locale,
                    "在淘宝店卖会员或文章：先设置每种商品开通哪些内容，再上传卖家中心导出的订单文件。买家在兑换页填写订单编号和手机尾号即可开通；订单退款后，开通的内容会自动收回。",
                    "Sell in a Taobao shop: say which item opens what, then send the order file that the seller's desk exports. Buyers enter the order number and the end of their telephone number; what is refunded is taken back."
                )}</p>
                <p class="actions"><LinkButton href=format!("{HERE}/orders") label=t!(locale, "已导入的订单", "Imported orders") quiet=true/></p>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <h2>{t!(locale, "商品", "Items")}</h2>
                {item_table(items, locale)}
                <details class="codes-add" open=adding>
                    <summary>{t!(locale, "添加商品", "Add an item")}</summary>
                    {item_fields(form, (tiers, bundles), errors, locale)}
                </details>
                <h2>{t!(locale, "上传订单文件", "Send an order file")}</h2>
                {if ready { file_fields(&wrong, locale) } else { first(locale) }}
                <h2>{t!(locale, "已上传的文件", "Files that were sent")}</h2>
                {file_table(ask, files)}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

pub fn field_name(field: ShopField, locale: Locale) -> &'static str {
    match field {
        ShopField::Title => t!(locale, "宝贝标题", "Title"),
        ShopField::Code => t!(locale, "商家编码", "Seller's code"),
        ShopField::Sku => t!(locale, "商品属性（SKU）", "Properties (SKU)"),
    }
}

fn item_table(items: Vec<Item>, locale: Locale) -> AnyView {
    if items.is_empty() {
        let text = t!(locale, "还没有设置商品。", "There are no items yet.");
        return view! { <EmptyState text/> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "商品", "Item")),
        Column::text(t!(locale, "开通内容", "Opens")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let row = |item: Item| {
        let (field, text) = (field_name(item.field, locale), item.text);
        let what = match item.equals {
            true => tf!(locale, "{field}等于“{text}”", "{field} equals “{text}”"),
            false => tf!(locale, "{field}包含“{text}”", "{field} contains “{text}”"),
        };
        let remove = view! {
            <form method="post" action=format!("{HERE}/items/{}/remove", item.id)>
                <Submit label=t!(locale, "删除", "Delete") quiet=true/>
            </form>
        };
        vec![what.into_any(), listed(&item.opens, locale).into_any(), remove.into_any()]
    };
    let rows = items.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "商品", "Items") columns rows/> }.into_any()
}

fn item_fields(
    form: ItemForm,
    (tiers, bundles): (Vec<membership::model::Tier>, Vec<bundles::model::Bundle>),
    errors: Errors,
    locale: Locale,
) -> AnyView {
    let fields = ShopField::ALL.map(|field| (field.as_str().to_owned(), field_name(field, locale).to_owned())).to_vec();
    let how = [("contains", t!(locale, "包含", "contains")), ("equals", t!(locale, "等于", "equals"))];
    let how = how.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let opens = form.opens();
    view! {
        <form class="form" method="post" action=format!("{HERE}/items")>
            <Select label=t!(locale, "匹配的列", "Column") name="field" value=form.field options=fields error=errors.of("field", locale)/>
            <Select label=t!(locale, "匹配方式", "How") name="how" value=form.how options=how error=errors.of("how", locale)/>
            <Field
                label=t!(locale, "文字", "Text")
                name="text"
                value=form.text
                required=true
                hint=Some(t!(locale, "不分大小写。多条设置都符合时，“等于”优先，其次是文字较长的。", "Capitals do not matter. Where several fit, what equals comes first, then the longer text.").to_owned())
                error=errors.of("text", locale)
            />
            <OpensFields form=opens tiers bundles errors=errors.clone() locale/>
            <Submit label=t!(locale, "添加", "Add")/>
        </form>
    }
    .into_any()
}

fn first(locale: Locale) -> AnyView {
    view! { <p>{t!(locale, "请先添加商品。", "Add an item first.")}</p> }.into_any()
}

fn file_fields(wrong: &Errors, locale: Locale) -> AnyView {
    let mib = MAX_FILE / 1024 / 1024;
    let hint = tf!(
        locale,
        "CSV 文件，最大 {mib} MiB，UTF-8 或 GBK 编码都可以。同一个文件可以重复上传，不会重复开通。买家的姓名和地址不会保存，手机号只保存后四位。",
        "A CSV file of at most {mib} MiB, in UTF-8 or GBK. Sending the same file again does nothing twice. Names and addresses of buyers are not kept, and of telephone numbers only the last four digits."
    );
    view! {
        <form class="form" method="post" action=format!("{HERE}/files") enctype="multipart/form-data">
            {file_field(t!(locale, "订单文件", "Order file"), hint, wrong.of("file", locale))}
            <Submit label=t!(locale, "上传", "Send")/>
        </form>
    }
    .into_any()
}

fn file_table(ask: &Ask, files: Vec<ImportRow>) -> AnyView {
    let locale = ask.locale;
    if files.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有上传过文件。", "No file was sent yet.")/> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "文件", "File")),
        Column::text(t!(locale, "时间", "Sent")),
        Column::number(t!(locale, "新增", "New")),
        Column::number(t!(locale, "已有", "Known")),
        Column::number(t!(locale, "退款", "Refunded")),
        Column::number(t!(locale, "跳过", "Skipped")),
        Column::number(t!(locale, "出错", "Broken")),
    ];
    let row = |file: ImportRow| {
        let name = if file.file_name.is_empty() { "orders.csv".to_owned() } else { file.file_name.clone() };
        vec![
            view! { <a href=format!("{HERE}/files/{}", file.id)>{name}</a> }.into_any(),
            when(Timestamp(file.began_at), ask),
            format::number(file.fresh).into_any(),
            format::number(file.known).into_any(),
            format::number(file.refunded).into_any(),
            format::number(file.skipped).into_any(),
            format::number(file.broken).into_any(),
        ]
    };
    let rows = files.into_iter().map(row).collect();
    view! { <DataTable label=t!(locale, "已上传的文件", "Files that were sent") columns rows/> }.into_any()
}
