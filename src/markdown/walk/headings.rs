//! Headings: their level on the page, their ids, the link to each.

use std::collections::{HashMap, HashSet};

use super::super::{Heading, address};
use super::{Kind, Walk};

/// So many headings of an article can be linked to; more would make a short text very long.
const ANCHORS: usize = 1_000;

/// The heading being written: where it and its text begin.
pub(super) struct Open {
    name: &'static str,
    html: usize,
    prose: usize,
}

impl Walk<'_> {
    pub(super) fn start_heading(&mut self, level: usize) {
        let name = ["h2", "h2", "h3", "h4", "h5", "h6"][(level + self.shift - 1).min(5)];
        let prose = self.side.writer.prose.len();
        let html = self.side.writer.html.len();
        if self.kind == Kind::Article {
            self.writer().start("div", &[("class", "heading")]);
        }
        self.writer().start(name, &[]);
        self.heading = Some(Open { name, html, prose });
    }

    pub(super) fn end_heading(&mut self) {
        // A wall within the heading has ended it, and opened a paragraph.
        let Some(open) = self.heading.take() else { return self.writer().end("p") };
        let article = self.kind == Kind::Article;
        let wanted = self.take_name(&open);
        let writer = &mut self.side.writer;
        let text = crate::foundation::text::line(&writer.prose[open.prose..]);
        let tag = format!("<{}>", open.name);
        let tag_at = writer.html[open.html..].find(&tag).map(|at| open.html + at + tag.len() - 1);
        let empty = text.is_empty() && !writer.html[open.html..].contains("<img");
        if let (Some(at), true, false) = (tag_at, article && self.contents.len() < ANCHORS, text.is_empty()) {
            let id = self.ids.unique(address::anchor(wanted.as_deref().unwrap_or(&text)));
            writer.html.insert_str(at, &format!(" id=\"{id}\""));
            writer.end(open.name);
            writer.start("a", &[("class", "anchor"), ("href", &format!("#{id}")), ("aria-labelledby", &id)]);
            writer.unread("#");
            writer.end("a");
            let level = i64::from(open.name.as_bytes()[1] - b'0');
            self.contents.push(Heading { level, id, text, behind_wall: self.preview.is_some() });
        } else {
            writer.end(open.name);
        }
        if article {
            writer.end("div");
        }
        if empty {
            writer.html.truncate(open.html);
        }
        if self.around.is_empty() {
            self.side.headings.push(open.prose..self.side.writer.prose.len());
        }
    }

    /// `## Title {#name}` names its id, as many site generators have it: the name, taken off the heading.
    fn take_name(&mut self, open: &Open) -> Option<String> {
        let writer = &mut self.side.writer;
        let at = open.prose + writer.prose[open.prose..].rfind("{#")?;
        let name = writer.prose[at + 2..].strip_suffix('}')?.to_owned();
        let sound = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
        if !sound || !writer.html.ends_with(&writer.prose[at..]) {
            return None;
        }
        let length = writer.prose.len() - at;
        writer.prose.truncate(at);
        writer.html.truncate(writer.html.len() - length);
        writer.html.truncate(writer.html.trim_end().len());
        Some(name)
    }
}

/// The ids given so far in one text.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Ids {
    pub(super) fn unique(&mut self, base: String) -> String {
        if self.taken.insert(base.clone()) {
            return base;
        }
        let next = self.next.entry(base.clone()).or_insert(0);
        loop {
            *next += 1;
            let id = format!("{base}-{next}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}
