//! Operations called by name, as UTDK's pages call them: three generations of one request, and where a token may be.

use serde_json::json;

use crate::support::{
    CONNECTION, ORGANIZATION, Request, SAML, TOKEN, answered, gateway, gateway_with, refused, request, run, sha256_hex,
};

fn arguments() -> serde_json::Value {
    json!({ "organization_id": ORGANIZATION, "connection_id": CONNECTION, "display_name": "Example SAML" })
}

fn call(path: &str, body: &serde_json::Value) -> Request {
    request("POST", path, &body.to_string())
}

#[test]
fn three_generations_of_one_call_are_the_same_request() {
    let mut typed = arguments();
    typed["attribute_mapping"] = json!(r#"{"email":"NameID"}"#);
    let mut whole = arguments();
    whole["attribute_mapping"] = json!({ "email": "NameID" });
    for (path, body) in [
        ("/tools/stytch/api_sso_v1_sso_saml_UpdateConnection", &typed),
        ("/tools/stytch/apiSsoV1SsoSamlUpdateconnection", &typed),
        ("/tools/stytch/apiSsoV1SsoSamlUpdateConnection", &json!({ "args": whole })),
        (
            "/tools/stytch/apiSsoV1SsoSamlUpdateConnection",
            &json!({ "args": whole, "credential": { "id": "x" }, "stream": true }),
        ),
        ("/tools/stytch-test/update_saml_connection", &typed),
        ("/tools/stytch-test/updateSamlConnection", &whole),
        ("/tools/stytch/api/sso/v1/sso/saml/UpdateConnection", &whole),
    ] {
        let run = run(&gateway(), &call(path, body), |sent| {
            assert_eq!(format!("https://test.stytch.com{}", SAML.trim_start_matches("/stytch-test")), sent.url);
            assert_eq!(sent.method, "PUT");
            let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
            let expected = json!({ "display_name": "Example SAML", "attribute_mapping": { "email": "NameID" } });
            assert_eq!(body, expected, "{path}");
            answered(200, crate::stytch::ANSWER)
        });
        assert_eq!(run.status, 200, "{path}: {}", run.body);
        assert_eq!(run.log[0]["door"], "tools");
    }
}

#[test]
fn a_list_that_was_typed_in_badly_is_named_and_nothing_is_sent() {
    let mut body = arguments();
    body["attribute_mapping"] = json!("{email: NameID");
    let run = refused(&gateway(), &call("/tools/stytch/update_saml_connection", &body));
    assert_eq!((run.status, run.error()), (400, Some("invalid_body")));
    assert_eq!(run.problems(), ["wrong_type;/attribute_mapping"]);
    // Pages show these two and nothing else.
    assert!(run.json()["error"].as_str().unwrap().contains("/attribute_mapping") && run.json()["detail"].is_string());
}

#[test]
fn a_text_stays_a_text_whatever_it_looks_like() {
    for text in ["[1]", "{}", "true", "7", "null"] {
        let mut body = arguments();
        body["display_name"] = json!(text);
        let run = run(&gateway(), &call("/tools/stytch/update_saml_connection", &body), |sent| {
            assert_eq!(sent.body, json!({ "display_name": text }).to_string());
            answered(200, crate::stytch::ANSWER)
        });
        assert_eq!(run.status, 200);
    }
}

#[test]
fn an_answer_always_has_a_body() {
    let run = run(&gateway(), &call("/tools/logto/delete_connector", &json!({ "id": "acmesaml0001" })), |_| {
        answered(204, "")
    });
    assert_eq!((run.status, run.body.as_str()), (200, "{}"));
    assert_eq!(run.header("content-type"), Some("application/json"));
}

#[test]
fn values_for_the_query_are_numbers_or_texts_of_numbers() {
    for (page, url) in [
        (json!(2), Some("?page=2")),
        (json!("2"), Some("?page=2")),
        (json!(0), None),
        (json!("x"), None),
        (json!([2]), None),
    ] {
        let asked = call("/tools/logto/list_connectors", &json!({ "page": page }));
        match url {
            Some(url) => {
                let run = run(&gateway(), &asked, |sent| {
                    assert!(sent.url.ends_with(url), "{}", sent.url);
                    answered(200, "[]")
                });
                assert_eq!(run.status, 200);
            }
            None => assert_eq!(refused(&gateway(), &asked).error(), Some("bad_query_value"), "{page}"),
        }
    }
}

#[test]
fn whatever_names_no_operation_is_refused_in_words_that_a_console_shows() {
    let all = arguments();
    let without = json!({ "display_name": "x" });
    let cases = [
        (call("/tools/stytch/drop_everything", &all), 404, "no_such_route"),
        (call("/tools/nobody/update_saml_connection", &all), 404, "no_such_route"),
        (call("/tools/logto/update_saml_connection", &all), 404, "no_such_route"),
        (call("/tools/stytch/%2e%2e", &all), 404, "no_such_route"),
        (call("/tools/stytch", &all), 404, "no_such_route"),
        (request("GET", "/tools/stytch/list_connections", ""), 405, "method_not_allowed"),
        (call("/tools/stytch/update_saml_connection?x=1", &all), 400, "unknown_query_parameter"),
        (call("/tools/stytch/update_saml_connection", &without), 400, "bad_path_value"),
        (call("/tools/stytch/list_connections", &json!({ "organization_id": "a/../b" })), 400, "bad_path_value"),
        (call("/tools/stytch/list_connections", &json!({ "organization_id": 7 })), 400, "bad_path_value"),
        (call("/tools/stytch/list_connections", &all), 400, "unexpected_body"),
        (call("/tools/stytch/update_saml_connection", &json!({ "args": all, "more": 1 })), 400, "invalid_json"),
        (call("/tools/stytch/update_saml_connection", &json!({ "args": [] })), 400, "invalid_json"),
        (request("POST", "/tools/stytch/update_saml_connection", "[]"), 400, "invalid_json"),
        (
            call("/tools/stytch/update_saml_connection", &all).header("content-type", "text/plain"),
            415,
            "unsupported_media_type",
        ),
    ];
    for (asked, status, code) in cases {
        let run = refused(&gateway(), &asked);
        assert_eq!((run.status, run.error()), (status, Some(code)), "{}: {}", asked.url, run.body);
        if asked.url.contains("/tools/stytch/") || asked.url.contains("/tools/nobody/") {
            assert!(run.json()["error"].is_string(), "{}", run.body);
        }
    }
}

const OTHER: &str = "ssogw_other-000000000000000000000000000000000000";

#[test]
fn a_token_may_be_an_api_key_here_and_only_here() {
    let keyed = |request: Request, token: &str| request.without("authorization").header("x-api-key", token);
    let asked = call("/tools/stytch/update_saml_connection", &arguments());
    assert_eq!(run(&gateway(), &keyed(asked, TOKEN), |_| answered(200, crate::stytch::ANSWER)).status, 200);
    let native = keyed(request("PUT", SAML, "{}"), TOKEN);
    assert_eq!(refused(&gateway(), &native).error(), Some("unauthenticated"));
}

#[test]
fn two_tokens_that_differ_are_nobodys_and_the_same_one_twice_is_one() {
    let gateway = gateway_with(&json!({ "CALLER_OTHER": { "token_sha256": sha256_hex(OTHER), "grants": [
        { "upstream": "stytch-test", "access": "write", "organizations": "all" }] } }));
    let asked = || call("/tools/stytch/update_saml_connection", &arguments());
    let both = asked().header("x-api-key", TOKEN);
    assert_eq!(run(&gateway, &both, |_| answered(200, crate::stytch::ANSWER)).status, 200);
    for key in [OTHER, "wrong", ""] {
        let run = refused(&gateway, &asked().header("x-api-key", key));
        assert_eq!((run.status, run.error()), (401, Some("unauthenticated")), "{key:?}");
        assert_eq!(run.log[0]["cause"], "two_tokens");
    }
}
