//! What providers tell, in one language. A fact says how one thing stands, under the provider's own number for it; it may
//! be told often, late and in any order, and the same set of facts always means the same.

use crate::foundation::cadence::Cadence;
use crate::foundation::money::Money;
use crate::foundation::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    Checkout(CheckoutFact),
    Payment(PaymentFact),
    Refund(RefundFact),
    Dispute(DisputeFact),
    Agreement(AgreementFact),
    /// The buyer agreed to pay a checkout of ours, and the money is taken by looking at it, if it is still wanted.
    Approved {
        reference: String,
    },
    /// Something that does not fit: another payee, a wrong app, an amount the provider itself contradicts. Put aside for
    /// an admin; `reference` is ours if it names one.
    Mismatch {
        reference: Option<String>,
        reason: String,
    },
}

impl Fact {
    /// Our reference of a checkout that the buyer agreed to pay.
    pub fn approved(&self) -> Option<&str> {
        match self {
            Fact::Approved { reference } => Some(reference),
            _ => None,
        }
    }
}

/// How a checkout stands that has not brought money. Of no interest once it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutFact {
    /// Ours; `None` when it was not opened by us.
    pub reference: Option<String>,
    /// The provider's number, where it has one.
    pub number: Option<String>,
    pub state: CheckoutState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutState {
    Open,
    /// The money is on its way.
    Pending,
    /// The last try failed; another may follow.
    Declined,
    /// Expired or closed: cannot be paid any more.
    Closed,
}

/// Money that came, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFact {
    /// The provider's number for the payment, which a refund names: `pi_…`, a capture, a `transaction_id`, a `trade_no`.
    pub payment: String,
    /// Our reference of the checkout; for a charge of an agreement, that of the checkout it began with. `None`: not ours.
    pub reference: Option<String>,
    /// What the buyer paid.
    pub amount: Money,
    /// What the provider keeps of it, once it says so; in the currency of the amount.
    pub fee: Option<Money>,
    /// By the provider's clock.
    pub paid_at: Timestamp,
    /// Which term of which agreement it pays; `None` for something bought once.
    pub term: Option<PaidTerm>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidTerm {
    /// The provider's number for the agreement: `sub_…`, `I-…`.
    pub agreement: String,
    pub from: Timestamp,
    pub until: Timestamp,
    /// It is no term of its own: what a change to another price within a running term cost, for the rest of it.
    pub settles: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFact {
    /// The provider's number for the refund.
    pub refund: String,
    /// Ours, when we asked for it.
    pub reference: Option<String>,
    /// The payment it is taken from.
    pub payment: String,
    pub amount: Money,
    /// What the provider gives back of its fee.
    pub fee_returned: Option<Money>,
    pub state: RefundState,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    Pending,
    /// It left our account and cannot reach the buyer, whose card or account is gone: it is on its way until the merchant
    /// says at the provider where to.
    Stuck,
    Succeeded,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFact {
    pub dispute: String,
    pub payment: String,
    /// How much is contested, and held by the provider meanwhile.
    pub amount: Money,
    /// What the provider charges for it, as far as known.
    pub fee: Option<Money>,
    pub state: DisputeState,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeState {
    Open,
    Won,
    Lost,
}

/// How a renewing agreement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementFact {
    pub agreement: String,
    /// Our reference of the checkout it began with; `None`: not ours.
    pub reference: Option<String>,
    /// The provider's number for the buyer.
    pub customer: Option<String>,
    pub state: AgreementState,
    /// When it began, which its terms are counted from.
    pub began: Option<Timestamp>,
    /// What is charged in the long run, and how often, where the provider says so.
    pub charges: Option<(Money, Cadence)>,
    /// End of the running trial.
    pub trial_until: Option<Timestamp>,
    /// End of the running term.
    pub term_until: Option<Timestamp>,
    /// It will not be charged again, and ends with the running term.
    pub ends_with_term: bool,
    /// How it is paid, for the member to recognise: `Visa ···· 4242`.
    pub method: Option<String>,
    /// When the provider was asked: of two, the later holds.
    pub as_of: Timestamp,
}

/// An agreement that is on the account, whoever made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub fact: AgreementFact,
    /// The provider's numbers for what it is about: `prod_…`, and for the price of it: `price_…`.
    pub product: String,
    pub price: String,
    /// What the product is called there, where the keys may read that.
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreementState {
    /// Not begun: the buyer has not agreed yet, or the first charge has not gone through.
    Waiting,
    Trialing,
    Active,
    /// A charge failed; the provider tries again.
    PastDue,
    Paused,
    Ended,
}

impl AgreementState {
    /// Whether it has begun and not ended.
    pub const fn runs(self) -> bool {
        !matches!(self, AgreementState::Waiting | AgreementState::Ended)
    }
}

/// One line of the provider's own book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The number of what moved: that of the payment, the refund, the dispute or the payout.
    pub number: String,
    pub kind: MovementKind,
    /// Our reference, if the line names one.
    pub reference: Option<String>,
    /// The number of the payment that a refund gives back, if the line names it.
    pub of: Option<String>,
    /// The provider's number for the buyer of a payment, if the line names them.
    pub customer: Option<String>,
    /// What it added to the account before fees; negative when it took. Of a payment or a refund in the currency that was paid, if
    /// the provider says that.
    pub gross: Money,
    /// What was kept as a fee, positive; negative when it was given back. In the currency of `gross`.
    pub fee: Money,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementKind {
    Payment,
    Refund,
    Dispute,
    Payout,
    Other,
}
