//! Splits PEM text into blocks and says how its armour is damaged.
//!
//! Parsers disagree about PEM. This one recognises more than any of them, so that a damaged
//! text gets a precise answer, and calls sound only what OpenSSL reads: markers of exactly
//! five dashes alone on their line, equal labels, Base64 lines of any length, LF or CRLF.
//! A lone CR is no line break.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) mod vectors;

/// Longest text that is looked at, in bytes. An RSA-4096 certificate has about 2 KiB.
pub(super) const MAX_TEXT: usize = 32 * 1024;

/// Columns of a Base64 line that we write (RFC 7468).
const COLUMNS: usize = 64;

/// The material between a `BEGIN` and its `END`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// What the `BEGIN` marker names, such as `CERTIFICATE`.
    pub(super) label: &'a str,
    /// Everything up to the next marker: line breaks, Base64, sometimes headers.
    pub(super) body: &'a str,
}

/// A text taken apart.
#[derive(Default)]
pub(super) struct Split<'a> {
    /// The blocks in the order of the text, damaged ones included.
    pub(super) blocks: Vec<Block<'a>>,
    /// A marker is misspelt, lacks its partner, or the labels of a pair differ.
    pub(super) broken: bool,
    /// A marker shares its line or is indented, or a blank line interrupts the Base64.
    pub(super) misplaced: bool,
    /// Something other than white space stands outside the blocks.
    pub(super) outside: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Begin,
    End,
}

struct Marker<'a> {
    edge: Edge,
    label: &'a str,
    exact: bool,
    before: &'a str,
    after: &'a str,
}

impl Marker<'_> {
    fn alone_on_its_line(&self) -> bool {
        let indent = self.before.rsplit('\n').next().unwrap_or_default();
        let rest = self.after.split('\n').next().unwrap_or_default();
        indent.is_empty() && is_blank(rest)
    }
}

/// Takes a text apart. Never fails: what cannot be understood is reported in the flags.
pub(super) fn split(text: &str) -> Split<'_> {
    let mut found = Split::default();
    let mut open: Option<&str> = None;
    let mut rest = text;
    while let Some(marker) = next_marker(rest) {
        found.broken |= !marker.exact;
        found.misplaced |= !marker.alone_on_its_line();
        match (open.take(), marker.edge) {
            (None, Edge::Begin) => {
                found.outside |= !is_white(marker.before);
                open = Some(marker.label);
            }
            (None, Edge::End) => found.broken = true,
            (Some(label), edge) => {
                found.misplaced |= has_blank_lines(marker.before);
                found.blocks.push(Block { label, body: marker.before });
                if edge == Edge::Begin {
                    found.broken = true;
                    open = Some(marker.label);
                } else {
                    found.broken |= label != marker.label;
                }
            }
        }
        rest = marker.after;
    }
    if let Some(label) = open {
        found.broken = true;
        found.blocks.push(Block { label, body: rest });
    } else {
        found.outside |= !is_white(rest);
    }
    found
}

/// Whether a text without blocks still looks as if somebody had meant to write armour.
pub(super) fn resembles_armour(text: &str) -> bool {
    text.contains("BEGIN ") || text.contains("END ") || text.contains("-----")
}

/// Turns literal `\n` and `\r`, as left by a value escaped twice, into line breaks; `None`
/// when there are none.
pub(super) fn unescape(text: &str) -> Option<Zeroizing<String>> {
    if !text.contains("\\n") && !text.contains("\\r") {
        return None;
    }
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.peek() {
            Some('\\') => {}
            Some('n') => {
                characters.next();
                plain.push('\n');
            }
            Some('r') => {
                characters.next();
                plain.push('\r');
            }
            _ => plain.push(character),
        }
    }
    Some(plain)
}

/// Decodes the Base64 of a block, white space aside; `None` when it is not Base64.
pub(super) fn decode(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(body.len()));
    bytes.extend(body.bytes().filter(|byte| !is_blank_byte(*byte)));
    let length = Base64::decode_in_place(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

/// Writes a block: 64 columns, LF, a line break at the end.
pub(super) fn armour(label: &str, der: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(Base64::encode_string(der));
    // The text never outgrows this, so that no half-written copy is left behind in memory.
    let room = base64.len().saturating_mul(2).saturating_add(128);
    let mut text = Zeroizing::new(String::with_capacity(room));
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----");
    for (column, character) in base64.chars().enumerate() {
        if column % COLUMNS == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str("\n-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

fn next_marker(text: &str) -> Option<Marker<'_>> {
    let mut search = text;
    loop {
        let (_, tail) = search.split_at_checked(search.find("--")?)?;
        let word = tail.trim_start_matches('-');
        let (before, _) = text.split_at_checked(text.len().saturating_sub(tail.len()))?;
        if let Some(marker) = marker_at(before, tail, word) {
            return Some(marker);
        }
        search = word;
    }
}

fn marker_at<'a>(before: &'a str, tail: &'a str, word: &'a str) -> Option<Marker<'a>> {
    let unspaced = word.trim_start_matches([' ', '\t']);
    let (edge, name) = edge_of(unspaced)?;
    let label_end = name.find(['-', '\n']).unwrap_or(name.len());
    let (label, rest) = name.split_at_checked(label_end)?;
    // Ten dashes are two markers that lost the line break between them.
    let pair = rest.starts_with("----------");
    let after = rest.strip_prefix("-----").filter(|_| pair).unwrap_or_else(|| rest.trim_start_matches('-'));
    let trimmed = label.trim();
    let five = |longer: &str, shorter: &str| longer.len().saturating_sub(shorter.len()) == 5;
    let exact = five(tail, word)
        && five(rest, after)
        && (word.starts_with("BEGIN ") || word.starts_with("END "))
        && label.strip_prefix(' ') == Some(trimmed)
        && trimmed.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' '))
        && !trimmed.is_empty();
    Some(Marker { edge, label: trimmed, exact, before, after })
}

fn edge_of(word: &str) -> Option<(Edge, &str)> {
    let strip = |name: &str| {
        let (start, rest) = word.split_at_checked(name.len())?;
        let ends_here = !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
        (start.eq_ignore_ascii_case(name) && ends_here).then_some(rest)
    };
    let begin = strip("BEGIN").map(|rest| (Edge::Begin, rest));
    begin.or_else(|| strip("END").map(|rest| (Edge::End, rest)))
}

/// OpenSSL allows one blank line after the `BEGIN` line, where headers would end, and no other.
/// Bodies with headers are left to whoever knows the headers.
fn has_blank_lines(body: &str) -> bool {
    let inner = body.strip_suffix('\n').unwrap_or(body);
    !body.contains(':') && inner.split('\n').skip(2).any(is_blank)
}

fn is_white(text: &str) -> bool {
    text.bytes().all(is_blank_byte)
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

fn is_blank_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
