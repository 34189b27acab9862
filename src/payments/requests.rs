//! A buyer's wish to take something back, and what became of it.

use super::model::GivingBack;
use crate::foundation::time::Timestamp;
use crate::providers::Provider;

/// How it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By the rule, on the order's page.
    Refund,
    /// As a declaration, on the public page.
    Withdrawal,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Refund => "refund",
            Kind::Withdrawal => "withdrawal",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        [Kind::Refund, Kind::Withdrawal].into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// An admin has to decide, or to give the money back by hand.
    Open,
    Done,
    Refused,
}

impl State {
    pub const ALL: [State; 3] = [State::Open, State::Done, State::Refused];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: i64,
    /// Unguessable: `/withdraw/{reference}`.
    pub reference: String,
    pub kind: Kind,
    pub declared_at: Timestamp,
    pub reason: String,
    /// What the rule gave when it was said; 0: nothing.
    pub minor: i64,
    pub state: State,
    /// Why it was refused.
    pub answer: String,
    pub decided_at: Option<Timestamp>,
    /// The buyer.
    pub handle: String,
    pub name: String,
    /// Through whom it was paid.
    pub provider: Provider,
    /// What goes back, and how far that is.
    pub refund: Option<(i64, GivingBack)>,
}

impl Request {
    pub fn path(&self) -> String {
        format!("/withdraw/{}", self.reference)
    }
}
