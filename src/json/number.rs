//! Numbers by their spelling.
//!
//! A number passed through a float comes out as another number: `1e400` turns to infinity, thirty
//! digits lose fourteen, `1.0` becomes `1`. The gateway forwards numbers it has no opinion on, so
//! it keeps the characters. What is not a JSON number never becomes a [`Number`].

use std::fmt;

use super::scan;

/// A JSON number, exactly as written.
///
/// Two numbers are equal when they are spelled alike: `1` and `1.0` differ, for a vendor may tell
/// them apart. `Debug` does not show the digits.
#[derive(Clone)]
pub struct Number(Lexeme);

/// Short spellings live in place: most numbers need no allocation, which would double what an
/// answer that is one long list of digits takes in memory.
#[derive(Clone)]
enum Lexeme {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<str>),
}

/// As much as fits beside the length without making a value larger on wasm32.
const SHORT: usize = 10;

impl Number {
    /// Reads a number's spelling; `None` unless all of it is one JSON number.
    pub fn parse(lexeme: &str) -> Option<Self> {
        (scan::number(lexeme.as_bytes()) == Ok(lexeme.len())).then(|| Self::from_scanned(lexeme))
    }

    /// The number `value`, in decimal digits.
    pub fn from_u64(value: u64) -> Self {
        Self::from_scanned(&value.to_string())
    }

    /// The number `value`, in decimal digits.
    pub fn from_i64(value: i64) -> Self {
        Self::from_scanned(&value.to_string())
    }

    /// Keeps a spelling that [`scan::number`] has measured.
    pub(super) fn from_scanned(lexeme: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..lexeme.len()), u8::try_from(lexeme.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(lexeme.as_bytes());
                Self(Lexeme::Short { length, bytes })
            }
            _ => Self(Lexeme::Long(lexeme.into())),
        }
    }

    /// The characters of the number.
    pub fn lexeme(&self) -> &str {
        // Always a string: only `from_scanned` fills it, from one.
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// The characters of the number, as bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        match &self.0 {
            Lexeme::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Lexeme::Long(lexeme) => lexeme.as_bytes(),
        }
    }

    /// The value, if it is written as a whole number from 0 to 2⁶⁴ − 1. `1.0` and `1e3` are not
    /// written so, nor is `-0`.
    pub fn as_u64(&self) -> Option<u64> {
        self.lexeme().parse().ok()
    }

    /// The value, if it is written as a whole number from −2⁶³ to 2⁶³ − 1. `-0` is 0.
    pub fn as_i64(&self) -> Option<i64> {
        self.lexeme().parse().ok()
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Number {}

/// Says only that it is a number: it may be a PIN.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
}
