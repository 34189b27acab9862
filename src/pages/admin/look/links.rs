//! The links of header and footer: a few rows of fields, with two to spare.

use crate::foundation::locale::Locale;
use crate::settings::{MAX_LINKS, TypedLink};
use crate::ui::Errors;
use crate::{t, tf};
use leptos::prelude::*;

/// Empty rows after those in use.
const SPARE: usize = 2;

#[component]
pub fn LinkFields(locale: Locale, header: Vec<TypedLink>, footer: Vec<TypedLink>, errors: Errors) -> impl IntoView {
    let most = MAX_LINKS;
    view! {
        <p class="field-hint">
            {tf!(
                locale,
                "页头和页脚最多各 {most} 个。地址填以 / 开头的本站路径，或以 https:// 开头的网址。三格都清空，这个链接就删除了。",
                "At most {most} each. An address is a path on this site starting with /, or a full address starting with https://. To remove a link, clear its three fields."
            )}
        </p>
        <Rows locale name="header" heading=t!(locale, "页头链接", "Header links") links=header errors=errors.clone()/>
        <Rows locale name="footer" heading=t!(locale, "页脚链接", "Footer links") links=footer errors/>
    }
}

#[component]
fn Rows(locale: Locale, name: &'static str, heading: &'static str, mut links: Vec<TypedLink>, errors: Errors) -> impl IntoView {
    // More than are allowed come back with an error, and nothing typed is lost.
    let rows = (links.len() + SPARE).min(MAX_LINKS).max(links.len());
    links.resize(rows, TypedLink::default());
    let rows = links
        .into_iter()
        .zip(1..)
        .map(|(link, n)| view! { <Row locale name n link error=errors.of(&format!("{name}-{n}"), locale)/> })
        .collect_view();
    view! { <h2 class="link-heading" id=format!("{name}-links")>{heading}</h2> <ol class="link-rows" aria-labelledby=format!("{name}-links")>{rows}</ol> }
}

#[component]
fn Row(locale: Locale, name: &'static str, n: usize, link: TypedLink, #[prop(optional_no_strip)] error: Option<String>) -> impl IntoView {
    let wrong = error.is_some();
    let error_id = format!("{name}-{n}-error");
    let cell = |column: &str, label: &'static str, value: String| {
        let id = format!("{name}-{n}-{column}");
        let described = wrong.then(|| error_id.clone());
        view! {
            <div class="field">
                <label class="field-label" for=id.clone()>{label}</label>
                <input
                    class="input"
                    id=id
                    name=format!("{name}_{column}")
                    value=value
                    aria-describedby=described
                    aria-invalid=wrong.then_some("true")
                />
            </div>
        }
    };
    let zh = cell("zh", t!(locale, "中文", "Chinese"), link.zh);
    let en = cell("en", t!(locale, "英文", "English"), link.en);
    let to = cell("to", t!(locale, "地址", "Address"), link.to);
    view! {
        <li class="link-row">
            <div class="link-cells" role="group" aria-label=tf!(locale, "第 {n} 个链接", "Link {n}")>{zh}{en}{to}</div>
            {error.map(|error| view! { <p class="field-error" id=error_id.clone()>{error}</p> })}
        </li>
    }
}
