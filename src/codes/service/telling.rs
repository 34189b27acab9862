//! The letters to whoever redeemed something: what it opened, and that it was taken back.

use crate::codes::letters;
use crate::codes::model::{Named, Source};
use crate::codes::store::packs;
use crate::foundation::error::Result;
use crate::foundation::id::MemberId;
use crate::members::correspondence::write_to;
use crate::membership::opened;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;

/// What was opened, and until when. `about`: which part of it, so that each is told once.
pub async fn redeemed(
    ctx: &Context,
    tx: &mut Tx,
    member: MemberId,
    (source, number): (Source, &str),
    of: &[i64],
    about: &str,
) -> Result<()> {
    let site = require_site(ctx).await?;
    let given = opened::by_parts_now(tx, member, &source.cause()).await?;
    let things = things(tx, of).await?;
    write_to(ctx, tx, &site, member, |locale| {
        let opened: Vec<(String, String)> =
            things.iter().map(|named| (named.text(locale), named.thing.end(&given).value(&site.time_zone, locale))).collect();
        letters::redeemed(about, source, number, &opened, locale)
    })
    .await
}

/// What was closed again; `about` as in [`redeemed`].
pub async fn taken_back(
    ctx: &Context,
    tx: &mut Tx,
    member: MemberId,
    (source, number): (Source, &str),
    of: &[i64],
    about: &str,
) -> Result<()> {
    let site = require_site(ctx).await?;
    let things = things(tx, of).await?;
    write_to(ctx, tx, &site, member, |locale| {
        let closed: Vec<String> = things.iter().map(|named| named.text(locale)).collect();
        letters::taken_back(about, source, number, &closed, locale)
    })
    .await
}

/// What is in packs, each thing once.
async fn things(tx: &mut Tx, of: &[i64]) -> Result<Vec<Named>> {
    let mut named = packs::named_now(tx, of).await?;
    let mut things: Vec<Named> = Vec::new();
    for one in of.iter().filter_map(|pack| named.remove(pack)).flatten() {
        if things.iter().all(|known| known.thing != one.thing) {
            things.push(one);
        }
    }
    Ok(things)
}
