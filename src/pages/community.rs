//! `/community`: the spaces. What a space is called is for everybody; what is in it, for those who may enter.

use super::shell::{Kind, Page};
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::membership::model::Access;
use crate::server::http::Ask;
use crate::spaces::model::Space;
use crate::spaces::service;
use crate::t;
use crate::ui::{Badge, EmptyState, Tone};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let locale = ask.locale;
    let spaces = service::listed(&ask.ctx, &ask.viewer).await?;
    let admin = ask.viewer.is_admin();
    let title = t!(locale, "社区", "Community");
    Ok(Page::new(title).of(Kind::Lists).canonical("/community").draw(&ask, || {
        let list = if spaces.is_empty() {
            let action = admin.then(|| ("/admin/spaces".to_owned(), t!(locale, "新建空间", "New space").to_owned()));
            view! { <EmptyState text=t!(locale, "还没有空间。", "There are no spaces yet.") action/> }.into_any()
        } else {
            let cards = spaces.into_iter().map(|(space, open)| view! { <SpaceCard locale space open/> }).collect_view();
            view! { <ul class="space-list">{cards}</ul> }.into_any()
        };
        view! {
            <h1>{title}</h1>
            {list}
        }
    }))
}

#[component]
fn SpaceCard(locale: Locale, space: Space, open: bool) -> impl IntoView {
    let href = space.path();
    let badge = match (open, space.access) {
        (false, _) => Some(view! { <Badge tone=Tone::Warn text=t!(locale, "未解锁", "Closed to you")/> }.into_any()),
        (true, Access::Public) => None,
        (true, _) => Some(view! { <Badge text=t!(locale, "会员空间", "Members only")/> }.into_any()),
    };
    let opened_by = (!open).then(|| view! { <p class="space-opened-by">{space.opened_by().get(locale).to_owned()}</p> });
    view! {
        <li class="space-card" class:space-locked=!open>
            <h2><a href=href>{space.name}</a></h2>
            {badge}
            {(!space.description.is_empty()).then(|| view! { <p class="space-description">{space.description.clone()}</p> })}
            {opened_by}
        </li>
    }
}
