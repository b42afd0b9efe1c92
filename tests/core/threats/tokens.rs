//! T12, T36, T51: token endpoints that fail, tokens that end, secrets that are being rotated.

use std::collections::BTreeMap;

use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Millis, Outcome};

use super::support::{CATALOGUE, one_per_vendor, silent};
use crate::support::{NOW, ORGANIZATION, answered, bindings, gateway, gateway_with, request, run, run_at, token};

const LIST: &str = "/logto/api/sso-connectors";

fn token_named(name: &str, lifetime_s: u64) -> Outcome {
    answered(
        200,
        &format!(r#"{{"access_token":"{name}","expires_in":{lifetime_s},"token_type":"Bearer","scope":"all"}}"#),
    )
}

/// What a token endpoint may say instead of a token, with the client's secret in it.
fn leaks(secret: &str) -> Vec<String> {
    let percent: String = secret.bytes().map(|b| format!("%{b:02X}")).collect();
    vec![
        format!("client_secret={secret} is wrong"),
        format!("client_secret={percent} is wrong"),
        format!(r#"{{"error":"invalid_client","error_description":"client_secret={secret} is wrong"}}"#),
        format!(r#"{{"error":"{secret}","error_uri":"https://x.example/?is wrong={secret}"}}"#),
        format!(r#"{{"code":"oidc.{secret}","message":"is wrong","data":{{"body":"client_secret={secret}"}}}}"#),
        format!(r#"{{"ErrorCode":"{secret}","Description":"is wrong","Message":"{secret}"}}"#),
        format!(r#"{{"access_token":"","scope":"all","note":"{secret} is wrong"}}"#),
        format!(r#"{{"access_token":["{secret}"],"scope":"all"}}"#),
        format!(r#"{{"access_token":"is\nwrong{secret}","scope":"all"}}"#),
        format!(r#"{{"access_token":"{secret}","token_type":"mac","scope":"all"}}"#),
        format!("<html><body>client_secret={secret} is wrong</body></html>"),
        format!("{{\"{secret}"),
        String::new(),
    ]
}

#[test]
fn t12_whatever_a_token_endpoint_answers_the_caller_hears_one_of_two_sentences_and_no_secret() {
    const STATUSES: [u16; 18] =
        [200, 201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 405, 415, 422, 429, 500, 503, 599];
    for case in CATALOGUE.iter().filter(|case| case.vendor.dialect().token.is_some()) {
        let mut said: BTreeMap<(&str, bool), String> = BTreeMap::new();
        for status in STATUSES {
            for leak in leaks(&case.secret) {
                let run = run_at(&gateway(), &case.request(), NOW, |sent, _| {
                    assert!(sent.is_token(), "nothing is sent without a token");
                    let Outcome::Answered { mut headers, body, .. } = answered(status, &leak) else {
                        panic!("an answer")
                    };
                    for name in ["www-authenticate", "location", "set-cookie", "x-request-id", "retry-after"] {
                        headers.insert(name, http::HeaderValue::from_str(&case.secret).unwrap());
                    }
                    Outcome::Answered { status, headers, body }
                });
                let code = if matches!(status, 400 | 401 | 403) {
                    "upstream_credential_refused"
                } else {
                    "upstream_token_failed"
                };
                let told = if code == "upstream_token_failed" { 503 } else { 502 };
                assert_eq!((run.status, run.error()), (told, Some(code)), "{status} {leak}");
                assert!(!run.body.contains("unknown"), "nothing was sent, so the outcome is known: {}", run.body);
                for marker in [case.secret.as_str(), "wrong", "%66%61"] {
                    silent(&run, marker);
                }
                let fixed = said.entry((code, status == 429)).or_insert_with(|| run.body.clone());
                assert_eq!(run.body, *fixed, "{status} {leak}");
            }
        }
        for (failure, status, code) in [
            (Failure::Broken, 503, "upstream_token_failed"),
            (Failure::TooLarge, 503, "upstream_token_failed"),
            (Failure::TimedOut, 504, "upstream_timeout"),
        ] {
            let run = run_at(&gateway(), &case.request(), NOW, |_, _| Outcome::Failed(failure));
            assert_eq!((run.status, run.error(), run.sent.len()), (status, Some(code), 1));
        }
    }
}

#[test]
fn t36_a_token_is_refreshed_ahead_of_time_and_never_used_after_its_end() {
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
fn t36_a_refresh_that_fails_makes_do_with_the_old_token_as_long_as_it_is_good() {
    let gateway = gateway();
    run_at(&gateway, &request("GET", LIST, ""), NOW, |sent, _| {
        if sent.is_token() { token_named("old-token-012345", 3_600) } else { answered(200, "[]") }
    });
    for (at, status) in [(3_000, 200), (3_569, 200), (3_570, 503)] {
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
fn t36_no_token_is_used_after_its_end_however_its_refresh_fails() {
    let list = request("GET", LIST, "");
    let faults: [&dyn Fn() -> Outcome; 8] = [
        &|| Outcome::Failed(Failure::Broken),
        &|| Outcome::Failed(Failure::TimedOut),
        &|| Outcome::Failed(Failure::TooLarge),
        &|| answered(500, ""),
        &|| answered(429, ""),
        &|| answered(401, "{}"),
        &|| answered(200, "<html>"),
        &|| answered(200, r#"{"access_token":"","scope":"all"}"#),
    ];
    for lifetime in [20_u64, 300, 3_600, 86_400, 1_000_000_000] {
        // Nothing is believed to live longer than a day.
        let life = lifetime.min(86_400) * 1_000;
        let margin = (life / 10).min(30_000);
        for (number, fault) in faults.iter().enumerate() {
            let gateway = gateway();
            run_at(&gateway, &list, NOW, |sent, _| {
                if sent.is_token() { token_named("old-token-012345", lifetime) } else { answered(200, "[]") }
            });
            let times =
                [life / 2, life * 3 / 4, life - margin - 1, life - margin, life - 1, life, life + 5_000, life * 2];
            for (index, after) in times.into_iter().enumerate() {
                let run = run_at(&gateway, &list, NOW + after, |sent, _| {
                    if sent.is_token() {
                        return fault();
                    }
                    assert!(after < life - margin, "{lifetime} s: used {after} ms after it was asked for");
                    answered(200, "[]")
                });
                let works = index < 3;
                assert_eq!(run.status == 200, works, "{lifetime} s, fault {number}, {after} ms: {}", run.body);
                // Refused, at a loss for now, or out of time.
                assert!(works || matches!(run.status, 502..=504));
                assert_eq!(run.status == 503, run.header("retry-after") == Some("1"), "{}", run.body);
            }
        }
    }
}

#[test]
fn t51_a_rotation_falls_back_to_the_other_secret_and_stays_with_it() {
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

/// Two secrets for every upstream; the second is called NEXT.
fn rotating() -> Gateway {
    let next = |vendor: &str| format!("next-{vendor}-secret-0123456789");
    gateway_with(&serde_json::json!({
        "UPSTREAM_LOGTO": { "credential": { "secret": ["LOGTO_SECRET", "LOGTO_NEXT"] } }, "LOGTO_NEXT": next("logto"),
        "UPSTREAM_STYTCH_TEST": { "credential": { "secret": ["STYTCH_TEST_SECRET", "STYTCH_NEXT"] } }, "STYTCH_NEXT": next("stytch"),
        "UPSTREAM_LOGINRADIUS": { "credential": { "secret": ["LOGINRADIUS_SECRET", "LOGINRADIUS_NEXT"] } }, "LOGINRADIUS_NEXT": next("loginradius"),
    }))
}

/// A credential is refused, in every vendor's words at once.
fn refusal() -> Outcome {
    let body = r#"{"code":"auth.unauthorized","ErrorCode":6002,"error_type":"unauthorized_credentials","message":"m"}"#;
    answered(401, body)
}

#[test]
fn t51_the_other_secret_is_tried_once_and_no_more() {
    for case in CATALOGUE.iter() {
        let gateway = rotating();
        let basic = case.vendor.dialect().token.is_none();
        let (mut tokens, mut calls) = (0, 0);
        for number in 0..50_u64 {
            let mut seen = Vec::new();
            let run = run_at(&gateway, &case.request(), NOW + number * 10, |sent, _| {
                seen.push(sent.header("authorization").map_or_else(|| sent.body.clone(), str::to_owned));
                refusal()
            });
            assert_eq!((run.status, run.error()), (502, Some("upstream_credential_refused")), "{}", run.body);
            assert!(seen.len() <= 2, "{} exchanges for one request", seen.len());
            assert!(seen.len() < 2 || seen[0] != seen[1], "the refused secret is not tried twice");
            tokens += run.sent.len() - run.upstream().len();
            calls += run.upstream().len();
        }
        // A refused client is remembered for a second; half a second has passed.
        assert!(if basic { calls <= 100 } else { calls == 0 && tokens <= 2 }, "{calls} calls, {tokens} token fetches");
    }
}

#[test]
fn t51_a_rotation_back_and_forth_costs_one_exchange_each_time() {
    for case in one_per_vendor() {
        let gateway = rotating();
        let basic = case.vendor.dialect().token.is_none();
        for (round, good) in [false, true, true, false, false, true].into_iter().enumerate() {
            let mut extra = 0;
            let at = NOW + round as Millis * 10_000_000;
            let run = run_at(&gateway, &case.request(), at, |sent, _| {
                let next = if basic {
                    use base64ct::{Base64, Encoding};
                    let pair = sent.header("authorization").unwrap().trim_start_matches("Basic ");
                    String::from_utf8(Base64::decode_vec(pair).unwrap()).unwrap().contains("next-")
                } else {
                    sent.body.contains("next-")
                };
                let judged = basic || sent.is_token();
                extra += usize::from(judged && next != good);
                match (judged && next != good, sent.is_token()) {
                    (true, _) => refusal(),
                    (false, true) => token(),
                    (false, false) => case.answered(),
                }
            });
            assert_eq!(run.status, case.answer.0, "round {round}: {}", run.body);
            assert!(extra <= 1, "round {round}: {extra}");
        }
    }
}
