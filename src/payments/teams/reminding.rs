//! Whoever pays for a team is reminded that it ends, as whoever has a pass is; those on its seats are not.

use super::{letters, store};
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::site::Site;
use crate::foundation::time::DAY;
use crate::members::correspondence::write_to;
use crate::payments::notices::{REMIND_DAYS, ending};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::site;

/// Notes who is to be reminded now, and writes to them. Called by the clock.
pub async fn remind(ctx: &Context) -> Result<()> {
    let Some(site) = site(ctx).await? else { return Ok(()) };
    let now = ctx.now();
    for days in REMIND_DAYS {
        let mut tx = ctx.db().begin().await?;
        for (member, about) in store::remind(&mut tx, days, now, now.plus(days * DAY)).await? {
            write(ctx, &mut tx, &site, (MemberId(member), days), &about).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// One letter for one end at a time.
async fn write(ctx: &Context, tx: &mut Tx, site: &Site, (payer, days): (MemberId, i64), about: &str) -> Result<()> {
    let Some((team, end)) = ending(about, "team", days, ctx.now()) else { return Ok(()) };
    let Some(team) = store::lock(tx, team).await? else { return Ok(()) };
    let about = format!("{about}:{days}");
    write_to(ctx, tx, site, payer, |locale| {
        letters::ending(&about, (&team.name, &team.path()), &format::date_time(end, &site.time_zone, locale), days, locale)
    })
    .await
}
