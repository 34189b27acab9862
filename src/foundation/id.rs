//! Typed ids, so that a member's number cannot be taken for an article's. In the database: `bigint`.

use serde::{Deserialize, Serialize};

/// What every id is: a number of its own kind.
pub trait Id: Copy {
    fn number(self) -> i64;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl Id for $name {
            fn number(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map($name)
            }
        }
    )+};
}

ids! {
    MemberId,
    SessionId,
    /// An article.
    PostId,
    TierId,
    /// Several articles that are sold together.
    BundleId,
    OrderId,
    /// Something off a price, or a trial.
    OfferId,
    PaymentId,
    EntitlementId,
    TransferId,
    SpaceId,
    TopicId,
    ReplyId,
    CostId,
    AdIncomeId,
    /// A page outside the stream of articles.
    PageId,
}
