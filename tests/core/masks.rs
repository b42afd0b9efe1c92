//! The mask that stands for a stored secret: kept where it comes back, never stored, never a way to send a secret elsewhere.

use sso_config_gateway::gateway::Gateway;

use crate::support::{answered, bindings, gateway, refused, request, run};

const CONNECTOR: &str = "/logto/api/sso-connectors/acmeoidc0001";
const STORED: &str = r#"{"id":"acmeoidc0001","config":{"clientId":"c","clientSecret":"stored-client-secret","issuer":"https://idp.example.com"}}"#;

#[test]
fn a_mask_sent_back_to_logto_is_replaced_by_the_stored_secret() {
    let body = r#"{"config":{"clientId":"other","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    let run = run(&gateway(), &request("PATCH", CONNECTOR, body), |sent| {
        assert_eq!(sent.url, "https://tenant.logto.app/api/sso-connectors/acmeoidc0001");
        answered(200, STORED)
    });
    let [read, write] = run.upstream()[..] else { panic!("two exchanges") };
    assert_eq!((read.method.as_str(), read.body.as_str(), read.write), ("GET", "", false));
    assert_eq!((write.method.as_str(), write.write), ("PATCH", true));
    assert_eq!(
        write.body,
        r#"{"config":{"clientId":"other","clientSecret":"stored-client-secret","issuer":"https://idp.example.com"}}"#
    );
    assert_eq!(run.status, 200);
    assert_eq!(run.json()["config"]["clientSecret"], "[redacted]");
    assert_eq!(run.warnings(), ["mask_kept;/config/clientSecret"]);
}

#[test]
fn a_connector_read_and_written_back_unchanged_keeps_its_secret() {
    let gateway = gateway();
    let read = run(&gateway, &request("GET", CONNECTOR, ""), |_| answered(200, STORED));
    assert!(!read.body.contains("stored-client-secret"));
    let config = read.json()["config"].to_string();
    let write =
        run(&gateway, &request("PATCH", CONNECTOR, &format!(r#"{{"config":{config}}}"#)), |_| answered(200, STORED));
    let stored: serde_json::Value = serde_json::from_str(STORED).unwrap();
    let sent: serde_json::Value = serde_json::from_str(&write.upstream()[1].body).unwrap();
    assert_eq!(sent["config"], stored["config"]);
}

#[test]
fn a_stored_secret_does_not_follow_a_changed_issuer() {
    let body = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://evil.example"}}"#;
    let refused = run(&gateway(), &request("PATCH", CONNECTOR, body), |sent| {
        assert_eq!(sent.method, "GET");
        answered(200, STORED)
    });
    assert_eq!((refused.status, refused.error()), (403, Some("secret_retarget")));
    assert_eq!(refused.upstream().len(), 1);

    let grant =
        serde_json::json!([{ "upstream": "logto", "access": "write", "connections": "all", "retarget_secrets": true }]);
    let trusted = Gateway::new(&bindings(&serde_json::json!({ "CALLER_TEST": { "grants": grant } })));
    let allowed = run(&trusted, &request("PATCH", CONNECTOR, body), |_| answered(200, STORED));
    assert_eq!(allowed.status, 200);
    assert!(allowed.upstream()[1].body.contains("stored-client-secret"));
}

#[test]
fn a_mask_without_a_stored_secret_is_refused_before_anything_is_written() {
    let body = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    for stored in [
        r#"{"id":"acmeoidc0001","config":{"issuer":"https://idp.example.com"}}"#,
        r#"{"id":"acmeoidc0001","config":{"clientSecret":"","issuer":"https://idp.example.com"}}"#,
    ] {
        let run = run(&gateway(), &request("PATCH", CONNECTOR, body), |_| answered(200, stored));
        assert_eq!((run.status, run.error()), (400, Some("nothing_to_keep")));
        assert_eq!(run.upstream().len(), 1);
    }
}

#[test]
fn a_mask_is_left_out_where_the_update_is_partial() {
    let path = format!(
        "/stytch-test/v1/b2b/sso/saml/{}/connections/{}",
        crate::support::ORGANIZATION,
        crate::support::CONNECTION
    );
    let run =
        run(&gateway(), &request("PUT", &path, r#"{"display_name":"A","signing_private_key":"[redacted]"}"#), |sent| {
            assert_eq!(sent.body, r#"{"display_name":"A"}"#);
            answered(
                200,
                &format!(
                    r#"{{"status_code":200,"connection":{{"connection_id":"{}","organization_id":"{}"}}}}"#,
                    crate::support::CONNECTION,
                    crate::support::ORGANIZATION
                ),
            )
        });
    assert_eq!(run.warnings(), ["mask_kept;/signing_private_key"]);
}

#[test]
fn a_mask_is_never_stored_as_a_value() {
    for (path, method, body, pointer) in [
        (
            "/loginradius/v2/manage/custom-providers/saml/my-saml-app",
            "PUT",
            r#"{"Provider":"my-saml-app","DataMap":{},"IdpCertificate":{"Certificate":"x","Key":"[redacted]"}}"#,
            "/IdpCertificate/Key",
        ),
        (
            "/loginradius/v2/manage/custom-providers/saml/my-saml-app",
            "PUT",
            r#"{"Provider":"my-saml-app","DataMap":{},"FriendlyProviderName":"[redacted]"}"#,
            "/FriendlyProviderName",
        ),
        (CONNECTOR, "PATCH", r#"{"connectorName":"[redacted]"}"#, "/connectorName"),
    ] {
        let run = refused(&gateway(), &request(method, path, body).header("accept", "application/problem+json"));
        assert_eq!(run.status, 400, "{}", run.body);
        let pointers: Vec<_> =
            run.json()["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert!(pointers.contains(&pointer.into()), "{pointers:?}");
    }
}
