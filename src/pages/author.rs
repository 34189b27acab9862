//! `/u/{handle}`: a member as others see them, with the articles they published.

use super::shell::Page;
use super::tip;
use crate::foundation::error::{AppError, Result};
use crate::foundation::viewer::Role;
use crate::members;
use crate::members::model::Profile;
use crate::posts::service::{self, Cursor, Shelf};
use crate::posts::view::{Day, PostList};
use crate::reading::follows;
use crate::reading::model::Subject;
use crate::reading::view::FollowButton;
use crate::server::http::{Ask, moved};
use crate::ui::{Avatar, EmptyState, Prose};
use crate::{t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask, Path(handle): Path<String>) -> Result<Response> {
    let locale = ask.locale;
    // PostgreSQL has no NUL in text; nobody's handle has one either.
    if handle.contains('\0') {
        return Err(AppError::NotFound);
    }
    let profile = members::service::profile_by_handle(&ask.ctx, &handle).await?;
    let path = format!("/u/{}", profile.handle);
    if handle != profile.handle {
        return Ok(moved(&path));
    }
    let after = ask.query("after").as_deref().and_then(Cursor::parse);
    let listing = service::list(&ask.ctx, Shelf::Author(profile.id), after).await?;
    let subject = Subject::Author(profile.id);
    let following = follows::is_following(&ask.ctx, &ask.viewer, &subject).await?;
    // Nobody follows themselves, or who never wrote anything.
    let writes = !listing.items.is_empty() || matches!(profile.role, Role::Author | Role::Admin | Role::Owner);
    let follow = writes && !ask.viewer.is(profile.id);
    // Who published something can be thanked for it.
    let tipping = if listing.items.is_empty() { None } else { tip::way_of_author(&ask, profile.id).await? };
    let (name, site) = (&profile.name, &ask.site.name);
    let about = tf!(locale, "{name}在{site}发布的文章。", "Articles by {name} at {site}.");
    Ok(Page::new(name.clone()).description(about).profile().canonical(path.clone()).draw(&ask, || {
        let empty = listing.items.is_empty().then(|| {
            view! { <EmptyState text=t!(locale, "还没有发布过文章。", "No articles published yet.")/> }
        });
        let zone = ask.site.time_zone.clone();
        let follow = follow.then(|| {
            let following = ask.viewer.member().map(|_| following);
            view! { <FollowButton locale subject following here=path.clone()/> }
        });
        view! {
            <ProfileHeader profile=profile.clone() ask=ask.clone()>{follow}{tipping}</ProfileHeader>
            <h2>{t!(locale, "文章", "Articles")}</h2>
            {empty}
            <PostList listing path locale zone/>
        }
    }))
}

#[component]
fn ProfileHeader(profile: Profile, ask: Ask, children: Children) -> impl IntoView {
    let (locale, zone) = (ask.locale, ask.site.time_zone.clone());
    let bio = (!profile.bio_html.is_empty()).then(|| view! { <Prose html=profile.bio_html lang=profile.bio_lang class="profile-bio"/> });
    view! {
        <header class="profile-header">
            <Avatar name=profile.name.clone()/>
            <h1>{profile.name}</h1>
            <p class="profile-handle">"@"{profile.handle}</p>
            <p class="profile-since">{t!(locale, "加入于 ", "Joined ")}<Day at=profile.created_at locale zone/></p>
            {bio}
            {children()}
        </header>
    }
}
