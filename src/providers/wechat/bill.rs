//! The bill of a day in Beijing, which WeChat makes on the next morning: all that was paid and refunded, with the fees. A
//! CSV whose fields begin with a backquote, so that a comma inside of one does not end it.

use super::gateway::Gateway;
use super::settings::REAL_SERVICE;
use super::wire::Bill;
use crate::foundation::money::Money;
use crate::foundation::time::{SECOND, Timestamp};
use crate::providers::Failure;
use crate::providers::facts::{Movement, MovementKind};
use crate::providers::mainland::{cny, day, fen, midnight, ours, read_local};
use axum::http::Method;
use jiff::civil::Date;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::collections::HashMap;

/// WeChat keeps bills for three months.
const MAX_DAYS: usize = 93;

pub async fn movements(gateway: &Gateway, from: Timestamp, until: Timestamp) -> Result<Vec<Movement>, Failure> {
    let mut found = Vec::new();
    if from >= until {
        return Ok(found);
    }
    let (mut date, last) = (day(from), day(until.plus(-1)));
    if last >= day(gateway.now()) {
        return Err(Failure::Away(format!("the bill of {last} is not made before the next morning")));
    }
    for _ in 0..MAX_DAYS {
        let rows = of_day(gateway, date).await?;
        found.extend(rows.into_iter().filter(|row| from <= row.at && row.at < until));
        if date >= last {
            return Ok(found);
        }
        date = date.tomorrow().map_err(|e| Failure::Nonsense(e.to_string()))?;
    }
    Err(super::orders::refused("BILL_RANGE", "no more than 93 days at once"))
}

async fn of_day(gateway: &Gateway, date: Date) -> Result<Vec<Movement>, Failure> {
    let bill: Bill = match gateway.get(&format!("/v3/bill/tradebill?bill_date={date}&bill_type=ALL")).await {
        Ok(reply) => reply.json()?,
        // Nothing was sold on that day.
        Err(Failure::Refused { code, .. }) if code == "NO_STATEMENT_EXIST" => return Ok(Vec::new()),
        Err(Failure::Refused { code, message }) if code == "STATEMENT_CREATING" => return Err(Failure::Away(message)),
        Err(other) => return Err(other),
    };
    // The download is not signed; its hash stands in the answer that was.
    let here = [gateway.settings.base_url.as_str(), REAL_SERVICE];
    let target = here.iter().find_map(|base| bill.download_url.strip_prefix(base)).filter(|target| target.starts_with('/'));
    let target = target.ok_or_else(|| Failure::Nonsense("a bill that lies elsewhere".to_owned()))?;
    let reply = gateway.send(&Method::GET, target, "").await?;
    if !reply.status.is_success() {
        return Err(super::gateway::refusal(&reply));
    }
    let hash: String = digest(&SHA1_FOR_LEGACY_USE_ONLY, &reply.body).as_ref().iter().map(|b| format!("{b:02x}")).collect();
    if bill.hash_type != "SHA1" || !bill.hash_value.eq_ignore_ascii_case(&hash) {
        return Err(Failure::Nonsense("a bill with another hash".to_owned()));
    }
    read(&reply.body, date)
}

/// The rows of a bill. Their times are kept within the bill's day, which is what the bill is about.
pub fn read(bytes: &[u8], date: Date) -> Result<Vec<Movement>, Failure> {
    let wrong = |what: &str| Failure::Nonsense(format!("the bill of {date}: {what}"));
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("not UTF-8"))?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: HashMap<&str, usize> = lines.next().unwrap_or_default().split(',').map(str::trim).zip(0..).collect();
    let tomorrow = date.tomorrow().map_err(|_| wrong("no such day"))?;
    let (Some(begins), Some(ends)) = (midnight(date), midnight(tomorrow)) else { return Err(wrong("no such day")) };
    let currency = cny()?;
    let mut movements = Vec::new();
    // Then come the totals, under a heading of their own.
    for line in lines.take_while(|line| line.starts_with('`')) {
        let fields: Vec<&str> = line.trim_end().trim_start_matches('`').split(",`").collect();
        let field = |name: &str| names.get(name).and_then(|at| fields.get(*at)).copied();
        let need = |name: &str| field(name).ok_or_else(|| wrong(name));
        let money = |name: &str| need(name).and_then(|text| fen(text).ok_or_else(|| wrong(name)));
        if need("货币种类")? != "CNY" {
            return Err(wrong("another currency"));
        }
        let (kind, number, reference, gross) = match need("交易状态")? {
            "SUCCESS" => (MovementKind::Payment, need("微信订单号")?, need("商户订单号")?, money("订单金额")?),
            "REFUND" | "REVOKED" if ["FAIL", "CLOSED"].contains(&need("退款状态")?) => continue,
            "REFUND" | "REVOKED" => (MovementKind::Refund, need("微信退款单号")?, need("商户退款单号")?, -money("申请退款金额")?),
            _ => continue,
        };
        let at = read_local(need("交易时间")?).ok_or_else(|| wrong("交易时间"))?;
        movements.push(Movement {
            number: number.to_owned(),
            kind,
            reference: ours(reference),
            of: if kind == MovementKind::Refund { Some(need("微信订单号")?.to_owned()) } else { None },
            customer: None,
            gross: Money::new(gross, currency),
            fee: Money::new(money("手续费")?, currency),
            at: at.clamp(begins, ends.plus(-SECOND)),
        });
    }
    Ok(movements)
}
