//! Tax that is included in a price, or added to it. Pure.
//!
//! A rate is hundredths of a percent. What is included is rounded half up to a minor unit, and net and tax are the price
//! exactly. What is added is rounded half up to what its currency is charged in, and is found again in the sum of both. Of a price of which a part went back, the tax is the same share of the tax: worked out from the sum of what is
//! left, never from one refund, so that nothing drifts and the last refund takes the rest.

use crate::foundation::locale::{Locale, Words};
use crate::foundation::money::Money;
use crate::foundation::text::narrow;
use crate::words;

/// What an order is taxed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tax {
    /// `None`: a country without a rate.
    pub country: Option<Country>,
    pub rate: i64,
    /// In what the order costs, in minor units: included in its price, or added to it.
    pub minor: i64,
}

/// The tax that a price includes.
pub fn included(gross: i64, rate: i64) -> i64 {
    of(gross, rate, 10_000 + rate, 1)
}

/// `rate` parts in `whole` of an amount, rounded half up to a multiple of `step`.
fn of(minor: i64, rate: i64, whole: i64, step: i64) -> i64 {
    let (minor, rate) = (i128::from(minor.max(0)), i128::from(rate.max(0)));
    let (whole, step) = (i128::from(whole.max(1)), i128::from(step.max(1)));
    let steps = (2 * minor * rate + whole * step) / (2 * whole * step);
    i64::try_from(steps * step).unwrap_or(0)
}

/// A price with the tax that is added to it.
pub fn with_tax(net: Money, rate: i64) -> Money {
    Money::new(net.minor.saturating_add(of(net.minor, rate, 10_000, net.currency.step())), net.currency)
}

/// The price that tax was added to: adding is wrong by half a step at most, so that what is taken out again is wrong by less,
/// and is rounded to the same.
pub fn without_tax(gross: Money, rate: i64) -> Money {
    Money::new(gross.minor - of(gross.minor, rate, 10_000 + rate, gross.currency.step()), gross.currency)
}

/// What somebody paid, as a price that is kept for them: where tax is added to prices, without the tax that was in it, so that
/// they pay the same as before. `net`: what tax was added to then.
pub fn kept(paid: Money, net: Option<Money>, rate: i64, is_added: bool) -> Money {
    match net {
        _ if !is_added => paid,
        Some(net) => net,
        None if rate == 0 => paid,
        None => {
            let (minor, step) = (paid.minor - included(paid.minor, rate), paid.currency.step());
            Money::new((minor - minor % step).max(step), paid.currency)
        }
    }
}

/// The tax in `left`, which is what is left of `gross`.
pub fn share(tax: i64, left: i64, gross: i64) -> i64 {
    if gross <= 0 {
        return 0;
    }
    let (tax, left, gross) = (i128::from(tax), i128::from(left.clamp(0, gross)), i128::from(gross));
    i64::try_from((2 * tax * left + gross) / (2 * gross)).unwrap_or(0)
}

/// The tax in what goes back of `gross` when `before` has gone back of it already.
pub fn share_back(tax: i64, (before, minor): (i64, i64), gross: i64) -> i64 {
    let left = |gone: i64| share(tax, gross.saturating_sub(gone), gross);
    left(before) - left(before.saturating_add(minor))
}

/// `19`, `5.5`, `7,25` as hundredths of a percent.
pub fn parse_rate(typed: &str) -> Result<i64, Words> {
    let wrong = || {
        words!("请填写 0.01 到 100 之间的百分比，最多两位小数。", "Please give a percentage from 0.01 to 100, with at most two decimals.")
    };
    let typed = narrow(typed).trim().trim_end_matches('%').trim().replace([',', '。'], ".");
    let (whole, fraction) = typed.split_once('.').unwrap_or((&typed, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
        return Err(wrong());
    }
    let rate: i64 = format!("{whole}{fraction:0<2}").parse().map_err(|_| wrong())?;
    if (1..=10_000).contains(&rate) { Ok(rate) } else { Err(wrong()) }
}

/// `19%`, `5.5%`.
pub fn rate_name(rate: i64) -> String {
    let (whole, fraction) = (rate / 100, rate % 100);
    match fraction {
        0 => format!("{whole}%"),
        _ if fraction % 10 == 0 => format!("{whole}.{}%", fraction / 10),
        _ => format!("{whole}.{fraction:02}%"),
    }
}

/// A rate as it is typed again: `19`, `5.5`.
pub fn rate_typed(rate: i64) -> String {
    rate_name(rate).trim_end_matches('%').to_owned()
}

/// A country that a rate can be set for: code, Chinese and English name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(&'static (&'static str, &'static str, &'static str));

impl Country {
    pub fn parse(code: &str) -> Option<Country> {
        COUNTRIES.iter().find(|(known, ..)| *known == code).map(Country)
    }

    pub fn all() -> impl Iterator<Item = Country> {
        COUNTRIES.iter().map(Country)
    }

    /// All, in the order in which a reader looks for a name.
    pub fn in_order(locale: Locale) -> Vec<Country> {
        let mut all: Vec<Country> = Country::all().collect();
        all.sort_by_cached_key(|country| country.order(locale));
        all
    }

    /// What names are sorted by: the common characters of GBK stand in the order of their pinyin.
    pub fn order(self, locale: Locale) -> Vec<u8> {
        match locale {
            Locale::Zh => encoding_rs::GBK.encode(self.name(locale)).0.into_owned(),
            Locale::En => self.name(locale).as_bytes().to_vec(),
        }
    }

    pub const fn code(self) -> &'static str {
        self.0.0
    }

    pub fn name(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Zh => self.0.1,
            Locale::En => self.0.2,
        }
    }
}

const COUNTRIES: &[(&str, &str, &str)] = &[
    ("AT", "奥地利", "Austria"),
    ("AU", "澳大利亚", "Australia"),
    ("BE", "比利时", "Belgium"),
    ("BG", "保加利亚", "Bulgaria"),
    ("CA", "加拿大", "Canada"),
    ("CH", "瑞士", "Switzerland"),
    ("CN", "中国", "China"),
    ("CY", "塞浦路斯", "Cyprus"),
    ("CZ", "捷克", "Czechia"),
    ("DE", "德国", "Germany"),
    ("DK", "丹麦", "Denmark"),
    ("EE", "爱沙尼亚", "Estonia"),
    ("ES", "西班牙", "Spain"),
    ("FI", "芬兰", "Finland"),
    ("FR", "法国", "France"),
    ("GB", "英国", "United Kingdom"),
    ("GR", "希腊", "Greece"),
    ("HK", "中国香港", "Hong Kong"),
    ("HR", "克罗地亚", "Croatia"),
    ("HU", "匈牙利", "Hungary"),
    ("IE", "爱尔兰", "Ireland"),
    ("IN", "印度", "India"),
    ("IS", "冰岛", "Iceland"),
    ("IT", "意大利", "Italy"),
    ("JP", "日本", "Japan"),
    ("KR", "韩国", "South Korea"),
    ("LT", "立陶宛", "Lithuania"),
    ("LU", "卢森堡", "Luxembourg"),
    ("LV", "拉脱维亚", "Latvia"),
    ("MO", "中国澳门", "Macao"),
    ("MT", "马耳他", "Malta"),
    ("MY", "马来西亚", "Malaysia"),
    ("NL", "荷兰", "Netherlands"),
    ("NO", "挪威", "Norway"),
    ("NZ", "新西兰", "New Zealand"),
    ("PL", "波兰", "Poland"),
    ("PT", "葡萄牙", "Portugal"),
    ("RO", "罗马尼亚", "Romania"),
    ("SE", "瑞典", "Sweden"),
    ("SG", "新加坡", "Singapore"),
    ("SI", "斯洛文尼亚", "Slovenia"),
    ("SK", "斯洛伐克", "Slovakia"),
    ("TW", "中国台湾", "Taiwan"),
    ("US", "美国", "United States"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::money::{Currency, MAX_MINOR};
    use proptest::prelude::*;

    /// One without decimals, one with two, two with three or none to speak of.
    const CURRENCIES: [&str; 5] = ["JPY", "CNY", "EUR", "KWD", "HUF"];

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    #[test]
    fn what_is_added_is_rounded_half_up_to_what_can_be_charged() {
        let with = |minor, code, rate| with_tax(money(minor, code), rate).minor;
        assert_eq!([with(1000, "EUR", 1900), with(999, "EUR", 1900), with(999, "EUR", 0)], [1190, 1189, 999], "189.81");
        assert_eq!([with(50, "EUR", 100), with(49, "EUR", 100)], [51, 49], "a half goes up");
        assert_eq!(with(500, "JPY", 1000), 550);
        assert_eq!(with(1230, "KWD", 500), 1290, "61.5 is no multiple of ten");
        assert_eq!(with(99_900, "HUF", 2700), 126_900, "269.73 are no whole forint");
        assert_eq!(without_tax(money(1190, "EUR"), 1900).minor, 1000);
    }

    #[test]
    fn a_price_that_is_kept_costs_the_same_whichever_way_tax_is_counted_now() {
        let (paid, net) = (money(1190, "EUR"), money(1000, "EUR"));
        assert_eq!(kept(paid, None, 1900, false), paid);
        assert_eq!(kept(paid, Some(net), 1900, false), paid);
        assert_eq!([kept(paid, None, 1900, true), kept(paid, Some(net), 1900, true)], [net, net]);
        assert_eq!(kept(paid, None, 0, true), paid, "no tax was in it");
        assert_eq!(kept(money(1, "EUR"), None, 10_000, true).minor, 1, "nothing costs nothing");
    }

    #[test]
    fn what_a_price_includes_is_rounded_half_up() {
        assert_eq!(included(11_900, 1900), 1900);
        assert_eq!(included(1000, 1900), 160, "159.66");
        assert_eq!(included(100, 0), 0);
        assert_eq!(included(2, 10_000), 1);
        assert_eq!(included(1, 10_000), 1, "a half goes up");
        assert_eq!(included(i64::MAX, 10_000), i64::MAX / 2 + 1, "no sum is too large");
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        for (typed, rate) in
            [("19", 1900), (" 5.5 % ", 550), ("7,25", 725), ("0.01", 1), ("100", 10_000), ("6％", 600), ("１９％", 1900), ("５．５", 550)]
        {
            assert_eq!(parse_rate(typed), Ok(rate), "{typed}");
        }
        for wrong in ["", "0", "-1", "101", "1.234", "1.2.3", "x", "1e1", ".5", "%"] {
            assert!(parse_rate(wrong).is_err(), "{wrong}");
        }
        assert_eq!([1900, 550, 725, 1].map(rate_name), ["19%", "5.5%", "7.25%", "0.01%"]);
    }

    #[test]
    fn a_country_is_known_by_its_code_once() {
        let codes: Vec<&str> = Country::all().map(Country::code).collect();
        assert!(codes.is_sorted() && codes.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(Country::parse("DE").map(|country| country.name(Locale::En)), Some("Germany"));
        assert_eq!(Country::parse("de"), None);
        let names = |locale| Country::in_order(locale).into_iter().map(|country| country.name(locale)).collect::<Vec<_>>();
        assert_eq!(names(Locale::Zh)[..4], ["爱尔兰", "爱沙尼亚", "奥地利", "澳大利亚"]);
        assert_eq!(names(Locale::Zh)[40..], ["中国", "中国澳门", "中国台湾", "中国香港"]);
        assert_eq!(names(Locale::En)[..2], ["Australia", "Austria"]);
    }

    proptest! {
        #[test]
        fn net_and_tax_are_the_price_and_the_tax_is_that_of_the_net(gross in 0..1_000_000_000i64, rate in 0..=10_000i64) {
            let tax = included(gross, rate);
            let net = gross - tax;
            prop_assert!(tax >= 0 && net >= 0);
            // As near as whole minor units come.
            prop_assert!((net * rate - tax * 10_000).abs() <= (10_000 + rate) / 2 + 1);
        }

        #[test]
        fn whatever_goes_back_in_parts_takes_its_share_of_tax_and_the_last_takes_the_rest(
            gross in 1..1_000_000i64, rate in 1..=10_000i64, parts in prop::collection::vec(1..300_000i64, 0..8),
        ) {
            let tax = included(gross, rate);
            let (mut left, mut back) = (gross, 0);
            for part in parts.into_iter().map(Some).chain([None]) {
                let part = part.unwrap_or(left).min(left);
                let of_part = share_back(tax, (gross - left, part), gross);
                prop_assert!(of_part >= 0 && of_part <= part);
                (left, back) = (left - part, back + of_part);
            }
            prop_assert_eq!((left, back), (0, tax));
        }

        #[test]
        fn net_and_added_tax_split_into_that_net_and_that_tax_again(
            net in prop_oneof![1..20_000i64, 1..=MAX_MINOR], rate in 0..=10_000i64, code in prop::sample::select(CURRENCIES.to_vec()),
        ) {
            let net = money(net, code);
            let (gross, step) = (with_tax(net, rate), i128::from(net.currency.step()));
            prop_assert_eq!(without_tax(gross, rate), net);
            let tax = i128::from(gross.minor - net.minor);
            prop_assert!(tax >= 0 && tax % step == 0);
            // As near as steps come.
            prop_assert!((i128::from(net.minor) * i128::from(rate) - tax * 10_000).abs() * 2 <= step * 10_000);
            if step == 1 {
                prop_assert_eq!(included(gross.minor, rate), gross.minor - net.minor, "the same as if it had been included");
            }
        }

        #[test]
        fn a_dearer_price_stays_dearer_with_tax(net in 1..MAX_MINOR, rate in 0..=10_000i64, code in prop::sample::select(CURRENCIES.to_vec())) {
            prop_assert!(with_tax(money(net, code), rate).minor < with_tax(money(net + 1, code), rate).minor);
        }

        #[test]
        fn nothing_typed_makes_the_parser_panic(typed in ".{0,20}") {
            let _ = parse_rate(&typed);
        }
    }
}
