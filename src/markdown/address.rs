//! Addresses of links and images: which may stay, and in what form. What is checked here is what is written out.

/// Where a link leads.
#[derive(Debug, PartialEq)]
pub enum Address {
    /// Another site, or a mailbox: we vouch for nothing there.
    Outside(String),
    /// A page of this site, or a heading of this text.
    Inside(String),
}

/// No address is longer, in bytes.
const MAX_ADDRESS: usize = 4_000;

/// The address of a link, or `None` when it must not be followed (`javascript:`, `data:`, anything unknown).
pub fn link(written: &str) -> Option<Address> {
    let address = tidy(written)?;
    if let Some(fragment) = address.strip_prefix('#') {
        // Headings carry a prefix, so that no text can take an id that the page or its scripts use.
        return Some(Address::Inside(if fragment.is_empty() { "#".to_owned() } else { format!("#{}", anchor(&decoded(fragment))) }));
    }
    match scheme(&address) {
        Some("http" | "https" | "mailto") => Some(Address::Outside(address)),
        Some(_) => None,
        // Browsers read a backslash as a slash, and two slashes as another host.
        None if address.chars().take(2).filter(|c| matches!(c, '/' | '\\')).count() == 2 => Some(Address::Outside(address)),
        None => Some(Address::Inside(address)),
    }
}

/// The address of an image: the web or this site.
pub fn image(written: &str) -> Option<String> {
    let address = tidy(written)?;
    matches!(scheme(&address), None | Some("http" | "https")).then_some(address).filter(|a| !a.is_empty())
}

/// The id of a heading or a named place, from its text: `h-how-it-works`. Links to `#How It Works` find it too.
pub fn anchor(text: &str) -> String {
    match crate::foundation::slug::slugify(text) {
        slug if slug.is_empty() => "h-part".to_owned(),
        slug => format!("h-{slug}"),
    }
}

/// As a browser would read it: controls and line breaks are skipped, spaces encoded. `None` when it is too long.
fn tidy(written: &str) -> Option<String> {
    let tidy = || written.chars().filter(|c| !c.is_control()).collect::<String>().trim().replace(' ', "%20");
    (written.len() <= MAX_ADDRESS).then(tidy)
}

/// What stands before a colon, when the colon comes before any `/`, `?` or `#`; in lower case where we know it.
fn scheme(address: &str) -> Option<&'static str> {
    let end = address.find([':', '/', '?', '#', '\\'])?;
    if !address[end..].starts_with(':') {
        return None;
    }
    let known = ["http", "https", "mailto"].into_iter().find(|known| address[..end].eq_ignore_ascii_case(known));
    Some(known.unwrap_or("unknown"))
}

/// `%E5%AD%A6` → 学; left alone when it is not UTF-8.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let pair = tail.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match pair.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &tail[2..]),
            None => (bytes.push(first), rest = tail),
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| fragment.to_owned())
}
