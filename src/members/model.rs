//! What a person types to join, and what others see of them.

use crate::foundation::id::{MemberId, SessionId};
use crate::foundation::locale::{Locale, Words};
use crate::foundation::time::Timestamp;
use crate::foundation::viewer::Role;
use crate::{t, words};
use serde::Serialize;

pub const MIN_PASSWORD: usize = 10;
/// Hashing a longer one would be work for us, not safety for them.
pub const MAX_PASSWORD: usize = 200;

/// What others see of a member, and all that the public API gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Profile {
    pub id: MemberId,
    pub handle: String,
    pub name: String,
    pub role: Role,
    pub bio_html: String,
    /// The language the biography is written in, when known.
    pub bio_lang: Option<String>,
    pub bio_source: String,
    pub created_at: Timestamp,
    pub deleted: bool,
}

/// A member as admins see it in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberSeen {
    pub id: MemberId,
    pub handle: String,
    pub name: String,
    pub email: Option<String>,
    pub role: Role,
    pub created_at: Timestamp,
    pub claimed: bool,
    pub deleted: bool,
}

/// One signed-in browser, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSeen {
    pub id: SessionId,
    pub user_agent: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub current: bool,
}

/// Names nobody may take: they are, or will be, words of the site.
const RESERVED: &[&str] = &["admin", "owner", "staff", "stoa", "system", "deleted", "root", "moderator", "support", "api", "me"];

/// A handle: 2 to 30 of `a–z`, `0–9`, `-` and `_`, beginning with a letter or digit; upper case is lowered. Nothing that
/// looks like another name can be typed in it.
pub fn parse_handle(text: &str) -> Result<String, Words> {
    let handle = text.trim().trim_start_matches('@').to_ascii_lowercase();
    let allowed = handle.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    let begins_well = handle.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    if !(2..=30).contains(&handle.len()) || !allowed || !begins_well {
        return Err(words!(
            "用户名为 2 到 30 个字符，只能用小写字母、数字、- 和 _，并以字母或数字开头。",
            "A handle has 2 to 30 characters: letters a to z, digits, - and _, beginning with a letter or digit."
        ));
    }
    // `deleted-7` is what the account 7 is called once it is gone.
    if RESERVED.contains(&handle.as_str()) || handle.starts_with("deleted-") {
        return Err(words!("这是系统保留的用户名，请换一个。", "This handle is reserved; please choose another."));
    }
    Ok(handle)
}

pub fn check_password(password: &str) -> Result<(), Words> {
    match password.chars().count() {
        n if n < MIN_PASSWORD => Err(words!(
            "密码至少 {MIN_PASSWORD} 个字符，现在有 {n} 个。",
            "A password has at least {MIN_PASSWORD} characters; this has {n}."
        )),
        n if n > MAX_PASSWORD => Err(words!("密码最多 {MAX_PASSWORD} 个字符。", "A password has at most {MAX_PASSWORD} characters.")),
        _ => Ok(()),
    }
}

/// A member by name in a sentence; the name goes with the account.
pub fn name_shown(name: &str, locale: Locale) -> String {
    if name.is_empty() { t!(locale, "已注销会员", "a deleted member").to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_plain_letters_that_cannot_be_mistaken_for_another() {
        assert_eq!(parse_handle(" @Alice_1 ").unwrap(), "alice_1");
        for bad in ["", "a", "-ab", "al ice", "аlice", "al\u{202e}ice", "al\u{200b}ice", "admin", "deleted-7", "学廊", &"a".repeat(31)] {
            assert!(parse_handle(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_measured_in_characters() {
        assert!(check_password("一二三四五六七八九").is_err());
        assert!(check_password("一二三四五六七八九十").is_ok());
        assert!(check_password(&"x".repeat(201)).is_err());
    }
}
