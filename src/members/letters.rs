//! What letters about an account say.

use super::device;
use crate::foundation::id::MemberId;
use crate::foundation::locale::Locale;
use crate::foundation::site::Site;
use crate::mail::model::TOKEN;
use crate::mail::{Choice, Kind, Letter};
use crate::{t, tf};

pub static WELCOMES: Choice =
    Choice {
        name: "welcome", label: |locale| t!(locale, "加入时的欢迎邮件", "A welcome on joining"), usual: true, for_admins: false
    };
pub static DEVICES: Choice =
    Choice {
        name: "device", label: |locale| t!(locale, "新设备登录提醒", "When a new device signs in"), usual: true, for_admins: false
    };

pub static VERIFY: Kind =
    Kind { name: "verify", label: |locale| t!(locale, "确认邮箱", "Confirm the address"), choice: None, asks: true };
pub static WELCOME: Kind = Kind { name: "welcome", label: |locale| t!(locale, "欢迎", "Welcome"), choice: Some(&WELCOMES), asks: false };
pub static RESET: Kind = Kind { name: "reset", label: |locale| t!(locale, "重设密码", "New password"), choice: None, asks: true };
pub static PASSWORD: Kind =
    Kind { name: "password", label: |locale| t!(locale, "密码已更改", "Password changed"), choice: None, asks: false };
pub static EMAIL: Kind =
    Kind { name: "email", label: |locale| t!(locale, "邮箱已更改", "Address changed"), choice: None, asks: false };
pub static DEVICE: Kind =
    Kind { name: "device", label: |locale| t!(locale, "新设备登录", "New device"), choice: Some(&DEVICES), asks: false };

pub static BROUGHT: Kind =
    Kind { name: "brought", label: |locale| t!(locale, "会员导入", "Members brought along"), choice: None, asks: true };

pub fn verify(proof: &str, locale: Locale) -> Letter {
    Letter::new(&VERIFY, proof, t!(locale, "确认你的邮箱", "Confirm your e-mail address"))
        .text(t!(locale, "请打开下面的页面，确认这个邮箱是你的。", "Please open this page to confirm that this address is yours."))
        .button(t!(locale, "确认邮箱", "Confirm the address"), format!("/verify?token={TOKEN}"))
        .text(t!(locale, "也可以在会员中心的“邮箱与邮件”里填写这 6 位数字：", "Or type these six digits under “E-mail” in your account:"))
        .code()
        .small(t!(
            locale,
            "链接和数字 24 小时内有效，只能使用一次。如果不是你本人操作，请忽略这封邮件。",
            "Both work once, within 24 hours. If you did not ask for this, you need do nothing."
        ))
}

pub fn welcome(site: &Site, member: MemberId, locale: Locale) -> Letter {
    let name = &site.name;
    let promise = site.look.promise.plain(locale);
    let letter = Letter::new(&WELCOME, member.to_string(), tf!(locale, "欢迎加入{name}", "Welcome to {name}"));
    let letter = if promise.is_empty() { letter } else { letter.text(promise) };
    letter
        .text(t!(
            locale,
            "你的账号已经可以使用：读文章，参与讨论，关注感兴趣的作者和标签。",
            "Your account is ready: read, join the discussion, and follow the authors and tags you like."
        ))
        .button(t!(locale, "开始阅读", "Start reading"), "/articles")
        .small(t!(
            locale,
            "个人资料、密码和邮件设置都在会员中心。",
            "Your profile, your password and which letters you get are all in your account."
        ))
}

pub fn reset(about: &str, locale: Locale) -> Letter {
    Letter::new(&RESET, about, t!(locale, "重设密码", "Set a new password"))
        .text(t!(
            locale,
            "有人申请重设这个邮箱对应账号的密码。如果是你本人操作，请打开下面的页面。",
            "Somebody asked for a new password for the account with this address. If it was you, open this page."
        ))
        .button(t!(locale, "设置新密码", "Set a new password"), format!("/reset?token={TOKEN}"))
        .small(t!(
            locale,
            "链接 1 小时内有效，只能使用一次。如果不是你本人操作，请忽略这封邮件，密码不会改变。",
            "The link works once, within one hour. If you did not ask for it, you need do nothing; your password stays as it is."
        ))
}

/// Once, to somebody whose account was brought along from elsewhere.
pub fn brought(site: &Site, member: MemberId, locale: Locale) -> Letter {
    let name = &site.name;
    Letter::new(&BROUGHT, member.to_string(), tf!(locale, "你在{name}的账号已经准备好了", "Your account at {name} is ready"))
        .text(tf!(
            locale,
            "{name}搬到了新的网站，你的账号和会员也一起搬了过来，不会重复扣款。请打开下面的页面设置密码，然后就可以登录。",
            "{name} has moved to a new site, and your account has moved along with any membership you have; you are not charged again. Open this page to set a password and sign in."
        ))
        .button(t!(locale, "设置密码", "Set a password"), format!("/reset?token={TOKEN}"))
        .small(t!(
            locale,
            "链接 30 天内有效，只能用一次；过期后可以在登录页点“忘记密码”。如果你不想要这个账号，不用理会这封邮件。",
            "The link is good for 30 days, once; after that, use “Forgot your password?” on the sign-in page. If you do not want the account, you need do nothing."
        ))
}

/// What to do when it was somebody else.
fn not_you(locale: Locale) -> &'static str {
    t!(
        locale,
        "如果不是你本人操作，请立即重设密码，并让其他设备退出登录。",
        "If it was not you, set a new password at once and sign out your other devices."
    )
}

pub fn password_changed(about: &str, at: &str, locale: Locale) -> Letter {
    Letter::new(&PASSWORD, about, t!(locale, "你的密码已更改", "Your password was changed"))
        .text(tf!(
            locale,
            "你的密码于 {at} 更改，其他设备已退出登录。",
            "Your password was changed on {at}, and your other devices were signed out."
        ))
        .text(not_you(locale))
        .button(t!(locale, "重设密码", "Set a new password"), "/forgot")
}

pub fn email_changed(about: &str, at: &str, locale: Locale) -> Letter {
    Letter::new(&EMAIL, about, t!(locale, "你的邮箱已更改", "Your e-mail address was changed"))
        .text(tf!(
            locale,
            "你账号的邮箱已于 {at} 换成另一个地址，以后的邮件不会再发到这里。",
            "The address of your account was changed to another one on {at}. Nothing more will be sent here."
        ))
        .text(t!(locale, "如果不是你本人操作，请立即联系网站管理员。", "If it was not you, please tell those who run the site at once."))
}

pub fn new_device(about: &str, device: &str, at: &str, locale: Locale) -> Letter {
    Letter::new(&DEVICE, about, t!(locale, "有新设备登录了你的账号", "A new device signed in to your account"))
        .facts(vec![(t!(locale, "设备", "Device"), device.to_owned()), (t!(locale, "时间", "Time"), at.to_owned())])
        .text(t!(locale, "如果是你本人登录，可以忽略这封邮件。", "If it was you, you need do nothing."))
        .text(not_you(locale))
        .button(t!(locale, "查看已登录的设备", "See your devices"), "/account/security")
}

/// A browser that a sample may name.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";

/// One of each kind, with made-up contents.
pub fn samples(site: &Site, now: &str, locale: Locale) -> Vec<Letter> {
    let device = device::name(FIREFOX, locale);
    vec![
        verify("sample", locale),
        welcome(site, MemberId(0), locale),
        reset("sample", locale),
        brought(site, MemberId(0), locale),
        password_changed("sample", now, locale),
        email_changed("sample", now, locale),
        new_device("sample", &device, now, locale),
    ]
}
