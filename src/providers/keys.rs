//! What an admin gives so that a provider can be reached: named texts, some of them secret. They are kept encrypted
//! outside this module; here is what each provider wants, and what is wrong with what was given.

use super::{Connection, Means, Provider, alipay, paypal, stripe, wechat};
use crate::foundation::error::FieldErrors;
use crate::foundation::locale::Words;
use crate::words;
use std::collections::BTreeMap;

/// The values by their names.
pub type Keys = BTreeMap<String, String>;

/// One thing to fill in.
pub struct KeyField {
    pub name: &'static str,
    pub label: Words,
    pub hint: Option<Words>,
    /// Never shown again once saved.
    pub secret: bool,
    /// PEM and the like.
    pub lines: bool,
    pub required: bool,
}

/// The address of the real service; another one (a sandbox, the simulator) can be given under this name.
pub const BASE_URL: &str = "base_url";

/// The address of WeChat's official accounts, which say who a buyer is; likewise.
pub const ACCOUNTS_URL: &str = "accounts_url";

/// Where secrets are sent.
pub const ADDRESSES: [&str; 2] = [BASE_URL, ACCOUNTS_URL];

/// Where to call, without a slash behind: what was given, or the real service. https, or http on this very machine, where a
/// simulator is: keys go nowhere in clear.
pub fn address(given: &str, real: &str) -> Result<String, Words> {
    let given = given.trim_end_matches('/');
    if given.is_empty() {
        return Ok(real.to_owned());
    }
    let fits = reqwest::Url::parse(given).is_ok_and(|url| {
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        plain && url.has_host() && (url.scheme() == "https" || url.scheme() == "http" && is_here(url.host_str()))
    });
    fits.then(|| given.to_owned())
        .ok_or_else(|| words!("请填写以 https:// 开头的地址。", "Please give an address that begins with https://."))
}

/// Whether a host is this very machine.
pub fn is_here(host: Option<&str>) -> bool {
    matches!(host, Some("127.0.0.1" | "localhost" | "[::1]"))
}

/// What a provider wants, in the order of the form; nothing for those that need no keys.
pub fn fields(provider: Provider) -> Vec<KeyField> {
    match provider {
        Provider::Stripe => stripe::fields(),
        Provider::Paypal => paypal::fields(),
        Provider::Wechat => wechat::fields(),
        Provider::Alipay => alipay::fields(),
        Provider::Offline => vec![instructions()],
        Provider::Test => Vec::new(),
    }
}

/// How to pay without a provider, shown to buyers on their order's page.
pub const INSTRUCTIONS: &str = "instructions";

fn instructions() -> KeyField {
    KeyField {
        name: INSTRUCTIONS,
        label: words!("付款说明", "How to pay"),
        hint: Some(words!(
            "例如户名、账号、开户行，或到哪里付现金。买家会在订单页看到这段文字和订单号。",
            "The account and the bank, say, or where to bring cash. Buyers see this on the page of their order, beside its number."
        )),
        secret: false,
        lines: true,
        required: false,
    }
}

/// Where real money moves.
const REAL_HOSTS: [&str; 6] =
    ["api.stripe.com", "api-m.paypal.com", "api.paypal.com", "api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "openapi.alipay.com"];

/// Whether real money moves under these keys, as far as they show it.
pub fn is_real(provider: Provider, keys: &Keys) -> bool {
    let given = |name: &str| keys.get(name).map(String::as_str).unwrap_or_default().trim();
    let real_host = match given(BASE_URL) {
        "" => true,
        base => reqwest::Url::parse(base).is_ok_and(|url| url.host_str().is_some_and(|host| REAL_HOSTS.contains(&host))),
    };
    match provider {
        Provider::Test => false,
        Provider::Stripe => real_host && !given("secret_key").contains("_test_"),
        _ => real_host,
    }
}

/// Reads the keys without reaching out. Errors stand under the names of the fields; `None` for a provider that is not
/// reached over the network.
pub fn connect(provider: Provider, keys: &Keys, means: &Means) -> Result<Option<Box<dyn Connection>>, FieldErrors> {
    match provider {
        Provider::Stripe => stripe::connect(keys, means).map(Some),
        Provider::Paypal => paypal::connect(keys, means).map(Some),
        Provider::Wechat => wechat::connect(keys, means).map(Some),
        Provider::Alipay => alipay::connect(keys, means).map(Some),
        Provider::Offline | Provider::Test => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called_without_tls() {
        let real = "https://api.mch.weixin.qq.com";
        assert_eq!(address("", real), Ok(real.to_owned()));
        assert_eq!(address("http://127.0.0.1:4010/", real), Ok("http://127.0.0.1:4010".to_owned()));
        assert_eq!(address("https://api2.mch.weixin.qq.com", real), Ok("https://api2.mch.weixin.qq.com".to_owned()));
        for wrong in ["http://example.com", "ftp://127.0.0.1", "https://", "https://a@b.c", "https://b.c/?x=1", "b.c", "https://b.c/#"] {
            assert!(address(wrong, real).is_err(), "{wrong}");
        }
    }
}
