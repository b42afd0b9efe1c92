//! Broken configurations, mostly one edit away from one that works, and what is said about them.

#![allow(clippy::too_many_lines, reason = "tables of broken configurations are long")]

mod accepted;
mod callers;
mod credentials;
mod grants;
mod issuers;
mod limits;
mod properties;
mod sessions;
mod together;
mod upstreams;
mod whole;

use serde_json::{Value, json};

use super::{Mistake, load};
use crate::config::Settings;

/// Stands for "leave this member out" in an edit.
const ABSENT: &str = "(absent)";

const DIGEST_OF_SANDBOX: &str = "b7ad567477c83756aab9a542b2be04f77dbae25115d85f22070d74d8cc4779dc";

/// A configuration in which everything is used.
fn valid() -> Value {
    json!({
        "GATEWAY": { "public_origin": "https://gateway.example.com", "deadline_s": 9 },
        "UPSTREAM_STYTCH_TEST": {
            "vendor": "stytch",
            "base_url": "https://test.stytch.com",
            "aliases": ["https://api.stytch.com"],
            "default": true,
            "unknown_members": "forward",
            "checks": { "certificate_expiring": "error" },
            "credential": {
                "kind": "basic",
                "username": "project-test-1234",
                "secret": "STYTCH_TEST_SECRET",
            },
        },
        "UPSTREAM_LOGTO": {
            "vendor": "logto",
            "base_url": "https://tenant.logto.app",
            "credential": {
                "kind": "client_credentials",
                "client_id": "logto-client-1",
                "secret": ["LOGTO_SECRET", "LOGTO_SECRET_NEXT"],
                "resource": "https://tenant.logto.app/api",
            },
        },
        "UPSTREAM_LOGINRADIUS": {
            "vendor": "loginradius",
            "base_url": "https://api.loginradius.com",
            "credential": {
                "kind": "client_credentials",
                "client_id": "loginradius-client-1",
                "secret": "LOGINRADIUS_SECRET",
                "token_url": "https://tenant.hub.loginradius.com/service/oauth/token",
                "audience": "https://api.loginradius.com/identity/v2/manage",
            },
        },
        "CALLER_DEPLOY_SCRIPT": {
            "token_sha256": "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef",
            "grants": [
                { "upstream": "logto", "access": "write", "connections": "all", "retarget_secrets": true },
                { "upstream": "loginradius", "access": "read", "connections": ["saml.acme"] },
            ],
        },
        "CALLER_PORTAL": {
            "token_sha256": "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "origins": ["https://admin.example.com", "http://localhost:3000", "http://portal.localhost:3000"],
            "grants": [{
                "upstream": "stytch-test",
                "access": "write",
                "organizations": ["organization-test-1"],
                "operations": ["update_saml_connection"],
                "fields": { "allow": ["idp"], "deny": ["roles"] },
            }],
        },
        "STYTCH_TEST_SECRET": "secret-test-of-stytch-aaaa",
        "LOGTO_SECRET": "secret-of-logto-bbbb",
        "LOGTO_SECRET_NEXT": "secret-of-logto-cccc",
        "LOGINRADIUS_SECRET": "secret-of-loginradius-dddd",
        "ASSETS": {},
        "SOMETHING_ELSE": 17,
    })
}

/// [`valid`], with callers of the other kinds: by JWTs with fetched and with written keys, by pages, and by a session
/// in the place of a fixed token.
fn full() -> Value {
    let mut all = valid();
    let more = json!({
        "CALLER_JWT": {
            "issuer": "https://login.example.com",
            "audience": "sso-config-gateway",
            "jwks_url": "https://login.example.com/.well-known/jwks.json",
            "algorithms": ["RS256", "ES256", "EdDSA"],
            "organization_claim": { "claim": "org_id", "form": "id" },
            "leeway_s": 60,
            "rate_limit": { "binding": "JWT_RATE_LIMIT", "period_s": 10 },
            "grants": [
                { "upstream": "stytch-test", "access": "write", "organizations": "claim" },
                { "upstream": "logto", "access": "read", "connections": { "claim": "/access/connections" } },
            ],
        },
        "CALLER_KEYS": {
            "issuer": "https://ci.example.com",
            "audience": "sso-config-gateway",
            "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
            "grants": [{ "upstream": "logto", "access": "read", "connections": "all" }],
        },
        "CALLER_DOCS": {
            "session": { "secret": ["SESSION_KEY", "SESSION_KEY_NEXT"], "lifetime_s": 900 },
            "origins": ["https://docs.example.com"],
            "grants": [{
                "upstream": "stytch-test",
                "access": "write",
                "organizations": ["organization-test-1"],
                "operations": ["update_saml_connection"],
            }],
        },
        "CALLER_SDK": {
            "token_sha256": "2123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "session": { "secret": "SESSION_KEY" },
            "grants": [{ "upstream": "logto", "access": "read", "connections": "all" }],
        },
        "SESSION_KEY": "secret-of-sessions-0123456789-eeee",
        "SESSION_KEY_NEXT": "secret-of-sessions-0123456789-ffff",
        "rate limits": ["JWT_RATE_LIMIT", "SESSION_RATE_LIMIT"],
    });
    for (name, value) in more.as_object().expect("a table") {
        all[name] = value.clone();
    }
    all
}

/// A configuration of the sandbox: loopback and published secrets only.
fn sandbox() -> Value {
    json!({
        "GATEWAY": { "public_origin": "http://localhost:8787" },
        "UPSTREAM_STYTCH": {
            "vendor": "stytch",
            "base_url": "http://127.0.0.1:9003",
            "credential": { "kind": "basic", "username": "project-sandbox", "secret": "SANDBOX_STYTCH" },
        },
        "UPSTREAM_LOGTO": {
            "vendor": "logto",
            "base_url": "http://[::1]:9001",
            "credential": {
                "kind": "client_credentials",
                "client_id": "sandbox",
                "secret": "SANDBOX_LOGTO",
                "resource": "https://sandbox.logto.app/api",
            },
        },
        "CALLER_SANDBOX": {
            "token_sha256": DIGEST_OF_SANDBOX,
            "grants": [{ "upstream": "stytch", "access": "write", "organizations": "all" }],
        },
        "SANDBOX_STYTCH": "sandbox-stytch-secret-not-a-real-one",
        "SANDBOX_LOGTO": "sandbox-logto-secret-not-a-real-one",
    })
}

/// Puts a value at a JSON pointer, or takes it away.
fn edit(bindings: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match bindings.pointer_mut(parent).expect("a parent that exists") {
        Value::Object(members) if value == json!(ABSENT) => {
            members.remove(key).expect("a member that exists");
        }
        Value::Object(members) => {
            members.insert(key.to_owned(), value);
        }
        Value::Array(items) => items[key.parse::<usize>().expect("an index")] = value,
        _ => panic!("{pointer} leads nowhere"),
    }
}

fn loaded(bindings: &Value) -> Settings {
    load(&bindings.to_string()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn mistakes(bindings: &Value) -> Vec<String> {
    match load(&bindings.to_string()) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(Mistake::to_string).collect(),
    }
}

/// Each row: a pointer, what is put there, and the only mistake that follows.
fn each_is_one_mistake(rows: Vec<(&str, Value, &str)>) {
    each_is_one_mistake_in(&valid(), rows);
}

/// The same in a configuration of the test's choice.
fn each_is_one_mistake_in(base: &Value, rows: Vec<(&str, Value, &str)>) {
    for (pointer, value, expected) in rows {
        let mut bindings = base.clone();
        edit(&mut bindings, pointer, value.clone());
        assert_eq!(mistakes(&bindings), [expected], "{pointer} = {value}");
    }
}

/// Several edits, and all the mistakes that follow.
fn together(mut bindings: Value, edits: &[(&str, Value)], expected: &[&str]) {
    for (pointer, value) in edits {
        edit(&mut bindings, pointer, value.clone());
    }
    assert_eq!(mistakes(&bindings), expected, "{edits:?}");
}
