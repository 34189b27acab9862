//! The QR code of an address: dark on light in every theme, because that is what cameras look for.

use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

/// As SVG with its quiet margin; `None` for an address that no code can hold.
pub fn svg(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    Some(code.render::<Color>().dark_color(Color("#26201c")).light_color(Color("#fcfbf8")).min_dimensions(240, 240).build())
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_becomes_a_code_and_one_that_is_too_long_none() {
        assert!(super::svg("https://stoa.example/p/a").unwrap().contains("<svg"));
        assert_eq!(super::svg(&"x".repeat(5000)), None);
    }
}
