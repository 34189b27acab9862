//! A CSV file from anywhere: its encoding, and its records, of which some may be broken.
//!
//! The csv crate reads the quotation mark that nobody closed as the beginning of a cell that lasts until the end of the file,
//! and all good lines after it are lost. Here a record may go over several lines only if its quoted cell ends where a cell ends
//! and it then has as many cells as the heading; otherwise its first line is broken, and the next one is read by itself.

mod reading;
mod reasons;

pub use reading::{MAX_FILE, Reading, read};

use crate::foundation::locale::Words;
use crate::foundation::text;
use crate::words;
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::borrow::Cow;

/// A buyer's remark may have line breaks, as many as it likes: whoever could end its record early could write the next one.
const MAX_CONTINUED: usize = 8 * 1024;
/// No record is longer.
const MAX_RECORD: usize = 64 * 1024;

/// Why a record cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A quotation mark is not closed where it should be.
    Quote,
    /// More or fewer cells than the heading has.
    Cells,
    Long,
}

/// The text of a file and the name of its encoding: by its mark, or UTF-8 where its first line is that, or else GB 18030,
/// which is GBK and more. What cannot be decoded becomes U+FFFD, and its line is broken.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), Words> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(words!(
            "这是 Excel 工作簿。请在 Excel 里另存为“CSV（逗号分隔）”，再上传。",
            "This is an Excel workbook. Save it as CSV (comma separated) in Excel, and send that."
        ));
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => {
            let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            if std::str::from_utf8(first).is_ok() { UTF_8 } else { GB18030 }
        }
    };
    let (text, _, _) = encoding.decode(bytes);
    Ok((text, encoding.name()))
}

/// Where a reader of CSV is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first character of a cell: only there a quotation mark opens.
    Begin,
    Plain,
    Quoted,
    /// After a quotation mark in a quoted cell: it was the end, or the first half of one that is meant.
    Closed,
}

impl At {
    const fn then(self, c: char) -> At {
        match (self, c) {
            (At::Begin | At::Closed, '"') => At::Quoted,
            (At::Quoted, '"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (_, ',') => At::Begin,
            _ => At::Plain,
        }
    }
}

/// The cells of a whole record.
fn cells(record: &str) -> Vec<String> {
    let (mut cells, mut cell, mut at) = (Vec::new(), String::new(), At::Begin);
    for c in record.chars() {
        let next = at.then(c);
        match (at, next) {
            (_, At::Begin) => cells.push(std::mem::take(&mut cell)),
            (At::Begin, At::Quoted) | (At::Quoted, At::Closed) => (),
            _ => cell.push(c),
        }
        at = next;
    }
    cells.push(cell);
    cells
}

/// A cell without what spreadsheets and Taobao put around it: `="123"`, `'123`, tabs, quotation marks.
pub fn clean(cell: &str) -> String {
    let cell = text::line(cell);
    let inner = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(&cell);
    inner.trim_start_matches(['\'', '"', '\u{2018}', ' ']).trim_end_matches(['"', ' ']).to_owned()
}

pub struct Record {
    /// Its first line, counted from 1.
    pub line: i64,
    pub cells: Result<Vec<String>, Broken>,
}

/// The records of a file, empty lines left out.
pub struct Records<'a> {
    rest: &'a str,
    line: i64,
    /// How many cells a record has; the heading says so.
    pub width: Option<usize>,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str) -> Records<'a> {
        Records { rest: text, line: 0, width: None }
    }

    /// How many bytes the record has that begins here, without its last line break; `None` when a quotation mark is not
    /// closed where it should be.
    fn length(&self) -> Option<usize> {
        let mut at = At::Begin;
        let mut length = 0;
        for (n, line) in self.rest.split_inclusive('\n').enumerate() {
            if n > 0 && length + line.len() > MAX_CONTINUED {
                return None;
            }
            for c in line.trim_end_matches(['\n', '\r']).chars() {
                // What began on a line above ends before a comma, or it never was a cell: the mark is that of another one.
                if n > 0 && at == At::Closed && !matches!(c, ',' | '"') {
                    return None;
                }
                at = at.then(c);
            }
            length += line.len();
            if at != At::Quoted {
                return Some(length);
            }
        }
        None
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (record, rest) = self.rest.split_at(bytes);
        self.line += record.matches('\n').count().max(1) as i64;
        self.rest = rest;
        record.trim_end_matches(['\n', '\r'])
    }

    fn first_line(&self) -> usize {
        self.rest.find('\n').map_or(self.rest.len(), |end| end + 1)
    }

    /// As many cells as the heading has; empty ones behind them do no harm.
    fn fit(&self, mut cells: Vec<String>) -> Result<Vec<String>, Broken> {
        let Some(width) = self.width else { return Ok(cells) };
        while cells.len() > width && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.len() == width { Ok(cells) } else { Err(Broken::Cells) }
    }

    fn record(&mut self) -> Result<Vec<String>, Broken> {
        let first = self.first_line();
        if first > MAX_RECORD {
            self.take(first);
            return Err(Broken::Long);
        }
        match self.length() {
            Some(length) if length == first => {
                let record = self.take(first);
                self.fit(cells(record))
            }
            Some(length) => match self.fit(cells(self.rest.get(..length).unwrap_or_default().trim_end_matches(['\n', '\r']))) {
                Ok(cells) => {
                    self.take(length);
                    Ok(cells)
                }
                Err(_) => {
                    self.take(first);
                    Err(Broken::Quote)
                }
            },
            None => {
                self.take(first);
                Err(Broken::Quote)
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while !self.rest.is_empty() {
            let line = self.line + 1;
            let empty = self.rest.get(..self.first_line()).is_some_and(|text| text.trim_matches([',', ' ', '\t', '\r', '\n']).is_empty());
            if empty {
                self.take(self.first_line());
                continue;
            }
            return Some(Record { line, cells: self.record() });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, width: usize) -> Vec<(i64, Result<Vec<String>, Broken>)> {
        let mut records = Records::new(text);
        records.width = Some(width);
        records.map(|record| (record.line, record.cells)).collect()
    }

    fn row(cells: &[&str]) -> Result<Vec<String>, Broken> {
        Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_quotation_mark_that_nobody_closed_breaks_its_own_line_alone() {
        let text = "a,\"b\n1,2\n\"x\ny\",3\n4,\"5\n6,7";
        let expected =
            [(1, Err(Broken::Quote)), (2, row(&["1", "2"])), (3, row(&["x\ny", "3"])), (5, Err(Broken::Quote)), (6, row(&["6", "7"]))];
        assert_eq!(read(text, 2), expected);
    }

    #[test]
    fn a_good_line_after_a_broken_one_is_not_taken_for_the_rest_of_it() {
        for good in ["=\"1\",2", "\"1\",\"2\"", "1,\"2\"", "1,\"a\nb\""] {
            let read = read(&format!("\"x,y\n{good}\n"), 2);
            assert_eq!((read[0].0, &read[0].1), (1, &Err(Broken::Quote)), "{good}");
            assert!(read.len() == 2 && read[1].0 == 2 && read[1].1.is_ok(), "{good}");
        }
    }

    #[test]
    fn what_a_buyer_remarks_on_many_lines_is_never_a_record() {
        let remark = format!("{}3,paid", "\n".repeat(500));
        assert_eq!(read(&format!("1,\"{remark}\"\n2,good"), 2), [(1, row(&["1", &remark])), (502, row(&["2", "good"]))]);
    }

    #[test]
    fn quotation_marks_commas_and_too_many_cells() {
        assert_eq!(
            read("=\"12\",5\" pipe\r\n\r\n,,\n\"a,\"\"b\"\"\",c,,\n1,2,3\n1\n", 2),
            [(1, row(&["=\"12\"", "5\" pipe"])), (4, row(&["a,\"b\"", "c"])), (5, Err(Broken::Cells)), (6, Err(Broken::Cells)),]
        );
    }

    #[test]
    fn a_file_says_its_encoding() {
        let (text, name) = decode(b"\xef\xbb\xbf\xe8\xae\xa2").unwrap();
        assert_eq!((text.as_ref(), name), ("订", "UTF-8"));
        let (gbk, _, _) = GB18030.encode("订单编号,宝贝标题\n1,㐀");
        let (text, name) = decode(&gbk).unwrap();
        assert_eq!((text.as_ref(), name), ("订单编号,宝贝标题\n1,㐀", "gb18030"));
        let (text, name) = decode(b"\xff\xfe\xa2\x8b").unwrap();
        assert_eq!((text.as_ref(), name), ("订", "UTF-16LE"));
        // One bad byte later on does not make it another encoding.
        let (text, _) = decode("订单\n\u{8ba2}".as_bytes().split_last().unwrap().1).unwrap();
        assert_eq!(text, "订单\n\u{fffd}");
        assert!(decode(b"PK\x03\x04").is_err());
    }

    #[test]
    fn cells_lose_what_was_put_around_them() {
        for (cell, meant) in [
            ("=\"1234567890123456789\"", "1234567890123456789"),
            ("'13800001234", "13800001234"),
            ("'138****1234\t", "138****1234"),
            ("1234567890123456789\t", "1234567890123456789"),
            ("\"123\"", "123"),
            (" a\0b\r\n c ", "ab c"),
        ] {
            assert_eq!(clean(cell), meant, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn every_file_comes_to_an_end(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), any::<u8>()], 0..400)) {
            if let Ok((text, _)) = decode(&bytes) {
                let lines = text.split('\n').count() as i64;
                let mut last = 0;
                for record in Records::new(&text) {
                    prop_assert!(record.line > last && record.line <= lines);
                    last = record.line;
                }
            }
        }
    }
}
