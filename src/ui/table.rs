//! Tables. They scroll inside themselves; on a phone each row is a card with the headings beside its values.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// What stands above a column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    pub heading: String,
    /// Figures line up on the right.
    pub number: bool,
    /// Where a press on the heading leads: the same list in this column's order.
    pub sort: Option<Sort>,
}

#[derive(Debug, Clone)]
pub struct Sort {
    pub href: String,
    /// Whether the list is in this column's order, and then whether from the highest down.
    pub now: Option<bool>,
}

impl Column {
    pub fn text(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), ..Column::default() }
    }

    pub fn number(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), number: true, sort: None }
    }

    pub fn sorted_by(mut self, href: String, now: Option<bool>) -> Column {
        self.sort = Some(Sort { href, now });
        self
    }
}

/// A table named `label`. A row has a cell for each column; its first cell is what the row is about.
#[component]
pub fn DataTable(#[prop(into)] label: String, columns: Vec<Column>, rows: Vec<Vec<AnyView>>) -> impl IntoView {
    let head = columns.iter().map(|column| view! { <Heading column=column.clone()/> }).collect_view();
    let row = |cells: Vec<AnyView>| {
        let cells = cells.into_iter().zip(&columns).enumerate().map(|(at, (cell, column))| {
            let class = column.number.then_some("num");
            match at {
                0 => view! { <th scope="row" class=class>{cell}</th> }.into_any(),
                _ => view! { <td class=class data-heading=column.heading.clone()>{cell}</td> }.into_any(),
            }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            <table class="table table-cards">
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Heading(column: Column) -> impl IntoView {
    let class = column.number.then_some("num");
    let Some(Sort { href, now }) = column.sort else {
        return view! { <th scope="col" class=class>{column.heading}</th> }.into_any();
    };
    let order = now.map(|down| if down { "descending" } else { "ascending" });
    view! { <th scope="col" class=class aria-sort=order><a class="sort" href=href>{column.heading}{icon(Icon::Sort)}</a></th> }.into_any()
}
