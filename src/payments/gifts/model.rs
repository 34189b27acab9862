//! What a buyer says of a gift, and how it stands.

use crate::foundation::error::FieldErrors;
use crate::foundation::format;
use crate::foundation::id::MemberId;
use crate::foundation::locale::{Locale, Words};
use crate::foundation::text;
use crate::foundation::time::{HOUR, Timestamp};
use crate::members::service::parse_email;
use crate::words;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Characters of a note.
pub const NOTE: usize = 500;
/// A letter that goes on a day goes at this hour of it.
const HOUR_OF_DAY: i64 = 8;
/// So far ahead a letter can be ordered.
const DAYS_AHEAD: i64 = 366;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// `letter`, or anything else for a link to hand over.
    pub by: String,
    pub email: String,
    pub note: String,
    /// `YYYY-MM-DD`; empty for now.
    pub day: String,
}

/// What the buyer decides: where it goes, what is said with it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapping {
    /// `None`: the buyer hands a link over.
    pub email: Option<String>,
    pub note: String,
    pub locale: Locale,
    pub send_at: Timestamp,
}

impl Typed {
    /// Errors stand under the names of the fields. `own`: the buyer's address, to whom nothing is given.
    pub fn read(&self, own: Option<&str>, locale: Locale, now: Timestamp, zone: &TimeZone, errors: &mut FieldErrors) -> Option<Wrapping> {
        let by_letter = self.by == "letter";
        let email = match by_letter {
            true => errors.keep("email", address(&self.email, own).map(Some)),
            false => Some(None),
        };
        let note = errors.keep("note", note(&self.note));
        let send_at = match by_letter {
            true => errors.keep("day", day(&self.day, now, zone)),
            false => Some(now),
        };
        Some(Wrapping { email: email?, note: note?, locale, send_at: send_at? })
    }
}

/// An address that is not the buyer's own.
pub fn address(typed: &str, own: Option<&str>) -> Result<String, Words> {
    let email = parse_email(typed)?;
    match own {
        Some(own) if own == email => Err(words!(
            "这是你自己的邮箱。给自己买的话，直接购买就好。",
            "This is your own address. What is for yourself you can simply buy."
        )),
        _ => Ok(email),
    }
}

/// Lines as they were typed, without what cannot be seen.
fn note(typed: &str) -> Result<String, Words> {
    let lines: Vec<String> = typed.replace("\r\n", "\n").split('\n').map(text::line).collect();
    let note = lines.join("\n").trim().to_owned();
    match note.chars().count() {
        n if n > NOTE => Err(words!("最多 {NOTE} 个字，现在有 {n} 个。", "At most {NOTE} characters; this has {n}.")),
        _ => Ok(note),
    }
}

/// In the morning of a day of the site, or at once.
fn day(typed: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Words> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(now);
    }
    let today = format::day(now, zone);
    let last = today.saturating_add(DAYS_AHEAD.days());
    match typed.parse::<Date>() {
        Ok(day) if day == today => Ok(now),
        Ok(day) if day > today && day <= last => Ok(format::start_of_day(day, zone).plus(HOUR_OF_DAY * HOUR)),
        _ => Err(words!("请填写今天起一年之内的日期。", "Please give a day from today on, within a year.")),
    }
}

/// How a gift stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Its order is not paid.
    Unpaid,
    /// Its letter goes then.
    Waiting(Timestamp),
    /// Its letter went.
    Sent(Timestamp),
    /// The buyer hands a link over.
    ByHand,
    /// By this member, whose name may be gone.
    Taken(String, Timestamp),
    /// What it cost went back.
    Void,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    pub wrapping: Wrapping,
    /// The buyer's name; empty once they left.
    pub giver: String,
    pub letters: i64,
    pub taken_by: Option<MemberId>,
    pub state: State,
}

impl Gift {
    /// It can be taken.
    pub const fn waits_to_be_taken(&self) -> bool {
        matches!(self.state, State::Waiting(_) | State::Sent(_) | State::ByHand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 15 March 2026, 23:30 in Shanghai.
    const NOW: Timestamp = Timestamp(1_773_588_600_000);

    fn read(typed: &Typed) -> Result<Wrapping, Vec<String>> {
        let mut errors = FieldErrors::new();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let read = typed.read(Some("me@example.org"), Locale::En, NOW, &zone, &mut errors);
        read.ok_or_else(|| match errors.into_error() {
            crate::foundation::error::AppError::Invalid(fields) => fields.into_iter().map(|field| field.field).collect(),
            other => panic!("{other:?}"),
        })
    }

    fn letter(email: &str, note: &str, day: &str) -> Typed {
        Typed { by: "letter".into(), email: email.into(), note: note.into(), day: day.into() }
    }

    #[test]
    fn a_letter_goes_now_or_in_the_morning_of_a_day_where_the_site_is() {
        let read = |day: &str| read(&letter("You@example.org", "", day)).map(|wrapping| wrapping.send_at);
        assert_eq!(read(""), Ok(NOW));
        assert_eq!(read("2026-03-15"), Ok(NOW), "today");
        assert_eq!(read("2026-03-16"), Ok(Timestamp(1_773_619_200_000)), "eight in the morning in Shanghai");
        for wrong in ["2026-03-14", "2027-03-17", "soon", "9999-99-99", "-9999-01-01"] {
            assert_eq!(read(wrong), Err(vec!["day".to_owned()]), "{wrong}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let wrong = letter("me@example.org", &"字".repeat(501), "soon");
        assert_eq!(read(&wrong), Err(vec!["email".into(), "note".into(), "day".into()]));
        let handed = Typed { by: "link".into(), ..wrong };
        assert_eq!(read(&handed), Err(vec!["note".into()]), "who hands it over gives no address and no day");
    }

    #[test]
    fn a_note_keeps_its_lines_and_loses_what_deceives() {
        let wrapping = read(&letter(" You@Example.org ", "\r\nDear \u{202e}you,\r\n\r\nread  this.\n\n", "")).unwrap();
        assert_eq!(wrapping.email.as_deref(), Some("you@example.org"));
        assert_eq!(wrapping.note, "Dear you,\n\nread this.");
    }
}
