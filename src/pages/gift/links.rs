//! Gift links. `POST /gift-links` makes one, `GET` lists one's own; `/gift-link/…` is where a friend comes to: looking at it
//! counts nobody, since what shows previews of links looks at it as well. The button does.

use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::PostId;
use crate::membership::gift_links::{self, DAYS, Given, Kept, LinkRow, READERS};
use crate::membership::model::Access;
use crate::membership::paywall;
use crate::pages::shell::{Kind, Page};
use crate::posts;
use crate::posts::model::{OpenedPost, PostRef, Rest, Status};
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, EmptyState, Errors, LinkButton, NextPage, Submit, Tone};
use crate::{t, tf};
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

const PAGE: i64 = 20;

/// Under an article that is paid for: what its reader can give to others. `None` where there is nothing.
pub async fn giving(ask: &Ask, post: &OpenedPost) -> Result<Option<AnyView>> {
    let may = post.status == Status::Published && post.gate.access == Access::Paid && matches!(post.rest, Rest::Open(_));
    let Some(left) = (if may { gift_links::left(&ask.ctx, &ask.viewer, &post.gate).await? } else { None }) else { return Ok(None) };
    let sold = posts::service::published_ref(&ask.ctx, post.id).await?.price.is_some();
    let (locale, id) = (ask.locale, post.id.to_string());
    let buy = sold.then(|| {
        let href = format!("/gift?post={id}&to={}", post.path());
        view! { " · " <a href=href>{t!(locale, "买来送人，永久有效", "Buy it for somebody, for good")}</a> }
    });
    let label = tf!(locale, "请朋友读 · 本月还有 {left} 次", "Give to a friend · {left} left this month");
    let button = match left {
        0 => view! { <p>{t!(locale, "本月请朋友读的次数已经用完。", "You have made all of this month’s gift links.")}</p> }.into_any(),
        _ => view! {
            <form method="post" action="/gift-links">
                <input type="hidden" name="post" value=id/>
                <Submit label quiet=true/>
            </form>
        }
        .into_any(),
    };
    let what = tf!(
        locale,
        "朋友用链接可以免费读完这一篇，{DAYS} 天内有效，最多 {READERS} 人。",
        "By the link your friends read this one article for nothing: {READERS} of them, within {DAYS} days."
    );
    Ok(Some(
        view! {
            <section class="give-row" aria-label=t!(locale, "送给朋友", "Give this article")>
                {button}
                <p class="give-what">{what} " " <a href="/gift-links">{t!(locale, "我的链接", "Your links")}</a> " " {buy}</p>
            </section>
        }
        .into_any(),
    ))
}

/// Above an article that is open by a link.
#[component]
pub fn GivenBy(ask: Ask, given: Given, to: String) -> impl IntoView {
    let locale = ask.locale;
    let (by, until) = (&given.by, format::date(given.until, &ask.site.time_zone, locale));
    let text = tf!(locale, "{by}请你读这篇文章，{until}之前都可以读。", "{by} gave you this article. It is open to you until {until}.");
    let site = &ask.site.name;
    let join = match ask.viewer.member() {
        None => (format!("/join?to={to}"), tf!(locale, "加入{site}", "Join {site}")),
        Some(_) => ("/membership".to_owned(), t!(locale, "查看会员等级", "See the tiers").to_owned()),
    };
    view! { <Banner tone=Tone::Good text/> <p class="given-join"><LinkButton href=join.0 label=join.1 quiet=true/></p> }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MakeForm {
    post: String,
}

pub async fn make(ask: Ask, Form(form): Form<MakeForm>) -> Result<Response> {
    let id = form.post.parse().map(PostId).map_err(|_| AppError::NotFound)?;
    let post = posts::service::published_ref(&ask.ctx, id).await?;
    match gift_links::make(&ask.ctx, &ask.viewer, &post.gate).await {
        Ok(_) => Ok(see_other("/gift-links?done=link-made")),
        Err(error) => draw_list(&ask, Errors::from_error(error)?).await,
    }
}

pub async fn end(ask: Ask, Path(id): Path<String>) -> Result<Response> {
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    gift_links::end(&ask.ctx, &ask.viewer, id).await?;
    Ok(see_other("/gift-links?done=link-ended"))
}

pub async fn list(ask: Ask) -> Result<Response> {
    draw_list(&ask, Errors::none()).await
}

async fn draw_list(ask: &Ask, errors: Errors) -> Result<Response> {
    let before = ask.query("after").and_then(|id| id.parse().ok());
    let mut links = gift_links::own(&ask.ctx, &ask.viewer, before, PAGE + 1).await?;
    let more = links.len() as i64 > PAGE;
    links.truncate(PAGE as usize);
    let articles = posts::service::published_refs(&ask.ctx, &links.iter().map(LinkRow::post).collect::<Vec<_>>()).await?;
    let mut rows = Vec::new();
    for link in &links {
        let article = articles.iter().find(|article| article.id == link.post()).cloned();
        // As whoever comes by it finds it: its giver may have lost what they gave.
        let opens = match &article {
            Some(article) => gift_links::given(&ask.ctx, link, &article.gate).await?.is_some(),
            None => false,
        };
        rows.push(Row { link: link.clone(), article, address: format!("{}{}", ask.ctx.config().base_url, link.path(&ask.ctx)?), opens });
    }
    let locale = ask.locale;
    let title = t!(locale, "请朋友读的链接", "Your gift links");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let next = links.last().filter(|_| more).map(|last| format!("/gift-links?after={}", last.id));
        let none = rows.is_empty().then(|| {
            let text = t!(
                locale,
                "还没有链接。打开一篇你能读的付费文章，在文末点“请朋友读”。",
                "There are none yet. Open a paid article that you can read, and press “Give to a friend” below it."
            );
            view! { <EmptyState text action=Some(("/articles".to_owned(), t!(locale, "看看文章", "See the articles").to_owned()))/> }
        });
        let rows = rows.into_iter().map(|shown| row(ask, shown)).collect_view();
        view! {
            <section class="narrow gift-links">
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                {none}
                <ul class="gift-link-list">{rows}</ul>
                <NextPage locale href=next/>
            </section>
        }
    }))
}

/// A link of one's own.
struct Row {
    link: LinkRow,
    /// `None`: it is not published at present.
    article: Option<PostRef>,
    address: String,
    /// Friends can read by it.
    opens: bool,
}

fn row(ask: &Ask, Row { link, article, address, opens }: Row) -> AnyView {
    let locale = ask.locale;
    let (readers, until) = (link.readers, format::date(link.until(), &ask.site.time_zone, locale));
    let state = match (link.ended_at, opens) {
        (Some(_), _) => t!(locale, "已停用", "Ended").to_owned(),
        (None, false) => t!(locale, "已失效", "Over").to_owned(),
        (None, true) => tf!(locale, "{until}之前有效，{readers} / {READERS} 人读过", "Until {until}; {readers} of {READERS} have read"),
    };
    let name = match article {
        Some(article) => view! { <a href=article.path()>{article.title.clone()}</a> }.into_any(),
        None => t!(locale, "一篇未发布的文章", "An article that is not published").into_any(),
    };
    let here = opens.then(|| {
        view! {
            <label class="share-link">
                <span>{t!(locale, "链接", "Link")}</span>
                <input class="input" type="text" readonly value=address/>
            </label>
            <form method="post" action=format!("/gift-links/{}/end", link.id)>
                <button class="linklike" type="submit">{t!(locale, "停用这个链接", "End this link")}</button>
            </form>
        }
    });
    view! {
        <li class="gift-link">
            <p><strong>{name}</strong> " " <span class="gift-link-state">{state}</span></p>
            {here}
        </li>
    }
    .into_any()
}

/// Where a friend comes to.
pub async fn show(ask: Ask, session: Session, Path(secret): Path<String>) -> Result<Response> {
    draw_link(&ask, &session, &secret, None).await
}

/// The friend reads: counted once a browser.
pub async fn read(ask: Ask, session: Session, Path(secret): Path<String>) -> Result<Response> {
    let link = gift_links::find(&ask.ctx, &secret).await?;
    let post = posts::service::published_ref(&ask.ctx, link.post()).await?;
    if paywall::opens(&ask.ctx, &ask.viewer, &post.gate).await? {
        return Ok(see_other(&post.path()));
    }
    match gift_links::read_by(&ask.ctx, &session, &link, &post.gate).await {
        Ok(()) => Ok(see_other(&post.path())),
        Err(error @ AppError::Conflict(_)) => draw_link(&ask, &session, &secret, Some(error)).await,
        Err(error) => Err(error),
    }
}

async fn draw_link(ask: &Ask, session: &Session, secret: &str, refused: Option<AppError>) -> Result<Response> {
    let link = gift_links::find(&ask.ctx, secret).await?;
    let post = posts::service::published_ref(&ask.ctx, link.post()).await?;
    let kept = Kept::of(session).await?;
    if refused.is_none() && paywall::way_in(&ask.ctx, &ask.viewer, &post.gate, &kept).await?.is_some() {
        return Ok(see_other(&post.path()));
    }
    let given = gift_links::given(&ask.ctx, &link, &post.gate).await?;
    let locale = ask.locale;
    let title = match &given {
        Some(given) => {
            let by = &given.by;
            tf!(locale, "{by}请你读一篇文章", "{by} gives you an article to read")
        }
        None => t!(locale, "这个链接已失效", "This link opens nothing any more").to_owned(),
    };
    let status = refused.as_ref().map_or(200, AppError::status);
    let mut response = Page::new(title.clone()).of(Kind::Forms).private().status(status).draw(ask, || {
        let (name, path) = (post.title.clone(), post.path());
        let full = t!(
            locale,
            "用这个链接读过的人数已满。你仍然可以看看文章的预览。",
            "As many as it is for have read by this link. You can still see the preview."
        );
        let said = refused.map(|error| error.message(locale)).or_else(|| (given.is_some() && link.is_full()).then(|| full.to_owned()));
        let body = match (given, said) {
            (Some(given), None) => {
                let until = format::date(given.until, &ask.site.time_zone, locale);
                let text = tf!(
                    locale,
                    "不用付款，也不用登录，{until}之前都可以读。",
                    "There is nothing to pay, and no need to sign in. You can read it until {until}."
                );
                view! {
                    <p>{text}</p>
                    <form class="form" method="post" action=format!("/gift-link/{secret}")>
                        <Submit label=t!(locale, "开始阅读", "Read the article")/>
                    </form>
                }
                .into_any()
            }
            (_, said) => view! {
                {said.map(|text| view! { <Banner tone=Tone::Warn text/> })}
                <p><LinkButton href=path label=t!(locale, "查看文章", "See the article") quiet=true/></p>
            }
            .into_any(),
        };
        view! {
            <section class="narrow gift">
                <h1>{title}</h1>
                <p class="gift-what" dir="auto">{name}</p>
                {body}
            </section>
        }
    });
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
