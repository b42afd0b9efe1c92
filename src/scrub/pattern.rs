//! The forms in which one secret is searched.
//!
//! Why it exists: escapes keep the characters of a secret apart and can be undone while
//! comparing, but hexadecimal and Base64 do not; those forms are computed beforehand.
//!
//! Base64 cuts a text into groups of six bits, so the same secret has three encodings, depending
//! on how many bytes stand before it. Its first and last character may carry bits of a neighbour
//! beside bits of the secret: 4 or 2 of the secret's bits at the front, 2 or 4 at the end. A
//! pattern therefore compares those two characters under a mask of the secret's bits. That way
//! they belong to the occurrence and are replaced with it, so that no bit of the secret stays
//! behind, whatever the neighbours are; at most one character on either side is lost to them.
//! Both alphabets have the same values and are searched as one.

use super::unit;
use zeroize::Zeroizing;

/// Bytes of a secret or of what is derived from it.
type Bytes = Zeroizing<Vec<u8>>;

/// What is told of a byte that can be no character of the form.
const NONE: u8 = 0xff;

/// How a form maps characters of the text to the values it compares.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Plain,
    Hex,
    Base64,
}

impl Form {
    /// The value of a character; letter case does not count where it has no meaning. A proxy may
    /// have lower-cased a header name. `+` and the space are one, as in forms.
    fn value(self, byte: u8) -> u8 {
        match self {
            Self::Plain if byte == b'+' => b' ',
            Self::Plain => byte.to_ascii_lowercase(),
            Self::Hex => unit::nibble(byte).unwrap_or(NONE),
            Self::Base64 => match byte {
                b'A'..=b'Z' => byte.wrapping_sub(b'A'),
                b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
                b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => NONE,
            },
        }
    }
}

/// One form of a secret, ready to be compared.
pub(super) struct Pattern {
    form: Form,
    values: Bytes,
    /// The bits that count in the first and in the last value.
    edges: (u8, u8),
    padding: u8,
    heads: [Bytes; 3],
}

impl Pattern {
    fn new(form: Form, values: Bytes, edges: (u8, u8), padding: u8) -> Self {
        let mut pattern = Self { form, values, edges, padding, heads: Default::default() };
        let heads = [0, 1, 2].map(|place| {
            let mut bytes = Bytes::new(Vec::with_capacity(256));
            bytes.extend((0..=u8::MAX).filter(|byte| pattern.accepts(place, *byte)));
            bytes
        });
        pattern.heads = heads;
        pattern
    }

    /// The bytes that can be the first, second and third character.
    pub(super) const fn heads(&self) -> &[Bytes; 3] {
        &self.heads
    }

    /// How many characters are compared.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// How many `=` end the encoding when nothing follows the secret in it.
    pub(super) const fn padding(&self) -> u8 {
        self.padding
    }

    /// Whether lines may be broken inside.
    pub(super) fn wraps(&self) -> bool {
        self.form == Form::Base64
    }

    /// Whether `byte` can be the character at `index`.
    #[inline]
    pub(super) fn accepts(&self, index: usize, byte: u8) -> bool {
        let mask = match index {
            0 => self.edges.0,
            _ if index.saturating_add(1) == self.values.len() => self.edges.1,
            _ => NONE,
        };
        self.values.get(index).is_some_and(|value| (self.form.value(byte) ^ value) & mask == 0)
    }
}

/// All forms of a secret.
pub(super) fn spellings(secret: &[u8]) -> Vec<Pattern> {
    let mut patterns = vec![plain(secret), hex(secret)];
    for text in before_base64(secret) {
        patterns.extend([0, 1, 2].map(|shift| base64(&text, shift)));
    }
    patterns
}

fn plain(secret: &[u8]) -> Pattern {
    let mut values = Bytes::new(Vec::with_capacity(secret.len()));
    values.extend(secret.iter().map(|byte| Form::Plain.value(*byte)));
    Pattern::new(Form::Plain, values, (NONE, NONE), 0)
}

fn hex(secret: &[u8]) -> Pattern {
    let mut values = Bytes::new(Vec::with_capacity(secret.len().saturating_mul(2)));
    for byte in secret {
        values.extend([byte.wrapping_shr(4), byte & 0x0f]);
    }
    Pattern::new(Form::Hex, values, (NONE, NONE), 0)
}

/// The secret's share of the encoding of `shift` unknown bytes, the secret and anything.
fn base64(secret: &[u8], shift: usize) -> Pattern {
    let total = secret.len().saturating_add(shift);
    let mut bytes = Bytes::new(Vec::with_capacity(total.saturating_add(2)));
    bytes.extend([0, 0].iter().take(shift));
    bytes.extend(secret);
    // The unused low bits of the last character are masked: any two bytes will do.
    let (padding, last, spare) = match total.checked_rem(3) {
        Some(1) => (2, 0b11_0000, 2),
        Some(2) => (1, 0b11_1100, 1),
        _ => (0, 0b11_1111, 0),
    };
    bytes.extend([0, 0].iter().take(spare));
    let mut values = Bytes::new(Vec::with_capacity(bytes.len().saturating_mul(2)));
    for group in bytes.chunks(3) {
        let group = group.iter().fold(0_u32, |all, byte| all.wrapping_shl(8) | u32::from(*byte));
        values.extend([18, 12, 6, 0].map(|low| group.wrapping_shr(low).to_le_bytes()[0] & 0x3f));
    }
    let used = values.len().saturating_sub(spare);
    values.truncate(used);
    // Before the first character with a bit of the secret stand as many as `shift`.
    values.drain(..shift);
    let first = match shift {
        0 => 0b11_1111,
        1 => 0b00_1111,
        _ => 0b00_0011,
    };
    // Two bits more than a value has, so that `NONE` is never taken for one.
    Pattern::new(Form::Base64, values, (first | 0xc0, last | 0xc0), padding)
}

/// The texts that stand for the secret inside a Base64 encoding: itself, and where it holds
/// characters that need it, percent-encoded (as OAuth asks of `client_secret_basic`, in the three
/// common sets of characters left alone) or escaped in JSON.
fn before_base64(secret: &[u8]) -> Vec<Bytes> {
    let mut texts: Vec<Bytes> = Vec::with_capacity(6);
    texts.push(Bytes::new(secret.to_vec()));
    for kept in ["-._~", "-._~!*'()", "-._* "] {
        add(&mut texts, secret, |byte, text| {
            if byte == b' ' && kept.contains(' ') {
                text.push(b'+');
            } else if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
                text.push(byte);
            } else {
                text.extend([b'%', digit(byte.wrapping_shr(4)), digit(byte & 0x0f)]);
            }
        });
    }
    for escaped in [b"\"\\".as_slice(), b"\"\\/"] {
        add(&mut texts, secret, |byte, text| {
            if escaped.contains(&byte) {
                text.push(b'\\');
            }
            text.push(byte);
        });
    }
    texts
}

/// Adds the secret as `write` spells it, if that spelling is a new one.
fn add(texts: &mut Vec<Bytes>, secret: &[u8], write: impl Fn(u8, &mut Vec<u8>)) {
    let mut text = Bytes::new(Vec::with_capacity(secret.len().saturating_mul(3)));
    for byte in secret {
        write(*byte, &mut text);
    }
    if !texts.contains(&text) {
        texts.push(text);
    }
}

fn digit(value: u8) -> u8 {
    match value {
        0..=9 => value.wrapping_add(b'0'),
        _ => value.wrapping_sub(10).wrapping_add(b'A'),
    }
}
