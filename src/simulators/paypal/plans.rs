//! The catalogue: products, and plans that belong to one.

use super::Paypal;
use super::answers::{Answer, malformed, missing, unable};
use super::books::{Plan, Trial};
use super::cash::Cash;
use serde_json::{Value, json};
use std::collections::HashMap;

impl Paypal {
    pub(super) fn create_product(&self, body: &Value) -> Answer {
        if body["name"].as_str().is_none_or(|name| name.is_empty() || name.chars().count() > 127) {
            return malformed("MISSING_REQUIRED_PARAMETER");
        }
        let id = match body["id"].as_str() {
            Some(id) if (6..=50).contains(&id.len()) => id.to_owned(),
            Some(_) => return malformed("INVALID_STRING_LENGTH"),
            None => format!("PROD-{}", self.number(17)),
        };
        let mut books = self.books();
        if books.products.contains_key(&id) {
            return unable("DUPLICATE_RESOURCE_IDENTIFIER");
        }
        let product = json!({ "id": id, "name": body["name"], "type": body["type"].as_str().unwrap_or("PHYSICAL") });
        books.products.insert(id, product.clone());
        (201, product)
    }

    pub(super) fn create_plan(&self, body: &Value) -> Answer {
        let id = format!("P-{}", self.number(24));
        let mut books = self.books();
        if !body["product_id"].as_str().is_some_and(|product| books.products.contains_key(product)) {
            return missing();
        }
        let plan = match read(body) {
            Ok(plan) => plan,
            Err(issue) => return malformed(issue),
        };
        let mut shown = body.clone();
        shown["id"] = json!(id);
        shown["status"] = json!("ACTIVE");
        let plan = Plan { body: shown.clone(), ..plan };
        books.plans.insert(id, plan);
        (201, shown)
    }

    pub(super) fn list_plans(&self, query: &HashMap<String, String>) -> Answer {
        let number = |name: &str, usual: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
        let (size, page) = (number("page_size", 10), number("page", 1));
        if !(1..=20).contains(&size) || page == 0 {
            return malformed("INVALID_PARAMETER_VALUE");
        }
        let product = query.get("product_id");
        let books = self.books();
        let all: Vec<&Plan> =
            books.plans.values().filter(|plan| product.is_none_or(|product| plan.body["product_id"].as_str() == Some(product))).collect();
        let shown: Vec<Value> = all
            .iter()
            .skip((page - 1) * size)
            .take(size)
            .map(|plan| json!({ "id": plan.body["id"], "name": plan.body["name"], "status": plan.body["status"], "description": plan.body["description"], "usage_type": "LICENSED" }))
            .collect();
        let mut links = Vec::new();
        if page * size < all.len() {
            links.push(json!({ "href": format!("{}/v1/billing/plans?page={}", self.base_url, page + 1), "rel": "next", "method": "GET" }));
        }
        (200, json!({ "plans": shown, "links": links }))
    }
}

fn read(body: &Value) -> Result<Plan, &'static str> {
    if !body["name"].is_string() || !body["payment_preferences"].is_object() {
        return Err("MISSING_REQUIRED_PARAMETER");
    }
    if body["description"].as_str().is_some_and(|text| text.len() > 127) {
        return Err("INVALID_STRING_LENGTH");
    }
    let cycles = body["billing_cycles"].as_array().filter(|cycles| !cycles.is_empty()).ok_or("MISSING_REQUIRED_PARAMETER")?;
    let (mut regular, mut trial) = (None, None);
    for (at, cycle) in cycles.iter().enumerate() {
        let unit = cycle["frequency"]["interval_unit"].as_str().unwrap_or_default();
        let count = cycle["frequency"]["interval_count"].as_i64().unwrap_or(1);
        let most = match unit {
            "DAY" => 365,
            "WEEK" => 52,
            "MONTH" => 12,
            "YEAR" => 1,
            _ => return Err("INVALID_PARAMETER_VALUE"),
        };
        if !(1..=most).contains(&count) || cycle["sequence"].as_u64() != u64::try_from(at + 1).ok() {
            return Err("INVALID_PARAMETER_VALUE");
        }
        match cycle["tenure_type"].as_str() {
            Some("TRIAL") if trial.is_none() && regular.is_none() => {
                let cycles = cycle["total_cycles"].as_i64().unwrap_or(1);
                if !(1..=999).contains(&cycles) {
                    return Err("INVALID_PARAMETER_VALUE");
                }
                let price = &cycle["pricing_scheme"]["fixed_price"];
                let cash = match price.is_object() {
                    true => Some(Cash::read(price["currency_code"].as_str(), price["value"].as_str())?),
                    false => None,
                };
                trial = Some(Trial { unit: unit.to_owned(), count, cycles, cash });
            }
            Some("REGULAR") if regular.is_none() => {
                let price = &cycle["pricing_scheme"]["fixed_price"];
                let cash = Cash::read(price["currency_code"].as_str(), price["value"].as_str())?;
                regular = Some((cash, unit.to_owned(), count));
            }
            _ => return Err("INVALID_PARAMETER_VALUE"),
        }
    }
    let (cash, unit, count) = regular.ok_or("MISSING_REQUIRED_PARAMETER")?;
    Ok(Plan { body: Value::Null, cash, unit, count, trial })
}
