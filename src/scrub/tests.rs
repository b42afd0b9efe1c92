//! Each spelling, each place, each boundary of the promise.

use super::support::{Dice, base64, embedded, hex, html, json, mixed, percent, readable, wrapped};
use super::{MARK, Needles, Scrubber, scrub, scrub_text};

const SECRETS: [&str; 5] = [
    "secret-live-9fJ2_kQz7-Lm4xVb1TnR8w==",
    "p@ss/w0rd+<\"&'>%41\\n{~}",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "2d4f0c8e-77aa-4b0e-9a53-0f6b7c1d2e3f",
    "%2541\\\\u0041&amp;/+=",
];

/// The spellings by name; each call may roll a different one of its kind.
pub(super) type Spelling = (&'static str, fn(&str, &mut Dice) -> String);
pub(super) const SPELLINGS: [Spelling; 22] = [
    ("raw", |s, _| s.to_owned()),
    ("lower-cased scheme", |s, _| format!("bearer {s}")),
    ("base64", |s, d| base64(s, d)),
    ("base64 of a longer text", |s, d| base64(&embedded(s, d), d)),
    ("hex", |s, d| hex(s, d)),
    ("hex of a longer text", |s, d| hex(&embedded(s, d), d)),
    ("percent", |s, d| percent(s, d, 4)),
    ("percent, partly", |s, d| percent(s, d, 1)),
    ("JSON", |s, d| json(s, d, 4)),
    ("JSON, partly", |s, d| json(s, d, 1)),
    ("JSON, least", |s, d| json(s, d, 0)),
    ("HTML", |s, d| html(s, d, 4)),
    ("HTML, partly", |s, d| html(s, d, 1)),
    ("HTML, least", |s, d| html(s, d, 0)),
    ("mixed", mixed),
    ("mixed base64", |s, d| mixed(&base64(&embedded(s, d), d), d)),
    ("mixed hex", |s, d| mixed(&hex(s, d), d)),
    ("percent in base64", |s, d| base64(&format!("id:{}", full(s)), d)),
    ("JSON of HTML", |s, d| json(&html(s, d, 2), d, 2)),
    ("JSON of JSON", |s, d| json(&json(s, d, 2), d, 2)),
    ("percent of percent", |s, d| percent(&percent(s, d, 2), d, 2)),
    ("wrapped base64", |s, d| wrapped(&base64(&embedded(s, d), d), d)),
];

/// As `encodeURIComponent` writes it, with the five characters it leaves alone.
fn full(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b if b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}

fn scrubbed(text: &str, secret: &str) -> (String, usize) {
    let needles = Needles::new(secret);
    let mut text = text.to_owned();
    let count = scrub_text(&mut text, &[&needles]);
    (text, count)
}

#[test]
fn every_spelling_at_every_place() {
    let body = r#"{"id":"a\\b","x":["ü\n%&","\u0041/"],"e":"<p title='\"'>&lt;%20=="} "#;
    let mut dice = Dice(7);
    for secret in SECRETS {
        let needles = Needles::new(secret);
        for (name, spell) in SPELLINGS {
            for place in 0..=body.len() {
                let spelt = spell(secret, &mut dice);
                let mut text = body.as_bytes()[..place].to_vec();
                text.extend(spelt.as_bytes());
                text.extend(&body.as_bytes()[place..]);
                let count = scrub(&mut text, &[&needles]);
                assert_eq!(count, 1, "{name} at {place}: {spelt}");
                let view = readable(&text, secret);
                assert_eq!(view, None, "{name} at {place}: {spelt}");
                assert_eq!(scrub(&mut text, &[&needles]), 0);
            }
        }
    }
}

#[test]
fn nothing_but_the_secret_goes() {
    let secret = SECRETS[0];
    for (text, clean) in [
        (format!("a {secret} b"), "a [redacted] b"),
        (format!("{secret}{secret}"), "[redacted][redacted]"),
        (format!("basic {}", b64("user:", secret, "")), "basic dXNlcj[redacted]"),
        (format!("<{}>", b64("ab", secret, "cd")), "<YW[redacted]jZA==>"),
        (format!("<{}>", b64("", secret, "")), "<[redacted]>"),
        (b64("", secret, "").replace('=', "%3D"), "[redacted]"),
        (secret.to_uppercase(), "[redacted]"),
    ] {
        assert_eq!(scrubbed(&text, secret).0, clean, "{text}");
    }
}

fn b64(before: &str, secret: &str, behind: &str) -> String {
    use base64ct::Encoding;
    base64ct::Base64::encode_string(format!("{before}{secret}{behind}").as_bytes())
}

#[test]
fn no_bit_of_the_secret_stays_in_base64() {
    // Two texts that differ in the secret only leave the same bytes behind.
    for before in 0..6 {
        for behind in 0..6 {
            let (one, two) = ("first-secret-0000", "other-secret-zzzz");
            let (a, z) = (&"abcdef"[..before], &"uvwxyz"[..behind]);
            let left = scrubbed(&b64(a, one, z), one);
            let right = scrubbed(&b64(a, two, z), two);
            assert_eq!(left, right);
            assert_eq!(left.1, 1);
        }
    }
}

#[test]
fn a_near_miss_stays() {
    let mut dice = Dice(11);
    let secret = "k9ZpQ2vX7mT4wB8s";
    let needles = Needles::new(secret);
    for place in 0..secret.len() {
        let mut other = secret.as_bytes().to_vec();
        // One bit, and not the one of letter case.
        other[place] ^= 1;
        let other = String::from_utf8(other).unwrap();
        for (name, spell) in SPELLINGS {
            let text = spell(&other, &mut dice);
            let mut seen = text.clone();
            assert_eq!(scrub_text(&mut seen, &[&needles]), 0, "{name}: {text}");
            assert_eq!(seen, text);
        }
    }
}

#[test]
fn json_escapes_are_not_cut_in_two() {
    for (secret, text, clean) in [
        // Begins inside an escape.
        ("network-key", r#"{"a":"x\network-key"}"#, r#"{"a":"x[redacted]"}"#),
        ("0041network", r#"{"a":"\u0041network"}"#, r#"{"a":"[redacted]"}"#),
        // Ends inside of one.
        (r"network-key\", r#"{"a":"network-key\"b"}"#, r#"{"a":"[redacted]b"}"#),
        (r"network-key\", r#"{"a":"network-key\\"}"#, r#"{"a":"[redacted]"}"#),
        // An escaped backslash before it is no part of it.
        ("network-key", r#"{"a":"\\network-key"}"#, r#"{"a":"\\[redacted]"}"#),
        ("\"network-key", r#"{"a":"\"network-key"}"#, r#"{"a":"[redacted]"}"#),
    ] {
        assert_eq!(scrubbed(text, secret).0, clean, "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(clean).is_ok());
    }
}

#[test]
fn several_secrets_and_overlaps() {
    let (inner, outer) = (Needles::new("inner-secret"), Needles::new("an inner-secret too"));
    let tail = Needles::new("secret too, and more");
    let mut text = "x an inner-secret too, and more inner-secret".to_owned();
    assert_eq!(scrub_text(&mut text, &[&inner, &outer, &tail]), 2);
    assert_eq!(text, "x [redacted] [redacted]");
}

#[test]
fn short_secrets_and_the_mark_itself_are_left_alone() {
    for secret in ["", "1234567", "redacted", "[redacted", "REDACTED]", MARK] {
        assert!(!Needles::new(secret).is_searched());
        let text = format!("a {secret} {MARK}");
        assert_eq!(scrubbed(&text, secret), (text, 0));
    }
    assert!(Needles::new("12345678").is_searched());
}

#[test]
fn a_secret_that_resembles_the_mark_is_gone_for_good() {
    for (secret, text) in
        [("edacted]a", "edacted]aa"), ("abcdefg[", "abcdefgabcdefg["), ("x[redacted]y", "xx[redacted]yy")]
    {
        let (clean, count) = scrubbed(text, secret);
        assert!(count > 0);
        assert!(!clean.contains(secret), "{clean}");
        assert_eq!(scrubbed(&clean, secret).1, 0);
    }
}

#[test]
fn beyond_ascii_and_beyond_utf8() {
    let secret = "schlüssel-größe";
    let mut dice = Dice(3);
    let escaped: String = secret.bytes().map(|b| format!("%{b:02x}")).collect();
    for text in [secret.to_owned(), escaped, base64(secret, &mut dice), hex(secret, &mut dice)] {
        assert_eq!(scrubbed(&format!("ü{text}ü"), secret).0, "ü[redacted]ü");
    }
    let mut bytes = b"\xff\xfea-secret-key\xff\\\xff".to_vec();
    assert_eq!(scrub(&mut bytes, &[&Needles::new("a-secret-key")]), 1);
    assert_eq!(bytes, b"\xff\xfe[redacted]\xff\\\xff");
}

#[test]
fn finds_without_changing() {
    let needles = Needles::new("Secret-Header-Name");
    let list = [&needles];
    let scrubber = Scrubber::new(&list);
    assert!(scrubber.finds(b"x-secret-header-name"));
    assert!(!scrubber.finds(b"x-secret-header"));
    assert!(!Scrubber::new(&[]).finds(b"x-secret-header-name"));
}

#[test]
fn unfinished_escapes_are_harmless() {
    let needles = Needles::new("%%%%\\\\\\\\&&&&");
    for piece in ["%", "\\", "&", "&#", "&#x", "%4", "\\u00", "&amp", "%25", "&amp;", "\\\\", "\n"] {
        for count in [1, 2, 3, 300] {
            let text = piece.repeat(count);
            assert_eq!(scrub(&mut text.clone().into_bytes(), &[&needles]), 0, "{text}");
        }
    }
}
