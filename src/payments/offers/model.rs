//! What an offer is, and what it makes of a price. Pure.

use crate::foundation::cadence::Cadence;
use crate::foundation::id::{OfferId, PostId, TierId};
use crate::foundation::locale::Words;
use crate::foundation::money::Money;
use crate::foundation::text;
use crate::foundation::time::{DAY, Timestamp};
use crate::providers::Cut;
use crate::words;
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// What it takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// So many hundredths, 1 to 100.
    Percent(i64),
    /// In this currency alone.
    Amount(Money),
    /// The first charge of a renewing membership comes so many days later.
    Trial(u16),
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Percent(_) => "percent",
            Kind::Amount(_) => "amount",
            Kind::Trial(_) => "trial",
        }
    }
}

/// What it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// These terms of the tier; none named: all.
    Tier(TierId, Vec<Cadence>),
    Post(PostId),
}

/// Whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    #[default]
    Everyone,
    /// Those who never had the tier.
    Signup,
    /// Those who have it, renewing, and are about to cancel.
    Retention,
}

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Everyone, Audience::Signup, Audience::Retention];

    pub const fn as_str(self) -> &'static str {
        match self {
            Audience::Everyone => "everyone",
            Audience::Signup => "signup",
            Audience::Retention => "retention",
        }
    }

    pub fn parse(text: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub name: String,
    pub code: String,
    pub kind: Kind,
    pub of: Of,
    /// Of a renewing membership so many terms cost less; what does not renew costs less so many times for each member.
    /// `None`: every term, every time, as long as it costs something: see [`Offer::uses_of_passes`].
    pub periods: Option<u16>,
    pub audience: Audience,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub total_limit: Option<i64>,
    pub person_limit: Option<i64>,
    pub archived: bool,
}

/// Where an offer stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    ToCome,
    Running,
    Over,
    Archived,
}

impl Phase {
    pub const ALL: [Phase; 4] = [Phase::Running, Phase::ToCome, Phase::Over, Phase::Archived];

    pub const fn as_str(self) -> &'static str {
        match self {
            Phase::Running => "running",
            Phase::ToCome => "to-come",
            Phase::Over => "over",
            Phase::Archived => "archived",
        }
    }

    pub fn parse(text: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.as_str() == text)
    }
}

/// How often a member has used an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    pub times: i64,
    /// So many of them cost nothing.
    pub free: i64,
}

/// What an offer makes of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deal {
    /// It costs this much, more than nothing and less than before. Of what renews so many terms do; `None`: all.
    Price(Money, Option<u16>),
    /// It costs nothing, and is given at once.
    Free,
    /// The first charge, of the whole price, comes after so many days.
    Trial(u16),
}

/// Why an offer takes nothing off a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    OtherThing,
    OtherTerm,
    OtherCurrency,
    /// A trial is of what renews.
    OnlyRenewing,
    /// No provider counts several terms of so many days.
    SeveralOfDays,
    /// It would be charged never, or nothing.
    NeverCharged,
    TooLong,
}

impl Misfit {
    pub fn words(self) -> Words {
        match self {
            Misfit::OtherThing => words!("这个优惠不适用于这项内容。", "This offer is for something else."),
            Misfit::OtherTerm => words!("这个优惠不适用于这个期限。", "This offer is not for this term."),
            Misfit::OtherCurrency => words!("这个优惠不适用于这种货币。", "This offer is not for this currency."),
            Misfit::OnlyRenewing => words!("试用只适用于自动续费的会员。", "A trial is for a membership that renews by itself."),
            Misfit::SeveralOfDays => words!(
                "按天计期的自动续费，优惠只能用于第一期或每一期。",
                "When terms are counted in days and renew, an offer can cover only the first term or every term."
            ),
            Misfit::NeverCharged => words!(
                "使用这个优惠后，自动续费将一直不收费，因此不能开通；可以单次购买一期。",
                "With this offer nothing would ever be charged, so it cannot renew by itself; buy a single term instead."
            ),
            Misfit::TooLong => words!("免费时间最长一年。", "It can be free for a year at most."),
        }
    }
}

/// The longest trial that every provider counts, in days.
pub const LONGEST_TRIAL: i64 = 365;

impl Offer {
    pub fn path(&self) -> String {
        format!("/offers/{}", self.code)
    }

    pub fn tier(&self) -> Option<TierId> {
        match &self.of {
            Of::Tier(tier, _) => Some(*tier),
            Of::Post(_) => None,
        }
    }

    pub fn phase(&self, now: Timestamp) -> Phase {
        match (self.archived, self.from, self.until) {
            (true, ..) => Phase::Archived,
            (_, _, Some(until)) if until <= now => Phase::Over,
            (_, Some(from), _) if from > now => Phase::ToCome,
            _ => Phase::Running,
        }
    }

    /// How often one member may use it for what does not renew, and costs something by it or nothing (`free`): each use is for
    /// one of the terms it takes something off, as often as they may use it, and that is once where nothing is said. `None`: no
    /// limit. Whoever bought by an offer for every term buys each further one at its price as well. What costs nothing has no
    /// such end: it would be a membership that nobody ever pays, so each of their uses is good for one.
    pub fn uses_of_passes(&self, free: bool) -> Option<i64> {
        let terms = self.periods.or(free.then_some(1))?;
        Some(self.person_limit.unwrap_or(1).saturating_mul(i64::from(terms)))
    }

    /// How often one member may use it for a deal; `None`: no limit.
    pub fn most(&self, deal: Deal, renewing: bool) -> Option<i64> {
        if renewing { self.person_limit } else { self.uses_of_passes(deal == Deal::Free) }
    }

    /// Whether, for a use that is `free` or not, only the member's free uses count. By an offer for every term whatever costs
    /// something is bought as often as one likes: that takes nothing from what costs nothing.
    pub const fn counts_free_alone(&self, free: bool) -> bool {
        free && self.periods.is_none()
    }

    /// Whether a member who used it so often may use it for a deal no more.
    pub fn is_used_up_by(&self, used: Used, deal: Deal, renewing: bool) -> bool {
        let times = if self.counts_free_alone(deal == Deal::Free) { used.free } else { used.times };
        self.most(deal, renewing).is_some_and(|most| times >= most)
    }

    /// How often one member may use it for whatever it is for; `None`: no limit.
    pub fn most_of_all(&self) -> Option<i64> {
        match (self.takes_all_off(), self.periods) {
            // It cannot renew.
            (true, None) => self.uses_of_passes(true),
            (free, _) => Some(self.person_limit?.max(self.uses_of_passes(free)?)),
        }
    }

    /// Whether it leaves nothing of any price.
    pub const fn takes_all_off(&self) -> bool {
        matches!(self.kind, Kind::Percent(100))
    }

    /// What is left of a price: between nothing and the price. `None`: it takes nothing off prices, or not in this currency.
    pub fn reduced(&self, list: Money) -> Option<Money> {
        let minor = match self.kind {
            Kind::Percent(hundredths) => {
                let off = (i128::from(list.minor) * i128::from(hundredths) + 50) / 100;
                list.minor.saturating_sub(i64::try_from(off).unwrap_or(list.minor))
            }
            Kind::Amount(off) if off.currency == list.currency => list.minor.saturating_sub(off.minor),
            Kind::Amount(_) | Kind::Trial(_) => return None,
        };
        let step = list.currency.step();
        let minor = minor.clamp(0, list.minor.max(0));
        Some(Money::new(minor - minor % step, list.currency))
    }

    /// Whether it is an amount off that leaves nothing of a price. Of a percentage one sees it.
    pub fn gives_away(&self, list: Money) -> bool {
        matches!(self.kind, Kind::Amount(_)) && self.reduced(list).is_some_and(|left| left.minor == 0)
    }

    /// What it makes of a term's price. `renewing`: of an agreement that is charged each such term.
    pub fn deal_for_term(&self, list: Money, every: Cadence, renewing: bool, now: Timestamp) -> Result<Deal, Misfit> {
        let Of::Tier(_, terms) = &self.of else { return Err(Misfit::OtherThing) };
        if !terms.is_empty() && !terms.contains(&every) {
            return Err(Misfit::OtherTerm);
        }
        match (self.kind, renewing) {
            (Kind::Trial(_), false) => Err(Misfit::OnlyRenewing),
            (Kind::Trial(days), true) => Ok(Deal::Trial(days)),
            (_, false) => self.once(list),
            (_, true) => self.renewing(list, every, now),
        }
    }

    pub fn deal_for_post(&self, list: Money) -> Result<Deal, Misfit> {
        match self.of {
            Of::Post(_) => self.once(list),
            Of::Tier(..) => Err(Misfit::OtherThing),
        }
    }

    fn once(&self, list: Money) -> Result<Deal, Misfit> {
        let price = self.reduced(list).ok_or(Misfit::OtherCurrency)?;
        Ok(if price.minor == 0 { Deal::Free } else { Deal::Price(price, None) })
    }

    fn renewing(&self, list: Money, every: Cadence, now: Timestamp) -> Result<Deal, Misfit> {
        let price = self.reduced(list).ok_or(Misfit::OtherCurrency)?;
        match (price.minor, self.periods) {
            (0, None) => Err(Misfit::NeverCharged),
            // Terms that cost nothing are a trial of their length.
            (0, Some(periods)) => {
                let end = after_terms(now, every, i64::from(periods)).ok_or(Misfit::TooLong)?;
                let days = (end.since(now) + DAY / 2) / DAY;
                u16::try_from(days).ok().filter(|days| i64::from(*days) <= LONGEST_TRIAL).map(Deal::Trial).ok_or(Misfit::TooLong)
            }
            (_, Some(periods)) if periods > 1 && matches!(every, Cadence::Days(_)) => Err(Misfit::SeveralOfDays),
            (_, periods) => Ok(Deal::Price(price, periods)),
        }
    }
}

/// What about a year of such terms costs by a deal; of what does not renew, the one term.
pub fn cost_of_a_year(deal: Deal, list: Money, every: Cadence, renewing: bool) -> i128 {
    let terms = match every {
        _ if !renewing => 1,
        Cadence::Month => 12,
        Cadence::Year => 1,
        Cadence::Days(days) => (365 / i128::from(days.max(1))).max(1),
    };
    match deal {
        Deal::Free => 0,
        Deal::Trial(_) => terms * i128::from(list.minor),
        Deal::Price(price, first) => {
            let cut = first.filter(|_| renewing).map_or(terms, |first| i128::from(first).min(terms));
            cut * i128::from(price.minor) + (terms - cut) * i128::from(list.minor)
        }
    }
}

/// The end of so many terms, counted as providers count them: on the same day of the month, in UTC.
pub fn after_terms(from: Timestamp, every: Cadence, terms: i64) -> Option<Timestamp> {
    let span = match every {
        Cadence::Days(days) => return Some(from.plus(i64::from(days).checked_mul(terms)?.checked_mul(DAY)?)),
        Cadence::Month => i32::try_from(terms).ok()?.months(),
        Cadence::Year => i16::try_from(terms).ok()?.years(),
    };
    let from = jiff::Timestamp::from_millisecond(from.0).ok()?.to_zoned(TimeZone::UTC);
    from.checked_add(span).ok().map(|at| Timestamp(at.timestamp().as_millisecond()))
}

/// What the terms of an agreement cost by an offer, and when that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutTerms {
    pub cut: Cut,
    /// `None`: from the beginning of the agreement.
    pub from: Option<Timestamp>,
    /// `None`: not known yet.
    pub until: Option<Timestamp>,
}

impl CutTerms {
    /// Whether a term that begins then is one of them; `None` while that is not known. A provider charges at an hour of
    /// its own.
    pub fn covers(&self, begins: Timestamp) -> Option<bool> {
        let until = self.until?;
        Some(self.from.is_none_or(|from| begins >= from.plus(-DAY / 2)) && begins < until.plus(-DAY / 2))
    }
}

/// Reads a code as people type it: any case, also with the wide letters of a Chinese keyboard. 3 to 40 letters, digits and
/// hyphens.
pub fn code(typed: &str) -> Option<String> {
    let typed: String = typed.trim().chars().take(60).collect();
    let code = text::narrow(&typed).to_ascii_lowercase();
    let fits = (3..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits.then_some(code)
}

#[cfg(test)]
mod tests;
