//! Many requests at once, and what they make the gateway fetch.

use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Found, Millis, Outcome, Step};

use super::maker::{b64, ec, other_ec};
use super::{JWKS_URL, SECONDS, WHO, ask_at, claims, fetching, is_refused, jwks};
use crate::support::{NOW, Request, is_good, request};

/// A token that names a key which nobody has. Its signature is not worth making.
fn made_up(number: usize) -> String {
    let header = format!(r#"{{"alg":"ES256","kid":"made-up-{number}"}}"#);
    format!("{}.{}.{}", b64(header), b64(claims().with("exp", "253402300799").text()), b64([1; 64]))
}

fn lasting() -> String {
    ec().token(&claims().with("exp", &(SECONDS + 86_400).to_string()))
}

/// Requests that are carried out side by side.
struct Side<'a> {
    gateway: &'a Gateway,
    requests: Vec<Request>,
    /// What each waits for: a step, or its status.
    standing: Vec<Result<Step, u16>>,
    fetched: usize,
    waited: usize,
}

impl<'a> Side<'a> {
    fn begin(gateway: &'a Gateway, tokens: &[String], now: Millis) -> Self {
        let ask = |token: &String| request("GET", WHO, "").header("authorization", &format!("Bearer {token}"));
        let requests: Vec<Request> = tokens.iter().map(ask).collect();
        let standing = requests.iter().map(|request| Ok(gateway.begin(request.inbound(), now))).collect();
        Self { gateway, requests, standing, fetched: 0, waited: 0 }
    }

    /// Carries out one step of each; key sets only where `answer` has one, else they stay under way.
    fn step(&mut self, now: Millis, mut answer: impl FnMut() -> Option<Outcome>) {
        for (standing, request) in self.standing.iter_mut().zip(&self.requests) {
            let step = match std::mem::replace(standing, Err(0)) {
                Ok(step) => step,
                done => {
                    *standing = done;
                    continue;
                }
            };
            let arrival = |found| Outcome::Arrival(found, Box::new(request.inbound()));
            let resume = |suspended: &str, outcome| Ok(self.gateway.resume(suspended, outcome, now));
            *standing = match step {
                Step::Answer { answer, .. } => Err(answer.status.as_u16()),
                Step::Wait { suspended, .. } => {
                    self.waited += 1;
                    resume(&suspended, Outcome::Waited)
                }
                Step::Again { suspended, .. } => resume(&suspended, arrival(Found::Nothing)),
                Step::Verify { check, suspended } => resume(&suspended, arrival(Found::Signature(is_good(&check)))),
                Step::Exchange { request, suspended, hold, log } => {
                    assert_eq!(request.url, JWKS_URL);
                    match answer() {
                        Some(outcome) => {
                            self.fetched += 1;
                            resume(&suspended, outcome)
                        }
                        None => Ok(Step::Exchange { request, suspended, hold, log }),
                    }
                }
                Step::Limit { .. } | Step::Lost => panic!("no such step is due"),
            };
        }
    }

    fn statuses(&self) -> Vec<u16> {
        let mut all: Vec<u16> = self.standing.iter().map(|one| *one.as_ref().err().unwrap_or(&0)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[test]
fn t21_ten_thousand_made_up_names_one_after_another_are_one_fetch_for_each_minute() {
    let gateway = fetching();
    let mut fetched = Vec::new();
    for number in 0..10_000 {
        // Seven minutes in all.
        let now = NOW + number * 42;
        let run = ask_at(&gateway, &made_up(usize::try_from(number).unwrap()), now, |url, now| {
            assert_eq!(url, JWKS_URL);
            fetched.push(*now);
            jwks(&[ec().jwk()])
        });
        is_refused(&run, "unknown_key", "made up");
        assert_eq!(run.checked, 0);
    }
    assert_eq!(fetched.len(), 7, "{fetched:?}");
    assert!(fetched.windows(2).all(|pair| pair[1] - pair[0] >= 60_000), "{fetched:?}");
}

#[test]
fn t21_ten_thousand_made_up_names_side_by_side_are_one_fetch() {
    let gateway = fetching();
    assert_eq!(ask_at(&gateway, &lasting(), NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
    for minute in 1..=2 {
        let now = NOW + minute * 60_000;
        let tokens: Vec<String> = (0..10_000).map(made_up).collect();
        let mut side = Side::begin(&gateway, &tokens, now);
        // While the one fetch is under way, all others wait, and whoever has a known key does not.
        side.step(now + 1, || None);
        side.step(now + 2, || None);
        let run = ask_at(&gateway, &lasting(), now + 2, |url, _| panic!("fetched {url}"));
        assert_eq!(run.status, 200);
        for _ in 0..8 {
            side.step(now + 3, || Some(jwks(&[ec().jwk()])));
        }
        assert_eq!((side.fetched, side.statuses()), (1, vec![401]), "{minute}");
        assert!(side.waited >= 9_999);
    }
}

#[test]
fn t21_a_cold_start_under_a_thousand_honest_requests_is_one_fetch() {
    let gateway = fetching();
    let tokens = vec![lasting(); 1_000];
    let mut side = Side::begin(&gateway, &tokens, NOW);
    side.step(NOW + 1, || None);
    for _ in 0..8 {
        side.step(NOW + 2, || Some(jwks(&[ec().jwk()])));
    }
    assert_eq!((side.fetched, side.statuses()), (1, vec![200]));
}

#[test]
fn t21_just_after_the_pause_a_new_key_is_found_and_not_before() {
    let gateway = fetching();
    assert_eq!(ask_at(&gateway, &lasting(), NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
    let new = other_ec().called("new").token(&claims());
    let run = ask_at(&gateway, &new, NOW + 59_999, |url, _| panic!("fetched {url}"));
    is_refused(&run, "unknown_key", "too early");
    let both = || jwks(&[ec().jwk(), other_ec().called("new").jwk()]);
    let run = ask_at(&gateway, &new, NOW + 60_000, |_, _| both());
    assert_eq!((run.status, run.sent.len()), (200, 1));
    // And then the pause begins anew.
    let run = ask_at(&gateway, &made_up(1), NOW + 119_999, |url, _| panic!("fetched {url}"));
    is_refused(&run, "unknown_key", "too early again");
    assert_eq!(ask_at(&gateway, &made_up(1), NOW + 120_000, |_, _| both()).sent.len(), 1);
}

#[test]
fn t21_without_any_key_set_a_fetch_is_made_once_in_five_seconds() {
    let gateway = fetching();
    let mut fetched = 0;
    for number in 0..2_000 {
        let run = ask_at(&gateway, &lasting(), NOW + number * 10, |_, _| {
            fetched += 1;
            Outcome::Failed(Failure::Broken)
        });
        assert_eq!((run.status, run.header("retry-after")), (503, Some("5")));
    }
    assert_eq!(fetched, 4, "in twenty seconds");
}

#[test]
fn t21_a_fetch_that_never_comes_back_is_taken_over() {
    let gateway = fetching();
    // The client of the first request goes away, and its request with it.
    let lost =
        gateway.begin(request("GET", WHO, "").header("authorization", &format!("Bearer {}", lasting())).inbound(), NOW);
    assert!(matches!(lost, Step::Exchange { .. }));
    let run = ask_at(&gateway, &lasting(), NOW + 100, |_, now| {
        assert!(*now >= NOW + 10_000 && *now < NOW + 10_300, "{now}");
        jwks(&[ec().jwk()])
    });
    assert_eq!((run.status, run.sent.len()), (200, 1));
}

#[test]
fn t21_waiting_for_keys_ends_at_the_deadline() {
    let gateway = super::configured(&serde_json::json!({
        "GATEWAY": { "deadline_s": 3 }, "CALLER_PORTAL": super::portal(&serde_json::json!({ "jwks_url": JWKS_URL })),
    }));
    let first = request("GET", WHO, "").header("authorization", &format!("Bearer {}", lasting()));
    let Step::Exchange { request, .. } = gateway.begin(first.inbound(), NOW) else { panic!("a fetch") };
    assert_eq!(request.timeout_ms, 3_000);
    // Nobody answers. Whoever comes meanwhile waits for as long as a request may take.
    let run = ask_at(&gateway, &lasting(), NOW + 100, |url, _| panic!("fetched {url}"));
    assert_eq!((run.status, run.error()), (503, Some("caller_keys_unavailable")));
    let took = run.log.last().unwrap()["ms"].as_u64().unwrap();
    assert!((3_000..3_300).contains(&took), "{took}");
    // With a set that serves, a fetch must not take long.
    let gateway = fetching();
    assert_eq!(ask_at(&gateway, &lasting(), NOW, |_, _| jwks(&[ec().jwk()])).status, 200);
    let Step::Exchange { request, .. } = gateway.begin(first.inbound(), NOW + 300_000) else { panic!("a fetch") };
    assert_eq!(request.timeout_ms, 2_000);
}
