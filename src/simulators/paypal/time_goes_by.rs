//! What time brings: charges, second tries, settlement of what was waiting, orders forgotten.

use super::books::{Books, Payment, Plan, Subscription, Trial};
use super::cash::Cash;
use super::events::Event;
use super::orders::booked;
use super::{Charging, Paypal, Unable};
use crate::foundation::time::{DAY, HOUR, Timestamp};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// PayPal tries again after so many days, and suspends after so many failures.
const AGAIN: i64 = 5 * DAY;
const FAILURES: u32 = 3;
/// An order that nobody approves or captures is forgotten.
const ORDER_LASTS: i64 = 3 * HOUR;
const SETTLES_IN: i64 = 3 * DAY;

fn span(unit: &str, count: i64) -> Span {
    match unit {
        "DAY" => count.days(),
        "WEEK" => count.weeks(),
        "YEAR" => count.years(),
        _ => count.months(),
    }
}

fn later(at: Timestamp, span: Span) -> Timestamp {
    let moved = jiff::Timestamp::from_millisecond(at.0).ok().and_then(|at| at.to_zoned(TimeZone::UTC).checked_add(span).ok());
    moved.map_or(Timestamp(i64::MAX), |at| Timestamp(at.timestamp().as_millisecond()))
}

/// When the next charge is due.
pub fn due(subscription: &Subscription, plan: &Plan) -> Timestamp {
    let tried = |trial: &Trial, cycles: i64| later(subscription.start, span(&trial.unit, trial.count.saturating_mul(cycles)));
    let (first, term) = match &plan.trial {
        // Of a trial that is paid for, each cycle is charged.
        Some(trial) if trial.cash.is_some() && subscription.term < trial.cycles => (tried(trial, subscription.term), 0),
        Some(trial) if trial.cash.is_some() => (tried(trial, trial.cycles), subscription.term - trial.cycles),
        Some(trial) => (tried(trial, trial.cycles), subscription.term),
        None => (subscription.start, subscription.term),
    };
    later(first, span(&plan.unit, plan.count.saturating_mul(term))).plus(i64::from(subscription.failed) * AGAIN)
}

/// What the next charge is.
fn price<'a>(subscription: &Subscription, plan: &'a Plan) -> &'a Cash {
    let trial = plan.trial.as_ref().filter(|trial| subscription.term < trial.cycles);
    trial.and_then(|trial| trial.cash.as_ref()).unwrap_or(&plan.cash)
}

impl Paypal {
    /// All that is due by now.
    pub fn tick(&self) {
        let now = self.now();
        let waiting: Vec<String> = {
            let mut books = self.books();
            books.orders.retain(|_, order| order.status == "COMPLETED" || now.since(order.created) < ORDER_LASTS);
            let settles = |payment: &Payment| payment.status == "PENDING" && now.since(payment.at) >= SETTLES_IN;
            books.payments.values().filter(|payment| settles(payment)).map(|payment| payment.of.clone()).collect()
        };
        for order in waiting {
            let _ = self.settle(&order, true);
        }
        let all: Vec<String> = self.books().subscriptions.keys().cloned().collect();
        let events = all.iter().flat_map(|id| self.charge_due(id)).collect();
        self.notify(events);
    }

    /// Charges the next term before its time.
    pub fn charge_now(&self, id: &str) -> Result<(), Unable> {
        let (now, number) = (self.now(), self.number(17));
        let mut books = self.books();
        let found = books.subscriptions.get(id).filter(|found| found.status == "ACTIVE").cloned();
        let mut found = found.ok_or(Unable("SUBSCRIPTION_STATUS_INVALID"))?;
        let plan = books.plans.get(&found.plan).cloned().ok_or(Unable("INVALID_RESOURCE_ID"))?;
        let events = self.charge(&mut books, &mut found, &plan, number, now);
        books.subscriptions.insert(id.to_owned(), found);
        drop(books);
        self.notify(events);
        Ok(())
    }

    fn charge(&self, books: &mut Books, found: &mut Subscription, plan: &Plan, number: String, at: Timestamp) -> Vec<Event> {
        match found.charging {
            Charging::Succeeds => self.succeed(books, found, plan, number, at),
            Charging::Fails => self.fail(books, found, at),
        }
    }

    /// Charges what is due of one subscription, term by term.
    pub(super) fn charge_due(&self, id: &str) -> Vec<Event> {
        let now = self.now();
        let mut events = Vec::new();
        loop {
            let number = self.number(17);
            let mut books = self.books();
            let Some(mut found) = books.subscriptions.get(id).cloned() else { return events };
            let Some(plan) = books.plans.get(&found.plan).cloned() else { return events };
            let at = due(&found, &plan);
            if found.status != "ACTIVE" || at > now {
                return events;
            }
            events.extend(self.charge(&mut books, &mut found, &plan, number, at));
            books.subscriptions.insert(id.to_owned(), found);
        }
    }

    fn succeed(&self, books: &mut Books, found: &mut Subscription, plan: &Plan, number: String, at: Timestamp) -> Vec<Event> {
        let sale = Payment {
            id: number,
            of: found.id.clone(),
            is_sale: true,
            status: "COMPLETED",
            cash: price(found, plan).clone(),
            refunded: 0,
            at,
            changed: at,
            custom_id: found.custom_id.clone(),
            invoice_id: None,
        };
        found.term += 1;
        found.failed = 0;
        booked(books, &sale, "T0002", at);
        let event = Event::new("PAYMENT.SALE.COMPLETED", "sale", self.sale_json(&sale));
        books.payments.insert(sale.id.clone(), sale);
        vec![event]
    }

    fn fail(&self, books: &Books, found: &mut Subscription, at: Timestamp) -> Vec<Event> {
        found.failed += 1;
        found.changed = at;
        let mut events = vec![Event::new("BILLING.SUBSCRIPTION.PAYMENT.FAILED", "subscription", self.subscription_json(books, found))];
        if found.failed >= FAILURES {
            found.status = "SUSPENDED";
            found.note = None;
            events.push(Event::new("BILLING.SUBSCRIPTION.SUSPENDED", "subscription", self.subscription_json(books, found)));
        }
        events
    }
}
