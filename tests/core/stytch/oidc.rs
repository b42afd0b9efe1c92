//! OIDC connections: the update, its secret and where that may go.

use serde_json::{Value, json};

use super::published::entry;
use crate::support::{ORGANIZATION, answered, gateway, gateway_with, passes, refused, refuses, request, run};

const OIDC: &str = "/stytch-test/v1/b2b/sso/oidc/organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931/connections/oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff";
const ANSWER: &str = r#"{"status_code":200,"connection":{"organization_id":"organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931","connection_id":"oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff"}}"#;

#[test]
fn the_printed_bodies_are_sent_as_they_are() {
    let printed = entry("update OIDC");
    assert_eq!(OIDC, format!("/stytch-test{}", printed["request"]["path"].as_str().unwrap()));
    for entry in [printed, entry("update OIDC, SDK test body")] {
        let run = run(&gateway(), &request("PUT", OIDC, &entry["request"]["body"].to_string()), |sent| {
            assert_eq!(
                (sent.method.as_str(), sent.url.as_str()),
                ("PUT", &*format!("https://test.stytch.com{}", OIDC.strip_prefix("/stytch-test").unwrap()))
            );
            assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), entry["request"]["body"]);
            answered(200, ANSWER)
        });
        assert_eq!((run.status, run.warnings()), (200, Vec::<&str>::new()), "{}", run.body);
    }
}

#[test]
fn each_documented_member_passes_by_itself() {
    passes(
        &gateway(),
        "PUT",
        OIDC,
        ANSWER,
        &[
            ("{}", &[]),
            (r#"{"display_name":"Example"}"#, &[]),
            (r#"{"client_id":"s6BhdRkqt3"}"#, &[]),
            (r#"{"client_secret":"a-new-secret"}"#, &[]),
            (r#"{"identity_provider":"generic"}"#, &[]),
            (r#"{"authorization_url":"https://idp.example.com/authorize"}"#, &[]),
            (r#"{"jwks_url":"https://idp.example.com/keys"}"#, &[]),
            (r#"{"custom_scopes":"openid%20profile groups"}"#, &[]),
            (r#"{"attribute_mapping":{"department":"dept","email":"mail"}}"#, &[]),
            (r#"{"client_id":""}"#, &["clearing_unverified;/client_id"]),
            (
                &format!(
                    r#"{{"organization_id":"{ORGANIZATION}","connection_id":"oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff"}}"#
                ),
                &[],
            ),
        ],
    );
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "PUT",
        OIDC,
        &[
            (r#"{"client_id":null}"#, &["null_refused;/client_id"]),
            (r#"{"client_secret":["x"]}"#, &["wrong_type;/client_secret"]),
            (r#"{"custom_scopes":["openid"]}"#, &["wrong_type;/custom_scopes"]),
            (r#"{"client_secret":"s","issuer":"http://idp.example.com"}"#, &["url_not_https;/issuer"]),
            (r#"{"client_secret":"s","token_url":"https://10.0.0.1/token"}"#, &["url_private_host;/token_url"]),
            (r#"{"client_secret":"s","userinfo_url":"https://u:p@idp.example.com/"}"#, &["url_userinfo;/userinfo_url"]),
            (r#"{"jwks_url":"https://keys.internal/"}"#, &["url_private_host;/jwks_url"]),
            (r#"{"authorization_url":"javascript:alert(1)"}"#, &["url_scheme;/authorization_url"]),
            (r#"{"attribute_mapping":{"a":{"b":"c"}}}"#, &["wrong_type;/attribute_mapping/a"]),
            (r#"{"x509_certificate":"<certificate>"}"#, &["unknown_member;/x509_certificate"]),
            (r#"{"idp_entity_id":"e","clientId":"c"}"#, &["unknown_member;/clientId", "unknown_member;/idp_entity_id"]),
        ],
    );
}

/// The update is partial: a new address alone would receive the secret that is stored.
#[test]
fn a_stored_client_secret_does_not_follow_a_changed_address() {
    let trusted = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "stytch-test", "access": "write", "organizations": "all", "retarget_secrets": true }] } }));
    for member in ["issuer", "token_url", "userinfo_url"] {
        for secret in ["", r#","client_secret":"[redacted]""#, r#","client_secret":"""#] {
            let body = format!(r#"{{"{member}":"https://evil.example.net/"{secret}}}"#);
            let run = refused(&gateway(), &request("PUT", OIDC, &body));
            assert_eq!((run.status, run.error()), (403, Some("secret_retarget")), "{body}");
            let run = crate::support::run(&trusted, &request("PUT", OIDC, &body), |_| answered(200, ANSWER));
            assert_eq!(run.status, 200, "{body}: {}", run.body);
        }
        let body = format!(r#"{{"{member}":"https://new.example.net/","client_secret":"its-own-secret"}}"#);
        passes(&gateway(), "PUT", OIDC, ANSWER, &[(&body, &[])]);
    }
}

#[test]
fn a_warning_of_the_vendor_passes_and_the_secret_does_not() {
    let answer = entry("update OIDC, answer with warning")["response"]["body"].to_string();
    let body = r#"{"issuer":"https://idp.example.com","client_secret":"its-own-secret"}"#;
    let run = run(&gateway(), &request("PUT", OIDC, body), |_| answered(200, &answer));
    assert_eq!((run.status, run.body), (200, answer.replace("SECRET-MUST-BE-REDACTED", "[redacted]")));
}

#[test]
fn a_connection_that_was_read_can_be_written_back_without_its_addresses() {
    let mut connection = entry("update OIDC, answer with warning")["response"]["body"]["connection"].clone();
    connection["client_secret"] = "[redacted]".into();
    for name in ["issuer", "token_url", "userinfo_url"] {
        connection.as_object_mut().unwrap().remove(name);
    }
    let run = run(&gateway(), &request("PUT", OIDC, &connection.to_string()), |sent| {
        assert!(!sent.body.contains("[redacted]") && !sent.body.contains("redirect_url"), "{}", sent.body);
        answered(200, ANSWER)
    });
    assert_eq!(run.status, 200, "{}", run.body);
    assert!(run.warnings().contains(&"mask_kept;/client_secret"), "{:?}", run.warnings());
}

#[test]
fn an_answer_about_another_connection_is_not_shown() {
    for answer in [
        format!(r#"{{"connection":{{"organization_id":"{ORGANIZATION}","connection_id":"other"}}}}"#),
        r#"{"connection":{"organization_id":"organization-test-other","connection_id":"oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff"}}"#.to_owned(),
    ] {
        let run = run(&gateway(), &request("PUT", OIDC, "{}"), |_| answered(200, &answer));
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
    }
}
