//! What is done for all who are meant by a filter. It is said first for how many; and if they have become more or fewer when
//! the yes comes, it is said again. For whom it is to be done is noted in the transaction that begins it, and what is done for a
//! member goes with that note, so that a program that stops half-way goes on later and does it for nobody twice. Whoever it
//! cannot be done for is passed over.

use super::model::Filter;
use super::store::{self, Begun, NewDeed, Now};
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::members::labels;
use crate::membership::{self, grants};
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;

/// How many members one transaction takes.
const BATCH: i64 = 250;

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// `label`, `unlabel`, `grant`, `revoke`.
    pub deed: String,
    pub label: String,
    pub tier: String,
    pub until: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Label(String),
    Unlabel(String),
    /// Until an instant; `None` for good.
    Grant {
        tier: TierId,
        name: String,
        until: Option<Timestamp>,
        reason: String,
    },
    /// Whatever was given of a tier, by an admin or with a file.
    Revoke {
        tier: TierId,
        name: String,
        reason: String,
    },
}

/// What is asked for, and for how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub deed: Deed,
    pub members: i64,
}

impl Deed {
    const fn as_str(&self) -> &'static str {
        match self {
            Deed::Label(_) => "label",
            Deed::Unlabel(_) => "unlabel",
            Deed::Grant { .. } => "grant",
            Deed::Revoke { .. } => "revoke",
        }
    }

    /// As it was begun; `None` where that cannot be read.
    fn read(begun: &Begun) -> Option<Deed> {
        let (what, reason) = (begun.what.clone(), begun.reason.clone());
        Some(match (begun.deed.as_str(), begun.tier_id.map(TierId)) {
            ("label", _) => Deed::Label(what),
            ("unlabel", _) => Deed::Unlabel(what),
            ("grant", Some(tier)) => Deed::Grant { tier, name: what, until: begun.until_at.map(Timestamp), reason },
            ("revoke", Some(tier)) => Deed::Revoke { tier, name: what, reason },
            _ => return None,
        })
    }

    /// Whether what it would give is over by now: it was interrupted for as long.
    fn is_over(&self, now: Timestamp) -> bool {
        matches!(self, Deed::Grant { until: Some(until), .. } if *until <= now)
    }

    async fn parse(ctx: &Context, viewer: &Viewer, site: &Site, typed: &Typed) -> Result<Deed> {
        let mut errors = FieldErrors::new();
        if matches!(typed.deed.as_str(), "label" | "unlabel") {
            let (name, _) = labels::parse(&typed.label).map_err(|words| AppError::field("label", words))?;
            return Ok(if typed.deed == "label" { Deed::Label(name) } else { Deed::Unlabel(name) });
        }
        if !matches!(typed.deed.as_str(), "grant" | "revoke") {
            return Err(AppError::field("deed", words!("请选择要做什么。", "Please choose what to do.")));
        }
        let tiers = membership::service::all_tiers(ctx, viewer).await?;
        let tier = tiers.into_iter().find(|tier| tier.id.to_string() == typed.tier.trim());
        let tier = errors.keep("tier", tier.ok_or_else(|| words!("请选择会员等级。", "Please choose a tier.")));
        let reason = errors.keep("reason", text::required_line(&typed.reason, 200));
        let until = match typed.until.trim() {
            "" => Some(None),
            _ if typed.deed == "revoke" => Some(None),
            day => errors.keep("until", last_day(day, ctx.now(), site)).map(Some),
        };
        let (Some(tier), Some(reason), Some(until)) = (tier, reason, until) else { return Err(errors.into_error()) };
        let (tier, name) = (tier.id, tier.name);
        Ok(match typed.deed.as_str() {
            "grant" => Deed::Grant { tier, name, until, reason },
            _ => Deed::Revoke { tier, name, reason },
        })
    }
}

fn last_day(day: &str, now: Timestamp, site: &Site) -> std::result::Result<Timestamp, crate::foundation::locale::Words> {
    match day.parse::<Date>() {
        Ok(day) if day >= format::day(now, &site.time_zone) => Ok(format::start_of_day(day.saturating_add(1.day()), &site.time_zone)),
        _ => Err(words!("请填写今天或以后的日期。", "Please give today or a later day.")),
    }
}

/// What would be done, and for how many; nothing is.
pub async fn ask(ctx: &Context, viewer: &Viewer, filter: &Filter, typed: &Typed) -> Result<Asked> {
    viewer.require_admin()?;
    let site = require_site(ctx).await?;
    let deed = Deed::parse(ctx, viewer, &site, typed).await?;
    let members = store::count(ctx.db(), filter, Now { at: ctx.now(), zone: &site.time_zone }, true).await?;
    Ok(Asked { deed, members })
}

/// Does it, for so many as were said. `key` comes with the form: sent twice, it is done once, and what was interrupted is gone on
/// with.
pub async fn act(ctx: &Context, viewer: &Viewer, filter: &Filter, typed: &Typed, said: i64, key: &str) -> Result<()> {
    viewer.require_admin()?;
    let key = text::required_line(key, 100).map_err(|words| AppError::field("", words))?;
    let id = match store::of_form(ctx.db(), &key).await? {
        Some((id, false)) => id,
        Some((_, true)) => {
            return Err(AppError::Conflict(words!(
                "这次操作在升级之前中断了，无法接着执行。再确认一次，会对现在符合条件的全部会员重新执行。",
                "This was interrupted before an upgrade and cannot go on. Confirming again does it anew for all who match now."
            )));
        }
        None => match begin(ctx, viewer, filter, typed, said, &key).await? {
            Some(id) => id,
            None => return Ok(()),
        },
    };
    let ctx = ctx.clone();
    // Beside the request: a browser that goes away does not leave half of it. What is left when the program ends is found by
    // `go_on`.
    let work = tokio::spawn(async move { finish(&ctx, id).await });
    work.await.map_err(|error| {
        tracing::error!(%error, "what was to be done for many members was not finished; it is tried again");
        AppError::Internal
    })?
}

/// Notes what is to be done, and for whom; gives its number. `None`: another press of the same button was faster, and does it.
async fn begin(ctx: &Context, viewer: &Viewer, filter: &Filter, typed: &Typed, said: i64, key: &str) -> Result<Option<i64>> {
    let by = viewer.require_admin()?.id;
    let site = require_site(ctx).await?;
    let deed = Deed::parse(ctx, viewer, &site, typed).await?;
    let (what, tier, until, reason) = match &deed {
        Deed::Label(name) | Deed::Unlabel(name) => (name.as_str(), None, None, ""),
        Deed::Grant { tier, name, until, reason } => (name.as_str(), Some(*tier), *until, reason.as_str()),
        Deed::Revoke { tier, name, reason } => (name.as_str(), Some(*tier), None, reason.as_str()),
    };
    let query = filter.query();
    let new = NewDeed { filter: &query, deed: deed.as_str(), what, tier, until, reason, key };
    let mut tx = ctx.db().begin().await?;
    let Some(id) = store::begin(&mut tx, &new, by, ctx.now()).await? else { return Ok(None) };
    let members = store::note(&mut tx, id, filter, Now { at: ctx.now(), zone: &site.time_zone }).await?;
    if members != said {
        return Err(AppError::Conflict(words!(
            "符合条件的会员刚刚有变化，没有执行任何操作。请核对现在的人数，再确认一次。",
            "The members who match have just changed, so nothing was done. Please check how many there are now, and confirm again."
        )));
    }
    if members == 0 {
        return Err(AppError::Conflict(words!("现在没有符合条件的会员。", "Nobody matches just now.")));
    }
    tx.commit().await?;
    Ok(Some(id))
}

/// Goes on with what was interrupted. What cannot be done holds up nothing else.
pub async fn go_on(ctx: &Context) -> Result<()> {
    let mut failed = None;
    for id in store::unfinished(ctx.db()).await? {
        if let Err(error) = finish(ctx, id).await {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Does it for those for whom it is still to be done. Where it fails for several, each is taken alone; whoever it cannot be done
/// for is passed over, so that the others have theirs.
async fn finish(ctx: &Context, id: i64) -> Result<()> {
    let site = require_site(ctx).await?;
    // How many are taken alone before several are tried again.
    let mut alone = 0;
    loop {
        match step(ctx, &site, id, if alone > 0 { 1 } else { BATCH }).await? {
            Step::Over => return Ok(()),
            Step::Done => alone = (alone - 1).max(0),
            Step::Failed(members, error) => match members.as_slice() {
                [member] => pass_over(ctx, id, *member, &error).await?,
                _ => alone = BATCH,
            },
        }
    }
}

/// What became of the next few.
enum Step {
    /// There are none.
    Over,
    Done,
    /// It was done for none of these.
    Failed(Vec<MemberId>, AppError),
}

async fn step(ctx: &Context, site: &Site, id: i64, most: i64) -> Result<Step> {
    let mut tx = ctx.db().begin().await?;
    let Some(begun) = store::hold(&mut tx, id).await? else { return Ok(Step::Over) };
    let some = store::take(&mut tx, id, most).await?;
    if some.is_empty() {
        return Ok(Step::Over);
    }
    let deed = Deed::read(&begun).ok_or_else(|| {
        tracing::error!(deed = id, "what is to be done for many members cannot be read");
        AppError::Internal
    })?;
    let members = if deed.is_over(ctx.now()) { Vec::new() } else { store::still_here(&mut tx, &some).await? };
    if !members.is_empty() {
        match apply(ctx, &mut tx, site, (id, &begun), &members, &deed).await {
            Ok(()) => (),
            // No fault of theirs.
            Err(AppError::Unavailable) => return Err(AppError::Unavailable),
            Err(error) => return Ok(Step::Failed(members, error)),
        }
    }
    store::count_done(&mut tx, id, members.len() as i64, ctx.now()).await?;
    tx.commit().await?;
    Ok(Step::Done)
}

/// It is not tried for this one again.
async fn pass_over(ctx: &Context, id: i64, member: MemberId, error: &AppError) -> Result<()> {
    let mut tx = ctx.db().begin().await?;
    if store::hold(&mut tx, id).await?.is_none() || !store::pass_over(&mut tx, id, member).await? {
        return Ok(());
    }
    store::count_done(&mut tx, id, 0, ctx.now()).await?;
    tx.commit().await?;
    tracing::error!(deed = id, %member, %error, "what is done for many members cannot be done for one, who is passed over");
    Ok(())
}

async fn apply(ctx: &Context, tx: &mut Tx, site: &Site, (id, begun): (i64, &Begun), members: &[MemberId], deed: &Deed) -> Result<()> {
    let source = format!("segment:{id}");
    match deed {
        Deed::Label(name) => {
            let wanted: Vec<(MemberId, Vec<String>)> = members.iter().map(|member| (*member, vec![name.clone()])).collect();
            labels::put(tx, &wanted).await
        }
        Deed::Unlabel(name) => labels::take(tx, members, name).await,
        Deed::Grant { tier, name, until, reason } => {
            for member in members {
                let whom = ((*tier, name.as_str()), *member);
                grants::give_once(ctx, tx, site, MemberId(begun.made_by), whom, *until, (reason, &source)).await?;
            }
            Ok(())
        }
        Deed::Revoke { tier, .. } => {
            // What was given since it was begun was not meant.
            for grant in store::grants_of(tx, members, *tier, Timestamp(begun.made_at)).await? {
                grants::take_back(ctx, tx, site, grant, &source).await?;
            }
            Ok(())
        }
    }
}
