//! A permit is what was decided, also after its journey through the loop.

use http::{HeaderMap, HeaderValue, Method};

use super::*;
use crate::canonical::Effect;
use crate::config::Settings;
use crate::http::route::{Route, route};
use crate::http::target::Target;
use crate::vendor::Vendor;

const TOKEN: &str = "ssogw_test-caller-0000000000000000000000000000000";

fn settings(grants: &serde_json::Value) -> Settings {
    use sha2::{Digest, Sha256};
    let digest: String = Sha256::digest(TOKEN.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let bindings = serde_json::json!({
        "GATEWAY": { "public_origin": "https://gateway.example.com" },
        "UPSTREAM_STYTCH": { "vendor": "stytch", "base_url": "https://test.stytch.com",
            "credential": { "kind": "basic", "username": "project-test-1", "secret": "A_SECRET" } },
        "UPSTREAM_LOGTO": { "vendor": "logto", "base_url": "https://tenant.logto.app",
            "credential": { "kind": "client_credentials", "client_id": "app", "secret": "A_SECRET", "resource": "https://tenant.logto.app/api" } },
        "CALLER_TEST": { "token_sha256": digest, "grants": grants },
        "A_SECRET": "fake-secret-0123456789abcdef",
    });
    crate::config::load(&bindings.to_string()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// The permit for a request without a body, or the code of the refusal.
fn decide(settings: &Settings, method: &Method, path: &str) -> Result<Permit, &'static str> {
    let url = format!("https://gateway.example.com{path}");
    let target = Target::parse(&url).unwrap_or_else(|_| panic!("{url}"));
    let Ok(Route::Native(route)) = route(settings, method, &target) else { return Err("no route") };
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_str(&format!("Bearer {TOKEN}")).unwrap());
    let (mut recognition, learned) = (Recognition::default(), Learned::default());
    let found = authenticate(settings, &mut recognition, &headers, Places::default(), &learned, 0);
    let principal = match found.map_err(|rejection| rejection.code.name())? {
        Authenticated::Known(principal) => principal,
        Authenticated::Needs(_) => panic!("a fixed token is known at once"),
    };
    let admission = admit(&principal, &route).map_err(|rejection| rejection.code.name())?;
    permit(admission, &Effect::default(), None).map_err(|rejection| rejection.code.name())
}

fn shows(permit: &Permit, connection: &str) -> bool {
    permit.shows(Vendor::Logto.dialect(), connection)
}

#[test]
fn a_permit_keeps_operation_values_and_query_on_its_journey() {
    let settings = settings(&serde_json::json!([
        { "upstream": "logto", "access": "read", "connections": ["aaa", "b.b"] },
        { "upstream": "stytch", "access": "write", "organizations": "all", "retarget_secrets": true },
    ]));
    let journey = |permit: &Permit| -> Permit {
        let state = super::travelling::serialize(permit, serde_json::value::Serializer).unwrap();
        super::travelling::deserialize(state).unwrap()
    };

    let list = decide(&settings, &Method::GET, "/logto/api/sso-connectors?page_size=5&page=2")
        .unwrap_or_else(|code| panic!("{code}"));
    let back = journey(&list);
    assert_eq!((back.upstream(), back.operation()), ("logto", "list_connectors"));
    assert_eq!(back.query(Vendor::Logto), [("page_size", "5".to_owned()), ("page", "2".to_owned())]);
    assert!(
        shows(&back, "aaa") && shows(&back, "b.b") && !shows(&back, "ccc") && !shows(&back, "") && !back.may_retarget()
    );

    let path = "/stytch/v1/b2b/sso/saml/a%7Cb/connections/c";
    let update = decide(&settings, &Method::PUT, path).unwrap_or_else(|code| panic!("{code}"));
    let back = journey(&update);
    assert_eq!(back.params(Vendor::Stytch).get("organization_id"), Some("a|b"));
    assert_eq!(back.params(Vendor::Stytch).get("connection_id"), Some("c"));
    assert!(back.shows(Vendor::Stytch.dialect(), "anything") && back.may_retarget());
}

#[test]
fn the_first_grant_that_covers_decides() {
    let settings = settings(&serde_json::json!([
        { "upstream": "logto", "access": "read", "connections": ["aaa"] },
        { "upstream": "logto", "access": "read", "connections": "all", "operations": ["get_connector"] },
    ]));
    assert!(decide(&settings, &Method::GET, "/logto/api/sso-connectors/bbb").is_ok());
    let list = decide(&settings, &Method::GET, "/logto/api/sso-connectors").unwrap_or_else(|code| panic!("{code}"));
    assert!(!shows(&list, "bbb"), "the grant that shows all is for another operation");
    assert_eq!(
        decide(&settings, &Method::GET, "/logto/api/sso-connectors/bbb/idp-initiated-auth-config").err(),
        Some("forbidden")
    );
    assert_eq!(decide(&settings, &Method::PATCH, "/logto/api/sso-connectors/aaa").err(), Some("forbidden"));
    assert_eq!(decide(&settings, &Method::GET, "/stytch/v1/b2b/sso/o").err(), Some("forbidden"));
}

/// A token of the issuer's that names the key `k`, with some signature, and sets of one P-256 key of that name.
fn token_and_sets() -> (String, [KeySet; 2]) {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let claims = r#"{"iss":"https://login.example.com","aud":"gateway","sub":"user","exp":4000000000}"#;
    let token = format!("{}.{}.{}", part(r#"{"alg":"ES256","kid":"k"}"#), part(claims), part(&"s".repeat(64)));
    let set = |letter: &str| {
        let number = part(&letter.repeat(32));
        let key = serde_json::json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": number, "y": number });
        KeySet::read(serde_json::json!({ "keys": [key] }).to_string().as_bytes()).unwrap()
    };
    (token, [set("a"), set("b")])
}

#[test]
fn a_signature_that_was_checked_with_one_key_says_nothing_about_another_of_the_same_name() {
    let url = "https://login.example.com/jwks.json";
    let bindings = serde_json::json!({
        "GATEWAY": { "public_origin": "https://gateway.example.com" },
        "UPSTREAM_LOGTO": { "vendor": "logto", "base_url": "https://tenant.logto.app",
            "credential": { "kind": "client_credentials", "client_id": "app", "secret": "A_SECRET", "resource": "https://tenant.logto.app/api" } },
        "CALLER_TEST": { "issuer": "https://login.example.com", "audience": "gateway", "jwks_url": url,
            "grants": [{ "upstream": "logto", "access": "read", "connections": "all" }] },
        "A_SECRET": "fake-secret-0123456789abcdef",
    });
    let settings = crate::config::load(&bindings.to_string()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let (token, [before, after]) = token_and_sets();
    let (mut recognition, mut learned) = (Recognition::default(), Learned { keys_asked: true, ..Learned::default() });
    let check = |recognition: &mut Recognition, learned: &Learned| match by_token(
        &settings,
        recognition,
        &token,
        learned,
        1_000_000,
    )
    .map_err(|rejection| rejection.cause)
    {
        Ok(Authenticated::Needs(Need::Signature(_, signature))) => Some(signature),
        Ok(Authenticated::Known(_)) => None,
        _ => panic!("the keys are at hand"),
    };
    recognition.keys_fetched(url, Some(before), 1_000_000);
    let signature = check(&mut recognition, &learned).unwrap();
    learned.signature = Some((signature, true));
    // While the platform was checking, another request brought a set in which the issuer has replaced the key.
    recognition.keys_fetched(url, Some(after), 1_000_000);
    let other = check(&mut recognition, &learned);
    assert!(other.is_some_and(|other| other != signature), "it is checked again, with the new key");
    learned.signature = other.map(|other| (other, true));
    assert_eq!(check(&mut recognition, &learned), None);
}
