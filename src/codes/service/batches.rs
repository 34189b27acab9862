//! Making codes, looking after them, revoking them. For admins.

use super::typed::TypedOpens;
use super::{opening, telling};
use crate::codes::model::{Batch, Code, Source};
use crate::codes::secret;
use crate::codes::store::codes::{self as store, BatchRow, NewBatch};
use crate::codes::store::packs;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;

/// The most codes of one batch.
pub const MAX_SIZE: i64 = 10_000;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewCodes {
    pub name: String,
    pub size: String,
    pub opens: TypedOpens,
    /// The last day on which they can be redeemed; empty: they last.
    pub until: String,
    pub note: String,
    pub several: bool,
    /// Drawn with the form: sent twice, it makes one batch.
    pub form_key: String,
}

/// Makes a batch; gives its number and the codes, which nobody can be told again. `Conflict` when this form made its batch
/// already. Errors stand under the names of [`NewCodes`] and [`TypedOpens`].
pub async fn make(ctx: &Context, viewer: &Viewer, new: &NewCodes) -> Result<(i64, Vec<String>)> {
    let by = viewer.require_admin()?.id;
    let site = require_site(ctx).await?;
    let now = ctx.now();
    let mut errors = FieldErrors::new();
    let name = errors.keep("name", text::required_line(&new.name, 60));
    let size = text::narrow(new.size.trim()).parse().ok().filter(|n| (1..=MAX_SIZE).contains(n));
    let size = errors.keep("size", size.ok_or_else(|| words!("请填写 1 到 10000 的数量。", "Please give a number from 1 to 10,000.")));
    let items = new.opens.read(ctx, &mut errors).await?;
    let expires_at = errors.keep(
        "until",
        match new.until.trim() {
            "" => Ok(None),
            typed => match typed.parse::<Date>() {
                Ok(day) if day >= format::day(now, &site.time_zone) => {
                    Ok(Some(format::start_of_day(day.saturating_add(1.day()), &site.time_zone)))
                }
                _ => Err(words!("请填写今天或以后的日期。", "Please give today or a later day.")),
            },
        },
    );
    let note = errors.keep("note", text::optional_line(&new.note, 300));
    let (Some(name), Some(size), Some(items), Some(expires_at), Some(note)) = (name, size, items, expires_at, note) else {
        return Err(errors.into_error());
    };
    let form_key = Some(text::line(&new.form_key)).filter(|key| (16..=64).contains(&key.len())).unwrap_or_else(|| ctx.token());
    let codes: Vec<String> = (0..size).map(|_| secret::make(ctx)).collect();
    let kept: Vec<(String, String)> = codes.iter().map(|code| (secret::hash(code), secret::last(code).to_owned())).collect();
    let mut tx = ctx.db().begin().await?;
    let pack = packs::insert(&mut tx, &items, now).await?;
    let note = note.unwrap_or_default();
    let batch = NewBatch { name: &name, note: &note, pack, expires_at, several: new.several, size, form_key: &form_key, by, now };
    let Some(id) = store::insert_batch(&mut tx, &batch).await? else {
        return Err(AppError::Conflict(words!(
            "这批兑换码已经生成过，只显示一次。没有保存的话，请作废后重新生成。",
            "This form has made its codes already, and they are shown once. If they were not saved, revoke them and make new ones."
        )));
    };
    store::insert_codes(&mut tx, id, &kept).await?;
    tx.commit().await?;
    Ok((id, codes))
}

/// The batch that a form made.
pub async fn made_by_form(ctx: &Context, viewer: &Viewer, form_key: &str) -> Result<Option<i64>> {
    viewer.require_admin()?;
    Ok(store::batch_of_form(ctx.db(), form_key).await?.map(|batch| batch.id))
}

/// Codes that came back with the page that shows them, to be written into a file: all of them are of this batch.
pub async fn check_shown(ctx: &Context, viewer: &Viewer, batch: i64, shown: &str) -> Result<Vec<String>> {
    viewer.require_admin()?;
    let codes: Vec<String> = shown.lines().map(secret::read).filter(|code| !code.is_empty()).take(MAX_SIZE as usize + 1).collect();
    let hashes: Vec<String> = codes.iter().map(|code| secret::hash(code)).collect();
    let known = store::known(ctx.db(), batch, &hashes).await?;
    if codes.is_empty() || known != codes.len() as i64 {
        return Err(AppError::BadRequest(words!("这些不是这一批的兑换码。", "These codes are not from this batch.")));
    }
    Ok(codes)
}

/// Newest first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, before: Option<i64>, limit: i64) -> Result<Vec<Batch>> {
    viewer.require_admin()?;
    let rows = store::batches(ctx.db(), before, limit).await?;
    complete(ctx, rows).await
}

pub async fn one(ctx: &Context, viewer: &Viewer, id: i64) -> Result<Batch> {
    viewer.require_admin()?;
    let row = store::batch(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    complete(ctx, vec![row]).await?.pop().ok_or(AppError::NotFound)
}

async fn complete(ctx: &Context, rows: Vec<BatchRow>) -> Result<Vec<Batch>> {
    let counts = store::counts(ctx.db(), &rows.iter().map(|row| row.id).collect::<Vec<_>>(), ctx.now()).await?;
    let mut opens = packs::named(ctx.db(), &rows.iter().map(|row| row.pack_id).collect::<Vec<_>>()).await?;
    let batch = |row: BatchRow| Batch {
        counts: counts.get(&row.id).copied().unwrap_or_default(),
        opens: opens.remove(&row.pack_id).unwrap_or_default(),
        id: row.id,
        name: row.name,
        note: row.note,
        expires_at: row.expires_at.map(Timestamp),
        several: row.several,
        size: row.size,
        made_at: Timestamp(row.made_at),
    };
    Ok(rows.into_iter().map(batch).collect())
}

/// The codes of a batch in the order they were made, after the one of this number.
pub async fn codes(ctx: &Context, viewer: &Viewer, batch: i64, after: i64, limit: i64) -> Result<Vec<Code>> {
    viewer.require_admin()?;
    Ok(store::codes(ctx.db(), batch, after, limit, ctx.now()).await?)
}

/// Those that were redeemed, the last first, before an instant and a number.
pub async fn redeemed(ctx: &Context, viewer: &Viewer, batch: i64, before: Option<(Timestamp, i64)>, limit: i64) -> Result<Vec<Code>> {
    viewer.require_admin()?;
    let before = before.unwrap_or((Timestamp(i64::MAX), i64::MAX));
    Ok(store::redeemed(ctx.db(), batch, before, limit, ctx.now()).await?)
}

/// Revokes a code; gives its batch. One that was redeemed only with `take_back`, which takes back what it opened. A second
/// time changes nothing.
pub async fn revoke(ctx: &Context, viewer: &Viewer, id: i64, with_what_it_opened: bool) -> Result<i64> {
    viewer.require_admin()?;
    let now = ctx.now();
    let mut tx = ctx.db().begin().await?;
    let revoked = store::revoke(&mut tx, id, with_what_it_opened, now).await?;
    let code = store::reread(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if let Some(member) = code.member_id.filter(|_| revoked).map(MemberId) {
        let items = packs::items(&mut tx, &[code.pack_id]).await?;
        let caused = opening::of_code(id, items.get(&code.pack_id).map_or(&[][..], Vec::as_slice));
        opening::close(ctx, &mut tx, caused).await?;
        let about = format!("{}:closed", Source::Code(id).cause());
        telling::taken_back(ctx, &mut tx, member, (Source::Code(id), &code.last), &[code.pack_id], &about).await?;
    }
    if !revoked && code.revoked_at.is_none() {
        return Err(AppError::Conflict(words!(
            "这个兑换码刚刚被兑换，没有作废。请刷新页面，再选择“作废并收回”。",
            "This code has just been redeemed and was not revoked. Reload the page and choose “Revoke and take back”."
        )));
    }
    tx.commit().await?;
    Ok(code.batch_id)
}

/// Revokes all codes of a batch that nobody redeemed; says how many.
pub async fn revoke_rest(ctx: &Context, viewer: &Viewer, batch: i64) -> Result<u64> {
    viewer.require_admin()?;
    store::batch(ctx.db(), batch).await?.ok_or(AppError::NotFound)?;
    let mut tx = ctx.db().begin().await?;
    let revoked = store::revoke_rest(&mut tx, batch, ctx.now()).await?;
    tx.commit().await?;
    Ok(revoked)
}
