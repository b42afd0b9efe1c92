//! Key sets that are fetched: which are believed, and what serves where none is.

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use sso_config_gateway::http::message::{Failure, Outcome};

use super::maker::{Signer, ec, ed, other_ec, rsa, rsa_jwk};
use super::{JWKS_URL, SECONDS, ask_at, claims, fetching, is_refused, jwks};
use crate::support::{NOW, answered};

/// An answer with this content type, or none.
fn typed(status: u16, kind: Option<&'static str>, body: &str) -> Outcome {
    let mut headers = HeaderMap::new();
    if let Some(kind) = kind {
        headers.insert("content-type", HeaderValue::from_static(kind));
    }
    Outcome::Answered { status, headers, body: body.as_bytes().to_vec() }
}

/// A token that outlives every cache.
fn lasting(signer: &Signer) -> String {
    signer.token(&claims().with("exp", &(SECONDS + 86_400).to_string()))
}

/// The key with one member more, or another one.
fn with(signer: &Signer, name: &str, value: Value) -> Value {
    let mut jwk = signer.jwk();
    jwk[name] = value;
    jwk
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// Keys that are passed over, each with a reason of its own.
fn useless_keys() -> Vec<(&'static str, Value)> {
    let weak = |pem: &str| {
        let mut jwk = rsa_jwk(pem);
        jwk["kid"] = json!("rsa");
        jwk
    };
    let (ec, rsa) = (ec(), rsa());
    let even = |jwk: &Value| {
        let n = jwk["n"].as_str().unwrap();
        // The last byte is in the last two digits.
        json!(format!("{}wA", &n[..n.len() - 2]))
    };
    vec![
        ("for encryption", with(&ec, "use", json!("enc"))),
        ("use in other letters", with(&ec, "use", json!("SIG"))),
        ("use is no text", with(&ec, "use", json!(["sig"]))),
        ("for signing", with(&ec, "key_ops", json!(["sign"]))),
        ("for nothing", with(&ec, "key_ops", json!([]))),
        ("key_ops is no list", with(&ec, "key_ops", json!("verify"))),
        ("for another algorithm", with(&ec, "alg", json!("ES384"))),
        ("for a key type's other algorithm", with(&ec, "alg", json!("RS256"))),
        ("for HS256", with(&rsa, "alg", json!("HS256"))),
        ("for RS512", with(&rsa, "alg", json!("RS512"))),
        ("for RSA-OAEP", with(&rsa, "alg", json!("RSA-OAEP"))),
        ("alg is none", with(&ec, "alg", json!("none"))),
        ("alg is null", with(&ec, "alg", Value::Null)),
        ("with its private half", ec.private()),
        ("an RSA key with its private half", rsa.private()),
        ("an Ed25519 key with its private half", ed().private()),
        ("with an empty private half", with(&ec, "d", json!(""))),
        ("with a null private half", with(&ec, "d", Value::Null)),
        ("RSA with one prime", with(&rsa, "p", json!("AQ"))),
        ("with a secret", with(&ec, "k", json!("c2VjcmV0"))),
        ("symmetric", json!({ "kty": "oct", "kid": "ec", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA" })),
        ("another curve", with(&ec, "crv", json!("P-384"))),
        ("secp256k1", with(&ec, "crv", json!("secp256k1"))),
        ("no curve", with(&ec, "crv", Value::Null)),
        ("a curve for agreement", with(&ed(), "crv", json!("X25519"))),
        ("Ed448", with(&ed(), "crv", json!("Ed448"))),
        ("the wrong type", with(&ec, "kty", json!("RSA"))),
        ("a type in small letters", with(&ec, "kty", json!("ec"))),
        ("no type", with(&ec, "kty", Value::Null)),
        ("half a point", with(&ec, "y", Value::Null)),
        ("a short coordinate", with(&ec, "x", json!("AQ"))),
        ("a long coordinate", with(&ec, "x", json!("A".repeat(44)))),
        ("a padded coordinate", with(&ec, "x", json!("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="))),
        ("a coordinate in another alphabet", with(&ec, "y", json!("x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0"))),
        ("a coordinate that is no text", with(&ec, "x", json!(7))),
        ("an injected member", with(&ec, "x", json!("\",\"d\":\"AQ"))),
        ("512 bits", weak(include_str!("../../vectors/pki/rsa512_pkcs1.pem"))),
        ("1024 bits", weak(include_str!("../../vectors/pki/rsa1024_pkcs1.pem"))),
        ("1536 bits", weak(include_str!("../../vectors/pki/rsa1536_pkcs1.pem"))),
        ("exponent 3", weak(include_str!("../../vectors/pki/rsa2048_exponent3_pkcs1.pem"))),
        ("exponent 1", with(&rsa, "e", json!("AQ"))),
        ("exponent 0", with(&rsa, "e", json!("AA"))),
        ("no exponent", with(&rsa, "e", json!(""))),
        ("an even exponent", with(&rsa, "e", json!("AQAA"))),
        ("an exponent with zeros in front", with(&rsa, "e", json!("AAEAAQ"))),
        ("an exponent of nine bytes", with(&rsa, "e", json!("AQAAAAAAAAAB"))),
        ("an even modulus", with(&rsa, "n", even(&rsa.jwk()))),
        ("a modulus with zeros in front", with(&rsa, "n", json!(format!("AAAA{}", rsa.jwk()["n"].as_str().unwrap())))),
        ("a modulus of zeros", with(&rsa, "n", json!("A".repeat(342)))),
        ("a huge modulus", with(&rsa, "n", json!(format!("{}B", "_".repeat(1_367))))),
        ("an empty name", with(&ec, "kid", json!(""))),
        ("a name that is no text", with(&ec, "kid", json!(1))),
        ("an endless name", with(&ec, "kid", json!("k".repeat(257)))),
        ("empty", json!({})),
    ]
}

/// Answers of a JWKS URL that are no key set at all.
fn no_sets() -> Vec<(&'static str, Outcome)> {
    let good = set(&[ec().jwk()]);
    let twice = |member: &str| good.replacen("\"kid\"", &format!("{member},\"kid\""), 1);
    let json = Some("application/json");
    vec![
        ("permanent redirect", typed(301, json, &good)),
        ("redirect", typed(302, json, &good)),
        ("not modified", typed(304, json, &good)),
        ("strict redirect", typed(307, json, &good)),
        ("created", typed(201, json, &good)),
        ("no content", typed(204, json, "")),
        ("partial", typed(206, json, &good)),
        ("not found", typed(404, json, &good)),
        ("error", typed(500, json, &good)),
        ("no type", typed(200, None, &good)),
        ("a page", typed(200, Some("text/html"), &good)),
        ("plain text", typed(200, Some("text/plain; charset=utf-8"), &good)),
        ("nearly JSON", typed(200, Some("application/jsonp"), &good)),
        ("nearly a key set", typed(200, Some("application/jwk+json"), &good)),
        ("two types", typed(200, Some("application/json, text/html"), &good)),
        ("too long", answered(200, &format!("{good}{}", " ".repeat(65_537 - good.len())))),
        ("endless", Outcome::Failed(Failure::TooLarge)),
        ("silent", Outcome::Failed(Failure::TimedOut)),
        ("broken", Outcome::Failed(Failure::Broken)),
        ("empty", answered(200, "")),
        ("a page as JSON", answered(200, "<html></html>")),
        ("null", answered(200, "null")),
        ("a list", answered(200, &json!([ec().jwk()]).to_string())),
        ("a lone key", answered(200, &ec().jwk().to_string())),
        ("no keys", answered(200, "{}")),
        ("keys is null", answered(200, r#"{"keys":null}"#)),
        ("keys is an object", answered(200, &json!({ "keys": { "ec": ec().jwk() } }).to_string())),
        ("an empty list", answered(200, r#"{"keys":[]}"#)),
        ("nested lists", answered(200, &json!({ "keys": [[ec().jwk()]] }).to_string())),
        ("a set in a set", answered(200, &json!({ "keys": [{ "keys": [ec().jwk()] }] }).to_string())),
        ("something that is no key", answered(200, &json!({ "keys": [ec().jwk(), null] }).to_string())),
        ("a text among them", answered(200, &json!({ "keys": [ec().jwk(), "key"] }).to_string())),
        ("keys twice", answered(200, &format!("{},{}", &good[..good.len() - 1], &good[1..]))),
        ("a member twice", answered(200, &twice(r#""kid":"ec""#))),
        ("a member twice in other letters", answered(200, &twice(r#""\u006bid":"ec""#))),
        ("a comma too many", answered(200, &good.replace(']', ",]"))),
        ("a byte order mark", answered(200, &format!("\u{feff}{good}"))),
        ("something behind", answered(200, &format!("{good}{{}}"))),
        ("deep", answered(200, &format!(r#"{{"keys":[],"x":{}{}}}"#, "[".repeat(9), "]".repeat(9)))),
        (
            "101 keys",
            answered(200, &set(&(0..101).map(|n| with(&ec(), "kid", json!(format!("k{n}")))).collect::<Vec<_>>())),
        ),
        ("one name for two keys", answered(200, &set(&[ec().jwk(), other_ec().jwk()]))),
        ("one name for keys of two types", answered(200, &set(&[ec().jwk(), ed().called("ec").jwk()]))),
        ("one key twice", answered(200, &set(&[ec().jwk(), ec().jwk()]))),
    ]
}

/// All that is bad, as answers.
fn bad_answers() -> Vec<(&'static str, Outcome)> {
    let useless = useless_keys().into_iter().map(|(label, key)| (label, jwks(&[key])));
    useless.chain(no_sets()).collect()
}

#[test]
fn t20_a_bad_key_set_is_as_good_as_none() {
    let cases = bad_answers();
    assert!(cases.len() >= 90, "{}", cases.len());
    for (label, answer) in cases {
        let mut answer = Some(answer);
        let token = lasting(&ec());
        let run = ask_at(&fetching(), &token, NOW, |url, _| {
            assert_eq!(url, JWKS_URL);
            answer.take().unwrap_or_else(|| panic!("{label}: asked twice"))
        });
        assert_eq!((run.status, run.error()), (503, Some("caller_keys_unavailable")), "{label}: {}", run.body);
        assert_eq!((run.checked, run.header("retry-after")), (0, Some("5")), "{label}");
        let line = &run.log[0];
        assert_eq!((line["event"].as_str(), line["url"].as_str()), (Some("keys"), Some(JWKS_URL)), "{label}");
        assert!(line["reason"].as_str().unwrap().len() > 10, "{label}");
        assert_eq!(run.log[1]["reason"], "caller_keys_unavailable", "{label}");
        assert_eq!(run.log.len(), 2);
    }
}

#[test]
fn t20_after_a_bad_key_set_the_last_good_one_serves_on() {
    let (token, stranger) = (lasting(&ec()), lasting(&other_ec()));
    for (label, answer) in bad_answers() {
        let gateway = fetching();
        assert_eq!(ask_at(&gateway, &token, NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
        let mut answer = Some(answer);
        let later = NOW + 300_000;
        let run = ask_at(&gateway, &token, later, |_, _| answer.take().unwrap());
        assert_eq!((run.status, run.sent.len()), (200, 1), "{label}: {}", run.body);
        assert_eq!(run.log[0]["event"], "keys", "{label}");
        // Nothing of the bad one has stuck.
        let run = ask_at(&gateway, &stranger, later + 1, |url, _| panic!("{label}: {url}"));
        is_refused(&run, "bad_signature", label);
    }
}

#[test]
fn t20_of_a_mixed_set_only_the_good_keys_are_used() {
    for (label, useless) in useless_keys() {
        let gateway = fetching();
        let good = other_ec().called("good");
        let answer = || jwks(&[useless.clone(), good.jwk()]);
        assert_eq!(ask_at(&gateway, &good.token(&claims()), NOW, |_, _| answer()).status, 200, "{label}");
        let kid = useless["kid"].as_str().unwrap_or("ec").to_owned();
        let signer = [ec(), rsa(), ed()].into_iter().find(|signer| signer.kid == kid).unwrap_or_else(ec);
        let run = ask_at(&gateway, &signer.token(&claims()), NOW, |url, _| panic!("{label}: {url}"));
        is_refused(&run, "unknown_key", label);
    }
}

#[test]
fn t20_key_sets_that_are_merely_unusual_are_used() {
    let padded = |kind: &'static str| typed(200, Some(kind), &set(&[ec().jwk()]));
    let hundred: Vec<Value> = (0..99).map(|n| with(&ed(), "kid", json!(format!("k{n}")))).chain([ec().jwk()]).collect();
    let filled = set(&[ec().jwk()]);
    for (label, answer) in [
        ("for key sets", padded("application/jwk-set+json")),
        ("with a character set", padded("Application/JSON; charset=utf-8")),
        ("64 KiB", answered(200, &format!("{filled}{}", " ".repeat(65_536 - filled.len())))),
        ("100 keys", jwks(&hundred)),
        ("for signatures", jwks(&[with(&ec(), "use", json!("sig"))])),
        ("for checking", jwks(&[with(&ec(), "key_ops", json!(["verify"]))])),
        ("with its algorithm", jwks(&[with(&ec(), "alg", json!("ES256"))])),
        ("with its certificate", jwks(&[with(&ec(), "x5c", json!(["MIIB"]))])),
        ("with a remark", jwks(&[with(&ec(), "note", json!({ "a": [1] }))])),
        ("more members", answered(200, &json!({ "keys": [ec().jwk()], "next": 1 }).to_string())),
        ("an unnamed one beside it", jwks(&[ec().jwk(), ed().nameless(), other_ec().nameless()])),
    ] {
        let mut answer = Some(answer);
        let run = ask_at(&fetching(), &ec().token(&claims()), NOW, |_, _| answer.take().unwrap());
        assert_eq!(run.status, 200, "{label}: {}", run.body);
    }
}

#[test]
fn t20_keys_fetched_for_one_caller_are_judged_by_anothers_own_rules() {
    let portal = |patch: Value| {
        let mut caller = super::portal(&patch);
        caller["jwks_url"] = json!(JWKS_URL);
        caller
    };
    let gateway = super::configured(&json!({
        "CALLER_TEST": null,
        "CALLER_ALL": portal(json!({ "audience": "all" })),
        "CALLER_STRICT": portal(json!({ "audience": "strict", "algorithms": ["RS256"] })),
        "CALLER_OTHER": portal(json!({ "issuer": "https://other.example.com", "audience": "all" })),
    }));
    let keys = || jwks(&[rsa().jwk(), ec().jwk()]);
    let token = |signer: &Signer, audience: &str| signer.token(&claims().with("aud", audience));
    let mut fetched = 0;
    let mut ask = |token: &str| {
        ask_at(&gateway, token, NOW, |_, _| {
            fetched += 1;
            keys()
        })
    };
    for _ in 0..2 {
        assert_eq!(ask(&token(&ec(), r#""all""#)).json()["caller"], "all");
        is_refused(&ask(&token(&ec(), r#""strict""#)), "wrong_algorithm", "remembered for another");
        assert_eq!(ask(&token(&rsa(), r#""strict""#)).json()["caller"], "strict");
        let other = claims().with("iss", r#""https://other.example.com""#).with("aud", r#""all""#);
        assert_eq!(ask(&ec().token(&other)).json()["caller"], "other");
    }
    assert_eq!(fetched, 1, "one address is one set");
}
