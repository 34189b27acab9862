//! The form of `/admin/look` as it arrives: fields and files in one body, because pictures come with it.

use crate::foundation::error::{AppError, Result};
use crate::foundation::look::{Section, Texts};
use crate::server::http::Form;
use crate::settings::{TypedLink, TypedLook};
use crate::words;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

/// More fields than the form has by far.
const MAX_PARTS: usize = 400;

/// What was sent, in the order of the form.
pub struct Sent {
    fields: Vec<(String, String)>,
    /// Files that are not empty, by the name of their field.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A body that broke off, or is too large.
pub fn refused(error: MultipartError) -> AppError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        _ => AppError::BadRequest(words!("请求不完整，请重试。", "The request did not arrive whole; please try again.")),
    }
}

impl Sent {
    /// Reads the body. Without pictures a plain form will do too.
    pub async fn receive(request: Request) -> Result<Sent> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await?;
            if fields.len() > MAX_PARTS {
                return Err(AppError::TooLarge);
            }
            return Ok(Sent { fields, files: Vec::new() });
        }
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| AppError::BadRequest(words!("请用表单提交。", "Please send this as a form.")))?;
        let mut sent = Sent { fields: Vec::new(), files: Vec::new() };
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            if sent.fields.len() + sent.files.len() >= MAX_PARTS {
                return Err(AppError::TooLarge);
            }
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let bytes = part.bytes().await.map_err(refused)?;
            if !is_file {
                let text = String::from_utf8(bytes.to_vec()).map_err(|_| {
                    AppError::BadRequest(words!("表单里有无法识别的字符（不是 UTF-8）。", "The form has characters that are not UTF-8."))
                })?;
                sent.fields.push((name, text.replace('\0', "\u{fffd}")));
            } else if !bytes.is_empty() && sent.files.iter().all(|(sent, _)| *sent != name) {
                sent.files.push((name, bytes.to_vec()));
            }
        }
        Ok(sent)
    }

    pub fn get(&self, name: &str) -> String {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    fn texts(&self, name: &str) -> Texts {
        Texts { zh: self.get(&format!("{name}_zh")), en: self.get(&format!("{name}_en")) }
    }

    /// The three columns of a list of links, row by row; rows that are empty are left out.
    fn links(&self, name: &str) -> Vec<TypedLink> {
        let [zh, en, to] = ["zh", "en", "to"].map(|column| self.all(&format!("{name}_{column}")));
        let cell = |column: &[String], row: usize| column.get(row).cloned().unwrap_or_default();
        let rows =
            (0..zh.len().max(en.len()).max(to.len())).map(|row| TypedLink { zh: cell(&zh, row), en: cell(&en, row), to: cell(&to, row) });
        rows.filter(|link| [&link.zh, &link.en, &link.to].into_iter().any(|text| !text.trim().is_empty())).collect()
    }

    /// The accent, typed or picked: what was changed since the form was drawn, and what was typed if both were.
    fn accent(&self) -> String {
        let (typed, picked) = (self.get("accent"), self.get("accent_picked"));
        let kept = typed == self.get("accent_was");
        if kept && !picked.is_empty() && picked != self.get("picked_was") { picked } else { typed }
    }

    /// By position, and those of one position as they stood; what cannot be read comes last.
    fn sections(&self) -> Vec<(Section, bool)> {
        let on = |section: Section| self.get(&format!("section_{}", section.as_str())) == "on";
        let place = |section: Section| self.get(&format!("position_{}", section.as_str())).trim().parse::<u8>().unwrap_or(u8::MAX);
        let mut sections = Section::ALL.map(|section| (place(section), (section, on(section)))).to_vec();
        sections.sort_by_key(|(place, _)| *place);
        sections.into_iter().map(|(_, section)| section).collect()
    }

    pub fn typed(&self) -> TypedLook {
        let picture = |name: &str| if self.get(&format!("{name}_remove")) == "on" { String::new() } else { self.get(name) };
        TypedLook {
            name: self.get("site_name"),
            locale: self.get("locale"),
            time_zone: self.get("time_zone"),
            promise: self.texts("promise"),
            accent: self.accent(),
            logo: picture("logo"),
            favicon: picture("favicon"),
            logo_is_name: self.get("logo_is_name") == "on",
            based_on: self.get("based_on").parse().ok(),
            announced: self.get("announced") == "on",
            announcement: self.texts("announcement"),
            announcement_to: self.get("announcement_to"),
            header: self.links("header"),
            footer: self.links("footer"),
            sections: self.sections(),
            questions: self.texts("questions"),
            css: self.get("css").replace("\r\n", "\n"),
        }
    }
}
