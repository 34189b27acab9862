//! The official account, which says who a buyer within WeChat is, and WeChat's own payment sheet: what its browser does when a
//! page calls `getBrandWCPayRequest`.

use super::Wechat;
use super::books::APPID;
use crate::foundation::time::{MINUTE, SECOND};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The only buyer there is.
pub const OPENID: &str = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";

/// How long a code is good, in milliseconds.
const CODE_LASTS: i64 = 5 * MINUTE;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    appid: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    state: String,
}

/// Sends the browser back at once: this scope asks nobody.
pub async fn authorize(State(wechat): State<Arc<Wechat>>, Query(asked): Query<Asked>) -> Response {
    let web = asked.redirect_uri.starts_with("http://") || asked.redirect_uri.starts_with("https://");
    if asked.appid != APPID || asked.response_type != "code" || asked.scope != "snsapi_base" || !web {
        return (StatusCode::BAD_REQUEST, "redirect_uri参数错误").into_response();
    }
    let code = wechat.hex(16);
    let now = wechat.clock.now();
    wechat.books().codes.insert(code.clone(), now.plus(CODE_LASTS));
    let mark = if asked.redirect_uri.contains('?') { '&' } else { '?' };
    let state: String = form_urlencoded::byte_serialize(asked.state.as_bytes()).collect();
    Redirect::to(&format!("{}{mark}code={code}&state={state}", asked.redirect_uri)).into_response()
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Given {
    appid: String,
    secret: String,
    code: String,
    grant_type: String,
}

/// Who a code stands for, once; what is wrong is told with status 200, as the service does.
pub async fn access_token(State(wechat): State<Arc<Wechat>>, Query(given): Query<Given>) -> Json<Value> {
    let wrong = |number: i64, words: &str| Json(json!({ "errcode": number, "errmsg": words }));
    if given.appid != APPID {
        return wrong(40013, "invalid appid");
    }
    if given.secret != APP_SECRET {
        return wrong(40125, "invalid appsecret");
    }
    if given.grant_type != "authorization_code" {
        return wrong(40002, "invalid grant_type");
    }
    let good_until = wechat.books().codes.remove(&given.code);
    match good_until {
        Some(until) if until > wechat.clock.now() => Json(json!({
            "access_token": wechat.hex(32), "expires_in": 7200, "refresh_token": wechat.hex(32), "openid": OPENID, "scope": "snsapi_base",
        })),
        _ => wrong(40029, "invalid code"),
    }
}

/// The sheet opens if the page's parameters are signed by the merchant, and the buyer pays.
pub async fn sheet(State(wechat): State<Arc<Wechat>>, Json(given): Json<Value>) -> Json<Value> {
    let text = |name: &str| given[name].as_str().unwrap_or_default();
    let (appid, stamp, nonce, package) = (text("appId"), text("timeStamp"), text("nonceStr"), text("package"));
    let message = format!("{appid}\n{stamp}\n{nonce}\n{package}\n");
    let signed = text("signType") == "RSA" && wechat.keyring.merchant_signed(message.as_bytes(), text("paySign"));
    let fresh = stamp.parse::<i64>().is_ok_and(|made| (wechat.clock.now().0 / SECOND - made).abs() < 2 * 60 * 60);
    let prepay = package.strip_prefix("prepay_id=").unwrap_or_default();
    let number = {
        let books = wechat.books();
        let mut placed = books.orders.values().filter(|order| order.trade_type == "JSAPI" && order.openid == OPENID);
        placed.find(|order| order.prepay == prepay).map(|order| order.out_trade_no.clone())
    };
    let paid = signed && fresh && appid == APPID && number.is_some_and(|number| wechat.pay(&number).is_ok());
    Json(json!({ "err_msg": if paid { "get_brand_wcpay_request:ok" } else { "get_brand_wcpay_request:fail" } }))
}
