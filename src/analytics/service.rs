//! One report: the four models over a period, step by step and beside the period before.

use super::metrics::activity::Activity;
use super::metrics::profit::{Books, Heading, Taker, monthly_days};
use super::metrics::quality::Quality;
use super::metrics::retention::{self, Cohort};
use super::period::{Choice, Period, Typed, choose};
use super::store::counts as store;
use crate::foundation::error::Result;
use crate::foundation::format;
use crate::foundation::viewer::Viewer;
use crate::foundation::wilson;
use crate::server::context::Context;
use crate::settings;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// How many rows are read at a time where all have to be looked at.
const BATCH: i64 = 500;
const TOP_PAGES: i64 = 20;

/// A figure and the same of the period before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<T> {
    pub now: T,
    pub before: T,
}

/// What happened in one step of the period.
#[derive(Debug, Clone, Copy)]
pub struct StepRow {
    /// The first day of the step.
    pub day: Date,
    pub interactions: i64,
    pub active: i64,
    pub quality: Quality,
    pub books: Books,
    pub views: i64,
    pub visitors: i64,
}

pub struct Report {
    pub period: Period,
    pub activity: Beside<Activity>,
    pub quality: Beside<Quality>,
    pub books: Beside<Books>,
    pub views: Beside<i64>,
    /// Money in currencies that are not the site's, which is not summed with the rest.
    pub other_currencies: Vec<(String, Books)>,
    pub cohorts: Vec<Cohort>,
    pub steps: Vec<StepRow>,
    pub top_pages: Vec<(String, i64)>,
    pub today: Date,
}

/// Today where the site is.
pub async fn today(ctx: &Context) -> Result<Date> {
    let site = settings::service::require_site(ctx).await?;
    Ok(format::day(ctx.now(), &site.time_zone))
}

/// The period that was asked for.
pub async fn period(ctx: &Context, typed: &Typed) -> Result<(Choice, Period)> {
    choose(typed, today(ctx).await?)
}

pub async fn report(ctx: &Context, viewer: &Viewer, period: Period) -> Result<Report> {
    viewer.require_admin()?;
    let site = settings::service::require_site(ctx).await?;
    let currency = site.currency.code();
    let db = ctx.db();
    let width = period.step().width();
    let before = period.before();

    let interactions = store::interactions(db, period, width).await?;
    let active: HashMap<String, i64> = store::active(db, period, width).await?.into_iter().collect();
    let ratings = store::ratings(db, period, width).await?;
    let (books, mut others) = books(ctx, period, currency).await?;
    let views = store::views(db, period, width).await?;
    let visitors: HashMap<String, i64> = store::visitors(db, period, width).await?.into_iter().collect();

    let activity = Activity {
        interactions: interactions.iter().map(|(_, n)| n).sum(),
        members: store::members(db, period).await?,
        active: whole(store::active(db, period, 0).await?),
    };
    let activity_before = Activity {
        interactions: whole(store::interactions(db, before, 0).await?),
        members: store::members(db, before).await?,
        active: whole(store::active(db, before, 0).await?),
    };
    let quality_before = store::ratings(db, before, 0).await?.first().map(|(_, n, p)| Quality { ratings: *n, positive: *p });
    let (books_before, _) = self::books(ctx, before, currency).await?;
    let views = (views.iter().map(|(_, n)| n).sum::<i64>(), views.into_iter().collect::<HashMap<_, _>>());
    let today = format::day(ctx.now(), &site.time_zone);

    let interactions: HashMap<String, i64> = interactions.into_iter().collect();
    let quality: HashMap<String, Quality> =
        ratings.into_iter().map(|(step, ratings, positive)| (step, Quality { ratings, positive })).collect();
    let of = |map: &HashMap<String, i64>, step: &str| map.get(step).copied().unwrap_or_default();
    let steps = period.steps().into_iter().map(|day| {
        let step = period.step_name(day);
        StepRow {
            day,
            interactions: of(&interactions, &step),
            active: of(&active, &step),
            quality: quality.get(&step).copied().unwrap_or_default(),
            books: books.get(&step).copied().unwrap_or_default(),
            views: of(&views.1, &step),
            visitors: of(&visitors, &step),
        }
    });
    others.retain(|(_, books)| !books.is_empty());
    Ok(Report {
        activity: Beside { now: activity, before: activity_before },
        quality: Beside {
            now: quality
                .values()
                .fold(Quality::default(), |sum, q| Quality { ratings: sum.ratings + q.ratings, positive: sum.positive + q.positive }),
            before: quality_before.unwrap_or_default(),
        },
        books: Beside { now: total(books.values()), before: total(books_before.values()) },
        views: Beside { now: views.0, before: whole(store::views(db, before, 0).await?) },
        other_currencies: others,
        cohorts: cohorts(ctx, period, today).await?,
        steps: steps.collect(),
        top_pages: store::top_pages(db, period, TOP_PAGES).await?,
        period,
        today,
    })
}

fn whole(steps: Vec<(String, i64)>) -> i64 {
    steps.first().map(|(_, n)| *n).unwrap_or_default()
}

fn total<'a>(all: impl Iterator<Item = &'a Books>) -> Books {
    all.fold(Books::default(), |mut sum, books| {
        for heading in Heading::ALL {
            sum.add(heading, books.of(heading), 0);
        }
        for taker in Taker::ALL {
            sum.take(taker, books.taken_by(taker));
        }
        sum.entries = sum.entries.saturating_add(books.entries);
        sum
    })
}

type ByStep = BTreeMap<String, Books>;

/// The books of the period by step in the site's currency, and in each other currency as a whole.
async fn books(ctx: &Context, period: Period, currency: &str) -> Result<(ByStep, Vec<(String, Books)>)> {
    let mut steps = ByStep::new();
    let mut others: BTreeMap<String, Books> = BTreeMap::new();
    let mut add = |step: String, heading: &str, other: &str, minor: i64, entries: i64| {
        let books = if other == currency { steps.entry(step).or_default() } else { others.entry(other.to_owned()).or_default() };
        match (Heading::parse(heading), Taker::parse(heading)) {
            (Some(heading), _) => books.add(heading, minor, entries),
            // The books below count what came in as above zero.
            (None, Some(taker)) => books.take(taker, minor.saturating_neg()),
            (None, None) => (),
        }
    };
    for sum in store::sums(ctx.db(), period, period.step().width()).await? {
        add(sum.step, &sum.heading, &sum.currency, sum.minor, sum.entries);
    }
    let mut after = 0;
    loop {
        let monthly = store::monthly(ctx.db(), period, after, BATCH).await?;
        for cost in &monthly {
            let last = cost.until_day.as_deref().and_then(|day| day.parse().ok());
            let Ok(first) = cost.day.parse() else { continue };
            for day in monthly_days(first, last, period) {
                add(period.step_name(day), &cost.category, &cost.currency, cost.minor, 1);
            }
        }
        match monthly.last() {
            Some(cost) if monthly.len() as i64 == BATCH => after = cost.id,
            _ => break,
        }
    }
    Ok((steps, others.into_iter().collect()))
}

/// The cohorts of the twelve months that end with the period.
async fn cohorts(ctx: &Context, period: Period, today: Date) -> Result<Vec<Cohort>> {
    let end = period.to.min(today);
    let months = Period { from: retention::months_before(end, retention::MONTHS - 1), to: end.last_of_month() };
    let sizes = store::cohort_sizes(ctx.db(), months).await?.into_iter().collect();
    let here = store::cohorts_here(ctx.db(), months).await?.into_iter().map(|(of, at, n)| ((of, at), n)).collect();
    Ok(retention::grid(end, today, &sizes, &here))
}

/// The cohorts alone, for their table.
pub async fn cohort_grid(ctx: &Context, viewer: &Viewer, period: Period) -> Result<Vec<Cohort>> {
    viewer.require_admin()?;
    cohorts(ctx, period, today(ctx).await?).await
}

/// An article and its ratings in the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub quality: Quality,
    /// The Wilson lower bound in millionths: sorts, and is a key.
    pub score: i64,
}

/// The best articles by the ratings of the period, after a score and id. All rated articles are looked at, a batch at a
/// time; only `limit` of them are kept in memory.
pub async fn ranked(ctx: &Context, viewer: &Viewer, period: Period, after: Option<(i64, i64)>, limit: usize) -> Result<Vec<Ranked>> {
    viewer.require_admin()?;
    let key = |article: &Ranked| (std::cmp::Reverse(article.score), article.id);
    let after = after.map(|(score, id)| (std::cmp::Reverse(score), id));
    let mut best: Vec<Ranked> = Vec::new();
    let mut last = 0;
    loop {
        let batch = store::rated_posts(ctx.db(), period, last, BATCH).await?;
        let full = batch.len() as i64 == BATCH;
        last = batch.last().map_or(last, |post| post.post_id);
        best.extend(batch.into_iter().map(|post| Ranked {
            id: post.post_id,
            slug: post.slug,
            title: post.title,
            quality: Quality { ratings: post.n, positive: post.positive },
            score: wilson::score(post.positive, post.n),
        }));
        best.retain(|article| after.is_none_or(|after| key(article) > after));
        best.sort_by_key(key);
        best.truncate(limit);
        if !full {
            return Ok(best);
        }
    }
}
