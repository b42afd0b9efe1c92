//! Bodies: strict JSON, of one kind, of bounded size, and only where one belongs.

use http::{HeaderName, HeaderValue};
use sso_config_gateway::http::message::Step;

use crate::support::{
    CONNECTOR, IDP_INITIATED, NOW, ORGANIZATION, PROVIDER, Request, SAML, answered, gateway, refused, request, run,
};

const WRITES: &[(&str, &str)] = &[("PATCH", CONNECTOR), ("PUT", IDP_INITIATED), ("PUT", PROVIDER), ("PUT", SAML)];

/// A request whose body is bytes.
fn bytes(method: &'static str, path: &str, body: &[u8]) -> Request {
    let mut request = request(method, path, "x");
    request.body = body.to_vec();
    request
}

#[test]
fn what_is_not_strict_json_is_refused_with_its_place() {
    let deep = |depth: usize| format!("{{\"config\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"{".to_vec(), "Line 1, column 2: the body ends before the JSON value does; check that it was sent whole."),
        (b"{\n \"a\": 01}".to_vec(), "Line 2, column 8: this is not a JSON number"),
        (
            b"{\"a\":1,\n\"a\":2}".to_vec(),
            "Line 2, column 1: the member \"a\" appears more than once in an object; send it once.",
        ),
        (br#"{"ab":1,"\u0061\u0062":2}"#.to_vec(), "Line 1, column 9: the member \"ab\" appears more than once"),
        (br#"{"config":{"x":{"y":1,"y":2}}}"#.to_vec(), "the member \"y\" appears more than once"),
        (br#"{"config":[{"y":1},{"y":1,"y":null}]}"#.to_vec(), "the member \"y\" appears more than once"),
        (b"\xef\xbb\xbf{}".to_vec(), "Line 1, column 1: the body begins with a byte order mark"),
        (b"{\"a\":\"\xff\"}".to_vec(), "the body is not valid UTF-8"),
        (br#"{"a":"\ud800"}"#.to_vec(), "half of a surrogate pair"),
        (b"{\"a\":\"\n\"}".to_vec(), "a string holds a raw control character"),
        (b"{'a':1}".to_vec(), "single quotes are not JSON"),
        (b"{\"a\":1,}".to_vec(), "a comma here has nothing after it"),
        (b"{} {}".to_vec(), "there is more after the JSON value"),
        (b"{\"a\":NaN}".to_vec(), "Line 1, column 6: "),
        (b"/* a */{}".to_vec(), "comments are not JSON"),
        (b"[]".to_vec(), "The body must be a JSON object, not an array."),
        (b"null".to_vec(), "The body must be a JSON object, not null."),
        (b"\"text\"".to_vec(), "The body must be a JSON object, not a string."),
        (b"   ".to_vec(), "the body is empty"),
        (deep(65).into_bytes(), "nested deeper than 64 levels"),
        ("[".repeat(100_000).into_bytes(), "nested deeper than 64 levels"),
    ];
    for (method, path) in WRITES {
        for (body, sentence) in &cases {
            let request = bytes(method, path, body).header("accept", "application/problem+json");
            let run = refused(&gateway(), &request);
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
            assert_eq!((run.status, run.error()), (400, Some("invalid_json")), "{shown}");
            assert!(run.json()["detail"].as_str().unwrap().contains(sentence), "{shown}: {}", run.body);
        }
    }
    // One level less is read, and refused for what it means.
    let run = refused(&gateway(), &bytes("PATCH", CONNECTOR, deep(64).as_bytes()));
    assert_eq!(run.error(), Some("invalid_body"));
}

#[test]
fn an_empty_body_means_what_the_operation_makes_of_it() {
    for kind in [Some("application/json"), None] {
        let empty = |method, path| {
            let request = bytes(method, path, b"");
            kind.map_or_else(
                || bytes(method, path, b"").without("content-type"),
                |kind| request.header("content-type", kind),
            )
        };
        for (method, path) in [("PUT", IDP_INITIATED), ("PUT", PROVIDER)] {
            let run = refused(&gateway(), &empty(method, path));
            assert_eq!((run.status, run.problems()), (400, vec!["body_empty;".to_owned()]), "{path}");
        }
        for (method, path, answer) in [("PATCH", CONNECTOR, crate::logto::ANSWER), ("PUT", SAML, crate::stytch::ANSWER)]
        {
            let run = run(&gateway(), &empty(method, path), |sent| {
                assert_eq!((sent.body.as_str(), sent.header("content-type")), ("{}", Some("application/json")));
                answered(200, answer)
            });
            assert_eq!(run.status, 200, "{path}");
        }
    }
}

#[test]
fn an_operation_without_a_body_takes_none() {
    for (method, path) in [
        ("GET", CONNECTOR.to_owned()),
        ("GET", "/logto/api/sso-connectors".to_owned()),
        ("DELETE", IDP_INITIATED.to_owned()),
        ("GET", PROVIDER.to_owned()),
        ("GET", format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}")),
    ] {
        for body in ["{\"x\":1}", "x", "[]", "null", "{}{}", "0"] {
            let run = refused(&gateway(), &request(method, &path, body));
            assert_eq!((run.status, run.error()), (400, Some("unexpected_body")), "{method} {path} {body}");
        }
    }
    // Some SDKs send an empty object with a DELETE.
    for body in ["{}", " {}\n", "  "] {
        let run = run(&gateway(), &request("DELETE", IDP_INITIATED, body), |sent| {
            assert_eq!((sent.body.as_str(), sent.header("content-type")), ("", None));
            answered(204, "")
        });
        assert_eq!(run.status, 204);
    }
}

#[test]
fn headers_that_are_read_and_are_not_text_are_refused_and_others_do_not_matter() {
    let gateway = gateway();
    let mut inbound = request("PUT", SAML, "{}").inbound();
    inbound.bad_headers.push("cf-ipcity".to_owned());
    assert!(matches!(gateway.begin(inbound, NOW), Step::Exchange { .. }), "a proxy may add what it likes");
    for name in ["content-type", "authorization", "origin", "x-stytch-member-session"] {
        let mut inbound = request("PUT", SAML, "{}").inbound();
        inbound.bad_headers.push(name.to_owned());
        let Step::Answer { answer, .. } = gateway.begin(inbound, NOW) else { panic!("sent") };
        assert_eq!(answer.headers["x-gateway-error"], "bad_header", "{name}");
    }
    // What the frame makes of such a value: an empty one.
    let mut inbound = request("PUT", SAML, "{}").inbound();
    inbound.headers.insert(HeaderName::from_static("authorization"), HeaderValue::from_static(""));
    inbound.bad_headers.push("authorization".to_owned());
    let Step::Answer { answer, .. } = gateway.begin(inbound, NOW) else { panic!("sent") };
    assert_eq!(answer.status.as_u16(), 401);
}
