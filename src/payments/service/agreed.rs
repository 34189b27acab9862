//! What an agreement is about, now and before: the tier, the term and the price, as its member changed them.
//!
//! A wish is written down before the provider hears of it. It is *agreed* once the provider says that it charges that
//! price, however we get to hear of it; and it *holds* from the instant it was agreed for, which is when the agreement's
//! own row changes. What a payment was for is read off its amount and its term among all that ever held, so that one of
//! an old term may come late.

use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::id::TierId;
use crate::foundation::time::{MINUTE, Timestamp};
use crate::payments::model::{Item, Order};
use crate::payments::store::changes::{self, ChangeRow};
use crate::payments::store::checkouts::WISH_LASTS;
use crate::payments::store::subscriptions::{self, SubscriptionRow};
use crate::providers::Provider;
use crate::providers::facts::{AgreementFact, PaidTerm, PaymentFact};
use crate::server::db::Tx;

/// What a payment is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    pub item: Item,
    pub title: String,
    /// It settles a change within a term.
    pub settles: bool,
    /// The agreement it is a term of, where we know it.
    pub subscription: Option<i64>,
}

/// What held from some instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    agreed: Agreed,
    minor: i64,
    at_once: bool,
    from: i64,
}

fn held(row: &ChangeRow) -> Option<Held> {
    let item = Item::Tier(TierId(row.tier_id), Cadence::parse(&row.cadence)?);
    let agreed = Agreed { item, title: row.title.clone(), settles: false, subscription: None };
    Some(Held { agreed, minor: row.minor, at_once: row.at_once, from: row.from_at })
}

/// What a payment for an order, or for a term of the agreement it began, is for; why it is put aside if it fits nothing.
pub async fn paid_for(tx: &mut Tx, provider: Provider, first: &Order, fact: &PaymentFact) -> Result<std::result::Result<Agreed, String>> {
    let (paid, agreed) = (fact.amount.currency.code(), first.price.currency.code());
    if paid != agreed {
        return Ok(Err(format!("paid in {paid}, agreed in {agreed}")));
    }
    let mut all = vec![Held {
        agreed: Agreed { item: first.item, title: first.title.clone(), settles: false, subscription: None },
        minor: first.price.minor,
        at_once: false,
        from: i64::MIN,
    }];
    let known = match &fact.term {
        Some(term) => subscriptions::find(tx, provider, &term.agreement).await?,
        None => None,
    };
    let subscription = known.map(|known| known.id);
    if let Some(known) = subscription {
        all.extend(changes::of_agreement(tx, known).await?.iter().rev().filter_map(held));
    }
    let fits = fitting(&all, fact.amount.minor, fact.term.as_ref()).map(|agreed| Agreed { subscription, ..agreed });
    Ok(fits.ok_or_else(|| {
        let prices: Vec<String> = all.iter().map(|held| held.minor.to_string()).collect();
        format!("paid {} minor units, agreed {}", fact.amount.minor, prices.join(" or "))
    }))
}

/// A settlement is for the last change that was made within a term until then. Anything else costs exactly what was agreed:
/// of several at the same price, the last that held by then.
fn fitting(all: &[Held], minor: i64, term: Option<&PaidTerm>) -> Option<Agreed> {
    let from = term.map_or(i64::MAX, |term| term.from.0);
    let last = |of: &dyn Fn(&Held) -> bool| all.iter().filter(|held| of(held) && held.from <= from).max_by_key(|held| held.from);
    if term.is_some_and(|term| term.settles) {
        // What a change costs is the provider's to count; but never more than the whole term.
        let made = last(&|held| held.at_once).or_else(|| last(&|_| true))?;
        return (minor <= made.minor).then(|| Agreed { settles: true, ..made.agreed.clone() });
    }
    let fits = |held: &Held| held.minor == minor;
    last(&fits).or_else(|| all.iter().find(|held| fits(held))).map(|held| held.agreed.clone())
}

/// Notes what a provider says it charges, and lets what was agreed hold when its time has come.
pub async fn note(tx: &mut Tx, known: &SubscriptionRow, fact: &AgreementFact, now: Timestamp) -> Result<()> {
    let asked = changes::of_agreement(tx, known.id).await?;
    if let Some(change) = newly_agreed(&asked, known, fact) {
        // The price may have been agreed to terms after it was asked for.
        let next = fact.term_until.or(fact.trial_until).filter(|_| !change.at_once).unwrap_or(Timestamp(change.from_at));
        changes::agree(tx, known.id, change.id, next.max(Timestamp(change.from_at)), now).await?;
    }
    let mut agreed = changes::of_agreement(tx, known.id).await?;
    if agreed.first().is_some_and(|last| last.state == "asked" && last.asked_at > now.plus(-WISH_LASTS).0) {
        // The buyer is about to agree, or we were broken off before we heard the answer.
        subscriptions::look_sooner(tx, known.id, now.plus(10 * MINUTE)).await?;
    }
    agreed.retain(|change| change.state == "agreed" && change.from_at <= now.0);
    agreed.sort_by_key(|change| (change.agreed_at, change.id));
    for change in agreed {
        changes::hold(tx, known.id, change.id).await?;
    }
    Ok(())
}

/// The wish that the provider has come to charge since it was asked for; the last of those at the same price.
fn newly_agreed<'a>(asked: &'a [ChangeRow], known: &SubscriptionRow, fact: &AgreementFact) -> Option<&'a ChangeRow> {
    let (price, every) = fact.charges.filter(|(price, _)| price.currency.code() == known.currency)?;
    let every = every.to_string();
    let last = asked.iter().filter(|change| change.agreed_at.is_some()).max_by_key(|change| (change.agreed_at, change.id));
    let before = last.map_or((known.minor, known.cadence.as_str()), |change| (change.minor, change.cadence.as_str()));
    if before == (price.minor, every.as_str()) {
        return None;
    }
    asked.iter().filter(|change| change.state == "asked" && change.minor == price.minor && change.cadence == every).max_by_key(|c| c.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: i64 = 1;
    const DEAR: i64 = 2;

    fn at(tier: i64, minor: i64, from: i64, at_once: bool) -> Held {
        let agreed = Agreed { item: Item::Tier(TierId(tier), Cadence::Month), title: tier.to_string(), settles: false, subscription: None };
        Held { agreed, minor, at_once, from }
    }

    fn term(from: i64, settles: bool) -> PaidTerm {
        PaidTerm { agreement: "sub_1".into(), from: Timestamp(from), until: Timestamp(from + 30), settles }
    }

    fn tier(all: &[Held], minor: i64, term: &PaidTerm) -> Option<(i64, bool)> {
        fitting(all, minor, Some(term)).map(|agreed| match agreed.item {
            Item::Tier(tier, _) => (tier.0, agreed.settles),
            Item::Post(_) => unreachable!("tiers only"),
        })
    }

    #[test]
    fn a_payment_is_for_the_tier_it_paid_also_when_it_comes_late() {
        let all = [at(PLAIN, 30, i64::MIN, false), at(DEAR, 60, 100, false)];
        assert_eq!(tier(&all, 60, &term(100, false)), Some((DEAR, false)));
        assert_eq!(tier(&all, 30, &term(70, false)), Some((PLAIN, false)));
        assert_eq!(tier(&all, 30, &term(130, false)), Some((PLAIN, false)), "the provider charged the old price once more");
        assert_eq!(tier(&all, 45, &term(130, false)), None);
    }

    #[test]
    fn of_two_tiers_at_one_price_the_term_decides() {
        let all = [at(PLAIN, 30, i64::MIN, false), at(DEAR, 30, 100, false), at(PLAIN, 30, 200, false)];
        let tiers: Vec<_> = [70, 100, 130, 200].map(|from| tier(&all, 30, &term(from, false))).into_iter().flatten().collect();
        assert_eq!(tiers, [(PLAIN, false), (DEAR, false), (DEAR, false), (PLAIN, false)]);
    }

    #[test]
    fn a_settlement_is_for_the_tier_gone_over_to_whatever_it_cost() {
        let all = [at(PLAIN, 30, i64::MIN, false), at(DEAR, 60, 110, true), at(PLAIN, 30, 130, false)];
        assert_eq!(tier(&all, 17, &term(110, true)), Some((DEAR, true)));
        assert_eq!(tier(&all, 61, &term(110, true)), None, "more than the whole term");
        assert_eq!(tier(&all[..1], 17, &term(110, true)), Some((PLAIN, true)), "nobody here asked: it opens what is open already");
    }
}
