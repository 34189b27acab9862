//! A bundle, as readers and admins see it.

use crate::foundation::id::BundleId;
use crate::foundation::money::Money;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub id: BundleId,
    pub slug: String,
    pub title: String,
    /// Plain text; may be empty.
    pub description: String,
    pub price: Money,
    /// Small ones come first.
    pub position: i64,
    pub published: bool,
    /// How many of its articles are published.
    pub articles: i64,
}

impl Bundle {
    pub fn path(&self) -> String {
        format!("/bundles/{}", self.slug)
    }

    /// The first line of what is said of it, where anything is.
    pub fn gist(&self) -> Option<&str> {
        self.description.lines().next().map(str::trim).filter(|line| !line.is_empty())
    }
}

/// What the articles of a bundle cost one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneByOne {
    /// How many there are, and how many of these are sold by themselves.
    pub all: usize,
    pub sold: usize,
    /// The prices of those that are, together.
    pub sum: Money,
}

impl OneByOne {
    /// `prices`: of each article, `None` where it is not sold by itself.
    pub fn of(bundle: Money, prices: &[Option<Money>]) -> OneByOne {
        let sold = prices.iter().flatten();
        let minor = sold.clone().fold(0i64, |sum, price| sum.saturating_add(price.minor));
        OneByOne { all: prices.len(), sold: sold.count(), sum: Money::new(minor, bundle.currency) }
    }

    /// What the bundle saves whoever wants all of it. Nothing is said where not all of it could be bought otherwise.
    pub fn saved(&self, bundle: Money) -> Option<Money> {
        let saved = self.sum.minor.saturating_sub(bundle.minor);
        (self.sold == self.all && saved > 0).then(|| Money::new(saved, bundle.currency))
    }
}

/// What each article weighs when the net of a sale is parted: its own price, and where it has none as much as the others
/// have on average; alike where none has one. Never nothing.
pub fn weights(prices: &[Option<Money>]) -> Vec<i64> {
    let priced: Vec<i64> = prices.iter().flatten().map(|price| price.minor.max(1)).collect();
    let total: i128 = priced.iter().map(|minor| i128::from(*minor)).sum();
    let average = i64::try_from(total / priced.len().max(1) as i128).unwrap_or(i64::MAX).max(1);
    prices.iter().map(|price| price.map_or(average, |price| price.minor.max(1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::Currency;

    fn yuan(minor: i64) -> Money {
        Money::new(minor, Currency::parse("CNY").unwrap())
    }

    #[test]
    fn the_sum_of_single_prices_is_of_what_is_sold_and_nothing_is_saved_on_what_is_not() {
        let all = OneByOne::of(yuan(1500), &[Some(yuan(1000)), Some(yuan(900))]);
        assert_eq!((all.sum, all.saved(yuan(1500))), (yuan(1900), Some(yuan(400))));
        assert_eq!(all.saved(yuan(1900)), None, "as dear");
        assert_eq!(all.saved(yuan(2000)), None, "dearer");
        let some = OneByOne::of(yuan(100), &[Some(yuan(1000)), None]);
        assert_eq!((some.all, some.sold, some.saved(yuan(100))), (2, 1, None));
    }

    #[test]
    fn articles_weigh_what_they_cost_and_without_a_price_what_others_cost() {
        assert_eq!(weights(&[Some(yuan(300)), Some(yuan(100)), None]), [300, 100, 200]);
        assert_eq!(weights(&[None, None]), [1, 1]);
        assert_eq!(weights(&[Some(yuan(0)), Some(yuan(1))]), [1, 1], "nobody goes out empty by rounding");
        assert_eq!(weights(&[]), Vec::<i64>::new());
    }
}
