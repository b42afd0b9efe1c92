//! T38, T49: how much one request can be made to cost, whatever goes wrong behind it.

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Millis, Outcome};

use super::support::{CATALOGUE, Case};
use crate::support::{CONNECTOR, NOW, Request, Run, answered, gateway_with, request, run_at};

/// Exchanges that one request may cause. The platform would stop at fifty.
const MOST: usize = 10;
/// Of these, exchanges with the upstream itself: a reading, the operation, and one of them once more.
const MOST_CALLS: usize = 3;
/// Of these, token fetches.
const MOST_FETCHES: usize = 3;
/// The gateway's deadline, in milliseconds.
const DEADLINE: Millis = 20_000;

/// Every operation, and a write that needs a reading first.
fn requests() -> Vec<Request> {
    let masked = r#"{"config":{"clientId":"c","clientSecret":"[redacted]","issuer":"https://idp.example.com"}}"#;
    CATALOGUE.iter().map(Case::request).chain([request("PATCH", CONNECTOR, masked)]).collect()
}

/// Two secrets everywhere, so that there is something to alternate between.
fn rotating() -> Gateway {
    let secret = |name: &str| json!({ "credential": { "secret": [name, "NEXT"] } });
    gateway_with(&json!({
        "UPSTREAM_LOGTO": secret("LOGTO_SECRET"), "UPSTREAM_STYTCH_TEST": secret("STYTCH_TEST_SECRET"),
        "UPSTREAM_LOGINRADIUS": secret("LOGINRADIUS_SECRET"), "NEXT": "next-secret-of-all-0123456789",
    }))
}

fn with_header(status: u16, name: &'static str, value: &'static str) -> Outcome {
    let headers = HeaderMap::from_iter([(http::HeaderName::from_static(name), HeaderValue::from_static(value))]);
    Outcome::Answered { status, headers, body: b"{}".to_vec() }
}

const FAULTS: usize = 48;

/// One of the [`FAULTS`].
fn fault(number: usize) -> Outcome {
    const STATUSES: [u16; 26] = [
        100, 200, 201, 204, 206, 301, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 422, 425, 429, 500, 502,
        503, 504, 599, 999,
    ];
    const REFUSED: &str = r#"{"code":"auth.unauthorized","ErrorCode":6002,"error_type":"unauthorized_credentials"}"#;
    match number {
        0..26 => answered(STATUSES[number], ""),
        26 => Outcome::Failed(Failure::Broken),
        27 => Outcome::Failed(Failure::TimedOut),
        28 => Outcome::Failed(Failure::TooLarge),
        29 => Outcome::Crashed,
        30 => with_header(429, "retry-after", "3600"),
        31 => with_header(429, "retry-after", "99999999999"),
        32 => with_header(503, "retry-after", "Fri, 01 Jan 2100 00:00:00 GMT"),
        33 => with_header(301, "location", "https://evil.example"),
        34 => answered(200, "<html>busy</html>"),
        35 => answered(200, r#"{"id":"otherconnect1","Provider":"other"}"#),
        36 => answered(200, r#"{"id":"#),
        37 => answered(401, REFUSED),
        38 => answered(403, REFUSED),
        39 => answered(200, REFUSED),
        40 => answered(500, REFUSED),
        41 => answered(404, REFUSED),
        42 => {
            answered(401, r#"{"code":"auth.jwt_expired","ErrorCode":908,"error_type":"invalid_authorization_header"}"#)
        }
        43 => answered(200, r#"{"access_token":"short-lived-token","expires_in":1,"scope":"all"}"#),
        44 => answered(200, r#"{"access_token":"ended-token-0123","expires_in":0,"scope":"all"}"#),
        45 => answered(200, r#"{"access_token":"good-token-01234","expires_in":3600,"scope":"all"}"#),
        46 => answered(200, r#"{"access_token":"no-scope-token-1","expires_in":3600}"#),
        _ => answered(
            200,
            r#"{"id":"acmesaml0001","config":{"clientSecret":"stored","issuer":"https://idp.example.com"}}"#,
        ),
    }
}

/// Status of an outcome that says that nothing was done, so that a write may be sent again.
fn says_no(number: usize) -> bool {
    matches!(fault(number), Outcome::Answered { status: 200..=499, .. })
}

/// Carries a request out, each exchange meeting the fault that `script` names and taking as long as it says.
fn under(
    gateway: &Gateway,
    request: &Request,
    start: Millis,
    mut script: impl FnMut(usize, bool) -> (usize, Millis),
) -> Run {
    let (mut exchange, mut write_met) = (0, None);
    let run = run_at(gateway, request, start, |sent, now| {
        assert!(*now < start + DEADLINE, "an exchange after the deadline");
        let (number, takes) = script(exchange, sent.is_token());
        exchange += 1;
        if sent.write
            && let Some(earlier) = write_met.replace(number)
        {
            assert!(says_no(earlier), "a write that may have happened was sent again");
        }
        *now += takes;
        fault(number)
    });
    let calls = run.upstream().len();
    let fetches = run.sent.len() - calls;
    assert!(
        run.sent.len() <= MOST && calls <= MOST_CALLS && fetches <= MOST_FETCHES,
        "{calls} calls, {fetches} fetches"
    );
    if let Some(wait) = run.header("retry-after") {
        assert!(wait.parse::<u64>().unwrap() <= 3_600, "{wait}");
    }
    assert!(run.status < 400 || run.error().is_some() || run.sent.len() > fetches, "{}", run.body);
    run
}

#[test]
fn t38_t49_no_fault_makes_one_request_many() {
    for request in requests() {
        for upstream in 0..FAULTS {
            for token in [45, 43, 44, 27, 37, 29] {
                let takes = if (upstream + token) % 2 == 0 { 40 } else { 0 };
                under(&rotating(), &request, NOW, |_, is_token| (if is_token { token } else { upstream }, takes));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_shrink_iters: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// One fault after another, in any order, each as slow as it likes, several requests on one instance.
    #[test]
    fn t38_t49_no_sequence_of_faults_makes_one_request_many(
        runs in proptest::collection::vec((any::<Index>(), proptest::collection::vec((0..FAULTS, 0_u64..9_000, any::<bool>()), 12), 0_u64..4_000_000), 1..5),
    ) {
        let gateway = rotating();
        let requests = requests();
        let mut start = NOW;
        for (request, script, later) in runs {
            start += later;
            under(&gateway, request.get(&requests), start, |exchange, is_token| {
                let (number, takes, good) = script.get(exchange).copied().unwrap_or((45, 0, true));
                // Mostly good tokens, else nothing else would ever be met.
                (if is_token && good { 45 } else { number }, takes / 10)
            });
        }
    }
}
