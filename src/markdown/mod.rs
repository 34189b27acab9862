//! Markdown to HTML, once, on save; what is stored is what is shown.
//!
//! * **Article**: CommonMark with tables, footnotes, task lists and strikethrough. A line `<!--paywall-->` parts it into
//!   the **preview**, which everybody may read, and the **rest**, which stands behind the wall. Each is HTML whole in
//!   itself. The first such line at the top level counts; one in a quote, a list, a footnote or code is none.
//! * **Passage** (a topic, a reply, a biography): the same Markdown without ids, so that many of them stand on one page,
//!   and without a wall.
//!
//! The HTML is in no language of its own: what people read of code and footnotes besides the text is said by the page.
//!
//! A footnote stands on the side on which it was written, whoever refers to it: nothing of the rest reaches the preview,
//! and nothing of the preview is lost. A link definition may stand on either side: only links use it.
//!
//! How it is safe: `bound` limits nesting in the source, `walk` turns events into calls of `writer`, which writes only
//! whole HTML; `raw` lets a short list of a person's own HTML through; `address` decides about links; `gate` sanitises
//! the result once more. Unsafe elements go, their text stays. Time and space grow with the length of the source.

mod address;
mod bound;
mod code;
mod gate;
mod raw;
#[cfg(test)]
mod tests;
mod walk;
mod words;
mod writer;

use crate::foundation::locale::Locale;
use crate::foundation::text;
use walk::{Kind, Walked, walk};
use words::Words;

/// Goes up whenever the same source becomes other HTML than before. What is stored says which one made it; whoever stores
/// it renders what is older again. 0 is what was stored before this was counted.
pub const RENDERER: i64 = 1;

/// The longest excerpt, in characters.
pub const EXCERPT: usize = 200;

/// An article, rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// What everybody may read; the whole text when there is no wall.
    pub preview_html: String,
    /// What is behind the wall; `None` when there is no wall.
    pub rest_html: Option<String>,
    /// How the preview begins, as plain text on one line; never a word of the rest.
    pub excerpt: String,
    /// Words of the whole article, code samples not counted. A Han character is one word.
    pub words: i64,
    /// Words behind the wall.
    pub rest_words: i64,
    /// Code blocks of the whole article.
    pub code_samples: i64,
    /// Code blocks behind the wall.
    pub rest_code_samples: i64,
    /// For the whole article; at least 1.
    pub reading_minutes: i64,
    /// The language of its prose, of those we speak.
    pub lang: Option<Locale>,
    pub contents: Vec<Heading>,
}

/// A heading of an article, for its table of contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// As on the page, where the article's title is level 1: 2 to 6.
    pub level: i64,
    /// `h-` and a slug; unique in the article.
    pub id: String,
    pub text: String,
    pub behind_wall: bool,
}

/// A topic, a reply, a biography, rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    pub html: String,
    /// The language of its prose, of those we speak.
    pub lang: Option<Locale>,
}

/// Renders an article.
pub fn article(source: &str) -> Article {
    let Walked { preview, rest, contents } = walk(&bound::bound(source), Kind::Article);
    let (open_prose, walled_prose) = (preview.prose(), rest.as_ref().map(walk::Side::prose).unwrap_or_default());
    let (open, walled) = (Words::of(&open_prose), Words::of(&walled_prose));
    let whole = Words { han: open.han + walled.han, latin: open.latin + walled.latin };
    let rest_code_samples = rest.as_ref().map_or(0, |rest| rest.code_samples);
    Article {
        excerpt: words::excerpt(&preview.running(), EXCERPT),
        words: whole.total(),
        rest_words: walled.total(),
        code_samples: preview.code_samples + rest_code_samples,
        rest_code_samples,
        reading_minutes: whole.minutes(),
        lang: text::language(&[open_prose, walled_prose].concat()),
        preview_html: gate::clean(&preview.html()),
        rest_html: rest.map(|rest| gate::clean(&rest.html())),
        contents,
    }
}

/// Renders a topic, a reply or a biography. A wall in it parts nothing.
pub fn passage(source: &str) -> Passage {
    let Walked { preview, rest, .. } = walk(&bound::bound(source), Kind::Passage);
    let sides: Vec<walk::Side> = [preview].into_iter().chain(rest).collect();
    let prose: String = sides.iter().map(walk::Side::prose).collect();
    let html: String = sides.into_iter().map(walk::Side::html).collect();
    Passage { html: gate::clean(&html), lang: text::language(&prose) }
}

/// The beginning as plain text on one line, never more than `max_chars` characters and never beyond a wall.
pub fn plain(source: &str, max_chars: usize) -> String {
    words::excerpt(&walk(&bound::bound(source), Kind::Passage).preview.running(), max_chars)
}
