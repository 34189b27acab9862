//! The button to follow.

use super::model::Subject;
use crate::foundation::locale::Locale;
use crate::server::http::sign_in_path;
use crate::t;
use leptos::prelude::*;

/// Follows or unfollows what a page is about. `following` is `None` for a visitor, who is led to signing in. The name of the
/// button stays; whether it is pressed says the rest.
#[component]
pub fn FollowButton(locale: Locale, subject: Subject, following: Option<bool>, here: String) -> impl IntoView {
    let label = t!(locale, "关注", "Follow");
    let Some(following) = following else {
        return view! { <a class="button button-quiet button-small" href=sign_in_path(&here)>{label}</a> }.into_any();
    };
    let (pressed, next) = if following { ("true", "off") } else { ("false", "on") };
    let mark = following.then(|| view! { <span aria-hidden="true">"✓"</span> });
    view! {
        <form class="follow" method="post" action="/follows">
            <input type="hidden" name="kind" value=subject.kind()/>
            <input type="hidden" name="key" value=subject.key()/>
            <input type="hidden" name="to" value=here/>
            <button class="button button-quiet button-small follow-button" type="submit" name="follow" value=next aria-pressed=pressed>{mark}{label}</button>
        </form>
    }
    .into_any()
}
