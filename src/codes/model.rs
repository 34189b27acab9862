//! What codes and shop orders open, how they stand, and why one is not redeemed.

use crate::foundation::cadence::Cadence;
use crate::foundation::error::AppError;
use crate::foundation::format;
use crate::foundation::id::{BundleId, MemberId, PostId, TierId};
use crate::foundation::locale::{Locale, Words};
use crate::foundation::time::Timestamp;
use crate::membership::opened::Standing;
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

/// An item of a pack. An article may have come with a bundle, which held just these articles when the pack was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packed {
    pub item: Item,
    pub bundle: Option<BundleId>,
}

impl From<Item> for Packed {
    fn from(item: Item) -> Packed {
        Packed { item, bundle: None }
    }
}

/// What people see of a pack: its items, those that came with a bundle as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    One(Item),
    Bundle(BundleId, Vec<PostId>),
}

impl Thing {
    pub fn what(&self) -> Vec<What> {
        match self {
            Thing::One(item) => vec![item.what()],
            Thing::Bundle(_, posts) => posts.iter().copied().map(What::Post).collect(),
        }
    }

    /// How long it is open, by what was given.
    pub fn end(&self, given: &[Standing]) -> End {
        let what = self.what();
        let parts = || given.iter().filter(|part| what.contains(&part.what));
        let open: Vec<&Standing> = parts().filter(|part| part.revoked_at.is_none()).collect();
        let last = open.iter().filter_map(|part| part.ends_at).max();
        match last.filter(|_| open.iter().all(|part| part.ends_at.is_some())) {
            Some(at) => End::At(at),
            None if !open.is_empty() => End::Never,
            None if parts().next().is_some() => End::TakenBack,
            None => End::NotOpened,
        }
    }
}

/// How long something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    NotOpened,
    TakenBack,
    At(Timestamp),
    Never,
}

impl End {
    pub const fn is_open(self) -> bool {
        matches!(self, End::At(_) | End::Never)
    }

    pub fn text(self, zone: &TimeZone, locale: Locale) -> String {
        match (self, self.value(zone, locale)) {
            (End::At(_), until) if locale == Locale::Zh => format!("有效期{until}"),
            (_, text) => text,
        }
    }

    /// As [`End::text`], beside a name that says what it is: 有效期, Open.
    pub fn value(self, zone: &TimeZone, locale: Locale) -> String {
        match self {
            End::NotOpened => crate::t!(locale, "没有开通", "not opened").to_owned(),
            End::TakenBack => crate::t!(locale, "已收回", "taken back").to_owned(),
            End::Never => crate::t!(locale, "永久有效", "for good").to_owned(),
            End::At(at) => {
                let date = format::date_time(at, zone, locale);
                crate::tf!(locale, "至 {date}", "until {date}")
            }
        }
    }
}

/// Something of a pack, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub thing: Thing,
    /// The name of the tier, or the title of the article or the bundle; none while the article is a draft.
    pub name: Option<String>,
    /// Of an article or a bundle that is published, its path.
    pub path: Option<String>,
}

impl Named {
    /// `Readers · one month`, `《…》`, in the language of the page.
    pub fn text(&self, locale: Locale) -> String {
        let name = self.name.clone().unwrap_or_else(|| crate::t!(locale, "一篇文章", "an article").to_owned());
        match self.thing {
            Thing::One(Item::Term(_, cadence)) => format!("{name} · {}", wording::term(cadence, locale)),
            Thing::One(Item::Post(_)) if self.name.is_some() => crate::tf!(locale, "《{name}》", "“{name}”"),
            Thing::One(Item::Post(_)) => name,
            Thing::Bundle(..) => crate::tf!(locale, "合集《{name}》", "the bundle “{name}”"),
        }
    }
}

/// All of a pack in one line.
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

/// How a line of a shop's order stands. What is closed stays so, and what was paid is not unpaid
/// again, also when an older file comes later.
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
    use super::*;

    #[test]
    fn a_thing_is_open_as_long_as_the_last_of_what_was_given_for_it() {
        let given = |what, ends_at: Option<i64>, revoked: bool| {
            let revoked_at = revoked.then_some(Timestamp(9));
            Standing { what, starts_at: Timestamp(0), ends_at: ends_at.map(Timestamp), revoked_at }
        };
        let (one, two) = (What::Post(PostId(1)), What::Post(PostId(2)));
        let bundle = Thing::Bundle(BundleId(1), vec![PostId(1), PostId(2)]);
        assert_eq!(bundle.end(&[given(one, None, false), given(two, None, false)]), End::Never);
        assert_eq!(bundle.end(&[given(one, None, true), given(two, None, true)]), End::TakenBack);
        assert_eq!(bundle.end(&[given(What::Post(PostId(3)), None, false)]), End::NotOpened);
        let term = Thing::One(Item::Term(TierId(1), Cadence::Month));
        let tier = What::Tier(TierId(1));
        assert_eq!(
            term.end(&[given(tier, Some(5), false), given(tier, Some(8), false), given(tier, Some(11), true)]),
            End::At(Timestamp(8))
        );
    }

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
