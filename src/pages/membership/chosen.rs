//! Which prices are shown: of a month or a year, in which currency. It stands in the address, so that it works without
//! script and can be sent to others.

use crate::foundation::cadence::Cadence;
use crate::foundation::money::Currency;
use crate::membership::wording;
use crate::payments::offers::model::Offer;
use crate::payments::service::shelf::{OnShelf, SoldTerm};
use crate::server::http::Ask;
use crate::t;
use crate::ui::Tabs;
use leptos::prelude::*;

#[derive(Debug, Clone)]
pub struct Chosen {
    pub cadence: Cadence,
    pub currency: Currency,
    /// The code of the offer that was opened.
    pub offer: Option<String>,
    /// All there are, short ones first; the site's currency first.
    cadences: Vec<Cadence>,
    currencies: Vec<Currency>,
}

impl Chosen {
    /// As the address says, or the first there is; of an offer, the first term it is for.
    pub fn read(ask: &Ask, shelf: &[OnShelf], offer: Option<&Offer>) -> Chosen {
        let terms = || shelf.iter().flat_map(|one| &one.terms);
        let by_offer = terms().find(|term| term.by_offer.once.is_some() || term.by_offer.renewing.is_some());
        let mut currencies: Vec<Currency> = terms().map(|term| term.price.currency).collect();
        currencies.sort_by_key(|currency| (*currency != ask.site.currency, currency.code()));
        currencies.dedup();
        let asked = ask.query("currency").and_then(|code| Currency::parse(&code));
        let first = by_offer.map(|term| term.price.currency).or(currencies.first().copied());
        let currency = asked.filter(|currency| currencies.contains(currency)).or(first).unwrap_or(ask.site.currency);
        // Of those that are sold in this currency.
        let mut cadences: Vec<Cadence> = terms().filter(|term| term.price.currency == currency).map(|term| term.cadence).collect();
        cadences.sort_unstable();
        cadences.dedup();
        let asked = ask.query("term").and_then(|text| Cadence::parse(&text));
        let first = by_offer.map(|term| term.cadence).filter(|cadence| cadences.contains(cadence)).or(cadences.first().copied());
        let cadence = asked.filter(|cadence| cadences.contains(cadence)).or(first).unwrap_or(Cadence::Month);
        Chosen { cadence, currency, offer: offer.map(|offer| offer.code.clone()), cadences, currencies }
    }

    /// What is shown of a tier: the chosen term, or what comes nearest to it.
    pub fn of<'a>(&self, one: &'a OnShelf) -> Option<&'a SoldTerm> {
        let same_currency = || one.terms.iter().find(|term| term.price.currency == self.currency);
        let same_cadence = || one.terms.iter().find(|term| term.cadence == self.cadence);
        one.term(self.cadence, self.currency).or_else(same_currency).or_else(same_cadence).or_else(|| one.terms.first())
    }

    pub fn path(&self) -> String {
        self.path_of(self.cadence, self.currency)
    }

    fn path_of(&self, cadence: Cadence, currency: Currency) -> String {
        let offer = self.offer.as_ref().map(|code| format!("&offer={code}")).unwrap_or_default();
        format!("/membership?term={cadence}&currency={}{offer}", currency.code())
    }
}

/// The two switches; one that has nothing to choose from is not there.
#[component]
pub fn Choosing(ask: Ask, chosen: Chosen) -> impl IntoView {
    let locale = ask.locale;
    let terms: Vec<_> = chosen
        .cadences
        .iter()
        .map(|cadence| {
            let name = match cadence {
                Cadence::Month => t!(locale, "按月", "By the month").to_owned(),
                Cadence::Year => t!(locale, "按年", "By the year").to_owned(),
                Cadence::Days(_) => wording::term(*cadence, locale),
            };
            (chosen.path_of(*cadence, chosen.currency), name, *cadence == chosen.cadence)
        })
        .collect();
    let currencies: Vec<_> = chosen
        .currencies
        .iter()
        .map(|currency| (chosen.path_of(chosen.cadence, *currency), currency.code().to_owned(), *currency == chosen.currency))
        .collect();
    let tabs = [(t!(locale, "期限", "Term"), terms), (t!(locale, "货币", "Currency"), currencies)];
    let tabs: Vec<_> = tabs.into_iter().filter(|(_, tabs)| tabs.len() > 1).map(|(label, tabs)| view! { <Tabs label tabs/> }).collect();
    (!tabs.is_empty()).then(|| view! { <div class="tier-switches">{tabs.collect_view()}</div> })
}
