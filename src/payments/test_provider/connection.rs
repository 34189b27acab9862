//! The test provider as any other is reached.

use super::message::{self, Message};
use super::{HEADER, State, books, path, secret};
use crate::foundation::error::AppError;
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::facts::{CheckoutFact, CheckoutState, Fact, Movement, PaymentFact, RefundFact, RefundState};
use crate::providers::{Change, Connection, Disbelief, Failure, NewCheckout, NewRefund, Notification, OpenCheckout, Opened, Provider, Way};
use crate::server::context::Context;
use async_trait::async_trait;
use axum::http::HeaderMap;

pub struct TestConnection {
    ctx: Context,
}

impl TestConnection {
    pub fn new(ctx: &Context) -> TestConnection {
        TestConnection { ctx: ctx.clone() }
    }
}

fn does_not() -> Failure {
    Failure::Refused { code: "not_offered".to_owned(), message: "the test provider does not do that".to_owned() }
}

/// What a message says. None: of no interest.
pub(super) fn fact(message: &Message) -> Option<Fact> {
    let data = &message.data;
    let reference = Some(data.order.clone());
    let tried = |state| Fact::Checkout(CheckoutFact { reference: reference.clone(), number: Some(data.checkout.clone()), state });
    let Some(currency) = Currency::parse(&data.currency) else {
        return Some(Fact::Mismatch { reference, reason: "a currency nobody knows".to_owned() });
    };
    match message.kind.as_str() {
        message::SUCCEEDED if data.amount_minor <= 0 => Some(Fact::Mismatch { reference, reason: "an amount below zero".to_owned() }),
        message::SUCCEEDED => Some(Fact::Payment(PaymentFact {
            payment: data.payment.clone(),
            reference,
            amount: Money::new(data.amount_minor, currency),
            fee: Some(Money::new(0, currency)),
            paid_at: Timestamp(message.created.saturating_mul(SECOND)),
            term: None,
        })),
        message::PENDING => Some(tried(CheckoutState::Pending)),
        message::DECLINED => Some(tried(CheckoutState::Declined)),
        _ => None,
    }
}

#[async_trait]
impl Connection for TestConnection {
    fn provider(&self) -> Provider {
        Provider::Test
    }

    async fn test(&self) -> Result<String, Failure> {
        Ok("the test provider is inside this program".to_owned())
    }

    async fn open(&self, checkout: &NewCheckout) -> Result<Opened, Failure> {
        let number = books::begin(&self.ctx, checkout).await?;
        Ok(Opened { way: Way::GoTo(path(&number)), number: Some(number) })
    }

    async fn look(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        let Some(known) = books::begun_with(&self.ctx, &checkout.reference).await? else { return Ok(Vec::new()) };
        let state = match known.state {
            State::Open => CheckoutState::Open,
            State::Pending => CheckoutState::Pending,
            State::Declined => CheckoutState::Declined,
            State::Closed => CheckoutState::Closed,
            State::Paid => return Ok(books::payments_of(&self.ctx, &known).iter().filter_map(fact).collect()),
        };
        Ok(vec![Fact::Checkout(CheckoutFact { reference: Some(known.order_reference), number: Some(known.reference), state })])
    }

    async fn close(&self, checkout: &OpenCheckout) -> Result<Vec<Fact>, Failure> {
        books::close(&self.ctx, &checkout.reference).await?;
        self.look(checkout).await
    }

    /// No money came, so none goes back; it goes through at once.
    async fn refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        Ok(vec![Fact::Refund(RefundFact {
            refund: format!("ref_{}", refund.reference),
            reference: Some(refund.reference.clone()),
            payment: refund.payment.clone(),
            amount: refund.amount,
            fee_returned: None,
            state: RefundState::Succeeded,
            at: self.ctx.now(),
        })])
    }

    async fn look_refund(&self, refund: &NewRefund) -> Result<Vec<Fact>, Failure> {
        self.refund(refund).await
    }

    async fn look_agreement(&self, _agreement: &str) -> Result<Vec<Fact>, Failure> {
        Err(does_not())
    }

    async fn change(&self, _agreement: &str, _change: Change, _reference: &str) -> Result<Vec<Fact>, Failure> {
        Err(does_not())
    }

    async fn portal(&self, _agreement: &str, _return_url: &str) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    async fn believe(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, Disbelief> {
        let unchecked = |error: AppError| Disbelief::Unchecked(error.to_string());
        if !self.ctx.config().test_payments {
            return Err(Disbelief::Unsigned);
        }
        let signature = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let secret = secret(&self.ctx).await.map_err(unchecked)?;
        super::signature::verify(&secret, signature, body, self.ctx.now())?;
        let message = message::read(body).ok_or_else(|| Disbelief::Malformed("not a message".to_owned()))?;
        let made_at = Some(Timestamp(message.created.saturating_mul(SECOND)));
        Ok(Notification { id: message.id, kind: message.kind, made_at, body: body.to_vec() })
    }

    async fn facts(&self, notification: &Notification) -> Result<Vec<Fact>, Failure> {
        let message = message::read(&notification.body).ok_or_else(|| Failure::Nonsense("not a message".to_owned()))?;
        let data = &message.data;
        let fits = |known: &super::Checkout| known.reference == data.checkout;
        if let Some(known) = books::begun_with(&self.ctx, &data.order).await?
            && !fits(&known)
        {
            let reason = "the checkout is not the order's".to_owned();
            return Ok(vec![Fact::Mismatch { reference: Some(data.order.clone()), reason }]);
        }
        Ok(fact(&message).into_iter().collect())
    }

    async fn movements(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
        Ok(books::movements(&self.ctx, from, until).await?)
    }
}
