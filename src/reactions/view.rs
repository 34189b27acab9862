//! Five buttons, one a number of stars.

use crate::foundation::id::PostId;
use crate::foundation::locale::{Locale, plural};
use crate::{t, tf};
use leptos::prelude::*;

/// Rates an article with one press. `own` is what the reader gave before; `to` is where to come back to.
#[component]
pub fn RateForm(locale: Locale, post: PostId, own: Option<i64>, to: String) -> impl IntoView {
    let buttons = (1..=5i64)
        .map(|n| {
            let stars = plural(n, "star", "stars");
            let label = tf!(locale, "{n} 星", "{n} {stars}");
            let class = if own.is_some_and(|own| n <= own) { "rate-star rate-star-full" } else { "rate-star" };
            let pressed = (own == Some(n)).to_string();
            view! { <button class=class type="submit" name="stars" value=n.to_string() aria-label=label aria-pressed=pressed>"★"</button> }
        })
        .collect_view();
    let legend = match own {
        Some(n) => tf!(locale, "你给了 {n} 星，可以修改", "You gave {n} of 5; you can change it"),
        None => t!(locale, "给这篇文章评分", "Rate this article").to_owned(),
    };
    view! {
        <form class="rate-form" id="rate" method="post" action="/ratings" data-swap=".rate-form" data-also="post-stars">
            <input type="hidden" name="post" value=post.to_string()/>
            <input type="hidden" name="to" value=to/>
            <fieldset>
                <legend>{legend}</legend>
                {buttons}
            </fieldset>
        </form>
    }
}
