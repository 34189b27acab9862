//! What an offer comes to, in sentences: what it costs now, for how long, and what it costs after.

use crate::foundation::cadence::Cadence;
use crate::foundation::format;
use crate::foundation::locale::{Locale, plural};
use crate::foundation::money::Money;
use crate::foundation::time::{DAY, Timestamp};
use crate::membership::wording::{per, term};
use crate::payments::offers::model::{Deal, Kind, Offer, after_terms};
use crate::{t, tf};
use jiff::tz::TimeZone;

/// What an offer takes off: `50% off`, `5.00 off`, `30 days free`.
pub fn worth(offer: &Offer, locale: Locale) -> String {
    match offer.kind {
        Kind::Percent(100) => t!(locale, "免费", "Free").to_owned(),
        Kind::Percent(hundredths) => tf!(locale, "减 {hundredths}%", "{hundredths}% off"),
        Kind::Amount(off) => {
            let off = off.format(locale);
            tf!(locale, "减 {off}", "{off} off")
        }
        Kind::Trial(days) => {
            let unit = plural(i64::from(days), "day", "days");
            tf!(locale, "试用 {days} 天", "{days} {unit} free")
        }
    }
}

/// For how long it takes that off.
pub fn lasts(offer: &Offer, locale: Locale) -> String {
    let once = || t!(locale, "仅一次", "once").to_owned();
    match (offer.kind, offer.periods) {
        (Kind::Trial(_), _) => t!(locale, "第一次扣款之前", "before the first charge").to_owned(),
        // What costs nothing is had as often as one may use it, and not each term.
        (_, None) if offer.takes_all_off() => match offer.uses_of_passes(true) {
            Some(n @ 2..) => tf!(locale, "最多领取 {n} 次", "{n} times at most"),
            _ => once(),
        },
        (_, None) => t!(locale, "每一期", "every term").to_owned(),
        (_, Some(1)) => once(),
        (_, Some(n)) => tf!(locale, "前 {n} 期", "the first {n} terms"),
    }
}

/// The deal on a term that ends by itself, in one sentence.
pub fn once(deal: Deal, list: Money, every: Cadence, locale: Locale) -> String {
    let (list, term) = (list.format(locale), term(every, locale));
    match deal {
        Deal::Price(price, _) => {
            let price = price.format(locale);
            tf!(
                locale,
                "{term}，现在 {price}（原价 {list}）；到期后自动结束，不会自动扣款。不用优惠再次购买时，按原价 {list}。",
                "{term} for {price} now, instead of {list}; it ends by itself, and nothing more is charged. Without the offer another one costs {list}."
            )
        }
        Deal::Free | Deal::Trial(_) => tf!(
            locale,
            "{term}，现在免费（原价 {list}）；到期后自动结束，不会扣款。不用优惠再次购买时，按原价 {list}。",
            "{term} for nothing now, instead of {list}; it ends by itself, and nothing is charged. Without the offer another one costs {list}."
        ),
    }
}

pub fn article(deal: Deal, list: Money, locale: Locale) -> String {
    let list = list.format(locale);
    match deal {
        Deal::Price(price, _) => {
            let price = price.format(locale);
            tf!(
                locale,
                "整篇文章，现在 {price}（原价 {list}），永久有效。",
                "The whole article for {price} now, instead of {list}; yours for good."
            )
        }
        Deal::Free | Deal::Trial(_) => {
            tf!(
                locale,
                "整篇文章，现在免费（原价 {list}），永久有效。",
                "The whole article for nothing now, instead of {list}; yours for good."
            )
        }
    }
}

/// The deal on a membership that renews, if it began now.
pub fn renewing(deal: Deal, list: Money, every: Cadence, now: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    let (list, per, one) = (list.format(locale), per(every, locale), term(every, locale));
    let after = |at: Option<Timestamp>| at.map(|at| format::date(at, zone, locale)).unwrap_or_default();
    match deal {
        Deal::Price(price, Some(first)) => {
            let (price, date) = (price.format(locale), after(after_terms(now, every, i64::from(first))));
            match first {
                1 => tf!(
                    locale,
                    "第一期（{one}）{price}，从 {date}起 {list} {per}；自动续费，随时可以取消。",
                    "{price} for the first term ({one}), then {list} {per} from {date} on. Renews by itself; cancel at any time."
                ),
                _ => tf!(
                    locale,
                    "前 {first} 期 {price} {per}，从 {date}起 {list} {per}；自动续费，随时可以取消。",
                    "{price} {per} for the first {first} terms, then {list} {per} from {date} on. Renews by itself; cancel at any time."
                ),
            }
        }
        Deal::Price(price, None) => {
            let price = price.format(locale);
            tf!(
                locale,
                "{price} {per}（原价 {list}），只要不中断，以后每期也是这个价格；自动续费，随时可以取消。",
                "{price} {per} instead of {list}, for every term as long as it goes on. Renews by itself; cancel at any time."
            )
        }
        Deal::Free => String::new(),
        Deal::Trial(days) => {
            let (unit, date) = (plural(i64::from(days), "day", "days"), after(Some(now.plus(i64::from(days) * DAY))));
            tf!(
                locale,
                "免费试用 {days} 天，从 {date}起 {list} {per}；自动续费，试用期内取消不收费。",
                "{days} {unit} free, then {list} {per} from {date} on. Renews by itself; nothing is charged if you cancel before."
            )
        }
    }
}
