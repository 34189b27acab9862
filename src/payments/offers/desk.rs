//! Making offers, and what came of them. For admins.
//!
//! What was used keeps its terms: somebody has its link. Of such an offer only the name, the dates and the limit change;
//! for other terms a new one is made.

use super::model::{Audience, Deal, Kind, LONGEST_TRIAL, Misfit, Of, Offer, Phase, code};
use super::redeem::is_taken;
use super::store;
pub use super::store::{Counted, RedemptionRow};
use crate::foundation::cadence::Cadence;
use crate::foundation::error::{AppError, FieldErrors, Result};
use crate::foundation::format;
use crate::foundation::id::{OfferId, TierId};
use crate::foundation::locale::{Locale, Words};
use crate::foundation::money::{Currency, Money};
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Viewer;
use crate::membership;
use crate::membership::typed::{number, percent};
use crate::posts;
use crate::server::context::Context;
use crate::settings::service::require_site;
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewOffer {
    pub name: String,
    /// Empty: one is made up.
    pub code: String,
    /// `percent`, `amount` or `trial`.
    pub kind: String,
    pub worth: String,
    pub currency: String,
    /// An amount off may leave nothing to pay.
    pub free: bool,
    /// A tier's number; empty for an article.
    pub tier: String,
    /// An article's slug, or its address.
    pub post: String,
    pub month: bool,
    pub year: bool,
    /// Terms of so many days.
    pub days: String,
    /// `once`, `periods` or `forever`.
    pub lasts: String,
    pub periods: String,
    pub audience: String,
    /// Days; the last one is included.
    pub from: String,
    pub until: String,
    pub total_limit: String,
    /// Empty: no limit.
    pub person_limit: String,
}

/// What is made of letters and digits that are not taken for each other.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

fn made_up(ctx: &Context) -> String {
    ctx.random_bytes::<10>().iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

fn day(typed: &str, site: &Site, after: i64) -> Result<Option<Timestamp>, Words> {
    match typed.trim() {
        "" => Ok(None),
        typed => {
            let date =
                typed.parse::<Date>().map_err(|_| words!("请填写日期，例如 2026-03-15。", "Please give a date, such as 2026-03-15."))?;
            Ok(Some(format::start_of_day(date.saturating_add(after.days()), &site.time_zone)))
        }
    }
}

fn terms(new: &NewOffer) -> Result<Vec<Cadence>, Words> {
    let wrong = || words!("请填写天数，用空格隔开，例如“30 90”。", "Please give numbers of days, as in “30 90”.");
    let typed = text::narrow(&new.days);
    let days = typed.split(|c: char| c.is_whitespace() || ",、".contains(c)).filter(|part| !part.is_empty());
    let days = days.map(|part| Cadence::parse(&format!("days:{part}")).ok_or_else(wrong));
    let named = [(new.month, Cadence::Month), (new.year, Cadence::Year)].into_iter().filter(|(is, _)| *is).map(|(_, every)| Ok(every));
    let mut terms = named.chain(days).take(20).collect::<Result<Vec<_>, _>>()?;
    terms.sort_unstable();
    terms.dedup();
    Ok(terms)
}

fn kind(new: &NewOffer, site: &Site, errors: &mut FieldErrors) -> Option<Kind> {
    let given = |number: Result<Option<i64>, Words>| number?.ok_or_else(|| words!("请填写数值。", "Please give a number."));
    match new.kind.as_str() {
        "amount" => {
            let typed = new.currency.trim();
            let currency = if typed.is_empty() { Some(site.currency) } else { Currency::parse(typed) };
            let currency = errors.keep("currency", currency.ok_or_else(|| words!("没有这种货币。", "There is no such currency.")));
            // Where the currency is none, what else is wrong is said all the same.
            let off = errors.keep("worth", Money::parse(&new.worth, currency.unwrap_or(site.currency)));
            currency.and(off).map(Kind::Amount)
        }
        "trial" => {
            let days = errors.keep("worth", given(number(&new.worth, 1, LONGEST_TRIAL)))?;
            u16::try_from(days).ok().map(Kind::Trial)
        }
        _ => errors.keep("worth", given(percent(&new.worth, 1, 100))).map(Kind::Percent),
    }
}

fn periods(new: &NewOffer) -> Result<Option<u16>, Words> {
    match new.lasts.as_str() {
        "forever" => Ok(None),
        "periods" => {
            let n = number(&new.periods, 1, 120)?.ok_or_else(|| words!("请填写期数。", "Please say how many terms."))?;
            Ok(u16::try_from(n).ok())
        }
        _ => Ok(Some(1)),
    }
}

/// What may be changed of any offer.
struct Frame {
    name: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    total_limit: Option<i64>,
}

/// `kept`: the end that it has already, which may be over.
async fn read_frame(ctx: &Context, new: &NewOffer, kept: Option<Timestamp>, errors: &mut FieldErrors) -> Result<Option<Frame>> {
    let site = require_site(ctx).await?;
    let name = errors.keep("name", text::required_line(&new.name, 60));
    let (from, until) = (errors.keep("from", day(&new.from, &site, 0)), errors.keep("until", day(&new.until, &site, 1)));
    if let (Some(Some(from)), Some(Some(until))) = (from, until)
        && from >= until
    {
        errors.add("until", words!("结束日期不能早于开始日期。", "It cannot end before it begins."));
    }
    if let Some(Some(until)) = until
        && until <= ctx.now()
        && Some(until) != kept
    {
        errors.add("until", words!("这一天已经过去了。要结束优惠，请归档。", "That day is over. To end an offer, archive it."));
    }
    let total_limit = errors.keep("total_limit", number(&new.total_limit, 1, 10_000_000));
    let (Some(name), Some(from), Some(until), Some(total_limit)) = (name, from, until, total_limit) else { return Ok(None) };
    Ok(Some(Frame { name, from, until, total_limit }))
}

async fn read_of(ctx: &Context, new: &NewOffer, errors: &mut FieldErrors) -> Result<Option<Of>> {
    if !new.tier.trim().is_empty() && !new.post.trim().is_empty() {
        errors.add(
            "post",
            words!(
                "上面已经选择了会员等级。会员等级和文章只能选一种：请清空这里，或在上面选择“（一篇文章）”。",
                "A tier is chosen above, and an offer is for a tier or an article, not both: please empty this, or choose “(an article)” above."
            ),
        );
        return Ok(None);
    }
    if new.tier.trim().is_empty() {
        let slug = new.post.trim().rsplit('/').next().unwrap_or_default();
        let found = posts::service::published_by_slug(ctx, slug).await?;
        let none = || words!("没有这篇已发布的文章。", "There is no published article at this address.");
        return Ok(errors.keep("post", found.map(|post| Of::Post(post.id)).ok_or_else(none)));
    }
    let tier = match new.tier.trim().parse::<TierId>() {
        Ok(id) => membership::service::tier(ctx, id).await.ok(),
        Err(_) => None,
    };
    let tier = errors.keep("tier", tier.ok_or_else(|| words!("没有这个会员等级。", "There is no such tier.")));
    Ok(tier.zip(errors.keep("days", terms(new))).map(|(tier, terms)| Of::Tier(tier.id, terms)))
}

/// Reads what was typed; errors stand under the names of [`NewOffer`].
async fn read(ctx: &Context, new: &NewOffer, kept: Option<Timestamp>, errors: &mut FieldErrors) -> Result<Option<Offer>> {
    let site = require_site(ctx).await?;
    let frame = read_frame(ctx, new, kept, errors).await?;
    let typed = match new.code.trim() {
        "" => Ok(made_up(ctx)),
        typed => code(typed)
            .ok_or_else(|| words!("请用 3 到 40 个英文字母、数字或连字符。", "Please use 3 to 40 English letters, digits and hyphens.")),
    };
    let code = errors.keep("code", typed);
    let kind = kind(new, &site, errors);
    let of = read_of(ctx, new, errors).await?;
    let periods = errors.keep("periods", periods(new));
    let person_limit = errors.keep("person_limit", number(&new.person_limit, 1, 1_000_000));
    let (Some(Frame { name, from, until, total_limit }), Some(code), Some(kind)) = (frame, code, kind) else { return Ok(None) };
    let (Some(of), Some(periods), Some(person_limit)) = (of, periods, person_limit) else { return Ok(None) };
    // A trial is of one agreement, an article is bought once.
    let once = matches!(of, Of::Post(_)) || matches!(kind, Kind::Trial(_));
    let periods = if once { Some(1) } else { periods };
    let audience = Audience::parse(&new.audience).unwrap_or_default();
    Ok(Some(Offer { id: OfferId(0), name, code, kind, of, periods, audience, from, until, total_limit, person_limit, archived: false }))
}

/// Whether anybody can make use of it: the errors say why not. `free`: it was said that it may leave nothing to pay.
async fn check(ctx: &Context, offer: &Offer, free: bool, errors: &mut FieldErrors) -> Result<()> {
    let Of::Tier(tier, terms) = &offer.of else {
        return check_article(ctx, offer, free, errors).await;
    };
    // Stripe counts several terms in months from the day on which it is told, which are not always as many terms.
    let not_the_next_term = offer.periods != Some(1) || matches!(offer.kind, Kind::Trial(_) | Kind::Percent(100));
    if offer.audience == Audience::Retention && not_the_next_term {
        errors.add(
            "audience",
            words!(
                "面向“正要取消续费的会员”的优惠，只能减免下一期的部分价格，请选择“只减一次”。",
                "An offer for members about to cancel can only take a part off their next term: please choose “Once”."
            ),
        );
    }
    let tier = membership::service::tier(ctx, *tier).await?;
    if let Some(term) = terms.iter().find(|term| tier.prices.iter().all(|price| price.cadence != **term)) {
        let [zh, en] = [Locale::Zh, Locale::En].map(|locale| membership::wording::term(*term, locale));
        errors.add("days", words!("这个会员等级没有“{zh}”的价格。", "This tier has no price for “{en}”."));
        return Ok(());
    }
    let named = |term: Cadence| terms.is_empty() || terms.contains(&term);
    let given_away = tier.prices.iter().find(|price| named(price.cadence) && offer.gives_away(price.amount));
    if let (false, Some(price)) = (free, given_away) {
        errors.add("worth", nothing_left(price.amount));
        return Ok(());
    }
    let mut misfit = None;
    let (mut fits, mut wrong) = (false, false);
    for price in &tier.prices {
        for renewing in [true, false] {
            match offer.deal_for_term(price.amount, price.cadence, renewing, ctx.now()) {
                Ok(deal) if is_taken(ctx, deal, price.amount, renewing).await? => fits = true,
                Ok(deal) => {
                    wrong = true;
                    errors.add("worth", too_little(deal));
                }
                // It was named, and cannot be.
                Err(Misfit::SeveralOfDays) if renewing && terms.contains(&price.cadence) => {
                    wrong = true;
                    errors.add("periods", Misfit::SeveralOfDays.words());
                }
                // Another term is as it was chosen.
                Err(Misfit::OtherTerm) => (),
                Err(found) => misfit = Some(found),
            }
        }
    }
    if !fits && !wrong {
        let misfit = misfit.unwrap_or(Misfit::OtherTerm);
        let field = if misfit == Misfit::OtherCurrency { "currency" } else { "worth" };
        errors.add(field, misfit.words());
    }
    Ok(())
}

async fn check_article(ctx: &Context, offer: &Offer, free: bool, errors: &mut FieldErrors) -> Result<()> {
    let Of::Post(post) = offer.of else { return Ok(()) };
    if offer.audience != Audience::Everyone {
        errors.add("audience", words!("文章的优惠只能面向“所有人”。", "An offer on an article can only be for everyone."));
    }
    let Some(price) = posts::service::published_ref(ctx, post).await?.price else {
        errors.add("post", words!("这篇文章不单篇出售。", "This article is not sold by itself."));
        return Ok(());
    };
    if !free && offer.gives_away(price) {
        errors.add("worth", nothing_left(price));
        return Ok(());
    }
    match offer.deal_for_post(price) {
        _ if matches!(offer.kind, Kind::Trial(_)) => errors.add("kind", Misfit::OnlyRenewing.words()),
        Ok(deal) if !is_taken(ctx, deal, price, false).await? => errors.add("worth", too_little(deal)),
        Ok(_) => (),
        Err(misfit) => errors.add("currency", misfit.words()),
    }
    Ok(())
}

fn nothing_left(price: Money) -> Words {
    let price = format!("{} {}", price.to_plain(), price.currency.code());
    words!(
        "原价 {price}，减去之后就免费了。如果确实要免费，请勾选“可以免费”。",
        "This leaves nothing of {price}. If it is meant to be free, please tick “It may be free”."
    )
}

fn too_little(deal: Deal) -> Words {
    let left = if let Deal::Price(price, _) = deal { format!("{} {}", price.to_plain(), price.currency.code()) } else { String::new() };
    words!("优惠后只剩 {left}，低于所有付款方式的最低金额。", "This leaves {left}, which is less than any way to pay takes.")
}

fn code_taken() -> AppError {
    AppError::field("code", words!("已有相同的优惠码，请换一个。", "There is an offer with this code; please choose another."))
}

/// Makes an offer.
pub async fn make(ctx: &Context, viewer: &Viewer, new: &NewOffer) -> Result<OfferId> {
    let admin = viewer.require_admin()?.id;
    let mut errors = FieldErrors::new();
    let Some(offer) = read(ctx, new, None, &mut errors).await? else { return Err(errors.into_error()) };
    check(ctx, &offer, new.free, &mut errors).await?;
    errors.check()?;
    let mut tx = ctx.db().begin().await?;
    let id = store::insert(&mut tx, &offer, (admin, ctx.now())).await?.ok_or_else(code_taken)?;
    tx.commit().await?;
    Ok(id)
}

/// Changes an offer: all of it as long as nobody used it, otherwise its name, dates and limit; the rest of the form is not
/// looked at then.
pub async fn change(ctx: &Context, viewer: &Viewer, id: OfferId, new: &NewOffer) -> Result<()> {
    viewer.require_admin()?;
    let known = store::counted(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::new();
    if known.is_used() {
        let frame = read_frame(ctx, new, known.offer.until, &mut errors).await?;
        errors.check()?;
        let Some(Frame { name, from, until, total_limit }) = frame else { return Err(AppError::Internal) };
        let mut tx = ctx.db().begin().await?;
        store::set_frame(&mut tx, &Offer { name, from, until, total_limit, ..known.offer }).await?;
        return Ok(tx.commit().await?);
    }
    let Some(typed) = read(ctx, new, known.offer.until, &mut errors).await? else { return Err(errors.into_error()) };
    let offer = Offer { id, archived: known.offer.archived, ..typed };
    check(ctx, &offer, new.free, &mut errors).await?;
    errors.check()?;
    let mut tx = ctx.db().begin().await?;
    if !store::set_terms(&mut tx, &offer).await? {
        drop(tx);
        return Err(match store::uses(ctx.db(), id).await? {
            0 => code_taken(),
            _ => AppError::Conflict(words!(
                "刚刚有人使用了这个优惠，条件不能再改。",
                "Somebody has just used this offer, so its terms stay as they are."
            )),
        });
    }
    store::set_frame(&mut tx, &offer).await?;
    Ok(tx.commit().await?)
}

/// Ends an offer, or takes it up again. What was agreed stays.
pub async fn set_archived(ctx: &Context, viewer: &Viewer, id: OfferId, archived: bool) -> Result<()> {
    viewer.require_admin()?;
    let found = store::set_archived(ctx.db(), id, archived.then(|| ctx.now())).await?;
    if found { Ok(()) } else { Err(AppError::NotFound) }
}

/// Newest first, those before `before`.
pub async fn list(ctx: &Context, viewer: &Viewer, phase: Phase, before: Option<OfferId>, limit: i64) -> Result<Vec<Counted>> {
    viewer.require_admin()?;
    store::list(ctx.db(), phase, ctx.now(), before, limit).await
}

/// An offer with its uses, newest first, those before `before`, and what was paid by it in each currency.
#[derive(Debug, Clone)]
pub struct Story {
    pub counted: Counted,
    pub redemptions: Vec<RedemptionRow>,
    pub revenue: Vec<Money>,
}

pub async fn story(ctx: &Context, viewer: &Viewer, id: OfferId, before: Option<i64>, limit: i64) -> Result<Story> {
    viewer.require_admin()?;
    let counted = store::counted(ctx.db(), id).await?.ok_or(AppError::NotFound)?;
    let redemptions = store::redemptions(ctx.db(), id, before, limit).await?;
    let revenue = store::revenue(ctx.db(), id).await?;
    let revenue = revenue.into_iter().filter_map(|(code, minor)| Some(Money::new(minor, Currency::parse(&code)?))).collect();
    Ok(Story { counted, redemptions, revenue })
}
