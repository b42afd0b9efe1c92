//! Recognising a caller.

use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde_json::json;
use sso_config_gateway::http::message::Step;

use crate::support::{CONNECTOR, NOW, PROVIDER, SAML, TOKEN, answered, gateway, gateway_with, refused, request, run};

#[test]
fn whoever_is_not_known_gets_one_and_the_same_answer() {
    let mut bodies = Vec::new();
    for value in [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Bearer    ".to_owned()),
        Some("Bearer wrong".to_owned()),
        Some(format!("Bearer {TOKEN}x")),
        Some(format!("Bearer x{TOKEN}")),
        Some(format!("Bearer {}", &TOKEN[..TOKEN.len() - 1])),
        Some(format!("Bearer {}", TOKEN.to_uppercase())),
        Some(format!("Bearer {TOKEN} {TOKEN}")),
        Some(format!("Bearer {TOKEN},{TOKEN}")),
        Some(format!("Bearer\t{TOKEN}")),
        Some(format!("Bearer{TOKEN}")),
        Some(format!("Basic {TOKEN}")),
        Some(format!("Token {TOKEN}")),
        Some(format!("DPoP {TOKEN}")),
        Some(TOKEN.to_owned()),
        Some(format!("Bearer {}", "a".repeat(4_097))),
        Some(format!("Bearer {}", "a".repeat(100_000))),
        Some("Bearer sandbox".to_owned()),
    ] {
        let mut request = request("GET", CONNECTOR, "").without("authorization");
        if let Some(value) = &value {
            request = request.header("authorization", value);
        }
        let run = refused(&gateway(), &request);
        assert_eq!((run.status, run.error()), (401, Some("unauthenticated")), "{value:?}");
        assert_eq!(run.header("www-authenticate"), Some("Bearer realm=\"sso-config-gateway\""));
        bodies.push(run.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

#[test]
fn two_authorization_headers_are_nobodys() {
    for second in [format!("Bearer {TOKEN}"), "Bearer wrong".to_owned(), "Basic x".to_owned()] {
        let mut inbound = request("GET", CONNECTOR, "").inbound();
        inbound.headers.append(AUTHORIZATION, HeaderValue::from_str(&second).unwrap());
        let Step::Answer { answer, .. } = gateway().begin(inbound, NOW) else { panic!("sent") };
        assert_eq!(answer.status.as_u16(), 401);
    }
}

#[test]
fn a_token_counts_in_the_authorization_header_only() {
    for request in [
        request("GET", &format!("{CONNECTOR}?access_token={TOKEN}"), "").without("authorization"),
        request("GET", CONNECTOR, "").without("authorization").header("cookie", &format!("token={TOKEN}")),
        request("GET", CONNECTOR, "").without("authorization").header("x-authorization", &format!("Bearer {TOKEN}")),
        request("GET", CONNECTOR, "")
            .without("authorization")
            .header("proxy-authorization", &format!("Bearer {TOKEN}")),
    ] {
        let run = refused(&gateway(), &request);
        assert!(matches!(run.status, 400 | 401));
        assert!(!run.body.contains(TOKEN) && !run.raw_log.concat().contains(TOKEN));
    }
}

#[test]
fn the_scheme_is_compared_without_case() {
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = request("GET", CONNECTOR, "").header("authorization", &format!("{scheme} {TOKEN}"));
        assert_eq!(run(&gateway(), &request, |_| answered(200, crate::logto::ANSWER)).status, 200);
    }
}

#[test]
fn nothing_of_the_body_is_judged_before_the_caller_is_known_and_admitted() {
    let reader = gateway_with(
        &json!({ "CALLER_TEST": { "grants": [{ "upstream": "logto", "access": "read", "connections": "all" }] } }),
    );
    for body in ["{", r#"{"connectorName":5}"#, "<html>"] {
        let unknown = refused(&reader, &request("PATCH", CONNECTOR, body).header("authorization", "Bearer wrong"));
        assert_eq!(unknown.error(), Some("unauthenticated"));
        let denied = refused(&reader, &request("PATCH", CONNECTOR, body).header("content-type", "text/plain"));
        assert_eq!(denied.error(), Some("forbidden"));
    }
}

#[test]
fn a_page_of_a_foreign_origin_is_refused_on_the_server() {
    let listed =
        gateway_with(&json!({ "CALLER_TEST": { "origins": ["https://admin.example.com", "http://localhost:3000"] } }));
    for origin in ["https://admin.example.com", "http://localhost:3000"] {
        let run = run(&listed, &request("GET", CONNECTOR, "").header("origin", origin), |_| {
            answered(200, crate::logto::ANSWER)
        });
        assert_eq!(run.status, 200, "{origin}");
        let unlisted = refused(&gateway(), &request("GET", CONNECTOR, "").header("origin", origin));
        assert_eq!((unlisted.status, unlisted.error()), (403, Some("origin_not_allowed")));
    }
    for origin in [
        "",
        "null",
        "*",
        "https://evil.example",
        "http://admin.example.com",
        "https://admin.example.com:443",
        "https://admin.example.com/",
        "https://admin.example.com.evil.example",
        "https://evil-admin.example.com",
        "https://sub.admin.example.com",
        "HTTPS://ADMIN.EXAMPLE.COM",
        "https://admin.example.com, https://evil.example",
        "http://localhost:3001",
        "http://localhost",
        "https://localhost:3000",
        "http://127.0.0.1:3000",
        "https://gateway.example.com",
        "file://",
        "https://user@admin.example.com",
        "https://admin.example.com@evil.example",
    ] {
        for (method, path, body) in [
            ("GET", CONNECTOR, ""),
            ("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#),
            ("PUT", SAML, "{}"),
        ] {
            let run = refused(&listed, &request(method, path, body).header("origin", origin));
            assert_eq!((run.status, run.error()), (403, Some("origin_not_allowed")), "{origin:?}");
            assert_eq!(run.header("access-control-allow-origin"), None);
        }
    }
}
