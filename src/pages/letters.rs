//! Every kind of letter that some feature writes, and every sort that readers can do without. A feature that writes letters
//! of its own adds them here.

use crate::creators::model::Month;
use crate::foundation::format;
use crate::foundation::locale::Locale;
use crate::foundation::money::Money;
use crate::foundation::site::Site;
use crate::foundation::time::{DAY, Timestamp};
use crate::mail::{Choice, Letter};
use crate::segments::circulars::letter as circular;
use crate::{codes, creators, members, membership, payments};

pub fn choices() -> Vec<&'static Choice> {
    use members::letters::{DEVICES, WELCOMES};
    use payments::letters::{ENDINGS, REQUESTS, SALES, TROUBLES};
    vec![&WELCOMES, &ENDINGS, &circular::CIRCULARS, &DEVICES, &SALES, &REQUESTS, &TROUBLES]
}

/// What a site writes to all: whoever wanted no mail at the place they come from does without. That a membership ends, or that
/// a new device signs in, is for themselves.
pub fn to_all() -> Vec<&'static Choice> {
    vec![&circular::CIRCULARS]
}

/// One of each kind, with made-up contents.
pub fn samples(site: &Site, now: Timestamp, locale: Locale) -> Vec<Letter> {
    let at = format::date_time(now, &site.time_zone, locale);
    let day = format::date(now.plus(7 * DAY), &site.time_zone, locale);
    let hundred = 10i64.pow(site.currency.exponent()) * 100;
    let price = Money::new(hundred, site.currency);
    // What ends, ends at a minute.
    let ends = format::date_time(now.plus(7 * DAY), &site.time_zone, locale);
    let mut letters = members::letters::samples(site, &at, locale);
    letters.extend(membership::letters::samples(&day, locale));
    letters.extend(payments::letters::samples(price, &at, (&day, &ends), locale));
    letters.extend(payments::gifts::letters::samples(site, locale));
    letters.extend(codes::letters::samples(&day, locale));
    letters.extend(payments::teams::letters::samples(&ends, locale));
    let month = Month::of(now, &site.time_zone).before();
    letters.extend(creators::letters::samples(price, month, locale));
    letters.push(circular::sample(locale));
    letters
}
