//! What buyers ask for and an admin decides, at the top of the admin's first page.

use crate::foundation::locale::Locale;
use crate::ui::{Banner, LinkButton, Tone};
use crate::{t, tf};
use leptos::prelude::*;

/// Says how many requests wait for an admin, and where; nothing where none do.
#[component]
pub fn Waits(locale: Locale, refunds: i64, fapiao: i64) -> impl IntoView {
    let refunds = (refunds > 0).then(|| {
        let text = tf!(locale, "待处理的退款和撤回：{refunds} 笔。", "Refunds and withdrawals that wait for you: {refunds}.");
        let (href, label) = ("/admin/refunds?state=open", t!(locale, "查看退款申请", "See what waits"));
        view! { <Banner tone=Tone::Warn text/> <p class="actions"><LinkButton href label quiet=true/></p> }
    });
    let fapiao = (fapiao > 0).then(|| {
        let text = tf!(locale, "待开具的发票：{fapiao} 张。", "Fapiao to issue: {fapiao}.");
        let (href, label) = ("/admin/fapiao?state=requested", t!(locale, "查看发票申请", "See who asks"));
        view! { <Banner tone=Tone::Warn text/> <p class="actions"><LinkButton href label quiet=true/></p> }
    });
    view! { {refunds} {fapiao} }
}
