//! The icons of an installed site.

use super::drawing;
use std::collections::HashMap;
use std::sync::LazyLock;

/// `public/icon.svg`, which the browser shows in a tab.
const ICON: &str = include_str!("../../public/icon.svg");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// On a telephone's home screen.
    Small,
    Large,
    /// May be cut to any shape by the system: what matters is in the middle.
    Maskable,
    /// Apple's home screen.
    Touch,
}

impl Size {
    pub const ALL: [Size; 4] = [Size::Small, Size::Large, Size::Maskable, Size::Touch];

    pub const fn pixels(self) -> u32 {
        match self {
            Size::Small => 192,
            Size::Large | Size::Maskable => 512,
            Size::Touch => 180,
        }
    }

    /// The file's name under `/icons/`.
    pub const fn file(self) -> &'static str {
        match self {
            Size::Small => "192.png",
            Size::Large => "512.png",
            Size::Maskable => "maskable-512.png",
            Size::Touch => "touch-180.png",
        }
    }

    pub fn of_file(name: &str) -> Option<Size> {
        Size::ALL.into_iter().find(|size| size.file() == name)
    }

    /// The empty edge, as a share of the width.
    const fn margin(self) -> f32 {
        match self {
            Size::Small | Size::Large => 0.0,
            Size::Maskable => 0.22,
            Size::Touch => 0.12,
        }
    }
}

/// An icon as PNG, drawn once: for a site without a logo of its own.
pub fn icon(size: Size) -> Option<&'static [u8]> {
    static DRAWN: LazyLock<HashMap<Size, Vec<u8>>> =
        LazyLock::new(|| Size::ALL.into_iter().filter_map(|size| Some((size, draw(size)?))).collect());
    DRAWN.get(&size).map(Vec::as_slice)
}

fn draw(size: Size) -> Option<Vec<u8>> {
    let drawn = drawing::png(ICON, size.pixels(), size.pixels(), size.margin(), &drawing::without_fonts());
    drawn.map_err(|error| tracing::error!(%error, "an icon cannot be drawn")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_a_picture_of_its_size() {
        for size in Size::ALL {
            let png = icon(size).unwrap();
            assert_eq!(png[16..20], size.pixels().to_be_bytes(), "{size:?}");
            assert_eq!(Size::of_file(size.file()), Some(size));
        }
    }
}
