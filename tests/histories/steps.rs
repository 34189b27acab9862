//! What a history is made of.

use crate::sides::{Deed, Kind};
use proptest::prelude::*;

/// One step. Numbers pick among what there is, whatever that is by then.
#[derive(Debug, Clone)]
pub enum Step {
    /// The member begins to buy: the article, a term, or a renewing membership where the provider has such; or any of them
    /// by an offer.
    Buy(Thing),
    /// An admin puts the third article into the bundle, or takes it out.
    Alter(bool),
    /// The friend takes what the member gave away.
    Take(usize),
    /// Something happens in one of the teams that the member pays for.
    Team(usize, InTeam),
    /// The member gives an order up.
    GiveUp(usize),
    /// Opens a checkout of an order, or goes on with the one there is.
    Open(usize),
    /// Something happens at the provider to a checkout.
    There(usize, Deed),
    /// A notification that waits arrives, so many times.
    Deliver(usize, u8),
    /// Two that wait arrive at the same moment.
    DeliverTwo(usize, usize),
    /// A notification is lost. The provider tries again, but much later.
    Lose(usize),
    /// What arrived is processed.
    Process,
    /// The buyer's browser comes back, or "I have paid" is pressed.
    Return(usize),
    /// An admin gives back so many hundredths of a payment.
    Refund(usize, u8),
    /// The buyer takes an order back, by the rule that was promised.
    TakeBack(usize),
    /// The member cancels at the end of the term, takes it back, or stops the charges for a while.
    Change(usize, Wish),
    /// The member goes over to another tier or term with what renews, as it is offered; and agrees to it at the provider
    /// at once, where that is asked.
    Reprice(usize, usize, bool),
    /// The member lets their term passes stand still, or go on.
    Rest(bool),
    /// The member goes over to another tier with what is left of a term pass, as it is offered.
    GoOver(usize),
    /// The member takes out by whom they were recommended.
    TakeOut(usize),
    /// An admin decides whether an order counts for who recommended it.
    Exclude(usize, bool),
    /// So many minutes pass.
    Wait(u32),
    /// The program does what time brings.
    Tick,
    /// The next thing is broken off after so many steps inside, as by a crash.
    Crash(u32, Box<Step>),
}

#[derive(Debug, Clone, Copy)]
pub enum Thing {
    Article,
    Term,
    Renewing,
    /// The article and others, together.
    Bundle,
    /// The article or a term, as a gift.
    Gift(bool),
    GiftBundle,
    /// Thanks for the article, or to its author.
    Tip,
    TipAuthor,
    /// A term of two seats, for a team.
    Team,
    /// By one of the offers there are.
    ByOffer(usize),
}

#[derive(Debug, Clone, Copy)]
pub enum InTeam {
    /// One of three takes a seat, where there are two: the member, the friend, the guest.
    Sit(Who),
    Leave(Who),
    /// The member takes a seat away from whoever sits there.
    Free(usize),
    /// The member ends the link.
    NewLink,
    /// The member begins to buy the next term.
    Renew,
}

#[derive(Debug, Clone, Copy)]
pub enum Who {
    Member,
    Friend,
    Guest,
}

#[derive(Debug, Clone, Copy)]
pub enum Wish {
    Cancel,
    Resume,
    Pause,
    Unpause,
}

fn deed(kind: Kind) -> BoxedStrategy<Deed> {
    let common = prop_oneof![8 => Just(Deed::Pay), 1 => (1..130u8).prop_map(Deed::Refund), 1 => Just(Deed::Refund(100))];
    match kind {
        Kind::Wechat | Kind::Alipay => common.boxed(),
        Kind::Stripe | Kind::Paypal => prop_oneof![
            6 => common,
            1 => Just(Deed::PayLater),
            1 => Just(Deed::Arrive),
            1 => Just(Deed::Vanish),
            1 => Just(Deed::Decline),
            1 => Just(Deed::Dispute),
            1 => Just(Deed::Win),
            1 => Just(Deed::Lose),
            1 => any::<bool>().prop_map(Deed::Failing),
            1 => Just(Deed::Cancel),
            1 => any::<bool>().prop_map(Deed::Consent),
        ]
        .boxed(),
    }
}

/// What is bought alike everywhere.
fn plain() -> BoxedStrategy<Thing> {
    let gift = any::<bool>().prop_map(Thing::Gift);
    prop_oneof![3 => Just(Thing::Bundle), 3 => gift, 1 => Just(Thing::GiftBundle), 1 => Just(Thing::Tip), 1 => Just(Thing::TipAuthor)]
        .boxed()
}

fn thing(kind: Kind) -> BoxedStrategy<Thing> {
    match kind {
        Kind::Wechat | Kind::Alipay => {
            prop_oneof![4 => Just(Thing::Article), 4 => Just(Thing::Term), 6 => plain(), 3 => Just(Thing::Team), 2 => (0..16usize).prop_map(Thing::ByOffer)].boxed()
        }
        Kind::Stripe | Kind::Paypal => {
            let offer = (0..16usize).prop_map(Thing::ByOffer);
            prop_oneof![2 => Just(Thing::Article), 2 => Just(Thing::Term), 4 => Just(Thing::Renewing), 6 => plain(), 3 => Just(Thing::Team), 4 => offer].boxed()
        }
    }
}

/// Something is bought and taken to the provider, which most often is paid; then anything may happen.
pub fn history(kind: Kind) -> BoxedStrategy<Vec<Step>> {
    let begun = (thing(kind), prop::bool::weighted(0.85)).prop_map(|(thing, paid)| (thing, paid));
    let begun = prop::collection::vec(begun, 1..3).prop_map(|begun| {
        let steps = begun.into_iter().enumerate().flat_map(|(n, (thing, paid))| {
            let paid = paid.then_some(Step::There(n, Deed::Pay));
            [Some(Step::Buy(thing)), Some(Step::Open(n)), paid]
        });
        steps.flatten().collect::<Vec<_>>()
    });
    (begun, prop::collection::vec(step(kind), 0..24)).prop_map(|(begun, rest)| begun.into_iter().chain(rest).collect()).boxed()
}

fn step(kind: Kind) -> BoxedStrategy<Step> {
    let thing = thing(kind);
    let wish = prop_oneof![Just(Wish::Cancel), Just(Wish::Resume), Just(Wish::Pause), Just(Wish::Unpause)];
    let reprices = if matches!(kind, Kind::Stripe | Kind::Paypal) { 3 } else { 1 };
    let minutes = prop_oneof![1..10u32, 10..200u32, 1_000..5_000u32, 30_000..60_000u32];
    let who = || prop_oneof![Just(Who::Member), Just(Who::Friend), Just(Who::Guest)];
    let in_team = prop_oneof![
        6 => who().prop_map(InTeam::Sit),
        2 => who().prop_map(InTeam::Leave),
        2 => (0..2usize).prop_map(InTeam::Free),
        1 => Just(InTeam::NewLink),
        2 => Just(InTeam::Renew),
    ];
    let plain = prop_oneof![
        4 => thing.prop_map(Step::Buy),
        4 => (0..8usize).prop_map(Step::Open),
        2 => (0..8usize).prop_map(Step::Take),
        4 => (0..4usize, in_team).prop_map(|(n, deed)| Step::Team(n, deed)),
        1 => (0..8usize).prop_map(Step::GiveUp),
        1 => any::<bool>().prop_map(Step::Alter),
        7 => (0..8usize, deed(kind)).prop_map(|(n, deed)| Step::There(n, deed)),
        6 => (0..20usize, 1..3u8).prop_map(|(n, times)| Step::Deliver(n, times)),
        1 => (0..20usize, 0..20usize).prop_map(|(a, b)| Step::DeliverTwo(a, b)),
        2 => (0..20usize).prop_map(Step::Lose),
        3 => Just(Step::Process),
        3 => (0..8usize).prop_map(Step::Return),
        2 => (0..8usize, prop_oneof![Just(100u8), 1..120u8]).prop_map(|(n, part)| Step::Refund(n, part)),
        1 => (0..8usize).prop_map(Step::TakeBack),
        1 => (0..8usize, wish).prop_map(|(n, wish)| Step::Change(n, wish)),
        reprices => (0..8usize, 0..8usize, any::<bool>()).prop_map(|(n, m, agrees)| Step::Reprice(n, m, agrees)),
        4 => prop::bool::weighted(0.6).prop_map(Step::Rest),
        4 => (0..8usize).prop_map(Step::GoOver),
        1 => (0..8usize).prop_map(Step::TakeOut),
        1 => (0..8usize, any::<bool>()).prop_map(|(n, excluded)| Step::Exclude(n, excluded)),
        3 => minutes.prop_map(Step::Wait),
        3 => Just(Step::Tick),
    ];
    // To settle a payment takes some hundreds.
    let polls = prop_oneof![3 => 0..60u32, 2 => 60..600u32];
    prop_oneof![
        6 => plain.clone(),
        1 => (polls, plain).prop_map(|(polls, step)| Step::Crash(polls, Box::new(step))),
    ]
    .boxed()
}
