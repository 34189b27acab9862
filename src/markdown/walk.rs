//! From Markdown's events to HTML, in one pass: what stands before the wall, what stands behind it, and its headings.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::address::{self, Address};
use super::writer::Writer;
use super::{Heading, code, raw};

/// So many headings of an article can be linked to; more would make a short text very long.
const ANCHORS: usize = 1_000;
/// So many cells that a table's short rows lack are written out; the others are left to the browser.
const MISSING_CELLS: usize = 4_096;
/// What is highlighted in one text at most, in bytes.
const HIGHLIGHT: usize = 256 * 1024;

/// What a text is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// One on a page: it has headings one can link to and footnotes that lead back.
    Article,
    /// One of many on a page: it has no ids, so that they cannot collide.
    Reply,
}

/// One side of the wall.
#[derive(Default)]
pub struct Side {
    writer: Writer,
    notes: Vec<(i64, String)>,
    notes_prose: String,
    headings: Vec<Range<usize>>,
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

/// The heading being written: where it and its text begin.
struct Open {
    name: &'static str,
    html: usize,
    prose: usize,
}

pub struct Walk<'a> {
    source: &'a str,
    kind: Kind,
    /// Added to every heading's level: the page's title is its only first-level heading.
    shift: usize,
    side: Side,
    preview: Option<Side>,
    /// The texts around the footnotes being written; empty outside of them.
    around: Vec<(Writer, i64, bool)>,
    containers: usize,
    heading: Option<Open>,
    image: Option<(usize, String, Option<String>, String)>,
    links: Vec<&'static str>,
    code: Option<(String, String)>,
    block: Option<String>,
    columns: Vec<Alignment>,
    column: usize,
    head: bool,
    missing: usize,
    budget: usize,
    numbers: HashMap<String, i64>,
    defined: HashSet<i64>,
    referenced: HashSet<i64>,
    ids: Ids,
    contents: Vec<Heading>,
}

/// What a text became: the preview, what is behind the wall if there is one, and the headings of both.
pub struct Walked {
    pub preview: Side,
    pub rest: Option<Side>,
    pub contents: Vec<Heading>,
}

pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

pub fn walk(source: &str, kind: Kind) -> Walked {
    let first_level = |event| matches!(event, Event::Start(Tag::Heading { level, .. }) if level as usize == 1);
    let shift = match kind {
        Kind::Article => usize::from(Parser::new_ext(source, options()).any(first_level)),
        // Under the heading of the discussion.
        Kind::Reply => 2,
    };
    let mut walk = Walk {
        source,
        kind,
        shift,
        side: Side::default(),
        preview: None,
        around: Vec::new(),
        containers: 0,
        heading: None,
        image: None,
        links: Vec::new(),
        code: None,
        block: None,
        columns: Vec::new(),
        column: 0,
        head: false,
        missing: 0,
        budget: HIGHLIGHT,
        numbers: HashMap::new(),
        defined: HashSet::new(),
        referenced: HashSet::new(),
        ids: Ids::default(),
        contents: Vec::new(),
    };
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        walk.event(event, range);
    }
    walk.side.writer.end_all();
    match walk.preview {
        Some(preview) => Walked { preview, rest: Some(walk.side), contents: walk.contents },
        None => Walked { preview: walk.side, rest: None, contents: walk.contents },
    }
}

/// `<!--paywall-->`, in any case and with any white space.
fn is_wall(line: &str) -> bool {
    let inner = line.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| inner.trim().eq_ignore_ascii_case("paywall"))
}

impl Walk<'_> {
    fn writer(&mut self) -> &mut Writer {
        &mut self.side.writer
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Image { dest_url, title, .. }) => match &mut self.image {
                Some((depth, ..)) => *depth += 1,
                None => self.image = Some((0, String::new(), address::image(&dest_url), title.into_string())),
            },
            Event::End(TagEnd::Image) => self.end_image(),
            Event::InlineHtml(html) if is_wall(&html) && self.stands_alone(&range) => self.wall(true),
            event if self.image.is_some() => self.alternative(event),
            Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell) if range.is_empty() && self.missing == MISSING_CELLS => {}
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => {
                self.missing += usize::from(tag == TagEnd::TableCell && range.is_empty());
                self.end(tag);
            }
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.writer().text(&text),
            },
            Event::Code(text) => {
                self.writer().start("code", &[]);
                self.writer().text(&text);
                self.writer().end("code");
            }
            Event::Html(html) => self.html(&html),
            Event::InlineHtml(html) => self.raw(&html),
            Event::FootnoteReference(label) => self.reference(&label),
            Event::SoftBreak => self.writer().text("\n"),
            Event::HardBreak => {
                self.writer().void("br", &[]);
                self.writer().text("\n");
            }
            Event::Rule => self.writer().void("hr", &[]),
            Event::TaskListMarker(done) => {
                self.writer().start("span", &[("class", "task")]);
                self.writer().unread(if done { "☑" } else { "☐" });
                self.writer().end("span");
                self.writer().unread(" ");
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => self.writer().text(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.writer().start("p", &[]),
            Tag::Heading { level, .. } => self.start_heading(level as usize),
            Tag::BlockQuote(_) => self.container("blockquote", &[]),
            Tag::List(None) => self.container("ul", &[]),
            Tag::List(Some(1)) => self.container("ol", &[]),
            Tag::List(Some(first)) => self.container("ol", &[("start", &first.to_string())]),
            Tag::Item => self.container("li", &[]),
            Tag::FootnoteDefinition(label) => self.start_note(&label),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => self.code = Some((code::language(&info), String::new())),
            Tag::CodeBlock(CodeBlockKind::Indented) => self.code = Some(Default::default()),
            Tag::HtmlBlock => self.block = Some(String::new()),
            Tag::Table(columns) => {
                self.columns = columns;
                self.writer().start("div", &[("class", "table"), ("tabindex", "0")]);
                self.writer().start("table", &[]);
            }
            Tag::TableHead => {
                (self.head, self.column) = (true, 0);
                self.writer().start("thead", &[]);
                self.writer().start("tr", &[]);
            }
            Tag::TableRow => {
                self.column = 0;
                self.writer().start("tr", &[]);
            }
            Tag::TableCell => {
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Center) => &[("class", "align-center")][..],
                    Some(Alignment::Right) => &[("class", "align-right")][..],
                    _ => &[],
                };
                self.column += 1;
                let name = if self.head { "th" } else { "td" };
                self.writer().start(name, class);
            }
            Tag::Emphasis => self.writer().start("em", &[]),
            Tag::Strong => self.writer().start("strong", &[]),
            Tag::Strikethrough => self.writer().start("del", &[]),
            Tag::Link { link_type, dest_url, title, .. } => {
                let mail = if link_type == LinkType::Email { "mailto:" } else { "" };
                self.start_link(address::link(&format!("{mail}{dest_url}")), &title);
            }
            // Extensions that are switched off.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.writer().end("p"),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) => self.end_container("blockquote"),
            TagEnd::List(true) => self.end_container("ol"),
            TagEnd::List(false) => self.end_container("ul"),
            TagEnd::Item => self.end_container("li"),
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => self.flush_block(),
            TagEnd::Table => {
                self.writer().end("tbody");
                self.writer().end("table");
                self.writer().end("div");
            }
            TagEnd::TableHead => {
                self.head = false;
                self.writer().end("tr");
                self.writer().end("thead");
                self.writer().start("tbody", &[]);
            }
            TagEnd::TableRow => self.writer().end("tr"),
            TagEnd::TableCell => {
                let name = if self.head { "th" } else { "td" };
                self.writer().end(name);
            }
            TagEnd::Emphasis => self.writer().end("em"),
            TagEnd::Strong => self.writer().end("strong"),
            TagEnd::Strikethrough => self.writer().end("del"),
            TagEnd::Link => {
                if let Some(name) = self.links.pop() {
                    self.writer().end(name);
                }
            }
            _ => {}
        }
    }

    fn container(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.containers += 1;
        self.writer().start(name, attributes);
    }

    fn end_container(&mut self, name: &'static str) {
        self.containers -= 1;
        self.writer().end(name);
    }

    // ---- The wall

    /// True for an inline tag on a line of its own at the top level: a wall that is indented too far to be a block.
    fn stands_alone(&self, range: &Range<usize>) -> bool {
        let before = self.source[..range.start].trim_end_matches([' ', '\t']);
        let after = self.source[range.end..].trim_start_matches([' ', '\t', '\r']);
        self.containers == 0 && (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
    }

    /// The first wall parts the text: everything open is closed before it. The later ones are comments like others.
    fn wall(&mut self, inside_paragraph: bool) {
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
        self.preview = Some(std::mem::take(&mut self.side));
        if inside_paragraph {
            self.writer().start("p", &[]);
        }
    }

    // ---- HTML

    fn html(&mut self, html: &str) {
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

    fn flush_block(&mut self) {
        if let Some(block) = self.block.take() {
            self.raw(&block);
        }
    }

    fn raw(&mut self, html: &str) {
        let (kind, ids) = (self.kind, &mut self.ids);
        raw::write(html, &mut self.side.writer, |wanted| (kind == Kind::Article).then(|| ids.unique(address::anchor(wanted))));
    }

    // ---- Headings

    fn start_heading(&mut self, level: usize) {
        let name = ["h2", "h2", "h3", "h4", "h5", "h6"][(level + self.shift - 1).min(5)];
        let prose = self.side.writer.prose.len();
        let html = self.side.writer.html.len();
        if self.kind == Kind::Article {
            self.writer().start("div", &[("class", "heading")]);
        }
        self.writer().start(name, &[]);
        self.heading = Some(Open { name, html, prose });
    }

    fn end_heading(&mut self) {
        // A wall within the heading has ended it, and opened a paragraph.
        let Some(open) = self.heading.take() else { return self.writer().end("p") };
        let article = self.kind == Kind::Article;
        let writer = &mut self.side.writer;
        // `## Title {#name}` names its id, as many site generators have it.
        let mut wanted = None;
        if let Some(at) = writer.prose[open.prose..].rfind("{#").map(|at| open.prose + at)
            && let Some(name) = writer.prose[at + 2..].strip_suffix('}')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
            && writer.html.ends_with(&writer.prose[at..])
        {
            wanted = Some(name.to_owned());
            let length = writer.prose.len() - at;
            writer.prose.truncate(at);
            writer.html.truncate(writer.html.len() - length);
            writer.html.truncate(writer.html.trim_end().len());
        }
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

    // ---- Links, images, code

    fn start_link(&mut self, address: Option<Address>, title: &str) {
        // The text of a link that must not be followed stays.
        let name = if address.is_some() { "a" } else { "span" };
        let mut attributes = address.as_ref().map(raw::link_attributes).unwrap_or_default();
        if !title.is_empty() {
            attributes.push(("title", title));
        }
        self.links.push(name);
        self.writer().start(name, &attributes);
    }

    /// Within an image there is only its alternative text.
    fn alternative(&mut self, event: Event<'_>) {
        let Some((_, alternative, ..)) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => alternative.push_str(&text),
            Event::SoftBreak | Event::HardBreak => alternative.push(' '),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        match self.image.take() {
            Some((0, alternative, Some(source), title)) => {
                let mut attributes = vec![("src", source.as_str()), ("alt", &alternative), ("loading", "lazy"), ("decoding", "async")];
                if !title.is_empty() {
                    attributes.push(("title", &title));
                }
                self.writer().void("img", &attributes);
            }
            Some((0, alternative, None, _)) => self.writer().text(&alternative),
            Some((depth, alternative, source, title)) => self.image = Some((depth - 1, alternative, source, title)),
            None => {}
        }
    }

    fn end_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        self.side.code_samples += 1;
        let mut html = String::from("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            html.extend([" class=\"language-", &language, "\""]);
        }
        html.push('>');
        code::write(&language, &code, &mut self.budget, &mut html);
        html.push_str("</code></pre>\n");
        self.writer().whole(&html);
    }

    // ---- Footnotes: each stands on the side of the wall on which it was written, at its end.

    fn number(&mut self, label: &str) -> i64 {
        let next = self.numbers.len() as i64 + 1;
        *self.numbers.entry(label.to_lowercase()).or_insert(next)
    }

    fn reference(&mut self, label: &str) {
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

    fn start_note(&mut self, label: &str) {
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

    fn end_note(&mut self) {
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

/// The ids given so far in one text.
#[derive(Default)]
struct Ids {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Ids {
    fn unique(&mut self, base: String) -> String {
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
