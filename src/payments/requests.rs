//! A buyer's wish to take something back, and what became of it.

use super::model::GivingBack;
use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::id::PaymentId;
use crate::foundation::text;
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

/// What somebody says who withdraws on the public page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declaration {
    /// Of whoever declares it.
    pub name: String,
    /// Of the order, or of its receipt.
    pub number: String,
    /// Of the buyer's account: there the proof goes.
    pub email: String,
}

impl Declaration {
    /// What was typed, cleaned; errors stand under the names of the fields, all of which have to be filled.
    pub fn checked(&self) -> Result<Declaration> {
        let mut errors = FieldErrors::new();
        let name = errors.keep("name", text::required_line(&self.name, 100));
        let number = errors.keep("number", text::required_line(&self.number, 40));
        let email = errors.keep("email", text::required_line(&self.email, 254));
        let (Some(name), Some(number), Some(email)) = (name, number, email) else { return Err(errors.into_error()) };
        Ok(Declaration { name, number, email })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: i64,
    /// Unguessable: `/withdraw/{reference}`.
    pub reference: String,
    /// What it takes back.
    pub payment: PaymentId,
    pub kind: Kind,
    /// Who said so, by the name they gave, or had as a member; empty where that is not known (any more).
    pub declarant: String,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::error::AppError;

    #[test]
    fn a_declaration_is_whole_and_each_field_says_what_it_lacks() {
        let typed = Declaration { name: " A\u{202e}nn  Lin ".into(), number: " O-000017 ".into(), email: "ann@example.org\0".into() };
        let whole = Declaration { name: "Ann Lin".into(), number: "O-000017".into(), email: "ann@example.org".into() };
        assert_eq!(typed.checked(), Ok(whole));
        let fields = |declaration: Declaration| match declaration.checked() {
            Err(AppError::Invalid(fields)) => fields.into_iter().map(|error| error.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fields(Declaration::default()), ["name", "number", "email"]);
        assert_eq!(fields(Declaration { name: "林".repeat(101), ..typed.clone() }), ["name"]);
        assert_eq!(fields(Declaration { name: "\u{200b} ".into(), ..typed }), ["name"]);
    }
}
