//! The provider's side: its checkouts, and what its buttons do.

use super::deliver::deliver;
use super::message::{self, Data, Message};
use crate::args;
use crate::foundation::error::{AppError, Result};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::NewCheckout;
use crate::providers::facts::{Fact, Movement, MovementKind};
use crate::server::context::Context;
use crate::server::db::Queries;
use crate::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Pending,
    Declined,
    Paid,
    /// Cannot be paid any more.
    Closed,
}

impl State {
    const ALL: [State; 5] = [State::Open, State::Pending, State::Declined, State::Paid, State::Closed];

    const fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Pending => "pending",
            State::Declined => "declined",
            State::Paid => "paid",
            State::Closed => "closed",
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

/// Begins a checkout, or goes on with the one there is for this reference; gives its number.
pub async fn begin(ctx: &Context, new: &NewCheckout) -> Result<String> {
    let (currency, minor) = (new.amount.currency.code(), new.amount.minor);
    let path = new.return_url.strip_prefix(&ctx.config().base_url).unwrap_or("/");
    let args = args![format!("tc_{}", ctx.token()), &new.reference, currency, minor, &new.title, path, ctx.now()];
    ctx.db().run(BEGIN, args).await?;
    let sql = "select reference from test_provider_checkouts where order_reference = $1";
    let (reference,): (String,) = ctx.db().one(sql, args![&new.reference]).await?;
    Ok(reference)
}

/// A checkout by the reference it was begun with.
pub async fn begun_with(ctx: &Context, reference: &str) -> Result<Option<Checkout>> {
    let sql = "select reference, order_reference, currency, minor, description, return_url, status, payments
from test_provider_checkouts
where order_reference = $1";
    let row: Option<Row> = ctx.db().optional(sql, args![reference]).await?;
    Ok(row.and_then(from_row))
}

/// Closes a checkout that nothing was paid at.
pub async fn close(ctx: &Context, reference: &str) -> Result<()> {
    let sql = "update test_provider_checkouts set status = 'closed' where order_reference = $1 and status in ('open', 'declined')";
    ctx.db().run(sql, args![reference]).await?;
    Ok(())
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
        return Err(AppError::Conflict(words!("这次结账已经有了结果。", "This checkout has been decided already.")));
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

/// Pays a checkout and gives the facts, for a command that settles them itself while no server listens.
pub async fn pay_offline(ctx: &Context, reference: &str) -> Result<Vec<Fact>> {
    let after = step(ctx, reference, Action::Pay).await?;
    Ok(messages(ctx, &after, Action::Pay).iter().filter_map(super::connection::fact).collect())
}

const PAID: &str = "select reference, order_reference, currency, minor, payments, created_at
from test_provider_checkouts
where created_at >= $1 and created_at < $2 and payments > 0
order by created_at, reference
limit 10000";

/// Its own book: what was paid at the checkouts that were begun between two instants.
pub async fn movements(ctx: &Context, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>> {
    let rows: Vec<(String, String, String, i64, i64, i64)> = ctx.db().all(PAID, args![from, until]).await?;
    let mut found = Vec::new();
    for (reference, order_reference, currency, minor, payments, at) in rows {
        let Some(currency) = Currency::parse(&currency) else { continue };
        found.extend((1..=payments).map(|n| Movement {
            number: format!("pay_{reference}_{n}"),
            kind: MovementKind::Payment,
            reference: Some(order_reference.clone()),
            of: None,
            customer: None,
            gross: Money::new(minor, currency),
            fee: Money::new(0, currency),
            at: Timestamp(at),
        }));
    }
    Ok(found)
}

/// What was told of the payments of a checkout.
pub fn payments_of(ctx: &Context, checkout: &Checkout) -> Vec<Message> {
    messages(ctx, checkout, Action::TellAgain)
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
