//! Writes a distinguished name the way people read it (RFC 4514).
//!
//! The parser's own writer brings its whole table of object identifiers along, more than a
//! hundred kilobytes of wasm for ten names. This one knows the ten, reads the old UTF-16
//! strings too, and escapes characters that could disguise a name.

use der::{Encode, Tag, Tagged, asn1::ObjectIdentifier};
use x509_cert::{attr::AttributeTypeAndValue, name::Name};

use super::model::hex;

/// The attributes that have a short name.
const SHORT: [(ObjectIdentifier, &str); 11] = [
    (ObjectIdentifier::new_unwrap("2.5.4.3"), "CN"),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), "SERIALNUMBER"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "STREET"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"), "UID"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"), "DC"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1"), "emailAddress"),
];

/// Writes a name, the most specific part first.
pub(super) fn write(name: &Name) -> String {
    let mut parts: Vec<String> =
        name.iter_rdn().map(|rdn| rdn.iter().map(attribute).collect::<Vec<_>>().join("+")).collect();
    parts.reverse();
    parts.join(",")
}

fn attribute(attribute: &AttributeTypeAndValue) -> String {
    let short = SHORT.iter().find(|(oid, _)| *oid == attribute.oid);
    let value = text(attribute.value.tag(), attribute.value.value());
    if let (Some((_, key)), Some(value)) = (short, value) {
        return [key, "=", escape(&value).as_str()].concat();
    }
    let der = attribute.value.to_der().unwrap_or_default();
    [attribute.oid.to_string().as_str(), "=#", &hex(&der)].concat()
}

fn text(tag: Tag, bytes: &[u8]) -> Option<String> {
    match tag {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::VisibleString | Tag::NumericString => {
            String::from_utf8(bytes.to_vec()).ok()
        }
        // In practice Latin-1, whatever T.61 says.
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let (pairs, []) = bytes.as_chunks::<2>() else {
                return None;
            };
            let units: Vec<u16> = pairs.iter().copied().map(u16::from_be_bytes).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        let edge = index == 0 || index == last;
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', character]),
            ' ' if edge => escaped.push_str("\\ "),
            '#' if index == 0 => escaped.push_str("\\#"),
            _ if is_invisible(character) => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    escaped.push('\\');
                    escaped.push_str(&hex(&[byte]));
                }
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Control characters, and those that reorder or hide their neighbours.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_and_latin_1_strings_are_read() {
        let bmp = text(Tag::BmpString, &[0, 0x53, 0x20, 0xac]);
        assert_eq!(bmp.as_deref(), Some("S\u{20ac}"));
        assert_eq!(text(Tag::BmpString, &[0, 0x53, 0]), None);
        assert_eq!(text(Tag::BmpString, &[0xd8, 0]), None);
        let latin = text(Tag::TeletexString, b"S\xf6hne");
        assert_eq!(latin.as_deref(), Some("S\u{f6}hne"));
        assert_eq!(text(Tag::Utf8String, b"\xff"), None);
        assert_eq!(text(Tag::Integer, b"1"), None);
    }

    #[test]
    fn special_and_invisible_characters_are_escaped() {
        let cases = [
            ("plain", "plain"),
            (" a ", "\\ a\\ "),
            (" ", "\\ "),
            ("#a#", "\\#a#"),
            ("a,b+c\"d\\e;<>", "a\\,b\\+c\\\"d\\\\e\\;\\<\\>"),
            ("a\nb\0", "a\\0ab\\00"),
            ("a\u{202e}b", "a\\e2\\80\\aeb"),
            ("", ""),
        ];
        for (value, expected) in cases {
            assert_eq!(escape(value), expected);
        }
    }
}
