//! A form as it was sent. Every field of `T` should have a default, so that a missing one is an empty one and the service
//! says what is wrong with it; what cannot be read at all is a clear 400, 413 or 415.

use crate::foundation::error::AppError;
use crate::words;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

/// The largest form: a long article in Chinese, percent-encoded, is nine bytes a character.
pub const MAX_FORM: usize = 4 * 1024 * 1024;

pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !content_type.starts_with("application/x-www-form-urlencoded") {
            return Err(AppError::BadRequest(words!("请用表单提交。", "Please send this as a form.")));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                AppError::TooLarge
            } else {
                AppError::BadRequest(words!("请求不完整，请重试。", "The request did not arrive whole; please try again."))
            }
        })?;
        parse(&body).map(Form)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, AppError> {
    let pairs = form_urlencoded::parse(body);
    // The parser replaces bytes that are not UTF-8. Somebody who sends such bytes should hear of it.
    if body.len() <= MAX_FORM && !is_utf8_when_decoded(body) {
        return Err(AppError::BadRequest(words!("表单里有无法识别的字符（不是 UTF-8）。", "The form has characters that are not UTF-8.")));
    }
    // NUL cannot be stored as text by PostgreSQL; it becomes the replacement character, as CommonMark has it.
    let clean: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.map(|(key, value)| (key.replace('\0', "\u{fffd}"), value.replace('\0', "\u{fffd}"))))
        .finish();
    serde_urlencoded::from_str(&clean).map_err(|error| {
        tracing::debug!(%error, "a form could not be read");
        AppError::BadRequest(words!("无法识别表单内容，请重试。", "The form cannot be read; please try again."))
    })
}

fn is_utf8_when_decoded(body: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while let [byte, tail @ ..] = rest {
        let hex = |b: u8| (b as char).to_digit(16);
        match (*byte, tail) {
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push((high * 16 + low) as u8);
                    rest = after;
                }
                _ => {
                    decoded.push(b'%');
                    rest = tail;
                }
            },
            (byte, _) => {
                decoded.push(byte);
                rest = tail;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq, Default)]
    #[serde(default)]
    struct Typed {
        title: String,
        body: String,
    }

    #[test]
    fn missing_fields_are_empty_and_unknown_ones_are_ignored() {
        let typed: Typed = parse(b"title=%E5%AD%A6+%E5%BB%8A&other=1").unwrap();
        assert_eq!(typed, Typed { title: "学 廊".into(), body: String::new() });
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused_and_nul_is_replaced() {
        assert_eq!(parse::<Typed>(b"title=%FF%FE").unwrap_err().status(), 400);
        assert_eq!(parse::<Typed>(b"title=\xff").unwrap_err().status(), 400);
        assert_eq!(parse::<Typed>(b"title=a%00b").unwrap().title, "a\u{fffd}b");
        assert_eq!(parse::<Typed>(b"title=1&title=2").unwrap_err().status(), 400);
    }

    proptest::proptest! {
        #[test]
        fn no_form_makes_the_parser_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse::<Typed>(&body);
        }
    }
}
