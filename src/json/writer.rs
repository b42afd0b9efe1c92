//! Writing: the one spelling in which a value leaves the gateway.
//!
//! Compact, members in order, numbers as they came. Strings escape only what RFC 8259 demands:
//! the quote, the backslash and control characters, with the short form where there is one. What
//! is written reads back equal.

use super::{Object, Value, scan};

impl Value {
    /// The value as JSON text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.least_length());
        self.write(&mut out);
        out
    }

    /// Appends the value as JSON text.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(number) => out.extend_from_slice(number.bytes()),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                out.push(b'[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(object) => object.write(out),
        }
    }

    /// The length of the text if no string needs an escape.
    fn least_length(&self) -> usize {
        match self {
            Self::Null | Self::Bool(true) => 4,
            Self::Bool(false) => 5,
            Self::Number(number) => number.bytes().len(),
            Self::String(text) => text.len().saturating_add(2),
            Self::Array(items) => {
                items.iter().fold(2, |sum: usize, item| sum.saturating_add(item.least_length()).saturating_add(1))
            }
            Self::Object(object) => object.least_length(),
        }
    }
}

impl Object {
    /// The object as JSON text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.least_length());
        self.write(&mut out);
        out
    }

    /// Appends the object as JSON text.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (place, (name, value)) in self.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            write_string(name, out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }

    /// The length of the text if no string needs an escape.
    fn least_length(&self) -> usize {
        self.iter().fold(2, |sum: usize, (name, value)| {
            sum.saturating_add(name.len()).saturating_add(value.least_length()).saturating_add(4)
        })
    }
}

/// Appends a string in quotes: plain runs copied whole, escapes between them.
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at_checked(scan::plain_run(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let [byte, after @ ..] = special else { break };
        write_escape(*byte, out);
        rest = after;
    }
    out.push(b'"');
}

/// Appends the escape of one quote, backslash or control character.
fn write_escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let digit = |nibble: u8| b"0123456789abcdef".get(usize::from(nibble)).copied();
            out.extend_from_slice(b"\\u00");
            out.extend(digit(byte >> 4));
            out.extend(digit(byte & 0x0f));
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
