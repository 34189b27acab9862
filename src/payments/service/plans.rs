//! A member's memberships as they manage them: renewing ones, which a provider charges, and term passes, which end by
//! themselves.

use super::settle::{Outcome, settle};
use super::{asking, connections};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::{MINUTE, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::payments::inbox;
use crate::payments::model::{Order, Payment};
use crate::payments::offers::model::CutTerms;
use crate::payments::store::changes;
use crate::payments::store::notifications;
use crate::payments::store::orders;
use crate::payments::store::subscriptions::{self, SubscriptionRow};
use crate::providers::facts::{AgreementState, Fact};
use crate::providers::{Change, Failure, Provider};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::words;

/// What could not be ended or cancelled is asked for again.
const AGAIN: i64 = 30 * MINUTE;

/// An agreement to be charged again each term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: i64,
    pub member: MemberId,
    pub tier: TierId,
    pub provider: Provider,
    /// The provider's number.
    pub number: String,
    /// What a term costs in the long run.
    pub price: Money,
    pub by_offer: Option<ByOffer>,
    pub every: Cadence,
    pub state: AgreementState,
    pub trial_until: Option<Timestamp>,
    pub term_until: Option<Timestamp>,
    /// It will not be charged again.
    pub ends_with_term: bool,
    /// How it is paid: `Visa ···· 4242`.
    pub method: Option<String>,
    pub created_at: Timestamp,
    /// It was made elsewhere, and is ours since.
    pub adopted_at: Option<Timestamp>,
    /// When its member asked for it not to be charged again; `None` once its provider knows.
    pub cancel_asked_at: Option<Timestamp>,
}

/// What some terms of an agreement cost, and by which offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByOffer {
    pub name: String,
    pub terms: CutTerms,
}

impl Subscription {
    /// What a term costs that begins then.
    pub fn costs(&self, begins: Timestamp) -> Money {
        match &self.by_offer {
            Some(by_offer) if by_offer.terms.covers(begins) == Some(true) => by_offer.terms.cut.amount,
            _ => self.price,
        }
    }

    /// Its provider did not answer yet to its member's wish that it be cancelled, and goes on being asked.
    pub fn is_being_cancelled(&self) -> bool {
        self.cancel_asked_at.is_some() && !self.ends_with_term
    }

    /// Nobody has said that it is not to be charged again: neither its provider, nor its member to us.
    pub fn goes_on(&self) -> bool {
        !self.ends_with_term && !self.is_being_cancelled()
    }

    /// When the running trial or term ends: then it is charged again, or is over.
    pub fn end(&self) -> Option<Timestamp> {
        match self.state {
            AgreementState::Trialing => self.trial_until.or(self.term_until),
            _ => self.term_until.or(self.trial_until),
        }
    }
}

pub(in crate::payments) fn read(row: SubscriptionRow) -> Option<Subscription> {
    let by_offer = row.by_offer().map(|(terms, name)| ByOffer { name, terms });
    Some(Subscription {
        by_offer,
        id: row.id,
        member: MemberId(row.member_id),
        tier: TierId(row.tier_id),
        provider: Provider::parse(&row.provider)?,
        number: row.provider_subscription,
        price: Money::new(row.minor, Currency::parse(&row.currency)?),
        every: Cadence::parse(&row.cadence)?,
        state: subscriptions::parse_state(&row.state)?,
        trial_until: row.trial_until.map(Timestamp),
        term_until: row.term_until.map(Timestamp),
        ends_with_term: row.ends_with_term,
        method: row.method,
        created_at: Timestamp(row.created_at),
        adopted_at: row.adopted_at.map(Timestamp),
        cancel_asked_at: row.cancel_asked_at.map(Timestamp),
    })
}

/// What an agreement is charged for the term that begins then; and for which tier, where it has gone over to another by then.
pub(in crate::payments) async fn charge_at(tx: &mut Tx, one: &Subscription, begins: Timestamp) -> Result<(Option<String>, Money)> {
    let asked = changes::of_agreement(tx, one.id).await?;
    if let Some(change) = asked.into_iter().find(|change| change.state == "agreed" && change.from_at <= begins.0) {
        return Ok((Some(change.title), Money::new(change.minor, one.price.currency)));
    }
    if let Some(by_offer) = one.by_offer.as_ref().filter(|by_offer| by_offer.terms.covers(begins).is_none()) {
        // The provider has not said yet when it began.
        let cut = by_offer.terms.cut;
        if subscriptions::cheap_terms(tx, one.id, cut.amount.minor).await? < i64::from(cut.terms) {
            return Ok((None, cut.amount));
        }
    }
    Ok((None, one.costs(begins)))
}

/// The viewer's agreements, newest first, also those that have ended.
pub async fn subscriptions_of(ctx: &Context, viewer: &Viewer) -> Result<Vec<Subscription>> {
    let member = viewer.require_member()?;
    Ok(subscriptions::of_member(ctx.db(), member.id).await?.into_iter().filter_map(read).collect())
}

/// Whether the viewer is charged again for a tier, or will be: an agreement goes over to it with its next term.
pub async fn renews(ctx: &Context, viewer: &Viewer, tier: TierId) -> Result<bool> {
    let runs = |subscription: &Subscription| subscription.tier == tier && subscription.state.runs();
    let member = viewer.require_member()?.id;
    Ok(subscriptions_of(ctx, viewer).await?.iter().any(runs) || changes::comes(ctx.db(), member, tier).await?)
}

/// Whether the viewer ever had an agreement for a tier: a trial is given once.
pub async fn had(ctx: &Context, viewer: &Viewer, tier: TierId) -> Result<bool> {
    let begun = |subscription: &Subscription| subscription.tier == tier && subscription.state != AgreementState::Waiting;
    let member = viewer.require_member()?.id;
    Ok(subscriptions_of(ctx, viewer).await?.iter().any(begun) || orders::agreed_before(ctx.db(), member, tier).await?)
}

pub(in crate::payments) async fn own(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Subscription> {
    subscriptions_of(ctx, viewer).await?.into_iter().find(|subscription| subscription.id == id).ok_or(AppError::NotFound)
}

/// Whether another agreement of the same member goes on being charged for the same tier.
async fn runs_beside(ctx: &Context, viewer: &Viewer, one: &Subscription) -> Result<bool> {
    let runs = |other: &Subscription| {
        other.id != one.id
            && other.tier == one.tier
            && other.goes_on()
            && matches!(other.state, AgreementState::Active | AgreementState::Trialing | AgreementState::PastDue)
    };
    Ok(subscriptions_of(ctx, viewer).await?.iter().any(runs))
}

/// Changes an agreement at its provider: cancel, resume, pause. What the provider says then is applied at once. False: it does
/// not answer. It goes on being asked to cancel what is to be cancelled, and how what is to go on stands.
pub async fn change(ctx: &Context, viewer: &Viewer, id: i64, change: Change) -> Result<bool> {
    let subscription = own(ctx, viewer, id).await?;
    if matches!(change, Change::Resume | Change::Unpause) && runs_beside(ctx, viewer, &subscription).await? {
        return Err(AppError::Conflict(words!(
            "这个会员等级已经有另一份自动续费在扣款，不需要恢复这一份。",
            "Another agreement is charged for this tier already; there is no need to take this one up again."
        )));
    }
    if change == Change::CancelAtEnd {
        return cancel(ctx, &subscription).await;
    }
    if change == Change::Resume && subscription.is_being_cancelled() {
        subscriptions::keep(ctx.db(), id, ctx.now()).await?;
        // Its provider may have heard of the other wish, and only not have said so in time.
        let connection = connections::connection(ctx, subscription.provider).await?;
        let Ok(facts) = asking::answered(ctx, connection.look_agreement(&subscription.number)).await else { return Ok(false) };
        settle(ctx, subscription.provider, &facts).await?;
        let now = own(ctx, viewer, id).await?;
        if now.state.runs() && !now.ends_with_term {
            return Ok(true);
        }
    }
    let facts = ask_for(ctx, &subscription, change).await?.map_err(|failure| said(&failure))?;
    settle(ctx, subscription.provider, &facts).await.map(|_| true)
}

/// Each wish is a new one; a repeated call of the same wish is not made twice. The inner error is the provider's.
async fn ask_for(ctx: &Context, one: &Subscription, change: Change) -> Result<Result<Vec<Fact>, Failure>> {
    let connection = connections::connection(ctx, one.provider).await?;
    let reference = ctx.random_hex::<16>();
    Ok(asking::answered(ctx, connection.change(&one.number, change, &reference)).await)
}

/// Written down first: a member who does not want to be charged again is not, whatever happens now. False: its provider does not
/// answer, and goes on being asked.
async fn cancel(ctx: &Context, one: &Subscription) -> Result<bool> {
    subscriptions::ask_to_cancel(ctx.db(), one.id, ctx.now()).await?;
    match ask_for(ctx, one, Change::CancelAtEnd).await.unwrap_or_else(|error| Err(error.into())) {
        Ok(facts) => settle(ctx, one.provider, &facts).await.map(|_| true),
        Err(failure @ Failure::Refused { .. }) => {
            subscriptions::keep(ctx.db(), one.id, ctx.now()).await?;
            Err(said(&failure))
        }
        Err(failure) => {
            tracing::warn!(%failure, agreement = one.number, "an agreement is cancelled later");
            Ok(false)
        }
    }
}

/// Asks a provider how an agreement stands, and applies what it says. One that its member has twice is ended, and what it
/// took goes back; one whose running term was taken back, or whose member has left, is ended as well.
pub async fn look_at(ctx: &Context, provider: Provider, number: &str) -> Result<Outcome, Failure> {
    let connection = connections::connection(ctx, provider).await?;
    let facts = connection.look_agreement(number).await?;
    let outcome = settle(ctx, provider, &facts).await?;
    if let Outcome::Quarantined(reason) = &outcome {
        let about = (notifications::LOOK_AGREEMENT, number);
        inbox::put_aside(ctx, provider, about, reason, None).await?;
    }
    if subscriptions::is_to_end(ctx.db(), provider, number).await.map_err(AppError::from)? {
        tracing::warn!(provider = provider.as_str(), agreement = number, "an agreement that nobody wants any more is ended");
        subscriptions::look_by(ctx.db(), provider, number, ctx.now().plus(AGAIN)).await.map_err(AppError::from)?;
        let mut facts = connection.change(number, Change::EndNow, &ctx.random_hex::<16>()).await?;
        // With all that it took, which goes back.
        facts.extend(connection.look_agreement(number).await?);
        settle(ctx, provider, &facts).await?;
    } else if subscriptions::is_to_cancel(ctx.db(), provider, number).await.map_err(AppError::from)? {
        subscriptions::look_by(ctx.db(), provider, number, ctx.now().plus(AGAIN)).await.map_err(AppError::from)?;
        match connection.change(number, Change::CancelAtEnd, &ctx.random_hex::<16>()).await {
            Ok(facts) => drop(settle(ctx, provider, &facts).await?),
            Err(failure) => {
                if !failure.is_away() {
                    let reason = format!("agreement {number} cannot be cancelled for its member: {failure}");
                    inbox::put_aside(ctx, provider, (notifications::LOOK_AGREEMENT, number), &reason, None).await?;
                }
                return Err(failure);
            }
        }
    }
    Ok(outcome)
}

/// Whether the running term of an agreement was paid with this payment of an order: what is taken back of it may end the
/// agreement.
pub(super) fn is_running_term(order: &Order, payment: &Payment, now: Timestamp) -> bool {
    order.subscription.is_some() && !order.settles && payment.term.is_none_or(|(_, until)| until > now)
}

/// Ends an agreement of which it is written down that it is to end. Should the provider not answer, the clock looks at it again,
/// and finds the same.
pub(super) async fn end(ctx: &Context, subscription: i64) {
    let ended = async {
        let Some((provider, number)) = subscriptions::standing(ctx.db(), subscription).await? else { return Ok(()) };
        subscriptions::set_look(ctx.db(), subscription, ctx.now()).await?;
        let provider = Provider::parse(&provider).ok_or(AppError::Internal)?;
        look_at(ctx, provider, &number).await.map(drop).map_err(|failure| said(&failure))
    };
    if let Err(error) = ended.await {
        tracing::warn!(%error, subscription, "an agreement is ended later");
    }
}

/// Whoever deletes their account is not charged any more: their agreements are looked at, and so ended, by the clock. Called
/// then, and now and again.
pub async fn end_of_left(ctx: &Context) -> Result<()> {
    Ok(subscriptions::wake_of_left(ctx.db(), ctx.now()).await?)
}

/// Where the viewer changes how an agreement is paid, if its provider has such a page.
pub async fn portal(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Option<String>> {
    let subscription = own(ctx, viewer, id).await?;
    let connection = connections::connection(ctx, subscription.provider).await?;
    let back = format!("{}/account/membership", ctx.config().base_url);
    asking::answered(ctx, connection.portal(&subscription.number, &back)).await.map_err(|failure| said(&failure))
}

/// Lets a term pass stand still, or go on. A renewing membership is paused at its provider instead.
pub async fn set_paused(ctx: &Context, viewer: &Viewer, tier: TierId, paused: bool) -> Result<()> {
    let member = viewer.require_member()?.id;
    if paused && renews(ctx, viewer, tier).await? {
        return Err(AppError::Conflict(words!(
            "这个会员是自动续费的，请改用“暂停扣款”。",
            "This membership renews by itself; please pause its charges instead."
        )));
    }
    let holds = membership::service::membership_of(ctx, viewer).await?.into_iter().any(|held| held.tier == tier && held.ends_at.is_some());
    // What stands still can always go on.
    if paused && !holds {
        return Err(AppError::NotFound);
    }
    let mut tx = ctx.db().begin().await?;
    membership::service::set_paused(ctx, &mut tx, member, tier, paused).await?;
    Ok(tx.commit().await?)
}

/// What a member is told when a provider does not do as asked.
pub(in crate::payments) fn said(failure: &Failure) -> AppError {
    tracing::warn!(%failure, "a provider did not do what a member asked");
    match failure {
        Failure::Refused { .. } => AppError::Conflict(words!(
            "付款服务没有接受这个更改。请刷新页面看看现在的状态。",
            "The payment service did not accept this change. Please reload the page to see how it stands."
        )),
        Failure::Away(_) | Failure::KeysRefused { .. } | Failure::Nonsense(_) => AppError::Unavailable,
    }
}
