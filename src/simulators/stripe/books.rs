//! The books of the simulated account: Stripe's own objects by their numbers, as its interface shows them.

use super::problem::Problem;
use crate::server::random::Random;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether an agreement's charges go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charging {
    #[default]
    Succeeds,
    Fails,
}

/// The answer that was given to a request with a key.
pub struct Answered {
    pub request: String,
    pub body: Value,
    pub at: i64,
}

pub struct Books {
    objects: BTreeMap<String, Value>,
    /// The numbers of each kind in the order they were given out.
    kinds: BTreeMap<String, Vec<String>>,
    /// The numbers of those that time may still do something to.
    unfinished: BTreeSet<String>,
    random: Arc<dyn Random>,
    /// Seconds; moved along by whoever opens the books.
    pub now: i64,
    /// What was told and waits to be sent.
    pub told: Vec<Value>,
    pub answered: BTreeMap<String, Answered>,
    pub charging: BTreeMap<String, Charging>,
    /// Refunds wait to be settled.
    pub refunds_wait: bool,
    /// The currency the account is kept in, and how many thousandths of one of it are had for one of any other; none: each is kept
    /// as it is paid.
    pub held_in: Option<(String, u16)>,
}

impl Books {
    pub fn new(random: Arc<dyn Random>) -> Books {
        Books {
            objects: BTreeMap::new(),
            kinds: BTreeMap::new(),
            unfinished: BTreeSet::new(),
            random,
            now: 0,
            told: Vec::new(),
            answered: BTreeMap::new(),
            charging: BTreeMap::new(),
            refunds_wait: false,
            held_in: None,
        }
    }

    /// A new number such as `cs_test_…`.
    pub fn number(&self, prefix: &str) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh";
        let mut bytes = [0; 24];
        self.random.fill(&mut bytes);
        let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        format!("{prefix}_{letters}")
    }

    /// Writes a new object down and gives its number.
    pub fn make(&mut self, prefix: &str, object: Value) -> String {
        let number = self.number(prefix);
        self.make_as(&number, object);
        number
    }

    pub fn make_as(&mut self, number: &str, mut object: Value) {
        object["id"] = json!(number);
        if object.get("created").is_none() {
            object["created"] = json!(self.now);
        }
        object["livemode"] = json!(false);
        let kind = object["object"].as_str().unwrap_or_default().to_owned();
        self.kinds.entry(kind).or_default().push(number.to_owned());
        self.unfinished.insert(number.to_owned());
        self.objects.insert(number.to_owned(), object);
    }

    pub fn find(&self, number: &str) -> Option<&Value> {
        self.objects.get(number)
    }

    /// The object of that kind and number.
    pub fn get(&self, kind: &str, number: &str) -> Result<&Value, Problem> {
        let found = self.objects.get(number).filter(|object| object["object"] == kind);
        found.ok_or_else(|| Problem::nothing_there(kind, number))
    }

    /// A text of an object, empty where it has none.
    pub fn text(&self, number: &str, field: &str) -> String {
        self.at(number, field).as_str().unwrap_or_default().to_owned()
    }

    pub fn integer(&self, number: &str, field: &str) -> i64 {
        self.at(number, field).as_i64().unwrap_or_default()
    }

    /// By name, or by path when it begins with a slash.
    pub fn at(&self, number: &str, field: &str) -> Value {
        let object = self.objects.get(number).unwrap_or(&Value::Null);
        let found = if field.starts_with('/') { object.pointer(field) } else { object.get(field) };
        found.cloned().unwrap_or_default()
    }

    pub fn set(&mut self, number: &str, changes: Value) {
        if let (Some(Value::Object(object)), Value::Object(changes)) = (self.objects.get_mut(number), changes) {
            object.extend(changes);
        }
    }

    /// All objects of a kind, newest first.
    pub fn all(&self, kind: &str) -> impl Iterator<Item = &Value> + use<'_> {
        self.kinds.get(kind).into_iter().flatten().rev().filter_map(|number| self.objects.get(number))
    }

    /// All objects that were not over when they were asked for last: there may be very many that are.
    pub fn unfinished(&mut self, is_over: impl Fn(&Value) -> bool) -> impl Iterator<Item = (&String, &Value)> {
        let objects = &self.objects;
        self.unfinished.retain(|number| objects.get(number).is_some_and(|object| !is_over(object)));
        self.unfinished.iter().filter_map(|number| Some((number, objects.get(number)?)))
    }

    /// The numbers of all objects of a kind, oldest first.
    pub fn numbers(&self, kind: &str) -> Vec<String> {
        let mut numbers: Vec<String> = self.all(kind).filter_map(|object| object["id"].as_str()).map(str::to_owned).collect();
        numbers.reverse();
        numbers
    }

    /// Writes an event about an object as it stands now.
    pub fn tell(&mut self, kind: &str, number: &str) {
        let object = self.find(number).cloned().unwrap_or_default();
        let event = json!({
            "object": "event",
            "api_version": super::VERSION,
            "data": { "object": object },
            "pending_webhooks": 1,
            "request": { "id": self.number("req"), "idempotency_key": null },
            "type": kind,
        });
        let event = self.make("evt", event);
        self.told.extend(self.find(&event).cloned());
    }

    pub fn tell_all(&mut self, kinds: &[&str], number: &str) {
        kinds.iter().for_each(|kind| self.tell(kind, number));
    }
}
