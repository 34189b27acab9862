//! `/admin/spaces`: making spaces and changing them.

use super::menu;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::id::{SpaceId, TierId};
use crate::membership::model::Access;
use crate::pages::shell::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::spaces::model::{NewSpace, Space};
use crate::spaces::service;
use crate::ui::{Banner, Column, DataTable, EmptyState, Errors, Field, Select, Submit, Tone};
use crate::{t, words};
use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SpaceForm {
    name: String,
    slug: String,
    description: String,
    access: String,
    tier: String,
    position: String,
}

impl SpaceForm {
    fn of(space: Space) -> SpaceForm {
        SpaceForm {
            name: space.name,
            slug: space.slug,
            description: space.description,
            access: if space.access == Access::Paid { "tier".to_owned() } else { space.access.as_str().to_owned() },
            tier: space.tier.map(|tier| tier.to_string()).unwrap_or_default(),
            position: space.position.to_string(),
        }
    }

    fn read(&self, id: Option<SpaceId>) -> Result<NewSpace> {
        let mut errors = FieldErrors::new();
        let access = match self.access.as_str() {
            "public" | "" => Access::Public,
            "members" => Access::Members,
            "tier" => Access::Paid,
            _ => {
                errors.add("access", words!("请选择谁可以进入。", "Please choose who may enter."));
                Access::Paid
            }
        };
        errors.check()?;
        let position = if self.position.trim().is_empty() { 0 } else { self.position.trim().parse().unwrap_or(-1) };
        let tier = self.tier.parse().ok().map(TierId);
        let (name, slug, description) = (self.name.clone(), self.slug.clone(), self.description.clone());
        Ok(NewSpace { id, name, slug, description, access, tier, position })
    }
}

pub async fn show(ask: Ask) -> Result<Response> {
    draw(&ask, None, SpaceForm::default(), Errors::none()).await
}

pub async fn edit(ask: Ask, Path(id): Path<i64>) -> Result<Response> {
    ask.viewer.require_admin()?;
    let space = service::by_id(&ask.ctx, SpaceId(id)).await?;
    draw(&ask, Some(SpaceId(id)), SpaceForm::of(space), Errors::none()).await
}

pub async fn submit(ask: Ask, Form(form): Form<SpaceForm>) -> Result<Response> {
    save(ask, None, form).await
}

pub async fn submit_edit(ask: Ask, Path(id): Path<i64>, Form(form): Form<SpaceForm>) -> Result<Response> {
    save(ask, Some(SpaceId(id)), form).await
}

async fn save(ask: Ask, id: Option<SpaceId>, form: SpaceForm) -> Result<Response> {
    let saved = match form.read(id) {
        Ok(new) => service::save_space(&ask.ctx, &ask.viewer, new).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other("/admin/spaces?done=saved")),
        Err(error) => draw(&ask, id, form, Errors::from_error(error)?).await,
    }
}

async fn draw(ask: &Ask, id: Option<SpaceId>, form: SpaceForm, errors: Errors) -> Result<Response, AppError> {
    let locale = ask.locale;
    let tiers = service::tier_choices(&ask.ctx, &ask.viewer).await?;
    let spaces = service::listed(&ask.ctx, &ask.viewer).await?;
    let title = t!(locale, "空间", "Spaces");
    Ok(Page::new(title).private().status_of(&errors).draw(ask, || {
        let rows = spaces
            .into_iter()
            .map(|(space, _)| {
                let (href, edit) = (space.path(), format!("/admin/spaces/{}", space.id));
                let opened_by = space.opened_by().get(locale).to_owned();
                vec![
                    view! { <a href=href>{space.name}</a> }.into_any(),
                    opened_by.into_any(),
                    space.position.into_any(),
                    view! { <a href=edit>{t!(locale, "编辑", "Edit")}</a> }.into_any(),
                ]
            })
            .collect::<Vec<_>>();
        let table = if rows.is_empty() {
            view! { <EmptyState text=t!(locale, "还没有空间，在下面新建一个吧。", "There are no spaces yet; make one below.")/> }.into_any()
        } else {
            let columns = vec![
                Column::text(t!(locale, "名称", "Name")),
                Column::text(t!(locale, "谁可以进入", "Who may enter")),
                Column::number(t!(locale, "排序", "Position")),
                Column::text(t!(locale, "操作", "Actions")),
            ];
            view! { <DataTable label=title columns rows/> }.into_any()
        };
        let access = vec![
            ("public".to_owned(), t!(locale, "所有人", "Everyone").to_owned()),
            ("members".to_owned(), t!(locale, "已登录的会员", "Members who are signed in").to_owned()),
            ("tier".to_owned(), t!(locale, "指定等级的会员", "Members of a tier").to_owned()),
        ];
        let none = (String::new(), t!(locale, "（无）", "(none)").to_owned());
        let tiers = std::iter::once(none).chain(tiers.into_iter().map(|(id, name)| (id.to_string(), name))).collect::<Vec<_>>();
        let heading = if id.is_some() { t!(locale, "编辑空间", "Edit the space") } else { t!(locale, "新建空间", "New space") };
        let action = id.map_or("/admin/spaces".to_owned(), |id| format!("/admin/spaces/{id}"));
        let error = |name| errors.of(name, locale);
        view! {
            {menu(ask)}
            <h1>{title}</h1>
            {table}
            <section class="narrow" id="form">
                <h2>{heading}</h2>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <form class="form" method="post" action=action>
                    <Field label=t!(locale, "名称", "Name") name="name" value=form.name required=true maxlength=60 error=error("name")/>
                    <Field
                        label=t!(locale, "地址（选填）", "Address (optional)")
                        name="slug"
                        value=form.slug
                        hint=Some(t!(locale, "/c/ 后面的部分；留空则由名称生成。", "What comes after /c/; made from the name when left empty.").to_owned())
                        error=error("slug")
                    />
                    <Field label=t!(locale, "简介", "Description") name="description" value=form.description maxlength=300 error=error("description")/>
                    <Select label=t!(locale, "谁可以进入", "Who may enter") name="access" value=form.access options=access error=error("access")/>
                    <Select label=t!(locale, "会员等级", "Tier") name="tier" value=form.tier options=tiers error=error("tier")/>
                    <Field label=t!(locale, "排序（数字小的在前）", "Position (lower comes first)") name="position" value=form.position inputmode="numeric" error=error("position")/>
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
            </section>
        }
    }))
}
