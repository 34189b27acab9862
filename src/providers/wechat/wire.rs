//! What goes over the wire, in WeChat's own words; only the fields that are read.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub struct NewTransaction<'a> {
    pub appid: &'a str,
    pub mchid: &'a str,
    pub description: String,
    pub out_trade_no: &'a str,
    pub time_expire: String,
    pub notify_url: &'a str,
    pub amount: NewAmount,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene_info: Option<SceneInfo<'a>>,
}

#[derive(Serialize)]
pub struct NewAmount {
    pub total: i64,
    pub currency: &'static str,
}

#[derive(Serialize)]
pub struct Payer<'a> {
    pub openid: &'a str,
}

#[derive(Serialize)]
pub struct SceneInfo<'a> {
    pub payer_client_ip: &'a str,
    pub h5_info: H5Info,
}

#[derive(Serialize)]
pub struct H5Info {
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Deserialize)]
pub struct CodeUrl {
    pub code_url: String,
}

#[derive(Deserialize)]
pub struct H5Url {
    pub h5_url: String,
}

#[derive(Deserialize)]
pub struct PrepayId {
    pub prepay_id: String,
}

/// An order, as it is queried and as a notification holds it.
#[derive(Debug, Deserialize)]
pub struct Transaction {
    #[serde(default)]
    pub appid: String,
    pub mchid: String,
    pub out_trade_no: String,
    #[serde(default)]
    pub transaction_id: String,
    pub trade_state: String,
    pub success_time: Option<String>,
    pub amount: Option<TransactionAmount>,
}

#[derive(Debug, Deserialize)]
pub struct TransactionAmount {
    pub total: Option<i64>,
    pub currency: Option<String>,
}

#[derive(Serialize)]
pub struct Close<'a> {
    pub mchid: &'a str,
}

#[derive(Serialize)]
pub struct NewRefundOrder<'a> {
    pub transaction_id: &'a str,
    pub out_refund_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub notify_url: &'a str,
    pub amount: NewRefundAmount,
}

#[derive(Serialize)]
pub struct NewRefundAmount {
    pub refund: i64,
    pub total: i64,
    pub currency: &'static str,
}

#[derive(Debug, Deserialize)]
pub struct Refund {
    pub refund_id: String,
    pub out_refund_no: String,
    pub transaction_id: String,
    #[serde(default)]
    pub out_trade_no: String,
    pub status: String,
    pub create_time: String,
    pub success_time: Option<String>,
    pub amount: RefundAmount,
}

#[derive(Debug, Deserialize)]
pub struct RefundAmount {
    pub refund: i64,
    pub currency: Option<String>,
}

/// A notification, before its resource is deciphered.
#[derive(Deserialize)]
pub struct Notice {
    pub id: String,
    pub create_time: Option<String>,
    pub event_type: String,
    pub resource: Ciphered,
}

/// Something enciphered with the APIv3 key.
#[derive(Deserialize)]
pub struct Ciphered {
    pub algorithm: String,
    pub ciphertext: String,
    pub nonce: String,
    #[serde(default)]
    pub associated_data: String,
}

/// What a notification about a refund holds, as far as it is read.
#[derive(Deserialize)]
pub struct NotedRefund {
    pub mchid: String,
    pub out_trade_no: String,
    pub out_refund_no: String,
}

#[derive(Deserialize)]
pub struct Certificates {
    pub data: Vec<Certificate>,
}

#[derive(Deserialize)]
pub struct Certificate {
    pub serial_no: String,
    pub expire_time: String,
    pub encrypt_certificate: Ciphered,
}

#[derive(Deserialize)]
pub struct Bill {
    pub hash_type: String,
    pub hash_value: String,
    pub download_url: String,
}

#[derive(Deserialize, Default)]
pub struct Refusal {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub message: String,
}

/// What the official account says of a code: an id, or its own number for what is wrong.
#[derive(Deserialize)]
pub struct Identity {
    pub openid: Option<String>,
    pub errcode: Option<i64>,
    pub errmsg: Option<String>,
}
