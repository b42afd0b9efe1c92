//! What only shows when all entries are seen side by side.

use serde_json::json;

use super::{ABSENT, DIGEST_OF_SANDBOX, each_is_one_mistake, edit, loaded, sandbox, together, valid};

#[test]
fn loops() {
    let own = "is this gateway itself (GATEWAY.public_origin)";
    let base = format!("UPSTREAM_LOGINRADIUS.base_url: {own}: a loop");
    let token = format!("UPSTREAM_LOGINRADIUS.credential.token_url: {own}: a loop");
    each_is_one_mistake(vec![
        ("/UPSTREAM_LOGINRADIUS/base_url", json!("https://gateway.example.com"), &base),
        ("/UPSTREAM_LOGINRADIUS/base_url", json!("https://GATEWAY.example.com:443"), &base),
        ("/UPSTREAM_LOGINRADIUS/credential/token_url", json!("https://gateway.example.com/oidc/token"), &token),
        (
            "/UPSTREAM_LOGINRADIUS/aliases",
            json!(["https://gateway.example.com"]),
            &format!("UPSTREAM_LOGINRADIUS.aliases[0]: {own}"),
        ),
    ]);
    let stytch = format!("UPSTREAM_STYTCH.base_url: {own}: a loop");
    for spelling in ["http://localhost:8787", "http://127.1:8787", "https://[::1]:8787"] {
        together(sandbox(), &[("/UPSTREAM_STYTCH/base_url", json!(spelling))], &[&stytch]);
    }
}

#[test]
fn an_origin_means_one_upstream() {
    let at = "/UPSTREAM_LOGTO/aliases";
    each_is_one_mistake(vec![
        (
            at,
            json!(["https://test.stytch.com"]),
            "UPSTREAM_LOGTO.aliases[0]: is the same origin as UPSTREAM_STYTCH_TEST.base_url",
        ),
        (
            at,
            json!(["https://tenant.logto.app"]),
            "UPSTREAM_LOGTO.aliases[0]: is the same origin as UPSTREAM_LOGTO.base_url",
        ),
        (
            at,
            json!(["https://api.stytch.com:443"]),
            "UPSTREAM_STYTCH_TEST.aliases[0]: is the same origin as UPSTREAM_LOGTO.aliases[0]",
        ),
    ]);
}

#[test]
fn one_default_for_each_vendor() {
    let mut second = valid()["UPSTREAM_STYTCH_TEST"].clone();
    edit(&mut second, "/aliases", json!(ABSENT));
    together(
        valid(),
        &[("/UPSTREAM_STYTCH_OTHER", second.clone())],
        &["UPSTREAM_STYTCH_TEST.default: UPSTREAM_STYTCH_OTHER is the default for stytch already"],
    );
    // The same account twice is fine, and so is a default for another vendor.
    edit(&mut second, "/default", json!(false));
    let mut bindings = valid();
    edit(&mut bindings, "/UPSTREAM_STYTCH_OTHER", second);
    edit(&mut bindings, "/UPSTREAM_LOGTO/default", json!(true));
    loaded(&bindings);
}

#[test]
fn one_caller_for_each_token() {
    each_is_one_mistake(vec![(
        "/CALLER_PORTAL/token_sha256",
        json!("0123456789abcdef".repeat(4)),
        "CALLER_PORTAL.token_sha256: is the same as CALLER_DEPLOY_SCRIPT.token_sha256",
    )]);
}

#[test]
fn the_sandboxs_token_is_for_the_sandbox() {
    let said = |entry: &str| {
        format!(
            "CALLER_SANDBOX.token_sha256: is the digest of the sandbox's published token, but {entry} is not a sandbox"
        )
    };
    let published = "names a secret whose value is published with the sandbox; it is for loopback upstreams only";
    together(sandbox(), &[("/SANDBOX_LOGTO", json!("a-real-secret-of-logto"))], &[&said("UPSTREAM_LOGTO")]);
    together(
        sandbox(),
        &[("/UPSTREAM_LOGTO/base_url", json!("https://tenant.logto.app"))],
        &[&format!("UPSTREAM_LOGTO.credential.secret: {published}"), &said("UPSTREAM_LOGTO")],
    );
    together(
        sandbox(),
        &[("/UPSTREAM_LOGTO/credential/token_url", json!("https://tenant.logto.app/oidc/token"))],
        &[&format!("UPSTREAM_LOGTO.credential.secret: {published}"), &said("UPSTREAM_LOGTO")],
    );
    let upper = DIGEST_OF_SANDBOX.to_uppercase();
    each_is_one_mistake(vec![(
        "/CALLER_PORTAL/token_sha256",
        json!(upper),
        "CALLER_PORTAL.token_sha256: is the digest of the sandbox's published token, but UPSTREAM_LOGINRADIUS is not a sandbox",
    )]);
}

#[test]
fn the_sandboxs_secrets_are_for_loopback() {
    for (index, vendor) in ["logto", "loginradius", "stytch"].into_iter().enumerate() {
        let published = json!(format!("sandbox-{vendor}-secret-not-a-real-one"));
        let (binding, entry) = [
            ("/LOGTO_SECRET_NEXT", "UPSTREAM_LOGTO"),
            ("/LOGINRADIUS_SECRET", "UPSTREAM_LOGINRADIUS"),
            ("/STYTCH_TEST_SECRET", "UPSTREAM_STYTCH_TEST"),
        ][index];
        let said = "names a secret whose value is published with the sandbox; it is for loopback upstreams only";
        each_is_one_mistake(vec![(binding, published, &format!("{entry}.credential.secret: {said}"))]);
    }
}
