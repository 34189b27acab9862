//! What a letter to many says: what an admin typed, in the form that all letters have.

use crate::foundation::locale::Locale;
use crate::mail::{Choice, Kind, Letter};
use crate::t;

pub static CIRCULARS: Choice = Choice {
    name: "circulars",
    label: |locale| t!(locale, "本站群发的邮件", "News from the people who run this site"),
    usual: true,
    for_admins: false,
};

pub static CIRCULAR: Kind =
    Kind { name: "circular", label: |locale| t!(locale, "群发邮件", "Letter to many"), choice: Some(&CIRCULARS), asks: false };

/// An empty line begins a paragraph.
pub fn circular(about: &str, subject: &str, body: &str) -> Letter {
    paragraphs(body).fold(Letter::typed_by(&CIRCULAR, about, subject), |letter, paragraph| letter.typed(paragraph))
}

fn paragraphs(body: &str) -> impl Iterator<Item = String> {
    let mut found: Vec<Vec<&str>> = vec![Vec::new()];
    for line in body.lines().map(str::trim_end) {
        match (line.is_empty(), found.last_mut()) {
            (false, Some(last)) => last.push(line),
            _ => found.push(Vec::new()),
        }
    }
    found.into_iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n"))
}

/// One with made-up contents.
pub fn sample(locale: Locale) -> Letter {
    let subject = t!(locale, "下周三晚上有一场线上读书会", "A reading evening online, next Wednesday");
    let body = t!(
        locale,
        "下周三晚上八点，我们在线上一起读这个月的文章。\n\n不用报名，到时候打开社区首页就能看到入口。",
        "Next Wednesday at eight in the evening we read this month's article together, online.\n\nThere is no need to sign up: the way in will stand on the home page."
    );
    circular("sample", subject, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Block;

    #[test]
    fn an_empty_line_begins_a_paragraph_and_many_begin_one() {
        let letter = circular("1", "s", "\n\nOne\nand on  \r\n \n\n\nTwo\n\n");
        assert_eq!(letter.blocks, [Block::Typed("One\nand on".into()), Block::Typed("Two".into())]);
        assert!(circular("1", "s", " \n\n ").blocks.is_empty());
    }
}
