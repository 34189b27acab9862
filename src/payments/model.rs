//! What is bought, how far the buying has come, and what came of it.

use crate::foundation::cadence::Cadence;
use crate::foundation::id::{BundleId, MemberId, OfferId, OrderId, PaymentId, PostId, TierId};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::payments::seller::Number;
use crate::providers::facts::{CheckoutState, DisputeState, RefundState};
use crate::providers::{Cut, Mode, OpenCheckout, Provider, Way};

/// What an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Tier(TierId, Cadence),
    Post(PostId),
    /// Several articles: those that were in it when the order was begun.
    Bundle(BundleId),
    /// Somebody who writes; tips only.
    Author(MemberId),
}

impl Item {
    /// Whether it is open for good once it is bought: no term of a tier.
    pub const fn is_reading(self) -> bool {
        matches!(self, Item::Post(_) | Item::Bundle(_))
    }
}

/// What a thing costs, and what it costs without the offer it is bought by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    pub price: Money,
    pub list: Option<Money>,
}

/// How an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// Can be paid, or paid again after a try was declined.
    Open,
    /// The provider says that the money is on its way.
    Pending,
    /// Money is there that was not given back.
    Paid,
    /// All that came was given back, or taken back by the buyer's bank.
    Refunded,
}

impl OrderStatus {
    pub const ALL: [OrderStatus; 4] = [OrderStatus::Open, OrderStatus::Pending, OrderStatus::Paid, OrderStatus::Refunded];

    pub const fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Open => "open",
            OrderStatus::Pending => "pending",
            OrderStatus::Paid => "paid",
            OrderStatus::Refunded => "refunded",
        }
    }

    pub fn parse(text: &str) -> Option<OrderStatus> {
        OrderStatus::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What an offer made of the price of an order: copies, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The offer that the order uses; `None` for a later term, which costs less by the use of the first.
    pub used: Option<OfferId>,
    pub name: String,
    /// What it costs without.
    pub list: Money,
    /// Of what renews so many terms cost the order's price, and those after them the whole; `None`: all.
    pub terms: Option<u16>,
}

/// Whom an order opens what was bought to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Its buyer.
    Own,
    /// Whoever takes it, and its buyer nothing.
    Gift,
    /// Nobody: a tip, for an author.
    Tip,
    /// Whoever sits on a seat of the team it is for.
    Team,
}

impl Purpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Own => "own",
            Purpose::Gift => "gift",
            Purpose::Tip => "tip",
            Purpose::Team => "team",
        }
    }

    pub fn parse(text: &str) -> Option<Purpose> {
        [Purpose::Own, Purpose::Gift, Purpose::Tip, Purpose::Team].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// A team, and how many seats of it an order pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfTeam {
    pub id: i64,
    pub seats: i64,
}

impl OfTeam {
    /// Where its payer looks after it.
    pub fn path(self) -> String {
        format!("/account/teams/{}", self.id)
    }
}

/// What was agreed: one thing, once. Title and price are copies: they say for ever what was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    /// Unguessable: `/orders/{reference}`.
    pub reference: String,
    pub member: MemberId,
    pub item: Item,
    pub title: String,
    /// What it costs, with all tax.
    pub price: Money,
    /// What was agreed, where tax is added to it: `price` is the same until its buyer said where they live. `None`: tax is
    /// in the price.
    pub net: Option<Prices>,
    pub purpose: Purpose,
    /// The team it is a term of.
    pub team: Option<OfTeam>,
    /// The buyer agreed to be charged again each term, first after so many days.
    pub renewing: bool,
    /// What a change within a running term cost, for the rest of it: no price of a term.
    pub settles: bool,
    pub trial_days: i64,
    pub offer: Option<Applied>,
    pub status: OrderStatus,
    /// A path on this site: where the buyer came from.
    pub return_to: String,
    /// The agreement it began, or that it is a later term of: a row of `subscriptions`.
    pub subscription: Option<i64>,
    pub created_at: Timestamp,
    /// When its buyer gave it up.
    pub closed_at: Option<Timestamp>,
    /// When the last try was declined, if nothing came after.
    pub declined_at: Option<Timestamp>,
    pub paid_at: Option<Timestamp>,
    /// How many transfers have been booked for it.
    pub booked: i64,
    /// Until when it opens what was bought; `None` for good, or not at all.
    pub opens_until: Option<Timestamp>,
    /// Its agreement began with a trial, and nothing was charged yet.
    pub trial: Option<Trial>,
}

/// How the trial of an order stands that is not paid because nothing is due yet, or never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// When it ends, or ended.
    pub until: Timestamp,
    /// It is charged then; otherwise it was cancelled.
    pub charged: bool,
}

impl Trial {
    pub fn runs(self, now: Timestamp) -> bool {
        self.until > now
    }
}

/// What buyers know an order by.
pub fn order_number(id: OrderId) -> String {
    format!("O-{:06}", id.0)
}

/// The order that is meant by `O-000017`, `o-17` or `17`.
pub fn order_of_number(text: &str) -> Option<OrderId> {
    let digits = text.strip_prefix("O-").or_else(|| text.strip_prefix("o-")).unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Who gets a tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// Its author, whose site it is.
    ToOwner,
    /// Its author this part, in hundredths of a percent, of what the provider's fee leaves; the site has the rest.
    Shared(i64),
    /// The site, and its author nothing.
    ToSite,
}

impl Goes {
    /// `rate`: what creators get, in hundredths of a percent.
    pub fn of(owns_the_site: bool, rate: i64) -> Goes {
        match rate {
            _ if owns_the_site => Goes::ToOwner,
            0 => Goes::ToSite,
            rate => Goes::Shared(rate),
        }
    }
}

/// How long an order can be paid, by bank transfer too.
pub const STANDS: i64 = 30 * DAY;
/// How long an order by an offer can be paid: it keeps others from what is left of the offer meanwhile.
pub const STANDS_BY_OFFER: i64 = 3 * DAY;

impl Order {
    pub fn path(&self) -> String {
        format!("/orders/{}", self.reference)
    }

    pub fn is_gift(&self) -> bool {
        self.purpose == Purpose::Gift
    }

    pub fn is_tip(&self) -> bool {
        self.purpose == Purpose::Tip
    }

    /// What was agreed, without tax that is added to it.
    pub fn stated(&self) -> Prices {
        self.net.unwrap_or(Prices { price: self.price, list: self.offer.as_ref().map(|offer| offer.list) })
    }

    /// What one seat of a team costs, as it was agreed.
    pub fn seat(&self) -> Option<Money> {
        self.team.map(|team| Money::new(self.stated().price.minor / team.seats.max(1), self.price.currency))
    }

    /// Where its buyer sees what became of a gift.
    pub fn gift_path(&self) -> String {
        format!("/orders/{}/gift", self.reference)
    }

    /// Where its buyer asks for a 发票, and sees what became of it.
    pub fn fapiao_path(&self) -> String {
        format!("{}/fapiao", self.path())
    }

    /// Short enough to be written on a bank transfer: `O-000017`.
    pub fn short(&self) -> String {
        order_number(self.id)
    }

    /// Why something was opened.
    pub fn cause(&self) -> String {
        format!("order:{}", self.id)
    }

    /// Why its tier was open while nothing was paid.
    pub fn trial_cause(&self) -> Option<String> {
        self.subscription.filter(|_| self.trial.is_some()).map(|subscription| format!("trial:{subscription}"))
    }

    /// Why an article of a bundle was opened.
    pub fn cause_of(&self, post: PostId) -> String {
        format!("order:{}:{post}", self.id)
    }

    /// Until when it can be paid at the price that was agreed.
    pub fn stands_until(&self) -> Timestamp {
        let by_offer = self.offer.as_ref().is_some_and(|offer| offer.used.is_some());
        self.created_at.plus(if by_offer { STANDS_BY_OFFER } else { STANDS })
    }

    /// Whether it can no longer be paid: it was made too long ago, or given up.
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        matches!(self.status, OrderStatus::Open) && (self.closed_at.is_some() || now > self.stands_until())
    }

    /// Whether it waits to be paid, and can be: no money is on its way, and it is not tried for nothing either.
    pub fn can_be_begun(&self, now: Timestamp) -> bool {
        self.status == OrderStatus::Open && self.trial.is_none() && !self.has_lapsed(now)
    }

    /// What an offer took off, of what was agreed.
    pub fn off(&self) -> Option<Money> {
        let Prices { price, list } = self.stated();
        let off = list?.minor.saturating_sub(price.minor);
        (off > 0).then(|| Money::new(off, self.price.currency))
    }

    /// What the first terms of a renewing membership cost, where those after them cost more.
    pub fn cut(&self) -> Option<Cut> {
        let terms = self.offer.as_ref()?.terms.filter(|_| self.renewing)?;
        self.off().map(|_| Cut { amount: self.price, terms })
    }

    /// What of its price is left once so much of it was given back; nothing once a dispute took it, too.
    pub fn left(&self, refunded: i64) -> Money {
        let left = if self.status == OrderStatus::Refunded { 0 } else { self.price.minor.saturating_sub(refunded).max(0) };
        Money::new(left, self.price.currency)
    }

    /// What a term costs in the long run.
    pub fn regular(&self) -> Money {
        match (&self.offer, self.cut()) {
            (Some(offer), Some(_)) => offer.list,
            _ => self.price,
        }
    }

    pub fn mode(&self) -> Mode {
        match self.item {
            Item::Tier(_, every) if self.renewing => {
                Mode::Renewing { every, trial_days: u16::try_from(self.trial_days).unwrap_or_default(), cut: self.cut() }
            }
            _ => Mode::Once,
        }
    }
}

/// One try to pay an order at one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    pub id: i64,
    pub order: OrderId,
    pub provider: Provider,
    /// Ours, by which the provider knows it.
    pub reference: String,
    /// The provider's own number.
    pub number: Option<String>,
    /// How the buyer goes on; `None` until the provider has answered.
    pub way: Option<Way>,
    pub state: TryState,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
    pub looks: i64,
}

/// How a checkout stands with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryState {
    /// The provider has not answered yet.
    Opening,
    Told(CheckoutState),
    Paid,
}

impl TryState {
    pub const fn as_str(self) -> &'static str {
        match self {
            TryState::Opening => "opening",
            TryState::Told(CheckoutState::Open) => "open",
            TryState::Told(CheckoutState::Pending) => "pending",
            TryState::Told(CheckoutState::Declined) => "declined",
            TryState::Told(CheckoutState::Closed) => "closed",
            TryState::Paid => "paid",
        }
    }

    pub fn parse(text: &str) -> Option<TryState> {
        let told = [CheckoutState::Open, CheckoutState::Pending, CheckoutState::Declined, CheckoutState::Closed];
        told.into_iter().map(TryState::Told).chain([TryState::Opening, TryState::Paid]).find(|state| state.as_str() == text)
    }

    /// Whether it can still be paid.
    pub const fn is_live(self) -> bool {
        !matches!(self, TryState::Paid | TryState::Told(CheckoutState::Closed))
    }
}

impl Checkout {
    /// Whether money may be on its way by it.
    pub fn is_pending(&self) -> bool {
        self.state == TryState::Told(CheckoutState::Pending)
    }

    /// As a provider is asked about it.
    pub fn as_asked(&self, order: &Order) -> OpenCheckout {
        OpenCheckout {
            reference: self.reference.clone(),
            number: self.number.clone(),
            amount: order.regular(),
            renewing: order.renewing,
            cut: order.cut(),
        }
    }
}

/// Money that came for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub provider: Provider,
    /// The provider's number.
    pub number: String,
    pub amount: Money,
    pub fee: Option<i64>,
    /// One too many, which is owed back.
    pub surplus: bool,
    pub paid_at: Timestamp,
    /// The term it pays, if it is a charge of a subscription.
    pub term: Option<(Timestamp, Timestamp)>,
    /// It was charged under an agreement that is one too many, and is owed back.
    pub needless: bool,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
}

/// How a refund stands with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivingBack {
    /// The provider has not answered yet.
    Asked,
    Told(RefundState),
}

impl GivingBack {
    /// As it is kept. One that is stuck is pending; that it is stuck is kept as an alarm.
    pub const fn as_str(self) -> &'static str {
        match self {
            GivingBack::Asked => "asked",
            GivingBack::Told(RefundState::Pending | RefundState::Stuck) => "pending",
            GivingBack::Told(RefundState::Succeeded) => "succeeded",
            GivingBack::Told(RefundState::Failed) => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<GivingBack> {
        let told = [RefundState::Pending, RefundState::Succeeded, RefundState::Failed];
        told.into_iter().map(GivingBack::Told).chain([GivingBack::Asked]).find(|state| state.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: i64,
    /// Ours, when we asked for it.
    pub reference: Option<String>,
    pub minor: i64,
    pub fee_returned: i64,
    /// No admin asked for it: it followed from what was paid, or what its buyer took back.
    pub by_itself: bool,
    pub state: GivingBack,
    pub reason: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub id: i64,
    pub minor: i64,
    pub fee: i64,
    pub state: DisputeState,
    pub at: Timestamp,
}

/// What a paid order's buyer can show: the order, and the payment that paid it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub order: Order,
    pub payment: PaymentId,
    /// As written on it; given in the transaction that first found the payment to pay the order.
    pub number: Option<Number>,
    pub provider: Provider,
    pub received_at: Timestamp,
    /// Money received beyond the price, owed back.
    pub surplus: Option<Money>,
    /// What was given back of it.
    pub refunded: Option<Money>,
}
