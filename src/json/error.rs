//! What is wrong with a body, and where.
//!
//! The sentences go back to the caller and into the audit line, so they never quote a value.
//! Member names are the caller's words as well: they appear cut to 64 characters, with whatever
//! does not print escaped.

use super::escape_pointer_token;

/// The longest member name an error shows, in characters.
const NAME_SHOWN: usize = 64;

/// The longest pointer an error shows, in bytes.
const POINTER_SHOWN: usize = 1024;

/// Why a body was not read. `Display` is one sentence with line and column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (line {line}, column {column})")]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// The byte it was seen at, counted from 0.
    pub offset: usize,
    /// The line, counted from 1.
    pub line: usize,
    /// The character in that line, counted from 1.
    pub column: usize,
    /// JSON Pointer to the innermost value that was being read; empty for the body as a whole.
    /// For showing: long names in it are cut, and so is a long pointer.
    pub pointer: String,
}

/// What is wrong with a body. `Display` says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadErrorKind {
    /// More bytes than [`Limits::bytes`](super::Limits::bytes).
    #[error("the body is larger than {limit} bytes; send a smaller one")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// No bytes, or only white space.
    #[error("the body is empty; send a JSON value")]
    Empty,
    /// A byte order mark in front, of UTF-8 or UTF-16.
    #[error("the body begins with a byte order mark; send plain UTF-8 without one")]
    ByteOrderMark,
    /// Bytes that are not UTF-8.
    #[error("the body is not valid UTF-8 from here on; encode it as UTF-8")]
    NotUtf8,
    /// The end came inside a value.
    #[error("the body ends before the JSON value does; check that it was sent whole")]
    Truncated,
    /// More nesting than [`Limits::depth`](super::Limits::depth).
    #[error("arrays and objects are nested deeper than {limit} levels; flatten the body")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// A name twice in one object, however it was escaped.
    #[error("the member \"{name}\" appears more than once in an object; send it once")]
    Duplicate {
        /// The name, cut and escaped for showing.
        name: String,
    },
    /// Half of a surrogate pair.
    #[error("a \\u escape is half of a surrogate pair; send both halves or the character itself")]
    LoneSurrogate,
    /// An unescaped control character in a string.
    #[error("a string holds a raw control character; escape it, a line break as \\n")]
    ControlCharacter,
    /// A backslash before something that JSON does not escape.
    #[error("this escape is not JSON; after a backslash comes one of \" \\ / b f n r t, or u and four hex digits")]
    BadEscape,
    /// A number outside the grammar.
    #[error(
        "this is not a JSON number; no leading zero or plus, digits around a point and after an exponent, no NaN or Infinity"
    )]
    BadNumber,
    /// A bare word that is not one of the three.
    #[error("a bare word here must be true, false or null, in lower case; put strings in double quotes")]
    BadWord,
    /// Single quotes.
    #[error("single quotes are not JSON; use double quotes")]
    SingleQuote,
    /// A comment.
    #[error("comments are not JSON; leave them out")]
    Comment,
    /// A comma with nothing after it.
    #[error("a comma here has nothing after it; leave it out")]
    TrailingComma,
    /// Something else where a value belongs.
    #[error("a JSON value is missing here")]
    ExpectedValue,
    /// Something else where a member name belongs.
    #[error("a member name in double quotes is missing here")]
    ExpectedName,
    /// Something else where a colon belongs.
    #[error("a colon is missing after the member name")]
    ExpectedColon,
    /// Something else after an item of an array.
    #[error("a comma or the closing bracket of the array is missing here")]
    ExpectedCommaInArray,
    /// Something else after a member of an object.
    #[error("a comma or the closing brace of the object is missing here")]
    ExpectedCommaInObject,
    /// Something after the value.
    #[error("there is more after the JSON value; send one value and nothing else")]
    TrailingContent,
}

/// An error on its way out of the reader: each level it passes adds its step of the path. Boxed,
/// so that the way that succeeds carries no room for it.
pub(super) struct Fault(Box<Detail>);

struct Detail {
    kind: ReadErrorKind,
    offset: usize,
    /// Innermost first.
    path: Vec<String>,
}

impl Fault {
    #[cold]
    pub(super) fn new(kind: ReadErrorKind, offset: usize) -> Self {
        Self(Box::new(Detail { kind, offset, path: Vec::new() }))
    }

    #[cold]
    pub(super) fn in_item(mut self, place: usize) -> Self {
        self.0.path.push(place.to_string());
        self
    }

    #[cold]
    pub(super) fn in_member(mut self, name: &str) -> Self {
        let token = escape_pointer_token(&showable(name)).into_owned();
        self.0.path.push(token);
        self
    }

    #[cold]
    pub(super) fn locate(self, body: &[u8]) -> ReadError {
        let before = body.get(..self.0.offset).unwrap_or(body);
        let line = before.split(|byte| *byte == b'\n').count();
        let in_line = before.rsplit(|byte| *byte == b'\n').next();
        // Every character has one byte that does not continue another.
        let starts = |byte: &&u8| **byte & 0xc0 != 0x80;
        let column = in_line.unwrap_or_default().iter().filter(starts).count();
        let mut pointer = String::new();
        for token in self.0.path.iter().rev() {
            pointer.push('/');
            if pointer.len().saturating_add(token.len()) > POINTER_SHOWN {
                pointer.push('…');
                break;
            }
            pointer.push_str(token);
        }
        ReadError { kind: self.0.kind, offset: self.0.offset, line, column: column.saturating_add(1), pointer }
    }
}

/// A member name fit for an error: cut, and with control, format and other characters that do not
/// print escaped.
pub(super) fn showable(name: &str) -> String {
    let mut shown = String::new();
    for (place, character) in name.chars().enumerate() {
        if place == NAME_SHOWN {
            shown.push('…');
            break;
        }
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}
