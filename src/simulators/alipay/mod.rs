//! The other side of Alipay: the gateway, the buyer's cashier, notifications and the account's book of one merchant. It shares
//! no code with the client; whoever signs wrongly, on either side, is found out.

mod api;
mod books;
mod crypto;
mod notices;
mod pages;
mod trades;

use super::deliveries::{Deliveries, Fate};
use crate::foundation::time::{DAY, Timestamp};
use crate::server::clock::Clock;
use crate::server::random::Random;
use api::Refusal;
use axum::Router;
use axum::routing::{any, get, post};
use books::{Books, Line, Refund, Status};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub struct Alipay {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    base_url: String,
    keyring: crypto::Keyring,
    books: Mutex<Books>,
    deliveries: Deliveries,
}

/// What a merchant fills in.
pub fn keys(base_url: &str) -> BTreeMap<String, String> {
    [
        ("app_id", books::APP_ID.to_owned()),
        ("seller_id", books::SELLER_ID.to_owned()),
        ("private_key", crypto::APP_KEY.to_owned()),
        ("alipay_public_key", crypto::ALIPAY_PUBLIC_KEY.to_owned()),
        ("base_url", format!("{}/gateway.do", base_url.trim_end_matches('/'))),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

impl Alipay {
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, base_url: String) -> Alipay {
        Alipay {
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
            .route("/gateway.do", any(api::handle))
            .route("/cashier/{number}", get(pages::cashier))
            .route("/deeds", post(pages::deed))
            .with_state(self)
    }

    pub fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// What becomes of the notifications of the next deeds.
    pub fn set_fate(&self, fate: Fate) {
        self.books().fate = fate;
    }

    /// The merchant's numbers of all trades.
    pub fn trades(&self) -> Vec<String> {
        self.books().trades.keys().cloned().collect()
    }

    /// The buyer pays; there has to be a trade, so they must have opened the address.
    pub fn pay(&self, number: &str) -> Result<(), &'static str> {
        let now = self.now();
        let mut books = self.books();
        let trade = books.trades.get_mut(number).ok_or("no such trade")?;
        if trade.status == Status::WaitBuyerPay && trade.expires.is_some_and(|expires| expires <= now) {
            (trade.status, trade.closed_at) = (Status::Closed, Some(now));
        }
        if trade.status != Status::WaitBuyerPay {
            return Err("the trade does not wait to be paid");
        }
        (trade.status, trade.paid_at) = (Status::Success, Some(now));
        let trade = trade.clone();
        self.enter(&mut books, &trade, "", trade.total, "交易");
        self.enter(&mut books, &trade, "", -books::fee(trade.total), "收费");
        notices::send(self, &trade, None, books.fate);
        Ok(())
    }

    /// Gives back in the merchant's console: all that is left, or so much.
    pub fn refund(&self, number: &str, amount: Option<i64>) -> Result<String, &'static str> {
        let mut books = self.books();
        let trade = books.trades.get(number).ok_or("no such trade")?;
        let amount = amount.unwrap_or(trade.total - trade.refunded());
        let request = format!("CONSOLE{}", self.digits(20));
        self.enter_refund(&mut books, number, request.clone(), amount).map_err(|Refusal(_, code, _)| code)?;
        Ok(request)
    }

    /// What time brings: what nobody paid closes; what was paid a year ago cannot be given back any more.
    pub fn tick(&self) {
        let now = self.now();
        let mut books = self.books();
        let fate = books.fate;
        for trade in books.trades.values_mut() {
            let expired = trade.status == Status::WaitBuyerPay && trade.expires.is_some_and(|expires| expires <= now);
            let settled = trade.status == Status::Success && trade.paid_at.is_some_and(|paid_at| now.since(paid_at) >= 365 * DAY);
            if expired {
                (trade.status, trade.closed_at) = (Status::Closed, Some(now));
            }
            if settled {
                trade.status = Status::Finished;
            }
            if expired || settled {
                notices::send(self, trade, None, fate);
            }
        }
    }

    /// A notification with these fields, signed: for what the service would never write.
    pub fn signed(&self, fields: BTreeMap<String, String>) -> Vec<u8> {
        notices::signed(self, fields)
    }

    fn enter_refund(&self, books: &mut Books, number: &str, request: String, amount: i64) -> Result<(), Refusal> {
        let now = self.now();
        let trade = books.trades.get_mut(number).ok_or(trades::UNKNOWN)?;
        match trade.status {
            Status::Success => (),
            Status::Finished => return Err(Refusal("40004", "ACQ.TRADE_HAS_FINISHED", "交易已完结")),
            Status::WaitBuyerPay | Status::Closed => return Err(Refusal("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")),
        }
        if amount < 1 || trade.refunded() + amount > trade.total {
            return Err(Refusal("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"));
        }
        let refund = Refund { out_request_no: request, amount, at: now };
        trade.refunds.push(refund.clone());
        if trade.refunded() == trade.total {
            (trade.status, trade.closed_at) = (Status::Closed, Some(now));
        }
        let trade = trade.clone();
        self.enter(books, &trade, &refund.out_request_no, -amount, "交易退款");
        self.enter(books, &trade, &refund.out_request_no, books::fee(amount), "退费");
        notices::send(self, &trade, Some(&refund), books.fate);
        Ok(())
    }

    fn enter(&self, books: &mut Books, trade: &books::Trade, request: &str, amount: i64, kind: &'static str) {
        if amount != 0 {
            books.log.push(Line {
                account_log_id: self.digits(18),
                at: self.now(),
                trade_no: trade.trade_no.clone(),
                out_trade_no: trade.out_trade_no.clone(),
                out_request_no: request.to_owned(),
                amount,
                kind,
            });
        }
    }

    /// Alipay's clock has seconds.
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp(now.0 - now.0.rem_euclid(1000))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn digits(&self, count: usize) -> String {
        let mut random = vec![0; count];
        self.random.fill(&mut random);
        random.iter().map(|byte| char::from(b'0' + byte % 10)).collect()
    }
}
