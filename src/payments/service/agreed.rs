//! What an agreement is about, now and before: the tier, the term and the price, as its member changed them.
//!
//! A wish is written down before the provider hears of it. It is *agreed* once the provider says that it charges that
//! price, however we get to hear of it; and it *holds* from the instant it was agreed for, which is when the agreement's
//! own row changes. What a payment was for is read off its amount and its term among all that ever held, so that one of
//! an old term may come late. Terms that cost less by an offer are known by when they begin.

use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::id::TierId;
use crate::foundation::money::Money;
use crate::foundation::time::{MINUTE, Timestamp};
use crate::payments::model::{Applied, Item, Order};
use crate::payments::offers::model::{CutTerms, after_terms};
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
    /// It costs less by an offer.
    pub offer: Option<Applied>,
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
    let agreed = Agreed { item, title: row.title.clone(), settles: false, subscription: None, offer: None };
    Some(Held { agreed, minor: row.minor, at_once: row.at_once, from: row.from_at })
}

/// What a payment for an order, or for a term of the agreement it began, is for; why it is put aside if it fits nothing.
pub async fn paid_for(tx: &mut Tx, provider: Provider, first: &Order, fact: &PaymentFact) -> Result<std::result::Result<Agreed, String>> {
    let (paid, agreed) = (fact.amount.currency.code(), first.price.currency.code());
    if paid != agreed {
        return Ok(Err(format!("paid in {paid}, agreed in {agreed}")));
    }
    // What every term costs less by an offer, each of their orders says.
    let of_all = first.offer.as_ref().filter(|_| first.cut().is_none() && first.off().is_some());
    let offer = of_all.map(|offer| Applied { used: None, ..offer.clone() });
    let mut all = vec![Held {
        agreed: Agreed { item: first.item, title: first.title.clone(), settles: false, subscription: None, offer },
        minor: first.regular().minor,
        at_once: false,
        from: i64::MIN,
    }];
    let known = match &fact.term {
        Some(term) => subscriptions::find(tx, provider, &term.agreement).await?,
        None => None,
    };
    let subscription = known.as_ref().map(|known| known.id);
    let mut changed = None;
    if let Some(known) = subscription {
        let changes = changes::of_agreement(tx, known).await?;
        changed = changes.iter().map(|change| change.asked_at).min();
        all.extend(changes.iter().rev().filter_map(held));
    }
    if let Some(by_offer) = by_offer(first, known.as_ref(), changed) {
        let cheap = match subscription {
            Some(id) => subscriptions::cheap_terms(tx, id, by_offer.terms.cut.amount.minor).await?,
            None => 0,
        };
        match cheaper(&all, &by_offer, cheap, fact) {
            Some(Ok(agreed)) => return Ok(Ok(Agreed { subscription, ..agreed })),
            Some(Err(reason)) => return Ok(Err(reason)),
            None => (),
        }
    }
    let fits = fitting(&all, fact.amount.minor, fact.term.as_ref());
    let fits = match known.is_some_and(|known| known.adopted_at.is_some()) {
        true => fits.or_else(|| as_charged(&all, fact.term.as_ref())),
        false => fits,
    };
    let fits = fits.map(|agreed| Agreed { subscription, ..agreed });
    Ok(fits.ok_or_else(|| {
        let prices: Vec<String> = all.iter().map(|held| held.minor.to_string()).collect();
        format!("paid {} minor units, agreed {}", fact.amount.minor, prices.join(" or "))
    }))
}

/// The terms that cost less by an offer.
#[derive(Debug, Clone)]
struct ByOffer {
    terms: CutTerms,
    name: String,
    /// A change of tier was asked for then, with which the offer ends.
    changed: Option<i64>,
}

fn by_offer(first: &Order, known: Option<&SubscriptionRow>, changed: Option<i64>) -> Option<ByOffer> {
    let (terms, name) = match known {
        Some(known) => known.by_offer()?,
        None => (CutTerms { cut: first.cut()?, from: None, until: None }, first.offer.as_ref()?.name.clone()),
    };
    Some(ByOffer { terms, name, changed })
}

/// What a term is for that costs less by an offer, or should: while the offer lasts the whole price is not what was agreed.
/// A provider that leaves terms out may charge the lower price later, but not more often. Nothing is said of other terms.
fn cheaper(all: &[Held], by_offer: &ByOffer, cheap: i64, fact: &PaymentFact) -> Option<std::result::Result<Agreed, String>> {
    let term = fact.term.as_ref().filter(|term| !term.settles)?;
    let holds = all.iter().filter(|held| held.from <= term.from.0).max_by_key(|held| held.from)?;
    let covered = by_offer.terms.covers(term.from).map(|covered| covered && by_offer.changed.is_none_or(|at| term.from.0 < at));
    let cut = by_offer.terms.cut;
    if fact.amount == cut.amount && (covered != Some(false) || cheap < i64::from(cut.terms)) {
        let list = Money::new(holds.minor, cut.amount.currency);
        let offer = Some(Applied { used: None, name: by_offer.name.clone(), list, terms: None });
        return Some(Ok(Agreed { offer, ..holds.agreed.clone() }));
    }
    // What was added to a running agreement may not have reached the provider.
    let agreed_from_the_beginning = by_offer.terms.from.is_none();
    (covered == Some(true) && agreed_from_the_beginning && fact.amount.minor == holds.minor)
        .then(|| Err(format!("paid {} minor units, agreed {} by an offer", fact.amount.minor, cut.amount.minor)))
}

/// A settlement is for the last change that was made within a term until then. Anything else costs exactly what was agreed:
/// of several at the same price, the last that held by then.
fn fitting(all: &[Held], minor: i64, term: Option<&PaidTerm>) -> Option<Agreed> {
    let from = term.map_or(i64::MAX, |term| term.from.0);
    let last = |of: &dyn Fn(&Held) -> bool| all.iter().filter(|held| of(held) && held.from <= from).max_by_key(|held| held.from);
    if term.is_some_and(|term| term.settles) {
        // What a change costs is the provider's to count; but never more than the whole term.
        let made = last(&|held| held.at_once).or_else(|| last(&|_| true))?;
        return (minor <= made.minor).then(|| Agreed { settles: true, offer: None, ..made.agreed.clone() });
    }
    let fits = |held: &Held| held.minor == minor;
    last(&fits).or_else(|| all.iter().find(|held| fits(held))).map(|held| held.agreed.clone())
}

/// What was agreed elsewhere (a discount there, tax on top) is known by what is charged only: it is for what holds then.
fn as_charged(all: &[Held], term: Option<&PaidTerm>) -> Option<Agreed> {
    let term = term?;
    let holds = all.iter().filter(|held| held.from <= term.from.0).max_by_key(|held| held.from)?;
    Some(Agreed { settles: term.settles, ..holds.agreed.clone() })
}

/// Notes what a provider says it charges, and lets what was agreed hold when its time has come.
pub async fn note(tx: &mut Tx, known: &SubscriptionRow, fact: &AgreementFact, now: Timestamp) -> Result<()> {
    if let (Some((by_offer, _)), Some(began), Some(every)) = (known.by_offer(), fact.began, Cadence::parse(&known.cadence))
        && let Some(until) = after_terms(began, every, i64::from(by_offer.cut.terms)).filter(|_| by_offer.from.is_none())
    {
        subscriptions::set_cut_until(tx, known.id, until).await?;
    }
    let asked = changes::of_agreement(tx, known.id).await?;
    if let Some(change) = newly_agreed(&asked, known, fact) {
        // The price may have been agreed to terms after it was asked for.
        let next = fact.term_until.or(fact.trial_until).filter(|_| !change.at_once).unwrap_or(Timestamp(change.from_at));
        changes::agree(tx, known.id, change.id, next.max(Timestamp(change.from_at)), now).await?;
    }
    let mut agreed = changes::of_agreement(tx, known.id).await?;
    if let Some(first) = agreed.iter().filter(|change| change.agreed_at.is_some()).map(|change| change.asked_at).min() {
        subscriptions::end_cut(tx, known.id, Timestamp(first)).await?;
    }
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
    use crate::foundation::money::Currency;
    use crate::foundation::time::DAY;
    use crate::providers::Cut;

    const PLAIN: i64 = 1;
    const DEAR: i64 = 2;

    fn at(tier: i64, minor: i64, from: i64, at_once: bool) -> Held {
        let item = Item::Tier(TierId(tier), Cadence::Month);
        let agreed = Agreed { item, title: tier.to_string(), settles: false, subscription: None, offer: None };
        Held { agreed, minor, at_once, from }
    }

    fn term(from: i64, settles: bool) -> PaidTerm {
        PaidTerm { agreement: "sub_1".into(), from: Timestamp(from), until: Timestamp(from + 30), settles }
    }

    fn tier(all: &[Held], minor: i64, term: &PaidTerm) -> Option<(i64, bool)> {
        fitting(all, minor, Some(term)).map(|agreed| match agreed.item {
            Item::Tier(tier, _) => (tier.0, agreed.settles),
            Item::Post(_) | Item::Bundle(_) | Item::Author(_) => unreachable!("tiers only"),
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

    /// What a term at 30 is for, of which the first until 100 cost 10 by an offer: whether it fits, and costs less.
    fn offered(minor: i64, from: i64, cheap: i64, changed: Option<i64>) -> Option<std::result::Result<bool, String>> {
        let money = |minor| Money::new(minor, Currency::parse("CNY").unwrap());
        let until = Some(Timestamp(100 + DAY));
        let terms = CutTerms { cut: Cut { amount: money(10), terms: 3 }, from: None, until };
        let by_offer = ByOffer { terms, name: "Spring".into(), changed };
        let amount = money(minor);
        let fact = PaymentFact {
            payment: "pi_1".into(),
            reference: None,
            amount,
            fee: None,
            paid_at: Timestamp(from),
            term: Some(term(from, false)),
        };
        cheaper(&[at(PLAIN, 30, i64::MIN, false)], &by_offer, cheap, &fact).map(|fits| fits.map(|agreed| agreed.offer.is_some()))
    }

    #[test]
    fn terms_cost_less_as_long_as_the_offer_lasts_and_the_whole_price_after() {
        assert_eq!(offered(10, 70, 1, None), Some(Ok(true)));
        assert!(matches!(offered(30, 70, 1, None), Some(Err(_))), "more than was agreed");
        assert_eq!(offered(30, 100 + DAY, 3, None), None, "as any other term");
        assert_eq!(offered(10, 100 + DAY, 3, None), None, "more often than was agreed");
        assert_eq!(offered(10, 100 + DAY, 2, None), Some(Ok(true)), "a term was left out");
        assert_eq!(offered(30, 70, 1, Some(60)), None, "it went over to another tier");
        assert_eq!(offered(20, 70, 1, None), None);
    }

    #[test]
    fn a_settlement_is_for_the_tier_gone_over_to_whatever_it_cost() {
        let all = [at(PLAIN, 30, i64::MIN, false), at(DEAR, 60, 110, true), at(PLAIN, 30, 130, false)];
        assert_eq!(tier(&all, 17, &term(110, true)), Some((DEAR, true)));
        assert_eq!(tier(&all, 61, &term(110, true)), None, "more than the whole term");
        assert_eq!(tier(&all[..1], 17, &term(110, true)), Some((PLAIN, true)), "nobody here asked: it opens what is open already");
    }
}
