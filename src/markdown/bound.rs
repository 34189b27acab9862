//! A bound on nesting, put on the source before it is parsed: the parser walks every open quote and list on every line,
//! so a thousand of them would make a long text slow. No written text has more than a few.

use std::borrow::Cow;

/// The most quote and list marks at the start of one line.
const MARKS: usize = 64;
/// The deepest indentation that still means anything, in characters.
const INDENT: usize = 256;
/// The most blank lines in a row; each of them keeps every list open.
const BLANK: usize = 64;

/// The source with its nesting bounded; the same source, not copied, when there is nothing to do. No text is lost:
/// a mark too many is escaped and so becomes text.
pub fn bound(source: &str) -> Cow<'_, str> {
    let mut blank = 0;
    let harmless = source.split('\n').all(|line| {
        blank = if line.trim().is_empty() { blank + 1 } else { 0 };
        blank <= BLANK && matches!(excess(line), Excess::None)
    });
    if harmless {
        return Cow::Borrowed(source);
    }
    let mut bounded = String::with_capacity(source.len() + 1024);
    let mut blank = 0;
    for line in source.split_inclusive('\n') {
        if line.trim().is_empty() {
            blank += 1;
            if blank <= BLANK {
                bounded.push('\n');
            }
            continue;
        }
        blank = 0;
        match excess(line) {
            Excess::None => bounded.push_str(line),
            Excess::Mark(at) => bounded.extend([&line[..at], "\\", &line[at..]]),
            Excess::Indent(from, to) => bounded.extend([&line[..from], &line[to..]]),
        }
    }
    Cow::Owned(bounded)
}

enum Excess {
    None,
    /// The mark at this byte is one too many.
    Mark(usize),
    /// The white space between these bytes is too much.
    Indent(usize, usize),
}

fn excess(line: &str) -> Excess {
    let bytes = line.as_bytes();
    let rule = bytes.iter().all(|b| b"-*_ \t\r\n".contains(b));
    let (mut at, mut marks, mut indent) = (0, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' => indent += 1,
            b'>' | b'-' | b'*' | b'+' | b'.' | b')' => marks += 1,
            b'0'..=b'9' => {}
            _ => break,
        }
        if indent > INDENT {
            let white = bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            return Excess::Indent(at, at + white);
        }
        // A rule of many hyphens and a number with many digits nest nothing.
        if marks > MARKS && !rule && byte != b'.' && byte != b')' {
            return Excess::Mark(at);
        }
        at += 1;
    }
    Excess::None
}
