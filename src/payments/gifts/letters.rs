//! What letters about gifts say.

use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::mail::model::TOKEN;
use crate::mail::{Kind, Letter};
use crate::{t, tf};

pub static GIFT: Kind = Kind { name: "gift", label: |locale| t!(locale, "收到礼物", "A gift for you"), choice: None, asks: false };
pub static SENT: Kind = Kind { name: "gift-sent", label: |locale| t!(locale, "礼物已送出", "Gift sent"), choice: None, asks: false };
pub static TAKEN: Kind =
    Kind { name: "gift-taken", label: |locale| t!(locale, "礼物已被领取", "Gift taken"), choice: None, asks: false };

pub static CLOSED: Kind =
    Kind { name: "gift-closed", label: |locale| t!(locale, "收到的礼物已失效", "Gift closed"), choice: None, asks: false };

/// What is given, in the words of the letter's language.
pub struct Told<'a> {
    /// Empty when the giver left.
    pub giver: &'a str,
    pub item: &'a str,
    pub note: &'a str,
}

fn named(giver: &str, locale: Locale) -> &str {
    if giver.is_empty() { t!(locale, "有人", "Somebody") } else { giver }
}

/// To whom it is for, who may never have heard of the site.
pub fn gift(about: &str, told: &Told<'_>, site: &Site, locale: Locale) -> Letter {
    let Told { giver, item, note } = *told;
    let (giver, site) = (named(giver, locale), &site.name);
    let letter = Letter::new(&GIFT, about, tf!(locale, "{giver}送你一份礼物：{item}", "{giver} has a gift for you: {item}")).text(tf!(
        locale,
        "{giver}在{site}给你买了一份礼物：{item}。",
        "{giver} bought you a gift at {site}: {item}."
    ));
    let letter = match note {
        "" => letter,
        note => letter.text(tf!(locale, "{giver}写道：", "{giver} writes:")).typed(note),
    };
    letter.button(t!(locale, "打开礼物", "Open your gift"), format!("/gift/{TOKEN}")).small(t!(
        locale,
        "领取时需要登录，没有账号可以免费加入。礼物只能领取一次，请不要转发这封邮件。不认识送礼的人？不用理会这封邮件。",
        "To take it you sign in, or join for free. It can be taken once, so please do not forward this letter. If you do not know who sent it, you need do nothing."
    ))
}

/// To its buyer: the letter went.
pub fn sent(about: &str, item: &str, email: &str, path: &str, locale: Locale) -> Letter {
    Letter::new(&SENT, about, tf!(locale, "礼物已送出：{item}", "Your gift is sent: {item}"))
        .text(tf!(locale, "领取礼物的邮件已经发往 {email}。", "The letter with your gift went to {email}."))
        .text(t!(
            locale,
            "对方有没有领取，可以随时查看；没有收到的话，可以再发一次，或者把链接直接发过去。",
            "You can always see whether it was taken, send the letter once more, or hand over a link yourself."
        ))
        .button(t!(locale, "查看礼物", "See your gift"), path)
}

/// To its buyer: it was taken.
pub fn taken(about: &str, item: &str, taker: &str, path: &str, locale: Locale) -> Letter {
    Letter::new(&TAKEN, about, tf!(locale, "礼物已被领取：{item}", "Your gift was taken: {item}"))
        .text(tf!(locale, "{taker}领取了你送的礼物：{item}。", "{taker} took what you gave: {item}."))
        .button(t!(locale, "查看礼物", "See your gift"), path)
}

/// To whoever took it: its money went back, and what it opened is closed.
pub fn closed(about: &str, giver: &str, item: &str, locale: Locale) -> Letter {
    let giver = named(giver, locale);
    Letter::new(&CLOSED, about, tf!(locale, "礼物已失效：{item}", "Your gift was closed: {item}"))
        .text(tf!(
            locale,
            "{giver}送给你的礼物已经失效：{item}。这份礼物的款项已经退回，为你开通的内容随之关闭。",
            "What {giver} gave you is closed: {item}. The money for it went back, and what it opened to you is closed with it."
        ))
        .text(t!(
            locale,
            "你不需要付款。如有疑问，请询问送礼的人。",
            "You owe nothing. If you wonder why, please ask whoever gave it to you."
        ))
        .button(t!(locale, "查看收到的礼物", "See what was given to you"), "/account/purchases")
}

/// One of each kind, with made-up contents.
pub fn samples(site: &Site, locale: Locale) -> Vec<Letter> {
    let item = t!(locale, "年度会员 · 一年", "Readers, one year");
    let (giver, note) = (t!(locale, "林", "Lin"), t!(locale, "生日快乐！慢慢读。", "Happy birthday! Take your time with it."));
    vec![
        gift("sample", &Told { giver, item, note }, site, locale),
        sent("sample", item, "ann@example.org", "/account/purchases", locale),
        taken("sample", item, t!(locale, "安", "Ann"), "/account/purchases", locale),
        closed("sample", giver, item, locale),
    ]
}
