//! Good tokens, and what is remembered of them.

use jwt_compact::alg::{Ed25519, Es256, Hs256, Hs256Key, Rsa};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmExt, Claims as LibraryClaims, Header, UntrustedToken};
use serde_json::{Value, json};

use super::maker::{Signer, all, all_keys, b64, ec, ed, rsa};
use super::{
    AUDIENCE, ISSUER, JWKS_URL, SECONDS, ask, ask_at, claims, configured, fetching, is_refused, jwks, portal_gateway,
};
use crate::support::{NOW, ORGANIZATION, Run, answered, request, run_limited};

fn is_known(run: &Run, label: &str) {
    assert_eq!((run.status, run.json()["caller"].as_str()), (200, Some("portal")), "{label}: {}", run.body);
    assert_eq!(run.json()["kind"], "jwt");
    assert_eq!(run.json()["grants"][0]["organizations"], json!([ORGANIZATION]));
    let line = run.log.last().unwrap();
    assert_eq!((line["caller"].as_str(), line["decision"].as_str()), (Some("portal"), Some("allowed")));
    assert!(line["subject"].as_str().unwrap().len() == 16 && !run.raw_log.concat().contains("user-1"));
}

#[test]
fn good_tokens_of_all_three_algorithms_are_accepted_by_written_keys_and_by_fetched_ones() {
    for signer in all() {
        let token = signer.token(&claims());
        let run = ask(&portal_gateway(&json!({ "keys": all_keys() })), &token);
        is_known(&run, signer.name);
        assert_eq!((run.checked, run.sent.len()), (1, 0));

        let run = ask_at(&fetching(), &token, NOW, |url, _| {
            assert_eq!(url, JWKS_URL);
            jwks(&all_keys())
        });
        is_known(&run, signer.name);
        assert_eq!((run.checked, run.sent.len()), (1, 1));
        let names: Vec<&str> = run.sent[0].headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["accept", "user-agent"]);
    }
}

#[test]
fn tokens_that_another_library_makes_are_accepted() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let all = LibraryClaims::new(json!({ "iss": ISSUER, "aud": [AUDIENCE, "elsewhere"], "sub": "user-1",
        "org_id": ORGANIZATION, "exp": SECONDS + 60, "iat": SECONDS - 5, "nbf": SECONDS - 5 }));
    let header = |kid: &str| Header::empty().with_key_id(kid).with_token_type("JWT");
    let key = |signer: &Signer| serde_json::from_value::<JsonWebKey<'static>>(signer.private()).unwrap();
    let (curve_key, ed_key) = (key(&ec()), key(&ed()));
    for token in [
        Rsa::rs256().token(&header("rsa"), &all, &rsa().rsa_private()).unwrap(),
        Es256.token(&header("ec"), &all, &<Es256 as Algorithm>::SigningKey::try_from(&curve_key).unwrap()).unwrap(),
        Ed25519.token(&header("ed"), &all, &<Ed25519 as Algorithm>::SigningKey::try_from(&ed_key).unwrap()).unwrap(),
    ] {
        is_known(&ask(&gateway, &token), &token);
    }
}

#[test]
fn whatever_else_an_honest_token_may_say_is_accepted() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let (ed, claims) = (ed(), claims());
    let header = |name: &str, value: &str| ed.signed(&ed.header().with(name, value).text(), &claims.text());
    let claim = |name: &str, value: &str| ed.token(&claims.with(name, value));
    let seconds = |seconds: u64| seconds.to_string();
    for (label, token) in [
        ("no typ", ed.signed(&ed.header().without("typ").text(), &claims.text())),
        ("access token", header("typ", r#""at+jwt""#)),
        ("access token in full", header("typ", r#""application/AT+JWT""#)),
        ("jwt in small letters", header("typ", r#""jwt""#)),
        ("a thumbprint is a remark", header("x5t", r#""c2hhMQ""#)),
        ("one more header", header("nonce", "1")),
        ("blanks in the JSON", ed.signed(&ed.header().text(), &format!(" {} ", claims.text().replace("\":", "\" : ")))),
        ("expired, but clocks differ", claim("exp", &seconds(SECONDS - 29))),
        ("begins in a moment", claim("nbf", &seconds(SECONDS + 30))),
        ("made in a moment", claim("iat", &seconds(SECONDS + 30))),
        ("no iat", ed.token(&claims.without("iat"))),
        ("the last second of all", claim("exp", "253402300799")),
        ("a list of one audience", claim("aud", r#"["sso-config-gateway"]"#)),
        ("one of three audiences", claim("aud", r#"["a","sso-config-gateway","b"]"#)),
        ("escapes", claim("iss", r#""https:\/\/login.example.com""#)),
        ("nested objects", claim("x", r#"{"a":[{"b":1e400}]}"#)),
    ] {
        is_known(&ask(&gateway, &token), label);
    }
}

#[test]
fn a_key_without_a_name_is_the_key_as_long_as_it_is_the_only_one() {
    let only = portal_gateway(&json!({ "keys": [ed().nameless()] }));
    let without = |signer: &Signer| signer.signed(&signer.header().without("kid").text(), &claims().text());
    is_known(&ask(&only, &ed().token(&claims())), "the token names some key");
    is_known(&ask(&only, &without(&ed())), "neither names one");
    let named = portal_gateway(&json!({ "keys": [ed().jwk()] }));
    is_known(&ask(&named, &without(&ed())), "the only key");
    let two = portal_gateway(&json!({ "keys": [ed().nameless(), ec().jwk()] }));
    is_refused(&ask(&two, &ed().token(&claims())), "unknown_key", "which of two");
    is_refused(&ask(&two, &without(&ed())), "unknown_key", "which of two");
    is_known(&ask(&two, &ec().token(&claims())), "named");
}

#[test]
fn a_second_request_with_the_same_token_checks_no_signature() {
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    let token = ec().token(&claims());
    assert_eq!([(); 4].map(|()| ask(&gateway, &token).checked), [1, 0, 0, 0]);
    // Another token is another one, and so is the same one with a character more.
    assert_eq!(ask(&gateway, &ec().token(&claims().with("sub", r#""user-2""#))).checked, 1);
    is_refused(&ask(&gateway, &format!("{token}A")), "bad_signature", "a character more");
    is_refused(&ask(&gateway, &token[..token.len() - 1]), "malformed", "a character fewer");
    // A bad signature is not remembered as a good one.
    let (input, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{input}.{}", b64([1; 64]));
    for _ in 0..2 {
        let run = ask(&gateway, &forged);
        is_refused(&run, "bad_signature", "forged");
        assert_eq!(run.checked, 1);
    }
    // Another gateway has to check for itself.
    assert_eq!(ask(&portal_gateway(&json!({ "keys": all_keys() })), &token).checked, 1);
}

#[test]
fn a_signature_is_checked_once_for_a_request_that_is_counted_as_well() {
    let caller = super::portal(&json!({ "keys": all_keys(), "rate_limit": { "binding": "A_LIMIT" } }));
    let gateway = configured(&json!({ "CALLER_TEST": null, "CALLER_PORTAL": caller, "rate limits": ["A_LIMIT"] }));
    let request = request("GET", super::WHO, "").header("authorization", &format!("Bearer {}", ed().token(&claims())));
    for (round, checked) in [1, 0].into_iter().enumerate() {
        let run = run_limited(&gateway, &request, NOW, |_, _| Some(true), |_, _| answered(500, ""));
        assert_eq!((run.status, run.checked, run.limits.len()), (200, checked, 1), "{round}");
        assert!(run.limits[0].1.starts_with("portal:") && run.limits[0].1.len() == "portal:".len() + 16);
    }
    // A token that is not good costs its claimed holder nothing.
    let forged = request.header("authorization", &format!("Bearer {}", ed().token(&claims().with("exp", "1"))));
    let run = run_limited(&gateway, &forged, NOW, |_, _| panic!("counted"), |_, _| answered(500, ""));
    is_refused(&run, "expired", "not counted");
}

#[test]
fn our_sessions_are_valid_by_another_librarys_measure() {
    let gateway = super::sessions::docs_gateway();
    let token = super::sessions::session_of(&gateway);
    let parsed = UntrustedToken::new(&token).unwrap();
    let key = Hs256Key::new(super::sessions::KEY);
    let valid = Hs256.validator::<Value>(&key).validate(&parsed).unwrap();
    assert_eq!(valid.header().token_type.as_deref(), Some("ssogw-session+jwt"));
    let custom = &valid.claims().custom;
    let origin = "https://gateway.example.com";
    assert_eq!((custom["iss"].as_str(), custom["aud"].as_str()), (Some(origin), Some(origin)));
    assert_eq!((custom["sub"].as_str(), custom.as_object().unwrap().len()), (Some("docs"), 4));
    assert_eq!(valid.claims().expiration.unwrap().timestamp(), i64::try_from(SECONDS + 900).unwrap());
    assert!(Hs256.validator::<Value>(&Hs256Key::new("another key")).validate(&parsed).is_err());
}
