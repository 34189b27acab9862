//! What stands for the site where others link to it: a picture for each published article and one for the site (*cards*),
//! the QR code of an address, the icons of an installed site.
//!
//! A card says only what everybody may know: title, author, name of the site. It is drawn once, when it is first asked for,
//! and kept in the database for all instances. Its address ends in the *mark*, a hash of all that is on it, so it can be kept
//! for ever by whoever fetched it, and a changed title has a new address.

/// Three columns under a lintel, on a grid of 24: the sign of the site, as a path.
pub const MARK: &str = "M3 4h18v3H3zM5 9h3v9H5zM10.5 9h3v9h-3zM16 9h3v9h-3zM3 20h18v1.5H3z";

pub mod icons;
pub mod qr;
pub mod service;

mod drawing;
mod letters;
mod store;
