//! Numbers replaced by what they stand for (`expand[]`), and lists with their pages.

use super::books::Books;
use super::forms::Form;
use super::problem::Problem;
use serde_json::{Value, json};

const DEEPEST: usize = 4;

pub fn list(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    json!({ "object": "list", "url": url, "has_more": has_more, "data": data })
}

/// Everything that was asked to be expanded in an answer.
pub fn expand_all(books: &Books, answer: &mut Value, form: &Form) -> Result<(), Problem> {
    for path in form.all("expand") {
        let steps: Vec<&str> = path.split('.').collect();
        if steps.len() > DEEPEST {
            return Err(Problem::plain(&format!("You cannot expand more than {DEEPEST} levels of a property. Property: {path}")));
        }
        expand(books, answer, &steps, path)?;
    }
    Ok(())
}

fn expand(books: &Books, value: &mut Value, steps: &[&str], path: &str) -> Result<(), Problem> {
    let Some((step, rest)) = steps.split_first() else {
        return Ok(());
    };
    include(books, value, step);
    let Some(field) = value.get_mut(*step) else {
        return Err(Problem::plain(&format!("This property cannot be expanded ({path}).")));
    };
    if let Some(object) = field.as_str().map(|number| books.find(number).cloned()) {
        *field = object.ok_or_else(|| Problem::plain(&format!("This property cannot be expanded ({path}).")))?;
    }
    match field {
        Value::Array(elements) => elements.iter_mut().try_for_each(|element| expand(books, element, rest, path)),
        Value::Null => Ok(()),
        _ => expand(books, field, rest, path),
    }
}

/// Lists that are there only when asked for.
fn include(books: &Books, value: &mut Value, step: &str) {
    let (kind, field) = match (value["object"].as_str(), step) {
        (Some("invoice"), "payments") => ("invoice_payment", "invoice"),
        (Some("charge"), "refunds") => ("refund", "charge"),
        _ => return,
    };
    let of_it: Vec<Value> = books.all(kind).filter(|object| object[field] == value["id"]).cloned().collect();
    value[step] = list(&format!("/v1/{kind}s"), of_it, false);
}

/// One kind of objects: where they stand, what they are called, and by what they can be asked for.
pub struct Kind {
    pub path: &'static str,
    pub object: &'static str,
    /// Names of parameters, and where the value stands in the object.
    filters: &'static [(&'static str, &'static str)],
}

pub const KINDS: [Kind; 13] = [
    Kind {
        path: "checkout/sessions",
        object: "checkout.session",
        filters: &[("payment_intent", "/payment_intent"), ("subscription", "/subscription"), ("status", "/status")],
    },
    Kind { path: "payment_intents", object: "payment_intent", filters: &[("customer", "/customer")] },
    Kind { path: "charges", object: "charge", filters: &[("payment_intent", "/payment_intent"), ("customer", "/customer")] },
    Kind { path: "refunds", object: "refund", filters: &[("payment_intent", "/payment_intent"), ("charge", "/charge")] },
    Kind { path: "disputes", object: "dispute", filters: &[("payment_intent", "/payment_intent"), ("charge", "/charge")] },
    Kind { path: "subscriptions", object: "subscription", filters: &[("customer", "/customer"), ("status", "/status")] },
    Kind {
        path: "invoices",
        object: "invoice",
        filters: &[("subscription", "/parent/subscription_details/subscription"), ("customer", "/customer"), ("status", "/status")],
    },
    Kind {
        path: "invoice_payments",
        object: "invoice_payment",
        filters: &[
            ("invoice", "/invoice"),
            ("payment[type]", "/payment/type"),
            ("payment[payment_intent]", "/payment/payment_intent"),
            ("status", "/status"),
        ],
    },
    Kind { path: "customers", object: "customer", filters: &[("email", "/email")] },
    Kind {
        path: "balance_transactions",
        object: "balance_transaction",
        filters: &[("type", "/type"), ("source", "/source"), ("currency", "/currency")],
    },
    Kind { path: "events", object: "event", filters: &[("type", "/type")] },
    Kind { path: "products", object: "product", filters: &[] },
    Kind { path: "coupons", object: "coupon", filters: &[] },
];

/// One page of a list, newest first.
pub fn page(books: &Books, kind: &Kind, form: &Form) -> Result<Value, Problem> {
    let mut known = vec!["limit", "starting_after", "created[gte]", "created[gt]", "created[lt]", "created[lte]"];
    known.extend(kind.filters.iter().map(|(name, _)| *name));
    form.only(&known)?;
    let limit = form.whole_number("limit")?.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Problem::invalid("limit", "This value must be between 1 and 100 (inclusive)."));
    }
    let bound = |name: &str| form.whole_number(name);
    let (gte, gt, lt, lte) = (bound("created[gte]")?, bound("created[gt]")?, bound("created[lt]")?, bound("created[lte]")?);
    let fits = |object: &&Value| {
        let at = object["created"].as_i64().unwrap_or_default();
        let within = gte.is_none_or(|b| at >= b) && gt.is_none_or(|b| at > b) && lt.is_none_or(|b| at < b) && lte.is_none_or(|b| at <= b);
        within && kind.filters.iter().all(|(name, at)| form.get(name).is_none_or(|v| object.pointer(at).and_then(Value::as_str) == Some(v)))
    };
    let mut rest: Vec<&Value> = books.all(kind.object).filter(fits).collect();
    if let Some(after) = form.get("starting_after") {
        let at = rest.iter().position(|object| object["id"] == after).ok_or_else(|| Problem::nothing_there(kind.object, after))?;
        rest.drain(..=at);
    }
    let size = usize::try_from(limit).unwrap_or(10);
    let has_more = rest.len() > size;
    Ok(list(&format!("/v1/{}", kind.path), rest.into_iter().take(size).cloned().collect(), has_more))
}
