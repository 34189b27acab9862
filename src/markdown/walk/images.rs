//! Links and images. An image that is a paragraph by itself becomes a figure, with its title as the caption.

use pulldown_cmark::Event;

use super::super::address::Address;
use super::super::raw;
use super::super::writer::escape;
use super::Walk;

/// The image written last: its tag, and its title.
pub(super) struct Picture {
    tag: String,
    title: String,
}

impl Walk<'_> {
    pub(super) fn start_link(&mut self, address: Option<Address>, title: &str) {
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
    pub(super) fn alternative(&mut self, event: Event<'_>) {
        let Some((_, alternative, ..)) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => alternative.push_str(&text),
            Event::SoftBreak | Event::HardBreak => alternative.push(' '),
            _ => {}
        }
    }

    pub(super) fn end_image(&mut self) {
        match self.image.take() {
            Some((0, alternative, Some(source), title)) => {
                let mut attributes = vec![("src", source.as_str()), ("alt", &alternative), ("loading", "lazy"), ("decoding", "async")];
                if !title.is_empty() {
                    attributes.push(("title", &title));
                }
                self.writer().void("img", &attributes);
                let html = &self.side.writer.html;
                self.picture = html.rfind("<img ").map(|at| Picture { tag: html[at..].to_owned(), title });
            }
            Some((0, alternative, None, _)) => self.writer().text(&alternative),
            Some((depth, alternative, source, title)) => self.image = Some((depth - 1, alternative, source, title)),
            None => {}
        }
    }

    /// `![…](…){width=800 height=600}`: the size of the image just written, so that its place is kept before it is
    /// there. Answers with the text after it.
    pub(super) fn size<'t>(&mut self, text: &'t str) -> &'t str {
        let html = &mut self.side.writer.html;
        let Some(picture) = self.picture.as_mut().filter(|picture| html.ends_with(&picture.tag)) else { return text };
        let Some((attributes, after)) = size(text) else { return text };
        html.insert_str(html.len() - picture.tag.len() + 4, &attributes);
        picture.tag.insert_str(4, &attributes);
        after
    }

    pub(super) fn end_paragraph(&mut self) {
        self.writer().end("p");
        let Some(Picture { tag, title }) = self.picture.take() else { return };
        let html = &mut self.side.writer.html;
        let Some(before) = html.strip_suffix(&format!("<p>{tag}</p>\n")).map(str::len) else { return };
        html.truncate(before);
        html.push_str("<figure class=\"image\">");
        match tag.split_once(" title=\"") {
            Some((image, _)) if !title.is_empty() => {
                html.extend([image, "><figcaption>"]);
                escape(&title, html);
                html.push_str("</figcaption>");
            }
            _ => html.push_str(&tag),
        }
        html.push_str("</figure>\n");
    }
}

/// The attributes that `{width=800 height=600}` at the start of a text stands for, and what follows it.
fn size(text: &str) -> Option<(String, &str)> {
    let (inner, after) = text.strip_prefix('{')?.split_once('}')?;
    let mut attributes = String::new();
    for name in ["width", "height"] {
        let mut values = inner.split_whitespace().filter_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let Some(value) = values.next() else { continue };
        let value = value.strip_suffix("px").unwrap_or(value);
        if values.next().is_some() || value.is_empty() || value.len() > 5 || !value.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        attributes.extend([" ", name, "=\"", value, "\""]);
    }
    let known = inner.split_whitespace().all(|part| part.starts_with("width=") || part.starts_with("height="));
    (known && !attributes.is_empty()).then_some((attributes, after))
}
