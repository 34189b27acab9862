//! What is said of a line of a file of members.

use crate::reasons;

/// What comes of a line, or came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Of somebody who is not here yet.
    Fresh,
    Known,
    Skipped,
    Broken,
    /// Brought in like any other, as far as it can be, with a remark.
    Noted,
}

impl Outcome {
    /// Those of which there is something to say.
    pub const SAID: [Outcome; 3] = [Outcome::Broken, Outcome::Skipped, Outcome::Noted];

    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Fresh => "fresh",
            Outcome::Known => "known",
            Outcome::Skipped => "skipped",
            Outcome::Broken => "broken",
            Outcome::Noted => "noted",
        }
    }

    pub fn parse(text: &str) -> Option<Outcome> {
        Outcome::SAID.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

reasons! {
    Quote, "quote", Broken, "引号没有成对", "A quotation mark is not closed";
    Cells, "cells", Broken, "列数与表头不符", "It has more or fewer cells than the heading";
    Long, "long", Broken, "这一行太长", "The line is too long";
    Letters, "letters", Broken, "有无法识别的字符", "Some characters cannot be read";
    Email, "email", Broken, "邮箱地址不对", "The e-mail address is none";
    Date, "date", Broken, "看不懂日期，请写成 2027-01-31", "A date cannot be read; write it as 2027-01-31";
    Days, "days", Broken, "几个等级的到期日不同，同一行的等级必须同一天到期", "Its tiers end on different days; all tiers on a line must end on the same day";
    Stripe, "stripe", Broken, "Stripe 的客户或订阅编号不对", "The number of the Stripe customer or subscription is none";
    Twice, "twice", Skipped, "同一个邮箱在前面的行里已经有了", "The same address stands on a line above";
    Left, "left", Skipped, "这个人在原来的网站已经注销", "This member was deleted where they come from";
    NoAgreement, "no-agreement", Noted, "Stripe 里没有找到正在进行的订阅", "Stripe has no running subscription for it";
    NotChosen, "not-chosen", Noted, "这个 Stripe 价格没有选择对应的会员等级", "No tier was chosen for its price at Stripe";
    Unfit, "unfit", Noted, "这个订阅无法接管：有多个项目、金额为零，或期限不是天、月、年", "Its subscription cannot be taken over: several items, no price, or terms other than days, a month or a year";
    NotAsked, "not-asked", Noted, "没有连接 Stripe，订阅没有接管", "Stripe is not connected; its subscription was not taken over";
    Unproven, "unproven", Noted, "这个邮箱的账号还没有确认邮箱，什么也没有开通。请本人在登录页点“忘记密码”设置新密码，邮箱随之确认；然后重新导入这个文件", "The address belongs to an account that has not confirmed it, so nothing is given. Its holder can set a new password with “Forgot your password?”, which confirms it; then bring the file in again";
    Over, "over", Noted, "会员资格已经到期，没有开通", "Its membership is over already, so none was given";
    Unnamed, "unnamed", Noted, "没有选择对应的会员等级，没有开通", "No tier was chosen for it, so none was given";
}
