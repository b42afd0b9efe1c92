//! Field rules judge what a change does, not how it is worded.

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;

use crate::support::{CONNECTOR, IDP_INITIATED, PROVIDER, SAML, answered, filled, gateway_with, refused, request, run};

fn ruled(fields: &Value, unknown: &str) -> Gateway {
    let grant = |upstream: &str, whose: &str| json!({ "upstream": upstream, "access": "write", whose: "all", "fields": fields });
    let upstream = json!({ "unknown_members": unknown });
    gateway_with(&json!({
        "UPSTREAM_LOGTO": upstream, "UPSTREAM_LOGINRADIUS": upstream, "UPSTREAM_STYTCH_TEST": upstream,
        "CALLER_TEST": { "grants": [grant("stytch-test", "organizations"), grant("logto", "connections"), grant("loginradius", "connections")] },
    }))
}

fn write(path: &str, body: &str) -> crate::support::Request {
    request(if path == CONNECTOR { "PATCH" } else { "PUT" }, path, &filled(body))
}

/// Asserts that the rules refuse each body, naming the field.
fn denies(rules: &Value, cases: &[(&str, &str, &str)]) {
    for (path, body, field) in cases {
        let run = refused(&ruled(rules, "refuse"), &write(path, body));
        assert_eq!((run.status, run.error()), (403, Some("field_not_granted")), "{rules} {body}: {}", run.body);
        assert!(run.body.contains(&format!("`{field}`")), "{field}: {}", run.body);
    }
}

fn permits(rules: &Value, cases: &[(&str, &str)]) {
    for (path, body) in cases {
        let run = run(&ruled(rules, "refuse"), &write(path, body), |_| {
            answered(
                200,
                r#"{"id":"acmesaml0001","connectorId":"acmesaml0001","Provider":"my-saml-app","status_code":200}"#,
            )
        });
        assert_eq!(run.status, 200, "{rules} {body}: {}", run.body);
    }
}

const MANUAL: &str =
    r#"{"config":{"entityId":"e","signInEndpoint":"https://idp.example.com/","x509Certificate":"<certificate>"}}"#;
const BY_URL: &str = r#"{"config":{"metadataUrl":"https://idp.example.com/m"}}"#;
const OIDC: &str = r#"{"config":{"clientId":"c","clientSecret":"s","issuer":"https://idp.example.com"}}"#;

#[test]
fn a_metadata_url_touches_everything_about_the_identity_provider() {
    for field in ["idp.sso_url", "idp.certificates", "idp.entity_id", "idp.metadata_url", "idp.binding", "idp.slo_url"]
    {
        denies(
            &json!({ "deny": [field] }),
            &[(CONNECTOR, BY_URL, field), (CONNECTOR, r#"{"config":{"metadata":"<x/>"}}"#, field)],
        );
    }
    for rules in [
        json!({ "deny": ["idp"] }),
        json!({ "allow": ["idp.metadata_url"] }),
        json!({ "allow": ["domains", "branding"] }),
    ] {
        let run = refused(&ruled(&rules, "refuse"), &write(CONNECTOR, BY_URL));
        assert_eq!(run.error(), Some("field_not_granted"));
    }
}

#[test]
fn a_changed_issuer_touches_the_endpoints_that_are_discovered_from_it() {
    for field in ["issuer", "authorization_url", "token_url", "userinfo_url", "jwks_url"] {
        denies(&json!({ "deny": [field] }), &[(CONNECTOR, OIDC, field)]);
    }
}

#[test]
fn members_missing_from_an_object_that_is_replaced_count_as_removed() {
    denies(&json!({ "deny": ["request_signing"] }), &[(CONNECTOR, MANUAL, "request_signing.enabled")]);
    denies(
        &json!({ "deny": ["attribute_mapping.email"] }),
        &[
            (CONNECTOR, MANUAL, "attribute_mapping.email"),
            (SAML, r#"{"attribute_mapping":{"full_name":"n"}}"#, "attribute_mapping.email"),
            (SAML, r#"{"attribute_mapping":{}}"#, "attribute_mapping.email"),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#, "attribute_mapping.email"),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":null}"#, "attribute_mapping.email"),
        ],
    );
    denies(
        &json!({ "deny": ["branding.logo"] }),
        &[
            (CONNECTOR, r#"{"branding":{}}"#, "branding.logo"),
            (CONNECTOR, r#"{"branding":{"displayName":"x"}}"#, "branding.logo"),
        ],
    );
    denies(
        &json!({ "deny": ["idp.slo_url"] }),
        &[(
            PROVIDER,
            r#"{"Provider":"my-saml-app","DataMap":{},"IdentityProvider":{"Location":"https://idp.example.com"}}"#,
            "idp.slo_url",
        )],
    );
    denies(
        &json!({ "deny": ["idp_initiated.redirect_uri"] }),
        &[(
            IDP_INITIATED,
            r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"https://a.example.com"}"#,
            "idp_initiated.redirect_uri",
        )],
    );
}

/// A mapping is replaced as a whole (or must be taken to be), so its custom keys go too.
#[test]
fn a_replaced_mapping_removes_custom_keys_too() {
    for rule in ["attribute_mapping.custom", "attribute_mapping.custom.role"] {
        for (path, body) in [
            (SAML, r#"{"attribute_mapping":{"email":"NameID","full_name":"n"}}"#),
            (SAML, r#"{"attribute_mapping":{}}"#),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{"Email":"e"}}"#),
        ] {
            let run = refused(&ruled(&json!({ "deny": [rule] }), "refuse"), &write(path, body));
            assert_eq!((run.status, run.error()), (403, Some("field_not_granted")), "{rule} {body}");
        }
    }
}

#[test]
fn a_delete_touches_all_settings_it_removes() {
    for rules in [
        json!({ "deny": ["idp_initiated"] }),
        json!({ "deny": ["idp_initiated.callback_uri"] }),
        json!({ "allow": ["idp_initiated.enabled"] }),
        json!({ "allow": ["domains"] }),
    ] {
        let run = refused(&ruled(&rules, "refuse"), &request("DELETE", IDP_INITIATED, ""));
        assert_eq!((run.status, run.error()), (403, Some("field_not_granted")));
    }
    let all = ruled(&json!({ "allow": ["idp_initiated"] }), "refuse");
    assert_eq!(run(&all, &request("DELETE", IDP_INITIATED, ""), |_| answered(204, "")).status, 204);
}

#[test]
fn denied_fields_are_denied_in_every_vendors_words() {
    denies(
        &json!({ "deny": ["roles"] }),
        &[
            (SAML, r#"{"saml_connection_implicit_role_assignments":[{"role_id":"stytch_admin"}]}"#, "roles.default"),
            (SAML, r#"{"saml_connection_implicit_role_assignments":[]}"#, "roles.default"),
            (
                SAML,
                r#"{"display_name":"x","saml_group_implicit_role_assignments":[{"role_id":"stytch_admin","group":"g"}]}"#,
                "roles.by_group",
            ),
        ],
    );
    denies(
        &json!({ "deny": ["idp_initiated"] }),
        &[
            (SAML, r#"{"idp_initiated_auth_disabled":false}"#, "idp_initiated.enabled"),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{},"IsIdpInitiated":true}"#, "idp_initiated.enabled"),
            (
                IDP_INITIATED,
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true}"#,
                "idp_initiated.enabled",
            ),
        ],
    );
    denies(
        &json!({ "deny": ["domains"] }),
        &[
            (CONNECTOR, r#"{"domains":[]}"#, "domains"),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{},"Domain":"a.example"}"#, "domains"),
        ],
    );
    denies(
        &json!({ "deny": ["sp.alternative_acs_url", "decryption", "request_signing"] }),
        &[
            (SAML, r#"{"alternative_acs_url":"https://evil.example/acs"}"#, "sp.alternative_acs_url"),
            (SAML, r#"{"saml_encryption_private_key":"<pkcs1>"}"#, "decryption.private_key"),
            (SAML, r#"{"signing_private_key":"<pkcs1>"}"#, "request_signing.private_key"),
        ],
    );
    denies(
        &json!({ "deny": ["display_name"] }),
        &[
            (SAML, r#"{"display_name":"x"}"#, "display_name"),
            (CONNECTOR, r#"{"branding":{"logo":"https://cdn.example.com/l.png"}}"#, "display_name"),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{},"FriendlyProviderName":null}"#, "display_name"),
        ],
    );
}

#[test]
fn what_is_allowed_goes_through_and_nothing_else_does() {
    let rules = json!({ "allow": ["display_name", "branding", "domains"] });
    permits(
        &rules,
        &[
            (CONNECTOR, r#"{"domains":["a.example"],"branding":{"displayName":"x"}}"#),
            (CONNECTOR, "{}"),
            (SAML, r#"{"display_name":"x"}"#),
        ],
    );
    denies(
        &rules,
        &[
            (CONNECTOR, r#"{"domains":[],"syncProfile":true}"#, "sync_profile"),
            (SAML, r#"{"display_name":"x","idp_entity_id":"e"}"#, "idp.entity_id"),
            (PROVIDER, r#"{"Provider":"another-name","DataMap":{}}"#, "name"),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#, "attribute_mapping.subject"),
        ],
    );
    // Where both name a field, the refusal wins.
    denies(
        &json!({ "allow": ["idp"], "deny": ["idp.sso_url"] }),
        &[(SAML, r#"{"idp_sso_url":"https://evil.example"}"#, "idp.sso_url")],
    );
}

#[test]
fn unknown_members_are_not_covered_by_field_rules() {
    for rules in
        [json!({ "deny": ["roles"] }), json!({ "allow": ["display_name", "name", "attribute_mapping", "branding"] })]
    {
        let gateway = ruled(&rules, "forward");
        for (path, body) in [
            (CONNECTOR, r#"{"newMember":1}"#),
            (CONNECTOR, r#"{"branding":{"newMember":null}}"#),
            (SAML, r#"{"saml_default_roles":["admin"]}"#),
            (PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{},"NewMember":{"a":1}}"#),
        ] {
            let run = refused(&gateway, &write(path, body));
            assert_eq!((run.status, run.error()), (403, Some("field_not_granted")), "{rules} {body}");
        }
    }
    // Named, they are.
    let named = ruled(&json!({ "allow": ["extensions.stytch.new_member"] }), "forward");
    assert_eq!(run(&named, &write(SAML, r#"{"new_member":1}"#), |_| answered(200, "{}")).status, 200);
    assert_eq!(refused(&named, &write(SAML, r#"{"new_member2":1}"#)).error(), Some("field_not_granted"));
}

/// What only one vendor has is an extension, known or not, and must be named.
#[test]
fn a_vendors_own_members_are_not_covered_by_field_rules_unless_named() {
    for body in [
        r#"{"Provider":"my-saml-app","DataMap":{},"EnableAutoLookUp":true}"#,
        r#"{"Provider":"my-saml-app","DataMap":{},"DefaultLogoutUrl":"https://evil.example/"}"#,
        r#"{"Provider":"my-saml-app","DataMap":{},"SpCertificate":{}}"#,
        r#"{"Provider":"my-saml-app","DataMap":{},"SpCertificate":{"Certificate":"<certificate>"}}"#,
    ] {
        let run = refused(&ruled(&json!({ "deny": ["roles"] }), "refuse"), &write(PROVIDER, body));
        assert_eq!((run.status, run.error()), (403, Some("field_not_granted")), "{body}");
    }
    permits(
        &json!({ "allow": ["name", "attribute_mapping", "extensions.loginradius.EnableAutoLookUp"] }),
        &[(PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{},"EnableAutoLookUp":true}"#)],
    );
}

#[test]
fn a_kept_secret_is_not_a_change_of_it() {
    permits(
        &json!({ "deny": ["request_signing"] }),
        &[(SAML, r#"{"signing_private_key":"[redacted]","display_name":"x"}"#)],
    );
}
