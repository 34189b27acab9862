//! An article and its forms.

use crate::foundation::id::{MemberId, PostId};
use crate::foundation::money::Money;
use crate::membership::paywall::Gate;

/// As much of a published article as other features need to speak of it. No text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRef {
    pub id: PostId,
    pub slug: String,
    pub title: String,
    pub author: MemberId,
    pub gate: Gate,
    /// What it costs to buy, in the site's currency; `None` when it is not sold by itself.
    pub price: Option<Money>,
}

impl PostRef {
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }
}
