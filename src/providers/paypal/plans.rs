//! What a subscription charges: a plan of PayPal's catalogue, made once for each amount, currency, cadence and trial. Terms
//! that cost less are a trial that is paid for.
//!
//! All plans belong to one product with a number of our choosing, since a subscription can only move between plans of the
//! same product. PayPal gives plans numbers of its own; so each carries a key in its description and is looked for among the
//! product's plans before one is made. Two that make it at once make one, by the idempotency key.

use super::wire::{self, Made, Plan, Plans};
use super::{Paypal, amounts, number};
use crate::foundation::cadence::Cadence;
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::providers::{Cut, Failure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PRODUCT: &str = "STOA-MEMBERSHIP";
/// PayPal's pages hold 20: so a thousand plans.
const MAX_PAGES: u32 = 50;
/// The longest term or trial PayPal counts in days.
const MAX_DAYS: u16 = 365;
/// The most cycles of a trial.
const MOST_CYCLES: u16 = 999;

/// What a plan charges, and how often.
pub struct Terms {
    pub price: Money,
    pub every: Cadence,
    pub trial_days: u16,
    pub cut: Option<Cut>,
}

impl Terms {
    /// The first charge, when the subscription starts then.
    pub fn first_charge(&self, start: Timestamp) -> Timestamp {
        start.plus(i64::from(self.trial_days) * DAY)
    }
}

impl Paypal {
    /// The number of the plan with these terms.
    pub(super) async fn plan_for(&self, terms: &Terms) -> Result<String, Failure> {
        let (key, body) = plan(terms)?;
        let mut known = self.plans.lock().await;
        if let Some(id) = known.get(&key) {
            return Ok(id.clone());
        }
        self.product().await?;
        let id = match self.plan_with(&key).await? {
            Some(id) => id,
            None => {
                let hash: String = Sha256::digest(&key).iter().take(14).map(|byte| format!("{byte:02x}")).collect();
                let made: Made = self.api.post("/v1/billing/plans", &body, &format!("plan-{hash}")).await?.json()?;
                made.id
            }
        };
        known.insert(key, number(&id)?.to_owned());
        Ok(id)
    }

    async fn product(&self) -> Result<(), Failure> {
        let path = format!("/v1/catalogs/products/{PRODUCT}");
        if self.api.get::<Made>(&path).await?.is_some() {
            return Ok(());
        }
        let body = json!({ "id": PRODUCT, "name": "会员 Membership", "type": "SERVICE" });
        match self.api.post("/v1/catalogs/products", &body, "product-stoa-membership").await {
            Ok(_) => Ok(()),
            // Somebody was faster, or PayPal really means no.
            Err(failure) => match self.api.get::<Made>(&path).await? {
                Some(_) => Ok(()),
                None => Err(failure),
            },
        }
    }

    async fn plan_with(&self, key: &str) -> Result<Option<String>, Failure> {
        let mut found: Option<String> = None;
        for page in 1..=MAX_PAGES {
            let path = format!("/v1/billing/plans?product_id={PRODUCT}&page_size=20&page={page}");
            let Some(list) = self.api.get::<Plans>(&path).await? else { break };
            for plan in list.plans {
                let usable = plan.description.as_deref() == Some(key) && plan.status.as_deref() == Some("ACTIVE");
                // Of several the first by number, so that everybody takes the same.
                if usable && found.as_ref().is_none_or(|other| plan.id < *other) {
                    found = Some(plan.id);
                }
            }
            if wire::link(&list.links, "next").is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// What a plan charges; `None` for one we would not make.
    pub(super) async fn terms_of(&self, plan: &str) -> Result<Option<Terms>, Failure> {
        let plan: Option<Plan> = self.api.get(&format!("/v1/billing/plans/{}", number(plan)?)).await?;
        Ok(plan.and_then(|plan| terms(&plan)))
    }
}

fn plan(terms: &Terms) -> Result<(String, Value), Failure> {
    let price = amounts::write(terms.price)?;
    let too_long = || Failure::Refused { code: "CADENCE".to_owned(), message: format!("PayPal counts at most {MAX_DAYS} days") };
    let (unit, count) = match terms.every {
        Cadence::Month => ("MONTH", 1),
        Cadence::Year => ("YEAR", 1),
        Cadence::Days(days) if days <= MAX_DAYS => ("DAY", days),
        Cadence::Days(_) => return Err(too_long()),
    };
    if terms.trial_days > MAX_DAYS {
        return Err(too_long());
    }
    let mut key = format!("stoa {} {} {} trial {}", price.value, price.currency_code, terms.every, terms.trial_days);
    let mut cycles = Vec::new();
    if let Some(cut) = terms.cut {
        if cut.amount.currency != terms.price.currency || terms.trial_days > 0 || cut.terms == 0 || cut.terms > MOST_CYCLES {
            let message = "the first terms cost less in the same currency, and without a trial".to_owned();
            return Err(Failure::Refused { code: "CUT".to_owned(), message });
        }
        let first = amounts::write(cut.amount)?;
        key = format!("{key} first {} at {}", cut.terms, first.value);
        cycles.push(json!({
            "frequency": { "interval_unit": unit, "interval_count": count },
            "tenure_type": "TRIAL", "sequence": 1, "total_cycles": cut.terms,
            "pricing_scheme": { "fixed_price": first },
        }));
    }
    if terms.trial_days > 0 {
        cycles.push(json!({
            "frequency": { "interval_unit": "DAY", "interval_count": terms.trial_days },
            "tenure_type": "TRIAL", "sequence": 1, "total_cycles": 1,
        }));
    }
    cycles.push(json!({
        "frequency": { "interval_unit": unit, "interval_count": count },
        "tenure_type": "REGULAR", "sequence": cycles.len() + 1, "total_cycles": 0,
        "pricing_scheme": { "fixed_price": price },
    }));
    let body = json!({
        "product_id": PRODUCT,
        "name": format!("会员 Membership {} {}", price.value, price.currency_code),
        "description": key,
        "status": "ACTIVE",
        "billing_cycles": cycles,
        "payment_preferences": { "auto_bill_outstanding": false, "payment_failure_threshold": 3 },
    });
    Ok((key, body))
}

fn terms(plan: &Plan) -> Option<Terms> {
    let regular = plan.billing_cycles.iter().find(|cycle| cycle.tenure_type == "REGULAR")?;
    let count = regular.frequency.interval_count.unwrap_or(1);
    let every = match (regular.frequency.interval_unit.as_str(), count) {
        ("MONTH", 1) => Cadence::Month,
        ("YEAR", 1) => Cadence::Year,
        ("DAY", 1..=MAX_DAYS) => Cadence::Days(count),
        _ => return None,
    };
    let price = amounts::read(regular.pricing_scheme.as_ref()?.fixed_price.as_ref()?).ok()?;
    let plain = Terms { price, every, trial_days: 0, cut: None };
    let Some(trial) = plan.billing_cycles.iter().find(|cycle| cycle.tenure_type == "TRIAL") else { return Some(plain) };
    let same_term =
        trial.frequency.interval_unit == regular.frequency.interval_unit && trial.frequency.interval_count.unwrap_or(1) == count;
    match trial.pricing_scheme.as_ref().and_then(|scheme| scheme.fixed_price.as_ref()) {
        Some(paid) if same_term => {
            Some(Terms { cut: Some(Cut { amount: amounts::read(paid).ok()?, terms: trial.total_cycles? }), ..plain })
        }
        None if trial.frequency.interval_unit == "DAY" => Some(Terms { trial_days: trial.frequency.interval_count.unwrap_or(1), ..plain }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::Currency;

    fn made(every: Cadence, trial_days: u16) -> Result<(String, Value), Failure> {
        plan(&Terms { price: money(990), every, trial_days, cut: None })
    }

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    #[test]
    fn terms_that_cost_less_are_a_trial_that_is_paid_for() {
        let terms = |amount: i64, first: u16| Terms {
            price: money(990),
            every: Cadence::Year,
            trial_days: 0,
            cut: Some(Cut { amount: money(amount), terms: first }),
        };
        let (key, body) = plan(&terms(495, 3)).unwrap();
        assert_eq!(body["billing_cycles"][0]["total_cycles"], 3);
        assert_eq!(body["billing_cycles"][1]["sequence"], 2);
        let read = super::terms(&serde_json::from_value(body).unwrap()).unwrap();
        assert_eq!((read.price, read.cut, read.trial_days), (money(990), Some(Cut { amount: money(495), terms: 3 }), 0));
        assert_ne!(plan(&terms(495, 2)).unwrap().0, key);
        assert_ne!(plan(&terms(490, 3)).unwrap().0, key);
        assert!(plan(&terms(495, 0)).is_err() && plan(&Terms { trial_days: 7, ..terms(495, 1) }).is_err());
    }

    #[test]
    fn a_plan_that_is_made_is_read_back_the_same() {
        for (every, trial_days) in [(Cadence::Month, 0), (Cadence::Year, 7), (Cadence::Days(30), 365)] {
            let (_, body) = made(every, trial_days).unwrap();
            let read = terms(&serde_json::from_value(body).unwrap()).unwrap();
            assert_eq!((read.price.minor, read.every, read.trial_days), (990, every, trial_days));
        }
    }

    #[test]
    fn plans_differ_in_their_key_and_long_ones_are_refused() {
        assert_ne!(made(Cadence::Month, 0).unwrap().0, made(Cadence::Month, 1).unwrap().0);
        assert_ne!(made(Cadence::Month, 0).unwrap().0, made(Cadence::Days(30), 0).unwrap().0);
        assert!(made(Cadence::Days(366), 0).is_err() && made(Cadence::Month, 366).is_err());
    }
}
