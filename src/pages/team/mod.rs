//! Buying for a team, and joining one: `/team` chooses, `/team/…` is where those who were given the link take a seat. What
//! the payer does is in the member area.

pub mod choose;
pub mod invited;

use crate::foundation::locale::Locale;
use crate::t;

/// Whoever pays for a team, by name; the name goes with the account.
pub fn payer(name: &str, locale: Locale) -> String {
    if name.is_empty() { t!(locale, "已注销会员", "a deleted member").to_owned() } else { name.to_owned() }
}
