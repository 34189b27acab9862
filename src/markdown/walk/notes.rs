//! Footnotes: each stands on the side of the wall on which it was written, at its end.

use super::{Kind, Walk};

impl Walk<'_> {
    fn number(&mut self, label: &str) -> i64 {
        let next = self.numbers.len() as i64 + 1;
        *self.numbers.entry(label.to_lowercase()).or_insert(next)
    }

    pub(super) fn reference(&mut self, label: &str) {
        let number = self.number(label);
        let first = self.referenced.insert(number);
        let text = number.to_string();
        self.writer().start("sup", &[("class", "footnote")]);
        // A link cannot stand in a link.
        let linked = self.kind == Kind::Article && !self.links.contains(&"a");
        if linked {
            let (note, id) = (format!("#fn-{number}"), format!("fnref-{number}"));
            let attributes = [("href", note.as_str()), ("id", &id)];
            self.writer().start("a", &attributes[..1 + usize::from(first)]);
        }
        self.writer().unread(&text);
        if linked {
            self.writer().end("a");
        }
        self.writer().end("sup");
    }

    pub(super) fn start_note(&mut self, label: &str) {
        self.containers += 1;
        let mut number = self.number(label);
        let mut original = self.defined.insert(number);
        if !original {
            // Defined twice: the second has no reference, but no text is lost.
            number = self.number(&format!("{label}\n{}", self.numbers.len()));
            self.defined.insert(number);
            original = false;
        }
        self.around.push((std::mem::take(&mut self.side.writer), number, original));
    }

    pub(super) fn end_note(&mut self) {
        self.containers -= 1;
        let Some((around, number, original)) = self.around.pop() else { return };
        let mut note = std::mem::replace(&mut self.side.writer, around);
        note.end_all();
        let mut html = format!("<li value=\"{number}\">");
        if self.kind == Kind::Article && original {
            html = format!("<li id=\"fn-{number}\" value=\"{number}\">");
        }
        html.push_str(note.html.trim_end());
        if self.kind == Kind::Article && original && self.referenced.contains(&number) {
            html.push_str(&format!(" <a href=\"#fnref-{number}\" aria-label=\"↩ {number}\">↩</a>"));
        }
        html.push_str("</li>\n");
        self.side.notes.push((number, html));
        self.side.notes_prose.extend([&note.prose, "\n"]);
    }
}
