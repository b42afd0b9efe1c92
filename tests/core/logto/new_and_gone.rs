//! Making and removing connectors, and the kinds there are.

use serde_json::{Value, json};

use crate::support::{CONNECTOR, answered, gateway, gateway_with, passes, refused, refuses, request, run};

const CONNECTORS: &str = "/logto/api/sso-connectors";
const ANSWER: &str = r#"{"tenantId":"default","id":"5kvp6s96z2fi","providerName":"SAML","connectorName":"acme","config":{},"domains":[],"branding":{},"syncProfile":false,"enableTokenStorage":false,"createdAt":1795310729251}"#;

#[test]
fn a_connector_is_made_and_answered_under_its_new_id() {
    let body = r#"{"providerName":"SAML","connectorName":"acme"}"#;
    let run = run(&gateway(), &request("POST", CONNECTORS, body), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str(), sent.body.as_str(), sent.write),
            ("POST", "https://tenant.logto.app/api/sso-connectors", body, true)
        );
        answered(200, ANSWER)
    });
    assert_eq!((run.status, run.body.as_str()), (200, ANSWER));
    assert_eq!(run.log[0]["fields"], json!(["name", "protocol", "provider_kind"]));
}

#[test]
fn each_kind_passes_with_a_configuration_of_its_own() {
    let oidc = r#""clientId":"c","clientSecret":"a-new-secret","issuer":"https://idp.example.com","scope":"openid""#;
    let manual =
        r#""entityId":"urn:idp","signInEndpoint":"https://idp.example.com/sso","x509Certificate":"<certificate>""#;
    for (kind, config) in [
        ("OIDC", oidc),
        ("Okta", oidc),
        ("AzureAdOidc", oidc),
        ("GoogleWorkspace", r#""clientId":"c","clientSecret":"a-new-secret","offlineAccess":true"#),
        ("SAML", manual),
        (
            "AzureAD",
            r#""metadataUrl":"https://idp.example.com/m","attributeMapping":{"email":"mail"},"signAuthnRequest":false"#,
        ),
    ] {
        let body = format!(
            r#"{{"providerName":"{kind}","connectorName":"acme","config":{{{config}}},"domains":["Acme.example"],"branding":{{"displayName":"Acme"}},"syncProfile":true,"enableTokenStorage":false}}"#
        );
        passes(&gateway(), "POST", CONNECTORS, ANSWER, &[(&body, &[])]);
    }
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    let with = |kind: &str, more: &str| format!(r#"{{"providerName":"{kind}","connectorName":"acme",{more}}}"#);
    let oidc = r#""clientId":"c","clientSecret":"s""#;
    refuses(
        &gateway(),
        "POST",
        CONNECTORS,
        &[
            ("{}", &["body_empty;"]),
            (r#"{"syncProfile":true}"#, &["required;/connectorName", "required;/providerName"]),
            (r#"{"providerName":"saml","connectorName":"acme"}"#, &["not_a_choice;/providerName"]),
            (r#"{"providerName":"SAML","connectorName":""}"#, &["bad_length;/connectorName"]),
            (&with("SAML", r#""config":{}"#), &["config_empty;/config"]),
            (&with("OIDC", &format!(r#""config":{{{oidc}}}"#)), &["required;/config/issuer"]),
            (
                &with("OIDC", &format!(r#""config":{{{oidc},"issuer":"https://idp.example.com","metadata":"<x/>"}}"#)),
                &[
                    "config_mixed;/config/clientId",
                    "config_mixed;/config/clientSecret",
                    "config_mixed;/config/issuer",
                    "config_mixed;/config/metadata",
                ],
            ),
            (
                &with("SAML", &format!(r#""config":{{{oidc},"issuer":"https://idp.example.com"}}"#)),
                &["config_mixed;/config/clientId", "config_mixed;/config/clientSecret", "config_mixed;/config/issuer"],
            ),
            (
                &with("GoogleWorkspace", &format!(r#""config":{{{oidc},"issuer":"https://accounts.google.com"}}"#)),
                &["config_mixed;/config/issuer"],
            ),
            (
                &with(
                    "Okta",
                    &format!(r#""config":{{{oidc},"issuer":"https://idp.example.com","offlineAccess":true}}"#),
                ),
                &["config_mixed;/config/offlineAccess"],
            ),
            (
                &with("SAML", r#""config":{"metadataUrl":"https://idp.example.com/m","signAuthnRequest":true}"#),
                &["member_not_applicable;/config/signAuthnRequest"],
            ),
            (&with("AzureAD", r#""enableTokenStorage":true"#), &["member_not_applicable;/enableTokenStorage"]),
            (&with("SAML", r#""domains":["gmail.com"]"#), &["domain_public_mail;/domains/0"]),
            // Nothing is stored yet that the mask could stand for.
            (
                &with(
                    "OIDC",
                    r#""config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}"#,
                ),
                &["mask_refused;/config/clientSecret"],
            ),
        ],
    );
}

#[test]
fn members_that_only_answers_have_are_forwarded_as_the_vendor_drops_them() {
    passes(
        &gateway(),
        "POST",
        CONNECTORS,
        ANSWER,
        &[(
            r#"{"providerName":"SAML","connectorName":"acme","id":"chosen","createdAt":1}"#,
            &["answer_only;/createdAt", "answer_only;/id"],
        )],
    );
}

#[test]
fn another_connector_in_the_answer_to_a_creation_is_not_shown_nor_is_a_secret() {
    let body = r#"{"providerName":"OIDC","connectorName":"acme","config":{"clientId":"c","clientSecret":"a-new-secret","issuer":"https://idp.example.com"}}"#;
    for answer in [
        r#"{"id":"5kvp6s96z2fi","connectorName":"Acme","note":"leak"}"#,
        r#"{"id":"5kvp6s96z2fi","note":"leak"}"#,
        r#"[{"id":"5kvp6s96z2fi","connectorName":"acme","note":"leak"}]"#,
        "{}",
    ] {
        let run = run(&gateway(), &request("POST", CONNECTORS, body), |_| answered(200, answer));
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
        assert_eq!(run.json()["data"]["outcome"], "unknown");
        assert!(!run.body.contains("leak"));
    }
    let answer = r#"{"id":"5kvp6s96z2fi","connectorName":"acme","config":{"clientSecret":"a-new-secret"}}"#;
    let run = run(&gateway(), &request("POST", CONNECTORS, body), |_| answered(200, answer));
    assert_eq!((run.status, run.body), (200, answer.replace("a-new-secret", "[redacted]")));
}

#[test]
fn nobody_with_a_list_of_connectors_makes_one() {
    let granted = |grant: Value| gateway_with(&json!({ "CALLER_TEST": { "grants": [grant] } }));
    let body = r#"{"providerName":"SAML","connectorName":"acmesaml0001","id":"acmesaml0001"}"#;
    for gateway in [
        granted(json!({ "upstream": "logto", "access": "write", "connections": ["acmesaml0001"] })),
        granted(json!({ "upstream": "logto", "access": "read", "connections": "all" })),
        granted(
            json!({ "upstream": "logto", "access": "write", "connections": "all", "operations": ["update_connector"] }),
        ),
    ] {
        let run = refused(&gateway, &request("POST", CONNECTORS, body));
        assert_eq!((run.status, run.error()), (403, Some("forbidden")));
    }
    let limited = granted(
        json!({ "upstream": "logto", "access": "write", "connections": "all", "fields": { "allow": ["name"] } }),
    );
    let run = refused(&limited, &request("POST", CONNECTORS, body.replace(r#","id":"acmesaml0001""#, "").as_str()));
    assert_eq!((run.status, run.error()), (403, Some("field_not_granted")));
}

#[test]
fn a_connector_is_removed() {
    let run = run(&gateway(), &request("DELETE", CONNECTOR, ""), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str(), sent.body.as_str(), sent.write),
            ("DELETE", "https://tenant.logto.app/api/sso-connectors/acmesaml0001", "", true)
        );
        answered(204, "")
    });
    assert_eq!((run.status, run.body.as_str()), (204, ""));
    assert_eq!(run.log[0]["fields"], json!(["*"]));
    let careful = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "logto", "access": "write", "connections": "all", "fields": { "deny": ["branding"] } }] } }));
    assert_eq!(refused(&careful, &request("DELETE", CONNECTOR, "")).error(), Some("field_not_granted"));
}

/// It says what the vendor can do and nothing about the tenant.
#[test]
fn the_kinds_of_provider_are_listed_for_whoever_may_read_anything() {
    let file: Value = serde_json::from_str(include_str!("../../captures/logto/providers.json")).unwrap();
    let answer = file["exchanges"][0]["response"]["body"].to_string();
    let lists = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "logto", "access": "read", "connections": ["acmesaml0001"] }] } }));
    for gateway in [gateway(), lists] {
        let run = run(&gateway, &request("GET", "/logto/api/sso-connector-providers", ""), |sent| {
            assert_eq!(sent.url, "https://tenant.logto.app/api/sso-connector-providers");
            answered(200, &answer)
        });
        assert_eq!((run.status, &run.body), (200, &answer));
    }
    for answer in [r#"{"providerName":"SAML"}"#, "\"leak\"", "null"] {
        let run = run(&gateway(), &request("GET", "/logto/api/sso-connector-providers", ""), |_| answered(200, answer));
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
    }
}
