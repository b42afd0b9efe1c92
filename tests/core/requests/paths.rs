//! Path values: whatever the spelling, one segment of the operation that was matched, at the configured host.

use proptest::prelude::*;
use proptest::sample::select;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::vendor::Vendor;
use url::Url;

use crate::support::{CONNECTION, NOW, ORGANIZATION, Sent, answered, gateway, request, run_at, token};

/// A place for a value: verb, what stands before and after it, and the host it is sent to.
const PLACES: &[(&str, &str, &str, &str, &str)] = &[
    ("GET", "/logto", "/api/sso-connectors/", "", "https://tenant.logto.app"),
    ("DELETE", "/logto", "/api/sso-connectors/", "/idp-initiated-auth-config", "https://tenant.logto.app"),
    ("GET", "/loginradius", "/v2/manage/custom-providers/saml/", "", "https://api.loginradius.com"),
    ("GET", "/stytch-test", "/v1/b2b/sso/", "", "https://test.stytch.com"),
    (
        "PUT",
        "/stytch-test",
        "/v1/b2b/sso/saml/",
        "/connections/saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9",
        "https://test.stytch.com",
    ),
    (
        "PUT",
        "/stytch-test",
        "/v1/b2b/sso/saml/organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931/connections/",
        "",
        "https://test.stytch.com",
    ),
];

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

/// Puts `value` in each place; whatever is sent must be what was matched. Counts what was sent.
fn try_everywhere(gateway: &Gateway, value: &str) -> usize {
    let mut count = 0;
    for (method, upstream, before, after, origin) in PLACES {
        let body = if *method == "PUT" { "{}" } else { "" };
        let request = request(method, &format!("{upstream}{before}{value}{after}"), body);
        let mut sent = Vec::new();
        let run = run_at(gateway, &request, NOW, |one, _| {
            if one.is_token() {
                return token();
            }
            sent.push((one.method.clone(), one.url.clone()));
            answered(404, "{}")
        });
        if sent.is_empty() {
            assert!(matches!(run.status, 400 | 404 | 405), "{value:?}: {} {}", run.status, run.body);
            continue;
        }
        count += 1;
        // A fragment never leaves a client; what stands before it is the path.
        let value = value.split('#').next().unwrap();
        let (path, query) = value.split_once('?').unwrap_or((value, ""));
        // `?&` has separators and no parameter.
        assert_eq!(query.trim_matches('&'), "", "{value:?}");
        let expected =
            format!("{origin}{before}{}{}", encoded(&decoded(path).unwrap()), if path == value { after } else { "" });
        for (sent_method, url) in sent {
            if value.contains('#') || request.url.contains('#') {
                assert!(url.starts_with(origin));
                continue;
            }
            assert_eq!((sent_method.as_str(), url.as_str()), (*method, expected.as_str()), "{value:?}");
            assert_eq!(Url::parse(&url).unwrap().as_str(), url, "no parser on the way reads it differently");
        }
    }
    count
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
fn a_path_value_is_one_segment_or_refused() {
    let gateway = gateway();
    let confusions = confusions();
    assert!(confusions.len() >= 500, "{}", confusions.len());
    for value in &confusions {
        try_everywhere(&gateway, value);
    }
    // The measure itself: ordinary values are sent, in their one spelling.
    for (value, times) in [("acmesaml0001", 6), ("acme%73aml0001", 6), ("a~b.c", 3), ("a%7cb", 3), ("...", 3)] {
        assert_eq!(try_everywhere(&gateway, value), times, "{value}");
    }
}

#[test]
fn the_host_is_the_configured_one_whatever_stands_in_an_id() {
    let gateway = gateway();
    let hosts = [
        "evil.example",
        "evil.example:443",
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "user@evil.example",
        "\u{ff45}vil.example",
        "xn--evl-0ma.example",
    ];
    let joints = [
        "@",
        "%40",
        ":80@",
        "#@",
        "%23@",
        "?@",
        "%3f",
        "\\\\",
        "//",
        "%2f%2f",
        ".",
        "%2e",
        "\r\nHost: ",
        "%0d%0aHost:%20",
        "https://",
        "https:%2f%2f",
        ":",
        "%3a",
        "%00",
        ";",
        "\t",
        " ",
        "%20",
        "&",
        "..//",
        "%5c%5c",
        "/\\",
        "|",
        "~@",
    ];
    let mut tries = 0;
    for host in hosts {
        for joint in joints {
            for value in [format!("{joint}{host}"), format!("a{joint}{host}"), format!("{host}{joint}")] {
                tries += 1;
                try_everywhere(&gateway, &value);
            }
        }
    }
    assert!(tries >= 300, "{tries}");
}

#[test]
fn an_absolute_target_or_another_host_header_does_not_change_where_it_goes() {
    for url in [
        "https://evil.example/logto/api/sso-connectors/acmesaml0001",
        "http://tenant.logto.app.evil.example/logto/api/sso-connectors/acmesaml0001",
        "https://user:pw@evil.example:8443/logto/api/sso-connectors/acmesaml0001",
    ] {
        let mut request = request("GET", "", "").header("host", "evil.example");
        request.url = url.to_owned();
        let run = crate::support::run(&gateway(), &request, |sent: &Sent| {
            assert_eq!(sent.url, "https://tenant.logto.app/api/sso-connectors/acmesaml0001");
            answered(200, crate::logto::ANSWER)
        });
        assert_eq!(run.status, 200);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// T6, T7: pieces of URLs thrown together never become another operation.
    #[test]
    fn matched_is_sent(pieces in proptest::collection::vec(select(vec![
        "a", "B", "0", "-", "_", ".", "..", "~", "|", "/", "\\", "%", "%2", "2f", "%2e", "%2E", "%25", "%2f", "%5C", "%00",
        "%7C", ";", ":", "@", "?", "#", "&", "=", "+", " ", "%20", "\u{e4}", "%C3%A4", "%c0%af", "connections", "saml", "keys",
    ]), 0..7)) {
        try_everywhere(&gateway(), &pieces.concat());
    }

    /// T1: nothing outside the catalogue is forwarded, whatever verb and path.
    #[test]
    fn outside_the_catalogue_nothing_is_sent(
        method in select(vec!["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "LOCK"]),
        segments in proptest::collection::vec(select(vec![
            "logto", "loginradius", "stytch-test", "api", "v1", "v2", "b2b", "sso", "manage", "custom-providers", "saml", "oidc", "jwt", "oauth",
            "sso-connectors", "acmesaml0001", "my-saml-app", ORGANIZATION, CONNECTION, "connections", "idp-initiated-auth-config",
            "signing-keys", "users", "token", "proxy", "tools", "..", "", "keys", "https:", "tenant.logto.app",
        ]), 0..9),
    ) {
        let known = Vendor::ALL.iter().flat_map(|vendor| vendor.dialect().operations).any(|operation| {
            let template = operation.template();
            let pattern: Vec<&str> = template.split('/').skip(1).collect();
            let fits = |given: &[&str]| given.len() == pattern.len() && given.iter().zip(&pattern).all(|(given, known)| known.starts_with('{') || given == known);
            operation.method == method && (fits(&segments) || segments.split_first().is_some_and(|(first, rest)| ["logto", "loginradius", "stytch-test"].contains(first) && fits(rest)))
        });
        prop_assume!(!known);
        let run = crate::support::refused(&gateway(), &request(method, &format!("/{}", segments.join("/")), ""));
        prop_assert!(matches!(run.status, 400 | 404 | 405), "{}", run.status);
    }
}
