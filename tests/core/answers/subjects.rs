//! Answers belong to the question.

use serde_json::json;

use crate::support::{
    CONNECTION, CONNECTOR, IDP_INITIATED, ORGANIZATION, PROVIDER, Request, SAML, answered, gateway, gateway_with,
    request, run,
};

/// Asserts that nothing of the answer is shown.
fn wrong(request: &Request, answer: &str) {
    let run = run(&gateway(), request, |_| answered(200, answer));
    assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}: {}", run.body);
    for secret in ["otherconnect1", "leak"] {
        assert!(!run.body.contains(secret) && !run.raw_log.concat().contains(secret), "{}", run.body);
    }
}

#[test]
fn another_connection_in_the_answer_is_not_shown() {
    for (method, path, body) in [("GET", CONNECTOR, ""), ("PATCH", CONNECTOR, r#"{"syncProfile":true}"#)] {
        for answer in [
            r#"{"id":"otherconnect1","note":"leak"}"#,
            r#"{"id":"ACMESAML0001","note":"leak"}"#,
            r#"{"note":"leak"}"#,
            r#"{"id":null,"note":"leak"}"#,
            r#"{"id":["acmesaml0001"],"note":"leak"}"#,
            r#"{"Id":"acmesaml0001","note":"leak"}"#,
            r#"[{"id":"acmesaml0001","note":"leak"}]"#,
            r#"{"data":{"id":"acmesaml0001"},"note":"leak"}"#,
            "\"leak\"",
            "{}",
            "[]",
            "null",
            "7",
        ] {
            wrong(&request(method, path, body), answer);
        }
    }
    for (method, body) in [("GET", ""), ("PUT", r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true}"#)]
    {
        for answer in [r#"{"connectorId":"otherconnect1"}"#, r#"{"id":"acmesaml0001","note":"leak"}"#, "{}"] {
            wrong(&request(method, IDP_INITIATED, body), answer);
        }
    }
    for (method, body) in [("GET", ""), ("PUT", r#"{"Provider":"my-saml-app","DataMap":{}}"#)] {
        for answer in [
            r#"{"Provider":"otherconnect1"}"#,
            r#"{"Id":"my-saml-app","note":"leak"}"#,
            r#"{"Data":[{"Provider":"my-saml-app","n":"leak"}]}"#,
        ] {
            wrong(&request(method, PROVIDER, body), answer);
        }
    }
}

#[test]
fn another_connection_or_organization_in_a_stytch_answer_is_not_shown() {
    let write = request("PUT", SAML, r#"{"display_name":"x"}"#);
    for connection in [
        format!(r#"{{"organization_id":"{ORGANIZATION}","connection_id":"other","note":"leak"}}"#),
        format!(r#"{{"organization_id":"{ORGANIZATION}","note":"leak"}}"#),
        format!(r#"{{"organization_id":"organization-test-other","connection_id":"{CONNECTION}","note":"leak"}}"#),
        r#""leak""#.to_owned(),
        r#"["leak"]"#.to_owned(),
        "null".to_owned(),
    ] {
        wrong(&write, &format!(r#"{{"status_code":200,"connection":{connection}}}"#));
    }
    let list = request("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), "");
    for answer in [
        r#"{"saml_connections":[{"organization_id":"organization-test-other","connection_id":"leak"}],"oidc_connections":[]}"#,
        r#"{"saml_connections":[],"oidc_connections":[{"organization_id":"organization-test-other","connection_id":"leak"}]}"#,
        r#"{"saml_connections":[],"oidc_connections":[],"external_connections":[{"organization_id":"organization-test-other","n":"leak"}]}"#,
        r#"{"saml_connections":"leak"}"#,
        r#"{"saml_connections":["leak"]}"#,
        r#"{"saml_connections":{"a":"leak"}}"#,
        r#"{"connections":[{"n":"leak"}]}"#,
        "[]",
        "{}",
    ] {
        wrong(&list, answer);
    }
}

/// The vendor's schema says that the organization is always there.
#[test]
fn an_answer_that_does_not_say_whose_it_is_is_not_shown() {
    wrong(
        &request("PUT", SAML, r#"{"display_name":"x"}"#),
        &format!(r#"{{"status_code":200,"connection":{{"connection_id":"{CONNECTION}","note":"leak"}}}}"#),
    );
    wrong(
        &request("PUT", SAML, r#"{"display_name":"x"}"#),
        &format!(
            r#"{{"status_code":200,"connection":{{"organization_id":7,"connection_id":"{CONNECTION}","note":"leak"}}}}"#
        ),
    );
    wrong(
        &request("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), ""),
        r#"{"saml_connections":[{"connection_id":"leak"}],"oidc_connections":[],"external_connections":[]}"#,
    );
}

#[test]
fn the_connection_is_optional_in_the_vendors_schema() {
    let answer = r#"{"status_code":200,"request_id":"r"}"#;
    let run = run(&gateway(), &request("PUT", SAML, r#"{"display_name":"x"}"#), |_| answered(200, answer));
    assert_eq!((run.status, run.body.as_str()), (200, answer));
}

#[test]
fn an_organization_may_be_named_by_slug_or_external_id_which_answers_do_not_repeat() {
    for organization in ["acme", "tenant_42", "a%7Cb"] {
        let answer = format!(
            r#"{{"saml_connections":[{{"organization_id":"{ORGANIZATION}","connection_id":"c"}}],"oidc_connections":[],"external_connections":[]}}"#
        );
        let run = run(&gateway(), &request("GET", &format!("/stytch-test/v1/b2b/sso/{organization}"), ""), |_| {
            answered(200, &answer)
        });
        assert_eq!((run.status, run.body), (200, answer));
    }
}

#[test]
fn provider_names_are_compared_without_case_and_may_be_renamed_by_the_body() {
    for (body, answered_name, status) in [
        (r#"{"Provider":"My-SAML-App","DataMap":{}}"#, "my-saml-app", 200),
        (r#"{"Provider":"my-saml-app","DataMap":{}}"#, "MY-SAML-APP", 200),
        (r#"{"Provider":"New-Name","DataMap":{}}"#, "new-name", 200),
        (r#"{"Provider":"New-Name","DataMap":{}}"#, "my-saml-app", 200),
        (r#"{"Provider":"New-Name","DataMap":{}}"#, "third-name", 502),
        (r#"{"DataMap":{}}"#, "new-name", 502),
    ] {
        let run = run(&gateway(), &request("PUT", PROVIDER, body), |_| {
            answered(200, &format!(r#"{{"Provider":"{answered_name}"}}"#))
        });
        assert_eq!(run.status, status, "{body} {answered_name}");
    }
    let upper =
        run(&gateway(), &request("GET", "/loginradius/v2/manage/custom-providers/saml/MY-Saml-App", ""), |sent| {
            assert_eq!(sent.url, "https://api.loginradius.com/v2/manage/custom-providers/saml/MY-Saml-App");
            answered(200, crate::loginradius::ANSWER)
        });
    assert_eq!(upper.status, 200);
}

/// The read that puts a stored secret back is a question too.
#[test]
fn a_stored_secret_is_not_taken_from_another_connection() {
    let body = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    let stored = r#"{"id":"otherconnect1","config":{"clientId":"c","clientSecret":"secret-of-another","issuer":"https://idp.example.com"}}"#;
    let run = run(&gateway(), &request("PATCH", CONNECTOR, body), |_| answered(200, stored));
    assert!(run.upstream().iter().all(|sent| sent.method == "GET"), "nothing is written");
    assert_eq!((run.status, run.error()), (502, Some("wrong_subject")));
}

#[test]
fn lists_are_cut_down_to_the_granted_connections() {
    let granted = |upstream: &str, connections: &[&str]| {
        gateway_with(
            &json!({ "CALLER_TEST": { "grants": [{ "upstream": upstream, "access": "read", "connections": connections }] } }),
        )
    };
    let logto = run(&granted("logto", &["aaa", "ccc"]), &request("GET", "/logto/api/sso-connectors", ""), |_| {
        answered(
            200,
            r#"[{"id":"aaa","n":1.0},{"id":"bbb"},{"id":"AAA"},{"id":"ccc"},{"id":7},{"x":"aaa"},{"id":["aaa"]}]"#,
        )
    });
    assert_eq!((logto.status, logto.body.as_str()), (200, r#"[{"id":"aaa","n":1.0},{"id":"ccc"}]"#));
    let loginradius = run(
        &granted("loginradius", &["acme"]),
        &request("GET", "/loginradius/v2/manage/custom-providers/saml", ""),
        |_| answered(200, r#"{"Data":[{"Provider":"acme"},{"Provider":"other","ApplicationSecret":"x"}]}"#),
    );
    assert_eq!((loginradius.status, loginradius.body.as_str()), (200, r#"{"Data":[{"Provider":"acme"}]}"#));
    for answer in [r#"["aaa"]"#, r#"{"id":"aaa"}"#, r#"[{"id":"aaa"},null]"#] {
        let run = run(&granted("logto", &["aaa"]), &request("GET", "/logto/api/sso-connectors", ""), |_| {
            answered(200, answer)
        });
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
    }
}

/// The vendor stores names in lower case and compares them so.
#[test]
fn a_granted_provider_is_recognised_in_any_case() {
    let gateway = gateway_with(
        &json!({ "CALLER_TEST": { "grants": [{ "upstream": "loginradius", "access": "read", "connections": ["Acme-SAML"] }] } }),
    );
    let list = run(&gateway, &request("GET", "/loginradius/v2/manage/custom-providers/saml", ""), |_| {
        answered(200, r#"{"Data":[{"Provider":"acme-saml"}]}"#)
    });
    assert_eq!(list.body, r#"{"Data":[{"Provider":"acme-saml"}]}"#);
    let one = run(&gateway, &request("GET", "/loginradius/v2/manage/custom-providers/saml/acme-saml", ""), |_| {
        answered(200, r#"{"Provider":"acme-saml"}"#)
    });
    assert_eq!(one.status, 200);
}
