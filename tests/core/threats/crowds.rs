//! T34, T35, T38: many requests at once on one instance.

use serde_json::json;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Millis, Outcome, Step};

use super::support::Dice;
use crate::support::{NOW, TOKEN, answered, gateway, request, run, sha256_hex, token};

const LIST: &str = "/logto/api/sso-connectors";

/// A crowd of requests on one instance, with a clock and a token endpoint that takes its time.
struct Crowd {
    steps: Vec<Option<Step>>,
    fetches: usize,
    in_flight: Vec<(usize, Millis, String)>,
    done: usize,
}

/// Runs `count` cold requests at once, of which the first `gone` hang up at once and are never heard of again; `fetch` says when and how each token fetch ends, `None`: it never reports back.
fn crowd(count: usize, gone: usize, fetch: impl Fn(usize) -> Option<(Millis, Outcome)>) -> (Crowd, Vec<u16>) {
    let gateway = gateway();
    let list = request("GET", LIST, "");
    let mut now = NOW;
    let mut crowd = Crowd { steps: Vec::new(), fetches: 0, in_flight: Vec::new(), done: 0 };
    let mut statuses = Vec::new();
    for _ in 0..count {
        crowd.steps.push(Some(gateway.begin(list.inbound(), now)));
    }
    crowd.steps.iter_mut().take(gone).for_each(|step| *step = None);
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
fn t38_a_thousand_cold_requests_make_one_token_fetch_and_none_hangs() {
    let (crowd, statuses) = crowd(1_000, 0, |_| Some((300, token())));
    assert_eq!((crowd.fetches, crowd.done), (1, 1_000));
    assert!(statuses.iter().all(|status| *status == 200));
}

#[test]
fn t38_a_thousand_cold_requests_ask_a_broken_token_endpoint_at_most_three_times() {
    let (crowd, statuses) = crowd(1_000, 0, |_| Some((300, answered(500, "down"))));
    assert!(crowd.fetches <= 3, "{} fetches", crowd.fetches);
    assert_eq!(crowd.done, 1_000);
    assert!(statuses.iter().all(|status| *status == 503));
}

#[test]
fn t35_a_fetch_that_never_reports_back_is_taken_over_and_nobody_else_hangs() {
    let (crowd, statuses) = crowd(200, 0, |number| (number > 1).then(|| (300, token())));
    assert_eq!((crowd.fetches, crowd.done, crowd.in_flight.len()), (2, 199, 1));
    assert!(statuses.iter().all(|status| *status == 200));
}

#[test]
fn t38_a_hundred_requests_refused_together_fetch_one_new_token() {
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
fn t35_a_thousand_callers_that_hang_up_during_a_fetch_keep_nobody_waiting() {
    let (crowd, statuses) = crowd(1_100, 1_000, |_| Some((300, token())));
    assert_eq!((crowd.fetches, crowd.done), (1, 100), "one of the others fetches in their place");
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

/// Upstreams in all vendors' ways, some of them at one and the same host.
const UPSTREAMS: usize = 50;

fn fifty() -> Gateway {
    let mut all = json!({ "GATEWAY": { "public_origin": "https://gateway.example.com" } });
    let mut grants = Vec::new();
    for number in 0..UPSTREAMS {
        let (name, secret) = (format!("U{number:02}"), format!("SECRET_{number:02}"));
        // Each five share a host, as environments and organizations of one account do.
        let host = format!("https://h{}.example.com", number / 5);
        let (credential, whose) = match number % 3 {
            0 => (json!({ "kind": "basic", "username": "project-test-1", "secret": secret }), "organizations"),
            1 => (
                json!({ "kind": "client_credentials", "client_id": "app", "secret": secret, "resource": "https://r.example.com" }),
                "connections",
            ),
            _ => (
                json!({ "kind": "client_credentials", "client_id": "app", "secret": secret, "audience": "a", "token_url": format!("{host}/token") }),
                "connections",
            ),
        };
        let vendor = ["stytch", "logto", "loginradius"][number % 3];
        all[format!("UPSTREAM_{name}")] = json!({ "vendor": vendor, "base_url": host, "credential": credential });
        all[secret] = json!(format!("secret-of-{name}-0123456789"));
        grants.push(json!({ "upstream": name.to_lowercase(), "access": "write", whose: "all" }));
    }
    let caller = json!({ "token_sha256": sha256_hex(TOKEN), "grants": grants });
    assert!(caller.to_string().len() <= 5_120, "an entry has at most 5 kB");
    all["CALLER_TEST"] = caller;
    Gateway::new(&all.to_string())
}

#[test]
fn t34_ten_thousand_interleaved_requests_each_use_the_credential_of_their_own_upstream() {
    use base64ct::{Base64, Encoding};
    const PATHS: [&str; 3] = ["/v1/b2b/sso/acme", "/api/sso-connectors", "/v2/manage/custom-providers/saml"];
    const ANSWERS: [&str; 3] = [r#"{"saml_connections":[]}"#, "[]", r#"{"Data":[]}"#];
    let gateway = fifty();
    let mut dice = Dice(34);
    let (mut begun, mut answers, mut now) = (0, 0, NOW);
    let mut seen = vec![0_usize; UPSTREAMS];
    // Requests under way: which upstream, its state, and what it will hear.
    let mut flying: Vec<(usize, String, Outcome)> = Vec::new();
    while begun < 10_000 || !flying.is_empty() {
        now += dice.roll(50) as Millis;
        let (number, step) = if begun < 10_000 && (flying.len() < 100 || dice.roll(2) == 0) {
            begun += 1;
            let number = dice.roll(UPSTREAMS);
            let asked = request("GET", &format!("/u{number:02}{}", PATHS[number % 3]), "");
            (number, gateway.begin(asked.inbound(), now))
        } else {
            let (number, suspended, outcome) = flying.swap_remove(dice.roll(flying.len()));
            (number, gateway.resume(&suspended, outcome, now))
        };
        match step {
            Step::Lost | Step::Verify { .. } | Step::Limit { .. } | Step::Again { .. } => panic!("lost"),
            Step::Wait { suspended, .. } => flying.push((number, suspended, Outcome::Waited)),
            Step::Answer { answer, .. } => {
                answers += 1;
                let body = String::from_utf8(answer.body).unwrap();
                assert!(matches!(answer.status.as_u16(), 200 | 504), "{body}");
            }
            Step::Exchange { request: sent, suspended, .. } => {
                assert!(sent.url.starts_with(&format!("https://h{}.example.com/", number / 5)), "{}", sent.url);
                let own = format!("secret-of-U{number:02}-0123456789");
                if sent.url.ends_with("/token") {
                    let sso_config_gateway::http::message::UpstreamBody::Bytes(body) = sent.body else {
                        panic!("a body")
                    };
                    assert!(String::from_utf8(body).unwrap().contains(&own), "the secret is another upstream's");
                    // Some live so shortly that they are fetched over and over.
                    let lifetime = [3_600, 30, 2][dice.roll(3)];
                    let token = format!(
                        r#"{{"access_token":"token-of-U{number:02}-{begun}","expires_in":{lifetime},"scope":"all"}}"#
                    );
                    flying.push((number, suspended, answered(200, &token)));
                    continue;
                }
                let (_, value) = sent.headers.iter().find(|(name, _)| *name == "authorization").unwrap();
                let expected = match number % 3 {
                    0 => format!("Basic {}", Base64::encode_string(format!("project-test-1:{own}").as_bytes())),
                    _ => format!("Bearer token-of-U{number:02}-"),
                };
                assert!(value.starts_with(&expected), "{value} for upstream {number}");
                seen[number] += 1;
                let refuse = dice.roll(20) == 0 && number % 3 == 1;
                let outcome = if refuse {
                    answered(401, r#"{"code":"auth.unauthorized"}"#)
                } else {
                    answered(200, ANSWERS[number % 3])
                };
                flying.push((number, suspended, outcome));
            }
        }
    }
    assert_eq!(answers, 10_000);
    assert!(seen.iter().all(|count| *count >= 40), "{seen:?}");
}
