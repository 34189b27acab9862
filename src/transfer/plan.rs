//! What a file becomes, before anything is written: its date, its slug, the addresses that lead to it.

use super::front_matter::FrontMatter;
use crate::foundation::format;
use crate::foundation::slug::slugify;
use crate::foundation::time::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The longest old address that is kept working, in bytes.
const MAX_ADDRESS: usize = 500;

/// When the article is from: its `date`, else the day in its path or in the file's name.
pub fn published_at(head: &FrontMatter, file: &str, zone: &TimeZone) -> Result<Option<Timestamp>, String> {
    if let Some(written) = &head.date {
        return instant(written, zone).map(Some).ok_or_else(|| format!("the date {written:?} cannot be read"));
    }
    let day = head.path.as_deref().and_then(day_in).or_else(|| day_in(file));
    Ok(day.map(|day| format::start_of_day(day, zone)))
}

/// `2024-05-06`, with a time, with or without an offset.
fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(at.as_millisecond()));
    }
    // As git and Jekyll write it: 2024-05-06 07:08:09 +0200.
    if let Ok(at) = jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", text).and_then(|at| at.to_timestamp()) {
        return Some(Timestamp(at.as_millisecond()));
    }
    if let Ok(at) = text.parse::<DateTime>() {
        return at.to_zoned(zone.clone()).ok().map(|at| Timestamp(at.timestamp().as_millisecond()));
    }
    text.parse::<Date>().ok().map(|day| format::start_of_day(day, zone))
}

/// The first `YYYY/MM/DD` or `YYYY-MM-DD` in a path.
fn day_in(path: &str) -> Option<Date> {
    let parts: Vec<&str> = path.split(['/', '-']).collect();
    parts.windows(3).find_map(|part| {
        let [year, month, day] = part else { return None };
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    })
}

/// The last part of its address: what it says itself, else the file's name. Empty when there is nothing to make one of.
pub fn base_slug(head: &FrontMatter, file: &str) -> String {
    let last = |path: &str| bare(path).rsplit('/').next().unwrap_or_default().to_owned();
    let own = head.slug.as_deref().or(head.path.as_deref()).map(last);
    let from_file = || last(file.strip_suffix("/index.md").or_else(|| file.strip_suffix(".md")).unwrap_or(file));
    [own.unwrap_or_else(from_file), head.title.clone().unwrap_or_default()]
        .iter()
        .map(|text| slugify(text))
        .find(|slug| !slug.is_empty())
        .unwrap_or_default()
}

/// Slugs to try, best first: as it is, with the day, with the day and a number.
pub fn slugs(base: &str, day: &str) -> impl Iterator<Item = String> {
    let dated = format!("{base}-{day}");
    [base.to_owned(), dated.clone()].into_iter().chain((2..1000).map(move |n| format!("{dated}-{n}")))
}

/// A path without what differs from server to server: slashes around it, `.html`, `index.html`.
fn bare(path: &str) -> &str {
    let path = path.trim_matches('/');
    let path = path.strip_suffix("/index.html").or_else(|| path.strip_suffix("/index")).unwrap_or(path);
    path.strip_suffix(".html").unwrap_or(path).trim_end_matches('/')
}

/// The forms in which an old address may be asked for, as a browser sends them, without the leading slash. Lookups
/// ignore a slash at the end.
pub fn old_addresses(path: &str) -> Result<[String; 3], String> {
    let base = bare(path.split(['?', '#']).next().unwrap_or_default());
    let wrong = base.is_empty()
        || base.len() > MAX_ADDRESS
        || base.contains('\\')
        || base.contains("//")
        || base.chars().any(char::is_control)
        || has_dots(base);
    if wrong {
        return Err(format!("{path:?} is no address that can be kept"));
    }
    let base = percent_encoded(base);
    Ok([format!("{base}.html"), format!("{base}/index.html"), base])
}

/// True when a path would step out of its folder.
pub fn has_dots(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part == ".." || part == ".")
}

fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(path: &str) -> FrontMatter {
        FrontMatter { path: Some(path.to_owned()), ..FrontMatter::default() }
    }

    #[test]
    fn the_day_comes_from_the_date_the_path_or_the_file() {
        let dated = |date: &str| FrontMatter { date: Some(date.to_owned()), ..FrontMatter::default() };
        let may_6 = Timestamp(1_714_953_600_000);
        for (head, file) in [
            (dated("2024-05-06"), "a.md"),
            (dated("2024-05-06T02:00:00+02:00"), "a.md"),
            (dated("2024-05-06 00:00:00"), "a.md"),
            (dated("2024-05-06 02:00:00 +0200"), "a.md"),
            (head("inside/2024/05/06/a-thing"), "a.md"),
            (FrontMatter::default(), "posts/2024-05-06-a-thing.md"),
        ] {
            assert_eq!(published_at(&head, file, &TimeZone::UTC), Ok(Some(may_6)), "{head:?}");
        }
        assert_eq!(published_at(&head("2024/13/06/a"), "a.md", &TimeZone::UTC), Ok(None));
        assert!(published_at(&dated("yesterday"), "a.md", &TimeZone::UTC).is_err());
    }

    #[test]
    fn the_slug_is_the_last_part_of_the_old_address() {
        assert_eq!(base_slug(&head("2025/06/26/Rust-1.88.0"), "x.md"), "rust-1-88-0");
        assert_eq!(base_slug(&head("a/b.html"), "x.md"), "b");
        assert_eq!(base_slug(&FrontMatter::default(), "some/Folder/index.md"), "folder");
        let tries: Vec<String> = slugs("a", "2024-05-06").take(3).collect();
        assert_eq!(tries, ["a", "a-2024-05-06", "a-2024-05-06-2"]);
    }

    #[test]
    fn an_old_address_works_in_each_form_and_never_leaves_the_site() {
        let forms = ["a/b.html", "a/b/index.html", "a/b"];
        for written in ["a/b", "/a/b/", "a/b.html", "a/b/index.html"] {
            assert_eq!(old_addresses(written).unwrap(), forms, "{written}");
        }
        assert_eq!(old_addresses("旧").unwrap()[2], "%E6%97%A7");
        for bad in ["", "/", "../a", "a/../../b", "a\\b", "a//b", "a\nb", &"x".repeat(501)] {
            assert!(old_addresses(bad).is_err(), "{bad:?}");
        }
    }
}
