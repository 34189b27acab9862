//! Who sells and who buys, as a receipt says it. Pure.

use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::locale::Words;
use crate::foundation::site::Site;
use crate::foundation::text;
use crate::payments::tax::Tax;
use crate::words;

/// As an admin gave it; empty texts where nothing was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seller {
    pub name: String,
    /// Some lines.
    pub address: String,
    /// Tax or business number.
    pub number: String,
    /// A line below everything.
    pub note: String,
}

/// As the buyer wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buyer {
    pub name: String,
    pub address: String,
    /// A business's number.
    pub number: String,
}

/// What stands on the receipt of a payment and on each of its credit notes. The seller is who they were when it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    pub seller: Seller,
    /// Whom it names, where the buyer said so.
    pub buyer: Option<Buyer>,
    /// `None`: no tax is in it.
    pub tax: Option<Tax>,
}

impl Particulars {
    /// The tax in the order's price, in minor units.
    pub fn included(&self) -> i64 {
        self.tax.map_or(0, |tax| tax.minor)
    }
}

/// Some lines, each without what deceives the eye, none empty.
fn lines(typed: &str) -> std::result::Result<String, Words> {
    let lines: Vec<String> = typed.lines().map(text::line).filter(|line| !line.is_empty()).collect();
    if lines.len() > 8 || lines.iter().any(|line| line.chars().count() > 100) {
        return Err(words!("最多 8 行，每行最多 100 个字。", "At most 8 lines of 100 characters."));
    }
    Ok(lines.join("\n"))
}

fn line(typed: &str, most: usize) -> std::result::Result<String, Words> {
    Ok(text::optional_line(typed, most)?.unwrap_or_default())
}

impl Seller {
    /// The site, where no other name was given.
    pub fn called<'a>(&'a self, site: &'a Site) -> &'a str {
        if self.name.is_empty() { &site.name } else { &self.name }
    }

    /// What was typed, cleaned; errors stand under the names of the fields.
    pub fn checked(&self) -> Result<Seller> {
        let mut errors = FieldErrors::new();
        let name = errors.keep("name", line(&self.name, 100));
        let address = errors.keep("address", lines(&self.address));
        let number = errors.keep("number", line(&self.number, 50));
        let note = errors.keep("note", line(&self.note, 200));
        let (Some(name), Some(address), Some(number), Some(note)) = (name, address, number, note) else { return Err(errors.into_error()) };
        Ok(Seller { name, address, number, note })
    }
}

impl Buyer {
    /// As [`Seller::checked`]; a receipt that names a buyer has a name.
    pub fn checked(&self) -> Result<Buyer> {
        let mut errors = FieldErrors::new();
        let name = errors.keep("name", text::required_line(&self.name, 100));
        let address = errors.keep("address", lines(&self.address));
        let number = errors.keep("number", line(&self.number, 50));
        let (Some(name), Some(address), Some(number)) = (name, address, number) else { return Err(errors.into_error()) };
        Ok(Buyer { name, address, number })
    }
}

/// A number of a receipt: `2026-000017`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    pub year: i64,
    pub number: i64,
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:06}", self.year, self.number)
    }
}

impl Number {
    pub fn parse(text: &str) -> Option<Number> {
        let (year, number) = text.split_once('-')?;
        let digits = |s: &str, most: usize| !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit());
        (digits(year, 4) && digits(number, 12)).then_some(())?;
        Some(Number { year: year.parse().ok()?, number: number.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let number = Number { year: 2026, number: 17 };
        assert_eq!(number.to_string(), "2026-000017");
        assert_eq!(Number::parse("2026-000017"), Some(number));
        assert_eq!(Number::parse("2026-17"), Some(number));
        for wrong in ["", "2026", "2026-", "-1", "2026-+1", "20260-1", "2026-9999999999999"] {
            assert_eq!(Number::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_keeps_its_lines_and_loses_what_cannot_be_seen() {
        let typed = Buyer { name: " A\u{202e}nn ".into(), address: " Street 1 \r\n\r\n12345\tTown\u{200b} ".into(), number: String::new() };
        let buyer = typed.checked().unwrap();
        assert_eq!((buyer.name.as_str(), buyer.address.as_str()), ("Ann", "Street 1\n12345 Town"));
        assert!(Buyer { address: "x\n".repeat(9), ..typed.clone() }.checked().is_err());
        assert!(Buyer { name: " ".into(), ..typed }.checked().is_err());
    }
}
