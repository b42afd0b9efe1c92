//! Configurations that work, and what becomes of each word.

use serde_json::{Value, json};

use super::{ABSENT, edit, loaded, sandbox, valid};
use crate::config::{Access, CheckSeverity, Credential, Proof, Secret, Settings, UnknownMembers, Whose};

#[test]
fn everything_that_was_said_is_in_the_settings() {
    let settings = loaded(&valid());
    assert_eq!(settings.gateway.public_origin, "https://gateway.example.com");
    assert_eq!(settings.gateway.deadline_ms, 9_000);
    assert!(!settings.gateway.loopback);

    let names: Vec<_> = settings.upstreams.iter().map(|upstream| upstream.name.as_str()).collect();
    assert_eq!(names, ["loginradius", "logto", "stytch-test"]);
    let stytch = settings.upstream("stytch-test").unwrap();
    assert_eq!(stytch.base_url, "https://test.stytch.com");
    assert_eq!(stytch.aliases, ["https://api.stytch.com"]);
    assert!(stytch.default);
    assert_eq!(stytch.unknown_members, UnknownMembers::Forward);
    assert_eq!(stytch.checks, [("certificate_expiring".to_owned(), CheckSeverity::Error)]);
    let Credential::Basic { username, secrets } = &stytch.credential else { panic!("not basic") };
    assert_eq!(username, "project-test-1234");
    assert_eq!(secrets[0].expose(), "secret-test-of-stytch-aaaa");

    let logto = settings.upstream("logto").unwrap();
    assert!(!logto.default);
    assert_eq!(logto.unknown_members, UnknownMembers::Refuse);
    let Credential::ClientCredentials { client_id, secrets, token_url, resource, audience } = &logto.credential else {
        panic!("not client credentials")
    };
    assert_eq!(client_id, "logto-client-1");
    assert_eq!(
        secrets.iter().map(Secret::expose).collect::<Vec<_>>(),
        ["secret-of-logto-bbbb", "secret-of-logto-cccc"]
    );
    assert_eq!(token_url, "https://tenant.logto.app/oidc/token");
    assert_eq!(resource.as_deref(), Some("https://tenant.logto.app/api"));
    assert_eq!(*audience, None);
    let Credential::ClientCredentials { token_url, resource, audience, .. } =
        &settings.upstream("loginradius").unwrap().credential
    else {
        panic!("not client credentials")
    };
    assert_eq!(token_url, "https://tenant.hub.loginradius.com/service/oauth/token");
    assert_eq!(*resource, None);
    assert_eq!(audience.as_deref(), Some("https://api.loginradius.com/identity/v2/manage"));
}

#[test]
fn every_word_of_a_caller_is_in_the_settings() {
    let settings = loaded(&valid());
    let [script, portal] = settings.callers.as_slice() else { panic!("two callers") };
    assert_eq!((script.name.as_str(), portal.name.as_str()), ("deploy-script", "portal"));
    let Proof::Token(digest) = script.proof else { panic!("not known by a token") };
    assert_eq!(digest[..9], [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01]);
    assert_eq!(digest[8..], digest[..24]);
    assert!(script.origins.is_empty());
    let [all, some] = script.grants.as_slice() else { panic!("two grants") };
    assert!(matches!(all.whose, Whose::All));
    assert!(all.retarget_secrets && !some.retarget_secrets);
    assert_eq!((all.access, some.access), (Access::Write, Access::Read));
    assert!(all.operations.is_none() && all.fields.allow.is_none() && all.fields.deny.is_empty());
    assert!(matches!(&some.whose, Whose::Connections(names) if names == &["saml.acme"]));
    assert_eq!(portal.origins, ["https://admin.example.com", "http://localhost:3000", "http://portal.localhost:3000"]);
    let grant = &portal.grants[0];
    assert_eq!(grant.upstream, "stytch-test");
    assert_eq!(grant.operations.as_deref(), Some(&["update_saml_connection".to_owned()][..]));
    assert!(matches!(&grant.whose, Whose::Organizations(names) if names == &["organization-test-1"]));
    assert_eq!(grant.fields.allow.as_deref(), Some(&["idp".to_owned()][..]));
    assert_eq!(grant.fields.deny, ["roles"]);
}

#[test]
fn an_entry_may_be_a_text_that_holds_its_object() {
    let mut bindings = valid();
    for (key, value) in bindings.as_object_mut().unwrap() {
        if key == "GATEWAY" || key.starts_with("UPSTREAM_") || key.starts_with("CALLER_") {
            *value = Value::String(value.to_string());
        }
    }
    let settings = loaded(&bindings);
    assert_eq!((settings.upstreams.len(), settings.callers.len()), (3, 2));
}

#[test]
fn the_sandbox_loads_and_is_on_loopback() {
    let Settings { gateway, upstreams, callers } = loaded(&sandbox());
    assert!(gateway.loopback);
    assert_eq!(gateway.deadline_ms, 20_000);
    assert_eq!((upstreams.len(), callers.len()), (2, 1));
    let Credential::ClientCredentials { token_url, .. } = &upstreams[0].credential else { panic!("logto first") };
    assert_eq!(token_url, "http://[::1]:9001/oidc/token");
}

#[test]
fn no_caller_is_a_configuration_in_which_nobody_may_ask() {
    let mut bindings = valid();
    edit(&mut bindings, "/CALLER_PORTAL", json!(ABSENT));
    edit(&mut bindings, "/CALLER_DEPLOY_SCRIPT", json!(ABSENT));
    assert!(loaded(&bindings).callers.is_empty());
}

#[test]
fn origins_are_kept_as_the_parser_writes_them() {
    let mut bindings = valid();
    edit(&mut bindings, "/GATEWAY/public_origin", json!("HTTPS://Gateway.Example.com:443"));
    assert_eq!(loaded(&bindings).gateway.public_origin, "https://gateway.example.com");
}
