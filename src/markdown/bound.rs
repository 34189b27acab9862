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
    if source.contains('\0') {
        // As CommonMark has it.
        return Cow::Owned(bound(&source.replace('\0', "\u{fffd}")).into_owned());
    }
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
    // `- - - -` is a rule and nests nothing.
    if bytes.iter().all(|b| b"-*_ \t\r\n".contains(b)) {
        return Excess::None;
    }
    let (mut at, mut marks, mut indent) = (0, 0, 0);
    while at < bytes.len() {
        if matches!(bytes[at], b' ' | b'\t') {
            indent += 1;
            at += 1;
            if indent > INDENT {
                let white = bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                return Excess::Indent(at, at + white);
            }
            continue;
        }
        let Some(length) = mark(&bytes[at..]) else { break };
        marks += 1;
        if marks > MARKS {
            // The sign of the mark, after its number if it has one.
            return Excess::Mark(at + length - 1);
        }
        at += length;
    }
    Excess::None
}

/// The length of the quote or list mark at the start of this text: `>`, `-`, `12.`.
fn mark(text: &[u8]) -> Option<usize> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = *text.get(digits)?;
    let spaced = text.get(digits + 1).is_none_or(|b| b.is_ascii_whitespace());
    let is_mark = match sign {
        b'>' => digits == 0,
        b'-' | b'+' | b'*' => digits == 0 && spaced,
        b'.' | b')' => (1..=9).contains(&digits) && spaced,
        _ => false,
    };
    is_mark.then_some(digits + 1)
}
