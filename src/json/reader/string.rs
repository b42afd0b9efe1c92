//! Strings: runs of plain bytes copied whole, escapes undone between them.
//!
//! Refuses raw control characters, escapes outside the grammar and half surrogate pairs: JSON's
//! grammar lets the last one through, but no Unicode string can hold it, and parsers disagree
//! about what it becomes.

use super::{Fault, Kind, Outcome, Reader};
use crate::json::scan;

impl<'a> Reader<'a> {
    /// The string whose opening quote is next.
    pub(super) fn string(&mut self) -> Outcome<String> {
        self.skip();
        let run = self.plain();
        if self.peek() == Some(b'"') {
            self.skip();
            return Ok(run.to_owned());
        }
        self.unescaped.clear();
        self.unescaped.push_str(run);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.skip();
                    return Ok(self.unescaped.as_str().to_owned());
                }
                Some(b'\\') => {
                    let character = self.escape()?;
                    self.unescaped.push(character);
                }
                _ => return Err(self.fault(Kind::ControlCharacter)),
            }
            let run = self.plain();
            self.unescaped.push_str(run);
        }
    }

    /// Takes what needs no unescaping.
    fn plain(&mut self) -> &'a str {
        self.take(scan::plain_run(self.rest()))
    }

    /// The character that the escape at the backslash stands for.
    fn escape(&mut self) -> Outcome<char> {
        let start = self.at;
        self.skip();
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(start),
            Some(_) => return Err(Fault::new(Kind::BadEscape, start)),
            None => return Err(self.fault(Kind::Truncated)),
        };
        self.skip();
        Ok(character)
    }

    /// The character of a `\u` escape that began at `start`, or of the pair of them.
    fn code_point(&mut self, start: usize) -> Outcome<char> {
        let high = self.unit(start)?;
        let code = match high {
            0xd800..=0xdbff if self.rest().starts_with(b"\\u") => {
                let second = self.at;
                self.skip();
                match self.unit(second)? {
                    low @ 0xdc00..=0xdfff => ((high & 0x3ff) << 10 | (low & 0x3ff)).saturating_add(0x1_0000),
                    _ => high,
                }
            }
            _ => high,
        };
        char::from_u32(code).ok_or_else(|| Fault::new(Kind::LoneSurrogate, start))
    }

    /// Takes the `u` of an escape and its four hex digits.
    fn unit(&mut self, start: usize) -> Outcome<u32> {
        self.skip();
        let mut unit = 0;
        for _ in 0..4 {
            let Some(byte) = self.peek() else {
                return Err(self.fault(Kind::Truncated));
            };
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(Fault::new(Kind::BadEscape, start));
            };
            unit = unit << 4 | digit;
            self.skip();
        }
        Ok(unit)
    }
}
