//! Bindings as a whole, and `GATEWAY`.

use serde_json::json;

use super::{ABSENT, each_is_one_mistake, edit, mistakes, together, valid};
use crate::config::load;

#[test]
fn bindings_that_are_not_an_object_are_refused() {
    let rows = [
        ("", "bindings: is not JSON (line 1, column 0)"),
        ("{", "bindings: is not JSON (line 1, column 1)"),
        ("[]", "bindings: must be a JSON object"),
        ("null", "bindings: must be a JSON object"),
        ("{\"GATEWAY\":{},\"GATEWAY\":{}}", "bindings: has a member twice (line 1, column 27)"),
        ("{\"A\":{\"b\":1,\"b\":2}}", "bindings: has a member twice (line 1, column 18)"),
    ];
    for (bindings, expected) in rows {
        let mistakes = load(bindings).err().expect("refused");
        let mistakes: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(mistakes, [expected], "{bindings}");
    }
    assert!(load(&"[".repeat(100_000)).is_err());
}

#[test]
fn nothing_configured_names_everything_that_is_required() {
    assert_eq!(
        mistakes(&json!({ "ASSETS": {} })),
        ["GATEWAY: is required", "UPSTREAM_*: at least one upstream is required"]
    );
    together(
        json!({ "GATEWAY": {}, "UPSTREAM_ONE": {}, "CALLER_ONE": {} }),
        &[],
        &[
            "GATEWAY.public_origin: is required",
            "UPSTREAM_ONE.vendor: is required",
            "UPSTREAM_ONE.base_url: is required",
            "UPSTREAM_ONE.credential: is required",
            "CALLER_ONE.token_sha256: is required, or `issuer` for callers with JWTs, or `session` for visitors of configured pages",
            "CALLER_ONE.grants: is required",
        ],
    );
}

#[test]
fn faulty_gateways() {
    let deadline = "GATEWAY.deadline_s: must be a whole number of seconds, 1 to 60";
    let path = "GATEWAY.public_origin: must be an origin, without a path or a slash at its end";
    each_is_one_mistake(vec![
        ("/GATEWAY", json!(ABSENT), "GATEWAY: is required"),
        ("/GATEWAY", json!(null), "GATEWAY: must be a table, not null"),
        ("/GATEWAY", json!([]), "GATEWAY: must be a table, not a list"),
        ("/GATEWAY", json!(""), "GATEWAY: is not JSON (line 1, column 0)"),
        ("/GATEWAY", json!("\"text\""), "GATEWAY: must be a table, not text"),
        (
            "/GATEWAY",
            json!("{\"public_origin\": \"https://a.example.com\", \"public_origin\": \"https://b.example.com\"}"),
            "GATEWAY: has a member twice (line 1, column 84)",
        ),
        ("/GATEWAY/public_origin", json!(ABSENT), "GATEWAY.public_origin: is required"),
        ("/GATEWAY/public_origin", json!(true), "GATEWAY.public_origin: must be text, not true or false"),
        ("/GATEWAY/public_origin", json!(""), "GATEWAY.public_origin: must begin with https://"),
        ("/GATEWAY/public_origin", json!("gateway.example.com"), "GATEWAY.public_origin: must begin with https://"),
        ("/GATEWAY/public_origin", json!("wss://g.example.com"), "GATEWAY.public_origin: must begin with https://"),
        ("/GATEWAY/public_origin", json!("https:g.example.com"), "GATEWAY.public_origin: must begin with https://"),
        ("/GATEWAY/public_origin", json!("https://"), "GATEWAY.public_origin: is not a URL"),
        ("/GATEWAY/public_origin", json!("https:///g.example.com"), "GATEWAY.public_origin: has no host"),
        ("/GATEWAY/public_origin", json!("https://g.example.com/"), path),
        ("/GATEWAY/public_origin", json!("https://g.example.com/sso"), path),
        ("/GATEWAY/public_origin", json!("https://g.example.com\\sso"), path),
        (
            "/GATEWAY/public_origin",
            json!("https://g.example.com?a=b"),
            "GATEWAY.public_origin: must be an origin, without a query or fragment",
        ),
        (
            "/GATEWAY/public_origin",
            json!("https://user@g.example.com"),
            "GATEWAY.public_origin: must not carry user information",
        ),
        (
            "/GATEWAY/public_origin",
            json!("http://g.example.com"),
            "GATEWAY.public_origin: must be https (http is for loopback only)",
        ),
        (
            "/GATEWAY/public_origin",
            json!("https://g.example.com\n"),
            "GATEWAY.public_origin: contains a blank or a control character",
        ),
        (
            "/GATEWAY/public_origin",
            json!("https://g.example.com."),
            "GATEWAY.public_origin: has a host that ends with a dot",
        ),
        ("/GATEWAY/public_origin", json!("https://g.example.com:0"), "GATEWAY.public_origin: has port 0"),
        ("/GATEWAY/public_origin", json!("https://g.example.com:99999"), "GATEWAY.public_origin: is not a URL"),
        ("/GATEWAY/deadline_s", json!(0), deadline),
        ("/GATEWAY/deadline_s", json!(61), deadline),
        ("/GATEWAY/deadline_s", json!(1.5), deadline),
        ("/GATEWAY/deadline_s", json!(-1), deadline),
        ("/GATEWAY/deadline_s", json!("20"), deadline),
        ("/GATEWAY/deadline_s", json!(null), deadline),
        ("/GATEWAY/deadline", json!(20), "GATEWAY.deadline: is not known here; did you mean `deadline_s`?"),
        ("/GATEWAY/x", json!(1), "GATEWAY.x: is not known here; known are public_origin, deadline_s, limits"),
        ("/GATEWAY/a b", json!(1), "GATEWAY.?: is not known here; known are public_origin, deadline_s, limits"),
    ]);
}

#[test]
fn entries_are_bounded() {
    let long = json!({ "public_origin": "https://gateway.example.com", "x": "y".repeat(5_120) });
    each_is_one_mistake(vec![
        ("/GATEWAY", long.clone(), "GATEWAY: is longer than 5120 bytes"),
        ("/GATEWAY", json!(long.to_string()), "GATEWAY: is longer than 5120 bytes"),
        ("/CALLER_PORTAL", long.clone(), "CALLER_PORTAL: is longer than 5120 bytes"),
        ("/UPSTREAM_EXTRA", long, "UPSTREAM_EXTRA: is longer than 5120 bytes"),
    ]);
    for (prefix, most) in [("UPSTREAM_", 64), ("CALLER_", 256)] {
        let mut bindings = valid();
        for index in 0..=most {
            edit(&mut bindings, &format!("/{prefix}N{index}"), json!({}));
        }
        let first = &mistakes(&bindings)[0];
        assert!(first.starts_with(&format!("{prefix}*: there are ")), "{first}");
        assert!(first.ends_with(&format!(", {most} are allowed")), "{first}");
    }
}
