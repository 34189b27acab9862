//! What is done for all who are meant by a filter. It is said first for how many; and if they have become more or fewer when
//! the yes comes, it is said again.

use super::model::Filter;
use super::store::{self, NewDeed, Now};
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

/// Does it, for so many as were said. `key` comes with the form: sent twice, it is done once.
pub async fn act(ctx: &Context, viewer: &Viewer, filter: &Filter, typed: &Typed, said: i64, key: &str) -> Result<()> {
    let by = viewer.require_admin()?.id;
    let site = require_site(ctx).await?;
    let asked = ask(ctx, viewer, filter, typed).await?;
    if asked.members != said {
        return Err(AppError::Conflict(words!(
            "符合条件的会员刚刚有变化，没有执行任何操作。请核对现在的人数，再确认一次。",
            "The members who match have just changed, so nothing was done. Please check how many there are now, and confirm again."
        )));
    }
    let key = text::required_line(key, 100).map_err(|words| AppError::field("", words))?;
    let deed = asked.deed;
    let (what, until, reason) = match &deed {
        Deed::Label(name) | Deed::Unlabel(name) => (name.as_str(), None, ""),
        Deed::Grant { name, until, reason, .. } => (name.as_str(), *until, reason.as_str()),
        Deed::Revoke { name, reason, .. } => (name.as_str(), None, reason.as_str()),
    };
    let query = filter.query();
    let new = NewDeed { filter: &query, deed: deed.as_str(), what, until, reason, key: &key };
    // Whoever a deed changes may not be meant any more while it goes on: the numbers are read first.
    let mut tx = ctx.db().begin().await?;
    let Some(id) = store::begin(&mut tx, &new, by, ctx.now()).await? else { return Ok(()) };
    let now = Now { at: ctx.now(), zone: &site.time_zone };
    let mut all = Vec::new();
    loop {
        let some = store::ids(&mut tx, filter, now, all.last().map_or(0, |last: &MemberId| last.0), 5_000).await?;
        if some.is_empty() {
            break;
        }
        all.extend(some);
    }
    tx.commit().await?;
    let (ctx, deed) = (ctx.clone(), deed.clone());
    // Beside the request: a browser that goes away does not leave half of it.
    let work = tokio::spawn(async move {
        for some in all.chunks(usize::try_from(BATCH).unwrap_or(1)) {
            let mut tx = ctx.db().begin().await?;
            apply(&ctx, &mut tx, (id, by), some, &deed).await?;
            store::count_done(&mut tx, id, some.len() as i64).await?;
            tx.commit().await?;
        }
        Ok(store::end(ctx.db(), id, ctx.now()).await?)
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "what was to be done for many members was not finished");
        AppError::Internal
    })?
}

async fn apply(ctx: &Context, tx: &mut Tx, (id, by): (i64, MemberId), members: &[MemberId], deed: &Deed) -> Result<()> {
    match deed {
        Deed::Label(name) => {
            let wanted: Vec<(MemberId, Vec<String>)> = members.iter().map(|member| (*member, vec![name.clone()])).collect();
            labels::put(tx, &wanted).await
        }
        Deed::Unlabel(name) => labels::take(tx, members, name).await,
        Deed::Grant { tier, name, until, reason } => {
            let (site, source) = (require_site(ctx).await?, format!("segment:{id}"));
            for member in members {
                let whom = ((*tier, name.as_str()), *member);
                grants::give_once(ctx, tx, &site, by, whom, *until, (reason, &source)).await?;
            }
            Ok(())
        }
        Deed::Revoke { tier, .. } => {
            let (site, deed) = (require_site(ctx).await?, format!("segment:{id}"));
            for grant in store::grants_of(tx, members, *tier).await? {
                grants::take_back(ctx, tx, &site, grant, &deed).await?;
            }
            Ok(())
        }
    }
}
