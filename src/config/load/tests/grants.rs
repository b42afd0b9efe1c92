//! `CALLER_*.grants`.

use serde_json::json;

use super::{ABSENT, edit, mistakes, valid};

#[test]
fn faulty_grants() {
    let at = |key: &str| format!("CALLER_PORTAL.grants[0].{key}");
    let rows = [
        ("upstream", json!(ABSENT), "upstream: is required"),
        (
            "upstream",
            json!("stytch-tset"),
            "upstream: does not name a configured upstream; did you mean \"stytch-test\"?",
        ),
        ("upstream", json!("elsewhere"), "upstream: does not name a configured upstream"),
        ("upstream", json!("UPSTREAM_STYTCH_TEST"), "upstream: does not name a configured upstream"),
        ("access", json!(ABSENT), "access: is required"),
        ("access", json!("admin"), "access: must be \"read\" or \"write\""),
        ("operations", json!([]), "operations: is an empty list"),
        ("operations", json!("all"), "operations: must be a list, not text"),
        ("operations", json!(["drop_tables"]), "operations[0]: is not an operation of stytch"),
        ("operations", json!(vec!["x"; 257]), "operations: has more than 256 items"),
        ("organizations", json!(ABSENT), "organizations: is required: a grant says whose, \"all\" or a list"),
        ("organizations", json!([]), "organizations: is an empty list"),
        (
            "organizations",
            json!("claim"),
            "organizations: must be \"all\" or a list; only a caller with an `issuer` has claims",
        ),
        ("organizations", json!("some"), "organizations: must be \"all\" or a list"),
        ("organizations", json!(null), "organizations: must be \"all\" or a list"),
        ("organizations", json!(true), "organizations: must be \"all\" or a list"),
        (
            "organizations",
            json!(["all"]),
            "organizations[0]: must be one exact name; \"all\" stands alone, not in a list",
        ),
        (
            "organizations",
            json!(["acme-*"]),
            "organizations[0]: must be one exact name; \"all\" stands alone, not in a list",
        ),
        ("organizations", json!([""]), "organizations[0]: is empty"),
        ("organizations", json!([1]), "organizations[0]: must be text, not a number"),
        ("organizations", json!(["a b"]), "organizations[0]: contains a blank or a control character"),
        ("connections", json!("all"), "connections: stytch is granted by `organizations`"),
        ("organisations", json!([]), "organisations: is not known here; did you mean `organizations`?"),
        ("fields", json!([]), "fields: must be a table, not a list"),
        ("fields", json!({}), "fields: has neither `allow` nor `deny`"),
        ("fields", json!({ "allow": [] }), "fields.allow: is an empty list"),
        ("fields", json!({ "deny": [] }), "fields.deny: is an empty list"),
        ("fields", json!({ "deny": "roles" }), "fields.deny: must be a list, not text"),
        ("fields", json!({ "deny": ["role"] }), "fields.deny[0]: is not the path of a canonical field"),
        ("fields", json!({ "deny": ["roles"], "denny": [] }), "fields.denny: is not known here; did you mean `deny`?"),
        ("retarget_secrets", json!("yes"), "retarget_secrets: must be true or false, not text"),
    ];
    for (key, value, expected) in rows {
        let mut bindings = valid();
        edit(&mut bindings, &format!("/CALLER_PORTAL/grants/0/{key}"), value.clone());
        assert_eq!(mistakes(&bindings), [at(expected)], "{key} = {value}");
    }
}

#[test]
fn tenant_wide_vendors_are_granted_by_connection() {
    let grant = "/CALLER_DEPLOY_SCRIPT/grants/0";
    let at = "CALLER_DEPLOY_SCRIPT.grants[0]";
    let rows = [
        ("connections", json!(ABSENT), "connections: is required: a grant says whose, \"all\" or a list"),
        ("connections", json!([]), "connections: is an empty list"),
        (
            "connections",
            json!({ "claim": "sub" }),
            "connections: must be \"all\" or a list; only a caller with an `issuer` has claims",
        ),
        ("organizations", json!("all"), "organizations: logto is granted by `connections`"),
    ];
    for (key, value, expected) in rows {
        let mut bindings = valid();
        edit(&mut bindings, &format!("{grant}/{key}"), value);
        assert_eq!(mistakes(&bindings), [format!("{at}.{expected}")]);
    }
}
