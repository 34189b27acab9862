//! Stripe's other side: its interface in one version, its checkout page and portal, its signed events. Time passes when
//! [`Stripe::tick`] is called, up to the clock that was given.

mod api;
mod books;
mod changes;
mod coupons;
mod expand;
mod forms;
mod invoices;
mod money;
mod notify;
mod pages;
mod problem;
mod sessions;
mod subscriptions;
mod terms;

pub use books::Charging;

use super::deliveries::{Deliveries, Fate};
use crate::server::clock::Clock;
use crate::server::random::Random;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use books::Books;
use problem::Problem;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The version of the interface it speaks.
pub const VERSION: &str = "2026-10-28.endive";
/// Not secret at all: they open nothing but this.
const SECRET_KEY: &str = "sk_test_simulator_of_no_worth";
/// May sell all that a shop needs to, but not read the account, its book, or what its products are called.
const RESTRICTED_KEY: &str = "rk_test_simulator_of_no_worth";
const WEBHOOK_SECRET: &str = "whsec_simulator_of_no_worth";

pub struct Stripe {
    books: Mutex<Books>,
    deliveries: Deliveries,
    fate: Mutex<Fate>,
    /// Where events go to, once an admin has said so; before, to where the buyer returns to.
    endpoint: Mutex<Option<String>>,
    troubles: Mutex<VecDeque<Trouble>>,
    refused: Mutex<Option<&'static str>>,
    clock: Arc<dyn Clock>,
    base_url: String,
}

/// A status, and what is said with it of another try.
pub type Trouble = (StatusCode, Option<&'static str>);

/// The keys under which a site reaches the simulator at this address.
pub fn keys(base_url: &str) -> BTreeMap<String, String> {
    [("secret_key", SECRET_KEY), ("webhook_secret", WEBHOOK_SECRET), ("base_url", base_url)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// As [`keys`], with a restricted key.
pub fn restricted_keys(base_url: &str) -> BTreeMap<String, String> {
    let mut keys = keys(base_url);
    keys.insert("secret_key".to_owned(), RESTRICTED_KEY.to_owned());
    keys
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stripe {
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, base_url: String) -> Stripe {
        Stripe {
            books: Mutex::new(Books::new(random)),
            deliveries: Deliveries::default(),
            fate: Mutex::default(),
            endpoint: Mutex::default(),
            troubles: Mutex::default(),
            refused: Mutex::default(),
            clock,
            base_url: base_url.trim_end_matches('/').to_owned(),
        }
    }

    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/", get(pages::console))
            .route("/deeds", axum::routing::post(pages::deed))
            .route("/c/pay/{session}", get(pages::checkout))
            .route("/p/session/{session}", get(pages::portal))
            .fallback(api::answer)
            .with_state(self)
    }

    pub fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// Where events are sent to from now on.
    pub fn set_endpoint(&self, url: &str) {
        *open(&self.endpoint) = Some(url.to_owned());
    }

    /// What becomes of the events of the next deeds.
    pub fn set_fate(&self, fate: Fate) {
        *open(&self.fate) = fate;
    }

    /// The next calls are answered with these and change nothing; with each, what Stripe says of another try, if it does.
    pub fn set_troubles(&self, troubles: &[Trouble]) {
        open(&self.troubles).extend(troubles);
    }

    /// Calls of this path are refused from now on; `None`: of none.
    pub fn refuse(&self, path: Option<&'static str>) {
        *open(&self.refused) = path;
    }

    fn trouble_with(&self, path: &str) -> Option<Trouble> {
        let refused = *open(&self.refused);
        match refused {
            Some(refused) if refused == path => Some((StatusCode::BAD_REQUEST, None)),
            _ => open(&self.troubles).pop_front(),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        let mut books = open(&self.books);
        books.now = self.clock.now().0.div_euclid(1_000);
        books
    }

    /// Does something in the books and sends what is told of it.
    fn deed<T>(&self, act: impl FnOnce(&mut Books) -> Result<T, Problem>) -> Result<T, Problem> {
        let mut books = self.books();
        let done = act(&mut books);
        let told = std::mem::take(&mut books.told);
        let endpoint = open(&self.endpoint).clone().or_else(|| notify::site_of(&books));
        drop(books);
        self.notify(told, endpoint);
        done
    }

    fn told<T>(&self, act: impl FnOnce(&mut Books) -> Result<T, Problem>) -> Result<T, String> {
        self.deed(act).map_err(|problem| problem.message().to_owned())
    }

    /// The buyer pays at a session, by card.
    pub fn pay(&self, session: &str) -> Result<(), String> {
        self.told(|books| books.pay(session))
    }

    /// The buyer pays by a method that takes days; see [`Stripe::settle`].
    pub fn pay_slowly(&self, session: &str) -> Result<(), String> {
        self.told(|books| books.pay_slowly(session))
    }

    pub fn settle(&self, session: &str, paid: bool) -> Result<(), String> {
        self.told(|books| books.settle(session, paid))
    }

    pub fn decline(&self, session: &str) -> Result<(), String> {
        self.told(|books| books.decline(session))
    }

    pub fn expire(&self, session: &str) -> Result<(), String> {
        self.told(|books| books.expire(session))
    }

    /// A refund made at Stripe; of all that is left when no amount is given. Gives its number.
    pub fn refund(&self, payment: &str, amount: Option<i64>) -> Result<String, String> {
        self.told(|books| books.refund(payment, amount, serde_json::Value::Null, serde_json::json!({})))
    }

    /// Whether new refunds wait for [`Stripe::settle_refund`].
    pub fn hold_refunds(&self, wait: bool) {
        self.books().refunds_wait = wait;
    }

    /// Keeps the account in one currency from now on, in which all others are exchanged for so many thousandths.
    pub fn hold_in(&self, currency: &str, thousandths: u16) {
        self.books().held_in = Some((currency.to_owned(), thousandths));
    }

    pub fn settle_refund(&self, refund: &str, goes_through: bool) -> Result<(), String> {
        self.told(|books| books.settle_refund(refund, goes_through))
    }

    /// The buyer contests a payment. Gives the number of the dispute.
    pub fn dispute(&self, payment: &str) -> Result<String, String> {
        self.told(|books| books.dispute(payment, false))
    }

    /// The buyer's bank only asks about a payment.
    pub fn inquire(&self, payment: &str) -> Result<String, String> {
        self.told(|books| books.dispute(payment, true))
    }

    pub fn settle_dispute(&self, dispute: &str, won: bool) -> Result<(), String> {
        self.told(|books| books.settle_dispute(dispute, won))
    }

    /// A subscription that another site of the same account sold: the numbers of the customer and of the subscription.
    pub fn subscribe_elsewhere(&self, email: &str, name: &str, price: (i64, &str), interval: &str) -> (String, String) {
        let made = self.deed(|books| {
            let subscription = books.subscribe_elsewhere(email, name, price, interval);
            Ok((books.text(&subscription, "customer"), subscription))
        });
        made.unwrap_or_default()
    }

    /// The buyer cancels at the portal, or takes that back.
    pub fn cancel_at_end(&self, agreement: &str, cancel: bool) -> Result<(), String> {
        self.told(|books| {
            books.get("subscription", agreement)?;
            books.cancel_at_portal(agreement, cancel);
            Ok(())
        })
    }

    /// The term is over at once: the next one is charged, or it ends as was agreed.
    pub fn end_term(&self, agreement: &str) -> Result<(), String> {
        self.told(|books| books.end_term(agreement))
    }

    /// A charge that failed is tried again at once.
    pub fn try_again(&self, invoice: &str) -> Result<(), String> {
        self.told(|books| {
            books.get("invoice", invoice)?;
            books.charge_invoice(invoice);
            Ok(())
        })
    }

    /// Whether the next charges of an agreement go through.
    pub fn set_charging(&self, agreement: &str, charging: Charging) {
        self.books().charging.insert(agreement.to_owned(), charging);
    }

    /// Does what time brings, up to now: pages expire, terms renew, failed charges are tried again.
    pub fn tick(&self) {
        let now = self.books().now;
        loop {
            let due = self.books().next_due().filter(|(at, _)| *at <= now);
            let Some((at, number)) = due else { break };
            let _ = self.deed(|books| {
                books.now = at;
                books.fall_due(&number)
            });
        }
    }

    /// The payment a session or an agreement brought last.
    pub fn payment_of(&self, number: &str) -> Option<String> {
        let books = self.books();
        let found = match books.text(number, "object").as_str() {
            "checkout.session" => books.text(number, "payment_intent"),
            _ => {
                let paid = books.all("invoice").find(|invoice| {
                    invoice["status"] == "paid"
                        && invoice["amount_paid"] != 0
                        && invoice.pointer("/parent/subscription_details/subscription").is_some_and(|of| of == number)
                })?;
                let made = books.all("invoice_payment").find(|made| made["invoice"] == paid["id"])?;
                made.pointer("/payment/payment_intent")?.as_str()?.to_owned()
            }
        };
        Some(found).filter(|found| !found.is_empty())
    }

    /// The dispute of a payment, the newest first.
    pub fn dispute_of(&self, payment: &str) -> Option<String> {
        let books = self.books();
        let found = books.all("dispute").find(|dispute| dispute["payment_intent"] == payment)?;
        found["id"].as_str().map(str::to_owned)
    }

    /// Where the buyer goes once they paid.
    pub fn success_url(&self, session: &str) -> String {
        self.books().text(session, "success_url").replace("{CHECKOUT_SESSION_ID}", session)
    }

    /// The agreement that began at a session.
    pub fn agreement_of(&self, session: &str) -> Option<String> {
        Some(self.books().text(session, "subscription")).filter(|found| !found.is_empty())
    }
}
