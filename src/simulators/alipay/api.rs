//! The gateway: the app and its signature are checked first, then the method is done. Refusals have HTTP 200 and are signed,
//! as there.

use super::books::{APP_ID, Line, SELLER_ID, beijing, instant, yuan};
use super::{Alipay, crypto, pages};
use crate::foundation::time::{DAY, Timestamp};
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `code`, `sub_code`, and words.
pub struct Refusal(pub &'static str, pub &'static str, pub &'static str);

pub type Answer = Result<Value, Refusal>;

pub async fn handle(
    State(alipay): State<Arc<Alipay>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let posted = if method == Method::POST { body.as_ref() } else { b"" };
    let parts = [uri.query().unwrap_or_default().as_bytes(), posted];
    let fields: BTreeMap<String, String> = parts.into_iter().flat_map(|part| form_urlencoded::parse(part).into_owned()).collect();
    let asked = fields.get("method").map(String::as_str).unwrap_or_default();
    let content = alipay.check(&fields);
    if ["alipay.trade.page.pay", "alipay.trade.wap.pay"].contains(&asked) {
        return match content.and_then(|content| alipay.begin(asked, &fields, &content)) {
            Ok(number) => Redirect::to(&format!("{}/cashier/{number}", alipay.base_url)).into_response(),
            Err(Refusal(_, code, words)) => pages::refused(&headers, code, words),
        };
    }
    let answer = content.and_then(|content| match asked {
        "alipay.trade.query" => alipay.query(&content),
        "alipay.trade.close" => alipay.close(&content),
        "alipay.trade.refund" => alipay.give_back(&content),
        "alipay.trade.fastpay.refund.query" => alipay.query_refund(&content),
        "alipay.data.bill.accountlog.query" => alipay.account_log(&content),
        _ => Err(Refusal("40001", "isv.invalid-method", "不存在的方法名")),
    });
    let told = match answer {
        Ok(mut told) => {
            told["code"] = json!("10000");
            told["msg"] = json!("Success");
            told
        }
        Err(Refusal(code, sub_code, words)) => {
            let msg = if code == "40004" { "Business Failed" } else { "Invalid Arguments" };
            json!({ "code": code, "msg": msg, "sub_code": sub_code, "sub_msg": words })
        }
    };
    // Alipay escapes slashes, and signs the text as it stands.
    let told = told.to_string().replace('/', "\\/");
    let name = format!("{}_response", asked.replace('.', "_"));
    let sign = alipay.keyring.sign(&told);
    let text = format!("{{{}:{told},\"sign\":\"{sign}\"}}", json!(name));
    ([("content-type", "text/html;charset=utf-8")], text).into_response()
}

impl Alipay {
    /// What every call has to have; gives its `biz_content`.
    fn check(&self, fields: &BTreeMap<String, String>) -> Result<Value, Refusal> {
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if field("app_id") != APP_ID {
            return Err(Refusal("40002", "isv.invalid-app-id", "无效的AppID参数"));
        }
        if field("sign_type") != "RSA2" || !field("charset").eq_ignore_ascii_case("utf-8") || field("version") != "1.0" {
            return Err(Refusal("40002", "isv.invalid-signature-type", "无效的签名类型"));
        }
        let made = instant(field("timestamp")).ok_or(Refusal("40002", "isv.invalid-timestamp", "非法的时间戳参数"))?;
        if self.clock.now().since(made).abs() > DAY {
            return Err(Refusal("40002", "isv.invalid-timestamp", "非法的时间戳参数"));
        }
        if !self.keyring.app_signed(&crypto::text(fields, &["sign"]), field("sign")) {
            return Err(Refusal("40002", "isv.invalid-signature", "验签出错"));
        }
        let content: Option<Value> = serde_json::from_str(field("biz_content")).ok();
        content.filter(Value::is_object).ok_or(Refusal("40002", "isv.invalid-parameter", "biz_content格式错误"))
    }

    fn account_log(&self, content: &Value) -> Answer {
        let wrong = || Refusal("40004", "INVALID_PARAMETER", "参数有误");
        let time = |name: &str| content[name].as_str().and_then(instant).ok_or_else(wrong);
        let number =
            |name: &str, otherwise: usize| content[name].as_str().map_or(Some(otherwise), |text| text.parse().ok()).ok_or_else(wrong);
        let (from, until): (Timestamp, Timestamp) = (time("start_time")?, time("end_time")?);
        let (page, size) = (number("page_no", 1)?, number("page_size", 2000)?);
        if from >= until || until.since(from) > 31 * DAY + 1000 || page < 1 || !(1000..=2000).contains(&size) {
            return Err(wrong());
        }
        let books = self.books();
        let lines: Vec<&Line> = books.log.iter().filter(|line| from <= line.at && line.at < until).collect();
        let shown: Vec<Value> = lines
            .iter()
            .skip((page - 1) * size)
            .take(size)
            .map(|line| {
                let mut told = json!({
                    "trans_dt": beijing(line.at), "account_log_id": line.account_log_id, "alipay_order_no": line.trade_no,
                    "merchant_order_no": line.out_trade_no, "trans_amount": yuan(line.amount), "balance": "1000.00", "type": line.kind,
                    "other_account": "张*(a**@**.com)", "trans_memo": "", "direction": if line.amount < 0 { "支出" } else { "收入" },
                    "bill_source": "商家中心",
                });
                if !line.out_request_no.is_empty() {
                    told["merchant_out_refund_no"] = json!(line.out_request_no);
                }
                told
            })
            .collect();
        Ok(
            json!({ "detail_list": shown, "page_no": page.to_string(), "page_size": size.to_string(), "total_size": lines.len().to_string(), "bill_user_id": SELLER_ID }),
        )
    }
}
