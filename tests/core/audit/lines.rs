//! The lines themselves.

use serde_json::json;
use sso_config_gateway::http::message::{Failure, Outcome, Step};

use crate::support::{
    CONNECTION, CONNECTOR, NOW, ORGANIZATION, PROVIDER, SAML, answered, gateway, gateway_with, refused, request, run,
    run_at, token,
};

#[test]
fn a_read_is_one_line() {
    let run = run(&gateway(), &request("GET", CONNECTOR, ""), |_| answered(200, crate::logto::ANSWER));
    assert_eq!(run.log.len(), 1);
    insta::assert_json_snapshot!(run.log[0], @r#"
    {
      "attempts": 2,
      "caller": "test",
      "connection": "acmesaml0001",
      "decision": "allowed",
      "door": "native",
      "event": "request",
      "ms": 0,
      "operation": "get_connector",
      "outcome": "done",
      "request_id": "11111111-2222-4333-8444-555555555555",
      "route": "GET /api/sso-connectors/{id}",
      "started": 1767225600000,
      "status": 200,
      "time": 1767225600000,
      "upstream": "logto",
      "upstream_status": 200
    }
    "#);
}

#[test]
fn a_write_is_two_lines_the_decision_before_and_the_outcome_after() {
    let body = r#"{"display_name":"x","idp_sso_url":"https://idp.example.com/","attribute_mapping":{"email":"NameID","full_name":"n","dept":"d"}}"#;
    let run = run(&gateway(), &request("PUT", SAML, body), |_| answered(200, crate::stytch::ANSWER));
    assert_eq!(run.log.len(), 2);
    insta::assert_json_snapshot!(run.log, @r#"
    [
      {
        "attempts": 0,
        "caller": "test",
        "connection": "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9",
        "decision": "allowed",
        "door": "native",
        "event": "decision",
        "fields": [
          "attribute_mapping.custom",
          "attribute_mapping.email",
          "attribute_mapping.first_name",
          "attribute_mapping.full_name",
          "attribute_mapping.groups",
          "attribute_mapping.last_name",
          "attribute_mapping.subject",
          "display_name",
          "idp.sso_url"
        ],
        "ms": 0,
        "operation": "update_saml_connection",
        "organization": "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931",
        "request_id": "11111111-2222-4333-8444-555555555555",
        "route": "PUT /v1/b2b/sso/saml/{organization_id}/connections/{connection_id}",
        "started": 1767225600000,
        "time": 1767225600000,
        "upstream": "stytch-test"
      },
      {
        "attempts": 1,
        "caller": "test",
        "connection": "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9",
        "decision": "allowed",
        "door": "native",
        "event": "outcome",
        "fields": [
          "attribute_mapping.custom",
          "attribute_mapping.email",
          "attribute_mapping.first_name",
          "attribute_mapping.full_name",
          "attribute_mapping.groups",
          "attribute_mapping.last_name",
          "attribute_mapping.subject",
          "display_name",
          "idp.sso_url"
        ],
        "ms": 0,
        "operation": "update_saml_connection",
        "organization": "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931",
        "outcome": "done",
        "request_id": "11111111-2222-4333-8444-555555555555",
        "route": "PUT /v1/b2b/sso/saml/{organization_id}/connections/{connection_id}",
        "started": 1767225600000,
        "status": 200,
        "time": 1767225600000,
        "upstream": "stytch-test",
        "upstream_status": 200
      }
    ]
    "#);
}

#[test]
fn the_decision_is_printed_before_the_credential_leaves_and_never_before_a_token_is_at_hand() {
    let gateway = gateway();
    let write = request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#);
    let Step::Exchange { request, suspended, log, .. } = gateway.begin(write.inbound(), NOW) else {
        panic!("no exchange")
    };
    assert!(request.url.ends_with("/oidc/token"));
    assert_eq!(log.len(), 0);
    let Step::Exchange { request, suspended, log, .. } = gateway.resume(&suspended, token(), NOW + 100) else {
        panic!("no exchange")
    };
    assert!(request.headers.iter().any(|(name, _)| *name == "authorization"));
    let [decision] = &log[..] else { panic!("one line: {log:?}") };
    let decision: serde_json::Value = serde_json::from_str(decision).unwrap();
    assert_eq!(
        (&decision["event"], &decision["decision"], &decision["ms"]),
        (&json!("decision"), &json!("allowed"), &json!(100))
    );
    let Step::Answer { log, .. } = gateway.resume(&suspended, answered(200, crate::logto::ANSWER), NOW + 350) else {
        panic!("no answer")
    };
    let outcome: serde_json::Value = serde_json::from_str(&log[0]).unwrap();
    assert_eq!(
        (log.len(), &outcome["event"], &outcome["outcome"], &outcome["ms"]),
        (1, &json!("outcome"), &json!("done"), &json!(350))
    );
    assert_eq!((&outcome["attempts"], &outcome["time"]), (&json!(2), &json!(NOW + 350)));
}

#[test]
fn a_repeated_write_is_decided_once() {
    let mut calls = 0;
    let run = run_at(&gateway(), &request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#), NOW, |sent, now| {
        *now += 1;
        if sent.is_token() {
            return token();
        }
        calls += 1;
        if calls == 1 { answered(401, r#"{"code":"auth.unauthorized"}"#) } else { answered(200, crate::logto::ANSWER) }
    });
    let events: Vec<&str> = run.log.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["decision", "outcome"]);
    assert_eq!(run.log[1]["attempts"], 4);
}

#[test]
fn every_outcome_has_its_word() {
    let write = || request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#);
    let cases: Vec<(Outcome, &str, serde_json::Value)> = vec![
        (answered(200, crate::logto::ANSWER), "done", json!(null)),
        (answered(409, r#"{"code":"single_sign_on.duplicate_connector_name","message":"m"}"#), "refused", json!(null)),
        (answered(500, "{}"), "unknown", json!("upstream_failed")),
        (answered(404, "Not Found"), "failed", json!("not_offered_by_vendor")),
        (answered(429, ""), "failed", json!("rate_limited")),
        (answered(200, r#"{"id":"otherconnect1"}"#), "unknown", json!("wrong_subject")),
        (Outcome::Failed(Failure::TimedOut), "unknown", json!("upstream_timeout")),
        (Outcome::Crashed, "unknown", json!("internal_error")),
    ];
    for (outcome, word, reason) in cases {
        let mut outcome = Some(outcome);
        let run = run(&gateway(), &write(), |_| outcome.take().unwrap());
        let last = run.log.last().unwrap();
        assert_eq!((run.log.len(), &last["outcome"], &last["reason"]), (2, &json!(word), &reason), "{last}");
    }
    let never_sent = run_at(&gateway(), &write(), NOW, |_, _| answered(500, "down"));
    assert_eq!(never_sent.log.len(), 1, "no decision was carried out");
    assert_eq!(
        (&never_sent.log[0]["outcome"], &never_sent.log[0]["reason"]),
        (&json!("not_sent"), &json!("upstream_token_failed"))
    );
}

#[test]
fn denied_attempts_are_on_record_with_their_reason() {
    let limited = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "stytch-test", "access": "read", "organizations": [ORGANIZATION] },
        { "upstream": "logto", "access": "write", "connections": ["acmesaml0001"], "fields": { "deny": ["name"] } } ] } }));
    let cases = [
        (request("PUT", SAML, "{}").without("authorization"), 401, "unauthenticated", json!(null)),
        (request("PUT", SAML, "{}").header("authorization", "Bearer wrong"), 401, "unauthenticated", json!(null)),
        (request("PUT", SAML, "{}"), 403, "forbidden", json!("test")),
        (request("GET", "/stytch-test/v1/b2b/sso/other", ""), 403, "forbidden", json!("test")),
        (request("PATCH", "/logto/api/sso-connectors/othersaml001", "{"), 403, "forbidden", json!("test")),
        (request("PATCH", CONNECTOR, r#"{"connectorName":"x"}"#), 403, "field_not_granted", json!("test")),
        (request("PATCH", CONNECTOR, "{"), 400, "invalid_json", json!("test")),
        (request("PATCH", CONNECTOR, r#"{"x":1}"#), 400, "invalid_body", json!("test")),
        (
            request("PATCH", CONNECTOR, "{}").header("origin", "https://evil.example"),
            403,
            "origin_not_allowed",
            json!(null),
        ),
        (request("POST", CONNECTOR, "{}"), 405, "method_not_allowed", json!(null)),
        (request("GET", "/nowhere", ""), 404, "no_such_route", json!(null)),
        (request("GET", "/logto/api/sso-connectors/%2e%2e", ""), 400, "bad_path_value", json!(null)),
        (request("GET", "/logto/api/sso-connectors?x=1", ""), 400, "unknown_query_parameter", json!(null)),
    ];
    for (request, status, reason, caller) in cases {
        let run = refused(&limited, &request);
        assert_eq!((run.status, run.log.len()), (status, 1), "{}", run.body);
        let line = &run.log[0];
        assert_eq!(
            (&line["decision"], &line["reason"], &line["status"]),
            (&json!("refused"), &json!(reason), &json!(status))
        );
        assert_eq!(
            (&line["caller"], &line["event"], &line["request_id"]),
            (&caller, &json!("request"), &json!("11111111-2222-4333-8444-555555555555"))
        );
    }
}

#[test]
fn a_subject_is_named_as_soon_as_the_caller_is_known_and_not_before() {
    let limited = gateway_with(
        &json!({ "CALLER_TEST": { "grants": [{ "upstream": "stytch-test", "access": "read", "organizations": [ORGANIZATION] }] } }),
    );
    let denied = refused(&limited, &request("GET", "/stytch-test/v1/b2b/sso/some-other-organization", ""));
    assert_eq!(denied.log[0]["organization"], "some-other-organization", "who tried what is on record");
    let stranger = request("GET", "/stytch-test/v1/b2b/sso/some-other-organization", "").without("authorization");
    assert!(!refused(&limited, &stranger).raw_log[0].contains("some-other"), "strangers write nothing");
    let allowed = run(&gateway(), &request("PUT", SAML, "{}"), |_| answered(200, crate::stytch::ANSWER));
    for line in &allowed.log {
        assert_eq!((&line["organization"], &line["connection"]), (&json!(ORGANIZATION), &json!(CONNECTION)));
    }
}

#[test]
fn what_is_touched_is_named_by_canonical_fields() {
    for (method, path, body, fields) in [
        ("PATCH", CONNECTOR, r#"{"domains":[],"syncProfile":true}"#, json!(["domains", "sync_profile"])),
        ("PATCH", CONNECTOR, r#"{"branding":{}}"#, json!(["branding.logo", "branding.logo_dark", "display_name"])),
        (
            "PUT",
            PROVIDER,
            r#"{"Provider":"my-saml-app","DataMap":{"Email":"e"},"EnableAutoLookUp":true}"#,
            json!([
                "attribute_mapping.custom",
                "attribute_mapping.email",
                "attribute_mapping.first_name",
                "attribute_mapping.full_name",
                "attribute_mapping.groups",
                "attribute_mapping.last_name",
                "attribute_mapping.subject",
                "extensions.loginradius"
            ]),
        ),
        (
            "PUT",
            SAML,
            r#"{"signing_private_key":"[redacted]","idp_initiated_auth_disabled":true}"#,
            json!(["idp_initiated.enabled"]),
        ),
    ] {
        let answer = match path {
            CONNECTOR => crate::logto::ANSWER,
            PROVIDER => crate::loginradius::ANSWER,
            _ => crate::stytch::ANSWER,
        };
        let run = run(&gateway(), &request(method, path, body), |_| answered(200, answer));
        assert_eq!(run.log[0]["fields"], fields, "{body}");
    }
    let delete = run(&gateway(), &request("DELETE", crate::support::IDP_INITIATED, ""), |_| answered(204, ""));
    assert_eq!(delete.log[0]["fields"].as_array().unwrap().len(), 6);
}

#[test]
fn probes_leave_no_line() {
    for path in ["/healthz", "/readyz"] {
        assert_eq!(refused(&gateway(), &request("GET", path, "")).log.len(), 0);
    }
}
