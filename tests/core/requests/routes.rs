//! From a target to an operation, or to nowhere.

use serde_json::json;

use crate::support::{
    CONNECTION, CONNECTOR, IDP_INITIATED, ORGANIZATION, PROVIDER, SAML, answered, gateway, gateway_with, refused,
    request, run,
};

#[test]
fn a_bare_vendor_path_goes_to_the_vendors_only_upstream() {
    for (path, url, answer) in [
        (
            "/api/sso-connectors/acmesaml0001",
            "https://tenant.logto.app/api/sso-connectors/acmesaml0001",
            crate::logto::ANSWER,
        ),
        (
            "/v2/manage/custom-providers/saml/my-saml-app",
            "https://api.loginradius.com/v2/manage/custom-providers/saml/my-saml-app",
            crate::loginradius::ANSWER,
        ),
    ] {
        let run = run(&gateway(), &request("GET", path, ""), |sent| {
            assert_eq!(sent.url, url);
            answered(200, answer)
        });
        assert_eq!(run.status, 200);
    }
    let path = SAML.trim_start_matches("/stytch-test");
    let run = run(&gateway(), &request("PUT", path, r#"{"display_name":"x"}"#), |sent| {
        assert_eq!(sent.url, format!("https://test.stytch.com{path}"));
        answered(200, crate::stytch::ANSWER)
    });
    assert_eq!(run.status, 200);
}

#[test]
fn a_bare_vendor_path_is_ambiguous_unless_one_upstream_is_the_default() {
    let second = |default: bool| {
        gateway_with(&json!({
            "UPSTREAM_STYTCH_LIVE": { "vendor": "stytch", "base_url": "https://api.stytch.com", "default": default,
                "credential": { "kind": "basic", "username": "project-live-1", "secret": "STYTCH_TEST_SECRET" } },
            "CALLER_TEST": { "grants": [
                { "upstream": "stytch-test", "access": "write", "organizations": "all" },
                { "upstream": "stytch-live", "access": "write", "organizations": "all" } ] },
        }))
    };
    let list = request("GET", &format!("/v1/b2b/sso/{ORGANIZATION}"), "");
    let ambiguous = refused(&second(false), &list);
    assert_eq!((ambiguous.status, ambiguous.error()), (400, Some("ambiguous_upstream")));
    assert_eq!(ambiguous.json()["error_type"], "gateway_ambiguous_upstream", "in the vendor's shape");
    let chosen = run(&second(true), &list, |sent| {
        assert!(sent.url.starts_with("https://api.stytch.com/"));
        answered(200, r#"{"saml_connections":[],"oidc_connections":[],"external_connections":[]}"#)
    });
    assert_eq!(chosen.status, 200);
    let named = run(&second(true), &request("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), ""), |sent| {
        assert!(sent.url.starts_with("https://test.stytch.com/"));
        answered(200, r#"{"saml_connections":[],"oidc_connections":[],"external_connections":[]}"#)
    });
    assert_eq!(named.status, 200);
}

#[test]
fn a_vendors_path_under_another_vendors_upstream_leads_nowhere() {
    for path in [
        "/stytch-test/api/sso-connectors",
        "/logto/v1/b2b/sso/o",
        "/loginradius/api/sso-connectors",
        "/logto/logto/api/sso-connectors",
    ] {
        let run = refused(&gateway(), &request("GET", path, ""));
        assert_eq!((run.status, run.error()), (404, Some("no_such_route")), "{path}");
    }
}

#[test]
fn neighbours_of_the_catalogue_are_not_reachable() {
    for (method, path) in [
        ("GET", "/api/applications"),
        ("GET", "/api/users"),
        ("PUT", "/logto/api/sso-connectors"),
        ("DELETE", "/logto/api/sso-connectors"),
        ("GET", "/logto/api/sso-connector-providers/SAML"),
        ("GET", "/logto/api/sso-connectors/acmesaml0001/signing-keys/k"),
        ("PUT", "/logto/api/sso-connectors/acmesaml0001/signing-keys"),
        ("POST", "/logto/api/organizations/o/jit/sso-connectors"),
        ("GET", "/loginradius/v2/manage/saml-clients"),
        ("GET", "/loginradius/v2/manage/custom-providers"),
        ("DELETE", "/loginradius/v2/manage/custom-providers/saml/my-saml-app"),
        ("DELETE", "/loginradius/v2/manage/custom-providers/jwt/my-jwt-app"),
        ("GET", "/loginradius/v2/manage/custom-providers/oauth"),
        ("GET", "/loginradius/v2/manage/custom-providers/oauth/my-oauth-app"),
        ("PUT", "/loginradius/v2/manage/custom-providers/saml"),
        ("GET", "/loginradius/v2/manage/custom-providers/jwt/my-jwt-app/keys"),
        ("POST", "/loginradius/v2/manage/organizations/o/connections"),
        ("GET", "/stytch-test/v1/b2b/organizations/o"),
        ("POST", "/stytch-test/v1/b2b/sso/authenticate"),
        ("GET", "/stytch-test/v1/b2b/sso/o/connections/c"),
        ("PUT", "/stytch-test/v1/b2b/sso/o/connections/c"),
        ("GET", "/stytch-test/v1/b2b/sso/saml/o/connections/c"),
        ("DELETE", "/stytch-test/v1/b2b/sso/saml/o/connections/c"),
        ("PUT", "/stytch-test/v1/b2b/sso/oidc/o/connections/c/url"),
        ("DELETE", "/stytch-test/v1/b2b/sso/oidc/o/connections/c/verification_certificates/x"),
        ("DELETE", "/stytch-test/v1/b2b/sso/saml/o/connections/c/signing_certificates/x"),
        ("GET", "/stytch-test/v1/b2b/sso/saml/o"),
        ("GET", "/logto"),
        ("GET", "/logto/"),
        ("GET", "/stytch-test/v1"),
        ("GET", "/unknown/api/sso-connectors"),
        ("GET", "/LOGTO/api/sso-connectors"),
        ("GET", "/logto/API/sso-connectors"),
        ("GET", "/logto/api/sso-connectors/"),
        ("GET", "//logto/api/sso-connectors"),
        ("GET", "/logto//api/sso-connectors"),
        ("GET", "/logto/api//sso-connectors"),
        ("GET", "/logto/%61pi/sso-connectors"),
        ("GET", "/logto/api/sso-connectors;x=1"),
        ("GET", "/logto/./api/sso-connectors"),
        ("GET", "/https://tenant.logto.app/api/sso-connectors"),
        ("GET", "/http:/tenant.logto.app/api/sso-connectors"),
    ] {
        let run = refused(&gateway(), &request(method, path, ""));
        assert!(
            matches!((run.status, run.error()), (404, Some("no_such_route")) | (405, Some("method_not_allowed"))),
            "{method} {path}: {}",
            run.status
        );
    }
}

#[test]
fn other_verbs_are_refused_with_those_that_fit() {
    for (path, allow) in [
        ("/logto/api/sso-connectors", "GET, POST"),
        (CONNECTOR, "GET, PATCH, DELETE"),
        (IDP_INITIATED, "GET, PUT, DELETE"),
        ("/loginradius/v2/manage/custom-providers/saml", "GET, POST"),
        ("/loginradius/v2/manage/custom-providers/oauth", "POST, PUT"),
        (PROVIDER, "GET, PUT"),
        ("/stytch-test/v1/b2b/sso/o", "GET"),
        (SAML, "PUT"),
    ] {
        for method in ["HEAD", "OPTIONS", "PROPFIND", "TRACE", "CONNECT", "get", "Put", "post", "PATCHX", "DEL"] {
            let run = refused(&gateway(), &request(method, path, ""));
            assert_eq!(
                (run.status, run.error(), run.header("allow")),
                (405, Some("method_not_allowed"), Some(allow)),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn query_parameters_are_those_of_the_operation_and_each_is_given_once() {
    for (path, code) in [
        (format!("{CONNECTOR}?x=1"), "unknown_query_parameter"),
        (format!("{CONNECTOR}?access_token=abc"), "unknown_query_parameter"),
        (format!("{PROVIDER}?apikey=a&apisecret=b"), "unknown_query_parameter"),
        (format!("{CONNECTOR}?id=acmesaml0002"), "bad_query_value"),
        (format!("{CONNECTOR}?id=acmesaml0001&id=acmesaml0001"), "bad_query_value"),
        (format!("{CONNECTOR}?id=acmesaml0001&%69d=x"), "bad_query_value"),
        (format!("{CONNECTOR}?id=acmesaml0001;x=1"), "bad_query_value"),
        ("/logto/api/sso-connectors?page=1&page=2".to_owned(), "bad_query_value"),
        ("/logto/api/sso-connectors?page=%ff".to_owned(), "bad_query_value"),
        ("/logto/api/sso-connectors?page=1;page_size=2".to_owned(), "bad_query_value"),
        ("/logto/api/sso-connectors?page=1&pagesize=2".to_owned(), "unknown_query_parameter"),
        ("/logto/api/sso-connectors?Page=1".to_owned(), "unknown_query_parameter"),
        (format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}?organization_id=organization-test-other"), "bad_query_value"),
    ] {
        let run = refused(&gateway(), &request("GET", &path, ""));
        assert_eq!((run.status, run.error()), (400, Some(code)), "{path}");
    }
    let hint = refused(&gateway(), &request("GET", "/logto/api/sso-connectors?pageSize=2", ""));
    assert!(hint.body.contains("Did you mean `page_size`?"), "{}", hint.body);

    let repeated = format!("{SAML}?organization_id={ORGANIZATION}&connection_id={CONNECTION}");
    let run = run(&gateway(), &request("PUT", &repeated, r#"{"display_name":"x"}"#), |sent| {
        assert!(!sent.url.contains('?'), "path values are not repeated upstream");
        answered(200, crate::stytch::ANSWER)
    });
    assert_eq!(run.status, 200);
}

#[test]
fn a_url_is_at_most_8192_bytes() {
    let run = refused(&gateway(), &request("GET", &format!("{CONNECTOR}?x={}", "a".repeat(8_192)), ""));
    assert_eq!((run.status, run.error()), (414, Some("url_too_long")));
}

#[test]
fn the_gateways_own_routes_answer_without_a_token() {
    for path in ["/healthz", "/readyz"] {
        let run = refused(&gateway(), &request("GET", path, "").without("authorization"));
        assert_eq!((run.status, run.body.as_str(), run.error()), (200, r#"{"status":"ok"}"#, None));
        for (method, path, status) in [
            ("POST", path.to_owned(), 405),
            ("HEAD", path.to_owned(), 405),
            ("GET", format!("{path}?x=1"), 400),
            ("GET", format!("{path}/"), 404),
        ] {
            assert_eq!(refused(&gateway(), &request(method, &path, "")).status, status, "{method} {path}");
        }
    }
    for path in ["", "/", "/?", "/#x"] {
        let run = refused(&gateway(), &request("GET", path, "").without("authorization"));
        assert_eq!(
            (run.status, run.error(), run.header("content-type")),
            (404, Some("no_such_route"), Some("application/problem+json"))
        );
        assert!(run.json()["detail"].as_str().unwrap().contains("/v1/b2b/sso/{organization_id}"), "{}", run.body);
    }
}

#[test]
fn a_gateway_made_for_development_answers_to_localhost_only() {
    let gateway = gateway_with(&json!({ "GATEWAY": { "public_origin": "http://localhost:8787" } }));
    let to = |host: &str, path: &str| {
        let mut request = request("GET", path, "");
        request.url = format!("http://{host}{path}");
        request
    };
    for host in [
        "evil.example",
        "evil.example:8787",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8787",
        "0.0.0.0:8787",
        "192.168.1.2",
        "",
        "[::2]:8787",
        "localhost@evil.example",
    ] {
        for path in ["/logto/api/sso-connectors", "/readyz", "/"] {
            let run = refused(&gateway, &to(host, path));
            assert_eq!((run.status, run.error()), (421, Some("misdirected")), "{host}{path}");
        }
    }
    for host in ["localhost:8787", "127.0.0.1:8787", "[::1]:8787", "localhost", "gateway.localhost:8787", "LOCALHOST:1"]
    {
        assert_eq!(refused(&gateway, &to(host, "/readyz")).status, 200, "{host}");
    }
}
