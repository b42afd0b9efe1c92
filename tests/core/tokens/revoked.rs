//! Keys that their issuer has withdrawn, and tokens that have ended: what was believed before is of no use to them.

use serde_json::json;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Found, Millis, Outcome, Step};

use super::maker::{Signer, ec, ed, other_ec};
use super::{JWKS_URL, SECONDS, WHO, ask_at, claims, fetching, is_refused, jwks, portal_gateway};
use crate::support::{NOW, Run, is_good, request};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;

fn lasting(signer: &Signer) -> String {
    signer.token(&claims().with("exp", &(SECONDS + 86_400).to_string()))
}

fn down(gateway: &Gateway, token: &str, now: Millis) -> Run {
    ask_at(gateway, token, now, |_, _| Outcome::Failed(Failure::Broken))
}

#[test]
fn t22_a_withdrawn_key_stops_working_within_five_minutes_also_for_tokens_that_are_remembered() {
    let gateway = fetching();
    let token = lasting(&ec());
    let run = ask_at(&gateway, &token, NOW, |_, _| jwks(&[ec().jwk(), ed().jwk()]));
    assert_eq!((run.status, run.checked), (200, 1));
    // The issuer withdraws the key now. Until the set has to be looked at again, nobody knows.
    let run = ask_at(&gateway, &token, NOW + 5 * MINUTE - 1, |url, _| panic!("fetched {url}"));
    assert_eq!((run.status, run.checked), (200, 0));
    let run = ask_at(&gateway, &token, NOW + 5 * MINUTE, |_, _| jwks(&[ed().jwk()]));
    assert_eq!((run.sent.len(), run.checked), (1, 0));
    is_refused(&run, "unknown_key", "withdrawn");
    is_refused(&ask_at(&gateway, &token, NOW + 5 * MINUTE + 1, |url, _| panic!("{url}")), "unknown_key", "still");
}

#[test]
fn t22_a_key_replaced_under_its_own_name_takes_its_remembered_tokens_along() {
    let gateway = fetching();
    let (old, new) = (lasting(&ec()), lasting(&other_ec()));
    assert_eq!(ask_at(&gateway, &old, NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
    let run = ask_at(&gateway, &old, NOW + 5 * MINUTE, |_, _| jwks(&[other_ec().jwk()]));
    is_refused(&run, "bad_signature", "another key of that name");
    assert_eq!(run.checked, 1);
    let run = ask_at(&gateway, &new, NOW + 5 * MINUTE, |url, _| panic!("{url}"));
    assert_eq!(run.status, 200);
}

#[test]
fn t22_while_the_issuer_is_down_its_last_keys_serve_for_an_hour_and_not_longer() {
    let gateway = fetching();
    let token = lasting(&ec());
    assert_eq!(ask_at(&gateway, &token, NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
    let mut fetched = 0;
    for minute in 1..60 {
        let run = down(&gateway, &token, NOW + minute * MINUTE);
        assert_eq!(run.status, 200, "{minute}");
        fetched += run.sent.len();
    }
    assert_eq!(fetched, 55, "once a minute from the fifth on");
    assert_eq!(down(&gateway, &token, NOW + HOUR - 1).status, 200);
    for now in [NOW + HOUR, NOW + HOUR + 1, NOW + 2 * HOUR, NOW + 23 * HOUR] {
        let run = down(&gateway, &token, now);
        assert_eq!((run.status, run.error()), (503, Some("caller_keys_unavailable")), "{now}");
    }
    let run = ask_at(&gateway, &token, NOW + 23 * HOUR + 5_000, |_, _| jwks(&[ec().jwk()]));
    assert_eq!(run.status, 200, "and it serves again once the issuer does");
}

#[test]
fn t22_a_remembered_token_ends_when_it_says() {
    for (leeway, written) in [(0, true), (30, true), (30, false)] {
        let keys = json!([ec().jwk()]);
        let source = if written { json!({ "keys": keys }) } else { json!({ "jwks_url": JWKS_URL }) };
        let mut patch = source;
        patch["leeway_s"] = json!(leeway);
        let gateway = portal_gateway(&patch);
        let token = ec().token(&claims().with("exp", &(SECONDS + 60).to_string()));
        let ask = |now| ask_at(&gateway, &token, now, |_, _| jwks(&[ec().jwk()]));
        assert_eq!(ask(NOW).status, 200);
        let end = NOW + (60 + leeway) * 1_000;
        let run = ask(end - 1);
        assert_eq!((run.status, run.checked), (200, 0), "{leeway}");
        is_refused(&ask(end), "expired", "remembered, but over");
        is_refused(&ask(end + HOUR), "expired", "long over");
    }
}

#[test]
fn t22_a_signature_is_believed_for_ten_minutes() {
    let gateway = portal_gateway(&json!({ "keys": [ec().jwk()] }));
    let token = lasting(&ec());
    let checked = |now| ask_at(&gateway, &token, now, |url, _| panic!("{url}")).checked;
    assert_eq!([checked(NOW), checked(NOW + 10 * MINUTE - 1), checked(NOW + 10 * MINUTE)], [1, 0, 1]);
    assert_eq!([checked(NOW + 20 * MINUTE - 1), checked(NOW + 20 * MINUTE)], [0, 1], "use does not lengthen it");
}

#[test]
fn t22_a_token_is_checked_anew_where_its_key_is_replaced_while_its_signature_is_checked() {
    let gateway = fetching();
    let token = lasting(&ec());
    assert_eq!(ask_at(&gateway, &lasting(&ec()), NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
    let request = |token: &str| request("GET", WHO, "").header("authorization", &format!("Bearer {token}"));
    let late = request(&ec().token(&claims().with("exp", &(SECONDS + 86_400).to_string()).with("sub", r#""user-2""#)));
    // One request's signature is with the platform …
    let Step::Verify { check, suspended } = gateway.begin(late.inbound(), NOW + 5 * MINUTE - 1) else {
        panic!("a signature to check")
    };
    assert!(is_good(&check));
    // … when another one learns that the issuer has replaced the key by one of the same name.
    let run = ask_at(&gateway, &token, NOW + 5 * MINUTE, |_, _| jwks(&[other_ec().jwk()]));
    is_refused(&run, "bad_signature", "replaced");
    let good = Outcome::Arrival(Found::Signature(true), Box::new(late.inbound()));
    let Step::Verify { check, suspended } = gateway.resume(&suspended, good, NOW + 5 * MINUTE + 1) else {
        panic!("a signature that is good under a withdrawn key was believed")
    };
    assert!(!is_good(&check));
    let bad = Outcome::Arrival(Found::Signature(false), Box::new(late.inbound()));
    let Step::Answer { answer, .. } = gateway.resume(&suspended, bad, NOW + 5 * MINUTE + 2) else { panic!("an end") };
    assert_eq!(answer.status.as_u16(), 401);
}

#[test]
fn t22_what_a_caller_may_do_is_decided_anew_although_its_token_is_remembered() {
    let gateway = portal_gateway(&json!({ "keys": [ec().jwk()] }));
    let token = format!("Bearer {}", lasting(&ec()));
    let own = format!("/stytch-test/v1/b2b/sso/{}", crate::support::ORGANIZATION);
    let answer = r#"{"status_code":200,"request_id":"request-id-test-b05c992f-ebdc-489d-a754-c7e70ba13141","saml_connections":[],"oidc_connections":[],"external_connections":[]}"#;
    for _ in 0..3 {
        for (method, path, status) in [
            ("GET", own.as_str(), 200),
            ("GET", "/stytch-test/v1/b2b/sso/organization-test-other", 403),
            ("GET", "/logto/api/sso-connectors", 403),
        ] {
            let request = request(method, path, "").header("authorization", &token);
            let run = crate::support::run(&gateway, &request, |_| crate::support::answered(200, answer));
            assert_eq!((run.status, run.sent.len()), (status, usize::from(status == 200)), "{path}: {}", run.body);
        }
    }
}
