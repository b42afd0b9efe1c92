//! `PATCH /api/sso-connectors/{id}`: partial at the top level, whole replacement below.

use super::ANSWER;
use crate::support::{CONNECTOR, answered, filled, gateway, gateway_with, passes, refused, refuses, request, run};

#[test]
fn a_patch_is_sent_as_it_was_written() {
    let body = r#"{ "syncProfile" : true,"domains":["B.Example"] }"#;
    let run = run(&gateway(), &request("PATCH", CONNECTOR, body), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("PATCH", "https://tenant.logto.app/api/sso-connectors/acmesaml0001")
        );
        assert_eq!(sent.header("content-type"), Some("application/json"));
        assert_eq!((sent.body.as_str(), sent.write), (r#"{"syncProfile":true,"domains":["B.Example"]}"#, true));
        answered(200, ANSWER)
    });
    assert_eq!((run.status, run.body.as_str()), (200, ANSWER));
    assert_eq!(run.warnings(), [""; 0]);
}

#[test]
fn every_field_of_the_documented_examples_passes() {
    passes(
        &gateway(),
        "PATCH",
        CONNECTOR,
        ANSWER,
        &[
            (
                r#"{"connectorName":"Acme","domains":["acme.example","corp.acme.example"],"branding":{"displayName":"Acme","logo":"https://cdn.example.com/l.png","darkLogo":"https://cdn.example.com/d.png"},"syncProfile":true,"enableTokenStorage":false,"config":{"entityId":"https://idp.example.com/entity","signInEndpoint":"https://idp.example.com/sso","x509Certificate":"<certificate>","attributeMapping":{"id":"nameID","email":"mail","name":"cn"},"signAuthnRequest":true,"requestSignatureAlgorithm":"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"}}"#,
                &[],
            ),
            (
                r#"{"config":{"metadataUrl":"https://idp.example.com/metadata","attributeMapping":{"id":"nameID","email":"email","name":"name"}}}"#,
                &[],
            ),
            (r#"{"config":{"metadata":"<md:EntityDescriptor/>"}}"#, &[]),
            (
                r#"{"config":{"clientId":"cid","clientSecret":"not-a-real-secret","issuer":"https://idp.example.com/oidc","scope":"openid profile+email","trustUnverifiedEmail":true}}"#,
                &[],
            ),
            (r#"{"config":{"clientId":"cid","clientSecret":"not-a-real-secret","offlineAccess":true}}"#, &[]),
            (r#"{"domains":[],"branding":{}}"#, &[]),
            (r#"{"branding":{"logo":"data:image/svg+xml;base64,PHN2Zy8+"}}"#, &[]),
            (r"{}", &[]),
            (r#"{"id":"acmesaml0001","syncProfile":false}"#, &[]),
        ],
    );
}

#[test]
fn names_are_counted_in_utf16_units_as_the_vendor_counts_them() {
    let name = |text: &str, count: usize| format!(r#"{{"connectorName":"{}"}}"#, text.repeat(count));
    passes(&gateway(), "PATCH", CONNECTOR, ANSWER, &[(&name("n", 128), &[]), (&name("\u{1f600}", 64), &[])]);
    let too_long: &[&str] = &["bad_length;/connectorName"];
    refuses(&gateway(), "PATCH", CONNECTOR, &[(&name("n", 129), too_long), (&name("\u{1f600}", 65), too_long)]);
}

#[test]
fn wrong_types_and_null_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "PATCH",
        CONNECTOR,
        &[
            (r#"{"connectorName":5}"#, &["wrong_type;/connectorName"]),
            (r#"{"connectorName":null}"#, &["null_refused;/connectorName"]),
            (r#"{"connectorName":""}"#, &["bad_length;/connectorName"]),
            (r#"{"connectorName":"a\u0000b"}"#, &["control_character;/connectorName"]),
            (r#"{"syncProfile":"true"}"#, &["wrong_type;/syncProfile"]),
            (r#"{"enableTokenStorage":0}"#, &["wrong_type;/enableTokenStorage"]),
            (r#"{"domains":"acme.example"}"#, &["wrong_type;/domains"]),
            (r#"{"domains":null}"#, &["null_refused;/domains"]),
            (r#"{"domains":[1,null]}"#, &["wrong_type;/domains/0", "wrong_type;/domains/1"]),
            (r#"{"branding":null}"#, &["null_refused;/branding"]),
            (r#"{"branding":[]}"#, &["wrong_type;/branding"]),
            (
                r#"{"branding":{"displayName":5,"logo":null}}"#,
                &["wrong_type;/branding/displayName", "null_refused;/branding/logo"],
            ),
            (r#"{"config":null}"#, &["null_refused;/config"]),
            (r#"{"config":"x"}"#, &["wrong_type;/config"]),
            (r#"{"config":[]}"#, &["wrong_type;/config"]),
            (
                r#"{"config":{"entityId":5,"signInEndpoint":"https://idp.example.com/","x509Certificate":"<certificate>"}}"#,
                &["wrong_type;/config/entityId"],
            ),
            (
                r#"{"config":{"metadataUrl":"https://idp.example.com/m","attributeMapping":{"email":["a"]}}}"#,
                &["wrong_type;/config/attributeMapping/email"],
            ),
        ],
    );
}

#[test]
fn a_member_with_another_name_is_refused_with_the_nearest_one() {
    for (body, pointer, hint) in [
        (r#"{"connectorname":"a"}"#, "/connectorname", "did you mean `connectorName`?"),
        (r#"{"connector_name":"a"}"#, "/connector_name", "did you mean `connectorName`?"),
        (r#"{"brandng":{}}"#, "/brandng", "did you mean `branding`?"),
        (r#"{"colour":"red"}"#, "/colour", "leave it out"),
        (
            r#"{"branding":{"darklogo":"https://cdn.example.com/d.png"}}"#,
            "/branding/darklogo",
            "did you mean `darkLogo`?",
        ),
        (
            r#"{"config":{"metadataURL":"https://idp.example.com/m"}}"#,
            "/config/metadataURL",
            "did you mean `metadataUrl`?",
        ),
        (r#"{"a/b~c":1}"#, "/a~1b~0c", "leave it out"),
    ] {
        let run = refused(&gateway(), &request("PATCH", CONNECTOR, body));
        let error = run.json()["data"]["errors"][0].clone();
        assert_eq!(
            (error["code"].as_str(), error["pointer"].as_str()),
            (Some("unknown_member"), Some(pointer)),
            "{body}"
        );
        assert!(error["message"].as_str().unwrap().contains(hint), "{error}");
    }
}

#[test]
fn a_configuration_is_complete_and_of_one_kind() {
    refuses(
        &gateway(),
        "PATCH",
        CONNECTOR,
        &[
            (r#"{"config":{}}"#, &["config_empty;/config"]),
            (r#"{"config":{"attributeMapping":{"email":"mail"}}}"#, &["config_incomplete;/config"]),
            (
                r#"{"config":{"entityId":"https://idp.example.com/entity"}}"#,
                &["required;/config/signInEndpoint", "required;/config/x509Certificate"],
            ),
            (
                r#"{"config":{"issuer":"https://idp.example.com"}}"#,
                &["required;/config/clientId", "required;/config/clientSecret"],
            ),
            (
                r#"{"config":{"metadataUrl":"https://idp.example.com/m","metadata":"<a/>","entityId":"e","signInEndpoint":"https://idp.example.com/","x509Certificate":"<certificate>"}}"#,
                &[
                    "saml_variants_mixed;/config/entityId",
                    "saml_variants_mixed;/config/metadata",
                    "saml_variants_mixed;/config/signInEndpoint",
                    "saml_variants_mixed;/config/x509Certificate",
                ],
            ),
            (
                r#"{"config":{"metadataUrl":"https://idp.example.com/m","clientId":"c","clientSecret":"s"}}"#,
                &["config_mixed;/config/clientId", "config_mixed;/config/clientSecret"],
            ),
            (
                r#"{"config":{"clientId":"c","clientSecret":"s","issuer":"https://idp.example.com","offlineAccess":true}}"#,
                &["config_mixed;/config/offlineAccess"],
            ),
            (
                r#"{"config":{"metadataUrl":"https://idp.example.com/m","requestSignatureAlgorithm":"http://www.w3.org/2000/09/xmldsig#rsa-sha1"}}"#,
                &["not_a_choice;/config/requestSignatureAlgorithm"],
            ),
        ],
    );
}

#[test]
fn urls_that_the_vendor_would_fetch_or_show_are_judged() {
    let metadata = |url: &str| format!(r#"{{"config":{{"metadataUrl":"{url}"}}}}"#);
    let cases: Vec<(String, Vec<&str>)> = [
        ("http://idp.example.com/m", vec!["url_not_https;/config/metadataUrl"]),
        ("https://169.254.169.254/latest/meta-data", vec!["url_private_host;/config/metadataUrl"]),
        ("https://localhost/m", vec!["url_private_host;/config/metadataUrl"]),
        ("https://[::1]/m", vec!["url_private_host;/config/metadataUrl"]),
        ("https://0x7f.1/m", vec!["url_private_host;/config/metadataUrl"]),
        ("https://user:pw@idp.example.com/m", vec!["url_userinfo;/config/metadataUrl"]),
        ("file:///etc/hostname", vec!["url_scheme;/config/metadataUrl"]),
        ("javascript:alert(1)", vec!["url_scheme;/config/metadataUrl"]),
        ("nope", vec!["url_invalid;/config/metadataUrl"]),
        ("", vec!["url_invalid;/config/metadataUrl"]),
        ("http://127.0.0.1/m", vec!["url_not_https;/config/metadataUrl", "url_private_host;/config/metadataUrl"]),
    ]
    .into_iter()
    .map(|(url, problems)| (metadata(url), problems))
    .collect();
    for (body, problems) in &cases {
        refuses(&gateway(), "PATCH", CONNECTOR, &[(body, problems)]);
    }
    refuses(
        &gateway(),
        "PATCH",
        CONNECTOR,
        &[
            (
                r#"{"branding":{"logo":"javascript:alert(1)","darkLogo":"nope"}}"#,
                &["url_invalid;/branding/darkLogo", "url_scheme;/branding/logo"],
            ),
            (
                r#"{"config":{"clientId":"c","clientSecret":"s","issuer":"http://idp.internal"}}"#,
                &["url_not_https;/config/issuer", "url_private_host;/config/issuer"],
            ),
        ],
    );
    passes(
        &gateway(),
        "PATCH",
        CONNECTOR,
        ANSWER,
        &[(
            r#"{"config":{"entityId":"e","signInEndpoint":"http://idp.example.com/sso","x509Certificate":"<certificate>"}}"#,
            &["url_not_https;/config/signInEndpoint"],
        )],
    );
}

#[test]
fn certificates_are_judged_before_the_vendor_sees_them() {
    let with = |certificate: &str| {
        format!(
            r#"{{"config":{{"entityId":"e","signInEndpoint":"https://idp.example.com/","x509Certificate":"{certificate}"}}}}"#
        )
    };
    for (certificate, code) in [
        ("", "certificate_empty"),
        ("not a certificate", "certificate_base64_invalid"),
        ("<pkcs1>", "certificate_is_private_key"),
        ("<pkcs8>", "certificate_is_private_key"),
        ("<public key>", "certificate_is_public_key"),
        ("<certificate request>", "certificate_is_request"),
        (&filled("<certificate>").replace("\\n", "\\\\n"), "certificate_escaped_newlines"),
        (&filled("<certificate>").replace("END CERTIFICATE-----", "END CERTIFICATE"), "certificate_armour_broken"),
    ] {
        let run = refused(&gateway(), &request("PATCH", CONNECTOR, &filled(&with(certificate))));
        let expected = format!("{code};/config/x509Certificate");
        assert!(run.problems().contains(&expected), "{code}: {}", run.body);
    }
    passes(
        &gateway(),
        "PATCH",
        CONNECTOR,
        ANSWER,
        &[
            (&with("<chain>"), &["certificate_several;/config/x509Certificate"]),
            (&with("<certificate expired>"), &["certificate_expired;/config/x509Certificate"]),
            (&with("<certificate weak>"), &["certificate_weak_key;/config/x509Certificate"]),
            (&with(&filled("<certificate>").replace("\\n", "\\r\\n")), &[]),
        ],
    );
}

#[test]
fn domains_are_judged_as_the_vendor_compares_them() {
    refuses(
        &gateway(),
        "PATCH",
        CONNECTOR,
        &[
            (r#"{"domains":["a.example","A.example"]}"#, &["domain_duplicate;/domains/1"]),
            (
                r#"{"domains":["acme.example","GMAIL.com","outlook.com"]}"#,
                &["domain_public_mail;/domains/1", "domain_public_mail;/domains/2"],
            ),
            (r#"{"domains":["not a domain",""]}"#, &["domain_invalid;/domains/0", "domain_invalid;/domains/1"]),
            (r#"{"domains":["*.example.com"]}"#, &["domain_wildcard;/domains/0"]),
            (r#"{"domains":["bücher.example"]}"#, &["domain_idn;/domains/0"]),
        ],
    );
}

#[test]
fn another_id_in_the_body_than_in_the_path_is_refused() {
    refuses(
        &gateway(),
        "PATCH",
        CONNECTOR,
        &[
            (r#"{"id":"othersaml001"}"#, &["path_value_mismatch;/id"]),
            (r#"{"id":"ACMESAML0001"}"#, &["path_value_mismatch;/id"]),
            (r#"{"id":null}"#, &["path_value_mismatch;/id"]),
        ],
    );
}

#[test]
fn several_problems_are_reported_together_in_the_vendors_own_shape() {
    let body = r#"{"connectorName":"","domains":["gmail.com"],"syncProfil":true}"#;
    let run = refused(&gateway(), &request("PATCH", CONNECTOR, body));
    assert_eq!(run.status, 400);
    insta::assert_json_snapshot!(run.json(), @r#"
    {
      "code": "guard.invalid_input",
      "data": {
        "errors": [
          {
            "code": "bad_length",
            "message": "Must not be empty.",
            "pointer": "/connectorName"
          },
          {
            "code": "domain_public_mail",
            "message": "A public mail host would send strangers to this identity provider; use the organization's own domain.",
            "pointer": "/domains/0"
          },
          {
            "code": "unknown_member",
            "message": "Logto has no such member; did you mean `syncProfile`?",
            "pointer": "/syncProfil"
          }
        ],
        "requestId": "11111111-2222-4333-8444-555555555555"
      },
      "message": "3 problems; the first at /connectorName: Must not be empty."
    }
    "#);
}

#[test]
fn members_that_only_answers_have_are_forwarded_because_the_vendor_drops_them() {
    let body = r#"{"providerName":"OIDC","createdAt":1.0,"tenantId":"admin","name":"x","providerType":null,"providerLogo":"","providerLogoDark":"","providerConfig":{},"syncProfile":true}"#;
    let names = [
        "providerName",
        "createdAt",
        "tenantId",
        "name",
        "providerType",
        "providerLogo",
        "providerLogoDark",
        "providerConfig",
    ];
    let mut expected: Vec<String> = names.iter().map(|name| format!("answer_only;/{name}")).collect();
    expected.sort();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    passes(&gateway(), "PATCH", CONNECTOR, ANSWER, &[(body, &expected)]);
}

#[test]
fn unknown_members_can_be_forwarded_with_a_warning() {
    let gateway = gateway_with(&serde_json::json!({ "UPSTREAM_LOGTO": { "unknown_members": "forward" } }));
    passes(
        &gateway,
        "PATCH",
        CONNECTOR,
        ANSWER,
        &[(
            r#"{"futureMember":{"a":[1.50]},"config":{"metadataUrl":"https://idp.example.com/m","futureOption":null}}"#,
            &["unknown_member;/config/futureOption", "unknown_member;/futureMember"],
        )],
    );
}

#[test]
fn the_severity_of_a_check_can_be_set_per_upstream() {
    let strict = gateway_with(&serde_json::json!({ "UPSTREAM_LOGTO": { "checks": {
        "certificate_expired": "error", "certificate_several": "error", "url_not_https": "error" } } }));
    let with = |certificate: &str, scheme: &str| {
        format!(
            r#"{{"config":{{"entityId":"e","signInEndpoint":"{scheme}://idp.example.com/","x509Certificate":"{certificate}"}}}}"#
        )
    };
    refuses(
        &strict,
        "PATCH",
        CONNECTOR,
        &[
            (&with("<certificate expired>", "https"), &["certificate_expired;/config/x509Certificate"]),
            (
                &with("<chain>", "http"),
                &["url_not_https;/config/signInEndpoint", "certificate_several;/config/x509Certificate"],
            ),
        ],
    );
    let lax = gateway_with(&serde_json::json!({ "UPSTREAM_LOGTO": { "checks": {
        "certificate_expired": "off", "domain_invalid": "warning", "domain_idn": "off", "url_private_host": "warning" } } }));
    passes(
        &lax,
        "PATCH",
        CONNECTOR,
        ANSWER,
        &[
            (&with("<certificate expired>", "https"), &[]),
            (r#"{"domains":["not a domain","bücher.example"]}"#, &["domain_invalid;/domains/0"]),
            (r#"{"config":{"metadataUrl":"https://idp.internal/m"}}"#, &["url_private_host;/config/metadataUrl"]),
        ],
    );
}

/// T16: an answer can be edited and sent back, and the stored secret survives it.
#[test]
fn a_connector_that_was_read_can_be_written_back_whole() {
    let stored = r#"{"tenantId":"default","id":"acmesaml0001","providerName":"OIDC","connectorName":"acme","config":{"clientId":"cid","clientSecret":"stored-client-secret","issuer":"https://idp.example.com/oidc","trustUnverifiedEmail":false},"domains":["acme.example"],"branding":{},"syncProfile":false,"enableTokenStorage":false,"createdAt":1795310729251,"name":"OIDC","providerType":"oidc","providerLogo":"data:image/svg+xml;base64,","providerLogoDark":"data:image/svg+xml;base64,","providerConfig":{"clientId":"cid","clientSecret":"stored-client-secret"}}"#;
    let gateway = gateway();
    let read = run(&gateway, &request("GET", CONNECTOR, ""), |_| answered(200, stored));
    assert!(!read.body.contains("stored-client-secret"));
    let written = run(&gateway, &request("PATCH", CONNECTOR, &read.body), |_| answered(200, stored));
    assert_eq!(written.status, 200, "{}", written.body);
    let sent: serde_json::Value = serde_json::from_str(&written.upstream()[1].body).unwrap();
    let stored: serde_json::Value = serde_json::from_str(stored).unwrap();
    assert_eq!(sent["config"], stored["config"]);
    assert_eq!(sent["domains"], stored["domains"]);
}
