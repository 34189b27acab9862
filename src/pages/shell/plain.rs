//! Leptos writes a mark, `<!>`, between the pieces of a page, by which a browser finds its islands. On a page that has none
//! they are only bytes, and nodes that nobody needs.

/// The page without its marks. What stands within a tag, as the value of an attribute, is no mark.
pub fn without_marks(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        let (tag, after) = tag.split_at(end_of_tag(tag));
        plain.push_str(text);
        if tag != "<!>" {
            plain.push_str(tag);
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// How long the tag is with which this begins.
fn end_of_tag(html: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => (),
        }
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_between_pieces_go_and_nothing_else_does() {
        assert_eq!(without_marks("<p class=\"a\">b<!><!></p><!>文"), "<p class=\"a\">b</p>文");
        for same in ["", "a > b", "<input value=\"<!>\">", "<p title=\"a > <!> b\">x &lt;!&gt;</p>", "<!DOCTYPE html><p>", "<", "<p \"<!>"]
        {
            assert_eq!(without_marks(same), same);
        }
    }
}
