//! A card as a picture: SVG put together here, drawn to PNG. In the colours of `style/tokens.css`, light.

use super::MARK;
use super::letters::{FAMILY, Letters};
use html_escape::encode_double_quoted_attribute as escape;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::sync::Arc;

pub const WIDTH: u32 = 1200;
pub const HEIGHT: u32 = 630;
pub const PAPER: &str = "#fcfbf8";
const INK: &str = "#26201c";
const SOFT: &str = "#5f5651";
const RULE: &str = "#dcd8d3";
const CLAY: &str = "#a14124";
const MARGIN: f32 = 88.0;
/// The space of a title: from here, this high.
const TITLE_TOP: f32 = 158.0;
const TITLE_HEIGHT: f32 = 330.0;
const TITLE_LINES: usize = 4;
/// The largest that fits is taken; the smallest is cut if need be.
const TITLE_SIZES: [f32; 6] = [84.0, 76.0, 70.0, 64.0, 58.0, 52.0];
const LEADING: f32 = 1.3;

/// What is on a card. What is empty is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub title: String,
    pub author: String,
    pub site: String,
}

/// The picture as PNG; `None`, and a line in the log, when it cannot be drawn.
pub fn draw(card: &Card) -> Option<Vec<u8>> {
    let letters = Letters::new()?;
    let fonts = letters.fonts_for(&[clean(&card.title), clean(&card.author), clean(&card.site)].concat());
    let options = Options { fontdb: fonts, font_family: FAMILY.to_owned(), ..Options::default() };
    let drawn = png(&compose(card, &letters), WIDTH, HEIGHT, 0.0, &options);
    drawn.map_err(|error| tracing::error!(%error, "a card cannot be drawn")).ok()
}

/// An SVG of any size, drawn to fill a picture but for a margin (a share of the width), on paper if there is a margin.
pub fn png(svg: &str, width: u32, height: u32, margin: f32, options: &Options<'_>) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let tree = Tree::from_str(svg, options)?;
    let mut pixels = Pixmap::new(width, height).ok_or("no such picture")?;
    if margin > 0.0 {
        pixels.fill(resvg::tiny_skia::Color::from_rgba8(0xfc, 0xfb, 0xf8, 0xff));
    }
    let edge = width as f32 * margin;
    let scale = (width as f32 - 2.0 * edge) / tree.size().width();
    resvg::render(&tree, Transform::from_row(scale, 0.0, 0.0, scale, edge, edge), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

fn compose(card: &Card, letters: &Letters) -> String {
    let room = WIDTH as f32 - 2.0 * MARGIN;
    let (size, lines) = fit(&clean(&card.title), letters, room);
    let step = size * LEADING;
    let top = TITLE_TOP + (TITLE_HEIGHT - step * lines.len() as f32) / 2.0;
    let title: String = lines
        .iter()
        .enumerate()
        .map(|(n, line)| text(line, MARGIN - hang(line) * size, top + step * n as f32 + size * 1.02, size, INK))
        .collect();
    let site = letters.cut(&clean(&card.site), (room - 64.0) / 34.0);
    let author = letters.cut(&clean(&card.author), room / 34.0);
    let head = text(&site, MARGIN + 62.0, 109.0, 34.0, INK);
    let foot = text(&author, MARGIN, 570.0, 34.0, SOFT);
    let (right, bottom) = (WIDTH as f32 - MARGIN, HEIGHT);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom}">
<rect width="{WIDTH}" height="{bottom}" fill="{PAPER}"/><rect width="{WIDTH}" height="14" fill="{INK}"/>
<path transform="translate({MARK_X} 72) scale(2)" d="{MARK}" fill="{CLAY}"/>
<path d="M{MARGIN} 514H{right}" stroke="{RULE}" stroke-width="2"/>
{head}{title}{foot}</svg>"#,
        MARK_X = MARGIN - 6.0,
    )
}

/// The size of a title and its lines.
fn fit(title: &str, letters: &Letters, room: f32) -> (f32, Vec<String>) {
    let most = |size: f32| TITLE_LINES.min((TITLE_HEIGHT / (size * LEADING)) as usize);
    let found = TITLE_SIZES.iter().find(|size| letters.lines(title, room / **size).len() <= most(**size));
    if let Some(size) = found {
        return (*size, letters.even_lines(title, room / size));
    }
    let size = TITLE_SIZES[TITLE_SIZES.len() - 1];
    let mut lines = letters.lines(title, room / size);
    let rest = lines.split_off(TITLE_LINES - 1).concat();
    lines.push(letters.cut(&rest, room / size));
    (size, lines)
}

/// How far a line stands out to the left, in ems: the left half of an opening mark is empty.
fn hang(line: &str) -> f32 {
    if line.starts_with(['《', '“', '‘', '「', '『', '（', '【', '〈']) { 0.46 } else { 0.0 }
}

fn text(line: &str, x: f32, y: f32, size: f32, fill: &str) -> String {
    let line = escape(line);
    format!(r#"<text x="{x}" y="{y}" font-family="{FAMILY}" font-weight="700" font-size="{size}" fill="{fill}">{line}</text>"#)
}

/// Without what XML cannot hold. Quotation marks in a line without Chinese are the narrow ones, which our font keeps apart.
fn clean(text: &str) -> String {
    let chinese = text.chars().any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c));
    let narrow = |c: char| match c {
        '‘' | '’' | '“' | '”' if !chinese => char::from_u32(0xe000 + (u32::from(c) & 0xff)).unwrap_or(c),
        c => c,
    };
    text.chars().filter(|c| !c.is_control() && !('\u{fffe}'..='\u{ffff}').contains(c)).map(narrow).collect()
}

/// The fonts are not asked where there is no text.
pub fn without_fonts() -> Options<'static> {
    Options { fontdb: Arc::default(), ..Options::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(title: &str) -> Card {
        Card { title: title.to_owned(), author: "林 <b>&".to_owned(), site: "学廊".to_owned() }
    }

    fn lines(title: &str) -> Vec<String> {
        fit(&clean(title), &Letters::new().unwrap(), WIDTH as f32 - 2.0 * MARGIN).1
    }

    #[test]
    fn whatever_a_title_holds_there_is_a_picture_of_the_right_size() {
        let long = "很长的标题，".repeat(50);
        for title in ["", " ", "</text></svg><script>&amp;\"'", "a\0b\u{fffe}", "مرحبا بالعالم", "😀 𠮷 ก็ 한국어", "\u{202e}abc", &long]
        {
            let png = draw(&card(title)).expect(title);
            assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
            assert_eq!([&png[16..20], &png[20..24]], [&WIDTH.to_be_bytes(), &HEIGHT.to_be_bytes()]);
        }
    }

    #[test]
    fn a_title_takes_four_lines_at_most_and_says_where_it_was_cut() {
        for title in ["很长的标题，".repeat(50), "A very long title ".repeat(20), "x".repeat(300)] {
            let lines = lines(&title);
            assert_eq!(lines.len(), TITLE_LINES);
            assert!(lines[3].ends_with(['…', '.']), "{lines:?}");
        }
        assert_eq!(lines("短标题"), ["短标题"]);
    }

    #[test]
    fn markup_in_a_title_is_text() {
        let svg = compose(&card("</text><image href=\"/etc/passwd\"/>"), &Letters::new().unwrap());
        assert!(!svg.contains("<image") && svg.contains("&lt;image"));
        assert!(svg.contains("林 &lt;b&gt;&amp;"));
    }
}
