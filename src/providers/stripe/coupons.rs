//! What lets the first terms of a subscription cost less: a coupon, made once for each amount and duration.
//!
//! It takes off an amount, not hundredths, so that what is left is what the order says, to the cent, however Stripe rounds.
//! Its number says what it is worth, so that everybody who needs the same one names the same. Stripe counts how long it
//! lasts in months from the day it is given; once is the next invoice.

use super::call::{Form, part};
use super::{Stripe, amounts};
use crate::foundation::cadence::Cadence;
use crate::foundation::money::Money;
use crate::providers::facts::Fact;
use crate::providers::{Cut, Failure};
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// In Stripe's units.
    off: i64,
    currency: String,
    /// `None`: once.
    months: Option<u32>,
}

impl Coupon {
    pub fn of(price: Money, every: Cadence, cut: &Cut) -> Result<Coupon, Failure> {
        let refused = |message: &str| Failure::Refused { code: "coupon".to_owned(), message: message.to_owned() };
        if cut.amount.currency != price.currency || cut.amount.minor >= price.minor || cut.amount.minor < 1 {
            return Err(refused("a coupon takes a part of the price off"));
        }
        let off = amounts::to_stripe(price)? - amounts::to_stripe(cut.amount)?;
        let months = match (cut.terms, every) {
            (1, _) => None,
            (terms, Cadence::Month) => Some(u32::from(terms)),
            (terms, Cadence::Year) => Some(12 * u32::from(terms)),
            (_, Cadence::Days(_)) => return Err(refused("several terms of days are no number of months")),
        };
        Ok(Coupon { off, currency: price.currency.code().to_ascii_lowercase(), months })
    }

    /// Stable: `stoa-500-cny-3-months`.
    pub fn id(&self) -> String {
        let lasts = self.months.map_or_else(|| "once".to_owned(), |months| format!("{months}-months"));
        format!("stoa-{}-{}-{lasts}", self.off, self.currency)
    }

    fn form(&self) -> Form {
        let mut form = vec![
            ("id".to_owned(), self.id()),
            ("amount_off".to_owned(), self.off.to_string()),
            ("currency".to_owned(), self.currency.clone()),
        ];
        match self.months {
            None => form.push(("duration".to_owned(), "once".to_owned())),
            Some(months) => {
                form.push(("duration".to_owned(), "repeating".to_owned()));
                form.push(("duration_in_months".to_owned(), months.to_string()));
            }
        }
        form
    }
}

#[derive(Deserialize)]
struct Known {
    amount_off: Option<i64>,
    currency: Option<String>,
    duration: String,
    duration_in_months: Option<u32>,
    valid: bool,
}

impl Known {
    fn is(&self, coupon: &Coupon) -> bool {
        let duration = if coupon.months.is_some() { "repeating" } else { "once" };
        self.valid
            && self.amount_off == Some(coupon.off)
            && self.currency.as_deref() == Some(&coupon.currency)
            && self.duration == duration
            && self.duration_in_months == coupon.months
    }
}

impl Stripe {
    /// Sees to it that there is such a coupon.
    pub(super) async fn coupon(&self, coupon: &Coupon) -> Result<(), Failure> {
        let id = coupon.id();
        let made = match self.known_coupon(&id).await? {
            Some(known) => known,
            None => {
                // A coupon that the owner deleted is made anew: under a key of the day before last it would not be.
                match self.api.post::<Known>("coupons", &coupon.form(), &self.api.passing_key()).await {
                    Ok(known) => known,
                    // Somebody was faster.
                    Err(refused @ Failure::Refused { .. }) => self.known_coupon(&id).await?.ok_or(refused)?,
                    Err(other) => return Err(other),
                }
            }
        };
        match made.is(coupon) {
            true => Ok(()),
            false => Err(Failure::Refused { code: "coupon".to_owned(), message: format!("the coupon {id} is not worth what it says") }),
        }
    }

    async fn known_coupon(&self, id: &str) -> Result<Option<Known>, Failure> {
        match self.api.get(&format!("coupons/{id}"), &[]).await {
            Ok(known) => Ok(Some(known)),
            Err(Failure::Refused { code, .. }) if code == "resource_missing" => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The next invoices of a running subscription cost less. What it had of a discount before is replaced.
    pub(super) async fn cut_agreement(
        &self,
        agreement: &str,
        every: Cadence,
        price: Money,
        cut: &Cut,
        reference: &str,
    ) -> Result<Vec<Fact>, Failure> {
        let coupon = Coupon::of(price, every, cut)?;
        self.coupon(&coupon).await?;
        let form = vec![("discounts[0][coupon]".to_owned(), coupon.id())];
        let path = format!("subscriptions/{}", part(agreement)?);
        self.api.post::<super::objects::Just>(&path, &form, &format!("stoa-cut-{reference}")).await?;
        Ok(vec![self.agreement(agreement).await?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::Currency;

    fn coupon(price: i64, cut: i64, terms: u16, every: Cadence, code: &str) -> Option<String> {
        let money = |minor| Money::new(minor, Currency::parse(code).unwrap());
        Coupon::of(money(price), every, &Cut { amount: money(cut), terms }).ok().map(|coupon| coupon.id())
    }

    #[test]
    fn a_coupon_takes_off_what_is_left_out_for_as_many_months_as_there_are_in_the_terms() {
        assert_eq!(coupon(3000, 1500, 1, Cadence::Month, "CNY").as_deref(), Some("stoa-1500-cny-once"));
        assert_eq!(coupon(3000, 1500, 3, Cadence::Month, "CNY").as_deref(), Some("stoa-1500-cny-3-months"));
        assert_eq!(coupon(3000, 1500, 2, Cadence::Year, "CNY").as_deref(), Some("stoa-1500-cny-24-months"));
        assert_eq!(coupon(3000, 1500, 1, Cadence::Days(30), "CNY").as_deref(), Some("stoa-1500-cny-once"));
        assert_eq!(coupon(500, 400, 1, Cadence::Month, "ISK").as_deref(), Some("stoa-10000-isk-once"), "in Stripe's units");
        for (price, cut, terms, every) in
            [(3000, 1500, 2, Cadence::Days(30)), (3000, 3000, 1, Cadence::Month), (3000, 0, 1, Cadence::Month), (1, 2, 1, Cadence::Month)]
        {
            assert_eq!(coupon(price, cut, terms, every, "CNY"), None);
        }
    }
}
