//! The one error that reaches people. Each kind has its HTTP status; the words are in both languages; causes go to the
//! log, never to the client.

use super::locale::{Locale, Words};
use crate::words;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The `name` of the field in the form.
    pub field: String,
    pub words: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// 400: the request itself cannot be understood.
    BadRequest(Words),
    /// 401: nobody is signed in, and somebody has to be.
    SignInRequired,
    /// 403: signed in, but not allowed; the words say why and what to do.
    Forbidden(Words),
    /// 404.
    NotFound,
    /// 409: somebody else was faster, or it is done already.
    Conflict(Words),
    /// 413.
    TooLarge,
    /// 422: understood, but wrong; one entry a field, in the order of the form.
    Invalid(Vec<FieldError>),
    /// 429: too often; try again after so many seconds.
    TooManyRequests { retry_after_seconds: i64 },
    /// 503: something we depend on does not answer.
    Unavailable,
    /// 500: our fault. The cause is in the log beside the request id.
    Internal,
}

impl AppError {
    pub const fn status(&self) -> u16 {
        match self {
            AppError::BadRequest(_) => 400,
            AppError::SignInRequired => 401,
            AppError::Forbidden(_) => 403,
            AppError::NotFound => 404,
            AppError::Conflict(_) => 409,
            AppError::TooLarge => 413,
            AppError::Invalid(_) => 422,
            AppError::TooManyRequests { .. } => 429,
            AppError::Unavailable => 503,
            AppError::Internal => 500,
        }
    }

    /// One wrong field.
    pub fn field(field: &str, words: Words) -> AppError {
        AppError::Invalid(vec![FieldError { field: field.to_owned(), words }])
    }

    /// What happened, in one sentence.
    pub fn message(&self, locale: Locale) -> String {
        match self {
            AppError::BadRequest(words) | AppError::Forbidden(words) | AppError::Conflict(words) => words.get(locale).to_owned(),
            AppError::SignInRequired => crate::t!(locale, "请先登录。", "Please sign in first.").to_owned(),
            AppError::NotFound => crate::t!(
                locale,
                "这里没有内容：可能已被删除，也可能是地址有误。",
                "There is nothing here. It may have been deleted, or the address may be wrong."
            )
            .to_owned(),
            AppError::TooLarge => crate::t!(locale, "内容太大了，请精简后再试。", "That is too large; please send less.").to_owned(),
            AppError::Invalid(fields) => match fields.first() {
                Some(first) => first.words.get(locale).to_owned(),
                None => crate::t!(
                    locale,
                    "填写有误，请检查后重新提交。",
                    "Something is not filled in correctly; please check and send it again."
                )
                .to_owned(),
            },
            AppError::TooManyRequests { retry_after_seconds } => {
                crate::tf!(
                    locale,
                    "操作太频繁，请在 {retry_after_seconds} 秒后再试。",
                    "Too many attempts; try again in {retry_after_seconds} seconds."
                )
            }
            AppError::Unavailable => {
                crate::t!(locale, "网站暂时无法响应，请稍后再试。", "The site cannot answer just now; please try again soon.").to_owned()
            }
            AppError::Internal => {
                crate::t!(locale, "问题出在我们这边，请稍后再试。", "The fault is on our side. Please try again later.").to_owned()
            }
        }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Locale::En))
    }
}

impl std::error::Error for AppError {}

/// How an error of ours reaches an island whole, and what becomes of the errors on the way there and back.
impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> AppError {
        match error {
            ServerFnErrorErr::Request(_) => AppError::Unavailable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                AppError::BadRequest(words!("无法识别这个请求。", "This request cannot be read."))
            }
            _ => AppError::Internal,
        }
    }
}

/// Collects what is wrong with a form, so that a person sees everything at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, field: &str, words: Words) {
        self.0.push(FieldError { field: field.to_owned(), words });
    }

    /// Keeps the value, or notes the error and gives `None`.
    pub fn keep<T>(&mut self, field: &str, parsed: Result<T, Words>) -> Option<T> {
        parsed.map_err(|words| self.add(field, words)).ok()
    }

    /// `Ok` when nothing was noted.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::Invalid(self.0)) }
    }

    /// What was noted; `None` when nothing was.
    pub fn noted(self) -> Option<FieldErrors> {
        if self.0.is_empty() { None } else { Some(self) }
    }

    /// The error, when a value needed further on could not be parsed.
    pub fn into_error(self) -> AppError {
        AppError::Invalid(self.0)
    }
}
