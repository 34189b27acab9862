//! One side of the wall, as it is being written and as it is handed over.

use std::ops::Range;

use super::super::writer::Writer;

#[derive(Default)]
pub struct Side {
    pub(super) writer: Writer,
    /// The footnotes by number: each a whole `<li>`.
    pub(super) notes: Vec<(i64, String)>,
    pub(super) notes_prose: String,
    /// Where headings stand in the prose.
    pub(super) headings: Vec<Range<usize>>,
    pub code_samples: i64,
}

impl Side {
    pub fn prose(&self) -> String {
        format!("{}\n{}", self.writer.prose, self.notes_prose)
    }

    /// Running text for an excerpt: without headings and footnotes, unless there is nothing else.
    pub fn running(&self) -> String {
        let prose = &self.writer.prose;
        let mut running = String::new();
        let mut from = 0;
        for heading in &self.headings {
            running.push_str(&prose[from..heading.start]);
            from = heading.end;
        }
        running.push_str(&prose[from..]);
        if running.trim().is_empty() { self.prose() } else { running }
    }

    pub fn html(mut self) -> String {
        let mut html = self.writer.html;
        if !self.notes.is_empty() {
            self.notes.sort_by_key(|(number, _)| *number);
            html.push_str("<section class=\"footnotes\"><ol>\n");
            html.extend(self.notes.into_iter().map(|(_, note)| note));
            html.push_str("</ol></section>\n");
        }
        html
    }
}
