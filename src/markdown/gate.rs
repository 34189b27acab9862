//! The last gate: a sanitiser that parses the HTML as a browser does and lets through only what the renderer writes. The
//! renderer is meant to write nothing else; this is the second lock on the same door.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

static GATE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = "a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img ins \
                kbd li mark ol p pre progress q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead \
                time tr u ul var wbr";
    let attributes = [
        ("a", "href rel aria-labelledby aria-label"),
        ("details", "open"),
        ("div", "tabindex role aria-label"),
        ("img", "src alt width height loading decoding"),
        ("li", "value"),
        ("ol", "start reversed"),
        ("pre", "tabindex"),
        ("progress", "value max"),
        ("td", "colspan rowspan"),
        ("th", "colspan rowspan scope"),
        ("time", "datetime"),
    ];
    let mut gate = Builder::empty();
    gate.tags(tags.split_whitespace().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .generic_attributes(HashSet::from(["class", "id", "title", "lang", "dir"]))
        .tag_attributes(attributes.into_iter().map(|(tag, names)| (tag, names.split(' ').collect())).collect::<HashMap<_, HashSet<_>>>())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(attribute);
    gate
});

pub fn clean(html: &str) -> String {
    GATE.clean(&parted(html)).to_string()
}

/// The serialiser looks through the rest of a text for each `&` (and each lead byte of `\u{a0}`) in it. Empty comments,
/// which the sanitiser removes, part long texts, so that the time stays linear.
fn parted(html: &str) -> Cow<'_, str> {
    const LONG: usize = 4_096;
    let (mut from, mut text, mut parted) = (0, 0, String::new());
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'<' | b'>' => text = at,
            b'&' | 0xC2 if at - text > LONG => {
                parted.extend([&html[from..at], "<!---->"]);
                (from, text) = (at, at);
            }
            _ => {}
        }
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    parted.push_str(&html[from..]);
    Cow::Owned(parted)
}

/// Classes and ids are ours alone.
fn attribute<'a>(_: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let ours = match name {
        "class" => value.split(' ').all(|class| {
            matches!(class, "anchor" | "code" | "file" | "footnote" | "footnotes" | "heading" | "image" | "language" | "table" | "task")
                || ["hl-", "language-", "align-"].iter().any(|prefix| class.starts_with(prefix))
        }),
        "id" => ["h-", "fn-", "fnref-"].iter().any(|prefix| value.starts_with(prefix)),
        "tabindex" => value == "0",
        "role" => value == "group",
        _ => true,
    };
    ours.then_some(Cow::Borrowed(value))
}
