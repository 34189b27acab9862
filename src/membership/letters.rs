//! What the letter about a tier that was given says.

use crate::foundation::locale::Locale;
use crate::mail::{Kind, Letter};
use crate::{t, tf};

pub static GIVEN: Kind =
    Kind { name: "tier-given", label: |locale| t!(locale, "获赠会员", "A tier was given"), choice: None, asks: false };

/// To whoever an admin gave a tier; `until`: its last day, `None` for good.
pub fn given(about: &str, tier: &str, until: Option<&str>, locale: Locale) -> Letter {
    let until = until.unwrap_or(t!(locale, "永久", "for good")).to_owned();
    Letter::new(&GIVEN, about, tf!(locale, "你获赠了“{tier}”会员", "You were given “{tier}”"))
        .text(tf!(
            locale,
            "管理员送给你“{tier}”会员，已经开通。你不需要付款，以后也不会因此扣款。",
            "An admin gave you “{tier}”. It is open already. There is nothing to pay, and nothing will be charged for it later."
        ))
        .facts(vec![(t!(locale, "有效期至", "Open until"), until)])
        .button(t!(locale, "查看我的会员", "See your membership"), "/account/membership")
}

/// One of each kind, with made-up contents; `day`: until when.
pub fn samples(day: &str, locale: Locale) -> Vec<Letter> {
    vec![given("sample", t!(locale, "读者", "Readers"), Some(day), locale)]
}
