//! A letter as a message for mail servers: headers, and both parts. What goes into a header is encoded, so that no name and
//! no subject can begin another one.

use super::account::Sender;
use super::store::LetterRow;
use crate::foundation::text;
use crate::foundation::time::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

/// A line of a header: nothing in it ends it.
fn mailbox(name: Option<&str>, address: &str) -> Result<Mailbox, String> {
    let address: Address = address.parse().map_err(|error| format!("{address}: {error}"))?;
    Ok(Mailbox::new(name.map(text::line).filter(|name| !name.is_empty()), address))
}

/// The part of a message id after the sign: the host of the site.
fn host(base_url: &str) -> String {
    let host = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or(host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => host.to_ascii_lowercase(),
    }
}

/// What stands in its text in place of its secrets is replaced by them.
fn opened(text: &str, secrets: &BTreeMap<String, String>) -> String {
    secrets.iter().fold(text.to_owned(), |text, (place, value)| text.replace(place.as_str(), value))
}

/// The message; why there can be none. The same letter has the same id and date, however often it is tried.
pub fn build(row: &LetterRow, secrets: &BTreeMap<String, String>, sender: &Sender, base_url: &str) -> Result<Message, String> {
    let date = UNIX_EPOCH + Duration::from_millis(Timestamp(row.created_at).0.max(0).unsigned_abs());
    let raw = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let mut builder = Message::builder()
        .from(mailbox(Some(&sender.name), &sender.address)?)
        .to(mailbox(row.name.as_deref(), &row.address)?)
        .subject(text::line(&row.subject))
        .message_id(Some(format!("<{}@{}>", row.message_id, host(base_url))))
        .date(date)
        // Nobody's out-of-office answers it (RFC 3834).
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(raw("Content-Language", row.locale.clone()));
    if let Some(address) = &sender.reply_to {
        builder = builder.reply_to(mailbox(None, address)?);
    }
    if let Some(address) = &row.unsubscribe {
        // One press in the mail program is enough (RFC 8058).
        builder = builder
            .raw_header(HeaderValue::dangerous_new_pre_encoded(
                HeaderName::new_from_ascii_str("List-Unsubscribe"),
                format!("<{address}>"),
                format!("<{address}>"),
            ))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let parts = MultiPart::alternative_plain_html(opened(&row.plain, secrets), opened(&row.html, secrets));
    builder.multipart(parts).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, subject: &str) -> LetterRow {
        LetterRow {
            id: 1,
            kind: "test".into(),
            address: "ann@example.org".into(),
            name: Some(name.into()),
            locale: "en".into(),
            subject: subject.into(),
            html: "<p>●●●●●●●● 学廊</p>".into(),
            plain: "●●●●●●●● 学廊".into(),
            sealed: None,
            unsubscribe: Some(format!("https://x.example/unsubscribe?token=1.ending.{}", "a".repeat(43))),
            message_id: "abc".into(),
            state: "waiting".into(),
            tries: 0,
            turn_at: None,
            good_until: None,
            said: String::new(),
            sent_through: None,
            created_at: 1_773_576_000_000,
            sent_at: None,
        }
    }

    fn sent(name: &str, subject: &str, site: &str) -> String {
        let sender = Sender { name: site.into(), address: "site@x.example".into(), reply_to: Some("me@x.example".into()) };
        let message = build(&row(name, subject), &BTreeMap::new(), &sender, "https://x.example:8443/base").unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    fn header_names(message: &str) -> Vec<String> {
        let (headers, _) = message.split_once("\r\n\r\n").unwrap();
        let names = headers.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        names.map(|line| line.split_once(':').unwrap_or((line, "")).0.to_owned()).collect()
    }

    #[test]
    fn no_name_and_no_subject_begins_another_header() {
        let usual = header_names(&sent("Ann", "Hello", "学廊"));
        for wanted in
            ["From", "To", "Reply-To", "Subject", "Message-ID", "Date", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"]
        {
            assert!(usual.iter().any(|name| name == wanted), "{wanted} {usual:?}");
        }
        for evil in [
            "x\r\nBcc: all@example.org",
            "x\nBcc: all@example.org\n\nbody",
            "x\r\n\r\n<script>",
            "\"Ann\" <evil@example.org>, b@example.org",
            "a\u{202e}b\u{0}c\u{85}d\u{2028}e",
            "🦉 学廊 \"quoted\" \\ back, comma; semi",
            &"very long ".repeat(60),
        ] {
            let message = sent(evil, evil, evil);
            let mut names = header_names(&message);
            let mut expected = usual.clone();
            names.sort();
            expected.sort();
            assert_eq!(names, expected, "{evil:?}");
            let (headers, _) = message.split_once("\r\n\r\n").unwrap();
            assert!(headers.is_ascii() && headers.lines().all(|line| line.len() <= 998), "{headers}");
            let to = headers.split("\r\n").find(|line| line.starts_with("To:")).unwrap();
            assert!(!to.contains("<evil@example.org>,"), "{to}");
        }
    }

    #[test]
    fn secrets_stand_in_what_is_sent_and_the_ids_stay_the_same() {
        let sender = Sender { name: "x".into(), address: "site@x.example".into(), reply_to: None };
        let secrets = BTreeMap::from([("●●●●●●●●".to_owned(), "token-of-mine".to_owned())]);
        let message = build(&row("Ann", "s"), &secrets, &sender, "http://127.0.0.1:3000").unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.contains("token-of-mine"), "{text}");
        assert!(text.contains("Message-ID: <abc@[127.0.0.1]>") && text.contains("Date: Sun, 15 Mar 2026 12:00:00"), "{text}");
        let one_line = text.replace("\r\n ", " ");
        assert!(one_line.contains("<https://x.example/unsubscribe?token=1.ending.aaa"), "{one_line}");
    }

    #[test]
    fn an_address_that_is_none_is_said_and_not_sent() {
        let sender = Sender { name: "x".into(), address: "site@x.example".into(), reply_to: None };
        for wrong in ["", "ann", "ann@", "a b@example.org", "a@example.org\r\nRCPT TO:<b@example.org>", "<a@example.org>"] {
            let row = LetterRow { address: wrong.into(), ..row("Ann", "s") };
            assert!(build(&row, &BTreeMap::new(), &sender, "https://x.example").is_err(), "{wrong:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_stays_in_its_own_header(name in "(?s).{0,80}", subject in "(?s).{0,200}") {
            let message = sent(&name, &subject, &name);
            let (mut names, mut usual) = (header_names(&message), header_names(&sent("Ann", "Hello", "Site")));
            names.sort();
            usual.sort();
            proptest::prop_assert_eq!(names, usual);
            proptest::prop_assert!(message.split_once("\r\n\r\n").is_some_and(|(headers, _)| headers.is_ascii()));
        }
    }
}
