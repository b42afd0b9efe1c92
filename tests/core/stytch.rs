//! Stytch: every operation with its exact upstream request and answer.

mod external;
mod new_and_gone;
mod oidc;
mod published;

use crate::support::{
    CONNECTION, ORGANIZATION, SAML, answered, filled, gateway, gateway_with, passes, pem, refused, refuses, request,
    run,
};

/// The least that an answer about a connection can be.
pub const ANSWER: &str = r#"{"status_code":200,"request_id":"request-id-test-b05c992f-ebdc-489d-a754-c7e70ba13141","connection":{"organization_id":"organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931","connection_id":"saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9","status":"active"}}"#;

#[test]
fn connections_of_an_organization_are_listed() {
    let answer = r#"{"status_code":200,"request_id":"request-id-test-b05c992f-ebdc-489d-a754-c7e70ba13141","saml_connections":[],"oidc_connections":[],"external_connections":[]}"#;
    for organization in [ORGANIZATION, "acme", "acme.corp~1", "tenant-42_x"] {
        let path = format!("/stytch-test/v1/b2b/sso/{organization}");
        let run = run(&gateway(), &request("GET", &path, ""), |sent| {
            assert_eq!(
                (sent.method.as_str(), sent.url.as_str()),
                ("GET", &*format!("https://test.stytch.com/v1/b2b/sso/{organization}"))
            );
            assert_eq!((sent.body.as_str(), sent.write, sent.header("content-type")), ("", false, None));
            answered(200, answer)
        });
        assert_eq!((run.status, run.body.as_str()), (200, answer));
    }
    let external_id = run(&gateway(), &request("GET", "/stytch-test/v1/b2b/sso/a%7Cb", ""), |sent| {
        assert_eq!(sent.url, "https://test.stytch.com/v1/b2b/sso/a%7Cb");
        answered(200, answer)
    });
    assert_eq!(external_id.status, 200);
}

#[test]
fn an_update_is_sent_as_it_was_written() {
    let body = r#"{ "display_name":"Ex\u0061mple", "idp_sso_url":"https://idp.example.com/sso" }"#;
    let run = run(&gateway(), &request("PUT", SAML, body), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("PUT", &*format!("https://test.stytch.com/v1/b2b/sso/saml/{ORGANIZATION}/connections/{CONNECTION}"))
        );
        assert_eq!(sent.header("content-type"), Some("application/json"));
        assert!(sent.header("authorization").unwrap().starts_with("Basic "));
        assert_eq!(
            (sent.body.as_str(), sent.write),
            (r#"{"display_name":"Example","idp_sso_url":"https://idp.example.com/sso"}"#, true)
        );
        answered(200, ANSWER)
    });
    assert_eq!((run.status, run.body.as_str()), (200, ANSWER));
    assert_eq!(run.warnings(), [""; 0]);
}

/// Each documented member by itself, with the warnings it causes.
const ONE_BY_ONE: &[(&str, &[&str])] = &[
    (r#"{"idp_entity_id":"https://idp.example.com/entity"}"#, &[]),
    (r#"{"display_name":"Example"}"#, &[]),
    (
        r#"{"attribute_mapping":{"email":"NameID","first_name":"firstName","last_name":"lastName","groups":"groups","idp_user_id":"uid","department":"dept"}}"#,
        &[],
    ),
    (r#"{"attribute_mapping":{"email":"email","full_name":"name"}}"#, &[]),
    (r#"{"x509_certificate":"<certificate>"}"#, &[]),
    (r#"{"idp_sso_url":"https://idp.example.com/sso/saml"}"#, &[]),
    (r#"{"saml_connection_implicit_role_assignments":[{"role_id":"viewer"}]}"#, &[]),
    (r#"{"saml_connection_implicit_role_assignments":[]}"#, &[]),
    (r#"{"saml_group_implicit_role_assignments":[{"role_id":"stytch_admin","group":"admins"}]}"#, &[]),
    (r#"{"alternative_audience_uri":"https://old.example.com/audience"}"#, &[]),
    (r#"{"identity_provider":"okta"}"#, &[]),
    (r#"{"signing_private_key":"<pkcs1>"}"#, &[]),
    (r#"{"nameid_format":"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"}"#, &[]),
    (r#"{"alternative_acs_url":"https://old.example.com/acs"}"#, &[]),
    (r#"{"idp_initiated_auth_disabled":true}"#, &[]),
    (r#"{"saml_encryption_private_key":"<pkcs1>"}"#, &[]),
    (r#"{"allow_gateway_callback":false}"#, &[]),
    (r"{}", &[]),
];

#[test]
fn each_documented_member_passes_by_itself() {
    passes(&gateway(), "PUT", SAML, ANSWER, ONE_BY_ONE);
}

#[test]
fn each_of_the_fifteen_identity_providers_passes() {
    for name in [
        "classlink",
        "cyberark",
        "duo",
        "generic",
        "google-workspace",
        "jumpcloud",
        "keycloak",
        "microsoft-entra",
        "miniorange",
        "okta",
        "onelogin",
        "pingfederate",
        "rippling",
        "salesforce",
        "shibboleth",
    ] {
        passes(&gateway(), "PUT", SAML, ANSWER, &[(&format!(r#"{{"identity_provider":"{name}"}}"#), &[])]);
    }
}

#[test]
fn path_values_repeated_in_the_body_pass_as_one_sdk_sends_them() {
    let body =
        format!(r#"{{"organization_id":"{ORGANIZATION}","connection_id":"{CONNECTION}","display_name":"Example"}}"#);
    passes(&gateway(), "PUT", SAML, ANSWER, &[(&body, &[])]);
    refuses(
        &gateway(),
        "PUT",
        SAML,
        &[
            (
                r#"{"organization_id":"organization-test-other","display_name":"x"}"#,
                &["path_value_mismatch;/organization_id"],
            ),
            (
                r#"{"connection_id":["saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9"]}"#,
                &["path_value_mismatch;/connection_id"],
            ),
        ],
    );
}

#[test]
fn what_is_merely_unwise_or_not_documented_is_sent_with_a_warning() {
    passes(
        &gateway(),
        "PUT",
        SAML,
        ANSWER,
        &[
            (r#"{"display_name":""}"#, &["clearing_unverified;/display_name"]),
            (r#"{"attribute_mapping":{"email":"NameID"}}"#, &["mapping_incomplete;/attribute_mapping/full_name"]),
            (r#"{"attribute_mapping":{"full_name":"n"}}"#, &["mapping_incomplete;/attribute_mapping/email"]),
            (
                r#"{"attribute_mapping":{"email":"e","full_name":"n"},"saml_group_implicit_role_assignments":[{"role_id":"r","group":"g"}]}"#,
                &["mapping_incomplete;/attribute_mapping/groups"],
            ),
            (r#"{"x509_certificate":"<certificate expired>"}"#, &["certificate_expired;/x509_certificate"]),
            (r#"{"signing_private_key":"<pkcs1 weak>"}"#, &["key_weak;/signing_private_key"]),
            (r#"{"idp_sso_url":"https://idp.internal/sso"}"#, &["url_private_host;/idp_sso_url"]),
            (r#"{"alternative_acs_url":"http://old.example.com/acs"}"#, &["url_not_https;/alternative_acs_url"]),
        ],
    );
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "PUT",
        SAML,
        &[
            (r#"{"display_name":5}"#, &["wrong_type;/display_name"]),
            (r#"{"display_name":null}"#, &["null_refused;/display_name"]),
            (r#"{"display_name":"a\u0000"}"#, &["control_character;/display_name"]),
            (r#"{"attribute_mapping":null}"#, &["null_refused;/attribute_mapping"]),
            (r#"{"attribute_mapping":[["email","NameID"]]}"#, &["wrong_type;/attribute_mapping"]),
            (
                r#"{"attribute_mapping":{"email":"NameID","full_name":"n","address":{"city":"c"}}}"#,
                &["wrong_type;/attribute_mapping/address"],
            ),
            (r#"{"idp_sso_url":"http://idp.example.com/sso"}"#, &["url_not_https;/idp_sso_url"]),
            (r#"{"idp_sso_url":"javascript:alert(1)"}"#, &["url_scheme;/idp_sso_url"]),
            (r#"{"idp_sso_url":"https://a:b@idp.example.com"}"#, &["url_userinfo;/idp_sso_url"]),
            (r#"{"idp_sso_url":" https://idp.example.com"}"#, &["url_invalid;/idp_sso_url"]),
            (r#"{"alternative_acs_url":"data:text/html,x"}"#, &["url_scheme;/alternative_acs_url"]),
            (r#"{"identity_provider":"Okta"}"#, &["not_a_choice;/identity_provider"]),
            (r#"{"identity_provider":7}"#, &["wrong_type;/identity_provider"]),
            (r#"{"idp_initiated_auth_disabled":"true"}"#, &["wrong_type;/idp_initiated_auth_disabled"]),
            (
                r#"{"saml_connection_implicit_role_assignments":{"role_id":"r"}}"#,
                &["wrong_type;/saml_connection_implicit_role_assignments"],
            ),
            (
                r#"{"saml_connection_implicit_role_assignments":["viewer",{"role_id":1},{}]}"#,
                &[
                    "wrong_type;/saml_connection_implicit_role_assignments/0",
                    "wrong_type;/saml_connection_implicit_role_assignments/1/role_id",
                    "required;/saml_connection_implicit_role_assignments/2/role_id",
                ],
            ),
            (
                r#"{"saml_group_implicit_role_assignments":[{"role_id":"r"},{"role_id":"r","group":"g","groups":"x"}]}"#,
                &[
                    "required;/saml_group_implicit_role_assignments/0/group",
                    "unknown_member;/saml_group_implicit_role_assignments/1/groups",
                ],
            ),
            (r#"{"displayName":"x","colour":"red"}"#, &["unknown_member;/colour", "unknown_member;/displayName"]),
            (
                r#"{"idp_initiated_auth_disabled":1,"identity_provider":"x","idp_sso_url":""}"#,
                &["not_a_choice;/identity_provider", "wrong_type;/idp_initiated_auth_disabled"],
            ),
        ],
    );
}

#[test]
fn certificates_and_keys_are_judged_before_the_vendor_sees_them() {
    for (body, code, pointer) in [
        (
            r#"{"x509_certificate":"-----BEGIN CERTIFICATE-----\n...base64 blob...\n-----END CERTIFICATE"}"#,
            "certificate_armour_broken",
            "/x509_certificate",
        ),
        (r#"{"x509_certificate":"This-is-a-cert"}"#, "certificate_not_pem", "/x509_certificate"),
        (r#"{"x509_certificate":"<pkcs1>"}"#, "certificate_is_private_key", "/x509_certificate"),
        (r#"{"x509_certificate":"<certificate><pkcs8>"}"#, "certificate_is_private_key", "/x509_certificate"),
        (r#"{"x509_certificate":"<certificate request>"}"#, "certificate_is_request", "/x509_certificate"),
        (r#"{"signing_private_key":"<pkcs8>"}"#, "key_is_pkcs8", "/signing_private_key"),
        (r#"{"saml_encryption_private_key":"<pkcs8>"}"#, "key_is_pkcs8", "/saml_encryption_private_key"),
        (r#"{"signing_private_key":"<pkcs1 encrypted>"}"#, "key_is_encrypted", "/signing_private_key"),
        (r#"{"signing_private_key":"<certificate>"}"#, "key_is_certificate", "/signing_private_key"),
        (r#"{"signing_private_key":"<ec key>"}"#, "key_is_ec", "/signing_private_key"),
        (r#"{"signing_private_key":"<public key>"}"#, "key_is_public", "/signing_private_key"),
        (r#"{"signing_private_key":"secret"}"#, "key_not_pem", "/signing_private_key"),
    ] {
        let run = refused(&gateway(), &request("PUT", SAML, &filled(body)));
        assert!(run.problems().contains(&format!("{code};{pointer}")), "{code}: {}", run.body);
        assert!(!run.body.contains("MII"), "no part of a key or certificate is repeated");
    }
    // Changing the header by hand makes no PKCS#1 key.
    let relabelled = pem("pkcs8").replace("PRIVATE KEY", "RSA PRIVATE KEY");
    let body = serde_json::json!({ "signing_private_key": relabelled }).to_string();
    assert_eq!(refused(&gateway(), &request("PUT", SAML, &body)).problems(), ["key_is_pkcs8;/signing_private_key"]);
}

#[test]
fn a_key_in_pkcs8_form_is_refused_with_the_command_that_converts_it() {
    let run =
        refused(&gateway(), &request("PUT", SAML, &filled(r#"{"display_name":1,"signing_private_key":"<pkcs8>"}"#)));
    insta::assert_json_snapshot!(run.json(), @r#"
    {
      "error_details": {
        "errors": [
          {
            "code": "wrong_type",
            "message": "Must be a string, not a number.",
            "pointer": "/display_name"
          },
          {
            "code": "key_is_pkcs8",
            "message": "The key is in PKCS#8 form and the vendor takes PKCS#1 only. Convert it with `openssl rsa -in key.pem -traditional -out rsa.pem`; changing the header by hand does not convert it.",
            "pointer": "/signing_private_key"
          }
        ]
      },
      "error_message": "2 problems; the first at /display_name: Must be a string, not a number.",
      "error_type": "invalid_argument",
      "error_url": "urn:sso-config-gateway:error:invalid_body",
      "request_id": "11111111-2222-4333-8444-555555555555",
      "status_code": 400
    }
    "#);
}

#[test]
fn members_that_only_answers_have_are_left_out_each_with_a_warning() {
    let body = r#"{"status":"active","acs_url":"https://test.stytch.com/x","audience_uri":null,"signing_certificates":[],"verification_certificates":[{"certificate":"x"}],"encryption_private_keys":[],"display_name":"Example"}"#;
    let run = run(&gateway(), &request("PUT", SAML, body), |sent| {
        assert_eq!(sent.body, r#"{"display_name":"Example"}"#);
        answered(200, ANSWER)
    });
    assert_eq!(
        run.warnings(),
        [
            "answer_only;/acs_url",
            "answer_only;/audience_uri",
            "answer_only;/encryption_private_keys",
            "answer_only;/signing_certificates",
            "answer_only;/status",
            "answer_only;/verification_certificates",
        ]
    );
}

#[test]
fn unknown_members_can_be_forwarded_and_checks_turned() {
    let gateway = gateway_with(&serde_json::json!({ "UPSTREAM_STYTCH_TEST": {
        "unknown_members": "forward",
        "checks": { "mapping_incomplete": "error", "key_weak": "error", "url_private_host": "off", "url_not_https": "warning" } } }));
    passes(
        &gateway,
        "PUT",
        SAML,
        ANSWER,
        &[
            (r#"{"new_member":{"n":-0.10}}"#, &["unknown_member;/new_member"]),
            (r#"{"idp_sso_url":"http://idp.internal/sso"}"#, &["url_not_https;/idp_sso_url"]),
        ],
    );
    refuses(
        &gateway,
        "PUT",
        SAML,
        &[
            (r#"{"attribute_mapping":{"email":"NameID"}}"#, &["mapping_incomplete;/attribute_mapping/full_name"]),
            (r#"{"signing_private_key":"<pkcs1 weak>"}"#, &["key_weak;/signing_private_key"]),
        ],
    );
}
