//! Members who are brought along from elsewhere: accounts without a password, entered many at a time.

use super::bringing_store::{self as store, HolderRow, NewRow};
use super::model::parse_handle;
use super::{correspondence, letters, reset};
use crate::foundation::error::{AppError, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::site::Site;
use crate::foundation::slug::slugify;
use crate::foundation::time::{DAY, Timestamp};
use crate::mail::model::TOKEN;
use crate::server::context::Context;
use crate::server::db::Tx;
use std::collections::{BTreeSet, HashMap};

/// How long the link of the letter is good.
const LINK_LASTS: i64 = 30 * DAY;
/// The longest name a handle is made of.
const MAX_BASE: usize = 20;
/// How often another handle is tried; each is random.
const MOST_TRIES: usize = 8;

/// Somebody to enter; the address is one that [`super::service::parse_email`] gave, and there once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    pub email: String,
    /// Empty where it is not known.
    pub name: String,
    pub note: String,
    /// When they joined elsewhere.
    pub joined_at: Option<Timestamp>,
}

/// Whose account it is that has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Entered just now.
    New,
    /// Of whom the address is.
    Theirs,
    /// Of somebody who joined with the address and did not show that it is theirs: nothing that is meant for whoever reads its
    /// letters is given to them.
    Unproven,
}

/// Who has which address.
pub type Entered = HashMap<String, (MemberId, Whose)>;

fn held(rows: Vec<HolderRow>) -> impl Iterator<Item = (String, (MemberId, Whose))> {
    rows.into_iter().map(|row| (row.email, (MemberId(row.id), if row.is_theirs { Whose::Theirs } else { Whose::Unproven })))
}

/// Enters those whose addresses nobody has; gives everybody's number. Whoever left is not entered again under that address,
/// since it is not kept.
pub async fn enter(ctx: &Context, tx: &mut Tx, site: &Site, newcomers: &[Newcomer]) -> Result<Entered> {
    let emails: Vec<&str> = newcomers.iter().map(|newcomer| newcomer.email.as_str()).collect();
    let mut entered: Entered = held(store::by_email(tx, &emails).await?).collect();
    for n in 0..MOST_TRIES {
        let missing: Vec<&Newcomer> = newcomers.iter().filter(|newcomer| !entered.contains_key(&newcomer.email)).collect();
        if missing.is_empty() {
            return Ok(entered);
        }
        let bases: Vec<String> = missing.iter().map(|newcomer| base(&newcomer.name)).collect();
        let mut taken: BTreeSet<String> = if n == 0 { store::taken(tx, &bases).await? } else { bases.iter().cloned().collect() };
        let mut rows = Vec::with_capacity(missing.len());
        for (newcomer, base) in missing.iter().zip(bases) {
            let plain = !base.is_empty() && parse_handle(&base).is_ok() && taken.insert(base.clone());
            let handle = if plain { base } else { with_digits(ctx, &base) };
            let joined_at = newcomer.joined_at.unwrap_or(ctx.now()).min(ctx.now());
            rows.push(NewRow {
                name: if newcomer.name.is_empty() { handle.clone() } else { newcomer.name.clone() },
                handle,
                email: newcomer.email.clone(),
                note: newcomer.note.clone(),
                joined_at,
                joined_day: format::day(joined_at, &site.time_zone).to_string(),
            });
        }
        // A handle, or an address, that somebody else took meanwhile is left out, and tried again.
        entered.extend(store::insert(tx, &rows).await?.into_iter().map(|(email, id)| (email, (id, Whose::New))));
        let rest: Vec<&str> =
            missing.iter().map(|newcomer| newcomer.email.as_str()).filter(|email| !entered.contains_key(*email)).collect();
        if !rest.is_empty() {
            entered.extend(held(store::by_email(tx, &rest).await?));
        }
    }
    tracing::error!("members could not be entered: no handle was free");
    Err(AppError::Internal)
}

/// What a handle is made of: the name, never the address. Empty when the name offers nothing.
fn base(name: &str) -> String {
    let slug = slugify(name);
    let base = slug.get(..MAX_BASE.min(slug.len())).unwrap_or_default().trim_matches('-');
    // That is what accounts are called which are gone.
    if base.starts_with("deleted") { String::new() } else { base.to_owned() }
}

fn with_digits(ctx: &Context, base: &str) -> String {
    let (base, digits) = (if base.len() < 2 { "member" } else { base }, ctx.random_hex::<4>());
    format!("{base}-{digits}")
}

/// Who has these addresses so far.
pub async fn known(ctx: &Context, emails: &[&str]) -> Result<Entered> {
    Ok(held(store::by_email_shown(ctx.db(), emails).await?).collect())
}

/// Writes a note about members who have none.
pub async fn note(tx: &mut Tx, member: MemberId, note: &str) -> Result<()> {
    Ok(store::note(tx, member, note).await?)
}

/// Sends somebody who was entered a link to set a password with, once.
pub async fn invite(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId) -> Result<()> {
    let (_, token, until) = reset::open(ctx, tx, member, LINK_LASTS).await?;
    correspondence::write_to(ctx, tx, site, member, |locale| letters::brought(site, member, locale).secret(TOKEN, token).good_until(until))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_made_of_the_name_and_never_of_the_address() {
        assert_eq!(base("Ann Lee"), "ann-lee");
        assert_eq!(base("王小明"), "wang-xiao-ming");
        assert_eq!(base("\u{202e}"), "");
        assert_eq!(base("A very very long name indeed"), "a-very-very-long-nam");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_name_what_is_made_of_it_is_a_handle_or_nothing(name in ".{0,80}") {
            let base = base(&name);
            let digits = format!("{}-{}", if base.len() < 2 { "member" } else { &base }, "0123abcd");
            proptest::prop_assert!(parse_handle(&digits).is_ok(), "{digits}");
        }
    }
}
