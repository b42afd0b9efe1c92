//! T24, T25, T54: what a page on another site, a cache or a browser's guess could make of us.

use serde_json::json;
use sso_config_gateway::error::{Code, Rejection};
use sso_config_gateway::http::message::{Failure, Outcome};
use sso_config_gateway::http::respond::{Tongue, refusal};
use sso_config_gateway::validate::Problem;
use sso_config_gateway::vendor::Vendor;

use super::support::{CATALOGUE, ID, writers};
use crate::support::{NOW, TOKEN, answered, gateway, gateway_with, refused, request, run, run_at, sha256_hex, token};

/// What forms, beacons, `fetch` without a preflight and careless clients send, and what some frameworks read as JSON.
const TYPES: &[&str] = &[
    "",
    " ",
    "text/plain",
    "text/plain;charset=UTF-8",
    "text/plain; application/json",
    "text/json",
    "text/html",
    "text/xml",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "multipart/form-data",
    "multipart/form-data; boundary=application/json",
    "multipart/mixed; boundary=x",
    "application/octet-stream",
    "application/jsonp",
    "application/json5",
    "application/json-seq",
    "application/x-json",
    "application/jsonx",
    "application/ld+json",
    "application/csp-report",
    "application/reports+json",
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/vnd.api+json",
    "application/problem+json",
    "application/graphql",
    "application/javascript",
    "application/*",
    "*/*",
    "json",
    "application",
    "application/",
    "/json",
    "application/json, text/plain",
    "text/plain, application/json",
    "application/json,application/json",
    "application/json text/plain",
    "application/json/text",
    "application/json; charset=latin1",
    "application/json; charset=utf-16",
    "application/json; charset=utf-7",
    "application/json; charset=utf-8; charset=utf-16",
    "application/json; charset=",
    "application/json; boundary=x",
    "application/json; q=1",
    "application/json; text/plain",
    "application\\json",
    "application%2fjson",
    "\"application/json\"",
];

const ENCODINGS: &[&str] = &[
    "gzip",
    "GZIP",
    "x-gzip",
    "br",
    "deflate",
    "zstd",
    "compress",
    "identity",
    "dcb",
    "dcz",
    "aws-chunked",
    "chunked",
    "",
    "*",
    "gzip, gzip",
    "gzip, identity",
    "identity, gzip",
    "none",
    "utf-8",
    "gzip;q=0",
];

#[test]
fn t24_only_a_plain_json_body_is_acted_on() {
    assert!(TYPES.len() >= 50);
    let gateway = gateway();
    for case in writers() {
        for kind in TYPES {
            let run = refused(&gateway, &case.request().header("content-type", kind));
            assert_eq!((run.status, run.error()), (415, Some("unsupported_media_type")), "{kind:?}");
        }
        let untold = refused(&gateway, &case.request().without("content-type"));
        assert_eq!((untold.status, untold.error()), (415, Some("unsupported_media_type")));
        for kind in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            "application/json; charset=\"utf-8\"",
        ] {
            let run = run(&gateway, &case.request().header("content-type", kind), |_| case.answered());
            assert_eq!(run.status, case.answer.0, "{kind}: {}", run.body);
        }
    }
}

#[test]
fn t31_a_compressed_body_is_refused_also_where_there_is_none() {
    for case in CATALOGUE.iter() {
        for encoding in ENCODINGS {
            let run = refused(&gateway(), &case.request().header("content-encoding", encoding));
            assert_eq!((run.status, run.error()), (415, Some("unsupported_media_type")), "{encoding:?}");
        }
    }
}

#[test]
fn t24_a_cookie_is_neither_a_credential_nor_passed_on() {
    for case in CATALOGUE.iter() {
        for cookie in [
            format!("token={TOKEN}"),
            format!("authorization=Bearer {TOKEN}"),
            format!("Authorization=\"Bearer {TOKEN}\"; session=1"),
            format!("__Host-session={TOKEN}"),
            format!("ssogw={TOKEN}; access_token={TOKEN}; jwt={TOKEN}"),
            "stytch_session=x; _logto=y".to_owned(),
        ] {
            let alone = refused(&gateway(), &case.request().without("authorization").header("cookie", &cookie));
            assert_eq!((alone.status, alone.error()), (401, Some("unauthenticated")), "{cookie}");
            let beside = run(&gateway(), &case.request().header("cookie", &cookie), |sent| {
                assert_eq!(sent.header("cookie"), None);
                case.answered()
            });
            assert_eq!((beside.status, beside.header("set-cookie")), (case.answer.0, None));
        }
    }
}

/// Headers of every answer.
fn armoured(headers: &http::HeaderMap, what: &str) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("referrer-policy", "no-referrer"),
        ("x-request-id", "11111111-2222-4333-8444-555555555555"),
    ] {
        let given: Vec<_> = headers.get_all(name).iter().collect();
        assert_eq!(given, [value], "{name} of {what}");
    }
    for name in ["set-cookie", "etag", "last-modified", "expires", "age", "location", "refresh", "link"] {
        assert!(!headers.contains_key(name), "{name} of {what}");
    }
    let kind = headers.get("content-type").map(|kind| kind.to_str().unwrap());
    assert!(matches!(kind, None | Some("application/json" | "application/problem+json")), "{kind:?} of {what}");
}

#[test]
fn t54_every_error_there_is_has_the_armour_in_every_shape() {
    let tongues = Vendor::ALL.iter().map(|vendor| Tongue::Vendor(*vendor)).chain([Tongue::Problem]);
    for tongue in tongues {
        for code in Code::ALL {
            let mut rejection = Rejection::new(*code, "<script>alert(1)</script>");
            rejection.problems = vec![Problem::error("/<img src=x>", "wrong_type", "<b>".to_owned())];
            rejection.retry_after_s = Some(1);
            rejection.allow = Some("GET".to_owned());
            let answer = refusal(&rejection, tongue, "11111111-2222-4333-8444-555555555555");
            armoured(&answer.headers, code.name());
            assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok(), "{}", code.name());
        }
    }
}

#[test]
fn t25_t54_every_answer_has_the_armour_whatever_the_upstream_says() {
    let html = || {
        let mut headers = http::HeaderMap::new();
        for (name, value) in [
            ("content-type", "text/html"),
            ("cache-control", "public, max-age=31536000"),
            ("etag", "\"1\""),
            ("set-cookie", "a=b"),
            ("content-security-policy", "default-src *"),
            ("x-content-type-options", "sniff"),
            ("vary", "*"),
        ] {
            headers.insert(name, http::HeaderValue::from_static(value));
        }
        headers
    };
    let answer = |status, body: &str| Outcome::Answered { status, headers: html(), body: body.as_bytes().to_vec() };
    let gateway = gateway();
    for case in CATALOGUE.iter() {
        for make in [
            &|| answer(case.answer.0, &case.answer.1) as Outcome,
            &|| answer(200, "<html><script>alert(1)</script>"),
            &|| answer(200, ""),
            &|| answer(304, ""),
            &|| answer(302, "<html>"),
            &|| answer(400, r#"{"code":"a.b","ErrorCode":1079,"error_type":"bad_request","message":"<html>"}"#),
            &|| answer(401, "{}"),
            &|| answer(404, "<html>"),
            &|| answer(429, "<html>"),
            &|| answer(500, "<html>"),
            &|| Outcome::Failed(Failure::TimedOut),
            &|| Outcome::Failed(Failure::Broken),
            &|| Outcome::Failed(Failure::TooLarge),
            &|| Outcome::Crashed,
        ] as [&dyn Fn() -> Outcome; 14]
        {
            let run = run_at(&gateway, &case.request(), NOW, |sent, _| if sent.is_token() { token() } else { make() });
            armoured(&run.headers, &format!("{} {}", case.operation.name, run.status));
            assert!(
                run.body.is_empty() || serde_json::from_str::<serde_json::Value>(&run.body).is_ok(),
                "{}",
                run.body
            );
        }
    }
    for (method, path) in
        [("GET", "/"), ("GET", "/healthz"), ("GET", "/readyz"), ("POST", "/healthz"), ("GET", "/x.css")]
    {
        armoured(&refused(&gateway, &request(method, path, "")).headers, path);
    }
}

#[test]
fn t25_a_path_that_looks_like_a_file_is_no_answer_to_keep() {
    for case in CATALOGUE.iter() {
        for ending in
            ["/x.css", "/.js", "/a.png", ";a.css", "%2fx.css", "%3bx.css", "%00.css", "%0a.css", "/%2e.css", "//x.css"]
        {
            let run = refused(&gateway(), &request("GET", &format!("{}{ending}", case.path()), ""));
            assert!(matches!(run.status, 400 | 404 | 405), "{}{ending}: {}", case.path(), run.status);
            armoured(&run.headers, ending);
        }
    }
}

#[test]
fn t25_no_condition_or_range_changes_an_answer() {
    for case in CATALOGUE.iter().filter(|case| !case.is_write()) {
        let plain = run(&gateway(), &case.request(), |_| case.answered());
        for (name, value) in [
            ("range", "bytes=0-1"),
            ("range", "bytes=-1"),
            ("if-range", "\"1\""),
            ("if-none-match", "*"),
            ("if-none-match", "\"1\", W/\"2\""),
            ("if-match", "\"1\""),
            ("if-modified-since", "Thu, 01 Jan 2099 00:00:00 GMT"),
            ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("cache-control", "only-if-cached, max-age=99999"),
            ("pragma", "cache"),
            ("accept-encoding", "gzip"),
            ("accept", "text/html"),
            ("accept-language", "de"),
            ("x-forwarded-host", "other.example"),
            ("user-agent", "mobile"),
        ] {
            let again = run(&gateway(), &case.request().header(name, value), |sent| {
                assert_eq!(sent.header(name).filter(|sent| *sent == value), None);
                case.answered()
            });
            assert_eq!(
                (again.status, &again.body, &again.headers),
                (plain.status, &plain.body, &plain.headers),
                "{name}"
            );
        }
    }
}

#[test]
fn t25_two_callers_of_one_address_each_get_their_own() {
    const OTHER: &str = "ssogw_other-caller-000000000000000000000000000000";
    let list = |connection: &str| json!([{ "upstream": "logto", "access": "read", "connections": [connection] }]);
    let gateway = gateway_with(&json!({
        "CALLER_TEST": { "grants": list("mine00000001") },
        "CALLER_OTHER": { "token_sha256": sha256_hex(OTHER), "grants": list(ID) },
    }));
    let all = format!(r#"[{{"id":"mine00000001"}},{{"id":"{ID}"}}]"#);
    for round in 0..20 {
        let (token, own, foreign) =
            if round % 3 == 0 { (OTHER, ID, "mine00000001") } else { (TOKEN, "mine00000001", ID) };
        let asked = request("GET", "/logto/api/sso-connectors", "").header("authorization", &format!("Bearer {token}"));
        let run = run(&gateway, &asked, |_| answered(200, &all));
        assert!(run.body.contains(own) && !run.body.contains(foreign), "{}", run.body);
    }
}
