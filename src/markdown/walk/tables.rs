//! Tables. Each stands in a box that scrolls and can be focused; the box is named by the table's first row.

use pulldown_cmark::Alignment;

use super::super::writer::escape;
use super::Walk;
use crate::foundation::text;

/// No name of a table is longer, in characters.
const NAME: usize = 120;
const BOX: &str = "<div class=\"table\" tabindex=\"0\">";

impl Walk<'_> {
    pub(super) fn start_table(&mut self, columns: Vec<Alignment>) {
        self.columns = columns;
        self.writer().start("div", &[("class", "table"), ("tabindex", "0")]);
        let Self { side, table, .. } = self;
        // Where the name goes, and where the first row's text begins.
        *table = side.writer.html.ends_with(BOX).then(|| (side.writer.html.len() - 1, side.writer.prose.len()));
        self.writer().start("table", &[]);
    }

    pub(super) fn end_table(&mut self) {
        self.writer().end("tbody");
        self.writer().end("table");
        self.writer().end("div");
    }

    pub(super) fn start_head(&mut self) {
        (self.head, self.column) = (true, 0);
        self.writer().start("thead", &[]);
        self.writer().start("tr", &[]);
    }

    pub(super) fn end_head(&mut self) {
        self.head = false;
        self.writer().end("tr");
        self.writer().end("thead");
        if let Some((at, prose)) = self.table.take() {
            let writer = &mut self.side.writer;
            let cells = writer.prose[prose..].split('\n').map(text::line).filter(|cell| !cell.is_empty());
            let name: String = cells.collect::<Vec<_>>().join(" · ").chars().take(NAME).collect();
            if !name.is_empty() {
                let mut attributes = String::from(" role=\"group\" aria-label=\"");
                escape(&name, &mut attributes);
                attributes.push('"');
                writer.html.insert_str(at, &attributes);
            }
        }
        self.writer().start("tbody", &[]);
    }

    pub(super) fn start_row(&mut self) {
        self.column = 0;
        self.writer().start("tr", &[]);
    }

    pub(super) fn start_cell(&mut self) {
        let class = match self.columns.get(self.column) {
            Some(Alignment::Center) => &[("class", "align-center")][..],
            Some(Alignment::Right) => &[("class", "align-right")][..],
            _ => &[],
        };
        self.column += 1;
        let name = self.cell();
        self.writer().start(name, class);
    }

    pub(super) fn end_cell(&mut self) {
        let name = self.cell();
        self.writer().end(name);
    }

    fn cell(&self) -> &'static str {
        if self.head { "th" } else { "td" }
    }
}
