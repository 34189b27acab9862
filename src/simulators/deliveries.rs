//! Notifications on their way from a simulator to the site, and what may become of them on the way.

use crate::foundation::time::{MINUTE, Timestamp};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One HTTP POST to the site, signed and ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Not before then.
    pub due: Timestamp,
    /// Its signature is wrong on purpose, and stays so.
    pub forged: bool,
}

impl Delivery {
    /// What it says happened: the kind of an event, or the state of a trade.
    pub fn kind(&self) -> String {
        let json = serde_json::from_slice::<serde_json::Value>(&self.body).unwrap_or_default();
        let named = ["type", "event_type"].into_iter().find_map(|name| json[name].as_str().map(str::to_owned));
        let field = || form_urlencoded::parse(&self.body).find(|(name, _)| name == "trade_status").map(|(_, value)| value.into_owned());
        named.or_else(field).unwrap_or_default()
    }
}

/// What becomes of the next notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fate {
    #[default]
    AtOnce,
    /// After ten minutes.
    Late,
    Twice,
    /// Those made by one deed arrive in reverse.
    OutOfOrder,
    /// Never: the site has to find out by itself.
    Lost,
    /// Only a copy with a wrong signature arrives.
    Forged,
}

impl Fate {
    pub const ALL: [Fate; 6] = [Fate::AtOnce, Fate::Late, Fate::Twice, Fate::OutOfOrder, Fate::Lost, Fate::Forged];

    /// As in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Fate::AtOnce => "at-once",
            Fate::Late => "late",
            Fate::Twice => "twice",
            Fate::OutOfOrder => "out-of-order",
            Fate::Lost => "lost",
            Fate::Forged => "forged",
        }
    }

    pub fn parse(text: &str) -> Option<Fate> {
        Fate::ALL.into_iter().find(|fate| fate.as_str() == text)
    }
}

/// How many of those that were sent are remembered.
const REMEMBERED: usize = 30;

/// The notifications that wait, oldest first, and what came of the last that were sent.
#[derive(Default)]
pub struct Deliveries {
    waiting: Mutex<VecDeque<Delivery>>,
    told: Mutex<VecDeque<(String, String)>>,
}

impl Deliveries {
    fn queue(&self) -> MutexGuard<'_, VecDeque<Delivery>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what the site said to one.
    pub fn note(&self, delivery: &Delivery, answer: String) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let forged = if delivery.forged { " (forged)" } else { "" };
        told.push_front((format!("{}{forged}", delivery.kind()), answer));
        told.truncate(REMEMBERED);
    }

    /// What was sent and what the site said, the newest first.
    pub fn told(&self) -> Vec<(String, String)> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Puts what one deed made on its way. `forge` spoils the signature of a delivery in the provider's own terms.
    pub fn send(&self, made: Vec<Delivery>, fate: Fate, forge: impl Fn(&mut Delivery)) {
        let mut queue = self.queue();
        match fate {
            Fate::AtOnce => queue.extend(made),
            Fate::Late => queue.extend(made.into_iter().map(|delivery| Delivery { due: delivery.due.plus(10 * MINUTE), ..delivery })),
            Fate::Twice => made.into_iter().for_each(|delivery| queue.extend([delivery.clone(), delivery])),
            Fate::OutOfOrder => queue.extend(made.into_iter().rev()),
            Fate::Lost => (),
            Fate::Forged => made.into_iter().for_each(|mut delivery| {
                forge(&mut delivery);
                delivery.forged = true;
                queue.push_back(delivery);
            }),
        }
    }

    /// Takes what is due by now.
    pub fn take_due(&self, now: Timestamp) -> Vec<Delivery> {
        let mut queue = self.queue();
        let (due, later) = queue.drain(..).partition(|delivery| delivery.due <= now);
        *queue = later;
        Vec::from(due)
    }

    /// Takes all that waits, due or not.
    pub fn take_all(&self) -> Vec<Delivery> {
        Vec::from(std::mem::take(&mut *self.queue()))
    }

    /// Back to the end of the queue, to be tried again later.
    pub fn again(&self, delivery: Delivery) {
        self.queue().push_back(delivery);
    }
}
