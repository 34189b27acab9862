//! Tables `payout_runs` and `payouts`, and what may be paid out.

use crate::args;
use crate::foundation::id::MemberId;
use crate::foundation::time::Timestamp;
use crate::server::db::{Db, Queries, Result, Tx};
use sqlx::FromRow;

/// What a creator may be paid in a currency; less than nothing when more went back than came in since.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Payable {
    pub member_id: i64,
    pub handle: String,
    pub name: String,
    pub currency: String,
    pub minor: i64,
    pub held: i64,
    pub payee_name: String,
    pub payee_account: String,
    /// Something is on its way to them already.
    pub under_way: bool,
}

impl Payable {
    /// Whether they said to which account they are paid.
    pub fn has_account(&self) -> bool {
        !self.payee_account.is_empty()
    }
}

macro_rules! payable {
    () => {
        "select c.member_id, m.handle, m.name, e.currency,
    cast(coalesce(sum(case when e.account = 'liability:creator:' || c.member_id then -e.minor else 0 end), 0) as bigint) as minor,
    cast(coalesce(sum(case when e.account = 'liability:creator-held:' || c.member_id then -e.minor else 0 end), 0) as bigint) as held,
    c.payee_name, c.payee_account,
    exists (
        select 1
        from payouts p
        where p.member_id = c.member_id and p.currency = e.currency and p.state = 'under way'
    ) as under_way
from creators c
join members m on m.id = c.member_id
join ledger_entries e on e.account in ('liability:creator:' || c.member_id, 'liability:creator-held:' || c.member_id)"
    };
}

const LISTED: &str = concat!(
    payable!(),
    "\nwhere c.member_id > $1
group by c.member_id, m.handle, m.name, e.currency, c.payee_name, c.payee_account
order by c.member_id, e.currency
limit $2"
);

/// Everybody of whom the ledger says anything, after a member.
pub async fn payable(db: &Db, after: MemberId, limit: i64) -> Result<Vec<Payable>> {
    db.all(LISTED, args![after, limit]).await
}

const DUE: &str = concat!(
    payable!(),
    "\nwhere e.currency = $1
group by c.member_id, m.handle, m.name, e.currency, c.payee_name, c.payee_account
order by c.member_id"
);

/// Those to be paid: at least the minimum is owed, and nothing is under way.
fn to_pay(rows: Vec<Payable>, minimum: i64) -> Vec<Payable> {
    rows.into_iter().filter(|row| row.minor >= minimum && !row.under_way).collect()
}

/// Those to be paid in a currency by now, whether or not they said to which account.
pub async fn due(tx: &mut Tx, currency: &str, minimum: i64) -> Result<Vec<Payable>> {
    Ok(to_pay(tx.all(DUE, args![currency]).await?, minimum))
}

/// Those of [`due`] who have not said to which account.
pub async fn without_account(db: &Db, currency: &str, minimum: i64) -> Result<Vec<Payable>> {
    let due = to_pay(db.all(DUE, args![currency]).await?, minimum);
    Ok(due.into_iter().filter(|row| !row.has_account()).collect())
}

const HOLD: &str = "insert into creator_terms (id, updated_at)
values (1, $1)
on conflict (id) do update set updated_at = creator_terms.updated_at";

/// Nobody else sets anything aside until the transaction is done.
pub async fn hold(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.run(HOLD, args![now]).await.map(drop)
}

const ADD_RUN: &str = "insert into payout_runs (currency, minimum, made_by, made_at)
values ($1, $2, $3, $4)
returning id";

pub async fn add_run(tx: &mut Tx, currency: &str, minimum: i64, by: MemberId, now: Timestamp) -> Result<i64> {
    let (id,): (i64,) = tx.one(ADD_RUN, args![currency, minimum, by, now]).await?;
    Ok(id)
}

const ADD: &str = "insert into payouts (run_id, member_id, currency, minor, payee_name, payee_account, state)
values ($1, $2, $3, $4, $5, $6, 'under way')
returning id";

pub async fn add(tx: &mut Tx, run: i64, due: &Payable) -> Result<i64> {
    let args = args![run, due.member_id, &due.currency, due.minor, &due.payee_name, &due.payee_account];
    let (id,): (i64,) = tx.one(ADD, args).await?;
    Ok(id)
}

/// A run, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RunRow {
    pub id: i64,
    pub currency: String,
    pub minimum: i64,
    pub made_at: i64,
    pub payouts: i64,
    pub under_way: i64,
    pub minor: i64,
}

macro_rules! runs {
    () => {
        "select r.id, r.currency, r.minimum, r.made_at, count(*) as payouts,
    cast(coalesce(sum(case when p.state = 'under way' then 1 else 0 end), 0) as bigint) as under_way,
    cast(coalesce(sum(case when p.state = 'failed' then 0 else p.minor end), 0) as bigint) as minor
from payout_runs r
join payouts p on p.run_id = r.id"
    };
}

const RUNS: &str = concat!(
    runs!(),
    "\nwhere r.id < $1
group by r.id, r.currency, r.minimum, r.made_at
order by r.id desc
limit $2"
);

pub async fn runs(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<RunRow>> {
    db.all(RUNS, args![before.unwrap_or(i64::MAX), limit]).await
}

const RUN: &str = concat!(runs!(), "\nwhere r.id = $1\ngroup by r.id, r.currency, r.minimum, r.made_at");

pub async fn run(db: &Db, id: i64) -> Result<Option<RunRow>> {
    db.optional(RUN, args![id]).await
}

/// One payout, with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PayoutRow {
    pub id: i64,
    pub run_id: i64,
    pub member_id: i64,
    pub handle: String,
    pub name: String,
    pub currency: String,
    pub minor: i64,
    pub payee_name: String,
    pub payee_account: String,
    pub state: String,
    pub paid_on: Option<String>,
    pub reference: String,
    pub reason: String,
}

macro_rules! payouts {
    () => {
        "select p.id, p.run_id, p.member_id, m.handle, m.name, p.currency, p.minor, p.payee_name, p.payee_account, p.state, p.paid_on,
    p.reference, p.reason
from payouts p
join members m on m.id = p.member_id"
    };
}

const OF_RUN: &str = concat!(payouts!(), "\nwhere p.run_id = $1 and p.id > $2\norder by p.id\nlimit $3");

pub async fn of_run(db: &Db, run: i64, after: i64, limit: i64) -> Result<Vec<PayoutRow>> {
    db.all(OF_RUN, args![run, after, limit]).await
}

const TO_DECIDE: &str = concat!(payouts!(), "\nwhere p.run_id = $1 and (p.id = $2 or ($2 = 0 and p.payee_account <> ''))\norder by p.id");

/// Those of a run that an admin decides about: one, or, for 0, all that a bank can pay.
pub async fn to_decide(tx: &mut Tx, run: i64, one: i64) -> Result<Vec<PayoutRow>> {
    tx.all(TO_DECIDE, args![run, one]).await
}

const OF_MEMBER: &str = concat!(payouts!(), "\nwhere p.member_id = $1\norder by p.id desc\nlimit 100");

pub async fn of_member(db: &Db, member: MemberId) -> Result<Vec<PayoutRow>> {
    db.all(OF_MEMBER, args![member]).await
}

const CONFIRM: &str = "update payouts
set state = 'paid', paid_on = $2, reference = $3, decided_at = $4, decided_by = $5
where id = $1 and state = 'under way'";

/// False when it was decided meanwhile.
pub async fn confirm(tx: &mut Tx, id: i64, (paid_on, reference): (&str, &str), by: MemberId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(CONFIRM, args![id, paid_on, reference, now, by]).await? == 1)
}

const FAIL: &str = "update payouts
set state = 'failed', paid_on = null, reason = $3, decided_at = $4, decided_by = $5
where id = $1 and state = $2";

/// False when it does not stand as it did.
pub async fn fail(tx: &mut Tx, id: i64, state: &str, reason: &str, by: MemberId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(FAIL, args![id, state, reason, now, by]).await? == 1)
}
