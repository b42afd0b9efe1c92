//! `CALLER_*`.

use serde_json::json;

use super::{ABSENT, each_is_one_mistake, edit, loaded, mistakes, valid};

#[test]
fn faulty_callers() {
    let digest = "CALLER_PORTAL.token_sha256: must be 64 hexadecimal digits, the SHA-256 of the token";
    let wild = "CALLER_PORTAL.origins[0]: must be one exact origin; `*` and `null` are none";
    let origin = "CALLER_PORTAL.origins[0]: must be an origin, without a path or a slash at its end";
    each_is_one_mistake(vec![
        ("/CALLER_PORTAL", json!(true), "CALLER_PORTAL: must be a table, not true or false"),
        (
            "/CALLER_PORTAL/token_sha256",
            json!(ABSENT),
            "CALLER_PORTAL.token_sha256: is required, or `issuer` for callers with JWTs, or `session` for visitors of configured pages",
        ),
        ("/CALLER_PORTAL/token_sha256", json!(""), digest),
        ("/CALLER_PORTAL/token_sha256", json!("a".repeat(63)), digest),
        ("/CALLER_PORTAL/token_sha256", json!("a".repeat(65)), digest),
        ("/CALLER_PORTAL/token_sha256", json!("g".repeat(64)), digest),
        ("/CALLER_PORTAL/token_sha256", json!("+a".repeat(32)), digest),
        ("/CALLER_PORTAL/token_sha256", json!("é".repeat(32)), digest),
        ("/CALLER_PORTAL/token_sha256", json!([1, 2]), "CALLER_PORTAL.token_sha256: must be text, not a list"),
        (
            "/CALLER_PORTAL/token_sha256",
            json!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            "CALLER_PORTAL.token_sha256: is the digest of an empty token",
        ),
        (
            "/CALLER_PORTAL/token",
            json!("X"),
            "CALLER_PORTAL.token: a token is never written here; `token_sha256` gives its digest",
        ),
        ("/CALLER_PORTAL/origin", json!([]), "CALLER_PORTAL.origin: is not known here; did you mean `origins`?"),
        ("/CALLER_PORTAL/origins", json!("*"), "CALLER_PORTAL.origins: must be a list, not text"),
        ("/CALLER_PORTAL/origins", json!(["*"]), wild),
        ("/CALLER_PORTAL/origins", json!(["null"]), wild),
        ("/CALLER_PORTAL/origins", json!(["https://a.example.com/"]), origin),
        ("/CALLER_PORTAL/origins", json!(["https://a.example.com/x"]), origin),
        (
            "/CALLER_PORTAL/origins",
            json!(["http://a.example.com"]),
            "CALLER_PORTAL.origins[0]: must be https (http is for loopback only)",
        ),
        (
            "/CALLER_PORTAL/origins",
            json!(["https://*.example.com"]),
            "CALLER_PORTAL.origins[0]: must name one host, without `*`",
        ),
        ("/CALLER_PORTAL/origins", json!([""]), "CALLER_PORTAL.origins[0]: is empty"),
        ("/CALLER_PORTAL/grants", json!(ABSENT), "CALLER_PORTAL.grants: is required"),
        ("/CALLER_PORTAL/grants", json!([]), "CALLER_PORTAL.grants: is an empty list: this caller could do nothing"),
        ("/CALLER_PORTAL/grants", json!({}), "CALLER_PORTAL.grants: must be a list, not a table"),
        ("/CALLER_PORTAL/grants", json!(vec![0; 65]), "CALLER_PORTAL.grants: has more than 64 items"),
        ("/CALLER_PORTAL/grants", json!(["all"]), "CALLER_PORTAL.grants[0]: must be a table, not text"),
    ]);
}

#[test]
fn names_that_cannot_be_a_callers() {
    let mut bindings = valid();
    let mut twin = bindings["CALLER_PORTAL"].clone();
    edit(&mut twin, "/token_sha256", json!("2".repeat(64)));
    edit(&mut bindings, "/CALLER_9", twin.clone());
    assert_eq!(
        mistakes(&bindings),
        ["CALLER_9: what follows CALLER_ must be 2 to 32 letters, digits and _, a letter first"]
    );
    edit(&mut bindings, "/CALLER_9", json!(ABSENT));
    edit(&mut bindings, "/CALLER_portal", twin);
    assert_eq!(mistakes(&bindings), ["CALLER_portal: gives the name \"portal\", as CALLER_PORTAL does"]);
}

#[test]
fn an_empty_list_of_origins_is_none() {
    let mut bindings = valid();
    edit(&mut bindings, "/CALLER_PORTAL/origins", json!([]));
    assert!(loaded(&bindings).callers[1].origins.is_empty());
}
