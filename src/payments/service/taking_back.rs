//! A buyer takes something back, by the rule that was promised: on the order's page, or by a declaration on the public
//! page. It is written down with its refund first; then the provider is asked, and asked again.

use super::telling::Withdrawal;
use super::working_out::work_out_again;
use super::{plans, refunds, telling};
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::OrderId;
use crate::foundation::money::Money;
use crate::foundation::text;
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::members::throttle::{self, Subject};
use crate::membership::counting::{self, Counts};
use crate::membership::grants::Opened;
use crate::membership::terms::Counted;
use crate::payments::model::{Item, Order, OrderStatus, Payment};
use crate::payments::requests::{Declaration, Kind, Request, State};
use crate::payments::rules::{self, Given, Promise};
use crate::payments::seller::{Number, Seller};
use crate::payments::store::payments::NewRefund;
use crate::payments::store::requests::NewRequest;
use crate::payments::store::{orders, payments, promises, receipts, requests};
use crate::payments::teams;
use crate::providers::Provider;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;

/// What a buyer can take back of an order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub money: Money,
    pub until: Timestamp,
    /// It came by hand, so an admin gives it back by hand.
    pub by_hand: bool,
    /// The agreement it is the running term of ends with it.
    pub ends_agreement: bool,
}

/// The payment that pays an order.
fn paying(came: &[Payment]) -> Option<&Payment> {
    came.iter().find(|payment| !payment.surplus)
}

/// What was promised of an order, and the term it opens.
struct Bought {
    promise: Option<Promise>,
    term: Option<Counted>,
}

impl Bought {
    async fn read(ctx: &Context, order: &Order) -> Result<Bought> {
        let (db, now) = (ctx.db(), ctx.now());
        let promise = promises::of_order(db, order.id).await?;
        let term = match order.team {
            Some(_) => teams::opens(db, order.id).await?.and_then(|opened| of_team(&opened, now)),
            None => of_holder(order, counting::of_shown(ctx, &order.cause()).await?, now),
        };
        Ok(Bought { promise, term })
    }

    /// As it stands for whoever holds the order.
    async fn held(ctx: &Context, tx: &mut Tx, order: &Order) -> Result<Bought> {
        let now = ctx.now();
        let promise = promises::of_order_now(tx, order.id).await?;
        let term = match order.team {
            Some(_) => teams::opens_now(tx, order.id).await?.and_then(|opened| of_team(&opened, now)),
            None => of_holder(order, counting::of_now(ctx, tx, &order.cause()).await?, now),
        };
        Ok(Bought { promise, term })
    }

    /// What the promise gives now of the payment that pays the order.
    async fn gives(&self, ctx: &Context, payment: &Payment) -> Result<Option<Given>> {
        let site = require_site(ctx).await?;
        Ok(self.promise.and_then(|promise| rules::gives(&promise, payment, self.term, ctx.now(), &site.time_zone)))
    }
}

/// The term of a team, whoever sat on its seats. What was taken back has no days left.
fn of_team(opened: &Opened, now: Timestamp) -> Option<Counted> {
    let until = opened.ends_at.filter(|_| opened.revoked_at.is_none())?;
    Some(Counted::of((opened.starts_at, until), &[], now))
}

/// The term of whoever has it: the buyer, or who took the gift. What was taken over to another tier, or was taken back, has no
/// days of its own left.
fn of_holder(order: &Order, counts: Option<Counts>, now: Timestamp) -> Option<Counted> {
    match (counts, order.item) {
        (Some(counts), _) => counts.counted.filter(|_| counts.revoked_at.is_none()),
        // A gift that nobody took: its term is yet to begin.
        (None, Item::Tier(..)) if order.is_gift() => Some(Counted::of((now.plus(DAY), now.plus(30 * DAY)), &[], now)),
        (None, _) => None,
    }
}

/// What the viewer can take back of their order now; nothing once they did.
pub async fn offer(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Offer>> {
    if !viewer.is(order.member) || order.status != OrderStatus::Paid || requests::of_order(ctx.db(), order.id).await?.is_some() {
        return Ok(None);
    }
    let came = payments::shown(ctx.db(), order.id).await?;
    let Some(payment) = paying(&came) else { return Ok(None) };
    let given = Bought::read(ctx, order).await?.gives(ctx, payment).await?;
    Ok(given.map(|given| Offer {
        money: Money::new(given.minor, payment.amount.currency),
        until: given.until,
        by_hand: payment.provider == Provider::Offline,
        ends_agreement: plans::is_running_term(order, payment, ctx.now()),
    }))
}

/// What became of the viewer's order being taken back, if it was.
pub async fn taken_back(ctx: &Context, viewer: &Viewer, order: &Order) -> Result<Option<Request>> {
    if !viewer.is(order.member) && !viewer.is_admin() {
        return Err(AppError::NotFound);
    }
    Ok(requests::of_order(ctx.db(), order.id).await?.map(|(request, _)| request))
}

/// The viewer takes back what the rule gives. Twice is once; a conflict where it gives nothing (any more).
pub async fn take_back(ctx: &Context, viewer: &Viewer, reference: &str, reason: &str) -> Result<()> {
    let order = super::order(ctx, viewer, reference).await?;
    if !viewer.is(order.member) {
        return Err(AppError::NotFound);
    }
    let reason = text::optional_line(reason, 200).map_err(|words| AppError::field("reason", words))?.unwrap_or_default();
    match declare(ctx, order.id, Kind::Refund, &viewer.require_member()?.name, &reason).await? {
        Some(_) => Ok(()),
        None => Err(AppError::Conflict(words!("这笔订单现在不能自助退款。", "You cannot take this order back yourself (any more)."))),
    }
}

/// Writes a request down, once a payment, with the refund it is; gives its reference. `None`: a refund the rule does not
/// give. A withdrawal is received in any case. What an admin has to do about it, they are told.
async fn declare(ctx: &Context, id: OrderId, kind: Kind, declarant: &str, reason: &str) -> Result<Option<String>> {
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, id).await?;
    let order = orders::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let came = payments::of_order(&mut tx, id).await?;
    let Some(payment) = paying(&came) else { return Ok(None) };
    if let Some(known) = requests::of_payment(&mut tx, payment.id).await? {
        return Ok(Some(known));
    }
    // Read by whoever holds the order: its time may have become that of another tier a moment ago.
    let given = Bought::held(ctx, &mut tx, &order).await?.gives(ctx, payment).await?;
    if given.is_none() && (kind == Kind::Refund || payment.refundable() == 0) {
        return Ok(None);
    }
    let reference = ctx.token();
    let minor = given.map_or(0, |given| given.minor);
    let new = NewRequest { reference: &reference, order: id, payment: payment.id, kind, declarant, reason, minor };
    let request = requests::insert(&mut tx, &new, ctx.now()).await?;
    let by_hand = payment.provider == Provider::Offline;
    let refund = match given.filter(|_| !by_hand) {
        Some(given) => {
            let refund = ctx.random_hex::<16>();
            let ends_agreement = plans::is_running_term(&order, payment, ctx.now());
            let asked = NewRefund { reference: &refund, minor: given.minor, reason, by: None, ends_agreement, look_at: ctx.now() };
            payments::ask_refund(&mut tx, payment, &asked, ctx.now()).await?;
            requests::done(&mut tx, request, &refund, None, ctx.now()).await?;
            work_out_again(ctx, &mut tx, id).await?;
            Some((refund, ends_agreement))
        }
        None => None,
    };
    let gives = given.map(|given| Money::new(given.minor, payment.amount.currency));
    if kind == Kind::Withdrawal {
        let withdrawal = Withdrawal { reference: &reference, declarant, gives, by_hand };
        telling::withdrawn(ctx, &mut tx, &site, &order, &withdrawal).await?;
    }
    if refund.is_none() {
        telling::waits_for_admin(ctx, &mut tx, &site, &order, (request, kind), gives).await?;
    }
    tx.commit().await?;
    if let Some((refund, ends_agreement)) = refund {
        follow(ctx, &order, &refund, ends_agreement).await;
    }
    Ok(Some(reference))
}

/// As [`refunds::follow`]; what does not succeed now is nobody's error.
async fn follow(ctx: &Context, order: &Order, refund: &str, ends_agreement: bool) {
    if let Err(error) = refunds::follow(ctx, order, refund, ends_agreement).await {
        tracing::warn!(%error, order = %order.id, "a refund is asked for later");
    }
}

/// What somebody is about to withdraw from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    pub order: Order,
    /// What the rule gives now; `None`: it is received, and an admin decides.
    pub gives: Option<Money>,
    /// It came by hand, so an admin gives it back by hand, where the rule gives something.
    pub by_hand: bool,
    /// The agreement it is the running term of ends with it, where the rule gives something.
    pub ends_agreement: bool,
    /// It was declared before: the reference of its proof.
    pub known: Option<String>,
}

fn wrong() -> AppError {
    AppError::field(
        "number",
        words!("没有找到编号和邮箱都相符的订单，请核对。", "No order has both this number and this e-mail address; please check them."),
    )
}

/// The number of an order, or that of its receipt.
fn read_number(typed: &str) -> (Option<i64>, Option<Number>) {
    let typed = typed.trim().to_uppercase();
    let order = typed.strip_prefix("O-").filter(|digits| digits.len() <= 12 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    (order.and_then(|digits| digits.parse().ok()), Number::parse(&typed))
}

/// Finds an order for somebody who knows its number, or that of its receipt, and its buyer's e-mail address. Who does not
/// know both is not told whether either is there, and is slowed down.
async fn find(ctx: &Context, declaration: &Declaration, address: &str) -> Result<Order> {
    let email = declaration.email.to_lowercase();
    let (order, receipt) = read_number(&declaration.number);
    // Tries are counted by what is meant, however it is written.
    let meant = order.map(|order| format!("O-{order}")).or(receipt.map(|number| number.to_string()));
    let account = format!("withdraw {}", meant.as_deref().unwrap_or_default());
    let subjects = [
        Subject::account_from(&account, address),
        Subject::account(&account),
        Subject::withdrawing(address),
        Subject::withdrawing_for(&email),
    ];
    throttle::admit(ctx, &subjects).await?;
    if order.is_none() && receipt.is_none() {
        return Err(wrong());
    }
    let receipt = receipt.map(|number| (number.year, number.number));
    let id = requests::meant(ctx.db(), &email, order, receipt).await?.ok_or_else(wrong)?;
    for subject in &subjects {
        throttle::uncount(ctx, subject).await?;
    }
    orders::by_id(ctx.db(), id).await?.ok_or_else(wrong)
}

/// The first step of a withdrawal: what it would be from. `address`: whence the request comes. Errors stand under the names of
/// [`Declaration`].
pub async fn meant(ctx: &Context, _viewer: &Viewer, typed: &Declaration, address: &str) -> Result<Meant> {
    let order = find(ctx, &typed.checked()?, address).await?;
    let came = payments::shown(ctx.db(), order.id).await?;
    let Some(payment) = paying(&came) else {
        return Err(AppError::Conflict(words!(
            "这笔订单没有付款，不需要撤回。",
            "Nothing was paid for this order, so there is nothing to withdraw from."
        )));
    };
    let known = requests::of_order(ctx.db(), order.id).await?.map(|(request, _)| request.reference);
    if known.is_none() && payment.refundable() == 0 {
        return Err(nothing_left());
    }
    let gives = Bought::read(ctx, &order).await?.gives(ctx, payment).await?;
    let gives = gives.map(|given| Money::new(given.minor, payment.amount.currency));
    let by_hand = gives.is_some() && payment.provider == Provider::Offline;
    let ends_agreement = gives.is_some() && plans::is_running_term(&order, payment, ctx.now());
    Ok(Meant { order, gives, by_hand, ends_agreement, known })
}

/// The second: it is declared. Gives the reference of its proof, which the buyer gets by letter, too; the same one when it
/// was declared before.
pub async fn withdraw(ctx: &Context, _viewer: &Viewer, typed: &Declaration, address: &str) -> Result<String> {
    let declaration = typed.checked()?;
    let order = find(ctx, &declaration, address).await?;
    declare(ctx, order.id, Kind::Withdrawal, &declaration.name, "").await?.ok_or_else(nothing_left)
}

fn nothing_left() -> AppError {
    AppError::Conflict(words!("这笔订单的款项已经全部退还。", "All that was paid for this order was given back."))
}

/// The proof of a declaration, for whoever has its address: with whom the contract was made is whom its receipt names.
pub async fn proof(ctx: &Context, _viewer: &Viewer, reference: &str) -> Result<(Request, Order, Seller)> {
    let (request, order) = requests::by_reference(ctx.db(), reference).await?.ok_or(AppError::NotFound)?;
    let seller = receipts::particulars(ctx.db(), request.payment).await?.seller;
    Ok((request, order, seller))
}

/// By whose name those took things back who deleted their account is forgotten. Called then, and now and again.
pub async fn forget_left(ctx: &Context) -> Result<()> {
    Ok(requests::forget_declarants_of_left(ctx.db()).await?)
}

/// How many requests wait for an admin.
pub async fn waiting(ctx: &Context, viewer: &Viewer) -> Result<i64> {
    viewer.require_admin()?;
    Ok(requests::waiting(ctx.db()).await?)
}

/// All requests, newest first, those before `before`; of one state, or of any.
pub async fn list(ctx: &Context, viewer: &Viewer, state: Option<State>, before: Option<i64>, limit: i64) -> Result<Vec<(Request, Order)>> {
    viewer.require_admin()?;
    requests::list(ctx.db(), state, before, limit).await
}

/// An admin does what is open: all that is left of the payment, or the part that is typed. What came by hand was given back
/// by hand. What was bought is closed either way.
pub async fn execute(ctx: &Context, viewer: &Viewer, id: i64, typed: &str) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let (request, order) = requests::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let mut tx = ctx.db().begin().await?;
    orders::hold_buyer(&mut tx, order.id).await?;
    orders::lock(&mut tx, order.id).await?.ok_or(AppError::NotFound)?;
    let came = payments::of_order(&mut tx, order.id).await?;
    let payment = paying(&came).filter(|_| request.state == State::Open).ok_or_else(decided)?;
    let left = Money::new(payment.refundable(), payment.amount.currency);
    let amount = match typed.trim() {
        "" if request.minor > 0 => Money::new(request.minor.min(left.minor), left.currency),
        "" => left,
        typed => Money::parse(typed, left.currency).map_err(|words| AppError::field("amount", words))?,
    };
    refunds::check_part(amount, left)?;
    let refund = ctx.random_hex::<16>();
    let ends_agreement = plans::is_running_term(&order, payment, ctx.now());
    let asked =
        NewRefund { reference: &refund, minor: amount.minor, reason: &request.reason, by: Some(admin), ends_agreement, look_at: ctx.now() };
    payments::ask_refund(&mut tx, payment, &asked, ctx.now()).await?;
    if !requests::done(&mut tx, request.id, &refund, Some(admin), ctx.now()).await? {
        return Err(decided());
    }
    work_out_again(ctx, &mut tx, order.id).await?;
    tx.commit().await?;
    follow(ctx, &order, &refund, ends_agreement).await;
    Ok(())
}

fn decided() -> AppError {
    AppError::Conflict(words!("这个请求已经处理过了。", "This was decided already."))
}

/// An admin says no, and why; the buyer gets it as a letter.
pub async fn refuse(ctx: &Context, viewer: &Viewer, id: i64, answer: &str) -> Result<()> {
    let admin = viewer.require_admin()?.id;
    let answer = text::required_line(answer, 300).map_err(|words| AppError::field("answer", words))?;
    let (request, order) = requests::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let site = require_site(ctx).await?;
    let mut tx = ctx.db().begin().await?;
    if !requests::refuse(&mut tx, id, &answer, admin, ctx.now()).await? {
        return Err(decided());
    }
    telling::refused(ctx, &mut tx, &site, &order, &request, &answer).await?;
    Ok(tx.commit().await?)
}

/// One of them.
pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<(Request, Order)> {
    viewer.require_admin()?;
    requests::by_id(ctx.db(), id).await?.ok_or(AppError::NotFound)
}
