//! `/account/profile`: name, bio, and the language of the pages.

use super::frame::AccountFrame;
use crate::foundation::error::Result;
use crate::foundation::locale::Locale;
use crate::members::model::Profile;
use crate::members::service;
use crate::pages::Page;
use crate::server::http::{Ask, Form, see_other};
use crate::t;
use crate::ui::{Avatar, Banner, Errors, Field, Prose, Select, Submit, TextArea, Tone};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    name: String,
    bio: String,
}

pub async fn show(ask: Ask) -> Result<Response> {
    let me = service::profile(&ask.ctx, ask.viewer.require_member()?.id).await?;
    let form = ProfileForm { name: me.name.clone(), bio: me.bio_source.clone() };
    Ok(draw(&ask, me, form, Errors::none()))
}

pub async fn submit(ask: Ask, Form(form): Form<ProfileForm>) -> Result<Response> {
    match service::change_profile(&ask.ctx, &ask.viewer, &form.name, &form.bio).await {
        Ok(()) => Ok(see_other("/account/profile?done=saved")),
        Err(error) => {
            let errors = Errors::from_error(error)?;
            let me = service::profile(&ask.ctx, ask.viewer.require_member()?.id).await?;
            Ok(draw(&ask, me, form, errors))
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LanguageForm {
    locale: String,
}

/// Empty follows the browser.
pub async fn submit_language(ask: Ask, Form(form): Form<LanguageForm>) -> Result<Response> {
    service::change_locale(&ask.ctx, &ask.viewer, Locale::from_tag(&form.locale)).await?;
    Ok(see_other("/account/profile?done=saved"))
}

fn draw(ask: &Ask, me: Profile, form: ProfileForm, errors: Errors) -> Response {
    let locale = ask.locale;
    let title = t!(locale, "个人资料", "Profile");
    let chosen = ask.viewer.member().and_then(|member| member.locale).map(Locale::tag).unwrap_or_default();
    Page::new(title).private().status_of(&errors).draw(ask, || {
        let follow = (String::new(), t!(locale, "跟随浏览器", "Same as the browser").to_owned());
        let languages = std::iter::once(follow).chain(Locale::ALL.map(|l| (l.tag().to_owned(), l.name().to_owned()))).collect();
        let bio_hint = t!(locale, "可以用 Markdown。显示在你的主页上。", "Markdown works here. Shown on your page.").to_owned();
        let bio_shown = (!me.bio_html.is_empty()).then(|| {
            view! {
                <section class="bio-preview">
                    <h2>{t!(locale, "别人看到的简介", "Your bio as others see it")}</h2>
                    <Prose html=me.bio_html.clone() lang=me.bio_lang.clone()/>
                </section>
            }
        });
        let page = format!("/u/{}", me.handle);
        view! {
            <AccountFrame ask=ask.clone() current="/account/profile" title>
                {errors.summary(locale).map(|text| view! { <Banner tone=Tone::Bad text/> })}
                <p class="account-identity">
                    <Avatar name=me.name.clone()/>
                    <a href=page>{format!("@{}", me.handle)}</a>
                </p>
                <form class="form" method="post" action="/account/profile">
                    <Field label=t!(locale, "显示名称", "Name") name="name" value=form.name autocomplete="name" required=true maxlength=60 error=errors.of("name", locale)/>
                    <TextArea label=t!(locale, "简介", "Bio") name="bio" value=form.bio hint=Some(bio_hint) error=errors.of("bio", locale)/>
                    <Submit label=t!(locale, "保存", "Save")/>
                </form>
                {bio_shown}
                <section>
                    <h2>{t!(locale, "语言", "Language")}</h2>
                    <form class="form" method="post" action="/account/language">
                        <Select label=t!(locale, "页面语言", "Language of the pages") name="locale" value=chosen options=languages/>
                        <Submit label=t!(locale, "保存语言", "Save the language") quiet=true/>
                    </form>
                </section>
            </AccountFrame>
        }
    })
}
