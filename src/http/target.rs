//! The request target, taken apart once.
//!
//! What is matched here is what is sent: a path is split at `/` before anything is decoded, each value is decoded exactly
//! once, and the upstream's URL is later built from the operation's template with every value encoded as one segment. A
//! value that some other parser could read as more than a segment is refused, not repaired.

use std::borrow::Cow;

use crate::error::{Code, Rejection};
use crate::http::limits;

/// A parsed request target. All parts are still as they were sent.
pub struct Target<'a> {
    /// Host and port.
    pub authority: &'a str,
    /// Segments of the path; `/a/b` has two, `/` has none.
    pub segments: Vec<&'a str>,
    /// Names and values of the query, decoded.
    pub query: Vec<(String, String)>,
}

impl<'a> Target<'a> {
    /// Takes an absolute URL apart.
    pub fn parse(url: &'a str) -> Result<Self, Rejection> {
        if url.len() > limits::URL {
            return Err(Rejection::new(Code::UrlTooLong, "The URL is longer than 8192 bytes."));
        }
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        let segments = if path.is_empty() { Vec::new() } else { path.split('/').collect() };
        Ok(Self { authority, segments, query: parse_query(query)? })
    }
}

/// Reads `a=b&c=d`. A name given twice could mean either value to the next reader.
fn parse_query(query: &str) -> Result<Vec<(String, String)>, Rejection> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text: &str| percent_decode(&text.replace('+', " "));
        let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
            return Err(Rejection::new(Code::BadQueryValue, "The query is not valid percent-encoded UTF-8."));
        };
        if pairs.iter().any(|(known, _)| *known == name) {
            return Err(Rejection::new(Code::BadQueryValue, "A query parameter is given twice; give each once."));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// Decodes one path value. `None`: it could be read as something else than one segment, or is too long.
pub fn decode_segment(segment: &str) -> Option<String> {
    percent_decode(segment).filter(|value| is_segment(value))
}

/// True for a value that every parser reads as one segment of a path, and that is not too long.
pub fn is_segment(value: &str) -> bool {
    let confusing = value.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '/' | '\\' | '%'));
    let fits = !value.is_empty() && value != "." && value != ".." && value.len() <= limits::PATH_VALUE;
    fits && !confusing
}

/// Encodes one path value, as `encodeURIComponent` does: everything but unreserved characters.
pub fn encode_segment(value: &str) -> Cow<'_, str> {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if value.bytes().all(unreserved) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len().saturating_mul(3));
    for b in value.bytes() {
        if unreserved(b) {
            text.push(char::from(b));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            text.push('%');
            for nibble in [b >> 4, b & 15] {
                text.push(HEX.get(usize::from(nibble)).copied().map_or('0', char::from));
            }
        }
    }
    Cow::Owned(text)
}

/// Decodes `%XX` once. `None`: a broken escape, or not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b == b'%' {
            let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
            let (high, low) = (digit()?, digit()?);
            bytes.push((high << 4) | low);
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_decoded_once_and_encoded_back_as_one_segment() {
        for value in ["abc", "a~b", "a|b", "ä", "a:b@c", "organization-test-1"] {
            let encoded = encode_segment(value).into_owned();
            assert_eq!(decode_segment(&encoded).as_deref(), Some(value));
            assert!(!encoded.contains(['/', '?', '#', '\\']));
        }
        assert_eq!(encode_segment("a|b"), "a%7Cb");
    }

    #[test]
    fn whatever_could_become_another_path_is_refused() {
        for segment in [
            "",
            ".",
            "..",
            "%2e",
            "%2E%2e",
            ".%2e",
            "a%2Fb",
            "a%2fb",
            "a%5Cb",
            "a\\b",
            "%252e",
            "a%25b",
            "%00",
            "a%0d%0ab",
            "a%20b",
            "a b",
            "%zz",
            "%",
            "%2",
            "%ff",
            "%c0%ae",
            "%e2%80%83",
            "a\u{85}b",
        ] {
            assert_eq!(decode_segment(segment), None, "{segment:?}");
        }
        assert_eq!(decode_segment(&"a".repeat(129)), None);
    }

    #[test]
    fn a_target_is_split_before_it_is_decoded() {
        let target =
            Target::parse("http://localhost:8787/stytch-test/v1/a%2Fb?x=1&y=a%2Bb+c#frag").unwrap_or_else(|_| panic!());
        assert_eq!(target.authority, "localhost:8787");
        assert_eq!(target.segments, ["stytch-test", "v1", "a%2Fb"]);
        assert_eq!(target.query, [("x".to_owned(), "1".to_owned()), ("y".to_owned(), "a+b c".to_owned())]);
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert!(Target::parse("http://h/?a=1&a=2").is_err());
        assert!(Target::parse("http://h/?a=1&%61=2").is_err());
        assert!(Target::parse("http://h/?a=%ff").is_err());
    }
}
