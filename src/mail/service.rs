//! Posting letters.

use super::choices;
use super::drawing::{Around, Drawn, draw};
use super::model::{Kind, Letter, State, To};
use super::reasons::{NEEDLESS, SUPPRESSED};
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::MemberId;
use crate::foundation::site::Site;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::server::seal;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many letters an address refuses before it is not written to any more.
pub const MOST_BOUNCES: i64 = 3;

/// Set where a past is made up that nobody is to be written to about: sample content.
#[derive(Default)]
pub struct Quiet(AtomicBool);

impl Quiet {
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a letter's secrets are closed for.
pub(super) const PURPOSE: &str = "letter";

/// Writes a letter down, to be sent once the transaction is committed. Nothing, when there is such a letter, or when its
/// reader does not want this sort.
pub async fn post(ctx: &Context, tx: &mut Tx, site: &Site, to: &To, letter: &Letter) -> Result<()> {
    if ctx.keep::<Quiet>().0.load(Ordering::Relaxed) || !choices::wants(tx, to.member, letter.kind).await? {
        return Ok(());
    }
    let refuses = !letter.kind.asks && store::bounces(tx, &to.address).await? >= MOST_BOUNCES;
    write(ctx, tx, site, to, letter, (refuses, false)).await
}

/// Writes a letter down for somebody who asked for it, so that it does not matter what they get else; it may be a sample of its
/// kind.
pub(super) async fn post_asked(ctx: &Context, tx: &mut Tx, site: &Site, to: &To, letter: &Letter, sample: bool) -> Result<()> {
    write(ctx, tx, site, to, letter, (false, sample)).await
}

/// A letter as its reader gets it, but for its secrets.
pub fn shown(ctx: &Context, site: &Site, to: &To, letter: &Letter, sample: bool) -> Result<(Drawn, Option<String>)> {
    let base_url = &ctx.config().base_url;
    let unsubscribe = match (letter.kind.choice, to.member) {
        (Some(choice), Some(member)) => Some(format!("{base_url}{}", choices::unsubscribe_path(ctx, member, choice.name)?)),
        _ => None,
    };
    let around = Around { site, base_url, unsubscribe: unsubscribe.as_deref(), sample };
    Ok((draw(letter, to, &around), unsubscribe))
}

async fn write(ctx: &Context, tx: &mut Tx, site: &Site, to: &To, letter: &Letter, (refuses, sample): (bool, bool)) -> Result<()> {
    let (drawn, unsubscribe) = shown(ctx, site, to, letter, sample)?;
    let sealed = match letter.secrets.is_empty() {
        true => None,
        false => {
            let secrets: BTreeMap<&str, &str> = letter.secrets.iter().map(|(place, value)| (*place, value.as_str())).collect();
            let plain = serde_json::to_vec(&secrets).map_err(|_| AppError::Internal)?;
            Some(seal::close(ctx, PURPOSE, &plain)?)
        }
    };
    let new = store::NewLetter {
        kind: letter.kind.name,
        about: &letter.about,
        member: to.member,
        address: &to.address,
        name: to.name.as_deref(),
        locale: to.locale.tag(),
        subject: &drawn.subject,
        html: &drawn.html,
        plain: &drawn.plain,
        sealed: sealed.as_deref(),
        unsubscribe: unsubscribe.as_deref(),
        message_id: &ctx.random_hex::<16>(),
        state: if refuses { State::Dropped } else { State::Waiting },
        good_until: letter.good_until,
        said: if refuses { SUPPRESSED } else { "" },
        now: ctx.now(),
    };
    Ok(store::insert(tx, &new).await?)
}

/// Whether a letter did not reach its reader, and will not by itself: refused, tried too often, or never sent because its address
/// refuses all.
pub async fn is_lost(ctx: &Context, kind: &Kind, about: &str) -> Result<bool> {
    Ok(matches!(store::state(ctx.db(), kind.name, about).await?, Some(State::Failed | State::Dropped)))
}

/// What a letter could open is worth nothing any more: those of the kind that were not sent yet are dropped.
pub async fn drop_waiting(tx: &mut Tx, member: MemberId, kind: &str) -> Result<()> {
    Ok(store::drop_waiting(tx, member, kind, NEEDLESS).await?)
}

/// An account ends: nothing more is sent to it, and what was written to it is forgotten.
pub async fn forget_member(tx: &mut Tx, member: MemberId, address: Option<&str>) -> Result<()> {
    Ok(store::forget_member(tx, member, address).await?)
}

/// Its reader showed that an address works: what it refused before is forgotten.
pub async fn trust(tx: &mut Tx, address: &str) -> Result<()> {
    Ok(store::forget_bounces(tx, address).await?)
}

/// What a mail server said, if an address has refused so many letters that it is not written to any more.
pub async fn refuses(ctx: &Context, address: &str) -> Result<Option<String>> {
    Ok(store::bounces_of(ctx.db(), address).await?.filter(|(times, _)| *times >= MOST_BOUNCES).map(|(_, said)| said))
}
