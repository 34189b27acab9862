//! The book of the account, `alipay.data.bill.accountlog.query`. Fees are lines of their own there; here they stand with the
//! payment or the refund they belong to.

use super::facts::number;
use super::gateway::{Gateway, refused};
use super::wire::{AccountLog, AccountLogItem, AccountLogPage, Number};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, SECOND, Timestamp};
use crate::providers::Failure;
use crate::providers::facts::{Movement, MovementKind};
use crate::providers::mainland::{cny, fen, ours, read_local, write_local};

const PAGE: u64 = 2000;
const MAX_PAGES: u64 = 100;

pub async fn movements(gateway: &Gateway, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
    if from >= until {
        return Ok(Vec::new());
    }
    if until.since(from) > 366 * DAY {
        return Err(refused("BILL_RANGE", "no more than a year at once"));
    }
    let mut items = Vec::new();
    let mut begin = from;
    // Alipay answers for 31 days at once, in whole seconds, the end excluded.
    while begin < until {
        let end = begin.plus(31 * DAY).min(until);
        items.extend(between(gateway, begin, end.plus(SECOND - 1)).await?);
        begin = end;
    }
    let mut found = read(items)?;
    found.retain(|movement| from <= movement.at && movement.at < until);
    Ok(found)
}

async fn between(gateway: &Gateway, from: Timestamp, until: Timestamp) -> Result<Vec<AccountLogItem>, Failure> {
    let (start_time, end_time) = (write_local(from), write_local(until));
    let mut items = Vec::new();
    for page in 1..=MAX_PAGES {
        let asked = AccountLog { start_time: &start_time, end_time: &end_time, page_no: page.to_string(), page_size: PAGE.to_string() };
        let told: AccountLogPage = gateway.call("alipay.data.bill.accountlog.query", &asked).await?;
        let total = told.total_size.as_ref().and_then(Number::value).unwrap_or(0);
        let last = told.detail_list.is_empty() || page * PAGE >= total;
        items.extend(told.detail_list);
        if last {
            return Ok(items);
        }
    }
    Err(Failure::Nonsense("a bill without an end".to_owned()))
}

/// The lines as movements, each once.
pub fn read(items: Vec<AccountLogItem>) -> Result<Vec<Movement>, Failure> {
    let currency = cny()?;
    let mut seen = std::collections::HashSet::new();
    let mut movements: Vec<(String, Movement)> = Vec::new();
    let mut fees = Vec::new();
    for item in items.into_iter().filter(|item| seen.insert(item.account_log_id.clone())) {
        let wrong = |what: &str| Failure::Nonsense(format!("account log {}: {what}", item.account_log_id));
        let amount = fen(&item.trans_amount).ok_or_else(|| wrong("trans_amount"))?;
        let amount = if item.direction == "支出" { -amount.abs() } else { amount };
        let at = read_local(&item.trans_dt).ok_or_else(|| wrong("trans_dt"))?;
        let says = |words: &[&str]| words.iter().any(|word| item.kind.contains(word));
        if says(&["收费", "服务费", "退费"]) {
            fees.push((item, -amount, at));
            continue;
        }
        let (kind, number, reference) = if !item.merchant_out_refund_no.is_empty() || says(&["退款"]) {
            let number = number(&item.alipay_order_no, &item.merchant_out_refund_no);
            (MovementKind::Refund, number, ours(&item.merchant_out_refund_no))
        } else if says(&["提现"]) {
            (MovementKind::Payout, item.account_log_id.clone(), None)
        } else if amount > 0 && says(&["交易", "在线支付"]) && !item.alipay_order_no.is_empty() {
            (MovementKind::Payment, item.alipay_order_no.clone(), ours(&item.merchant_order_no))
        } else {
            (MovementKind::Other, item.account_log_id.clone(), None)
        };
        let (gross, fee) = (Money::new(amount, currency), Money::new(0, currency));
        let of = Some(item.alipay_order_no.clone()).filter(|order| kind == MovementKind::Refund && !order.is_empty());
        movements.push((item.alipay_order_no, Movement { number, kind, reference, of, customer: None, gross, fee, at }));
    }
    for (item, fee, at) in fees {
        let belongs = if fee > 0 { MovementKind::Payment } else { MovementKind::Refund };
        let open = |order: &str, movement: &Movement| order == item.alipay_order_no && movement.kind == belongs && movement.fee.minor == 0;
        match movements.iter_mut().find(|(order, movement)| !order.is_empty() && open(order, movement)) {
            Some((_, movement)) => movement.fee.minor = fee,
            None => {
                let (gross, fee) = (Money::new(0, currency), Money::new(fee, currency));
                let number = item.account_log_id;
                let kind = MovementKind::Other;
                movements.push((String::new(), Movement { number, kind, reference: None, of: None, customer: None, gross, fee, at }));
            }
        }
    }
    Ok(movements.into_iter().map(|(_, movement)| movement).collect())
}
