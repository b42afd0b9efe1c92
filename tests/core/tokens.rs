//! Callers' tokens: what is believed, what is not, and what is fetched to find out.

mod accepted;
mod algorithms;
mod bindings;
mod claims;
mod floods;
mod headers;
mod key_sets;
mod maker;
mod revoked;
mod sessions;

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Millis, Outcome};

use self::maker::Claims;
use crate::support::{NOW, ORGANIZATION, Run, answered, bindings, request, run_at};

pub const ISSUER: &str = "https://login.example.com";
pub const AUDIENCE: &str = "sso-config-gateway";
pub const JWKS_URL: &str = "https://login.example.com/.well-known/jwks.json";
/// [`NOW`] as tokens count.
pub const SECONDS: u64 = NOW / 1_000;
/// Tells who asks; no upstream has a part in it.
pub const WHO: &str = "/sso/v1/session";

/// A caller with JWTs, whose members `patch` may change.
pub fn portal(patch: &Value) -> Value {
    let mut caller = json!({
        "issuer": ISSUER, "audience": AUDIENCE,
        "organization_claim": { "claim": "org_id", "form": "id" },
        "grants": [{ "upstream": "stytch-test", "access": "write", "organizations": "claim" }],
    });
    for (name, value) in patch.as_object().unwrap() {
        caller[name] = value.clone();
    }
    caller
}

/// A gateway whose only caller is [`portal`].
pub fn portal_gateway(patch: &Value) -> Gateway {
    configured(&json!({ "CALLER_TEST": null, "CALLER_PORTAL": portal(patch) }))
}

/// A gateway with these bindings beside the usual ones; they must be in order.
pub fn configured(patch: &Value) -> Gateway {
    let bindings = bindings(patch);
    if let Err(mistakes) = sso_config_gateway::config::load(&bindings) {
        panic!("{mistakes:?}");
    }
    Gateway::new(&bindings)
}

/// A gateway that fetches its keys.
pub fn fetching() -> Gateway {
    portal_gateway(&json!({ "jwks_url": JWKS_URL }))
}

/// Claims that are good for ten minutes.
pub fn claims() -> Claims {
    Claims::new(&[
        ("iss", &format!("{ISSUER:?}")),
        ("aud", &format!("{AUDIENCE:?}")),
        ("sub", r#""user-1""#),
        ("iat", &SECONDS.to_string()),
        ("exp", &(SECONDS + 600).to_string()),
        ("org_id", &format!("{ORGANIZATION:?}")),
    ])
}

/// Asks who one is by this token.
pub fn ask(gateway: &Gateway, token: &str) -> Run {
    ask_at(gateway, token, NOW, |url, _| panic!("fetched {url}"))
}

/// As [`ask`], with the clock and the key sets in the test's hands.
pub fn ask_at(gateway: &Gateway, token: &str, now: Millis, mut keys: impl FnMut(&str, &mut Millis) -> Outcome) -> Run {
    let request = request("GET", WHO, "").header("authorization", &format!("Bearer {token}"));
    run_at(gateway, &request, now, |sent, now| {
        assert_eq!((sent.method.as_str(), sent.body.as_str(), sent.write), ("GET", "", false));
        assert_eq!(sent.header("authorization"), None);
        keys(&sent.url, now)
    })
}

/// The key set of these keys, as an answer.
pub fn jwks(keys: &[Value]) -> Outcome {
    answered(200, &json!({ "keys": keys }).to_string())
}

/// Asserts that the run was refused in the one sentence that there is, and that the log says why.
pub fn is_refused(run: &Run, cause: &str, label: &str) {
    let told = (run.status, run.error(), run.body.as_str());
    assert_eq!(told, (401, Some("unauthenticated"), SENTENCE), "{label}");
    assert_eq!(run.log.last().unwrap()["cause"], cause, "{label}");
    assert_eq!(run.log.last().unwrap()["reason"], "unauthenticated", "{label}");
}

/// What everybody is told who is not known, to the letter.
const SENTENCE: &str = r#"{"type":"urn:sso-config-gateway:error:unauthenticated","title":"No valid caller token","status":401,"detail":"No caller is known by this request's credentials. Send `Authorization: Bearer <your gateway token>`; a vendor's own secret is of no use here.","instance":"urn:uuid:11111111-2222-4333-8444-555555555555","code":"unauthenticated"}"#;
