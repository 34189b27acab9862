//! Charts drawn on the server as SVG, with the table they are drawn from behind them. Colours come from the style sheet:
//! series are `chart-series-1`, `chart-series-2`, ….

use super::EmptyState;
use leptos::prelude::*;

/// What a bar chart shows: for each label, one bar a series.
#[derive(Debug, Clone)]
pub struct Bars {
    pub title: String,
    /// Heading of the column of labels.
    pub label: String,
    /// Names of the series; a legend is drawn when there are several.
    pub series: Vec<String>,
    /// A label, and for each series a value to draw and the value as text.
    pub rows: Vec<(String, Vec<(f64, String)>)>,
    /// What the button that opens the table says.
    pub table_label: &'static str,
    /// What stands there when there is nothing to draw.
    pub empty_label: &'static str,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 228.0;
const BASE: f64 = 32.0;
/// Room for what the highest bar says.
const TOP: f64 = 28.0;
/// How many labels fit under the bars.
const LABELS: usize = 7;
/// About as wide as a label is on a phone.
const LABEL: f64 = 110.0;

fn px(value: f64) -> String {
    format!("{value:.1}")
}

/// Bars from zero, negative ones below the line.
#[component]
pub fn BarChart(bars: Bars) -> impl IntoView {
    if bars.rows.iter().all(|(_, values)| values.iter().all(|(value, _)| *value == 0.0)) {
        return view! { <figure class="chart"><figcaption>{bars.title}</figcaption><EmptyState text=bars.empty_label/></figure> }
            .into_any();
    }
    let values = || bars.rows.iter().flat_map(|(_, values)| values.iter().map(|(value, _)| *value));
    let highest = values().fold(0.0, f64::max);
    let lowest = values().fold(0.0, f64::min);
    let span = if highest - lowest > 0.0 { highest - lowest } else { 1.0 };
    let plot = HEIGHT - BASE - TOP;
    let zero = if highest - lowest > 0.0 { TOP + plot * highest / span } else { HEIGHT - BASE };
    let step = WIDTH / bars.rows.len().max(1) as f64;
    let thick = step * 0.7 / bars.series.len().max(1) as f64;
    // The scale: what the highest bar stands for.
    let told = bars.rows.iter().flat_map(|(_, values)| values).find(|(value, _)| *value == highest).map(|(_, text)| text.clone());
    let scale = (highest > 0.0).then_some(told).flatten().map(|text| {
        view! {
            <line class="chart-highest" x1="0" x2=WIDTH.to_string() y1=px(TOP) y2=px(TOP)/>
            <text class="chart-scale" x="0" y=px(TOP - 7.0)>{text}</text>
        }
    });
    let every = bars.rows.len().div_ceil(LABELS).max(1);
    let bar = |i: usize, series: usize, value: f64| {
        let height = plot * value.abs() / span;
        let x = i as f64 * step + step * 0.15 + series as f64 * thick;
        let y = if value >= 0.0 { zero - height } else { zero };
        let sign = if value >= 0.0 { "" } else { " chart-bar-negative" };
        let class = format!("chart-bar chart-series-{}{sign}", series + 1);
        // Nothing is drawn for nothing, and a little for very little.
        let height = if value == 0.0 { 0.0 } else { height.max(0.5) };
        view! { <rect class=class x=px(x) y=px(y) width=px(thick) height=px(height)/> }
    };
    let drawn = bars
        .rows
        .iter()
        .enumerate()
        .map(|(i, (label, values))| {
            let told: Vec<String> = values.iter().map(|(_, text)| text.clone()).collect();
            let caption = (i % every == 0).then(|| {
                // Under bars narrower than a label the first one begins where the chart does.
                let (x, anchor) = if i == 0 && step < LABEL { (0.0, "start") } else { (i as f64 * step + step / 2.0, "middle") };
                // Every second one makes room where the drawing is small.
                let class = if (i / every).is_multiple_of(2) { "chart-label" } else { "chart-label chart-label-spare" };
                view! { <text class=class x=px(x) y=px(HEIGHT - 6.0) text-anchor=anchor>{label.clone()}</text> }
            });
            let rects = values.iter().enumerate().map(|(series, (value, _))| bar(i, series, *value)).collect_view();
            view! { <g><title>{format!("{label}: {}", told.join(" · "))}</title>{rects}{caption}</g> }
        })
        .collect_view();
    let legend = (bars.series.len() > 1).then(|| {
        let name = |(i, name): (usize, &String)| view! { <li class=format!("chart-key chart-series-{}", i + 1)>{name.clone()}</li> };
        view! { <ul class="chart-legend">{bars.series.iter().enumerate().map(name).collect_view()}</ul> }
    });
    view! {
        <figure class="chart">
            <figcaption>{bars.title.clone()}</figcaption>
            {legend}
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=bars.title.clone()>
                {scale}
                <line class="chart-zero" x1="0" x2=WIDTH.to_string() y1=px(zero) y2=px(zero)/>
                {drawn}
            </svg>
            <BehindChart bars/>
        </figure>
    }
    .into_any()
}

/// The same numbers as a table, folded away.
#[component]
fn BehindChart(bars: Bars) -> impl IntoView {
    let headings = bars.series.into_iter().map(|name| view! { <th scope="col" class="num">{name}</th> }).collect_view();
    let row = |(label, values): (String, Vec<(f64, String)>)| {
        let cells = values.into_iter().map(|(_, text)| view! { <td class="num">{text}</td> }).collect_view();
        view! { <tr><th scope="row">{label}</th>{cells}</tr> }
    };
    view! {
        <details class="chart-table">
            <summary>{bars.table_label}</summary>
            <div class="table-scroll" tabindex="0">
                <table class="table">
                    <thead><tr><th scope="col">{bars.label}</th>{headings}</tr></thead>
                    <tbody>{bars.rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}
