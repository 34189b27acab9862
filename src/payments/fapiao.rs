//! 发票: what a buyer wants written on it, as the tax authority wants it. Pure.

use crate::foundation::error::{FieldErrors, Result};
use crate::foundation::locale::Words;
use crate::foundation::text;
use crate::words;

/// For whom it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Person,
    Company,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Company => "company",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        [Kind::Person, Kind::Company].into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Requested,
    Issued,
    Refused,
}

impl State {
    pub const ALL: [State; 3] = [State::Requested, State::Issued, State::Refused];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Issued => "issued",
            State::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub kind: String,
    pub title: String,
    pub tax_number: String,
    pub email: String,
}

/// What is to be written on it, and where it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub kind: Kind,
    pub title: String,
    /// Empty for a person.
    pub tax_number: String,
    pub email: String,
}

impl Typed {
    /// Errors stand under the names of the fields.
    pub fn parse(&self) -> Result<Wish> {
        let mut errors = FieldErrors::new();
        let kind = Kind::parse(&self.kind).ok_or_else(|| words!("请选择个人或单位。", "Please choose a person or a company."));
        let kind = errors.keep("kind", kind);
        let title = errors.keep("title", text::required_line(&self.title, 100));
        let number = match kind {
            Some(Kind::Company) => errors.keep("tax_number", tax_number(&self.tax_number)),
            _ => Some(String::new()),
        };
        let email = errors.keep("email", address(&self.email));
        let (Some(kind), Some(title), Some(tax_number), Some(email)) = (kind, title, number, email) else {
            return Err(errors.into_error());
        };
        Ok(Wish { kind, title, tax_number, email })
    }
}

fn address(typed: &str) -> std::result::Result<String, Words> {
    let email = text::required_line(typed, 254)?;
    let well_formed = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    });
    let fits = well_formed && !email.contains(char::is_whitespace);
    if fits {
        Ok(email)
    } else {
        Err(words!("请填写邮箱，例如 name@example.com。", "Please give an e-mail address, such as name@example.com."))
    }
}

/// 15 to 20 letters and digits; of 18, the 统一社会信用代码, the last one has to fit the others.
pub fn tax_number(typed: &str) -> std::result::Result<String, Words> {
    let number: String = text::line(typed).chars().filter(|c| *c != ' ' && *c != '-').collect::<String>().to_uppercase();
    if !number.bytes().all(|b| b.is_ascii_alphanumeric()) || !(15..=20).contains(&number.len()) {
        return Err(words!("税号是 15 到 20 位字母和数字。", "A tax number has 15 to 20 letters and digits."));
    }
    if number.len() == 18 && !fits_its_check(&number) && !is_identity_number(&number) {
        return Err(words!(
            "这个统一社会信用代码的校验位不对，请核对。",
            "The check digit of this number does not match; please check it."
        ));
    }
    Ok(number)
}

/// The characters of a 统一社会信用代码, in the order of their values: without I, O, S, V and Z (GB 32100-2015).
const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The last character is what the others, weighted by powers of 3, lack to a multiple of 31.
fn fits_its_check(number: &str) -> bool {
    let values: Option<Vec<u32>> = number.chars().map(|c| CHARACTERS.find(c).and_then(|at| u32::try_from(at).ok())).collect();
    let Some(values) = values else { return false };
    let Some((check, rest)) = values.split_last() else { return false };
    let (sum, _) = rest.iter().fold((0, 1), |(sum, weight), value| ((sum + value * weight) % 31, weight * 3 % 31));
    (31 - sum) % 31 == *check
}

/// A trader without a code of their own is known by the number of their identity card (GB 11643-1999).
fn is_identity_number(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (c, weight) in number.chars().zip(WEIGHTS) {
        let Some(digit) = c.to_digit(10) else { return false };
        sum += digit * weight;
    }
    let check = "10X98765432".chars().nth((sum % 11) as usize);
    number.chars().next_back() == check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_social_credit_code_is_checked_by_its_last_character() {
        // Of companies that print theirs on every page of their sites.
        for real in ["91110000802100433B", "914403001922038216", "91330100799655058B"] {
            assert_eq!(tax_number(real).as_deref(), Ok(real));
        }
        assert_eq!(tax_number(" 9111 0000 8021 0043 3b ").as_deref(), Ok("91110000802100433B"));
        assert!(tax_number("91110000802100433C").is_err(), "another last character");
        assert!(tax_number("91110000802100343B").is_err(), "two changed places");
        assert!(tax_number("9111000080210O433B").is_err(), "no code has an O");
    }

    #[test]
    fn other_tax_numbers_are_15_to_20_letters_and_digits() {
        assert!(tax_number("110108000000000").is_ok());
        assert!(tax_number("11010519491231002X").is_ok(), "the identity number of the standard's own example");
        for wrong in ["", "12345678901234", "123456789012345678901", "11010800000000!", "一一〇一〇八〇〇〇〇〇〇〇〇〇"] {
            assert!(tax_number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_person_needs_no_tax_number_and_a_company_does() {
        let typed = Typed { kind: "person".into(), title: "张三".into(), tax_number: "x".into(), email: "a@example.org".into() };
        assert_eq!(typed.parse().map(|wish| wish.tax_number), Ok(String::new()));
        assert!(Typed { kind: "company".into(), ..typed.clone() }.parse().is_err());
        for email in ["", "a", "a@b", "a b@example.org", "@example.org", "a@.org", "a@b@c.d"] {
            assert!(Typed { email: email.into(), ..typed.clone() }.parse().is_err(), "{email}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_typed_makes_the_parser_panic(typed in ".{0,40}") {
            let _ = tax_number(&typed);
        }
    }
}
