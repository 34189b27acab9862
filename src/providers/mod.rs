//! Payment providers: their protocols, and nothing of ours. A [`Connection`] is one provider as it is reached with its
//! keys; what it tells arrives as [`facts::Fact`]s, after it is certain that the provider told it. What a fact means for
//! an order is decided in `payments`.
//!
//! The same code talks to the real service and to its simulator (`crate::simulators`): only the address and the keys
//! differ.

pub mod alipay;
pub mod facts;
pub mod http;
pub mod keys;
pub mod mainland;
pub mod paypal;
pub mod rsa;
pub mod stripe;
pub mod wechat;

use crate::foundation::cadence::Cadence;
use crate::foundation::error::AppError;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::server::clock::Clock;
use crate::server::random::Random;
use async_trait::async_trait;
use axum::http::{HeaderMap, StatusCode};
use facts::{Fact, Found, Movement};
use std::sync::Arc;

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    Stripe,
    Paypal,
    Wechat,
    Alipay,
    /// A bank transfer or cash: an admin confirms that it came.
    Offline,
    /// Inside this program, and takes no money: for trying a site out, and for sample content.
    Test,
}

impl Provider {
    pub const ALL: [Provider; 6] =
        [Provider::Stripe, Provider::Paypal, Provider::Wechat, Provider::Alipay, Provider::Offline, Provider::Test];

    /// As stored, and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Provider::Stripe => "stripe",
            Provider::Paypal => "paypal",
            Provider::Wechat => "wechat",
            Provider::Alipay => "alipay",
            Provider::Offline => "offline",
            Provider::Test => "test",
        }
    }

    pub fn parse(text: &str) -> Option<Provider> {
        Provider::ALL.into_iter().find(|provider| provider.as_str() == text)
    }

    /// Whether it can charge again by itself, so that a membership renews.
    pub const fn renews(self) -> bool {
        matches!(self, Provider::Stripe | Provider::Paypal)
    }

    /// Whether it changes an agreement within a term, settling the difference, and to terms of another length. Others that
    /// renew charge another price from the next term on, once the buyer has agreed to it there.
    pub const fn settles_changes(self) -> bool {
        matches!(self, Provider::Stripe)
    }

    /// Whether it lets the next terms of a running agreement cost less, without asking the buyer.
    pub const fn cuts(self) -> bool {
        matches!(self, Provider::Stripe)
    }

    /// Whether it takes this currency at all; limits of the admin come on top.
    pub fn takes(self, currency: Currency) -> bool {
        match self {
            Provider::Wechat | Provider::Alipay => currency.code() == "CNY",
            Provider::Paypal => paypal::takes(currency),
            Provider::Stripe => stripe::takes(currency),
            Provider::Offline | Provider::Test => true,
        }
    }
}

/// Why a provider did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Not reached, too slow, too busy, or broken on its side (network, 408, 409, 425, 429, 5xx): worth trying again.
    #[error("not reached: {0}")]
    Away(String),
    /// It said no, in its own words. Trying the same again is of no use, but for a refund: an empty account fills up.
    #[error("refused: {code}: {message}")]
    Refused { code: String, message: String },
    /// It does not take our keys, or not for this. Nothing is lost: once an admin has set them right, the same may succeed.
    #[error("keys refused: {code}: {message}")]
    KeysRefused { code: String, message: String },
    /// Its answer cannot be understood or believed (not JSON, a wrong signature, another currency).
    #[error("not understood: {0}")]
    Nonsense(String),
}

impl Failure {
    /// Whether nothing gets through to it for now, whatever is asked.
    pub const fn is_away(&self) -> bool {
        matches!(self, Failure::Away(_) | Failure::KeysRefused { .. })
    }
}

/// What goes wrong on our side while a provider is being asked (its keys cannot be opened, the database is away) is worth
/// trying again as well.
impl From<AppError> for Failure {
    fn from(error: AppError) -> Failure {
        Failure::Away(error.to_string())
    }
}

/// Why a notification is answered with a failure. Nothing is kept of it, and it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disbelief {
    #[error("no signature that can be read")]
    Unsigned,
    #[error("the signature is wrong")]
    Forged,
    #[error("the signature is too old, or of the future")]
    Stale,
    /// Signed, but not in the form the provider writes.
    #[error("not what this provider writes: {0}")]
    Malformed(String),
    /// What is needed to check it could not be fetched just now; the provider will tell again.
    #[error("cannot be checked now: {0}")]
    Unchecked(String),
    #[error("larger than any notification is")]
    TooLarge,
    /// The connection ended before its body did.
    #[error("it did not arrive whole")]
    BrokenOff,
    /// Ours: the database, or what we keep the provider's keys with. The provider will tell again.
    #[error("it could not be kept: {0}")]
    NotKept(String),
}

impl Disbelief {
    /// Each makes every provider tell again; what is not its own fault is a 503.
    const fn status(&self) -> StatusCode {
        match self {
            Disbelief::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Disbelief::Unchecked(_) | Disbelief::NotKept(_) => StatusCode::SERVICE_UNAVAILABLE,
            Disbelief::Unsigned | Disbelief::Forged | Disbelief::Stale | Disbelief::Malformed(_) | Disbelief::BrokenOff => {
                StatusCode::BAD_REQUEST
            }
        }
    }
}

/// A notification whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The provider's number for it, the same however often it is told; at most 255 bytes of printable ASCII.
    pub id: String,
    /// The provider's own word for what happened.
    pub kind: String,
    /// When it was made, by the provider's clock, if it says so.
    pub made_at: Option<Timestamp>,
    /// As it came, which is what is kept.
    pub body: Vec<u8>,
}

/// How a notification is answered, in the provider's own form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: Option<&'static str>,
    pub body: String,
}

/// The provider's own answer to a notification: it was kept, or why not. It needs no keys, so that a provider also hears it
/// when these cannot be had.
pub fn answer(provider: Provider, outcome: Result<(), &Disbelief>) -> Answer {
    match provider {
        Provider::Stripe => stripe::answer(outcome),
        Provider::Paypal => paypal::answer(outcome),
        Provider::Wechat => wechat::answer(outcome),
        Provider::Alipay => alipay::answer(outcome),
        Provider::Offline | Provider::Test => {
            let (status, body) = match outcome {
                Ok(()) => (StatusCode::OK, r#"{"ok":true}"#),
                Err(disbelief) => (disbelief.status(), r#"{"error":"tell again"}"#),
            };
            Answer { status, content_type: Some("application/json"), body: body.to_owned() }
        }
    }
}

/// What the buyer holds in their hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    Desktop,
    /// A browser on a phone.
    Phone,
    /// The browser inside WeChat, with the buyer's id there.
    WechatApp {
        openid: String,
    },
}

/// What is to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Once,
    /// Charged again each term until it is cancelled; a trial puts off the first charge.
    Renewing {
        every: Cadence,
        trial_days: u16,
        /// The first terms cost less. Never together with a trial.
        cut: Option<Cut>,
    },
}

/// What so many terms of an agreement cost, before it costs what it costs in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub amount: Money,
    pub terms: u16,
}

/// A checkout to be opened. Opening the same `reference` twice opens it once.
#[derive(Debug, Clone)]
pub struct NewCheckout {
    /// Ours: 32 lower-case hexadecimal digits, which is `out_trade_no` where a provider wants one, and stands in its
    /// metadata elsewhere.
    pub reference: String,
    /// What is bought, one line of plain text in any script.
    pub title: String,
    /// Of what renews: in the long run.
    pub amount: Money,
    pub mode: Mode,
    pub device: Device,
    /// The buyer's e-mail, where there is one.
    pub email: Option<String>,
    pub client_ip: String,
    /// `zh-CN` or `en`.
    pub locale: &'static str,
    /// Absolute addresses of this site.
    pub return_url: String,
    pub cancel_url: String,
    pub notify_url: String,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
}

/// How the buyer goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To an address at the provider.
    GoTo(String),
    /// A text to be drawn as a QR code and scanned.
    Scan(String),
    /// Parameters for WeChat's own browser to call `WeixinJSBridge` with, as JSON.
    Bridge(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The provider's own number for the checkout, where it has one: `cs_…`, a PayPal order or subscription.
    pub number: Option<String>,
    pub way: Way,
}

/// A checkout that was opened, as it is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCheckout {
    pub reference: String,
    pub number: Option<String>,
    pub amount: Money,
    pub renewing: bool,
    pub cut: Option<Cut>,
}

/// Money to be given back. The same `reference` twice gives it back once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Ours: 32 lower-case hexadecimal digits.
    pub reference: String,
    /// The checkout it was paid at, and the provider's number for the payment.
    pub checkout: String,
    pub payment: String,
    pub amount: Money,
    /// All that was paid, which some providers want to hear.
    pub paid: Money,
    pub reason: String,
    pub notify_url: String,
}

/// What is to become of a renewing agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// No further charge; it ends when the paid term does.
    CancelAtEnd,
    /// Takes that back, as long as it has not ended.
    Resume,
    /// Ends at once.
    EndNow,
    /// No charges until it is taken up again.
    Pause,
    Unpause,
}

/// Another price for a renewing agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrice {
    pub amount: Money,
    pub every: Cadence,
    /// In the running term, of which the buyer pays the difference for what is left from this instant on; none: from the
    /// next charge on, and nothing is settled between.
    pub at_once: Option<Timestamp>,
    /// Where the buyer comes back to, should they have to agree at the provider. Absolute.
    pub return_url: String,
}

/// What came of asking for another price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repriced {
    Done(Vec<Fact>),
    /// It holds once the buyer has agreed to it at this address; until then all stays as it is.
    Consent(String),
}

/// One provider, reached with its keys.
///
/// Every call is safe to repeat: those that make something carry an idempotency key made of our reference. Time-outs
/// and repeated tries are in [`http`].
#[async_trait]
pub trait Connection: Send + Sync {
    fn provider(&self) -> Provider;

    /// A harmless call with these keys; gives the real answer for an admin to read, shortened, without secrets.
    async fn test(&self) -> Result<String, Failure>;

    /// Where a browser inside the provider's own app is sent to learn who holds it: it comes back to `return_url` with a
    /// `code` in the query. `None`: it is not asked, or cannot be with these keys.
    fn who_is_asked_at(&self, _return_url: &str) -> Option<String> {
        None
    }

    /// Who a code stands for: an id that only this provider understands. A code is good once, and for minutes.
    async fn who(&self, _code: &str) -> Result<String, Failure> {
        Err(Failure::Refused { code: "nobody".to_owned(), message: "this provider does not say who".to_owned() })
    }

    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure>;

    /// How a checkout stands now, with all that is known of its payments; captures what the buyer approved.
    async fn look(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure>;

    /// Closes a checkout, so that it cannot be paid any more; if it was paid meanwhile, the facts say so.
    async fn close(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure>;

    /// Asks for a refund. Whether it went through may be told later.
    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure>;

    /// How a refund that was asked for stands.
    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure>;

    /// How a renewing agreement stands, with its payments of the last terms.
    async fn look_agreement(&self, agreement: &str) -> Result<Vec<Fact>, Failure>;

    /// The agreement a payment was a term of, for those whose book names no reference of ours in such a line; `None`: of none.
    async fn agreement_of(&self, _payment: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// Every agreement on the account that has not ended, also those that were made elsewhere.
    async fn agreements(&self) -> Result<Vec<Found>, Failure> {
        Err(Failure::Refused { code: "nothing renews".to_owned(), message: "this provider does not list its agreements".to_owned() })
    }

    async fn change(&self, agreement: &str, change: Change, reference: &str) -> Result<Vec<Fact>, Failure>;

    /// Charges another price. Refused whole when the difference cannot be charged.
    async fn reprice(&self, _agreement: &str, _wanted: &NewPrice, _reference: &str) -> Result<Repriced, Failure> {
        Err(Failure::Refused { code: "nothing renews".to_owned(), message: "this provider has no agreements".to_owned() })
    }

    /// Lets the next terms of a running agreement cost less, as `cut` says. Refused by whoever cannot.
    async fn cut(&self, _agreement: &str, _every: Cadence, _price: Money, _cut: &Cut, _reference: &str) -> Result<Vec<Fact>, Failure> {
        Err(Failure::Refused { code: "cannot cut".to_owned(), message: "this provider changes no price for some terms".to_owned() })
    }

    /// Where the buyer manages their method of payment at the provider, if it has such a page.
    async fn portal(&self, agreement: &str, return_url: &str) -> Result<Option<String>, Failure>;

    /// Signature first, then its form. Never more than one look at the provider for the keys to check it with.
    async fn believe(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief>;

    /// What a notification is about, as it stands at the provider now, not as it stood when it was written. No facts: it is
    /// of no interest to us.
    async fn facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure>;

    /// What moved on the account between two instants, for reconciliation: everything, also what is not ours.
    async fn movements(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure>;
}

/// What a connection is made of beside its keys.
#[derive(Clone)]
pub struct Means {
    pub http: http::Client,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Means {
    /// 32 hexadecimal digits that nobody guesses.
    pub fn nonce(&self) -> String {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
