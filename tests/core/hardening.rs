//! What an attacker tries against the pipeline as a whole: to drown a check, to make it happen twice, to make it cost.

use std::fmt::Write;

use serde_json::json;
use sso_config_gateway::http::message::{Failure, Outcome};

use crate::support::{
    CONNECTOR, IDP_INITIATED, NOW, PROVIDER, SAML, answered, gateway, gateway_with, refused, request, run, run_at,
    token,
};

/// `count` members that each draw a warning and sort before everything else.
fn noise(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, r#""k{number:04}":"v","#);
        text
    })
}

#[test]
fn no_number_of_warnings_hides_an_error() {
    for count in [0, 99, 100, 101, 900] {
        for bad in [
            r#""IdentityProvider":{"Location":"javascript:alert(1)"}"#,
            r#""IdpCertificate":{"Key":"k"}"#,
            r#""ListInInterface":1"#,
            r#""zzz":1"#,
        ] {
            let body = format!(r#"{{"Provider":"my-saml-app","DataMap":{{{}"ID":"x"}},{bad}}}"#, noise(count));
            let run = refused(&gateway(), &request("PUT", PROVIDER, &body));
            assert_eq!((run.status, run.error()), (400, Some("invalid_body")), "{count} {bad}");
        }
    }
}

#[test]
fn warnings_stay_within_what_clients_read() {
    let keys = (0..900).fold(String::new(), |mut text, number| {
        let _ = write!(text, r#""k{number:04}{}":"v","#, "x".repeat(190));
        text
    });
    let body = format!(r#"{{"Provider":"my-saml-app","DataMap":{{{keys}"ID":"x"}}}}"#);
    let run = run(&gateway(), &request("PUT", PROVIDER, &body), |_| answered(200, r#"{"Provider":"my-saml-app"}"#));
    assert_eq!(run.status, 200);
    let warnings = run.warnings();
    assert!(warnings.iter().map(|warning| warning.len()).sum::<usize>() < 5_000);
    assert!(warnings.last().unwrap().starts_with("more;"), "{warnings:?}");
}

#[test]
fn a_write_is_sent_once_whenever_it_may_have_happened() {
    let next = json!({ "UPSTREAM_STYTCH_TEST": { "credential": { "secret": ["STYTCH_TEST_SECRET", "STYTCH_NEXT"] } }, "STYTCH_NEXT": "next-stytch-secret-0123456789" });
    let provider = request("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{"ID":"x"}}"#);
    let saml = request("PUT", SAML, r#"{"display_name":"x"}"#);
    for status in [200, 201, 500, 502, 503] {
        for (request, body) in [
            (&provider, r#"{"ErrorCode":6002,"Message":"Access Unauthorized"}"#),
            (&saml, r#"{"status_code":500,"error_type":"unauthorized_project_id_test"}"#),
        ] {
            let run = run(&gateway_with(&next), request, |_| answered(status, body));
            assert_eq!(run.upstream().len(), 1, "{status} {body}");
            assert_eq!(run.status, 502, "{status} {body}: {}", run.body);
            assert!(run.body.contains("unknown"), "{status} {body}: {}", run.body);
        }
    }
}

#[test]
fn tokens_that_hardly_live_do_not_become_a_loop() {
    for (lifetime, trip) in [("0", 50), ("\"0\"", 50), ("1", 950), ("1", 1_500), ("5", 4_600)] {
        let mut fetches = 0;
        let answer = format!(r#"{{"access_token":"short-lived-token-01","expires_in":{lifetime},"scope":"all"}}"#);
        let run = run_at(&gateway(), &request("GET", CONNECTOR, ""), NOW, |sent, now| {
            if sent.is_token() {
                fetches += 1;
                *now += trip;
                return answered(200, &answer);
            }
            answered(200, r#"{"id":"acmesaml0001"}"#)
        });
        assert!(fetches <= 3, "{lifetime} in {trip} ms: {fetches} fetches");
        assert!(matches!(run.status, 200 | 503), "{lifetime} in {trip} ms: {}", run.body);
    }
}

#[test]
fn a_refresh_ahead_of_time_leaves_time_for_the_request_itself() {
    let gateway = gateway_with(&json!({ "GATEWAY": { "deadline_s": 9 } }));
    run(&gateway, &request("GET", CONNECTOR, ""), |_| answered(200, r#"{"id":"acmesaml0001"}"#));
    let mut waited = 0;
    let run = run_at(&gateway, &request("GET", CONNECTOR, ""), NOW + 3_000_000, |sent, now| {
        if sent.is_token() {
            waited = 2_000;
            *now += waited;
            return Outcome::Failed(Failure::TimedOut);
        }
        answered(200, r#"{"id":"acmesaml0001"}"#)
    });
    assert_eq!((run.status, waited), (200, 2_000));
}

#[test]
fn a_refusal_of_a_fresh_token_is_remembered_for_a_moment() {
    let gateway = gateway();
    let mut fetches = 0;
    for at in 0..10 {
        let run = run_at(&gateway, &request("GET", CONNECTOR, ""), NOW + at, |sent, _| {
            if sent.is_token() {
                fetches += 1;
                return token();
            }
            answered(401, r#"{"code":"auth.unauthorized"}"#)
        });
        assert_eq!((run.status, run.error()), (502, Some("upstream_credential_refused")));
    }
    assert!(fetches <= 2, "{fetches} fetches for ten requests");
}

#[test]
fn a_known_member_in_another_letter_case_is_never_forwarded() {
    let gateway = gateway_with(&json!({
        "UPSTREAM_LOGINRADIUS": { "unknown_members": "forward" },
        "UPSTREAM_LOGTO": { "unknown_members": "forward" },
        "UPSTREAM_STYTCH_TEST": { "unknown_members": "forward" },
    }));
    for (method, path, body, pointer) in [
        ("PUT", PROVIDER, r#"{"provider":"victim","DataMap":{"ID":"x"}}"#, "/provider"),
        ("PUT", PROVIDER, r#"{"Provider":"my-saml-app","idpCertificate":{"Key":"k"}}"#, "/idpCertificate"),
        ("PUT", PROVIDER, r#"{"Provider":"my-saml-app","IdpCertificate":{"key":"k"}}"#, "/IdpCertificate/key"),
        ("PATCH", CONNECTOR, r#"{"CONFIG":{"metadataUrl":"http://127.0.0.1"}}"#, "/CONFIG"),
        ("PUT", SAML, r#"{"Idp_Sso_Url":"javascript:1"}"#, "/Idp_Sso_Url"),
    ] {
        let run = refused(&gateway, &request(method, path, body).header("accept", "application/problem+json"));
        let errors = run.json()["errors"].clone();
        assert!(errors.as_array().unwrap().iter().any(|error| error["pointer"] == pointer), "{body}: {errors}");
    }
}

#[test]
fn unknown_members_count_for_policy_at_every_operation() {
    let rules = json!([{ "upstream": "logto", "access": "write", "connections": "all", "fields": { "allow": ["idp_initiated"] } }]);
    let gateway = gateway_with(
        &json!({ "UPSTREAM_LOGTO": { "unknown_members": "forward" }, "CALLER_TEST": { "grants": rules } }),
    );
    let good = r#"{"autoSendAuthorizationRequest":true,"defaultApplicationId":"app"}"#;
    let allowed =
        run(&gateway, &request("PUT", IDP_INITIATED, good), |_| answered(200, r#"{"connectorId":"acmesaml0001"}"#));
    assert_eq!(allowed.status, 200, "{}", allowed.body);
    let more = r#"{"autoSendAuthorizationRequest":true,"defaultApplicationId":"app","somethingNew":1}"#;
    assert_eq!(refused(&gateway, &request("PUT", IDP_INITIATED, more)).error(), Some("field_not_granted"));
}

#[test]
fn a_stored_secret_that_was_put_back_is_not_quoted_to_the_caller() {
    let stored = r#"{"id":"acmesaml0001","config":{"clientId":"c","clientSecret":"stored-client-secret","issuer":"https://idp.example.com"}}"#;
    let body = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    for error in [
        r#"{"code":"entity.db_constraint_violated","message":"stored-client-secret","details":"Failing row (x, stored-client-secret)","data":{"row":"stored-client-secret"}}"#,
        r#"{"code":"guard.invalid_input","message":"m","data":{"issues":[{"received":"c3RvcmVkLWNsaWVudC1zZWNyZXQ="}]}}"#,
    ] {
        let run = run(&gateway(), &request("PATCH", CONNECTOR, body), |sent| match sent.method.as_str() {
            "GET" => answered(200, stored),
            _ => answered(422, error),
        });
        assert_eq!(run.status, 422);
        for spelled in ["stored-client-secret", "c3RvcmVkLWNsaWVudC1zZWNyZXQ"] {
            assert!(!run.body.contains(spelled), "{}", run.body);
        }
    }
}

#[test]
fn metadata_with_a_document_type_is_refused() {
    for metadata in [
        r#"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"#,
        "<?xml version=\\\"1.0\\\"?> <!doctype x> <x/>",
        "not xml",
    ] {
        let body = format!(r#"{{"config":{{"metadata":"{metadata}"}}}}"#);
        let run = refused(&gateway(), &request("PATCH", CONNECTOR, &body));
        assert_eq!((run.status, run.error()), (400, Some("invalid_body")), "{metadata}");
    }
}

/// A connector that keeps its stored secret, which is this, while the upstream answers `status` with `text` in it.
fn kept(stored: &str, status: u16, text: &str) -> crate::support::Run {
    let body = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    let config = json!({ "clientId": "c", "clientSecret": stored, "issuer": "https://idp.example.com" });
    let read = json!({ "id": "acmesaml0001", "config": config }).to_string();
    let mut written = json!({ "id": "acmesaml0001", "config": config, "branding": { "displayName": text } });
    if status != 200 {
        written = json!({ "code": "connector.invalid", "message": text });
    }
    run(&gateway(), &request("PATCH", CONNECTOR, body), |sent| match sent.method.as_str() {
        "GET" => answered(200, &read),
        _ => answered(status, &written.to_string()),
    })
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test has a clock")]
fn a_stored_secret_that_repeats_itself_costs_no_search() {
    let stored = "a".repeat(200_000) + "b";
    let started = std::time::Instant::now();
    for status in [200, 422] {
        assert_eq!(kept(&stored, status, &"a".repeat(250_000)).status, status);
    }
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn t52_no_stored_secret_changes_what_is_on_record() {
    for stored in [r#""caller":""#, "acmesaml0001", "update_connector", r#""decision":"allowed""#] {
        let run = kept(stored, 200, "Acme");
        let outcome = run.log.last().unwrap();
        assert_eq!((&outcome["caller"], &outcome["connection"]), (&json!("test"), &json!("acmesaml0001")), "{stored}");
        assert!(!run.raw_log.concat().contains("[redacted]"));
    }
}

#[test]
fn a_guess_beside_a_stored_secret_is_not_confirmed() {
    let [right, wrong] =
        ["stored-client-secret", "guessed-client-secret"].map(|guess| kept("stored-client-secret", 200, guess));
    assert_eq!(right.json()["branding"]["displayName"], "stored-client-secret");
    assert_eq!(wrong.json()["branding"]["displayName"], "guessed-client-secret");
    assert_eq!(right.json()["config"]["clientSecret"], "[redacted]");
    // An error that quotes what was sent is another matter.
    assert!(!kept("stored-client-secret", 422, "stored-client-secret is no good").body.contains("stored-client"));
}

#[test]
fn an_intermediary_that_gives_up_on_a_write_leaves_its_outcome_unknown() {
    for status in [408, 499] {
        for (method, path, body) in [
            ("PATCH", CONNECTOR, r#"{"syncProfile":true}"#),
            ("PUT", SAML, r#"{"display_name":"x"}"#),
            ("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#),
        ] {
            let run = run(&gateway(), &request(method, path, body), |_| {
                answered(
                    status,
                    r#"{"message":"timeout","code":"request.timeout","error_type":"timeout","status_code":408,"ErrorCode":1,"Message":"m"}"#,
                )
            });
            assert_eq!((run.status, run.error()), (502, Some("upstream_failed")), "{}", run.body);
            assert_eq!(run.log.last().unwrap()["outcome"], "unknown");
        }
    }
}

#[test]
fn a_borrowed_connection_is_on_record_with_its_owner() {
    let path = format!("/v1/b2b/sso/external/{}", crate::support::ORGANIZATION);
    let body = json!({ "external_organization_id": "organization-test-b", "external_connection_id": "saml-connection-test-b" });
    let run = run(&gateway(), &request("POST", &path, &body.to_string()), |_| {
        answered(404, r#"{"status_code":404,"error_type":"x"}"#)
    });
    for line in &run.log {
        assert_eq!(
            (&line["other_organization"], &line["connection"]),
            (&json!("organization-test-b"), &json!("saml-connection-test-b"))
        );
    }
    assert!(!run.log.is_empty());
}
