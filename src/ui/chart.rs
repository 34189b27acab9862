//! Charts drawn on the server as SVG, with the table they are drawn from behind them. Colours come from the style sheet.

use leptos::prelude::*;

/// What a bar chart shows: a label, a value to draw and the value as text, for each bar.
#[derive(Debug, Clone)]
pub struct Bars {
    pub title: String,
    /// Heading of the column of labels, and of the values.
    pub columns: (String, String),
    pub rows: Vec<(String, f64, String)>,
    /// What the button that opens the table says.
    pub table_label: &'static str,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
const BASE: f64 = 24.0;

/// Bars from zero, negative ones below the line.
#[component]
pub fn BarChart(bars: Bars) -> impl IntoView {
    let highest = bars.rows.iter().map(|(_, v, _)| *v).fold(0.0, f64::max);
    let lowest = bars.rows.iter().map(|(_, v, _)| *v).fold(0.0, f64::min);
    let span = if highest - lowest > 0.0 { highest - lowest } else { 1.0 };
    let zero = 8.0 + (HEIGHT - BASE - 8.0) * highest / span;
    let step = WIDTH / bars.rows.len().max(1) as f64;
    // At most eight labels fit under the bars.
    let every = bars.rows.len().div_ceil(8).max(1);
    let drawn = bars
        .rows
        .iter()
        .enumerate()
        .map(|(i, (label, value, text))| {
            let height = (HEIGHT - BASE - 8.0) * value.abs() / span;
            let (x, y) = (i as f64 * step, if *value >= 0.0 { zero - height } else { zero });
            let class = if *value >= 0.0 { "chart-bar" } else { "chart-bar chart-bar-negative" };
            let caption = (i % every == 0).then(|| {
                view! { <text class="chart-label" x=format!("{:.1}", x + step / 2.0) y=format!("{:.1}", HEIGHT - 6.0) text-anchor="middle">{label.clone()}</text> }
            });
            view! {
                <g>
                    <title>{format!("{label}: {text}")}</title>
                    <rect class=class x=format!("{:.1}", x + step * 0.15) y=format!("{y:.1}") width=format!("{:.1}", step * 0.7) height=format!("{:.1}", height.max(0.5))/>
                    {caption}
                </g>
            }
        })
        .collect_view();
    let rows = bars
        .rows
        .iter()
        .map(|(label, _, text)| view! { <tr><th scope="row">{label.clone()}</th><td class="num">{text.clone()}</td></tr> })
        .collect_view();
    view! {
        <figure class="chart">
            <figcaption>{bars.title.clone()}</figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=bars.title>
                <line class="chart-zero" x1="0" x2=WIDTH.to_string() y1=format!("{zero:.1}") y2=format!("{zero:.1}")/>
                {drawn}
            </svg>
            <details class="chart-table">
                <summary>{bars.table_label}</summary>
                <div class="table-scroll" tabindex="0">
                    <table class="table">
                        <thead><tr><th scope="col">{bars.columns.0}</th><th scope="col" class="num">{bars.columns.1}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}
