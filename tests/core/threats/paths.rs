//! T6: whatever the spelling, what is sent is the operation that was matched, at the configured host.

use proptest::prelude::*;
use proptest::sample::select;
use sso_config_gateway::gateway::Gateway;
use url::Url;

use super::support::{CATALOGUE, Case};
use crate::support::{NOW, Request, Run, answered, gateway, request, run_at, token};

/// What `encodeURIComponent` does to a value that fits the vendors' alphabets.
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// Decodes `%XX` once, as a caller's client would have encoded it.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Carries a request out. What is sent, if anything is, must be each segment as the caller's client meant it, under the
/// operation that policy saw, at an origin that is configured.
fn carried_out(gateway: &Gateway, request: &Request) -> bool {
    let run = run_at(gateway, request, NOW, |one, _| if one.is_token() { token() } else { answered(404, "{}") });
    let sent: Vec<_> = run.upstream().into_iter().map(|one| (one.method.clone(), one.url.clone())).collect();
    if sent.is_empty() {
        assert!(matches!(run.status, 400 | 404 | 405), "{}: {} {}", request.url, run.status, run.body);
        return false;
    }
    // A fragment never leaves a client; what stands before it, and before a query, is the path.
    let path = request.url.split_once("://").unwrap().1.split(['?', '#']).next().unwrap();
    let mut segments = path.split('/').skip(1);
    let upstream = segments.next().unwrap();
    let origin = &CATALOGUE.iter().find(|case| case.upstream == upstream).expect("a configured upstream").origin;
    let expected = segments.fold(origin.clone(), |url, raw| format!("{url}/{}", encoded(&decoded(raw).unwrap())));
    for (method, url) in sent {
        assert_eq!((method.as_str(), url.split('?').next().unwrap()), (request.method, &*expected), "{}", request.url);
        assert_eq!(Url::parse(&url).unwrap().as_str(), url, "no parser on the way reads it differently");
    }
    let fits = |template: &str| {
        let (given, known): (Vec<&str>, Vec<&str>) =
            (expected[origin.len()..].split('/').collect(), template.split('/').collect());
        given.len() == known.len()
            && given.iter().zip(&known).all(|(given, known)| known.starts_with('{') || given == known)
    };
    assert!(fits(judged(&run)), "{} was judged as {}", expected, judged(&run));
    true
}

/// Path template of the operation that policy judged.
fn judged(run: &Run) -> &str {
    run.log.last().unwrap()["route"].as_str().unwrap().split_once(' ').unwrap().1
}

/// Puts `value` at each place of each operation. Counts how often something was sent.
pub fn try_everywhere(gateway: &Gateway, value: &str) -> usize {
    let places = CATALOGUE.iter().flat_map(|case| (0..case.params().len()).map(move |place| (case, place)));
    places
        .filter(|(case, place)| {
            carried_out(gateway, &request(case.method(), &case.path_with(*place, value), &case.body))
        })
        .count()
}

/// Places that can hold this value.
fn places_for(value: &str) -> usize {
    CATALOGUE.iter().flat_map(Case::params).filter(|param| (param.fits)(value)).count()
}

/// Spellings that some parser reads as more than one segment.
fn confusions() -> Vec<String> {
    let dots = [
        "..",
        ".",
        "%2e%2e",
        "%2E%2E",
        ".%2e",
        "%2e.",
        "%252e%252e",
        "%25%32%65",
        "%c0%ae%c0%ae",
        "%e0%80%ae",
        "\u{2024}\u{2024}",
        "%u002e",
        "..;",
        "..%00",
        "..%0d",
        "..%09",
        ". .",
        "%20..",
        "..%20",
        "\u{ff0e}\u{ff0e}",
    ];
    let slashes = [
        "/",
        "//",
        "%2f",
        "%2F",
        "%252f",
        "%5c",
        "%5C",
        "\\",
        "%c0%af",
        "%e0%80%af",
        "\u{2215}",
        "\u{ff0f}",
        "%u2215",
        ";/",
        "/;/",
        "/./",
        "/.//",
        "%2f%2f",
        "%00/",
        "/%00",
    ];
    let targets = ["applications", "", "x", "connections"];
    let mut all = Vec::new();
    for dot in dots {
        for slash in slashes {
            for target in targets {
                all.push(format!("{dot}{slash}{target}"));
                all.push(format!("{target}{slash}{dot}"));
            }
        }
        all.push(dot.to_owned());
        all.push(format!("{dot}{dot}"));
    }
    for odd in [
        "",
        "%",
        "%2",
        "%zz",
        "%00",
        "a%00b",
        "a;x=1",
        "a,b",
        "a%0d%0aHost:%20evil",
        "a b",
        "a+b",
        "a%20b",
        "a\tb",
        "a'b",
        "a\"b",
        "a<b",
        "a*b",
        "a(b)",
        "a!b",
        "a$b",
        "a&b",
        "a=b",
        "a:b",
        "a@b",
        "~",
        "...",
        "....",
        "a|b",
        "a%7Cb",
        "\u{202e}a",
        "%E2%80%AE",
        "%ff",
        "%f0%9f%98%80",
        "a%C2%A0b",
        "keys",
        "KEYS",
        &"a".repeat(128),
        &"a".repeat(129),
    ] {
        all.push(odd.to_owned());
    }
    all
}

#[test]
fn t06_a_path_value_is_one_segment_or_refused() {
    let gateway = gateway();
    let confusions = confusions();
    assert!(confusions.len() >= 500, "{}", confusions.len());
    for value in &confusions {
        try_everywhere(&gateway, value);
    }
    // The measure itself: ordinary values are sent, in their one spelling.
    for (value, meant) in [
        ("acmesaml0001", "acmesaml0001"),
        ("acme%73aml0001", "acmesaml0001"),
        ("a~b.c", "a~b.c"),
        ("a%7cb", "a|b"),
        ("...", "..."),
    ] {
        assert_eq!(try_everywhere(&gateway, value), places_for(meant), "{value}");
        assert!(places_for(meant) >= 3, "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Thrown together in any order, at each place.
    #[test]
    fn t06_pieces_of_urls_never_become_another_operation(pieces in proptest::collection::vec(select(vec![
        "a", "B", "0", "-", "_", ".", "..", "~", "|", "/", "\\", "%", "%2", "2f", "%2e", "%2E", "%25", "%2f", "%5C", "%00",
        "%7C", ";", ":", "@", "?", "#", "&", "=", "+", " ", "%20", "\u{e4}", "%C3%A4", "%c0%af", "connections", "saml", "keys",
    ]), 0..7)) {
        try_everywhere(&gateway(), &pieces.concat());
    }
}
