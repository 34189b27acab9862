//! `/write/{id}/shares`: with whom an article's author shares what creators get of it, and what it earned, cost and netted.

use crate::creators::statements::{self, PostSum};
use crate::foundation::error::Result;
use crate::foundation::id::PostId;
use crate::pages::Page;
use crate::pages::admin::money::money;
use crate::payments::shares::service::{self, CoAuthor};
use crate::payments::shares::split::WHOLE;
use crate::payments::tax::rate_name;
use crate::posts;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Column, DataTable, EmptyState, Errors, Field, Submit, Tone};
use crate::{members, t, tf};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShareForm {
    handle: String,
    rate: String,
    /// The button that takes a share back.
    remove: String,
}

pub async fn show(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    draw(&ask, PostId(id), ShareForm::default(), Errors::none()).await
}

pub async fn submit(ask: Ask, Path(id): Path<i64>, Form(form): Form<ShareForm>) -> Result<Response> {
    let id = PostId(id);
    let done = match form.remove.is_empty() {
        true => service::share_with(&ask.ctx, &ask.viewer, id, &form.handle, &form.rate).await,
        false => service::share_no_more(&ask.ctx, &ask.viewer, id, &form.remove).await,
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/write/{id}/shares?done=saved"))),
        Err(error) => draw(&ask, id, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: PostId, form: ShareForm, errors: Errors) -> Result<Response> {
    let owned = posts::service::owned(&ask.ctx, &ask.viewer, id).await?;
    let co_authors = service::co_authors(&ask.ctx, &ask.viewer, id).await?;
    let sums = statements::of_post(&ask.ctx, &ask.viewer, id).await?;
    let sale_rate = service::sale_rate(&ask.ctx).await?;
    let author = members::service::profile(&ask.ctx, owned.author).await.map(|profile| profile.handle).unwrap_or_default();
    let locale = ask.locale;
    let title = t!(locale, "共同作者与收益", "Co-authors and earnings");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let above = vec![
            ("/write".to_owned(), t!(locale, "我的文章", "Your articles").to_owned()),
            (format!("/write/{id}"), owned.title.clone()),
        ];
        let part = rate_name(sale_rate);
        let says = match sale_rate {
            0 => t!(
                locale,
                "本站目前不给单篇销售分成。这里填写的比例，会在开启分成之后的新订单里生效。",
                "Creators get no part of single sales at present. What you say here holds for orders begun once they do."
            )
            .to_owned(),
            _ => tf!(
                locale,
                "单篇售出后，净额（扣除税、退款和支付手续费）的 {part} 归创作者，按下面的比例分。更改只影响之后的订单。",
                "Of the net of each sale (less tax, refunds and provider fees), {part} goes to creators and is split as below. A change holds for orders begun after it."
            ),
        };
        view! {
            <Breadcrumb locale above/>
            <h1>{title}</h1>
            {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
            <section class="post-shares">
                <h2>{t!(locale, "分成比例", "Who gets what")}</h2>
                <p>{says}</p>
                {shares_table(ask, id, author, &co_authors)}
                <h3>{t!(locale, "添加或更改共同作者", "Add a co-author, or change their part")}</h3>
                {form_of(form, id, &errors, ask)}
            </section>
            <section class="post-shares">
                <h2>{t!(locale, "这篇文章的收支", "What it earned, cost and netted")}</h2>
                {sums_table(ask, &sums)}
            </section>
        }
    }))
}

fn shares_table(ask: &Ask, id: PostId, author: String, co_authors: &[CoAuthor]) -> AnyView {
    let locale = ask.locale;
    let columns = vec![
        Column::text(t!(locale, "作者", "Who")),
        Column::number(t!(locale, "比例", "Part")),
        Column::text(t!(locale, "操作", "Actions")),
    ];
    let rest = WHOLE - co_authors.iter().map(|one| one.rate).sum::<i64>();
    let first = vec![
        format!("@{author}").into_any(),
        rate_name(rest).into_any(),
        t!(locale, "作者，得到剩余部分", "The author gets the rest").into_any(),
    ];
    let row = |one: &CoAuthor| {
        let remove = view! {
            <form method="post" action=format!("/write/{id}/shares")>
                <input type="hidden" name="remove" value=one.handle.clone()/>
                <Submit label=t!(locale, "移除", "Remove") quiet=true/>
            </form>
        };
        vec![format!("@{}", one.handle).into_any(), rate_name(one.rate).into_any(), remove.into_any()]
    };
    let rows = [first].into_iter().chain(co_authors.iter().map(row)).collect();
    view! { <DataTable label=t!(locale, "分成比例", "Who gets what") columns rows/> }.into_any()
}

fn form_of(form: ShareForm, id: PostId, errors: &Errors, ask: &Ask) -> AnyView {
    let locale = ask.locale;
    let hint = t!(locale, "百分比，例如 30 或 12.5。", "In percent, such as 30 or 12.5.").to_owned();
    view! {
        <form class="form" method="post" action=format!("/write/{id}/shares")>
            <Field label=t!(locale, "会员用户名", "Member's handle") name="handle" value=form.handle maxlength=31 error=errors.of("handle", locale)/>
            <Field label=t!(locale, "比例", "Part") name="rate" inputmode="decimal" value=form.rate maxlength=10 hint=Some(hint) error=errors.of("rate", locale)/>
            <Submit label=t!(locale, "保存", "Save")/>
        </form>
    }
    .into_any()
}

fn sums_table(ask: &Ask, sums: &[PostSum]) -> AnyView {
    let locale = ask.locale;
    if sums.is_empty() {
        return view! { <EmptyState text=t!(locale, "还没有收入和费用。", "It has earned and cost nothing yet.")/> }.into_any();
    }
    let columns = vec![
        Column::text(t!(locale, "货币", "Currency")),
        Column::number(t!(locale, "销售和打赏", "Sales and tips")),
        Column::number(t!(locale, "支付手续费", "Provider fees")),
        Column::number(t!(locale, "创作者分成", "Creators' shares")),
        Column::number(t!(locale, "推广奖励", "Rewards")),
        Column::number(t!(locale, "制作费用", "Production costs")),
        Column::number(t!(locale, "网站净得", "Left for the site")),
        Column::number(t!(locale, "会员分成", "From the pool")),
    ];
    let row = |sum: &PostSum| {
        let amount = |minor: i64| money(minor, &sum.currency, ask).into_any();
        vec![
            sum.currency.clone().into_any(),
            amount(sum.sold),
            amount(-sum.fees),
            amount(-sum.creators),
            amount(-sum.rewards),
            amount(-sum.costs),
            amount(sum.left()),
            amount(sum.pool),
        ]
    };
    let note = t!(
        locale,
        "销售和打赏包括单篇销售、合集中分到这篇文章的部分和打赏，已扣除税和退款。制作费用只计登记在这篇文章名下的一次性费用。会员分成来自会员费，另外分给创作者。",
        "Sales and tips are what was paid for the article by itself, its part of bundles, and tips for it, less tax and refunds. Production costs are the single ones that were recorded for this article. What comes from the pool of memberships goes to its creators besides."
    );
    view! {
        <DataTable label=t!(locale, "这篇文章的收支", "What it earned, cost and netted") columns rows=sums.iter().map(row).collect()/>
        <p class="field-hint">{note}</p>
    }
    .into_any()
}
