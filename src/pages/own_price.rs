//! How much somebody pays for an article of which they decide that, when what they typed at the paywall will not do.

use super::plus_tax;
use super::shell::{Kind, Page};
use crate::foundation::error::{AppError, Result};
use crate::posts::model::PostRef;
use crate::posts::view::OwnPrice;
use crate::server::http::Ask;
use crate::t;
use crate::ui::Errors;
use axum::response::Response;
use leptos::prelude::*;

/// 404 for an article that has one price.
pub async fn draw(ask: &Ask, post: PostRef, typed: String, to: &str, errors: Errors) -> Result<Response> {
    let least = post.least.ok_or(AppError::NotFound)?;
    let plus_tax = plus_tax::note(ask).await?;
    let locale = ask.locale;
    // There is nothing to see at the form's own address, not even where it stood on a page like this.
    let ask = &Ask { stood_at: Some(post.path().into()), ..ask.clone() };
    let title = t!(locale, "付多少由你决定", "You decide what you pay");
    Ok(Page::new(title).of(Kind::Forms).private().status_of(&errors).draw(ask, || {
        let (path, name) = (post.path(), post.title.clone());
        view! {
            <section class="narrow">
                <h1>{title}</h1>
                <p><a href=path dir="auto">{name}</a></p>
                <form class="form" method="post" action="/checkout">
                    <input type="hidden" name="kind" value="post"/>
                    <input type="hidden" name="post" value=post.id.to_string()/>
                    <input type="hidden" name="to" value=to.to_owned()/>
                    <OwnPrice least value=typed locale error=errors.of("amount", locale)/>
                </form>
                {plus_tax::paragraph(plus_tax)}
            </section>
        }
    }))
}
