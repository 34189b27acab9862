//! What an admin fills in for Alipay, and what is wrong with it.

use crate::foundation::error::FieldErrors;
use crate::providers::keys::{BASE_URL, KeyField, Keys, address};
use crate::providers::rsa::{SigningKey, VerifyingKey};
use crate::words;

pub const REAL_SERVICE: &str = "https://openapi.alipay.com/gateway.do";

pub struct Settings {
    pub app_id: String,
    /// Our account there; compared when it is given.
    pub seller_id: Option<String>,
    pub private_key: SigningKey,
    pub alipay_public_key: VerifyingKey,
    pub gateway: String,
}

pub fn fields() -> Vec<KeyField> {
    let field = |name, label, hint| KeyField { name, label, hint, secret: false, lines: false, required: true };
    vec![
        field(
            "app_id",
            words!("应用 APPID", "APPID"),
            Some(words!("开放平台控制台里的 16 位数字。", "16 digits, in the console of the open platform.")),
        ),
        KeyField {
            required: false,
            ..field(
                "seller_id",
                words!("商家账号 PID", "Merchant account (PID)"),
                Some(words!(
                    "以 2088 开头的 16 位数字；填写后会核对收款方。",
                    "16 digits beginning with 2088; when given, the payee is compared with it."
                )),
            )
        },
        KeyField {
            secret: true,
            lines: true,
            ..field(
                "private_key",
                words!("应用私钥", "Private key of the app"),
                Some(words!("密钥工具生成的应用私钥，RSA2（2048 位）。", "Made with Alipay's key tool, RSA2 (2048 bits).")),
            )
        },
        KeyField {
            lines: true,
            ..field(
                "alipay_public_key",
                words!("支付宝公钥", "Alipay's public key"),
                Some(words!(
                    "上传应用公钥后，控制台显示的支付宝公钥；不是应用公钥。",
                    "Shown by the console after you upload the app's public key; not that key itself."
                )),
            )
        },
        KeyField {
            required: false,
            ..field(
                BASE_URL,
                words!("网关地址", "Address of the gateway"),
                Some(words!("留空即正式环境；使用沙箱时填写沙箱网关。", "Leave empty for the real service; for the sandbox, its gateway.")),
            )
        },
    ]
}

pub fn read(keys: &Keys) -> Result<Settings, FieldErrors> {
    let mut errors = FieldErrors::new();
    let given = |name: &str| keys.get(name).map(|value| value.trim()).unwrap_or_default();
    let digits = |text: &str| (14..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let app_id = Some(given("app_id")).filter(|id| digits(id)).map(str::to_owned);
    let app_id = errors.keep("app_id", app_id.ok_or_else(|| words!("APPID 是 16 位数字。", "An APPID has 16 digits.")));
    let seller_id = Some(given("seller_id")).filter(|id| id.is_empty() || (digits(id) && id.starts_with("2088")));
    let seller_id = errors.keep(
        "seller_id",
        seller_id.ok_or_else(|| words!("PID 是以 2088 开头的 16 位数字。", "A PID has 16 digits and begins with 2088.")),
    );
    let private_key = errors.keep(
        "private_key",
        SigningKey::parse(given("private_key")).ok_or_else(|| {
            words!("无法读取这个私钥，需要 RSA 2048 位以上。", "This private key cannot be read; it has to be RSA with 2048 bits or more.")
        }),
    );
    let alipay_public_key = errors.keep(
        "alipay_public_key",
        VerifyingKey::public(given("alipay_public_key")).ok_or_else(|| words!("无法读取这个公钥。", "This public key cannot be read.")),
    );
    let gateway = errors.keep(BASE_URL, address(given(BASE_URL), REAL_SERVICE));
    match (app_id, seller_id, private_key, alipay_public_key, gateway) {
        (Some(app_id), Some(seller_id), Some(private_key), Some(alipay_public_key), Some(gateway)) => {
            let seller_id = (!seller_id.is_empty()).then(|| seller_id.to_owned());
            Ok(Settings { app_id, seller_id, private_key, alipay_public_key, gateway })
        }
        _ => Err(errors),
    }
}
