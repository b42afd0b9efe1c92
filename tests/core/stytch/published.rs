//! The bodies that the vendor's own pages and SDK tests print, and all members together.

use serde_json::Value;

use super::ANSWER;
use crate::support::{SAML, answered, gateway, passes, pem, refused, request, run};

const PUBLISHED: &str = include_str!("../../vectors/vendors/stytch.json");

pub fn entry(name: &str) -> Value {
    let all: Value = serde_json::from_str(PUBLISHED).unwrap();
    all["entries"].as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap().clone()
}

#[test]
fn the_printed_example_is_refused_because_its_certificate_lacks_five_dashes() {
    let entry = entry("update SAML, minimal body");
    let path = format!("/stytch-test{}", entry["request"]["path"].as_str().unwrap());
    assert_eq!(path, SAML);
    let body = &entry["request"]["body"];
    let run_as_printed = refused(&gateway(), &request("PUT", &path, &body.to_string()));
    assert_eq!(run_as_printed.status, 400);
    let problems = run_as_printed.problems();
    assert!(problems.contains(&"certificate_armour_broken;/x509_certificate".to_owned()), "{problems:?}");

    let mut mended = body.clone();
    mended["x509_certificate"] = pem("certificate").into();
    let run = run(&gateway(), &request("PUT", &path, &mended.to_string()), |_| answered(200, ANSWER));
    assert_eq!(run.status, 200);
    assert_eq!(run.warnings(), [""; 0]);
}

#[test]
fn the_sdks_test_body_passes_with_a_real_certificate() {
    let entry = entry("update SAML, SDK test body");
    let path = format!("/stytch-test{}", entry["request"]["path"].as_str().unwrap());
    let as_printed = refused(&gateway(), &request("PUT", &path, &entry["request"]["body"].to_string()));
    assert_eq!(as_printed.problems(), ["certificate_not_pem;/x509_certificate"]);

    let mut mended = entry["request"]["body"].clone();
    mended["x509_certificate"] = pem("certificate").into();
    let answer = r#"{"status_code":200,"connection":{"organization_id":"organization-id-1234","connection_id":"saml-connection-5678"}}"#;
    passes(&gateway(), "PUT", &path, answer, &[(&mended.to_string(), &[])]);
}

#[test]
fn all_members_together_pass() {
    let mut body = entry("update SAML, every field")["request"]["body"].clone();
    body["x509_certificate"] = pem("certificate").into();
    body["signing_private_key"] = pem("pkcs1").into();
    body["saml_encryption_private_key"] = pem("pkcs1").into();
    passes(&gateway(), "PUT", SAML, ANSWER, &[(&body.to_string(), &[])]);
}

#[test]
fn the_whole_answer_passes_with_its_private_key_blanked_and_its_certificates_kept() {
    let answer = entry("update SAML, answer")["response"]["body"].to_string();
    let run = run(&gateway(), &request("PUT", SAML, r#"{"display_name":"x"}"#), |_| answered(200, &answer));
    assert_eq!((run.status, run.body), (200, answer.replace("SECRET-MUST-BE-REDACTED", "[redacted]")));
}

#[test]
fn the_printed_errors_come_back_as_the_vendor_prints_them() {
    for (name, expected) in
        [("unknown connection", 404), ("rate limited", 429), ("bad credentials", 502), ("member lacks permission", 502)]
    {
        let entry = entry(name);
        let status = u16::try_from(entry["response"]["status"].as_u64().unwrap()).unwrap();
        let body = entry["response"]["body"].to_string();
        let run = run(&gateway(), &request("PUT", SAML, r#"{"display_name":"x"}"#), |_| answered(status, &body));
        assert_eq!(run.status, expected, "{name}: {}", run.body);
        if expected == 404 {
            assert_eq!(run.body, body);
        }
    }
}

/// T16: an answer can be edited and sent back.
#[test]
fn a_connection_that_was_read_can_be_written_back() {
    let mut connection = entry("update SAML, answer")["response"]["body"]["connection"].clone();
    connection["encryption_private_keys"][0]["private_key"] = "[redacted]".into();
    connection["display_name"] = "Renamed".into();
    let run = run(&gateway(), &request("PUT", SAML, &connection.to_string()), |sent| {
        assert!(
            !sent.body.contains("[redacted]") && sent.body.contains(r#""display_name":"Renamed""#),
            "{}",
            sent.body
        );
        assert!(!sent.body.contains("verification_certificates"), "certificates would be appended once more");
        answered(200, ANSWER)
    });
    assert_eq!(run.status, 200, "{}", run.body);
}
