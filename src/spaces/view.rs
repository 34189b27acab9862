//! What stands where a space would be, for somebody who may not enter it.

use super::model::Space;
use crate::foundation::locale::Locale;
use crate::membership::model::Access;
use crate::t;
use leptos::prelude::*;

/// The space's name, what opens it, and the way there. Nothing from inside. `here` is where signing in comes back to,
/// written for a query.
#[component]
pub fn SpaceClosed(locale: Locale, space: Space, signed_in: bool, here: String) -> impl IntoView {
    let membership = (space.access == Access::Paid)
        .then(|| view! { <a class="button" href="/membership">{t!(locale, "查看会员等级", "See the tiers")}</a> });
    let sign_in = (!signed_in).then(|| {
        let join = format!("/join?to={here}");
        let sign_in = format!("/sign-in?to={here}");
        view! {
            <a class="button button-quiet" href=sign_in>{t!(locale, "登录", "Sign in")}</a>
            <a class="button button-quiet" href=join>{t!(locale, "加入", "Join")}</a>
        }
    });
    let opened_by = space.opened_by().get(locale).to_owned();
    view! {
        <section class="paywall-card space-closed">
            <h1>{space.name}</h1>
            {(!space.description.is_empty()).then(|| view! { <p class="space-description">{space.description.clone()}</p> })}
            <p class="paywall-reason">{opened_by}</p>
            <p class="actions">{membership}{sign_in}</p>
        </section>
    }
}
