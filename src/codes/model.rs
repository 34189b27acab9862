//! What codes and shop orders open, how they stand, and why one is not redeemed.

use crate::foundation::cadence::Cadence;
use crate::foundation::error::AppError;
use crate::foundation::format;
use crate::foundation::id::{MemberId, PostId, TierId};
use crate::foundation::locale::{Locale, Words};
use crate::foundation::time::Timestamp;
use crate::membership::service::What;
use crate::membership::wording;
use crate::words;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// One thing that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Term(TierId, Cadence),
    /// For good.
    Post(PostId),
}

impl Item {
    pub const fn what(self) -> What {
        match self {
            Item::Term(tier, _) => What::Tier(tier),
            Item::Post(post) => What::Post(post),
        }
    }
}

/// An item as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub item: Item,
    /// The tier's name or the article's title; none while the article is a draft.
    pub name: Option<String>,
    /// Of an article, its path.
    pub path: Option<String>,
}

impl Named {
    /// `Readers · one month`, `《…》`, in the language of the page.
    pub fn text(&self, locale: Locale) -> String {
        let name = self.name.clone().unwrap_or_else(|| crate::t!(locale, "一篇文章", "an article").to_owned());
        match self.item {
            Item::Term(_, cadence) => format!("{name} · {}", wording::term(cadence, locale)),
            Item::Post(_) if self.name.is_some() => crate::tf!(locale, "《{name}》", "“{name}”"),
            Item::Post(_) => name,
        }
    }
}

/// All of a bundle in one line.
pub fn listed(items: &[Named], locale: Locale) -> String {
    let texts: Vec<String> = items.iter().map(|item| item.text(locale)).collect();
    texts.join(crate::t!(locale, "、", ", "))
}

/// What is redeemed: a code or a shop's order, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    Code(i64),
    Order(i64),
}

impl Source {
    /// What the causes of its entitlements begin with.
    pub fn cause(self) -> String {
        match self {
            Source::Code(id) => format!("code:{id}"),
            Source::Order(id) => format!("taobao:{id}"),
        }
    }

    /// Where a member sees what it opened for them.
    pub fn path(self) -> String {
        match self {
            Source::Code(id) => format!("/account/codes/{id}"),
            Source::Order(id) => format!("/account/codes/orders/{id}"),
        }
    }
}

/// How a code stands; each is in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    Left,
    Redeemed,
    Expired,
    Revoked,
}

/// How many codes of a batch are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub made: i64,
    pub redeemed: i64,
    pub revoked: i64,
    pub expired: i64,
}

impl Counts {
    pub const fn left(&self) -> i64 {
        self.made - self.redeemed - self.revoked - self.expired
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: i64,
    pub name: String,
    pub note: String,
    pub opens: Vec<Named>,
    pub expires_at: Option<Timestamp>,
    pub several: bool,
    pub size: i64,
    pub made_at: Timestamp,
    pub counts: Counts,
}

/// A code of a batch, as an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub id: i64,
    pub last: String,
    pub state: CodeState,
    /// Who redeemed it, and when; also when it was revoked afterwards.
    pub redeemed: Option<(String, Timestamp)>,
    pub revoked_at: Option<Timestamp>,
}

/// How a line of a shop's order stands. It only goes forward: an older file that comes later takes nothing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineState {
    Unpaid,
    Paid,
    /// Paid, and the buyer wants the money back.
    Refunding,
    /// Money went back, or never came.
    Closed,
}

impl LineState {
    pub const ALL: [LineState; 4] = [LineState::Unpaid, LineState::Paid, LineState::Refunding, LineState::Closed];

    pub const fn as_str(self) -> &'static str {
        match self {
            LineState::Unpaid => "unpaid",
            LineState::Paid => "paid",
            LineState::Refunding => "refunding",
            LineState::Closed => "closed",
        }
    }

    /// What is not known opens nothing.
    pub fn parse(text: &str) -> LineState {
        LineState::ALL.into_iter().find(|state| state.as_str() == text).unwrap_or(LineState::Closed)
    }

    /// The state after a file said `told`: a refund may be asked for and withdrawn, the rest is not undone.
    pub fn then(self, told: LineState) -> LineState {
        match (self, told) {
            (LineState::Closed, _) => LineState::Closed,
            (LineState::Paid | LineState::Refunding, LineState::Unpaid) => self,
            (_, told) => told,
        }
    }
}

/// Why something is not redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Unknown, or no code at all: nobody is told which.
    UnknownCode,
    Used,
    Yours,
    Revoked,
    /// It was valid before this instant.
    Expired(Timestamp),
    /// Another of its batch was redeemed by the same member.
    OneEach,
    /// All it opens is open for good already.
    Held,
    /// Not imported, or the telephone is another.
    UnknownOrder,
    OrderUsed,
    OrderYours,
    Unpaid,
    Refunding,
    Refunded,
}

impl Refusal {
    pub fn words(self, zone: &TimeZone) -> Words {
        match self {
            Refusal::UnknownCode => {
                words!("没有找到这个兑换码，请检查有没有输错。", "This code is not known. Please check it for typing errors.")
            }
            Refusal::Used => words!("这个兑换码已被使用。", "This code has been redeemed already."),
            Refusal::Yours => {
                words!("你已经用过这个兑换码，内容在“兑换记录”里。", "You have redeemed this code already; see your redeemed codes.")
            }
            Refusal::Revoked => words!("这个兑换码已作废，请联系卖家。", "This code was revoked. Please ask whoever sold it to you."),
            Refusal::Expired(at) => {
                let day = |locale| format::date(at.plus(-1), zone, locale);
                let (zh, en) = (day(Locale::Zh), day(Locale::En));
                words!("这个兑换码已过期，有效期至 {zh}。", "This code has expired; it was valid until {en}.")
            }
            Refusal::OneEach => words!(
                "这批兑换码每人限用一个，你已经用过了。这一个还没有用掉，可以转赠他人。",
                "Everyone may redeem one code of this kind, and you have. This one stays unused; you can pass it on."
            ),
            Refusal::Held => words!(
                "其中的内容你已永久拥有，因此没有兑换，可以转赠他人。",
                "You have all of this for good already, so nothing was redeemed; you can pass it on."
            ),
            Refusal::UnknownOrder => words!(
                "没有找到这个订单，请检查订单编号和手机尾号。如果都没有错，可能是还没有导入，请稍后再来。",
                "This order is not here yet: it may not be imported, so please come back later. Check the number and the digits too."
            ),
            Refusal::OrderUsed => words!("这个订单已被兑换。", "This order has been redeemed already."),
            Refusal::OrderYours => {
                words!("你已经兑换过这个订单，内容在“兑换记录”里。", "You have redeemed this order already; see your redeemed codes.")
            }
            Refusal::Unpaid => words!(
                "这个订单还没有付款。付款之后，等卖家再次导入订单即可兑换。",
                "This order is not paid yet. Once it is, and the seller has imported it again, you can redeem it."
            ),
            Refusal::Refunding => {
                words!("这个订单正在申请退款，暂时不能兑换。", "A refund has been asked for, so this order cannot be redeemed now.")
            }
            Refusal::Refunded => {
                words!("这个订单已关闭或已退款，不能兑换。", "This order was closed or refunded, so it cannot be redeemed.")
            }
        }
    }

    /// What is not known is wrongly typed; the rest is known, and in the way.
    pub fn error(self, zone: &TimeZone) -> AppError {
        let words = self.words(zone);
        match self {
            Refusal::UnknownCode => AppError::field("code", words),
            Refusal::UnknownOrder => AppError::field("number", words),
            _ => AppError::Conflict(words),
        }
    }
}

/// What a member redeemed, in their list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    pub source: Source,
    /// The end of the code, or the order's number.
    pub number: String,
    pub at: Timestamp,
    pub revoked: bool,
    pub opens: Vec<Named>,
}

/// Who did what to something, for the list of shop orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopOrder {
    pub id: i64,
    pub number: String,
    pub tail: String,
    pub redeemed: Option<(String, Timestamp)>,
    pub lines: Vec<ShopLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopLine {
    pub title: String,
    pub quantity: i64,
    pub state: LineState,
}

/// Whose code it is, once it is redeemed.
pub type Redeemer = (MemberId, Timestamp);

#[cfg(test)]
mod tests {
    use super::LineState::{Closed, Paid, Refunding, Unpaid};

    #[test]
    fn an_order_goes_forward_and_closed_is_the_end() {
        assert_eq!(Unpaid.then(Paid), Paid);
        assert_eq!(Paid.then(Unpaid), Paid, "an older file came later");
        assert_eq!(Paid.then(Refunding), Refunding);
        assert_eq!(Refunding.then(Paid), Paid, "the buyer thought better of it");
        assert_eq!(Refunding.then(Closed), Closed);
        for told in [Unpaid, Paid, Refunding, Closed] {
            assert_eq!(Closed.then(told), Closed);
        }
    }
}
