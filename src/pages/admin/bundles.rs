//! `/admin/bundles`: articles that are sold together. Making, changing and ordering bundles, and taking them off sale.

use super::money::page_of;
use super::{menu, number};
use crate::bundles::model::Bundle;
use crate::bundles::service::{self, FEWEST, MOST, TypedBundle};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::BundleId;
use crate::pages::Page;
use crate::pages::bundles::{after, next_of};
use crate::server::http::{Ask, Form, Routes, see_other};
use crate::ui::{Badge, Banner, Breadcrumb, Check, Column, DataTable, EmptyState, Errors, Field, NextPage, Submit, TextArea, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 50;

pub fn routes() -> Routes {
    Routes::new()
        .get("/admin/bundles", list)
        .get("/admin/bundles/new", new)
        .post("/admin/bundles/new", submit_new)
        .get("/admin/bundles/{id}", edit)
        .post("/admin/bundles/{id}", submit)
        .post("/admin/bundles/{id}/delete", delete)
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct BundleForm {
    title: String,
    slug: String,
    description: String,
    articles: String,
    price: String,
    position: String,
    published: String,
}

impl BundleForm {
    fn of(typed: TypedBundle) -> BundleForm {
        let TypedBundle { title, slug, description, articles, price, position, published } = typed;
        let published = if published { "on" } else { "" }.to_owned();
        BundleForm { title, slug, description, articles, price, position, published }
    }

    fn typed(&self) -> TypedBundle {
        let BundleForm { title, slug, description, articles, price, position, published } = self.clone();
        TypedBundle { title, slug, description, articles, price, position, published: published == "on" }
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    let (bundles, more) = page_of(service::all(&ask.ctx, &ask.viewer, after(&ask), PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "合集", "Bundles");
    Ok(Page::new(title).private().draw(&ask, || {
        let next = bundles.last().filter(|_| more).map(|last| format!("/admin/bundles?{}", next_of(last)));
        let body = if bundles.is_empty() {
            let text = t!(
                locale,
                "还没有合集。把几篇付费文章放在一起，用一个价格出售。",
                "There are no bundles yet. Put some paid articles together, and sell them at one price."
            );
            view! { <EmptyState text/> }.into_any()
        } else {
            let columns = vec![
                Column::text(t!(locale, "标题", "Title")),
                Column::number(t!(locale, "文章", "Articles")),
                Column::number(t!(locale, "价格", "Price")),
                Column::number(t!(locale, "顺序", "Order")),
                Column::text(t!(locale, "状态", "Status")),
            ];
            let rows = bundles.into_iter().map(|bundle| row(&ask, bundle)).collect();
            view! { <DataTable label=title columns rows/> }.into_any()
        };
        view! {
            {menu(&ask)}
            <section class="admin-bundles">
                <div class="page-head">
                    <h1>{title}</h1>
                    <a class="button" href="/admin/bundles/new">{t!(locale, "新建合集", "New bundle")}</a>
                </div>
                {body}
                <NextPage locale href=next timeless=true/>
            </section>
        }
    }))
}

fn row(ask: &Ask, bundle: Bundle) -> Vec<AnyView> {
    let locale = ask.locale;
    let (tone, state) = match (bundle.published, service::is_sold(&bundle)) {
        (false, _) => (Tone::Plain, t!(locale, "未发布", "Not published")),
        (true, true) => (Tone::Good, t!(locale, "出售中", "For sale")),
        (true, false) => (Tone::Warn, t!(locale, "文章不足，不出售", "Too few articles to be sold")),
    };
    vec![
        view! { <a href=format!("/admin/bundles/{}", bundle.id)>{bundle.title.clone()}</a> }.into_any(),
        format::number(bundle.articles).into_any(),
        bundle.price.format(locale).into_any(),
        bundle.position.to_string().into_any(),
        view! { <Badge tone text=state/> }.into_any(),
    ]
}

pub async fn new(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    draw(&ask, None, BundleForm { published: "on".to_owned(), ..BundleForm::default() }, Errors::none(), None)
}

pub async fn submit_new(ask: Ask, Form(form): Form<BundleForm>) -> Result<Response> {
    match service::save(&ask.ctx, &ask.viewer, None, &form.typed()).await {
        Ok(id) => Ok(see_other(&format!("/admin/bundles/{id}?done=saved"))),
        Err(error) => draw(&ask, None, form, Errors::from_error(error)?, None),
    }
}

pub async fn edit(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let (bundle, typed) = service::edit(&ask.ctx, &ask.viewer, number(&ask, &id)?).await?;
    draw(&ask, Some(bundle), BundleForm::of(typed), Errors::none(), None)
}

pub async fn submit(ask: Ask, Path(id): Path<String>, Form(form): Form<BundleForm>) -> Result<Response> {
    let id: BundleId = number(&ask, &id)?;
    match service::save(&ask.ctx, &ask.viewer, Some(id), &form.typed()).await {
        Ok(id) => Ok(see_other(&format!("/admin/bundles/{id}?done=saved"))),
        Err(error) => {
            let errors = Errors::from_error(error)?;
            draw(&ask, Some(service::edit(&ask.ctx, &ask.viewer, id).await?.0), form, errors, None)
        }
    }
}

pub async fn delete(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id: BundleId = number(&ask, &id)?;
    match service::delete(&ask.ctx, &ask.viewer, id).await {
        Ok(()) => Ok(see_other("/admin/bundles?done=deleted")),
        Err(error @ AppError::Conflict(_)) => {
            let (bundle, typed) = service::edit(&ask.ctx, &ask.viewer, id).await?;
            draw(&ask, Some(bundle), BundleForm::of(typed), Errors::none(), Some((error.status(), error.message(ask.locale))))
        }
        Err(error) => Err(error),
    }
}

/// The form of a new bundle, or of the one that is `saved`.
fn draw(ask: &Ask, saved: Option<Bundle>, form: BundleForm, errors: Errors, refused: Option<(u16, String)>) -> Result<Response> {
    let id = saved.as_ref().map(|bundle| bundle.id);
    let locale = ask.locale;
    let title = if id.is_some() { t!(locale, "编辑合集", "Edit the bundle") } else { t!(locale, "新建合集", "New bundle") };
    let page = Page::new(title).private().status_of(&errors);
    let page = match &refused {
        Some((status, _)) => page.status(*status),
        None => page,
    };
    Ok(page.draw(ask, || {
        let above = vec![("/admin/bundles".to_owned(), t!(locale, "合集", "Bundles").to_owned())];
        let action = id.map_or_else(|| "/admin/bundles/new".to_owned(), |id| format!("/admin/bundles/{id}"));
        let said = errors.summary(locale).or(refused.map(|(_, text)| text));
        let way = saved.as_ref().map(|bundle| view! { <p><a href=bundle.path()>{bundle.path()}</a></p> });
        let delete = id.map(|id| {
            view! {
                <form method="post" action=format!("/admin/bundles/{id}/delete")>
                    <Submit label=t!(locale, "删除合集", "Delete the bundle") quiet=true/>
                </form>
            }
        });
        view! {
            {menu(ask)}
            <section class="admin-bundles">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {said.map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {way}
                {fields(ask, action, form, &errors)}
                {delete}
            </section>
        }
    }))
}

fn fields(ask: &Ask, action: String, form: BundleForm, errors: &Errors) -> impl IntoView + use<> {
    let (locale, currency) = (ask.locale, ask.site.currency.code());
    let articles = tf!(
        locale,
        "每行填写一篇付费文章的地址，共 {FEWEST} 到 {MOST} 篇。其中的草稿要等发布之后才会随合集出售。已经买下的人不受改动影响。",
        "One a line, by its address: {FEWEST} to {MOST} paid articles. Drafts are sold once they are published. Whoever bought the bundle keeps what was in it then."
    );
    let slug = t!(locale, "留空即由标题生成。", "Made from the title when left empty.").to_owned();
    let position = t!(locale, "数字小的排在前面。", "Small numbers come first.").to_owned();
    view! {
        <form class="form" method="post" action=action>
            <Field label=t!(locale, "标题", "Title") name="title" value=form.title required=true maxlength=120 error=errors.of("title", locale)/>
            <Field label=t!(locale, "地址（选填）", "Address (optional)") name="slug" value=form.slug maxlength=80 hint=Some(slug) error=errors.of("slug", locale)/>
            <TextArea label=t!(locale, "介绍（选填）", "Description (optional)") name="description" rows=4 value=form.description error=errors.of("description", locale)/>
            <TextArea label=t!(locale, "文章", "Articles") name="articles" rows=6 value=form.articles hint=Some(articles) error=errors.of("articles", locale)/>
            <Field label=tf!(locale, "价格（{currency}）", "Price ({currency})") name="price" value=form.price required=true inputmode="decimal" error=errors.of("price", locale)/>
            <Field label=t!(locale, "顺序（选填）", "Order (optional)") name="position" value=form.position inputmode="numeric" hint=Some(position) error=errors.of("position", locale)/>
            <Check label=t!(locale, "发布，开始出售", "Published, and for sale") name="published" checked={form.published == "on"}/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
}
