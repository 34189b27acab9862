//! What the letters about a tier that was given say.

use crate::foundation::locale::Locale;
use crate::mail::{Kind, Letter};
use crate::{t, tf};

pub static GIVEN: Kind =
    Kind { name: "tier-given", label: |locale| t!(locale, "获赠会员", "A tier was given"), choice: None, asks: false };

pub static TAKEN_BACK: Kind =
    Kind {
        name: "tier-taken-back", label: |locale| t!(locale, "获赠的会员已收回", "A tier was taken back"), choice: None, asks: false
    };

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

/// To whoever an admin took it from again.
pub fn taken_back(about: &str, tier: &str, locale: Locale) -> Letter {
    Letter::new(&TAKEN_BACK, about, tf!(locale, "你获赠的“{tier}”会员已收回", "“{tier}”, which you were given, was taken back"))
        .text(tf!(
            locale,
            "管理员收回了之前送给你的“{tier}”会员，这部分时间已经失效。",
            "An admin took back “{tier}”, which you had been given. That time is gone."
        ))
        .text(t!(
            locale,
            "如果你自己买过这个等级，剩下的时间没有减少，从现在起继续计算。",
            "If you bought this tier yourself, all that was left of it is still there, and goes on from now."
        ))
        .button(t!(locale, "查看我的会员", "See your membership"), "/account/membership")
        .small(t!(locale, "如有疑问，请联系网站管理员。", "Should this be a mistake, please write to those who run the site."))
}

/// One of each kind, with made-up contents; `day`: until when.
pub fn samples(day: &str, locale: Locale) -> Vec<Letter> {
    let tier = t!(locale, "读者", "Readers");
    vec![given("sample", tier, Some(day), locale), taken_back("sample", tier, locale)]
}
