//! Upstreams that do not answer, or not with an answer.

use http::{HeaderMap, HeaderName, HeaderValue};
use sso_config_gateway::http::message::{Failure, Outcome};

use crate::support::{
    CONNECTOR, IDP_INITIATED, NOW, PROVIDER, Request, Run, SAML, answered, gateway, request, run, run_at, token,
};

/// Each upstream once by a read and once by a write.
fn both() -> Vec<(bool, Request)> {
    vec![
        (false, request("GET", CONNECTOR, "")),
        (false, request("GET", PROVIDER, "")),
        (false, request("GET", "/stytch-test/v1/b2b/sso/acme", "")),
        (true, request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#)),
        (true, request("PUT", IDP_INITIATED, r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true}"#)),
        (true, request("DELETE", IDP_INITIATED, "")),
        (true, request("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#)),
        (true, request("PUT", SAML, r#"{"display_name":"x"}"#)),
    ]
}

/// What our own error says about the outcome.
fn outcome(run: &Run) -> Option<String> {
    let body = run.json();
    let places = ["/data/outcome", "/Outcome", "/error_details/outcome", "/outcome"];
    places.iter().find_map(|place| body.pointer(place)).map(|outcome| outcome.as_str().unwrap().to_owned())
}

fn with_header(status: u16, name: &'static str, value: &str) -> Outcome {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    Outcome::Answered { status, headers, body: b"<html>".to_vec() }
}

#[test]
fn no_answer_is_reported_with_what_is_known_about_the_outcome() {
    for (write, request) in both() {
        for (failure, status, code) in [
            (Failure::TimedOut, 504, "upstream_timeout"),
            (Failure::Broken, 502, "upstream_failed"),
            (Failure::TooLarge, 502, "upstream_invalid_answer"),
        ] {
            let run = run(&gateway(), &request, |_| Outcome::Failed(failure));
            assert_eq!((run.status, run.error()), (status, Some(code)));
            assert_eq!(outcome(&run).as_deref(), write.then_some("unknown"), "{}", run.body);
            assert_eq!(run.upstream().len(), 1, "a write that may have happened is not repeated");
        }
    }
}

#[test]
fn what_is_not_json_is_not_passed_on() {
    let cases: &[(u16, &str, u16, &str, bool)] = &[
        (200, "", 502, "upstream_invalid_answer", true),
        (200, "<html>leak</html>", 502, "upstream_invalid_answer", true),
        (200, r#"{"id":"acmesaml0001","note":"leak""#, 502, "upstream_invalid_answer", true),
        (200, r#"{"id":"acmesaml0001","id":"leak"}"#, 502, "upstream_invalid_answer", true),
        (200, r#"{"id":"acmesaml0001","x":{"a":1,"\u0061":"leak"}}"#, 502, "upstream_invalid_answer", true),
        (200, r#"{"id":"acmesaml0001"} leak"#, 502, "upstream_invalid_answer", true),
        (200, "\u{feff}{\"id\":\"acmesaml0001\"}", 502, "upstream_invalid_answer", true),
        (200, "{\"id\":\"acmesaml0001\",\"x\":NaN}", 502, "upstream_invalid_answer", true),
        (206, "{", 502, "upstream_invalid_answer", true),
        (500, "<html>leak</html>", 502, "upstream_failed", true),
        (503, "", 502, "upstream_failed", true),
        (400, "<html>leak</html>", 502, "upstream_failed", false),
        (403, "<html>leak</html>", 502, "upstream_failed", false),
        (404, "Not Found", 501, "not_offered_by_vendor", false),
        (405, "Method Not Allowed", 501, "not_offered_by_vendor", false),
        (413, "leak", 502, "upstream_failed", false),
        (600, "leak", 502, "upstream_failed", true),
    ];
    for (status, body, expected, code, tried) in cases {
        for (write, request) in
            [(false, request("GET", CONNECTOR, "")), (true, request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#))]
        {
            let run = run(&gateway(), &request, |_| answered(*status, body));
            assert_eq!((run.status, run.error()), (*expected, Some(*code)), "{status} {body}");
            assert_eq!(
                outcome(&run).as_deref(),
                (write && *tried).then_some("unknown"),
                "{status} {body}: {}",
                run.body
            );
            assert!(!run.body.contains("leak") && !run.raw_log.concat().contains("leak"), "{}", run.body);
        }
    }
}

#[test]
fn deep_nesting_in_an_answer_is_an_invalid_answer() {
    let deep = format!(r#"{{"id":"acmesaml0001","x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let run = run(&gateway(), &request("GET", CONNECTOR, ""), |_| answered(200, &deep));
    assert_eq!((run.status, run.error()), (502, Some("upstream_invalid_answer")));
}

#[test]
fn no_header_of_the_upstreams_reaches_the_caller() {
    let run = run(&gateway(), &request("GET", CONNECTOR, ""), |_| {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("set-cookie", "a=leak"),
            ("x-powered-by", "leak"),
            ("location", "https://leak.example"),
            ("etag", "\"leak\""),
            ("access-control-allow-origin", "*"),
            ("logto-core-request-id", "leak"),
            ("content-type", "text/html"),
            ("x-gateway-error", "leak"),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Outcome::Answered { status: 200, headers, body: crate::logto::ANSWER.as_bytes().to_vec() }
    });
    assert_eq!((run.status, run.header("content-type"), run.error()), (200, Some("application/json"), None));
    assert!(run.headers.values().all(|value| !value.to_str().unwrap().contains("leak")));
    assert_eq!(run.header("access-control-allow-origin"), None);
}

#[test]
fn too_many_requests_pass_with_the_time_to_wait() {
    for (write, request) in both() {
        for (value, expected) in [("7", Some("7")), (" 12 ", Some("12")), ("-1", None), ("soon", None), ("", None)] {
            let run = run(&gateway(), &request, |_| with_header(429, "retry-after", value));
            assert_eq!((run.status, run.error(), run.header("retry-after")), (429, Some("rate_limited"), expected));
            assert_eq!(outcome(&run), None, "refused, so nothing happened ({write})");
            assert_eq!(run.upstream().len(), 1);
        }
    }
}

/// The other of the two forms that RFC 9110 has: half a minute after the test's now.
#[test]
fn a_date_to_wait_for_is_passed_as_seconds() {
    let run = run(&gateway(), &request("GET", CONNECTOR, ""), |_| {
        with_header(429, "retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")
    });
    assert_eq!((run.status, run.header("retry-after")), (429, Some("30")));
}

#[test]
fn an_empty_answer_is_right_only_where_nothing_is_expected() {
    let deleted = run(&gateway(), &request("DELETE", IDP_INITIATED, ""), |_| answered(204, ""));
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    for (write, request) in both().into_iter().filter(|(_, request)| request.method != "DELETE") {
        for status in [200, 201, 202, 204] {
            let run = run(&gateway(), &request, |_| answered(status, ""));
            assert_eq!((run.status, run.error()), (502, Some("upstream_invalid_answer")));
            assert_eq!(outcome(&run).as_deref(), write.then_some("unknown"));
        }
    }
}

#[test]
fn an_upstream_that_answers_after_the_deadline_is_heard_but_nothing_more_is_sent() {
    let body = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    let run = run_at(&gateway(), &request("PATCH", CONNECTOR, body), NOW, |sent, now| {
        if sent.is_token() {
            return token();
        }
        assert_eq!(sent.method, "GET", "the write is not begun after the deadline");
        *now += 21_000;
        answered(
            200,
            r#"{"id":"acmesaml0001","config":{"clientSecret":"stored-client-secret","issuer":"https://idp.example.com"}}"#,
        )
    });
    assert_eq!((run.status, run.error(), outcome(&run)), (504, Some("upstream_timeout"), None));
}

#[test]
fn the_time_that_is_left_goes_along_with_each_exchange() {
    use sso_config_gateway::http::message::Step;
    let gateway = gateway();
    let Step::Exchange { request: first, suspended, .. } = gateway.begin(request("GET", CONNECTOR, "").inbound(), NOW)
    else {
        panic!("no exchange")
    };
    assert!(first.timeout_ms <= 20_000);
    let Step::Exchange { request: second, .. } = gateway.resume(&suspended, token(), NOW + 3_000) else {
        panic!("no exchange")
    };
    assert_eq!(second.timeout_ms, 17_000);
}

#[test]
fn a_crash_is_told_without_guessing() {
    for (write, request) in both() {
        let run = run(&gateway(), &request, |_| Outcome::Crashed);
        assert_eq!((run.status, run.error()), (500, Some("internal_error")));
        assert_eq!(outcome(&run).as_deref(), write.then_some("unknown"));
    }
}

#[test]
fn state_that_this_core_did_not_write_is_refused() {
    use sso_config_gateway::http::message::Step;
    for text in ["", "{}", "null", "[]", "{\"permit\":{}}"] {
        assert!(matches!(gateway().resume(text, answered(200, "{}"), NOW), Step::Lost), "{text}");
    }
}

/// The vendors' facts say: by status first. A server that failed may have done the write.
#[test]
fn a_write_is_not_repeated_after_a_failed_server_whatever_it_says() {
    let cases = [
        (request("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#), r#"{"ErrorCode":6002,"Message":"m"}"#),
        (request("PUT", SAML, r#"{"display_name":"x"}"#), r#"{"error_type":"invalid_authorization_header"}"#),
        (request("PUT", SAML, r#"{"display_name":"x"}"#), r#"{"error_type":"route_not_found"}"#),
        (request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#), r#"{"code":"auth.unauthorized"}"#),
    ];
    let rotation = serde_json::json!({ "UPSTREAM_STYTCH_TEST": { "credential": { "secret": ["STYTCH_TEST_SECRET", "STYTCH_NEXT"] } }, "STYTCH_NEXT": "next-stytch-secret-0123456789" });
    for (request, body) in cases {
        for status in [500, 502, 503] {
            let run = run(&crate::support::gateway_with(&rotation), &request, |_| answered(status, body));
            assert_eq!((run.upstream().len(), run.error()), (1, Some("upstream_failed")), "{status} {body}");
            assert_eq!(outcome(&run).as_deref(), Some("unknown"), "{status} {body}: {}", run.body);
        }
    }
}
