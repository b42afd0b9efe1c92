//! `UPSTREAM_*` without its credential.

use serde_json::{Value, json};

use super::{ABSENT, each_is_one_mistake, edit, loaded, mistakes, together, valid};

/// Moves an upstream to another entry and renames it in nothing else.
fn renamed(from: &str, to: &str) -> Value {
    let mut bindings = valid();
    let entry = bindings[from].clone();
    edit(&mut bindings, &format!("/{from}"), json!(ABSENT));
    edit(&mut bindings, &format!("/{to}"), entry);
    edit(&mut bindings, "/CALLER_PORTAL", json!(ABSENT));
    edit(&mut bindings, "/CALLER_DEPLOY_SCRIPT", json!(ABSENT));
    bindings
}

#[test]
fn names_that_cannot_be_an_upstreams() {
    let long = format!("UPSTREAM_{}", "A".repeat(33));
    for name in ["UPSTREAM_", "UPSTREAM_A", "UPSTREAM_1A", "UPSTREAM__A", &long] {
        let expected = format!("{name}: what follows UPSTREAM_ must be 2 to 32 letters, digits and _, a letter first");
        assert_eq!(mistakes(&renamed("UPSTREAM_LOGTO", name)), [expected]);
    }
    // Not repeated: it could be anything.
    for name in ["UPSTREAM_A B", "UPSTREAM_A\n", "UPSTREAM_ÄÖ"] {
        assert_eq!(
            mistakes(&renamed("UPSTREAM_LOGTO", name)),
            ["UPSTREAM_?: what follows UPSTREAM_ must be 2 to 32 letters, digits and _, a letter first"]
        );
    }
    assert_eq!(loaded(&renamed("UPSTREAM_LOGTO", "UPSTREAM_A1")).upstreams[0].name, "a1");
}

#[test]
fn names_that_are_paths() {
    for name in [
        "SSO", "TOOLS", "PROXY", "OPENAPI", "SCHEMAS", "DOCS", "HEALTHZ", "READYZ", "HEALTH", "CONFIG", "OIDC",
        "ASSETS", "V1", "V2", "API", "HTTP", "HTTPS",
    ] {
        let lower = name.to_lowercase();
        assert_eq!(
            mistakes(&renamed("UPSTREAM_LOGTO", &format!("UPSTREAM_{name}"))),
            [format!("UPSTREAM_{name}: the name \"{lower}\" is the beginning of a path of ours or a vendor's")]
        );
    }
    loaded(&renamed("UPSTREAM_LOGTO", "UPSTREAM_API_2"));
}

#[test]
fn a_vendors_name_is_for_that_vendor() {
    assert_eq!(
        mistakes(&renamed("UPSTREAM_LOGTO", "UPSTREAM_STYTCH")),
        ["UPSTREAM_STYTCH: the name \"stytch\" may only name an upstream of that vendor"]
    );
    loaded(&renamed("UPSTREAM_STYTCH_TEST", "UPSTREAM_STYTCH"));
}

#[test]
fn two_entries_cannot_give_one_name() {
    let mut bindings = valid();
    let mut twin = bindings["UPSTREAM_STYTCH_TEST"].clone();
    edit(&mut twin, "/aliases", json!([]));
    edit(&mut twin, "/default", json!(false));
    edit(&mut bindings, "/UPSTREAM_stytch_test", twin);
    let said = "UPSTREAM_stytch_test: gives the name \"stytch-test\", as UPSTREAM_STYTCH_TEST does";
    assert_eq!(mistakes(&bindings), [said]);
}

#[test]
fn faulty_members() {
    let private = "UPSTREAM_LOGINRADIUS.base_url: must name a public host: no address in digits, single label or \
                   private suffix";
    let secure = "UPSTREAM_LOGINRADIUS.base_url: must be https (http is for loopback only)";
    let path = "UPSTREAM_LOGINRADIUS.base_url: must be an origin, without a path or a slash at its end";
    let base_url = "/UPSTREAM_LOGINRADIUS/base_url";
    let vendors = "UPSTREAM_LOGTO.vendor: must be \"logto\" or \"loginradius\" or \"stytch\"";
    each_is_one_mistake(vec![
        ("/UPSTREAM_LOGTO", json!(3), "UPSTREAM_LOGTO: must be a table, not a number"),
        ("/UPSTREAM_LOGTO", json!("not json at all"), "UPSTREAM_LOGTO: is not JSON (line 1, column 2)"),
        ("/UPSTREAM_LOGTO/vendor", json!(ABSENT), "UPSTREAM_LOGTO.vendor: is required"),
        ("/UPSTREAM_LOGTO/vendor", json!("Logto"), vendors),
        ("/UPSTREAM_LOGTO/vendor", json!(["logto"]), vendors),
        ("/UPSTREAM_LOGTO/baseurl", json!("x"), "UPSTREAM_LOGTO.baseurl: is not known here; did you mean `base_url`?"),
        (
            "/UPSTREAM_LOGTO/secret",
            json!("X"),
            "UPSTREAM_LOGTO.secret: belongs inside `credential`, as the name of a secret binding",
        ),
        ("/UPSTREAM_LOGTO/token_url", json!("X"), "UPSTREAM_LOGTO.token_url: belongs inside `credential`"),
        (
            "/UPSTREAM_LOGTO/name",
            json!("X"),
            "UPSTREAM_LOGTO.name: the name comes from the entry's own: UPSTREAM_STYTCH_TEST is stytch-test",
        ),
        ("/UPSTREAM_LOGTO/base_url", json!(ABSENT), "UPSTREAM_LOGTO.base_url: is required"),
        (base_url, json!(null), "UPSTREAM_LOGINRADIUS.base_url: must be text, not null"),
        (base_url, json!("http://api.loginradius.com"), secure),
        (base_url, json!("https://api.loginradius.com/"), path),
        (base_url, json!("https://api.loginradius.com/v2"), path),
        (
            base_url,
            json!("https://a:b@api.loginradius.com"),
            "UPSTREAM_LOGINRADIUS.base_url: must not carry user information",
        ),
        (
            base_url,
            json!("https://@api.loginradius.com"),
            "UPSTREAM_LOGINRADIUS.base_url: must not carry user information",
        ),
        (base_url, json!("https://192.0.2.7"), private),
        (base_url, json!("https://10.0.0.1"), private),
        (base_url, json!("https://0.0.0.0"), private),
        (base_url, json!("https://0xa9fea9fe"), private),
        (base_url, json!("https://[2001:db8::1]"), private),
        (base_url, json!("https://[::ffff:127.0.0.1]"), private),
        (base_url, json!("https://intranet"), private),
        (base_url, json!("https://vendor.local"), private),
        (base_url, json!("https://vendor.INTERNAL"), private),
        (base_url, json!("http://vendor.localhost"), private),
        (base_url, json!("http://localhost.example.com"), secure),
        (base_url, json!("http://127.0.0.1.example.com"), secure),
        ("/UPSTREAM_LOGTO/default", json!("true"), "UPSTREAM_LOGTO.default: must be true or false, not text"),
        (
            "/UPSTREAM_LOGTO/unknown_members",
            json!("drop"),
            "UPSTREAM_LOGTO.unknown_members: must be \"refuse\" or \"forward\"",
        ),
        ("/UPSTREAM_LOGTO/checks", json!([]), "UPSTREAM_LOGTO.checks: must be a table, not a list"),
        (
            "/UPSTREAM_LOGTO/checks",
            json!({"no_such_check": "off"}),
            "UPSTREAM_LOGTO.checks.no_such_check: is not the code of a check",
        ),
        (
            "/UPSTREAM_LOGTO/checks",
            json!({"certificate_expiring": "fatal"}),
            "UPSTREAM_LOGTO.checks.certificate_expiring: must be \"error\" or \"warning\" or \"off\"",
        ),
        (
            "/UPSTREAM_LOGTO/checks",
            json!({"certificate_expiring": false}),
            "UPSTREAM_LOGTO.checks.certificate_expiring: must be \"error\" or \"warning\" or \"off\"",
        ),
        ("/UPSTREAM_LOGTO/aliases", json!("https://x.example.com"), "UPSTREAM_LOGTO.aliases: must be a list, not text"),
        (
            "/UPSTREAM_LOGTO/aliases",
            json!(["*"]),
            "UPSTREAM_LOGTO.aliases[0]: must be one exact origin; `*` and `null` are none",
        ),
        ("/UPSTREAM_LOGTO/aliases", json!([""]), "UPSTREAM_LOGTO.aliases[0]: is empty"),
        ("/UPSTREAM_LOGTO/aliases", json!([7]), "UPSTREAM_LOGTO.aliases[0]: must be text, not a number"),
        (
            "/UPSTREAM_LOGTO/aliases",
            json!(["http://x.example.com"]),
            "UPSTREAM_LOGTO.aliases[0]: must be https (http is for loopback only)",
        ),
        (
            "/UPSTREAM_LOGTO/aliases",
            json!(["https://x.example.com", "https://X.example.com"]),
            "UPSTREAM_LOGTO.aliases[1]: is the same origin as UPSTREAM_LOGTO.aliases[0]",
        ),
        ("/UPSTREAM_LOGTO/aliases", json!(vec!["x"; 257]), "UPSTREAM_LOGTO.aliases: has more than 256 items"),
    ]);
    let many: serde_json::Map<_, _> = (0..257).map(|code| (code.to_string(), json!("off"))).collect();
    each_is_one_mistake(vec![(
        "/UPSTREAM_LOGTO/checks",
        many.into(),
        "UPSTREAM_LOGTO.checks: has more than 256 members",
    )]);
}

#[test]
fn a_faulty_upstream_is_not_reported_by_those_who_name_it() {
    together(
        valid(),
        &[("/UPSTREAM_LOGTO", json!("{")), ("/UPSTREAM_STYTCH_TEST/vendor", json!("okta"))],
        &[
            "UPSTREAM_LOGTO: is not JSON (line 1, column 1)",
            "UPSTREAM_STYTCH_TEST.vendor: must be \"logto\" or \"loginradius\" or \"stytch\"",
        ],
    );
}
