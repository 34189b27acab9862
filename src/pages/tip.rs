//! `/tip?post=…`: a reader thanks the author of an article with what they like.

use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::PostId;
use crate::payments::service::{Started, tips};
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
    let href = format!("/tip?post={}", post.id);
    Ok(Some(view! { <p class="tip-way"><a href=href>{t!(ask.locale, "打赏作者", "Tip the author")}</a></p> }.into_any()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TipForm {
    post: String,
    amount: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    let post = ask.query("post").unwrap_or_default();
    draw(&ask, TipForm { post, ..TipForm::default() }, Errors::none()).await
}

/// A visitor signs in first, and comes back.
pub async fn submit(ask: Ask, Form(form): Form<TipForm>) -> Result<Response> {
    let id = form.post.parse().map(PostId).map_err(|_| AppError::NotFound)?;
    if ask.viewer.member().is_none() {
        return Ok(see_other(&sign_in_path(&format!("/tip?post={id}"))));
    }
    match tips::tip(&ask.ctx, &ask.viewer, id, &form.amount).await {
        Ok(Started::Order(reference)) => Ok(see_other(&format!("/orders/{reference}"))),
        Ok(Started::Owned(path) | Started::Given(_, path)) => Ok(see_other(&path)),
        Err(error) => draw(&ask, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, form: TipForm, errors: Errors) -> Result<Response> {
    let id = form.post.parse().map(PostId).map_err(|_| AppError::NotFound)?;
    let post = posts::service::published_ref(&ask.ctx, id).await?;
    if !tips::are_taken(&ask.ctx).await? {
        return Err(AppError::NotFound);
    }
    let locale = ask.locale;
    let title = t!(locale, "打赏作者", "Tip the author");
    let currency = ask.site.currency.code();
    Ok(Page::new(title).of(Kind::Forms).private().status_of(&errors).draw(ask, || {
        let (path, name) = (post.path(), post.title.clone());
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                <p><a href=path dir="auto">{name}</a></p>
                <p>{t!(
                    locale,
                    "喜欢这篇文章的话，可以付一笔钱感谢作者，金额随意。打赏不开通任何内容。",
                    "If you liked this article, you can thank its author with any amount. A tip opens nothing."
                )}</p>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action="/tip">
                    <input type="hidden" name="post" value=form.post/>
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
