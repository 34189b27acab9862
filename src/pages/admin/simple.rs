//! `/admin/pages`: simple pages, such as About and Terms. Deleting one can be undone in the list.

use super::menu;
use crate::foundation::error::Result;
use crate::foundation::id::PageId;
use crate::foundation::locale::Locale;
use crate::foundation::look::Texts;
use crate::pages::Page;
use crate::server::http::{Ask, Form, query_value, see_other};
use crate::settings::simple::{self, Listed, SimplePage, TypedPage};
use crate::ui::{Badge, Banner, Check, Column, DataTable, EmptyState, Errors, Field, NextPage, Submit, TextArea, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PageForm {
    slug: String,
    title_zh: String,
    title_en: String,
    source_zh: String,
    source_en: String,
    in_footer: String,
    #[serde(rename = "do")]
    deed: String,
}

impl PageForm {
    fn of(page: SimplePage) -> PageForm {
        PageForm {
            slug: page.slug,
            title_zh: page.title.zh,
            title_en: page.title.en,
            source_zh: page.source.zh,
            source_en: page.source.en,
            in_footer: if page.in_footer { "on" } else { "" }.to_owned(),
            deed: if page.published { "publish" } else { "draft" }.to_owned(),
        }
    }

    fn typed(&self) -> TypedPage {
        TypedPage {
            slug: self.slug.clone(),
            title: Texts::new(&self.title_zh, &self.title_en),
            source: Texts::new(&self.source_zh, &self.source_en),
            published: self.deed == "publish",
            in_footer: self.in_footer == "on",
        }
    }
}

pub async fn list(ask: Ask) -> Result<Response> {
    let after = ask.query("after").unwrap_or_default();
    let (pages, next) = simple::listed(&ask.ctx, &ask.viewer, &after).await?;
    let locale = ask.locale;
    let title = t!(locale, "页面", "Pages");
    Ok(Page::new(title).private().draw(&ask, || {
        let list = if pages.is_empty() {
            let text = t!(locale, "还没有页面。先写一页“关于”，说说这里是什么地方。", "There are no pages yet. Begin with an About page that says what this place is.");
            view! { <EmptyState text/> }.into_any()
        } else {
            let headings = [t!(locale, "标题", "Title"), t!(locale, "地址", "Address"), t!(locale, "状态", "Status"), t!(locale, "操作", "Actions")];
            let rows = pages.into_iter().map(|page| line(locale, page)).collect::<Vec<_>>();
            view! { <DataTable label=title columns=headings.map(Column::text).to_vec() rows/> }.into_any()
        };
        let next = next.map(|slug| format!("/admin/pages?after={}", query_value(&slug)));
        view! {
            {menu(&ask)}
            <section class="admin-pages">
                <div class="page-head">
                    <h1>{title}</h1>
                    <a class="button" href="/admin/pages/new">{t!(locale, "新建页面", "New page")}</a>
                </div>
                <p class="look-intro">{t!(locale, "文章以外的页面，例如关于、条款、隐私和退款，可以放进页脚。", "Pages that are not articles, such as About, Terms, Privacy and Refunds. They can be linked in the footer.")}</p>
                {list}
                <NextPage locale href=next timeless=true/>
            </section>
        }
    }))
}

/// One row: title, address, state, what can be done.
fn line(locale: Locale, page: Listed) -> Vec<AnyView> {
    let (tone, state) = match (page.deleted, page.published) {
        (true, _) => (Tone::Bad, t!(locale, "已删除", "Deleted")),
        (_, true) => (Tone::Good, t!(locale, "已发布", "Published")),
        (_, false) => (Tone::Warn, t!(locale, "草稿", "Draft")),
    };
    let footer = (page.in_footer && page.published && !page.deleted).then(|| view! { " " <Badge text=t!(locale, "页脚", "Footer")/> });
    let title = page.title.shown(locale).map(|shown| view! { <bdi lang=shown.lang>{shown.text.to_owned()}</bdi> });
    let id = page.id;
    let path = format!("/pages/{}", page.slug);
    let (address, deed) = if page.deleted {
        let restore = view! {
            <form method="post" action=format!("/admin/pages/{id}/restore")>
                <button class="button button-small button-quiet" type="submit">{t!(locale, "恢复", "Restore")}</button>
            </form>
        };
        (path.into_any(), restore.into_any())
    } else {
        let edit = view! { <a href=format!("/admin/pages/{id}")>{t!(locale, "编辑", "Edit")}</a> };
        (view! { <a href=path.clone()>{path.clone()}</a> }.into_any(), edit.into_any())
    };
    vec![title.into_any(), address, view! { <Badge tone text=state/>{footer} }.into_any(), deed]
}

pub async fn new(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let form = PageForm { in_footer: "on".to_owned(), ..PageForm::default() };
    Ok(draw(&ask, None, form, Errors::none()))
}

pub async fn submit_new(ask: Ask, Form(form): Form<PageForm>) -> Result<Response> {
    save(ask, None, form).await
}

pub async fn edit(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    let page = simple::by_id(&ask.ctx, &ask.viewer, PageId(id)).await?;
    Ok(draw(&ask, Some(PageId(id)), PageForm::of(page), Errors::none()))
}

pub async fn submit(ask: Ask, Path(id): Path<i64>, Form(form): Form<PageForm>) -> Result<Response> {
    save(ask, Some(PageId(id)), form).await
}

async fn save(ask: Ask, id: Option<PageId>, form: PageForm) -> Result<Response> {
    match simple::save(&ask.ctx, &ask.viewer, id, &form.typed()).await {
        Ok(id) => {
            let done = if form.deed == "publish" { "published" } else { "saved" };
            Ok(see_other(&format!("/admin/pages/{id}?done={done}")))
        }
        Err(error) => Ok(draw(&ask, id, form, Errors::from_error(error)?)),
    }
}

pub async fn delete(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    simple::delete(&ask.ctx, &ask.viewer, PageId(id)).await?;
    Ok(see_other("/admin/pages?done=page-deleted"))
}

pub async fn restore(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    simple::restore(&ask.ctx, &ask.viewer, PageId(id)).await?;
    Ok(see_other("/admin/pages?done=page-restored"))
}

fn draw(ask: &Ask, id: Option<PageId>, form: PageForm, errors: Errors) -> Response {
    let locale = ask.locale;
    let title = if id.is_some() { t!(locale, "编辑页面", "Edit the page") } else { t!(locale, "新建页面", "New page") };
    Page::new(title).private().status_of(&errors).draw(ask, || {
        let action = id.map_or("/admin/pages/new".to_owned(), |id| format!("/admin/pages/{id}"));
        let error = |name| errors.of(name, locale);
        let slug_hint = t!(locale, "/pages/ 后面的部分；留空则由标题生成。", "What comes after /pages/; made from the title when left empty.");
        let source_hint = t!(locale, "支持 Markdown。只写一种语言时，另一种语言的读者也会看到它。", "In Markdown. Written in one language only, readers of the other see that one.");
        let slug = form.slug.clone();
        let seen = id.filter(|_| errors.is_empty()).map(|_| {
            view! { <p class="actions"><a href=format!("/pages/{slug}")>{tf!(locale, "查看 /pages/{slug}", "See /pages/{slug}")}</a></p> }
        });
        let delete = id.map(|id| {
            view! {
                <form class="page-delete" method="post" action=format!("/admin/pages/{id}/delete")>
                    <button class="button button-quiet" type="submit">{t!(locale, "删除页面", "Delete the page")}</button>
                    <p class="field-hint">{t!(locale, "30 天内可以在列表中恢复。", "For 30 days it can be restored in the list.")}</p>
                </form>
            }
        });
        // What is published stays so unless it is taken back.
        let draft = if form.deed == "publish" { t!(locale, "撤回为草稿", "Take back to a draft") } else { t!(locale, "存为草稿", "Save as a draft") };
        view! {
            {menu(ask)}
            <section class="admin-pages">
                <p class="breadcrumb"><a href="/admin/pages">{t!(locale, "页面", "Pages")}</a></p>
                <h1>{title}</h1>
                {seen}
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action=action>
                    <Field label=t!(locale, "标题（中文）", "Title (Chinese)") name="title_zh" value=form.title_zh error=error("title_zh")/>
                    <Field label=t!(locale, "标题（英文）", "Title (English)") name="title_en" value=form.title_en error=error("title_en")/>
                    <Field label=t!(locale, "地址（选填）", "Address (optional)") name="slug" value=form.slug hint=Some(slug_hint.to_owned()) error=error("slug")/>
                    <TextArea label=t!(locale, "正文（中文）", "Text (Chinese)") name="source_zh" value=form.source_zh rows=14 hint=Some(source_hint.to_owned()) error=error("source_zh")/>
                    <TextArea label=t!(locale, "正文（英文）", "Text (English)") name="source_en" value=form.source_en rows=14 error=error("source_en")/>
                    <Check label=t!(locale, "放进页脚", "Show in the footer") name="in_footer" checked=form.in_footer == "on"/>
                    <div class="look-do">
                        <Submit label=draft quiet=true name="do" value="draft"/>
                        <Submit label=t!(locale, "发布", "Publish") name="do" value="publish"/>
                    </div>
                </form>
                {delete}
            </section>
        }
    })
}
