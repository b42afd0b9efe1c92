//! Credentials: attached once, cached, refreshed ahead, never expired, never shown.

use sso_config_gateway::http::message::{Failure, Outcome};

use crate::support::{
    CONNECTION, LOGTO_SECRET, NOW, ORGANIZATION, STYTCH_SECRET, TOKEN, answered, gateway, request, run, run_at, token,
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
