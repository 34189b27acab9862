//! What opens above the page: menu, dialog, drawer. All three are the browser's own popovers: they open without script,
//! close with Escape or a press elsewhere, and give the focus back. Where a browser has none they lie open on the page.

use super::icon::{Icon, icon};
use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

/// A short list of ways and deeds behind a button. `face` is what the button shows, `label` what it is called.
#[component]
pub fn Menu(id: &'static str, #[prop(into)] label: String, face: AnyView, children: Children) -> impl IntoView {
    view! {
        <div class="menu-place">
            <button class="menu-button" type="button" popovertarget=id aria-label=label>{face}</button>
            <div class="menu" id=id popover="auto">{children()}</div>
        </div>
    }
}

/// A question or a form in the middle of the page. [`Opener`] with the same id opens it.
#[component]
pub fn Dialog(locale: Locale, id: &'static str, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! { <Above locale id title class="dialog">{children()}</Above> }
}

/// What comes in from the side: filters, a list to choose from. [`Opener`] with the same id opens it.
#[component]
pub fn Drawer(locale: Locale, id: &'static str, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! { <Above locale id title class="drawer">{children()}</Above> }
}

#[component]
fn Above(locale: Locale, id: &'static str, title: String, class: &'static str, children: Children) -> impl IntoView {
    let title_id = format!("{id}-title");
    let named_by = title_id.clone();
    view! {
        <div class=class id=id popover="auto" role="dialog" aria-labelledby=named_by>
            <header class="above-head">
                <h2 id=title_id>{title}</h2>
                <button class="icon-button" type="button" popovertarget=id popovertargetaction="hide" aria-label=t!(locale, "关闭", "Close")>
                    {icon(Icon::Close)}
                </button>
            </header>
            {children()}
        </div>
    }
}

/// The button that opens a [`Dialog`] or a [`Drawer`].
#[component]
pub fn Opener(target: &'static str, #[prop(into)] label: String) -> impl IntoView {
    view! { <button class="button button-quiet opener" type="button" popovertarget=target>{label}</button> }
}
