//! `UPSTREAM_*.credential` and the secrets it names.

use serde_json::json;

use super::{ABSENT, each_is_one_mistake, edit, loaded, together, valid};

#[test]
fn faulty_credentials() {
    let written = "a secret is never written here; `secret` gives the name of its binding";
    let stytch = format!("UPSTREAM_STYTCH_TEST.credential.password: {written}");
    let logto = format!("UPSTREAM_LOGTO.credential.client_secret: {written}");
    let ascii = "must be visible ASCII characters, without blanks";
    let blank_id = format!("UPSTREAM_LOGTO.credential.client_id: {ascii}");
    let blank_user = format!("UPSTREAM_STYTCH_TEST.credential.username: {ascii}");
    let odd_audience = format!("UPSTREAM_LOGINRADIUS.credential.audience: {ascii}");
    each_is_one_mistake(vec![
        ("/UPSTREAM_LOGTO/credential", json!(ABSENT), "UPSTREAM_LOGTO.credential: is required"),
        ("/UPSTREAM_LOGTO/credential", json!("LOGTO_SECRET"), "UPSTREAM_LOGTO.credential: must be a table, not text"),
        ("/UPSTREAM_LOGTO/credential/kind", json!(ABSENT), "UPSTREAM_LOGTO.credential.kind: is required"),
        (
            "/UPSTREAM_LOGTO/credential/kind",
            json!("basic"),
            "UPSTREAM_LOGTO.credential.kind: must be \"client_credentials\"",
        ),
        (
            "/UPSTREAM_STYTCH_TEST/credential/kind",
            json!("client_credentials"),
            "UPSTREAM_STYTCH_TEST.credential.kind: must be \"basic\"",
        ),
        (
            "/UPSTREAM_STYTCH_TEST/credential/username",
            json!(ABSENT),
            "UPSTREAM_STYTCH_TEST.credential.username: is required",
        ),
        ("/UPSTREAM_STYTCH_TEST/credential/username", json!(""), "UPSTREAM_STYTCH_TEST.credential.username: is empty"),
        (
            "/UPSTREAM_STYTCH_TEST/credential/username",
            json!("a:b"),
            "UPSTREAM_STYTCH_TEST.credential.username: must not contain a colon",
        ),
        ("/UPSTREAM_STYTCH_TEST/credential/username", json!("a b"), &blank_user),
        ("/UPSTREAM_STYTCH_TEST/credential/username", json!("a\n"), &blank_user),
        ("/UPSTREAM_STYTCH_TEST/credential/password", json!("X"), &stytch),
        (
            "/UPSTREAM_STYTCH_TEST/credential/project_id",
            json!("X"),
            "UPSTREAM_STYTCH_TEST.credential.project_id: is called `username` here",
        ),
        (
            "/UPSTREAM_STYTCH_TEST/credential/client_id",
            json!("X"),
            "UPSTREAM_STYTCH_TEST.credential.client_id: is not part of a basic credential; `username` is the project id",
        ),
        ("/UPSTREAM_LOGTO/credential/client_secret", json!("X"), &logto),
        (
            "/UPSTREAM_LOGTO/credential/audience",
            json!("X"),
            "UPSTREAM_LOGTO.credential.audience: is for loginradius; logto has `resource`",
        ),
        ("/UPSTREAM_LOGTO/credential/client_id", json!(ABSENT), "UPSTREAM_LOGTO.credential.client_id: is required"),
        ("/UPSTREAM_LOGTO/credential/client_id", json!("é"), &blank_id),
        ("/UPSTREAM_LOGTO/credential/resource", json!(ABSENT), "UPSTREAM_LOGTO.credential.resource: is required"),
        ("/UPSTREAM_LOGTO/credential/resource", json!(""), "UPSTREAM_LOGTO.credential.resource: is empty"),
        (
            "/UPSTREAM_LOGTO/credential/secrets",
            json!("X"),
            "UPSTREAM_LOGTO.credential.secrets: is not known here; did you mean `secret`?",
        ),
        (
            "/UPSTREAM_LOGINRADIUS/credential/resource",
            json!("X"),
            "UPSTREAM_LOGINRADIUS.credential.resource: is for logto; loginradius has `audience`",
        ),
        (
            "/UPSTREAM_LOGINRADIUS/credential/audience",
            json!(ABSENT),
            "UPSTREAM_LOGINRADIUS.credential.audience: is required",
        ),
        ("/UPSTREAM_LOGINRADIUS/credential/audience", json!(""), "UPSTREAM_LOGINRADIUS.credential.audience: is empty"),
        ("/UPSTREAM_LOGINRADIUS/credential/audience", json!("a\u{0}"), &odd_audience),
    ]);
}

#[test]
fn faulty_token_urls() {
    let at = "/UPSTREAM_LOGINRADIUS/credential/token_url";
    let said = |what: &str| format!("UPSTREAM_LOGINRADIUS.credential.token_url: {what}");
    let query = said("must have neither a query nor a fragment");
    let user = said("must not carry user information");
    let private = said("must name a public host: no address in digits, single label or private suffix");
    each_is_one_mistake(vec![
        (at, json!(ABSENT), &said("is required")),
        (at, json!(5), &said("must be text, not a number")),
        (at, json!("/service/oauth/token"), &said("must begin with https://")),
        (at, json!("http://t.example.com/token"), &said("must be https (http is for loopback only)")),
        (at, json!("https://t.example.com/token?a=b"), &query),
        (at, json!("https://t.example.com/token?"), &query),
        (at, json!("https://t.example.com/token#a"), &query),
        (at, json!("https://u:p@t.example.com/token"), &user),
        (at, json!("https://u@t.example.com\\@x/token"), &user),
        (at, json!("https://t.internal/token"), &private),
        (at, json!("https://169.254.169.254/token"), &private),
        (at, json!("https://t.example.com/to ken"), &said("contains a blank or a control character")),
    ]);
    let mut bindings = valid();
    edit(&mut bindings, at, json!("http://127.0.0.9:8080/a@b/token"));
    loaded(&bindings);
}

#[test]
fn names_of_secrets() {
    let at = "/UPSTREAM_STYTCH_TEST/credential/secret";
    let said = |what: &str| format!("UPSTREAM_STYTCH_TEST.credential.secret: {what}");
    let unset = said("names the secret \"NO_SUCH_SECRET\", which is not set");
    let shape = said("must be the NAME of a secret binding (capital letters, digits, _)");
    let entry = said("names \"GATEWAY\", which is an entry of the configuration, not a secret");
    each_is_one_mistake(vec![
        (at, json!(ABSENT), &said("is required")),
        (at, json!(null), &said("must be the name of a secret binding or a list of two, not null")),
        (at, json!("NO_SUCH_SECRET"), &unset),
        (at, json!("secret-test-written-here-0123456789"), &shape),
        (at, json!("secret_binding"), &shape),
        (at, json!(""), &shape),
        (at, json!("A".repeat(65)), &shape),
        (at, json!("GATEWAY"), &entry),
        (at, json!("UPSTREAM_LOGTO"), &entry.replace("GATEWAY", "UPSTREAM_LOGTO")),
        (at, json!("CALLER_PORTAL"), &entry.replace("GATEWAY", "CALLER_PORTAL")),
        (at, json!("SOMETHING_ELSE"), &said("names the secret \"SOMETHING_ELSE\", which is not text")),
        (at, json!([]), &said("is an empty list")),
        (at, json!([""]), "UPSTREAM_STYTCH_TEST.credential.secret[0]: is empty"),
        (
            at,
            json!(["STYTCH_TEST_SECRET", "STYTCH_TEST_SECRET"]),
            "UPSTREAM_STYTCH_TEST.credential.secret[1]: is the same as UPSTREAM_STYTCH_TEST.credential.secret[0]",
        ),
        (
            at,
            json!(["STYTCH_TEST_SECRET", "LOGTO_SECRET", "LOGTO_SECRET_NEXT"]),
            &said("must be one name, or a list of one or two"),
        ),
        (
            at,
            json!(["STYTCH_TEST_SECRET", "NO_SUCH_SECRET"]),
            "UPSTREAM_STYTCH_TEST.credential.secret[1]: names the secret \"NO_SUCH_SECRET\", which is not set",
        ),
    ]);
}

#[test]
fn values_of_secrets() {
    let at = "/STYTCH_TEST_SECRET";
    let said =
        |what: &str| format!("UPSTREAM_STYTCH_TEST.credential.secret: names the secret \"STYTCH_TEST_SECRET\", {what}");
    let short = said("which is shorter than 16 bytes");
    let control = said("which contains a control character (a line break at its end, perhaps)");
    let ascii = said("which contains a character outside ASCII");
    let blank = said("which begins or ends with a blank");
    each_is_one_mistake(vec![
        (at, json!(ABSENT), &said("which is not set")),
        (at, json!({ "value": "secret-test-0123456789" }), &said("which is not text")),
        (at, json!(""), &short),
        (at, json!("123456789012345"), &short),
        (at, json!("secret-test-0123456789\n"), &control),
        (at, json!("secret-test\u{0}-0123456789"), &control),
        (at, json!("secret-test\u{7f}-0123456789"), &control),
        (at, json!("\tsecret-test-0123456789"), &control),
        (at, json!("secret-test-0123456789-é"), &ascii),
        (at, json!("secret-test-0123456789\u{a0}"), &ascii),
        (at, json!(" secret-test-0123456789"), &blank),
        (at, json!("secret-test-0123456789 "), &blank),
    ]);
    together(valid(), &[(at, json!(" é\n"))], &[&short, &control, &ascii, &blank]);
    let mut bindings = valid();
    edit(&mut bindings, at, json!("sixteen bytes !?"));
    loaded(&bindings);
}
