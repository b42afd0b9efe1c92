//! Keys with which a connector signs its requests: the server makes them, and shows their certificates only.

use serde_json::json;

use crate::support::{answered, gateway, gateway_with, passes, refused, refuses, request, run};

const KEYS: &str = "/logto/api/sso-connectors/acmesaml0001/signing-keys";
const KEY: &str = "/logto/api/sso-connectors/acmesaml0001/signing-keys/36p8swkydii8xnqae915e";
const ANSWER: &str = r#"{"id":"36p8swkydii8xnqae915e","certificate":"-----BEGIN CERTIFICATE-----\r\nMII\r\n-----END CERTIFICATE-----\r\n","createdAt":1795311149836,"expiresAt":1890005549661,"active":false,"fingerprints":{"sha256":{"formatted":"5D","unformatted":"5D"}}}"#;

#[test]
fn keys_are_listed_made_switched_and_removed() {
    let list = format!("[{ANSWER}]");
    for (method, path, body, status, answer) in [
        ("GET", KEYS, "", 200, list.as_str()),
        ("POST", KEYS, "{}", 201, ANSWER),
        ("POST", KEYS, r#"{"active":true}"#, 201, ANSWER),
        ("PATCH", KEY, r#"{"active":false}"#, 200, ANSWER),
        ("DELETE", KEY, "", 204, ""),
    ] {
        let run = run(&gateway(), &request(method, path, body), |sent| {
            assert_eq!((sent.method.as_str(), sent.body.as_str(), sent.write), (method, body, method != "GET"));
            assert_eq!(sent.url, format!("https://tenant.logto.app{}", path.strip_prefix("/logto").unwrap()));
            answered(status, answer)
        });
        assert_eq!((run.status, run.body.as_str()), (status, answer), "{method}");
        if method != "GET" {
            assert_eq!(run.log[0]["fields"], json!(["request_signing.private_key"]));
        }
    }
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "POST",
        KEYS,
        &[
            (r#"{"active":"true"}"#, &["wrong_type;/active"]),
            (r#"{"active":null}"#, &["null_refused;/active"]),
            (r#"{"lifeSpanInDays":30}"#, &["unknown_member;/lifeSpanInDays"]),
        ],
    );
    refuses(
        &gateway(),
        "PATCH",
        KEY,
        &[
            ("{}", &["body_empty;"]),
            (r#"{"id":"36p8swkydii8xnqae915e"}"#, &["required;/active"]),
            (r#"{"active":true,"id":"another"}"#, &["path_value_mismatch;/id"]),
        ],
    );
    passes(&gateway(), "POST", KEYS, ANSWER, &[(r#"{"id":"acmesaml0001"}"#, &[])]);
    for id in ["a%2Fb", "a.b", "%2e%2e"] {
        let run = refused(&gateway(), &request("DELETE", &format!("{KEYS}/{id}"), ""));
        assert_eq!((run.status, run.error()), (400, Some("bad_path_value")), "{id}");
    }
}

#[test]
fn another_key_in_the_answer_is_not_shown() {
    let other = ANSWER.replace("36p8swkydii8xnqae915e", "another");
    let run = run(&gateway(), &request("PATCH", KEY, r#"{"active":true}"#), |_| answered(200, &other));
    assert_eq!((run.status, run.error()), (502, Some("wrong_subject")));
}

/// New in August 2026; an older server has no such route.
#[test]
fn a_server_without_the_routes_does_not_offer_them() {
    for (method, path, body) in [("GET", KEYS, ""), ("POST", KEYS, "{}"), ("DELETE", KEY, "")] {
        let run = run(&gateway(), &request(method, path, body), |_| answered(404, "Not Found"));
        assert_eq!((run.status, run.error()), (501, Some("not_offered_by_vendor")), "{method}");
    }
}

#[test]
fn who_may_not_touch_request_signing_may_not_touch_its_keys() {
    let careful = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "logto", "access": "write", "connections": "all", "fields": { "deny": ["request_signing"] } }] } }));
    for (method, path, body) in [("POST", KEYS, "{}"), ("PATCH", KEY, r#"{"active":true}"#), ("DELETE", KEY, "")] {
        assert_eq!(refused(&careful, &request(method, path, body)).error(), Some("field_not_granted"), "{method}");
    }
}
