//! From Markdown's events to HTML, in one pass: what stands before the wall, what stands behind it, and its headings.
//! This file has the events; what is more than a tag and its end has a file of its own.

mod headings;
mod images;
mod notes;
mod samples;
mod side;
mod tables;
mod wall;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Alignment, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::writer::Writer;
use super::{Heading, address};
use headings::{Ids, Open};
use images::Picture;
use samples::Sample;
pub use side::Side;
use wall::is_wall;

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
    Passage,
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
    /// The last image, while nothing came after it.
    picture: Option<Picture>,
    sample: Option<Sample>,
    block: Option<String>,
    table: Option<(usize, usize)>,
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
        Kind::Passage => 2,
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
        picture: None,
        sample: None,
        block: None,
        table: None,
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
            Event::Text(text) => match &mut self.sample {
                Some(sample) => sample.code.push_str(&text),
                None => {
                    let text = self.size(&text);
                    self.writer().text(text);
                }
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
            Tag::CodeBlock(kind) => self.sample = Some(Sample::new(&kind)),
            Tag::HtmlBlock => self.block = Some(String::new()),
            Tag::Table(columns) => self.start_table(columns),
            Tag::TableHead => self.start_head(),
            Tag::TableRow => self.start_row(),
            Tag::TableCell => self.start_cell(),
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
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) => self.end_container("blockquote"),
            TagEnd::List(true) => self.end_container("ol"),
            TagEnd::List(false) => self.end_container("ul"),
            TagEnd::Item => self.end_container("li"),
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::CodeBlock => self.end_sample(),
            TagEnd::HtmlBlock => self.flush_block(),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.end_head(),
            TagEnd::TableRow => self.writer().end("tr"),
            TagEnd::TableCell => self.end_cell(),
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
}
