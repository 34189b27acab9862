//! The bottom of every page: what the site has to say of itself, and what a reader chooses for themselves.

use super::look::FooterLinks;
use crate::foundation::locale::Locale;
use crate::foundation::theme::Theme;
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Icon, icon};
use leptos::prelude::*;

/// `choices`: a reader can choose here, and comes back to the page.
#[component]
pub fn Footer(ask: Ask, choices: bool) -> impl IntoView {
    let choices = choices.then(|| {
        view! {
            <div class="footer-choices">
                <Themes ask=ask.clone()/>
                <Languages ask=ask.clone()/>
            </div>
        }
    });
    view! {
        <footer class="site-footer">
            <p class="footer-name"><bdi>{ask.site.name.clone()}</bdi></p>
            <FooterLinks ask=ask.clone()/>
            <p class="footer-withdraw"><a href="/withdraw">{t!(ask.locale, "撤回合同", "Withdraw from contract")}</a></p>
            {choices}
        </footer>
    }
}

#[component]
fn Languages(ask: Ask) -> impl IntoView {
    let languages = Locale::ALL
        .into_iter()
        .map(|other| {
            let current = (other == ask.locale).then_some("true");
            view! { <button class="choice" type="submit" name="locale" value=other.tag() lang=other.tag() aria-current=current>{other.name()}</button> }
        })
        .collect_view();
    view! {
        <form class="choices" method="post" action="/language" aria-label=t!(ask.locale, "语言", "Language")>
            <input type="hidden" name="to" value=ask.here().to_owned()/>
            {languages}
        </form>
    }
}

#[component]
fn Themes(ask: Ask) -> impl IntoView {
    let locale = ask.locale;
    let themes = Theme::ALL
        .into_iter()
        .map(|theme| {
            let (drawn, label) = match theme {
                Theme::System => (Icon::System, t!(locale, "跟随系统", "Match the system")),
                Theme::Light => (Icon::Light, t!(locale, "浅色", "Light")),
                Theme::Dark => (Icon::Dark, t!(locale, "深色", "Dark")),
            };
            let current = (theme == ask.theme).then_some("true");
            view! {
                <button class="choice" type="submit" name="theme" value=theme.as_str() aria-current=current aria-label=label title=label>{icon(drawn)}</button>
            }
        })
        .collect_view();
    view! {
        <form class="choices" method="post" action="/theme" aria-label=t!(locale, "主题", "Theme")>
            <input type="hidden" name="to" value=ask.here().to_owned()/>
            {themes}
        </form>
    }
}
