//! Grants: upstream, access, operations, whose.

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;

use crate::support::{
    CONNECTION, CONNECTOR, IDP_INITIATED, ORGANIZATION, PROVIDER, Request, SAML, answered, gateway_with, refused,
    request, run,
};

fn granted(grants: &Value) -> Gateway {
    gateway_with(&json!({ "CALLER_TEST": { "grants": grants } }))
}

/// Asserts the constant refusal, and gives its body back.
fn forbidden(gateway: &Gateway, request: &Request) -> String {
    let run = refused(gateway, request);
    assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{} {}", request.method, request.url);
    run.body
}

fn allowed(gateway: &Gateway, request: &Request, answer: &str) {
    let run = run(gateway, request, |_| answered(200, answer));
    assert_eq!(run.status, 200, "{} {}: {}", request.method, request.url, run.body);
}

#[test]
fn a_refusal_is_the_same_for_what_exists_and_what_does_not() {
    let gateway = granted(&json!([
        { "upstream": "stytch-test", "access": "write", "organizations": ["acme"] },
        { "upstream": "logto", "access": "write", "connections": ["acmesaml0001"] },
        { "upstream": "loginradius", "access": "read", "connections": ["my-saml-app"] },
    ]));
    let same = |requests: &[Request]| {
        let mut bodies: Vec<String> = requests.iter().map(|request| forbidden(&gateway, request)).collect();
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
    };
    same(&[
        request("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), ""),
        request("GET", "/stytch-test/v1/b2b/sso/does-not-exist", ""),
        request("GET", "/stytch-test/v1/b2b/sso/ACME", ""),
        request("GET", "/stytch-test/v1/b2b/sso/acme2", ""),
        request("PUT", SAML, "{}"),
        request("PUT", SAML, "no JSON"),
    ]);
    same(&[
        request("GET", "/logto/api/sso-connectors/acmesaml0002", ""),
        request("GET", "/logto/api/sso-connectors/ACMESAML0001", ""),
        request("PATCH", "/logto/api/sso-connectors/acmesaml0002", r#"{"id":"acmesaml0001"}"#),
        request("DELETE", "/logto/api/sso-connectors/acmesaml0002/idp-initiated-auth-config", ""),
    ]);
    same(&[
        request("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#),
        request("GET", "/loginradius/v2/manage/custom-providers/saml/other", ""),
    ]);
}

#[test]
fn another_spelling_of_a_granted_id_is_the_same_id() {
    let gateway = granted(&json!([{ "upstream": "logto", "access": "read", "connections": ["acmesaml0001"] }]));
    let run = run(&gateway, &request("GET", "/logto/api/sso-connectors/%61cmesaml0001", ""), |sent| {
        assert_eq!(sent.url, "https://tenant.logto.app/api/sso-connectors/acmesaml0001");
        answered(200, crate::logto::ANSWER)
    });
    assert_eq!(run.status, 200);
}

#[test]
fn a_grant_is_for_its_upstream_only() {
    let gateway = granted(&json!([{ "upstream": "logto", "access": "write", "connections": "all" }]));
    allowed(&gateway, &request("PATCH", CONNECTOR, "{}"), crate::logto::ANSWER);
    forbidden(&gateway, &request("GET", PROVIDER, ""));
    forbidden(&gateway, &request("PUT", SAML, "{}"));
    forbidden(&gateway, &request("GET", "/v2/manage/custom-providers/saml", ""));
}

#[test]
fn reading_is_not_writing() {
    let gateway = granted(&json!([
        { "upstream": "logto", "access": "read", "connections": "all" },
        { "upstream": "stytch-test", "access": "read", "organizations": "all" },
    ]));
    allowed(&gateway, &request("GET", CONNECTOR, ""), crate::logto::ANSWER);
    allowed(&gateway, &request("GET", "/logto/api/sso-connectors", ""), "[]");
    forbidden(&gateway, &request("PATCH", CONNECTOR, "{}"));
    forbidden(
        &gateway,
        &request("PUT", IDP_INITIATED, r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true}"#),
    );
    forbidden(&gateway, &request("DELETE", IDP_INITIATED, ""));
    forbidden(&gateway, &request("PUT", SAML, "{}"));
}

#[test]
fn operations_can_be_listed() {
    let gateway = granted(
        &json!([{ "upstream": "logto", "access": "write", "connections": "all", "operations": ["update_connector", "get_idp_initiated_config"] }]),
    );
    allowed(&gateway, &request("PATCH", CONNECTOR, "{}"), crate::logto::ANSWER);
    allowed(&gateway, &request("GET", IDP_INITIATED, ""), r#"{"connectorId":"acmesaml0001"}"#);
    forbidden(&gateway, &request("GET", CONNECTOR, ""));
    forbidden(&gateway, &request("GET", "/logto/api/sso-connectors", ""));
    forbidden(&gateway, &request("DELETE", IDP_INITIATED, ""));
}

#[test]
fn grants_do_not_lend_each_other_their_parts() {
    let gateway = granted(&json!([
        { "upstream": "logto", "access": "read", "connections": "all" },
        { "upstream": "logto", "access": "write", "connections": ["acmesaml0001"], "operations": ["update_connector"] },
        { "upstream": "logto", "access": "write", "connections": ["acmesaml0002"], "fields": { "allow": ["domains"] } },
    ]));
    allowed(&gateway, &request("PATCH", CONNECTOR, r#"{"connectorName":"x"}"#), crate::logto::ANSWER);
    forbidden(&gateway, &request("PATCH", "/logto/api/sso-connectors/acmesaml0003", "{}"));
    forbidden(&gateway, &request("DELETE", IDP_INITIATED, ""));
    let run =
        refused(&gateway, &request("PATCH", "/logto/api/sso-connectors/acmesaml0002", r#"{"connectorName":"x"}"#));
    assert_eq!(run.error(), Some("field_not_granted"));
}

#[test]
fn organizations_are_those_of_the_path_exactly_as_listed() {
    let gateway = granted(&json!([{ "upstream": "stytch-test", "access": "write", "organizations": [ORGANIZATION] }]));
    allowed(&gateway, &request("PUT", SAML, "{}"), crate::stytch::ANSWER);
    for organization in [
        "acme",
        "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653932",
        &ORGANIZATION.to_uppercase(),
        &format!("{ORGANIZATION}."),
        "%6frganization",
    ] {
        forbidden(
            &gateway,
            &request("PUT", &format!("/stytch-test/v1/b2b/sso/saml/{organization}/connections/{CONNECTION}"), "{}"),
        );
        forbidden(&gateway, &request("GET", &format!("/stytch-test/v1/b2b/sso/{organization}"), ""));
    }
    // The body does not say whose it is.
    let elsewhere = format!("/stytch-test/v1/b2b/sso/saml/acme/connections/{CONNECTION}");
    forbidden(&gateway, &request("PUT", &elsewhere, &format!(r#"{{"organization_id":"{ORGANIZATION}"}}"#)));
}

/// T3: the body names another provider, which the vendor may take at its word.
#[test]
fn a_caller_limited_to_one_provider_cannot_name_another_one_in_the_body() {
    let gateway = granted(&json!([{ "upstream": "loginradius", "access": "write", "connections": ["my-saml-app"] }]));
    forbidden(&gateway, &request("PUT", PROVIDER, r#"{"Provider":"victim-app","DataMap":{"Email":"e"}}"#));
    allowed(
        &gateway,
        &request("PUT", PROVIDER, r#"{"Provider":"My-Saml-App","DataMap":{"Email":"e"}}"#),
        crate::loginradius::ANSWER,
    );
    let both =
        granted(&json!([{ "upstream": "loginradius", "access": "write", "connections": ["my-saml-app", "new-app"] }]));
    allowed(
        &both,
        &request("PUT", PROVIDER, r#"{"Provider":"new-app","DataMap":{"Email":"e"}}"#),
        r#"{"Provider":"new-app"}"#,
    );
}
