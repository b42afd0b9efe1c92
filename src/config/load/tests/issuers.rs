//! Callers that are known by JWTs.

use serde_json::{Value, json};

use super::{ABSENT, each_is_one_mistake_in, edit, full, loaded, mistakes, together};
use crate::auth::Algorithm;
use crate::config::{ClaimForm, KeySource, Proof, Whose};

const PLAIN: &str = "must be 1 to 512 characters without blanks";

#[test]
fn callers_of_all_kinds_are_read_as_they_are_written() {
    let settings = loaded(&full());
    let caller = |name: &str| settings.callers.iter().find(|caller| caller.name == name).expect("a caller");
    let Proof::Issuer(issuer) = &caller("jwt").proof else { panic!("an issuer") };
    assert_eq!((&*issuer.issuer, &*issuer.audience), ("https://login.example.com", "sso-config-gateway"));
    assert_eq!((issuer.algorithms.as_slice(), issuer.leeway_s), (Algorithm::ALL, 60));
    let KeySource::Url(url) = &issuer.keys else { panic!("an address") };
    assert_eq!(url, "https://login.example.com/.well-known/jwks.json");
    let claim = issuer.organization_claim.as_ref().expect("a claim");
    assert_eq!((&*claim.claim, claim.form), ("org_id", ClaimForm::Id));
    assert!(matches!(caller("jwt").grants[0].whose, Whose::ClaimedOrganization));
    assert!(
        matches!(&caller("jwt").grants[1].whose, Whose::ClaimedConnections(claim) if claim == "/access/connections")
    );
    assert_eq!(caller("jwt").claims().collect::<Vec<_>>(), ["org_id", "/access/connections"]);
    let limit = caller("jwt").rate_limit.as_ref().expect("a limit");
    assert_eq!((&*limit.binding, limit.period_s), ("JWT_RATE_LIMIT", 10));

    let Proof::Issuer(issuer) = &caller("keys").proof else { panic!("an issuer") };
    let KeySource::Inline(keys) = &issuer.keys else { panic!("keys") };
    assert_eq!(keys.find(Some("one")).map(crate::auth::Key::algorithm), Some(Algorithm::EdDsa));
    // What is left out: every algorithm, half a minute, no claim, no limit.
    assert_eq!((issuer.algorithms.as_slice(), issuer.leeway_s), (Algorithm::ALL, 30));
    assert!(issuer.organization_claim.is_none() && caller("keys").rate_limit.is_none());
}

#[test]
fn faulty_issuers() {
    let at = |member: &str, message: &str| format!("CALLER_JWT.{member}: {message}");
    let words = r#"must be "RS256" or "ES256" or "EdDSA""#;
    let leeway = "must be a whole number of seconds, 0 to 300";
    let private = "must name a public host: no address in digits, single label or private suffix";
    let forms = r#"must be "id" or "slug" or "external_id""#;
    let own = "is this gateway itself (GATEWAY.public_origin)";
    let jwks = "https://login.example.com/jwks";
    let rows: Vec<(&str, Value, String)> = vec![
        ("issuer", json!(ABSENT), at("issuer", "is required")),
        ("issuer", json!(""), at("issuer", PLAIN)),
        ("issuer", json!(" https://login.example.com"), at("issuer", PLAIN)),
        ("issuer", json!("https://login.example.com\n"), at("issuer", PLAIN)),
        ("issuer", json!("i".repeat(513)), at("issuer", PLAIN)),
        ("issuer", json!(["https://login.example.com"]), at("issuer", "must be text, not a list")),
        ("issuer", json!(null), at("issuer", "must be text, not null")),
        ("issuer", json!("https://gateway.example.com"), at("issuer", &format!("{own}, which issues sessions"))),
        ("audience", json!(ABSENT), at("audience", "is required")),
        ("audience", json!(""), at("audience", PLAIN)),
        ("audience", json!("a b"), at("audience", PLAIN)),
        ("audience", json!("a".repeat(513)), at("audience", PLAIN)),
        ("audience", json!(["sso-config-gateway"]), at("audience", "must be text, not a list")),
        ("jwks_url", json!(ABSENT), at("jwks_url", "is required (or `keys`, a list of JWKs)")),
        ("jwks_url", json!(""), at("jwks_url", "must begin with https://")),
        ("jwks_url", json!("login.example.com/jwks"), at("jwks_url", "must begin with https://")),
        ("jwks_url", json!("file:///etc/jwks.json"), at("jwks_url", "must begin with https://")),
        (
            "jwks_url",
            json!("http://login.example.com/jwks"),
            at("jwks_url", "must be https (http is for loopback only)"),
        ),
        ("jwks_url", json!("https://10.0.0.1/jwks"), at("jwks_url", private)),
        ("jwks_url", json!("http://169.254.169.254/jwks"), at("jwks_url", private)),
        ("jwks_url", json!("https://vault.internal/jwks"), at("jwks_url", private)),
        ("jwks_url", json!("https://login/jwks"), at("jwks_url", private)),
        ("jwks_url", json!(format!("{jwks}?tenant=1")), at("jwks_url", "must have neither a query nor a fragment")),
        ("jwks_url", json!(format!("{jwks}#keys")), at("jwks_url", "must have neither a query nor a fragment")),
        ("jwks_url", json!("https://a:b@login.example.com/jwks"), at("jwks_url", "must not carry user information")),
        ("jwks_url", json!([jwks]), at("jwks_url", "must be text, not a list")),
        ("jwks_url", json!("https://gateway.example.com/jwks"), at("jwks_url", &format!("{own}: a loop"))),
        ("jwks_url", json!("https://GATEWAY.example.com:443/"), at("jwks_url", &format!("{own}: a loop"))),
        ("keys", json!([]), at("jwks_url", "and `keys` exclude each other")),
        ("jwks", json!({}), at("jwks", "is called `keys` here, a list of JWKs")),
        ("jwks_uri", json!(jwks), at("jwks_uri", "is called `jwks_url` here")),
        ("token", json!("x"), at("token", "a token is never written here; `token_sha256` gives its digest")),
        ("issuers", json!([]), at("issuers", "is not known here; did you mean `issuer`?")),
        (
            "token_sha256",
            json!("a".repeat(64)),
            at("token_sha256", "and `issuer` exclude each other; make two callers"),
        ),
        ("algorithms", json!([]), at("algorithms", "is an empty list")),
        ("algorithms", json!("RS256"), at("algorithms", "must be a list, not text")),
        ("algorithms", json!(["none"]), at("algorithms[0]", words)),
        ("algorithms", json!(["RS256", "HS256"]), at("algorithms[1]", words)),
        ("algorithms", json!(["rs256"]), at("algorithms[0]", words)),
        ("algorithms", json!(["PS256"]), at("algorithms[0]", words)),
        ("algorithms", json!([256]), at("algorithms[0]", "must be text, not a number")),
        ("algorithms", json!(["ES256", "ES256"]), at("algorithms[1]", "is the same as CALLER_JWT.algorithms[0]")),
        ("leeway_s", json!(301), at("leeway_s", leeway)),
        ("leeway_s", json!(-1), at("leeway_s", leeway)),
        ("leeway_s", json!(0.5), at("leeway_s", leeway)),
        ("leeway_s", json!("30"), at("leeway_s", leeway)),
        ("leeway_s", json!(null), at("leeway_s", leeway)),
        ("organization_claim", json!("org_id"), at("organization_claim", "must be a table, not text")),
        ("organization_claim", json!({ "form": "id" }), at("organization_claim.claim", "is required")),
        ("organization_claim", json!({ "claim": "org_id" }), at("organization_claim.form", "is required")),
        ("organization_claim", json!({ "claim": "o", "form": "name" }), at("organization_claim.form", forms)),
        ("organization_claim", json!({ "claim": "o", "form": "ID" }), at("organization_claim.form", forms)),
        ("organization_claim", json!({ "claim": "", "form": "id" }), at("organization_claim.claim", PLAIN)),
        ("organization_claim", json!({ "claim": "a b", "form": "id" }), at("organization_claim.claim", PLAIN)),
        (
            "organization_claim",
            json!({ "claim": "/", "form": "id" }),
            at("organization_claim.claim", "must be the name of a claim or a JSON pointer to it"),
        ),
        (
            "organization_claim",
            json!({ "claim": "o", "form": "id", "forms": 1 }),
            at("organization_claim.forms", "is not known here; did you mean `form`?"),
        ),
        (
            "organization_claim",
            json!(ABSENT),
            at("grants[0].organizations", "is \"claim\", but the caller has no `organization_claim`"),
        ),
        (
            "session",
            json!({ "secret": "SESSION_KEY" }),
            at("session", "is for public callers and fixed tokens; a JWT is short-lived already"),
        ),
        (
            "grants/0/organizations",
            json!({ "claim": "o" }),
            at("grants[0].organizations", "must be \"all\", \"claim\" or a list"),
        ),
        ("grants/0/organizations", json!("own"), at("grants[0].organizations", "must be \"all\", \"claim\" or a list")),
        (
            "grants/0/organizations",
            json!(["claim"]),
            at("grants[0].organizations[0]", "must be one exact name; \"all\" stands alone, not in a list"),
        ),
        (
            "grants/1/connections",
            json!("claim"),
            at("grants[1].connections", "must be \"all\", a list or { claim = \"…\" }"),
        ),
        ("grants/1/connections", json!({}), at("grants[1].connections.claim", "is required")),
        ("grants/1/connections", json!({ "claim": "" }), at("grants[1].connections.claim", PLAIN)),
        (
            "grants/1/connections",
            json!({ "claim": ["c"] }),
            at("grants[1].connections.claim", "must be text, not a list"),
        ),
        (
            "grants/1/connections",
            json!({ "claim": "/" }),
            at("grants[1].connections.claim", "must be the name of a claim or a JSON pointer to it"),
        ),
        (
            "grants/1/connections",
            json!({ "claim": "c", "form": "id" }),
            at("grants[1].connections.form", "is not known here; known are claim"),
        ),
    ];
    let pointers: Vec<String> = rows.iter().map(|(member, ..)| format!("/CALLER_JWT/{member}")).collect();
    let rows = rows.iter().zip(&pointers);
    each_is_one_mistake_in(&full(), rows.map(|((_, value, message), at)| (&**at, value.clone(), &**message)).collect());
}

#[test]
fn faulty_keys_are_named_by_their_place_and_never_shown() {
    let key = |name: &str, value: Value| {
        let mut key = full()["CALLER_KEYS"]["keys"][0].clone();
        key[name] = value;
        json!([key])
    };
    let one = |reason: &str| format!("CALLER_KEYS.keys[0]: {reason}");
    let private = "holds a private or symmetric key";
    let kind = "is not an RSA, P-256 or Ed25519 key";
    let good = full()["CALLER_KEYS"]["keys"][0].clone();
    for (keys, expected) in [
        (json!([]), "CALLER_KEYS.keys: holds no key that can be used".to_owned()),
        (json!({ "keys": [good] }), "CALLER_KEYS.keys: must be a list of JWKs, not a table".to_owned()),
        (json!("key"), "CALLER_KEYS.keys: must be a list of JWKs, not text".to_owned()),
        (json!(["key"]), one("is not an object")),
        (json!([good, good]), "CALLER_KEYS.keys: holds two keys of one name".to_owned()),
        (json!([good, {}]), "CALLER_KEYS.keys[1]: is not an RSA, P-256 or Ed25519 key".to_owned()),
        (key("d", json!("secret-of-a-key")), one(private)),
        (key("k", json!("c2VjcmV0")), one(private)),
        (json!([{ "kty": "oct", "k": "c2VjcmV0" }]), one(private)),
        (key("use", json!("enc")), one("is not for signatures (`use`)")),
        (key("key_ops", json!(["sign"])), one("is not for checking signatures (`key_ops`)")),
        (key("crv", json!("Ed448")), one(kind)),
        (key("kty", json!("RSA")), one("lacks a member of its key type")),
        (key("x", json!("AQ")), one("has a coordinate that is not 32 bytes long")),
        (key("x", json!("!")), one("has a number that is not Base64url")),
        (key("x", json!(1)), one("has a member that must be text and is not")),
        (key("kid", json!("")), one("has an empty or overlong `kid`")),
        (key("alg", json!("HS256")), one("is for another algorithm than RS256, ES256 or EdDSA")),
        (
            json!([{ "kty": "RSA", "n": "vih3WtCK6X6f", "e": "AQAB" }]),
            one("is an RSA key of fewer than 2048 or more than 8192 bits"),
        ),
        (
            json!([{ "kty": "RSA", "n": format!("{}w", "_".repeat(341)), "e": "Aw" }]),
            one("is an RSA key with a weak exponent or modulus"),
        ),
    ] {
        let mut bindings = full();
        edit(&mut bindings, "/CALLER_KEYS/keys", keys.clone());
        assert_eq!(mistakes(&bindings), [expected], "{keys}");
    }
}

#[test]
fn members_of_an_issuer_are_of_no_use_to_a_fixed_token() {
    for member in ["audience", "jwks_url", "keys", "algorithms", "organization_claim", "leeway_s"] {
        let expected = format!("CALLER_SDK.{member}: is for callers with an `issuer`");
        together(full(), &[(&format!("/CALLER_SDK/{member}"), json!([]))], &[&expected]);
    }
    for (pointer, value, key) in [
        ("/CALLER_SDK/grants/0/connections", json!({ "claim": "c" }), "connections"),
        ("/CALLER_DOCS/grants/0/organizations", json!("claim"), "organizations"),
    ] {
        let caller = &pointer[1..].split('/').next().expect("a caller");
        let expected =
            format!("{caller}.grants[0].{key}: must be \"all\" or a list; only a caller with an `issuer` has claims");
        together(full(), &[(pointer, value)], &[&expected]);
    }
}

#[test]
fn two_callers_of_one_issuer_differ_in_their_audience() {
    let mut twin = full()["CALLER_JWT"].clone();
    let message = "CALLER_JWT_TWO.audience: and `issuer` are the same as those of CALLER_JWT";
    together(full(), &[("/CALLER_JWT_TWO", twin.clone())], &[message]);
    // Also where the keys come from elsewhere.
    edit(&mut twin, "/jwks_url", json!("https://elsewhere.example.com/jwks"));
    together(full(), &[("/CALLER_JWT_TWO", twin.clone())], &[message]);
    for (member, other) in [("/audience", "another"), ("/issuer", "https://login.example.com/")] {
        let mut twin = twin.clone();
        edit(&mut twin, member, json!(other));
        together(full(), &[("/CALLER_JWT_TWO", twin)], &[]);
    }
}

#[test]
fn the_example_of_the_documentation_loads_as_written() {
    let digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let example = json!({
        "GATEWAY": { "public_origin": "https://gateway.example.com", "deadline_s": 20 },
        "UPSTREAM_STYTCH_TEST": {
            "vendor": "stytch", "base_url": "https://test.stytch.com", "aliases": [], "default": true,
            "unknown_members": "refuse", "checks": { "certificate_expiring": "error" },
            "credential": { "kind": "basic", "username": "project-test-1", "secret": "STYTCH_TEST_SECRET" },
        },
        "UPSTREAM_LOGTO": {
            "vendor": "logto", "base_url": "https://tenant.logto.app",
            "credential": { "kind": "client_credentials", "client_id": "logto-client",
                "secret": ["LOGTO_SECRET", "LOGTO_SECRET_NEXT"], "resource": "https://tenant.logto.app/api" },
        },
        "UPSTREAM_LOGINRADIUS": {
            "vendor": "loginradius", "base_url": "https://api.loginradius.com",
            "credential": { "kind": "client_credentials", "client_id": "loginradius-client", "secret": "LOGINRADIUS_SECRET",
                "token_url": "https://tenant.hub.loginradius.com/service/oauth/token",
                "audience": "https://api.loginradius.com/identity/v2/manage" },
        },
        "CALLER_ADMIN_PORTAL": {
            "issuer": "https://login.example.com", "audience": "sso-config-gateway",
            "jwks_url": "https://login.example.com/.well-known/jwks.json",
            "algorithms": ["RS256", "ES256", "EdDSA"],
            "organization_claim": { "claim": "org_id", "form": "id" },
            "origins": ["https://admin.example.com"],
            "grants": [{ "upstream": "stytch-test", "access": "write", "organizations": "claim", "fields": { "deny": ["roles"] } }],
        },
        "CALLER_DEPLOY_SCRIPT": {
            "token_sha256": digest, "grants": [{ "upstream": "logto", "access": "write", "connections": "all" }],
        },
        "CALLER_DOCS_VISITORS": {
            "session": { "secret": "SESSION_KEY", "lifetime_s": 900 }, "origins": ["https://docs.example.com"],
            "grants": [{ "upstream": "stytch-test", "access": "write", "organizations": ["organization-test-1"],
                "operations": ["update_saml_connection"] }],
        },
        "STYTCH_TEST_SECRET": "fake-secret-of-stytch", "LOGTO_SECRET": "fake-secret-of-logto",
        "LOGTO_SECRET_NEXT": "fake-secret-of-logto-next", "LOGINRADIUS_SECRET": "fake-secret-of-loginradius",
        "SESSION_KEY": "fake-secret-of-sessions-0123456789", "rate limits": ["SESSION_RATE_LIMIT"],
    });
    let settings = loaded(&example);
    let names: Vec<&str> = settings.callers.iter().map(|caller| &*caller.name).collect();
    assert_eq!(names, ["admin-portal", "deploy-script", "docs-visitors"]);
    let sessions = settings.callers[2].sessions.as_ref().expect("sessions");
    assert_eq!(sessions.rate_limit.as_ref().map(|limit| &*limit.binding), Some("SESSION_RATE_LIMIT"));
}
