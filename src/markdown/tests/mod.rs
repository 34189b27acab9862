//! One file a theme; here is what they share.

mod code;
mod hostile;
mod properties;
mod text;
mod wall;

/// The preview of an article without a wall.
pub fn html(source: &str) -> String {
    super::article(source).preview_html
}

/// Text of HTML: what stands outside of tags, references read.
pub fn visible(html: &str) -> String {
    let outside: String =
        html.split('<').enumerate().map(|(i, piece)| if i == 0 { piece } else { piece.split_once('>').unwrap().1 }).collect();
    super::raw::decoded(&outside)
}

/// The deepest nesting of elements; panics when they do not nest.
pub fn depth(html: &str) -> usize {
    let mut open: Vec<&str> = Vec::new();
    let mut deepest = 0;
    for tag in html.split('<').skip(1).map(|piece| piece.split('>').next().unwrap()) {
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "in {html}"),
            None if matches!(name, "br" | "hr" | "img" | "wbr") => {}
            None => open.push(name),
        }
        deepest = deepest.max(open.len());
    }
    assert!(open.is_empty(), "{open:?} stay open");
    deepest
}
