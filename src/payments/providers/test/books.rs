//! The provider's side: its checkouts, and what its buttons do.

use super::deliver::deliver;
use super::message::{self, Data, Message};
use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::SECOND;
use crate::payments::model::Order;
use crate::payments::providers::Event;
use crate::server::context::Context;
use crate::server::db::{Queries, Tx};
use crate::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Pending,
    Declined,
    Paid,
}

impl State {
    const ALL: [State; 4] = [State::Open, State::Pending, State::Declined, State::Paid];

    const fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Pending => "pending",
            State::Declined => "declined",
            State::Paid => "paid",
        }
    }
}

/// One checkout, as the provider knows it.
#[derive(Debug, Clone)]
pub struct Checkout {
    pub reference: String,
    pub order_reference: String,
    pub amount: Money,
    pub description: String,
    /// A path on the site: where the buyer goes afterwards.
    pub return_url: String,
    pub state: State,
    /// How often it was paid.
    pub payments: i64,
}

/// The buttons of the provider's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Pay,
    Decline,
    /// The money will come later.
    PayLater,
    /// Two payments, and one of them told twice.
    PayTwice,
    /// The money that was to come later is there.
    Arrive,
    /// Tells Stoa once more what it was told before.
    TellAgain,
}

impl Action {
    pub fn parse(text: &str) -> Option<Action> {
        Some(match text {
            "pay" => Action::Pay,
            "decline" => Action::Decline,
            "later" => Action::PayLater,
            "twice" => Action::PayTwice,
            "arrive" => Action::Arrive,
            "again" => Action::TellAgain,
            _ => return None,
        })
    }

    /// From which two states, to which state, with how many payments more.
    const fn step(self) -> (State, State, State, i64) {
        match self {
            Action::Pay => (State::Open, State::Declined, State::Paid, 1),
            Action::PayTwice => (State::Open, State::Declined, State::Paid, 2),
            Action::PayLater => (State::Open, State::Declined, State::Pending, 0),
            Action::Decline => (State::Open, State::Pending, State::Declined, 0),
            Action::Arrive => (State::Pending, State::Pending, State::Paid, 1),
            Action::TellAgain => (State::Paid, State::Paid, State::Paid, 0),
        }
    }
}

const BEGIN: &str = "insert into test_provider_checkouts (reference, order_reference, currency, minor, description, return_url, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (order_reference) do nothing";

/// Begins a checkout for an order, or goes on with the one there is; gives its number.
pub async fn begin(ctx: &Context, tx: &mut Tx, order: &Order) -> Result<String> {
    let (currency, minor, return_url) = (order.price.currency.code(), order.price.minor, format!("{}/return", order.path()));
    let args = args![format!("tc_{}", ctx.token()), &order.reference, currency, minor, &order.title, return_url, ctx.now()];
    tx.run(BEGIN, args).await?;
    let sql = "select reference from test_provider_checkouts where order_reference = $1";
    let (reference,): (String,) = tx.one(sql, args![&order.reference]).await?;
    Ok(reference)
}

type Row = (String, String, String, i64, String, String, String, i64);

fn from_row((reference, order_reference, currency, minor, description, return_url, state, payments): Row) -> Option<Checkout> {
    let amount = Money::new(minor, Currency::parse(&currency)?);
    let state = State::ALL.into_iter().find(|known| known.as_str() == state)?;
    Some(Checkout { reference, order_reference, amount, description, return_url, state, payments })
}

const CHECKOUT: &str = "select reference, order_reference, currency, minor, description, return_url, status, payments
from test_provider_checkouts
where reference = $1";

/// A checkout by its number, which only who was sent there knows; 404 when the provider is off.
pub async fn checkout(ctx: &Context, reference: &str) -> Result<Checkout> {
    if !ctx.config().test_payments {
        return Err(AppError::NotFound);
    }
    let row: Option<Row> = ctx.db().optional(CHECKOUT, args![reference]).await?;
    row.and_then(from_row).ok_or(AppError::NotFound)
}

const STEP: &str = "update test_provider_checkouts
set status = $4, payments = payments + $5
where reference = $1 and status in ($2, $3)";

/// What Stoa answered: `Err` with its words when it refused.
pub type Told = Result<(), String>;

/// Does what a button says, once. A conflict when it does not fit the state.
async fn step(ctx: &Context, reference: &str, action: Action) -> Result<Checkout> {
    let before = checkout(ctx, reference).await?;
    let (from, or_from, to, payments) = action.step();
    let args = args![&before.reference, from.as_str(), or_from.as_str(), to.as_str(), payments];
    if ctx.db().run(STEP, args).await? == 0 {
        return Err(AppError::Conflict(words!("这个结账已经有了结果。", "This checkout has been decided already.")));
    }
    checkout(ctx, reference).await
}

/// Does what a button says, once, and tells Stoa. A conflict when it does not fit the state.
pub async fn act(ctx: &Context, reference: &str, action: Action) -> Result<(Checkout, Told)> {
    let after = step(ctx, reference, action).await?;
    for message in messages(ctx, &after, action) {
        if let Err(said) = deliver(ctx, &message).await? {
            return Ok((after, Err(said)));
        }
    }
    Ok((after, Ok(())))
}

/// Pays a checkout and gives what is to be told, for a command that settles it itself while no server listens.
pub async fn pay_offline(ctx: &Context, reference: &str) -> Result<Vec<Event>> {
    let after = step(ctx, reference, Action::Pay).await?;
    let messages = messages(ctx, &after, Action::Pay);
    let bodies = messages.iter().map(|message| serde_json::to_vec(message).map_err(|_| AppError::Internal));
    bodies.map(|body| message::read(&body?)).collect()
}

fn messages(ctx: &Context, checkout: &Checkout, action: Action) -> Vec<Message> {
    let tell = |id: String, kind: &str, n: i64| Message {
        id,
        kind: kind.to_owned(),
        created: ctx.now().0.div_euclid(SECOND),
        data: Data {
            checkout: checkout.reference.clone(),
            order: checkout.order_reference.clone(),
            payment: format!("pay_{}_{n}", checkout.reference),
            amount_minor: checkout.amount.minor,
            currency: checkout.amount.currency.code().to_owned(),
        },
    };
    // The event of a payment has the same number however often it is told.
    let succeeded = |n: i64| tell(format!("evt_{}_{n}", checkout.reference), message::SUCCEEDED, n);
    match action {
        Action::Decline => vec![tell(format!("evt_{}", ctx.token()), message::DECLINED, 0)],
        Action::PayLater => vec![tell(format!("evt_{}", ctx.token()), message::PENDING, 1)],
        Action::Pay | Action::Arrive => vec![succeeded(1)],
        Action::PayTwice => vec![succeeded(1), succeeded(1), succeeded(2)],
        Action::TellAgain => (1..=checkout.payments).map(succeeded).collect(),
    }
}
