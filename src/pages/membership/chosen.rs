//! Which prices are shown: of a month or a year, in which currency. It stands in the address, so that it works without
//! script and can be sent to others.

use crate::foundation::cadence::Cadence;
use crate::foundation::money::Currency;
use crate::membership::wording;
use crate::payments::service::offers::{Offer, OfferedTerm};
use crate::server::http::Ask;
use crate::t;
use crate::ui::Tabs;
use leptos::prelude::*;

#[derive(Debug, Clone)]
pub struct Chosen {
    pub cadence: Cadence,
    pub currency: Currency,
    /// All there are, short ones first; the site's currency first.
    cadences: Vec<Cadence>,
    currencies: Vec<Currency>,
}

impl Chosen {
    /// As the address says, or the first there is.
    pub fn read(ask: &Ask, offers: &[Offer]) -> Chosen {
        let terms = || offers.iter().flat_map(|offer| &offer.terms);
        let mut currencies: Vec<Currency> = terms().map(|term| term.price.currency).collect();
        currencies.sort_by_key(|currency| (*currency != ask.site.currency, currency.code()));
        currencies.dedup();
        let asked = ask.query("currency").and_then(|code| Currency::parse(&code));
        let currency = asked.filter(|currency| currencies.contains(currency)).or(currencies.first().copied()).unwrap_or(ask.site.currency);
        // Of those that are sold in this currency.
        let mut cadences: Vec<Cadence> = terms().filter(|term| term.price.currency == currency).map(|term| term.cadence).collect();
        cadences.sort_unstable();
        cadences.dedup();
        let asked = ask.query("term").and_then(|text| Cadence::parse(&text));
        let cadence = asked.filter(|cadence| cadences.contains(cadence)).or(cadences.first().copied()).unwrap_or(Cadence::Month);
        Chosen { cadence, currency, cadences, currencies }
    }

    /// What is shown of an offer: the chosen term, or what comes nearest to it.
    pub fn of<'a>(&self, offer: &'a Offer) -> Option<&'a OfferedTerm> {
        let same_currency = || offer.terms.iter().find(|term| term.price.currency == self.currency);
        let same_cadence = || offer.terms.iter().find(|term| term.cadence == self.cadence);
        offer.term(self.cadence, self.currency).or_else(same_currency).or_else(same_cadence).or_else(|| offer.terms.first())
    }

    pub fn path(&self) -> String {
        path(self.cadence, self.currency)
    }
}

fn path(cadence: Cadence, currency: Currency) -> String {
    format!("/membership?term={cadence}&currency={}", currency.code())
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
            (path(*cadence, chosen.currency), name, *cadence == chosen.cadence)
        })
        .collect();
    let currencies: Vec<_> = chosen
        .currencies
        .iter()
        .map(|currency| (path(chosen.cadence, *currency), currency.code().to_owned(), *currency == chosen.currency))
        .collect();
    let tabs = [(t!(locale, "期限", "Term"), terms), (t!(locale, "货币", "Currency"), currencies)];
    let tabs: Vec<_> = tabs.into_iter().filter(|(_, tabs)| tabs.len() > 1).map(|(label, tabs)| view! { <Tabs label tabs/> }).collect();
    (!tabs.is_empty()).then(|| view! { <div class="tier-switches">{tabs.collect_view()}</div> })
}
