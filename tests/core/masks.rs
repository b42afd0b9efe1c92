//! The mask that stands for a stored secret: kept where it comes back, never stored, never a way to send a secret elsewhere.

use sso_config_gateway::gateway::Gateway;

use crate::support::{answered, bindings, gateway, request, run};

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
