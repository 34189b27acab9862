//! Whom letters reach: members by their number, in their language, at their address. Who left is not written to.

use super::email_store::{self, ReaderRow};
use crate::foundation::error::Result;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::mail::{self, Choice, Letter, To};
use crate::server::context::Context;
use crate::server::db::Tx;

/// A letter goes by name only where it is known that its reader is the member: else anybody could have words of theirs sent
/// to anybody in the site's name.
fn to(site: &Site, row: ReaderRow) -> To {
    let tag = row.locale.or(row.seen_in);
    To {
        member: Some(MemberId(row.id)),
        address: row.email,
        name: row.email_verified_at.map(|_| row.name),
        locale: tag.as_deref().and_then(Locale::from_tag).unwrap_or(site.locale),
    }
}

/// How a member is written to; `None` for one who left or has no address.
pub async fn reader(tx: &mut Tx, site: &Site, member: MemberId) -> Result<Option<To>> {
    Ok(email_store::reader(tx, member).await?.map(|row| to(site, row)))
}

/// Posts a letter to a member in their language.
pub async fn write_to(ctx: &Context, tx: &mut Tx, site: &Site, member: MemberId, letter: impl FnOnce(Locale) -> Letter) -> Result<()> {
    let Some(to) = reader(tx, site, member).await? else { return Ok(()) };
    mail::post(ctx, tx, site, &to, &letter(to.locale)).await
}

/// Posts a letter to each admin who wants this sort; each copy is a letter of its own.
pub async fn write_to_admins(ctx: &Context, tx: &mut Tx, site: &Site, choice: &Choice, letter: impl Fn(Locale) -> Letter) -> Result<()> {
    let readers = match choice.usual {
        true => email_store::admins(tx).await?,
        false => {
            let mut readers = Vec::new();
            for member in mail::choices::wanters(tx, choice).await? {
                readers.extend(email_store::reader(tx, member).await?.filter(ReaderRow::is_admin));
            }
            readers
        }
    };
    for row in readers {
        let to = to(site, row);
        let letter = letter(to.locale);
        let about = format!("{}:to:{}", letter.about, to.member.map_or(0, |member| member.0));
        mail::post(ctx, tx, site, &to, &Letter { about, ..letter }).await?;
    }
    Ok(())
}
