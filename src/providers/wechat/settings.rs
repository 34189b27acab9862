//! What an admin fills in for WeChat Pay, and what is wrong with it.

use crate::foundation::error::FieldErrors;
use crate::providers::keys::{ACCOUNTS_URL, BASE_URL, KeyField, Keys, address};
use crate::providers::rsa::{SigningKey, VerifyingKey};
use crate::words;

pub const REAL_SERVICE: &str = "https://api.mch.weixin.qq.com";
const ACCOUNTS_PAGE: &str = "https://open.weixin.qq.com";
const ACCOUNTS_API: &str = "https://api.weixin.qq.com";
const APP_SECRET: &str = "app_secret";

pub struct Settings {
    pub mchid: String,
    pub appid: String,
    /// Of our certificate, which WeChat knows us by.
    pub serial_no: String,
    pub private_key: SigningKey,
    /// Deciphers notifications and certificates.
    pub apiv3_key: [u8; 32],
    /// WeChat's public key with its id; without it, their certificates are fetched.
    pub public_key: Option<(String, VerifyingKey)>,
    pub base_url: String,
    /// Of the official account, if it may be asked who a buyer within WeChat is.
    pub account: Option<Account>,
}

pub struct Account {
    pub secret: String,
    /// Where a browser is sent, and where we ask.
    pub page_url: String,
    pub api_url: String,
}

pub fn fields() -> Vec<KeyField> {
    let field = |name, label, hint| KeyField { name, label, hint, secret: false, lines: false, required: true };
    vec![
        field(
            "mchid",
            words!("商户号", "Merchant ID"),
            Some(words!("8 到 10 位数字，在商户平台首页。", "8 to 10 digits, on the merchant platform's first page.")),
        ),
        field(
            "appid",
            words!("AppID", "AppID"),
            Some(words!(
                "与商户号绑定的公众号或小程序的 AppID，以 wx 开头。",
                "Of the official account or mini program bound to the merchant ID; begins with wx."
            )),
        ),
        field(
            "serial_no",
            words!("商户 API 证书序列号", "Serial number of the merchant API certificate"),
            Some(words!("账户中心 → API 安全 → 管理证书。", "Account centre → API security → manage certificates.")),
        ),
        KeyField {
            secret: true,
            lines: true,
            ..field(
                "private_key",
                words!("商户 API 私钥", "Private key of the merchant API certificate"),
                Some(words!("apiclient_key.pem 的全部内容。", "All of apiclient_key.pem.")),
            )
        },
        KeyField {
            secret: true, ..field("apiv3_key", words!("APIv3 密钥", "APIv3 key"), Some(words!("32 个字符。", "32 characters.")))
        },
        KeyField {
            required: false,
            ..field(
                "public_key_id",
                words!("微信支付公钥 ID", "WeChat Pay public key ID"),
                Some(words!(
                    "以 PUB_KEY_ID_ 开头。仍在使用平台证书的商户请留空。",
                    "Begins with PUB_KEY_ID_. Leave empty if your account still uses platform certificates."
                )),
            )
        },
        KeyField {
            required: false,
            lines: true,
            ..field(
                "public_key",
                words!("微信支付公钥", "WeChat Pay public key"),
                Some(words!("pub_key.pem 的全部内容。", "All of pub_key.pem.")),
            )
        },
        KeyField {
            required: false,
            secret: true,
            ..field(
                APP_SECRET,
                words!("公众号 AppSecret", "AppSecret of the official account"),
                Some(words!(
                    "填写后，买家在微信里打开网站可以直接付款；留空则显示二维码。需要在公众号后台把本站设为网页授权域名。",
                    "With it, buyers within WeChat pay without leaving it; without it they get a code to scan. The account needs this \
                     site as its domain for web authorisation."
                )),
            )
        },
        KeyField {
            required: false,
            ..field(
                BASE_URL,
                words!("接口地址", "Address of the API"),
                Some(words!("留空即正式环境。", "Leave empty for the real service.")),
            )
        },
        KeyField {
            required: false,
            ..field(
                ACCOUNTS_URL,
                words!("公众平台地址", "Address of the official accounts"),
                Some(words!("留空即正式环境。", "Leave empty for the real service.")),
            )
        },
    ]
}

pub fn read(keys: &Keys) -> Result<Settings, FieldErrors> {
    let mut errors = FieldErrors::new();
    let given = |name: &str| keys.get(name).map(|value| value.trim()).unwrap_or_default();
    let text = |name: &str, from: usize, to: usize, allowed: fn(u8) -> bool| {
        let value = given(name);
        ((from..=to).contains(&value.len()) && value.bytes().all(allowed)).then(|| value.to_owned())
    };
    let mchid = text("mchid", 8, 10, |b| b.is_ascii_digit());
    let mchid = errors.keep("mchid", mchid.ok_or_else(|| words!("商户号是 8 到 10 位数字。", "A merchant ID has 8 to 10 digits.")));
    let appid = text("appid", 8, 32, |b| b.is_ascii_alphanumeric()).filter(|appid| appid.starts_with("wx"));
    let appid = errors.keep(
        "appid",
        appid.ok_or_else(|| words!("AppID 以 wx 开头，只含字母和数字。", "An AppID begins with wx and has letters and digits only.")),
    );
    let serial_no = text("serial_no", 8, 64, |b| b.is_ascii_hexdigit());
    let serial_no = errors
        .keep("serial_no", serial_no.ok_or_else(|| words!("序列号只含 0–9 和 A–F。", "A serial number has the digits 0–9 and A–F only.")));
    let private_key = errors.keep(
        "private_key",
        SigningKey::parse(given("private_key")).ok_or_else(|| {
            words!(
                "无法读取这个私钥，请粘贴 apiclient_key.pem 的全部内容。",
                "This private key cannot be read; paste all of apiclient_key.pem."
            )
        }),
    );
    let apiv3_key = <[u8; 32]>::try_from(given("apiv3_key").as_bytes());
    let apiv3_key = errors.keep("apiv3_key", apiv3_key.map_err(|_| words!("APIv3 密钥有 32 个字符。", "An APIv3 key has 32 characters.")));
    let public_key = read_public_key(given("public_key_id"), given("public_key"), &mut errors);
    let base_url = errors.keep(BASE_URL, address(given(BASE_URL), REAL_SERVICE));
    let account = read_account(given(APP_SECRET), given(ACCOUNTS_URL), &mut errors);
    match (mchid, appid, serial_no, private_key, apiv3_key, public_key, base_url, account) {
        (
            Some(mchid),
            Some(appid),
            Some(serial_no),
            Some(private_key),
            Some(apiv3_key),
            Some(public_key),
            Some(base_url),
            Some(account),
        ) => {
            let serial_no = serial_no.to_ascii_uppercase();
            Ok(Settings { mchid, appid, serial_no, private_key, apiv3_key, public_key, base_url, account })
        }
        _ => Err(errors),
    }
}

/// None where there is no secret; the outer `None` when an error was noted.
fn read_account(secret: &str, url: &str, errors: &mut FieldErrors) -> Option<Option<Account>> {
    let fits = secret.is_empty() || (16..=64).contains(&secret.len()) && secret.bytes().all(|b| b.is_ascii_alphanumeric());
    let secret = errors.keep(
        APP_SECRET,
        fits.then_some(secret)
            .ok_or_else(|| words!("AppSecret 只含字母和数字，通常 32 位。", "An AppSecret has letters and digits only, usually 32.")),
    );
    let page_url = errors.keep(ACCOUNTS_URL, address(url, ACCOUNTS_PAGE));
    let api_url = address(url, ACCOUNTS_API).ok();
    let (secret, page_url, api_url) = (secret?, page_url?, api_url?);
    Some((!secret.is_empty()).then(|| Account { secret: secret.to_owned(), page_url, api_url }))
}

/// Both or neither; the outer `None` when an error was noted.
fn read_public_key(id: &str, pem: &str, errors: &mut FieldErrors) -> Option<Option<(String, VerifyingKey)>> {
    if id.is_empty() && pem.is_empty() {
        return Some(None);
    }
    let known = id.strip_prefix("PUB_KEY_ID_").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()));
    let id = errors.keep(
        "public_key_id",
        known.then(|| id.to_owned()).ok_or_else(|| words!("公钥 ID 以 PUB_KEY_ID_ 开头。", "A public key ID begins with PUB_KEY_ID_.")),
    );
    let key = errors.keep(
        "public_key",
        VerifyingKey::public(pem).ok_or_else(|| {
            words!("无法读取这个公钥，请粘贴 pub_key.pem 的全部内容。", "This public key cannot be read; paste all of pub_key.pem.")
        }),
    );
    Some(Some((id?, key?)))
}
