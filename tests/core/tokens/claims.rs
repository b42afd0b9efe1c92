//! What a payload may say. Every token here has a good signature.

use serde_json::json;

use super::maker::{all_keys, b64, ed, mac, with_part};
use super::{SECONDS, ask, claims, is_refused, portal_gateway};

/// Claims that are refused: which, what it says, why.
fn odd_claims() -> Vec<(&'static str, String, &'static str)> {
    let mut cases = Vec::new();
    let numbers_that_are_no_times = [
        "null",
        "true",
        r#""1767229200""#,
        r#""""#,
        "[]",
        "[1767229200]",
        "{}",
        "1767229200.0",
        "1767229200.5",
        "1.7672292e9",
        "1767229200e0",
        "1e400",
        "-1",
        "-0",
        "-1767229200",
        "1767229200000",
        "253402300800",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
        "100000000000000000000000000000000000000000",
    ];
    for value in numbers_that_are_no_times {
        for name in ["exp", "nbf", "iat"] {
            cases.push((name, value.to_owned(), "malformed_times"));
        }
    }
    for seconds in [0, 1, SECONDS - 86_400, SECONDS - 31, SECONDS - 30] {
        cases.push(("exp", seconds.to_string(), "expired"));
    }
    for seconds in [SECONDS + 31, SECONDS + 3_600, 253_402_300_799] {
        cases.push(("nbf", seconds.to_string(), "not_valid_yet"));
        cases.push(("iat", seconds.to_string(), "not_valid_yet"));
    }
    for issuer in [
        r#""https://login.example.com/""#,
        r#""https://LOGIN.example.com""#,
        r#""HTTPS://login.example.com""#,
        r#""http://login.example.com""#,
        r#""https://login.example.com:443""#,
        r#""https://login.example.co""#,
        r#""https://login.example.com.evil.example""#,
        r#""https://evil.example/https://login.example.com""#,
        r#"" https://login.example.com""#,
        r#""https://login.example.com\u0000""#,
        r#""login.example.com""#,
        r#""""#,
        "null",
        "true",
        "1",
        r#"["https://login.example.com"]"#,
        r#"{"iss":"https://login.example.com"}"#,
    ] {
        cases.push(("iss", issuer.to_owned(), "unknown_issuer"));
    }
    for audience in [
        r#""""#,
        r#""sso-config-gateway/""#,
        r#""SSO-config-gateway""#,
        r#""sso-config-gatewa""#,
        r#""sso-config-gateway2""#,
        r#"" sso-config-gateway""#,
        r#""sso-config-gateway other""#,
        r#""other,sso-config-gateway""#,
        r#""*""#,
        r#""https://gateway.example.com""#,
        "null",
        "true",
        "0",
        "{}",
        r#"{"sso-config-gateway":true}"#,
        "[]",
        r#"["other"]"#,
        r#"["sso-config-gateway",1]"#,
        r#"["sso-config-gateway",null]"#,
        r#"[true,"sso-config-gateway"]"#,
        r#"[["sso-config-gateway"]]"#,
        r#"["sso-config-gateway",["sso-config-gateway"]]"#,
        r#"["sso-config-gateway",{}]"#,
    ] {
        cases.push(("aud", audience.to_owned(), "wrong_audience"));
    }
    cases
}

#[test]
fn t19_a_token_with_any_odd_claim_is_refused_with_one_sentence() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let (ed, good) = (ed(), claims());
    assert_eq!(ask(&gateway, &ed.token(&good)).status, 200);
    let cases = odd_claims();
    assert!(cases.len() >= 110, "{}", cases.len());
    for (name, value, cause) in cases {
        let run = ask(&gateway, &ed.token(&good.with(name, &value)));
        is_refused(&run, cause, &format!("{name} {value}"));
        assert_eq!(run.checked, 0);
    }
    for (name, cause) in [("iss", "unknown_issuer"), ("aud", "wrong_audience"), ("exp", "no_expiry")] {
        is_refused(&ask(&gateway, &ed.token(&good.without(name))), cause, &format!("no {name}"));
    }
}

#[test]
fn t19_a_payload_that_two_readers_could_read_differently_is_refused() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let (ed, good) = (ed(), claims());
    let text = good.text();
    let later = (SECONDS + 600).to_string();
    for (label, payload) in [
        ("exp twice", good.and("exp", &later).text()),
        ("exp once more, expired", good.and("exp", "1").text()),
        ("exp in other letters", good.and("\\u0065xp", &later).text()),
        ("iss twice", good.and("iss", r#""https://evil.example""#).text()),
        ("aud twice", good.and("aud", r#""sso-config-gateway""#).text()),
        ("sub twice", good.and("sub", r#""user-2""#).text()),
        ("organization twice", good.and("org_id", r#""organization-test-1""#).text()),
        ("twice inside", good.and("x", r#"{"a":1,"a":1}"#).text()),
        ("something behind", format!("{text} {{}}")),
        ("a comment", format!("{text}/**/")),
        ("a comma too many", text.replace('}', ",}")),
        ("a byte order mark", format!("\u{feff}{text}")),
        ("single quotes", text.replace('"', "'")),
        ("a line break in a text", good.with("sub", "\"user\n1\"").text()),
        ("half a pair", good.with("sub", r#""\ud800""#).text()),
        ("not a number", good.with("x", "NaN").text()),
        ("a number in octal", good.with("exp", &format!("0{later}")).text()),
        ("a number with a sign", good.with("exp", &format!("+{later}")).text()),
        ("seventeen levels", good.with("x", &format!("{}{}", "[".repeat(16), "]".repeat(16))).text()),
        ("a list", format!("[{text}]")),
        ("a text", format!("{text:?}")),
        ("a number", "1".to_owned()),
        ("null", "null".to_owned()),
        ("nothing", String::new()),
        ("half", text[..text.len() / 2].to_owned()),
        ("another token", ed.token(&good)),
    ] {
        is_refused(&ask(&gateway, &ed.signed(&ed.header().text(), &payload)), "malformed", label);
    }
    is_refused(&ask(&gateway, &ed.signed(&ed.header().text(), "{}")), "unknown_issuer", "no claims");
    let header = b64(ed.header().text());
    for bytes in [b"\xff\xfe{}".as_slice(), b"{\"sub\":\"\xff\"}", b"{\"sub\":\"\xed\xa0\x80\"}", &[0x81; 40]] {
        is_refused(&ask(&gateway, &ed.over(&format!("{header}.{}", b64(bytes)))), "malformed", "not UTF-8");
    }
    // The deepest that is read.
    let deepest = good.with("x", &format!("{}{}", "[".repeat(15), "]".repeat(15)));
    assert_eq!(ask(&gateway, &ed.token(&deepest)).status, 200);
}

#[test]
fn t19_only_three_parts_in_plain_base64url_are_a_token() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let (ed, good) = (ed(), claims());
    let token = ed.token(&good);
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let mut cases = vec![
        ("one part and a dot", format!("{header}.")),
        ("two parts", format!("{header}.{payload}")),
        ("four parts", format!("{token}.{signature}")),
        ("five parts, as encrypted", format!("{header}.{payload}.{signature}.{payload}.{signature}")),
        ("a dot", ".".to_owned()),
        ("two dots", "..".to_owned()),
        ("dots", ".".repeat(8_000)),
        ("a dot in front", format!(".{token}")),
        ("a dot behind", format!("{token}.")),
        ("no header", format!(".{payload}.{signature}")),
        ("no payload", ed.over(&format!("{header}."))),
        ("as JSON", format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}.."#)),
        ("percent-encoded", token.replace('.', "%2E") + "."),
    ];
    // Another spelling of the same bytes would be the same token under another digest.
    for index in 0..3 {
        for suffix in ["=", "==", "!", "*", "+", "/", "~", "%3D"] {
            let input = format!("{header}.{payload}");
            let odd = if index == 2 {
                format!("{input}.{signature}{suffix}")
            } else {
                ed.over(&with_part(&input, index, |part| format!("{part}{suffix}")))
            };
            cases.push(("a character that is none", odd));
        }
        let split = with_part(&token, index, |part| format!("{} {}", &part[..4], &part[4..]));
        cases.push(("a blank inside", split));
    }
    let last_bits = |part: &str| {
        const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let digit = DIGITS.find(part.chars().last().unwrap()).unwrap();
        format!("{}{}", &part[..part.len() - 1], &DIGITS[digit + 1..=digit + 1])
    };
    assert!(!signature.len().is_multiple_of(4), "the last digit has bits to spare");
    cases.push(("bits to spare in the signature", with_part(&token, 2, last_bits)));
    for (label, token) in cases {
        let run = ask(&gateway, &token);
        is_refused(&run, "malformed", &format!("{label}: {token}"));
    }
    let long = good.with("x", &format!("{:?}", "x".repeat(8_192)));
    is_refused(&ask(&gateway, &ed.token(&long)), "malformed", "longer than any token");
    let much = good.with("x", &format!("{:?}", "x".repeat(5_000)));
    assert_eq!(ask(&gateway, &ed.token(&much)).status, 200);
}

#[test]
fn t19_the_clock_is_judged_to_the_second() {
    for leeway in [0, 30, 300] {
        let gateway = portal_gateway(&json!({ "keys": all_keys(), "leeway_s": leeway }));
        let status =
            |name: &str, seconds: u64| ask(&gateway, &ed().token(&claims().with(name, &seconds.to_string()))).status;
        assert_eq!([status("exp", SECONDS - leeway), status("exp", SECONDS - leeway + 1)], [401, 200], "{leeway}");
        for name in ["nbf", "iat"] {
            assert_eq!([status(name, SECONDS + leeway), status(name, SECONDS + leeway + 1)], [200, 401], "{leeway}");
        }
    }
}

#[test]
fn t19_a_token_for_two_callers_of_one_issuer_is_nobodys() {
    let portal = |audience: &str| super::portal(&json!({ "keys": all_keys(), "audience": audience }));
    let gateway = super::configured(&json!({
        "CALLER_TEST": null, "CALLER_ONE": portal("one"), "CALLER_TWO": portal("two"),
    }));
    let ask = |audience: &str| ask(&gateway, &ed().token(&claims().with("aud", audience)));
    assert_eq!(ask(r#""one""#).json()["caller"], "one");
    assert_eq!(ask(r#"["two","three"]"#).json()["caller"], "two");
    is_refused(&ask(r#"["one","two"]"#), "several_audiences", "both");
    is_refused(&ask(r#""three""#), "wrong_audience", "neither");
}

#[test]
fn t19_a_code_made_with_any_secret_is_no_token_of_an_issuer() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    for (algorithm, secret) in [("HS256", ""), ("HS256", "secret"), ("HS512", "sso-config-gateway")] {
        let input = format!("{}.{}", b64(format!(r#"{{"alg":"{algorithm}"}}"#)), b64(claims().text()));
        let token = format!("{input}.{}", b64(mac(algorithm, secret.as_bytes(), &input)));
        is_refused(&ask(&gateway, &token), "unknown_key", algorithm);
    }
}
