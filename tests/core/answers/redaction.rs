//! Stored secrets are blanked at every documented path and as PEM anywhere; everything else stays as it came.

use crate::support::{CONNECTOR, ORGANIZATION, PROVIDER, Run, SAML, answered, filled, gateway, request, run};

fn answer_to(method: &'static str, path: &str, body: &str, answer: &str) -> Run {
    let run = run(&gateway(), &request(method, path, body), |_| answered(200, answer));
    assert_eq!(run.status, 200, "{}", run.body);
    run
}

#[test]
fn logto_client_secrets_are_blanked_in_both_places_and_in_lists() {
    let connector = |secret: &str| {
        format!(
            r#"{{"id":"acmesaml0001","config":{{"clientId":"cid","clientSecret":"{secret}","issuer":"https://idp.example.com"}},"providerConfig":{{"clientSecret":"{secret}","clientId":"cid"}}}}"#
        )
    };
    let stored = connector("stored-client-secret");
    let blank = connector("[redacted]");
    assert_eq!(answer_to("GET", CONNECTOR, "", &stored).body, blank);
    assert_eq!(answer_to("PATCH", CONNECTOR, r#"{"syncProfile":true}"#, &stored).body, blank);
    let list = answer_to("GET", "/logto/api/sso-connectors", "", &format!("[{stored},{stored}]"));
    assert_eq!(list.body, format!("[{blank},{blank}]"));
}

#[test]
fn loginradius_keys_secrets_headers_and_query_parameters_are_blanked() {
    let provider = |secret: &str| {
        format!(
            r#"{{"Provider":"my-saml-app","IdpCertificate":{{"Certificate":"c","Key":"{secret}"}},"SpCertificate":{{"Key":"{secret}","Certificate":"c"}},"ApplicationSecret":"{secret}","Headers":{{"Authorization":"{secret}","X-Other":"{secret}"}},"QueryParam":{{"api_key":"{secret}"}}}}"#
        )
    };
    let stored = provider("stored-vendor-secret");
    let blank = provider("[redacted]");
    assert_eq!(answer_to("GET", PROVIDER, "", &stored).body, blank);
    assert_eq!(answer_to("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#, &stored).body, blank);
    let list =
        answer_to("GET", "/loginradius/v2/manage/custom-providers/saml", "", &format!(r#"{{"Data":[{stored}]}}"#));
    assert_eq!(list.body, format!(r#"{{"Data":[{blank}]}}"#));
}

#[test]
fn stytch_private_keys_and_client_secrets_are_blanked_in_all_three_lists() {
    let answer = |secret: &str| {
        format!(
            r#"{{"status_code":200,"saml_connections":[{{"organization_id":"{ORGANIZATION}","connection_id":"a","encryption_private_keys":[{{"private_key_id":"k","private_key":"{secret}"}},{{"private_key":"{secret}"}}]}}],"oidc_connections":[{{"organization_id":"{ORGANIZATION}","connection_id":"b","client_id":"c","client_secret":"{secret}"}}],"external_connections":[{{"organization_id":"{ORGANIZATION}","connection_id":"e"}}]}}"#
        )
    };
    let run = answer_to("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), "", &answer("stored-vendor-secret"));
    assert_eq!(run.body, answer("[redacted]"));
}

#[test]
fn a_secret_of_another_type_is_blanked_too_and_an_unset_one_still_shows_that_it_is_unset() {
    for (value, shown) in [
        ("12345678", "\"[redacted]\""),
        ("true", "\"[redacted]\""),
        (r#"["a-secret"]"#, "\"[redacted]\""),
        (r#"{"value":"a-secret"}"#, "\"[redacted]\""),
        ("null", "null"),
        ("\"\"", "\"\""),
    ] {
        let answer = |value: &str| format!(r#"{{"id":"acmesaml0001","config":{{"clientSecret":{value}}}}}"#);
        assert_eq!(answer_to("GET", CONNECTOR, "", &answer(value)).body, answer(shown));
    }
}

#[test]
fn a_pem_private_key_is_blanked_wherever_it_stands() {
    for key in [
        "<pkcs1>",
        "<pkcs8>",
        "<pkcs1 encrypted>",
        "<ec key>",
        "text before\\n<pkcs8>text after",
        "-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXktdjE\\n-----END OPENSSH PRIVATE KEY-----",
    ] {
        let answer = |key: &str| {
            filled(&format!(
                r#"{{"id":"acmesaml0001","note":"{key}","config":{{"entityId":"{key}","deep":[[{{"x":"{key}"}}],"{key}"]}}}}"#
            ))
        };
        assert_eq!(answer_to("GET", CONNECTOR, "", &answer(key)).body, answer("[redacted]"), "{key}");
    }
}

#[test]
fn certificates_and_public_keys_are_public_and_stay() {
    let answer = filled(
        r#"{"id":"acmesaml0001","config":{"x509Certificate":"<certificate>"},"providerConfig":{"identityProvider":{"x509Certificate":"<chain>"}},"key":"<public key>"}"#,
    );
    assert_eq!(answer_to("GET", CONNECTOR, "", &answer).body, answer);
}

#[test]
fn everything_else_stays_untouched_in_order_with_its_number_lexemes() {
    let answer = r#"{"z":1.0,"id":"acmesaml0001","a":-0,"big":123456789012345678901234567890,"exp":1E+2,"small":0.10,"tiny":1e-400,"huge":1e400,"AppId":"x","AppID":1,"nested":{"b":[],"a":{},"c":[null,true,false,""]},"text":"ü \u0001 \" \\ / 😀","$serde_json::private::Number":"1"}"#;
    assert_eq!(answer_to("GET", CONNECTOR, "", answer).body, answer);
    // White space between tokens and escapes that are not needed are no part of the value.
    let spaced = "{ \"id\" : \"\\u0061cmesaml0001\" , \"n\" : 1.50 }";
    assert_eq!(answer_to("GET", CONNECTOR, "", spaced).body, r#"{"id":"acmesaml0001","n":1.50}"#);
}

#[test]
fn what_an_answer_adds_is_not_lost() {
    let answer = r#"{"status_code":200,"request_id":"r","warning":"discovery failed","connection":{"organization_id":"organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931","connection_id":"saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9","new_member":{"a":1}}}"#;
    assert_eq!(answer_to("PUT", SAML, r#"{"display_name":"x"}"#, answer).body, answer);
}
