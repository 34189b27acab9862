//! Who a buyer within WeChat is. WeChat's own payment sheet opens for one `openid` only, which the official account tells: the
//! browser goes to WeChat and comes back with a code (网页授权, scope `snsapi_base`, which asks the buyer nothing and tells
//! nothing else), and the code is given back for the id. It is used for one order and not kept.

use super::gateway::Gateway;
use super::settings::Account;
use super::wire::Identity;
use crate::providers::Failure;
use form_urlencoded::byte_serialize;

fn escape(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// Where the browser is asked. The address it comes back to names the order, which nobody but its buyer knows: that is what
/// `state` is for elsewhere.
pub fn asked_at(gateway: &Gateway, return_url: &str) -> Option<String> {
    let Account { page_url, .. } = gateway.settings.account.as_ref()?;
    let (appid, back) = (&gateway.settings.appid, escape(return_url));
    Some(format!(
        "{page_url}/connect/oauth2/authorize?appid={appid}&redirect_uri={back}&response_type=code&scope=snsapi_base&state=stoa#wechat_redirect"
    ))
}

pub async fn who(gateway: &Gateway, code: &str) -> Result<String, Failure> {
    let unknown = || super::orders::refused("NO_SECRET", "the official account's secret is not set");
    let Account { secret, api_url, .. } = gateway.settings.account.as_ref().ok_or_else(unknown)?;
    let (appid, code) = (&gateway.settings.appid, escape(code));
    let url = format!("{api_url}/sns/oauth2/access_token?appid={appid}&secret={secret}&code={code}&grant_type=authorization_code");
    let Identity { openid, errcode, errmsg } = gateway.ask(&url).await?.json()?;
    match openid {
        Some(openid) if (1..=128).contains(&openid.len()) => Ok(openid),
        _ => Err(super::orders::refused(&errcode.unwrap_or_default().to_string(), &errmsg.unwrap_or_default())),
    }
}
