//! Credentials: attached once, cached, refreshed ahead, never expired, never shown.

use std::collections::VecDeque;

use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Millis, Outcome, Step};

use crate::support::{
    CONNECTION, LOGTO_SECRET, NOW, ORGANIZATION, STYTCH_SECRET, TOKEN, answered, bindings, gateway, request, run,
    run_at, token,
};

const LIST: &str = "/logto/api/sso-connectors";

fn token_named(name: &str, lifetime_s: u64) -> Outcome {
    answered(
        200,
        &format!(r#"{{"access_token":"{name}","expires_in":{lifetime_s},"token_type":"Bearer","scope":"all"}}"#),
    )
}

#[test]
fn stytch_gets_basic_credentials_and_nothing_of_the_callers() {
    let request = request("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), "")
        .header("cookie", "sid=1")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-http-method-override", "DELETE")
        .header("x-unknown", "1");
    let run = run(&gateway(), &request, |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("GET", &*format!("https://test.stytch.com/v1/b2b/sso/{ORGANIZATION}"))
        );
        let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["accept", "accept-language", "authorization", "user-agent", "via", "x-request-id"]);
        use base64ct::{Base64, Encoding};
        let expected = format!("Basic {}", Base64::encode_string(format!("project-test-1:{STYTCH_SECRET}").as_bytes()));
        assert_eq!(sent.header("authorization"), Some(&*expected));
        assert!(!sent.headers.iter().any(|(_, value)| value.contains(TOKEN)));
        answered(200, r#"{"status_code":200,"saml_connections":[],"oidc_connections":[],"external_connections":[]}"#)
    });
    assert_eq!(run.status, 200);
}

#[test]
fn a_member_session_travels_checked_and_unchanged() {
    let path = format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}");
    let good = request("GET", &path, "").header("x-stytch-member-session", "mock-member-session-token");
    let passed = run(&gateway(), &good, |sent| {
        assert_eq!(sent.header("x-stytch-member-session"), Some("mock-member-session-token"));
        answered(
            403,
            r#"{"status_code":403,"error_type":"session_authorization_error","error_message":"no","request_id":"r","error_url":"u"}"#,
        )
    });
    assert_eq!(
        (passed.status, passed.error()),
        (403, None),
        "with a member session the vendor's refusal is the member's"
    );
    for bad in ["", "a b", "a,b", "\t", &"x".repeat(9_000)] {
        let refused =
            crate::support::refused(&gateway(), &request("GET", &path, "").header("x-stytch-member-session", bad));
        assert_eq!((refused.status, refused.error()), (400, Some("bad_header")));
    }
}

#[test]
fn logto_tokens_are_asked_for_as_the_vendor_documents_and_reused() {
    let gateway = gateway();
    let mut fetched = Vec::new();
    for _ in 0..3 {
        let run = run_at(&gateway, &request("GET", LIST, ""), NOW, |sent, _| {
            if sent.is_token() {
                assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
                assert_eq!(sent.header("authorization"), None);
                fetched.push(sent.body.clone());
                return token();
            }
            assert_eq!(sent.header("authorization"), Some("Bearer fake-access-token-0123456789"));
            answered(200, "[]")
        });
        assert_eq!(run.status, 200);
    }
    let resource = "https%3A%2F%2Ftenant.logto.app%2Fapi";
    assert_eq!(
        fetched,
        [format!(
            "grant_type=client_credentials&client_id=logto-app&client_secret={LOGTO_SECRET}&resource={resource}&scope=all"
        )]
    );
}

#[test]
fn loginradius_lifetimes_are_read_in_both_spellings() {
    for (members, lifetime) in [
        (r#""expires_in":100"#, 100),
        (r#""expires_in":"100""#, 100),
        (r#""expire_in":"100""#, 100),
        (r#""expire_in":100"#, 100),
        (r#""token_type":"Bearer""#, 300),
    ] {
        let gateway = gateway();
        let answer = format!(r#"{{"access_token":"lr-token-0123456789",{members}}}"#);
        let mut fetches = 0;
        for after in [0, lifetime * 1_000 - 1] {
            run_at(
                &gateway,
                &request("GET", "/loginradius/v2/manage/custom-providers/saml", ""),
                NOW + after,
                |sent, _| {
                    if sent.is_token() {
                        assert_eq!(sent.url, "https://tenant.hub.loginradius.com/service/oauth/token");
                        assert_eq!(sent.header("content-type"), Some("application/json"));
                        fetches += 1;
                        return answered(200, &answer);
                    }
                    answered(200, r#"{"Data":[]}"#)
                },
            );
        }
        assert_eq!(fetches, 2, "{members}: expired a tenth before its end");
    }
}

#[test]
fn a_token_is_refreshed_ahead_of_time_and_never_used_after_its_end() {
    let gateway = gateway();
    let mut generation = 0;
    let mut used = Vec::new();
    for at in [0, 2_000, 2_699, 2_700, 3_500, 20_000] {
        run_at(&gateway, &request("GET", LIST, ""), NOW + at * 1_000, |sent, _| {
            if sent.is_token() {
                generation += 1;
                return token_named(&format!("token-number-{generation}"), 3_600);
            }
            used.push((
                at,
                sent.header("authorization").unwrap().trim_start_matches("Bearer token-number-").to_owned(),
            ));
            answered(200, "[]")
        });
    }
    let used: Vec<(u64, &str)> = used.iter().map(|(at, name)| (*at, name.as_str())).collect();
    assert_eq!(used, [(0, "1"), (2_000, "1"), (2_699, "1"), (2_700, "2"), (3_500, "2"), (20_000, "3")]);
}

#[test]
fn a_refresh_that_fails_makes_do_with_the_old_token_as_long_as_it_is_good() {
    let gateway = gateway();
    run_at(&gateway, &request("GET", LIST, ""), NOW, |sent, _| {
        if sent.is_token() { token_named("old-token-012345", 3_600) } else { answered(200, "[]") }
    });
    for (at, status) in [(3_000, 200), (3_569, 200), (3_570, 502)] {
        let run = run_at(&gateway, &request("GET", LIST, ""), NOW + at * 1_000, |sent, _| {
            if sent.is_token() {
                return Outcome::Failed(Failure::Broken);
            }
            assert_eq!(sent.header("authorization"), Some("Bearer old-token-012345"));
            answered(200, "[]")
        });
        assert_eq!(run.status, status, "at {at} s");
    }
}

#[test]
fn a_refused_token_is_dropped_fetched_once_and_the_request_repeated_once() {
    let gateway = gateway();
    let body = r#"{"syncProfile":true}"#;
    let mut fetches = 0;
    let mut seen = Vec::new();
    let run = run_at(&gateway, &request("PATCH", "/logto/api/sso-connectors/acmesaml0001", body), NOW, |sent, now| {
        *now += 5;
        if sent.is_token() {
            fetches += 1;
            return token_named(&format!("token-number-{fetches}"), 3_600);
        }
        seen.push((sent.header("authorization").unwrap().to_owned(), sent.body.clone()));
        if seen.len() == 1 {
            answered(401, r#"{"code":"auth.unauthorized","message":"x","data":{"code":"ERR_JWT_EXPIRED"}}"#)
        } else {
            answered(200, r#"{"id":"acmesaml0001"}"#)
        }
    });
    assert_eq!((run.status, fetches), (200, 2));
    assert_eq!(
        seen,
        [("Bearer token-number-1".to_owned(), body.to_owned()), ("Bearer token-number-2".to_owned(), body.to_owned())]
    );

    let refused = run_at(&gateway, &request("GET", LIST, ""), NOW + 100, |sent, now| {
        *now += 5;
        if sent.is_token() {
            token_named("another-token-01", 3_600)
        } else {
            answered(401, r#"{"code":"auth.unauthorized","message":"x"}"#)
        }
    });
    assert_eq!((refused.status, refused.error()), (502, Some("upstream_credential_refused")));
    assert_eq!(refused.upstream().len(), 2, "repeated once, not for ever");
}

#[test]
fn a_token_without_the_scope_is_not_used() {
    for scope in ["", r#","scope":"openid""#, r#","scope":"allow""#] {
        let answer = format!(r#"{{"access_token":"useless-token-0123","expires_in":3600{scope}}}"#);
        let run = run_at(&gateway(), &request("GET", LIST, ""), NOW, |sent, _| {
            assert!(sent.is_token(), "nothing is sent with such a token");
            answered(200, &answer)
        });
        assert_eq!((run.status, run.error()), (502, Some("upstream_credential_refused")));
        assert!(run.body.contains("scope"));
    }
}

#[test]
fn whatever_the_token_endpoint_answers_the_caller_hears_a_fixed_502_and_no_secret() {
    let leak = format!("client_secret={LOGTO_SECRET} is wrong");
    let cases: Vec<(Outcome, u16, &str)> = vec![
        (
            answered(401, &format!(r#"{{"error":"invalid_client","error_description":"{leak}"}}"#)),
            502,
            "upstream_credential_refused",
        ),
        (answered(400, &leak), 502, "upstream_credential_refused"),
        (answered(200, &format!("<html>{leak}</html>")), 502, "upstream_token_failed"),
        (
            answered(200, &format!(r#"{{"access_token":"","scope":"all","note":"{leak}"}}"#)),
            502,
            "upstream_token_failed",
        ),
        (answered(200, r#"{"access_token":"a\nb","scope":"all"}"#), 502, "upstream_token_failed"),
        (
            answered(200, r#"{"access_token":"abcdefgh","token_type":"mac","scope":"all"}"#),
            502,
            "upstream_token_failed",
        ),
        (answered(200, ""), 502, "upstream_token_failed"),
        (answered(302, &leak), 502, "upstream_token_failed"),
        (answered(500, &leak), 502, "upstream_token_failed"),
        (answered(429, &leak), 502, "upstream_token_failed"),
        (Outcome::Failed(Failure::Broken), 502, "upstream_token_failed"),
        (Outcome::Failed(Failure::TooLarge), 502, "upstream_token_failed"),
        (Outcome::Failed(Failure::TimedOut), 504, "upstream_timeout"),
    ];
    for (outcome, status, code) in cases {
        let mut outcomes = VecDeque::from([outcome]);
        let run = run_at(
            &gateway(),
            &request("PATCH", "/logto/api/sso-connectors/acmesaml0001", r#"{"syncProfile":true}"#),
            NOW,
            |_, _| outcomes.pop_front().unwrap(),
        );
        assert_eq!((run.status, run.error()), (status, Some(code)), "{}", run.body);
        assert_eq!(run.json()["code"], format!("gateway.{code}"));
        assert!(!run.body.contains("unknown"), "nothing was sent, so the outcome is known: {}", run.body);
        for text in run.raw_log.iter().chain([&run.body]) {
            assert!(!text.contains(LOGTO_SECRET) && !text.contains("is wrong"), "{text}");
        }
    }
}

#[test]
fn a_rotation_falls_back_to_the_other_secret_and_stays_with_it() {
    let both = serde_json::json!({ "UPSTREAM_LOGTO": { "credential": { "secret": ["LOGTO_SECRET", "LOGTO_NEXT"] } }, "LOGTO_NEXT": "next-logto-secret-0123456789",
        "UPSTREAM_STYTCH_TEST": { "credential": { "secret": ["STYTCH_TEST_SECRET", "STYTCH_NEXT"] } }, "STYTCH_NEXT": "next-stytch-secret-0123456789" });
    let gateway = Gateway::new(&bindings(&both));
    let mut asked = Vec::new();
    for _ in 0..2 {
        let run = run_at(&gateway, &request("GET", LIST, ""), NOW + 10_000_000 * asked.len() as Millis, |sent, _| {
            if !sent.is_token() {
                return answered(200, "[]");
            }
            asked.push(sent.body.contains("next-logto-secret"));
            if sent.body.contains("next-logto-secret") {
                token()
            } else {
                answered(401, r#"{"error":"invalid_client"}"#)
            }
        });
        assert_eq!(run.status, 200);
    }
    assert_eq!(asked, [false, true, true]);

    let list = request("GET", &format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}"), "");
    let mut headers = Vec::new();
    for _ in 0..2 {
        let run = run(&gateway, &list, |sent| {
            headers.push(sent.header("authorization").unwrap().to_owned());
            if headers.len() == 1 {
                answered(
                    401,
                    r#"{"status_code":401,"error_type":"unauthorized_credentials","error_message":"Unauthorized credentials."}"#,
                )
            } else {
                answered(200, r#"{"saml_connections":[]}"#)
            }
        });
        assert_eq!(run.status, 200);
    }
    assert_ne!(headers[0], headers[1]);
    assert_eq!(headers[1], headers[2]);
}

/// A crowd of requests on one instance, with a clock and a token endpoint that takes its time.
struct Crowd {
    steps: Vec<Option<Step>>,
    fetches: usize,
    in_flight: Vec<(usize, Millis, String)>,
    done: usize,
}

/// Runs `count` cold requests at once; `fetch` says when and how each token fetch ends, `None`: it never reports back.
fn crowd(count: usize, fetch: impl Fn(usize) -> Option<(Millis, Outcome)>) -> (Crowd, Vec<u16>) {
    let gateway = gateway();
    let list = request("GET", LIST, "");
    let mut now = NOW;
    let mut crowd = Crowd { steps: Vec::new(), fetches: 0, in_flight: Vec::new(), done: 0 };
    let mut statuses = Vec::new();
    for _ in 0..count {
        crowd.steps.push(Some(gateway.begin(list.inbound(), now)));
    }
    let mut waiting: Vec<(Millis, usize, String, Option<Outcome>)> = Vec::new();
    for _ in 0..2_000 {
        for (index, slot) in crowd.steps.iter_mut().enumerate() {
            let Some(step) = slot.take() else { continue };
            match step {
                Step::Lost | Step::Verify { .. } | Step::Limit { .. } | Step::Again { .. } => panic!("lost"),
                Step::Answer { answer, .. } => {
                    crowd.done += 1;
                    statuses.push(answer.status.as_u16());
                }
                Step::Wait { ms, suspended, .. } => {
                    waiting.push((now + u64::from(ms), index, suspended, Some(Outcome::Waited)))
                }
                Step::Exchange { request, suspended, .. } if request.url.ends_with("/token") => {
                    crowd.fetches += 1;
                    match fetch(crowd.fetches) {
                        Some((after, outcome)) => waiting.push((now + after, index, suspended, Some(outcome))),
                        None => crowd.in_flight.push((index, now, suspended)),
                    }
                }
                Step::Exchange { suspended, .. } => {
                    waiting.push((now + 1, index, suspended, Some(answered(200, "[]"))))
                }
            }
        }
        if waiting.is_empty() {
            break;
        }
        now = waiting.iter().map(|(at, ..)| *at).min().unwrap();
        waiting.retain_mut(|(at, index, suspended, outcome)| {
            if *at > now {
                return true;
            }
            crowd.steps[*index] = Some(gateway.resume(suspended, outcome.take().unwrap(), now));
            false
        });
    }
    (crowd, statuses)
}

#[test]
fn a_thousand_cold_requests_make_one_token_fetch_and_none_hangs() {
    let (crowd, statuses) = crowd(1_000, |_| Some((300, token())));
    assert_eq!((crowd.fetches, crowd.done), (1, 1_000));
    assert!(statuses.iter().all(|status| *status == 200));
}

#[test]
fn a_thousand_cold_requests_ask_a_broken_token_endpoint_at_most_three_times() {
    let (crowd, statuses) = crowd(1_000, |_| Some((300, answered(500, "down"))));
    assert!(crowd.fetches <= 3, "{} fetches", crowd.fetches);
    assert_eq!(crowd.done, 1_000);
    assert!(statuses.iter().all(|status| *status == 502));
}

#[test]
fn a_fetch_that_never_reports_back_is_taken_over_and_nobody_else_hangs() {
    let (crowd, statuses) = crowd(200, |number| (number > 1).then(|| (300, token())));
    assert_eq!((crowd.fetches, crowd.done, crowd.in_flight.len()), (2, 199, 1));
    assert!(statuses.iter().all(|status| *status == 200));
}

#[test]
fn a_hundred_requests_refused_together_fetch_one_new_token() {
    let gateway = gateway();
    run(&gateway, &request("GET", LIST, ""), |_| answered(200, "[]"));
    let list = request("GET", LIST, "");
    let suspended: Vec<String> = (0..100)
        .map(|_| match gateway.begin(list.inbound(), NOW + 1_000) {
            Step::Exchange { suspended, .. } => suspended,
            _ => panic!("a token is at hand"),
        })
        .collect();
    let steps: Vec<Step> = suspended
        .iter()
        .map(|state| gateway.resume(state, answered(401, r#"{"code":"auth.unauthorized"}"#), NOW + 1_010))
        .collect();
    let fetches = steps
        .iter()
        .filter(|step| matches!(step, Step::Exchange { request, .. } if request.url.ends_with("/token")))
        .count();
    let waits = steps.iter().filter(|step| matches!(step, Step::Wait { .. })).count();
    assert_eq!((fetches, waits), (1, 99));
}

#[test]
fn the_deadline_counts_waiting_for_a_token_too() {
    let run = run_at(
        &gateway(),
        &request(
            "PUT",
            &format!("/stytch-test/v1/b2b/sso/saml/{ORGANIZATION}/connections/{CONNECTION}"),
            r#"{"display_name":"x"}"#,
        ),
        NOW,
        |_, now| {
            *now += 30_000;
            Outcome::Failed(Failure::TimedOut)
        },
    );
    assert_eq!((run.status, run.error()), (504, Some("upstream_timeout")));
    assert_eq!(run.json()["error_details"]["outcome"], "unknown", "the write was sent");
    let late = run_at(
        &gateway(),
        &request("PATCH", "/logto/api/sso-connectors/acmesaml0001", r#"{"syncProfile":true}"#),
        NOW,
        |sent, now| {
            assert!(sent.is_token(), "nothing is sent after the deadline");
            *now += 21_000;
            token()
        },
    );
    assert_eq!((late.status, late.error()), (504, Some("upstream_timeout")));
    assert!(late.json()["data"]["outcome"].is_null(), "the write was never sent");
}
