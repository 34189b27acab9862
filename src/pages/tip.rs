//! `/tip?post=…` and `/tip?author=…`: a reader thanks an author with what they like, for an article or for none.

use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, PostId};
use crate::payments::model::Goes;
use crate::payments::service::Started;
use crate::payments::service::tips::{self, For};
use crate::payments::wording::who_gets;
use crate::posts::model::{OpenedPost, Status};
use crate::server::http::{Ask, Form, see_other, sign_in_path};
use crate::ui::{Banner, Errors, Field, Submit, Tone};
use crate::{posts, t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

/// Under an article: the way here, for others than its author.
pub async fn way(ask: &Ask, post: &OpenedPost) -> Result<Option<AnyView>> {
    if post.status != Status::Published || ask.viewer.is(post.author.id) || !tips::are_taken(&ask.ctx).await? {
        return Ok(None);
    }
    Ok(Some(link(ask, For::Post(post.id))))
}

/// On an author's page, for others: the way here without an article.
pub async fn way_of_author(ask: &Ask, author: MemberId) -> Result<Option<AnyView>> {
    if ask.viewer.is(author) || !tips::are_taken(&ask.ctx).await? {
        return Ok(None);
    }
    Ok(Some(link(ask, For::Author(author))))
}

fn link(ask: &Ask, what: For) -> AnyView {
    view! { <p class="tip-way"><a href=path_of(what)>{t!(ask.locale, "打赏", "Leave a tip")}</a></p> }.into_any()
}

fn path_of(what: For) -> String {
    match what {
        For::Post(id) => format!("/tip?post={id}"),
        For::Author(id) => format!("/tip?author={id}"),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TipForm {
    post: String,
    author: String,
    amount: String,
}

impl TipForm {
    fn what(&self) -> Result<For> {
        let author = self.author.parse().map(|id| For::Author(MemberId(id)));
        author.or_else(|_| self.post.parse().map(|id| For::Post(PostId(id)))).map_err(|_: std::num::ParseIntError| AppError::NotFound)
    }
}

pub async fn show(ask: Ask) -> Result<Response> {
    let (post, author) = (ask.query("post").unwrap_or_default(), ask.query("author").unwrap_or_default());
    draw(&ask, TipForm { post, author, ..TipForm::default() }, Errors::none()).await
}

/// A visitor signs in first, and comes back.
pub async fn submit(ask: Ask, Form(form): Form<TipForm>) -> Result<Response> {
    let what = form.what()?;
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path(&path_of(what))));
    }
    match tips::tip(&ask.ctx, &ask.viewer, what, &form.amount).await {
        Ok(Started::Order(reference)) => Ok(see_other(&format!("/orders/{reference}"))),
        Ok(Started::Owned(path) | Started::Given(_, path)) => Ok(see_other(&path)),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: TipForm, errors: Errors) -> Result<Response> {
    let (path, name, author) = match form.what()? {
        For::Post(id) => {
            let post = posts::service::published_ref(&ask.ctx, id).await?;
            (post.path(), post.title, post.author)
        }
        For::Author(id) => {
            let author = tips::author(&ask.ctx, id).await?;
            (format!("/u/{}", author.handle), author.name, id)
        }
    };
    if !tips::are_taken(&ask.ctx).await? {
        return Err(AppError::NotFound);
    }
    let goes = tips::goes_now(&ask.ctx, author).await?;
    let locale = ask.locale;
    let title = match goes {
        Goes::ToSite => t!(locale, "打赏", "Leave a tip"),
        Goes::ToOwner | Goes::Shared(_) => t!(locale, "打赏作者", "Tip the author"),
    };
    let currency = ask.site.currency.code();
    Ok(Page::new(title).of(Kind::Forms).private().status_of(&errors).draw(ask, || {
        let why = match (goes, form.author.is_empty()) {
            (Goes::ToSite, true) => t!(
                locale,
                "喜欢这篇文章的话，可以付一笔钱支持本站，金额随意。打赏不开通任何内容。",
                "If you liked this article, you can support this site with any amount. A tip opens nothing."
            ),
            (Goes::ToSite, false) => t!(
                locale,
                "喜欢这位作者写的内容，可以付一笔钱支持本站，金额随意。打赏不开通任何内容。",
                "If you like what this author writes, you can support this site with any amount. A tip opens nothing."
            ),
            (_, true) => t!(
                locale,
                "喜欢这篇文章的话，可以付一笔钱感谢作者，金额随意。打赏不开通任何内容。",
                "If you liked this article, you can thank its author with any amount. A tip opens nothing."
            ),
            (_, false) => t!(
                locale,
                "喜欢这位作者写的内容，可以付一笔钱表示感谢，金额随意。打赏不开通任何内容。",
                "If you like what this author writes, you can thank them with any amount. A tip opens nothing."
            ),
        };
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                <p><a href=path dir="auto">{name}</a></p>
                <p>{why}</p>
                {who_gets(goes, locale).map(|text| view! { <p class="tip-goes">{text}</p> })}
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/tip">
                    <input type="hidden" name="post" value=form.post/>
                    <input type="hidden" name="author" value=form.author/>
                    <Field
                        label=tf!(locale, "金额（{currency}）", "Amount ({currency})")
                        name="amount"
                        value=form.amount
                        inputmode="decimal"
                        required=true
                        autocomplete="off"
                        error=errors.of("amount", locale)
                    />
                    <Submit label=t!(locale, "去付款", "Go on to pay")/>
                </form>
            </section>
        }
    }))
}
