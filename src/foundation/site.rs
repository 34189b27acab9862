//! What the whole program needs to know of the site it serves. `settings` stores it; everybody reads it.

use super::locale::Locale;
use super::look::Look;
use super::money::Currency;
use jiff::tz::TimeZone;

#[derive(Debug, Clone)]
pub struct Site {
    pub name: String,
    /// The language of pages when neither the member nor the browser asks for one of ours.
    pub locale: Locale,
    /// Days, months and deadlines are counted here.
    pub time_zone: TimeZone,
    /// Prices are set in this currency.
    pub currency: Currency,
    /// How it presents itself.
    pub look: Look,
}
