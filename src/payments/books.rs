//! What the ledger should say about one order, worked out from all that is known of it, and the transfer that takes it
//! there from what it says now. Pure. A correction is thus always a new transfer, and the same set of facts always ends in
//! the same book, in whatever order they were told.

use super::affiliates::model::Reward;
use super::ledger::{Account, Entry};
use super::model::{Item, Order, Payment};
use super::shares::split::{Promised, Split, part_out};
use super::standing::standing;
use super::tax::share;
use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::Money;
use crate::providers::facts::DisputeState;
use std::collections::BTreeMap;

/// Sums by account, and in a bundle by the article that they are about, in the order's currency; no zeros.
pub type Balances = BTreeMap<(String, Option<PostId>), i64>;

/// What the ledger should say. `elsewhere` as in [`standing`]; `tax`: what there is of it in what the order costs.
///
/// A payment is what the provider holds for us, less its fee, against what was earned; one too many is owed back. A refund
/// takes from both what was put there. A contested amount stands apart, and what is lost was never earned. Tax is owed as far
/// as what includes it was earned. Creators get what was promised of what is left of all that, and wait for it while any of it
/// is contested; who recommended the buyer gets the `reward`. What a bundle earned, what providers kept of it and what that reward
/// is are parted among its articles, so that the net of each is its part of the whole net.
pub fn wanted(order: &Order, payments: &[Payment], elsewhere: bool, tax: i64, promised: &Promised, reward: Option<Reward>) -> Balances {
    let paying = standing(payments, elsewhere).paying;
    let mut sums = Balances::new();
    for (n, payment) in payments.iter().enumerate() {
        let at_provider = Account::Provider(payment.provider);
        let earned = match order.item {
            _ if paying != Some(n) => Account::Surplus,
            Item::Tier(..) => Account::Fees,
            Item::Post(_) | Item::Bundle(_) | Item::Author(_) => Account::Sales,
        };
        let mut move_money = |from: Account, to: Account, minor: i64| {
            add(&mut sums, from, None, -minor);
            add(&mut sums, to, None, minor);
        };
        move_money(earned, at_provider, payment.amount.minor);
        move_money(at_provider, Account::ProviderFees, payment.fee.unwrap_or(0));
        for refund in payment.refunds.iter().filter(|refund| refund.went_through()) {
            move_money(at_provider, earned, refund.minor);
            move_money(Account::ProviderFees, at_provider, refund.fee_returned);
        }
        for dispute in &payment.disputes {
            move_money(at_provider, Account::ProviderFees, dispute.fee);
            match dispute.state {
                DisputeState::Open => move_money(at_provider, Account::Contested(payment.provider), dispute.minor),
                DisputeState::Lost => move_money(at_provider, earned, dispute.minor),
                DisputeState::Won => (),
            }
        }
        if paying == Some(n) {
            move_money(Account::Tax, earned, share(tax, payment.amount.minor - payment.gone(), payment.amount.minor));
        }
    }
    let contested = payments.iter().any(Payment::is_contested);
    let net = net(&sums);
    let recommended = |sums: &mut Balances, post: Option<PostId>, minor: i64| {
        if let Some(reward) = &reward {
            give(sums, post, (Account::Rewards, reward.affiliate, minor), reward.waits || contested);
        }
    };
    let rewarded = reward.as_ref().map_or(0, |reward| reward.of(net));
    match promised {
        Promised::Whole(split) => {
            give_all(&mut sums, None, split, net, contested);
            recommended(&mut sums, None, rewarded);
        }
        Promised::Parts(parts) => {
            let weights: Vec<i64> = parts.iter().map(|part| part.weight).collect();
            let each = |whole: i64| part_out(whole, &weights);
            let sold = -of(&sums, Account::Sales);
            for (part, ((sold, net), rewarded)) in parts.iter().zip(each(sold).into_iter().zip(each(net)).zip(each(rewarded))) {
                for (account, minor) in [(Account::Sales, -sold), (Account::ProviderFees, sold - net)] {
                    add(&mut sums, account, None, -minor);
                    add(&mut sums, account, Some(part.post), minor);
                }
                give_all(&mut sums, Some(part.post), &part.split, net, contested);
                recommended(&mut sums, Some(part.post), rewarded);
            }
        }
    }
    sums.retain(|_, minor| *minor != 0);
    sums
}

/// Gives creators what was promised of this net.
fn give_all(sums: &mut Balances, post: Option<PostId>, split: &Split, net: i64, waits: bool) {
    for (member, minor) in split.of(net) {
        give(sums, post, (Account::CreatorShares, member, minor), waits);
    }
}

/// Somebody gets a part of the net, and may have to wait for it.
fn give(sums: &mut Balances, post: Option<PostId>, (expense, member, minor): (Account, MemberId, i64), waits: bool) {
    add(sums, expense, post, minor);
    add(sums, if waits { Account::CreatorHeld(member) } else { Account::Creator(member) }, post, -minor);
}

fn add(sums: &mut Balances, account: Account, post: Option<PostId>, minor: i64) {
    *sums.entry((account.to_string(), post)).or_default() += minor;
}

fn of(book: &Balances, account: Account) -> i64 {
    let account = account.to_string();
    book.iter().filter(|((name, _), _)| *name == account).map(|(_, minor)| *minor).sum()
}

/// What a book shows as earned, less what providers kept. Tax was never earned.
pub fn net(book: &Balances) -> i64 {
    -of(book, Account::Fees) - of(book, Account::Sales) - of(book, Account::ProviderFees)
}

/// The entries that take the book from what it says to what it should say; none when it says that already.
pub fn difference(order: &Order, wanted: &Balances, booked: &Balances) -> Vec<Entry> {
    let mut sums = wanted.clone();
    for (line, minor) in booked {
        *sums.entry(line.clone()).or_default() -= minor;
    }
    let post: Option<PostId> = match order.item {
        Item::Post(post) => Some(post),
        Item::Tier(..) | Item::Bundle(_) | Item::Author(_) => None,
    };
    let entries = sums.into_iter().filter(|(_, minor)| *minor != 0).map(|((account, part), minor)| {
        // What was earned by an article names it, and so does what its creators get; that is theirs, not the buyer's.
        let creator = Account::creator_of(&account);
        let of_post = [Account::Sales, Account::CreatorShares, Account::Rewards].iter().any(|known| account == known.to_string());
        let post = part.or(post.filter(|_| of_post || creator.is_some()));
        let amount = Money::new(minor, order.price.currency);
        Entry { account, amount, member: creator.or(Some(order.member)), post, order: Some(order.id) }
    });
    entries.collect()
}
