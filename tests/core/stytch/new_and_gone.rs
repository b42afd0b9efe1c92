//! Making connections, and removing them or parts of them.

use serde_json::Value;

use super::published::entry;
use crate::support::{
    CONNECTION, ORGANIZATION, answered, gateway, gateway_with, passes, refused, refuses, request, run, sent_as_it_is,
};

const NEW_SAML: &str = "/stytch-test/v1/b2b/sso/saml/organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const NEW_OIDC: &str = "/stytch-test/v1/b2b/sso/oidc/organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";

fn made(organization: &str) -> String {
    format!(
        r#"{{"status_code":200,"connection":{{"organization_id":"{organization}","connection_id":"saml-connection-test-new","status":"pending"}}}}"#
    )
}

#[test]
fn the_printed_creation_is_sent_as_it_is() {
    let entry = entry("create SAML");
    let path = format!("/stytch-test{}", entry["request"]["path"].as_str().unwrap())
        .replace("{organization_id}", ORGANIZATION);
    assert_eq!(path, NEW_SAML);
    let answer = made(ORGANIZATION);
    let run = run(&gateway(), &request("POST", &path, &entry["request"]["body"].to_string()), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("POST", &*format!("https://test.stytch.com/v1/b2b/sso/saml/{ORGANIZATION}"))
        );
        assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), entry["request"]["body"]);
        assert!(sent.write);
        answered(200, &answer)
    });
    assert_eq!((run.status, run.body), (200, answer));
    assert_eq!(run.log[0]["fields"], serde_json::json!(["display_name", "protocol", "provider_kind"]));
}

#[test]
fn a_new_connection_needs_nothing_but_its_kind() {
    for path in [NEW_SAML, NEW_OIDC] {
        passes(
            &gateway(),
            "POST",
            path,
            &made(ORGANIZATION),
            &[
                ("{}", &[]),
                (r#"{"display_name":"Acme"}"#, &[]),
                (r#"{"identity_provider":"okta"}"#, &[]),
                (&format!(r#"{{"organization_id":"{ORGANIZATION}"}}"#), &[]),
            ],
        );
        refuses(
            &gateway(),
            "POST",
            path,
            &[
                (r#"{"display_name":null}"#, &["null_refused;/display_name"]),
                (r#"{"identity_provider":"auth0"}"#, &["not_a_choice;/identity_provider"]),
                // They belong to the update, which comes next.
                (r#"{"idp_sso_url":"https://idp.example.com/"}"#, &["unknown_member;/idp_sso_url"]),
                (r#"{"client_secret":"s"}"#, &["unknown_member;/client_secret"]),
                (r#"{"organization_id":"organization-test-other"}"#, &["path_value_mismatch;/organization_id"]),
            ],
        );
    }
}

#[test]
fn a_new_connection_of_another_organization_is_not_shown() {
    for answer in [
        made("organization-test-other"),
        format!(r#"{{"connection":{{"organization_id":"{ORGANIZATION}","note":"leak"}}}}"#),
        format!(r#"{{"connection":{{"organization_id":"{ORGANIZATION}","connection_id":"","note":"leak"}}}}"#),
        r#"{"connection":{"connection_id":"saml-connection-test-new"}}"#.to_owned(),
        r#"{"connection":"leak"}"#.to_owned(),
    ] {
        for path in [NEW_SAML, NEW_OIDC] {
            let run = run(&gateway(), &request("POST", path, "{}"), |_| answered(200, &answer));
            assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
            assert_eq!(run.json()["error_details"]["outcome"], "unknown", "something was made: {}", run.body);
            assert!(!run.body.contains("leak") && !run.body.contains("organization-test-other"));
        }
    }
    // A slug is not repeated in answers.
    let path = NEW_SAML.replace(ORGANIZATION, "acme");
    assert_eq!(run(&gateway(), &request("POST", &path, "{}"), |_| answered(200, &made(ORGANIZATION))).status, 200);
}

#[test]
fn a_creation_needs_the_organization_and_the_protocol() {
    let granted = |grant: Value| gateway_with(&serde_json::json!({ "CALLER_TEST": { "grants": [grant] } }));
    let fields = |fields: Value| {
        granted(serde_json::json!(
            { "upstream": "stytch-test", "access": "write", "organizations": [ORGANIZATION], "fields": fields }))
    };
    let ask = || request("POST", NEW_SAML, r#"{"display_name":"x"}"#);
    for gateway in [
        fields(serde_json::json!({ "deny": ["roles"] })),
        fields(serde_json::json!({ "allow": ["display_name", "protocol"] })),
    ] {
        assert_eq!(run(&gateway, &ask(), |_| answered(200, &made(ORGANIZATION))).status, 200);
    }
    // Who may only rename makes nothing, not even with an empty body.
    let renamer = fields(serde_json::json!({ "allow": ["display_name"] }));
    for body in ["{}", r#"{"display_name":"x"}"#] {
        let run = refused(&renamer, &request("POST", NEW_SAML, body));
        assert_eq!((run.status, run.error()), (403, Some("field_not_granted")));
    }
}

#[test]
fn a_connection_of_any_kind_is_removed() {
    let path = format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}/connections/{CONNECTION}");
    let answer = entry("delete connection")["response"]["body"].to_string();
    // One SDK sends an empty object.
    for body in ["", "{}"] {
        let run = run(&gateway(), &request("DELETE", &path, body), |sent| {
            assert_eq!(
                (sent.method.as_str(), sent.url.as_str(), sent.body.as_str()),
                ("DELETE", &*format!("https://test.stytch.com/v1/b2b/sso/{ORGANIZATION}/connections/{CONNECTION}"), "")
            );
            answered(200, &answer)
        });
        assert_eq!((run.status, &run.body), (200, &answer));
        assert_eq!(run.log[0]["fields"], serde_json::json!(["*"]));
    }
    let other = run(&gateway(), &request("DELETE", &path, ""), |_| answered(200, r#"{"connection_id":"other"}"#));
    assert_eq!((other.status, other.error()), (502, Some("wrong_subject")));
    let body = refused(&gateway(), &request("DELETE", &path, r#"{"connection_id":"x"}"#));
    assert_eq!((body.status, body.error()), (400, Some("unexpected_body")));
}

#[test]
fn certificates_and_decryption_keys_are_removed_by_their_ids() {
    for (part, id, field) in [
        ("verification_certificates", "certificate_id", "idp.certificates"),
        ("encryption_private_keys", "private_key_id", "decryption.private_key"),
    ] {
        let path = format!("/stytch-test/v1/b2b/sso/saml/{ORGANIZATION}/connections/{CONNECTION}/{part}/part-test-1");
        let answer = format!(r#"{{"status_code":200,"{id}":"part-test-1"}}"#);
        let done = run(&gateway(), &request("DELETE", &path, ""), |sent| {
            assert_eq!(sent.url, format!("https://test.stytch.com{}", path.strip_prefix("/stytch-test").unwrap()));
            answered(200, &answer)
        });
        assert_eq!((done.status, &done.body), (200, &answer), "an identifier is no secret");
        assert_eq!(done.log[0]["fields"], serde_json::json!([field]));
        for wrong in [format!(r#"{{"{id}":"part-test-2"}}"#), format!(r#"{{"connection_id":"{CONNECTION}"}}"#)] {
            let run = run(&gateway(), &request("DELETE", &path, ""), |_| answered(200, &wrong));
            assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{wrong}");
        }
        // Whoever may not touch the field may not remove what it holds.
        let careful = gateway_with(&serde_json::json!({ "CALLER_TEST": { "grants": [
            { "upstream": "stytch-test", "access": "write", "organizations": "all", "fields": { "deny": [field] } }] } }));
        assert_eq!(refused(&careful, &request("DELETE", &path, "")).error(), Some("field_not_granted"));
    }
}

#[test]
fn metadata_is_fetched_by_the_vendor_from_a_public_address_only() {
    let entry = entry("update SAML by metadata URL");
    let path = format!("{}/url", crate::support::SAML);
    let answer = super::ANSWER;
    let run = run(&gateway(), &request("PUT", &path, &entry["request"]["body"].to_string()), |sent| {
        assert_eq!(
            sent.url,
            format!("https://test.stytch.com/v1/b2b/sso/saml/{ORGANIZATION}/connections/{CONNECTION}/url")
        );
        assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), entry["request"]["body"]);
        answered(200, answer)
    });
    assert_eq!((run.status, run.body.as_str()), (200, answer));
    assert!(run.log[0]["fields"].as_array().unwrap().contains(&"idp.certificates".into()), "as metadata does");
    sent_as_it_is(
        &gateway(),
        "PUT",
        &path,
        answer,
        &format!(r#"{{"connection_id":"{CONNECTION}","metadata_url":"https://idp.example.com/m?a=1"}}"#),
    );
    refuses(
        &gateway(),
        "PUT",
        &path,
        &[
            ("{}", &["body_empty;"]),
            (&format!(r#"{{"connection_id":"{CONNECTION}"}}"#), &["required;/metadata_url"]),
            (r#"{"metadata_url":null}"#, &["null_refused;/metadata_url"]),
            (r#"{"metadata_url":"http://idp.example.com/m"}"#, &["url_not_https;/metadata_url"]),
            (r#"{"metadata_url":"https://169.254.169.254/latest"}"#, &["url_private_host;/metadata_url"]),
            (r#"{"metadata_url":"file:///etc/passwd"}"#, &["url_scheme;/metadata_url"]),
            (
                r#"{"metadata_url":"https://idp.example.com/m","idp_sso_url":"https://idp.example.com/"}"#,
                &["unknown_member;/idp_sso_url"],
            ),
        ],
    );
}
