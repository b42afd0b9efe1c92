//! The two inner loops, over bytes: how far a string runs plain, and how far a number goes.
//!
//! They stand apart because the reader and the writer must agree on them: what the reader takes
//! as plain is what the writer copies as plain, and a number is only what the grammar says.

const EVERY_BYTE: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// How many bytes from the start may stand in a JSON string as they are: all before the first
/// quote, backslash or control character.
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            let within = usize::try_from(special.trailing_zeros() / 8).unwrap_or_default();
            return index.saturating_mul(8).saturating_add(within);
        }
    }
    let within = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
    bytes.len().saturating_sub(tail.len()).saturating_add(within.unwrap_or(tail.len()))
}

/// Marks the high bit of each byte that is a quote, a backslash or below 0x20. A borrow can mark a
/// byte too many, but only above a true mark, so the lowest mark is always true.
fn special_bytes(word: u64) -> u64 {
    let below = |word: u64, bound: u8| word.wrapping_sub(EVERY_BYTE.wrapping_mul(u64::from(bound))) & !word & HIGH_BITS;
    let equal = |byte: u8| below(word ^ EVERY_BYTE.wrapping_mul(u64::from(byte)), 1);
    below(word, 0x20) | equal(b'"') | equal(b'\\')
}

/// The length of the number at the start of `bytes`, or how far in the grammar breaks.
///
/// A number that runs straight on into a letter, a digit or a sign (`01`, `1.2.3`, `0x1F`, `1_0`)
/// breaks there, so that the error speaks of the number.
pub(super) fn number(bytes: &[u8]) -> Result<usize, usize> {
    let mut rest = match bytes {
        [b'-', rest @ ..] => rest,
        all => all,
    };
    let gone = |rest: &[u8]| bytes.len().saturating_sub(rest.len());
    rest = match rest {
        [b'0', rest @ ..] => rest,
        other => digits(other).map_err(gone)?,
    };
    if let [b'.', fraction @ ..] = rest {
        rest = digits(fraction).map_err(gone)?;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let unsigned = match exponent {
            [b'+' | b'-', unsigned @ ..] => unsigned,
            all => all,
        };
        rest = digits(unsigned).map_err(gone)?;
    }
    match rest {
        [b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'+' | b'-' | b'_', ..] => Err(gone(rest)),
        _ => Ok(gone(rest)),
    }
}

/// What follows the digits at the start, or all of it if there is none.
fn digits(bytes: &[u8]) -> Result<&[u8], &[u8]> {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { Err(bytes) } else { Ok(bytes.get(count..).unwrap_or_default()) }
}
