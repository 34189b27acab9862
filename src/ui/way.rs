//! Ways from here to elsewhere: breadcrumb, tabs, the next page, a link that looks like a button.

use super::icon::{Icon, icon};
use crate::foundation::locale::Locale;
use crate::t;
use leptos::prelude::*;

/// A link that is the thing to do next; `quiet` where it is not the one.
#[component]
pub fn LinkButton(#[prop(into)] href: String, #[prop(into)] label: String, #[prop(optional)] quiet: bool) -> impl IntoView {
    view! { <a class="button" class:button-quiet=quiet href=href>{label}</a> }
}

/// Where a page hangs: address and name of each page above it, the outermost first.
#[component]
pub fn Breadcrumb(locale: Locale, above: Vec<(String, String)>) -> impl IntoView {
    let ways = above.into_iter().map(|(href, name)| view! { <li><a href=href>{name}</a>{icon(Icon::Right)}</li> }).collect_view();
    view! { <nav class="breadcrumb" aria-label=t!(locale, "当前位置", "You are here")><ol>{ways}</ol></nav> }
}

/// Some pages of a place: where there are several groups, an id and the name over them; of each page the address, the name and
/// whether it is the one shown.
pub type MenuGroup = (Option<(&'static str, &'static str)>, Vec<(&'static str, &'static str, bool)>);

/// The pages of a place, beside them. Where there is no room for that it is folded above them, under what it is and the name
/// of where one is. `class` says which place, for what the style sheets lay out by it.
#[component]
pub fn SideMenu(class: &'static str, #[prop(into)] label: String, #[prop(into)] folded: String, groups: Vec<MenuGroup>) -> impl IntoView {
    let current = groups.iter().flat_map(|(_, links)| links).find(|(.., here)| *here).map(|(_, name, _)| *name);
    let group = |(heading, links): MenuGroup| {
        let links = links
            .into_iter()
            .map(|(href, name, here)| view! { <li><a href=href aria-current=here.then_some("page")>{name}</a></li> })
            .collect_view();
        view! {
            {heading.map(|(id, heading)| view! { <p class="side-menu-heading" id=id>{heading}</p> })}
            <ul aria-labelledby=heading.map(|(id, _)| id)>{links}</ul>
        }
    };
    view! {
        <nav class=format!("side-menu {class}") aria-label=label>
            <details>
                <summary>{folded} {current.map(|name| view! { " · " <b>{name}</b> })}</summary>
                {groups.into_iter().map(group).collect_view()}
            </details>
        </nav>
    }
}

/// Several sights of one thing, each with an address of its own: address, name, and whether it is the one shown.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<(String, String, bool)>) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|(href, name, here)| view! { <li><a href=href aria-current=here.then_some("true")>{name}</a></li> })
        .collect_view();
    view! { <nav class="tabs" aria-label=label><ul>{tabs}</ul></nav> }
}

/// The way to the next page of a list that is paged by key.
#[component]
pub fn NextPage(
    locale: Locale,
    #[prop(optional_no_strip)] href: Option<String>,
    /// For a list that is not in the order of time.
    #[prop(optional)]
    timeless: bool,
) -> impl IntoView {
    let label = if timeless { t!(locale, "下一页", "Next page") } else { t!(locale, "更早的内容", "Older") };
    href.map(|href| view! { <nav class="pager" aria-label=t!(locale, "翻页", "Pages")><a class="button button-quiet" href=href rel="next">{label}</a></nav> })
}
