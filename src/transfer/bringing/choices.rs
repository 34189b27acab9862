//! What a file names, and which of our tiers is meant by it.

use super::row::Brought;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::membership::model::Tier;
use crate::providers::facts::Found;
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// A file that names more is no file of members.
pub const MOST_NAMED: usize = 200;

/// What a file names, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    /// Each tier that somebody is to be given, by how it is compared: as it is written, and by how many lines.
    pub tiers: BTreeMap<String, (String, i64)>,
    /// Lines that give a tier without naming one.
    pub nameless: i64,
    /// Lines that give a tier, and those of them that name no day.
    pub given: i64,
    pub for_good: i64,
    /// Lines that name a customer or a subscription at Stripe.
    pub paying: i64,
    /// Lines of somebody new who wants mail.
    pub letters: i64,
    /// Whether Stripe was asked, and what it said if it refused.
    pub asked: bool,
    pub refused: String,
    /// Of what these customers have there.
    pub prices: Vec<Price>,
}

/// What agreements at Stripe are charged for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Price {
    pub price: String,
    pub product: String,
    pub name: String,
    /// What it costs; nothing where we could not charge it.
    pub minor: i64,
    pub currency: String,
    pub cadence: String,
    /// How many of these customers are charged it.
    pub agreements: i64,
}

impl Price {
    pub fn charges(&self) -> Option<(Money, Cadence)> {
        Some((Money::new(self.minor, Currency::parse(&self.currency)?), Cadence::parse(&self.cadence)?))
    }
}

impl Names {
    /// Counts a line; false when the file names too many tiers.
    pub fn count(&mut self, one: &Brought, fresh: bool) -> bool {
        self.paying += i64::from(one.pays());
        self.letters += i64::from(fresh && !one.unsubscribed);
        if one.is_given() {
            self.given += 1;
            self.for_good += i64::from(one.until.is_none());
            self.nameless += i64::from(one.tiers.is_empty());
            for name in &one.tiers {
                self.tiers.entry(name.to_lowercase()).or_insert_with(|| (name.clone(), 0)).1 += 1;
            }
        }
        self.tiers.len() <= MOST_NAMED
    }

    /// Counts, of all agreements on the account, those of the file's customers by what they are charged for.
    pub fn count_agreements(&mut self, all: &[Found], customers: &HashSet<String>, subscriptions: &HashSet<String>) {
        let mut prices: BTreeMap<&str, Price> = BTreeMap::new();
        for found in all.iter().filter(|found| is_named(found, customers, subscriptions)) {
            let (money, every) = found.fact.charges.unzip();
            let price = prices.entry(&found.price).or_insert_with(|| Price {
                price: found.price.clone(),
                product: found.product.clone(),
                name: found.name.clone().unwrap_or_default(),
                minor: money.map_or(0, |money| money.minor),
                currency: money.map_or_else(String::new, |money| money.currency.code().to_owned()),
                cadence: every.map_or_else(String::new, |every| every.to_string()),
                agreements: 0,
            });
            price.agreements += 1;
        }
        self.prices = prices.into_values().collect();
        self.prices.sort_by_key(|price| std::cmp::Reverse(price.agreements));
        self.prices.truncate(MOST_NAMED);
    }
}

fn is_named(found: &Found, customers: &HashSet<String>, subscriptions: &HashSet<String>) -> bool {
    found.fact.customer.as_ref().is_some_and(|customer| customers.contains(customer)) || subscriptions.contains(&found.fact.agreement)
}

/// What is chosen for each name, as typed: numbers of tiers, empty for none, in the order of [`Names`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub tiers: Vec<String>,
    pub prices: Vec<String>,
    pub nameless: String,
    /// The last day of what is given without one; empty for good.
    pub until: String,
    pub invite: bool,
}

impl Typed {
    /// The tier of the same name, and the one that costs the same.
    pub fn suggested(names: &Names, tiers: &[Tier]) -> Typed {
        let named = |folded: &String| tiers.iter().find(|tier| tier.name.to_lowercase() == *folded || tier.slug == *folded);
        let costs = |price: &Price| {
            let by_price = || {
                let (money, every) = price.charges()?;
                tiers.iter().find(|tier| tier.price(every, money.currency) == Some(money))
            };
            named(&price.name.to_lowercase()).or_else(by_price)
        };
        let id = |tier: Option<&Tier>| tier.map(|tier| tier.id.to_string()).unwrap_or_default();
        Typed {
            tiers: names.tiers.keys().map(|folded| id(named(folded))).collect(),
            prices: names.prices.iter().map(|price| id(costs(price))).collect(),
            ..Typed::default()
        }
    }
}

/// What is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Numbers of tiers by how names are compared, and by the numbers of prices.
    pub tiers: BTreeMap<String, i64>,
    pub prices: BTreeMap<String, i64>,
    pub nameless: Option<i64>,
    pub until: Option<i64>,
    pub invite: bool,
}

impl Choices {
    pub fn parse(typed: &Typed, names: &Names, tiers: &[Tier], site: &Site, now: Timestamp) -> Result<Choices> {
        let mut errors = FieldErrors::new();
        let known = |typed: &str| match typed.trim() {
            "" => Ok(None),
            typed => match tiers.iter().find(|tier| tier.id.to_string() == typed) {
                Some(tier) => Ok(Some(tier.id.0)),
                None => Err(words!("没有这个会员等级。", "There is no such tier.")),
            },
        };
        let mut choices = Choices { invite: typed.invite, ..Choices::default() };
        for (n, folded) in names.tiers.keys().enumerate() {
            let chosen = errors.keep(&format!("tier-{n}"), known(typed.tiers.get(n).map_or("", String::as_str)));
            choices.tiers.extend(chosen.flatten().map(|tier| (folded.clone(), tier)));
        }
        for (n, price) in names.prices.iter().enumerate() {
            let chosen = errors.keep(&format!("price-{n}"), known(typed.prices.get(n).map_or("", String::as_str)));
            choices.prices.extend(chosen.flatten().map(|tier| (price.price.clone(), tier)));
        }
        choices.nameless = errors.keep("nameless", known(&typed.nameless)).flatten();
        choices.until = match typed.until.trim() {
            "" => None,
            day => match day.parse::<Date>() {
                Ok(day) if day >= format::day(now, &site.time_zone) => {
                    Some(format::start_of_day(day.saturating_add(1.day()), &site.time_zone).0)
                }
                _ => {
                    errors.add("until", words!("请填写今天或以后的日期。", "Please give today or a later day."));
                    None
                }
            },
        };
        errors.check()?;
        Ok(choices)
    }

    pub fn stored(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| AppError::Internal)
    }
}
