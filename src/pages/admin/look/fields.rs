//! The parts of the form of `/admin/look`.

use super::texts;
use crate::foundation::locale::Locale;
use crate::foundation::look::Section;
use crate::settings::{Accent, MAX_BYTES, MAX_CSS, MAX_SIDE, Rgb, Tones, TypedLook};
use crate::ui::{Check, Errors, Field, Select, TextArea};
use crate::{t, tf};
use leptos::prelude::*;

/// Clay: what the picker shows while no accent is chosen.
const CLAY: &str = "#983a20";

#[component]
pub fn NameFields(locale: Locale, typed: TypedLook, errors: Errors) -> impl IntoView {
    let error = |name| errors.of(name, locale);
    let languages = Locale::ALL.into_iter().map(|l| (l.tag().to_owned(), l.name().to_owned())).collect();
    let (zh, en) = texts(&typed.promise);
    let hint = t!(
        locale,
        "网站名称下面的一行字。只填一种语言也可以，所有读者都会看到这一句。",
        "One line under the site's name. If you write it in one language only, everyone sees that one."
    );
    let zone_hint = t!(
        locale,
        "例如 Asia/Shanghai。更改以后，日期改按新时区计算。",
        "For example Asia/Shanghai. If you change it, days are counted in the new zone from then on."
    );
    view! {
        <Field label=t!(locale, "网站名称", "Site name") name="site_name" value=typed.name required=true maxlength=60 error=error("site_name")/>
        <Field label=t!(locale, "一句介绍（中文）", "Promise (Chinese)") name="promise_zh" value=zh hint=Some(hint.to_owned()) error=error("promise_zh")/>
        <Field label=t!(locale, "一句介绍（英文）", "Promise (English)") name="promise_en" value=en error=error("promise_en")/>
        <Select label=t!(locale, "默认语言", "Default language") name="locale" value=typed.locale options=languages error=error("locale")/>
        <Field label=t!(locale, "时区", "Time zone") name="time_zone" value=typed.time_zone required=true hint=Some(zone_hint.to_owned()) error=error("time_zone")/>
    }
}

#[component]
pub fn PictureFields(locale: Locale, typed: TypedLook, errors: Errors) -> impl IntoView {
    let logo = t!(locale, "标志", "Logo");
    let icon = t!(locale, "图标", "Icon");
    let icon_hint = t!(
        locale,
        "显示在浏览器标签页和手机桌面上，最好是正方形。没有图标时用标志代替。",
        "Shown in browser tabs and on home screens; a square works best. Without one, the logo is used."
    );
    let (mib, side) = (MAX_BYTES / 1024 / 1024, MAX_SIDE);
    let logo_hint = tf!(
        locale,
        "PNG、JPEG、WebP、GIF 或 SVG，最大 {mib} MiB，长宽各不超过 {side} 像素。",
        "PNG, JPEG, WebP, GIF or SVG; at most {mib} MiB and {side} pixels on each side."
    );
    view! {
        <PictureField locale label=logo name="logo" hash=typed.logo hint=logo_hint error=errors.of("logo", locale)/>
        <Check label=t!(locale, "标志里已有网站名称，旁边不再重复", "The logo already shows the site's name; do not repeat it beside it") name="logo_is_name" checked=typed.logo_is_name/>
        <PictureField locale label=icon name="favicon" hash=typed.favicon hint=icon_hint.to_owned() error=errors.of("favicon", locale)/>
    }
}

#[component]
fn PictureField(
    locale: Locale,
    label: &'static str,
    name: &'static str,
    hash: String,
    hint: String,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let file = format!("{name}_file");
    let remove = format!("{name}_remove");
    let wrong = error.is_some();
    let described = if wrong { format!("{name}-hint {name}-error") } else { format!("{name}-hint") };
    let now = (!hash.is_empty()).then(|| {
        let alt = tf!(locale, "现在的{label}", "{label} at present");
        view! {
            <div class="picture-now">
                <img src=format!("/look/{hash}.png") alt=alt/>
                <div class="field-check">
                    <input type="checkbox" id=remove.clone() name=remove.clone() value="on"/>
                    <label for=remove>{t!(locale, "移除", "Remove")}</label>
                </div>
            </div>
        }
    });
    view! {
        <div class="field" class:field-wrong=wrong>
            <label class="field-label" for=file.clone()>{label}</label>
            <p class="field-hint" id=format!("{name}-hint")>{hint}</p>
            {now}
            <input type="hidden" name=name value=hash/>
            <input
                class="input"
                type="file"
                id=file.clone()
                name=file
                accept="image/png,image/jpeg,image/webp,image/gif,image/svg+xml"
                aria-describedby=described
                aria-invalid=wrong.then_some("true")
            />
            {error.map(|error| view! { <p class="field-error" id=format!("{name}-error")>{error}</p> })}
        </div>
    }
}

#[component]
pub fn AccentFields(locale: Locale, accent: String, #[prop(optional_no_strip)] error: Option<String>) -> impl IntoView {
    let chosen = Rgb::parse(&accent).ok();
    let picked = chosen.map_or_else(|| CLAY.to_owned(), Rgb::hex);
    let hint = t!(
        locale,
        "链接、按钮和标记的颜色。可以填颜色代码，也可以在下面选；留空就用陶土色。",
        "The colour of links, buttons and marks. Type a colour code or pick one below. Leave it empty for fired clay."
    );
    let used = chosen.map(|chosen| {
        let Accent { day, night, .. } = Accent::new(chosen);
        view! {
            <ul class="accent-used">
                <Used locale chosen tones=day theme=t!(locale, "浅色主题", "Light theme")/>
                <Used locale chosen tones=night theme=t!(locale, "深色主题", "Dark theme")/>
            </ul>
        }
    });
    view! {
        <Field label=t!(locale, "颜色代码", "Colour") name="accent" value=accent.clone() hint=Some(hint.to_owned()) error/>
        <input type="hidden" name="accent_was" value=accent/>
        <div class="field">
            <label class="field-label" for="accent_picked">{t!(locale, "选取颜色", "Pick a colour")}</label>
            <input class="accent-picker" type="color" id="accent_picked" name="accent_picked" value=picked.clone()/>
            <input type="hidden" name="picked_was" value=picked/>
        </div>
        {used}
    }
}

/// What becomes of the colour in one theme: a sample, and what was corrected.
#[component]
fn Used(locale: Locale, chosen: Rgb, tones: Tones, theme: &'static str) -> impl IntoView {
    let (from, to) = (chosen.hex(), tones.clay.hex());
    let (before, after) = (tones.chosen_contrast, tones.contrast);
    let said = if tones.corrected() {
        tf!(
            locale,
            "{theme}：{from} 的对比度只有 {before:.1}:1，看不清楚，已换成明度合适的 {to}（{after:.1}:1）。",
            "{theme}: {from} has a contrast of only {before:.1}:1, too low to read, so {to} is used instead ({after:.1}:1)."
        )
    } else {
        tf!(
            locale,
            "{theme}：{to} 的对比度为 {after:.1}:1，按原色使用。",
            "{theme}: {to} has a contrast of {after:.1}:1 and is used as it is."
        )
    };
    // Colours of SVG are attributes, not styles: the page's policy allows them.
    view! {
        <li>
            <svg class="accent-sample" viewBox="0 0 48 24" width="48" height="24" aria-hidden="true">
                <rect width="24" height="24" fill=from/>
                <rect x="24" width="24" height="24" fill=to/>
            </svg>
            <span>{said}</span>
        </li>
    }
}

#[component]
pub fn AnnouncementFields(locale: Locale, typed: TypedLook, errors: Errors) -> impl IntoView {
    let error = |name| errors.of(name, locale);
    let (zh, en) = texts(&typed.announcement);
    let hint = t!(
        locale,
        "显示在每个页面顶部；读者关闭后不再显示，直到公告内容有变化。",
        "Shown at the top of every page. A reader who closes it sees it again only when it changes."
    );
    let link_hint = t!(
        locale,
        "以 / 开头的本站路径，或以 https:// 开头的网址。",
        "A path on this site starting with /, or an address starting with https://."
    );
    view! {
        <Check label=t!(locale, "显示公告", "Show the announcement") name="announced" checked=typed.announced/>
        <Field label=t!(locale, "公告（中文）", "Announcement (Chinese)") name="announcement_zh" value=zh hint=Some(hint.to_owned()) error=error("announcement_zh")/>
        <Field label=t!(locale, "公告（英文）", "Announcement (English)") name="announcement_en" value=en error=error("announcement_en")/>
        <Field label=t!(locale, "链接（选填）", "Link (optional)") name="announcement_to" value=typed.announcement_to hint=Some(link_hint.to_owned()) error=error("announcement_to")/>
    }
}

fn section_name(section: Section, locale: Locale) -> &'static str {
    match section {
        Section::Promise => t!(locale, "网站名称与一句介绍", "Name and promise"),
        Section::Sample => t!(locale, "一篇公开文章", "An open article"),
        Section::Newest => t!(locale, "最新文章", "Latest articles"),
        Section::Tiers => t!(locale, "会员等级", "Tiers"),
        Section::Talk => t!(locale, "社区话题", "Community topics"),
        Section::Questions => t!(locale, "常见问题", "Questions and answers"),
    }
}

#[component]
pub fn HomeFields(locale: Locale, typed: TypedLook, errors: Errors) -> impl IntoView {
    let (zh, en) = texts(&typed.questions);
    let hint = t!(
        locale,
        "首页“常见问题”一栏的内容，可以用 Markdown：每个问题写成标题（# 加空格），回答写在下面。",
        "The questions on the home page, in Markdown. Write each question as a heading (# and a space) and its answer below it."
    );
    let rows = typed.sections.iter().zip(1..).map(|(&(section, on), place)| view! { <SectionRow locale section on place/> }).collect_view();
    view! {
        <p class="field-hint">{t!(locale, "访客在首页看到的内容和顺序。", "What visitors see on the home page, and in which order.")}</p>
        <ul class="section-rows">{rows}</ul>
        <TextArea label=t!(locale, "常见问题（中文）", "Questions (Chinese)") name="questions_zh" value=zh rows=8 hint=Some(hint.to_owned()) error=errors.of("questions_zh", locale)/>
        <TextArea label=t!(locale, "常见问题（英文）", "Questions (English)") name="questions_en" value=en rows=8 error=errors.of("questions_en", locale)/>
    }
}

#[component]
fn SectionRow(locale: Locale, section: Section, on: bool, place: usize) -> impl IntoView {
    let name = section_name(section, locale);
    let (shown, position) = (format!("section_{}", section.as_str()), format!("position_{}", section.as_str()));
    let options = (1..=Section::ALL.len())
        .map(|n| view! { <option value=n.to_string() selected=n == place inner_html=n.to_string()></option> })
        .collect_view();
    view! {
        <li class="section-row">
            <div class="field-check">
                <input type="checkbox" id=shown.clone() name=shown.clone() value="on" checked=on/>
                <label for=shown>{name}</label>
            </div>
            <select class="input" name=position aria-label=tf!(locale, "“{name}”的位置", "Position of “{name}”")>{options}</select>
        </li>
    }
}

#[component]
pub fn OwnCss(locale: Locale, css: String, #[prop(optional_no_strip)] error: Option<String>) -> impl IntoView {
    let kib = MAX_CSS / 1024;
    let hint = tf!(
        locale,
        "选填，最多 {kib} KiB。与网站自带的样式冲突时，以这里为准。不能用 @import，也不能引用其他网站的地址。",
        "Optional, at most {kib} KiB. Where it differs from the site's own style, yours applies. @import and addresses of other sites are not allowed."
    );
    view! { <TextArea label="CSS" name="css" value=css rows=12 hint=Some(hint) error/> }
}
