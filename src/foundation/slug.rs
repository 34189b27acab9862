//! Names for addresses: `/p/an-article-about-rust`. Chinese titles become pinyin.

use super::locale::Words;
use crate::words;

/// The longest slug we make, in bytes.
pub const MAX_SLUG: usize = 80;

/// A slug from a title: lower-case ASCII letters, digits and single hyphens; empty when the title has nothing to offer.
pub fn slugify(title: &str) -> String {
    let full = slug::slugify(title.chars().take(200).collect::<String>());
    if full.len() <= MAX_SLUG {
        return full;
    }
    let cut = &full[..MAX_SLUG];
    cut.rfind('-').map_or(cut, |end| &cut[..end]).to_owned()
}

/// A name for an address as somebody typed it, or made from the title where nothing was typed.
pub fn typed(typed: &str, title: &str) -> Result<String, Words> {
    let slug = if typed.trim().is_empty() { slugify(title) } else { typed.trim().to_ascii_lowercase() };
    let plain = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if slug.is_empty() || slug.len() > MAX_SLUG || !plain {
        return Err(words!(
            "只能用小写字母、数字和 -，最多 {MAX_SLUG} 个字符。",
            "Use only lowercase letters, digits and -, at most {MAX_SLUG} characters."
        ));
    }
    Ok(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_short_readable_addresses() {
        assert_eq!(slugify("Announcing Rust 1.0!"), "announcing-rust-1-0");
        assert_eq!(slugify("学廊"), "xue-lang");
        assert_eq!(slugify("🎉 …"), slug::slugify("🎉"));
        assert!(slugify(&"word ".repeat(100)).len() <= MAX_SLUG);
    }

    proptest::proptest! {
        #[test]
        fn a_slug_is_safe_in_an_address_whatever_the_title(title in ".{0,300}") {
            let slug = slugify(&title);
            proptest::prop_assert!(slug.len() <= MAX_SLUG);
            proptest::prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        }
    }
}
