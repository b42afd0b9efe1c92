//! Sessions: tokens of our own, and everything that looks like one.

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;

use super::maker::{Claims, all_keys, b64, ec, ed, mac};
use super::{AUDIENCE, ISSUER, SECONDS, WHO, ask, ask_at, claims, configured, is_refused, portal};
use crate::support::{NOW, ORGANIZATION, TOKEN, request, run_limited};

/// The key that sessions of these tests are signed with.
pub const KEY: &str = "fake-session-key-0123456789-abcdefghijk";
const NEXT_KEY: &str = "fake-session-key-to-come-0123456789-lmn";
const ORIGIN: &str = "https://gateway.example.com";
const PAGE: &str = "https://docs.example.com";

fn public(secret: &Value) -> Value {
    json!({
        "session": { "secret": secret, "lifetime_s": 900 },
        "origins": [PAGE],
        "grants": [{ "upstream": "stytch-test", "access": "read", "organizations": [ORGANIZATION] }],
    })
}

fn docs_with(patch: &Value) -> Gateway {
    let mut all = json!({
        "CALLER_DOCS": public(&json!("SESSION_KEY")), "CALLER_PORTAL": portal(&json!({ "keys": all_keys() })),
        "SESSION_KEY": KEY, "NEXT_KEY": NEXT_KEY, "rate limits": ["SESSION_RATE_LIMIT"],
    });
    for (name, value) in patch.as_object().unwrap() {
        all[name] = value.clone();
    }
    configured(&all)
}

/// A gateway with a public caller, a caller with JWTs and one with a fixed token.
pub fn docs_gateway() -> Gateway {
    docs_with(&json!({}))
}

/// A session as a visitor gets it.
pub fn session_of(gateway: &Gateway) -> String {
    let request = request("POST", WHO, "").without("authorization").header("origin", PAGE);
    let run = run_limited(gateway, &request, NOW, |_, _| Some(true), |sent, _| panic!("sent {}", sent.url));
    assert_eq!(run.status, 200, "{}", run.body);
    run.json()["access_token"].as_str().unwrap().to_owned()
}

fn header() -> Claims {
    Claims::new(&[("alg", r#""HS256""#), ("typ", r#""ssogw-session+jwt""#)])
}

fn good() -> Claims {
    Claims::new(&[
        ("iss", &format!("{ORIGIN:?}")),
        ("aud", &format!("{ORIGIN:?}")),
        ("sub", r#""docs""#),
        ("jti", r#""11111111-2222-4333-8444-555555555555""#),
        ("iat", &SECONDS.to_string()),
        ("exp", &(SECONDS + 900).to_string()),
    ])
}

fn signed(algorithm: &str, header: &Claims, claims: &Claims, key: &str) -> String {
    let input = format!("{}.{}", b64(header.text()), b64(claims.text()));
    format!("{input}.{}", b64(mac(algorithm, key.as_bytes(), &input)))
}

#[test]
fn t53_a_session_made_by_hand_in_the_right_way_is_the_one_that_a_visitor_gets() {
    let gateway = docs_gateway();
    let run = ask(&gateway, &signed("HS256", &header(), &good(), KEY));
    assert_eq!((run.status, run.json()["caller"].as_str()), (200, Some("docs")), "{}", run.body);
    assert_eq!((run.json()["kind"].as_str(), run.json()["expires_in"].as_u64()), (Some("session"), Some(900)));
    assert_eq!(run.log[0]["session"], "11111111-2222-4333-8444-555555555555");
    assert_eq!(session_of(&gateway), signed("HS256", &header(), &good(), KEY));
}

#[test]
fn t53_whatever_is_not_a_session_of_this_gateway_for_its_caller_is_nothing() {
    let gateway = docs_gateway();
    let session = |header: &Claims, claims: &Claims| signed("HS256", header, claims, KEY);
    let claim = |name: &str, value: &str| session(&header(), &good().with(name, value));
    let head = |name: &str, value: &str| session(&header().with(name, value), &good());
    let past = |seconds: u64| (SECONDS - seconds).to_string();
    let mut cases = vec![
        ("another key", signed("HS256", &header(), &good(), NEXT_KEY), "bad_signature"),
        ("no key", signed("HS256", &header(), &good(), ""), "bad_signature"),
        ("a key cut short", signed("HS256", &header(), &good(), &KEY[..KEY.len() - 1]), "bad_signature"),
        ("another audience", claim("aud", r#""https://look-alike.example.com""#), "wrong_audience"),
        ("an audience nearly ours", claim("aud", r#""https://gateway.example.com/""#), "wrong_audience"),
        ("the audience of JWTs", claim("aud", &format!("{AUDIENCE:?}")), "wrong_audience"),
        ("a list with more than texts", claim("aud", r#"["https://gateway.example.com",1]"#), "wrong_audience"),
        ("no audience", session(&header(), &good().without("aud")), "wrong_audience"),
        ("another issuer", claim("iss", r#""https://look-alike.example.com""#), "wrong_type"),
        ("an issuer nearly ours", claim("iss", r#""https://gateway.example.com/""#), "wrong_type"),
        ("an issuer in a list", claim("iss", r#"["https://gateway.example.com"]"#), "wrong_type"),
        ("the issuer of JWTs", claim("iss", &format!("{ISSUER:?}")), "wrong_type"),
        ("no issuer", session(&header(), &good().without("iss")), "wrong_type"),
        ("a caller without sessions", claim("sub", r#""portal""#), "no_such_session"),
        ("a caller with a fixed token", claim("sub", r#""test""#), "no_such_session"),
        ("a caller that there is not", claim("sub", r#""nobody""#), "no_such_session"),
        ("a caller in capitals", claim("sub", r#""DOCS""#), "no_such_session"),
        ("no caller", session(&header(), &good().without("sub")), "no_such_session"),
        ("two callers", claim("sub", r#"["docs"]"#), "no_such_session"),
        ("expired", claim("exp", &past(5)), "expired"),
        ("long expired", claim("exp", &past(86_400)), "expired"),
        ("without an end", session(&header(), &good().without("exp")), "no_expiry"),
        ("an end in words", claim("exp", r#""1893456000""#), "malformed_times"),
        ("from the future", claim("iat", &(SECONDS + 6).to_string()), "not_valid_yet"),
        ("not yet", claim("nbf", &(SECONDS + 6).to_string()), "not_valid_yet"),
        ("another type", head("typ", r#""JWT""#), "not_a_session"),
        ("no type", session(&header().without("typ"), &good()), "not_a_session"),
        ("nearly the type", head("typ", r#""ssogw-session""#), "not_a_session"),
        ("no algorithm", session(&header().without("alg"), &good()), "malformed"),
        ("none", head("alg", r#""none""#), "not_a_session"),
        ("small letters", head("alg", r#""hs256""#), "not_a_session"),
        ("HS384 that says HS256", signed("HS384", &header(), &good(), KEY), "bad_signature"),
        ("HS512", signed("HS512", &header().with("alg", r#""HS512""#), &good(), KEY), "not_a_session"),
        ("an address of keys", head("jku", r#""https://evil.example""#), "header_not_accepted"),
        ("claims twice", session(&header(), &good().and("sub", r#""docs""#)), "malformed"),
    ];
    // An issuer's key makes no session, whatever the header says.
    for signer in [ec(), ed()] {
        cases.push(("an issuer's signature", signer.signed(&header().text(), &good().text()), "bad_signature"));
        let own = header().with("alg", &format!("{:?}", signer.name)).text();
        cases.push(("an issuer's signature, openly", signer.signed(&own, &good().text()), "not_a_session"));
        cases.push(("an issuer's token for us", signer.token(&good()), "not_a_session"));
    }
    // The library that checks them panics over signatures of a wrong length.
    let (input, signature) =
        session(&header(), &good()).rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    for length in [0, 1, 16, 31, 33, 48, 64, 256, 1_000] {
        cases.push(("a signature of another length", format!("{input}.{}", b64(vec![7; length])), "bad_signature"));
    }
    cases.push(("a good signature and more", format!("{input}.{signature}A"), "bad_signature"));
    cases.push(("a good signature and a digit's bits", format!("{input}.{signature}AA"), "malformed"));
    for (label, token, cause) in cases {
        is_refused(&ask(&gateway, &token), cause, label);
    }
}

#[test]
fn t53_a_session_is_no_use_at_another_gateway_that_shares_its_key() {
    let here = docs_gateway();
    let session = session_of(&here);
    assert_eq!(ask(&here, &session).status, 200);
    let there = docs_with(&json!({ "GATEWAY": { "public_origin": "https://other.example.com" } }));
    is_refused(&ask(&there, &session), "wrong_type", "another origin");
    // Nor is what another gateway gives, even to this one's caller.
    let theirs = good().with("iss", r#""https://other.example.com""#).with("aud", r#""https://other.example.com""#);
    assert_eq!(ask(&there, &signed("HS256", &header(), &theirs, KEY)).status, 200);
    is_refused(&ask(&here, &signed("HS256", &header(), &theirs, KEY)), "wrong_type", "theirs");
}

#[test]
fn t53_a_callers_session_is_checked_with_its_own_key() {
    let mut sdk = json!({ "token_sha256": crate::support::sha256_hex("ssogw_sdk-0000000000000000000000000000000000000"),
        "session": { "secret": "NEXT_KEY" },
        "grants": [{ "upstream": "stytch-test", "access": "write", "organizations": "all" }] });
    let gateway = docs_with(&json!({ "CALLER_SDK": sdk }));
    let sub = |name: &str| good().with("sub", &format!("{name:?}"));
    assert_eq!(ask(&gateway, &signed("HS256", &header(), &sub("sdk"), NEXT_KEY)).json()["caller"], "sdk");
    is_refused(&ask(&gateway, &signed("HS256", &header(), &sub("sdk"), KEY)), "bad_signature", "a visitor's key");
    is_refused(&ask(&gateway, &signed("HS256", &header(), &sub("docs"), NEXT_KEY)), "bad_signature", "an SDK's key");
    // While a key is rotated, both make sessions good, and new ones are made with the first.
    sdk["session"]["secret"] = json!(["SESSION_KEY", "NEXT_KEY"]);
    let gateway = docs_with(&json!({ "CALLER_SDK": sdk, "CALLER_DOCS": public(&json!(["NEXT_KEY", "SESSION_KEY"])) }));
    for key in [KEY, NEXT_KEY] {
        assert_eq!(ask(&gateway, &signed("HS256", &header(), &sub("sdk"), key)).status, 200);
        assert_eq!(ask(&gateway, &signed("HS256", &header(), &sub("docs"), key)).status, 200);
    }
    is_refused(&ask(&gateway, &signed("HS256", &header(), &sub("sdk"), "neither")), "bad_signature", "neither");
    assert_eq!(session_of(&gateway), signed("HS256", &header(), &good(), NEXT_KEY));
}

#[test]
fn t53_a_session_ends_and_is_not_made_longer_by_use() {
    let gateway = docs_gateway();
    let session = session_of(&gateway);
    let at = |seconds: u64| ask_at(&gateway, &session, NOW + seconds * 1_000, |url, _| panic!("fetched {url}"));
    for seconds in [0, 1, 450, 899, 904] {
        assert_eq!(at(seconds).status, 200, "{seconds}");
    }
    is_refused(&at(905), "expired", "fifteen minutes and the clocks' difference");
    is_refused(&at(86_400), "expired", "a day");
}

#[test]
fn t53_three_kinds_of_token_are_not_mistaken_for_one_another() {
    let gateway = docs_gateway();
    let kind = |token: &str| ask(&gateway, token).json()["kind"].as_str().map(str::to_owned);
    assert_eq!(kind(TOKEN).as_deref(), Some("token"));
    assert_eq!(kind(&ed().token(&claims())).as_deref(), Some("jwt"));
    assert_eq!(kind(&session_of(&gateway)).as_deref(), Some("session"));
    // A token of an issuer that names a caller in `sub` is still its issuer's.
    let run = ask(&gateway, &ed().token(&claims().with("sub", r#""docs""#)));
    assert_eq!(run.json()["caller"], "portal");
    is_refused(&ask(&gateway, KEY), "unknown_token", "the key itself");
    is_refused(&ask(&gateway, &crate::support::sha256_hex(TOKEN)), "unknown_token", "a digest");
    is_refused(&ask(&gateway, ""), "malformed", "nothing");
}
