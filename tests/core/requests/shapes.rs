//! The same error in every door's words.

use crate::support::{CONNECTOR, Failing, PROVIDER, SAML, answered, gateway, refused, request, run};

/// The vendors' paths, each with a verb that it does not have.
const PATHS: &[&str] = &[CONNECTOR, PROVIDER, SAML];

#[test]
fn problem_details_have_all_members_and_no_others() {
    for path in PATHS {
        for accept in ["application/problem+json", "application/json;q=0.5, application/problem+json"] {
            let run = refused(&gateway(), &request("POST", path, "").header("accept", accept));
            assert_eq!(run.header("content-type"), Some("application/problem+json"));
            let body = run.json();
            let names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(names, ["code", "detail", "instance", "status", "title", "type"]);
            assert_eq!(body["type"], "urn:sso-config-gateway:error:method_not_allowed");
            assert_eq!(body["title"], "Method not allowed");
            assert_eq!(body["status"], 405);
            assert_eq!(body["code"], "method_not_allowed");
            assert_eq!(body["instance"], "urn:uuid:11111111-2222-4333-8444-555555555555");
        }
    }
    let failed = run(
        &gateway(),
        &request("PUT", SAML, r#"{"display_name":"x"}"#).header("accept", "application/problem+json"),
        |_| answered(500, r#"{"status_code":500,"error_type":"internal_server_error"}"#),
    );
    insta::assert_json_snapshot!(failed.json(), @r#"
    {
      "code": "upstream_failed",
      "detail": "The upstream failed to carry out the request.",
      "instance": "urn:uuid:11111111-2222-4333-8444-555555555555",
      "outcome": "unknown",
      "status": 502,
      "title": "The upstream failed",
      "type": "urn:sso-config-gateway:error:upstream_failed",
      "upstream": {
        "code": "internal_server_error",
        "name": "stytch-test",
        "status": 500
      }
    }
    "#);
}

#[test]
fn every_vendors_own_shape_is_used_on_its_own_paths() {
    let bodies: Vec<serde_json::Value> = PATHS
        .iter()
        .map(|path| {
            let run = refused(&gateway(), &request("POST", path, "").header("accept", "application/json, */*"));
            assert_eq!((run.status, run.header("content-type")), (405, Some("application/json")));
            run.json()
        })
        .collect();
    insta::assert_json_snapshot!(bodies, @r#"
    [
      {
        "code": "gateway.method_not_allowed",
        "data": {
          "requestId": "11111111-2222-4333-8444-555555555555"
        },
        "message": "This path takes GET, PATCH, DELETE."
      },
      {
        "Description": "This path takes GET, PUT.",
        "ErrorCode": 0,
        "Message": "gateway.method_not_allowed",
        "RequestId": "11111111-2222-4333-8444-555555555555"
      },
      {
        "error_message": "This path takes PUT.",
        "error_type": "method_not_allowed",
        "error_url": "urn:sso-config-gateway:error:method_not_allowed",
        "request_id": "11111111-2222-4333-8444-555555555555",
        "status_code": 405
      }
    ]
    "#);
}

#[test]
fn every_vendors_own_codes_stand_for_the_common_errors() {
    let gateway = gateway();
    let cases: &[(&str, Failing, [&str; 3])] = &[
        (
            "unauthenticated",
            Failing::NoToken,
            ["auth.unauthorized", "6002 Access Unauthorized", "unauthorized_credentials"],
        ),
        (
            "invalid_json",
            Failing::BadJson,
            ["gateway.invalid_json", "1079 Put body is invalid or empty", "invalid_argument"],
        ),
        (
            "invalid_body",
            Failing::BadBody,
            ["guard.invalid_input", "1079 Put body is invalid or empty", "invalid_argument"],
        ),
        (
            "unsupported_media_type",
            Failing::BadType,
            ["gateway.unsupported_media_type", "0 gateway.unsupported_media_type", "gateway_unsupported_media_type"],
        ),
    ];
    for (code, failing, [logto, loginradius, stytch]) in cases {
        for (method, path, expected) in
            [("PATCH", CONNECTOR, logto), ("PUT", PROVIDER, loginradius), ("PUT", SAML, stytch)]
        {
            let run = refused(&gateway, &failing.request(method, path));
            assert_eq!(run.error(), Some(*code));
            let body = run.json();
            let shown = match path {
                CONNECTOR => body["code"].as_str().unwrap().to_owned(),
                PROVIDER => format!("{} {}", body["ErrorCode"], body["Message"].as_str().unwrap()),
                _ => body["error_type"].as_str().unwrap().to_owned(),
            };
            assert_eq!(shown, **expected);
            if path == SAML {
                assert_eq!(body["status_code"], run.status, "the SDK takes its status from the body");
            }
        }
    }
}

#[test]
fn an_unknown_route_answers_as_the_vendor_it_looks_like_would() {
    for (path, member) in [
        ("/logto/api/nope", "code"),
        ("/loginradius/v2/nope", "ErrorCode"),
        ("/stytch-test/v1/nope", "error_type"),
        ("/nowhere", "type"),
    ] {
        let run = refused(&gateway(), &request("GET", path, ""));
        assert_eq!(run.status, 404);
        assert!(!run.json()[member].is_null(), "{path}: {}", run.body);
    }
}
