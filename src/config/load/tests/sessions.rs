//! `session`, and callers that are public.

use serde_json::{Value, json};

use super::{ABSENT, each_is_one_mistake_in, edit, full, loaded, mistakes, sandbox, together};
use crate::config::Proof;

#[test]
fn sessions_are_read_as_they_are_written() {
    let settings = loaded(&full());
    let caller = |name: &str| settings.callers.iter().find(|caller| caller.name == name).expect("a caller");
    let docs = caller("docs");
    assert!(docs.is_public() && matches!(docs.proof, Proof::Nothing));
    let sessions = docs.sessions.as_ref().expect("sessions");
    assert_eq!((sessions.keys.len(), sessions.lifetime_s), (2, 900));
    assert_eq!(sessions.keys[0].expose(), "secret-of-sessions-0123456789-eeee", "the first one signs");
    let limit = sessions.rate_limit.as_ref().expect("a limit, though none was named");
    assert_eq!((&*limit.binding, limit.period_s), ("SESSION_RATE_LIMIT", 60));
    let sdk = caller("sdk");
    assert!(!sdk.is_public() && sdk.sessions.as_ref().is_some_and(|sessions| sessions.rate_limit.is_none()));
    assert_eq!(sdk.sessions.as_ref().map(|sessions| sessions.lifetime_s), Some(900));
}

#[test]
fn faulty_sessions() {
    let at = |member: &str, message: &str| format!("CALLER_DOCS.session{member}: {message}");
    let lifetime = at(".lifetime_s", "must be a whole number of seconds, 60 to 3600");
    let mut base = full();
    edit(&mut base, "/SHORT_KEY", json!("secret-of-31-bytes-0123456789-a"));
    edit(&mut base, "/SHORTER_KEY", json!("secret-too-shor"));
    edit(&mut base, "/DULL_KEY", json!("abababababababababababababababababab"));
    let rows: Vec<(&str, Value, String)> = vec![
        ("", json!(true), at("", "must be a table, not true or false")),
        ("", json!("SESSION_KEY"), at("", "must be a table, not text")),
        ("/secret", json!(ABSENT), at(".secret", "is required")),
        ("/secret", json!([]), at(".secret", "is an empty list")),
        ("/secret", json!("NO_SUCH_KEY"), at(".secret", "names the secret \"NO_SUCH_KEY\", which is not set")),
        (
            "/secret",
            json!("a key in the open"),
            at(".secret", "must be the NAME of a secret binding (capital letters, digits, _)"),
        ),
        (
            "/secret",
            json!("SHORT_KEY"),
            at(".secret", "names a secret shorter than 32 bytes, too short a key for HS256"),
        ),
        (
            "/secret",
            json!(["SESSION_KEY", "SHORT_KEY"]),
            at(".secret", "names a secret shorter than 32 bytes, too short a key for HS256"),
        ),
        (
            "/secret",
            json!("SHORTER_KEY"),
            at(".secret", "names the secret \"SHORTER_KEY\", which is shorter than 16 bytes"),
        ),
        (
            "/secret",
            json!("DULL_KEY"),
            at(".secret", "names the secret \"DULL_KEY\", which has fewer than 8 different characters"),
        ),
        (
            "/secret",
            json!(["SESSION_KEY", "SESSION_KEY"]),
            at(".secret[1]", "is the same as CALLER_DOCS.session.secret[0]"),
        ),
        ("/lifetime_s", json!(59), lifetime.clone()),
        ("/lifetime_s", json!(3_601), lifetime.clone()),
        ("/lifetime_s", json!(-900), lifetime.clone()),
        ("/lifetime_s", json!(900.5), lifetime.clone()),
        ("/lifetime_s", json!("900"), lifetime.clone()),
        ("/lifetime_s", json!(null), lifetime),
        ("/lifetime", json!(900), at(".lifetime", "is not known here; did you mean `lifetime_s`?")),
        ("/key", json!("x"), at(".key", "a secret is never written here; `secret` gives the name of its binding")),
    ];
    let pointers: Vec<String> = rows.iter().map(|(member, ..)| format!("/CALLER_DOCS/session{member}")).collect();
    let rows = rows.iter().zip(&pointers);
    each_is_one_mistake_in(&base, rows.map(|((_, value, message), at)| (&**at, value.clone(), &**message)).collect());
}

#[test]
fn a_public_caller_says_exactly_what_anybody_may_do() {
    let origins = "CALLER_DOCS.origins: is required: a public caller's sessions are given to pages of these origins";
    let list = "CALLER_DOCS.grants[0].organizations: must be a list: anybody is a public caller";
    let logto = json!({ "upstream": "logto", "access": "read", "connections": "all" });
    each_is_one_mistake_in(
        &full(),
        vec![
            ("/CALLER_DOCS/origins", json!(ABSENT), origins),
            ("/CALLER_DOCS/origins", json!([]), origins),
            ("/CALLER_DOCS/grants/0/organizations", json!("all"), list),
            (
                "/CALLER_DOCS/grants/0",
                logto,
                "CALLER_DOCS.grants[0].connections: must be a list: anybody is a public caller",
            ),
            (
                "/CALLER_DOCS/grants/0/operations",
                json!(ABSENT),
                "CALLER_DOCS.grants[0].operations: is required: a public caller's grant to write lists its operations",
            ),
            (
                "/CALLER_SDK/session/rate_limit",
                json!({ "binding": "JWT_RATE_LIMIT" }),
                "CALLER_SDK.session.rate_limit: is for public callers; this one has a `rate_limit` of its own",
            ),
        ],
    );
    // Reading lists no operations, and a caller with a token may do without.
    together(
        full(),
        &[("/CALLER_DOCS/grants/0/operations", json!(ABSENT)), ("/CALLER_DOCS/grants/0/access", json!("read"))],
        &[],
    );
    // Without `session` it is nobody.
    together(
        full(),
        &[("/CALLER_DOCS/session", json!(ABSENT))],
        &[
            "CALLER_DOCS.token_sha256: is required, or `issuer` for callers with JWTs, or `session` for visitors of configured pages",
        ],
    );
}

#[test]
fn a_page_is_of_one_public_caller() {
    let mut twin = full()["CALLER_DOCS"].clone();
    edit(&mut twin, "/origins", json!(["https://other.example.com", "https://docs.example.com"]));
    let message =
        "CALLER_DOCS_TWO.origins: shares an origin with CALLER_DOCS: which of the two a visitor is could not be told";
    together(full(), &[("/CALLER_DOCS_TWO", twin.clone())], &[message]);
    edit(&mut twin, "/origins", json!(["https://other.example.com"]));
    together(full(), &[("/CALLER_DOCS_TWO", twin)], &[]);
    // A caller with a token may be on the same page.
    together(full(), &[("/CALLER_SDK/origins", json!(["https://docs.example.com"]))], &[]);
}

#[test]
fn the_sandboxes_published_key_signs_sessions_in_the_sandbox_only() {
    let published = json!("sandbox-session-key-not-a-real-one");
    let visitors = json!({
        "session": { "secret": "SANDBOX_KEY" }, "origins": ["http://localhost:8787"],
        "grants": [{ "upstream": "stytch", "access": "read", "organizations": ["organization-test-1"] }],
    });
    let with = |mut bindings: Value| {
        edit(&mut bindings, "/CALLER_VISITORS", visitors.clone());
        edit(&mut bindings, "/SANDBOX_KEY", published.clone());
        edit(&mut bindings, "/rate limits", json!(["SESSION_RATE_LIMIT"]));
        bindings
    };
    assert_eq!(mistakes(&with(sandbox())), Vec::<String>::new());
    let message = |caller: &str, real: &str| {
        format!(
            "{caller}.session.secret: names a secret whose value is published with the sandbox, but {real} is not a sandbox"
        )
    };
    let mut real = with(sandbox());
    edit(&mut real, "/SANDBOX_STYTCH", json!("secret-of-a-real-account"));
    let found = mistakes(&real);
    assert!(found.contains(&message("CALLER_VISITORS", "UPSTREAM_STYTCH")), "{found:?}");
    for member in ["/SESSION_KEY", "/SESSION_KEY_NEXT"] {
        let mut bindings = full();
        edit(&mut bindings, member, published.clone());
        let found = mistakes(&bindings);
        assert!(
            found
                .iter()
                .any(|mistake| mistake
                    .starts_with("CALLER_DOCS.session.secret: names a secret whose value is published")),
            "{found:?}"
        );
    }
}
