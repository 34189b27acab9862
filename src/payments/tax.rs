//! Tax that is included in a price. Pure.
//!
//! A rate is hundredths of a percent. What is included is rounded half up to a minor unit, and net and tax are the price
//! exactly. Of a price of which a part went back, the tax is the same share of the tax: worked out from the sum of what is
//! left, never from one refund, so that nothing drifts and the last refund takes the rest.

use crate::foundation::locale::{Locale, Words};
use crate::words;

/// What an order is taxed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tax {
    /// `None`: a country without a rate.
    pub country: Option<Country>,
    pub rate: i64,
    /// Included in the order's price, in minor units.
    pub minor: i64,
}

/// The tax that a price includes.
pub fn included(gross: i64, rate: i64) -> i64 {
    let (gross, rate) = (i128::from(gross.max(0)), i128::from(rate.max(0)));
    let whole = 10_000 + rate;
    let tax = (2 * gross * rate + whole) / (2 * whole);
    i64::try_from(tax).unwrap_or(0)
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
    let typed = typed.trim().trim_end_matches(['%', '％']).trim().replace(',', ".");
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
    use proptest::prelude::*;

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
        for (typed, rate) in [("19", 1900), (" 5.5 % ", 550), ("7,25", 725), ("0.01", 1), ("100", 10_000), ("6％", 600)] {
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
        fn nothing_typed_makes_the_parser_panic(typed in ".{0,20}") {
            let _ = parse_rate(&typed);
        }
    }
}
