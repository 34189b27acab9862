//! The keys of a Stripe account, and what is wrong with them as far as one can see without asking Stripe.

use super::Stripe;
use super::call::Api;
use crate::foundation::error::FieldErrors;
use crate::foundation::locale::Words;
use crate::providers::keys::{BASE_URL, KeyField, Keys, address};
use crate::providers::{Connection, Means};
use crate::words;

const SECRET_KEY: &str = "secret_key";
const WEBHOOK_SECRET: &str = "webhook_secret";
const REAL_SERVICE: &str = "https://api.stripe.com";

pub fn fields() -> Vec<KeyField> {
    vec![
        KeyField {
            name: SECRET_KEY,
            label: words!("密钥", "Secret key"),
            hint: Some(words!(
                "以 sk_live_ 开头；也可以用受限密钥（rk_live_）。sk_test_ 和 rk_test_ 属于测试模式，不会真的扣款。",
                "Starts with sk_live_; a restricted key (rk_live_) will do as well. With sk_test_ and rk_test_ no money moves."
            )),
            secret: true,
            lines: false,
            required: true,
        },
        KeyField {
            name: WEBHOOK_SECRET,
            label: words!("Webhook 签名密钥", "Signing secret of the webhook"),
            hint: Some(words!(
                "在 Stripe 后台添加 Webhook 端点后显示，以 whsec_ 开头。",
                "Shown at Stripe once the webhook endpoint has been added; starts with whsec_."
            )),
            secret: true,
            lines: false,
            required: true,
        },
        KeyField {
            name: BASE_URL,
            label: words!("接口地址", "Address of the service"),
            hint: Some(words!(
                "留空即为 Stripe 官方地址；仅在使用模拟器时填写。",
                "Leave empty for Stripe itself; only the simulator needs one."
            )),
            secret: false,
            lines: false,
            required: false,
        },
    ]
}

pub fn connect(keys: &Keys, means: &Means) -> Result<Box<dyn Connection>, FieldErrors> {
    let given = |name: &str| keys.get(name).map(|value| value.trim()).unwrap_or_default();
    let mut errors = FieldErrors::new();
    let live = errors.keep(SECRET_KEY, mode(given(SECRET_KEY)));
    let webhook_secret = errors.keep(WEBHOOK_SECRET, signing_secret(given(WEBHOOK_SECRET)));
    let base = errors.keep(BASE_URL, address(given(BASE_URL), REAL_SERVICE));
    let (Some(live), Some(webhook_secret), Some(base)) = (live, webhook_secret, base) else {
        return Err(errors);
    };
    let api = Api::new(means, base, given(SECRET_KEY).to_owned());
    Ok(Box::new(Stripe { api, webhook_secret, live, clock: means.clock.clone() }))
}

/// Whether a key is for real money.
fn mode(key: &str) -> Result<bool, Words> {
    if key.starts_with("pk_") {
        return Err(words!(
            "这是可公开的密钥（pk_）。请填写以 sk_ 或 rk_ 开头的密钥。",
            "That is the publishable key (pk_). Please give the one that starts with sk_ or rk_."
        ));
    }
    let rest = key.strip_prefix("sk_").or_else(|| key.strip_prefix("rk_")).unwrap_or_default();
    let live = rest.strip_prefix("live_").map(|rest| (true, rest));
    match live.or_else(|| rest.strip_prefix("test_").map(|rest| (false, rest))) {
        Some((live, rest)) if !rest.is_empty() && key.len() <= 255 && is_word(rest) => Ok(live),
        _ => Err(words!(
            "请填写以 sk_live_、rk_live_、sk_test_ 或 rk_test_ 开头的密钥。",
            "Please give the key that starts with sk_live_, rk_live_, sk_test_ or rk_test_."
        )),
    }
}

fn signing_secret(secret: &str) -> Result<String, Words> {
    match secret.strip_prefix("whsec_") {
        Some(rest) if !rest.is_empty() && secret.len() <= 255 && rest.bytes().all(|b| b.is_ascii_graphic()) => Ok(secret.to_owned()),
        _ => Err(words!("请填写以 whsec_ 开头的签名密钥。", "Please give the signing secret that starts with whsec_.")),
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::error::AppError;
    use crate::providers::http::Client;
    use crate::server::clock::SystemClock;
    use crate::server::random::SecureRandom;
    use std::sync::Arc;

    fn wrong(given: &[(&str, &str)]) -> Vec<String> {
        let means = Means { http: Client::new().unwrap(), clock: Arc::new(SystemClock), random: Arc::new(SecureRandom) };
        let keys = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match connect(&keys, &means).map_err(FieldErrors::into_error) {
            Ok(_) => Vec::new(),
            Err(AppError::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_wrong_with_the_keys_stands_under_their_fields() {
        assert_eq!(wrong(&[]), [SECRET_KEY, WEBHOOK_SECRET]);
        assert_eq!(wrong(&[(SECRET_KEY, "pk_live_1"), (WEBHOOK_SECRET, "1")]), [SECRET_KEY, WEBHOOK_SECRET]);
        assert_eq!(wrong(&[(SECRET_KEY, "sk_test_é"), (WEBHOOK_SECRET, "whsec_\n1")]), [SECRET_KEY, WEBHOOK_SECRET]);
        let reached_at = |base: &str| wrong(&[(SECRET_KEY, " sk_test_1 "), (WEBHOOK_SECRET, "whsec_1"), (BASE_URL, base)]);
        assert_eq!(reached_at("http://127.0.0.1:4000"), Vec::<String>::new());
        assert_eq!(reached_at("ftp://x"), [BASE_URL]);
        assert_eq!(reached_at("http://api.stripe.com"), [BASE_URL], "the key would be sent in clear");
        for key in ["sk_live_1", "rk_live_1", "sk_test_1", "rk_test_a_b"] {
            assert_eq!(wrong(&[(SECRET_KEY, key), (WEBHOOK_SECRET, "whsec_1")]), Vec::<String>::new());
        }
    }
}
