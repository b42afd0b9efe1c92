//! Writers and readers of the spellings for the tests, made apart from the code under test: the
//! readers are plain decoders of one format each.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use std::fmt::Write;

/// A small generator (split-mix, 64 bits), so that a failing case is repeated by its seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    pub(super) fn of(&mut self, alphabet: &str, length: usize) -> String {
        let all: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| all[self.roll(all.len())]).collect()
    }
}

pub(super) const WORD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn either_case(text: String, dice: &mut Dice) -> String {
    match dice.roll(3) {
        0 => text.to_uppercase(),
        1 => text,
        _ => text.chars().map(|c| if dice.roll(2) == 0 { c.to_ascii_uppercase() } else { c }).collect(),
    }
}

pub(super) fn percent(text: &str, dice: &mut Dice, share: usize) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte == b'%' || dice.roll(4) < share {
            let code = either_case(format!("{byte:02x}"), dice);
            write!(out, "%{code}").unwrap();
        } else {
            out.push(char::from(byte));
        }
    }
    out
}

pub(super) fn json(text: &str, dice: &mut Dice, share: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            _ if dice.roll(4) < share => {
                let code = either_case(format!("{:04x}", u32::from(c)), dice);
                write!(out, "\\u{code}").unwrap();
            }
            '"' | '\\' => write!(out, "\\{c}").unwrap(),
            '/' if dice.roll(2) == 0 => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out
}

pub(super) fn html(text: &str, dice: &mut Dice, share: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let code = u32::from(c);
        match c {
            _ if dice.roll(4) < share => match dice.roll(4) {
                0 => write!(out, "&#{code};").unwrap(),
                1 => write!(out, "&#0{code};").unwrap(),
                2 => write!(out, "&#X{code:X};").unwrap(),
                _ => write!(out, "&#x{code:04x};").unwrap(),
            },
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Each character in a spelling of its own.
pub(super) fn mixed(text: &str, dice: &mut Dice) -> String {
    text.chars()
        .map(|c| {
            let c = c.to_string();
            match dice.roll(5) {
                0 => percent(&c, dice, 4),
                1 => json(&c, dice, dice_share(&c)),
                2 => html(&c, dice, 4),
                3 => format!("\\x{:02x}", c.as_bytes()[0]),
                _ => c,
            }
        })
        .collect()
}

fn dice_share(c: &str) -> usize {
    if c.bytes().all(|b| b.is_ascii_alphanumeric()) { 4 } else { 2 }
}

pub(super) fn base64(text: &str, dice: &mut Dice) -> String {
    match dice.roll(4) {
        0 => Base64::encode_string(text.as_bytes()),
        1 => Base64Unpadded::encode_string(text.as_bytes()),
        2 => Base64Url::encode_string(text.as_bytes()),
        _ => Base64UrlUnpadded::encode_string(text.as_bytes()),
    }
}

pub(super) fn hex(text: &str, dice: &mut Dice) -> String {
    let plain = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    either_case(plain, dice)
}

/// The secret inside a longer text, at a random alignment.
pub(super) fn embedded(text: &str, dice: &mut Dice) -> String {
    let (before, behind) = (dice.roll(7), dice.roll(7));
    let before = dice.of(WORD, before);
    let behind = dice.of(WORD, behind);
    format!("{before}:{text}{behind}")
}

pub(super) fn wrapped(text: &str, dice: &mut Dice) -> String {
    let width = 4 + dice.roll(70);
    let line = ["\n", "\r\n", "\n    ", "\r\n\t"][dice.roll(4)];
    let chars: Vec<char> = text.chars().collect();
    let lines: Vec<String> = chars.chunks(width).map(|c| c.iter().collect()).collect();
    lines.join(line)
}

fn nibble(byte: Option<&u8>) -> Option<u8> {
    char::from(*byte?).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

pub(super) fn read_percent(text: &[u8]) -> Vec<u8> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < text.len() {
        match (text[i], nibble(text.get(i + 1)), nibble(text.get(i + 2))) {
            (b'%', Some(a), Some(b)) => {
                out.push(a * 16 + b);
                i += 3;
            }
            (byte, ..) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    out
}

pub(super) fn read_json(text: &[u8]) -> Vec<u8> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < text.len() {
        let code = |from: usize, count: usize| {
            text.get(from..from + count)
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        };
        let (byte, length) = match (text[i], text.get(i + 1)) {
            (b'\\', Some(b'u')) if code(i + 2, 4).is_some() => (code(i + 2, 4).unwrap(), 6),
            (b'\\', Some(b'x')) if code(i + 2, 2).is_some() => (code(i + 2, 2).unwrap(), 4),
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b'r')) => (b'\r', 2),
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(byte @ (b'"' | b'\\' | b'/'))) => (*byte, 2),
            (byte, _) => (byte, 1),
        };
        out.push(byte);
        i += length;
    }
    out
}

pub(super) fn read_html(text: &[u8]) -> Vec<u8> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < text.len() {
        let tail = &text[i..];
        let end = tail.iter().take(12).position(|b| *b == b';');
        let name = end.and_then(|end| std::str::from_utf8(&tail[1..end.max(1)]).ok());
        let byte = match name.filter(|_| tail[0] == b'&') {
            Some("amp") => Some(b'&'),
            Some("lt") => Some(b'<'),
            Some("gt") => Some(b'>'),
            Some("quot") => Some(b'"'),
            Some(name) => name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u8::from_str_radix(digits, 16).ok(),
                None => digits.parse().ok(),
            }),
            None => None,
        };
        out.push(byte.unwrap_or(tail[0]));
        i += byte.and(end).map_or(1, |end| end + 1);
    }
    out
}

/// What each run of Base64 characters says, at each of the four places a group may begin.
pub(super) fn read_base64(text: &[u8]) -> Vec<u8> {
    let unwrapped: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !b"\r\n\t ".contains(b))
        .map(|b| match b {
            b'-' => b'+',
            b'_' => b'/',
            _ => b,
        })
        .collect();
    let mut out = Vec::new();
    for run in unwrapped.split(|b| !b.is_ascii_alphanumeric() && !b"+/".contains(b)) {
        for skip in 0..4_usize.min(run.len()) {
            for cut in 0..4_usize.min(run.len() - skip) {
                // The tail is made canonical: the decoder refuses stray bits, an attacker won't.
                let mut part = run[skip..run.len() - cut].to_vec();
                part.resize(part.len().next_multiple_of(4), b'A');
                out.extend(Base64::decode_vec(std::str::from_utf8(&part).unwrap()).unwrap());
                out.push(0);
            }
        }
    }
    out
}

pub(super) fn read_hex(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for run in text.split(|b| !b.is_ascii_hexdigit()) {
        for skip in 0..2_usize.min(run.len()) {
            for pair in run[skip..].chunks_exact(2) {
                out.push(nibble(pair.first()).unwrap() * 16 + nibble(pair.last()).unwrap());
            }
            out.push(0);
        }
    }
    out
}

pub(super) fn holds(text: &[u8], secret: &str) -> bool {
    text.windows(secret.len()).any(|part| part == secret.as_bytes())
}

/// The name of a view in which the secret can be read, if there is one.
pub(super) fn readable(text: &[u8], secret: &str) -> Option<String> {
    type View = fn(&[u8]) -> Vec<u8>;
    let escapes: [(&str, View); 4] =
        [("raw", <[u8]>::to_vec), ("percent", read_percent), ("json", read_json), ("html", read_html)];
    for (outer, first) in escapes {
        let once = first(text);
        for (inner, second) in escapes {
            let twice = second(&once);
            let ends: [(&str, View); 3] = [("", <[u8]>::to_vec), ("base64", read_base64), ("hex", read_hex)];
            for (end, third) in ends {
                if holds(&third(&twice), secret) {
                    return Some(format!("{outer} {inner} {end}"));
                }
            }
        }
    }
    None
}
