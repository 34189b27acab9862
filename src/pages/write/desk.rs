//! The editor's page: the form, and beside it how the text will look.

use crate::foundation::error::AppError;
use crate::foundation::id::{PostId, TierId};
use crate::foundation::locale::Locale;
use crate::membership;
use crate::membership::model::Access;
use crate::pages::shell::Page;
use crate::posts::islands::LivePreview;
use crate::posts::model::Status;
use crate::posts::service::{Editing, MAX_TITLE, PostForm, Rendered};
use crate::posts::view::WriterPreview;
use crate::server::http::Ask;
use crate::ui::{Badge, Banner, Errors, Field, Select, Submit, TextArea, Tone};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

/// What lies on it.
pub struct Desk {
    /// `None` for an article that was never saved.
    id: Option<PostId>,
    status: Status,
    pub form: PostForm,
    /// The text up to the wall and behind it, rendered.
    preview: Option<(String, Option<String>)>,
    slug: Option<String>,
    /// What the database has.
    version: i64,
    deletable: bool,
    errors: Errors,
    /// An error of no field.
    trouble: Option<AppError>,
    http_status: u16,
}

impl Desk {
    pub fn fresh(form: PostForm) -> Desk {
        let errors = Errors::none();
        let status = Status::Draft;
        Desk { id: None, status, form, preview: None, slug: None, version: 0, deletable: false, errors, trouble: None, http_status: 200 }
    }

    pub fn open(editing: Editing) -> Desk {
        Desk {
            id: Some(editing.id),
            status: editing.status,
            preview: Some((editing.preview_html, editing.rest_html)),
            slug: Some(editing.slug),
            version: editing.version,
            deletable: editing.deletable,
            ..Desk::fresh(editing.form)
        }
    }

    /// For an article that cannot be looked at now.
    pub fn unseen(id: PostId, form: PostForm) -> Desk {
        Desk { id: Some(id), ..Desk::fresh(form) }
    }

    /// With what was typed instead of what is saved.
    pub fn with(self, form: PostForm) -> Desk {
        Desk { form, preview: None, ..self }
    }

    pub fn showing(self, rendered: Rendered) -> Desk {
        Desk { preview: Some((rendered.article.preview_html, rendered.article.rest_html)), ..self }
    }

    /// Says what went wrong, beside the fields where it belongs to some.
    pub fn wrong(mut self, error: AppError) -> Desk {
        self.http_status = error.status();
        match Errors::from_error(error) {
            Ok(errors) => self.errors = errors,
            Err(error) => self.trouble = Some(error),
        }
        self
    }

    pub fn take_newest_version(&mut self) {
        self.form.version = self.version.to_string();
    }

    pub async fn draw(self, ask: &Ask) -> Response {
        let locale = ask.locale;
        // Without the tiers the rest of the form still works, and so does what was typed.
        let mut tiers = membership::service::tiers(&ask.ctx).await.unwrap_or_default();
        if let Ok(held) = self.form.tier.parse::<TierId>()
            && !tiers.iter().any(|tier| tier.id == held)
            && let Ok(tier) = membership::service::tier(&ask.ctx, held).await
        {
            tiers.push(tier);
        }
        let tiers = tiers.into_iter().map(|tier| (tier.id.to_string(), tier.name)).collect();
        let title = match self.id {
            None => t!(locale, "写文章", "New article"),
            Some(_) => t!(locale, "编辑文章", "Edit article"),
        };
        Page::new(title).private().status(self.http_status).draw(ask, || view! { <EditorPage desk=self title tiers ask=ask.clone()/> })
    }

    fn said(&self, locale: Locale) -> Option<String> {
        let text = match &self.trouble {
            None => return self.errors.summary(locale),
            Some(AppError::SignInRequired) => t!(
                locale,
                "你已退出登录。请在另一个标签页登录，再回到这里保存；你写的内容都还在。",
                "You are signed out. Sign in in another tab, then save here again; what you wrote is below."
            )
            .to_owned(),
            Some(AppError::NotFound) => t!(
                locale,
                "这篇文章已经不在了。你写的内容都在下面，保存后会成为一篇新文章。",
                "This article is gone. What you wrote is below; saving makes a new one."
            )
            .to_owned(),
            Some(error) => error.message(locale),
        };
        Some(text)
    }
}

#[component]
fn EditorPage(desk: Desk, title: &'static str, tiers: Vec<(String, String)>, ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let state = match desk.status {
        Status::Draft => view! { <Badge text=t!(locale, "草稿", "Draft")/> }.into_any(),
        Status::Published => view! { <Badge tone=Tone::Good text=t!(locale, "已发布", "Published")/> }.into_any(),
    };
    // In a tab of its own, so that nothing typed here is left behind.
    let look = desk.slug.clone().map(|slug| {
        view! { <a href=format!("/p/{slug}") target="_blank" rel="noopener">{t!(locale, "查看已保存的文章", "See the saved article")}</a> }
    });
    let shares = desk.id.map(|id| {
        view! { <a href=format!("/write/{id}/shares") target="_blank" rel="noopener">{t!(locale, "共同作者与收益", "Co-authors and earnings")}</a> }
    });
    let said = desk.said(locale).map(|text| view! { <Banner tone=Tone::Bad text/> });
    let drawn = match desk.preview.clone() {
        Some((preview_html, rest_html)) => view! { <WriterPreview preview_html rest_html locale/> }.into_any(),
        None => view! { <p class="preview-empty">{t!(locale, "这里会显示读者看到的样子。", "Your article will show here as readers will see it.")}</p> }.into_any(),
    };
    view! {
        <div class="page-head"><h1>{title}</h1><p class="post-meta">{state}{look}{shares}</p></div>
        {said}
        <div class="editor">
            <EditorForm desk tiers currency=ask.site.currency.code() locale/>
            <section class="editor-preview" tabindex="0" aria-labelledby="preview-title">
                <h2 id="preview-title">{t!(locale, "预览", "Preview")}</h2>
                <LivePreview locale>{drawn}</LivePreview>
            </section>
        </div>
    }
}

#[component]
fn EditorForm(desk: Desk, tiers: Vec<(String, String)>, currency: &'static str, locale: Locale) -> impl IntoView {
    let Desk { id, status, form, errors, deletable, .. } = desk;
    let action = id.map_or("/write/new".to_owned(), |id| format!("/write/{id}"));
    let error = |field: &str| errors.of(field, locale);
    let access = vec![
        (Access::Public.as_str().to_owned(), t!(locale, "所有人", "Everyone").to_owned()),
        (Access::Members.as_str().to_owned(), t!(locale, "已登录的会员", "Members who are signed in").to_owned()),
        (
            Access::Paid.as_str().to_owned(),
            t!(locale, "付费读者（有会员等级，或购买了本文）", "Paying readers (with a tier, or who bought this article)").to_owned(),
        ),
    ];
    let tiers = [vec![(String::new(), t!(locale, "不包含在任何等级里", "No tier").to_owned())], tiers].concat();
    let slug_hint =
        t!(locale, "/p/ 后面的部分；留空则由标题生成。", "What comes after /p/; made from the title when left empty.").to_owned();
    let tags_hint = t!(locale, "用逗号分隔，最多 10 个。", "Separated by commas, ten at most.").to_owned();
    let summary_hint =
        t!(locale, "显示在列表里；留空则取正文开头。", "Shown in lists; the beginning of the text when left empty.").to_owned();
    let source_hint = t!(
        locale,
        "可以用 Markdown。单独一行写 <!--paywall-->，之后的内容在付费墙后。",
        "Markdown works here. Put <!--paywall--> on a line of its own; what follows is behind the paywall."
    )
    .to_owned();
    let price_hint = tf!(locale, "单位：{currency}。不单篇出售则留空。", "In {currency}. Leave empty if it is not sold by itself.");
    let least_hint = t!(
        locale,
        "填了就由买家自己决定付多少，上面的价格是建议；填 0 表示也可以不付。",
        "With it, buyers say how much they pay, and the price above is what you suggest; 0 lets them pay nothing."
    )
    .to_owned();
    view! {
        <form class="form editor-form" method="post" action=action>
            <input type="hidden" name="version" value=form.version/>
            <Field label=t!(locale, "标题", "Title") name="title" value=form.title required=true maxlength=MAX_TITLE as u32 error=error("title")/>
            <TextArea label=t!(locale, "正文", "Text") name="source" value=form.source rows=24 hint=Some(source_hint) error=error("source")/>
            <Field label=t!(locale, "地址", "Address") name="slug" value=form.slug hint=Some(slug_hint) error=error("slug")/>
            <Field label=t!(locale, "摘要", "Summary") name="summary" value=form.summary hint=Some(summary_hint) error=error("summary")/>
            <Field label=t!(locale, "标签", "Tags") name="tags" value=form.tags hint=Some(tags_hint) error=error("tags")/>
            <fieldset class="editor-access">
                <legend>{t!(locale, "付费墙后的内容", "What is behind the paywall")}</legend>
                <Select label=t!(locale, "谁可以阅读", "Who may read it") name="access" value=form.access options=access error=error("access")/>
                <Select label=t!(locale, "包含在会员等级里", "Included in a tier") name="tier" value=form.tier options=tiers error=error("tier")/>
                <Field label=t!(locale, "单篇价格", "Price of this article alone") name="price" value=form.price inputmode="decimal" hint=Some(price_hint) error=error("price")/>
                <Field label=t!(locale, "最低金额（选填）", "The least (optional)") name="least" value=form.least inputmode="decimal" hint=Some(least_hint) error=error("least")/>
            </fieldset>
            <Buttons status deletable locale/>
        </form>
    }
}

/// The first is what the Enter key presses, so it is the one that harms nothing.
#[component]
fn Buttons(status: Status, deletable: bool, locale: Locale) -> impl IntoView {
    let (save, turn) = match status {
        Status::Draft => (
            view! { <Submit quiet=true name="do" value="save" label=t!(locale, "保存草稿", "Save draft")/> }.into_any(),
            view! { <Submit name="do" value="publish" label=t!(locale, "发布", "Publish")/> }.into_any(),
        ),
        Status::Published => (
            view! { <Submit name="do" value="save" label=t!(locale, "保存", "Save")/> }.into_any(),
            view! { <Submit quiet=true name="do" value="unpublish" label=t!(locale, "撤回为草稿", "Take back to a draft")/> }.into_any(),
        ),
    };
    let delete = deletable.then(|| {
        view! {
            <details class="editor-delete">
                <summary>{t!(locale, "删除草稿", "Delete this draft")}</summary>
                <p>{t!(locale, "删除后无法恢复。", "It cannot be brought back.")}</p>
                <Submit quiet=true name="do" value="delete" label=t!(locale, "确定删除", "Delete it for good")/>
            </details>
        }
    });
    view! {
        <p class="actions">
            {save}
            {turn}
            <Submit quiet=true name="do" value="preview" label=t!(locale, "预览", "Preview")/>
        </p>
        {delete}
    }
}
