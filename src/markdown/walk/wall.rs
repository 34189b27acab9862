//! The wall, and the HTML in which it is written.

use std::ops::Range;

use super::super::{address, raw};
use super::{Kind, Walk};

/// `<!--paywall-->`, in any case and with any white space.
pub fn is_wall(line: &str) -> bool {
    let inner = line.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| inner.trim().eq_ignore_ascii_case("paywall"))
}

impl Walk<'_> {
    /// True for an inline tag on a line of its own at the top level: a wall that is indented too far to be a block.
    pub(super) fn stands_alone(&self, range: &Range<usize>) -> bool {
        let before = self.source[..range.start].trim_end_matches([' ', '\t']);
        let after = self.source[range.end..].trim_start_matches([' ', '\t', '\r']);
        self.containers == 0 && (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
    }

    /// The first wall parts the text: everything open is closed before it. The later ones are comments like others.
    pub(super) fn wall(&mut self, inside_paragraph: bool) {
        if self.preview.is_some() {
            return;
        }
        if let Some((_, alternative, ..)) = self.image.take() {
            self.writer().text(&alternative);
        }
        if self.heading.is_some() {
            self.end_heading();
        }
        self.writer().end_all();
        (self.picture, self.table) = (None, None);
        self.preview = Some(std::mem::take(&mut self.side));
        if inside_paragraph {
            self.writer().start("p", &[]);
        }
    }

    pub(super) fn html(&mut self, html: &str) {
        for line in html.split_inclusive('\n') {
            if self.containers == 0 && is_wall(line) {
                self.flush_block();
                self.wall(false);
                self.block = Some(String::new());
            } else if let Some(block) = &mut self.block {
                block.push_str(line);
            }
        }
    }

    pub(super) fn flush_block(&mut self) {
        if let Some(block) = self.block.take() {
            self.raw(&block);
        }
    }

    pub(super) fn raw(&mut self, html: &str) {
        let (kind, ids) = (self.kind, &mut self.ids);
        raw::write(html, &mut self.side.writer, |wanted| (kind == Kind::Article).then(|| ids.unique(address::anchor(wanted))));
    }
}
