//! What a header may ask for: nothing.

use serde_json::json;

use super::maker::{all_keys, b64, ec, ed, rsa};
use super::{JWKS_URL, ask, ask_at, claims, fetching, is_refused, jwks, portal_gateway};
use crate::support::NOW;

/// Tokens whose headers ask for something, each with a good signature, and why they are refused.
fn odd_headers() -> Vec<(String, String, &'static str)> {
    let mut cases = Vec::new();
    let ed = ed();
    let own = ed.jwk().to_string();
    let url = r#""https://evil.example/keys.json""#;
    for (name, value) in [
        ("jwk", own.as_str()),
        ("jwk", "null"),
        ("jwk", "{}"),
        ("jku", url),
        ("jku", r#""https://login.example.com/.well-known/jwks.json""#),
        ("jku", r#""http://169.254.169.254/""#),
        ("jku", "null"),
        ("x5u", url),
        ("x5u", r#""file:///etc/passwd""#),
        ("x5c", "[]"),
        ("x5c", r#"["MIIB"]"#),
        ("crit", "[]"),
        ("crit", r#"["exp"]"#),
        ("crit", r#"["b64"]"#),
        ("crit", r#""b64""#),
        ("b64", "false"),
        ("b64", "true"),
        ("zip", r#""DEF""#),
        ("zip", "null"),
        ("enc", r#""A256GCM""#),
        ("epk", own.as_str()),
        ("apu", r#""QQ""#),
        ("apv", r#""QQ""#),
        ("iv", r#""QQ""#),
        ("tag", r#""QQ""#),
        ("p2s", r#""QQ""#),
        ("p2c", "1000000000"),
        ("cty", r#""JWT""#),
        // The same name, written otherwise.
        ("\\u006aku", url),
    ] {
        let header = ed.header().and(name, value).text();
        cases.push((format!("{name} {value}"), ed.signed(&header, &claims().text()), "header_not_accepted"));
    }
    for value in [
        r#""""#,
        r#""application/""#,
        r#""application/application/jwt""#,
        r#""JWE""#,
        r#""JOSE""#,
        r#""logout+jwt""#,
        r#""dpop+jwt""#,
        r#""secevent+jwt""#,
        r#""token-introspection+jwt""#,
        r#""ssogw-session+jwt""#,
        r#""text/jwt""#,
        r#""JWT ""#,
        r#""jwt\u0000""#,
    ] {
        let header = ed.header().with("typ", value).text();
        cases.push((format!("typ {value}"), ed.signed(&header, &claims().text()), "wrong_type"));
    }
    let long = format!("{:?}", "k".repeat(257));
    for (name, value) in [
        ("typ", "null"),
        ("typ", "1"),
        ("typ", r#"["JWT"]"#),
        ("kid", "null"),
        ("kid", "1"),
        ("kid", r#"["ed"]"#),
        ("kid", r#"{"ed":1}"#),
        ("kid", r#""""#),
        ("kid", &long),
    ] {
        let header = ed.header().with(name, value).text();
        cases.push((format!("{name} {value}"), ed.signed(&header, &claims().text()), "malformed"));
    }
    for value in [
        r#""ED""#,
        r#""ed ""#,
        r#"" ed""#,
        r#""ed\u0000""#,
        r#""ed\n""#,
        r#""e%64""#,
        r#""../../ed""#,
        r#""/dev/null""#,
        r#""../../../etc/passwd""#,
        r#""ed' OR '1'='1""#,
        r#""ed\" --""#,
        r#""https://evil.example/keys.json""#,
        r#""https://login.example.com/.well-known/jwks.json#ed""#,
        r#""$(id)""#,
        r#""0""#,
        r#""null""#,
        r#""__proto__""#,
        r#""ed,ec""#,
    ] {
        let header = ed.header().with("kid", value).text();
        cases.push((format!("kid {value}"), ed.signed(&header, &claims().text()), "unknown_key"));
    }
    for header in [
        "",
        "null",
        "[]",
        "{",
        "\"alg\"",
        r#"{"alg":"EdDSA","kid":"ed"} {}"#,
        r#"{"alg":"EdDSA","kid":"ed",}"#,
        r#"{"alg":"EdDSA","kid":"ed","kid":"ed"}"#,
        r#"{"alg":"none","alg":"EdDSA","kid":"ed"}"#,
        r#"{"alg":"EdDSA","\u0061lg":"EdDSA","kid":"ed"}"#,
        "\u{feff}{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
        r#"{"alg":"EdDSA","kid":"ed","x":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}"#,
    ] {
        cases.push((format!("header {header}"), ed.signed(header, &claims().text()), "malformed"));
    }
    cases
}

#[test]
fn t18_a_header_that_asks_for_anything_is_refused() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    assert_eq!(ask(&gateway, &ed().token(&claims())).status, 200);
    let cases = odd_headers();
    assert!(cases.len() >= 70, "{}", cases.len());
    for (label, token, cause) in cases {
        let run = ask(&gateway, &token);
        is_refused(&run, cause, &label);
        assert_eq!(run.checked, 0, "{label}");
    }
}

#[test]
fn t18_nothing_is_ever_fetched_from_where_a_token_says() {
    let mut fetched = 0;
    for (label, token, _) in odd_headers() {
        let run = ask_at(&fetching(), &token, NOW, |url, _| {
            assert_eq!(url, JWKS_URL, "{label}");
            fetched += 1;
            jwks(&all_keys())
        });
        assert_eq!(run.status, 401, "{label}");
        let log = run.raw_log.concat();
        assert!(!log.contains("evil") && !log.contains("passwd") && !log.contains("k".repeat(20).as_str()), "{log}");
    }
    // Only a name that no known key has is a reason to ask, and it asks where the configuration says.
    assert_eq!(fetched, 18);
}

#[test]
fn t18_a_key_that_came_with_a_token_checks_nothing() {
    let stranger = super::maker::other_ec();
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let jwk = stranger.jwk().to_string();
    let header = stranger.header().with("jwk", &jwk).text();
    is_refused(&ask(&gateway, &stranger.signed(&header, &claims().text())), "header_not_accepted", "with a key");
    is_refused(&ask(&gateway, &stranger.token(&claims())), "bad_signature", "without");
    let unencoded = format!("{}.{}", b64(r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#), claims().text());
    is_refused(&ask(&gateway, &ec().over(&unencoded)), "malformed", "RFC 7797");
    let detached = rsa().token(&claims());
    is_refused(&ask(&gateway, &super::maker::with_part(&detached, 1, |_| String::new())), "malformed", "detached");
}
