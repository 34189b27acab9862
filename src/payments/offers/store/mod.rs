//! Tables `offers` and `offers_shown`, with the names of what offers are for; the uses of offers are in [`uses`].

mod uses;

pub use uses::*;

use crate::args;
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{self, AppError};
use crate::foundation::id::{MemberId, OfferId, PostId, TierId};
use crate::foundation::money::{Currency, Money};
use crate::foundation::time::Timestamp;
use crate::payments::offers::model::{Audience, Kind, Of, Offer, Phase};
use crate::server::db::{Db, Queries, Result, Tx};

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: i64,
    name: String,
    code: String,
    kind: String,
    worth: i64,
    currency: Option<String>,
    tier_id: Option<i64>,
    post_id: Option<i64>,
    terms: String,
    periods: Option<i64>,
    audience: String,
    from_at: Option<i64>,
    until_at: Option<i64>,
    total_limit: Option<i64>,
    person_limit: Option<i64>,
    archived_at: Option<i64>,
}

const COLUMNS: &str = "o.id, o.name, o.code, o.kind, o.worth, o.currency, o.tier_id, o.post_id, o.terms, o.periods, o.audience, o.from_at, \
    o.until_at, o.total_limit, o.person_limit, o.archived_at";

impl OfferRow {
    fn offer(self) -> error::Result<Offer> {
        let id = self.id;
        self.read().ok_or_else(|| {
            tracing::error!(offer = id, "an offer's row cannot be read");
            AppError::Internal
        })
    }

    fn read(self) -> Option<Offer> {
        let kind = match self.kind.as_str() {
            "percent" => Kind::Percent(self.worth),
            "amount" => Kind::Amount(Money::new(self.worth, Currency::parse(self.currency.as_deref()?)?)),
            "trial" => Kind::Trial(u16::try_from(self.worth).ok()?),
            _ => return None,
        };
        let of = match (self.tier_id, self.post_id) {
            (Some(tier), None) => Of::Tier(TierId(tier), self.terms.lines().map(Cadence::parse).collect::<Option<_>>()?),
            (None, Some(post)) => Of::Post(PostId(post)),
            _ => return None,
        };
        Some(Offer {
            id: OfferId(self.id),
            name: self.name,
            code: self.code,
            kind,
            of,
            periods: self.periods.map(u16::try_from).transpose().ok()?,
            audience: Audience::parse(&self.audience)?,
            from: self.from_at.map(Timestamp),
            until: self.until_at.map(Timestamp),
            total_limit: self.total_limit,
            person_limit: self.person_limit,
            archived: self.archived_at.is_some(),
        })
    }
}

pub async fn by_code(db: &Db, code: &str) -> error::Result<Option<Offer>> {
    let row: Option<OfferRow> = db.optional(format!("select {COLUMNS} from offers o where o.code = $1"), args![code]).await?;
    row.map(OfferRow::offer).transpose()
}

pub async fn by_id(db: &Db, id: OfferId) -> error::Result<Option<Offer>> {
    let row: Option<OfferRow> = db.optional(format!("select {COLUMNS} from offers o where o.id = $1"), args![id]).await?;
    row.map(OfferRow::offer).transpose()
}

/// What can be said of an offer, as columns; see `0020_offers.sql`.
fn columns(offer: &Offer) -> (i64, Option<&'static str>, Option<TierId>, Option<PostId>, String) {
    let (worth, currency) = match offer.kind {
        Kind::Percent(hundredths) => (hundredths, None),
        Kind::Amount(off) => (off.minor, Some(off.currency.code())),
        Kind::Trial(days) => (i64::from(days), None),
    };
    match &offer.of {
        Of::Tier(tier, terms) => {
            let terms: Vec<String> = terms.iter().map(Cadence::to_string).collect();
            (worth, currency, Some(*tier), None, terms.join("\n"))
        }
        Of::Post(post) => (worth, currency, None, Some(*post), String::new()),
    }
}

const INSERT: &str = "insert into offers
    (name, code, kind, worth, currency, tier_id, post_id, terms, periods, audience, from_at, until_at, total_limit, person_limit,
    created_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (code) do nothing
returning id";

/// `None` when the code is taken.
pub async fn insert(tx: &mut Tx, offer: &Offer, (by, now): (MemberId, Timestamp)) -> Result<Option<OfferId>> {
    let (worth, currency, tier, post, terms) = columns(offer);
    let args = args![
        &offer.name,
        &offer.code,
        offer.kind.as_str(),
        worth,
        currency,
        tier,
        post,
        terms,
        offer.periods.map(i64::from),
        offer.audience.as_str(),
        offer.from,
        offer.until,
        offer.total_limit,
        offer.person_limit,
        by,
        now
    ];
    let row: Option<(i64,)> = tx.optional(INSERT, args).await?;
    Ok(row.map(|(id,)| OfferId(id)))
}

const SET_FRAME: &str = "update offers
set name = $2, from_at = $3, until_at = $4, total_limit = $5
where id = $1";

/// What may be changed of one that was used.
pub async fn set_frame(tx: &mut Tx, offer: &Offer) -> Result<()> {
    tx.run(SET_FRAME, args![offer.id, &offer.name, offer.from, offer.until, offer.total_limit]).await.map(drop)
}

const SET_TERMS: &str = "update offers
set code = $2, kind = $3, worth = $4, currency = $5, tier_id = $6, post_id = $7, terms = $8, periods = $9, audience = $10,
    person_limit = $11
where id = $1
    and not exists (select 1 from offer_redemptions r where r.offer_id = offers.id)
    and not exists (select 1 from offers other where other.code = $2 and other.id <> $1)";

/// What it is worth and for whom; false when somebody used it, or the code is taken.
pub async fn set_terms(tx: &mut Tx, offer: &Offer) -> Result<bool> {
    let (worth, currency, tier, post, terms) = columns(offer);
    let args = args![
        offer.id,
        &offer.code,
        offer.kind.as_str(),
        worth,
        currency,
        tier,
        post,
        terms,
        offer.periods.map(i64::from),
        offer.audience.as_str(),
        offer.person_limit
    ];
    Ok(tx.run(SET_TERMS, args).await? == 1)
}

pub async fn set_archived(db: &Db, id: OfferId, at: Option<Timestamp>) -> Result<bool> {
    Ok(db.run("update offers set archived_at = $2 where id = $1", args![id, at]).await? == 1)
}

const fn of_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Archived => "o.archived_at is not null",
        Phase::Over => "o.archived_at is null and o.until_at <= $2",
        Phase::ToCome => "o.archived_at is null and (o.until_at is null or o.until_at > $2) and o.from_at > $2",
        Phase::Running => "o.archived_at is null and (o.until_at is null or o.until_at > $2) and (o.from_at is null or o.from_at <= $2)",
    }
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    offer: OfferRow,
    of_name: String,
    used: i64,
    held: i64,
}

/// An offer, how often it was used, and for how many orders it is held that are not paid yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub offer: Offer,
    /// The name of the tier, or the title of the article.
    pub of_name: String,
    pub used: i64,
    pub held: i64,
}

const COUNTS: &str =
    "coalesce((select t.name from tiers t where t.id = o.tier_id), (select p.title from posts p where p.id = o.post_id), '') as of_name,
    (select count(*) from offer_redemptions r where r.offer_id = o.id and r.used_at is not null) as used,
    (select count(*) from offer_redemptions r where r.offer_id = o.id and r.used_at is null) as held";

impl Counted {
    /// Somebody used it, or is about to.
    pub const fn is_used(&self) -> bool {
        self.used + self.held > 0
    }
}

impl CountedRow {
    fn counted(self) -> error::Result<Counted> {
        Ok(Counted { offer: self.offer.offer()?, of_name: self.of_name, used: self.used, held: self.held })
    }
}

/// Newest first, those before `before`.
pub async fn list(db: &Db, phase: Phase, now: Timestamp, before: Option<OfferId>, limit: i64) -> error::Result<Vec<Counted>> {
    let of_phase = of_phase(phase);
    // Each of the phases names the instant, or has to: a value that nothing names is refused by PostgreSQL.
    let sql =
        format!("select {COLUMNS}, {COUNTS}\nfrom offers o\nwhere o.id < $1 and $2 >= 0 and {of_phase}\norder by o.id desc\nlimit $3",);
    let rows: Vec<CountedRow> = db.all(sql, args![before.map_or(i64::MAX, |id| id.0), now, limit]).await?;
    rows.into_iter().map(CountedRow::counted).collect()
}

pub async fn counted(db: &Db, id: OfferId) -> error::Result<Option<Counted>> {
    let row: Option<CountedRow> = db.optional(format!("select {COLUMNS}, {COUNTS}\nfrom offers o\nwhere o.id = $1"), args![id]).await?;
    row.map(CountedRow::counted).transpose()
}

const FOR_LEAVING: &str = "o.audience = 'retention' and o.tier_id = $1 and o.archived_at is null
    and (o.from_at is null or o.from_at <= $2) and (o.until_at is null or o.until_at > $2)
    and not exists (select 1 from offers_shown s where s.offer_id = o.id and s.member_id = $3)";

/// The offers for whoever is about to leave a tier that the member was not shown yet, newest first.
pub async fn for_leaving(db: &Db, tier: TierId, member: MemberId, now: Timestamp) -> error::Result<Vec<Offer>> {
    let sql = format!("select {COLUMNS}\nfrom offers o\nwhere {FOR_LEAVING}\norder by o.id desc\nlimit 20");
    let rows: Vec<OfferRow> = db.all(sql, args![tier, now, member]).await?;
    rows.into_iter().map(OfferRow::offer).collect()
}

const SHOWN: &str = "insert into offers_shown (offer_id, member_id, shown_at)
values ($1, $2, $3)
on conflict (offer_id, member_id) do nothing";

/// False when the member was shown it before.
pub async fn note_shown(db: &Db, offer: OfferId, member: MemberId, now: Timestamp) -> Result<bool> {
    Ok(db.run(SHOWN, args![offer, member, now]).await? == 1)
}

pub async fn was_shown(db: &Db, offer: OfferId, member: MemberId) -> Result<bool> {
    let sql = "select count(*) from offers_shown where offer_id = $1 and member_id = $2";
    let (n,): (i64,) = db.one(sql, args![offer, member]).await?;
    Ok(n > 0)
}
