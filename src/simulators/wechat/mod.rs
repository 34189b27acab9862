//! The other side of WeChat Pay: orders, refunds, certificates and bills of one merchant, over HTTP and in its own words. It
//! shares no code with the client; whoever signs wrongly, on either side, is found out.

mod api;
mod bill;
mod books;
mod buyers;
mod crypto;
mod notices;
mod orders;
mod pages;

use super::deliveries::{Deliveries, Delivery, Fate};
use crate::foundation::time::Timestamp;
use crate::server::clock::Clock;
use crate::server::random::Random;
use axum::Router;
use axum::routing::{any, get, post};
use books::{Books, Order, State};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub struct Wechat {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    base_url: String,
    keyring: crypto::Keyring,
    books: Mutex<Books>,
    deliveries: Deliveries,
}

/// How a refund ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundEnd {
    Success,
    /// The buyer's card is gone: the merchant has to say where the money shall go.
    Abnormal,
    Closed,
}

/// What a merchant who knows WeChat by its public key fills in.
pub fn keys(base_url: &str) -> BTreeMap<String, String> {
    let mut keys = certificate_keys(base_url);
    keys.insert("public_key_id".to_owned(), crypto::PUBLIC_KEY_ID.to_owned());
    keys.insert("public_key".to_owned(), crypto::PLATFORM_PUBLIC_KEY.to_owned());
    keys
}

/// What a merchant who knows it by its certificates fills in.
pub fn certificate_keys(base_url: &str) -> BTreeMap<String, String> {
    [
        ("mchid", books::MCHID),
        ("appid", books::APPID),
        ("serial_no", crypto::MERCHANT_SERIAL),
        ("private_key", crypto::MERCHANT_KEY),
        ("apiv3_key", crypto::APIV3_KEY),
        ("app_secret", buyers::APP_SECRET),
        ("base_url", base_url),
        ("accounts_url", base_url),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

impl Wechat {
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, base_url: String) -> Wechat {
        Wechat {
            clock,
            random,
            base_url: base_url.trim_end_matches('/').to_owned(),
            keyring: crypto::Keyring::new(),
            books: Mutex::default(),
            deliveries: Deliveries::default(),
        }
    }

    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::console))
            .route("/cgi-bin/mmpayweb-bin/checkmweb", get(pages::cashier))
            .route("/orders/{number}", get(pages::order))
            .route("/deeds", post(pages::deed))
            .route("/v3/{*path}", any(api::handle))
            .route("/connect/oauth2/authorize", get(buyers::authorize))
            .route("/sns/oauth2/access_token", get(buyers::access_token))
            .route("/sheet", post(buyers::sheet))
            .with_state(self)
    }

    pub fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// What becomes of the notifications of the next deeds.
    pub fn set_fate(&self, fate: Fate) {
        self.books().fate = fate;
    }

    /// `native`, `jsapi` or `h5`; `None`: all are.
    pub fn set_not_switched_on(&self, kind: Option<&'static str>) {
        self.books().not_switched_on = kind;
    }

    pub fn set_without_money(&self, without: bool) {
        self.books().without_money = without;
    }

    /// The merchant's numbers of all orders.
    pub fn orders(&self) -> Vec<String> {
        self.books().orders.keys().cloned().collect()
    }

    /// The order that somebody is about to pay, or does.
    fn payable<'a>(&self, books: &'a mut Books, number: &str) -> Result<&'a mut Order, &'static str> {
        let now = self.clock.now();
        let order = books.orders.get_mut(number).ok_or("no such order")?;
        if order.waits() && order.expires.is_some_and(|expires| expires <= now) {
            order.state = State::Closed;
        }
        match order.state {
            State::NotPay | State::UserPaying | State::PayError => Ok(order),
            State::Closed => Err("the order is closed"),
            State::Success | State::Refund => Err("the order is paid"),
        }
    }

    /// The buyer begins to pay, and has not said yes or no.
    pub fn begin(&self, number: &str) -> Result<(), &'static str> {
        self.payable(&mut self.books(), number).map(|order| order.state = State::UserPaying)
    }

    /// The buyer goes away without paying. Of this, and of an attempt that fails, WeChat tells only those who ask.
    pub fn turn_back(&self, number: &str) -> Result<(), &'static str> {
        self.payable(&mut self.books(), number).map(|order| order.state = State::NotPay)
    }

    /// The attempt to pay fails.
    pub fn fail(&self, number: &str) -> Result<(), &'static str> {
        self.payable(&mut self.books(), number).map(|order| order.state = State::PayError)
    }

    /// The buyer pays.
    pub fn pay(&self, number: &str) -> Result<(), &'static str> {
        let now = self.clock.now();
        let mut books = self.books();
        let order = self.payable(&mut books, number)?;
        order.state = State::Success;
        // WeChat's clock has seconds.
        order.paid_at = Timestamp(now.0 - now.0.rem_euclid(1000));
        order.transaction_id = format!("4200{}", self.digits(24));
        let order = order.clone();
        let certificate = order.by_certificate.then_some(books.certificate);
        notices::send(self, &order.notify_url, certificate, notices::of_payment(&order), books.fate);
        Ok(())
    }

    /// Gives back on the merchant platform, where it is done at once: all that is left, or so much.
    pub fn refund(&self, number: &str, amount: Option<i64>) -> Result<String, &'static str> {
        let mut books = self.books();
        let order = books.orders.get(number).filter(|order| order.is_paid()).cloned().ok_or("no such payment")?;
        let left = order.total - books.refunded(number);
        let amount = amount.unwrap_or(left);
        if amount < 1 || amount > left {
            return Err("more than is left");
        }
        let out_refund_no = format!("PLATFORM{}", self.digits(20));
        let refund = self.new_refund(&order, out_refund_no.clone(), amount, order.notify_url.clone());
        self.enter_refund(&mut books, refund);
        self.end_refund(&mut books, &out_refund_no, RefundEnd::Success)?;
        Ok(out_refund_no)
    }

    pub fn settle_refund(&self, out_refund_no: &str, end: RefundEnd) -> Result<(), &'static str> {
        self.end_refund(&mut self.books(), out_refund_no, end)
    }

    /// What time brings: orders expire, refunds go through.
    pub fn tick(&self) {
        let now = self.clock.now();
        let mut books = self.books();
        for order in books.orders.values_mut() {
            if order.waits() && order.expires.is_some_and(|expires| expires <= now) {
                order.state = State::Closed;
            }
        }
        let waiting: Vec<String> =
            books.refunds.values().filter(|refund| refund.status == "PROCESSING").map(|refund| refund.out_refund_no.clone()).collect();
        for number in waiting {
            let _ = self.end_refund(&mut books, &number, RefundEnd::Success);
        }
    }

    /// A new certificate signs from now on.
    pub fn rotate(&self) {
        self.books().certificate = 1;
    }

    /// WeChat tries whether signatures are checked: a notification of this order, with a signature wrong on purpose.
    pub fn probe(&self, number: &str) -> Result<Delivery, &'static str> {
        let mut delivery = {
            let books = self.books();
            let order = books.orders.get(number).ok_or("no such order")?;
            let unsent = Deliveries::default();
            notices::send_by(self, &unsent, &order.notify_url, None, notices::of_payment(order), Fate::AtOnce);
            unsent.take_all().pop().ok_or("nothing was made")?
        };
        for (name, value) in &mut delivery.headers {
            if name == "Wechatpay-Signature" {
                value.insert_str(0, "WECHATPAY/SIGNTEST/");
            }
        }
        Ok(delivery)
    }

    /// Signs anew what is delivered again later, as each attempt of the service is.
    pub fn sign_anew(&self, delivery: &mut Delivery) {
        let serial = delivery.headers.iter().find(|(name, _)| name == "Wechatpay-Serial").map(|(_, value)| value.clone());
        let certificate = self.keyring.certificates.iter().position(|certificate| Some(certificate.serial) == serial.as_deref());
        let body = String::from_utf8_lossy(&delivery.body).into_owned();
        let stamp = notices::stamp(self, certificate, &body, self.clock.now());
        delivery.headers.retain(|(name, _)| !stamp.iter().any(|(stamped, _)| stamped == name));
        delivery.headers.extend(stamp);
    }

    fn enter_refund(&self, books: &mut Books, refund: books::Refund) {
        if let Some(order) = books.orders.get_mut(&refund.out_trade_no) {
            order.state = State::Refund;
        }
        books.refunds.insert(refund.out_refund_no.clone(), refund);
    }

    fn end_refund(&self, books: &mut Books, out_refund_no: &str, end: RefundEnd) -> Result<(), &'static str> {
        let refund = books.refunds.get_mut(out_refund_no).ok_or("no such refund")?;
        if !matches!(refund.status, "PROCESSING" | "ABNORMAL") {
            return Err("the refund has ended");
        }
        refund.status = match end {
            RefundEnd::Success => "SUCCESS",
            RefundEnd::Abnormal => "ABNORMAL",
            RefundEnd::Closed => "CLOSED",
        };
        let now = self.clock.now();
        refund.ended = Some(Timestamp(now.0 - now.0.rem_euclid(1000)));
        let refund = refund.clone();
        let by_certificate = books.orders.get(&refund.out_trade_no).is_some_and(|order| order.by_certificate);
        let certificate = by_certificate.then_some(books.certificate);
        notices::send(self, &refund.notify_url, certificate, notices::of_refund(&refund), books.fate);
        Ok(())
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many random bytes, in hexadecimal digits.
    fn hex(&self, bytes: usize) -> String {
        let mut random = vec![0; bytes];
        self.random.fill(&mut random);
        random.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn digits(&self, count: usize) -> String {
        let mut random = vec![0; count];
        self.random.fill(&mut random);
        random.iter().map(|byte| char::from(b'0' + byte % 10)).collect()
    }
}
