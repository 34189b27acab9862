//! What became of earlier tries to pay an order.

use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::pages::orders::provider_name;
use crate::payments::model::{Checkout, TryState};
use crate::providers::facts::CheckoutState;
use crate::t;
use leptos::prelude::*;
use std::sync::Arc;

/// Those that came to nothing, or are not decided; the newest first.
#[component]
pub fn Tries(tries: Vec<Checkout>, site: Arc<Site>, locale: Locale) -> impl IntoView {
    let told = tries.into_iter().filter_map(|one| {
        let TryState::Told(state) = one.state else { return None };
        let how = match state {
            CheckoutState::Open => return None,
            CheckoutState::Pending => t!(locale, "等待到账", "On its way"),
            CheckoutState::Declined => t!(locale, "已拒绝，没有扣款", "Declined; nothing was charged"),
            CheckoutState::Closed => t!(locale, "付款未完成，没有扣款", "It did not come through; nothing was charged"),
        };
        let (machine, when) = (format::machine(one.opened_at), format::date_time(one.opened_at, &site.time_zone, locale));
        Some(view! { <li>{provider_name(one.provider, locale)} " · " <time datetime=machine>{when}</time> " · " {how}</li> })
    });
    let told: Vec<_> = told.take(5).collect();
    (!told.is_empty()).then(|| {
        view! {
            <section class="order-tries" aria-labelledby="order-tries">
                <h2 id="order-tries">{t!(locale, "之前的付款尝试", "Earlier tries")}</h2>
                <ul>{told.collect_view()}</ul>
            </section>
        }
    })
}
