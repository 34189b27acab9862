//! The keys of a PayPal account.

use super::api::Api;
use super::certificates::Certificates;
use super::{Check, Paypal};
use crate::foundation::error::FieldErrors;
use crate::foundation::locale::Words;
use crate::providers::keys::{BASE_URL, KeyField, Keys, is_here};
use crate::providers::{Connection, Means};
use crate::words;
use axum::http::Uri;
use std::collections::HashMap;
use tokio::sync::Mutex;

const LIVE: &str = "https://api-m.paypal.com";
const SERVICES: [&str; 4] = [LIVE, "https://api-m.sandbox.paypal.com", "https://api.paypal.com", "https://api.sandbox.paypal.com"];

const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
const MERCHANT_ID: &str = "merchant_id";
const WEBHOOK_ID: &str = "webhook_id";
const WEBHOOK_CHECK: &str = "webhook_check";
const ROOT: &str = "certificate_root";

pub fn fields() -> Vec<KeyField> {
    let field = |name, label, hint: Option<Words>, secret, lines, required| KeyField { name, label, hint, secret, lines, required };
    let apps = words!(
        "在 developer.paypal.com 的“Apps & Credentials”里，应用的 Client ID。",
        "The Client ID of your app, under Apps & Credentials at developer.paypal.com."
    );
    let merchant = words!(
        "收款账户的 13 位商家编号，在 PayPal 账户设置的“商家信息”里。付到其他账户的款项会被拦下。",
        "The 13 characters of the account that is paid, in PayPal's account settings under Business information. Payments to another account are put aside."
    );
    let webhook =
        words!("在应用里添加 Webhook 之后，PayPal 给出的编号。", "The number PayPal gives once the webhook has been added to the app.");
    let check = words!(
        "留空：用 PayPal 的证书在本站验证通知。填 api：每条通知都请 PayPal 验证。",
        "Empty: notifications are checked here with PayPal's certificate. api: PayPal is asked about each of them."
    );
    let base = words!(
        "留空为正式环境。沙箱填 https://api-m.sandbox.paypal.com。",
        "Empty for the real service. For the sandbox: https://api-m.sandbox.paypal.com."
    );
    let root = words!("只用于本机的模拟器：它的根证书（PEM）。", "Only for a simulator on this machine: its root certificate, as PEM.");
    vec![
        field(CLIENT_ID, words!("Client ID", "Client ID"), Some(apps), false, false, true),
        field(CLIENT_SECRET, words!("Secret 密钥", "Secret"), None, true, false, true),
        field(MERCHANT_ID, words!("商家编号（Merchant ID）", "Merchant ID"), Some(merchant), false, false, true),
        field(WEBHOOK_ID, words!("Webhook 编号", "Webhook ID"), Some(webhook), false, false, true),
        field(WEBHOOK_CHECK, words!("验证通知的方式", "How notifications are checked"), Some(check), false, false, false),
        field(BASE_URL, words!("接口地址", "Address of the service"), Some(base), false, false, false),
        field(ROOT, words!("模拟器的根证书", "Root certificate of the simulator"), Some(root), false, true, false),
    ]
}

/// Reads the keys; nothing is asked of PayPal.
pub fn connect(keys: &Keys, means: &Means) -> Result<Box<dyn Connection>, FieldErrors> {
    let mut errors = FieldErrors::new();
    let given = |name: &str| keys.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let required = |errors: &mut FieldErrors, name: &str, fits: fn(&str) -> bool, wrong: fn() -> Words| {
        let value = given(name).ok_or_else(|| words!("请填写这一项。", "Please fill this in."));
        errors.keep(name, value.and_then(|value| if fits(value) { Ok(value.to_owned()) } else { Err(wrong()) }))
    };
    let copied = || words!("这不像是 PayPal 给出的，请重新复制。", "This does not look like what PayPal gives; please copy it again.");
    let printable = |text: &str| text.len() <= 200 && text.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    let client_id = required(&mut errors, CLIENT_ID, printable, copied);
    let client_secret = required(&mut errors, CLIENT_SECRET, printable, copied);
    let merchant_id = required(
        &mut errors,
        MERCHANT_ID,
        |text| text.len() == 13 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
        || words!("商家编号是 13 位大写字母和数字。", "A merchant ID has 13 capital letters and digits."),
    );
    let webhook_id =
        required(&mut errors, WEBHOOK_ID, |text| text.len() <= 50 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), copied);
    let check = match given(WEBHOOK_CHECK) {
        None | Some("certificate") => Ok(Check::Certificate),
        Some("api") => Ok(Check::Asking),
        Some(_) => Err(words!("请留空，或填 api。", "Leave this empty, or write api.")),
    };
    let check = errors.keep(WEBHOOK_CHECK, check);
    let base = given(BASE_URL).unwrap_or(LIVE).trim_end_matches('/');
    let simulated = loopback(base);
    let known = if simulated || SERVICES.contains(&base) {
        Ok(base.to_owned())
    } else {
        Err(words!("只能是 PayPal 的地址，或本机的模拟器。", "This has to be an address of PayPal, or a simulator on this machine."))
    };
    let known = errors.keep(BASE_URL, known);
    let certificates = match given(ROOT) {
        Some(_) if !simulated => {
            Err(words!("只有本机的模拟器才需要它，请留空。", "Only a simulator on this machine needs it; please leave it empty."))
        }
        root => {
            Certificates::of(base, root).ok_or_else(|| words!("这不是 PEM 格式的根证书。", "This is not a root certificate in PEM form."))
        }
    };
    let certificates = errors.keep(ROOT, certificates);
    match (client_id, client_secret, merchant_id, webhook_id, check, known, certificates) {
        (Some(client_id), Some(client_secret), Some(merchant_id), Some(webhook_id), Some(check), Some(base), Some(certificates)) => {
            let api = Api { means: means.clone(), base, client_id, client_secret, token: Mutex::new(None) };
            Ok(Box::new(Paypal { api, merchant_id, webhook_id, check, certificates, plans: Mutex::new(HashMap::new()) }))
        }
        _ => Err(errors),
    }
}

/// A plain address of this very machine, where only a simulator can be.
fn loopback(base: &str) -> bool {
    let Ok(uri) = base.parse::<Uri>() else { return false };
    is_here(uri.host())
        && matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.path() == "/"
        && uri.query().is_none()
        && !base.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for base in ["http://127.0.0.1:4000", "http://localhost:1", "http://[::1]:80"] {
            assert!(loopback(base), "{base}");
        }
        for base in ["http://127.0.0.1.example.com", "http://x@127.0.0.1", "https://paypal.com", "127.0.0.1", "http://localhost/a", ""] {
            assert!(!loopback(base), "{base}");
        }
    }
}
