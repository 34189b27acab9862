//! What letters about teams say.

use crate::foundation::locale::Locale;
use crate::mail::{Kind, Letter};
use crate::payments::letters::ENDINGS;
use crate::{t, tf};

pub static ENDING: Kind =
    Kind { name: "team-ending", label: |locale| t!(locale, "团队即将到期", "A team ends soon"), choice: Some(&ENDINGS), asks: false };
pub static GONE: Kind =
    Kind { name: "team-seat-gone", label: |locale| t!(locale, "团队席位被收回", "Team seat taken away"), choice: None, asks: false };

/// To whoever pays for a team.
pub fn ending(about: &str, (name, path): (&str, &str), date: &str, days: i64, locale: Locale) -> Letter {
    let subject = match days {
        1 => tf!(locale, "团队“{name}”明天到期", "Your team “{name}” ends tomorrow"),
        _ => tf!(locale, "团队“{name}”还有 {days} 天到期", "Your team “{name}” ends in {days} days"),
    };
    Letter::new(&ENDING, about, subject)
        .text(tf!(
            locale,
            "你为团队“{name}”购买的席位于 {date} 到期，不会自动扣款。到期后，成员不能再通过团队阅读会员内容。",
            "The seats that you bought for the team “{name}” end on {date}. Nothing is charged by itself. After that, the team no longer opens anything to the people in it."
        ))
        .text(t!(
            locale,
            "现在续费，有效期从到期日起顺延，成员不用重新加入。",
            "Renew now and the new term is added to the end of this one. Nobody has to join again."
        ))
        .button(t!(locale, "续费", "Renew"), path)
}

/// To whoever held a seat.
pub fn gone(about: &str, team: &str, tier: &str, locale: Locale) -> Letter {
    Letter::new(&GONE, about, tf!(locale, "你在团队“{team}”的席位已被收回", "Your seat in the team “{team}” was taken away"))
        .text(tf!(
            locale,
            "团队“{team}”的付款人收回了你的席位，你不再享有团队提供的“{tier}”会员。",
            "Whoever pays for the team “{team}” has taken your seat away. You no longer have “{tier}” through it."
        ))
        .text(t!(
            locale,
            "如果你自己买过这个等级，剩下的时间没有减少，从现在起继续计算。",
            "If you bought this tier yourself, all that was left of it is still there, and goes on from now."
        ))
        .button(t!(locale, "查看我的会员", "See your membership"), "/account/membership")
}

/// One of each kind, with made-up contents.
pub fn samples(ends: &str, locale: Locale) -> Vec<Letter> {
    let name = t!(locale, "前端组", "Frontend");
    vec![ending("sample", (name, "/account/teams"), ends, 7, locale), gone("sample", name, t!(locale, "读者", "Readers"), locale)]
}
