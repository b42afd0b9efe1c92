//! Every documented error of the three vendors, one row each, as the vendor facts' table of errors maps it.

use crate::support::{CONNECTOR, IDP_INITIATED, PROVIDER, Request, Run, SAML, answered, gateway, request, run};

/// What becomes of a vendor's error.
enum Becomes {
    /// The same status and body.
    Itself,
    /// Our own error.
    Ours(u16, &'static str),
}
use Becomes::{Itself, Ours};

const CREDENTIAL: Becomes = Ours(502, "upstream_credential_refused");
const FAILED: Becomes = Ours(502, "upstream_failed");
const NOT_OFFERED: Becomes = Ours(501, "not_offered_by_vendor");
const BUSY: Becomes = Ours(429, "rate_limited");

fn check(request: &Request, status: u16, body: &str, becomes: &Becomes) -> Run {
    let run = run(&gateway(), request, |_| answered(status, body));
    match becomes {
        Itself => {
            assert_eq!((run.status, run.error()), (status, None), "{status} {body}: {}", run.body);
            assert_eq!(run.body, body);
        }
        Ours(expected, code) => {
            assert_eq!((run.status, run.error()), (*expected, Some(*code)), "{status} {body}: {}", run.body);
            assert!(!run.body.contains("from the vendor"), "{}", run.body);
        }
    }
    run
}

#[rustfmt::skip]
const LOGTO: &[(u16, &str, Becomes)] = &[
    (400, "guard.invalid_input", Itself), (400, "guard.invalid_pagination", Itself),
    (400, "connector.invalid_config", Itself), (400, "connector.invalid_metadata", Itself),
    (400, "connector.invalid_certificate", Itself), (400, "connector.token_storage_not_supported", Itself),
    (400, "single_sign_on.active_signing_key_required", Itself),
    (400, "single_sign_on.can_not_deactivate_signing_key_in_use", Itself),
    (400, "single_sign_on.can_not_delete_active_signing_key", Itself),
    (400, "single_sign_on.idp_initiated_authentication_not_supported", Itself),
    (400, "single_sign_on.idp_initiated_authentication_invalid_application_type", Itself),
    (400, "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered", Itself),
    (400, "subscription.tenant_suspended", Itself),
    (401, "auth.authorization_header_missing", CREDENTIAL), (401, "auth.authorization_token_type_not_supported", CREDENTIAL),
    (401, "auth.unauthorized", CREDENTIAL), (401, "auth.jwt_sub_missing", CREDENTIAL), (403, "auth.forbidden", CREDENTIAL),
    (403, "subscription.limit_exceeded", Itself), (403, "system_limit.limit_exceeded", Itself),
    (404, "entity.not_exists_with_id", Itself), (404, "entity.not_found", Itself), (404, "connector.not_found", Itself),
    (404, "entity.not_exists", Itself), (404, "entity.relation_foreign_key_not_found", Itself),
    (409, "single_sign_on.duplicate_connector_name", Itself),
    (422, "connector.not_found", Itself), (422, "single_sign_on.duplicated_domains", Itself),
    (422, "single_sign_on.forbidden_domains", Itself), (422, "request.feature_not_supported", Itself),
    (422, "entity.value_too_long", Itself), (422, "entity.invalid_input", Itself),
    (422, "entity.db_constraint_violated", Itself), (422, "entity.create_failed", Itself),
    (429, "auth.exceed_token_limit", BUSY), (500, "entity.create_failed", FAILED), (502, "x", FAILED), (503, "x", FAILED),
];

#[test]
fn every_logto_error_is_what_the_table_says() {
    for (status, code, becomes) in LOGTO {
        let body = format!(r#"{{"code":"{code}","message":"from the vendor"}}"#);
        for request in [
            request("GET", CONNECTOR, ""),
            request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#),
            request("DELETE", IDP_INITIATED, ""),
        ] {
            let run = check(&request, *status, &body, becomes);
            let last = run.log.last().unwrap();
            assert_eq!(last["upstream_status"], *status);
            assert_eq!(last["upstream_code"], *code);
        }
    }
    let patch = request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#);
    check(&patch, 400, r#"{"message":"Unexpected end of JSON input"}"#, &Itself);
    check(&patch, 500, r#"{"message":"Internal server error."}"#, &FAILED);
    check(&patch, 429, "from the vendor", &BUSY);
    for path in [CONNECTOR, IDP_INITIATED] {
        check(&request("GET", path, ""), 404, "Not Found", &NOT_OFFERED);
        check(&request("GET", path, ""), 405, "Method Not Allowed", &NOT_OFFERED);
    }
}

#[test]
fn logto_error_data_is_kept_only_where_it_is_known_to_be_harmless() {
    for code in ["connector.invalid_config", "connector.invalid_metadata", "connector.invalid_certificate"] {
        let body = format!(
            r#"{{"code":"{code}","message":"m","data":{{"ssoErrorCode":"invalid_metadata","config":{{"clientSecret":"leak-1","clientId":"leak-2"}},"message":"inner","metadata":"<leak-3/>","error":{{"request":"leak-4"}}}},"details":"d"}}"#
        );
        let run = run(&gateway(), &request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#), |_| answered(400, &body));
        assert_eq!(
            (run.status, run.body),
            (
                400,
                format!(
                    r#"{{"code":"{code}","message":"m","data":{{"ssoErrorCode":"invalid_metadata","message":"inner"}},"details":"d"}}"#
                )
            )
        );
    }
    // Of another form: nothing is known of it.
    for data in [r#""leak-1""#, r#"["leak-1"]"#, r#"{"message":{"leak-1":"leak-2"},"ssoErrorCode":["leak-3"]}"#] {
        let body = format!(r#"{{"code":"connector.invalid_config","message":"m","data":{data}}}"#);
        let run = run(&gateway(), &request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#), |_| answered(400, &body));
        assert_eq!(run.status, 400);
        assert!(!run.body.contains("leak"), "{}", run.body);
    }
    // What tells the caller which of its values is meant stays.
    for data in [
        r#"{"data":["gmail.com"]}"#,
        r#"{"issues":[{"code":"invalid_type","path":["syncProfile"]}],"name":"ZodError"}"#,
    ] {
        let body = format!(r#"{{"code":"single_sign_on.forbidden_domains","message":"m","data":{data}}}"#);
        check(&request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#), 422, &body, &Itself);
    }
}

#[test]
fn every_loginradius_error_is_what_the_table_says() {
    #[rustfmt::skip]
    let rows: &[(u16, u32, Becomes)] = &[
        (400, 1079, Itself), (400, 7914, Itself), (404, 7938, Itself), (404, 7958, Itself), (409, 8038, Itself), (409, 7960, Itself),
        (401, 6002, CREDENTIAL), (403, 6002, CREDENTIAL), (200, 6002, CREDENTIAL), (401, 9999, CREDENTIAL), (403, 9999, CREDENTIAL),
        (500, 7909, FAILED), (200, 7909, FAILED), (400, 7909, FAILED), (503, 1079, FAILED), (200, 9999, FAILED),
        (429, 1, BUSY), (400, 8118, Itself), (422, 9999, Itself),
    ];
    let write = request("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#);
    for (status, code, becomes) in rows {
        let body = format!(r#"{{"Description":"from the vendor","ErrorCode":{code},"Message":"from the vendor"}}"#);
        let run = check(&write, *status, &body, becomes);
        assert_eq!(run.log.last().unwrap()["upstream_code"], code.to_string());
    }
    // A success status with an error code is an error, under the status that the code stands for.
    for (code, status) in [(1079, 400), (7914, 400), (7938, 404), (7958, 404), (8038, 409), (7960, 409)] {
        let body = format!(r#"{{"ErrorCode":{code},"Message":"m","Provider":"my-saml-app"}}"#);
        let run = run(&gateway(), &write, |_| answered(200, &body));
        assert_eq!((run.status, run.error(), &run.body), (status, None, &body));
    }
    check(&write, 404, "<html>from the vendor</html>", &NOT_OFFERED);
    check(&write, 500, "<html>from the vendor</html>", &FAILED);
}

#[rustfmt::skip]
const STYTCH_CALLERS: &[&str] = &[
    "saml_connection_attribute_mapping_required", "saml_connection_email_mapping_required", "saml_connection_name_mapping_required",
    "saml_connection_attribute_mapping_missing_groups_key", "saml_connection_no_nested_keys_in_attribute_mapping",
    "saml_connection_idp_sso_url_required", "saml_connection_idp_sso_url_not_https", "saml_connection_idp_sso_url_invalid_format",
    "saml_connection_metadata_invalid_format", "invalid_idp_entity_id", "invalid_idp_sso_url", "invalid_sso_idp", "invalid_display_name",
    "invalid_x509_certificate", "saml_signing_private_key_invalid", "saml_signing_private_key_format_not_supported",
    "invalid_saml_metadata_url", "invalid_xml_from_saml_metadata_url", "duplicate_saml_connection", "duplicate_external_sso_connection",
    "too_many_sso_connections", "too_many_sso_connections_for_billing_tier", "too_many_sso_verification_certificates",
    "too_many_encryption_certificates", "cannot_delete_last_sso_verification_key", "cannot_delete_default_sso_connection",
    "sso_connection_organization_mismatch", "sso_connection_custom_domain_mismatch", "external_organization_id_same_as_organization_id",
    "external_connection_not_active", "oidc_connection_issuer_required", "oidc_connection_token_url_invalid_format",
    "invalid_organization_id", "invalid_rbac_role_id", "bad_request", "invalid_argument",
];

#[rustfmt::skip]
const STYTCH_MISSING: &[&str] = &[
    "saml_connection_not_found", "oidc_connection_not_found", "sso_connection_not_found", "organization_not_found",
    "external_connection_id_not_found", "sso_verification_key_not_found", "sso_encryption_private_key_not_found",
];

#[test]
fn every_stytch_error_is_what_the_table_says() {
    let body = |status: u16, kind: &str| {
        format!(
            r#"{{"status_code":{status},"request_id":"r","error_type":"{kind}","error_message":"from the vendor","error_url":"u"}}"#
        )
    };
    let write = request("PUT", SAML, r#"{"display_name":"x"}"#);
    for kind in STYTCH_CALLERS {
        for status in [400, 409] {
            let run = check(&write, status, &body(status, kind), &Itself);
            assert_eq!(run.log.last().unwrap()["upstream_code"], *kind);
        }
    }
    for kind in STYTCH_MISSING {
        check(&write, 404, &body(404, kind), &Itself);
    }
    for (status, kind, becomes) in [
        (401, "unauthorized_credentials", CREDENTIAL),
        (401, "invalid_authorization_header", CREDENTIAL),
        (400, "invalid_authorization_header", CREDENTIAL),
        (400, "live_id_used_in_test_environment", CREDENTIAL),
        (400, "test_id_used_in_live_environment", CREDENTIAL),
        (401, "unauthorized_project_id_live", CREDENTIAL),
        (401, "unauthorized_project_id_test", CREDENTIAL),
        (403, "session_authorization_error", CREDENTIAL),
        (403, "session_authorization_tenancy_error", CREDENTIAL),
        (404, "route_not_found", NOT_OFFERED),
        (429, "too_many_requests", BUSY),
        (429, "anything", BUSY),
        (500, "internal_server_error", FAILED),
        (503, "server_unavailable", FAILED),
        (500, "invalid_display_name", FAILED),
        (403, "too_many_sso_connections_for_billing_tier", Itself),
    ] {
        check(&write, status, &body(status, kind), &becomes);
    }
}

/// Without one it was the gateway's own credential that was refused.
#[test]
fn a_members_own_refusal_passes_only_with_a_member_session() {
    let body =
        |status: u16, kind: &str| format!(r#"{{"status_code":{status},"error_type":"{kind}","error_message":"m"}}"#);
    let write = || request("PUT", SAML, r#"{"display_name":"x"}"#);
    for header in ["x-stytch-member-session", "x-stytch-member-sessionjwt"] {
        let member = write().header(header, "member-session-token");
        for (status, kind, becomes) in [
            (403, "session_authorization_error", Itself),
            (403, "session_authorization_tenancy_error", Itself),
            (401, "session_not_found", Itself),
            (401, "unauthorized_credentials", CREDENTIAL),
            (401, "invalid_authorization_header", CREDENTIAL),
        ] {
            check(&member, status, &body(status, kind), &becomes);
        }
    }
    check(&write(), 401, &body(401, "session_not_found"), &CREDENTIAL);
}
