//! `/account/following`: the authors, tags and spaces a member follows.

use super::frame::AccountFrame;
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::pages::Page;
use crate::reading::follows;
use crate::reading::model::{Followed, Subject};
use crate::server::http::Ask;
use crate::ui::EmptyState;
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;

pub async fn show(ask: Ask) -> Result<Response> {
    let followed = follows::following(&ask.ctx, &ask.viewer).await?;
    let locale = ask.locale;
    let title = t!(locale, "关注", "Following");
    Ok(Page::new(title).private().draw(&ask, || {
        let none = followed.is_empty().then(|| {
            let text = t!(
                locale,
                "你还没有关注任何作者、标签或空间。在相应页面点“关注”，新内容就会出现在首页。",
                "You follow nothing yet. Open an author, a tag or a space and press “Follow”, and what is new will appear on your home page."
            );
            let action = Some(("/tags".to_owned(), t!(locale, "浏览标签", "Browse the tags").to_owned()));
            view! { <EmptyState text action/> }
        });
        let lines = followed.into_iter().map(|followed| view! { <Line locale followed/> }).collect_view();
        view! {
            <AccountFrame ask=ask.clone() current="/account/following" title>
                {none}
                <ul class="following">{lines}</ul>
            </AccountFrame>
        }
    }))
}

fn kind(subject: &Subject, locale: Locale) -> &'static str {
    match subject {
        Subject::Author(_) => t!(locale, "作者", "Author"),
        Subject::Tag(_) => t!(locale, "标签", "Tag"),
        Subject::Space(_) => t!(locale, "空间", "Space"),
    }
}

#[component]
fn Line(locale: Locale, followed: Followed) -> impl IntoView {
    let Followed { subject, name, path } = followed;
    let name = name.unwrap_or_else(|| match &subject {
        Subject::Author(_) => t!(locale, "已注销会员", "deleted member").to_owned(),
        Subject::Tag(tag) => tag.clone(),
        Subject::Space(_) => t!(locale, "已不存在的空间", "deleted space").to_owned(),
    });
    let label = tf!(locale, "取消关注“{name}”", "Unfollow {name}");
    let title = match path {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { <span class="following-gone">{name}</span> }.into_any(),
    };
    view! {
        <li class="following-line">
            <p>{title} " " <span class="following-kind">{kind(&subject, locale)}</span></p>
            <form method="post" action="/follows">
                <input type="hidden" name="kind" value=subject.kind()/>
                <input type="hidden" name="key" value=subject.key()/>
                <input type="hidden" name="to" value="/account/following"/>
                <button class="linklike" type="submit" name="follow" value="off" aria-label=label>{t!(locale, "取消关注", "Unfollow")}</button>
            </form>
        </li>
    }
}
