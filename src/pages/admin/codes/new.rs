//! The form that makes codes.

use super::super::menu;
use super::made;
use super::opens::{MOST_BUNDLES, OpensFields, OpensForm};
use crate::codes::service::batches::{self, MAX_SIZE, NewCodes};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::ui::{Banner, Breadcrumb, Callout, Check, Errors, Field, Submit, Tone};
use crate::{bundles, membership};
use crate::{t, tf};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NewForm {
    name: String,
    size: String,
    tier: String,
    term: String,
    days: String,
    bundle: String,
    articles: String,
    until: String,
    note: String,
    several: String,
    key: String,
}

impl NewForm {
    fn opens(&self) -> OpensForm {
        let NewForm { tier, term, days, bundle, articles, .. } = self.clone();
        OpensForm { tier, term, days, bundle, articles }
    }
}

pub async fn show(ask: Ask) -> Result<Response> {
    ask.viewer.require_admin()?;
    let form = NewForm { key: ask.ctx.token(), term: "month".to_owned(), ..NewForm::default() };
    draw(&ask, form, Errors::none(), 200).await
}

/// The answer shows the codes, this once. The same form a second time leads to the batch it made.
pub async fn submit(ask: Ask, Form(form): Form<NewForm>) -> Result<Response> {
    let NewForm { name, size, until, note, several, key, .. } = form.clone();
    let new = NewCodes { name, size, opens: form.opens().typed(), until, note, several: several == "on", form_key: key };
    match batches::make(&ask.ctx, &ask.viewer, &new).await {
        Ok((batch, codes)) => made::draw(&ask, batch, &codes).await,
        Err(error @ AppError::Conflict(_)) => match batches::made_by_form(&ask.ctx, &ask.viewer, &form.key).await? {
            Some(batch) => Ok(see_other(&format!("/admin/codes/{batch}?again=1"))),
            None => Err(error),
        },
        Err(error) => draw(&ask, form, Errors::from_error(error)?, 422).await,
    }
}

async fn draw(ask: &Ask, form: NewForm, errors: Errors, status: u16) -> Result<Response> {
    let tiers = membership::service::tiers(&ask.ctx).await?;
    let bundles = bundles::service::list(&ask.ctx, bundles::service::FIRST, MOST_BUNDLES).await?;
    let locale = ask.locale;
    let title = t!(locale, "生成兑换码", "Make codes");
    Ok(Page::new(title).private().status(status).draw(ask, || {
        let above = vec![("/admin/codes".to_owned(), t!(locale, "兑换码", "Codes").to_owned())];
        let most = format::number(MAX_SIZE);
        let opens = form.opens();
        view! {
            {menu(ask)}
            <section class="admin-codes">
                <Breadcrumb locale above/>
                <h1>{title}</h1>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <Callout tone=Tone::Warn title=t!(locale, "兑换码只显示一次", "Codes are shown once")>
                    <p>{t!(
                        locale,
                        "生成之后请马上下载：我们只保存它们的哈希值和最后三位，之后谁也无法再看到。如果没有保存，只能作废这一批，重新生成。",
                        "Download them right after they are made: only their hashes and last three symbols are kept, and nobody can see them again. If they are lost, revoke them and make new ones."
                    )}</p>
                </Callout>
                <form class="form" method="post" action="/admin/codes/new">
                    <input type="hidden" name="key" value=form.key/>
                    <Field
                        label=t!(locale, "名称", "Name")
                        name="name"
                        value=form.name
                        required=true
                        maxlength=60
                        hint=Some(t!(locale, "只有管理员能看到，例如“双十一月卡”。", "For admins only, such as “November month cards”.").to_owned())
                        error=errors.of("name", locale)
                    />
                    <Field
                        label=t!(locale, "数量", "How many")
                        name="size"
                        value=form.size
                        required=true
                        inputmode="numeric"
                        hint=Some(tf!(locale, "最多 {most} 个。", "At most {most}."))
                        error=errors.of("size", locale)
                    />
                    <OpensFields form=opens tiers bundles errors=errors.clone() locale/>
                    <Field
                        label=t!(locale, "有效期至（选填）", "Until (optional)")
                        name="until"
                        kind="date"
                        value=form.until
                        hint=Some(t!(locale, "可以兑换的最后一天；留空即长期有效。", "The last day on which they can be redeemed; leave empty for no end.").to_owned())
                        error=errors.of("until", locale)
                    />
                    <Check label=t!(locale, "同一会员可以使用多个", "One member may redeem several of them") name="several" checked={form.several == "on"}/>
                    <Field
                        label=t!(locale, "备注（选填）", "Note (optional)")
                        name="note"
                        value=form.note
                        maxlength=300
                        hint=Some(t!(locale, "只有管理员能看到。", "For admins only.").to_owned())
                        error=errors.of("note", locale)
                    />
                    <Submit label=t!(locale, "生成", "Make them")/>
                </form>
                <p class="field-hint">{t!(locale, "兑换不受会员等级的人数上限限制。", "Redeeming a code is possible even when all seats of the tier are taken.")}</p>
            </section>
        }
    }))
}
