//! `/admin/creators/articles`: what each article earned, cost and netted.

use super::super::menu;
use super::{money, page_of};
use crate::creators::statements::{self, Netted, PAGE, PostSum};
use crate::foundation::error::Result;
use crate::foundation::id::PostId;
use crate::pages::Page;
use crate::server::http::Ask;
use crate::t;
use crate::ui::{Breadcrumb, Column, DataTable, EmptyState, NextPage, Nothing};
use axum::response::Response;
use leptos::prelude::*;

const HERE: &str = "/admin/creators/articles";

pub async fn list(ask: Ask) -> Result<Response> {
    let before = ask.query("after").and_then(|text| text.parse().ok()).map(PostId);
    let (found, more) = page_of(statements::of_all_posts(&ask.ctx, &ask.viewer, before, PAGE + 1).await?, PAGE);
    let locale = ask.locale;
    let title = t!(locale, "每篇文章的收支", "What each article netted");
    Ok(Page::new(title).private().draw(&ask, || {
        let above = vec![("/admin/creators".to_owned(), t!(locale, "创作者分成", "Creators").to_owned())];
        let next = found.last().filter(|_| more).map(|(last, ..)| format!("{HERE}?after={last}"));
        let list = if found.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有发布过文章。", "No article was published yet.")/> }.into_any()
        } else {
            table(&ask, title, found)
        };
        view! {
            {menu(&ask)}
            <section class="admin-creators">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                <p>{t!(
                    locale,
                    "销售和打赏包括单篇销售、合集中分到这篇文章的部分和打赏，已扣除税和退款，从账本的分录算出。制作费用只计登记在文章名下的一次性费用。会员分成来自会员费，不计入文章净得。",
                    "Sales and tips are what was paid for the article by itself, its part of bundles, and tips for it, less tax and refunds, added up from the ledger. Production costs are the single ones recorded for an article. What the pool gave comes from memberships, and is not taken off."
                )}</p>
                {list}
                <NextPage locale href=next/>
            </section>
        }
    }))
}

fn table(ask: &Ask, label: &'static str, found: Vec<Netted>) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "文章", "Article")),
        Column::number(t!(locale, "销售和打赏", "Sales and tips")),
        Column::number(t!(locale, "支付手续费", "Provider fees")),
        Column::number(t!(locale, "创作者分成", "Creators' shares")),
        Column::number(t!(locale, "推广奖励", "Rewards")),
        Column::number(t!(locale, "制作费用", "Production costs")),
        Column::number(t!(locale, "网站净得", "Left for the site")),
        Column::number(t!(locale, "会员分成", "From the pool")),
    ];
    let named = |id: PostId, title: &str| view! { <a href=format!("/write/{id}/shares")><bdi>{title.to_owned()}</bdi></a> }.into_any();
    let row = |id: PostId, title: &str, sum: &PostSum| {
        let amounts = [sum.sold, -sum.fees, -sum.creators, -sum.rewards, -sum.costs, sum.left(), sum.pool];
        let amounts = amounts.map(|minor| money(minor, &sum.currency, ask).into_any());
        [named(id, title)].into_iter().chain(amounts).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    for (id, title, sums) in &found {
        rows.extend(sums.iter().map(|sum| row(*id, title, sum)));
        if sums.is_empty() {
            let nothing = (1..columns.len()).map(|_| view! { <Nothing/> }.into_any());
            rows.push([named(*id, title)].into_iter().chain(nothing).collect());
        }
    }
    view! { <DataTable label columns rows/> }.into_any()
}
