//! The code itself: how it is made, written, read back from what people type, and kept.

use crate::foundation::text;
use crate::server::context::Context;
use base64::Engine;
use sha2::{Digest, Sha256};

/// Crockford's base32: no I, L, O or U, which are taken for others when read aloud or off a card.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Ten random bytes: 80 bits, 16 symbols.
const BYTES: usize = 10;
pub const SYMBOLS: usize = 16;
/// So many of them are kept in the clear, to tell a code from others. Whoever reads the database knows these, and not the 65
/// bits of the rest. Of codes that were made before, four are kept.
const IN_CLEAR: usize = 3;
const _: () = assert!((SYMBOLS - IN_CLEAR) * 5 >= 64);
/// No code is typed with as much around it.
const MAX_TYPED: usize = 300;

/// A new code, without its hyphens.
pub fn make(ctx: &Context) -> String {
    spelled(ctx.random_bytes())
}

fn spelled(bytes: [u8; BYTES]) -> String {
    let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let symbol = |n: usize| ALPHABET[(bits >> (5 * (SYMBOLS - 1 - n)) & 31) as usize] as char;
    (0..SYMBOLS).map(symbol).collect()
}

/// In groups of four: `7K3M-9Q2X-…`.
pub fn grouped(code: &str) -> String {
    let symbols: Vec<char> = code.chars().collect();
    symbols.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What was meant by what was typed: without regard to case, spaces, hyphens and full width; O is 0, I and L are 1. Of an
/// address the last part. Whatever comes out, it is looked up: what is no code at all takes the same way as a wrong one.
pub fn read(typed: &str) -> String {
    let typed: String = typed.chars().take(MAX_TYPED).collect();
    let typed = typed.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = typed.rsplit('/').next().unwrap_or_default();
    let meant = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    text::narrow(last).chars().filter(|c| c.is_alphanumeric()).map(meant).collect()
}

/// What is kept of a code. One round of SHA-256 will do: it hides a password badly because people choose passwords, which can
/// be tried one after the other; of 2^65 random codes that end alike none can be found that way, salted or not.
pub fn hash(code: &str) -> String {
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(format!("code:{code}")))
}

/// The last three symbols, to tell a code from others.
pub fn last(code: &str) -> &str {
    code.get(code.len().saturating_sub(IN_CLEAR)..).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = "0123456789ABCDEF";
        for typed in [
            "0123-4567-89AB-CDEF",
            "  o123 4567 89ab cdef\n",
            "OI23-4567-89AB-CDEF",
            "ol23—4567—89ab—cdef",
            "０１２３－４５６７－８９ＡＢ－ＣＤＥＦ",
            "https://stoa.example/redeem/0123-4567-89AB-CDEF",
            "stoa.example/redeem/0123-4567-89ab-cdef/?lang=en#x",
            "\u{200b}0123\u{3000}4567 89AB\tCDEF",
        ] {
            assert_eq!(read(typed), code, "{typed}");
        }
        assert_eq!(grouped(code), "0123-4567-89AB-CDEF");
        assert_eq!(last(code), "DEF");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes in any::<[u8; 10]>()) {
            let code = spelled(bytes);
            prop_assert_eq!(read(&grouped(&code)), code.clone());
            prop_assert_eq!(read(&grouped(&code).to_lowercase()), code);
        }

        #[test]
        fn nothing_that_is_typed_is_too_much(typed in "\\PC*") {
            let _ = hash(last(&read(&typed)));
        }
    }
}
