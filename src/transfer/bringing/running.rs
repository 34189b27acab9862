//! Bringing in what was read: in batches, each whole or not at all. What was interrupted is gone on with.

use super::Turn;
use super::choices::{Choices, Typed};
use super::reason::Reason;
use super::row::Brought;
use super::store;
use crate::foundation::error::{AppError, Result};
use crate::foundation::id::{MemberId, TierId};
use crate::foundation::site::Site;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::mail::{self, Choice};
use crate::members::bringing::{self, Newcomer, Whose};
use crate::members::labels;
use crate::membership;
use crate::membership::grants;
use crate::payments::service::adopting::{self, Adopted};
use crate::providers::facts::Found;
use crate::server::context::Context;
use crate::server::db::Tx;
use crate::settings::service::require_site;
use crate::words;
use std::collections::HashMap;

/// How many lines one transaction takes.
const BATCH: i64 = 250;

/// Brings in what a file said, by what was chosen. What was begun before goes on as it was chosen then. `sorts`: the letters
/// that whoever wanted no mail does without.
pub async fn run(ctx: &Context, viewer: &Viewer, id: i64, typed: &Typed, sorts: &[&'static Choice]) -> Result<()> {
    let by = viewer.require_admin()?.id;
    let import = super::one(ctx, viewer, id).await?;
    let (site, tiers) = (require_site(ctx).await?, membership::service::all_tiers(ctx, viewer).await?);
    let wanted = match import.state.as_str() {
        "running" => import.choices(),
        _ => Choices::parse(typed, &import.names(), &tiers, &site, ctx.now())?,
    };
    // Asked anew: the file may have waited for days.
    let found = match import.names().asked {
        true => adopting::found(ctx, viewer).await?,
        false => Vec::new(),
    };
    let stored = wanted.stored()?;
    let (ctx, sorts) = (ctx.clone(), sorts.to_vec());
    let work = tokio::spawn(async move {
        let turn = ctx.keep::<Turn>();
        let _mine = turn.0.lock().await;
        let mut tx = ctx.db().begin().await?;
        if !store::begin_to_run(&mut tx, id, &stored).await? {
            return Err(AppError::Conflict(words!("这个文件已经导入过了。", "This file is in already.")));
        }
        tx.commit().await?;
        let asked = import.names().asked;
        let running = Running { ctx: &ctx, site: &site, by, id, wanted, sorts: &sorts, asked, agreements: Agreements::new(&found) };
        let mut after = 0;
        while let Some(last) = running.batch(after).await? {
            after = last;
        }
        let mut tx = ctx.db().begin().await?;
        store::end(&mut tx, id, ctx.now()).await?;
        Ok(tx.commit().await?)
    });
    work.await.map_err(|error| {
        tracing::error!(%error, "a file of members was not brought in to its end");
        AppError::Internal
    })?
}

/// The agreements on the account, by whose they are.
struct Agreements<'a> {
    by_customer: HashMap<&'a str, Vec<&'a Found>>,
    by_number: HashMap<&'a str, &'a Found>,
}

impl<'a> Agreements<'a> {
    fn new(all: &'a [Found]) -> Agreements<'a> {
        let mut by_customer: HashMap<&str, Vec<&Found>> = HashMap::new();
        for found in all {
            if let Some(customer) = &found.fact.customer {
                by_customer.entry(customer).or_default().push(found);
            }
        }
        Agreements { by_customer, by_number: all.iter().map(|found| (found.fact.agreement.as_str(), found)).collect() }
    }

    /// The one that is named, or all of the customer's.
    fn of(&self, one: &Brought) -> Vec<&'a Found> {
        match self.by_number.get(one.subscription.as_str()) {
            Some(found) => vec![found],
            None => self.by_customer.get(one.customer.as_str()).cloned().unwrap_or_default(),
        }
    }
}

struct Running<'a> {
    ctx: &'a Context,
    site: &'a Site,
    by: MemberId,
    id: i64,
    wanted: Choices,
    sorts: &'a [&'static Choice],
    asked: bool,
    agreements: Agreements<'a>,
}

impl Running<'_> {
    /// Brings in the lines after `after`, so many at a time; gives the last of them.
    async fn batch(&self, after: i64) -> Result<Option<i64>> {
        let mut tx = self.ctx.db().begin().await?;
        let rows = store::to_do(&mut tx, self.id, after, BATCH).await?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        let last = *last;
        let lines: Vec<i64> = rows.iter().map(|(line, _)| *line).collect();
        let read = |(line, content): (i64, String)| Some((line, serde_json::from_str::<Brought>(&content).ok()?));
        let rows: Vec<(i64, Brought)> = rows.into_iter().filter_map(read).collect();
        let newcomers: Vec<Newcomer> = rows.iter().map(|(_, one)| newcomer(one)).collect();
        let entered = bringing::enter(self.ctx, &mut tx, self.site, &newcomers).await?;
        let mut labelled = Vec::new();
        let (mut said, mut done) = (Vec::new(), [0; 4]);
        for (line, one) in &rows {
            let Some((member, whose)) = entered.get(&one.email).copied() else { continue };
            if whose == Whose::Unproven {
                said.push((*line, Reason::Unproven.as_str()));
                continue;
            }
            let is_new = whose == Whose::New;
            labelled.push((member, one.labels.clone()));
            if !is_new && !one.note.is_empty() {
                bringing::note(&mut tx, member, &one.note).await?;
            }
            let (granted, unsaid) = self.give(&mut tx, member, one).await?;
            let (adopted, unmatched) = self.adopt(&mut tx, member, one).await?;
            if is_new && one.unsubscribed {
                mail::choices::want_none(self.ctx, &mut tx, member, self.sorts).await?;
            }
            let invited = is_new && self.wanted.invite && !one.unsubscribed;
            if invited {
                bringing::invite(self.ctx, &mut tx, self.site, member).await?;
            }
            for (count, more) in done.iter_mut().zip([i64::from(is_new), granted, adopted, i64::from(invited)]) {
                *count += more;
            }
            said.extend(unmatched.or(unsaid).map(|reason| (*line, reason.as_str())));
        }
        labels::put(&mut tx, &labelled).await?;
        store::set_done(&mut tx, self.id, &lines, &said, self.ctx.now()).await?;
        store::count_done(&mut tx, self.id, done).await?;
        tx.commit().await?;
        Ok(Some(last))
    }

    /// Gives the tiers that a line names, as far as it is to be given any; how many, and what is to be said.
    async fn give(&self, tx: &mut Tx, member: MemberId, one: &Brought) -> Result<(i64, Option<Reason>)> {
        if !one.is_given() {
            return Ok((0, None));
        }
        let until = one.until.or(self.wanted.until).map(Timestamp);
        if until.is_some_and(|until| until <= self.ctx.now()) {
            return Ok((0, Some(Reason::Over)));
        }
        let named = one.tiers.iter().filter_map(|name| self.wanted.tiers.get(&name.to_lowercase()));
        let mut chosen: Vec<i64> = if one.tiers.is_empty() { self.wanted.nameless.into_iter().collect() } else { named.copied().collect() };
        chosen.sort_unstable();
        chosen.dedup();
        let mut given = 0;
        for tier in &chosen {
            given += i64::from(grants::bring(self.ctx, tx, self.by, (TierId(*tier), member), until).await?);
        }
        Ok((given, chosen.is_empty().then_some(Reason::Unnamed)))
    }

    /// Takes over what a line's customer pays for; how many agreements, and what is to be said.
    async fn adopt(&self, tx: &mut Tx, member: MemberId, one: &Brought) -> Result<(i64, Option<Reason>)> {
        if !one.pays() {
            return Ok((0, None));
        }
        if !self.asked {
            return Ok((0, Some(Reason::NotAsked)));
        }
        let (mut taken, mut said) = (0, None);
        let found = self.agreements.of(one);
        let none = found.is_empty().then_some(Reason::NoAgreement);
        for found in found {
            let Some(tier) = self.wanted.prices.get(&found.price) else {
                said = Some(Reason::NotChosen);
                continue;
            };
            match adopting::adopt(self.ctx, tx, member, TierId(*tier), &found.fact).await? {
                Adopted::Taken => taken += 1,
                Adopted::Known => (),
                Adopted::NotRunning => said = said.or(Some(Reason::NoAgreement)),
                Adopted::Unfit => said = Some(Reason::Unfit),
            }
        }
        // Of a customer who has it complimentary, nothing needs to be there.
        Ok((taken, said.or(none.filter(|_| !one.complimentary))))
    }
}

fn newcomer(one: &Brought) -> Newcomer {
    let Brought { email, name, note, joined_at, .. } = one.clone();
    Newcomer { email, name, note, joined_at: joined_at.map(Timestamp) }
}
