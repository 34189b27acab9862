//! What the tests of WeChat Pay and Alipay share: a server on a free port, things to buy, headers.

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use std::sync::Arc;
use stoa::foundation::money::{Currency, Money};
use stoa::foundation::time::{HOUR, Timestamp};
use stoa::providers::http::Client;
use stoa::providers::{Device, Means, Mode, NewCheckout, NewRefund, OpenCheckout};
use stoa::server::clock::{Clock, ManualClock};
use stoa::server::random::SeededRandom;
use stoa::simulators::deliveries::Delivery;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// 2026-11-20 10:00 in Beijing.
pub const MORNING: Timestamp = Timestamp(1_795_140_000_000);
pub const REFERENCE: &str = "0123456789abcdef0123456789abcdef";
pub const REFUND: &str = "fedcba9876543210fedcba9876543210";

pub fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::parse("CNY").unwrap())
}

pub fn means(clock: &Arc<ManualClock>) -> Means {
    Means { http: Client::new().unwrap(), clock: clock.clone(), random: Arc::new(SeededRandom::new(7)) }
}

/// A port of this machine, before it is known who answers there.
pub async fn port() -> (tokio::net::TcpListener, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    (listener, base_url)
}

pub fn serve(listener: tokio::net::TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
}

/// The address of a service that answers nothing of use, and the calls that arrive there: the method, the path with its query, the
/// headers and the body of each.
pub async fn overheard() -> (String, UnboundedReceiver<serde_json::Value>) {
    let (tell, calls) = unbounded_channel();
    let answer = move |method: Method, target: Uri, headers: HeaderMap, body: String| {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let call = serde_json::json!({ "method": method.as_str(), "target": target.to_string(), "headers": headers, "body": body });
        tell.send(call).unwrap();
        async { "{}" }
    };
    let (listener, base_url) = port().await;
    serve(listener, Router::new().fallback(answer));
    (base_url, calls)
}

pub fn checkout(clock: &ManualClock, reference: &str, minor: i64, device: Device) -> NewCheckout {
    NewCheckout {
        reference: reference.to_owned(),
        title: "年度会员, \"一年\"".to_owned(),
        amount: cny(minor),
        mode: Mode::Once,
        device,
        email: None,
        client_ip: "203.0.113.7".to_owned(),
        locale: "zh-CN",
        return_url: "https://site.example/orders/1?a=b&c=学".to_owned(),
        cancel_url: "https://site.example/".to_owned(),
        notify_url: "https://site.example/webhooks/it".to_owned(),
        opened_at: clock.now(),
        expires_at: clock.now().plus(2 * HOUR),
    }
}

pub fn open_checkout(reference: &str, minor: i64) -> OpenCheckout {
    OpenCheckout { reference: reference.to_owned(), number: None, amount: cny(minor), renewing: false, cut: None }
}

pub fn new_refund(reference: &str, payment: &str, minor: i64, paid: i64) -> NewRefund {
    NewRefund {
        reference: reference.to_owned(),
        checkout: REFERENCE.to_owned(),
        payment: payment.to_owned(),
        amount: cny(minor),
        paid: cny(paid),
        reason: "不想要了".to_owned(),
        notify_url: "https://site.example/webhooks/it".to_owned(),
    }
}

/// Lets the provider's SDK for Node, run by a script of `tests/sdk`, read this and answer. `None` where it is not installed,
/// which it has to be on CI.
pub async fn sdk(script: &'static str, package: &str, told: serde_json::Value) -> Option<serde_json::Value> {
    if !std::path::Path::new("node_modules").join(package).exists() {
        assert!(std::env::var_os("CI").is_none(), "{package} is not installed: npm ci");
        eprintln!("not checked: {package} is not installed");
        return None;
    }
    let run = move || {
        use std::process::{Command, Stdio};
        let mut node = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut node.stdin.take().unwrap(), told.to_string().as_bytes()).unwrap();
        let output = node.wait_with_output().unwrap();
        assert!(output.status.success(), "{script} failed");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    Some(tokio::task::spawn_blocking(run).await.unwrap())
}

pub fn headers(delivery: &Delivery) -> HeaderMap {
    delivery.headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
}
