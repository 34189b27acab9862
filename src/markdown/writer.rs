//! Writes HTML that is whole: every element that opens closes, nothing stands where HTML does not allow it, and nothing
//! nests deeper than a browser (or our own sanitiser) reads in linear time. Elements that do not fit are left out; the
//! text in them stays.

/// Blocks nest this deep; their parts (rows, items) and inline elements a little deeper, so that none is torn apart.
const MAX_BLOCKS: usize = 48;
const MAX_PARTS: usize = 60;
const MAX_INLINE: usize = 72;
/// Open elements that a person wrote as HTML, within one Markdown element.
const MAX_RAW: usize = 16;

/// Titles and descriptions of images are cut here, in bytes.
const MAX_ATTRIBUTE: usize = 12_000;

/// One stretch of HTML being written, and the prose in it.
#[derive(Default)]
pub struct Writer {
    pub html: String,
    /// What is read: without code blocks and markup, a space at each boundary.
    pub prose: String,
    open: Vec<Open>,
    shown: usize,
    links: usize,
}

struct Open {
    name: &'static str,
    /// Written by a person as HTML, and so closed whenever that is needed.
    raw: bool,
    /// Its tags are written; false when it is nested too deep.
    shown: bool,
}

impl Writer {
    /// Opens an element that Markdown asks for. `attributes` are written as they are.
    pub fn start(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        if is_block(name) {
            self.close_raw("p");
            self.close_raw("a");
            self.leave_table();
            self.boundary();
        }
        if name == "a" {
            self.close_raw("a");
            self.links += 1;
        }
        let limit = match name {
            "li" | "thead" | "tbody" | "tr" | "th" | "td" => MAX_PARTS,
            _ if is_block(name) => MAX_BLOCKS,
            _ => MAX_INLINE,
        };
        let parent_shown = self.open.last().is_none_or(|parent| parent.shown);
        let shown = self.shown < limit && parent_shown;
        self.push(name, false, shown, attributes);
    }

    /// Closes the innermost Markdown element of this name, and all within it; nothing when there is none.
    pub fn end(&mut self, name: &'static str) {
        // The element is the last Markdown one, unless the wall has closed it before.
        if self.last_markdown().is_some_and(|at| self.open[at].name == name) {
            while self.pop().is_some_and(|closed| closed.raw) {}
        }
    }

    pub fn end_all(&mut self) {
        while self.pop().is_some() {}
    }

    /// An element without content: `br`, `hr`, `img`, `wbr`.
    pub fn void(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        if name == "hr" {
            self.close_raw("p");
        }
        self.leave_table();
        self.boundary();
        self.tag(name, attributes);
    }

    /// Text that is read.
    pub fn text(&mut self, text: &str) {
        self.prose.push_str(text);
        self.unread(text);
    }

    /// Text that is shown but is not prose.
    pub fn unread(&mut self, text: &str) {
        self.flow(text);
        escape(text, &mut self.html);
    }

    /// Text as it stands in HTML a person wrote: character references keep their meaning.
    pub fn raw_text(&mut self, text: &str) {
        // Browsers drop a line break at the start of a `pre`.
        let text = if self.html.ends_with("<pre tabindex=\"0\">") { text.trim_start_matches(['\r', '\n']) } else { text };
        self.prose.push_str(&super::raw::decoded(text));
        self.flow(text);
        super::raw::escape_text(text, &mut self.html);
    }

    /// HTML of our own making, whole in itself.
    pub fn whole(&mut self, html: &str) {
        self.close_raw("p");
        self.leave_table();
        self.html.push_str(html);
    }

    /// Opens an element that a person wrote as HTML, where it may stand; else it is left out.
    pub fn start_raw(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        if is_block(name) {
            if self.last_markdown().is_some_and(|at| is_phrasing(self.open[at].name)) {
                return self.boundary();
            }
            self.close_raw("p");
            self.boundary();
        }
        if name == "a" {
            if self.links > 0 {
                return;
            }
            self.close_raw("a");
        }
        let parents = parents(name);
        if parents.is_empty() {
            self.leave_table();
        } else {
            let Some(at) = self.raw().iter().rposition(|open| parents.contains(&open.name)) else { return };
            let keep = self.open.len() - self.raw().len() + at + 1;
            while self.open.len() > keep {
                self.pop();
            }
        }
        if self.raw().len() < MAX_RAW && self.shown < MAX_PARTS && self.open.last().is_none_or(|parent| parent.shown) {
            self.push(name, true, true, attributes);
        }
    }

    /// Closes an element that a person opened as HTML; not one of Markdown's.
    pub fn close_raw(&mut self, name: &str) {
        let Some(at) = self.raw().iter().rposition(|open| open.name == name) else { return };
        let keep = self.open.len() - self.raw().len() + at;
        while self.open.len() > keep {
            self.pop();
        }
    }

    /// Words on both sides of this point are two words.
    pub fn boundary(&mut self) {
        if !self.prose.is_empty() && !self.prose.ends_with('\n') {
            self.prose.push('\n');
        }
    }

    fn push(&mut self, name: &'static str, raw: bool, shown: bool, attributes: &[(&str, &str)]) {
        if shown {
            self.shown += 1;
            self.tag(name, attributes);
        }
        self.open.push(Open { name, raw, shown });
    }

    fn pop(&mut self) -> Option<Open> {
        let closed = self.open.pop()?;
        if closed.name == "a" && !closed.raw {
            self.links -= 1;
        }
        if closed.shown {
            self.shown -= 1;
            self.html.extend(["</", closed.name, ">"]);
        }
        if is_block(closed.name) {
            self.boundary();
            self.html.push_str(if closed.shown && closed.name == "pre" { "" } else { "\n" });
        }
        Some(closed)
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.html.extend(["<", name]);
        for (name, value) in attributes {
            self.html.extend([" ", name, "=\""]);
            escape(&value[..value.floor_char_boundary(MAX_ATTRIBUTE)], &mut self.html);
            self.html.push('"');
        }
        self.html.push('>');
    }

    /// A table holds rows, and rows hold cells: text between them would be moved about by browsers.
    fn flow(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.leave_table();
        }
    }

    fn leave_table(&mut self) {
        while self.open.last().is_some_and(|open| open.raw && matches!(open.name, "table" | "thead" | "tbody" | "tfoot" | "tr")) {
            self.pop();
        }
    }

    fn last_markdown(&self) -> Option<usize> {
        self.open.iter().rposition(|open| !open.raw)
    }

    /// What a person opened within the innermost Markdown element. Never more than `MAX_RAW`.
    fn raw(&self) -> &[Open] {
        &self.open[self.last_markdown().map_or(0, |at| at + 1)..]
    }
}

fn is_phrasing(name: &str) -> bool {
    matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "em" | "strong" | "del" | "a")
}

pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "div"
            | "blockquote"
            | "pre"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "details"
            | "summary"
            | "figure"
            | "figcaption"
            | "table"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "th"
            | "td"
    )
}

/// The elements one of which must be open around this one; empty when it may stand anywhere.
fn parents(name: &str) -> &'static [&'static str] {
    match name {
        "li" => &["ul", "ol"],
        "dt" | "dd" => &["dl"],
        "caption" | "thead" | "tbody" | "tfoot" => &["table"],
        "tr" => &["table", "thead", "tbody", "tfoot"],
        "th" | "td" => &["tr"],
        "summary" => &["details"],
        "figcaption" => &["figure"],
        "rt" | "rp" => &["ruby"],
        _ => &[],
    }
}

/// Text as HTML, safe in an element and in a quoted attribute.
pub fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.extend([&text[from..at], reference]);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}
