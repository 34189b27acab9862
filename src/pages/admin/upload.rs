//! A file that is sent by a form: its field, and the body that brings it.

use super::look::form::refused;
use crate::analytics::tables::Cell;
use crate::foundation::error::{AppError, Result};
use crate::words;
use axum::extract::{FromRequest, Multipart, Request};
use leptos::prelude::*;

/// What a form puts around its file.
pub const AROUND: usize = 64 * 1024;

/// The first file that is not empty, and its name.
pub async fn receive(request: Request) -> Result<Option<(String, Vec<u8>)>> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| AppError::BadRequest(words!("请用表单提交。", "Please send this as a form.")))?;
    while let Some(part) = parts.next_field().await.map_err(refused)? {
        let name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(refused)?;
        if let Some(name) = name.filter(|_| !bytes.is_empty()) {
            return Ok(Some((name, bytes.to_vec())));
        }
    }
    Ok(None)
}

/// A broken line in the file of those that can be mended: its number, what is wrong with it, and its cells as they were.
pub fn broken_line(line: i64, reason: &str, cells: Vec<String>) -> Vec<Cell> {
    let first = [Cell::Number(line.to_string()), Cell::Text(reason.to_owned())];
    first.into_iter().chain(cells.into_iter().map(Cell::Text)).collect()
}

/// A field `file` for a CSV file.
pub fn file_field(label: &'static str, hint: String, error: Option<String>) -> AnyView {
    let invalid = error.is_some().then_some("true");
    let described = if error.is_some() { "file-hint file-error" } else { "file-hint" };
    view! {
        <div class="field">
            <label class="field-label" for="file">{label}</label>
            <p class="field-hint" id="file-hint">{hint}</p>
            <input class="input" type="file" id="file" name="file" accept=".csv,text/csv" required=true aria-describedby=described aria-invalid=invalid/>
            {error.map(|error| view! { <p class="field-error" id="file-error">{error}</p> })}
        </div>
    }
    .into_any()
}
