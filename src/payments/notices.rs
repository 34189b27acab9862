//! What a member is told about their membership, once each: that it ends in a week, in three days, tomorrow; and that it
//! renews, before it is charged. A letter is posted in the same transaction.

use super::letters::{self, Charge};
use super::service::plans;
use super::store::notices::{self, ComingCharge};
use super::store::subscriptions;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::site::Site;
use crate::foundation::time::{DAY, Timestamp};
use crate::foundation::viewer::Viewer;
use crate::members::correspondence::write_to;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::site;

/// Days before the end of a term pass at which its member is reminded.
pub const REMIND_DAYS: [i64; 3] = [7, 3, 1];

/// A membership that ends soon, as its member is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub id: i64,
    pub tier: TierId,
    pub tier_name: String,
    pub ends_at: Timestamp,
}

/// Days before a charge at which its member is told: of a year, and of a shorter term.
const ANNOUNCE_DAYS: [(bool, i64); 2] = [(true, 7), (false, 3)];

/// Terms of so few days are charged so often that nobody wants a letter each time.
const TOO_SHORT_TO_ANNOUNCE: u16 = 7;

/// Notes who is to be reminded now, and writes to them.
pub async fn remind(ctx: &Context) -> Result<()> {
    let Some(site) = site(ctx).await? else { return Ok(()) };
    let now = ctx.now();
    for days in REMIND_DAYS {
        let mut tx = ctx.db().begin().await?;
        for (member, about) in notices::remind(&mut tx, days, now, now.plus(days * DAY)).await? {
            write_of_ending(ctx, &mut tx, &site, MemberId(member), days, &about).await?;
        }
        tx.commit().await?;
    }
    for (yearly, days) in ANNOUNCE_DAYS {
        for coming in notices::coming_charges(ctx.db(), yearly, now, now.plus(days * DAY)).await? {
            announce(ctx, &site, &coming).await?;
        }
    }
    Ok(())
}

/// What ends, and when, of what a notice is about (`tier:7:1773576000000`), where it is told so many days before. `None` where a
/// nearer reminder tells: not three letters where a term is shorter than a week.
pub(in crate::payments) fn ending(about: &str, kind: &str, days: i64, now: Timestamp) -> Option<(i64, Timestamp)> {
    let (id, end) = about.strip_prefix(kind)?.strip_prefix(':')?.split_once(':')?;
    let (id, end) = (id.parse().ok()?, Timestamp(end.parse().ok()?));
    let nearer = REMIND_DAYS.into_iter().filter(|nearer| *nearer < days).max().unwrap_or(0);
    (end.since(now) > nearer * DAY).then_some((id, end))
}

/// One letter for one end at a time, and none about what was bought today.
async fn write_of_ending(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId, days: i64, about: &str) -> Result<()> {
    let Some((tier, end)) = ending(about, "tier", days, ctx.now()) else { return Ok(()) };
    let Some((name, given)) = notices::term(tx, member, tier).await? else { return Ok(()) };
    if given.is_some_and(|given| ctx.now().since(Timestamp(given)) < DAY) {
        return Ok(());
    }
    let about = format!("{member}:{about}:{days}");
    write_to(ctx, tx, site, member, |locale| letters::ending(&about, &name, &format::until(end, &site.time_zone, locale), days, locale))
        .await
}

async fn announce(ctx: &Context, site: &Site, coming: &ComingCharge) -> Result<()> {
    let about = format!("agreement:{}:{}", coming.id, coming.charged_at);
    let member = MemberId(coming.member_id);
    let mut tx = ctx.db().begin().await?;
    let Some(one) = subscriptions::by_id(&mut tx, coming.id).await?.and_then(plans::read) else { return Ok(()) };
    if !notices::note(&mut tx, member, "renewal", &about, ctx.now()).await? {
        return Ok(());
    }
    let charged_at = Timestamp(coming.charged_at);
    let (goes_over, price) = plans::charge_at(&mut tx, &one, charged_at).await?;
    let tier = goes_over.unwrap_or_else(|| coming.tier.clone());
    if !matches!(one.every, Cadence::Days(days) if days <= TOO_SHORT_TO_ANNOUNCE) {
        write_to(ctx, &mut tx, site, member, |locale| {
            let price = price.format(locale);
            let day = format::date(charged_at, &site.time_zone, locale);
            letters::renewal(&about, &Charge { tier: &tier, price: &price, day: &day, method: one.method.as_deref() }, locale)
        })
        .await?;
    }
    Ok(tx.commit().await?)
}

/// The viewer's memberships that end soon, of each the last reminder, unless it was put away.
pub async fn endings(ctx: &Context, viewer: &Viewer) -> Result<Vec<Ending>> {
    let Some(member) = viewer.id() else { return Ok(Vec::new()) };
    let rows = notices::endings(ctx.db(), member, ctx.now()).await?;
    let read =
        |(id, tier, tier_name, ends_at): (i64, i64, String, i64)| Ending { id, tier: TierId(tier), tier_name, ends_at: Timestamp(ends_at) };
    Ok(rows.into_iter().map(read).collect())
}

/// Puts a notice away, and those of the same thing before it.
pub async fn put_away(ctx: &Context, viewer: &Viewer, id: i64) -> Result<()> {
    let member = viewer.require_member()?;
    Ok(notices::put_away(ctx.db(), member.id, id, ctx.now()).await?)
}
