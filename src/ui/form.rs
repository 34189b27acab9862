//! Fields with their label, hint and error tied together for screen readers. What was typed comes back in `value`.

use crate::foundation::error::{AppError, FieldError};
use crate::foundation::locale::Locale;
use leptos::prelude::*;

/// What is wrong with a form, to be shown beside its fields; empty when it is shown for the first time.
#[derive(Debug, Clone, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    pub fn none() -> Errors {
        Errors::default()
    }

    /// The fields of an `Invalid`, or a conflict as an error of the whole form; any other error is not for this form and
    /// comes back.
    pub fn from_error(error: AppError) -> Result<Errors, AppError> {
        match error {
            AppError::Invalid(fields) => Ok(Errors(fields)),
            AppError::Conflict(words) => Ok(Errors(vec![FieldError { field: String::new(), words }])),
            other => Err(other),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence beside the field of this name.
    pub fn of(&self, field: &str, locale: Locale) -> Option<String> {
        self.0.iter().find(|e| e.field == field).map(|e| e.words.get(locale).to_owned())
    }

    /// What is said above the form: the error of the whole, or that something below is wrong.
    pub fn summary(&self, locale: Locale) -> Option<String> {
        let first = self.0.first()?;
        Some(match first.field.as_str() {
            "" => first.words.get(locale).to_owned(),
            _ => crate::t!(locale, "有内容需要修改，请看下方说明。", "Something below needs another look.").to_owned(),
        })
    }
}

/// `aria-describedby` for the hint and the error that exist.
fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    let ids: Vec<String> =
        [(hint, "hint"), (error, "error")].into_iter().filter(|(is, _)| *is).map(|(_, what)| format!("{name}-{what}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

#[component]
fn Around(
    #[prop(into)] label: String,
    name: &'static str,
    hint: Option<String>,
    error: Option<String>,
    children: Children,
) -> impl IntoView {
    let class = if error.is_some() { "field field-wrong" } else { "field" };
    view! {
        <div class=class>
            <label class="field-label" for=name>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })}
            {children()}
            {error.map(|error| view! { <p class="field-error" id=format!("{name}-error")>{error}</p> })}
        </div>
    }
}

/// A line of input.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into, optional)] value: String,
    /// `text`, `email`, `password`, `date`, …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <Around label name hint error>
            <input
                class="input"
                id=name
                name=name
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                inputmode=inputmode
                maxlength=maxlength
                aria-describedby=described
                aria-invalid=invalid
            />
        </Around>
    }
}

/// Several lines of input.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into, optional)] value: String,
    #[prop(default = 6)] rows: u32,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    /// To be copied, not changed.
    #[prop(optional)]
    readonly: bool,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    // HTML drops a line break right after the tag; one more keeps a text that begins with one.
    // Written as HTML of our own escaping: Leptos would put its comment markers into the text.
    let value = format!("\n{}", html_escape::encode_text(&value));
    view! {
        <Around label name hint error>
            <textarea class="input" id=name name=name rows=rows required=required readonly=readonly aria-describedby=described aria-invalid=invalid inner_html=value></textarea>
        </Around>
    }
}

/// A choice of one: `options` are value and label.
#[component]
pub fn Select(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into, optional)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let described = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let options = options
        .into_iter()
        .map(|(key, label)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <Around label name hint error>
            <select class="input" id=name name=name aria-describedby=described aria-invalid=invalid>{options}</select>
        </Around>
    }
}

/// A box to tick; sends `on`.
#[component]
pub fn Check(
    label: &'static str,
    name: &'static str,
    #[prop(optional)] checked: bool,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let described = described_by(name, false, error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field-check">
            <input type="checkbox" id=name name=name value="on" checked=checked aria-describedby=described aria-invalid=invalid/>
            <label for=name>{label}</label>
        </div>
        {error.map(|error| view! { <p class="field-error" id=format!("{name}-error")>{error}</p> })}
    }
}

/// Something that is on or off; sends `on`.
#[component]
pub fn Switch(label: &'static str, name: &'static str, #[prop(optional)] checked: bool) -> impl IntoView {
    view! {
        <div class="field-check">
            <input class="switch" type="checkbox" role="switch" id=name name=name value="on" checked=checked/>
            <label for=name>{label}</label>
        </div>
    }
}

/// The button that sends a form; `quiet` where it is not the one thing to do.
#[component]
pub fn Submit(
    #[prop(into)] label: String,
    #[prop(optional)] quiet: bool,
    #[prop(optional)] name: Option<&'static str>,
    #[prop(optional)] value: Option<&'static str>,
) -> impl IntoView {
    view! { <button class="button" class:button-quiet=quiet type="submit" name=name value=value>{label}</button> }
}
