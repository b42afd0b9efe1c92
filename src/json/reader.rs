//! The reader: bytes to one [`Value`], or one [`ReadError`].
//!
//! One pass from left to right. It refuses everything outside RFC 8259 and, within it, whatever
//! two parsers are known to read differently: repeated names, lone surrogates, a byte order mark.
//! There is no lenient mode, neither for callers nor for vendors.

mod nested;
mod string;

use super::error::Fault;
use super::object::Member;
use super::{Number, ReadError, ReadErrorKind as Kind, Value, scan};

/// How much to read at most. Repeated names are refused whatever the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of arrays and objects: `[]` has one. Never more than [`Limits::DEEPEST`] is read,
    /// whatever stands here.
    pub depth: usize,
    /// Bytes of the whole body, white space included.
    pub bytes: usize,
}

impl Limits {
    /// For what callers send: 64 levels, 262 144 bytes.
    pub const REQUEST: Self = Self { depth: 64, bytes: 262_144 };

    /// For what vendors answer: 64 levels, 4 MiB.
    pub const ANSWER: Self = Self { depth: 64, bytes: 4_194_304 };

    /// The depth that no limit can raise: reading, writing, comparing and dropping a value all
    /// take stack for each level, and a wasm stack is small.
    pub const DEEPEST: usize = 128;
}

impl Default for Limits {
    fn default() -> Self {
        Self::REQUEST
    }
}

/// Reads one JSON value that takes up all of `bytes`, but for white space around it.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Value, ReadError> {
    whole(bytes, limits).map_err(|fault| fault.locate(bytes))
}

type Outcome<T> = Result<T, Fault>;

/// Judges the body as a whole, then reads it.
fn whole(bytes: &[u8], limits: Limits) -> Outcome<Value> {
    if bytes.len() > limits.bytes {
        return Err(Fault::new(Kind::TooLarge { limit: limits.bytes }, 0));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") || bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xff\xfe") {
        return Err(Fault::new(Kind::ByteOrderMark, 0));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::new(Kind::NotUtf8, error.valid_up_to()))?;
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
        deepest: limits.depth.min(Limits::DEEPEST),
        items: Vec::new(),
        members: Vec::new(),
        unescaped: String::new(),
    };
    if reader.token().is_none() {
        return Err(Fault::new(Kind::Empty, 0));
    }
    let value = reader.value()?;
    match reader.token() {
        None => Ok(value),
        Some(byte) => Err(reader.fault(amiss(byte, Kind::TrailingContent))),
    }
}

/// The better name for a fault where `byte` gives away what its writer meant.
fn amiss(byte: u8, otherwise: Kind) -> Kind {
    match byte {
        b'/' | b'#' => Kind::Comment,
        b'\'' => Kind::SingleQuote,
        _ => otherwise,
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Where in `text` the next byte is.
    at: usize,
    /// Arrays and objects open now.
    depth: usize,
    deepest: usize,
    /// Items of all arrays open now; an array that closes takes its own from the end, so that
    /// each is allocated once and at its size.
    items: Vec<Value>,
    /// The same for members of objects.
    members: Vec<Member>,
    /// Where strings with escapes are put together.
    unescaped: String,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on by `count` bytes and returns them. The caller knows that they are whole characters.
    fn take(&mut self, count: usize) -> &'a str {
        let end = self.at.saturating_add(count);
        let taken = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        taken
    }

    fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The next byte after white space, not yet taken.
    fn token(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.skip(),
                other => return other,
            }
        }
    }

    /// A fault at the next byte, or the end if there is none.
    #[cold]
    fn fault(&self, kind: Kind) -> Fault {
        Fault::new(if self.peek().is_none() { Kind::Truncated } else { kind }, self.at)
    }

    /// The fault of meeting `found` where `expected` says what belongs.
    #[cold]
    fn unexpected(&self, found: Option<u8>, expected: Kind) -> Fault {
        self.fault(found.map_or(Kind::Truncated, |byte| amiss(byte, expected)))
    }

    /// One value; white space before it is gone already.
    fn value(&mut self) -> Outcome<Value> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            found => Err(self.no_value(found)),
        }
    }

    #[cold]
    fn no_value(&self, found: Option<u8>) -> Fault {
        let kind = match found {
            Some(b'+' | b'.') => Kind::BadNumber,
            _ if [&b"NaN"[..], b"Inf"].iter().any(|name| self.rest().starts_with(name)) => Kind::BadNumber,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => Kind::BadWord,
            _ => Kind::ExpectedValue,
        };
        self.unexpected(found, kind)
    }

    fn word(&mut self, word: &str, value: Value) -> Outcome<Value> {
        let start = self.at;
        for byte in word.bytes() {
            if self.peek() != Some(byte) {
                let cut_off = self.peek().is_none();
                let kind = if cut_off { Kind::Truncated } else { Kind::BadWord };
                return Err(Fault::new(kind, if cut_off { self.at } else { start }));
            }
            self.skip();
        }
        match self.peek() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') => Err(Fault::new(Kind::BadWord, start)),
            _ => Ok(value),
        }
    }

    fn number(&mut self) -> Outcome<Value> {
        match scan::number(self.rest()) {
            Ok(length) => Ok(Value::Number(Number::from_scanned(self.take(length)))),
            Err(within) => Err(Fault::new(Kind::BadNumber, self.at.saturating_add(within))),
        }
    }
}
