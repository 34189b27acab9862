//! Logos and icons: a picture that somebody uploaded, known by what it holds and never by its name, and drawn anew as PNG. What
//! hides in the file (scripts, places where a photo was taken, a second file behind the first) does not survive that.
//!
//! An SVG is drawn by `resvg`, which knows no scripts; nothing it refers to is loaded.

use crate::foundation::locale::Words;
use crate::words;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use resvg::{tiny_skia, usvg};
use std::io::Cursor;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The longest side of what is uploaded, in pixels.
pub const MAX_SIDE: u32 = 4096;
/// What a decoder may take of memory: a picture of the greatest size, twice.
const MAX_MEMORY: u64 = 2 * 4 * (MAX_SIDE as u64) * (MAX_SIDE as u64);
/// What is kept fits into this box.
const BOX: (u32, u32) = (1024, 512);
/// A picture longer than this many times its height is a line.
const MAX_RATIO: u32 = 16;

/// A picture of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Draws what was uploaded anew, no larger than is needed.
pub fn redraw(file: &[u8]) -> Result<Png, Words> {
    if file.len() > MAX_BYTES {
        let mib = MAX_BYTES / 1024 / 1024;
        return Err(words!("图片太大，最多 {mib} MiB。", "This picture is too large: the limit is {mib} MiB."));
    }
    let picture = match svg_text(file) {
        Some(text) => draw_svg(text)?,
        None => decode(file)?,
    };
    let (width, height) = (picture.width(), picture.height());
    if width > height.saturating_mul(MAX_RATIO) || height > width.saturating_mul(MAX_RATIO) {
        return Err(words!(
            "图片过于狭长，长边不能超过短边的 {MAX_RATIO} 倍。",
            "This picture is too long and narrow: its long side may be at most {MAX_RATIO} times its short side."
        ));
    }
    let fits = width <= BOX.0 && height <= BOX.1;
    encode(if fits { picture } else { picture.resize(BOX.0, BOX.1, FilterType::Lanczos3) })
}

/// An icon of so many pixels, from a picture of ours: in the middle of a square, nothing cut off. `opaque` puts it on white, for
/// phones that would put it on black.
pub fn icon(png: &[u8], pixels: u32, opaque: bool) -> Result<Png, Words> {
    let picture = decode(png)?;
    let small = picture.resize(pixels, pixels, FilterType::Lanczos3);
    let ground = if opaque { Rgba([255, 255, 255, 255]) } else { Rgba([0, 0, 0, 0]) };
    let mut square = DynamicImage::ImageRgba8(RgbaImage::from_pixel(pixels, pixels, ground));
    let middle = |side: u32| i64::from(pixels.saturating_sub(side) / 2);
    image::imageops::overlay(&mut square, &small, middle(small.width()), middle(small.height()));
    encode(square)
}

/// The size of a picture of ours.
pub fn size(png: &[u8]) -> Option<(u32, u32)> {
    ImageReader::with_format(Cursor::new(png), ImageFormat::Png).into_dimensions().ok()
}

fn unreadable() -> Words {
    words!(
        "无法识别这张图片，请上传 PNG、JPEG、WebP、GIF 或 SVG 文件。",
        "This file cannot be read as a picture. Please upload PNG, JPEG, WebP, GIF or SVG."
    )
}

fn too_many_pixels() -> Words {
    words!("图片尺寸太大，长宽都不能超过 {MAX_SIDE} 像素。", "This picture has too many pixels: the limit is {MAX_SIDE} on each side.")
}

/// Sizes are looked at before anything is unpacked: a small file may claim to be an enormous picture.
fn decode(file: &[u8]) -> Result<DynamicImage, Words> {
    let reader = || ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| unreadable());
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    if !reader()?.format().is_some_and(|format| known.contains(&format)) {
        return Err(unreadable());
    }
    let (width, height) = reader()?.into_dimensions().map_err(|_| unreadable())?;
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(too_many_pixels());
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(MAX_SIDE), Some(MAX_SIDE), Some(MAX_MEMORY));
    let mut reader = reader()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| unreadable())?;
    let orientation = decoder.orientation().map_err(|_| unreadable())?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| match error {
        image::ImageError::Limits(_) => too_many_pixels(),
        _ => unreadable(),
    })?;
    // A photo says which way is up; what we write does not.
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn encode(picture: DynamicImage) -> Result<Png, Words> {
    let picture = DynamicImage::ImageRgba8(picture.into_rgba8());
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(|_| unreadable())?;
    Ok(Png { bytes, width: picture.width(), height: picture.height() })
}

/// The text, if this looks like SVG.
fn svg_text(file: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(file).ok()?.trim_start_matches('\u{feff}').trim_start();
    (text.starts_with('<') && text.contains("<svg")).then_some(text)
}

/// Groups within groups.
const MAX_DEPTH: u32 = 32;

fn is_shallow(group: &usvg::Group, depth: u32) -> bool {
    let inner = |node: &usvg::Node| match node {
        usvg::Node::Group(group) => depth > 0 && is_shallow(group, depth - 1),
        _ => true,
    };
    group.children().iter().all(inner)
}

fn draw_svg(text: &str) -> Result<DynamicImage, Words> {
    if text.contains("<text") {
        // The letters would look different on every machine, or be missing.
        return Err(words!(
            "这个 SVG 里有文字，请先在绘图软件里把文字转成路径（转曲）。",
            "This SVG contains text. Please convert the text to paths in your drawing program first."
        ));
    }
    let nothing = usvg::ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = usvg::Options { image_href_resolver: nothing, ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(text, &options).map_err(|_| words!("这个 SVG 无法识别。", "This SVG cannot be read."))?;
    // A filter may ask for any amount of work, and each group in a group for another canvas. No logo needs either.
    if !tree.filters().is_empty() || !is_shallow(tree.root(), MAX_DEPTH) {
        return Err(words!(
            "这个 SVG 太复杂，请去掉滤镜，并减少编组的嵌套。",
            "This SVG is too complex. Please remove its filters and flatten nested groups."
        ));
    }
    let size = tree.size();
    let scale = (BOX.0 as f32 / size.width()).min(BOX.1 as f32 / size.height());
    let side = |length: f32| (length * scale).round().clamp(1.0, BOX.0 as f32) as u32;
    let mut pixels = tiny_skia::Pixmap::new(side(size.width()), side(size.height())).ok_or_else(unreadable)?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let (width, height) = (pixels.width(), pixels.height());
    RgbaImage::from_raw(width, height, pixels.take_demultiplied()).map(DynamicImage::ImageRgba8).ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(png: &Png, x: u32, y: u32) -> [u8; 4] {
        image::load_from_memory(&png.bytes).unwrap().into_rgba8().get_pixel(x, y).0
    }

    #[test]
    fn an_svg_is_drawn_and_its_script_and_pictures_are_gone() {
        let svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"10\" onload=\"alert(1)\">
            <script>alert(1)</script><rect width=\"10\" height=\"10\" fill=\"#f00\"/>
            <image href=\"/etc/hostname\" width=\"1\" height=\"1\"/><image href=\"https://evil.example/x.png\" width=\"9\" height=\"9\"/>
            <foreignObject width=\"9\" height=\"9\"><script>alert(1)</script></foreignObject></svg>";
        let png = redraw(svg.as_bytes()).unwrap();
        assert_eq!((png.width, png.height), (1024, 512));
        assert_eq!((pixel(&png, 100, 100), pixel(&png, 900, 100)), ([255, 0, 0, 255], [0, 0, 0, 0]));
        assert!(png.bytes.starts_with(b"\x89PNG") && !png.bytes.windows(5).any(|w| w == b"alert"));
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_is_called() {
        for file in [
            &b""[..],
            b"GIF89a",
            b"<html><svg",
            b"<svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'/><",
            b"\x89PNG\r\n\x1a\n\0\0",
            b"BM......",
            b"%PDF-1.7",
            b"\xff\xd8\xff\xe0junk",
        ] {
            assert!(redraw(file).is_err(), "{file:?}");
        }
        let entities = "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><desc>&d;&d;&d;&d;&d;</desc></svg>";
        let _ = redraw(entities.as_bytes());
        let lettered = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text>Stoa</text></svg>";
        assert!(redraw(lettered.as_bytes()).unwrap_err().en.contains("paths"));
    }

    #[test]
    fn a_small_file_with_millions_of_pixels_is_refused_before_it_is_unpacked() {
        let bomb = DynamicImage::new_luma8(MAX_SIDE + 1, 8);
        let mut file = Vec::new();
        bomb.write_to(&mut Cursor::new(&mut file), ImageFormat::Png).unwrap();
        assert!(redraw(&file).unwrap_err().en.contains("too many pixels"));
        // The size is what the file says of itself.
        file[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(redraw(&file).is_err());
        assert!(redraw(&vec![0; MAX_BYTES + 1]).unwrap_err().en.contains("MiB"));
    }

    #[test]
    fn an_icon_is_square_and_nothing_is_cut_off() {
        let wide =
            redraw(b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='10'><rect width='40' height='10' fill='#00f'/></svg>")
                .unwrap();
        let icon32 = icon(&wide.bytes, 32, false).unwrap();
        assert_eq!((icon32.width, icon32.height), (32, 32));
        assert_eq!((pixel(&icon32, 16, 16), pixel(&icon32, 16, 1)), ([0, 0, 255, 255], [0, 0, 0, 0]));
        assert_eq!(pixel(&icon(&wide.bytes, 180, true).unwrap(), 90, 1), [255, 255, 255, 255]);
    }
}
