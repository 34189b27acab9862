//! One colour, made readable. An admin chooses the accent; hue and strength stay as chosen, and its lightness is moved in
//! OKLCH, as little as it takes, until text in it and text on it have a contrast of at least 4.5:1 (WCAG AA), on light
//! paper and on dark.

use crate::foundation::locale::Words;
use crate::words;
use color::{Oklch, OpaqueColor, Srgb};

/// What WCAG asks of text.
const ENOUGH: f32 = 4.5;
/// One step of lightness; smaller than what the eye can tell.
const STEP: f32 = 0.005;
/// How much stronger the deep tone is, which links take under the pointer.
const DEEPER: f32 = 0.08;

/// A colour as a screen shows it: three bytes. Contrasts are of these, not of what they were rounded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(u8, u8, u8);

impl Rgb {
    /// `#9a3f2b`, `9a3f2b` or `#abc`.
    pub fn parse(text: &str) -> Result<Rgb, Words> {
        let wrong = || words!("请填写 #9a3f2b 这样的颜色代码。", "Please give a colour such as #9a3f2b.");
        let digits = text.trim().trim_start_matches('#');
        let long: String = match digits.len() {
            3 => digits.chars().flat_map(|c| [c, c]).collect(),
            _ => digits.to_owned(),
        };
        if long.len() != 6 || !long.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let number = u32::from_str_radix(&long, 16).map_err(|_| wrong())?;
        let [_, r, g, b] = number.to_be_bytes();
        Ok(Rgb(r, g, b))
    }

    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    fn color(self) -> OpaqueColor<Srgb> {
        OpaqueColor::from_rgb8(self.0, self.1, self.2)
    }

    /// The contrast ratio of WCAG: 1 to 21.
    pub fn contrast(self, other: Rgb) -> f32 {
        let (a, b) = (self.color().relative_luminance(), other.color().relative_luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// Lightness, chroma, hue; as much of the chroma as the screen has at this lightness.
fn tone(lightness: f32, chroma: f32, hue: f32) -> Rgb {
    let at = |chroma: f32| OpaqueColor::<Oklch>::new([lightness.clamp(0.0, 1.0), chroma, hue]).convert::<Srgb>();
    let shows = |color: OpaqueColor<Srgb>| color.components.iter().all(|c| (-0.001..=1.001).contains(c));
    let (mut less, mut more) = (0.0, chroma);
    if !shows(at(chroma)) {
        for _ in 0..16 {
            let middle = (less + more) / 2.0;
            if shows(at(middle)) { less = middle } else { more = middle }
        }
        more = less;
    }
    let rgba = at(more).to_rgba8();
    Rgb(rgba.r, rgba.g, rgba.b)
}

/// The paper of a theme as style/tokens.css has it, and which way a colour becomes readable on it.
struct Paper {
    paper: [f32; 3],
    sunken: [f32; 3],
    /// Lightness of the wash and of what is written on the accent, and the most chroma they have.
    wash: (f32, f32),
    on: (f32, f32),
    away: f32,
}

const DAY: Paper = Paper { paper: [0.987, 0.003, 80.0], sunken: [0.962, 0.005, 80.0], wash: (0.955, 0.017), on: (0.99, 0.005), away: -1.0 };
const NIGHT: Paper = Paper { paper: [0.19, 0.007, 60.0], sunken: [0.228, 0.008, 60.0], wash: (0.25, 0.02), on: (0.2, 0.02), away: 1.0 };

/// The accent on one kind of paper: the values of `--clay`, `--clay-deep`, `--clay-wash`, `--on-clay`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tones {
    pub clay: Rgb,
    pub deep: Rgb,
    pub wash: Rgb,
    pub on: Rgb,
    /// The least contrast, of the colour as chosen and as it is used.
    pub chosen_contrast: f32,
    pub contrast: f32,
}

impl Tones {
    fn new(chosen: Rgb, paper: &Paper) -> Tones {
        let [lightness, chroma, hue] = chosen.color().convert::<Oklch>().components;
        // A grey has no hue to speak of.
        let hue = if hue.is_finite() { hue } else { 0.0 };
        let tinted = |(lightness, most): (f32, f32)| tone(lightness, chroma.min(most), hue);
        let (wash, on) = (tinted(paper.wash), tinted(paper.on));
        let [on_paper, on_sunken] = [paper.paper, paper.sunken].map(|[l, c, h]| tone(l, c, h));
        let least = |color: Rgb| [on_paper, on_sunken, wash, on].map(|ground| color.contrast(ground)).into_iter().fold(21.0, f32::min);
        let readable = |from: f32| {
            let mut lightness = from;
            let mut color = tone(lightness, chroma, hue);
            while least(color) < ENOUGH && (0.0..=1.0).contains(&lightness) {
                lightness += paper.away * STEP;
                color = tone(lightness, chroma, hue);
            }
            (lightness, color)
        };
        let as_chosen = least(chosen);
        let (lightness, clay) = if as_chosen >= ENOUGH { (lightness, chosen) } else { readable(lightness) };
        let (_, deep) = readable((lightness + paper.away * DEEPER).clamp(0.0, 1.0));
        Tones { clay, deep, wash, on, chosen_contrast: as_chosen, contrast: least(clay) }
    }

    /// Whether the colour had to be changed.
    pub fn corrected(&self) -> bool {
        self.chosen_contrast < ENOUGH
    }

    fn css(&self) -> String {
        let [clay, deep, wash, on] = [self.clay, self.deep, self.wash, self.on].map(Rgb::hex);
        format!("--clay:{clay};--clay-deep:{deep};--clay-wash:{wash};--on-clay:{on}")
    }
}

/// A chosen colour as it is used in both themes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accent {
    pub chosen: Rgb,
    pub day: Tones,
    pub night: Tones,
}

impl Accent {
    pub fn new(chosen: Rgb) -> Accent {
        Accent { chosen, day: Tones::new(chosen, &DAY), night: Tones::new(chosen, &NIGHT) }
    }

    /// The tokens for every theme, in the layer of tokens. The choice of a reader stands in `data-theme`; without one it is
    /// the system's.
    pub fn css(&self) -> String {
        let (day, night) = (self.day.css(), self.night.css());
        format!(
            "@layer tokens{{:root{{{day}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=\"light\"]){{{night}}}}}\
             :root[data-theme=\"dark\"]{{{night}}}\
             @media (prefers-contrast:more){{:root:root:root{{--clay:var(--clay-deep)}}}}}}\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_people_write_them() {
        assert_eq!(Rgb::parse(" #9A3F2B ").map(Rgb::hex), Ok("#9a3f2b".to_owned()));
        assert_eq!(Rgb::parse("abc").map(Rgb::hex), Ok("#aabbcc".to_owned()));
        for wrong in ["", "#", "red", "#12345", "#12345678", "#ggg", "９ａ３ｆ２ｂ", "#+12345", "url(x)"] {
            assert!(Rgb::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_colour_that_reads_well_is_used_as_chosen_and_a_pale_one_is_darkened() {
        let clay = Accent::new(Rgb(0x9a, 0x3f, 0x2b));
        assert_eq!((clay.day.clay, clay.day.corrected()), (Rgb(0x9a, 0x3f, 0x2b), false));
        assert!(clay.night.corrected(), "the same is too dark for dark paper");
        let yellow = Accent::new(Rgb(0xff, 0xeb, 0x3b));
        assert!(yellow.day.corrected() && yellow.day.contrast >= ENOUGH && yellow.day.contrast < 4.8, "{yellow:?}");
        assert_eq!(yellow.night.clay, Rgb(0xff, 0xeb, 0x3b));
    }

    proptest::proptest! {
        #[test]
        fn every_colour_is_readable_in_every_theme(r: u8, g: u8, b: u8) {
            let accent = Accent::new(Rgb(r, g, b));
            for (tones, paper) in [(accent.day, &DAY), (accent.night, &NIGHT)] {
                let [l, c, h] = paper.paper;
                let [sl, sc, sh] = paper.sunken;
                for color in [tones.clay, tones.deep] {
                    for ground in [tone(l, c, h), tone(sl, sc, sh), tones.wash, tones.on] {
                        let contrast = color.contrast(ground);
                        proptest::prop_assert!(contrast >= ENOUGH, "{} on {}: {contrast}", color.hex(), ground.hex());
                    }
                }
            }
        }
    }
}
