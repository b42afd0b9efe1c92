//! Rules between members of Logto's bodies.
//!
//! Logto tries the SAML variants in order, takes the first that matches and drops the members of the others without a
//! word (captured). Whoever sends a mixture believes something that is not going to happen, so it is refused here.

use crate::json::{Object, Value};
use crate::validate::Problem;
use crate::vendor::Params;

const CALLBACK: &str = "clientIdpInitiatedAuthCallbackUri";
const OIDC: &[&str] = &["clientId", "clientSecret", "issuer", "scope", "trustUnverifiedEmail", "offlineAccess"];
const MANUAL: &[&str] = &["entityId", "signInEndpoint", "x509Certificate"];
const SAML: &[&str] = &[
    "metadataUrl",
    "metadata",
    "entityId",
    "signInEndpoint",
    "x509Certificate",
    "attributeMapping",
    "signAuthnRequest",
    "requestSignatureAlgorithm",
];

/// A new connector says of which kind it is, so that members of another kind, which Logto refuses or drops, can be told
/// (vendor facts: Logto, section 3).
pub(super) fn new_connector(body: &Object, params: &Params, problems: &mut Vec<Problem>) {
    connector(body, params, problems);
    let Some(kind) = body.get("providerName").and_then(Value::as_str) else { return };
    let saml = matches!(kind, "SAML" | "AzureAD");
    if saml && body.get("enableTokenStorage").and_then(Value::as_bool) == Some(true) {
        problems.push(Problem::error(
            "/enableTokenStorage",
            "member_not_applicable",
            "Logto stores tokens of OIDC connectors only; leave it out or send `false`.",
        ));
    }
    let Some(config) = body.get("config").and_then(Value::as_object) else { return };
    if !OIDC.iter().chain(SAML).any(|name| config.contains(name)) {
        return;
    }
    let google = kind == "GoogleWorkspace";
    let foreign = |name: &str| {
        let other_protocol = if saml { OIDC } else { SAML };
        other_protocol.contains(&name) || (google && name == "issuer") || (!google && name == "offlineAccess")
    };
    for name in OIDC.iter().chain(SAML).filter(|name| config.contains(name) && foreign(name)) {
        let pointer = format!("/config/{name}");
        if problems.iter().any(|problem| problem.pointer == pointer) {
            continue;
        }
        let message = format!("A connector of the kind that `providerName` says has no `{name}`; leave it out.");
        problems.push(Problem::error(pointer, "config_mixed", message));
    }
    if !saml && !google && !SAML.iter().any(|name| config.contains(name)) {
        require(config, "issuer", problems);
    }
    // Refused by the vendor: a key belongs to a connector, and this one is not there yet.
    if config.get("signAuthnRequest").and_then(Value::as_bool) == Some(true) {
        problems.push(Problem::error(
            "/config/signAuthnRequest",
            "member_not_applicable",
            "A new connector has no signing key yet; create it, make an active key, then switch this on.",
        ));
    }
}

/// Judges `config` by the members present, since a PATCH names no provider.
pub(super) fn connector(body: &Object, _: &Params, problems: &mut Vec<Problem>) {
    let Some(config) = body.get("config").and_then(Value::as_object) else { return };
    let has = |name: &&&str| config.contains(name);
    let saml: Vec<&str> = SAML.iter().filter(has).copied().collect();
    let oidc: Vec<&str> = OIDC.iter().filter(has).copied().collect();
    match (saml.is_empty(), oidc.is_empty()) {
        (true, true) if config.is_empty() => problems.push(Problem::error(
            "/config",
            "config_empty",
            "An empty configuration is refused by Logto and cannot clear the stored one; leave `config` out to keep it.",
        )),
        // Only unknown members: each is reported by name already.
        (true, true) => {}
        (false, false) => {
            for name in oidc {
                problems.push(Problem::error(
                    format!("/config/{name}"),
                    "config_mixed",
                    "This member belongs to an OIDC connector, but others here belong to a SAML connector; send the members of one kind.",
                ));
            }
        }
        (true, false) => oidc_config(config, problems),
        (false, true) => saml_config(config, problems),
    }
}

/// Either OIDC (with an issuer) or Google Workspace (without one; it alone has `offlineAccess`).
fn oidc_config(config: &Object, problems: &mut Vec<Problem>) {
    for name in ["clientId", "clientSecret"] {
        require(config, name, problems);
    }
    if config.contains("issuer") && config.contains("offlineAccess") {
        problems.push(Problem::error(
            "/config/offlineAccess",
            "config_mixed",
            "`offlineAccess` exists only for Google Workspace, whose issuer is fixed; leave out either `offlineAccess` or `issuer`.",
        ));
    }
}

/// Exactly one of the three variants, and the manual one complete.
fn saml_config(config: &Object, problems: &mut Vec<Problem>) {
    let mut variants = Vec::new();
    for name in ["metadataUrl", "metadata"] {
        if config.contains(name) {
            variants.push(name);
        }
    }
    let manual: Vec<&str> = MANUAL.iter().filter(|name| config.contains(name)).copied().collect();
    let Some(chosen) = variants.first().copied() else {
        if manual.is_empty() {
            problems.push(Problem::error(
                "/config",
                "config_incomplete",
                "A SAML configuration is replaced whole and needs its identity provider: send `metadataUrl`, or `metadata`, or all of `entityId`, `signInEndpoint` and `x509Certificate`.",
            ));
        } else {
            for name in MANUAL {
                require(config, name, problems);
            }
        }
        return;
    };
    for name in variants.iter().skip(1).copied().chain(manual) {
        problems.push(Problem::error(
            format!("/config/{name}"),
            "saml_variants_mixed",
            format!("Logto would take `{chosen}` and silently drop this member; send one variant only."),
        ));
    }
}

fn require(config: &Object, name: &str, problems: &mut Vec<Problem>) {
    if !config.contains(name) {
        problems.push(Problem::error(
            format!("/config/{name}"),
            "required",
            format!("`{name}` is missing; `config` is replaced whole, so it must be complete."),
        ));
    }
}

/// The vendor's page says "default false", the server answers 400 without it (captured): the documented default is sent.
pub(super) fn insert_auto_send(body: &mut Object, problems: &mut Vec<Problem>) {
    const NAME: &str = "autoSendAuthorizationRequest";
    if !body.contains(NAME) {
        body.insert(NAME, false);
        problems.push(Problem::warning(
            format!("/{NAME}"),
            "default_inserted",
            "Documented as defaulting to `false` but required by Logto; it is sent as `false`.",
        ));
    }
}

/// Which members count depends on `autoSendAuthorizationRequest`; the others are stored as null or `{}` without notice.
/// An empty one says just that, and is what reading the settings back gives.
pub(super) fn idp_initiated(body: &Object, _: &Params, problems: &mut Vec<Problem>) {
    let Some(auto_send) = body.get("autoSendAuthorizationRequest").and_then(Value::as_bool) else { return };
    let says_something = |name: &str| {
        body.get(name).is_some_and(|value| !value.is_null() && !value.as_object().is_some_and(Object::is_empty))
    };
    let idle: &[&str] = if auto_send { &[CALLBACK] } else { &["redirectUri", "authParameters"] };
    for name in idle {
        if says_something(name) {
            problems.push(Problem::error(
                format!("/{name}"),
                "member_not_applicable",
                format!(
                    "Logto keeps `{name}` only when `autoSendAuthorizationRequest` is {} and drops it otherwise; leave it out or change the flag.",
                    !auto_send
                ),
            ));
        }
    }
    // A value of the wrong type is reported as such.
    let nothing = |value: &Value| value.is_null() || value.as_str() == Some("");
    if !auto_send && body.get(CALLBACK).is_none_or(nothing) {
        problems.push(Problem::error(
            format!("/{CALLBACK}"),
            "required",
            "Needed when `autoSendAuthorizationRequest` is false: the URL at which your application starts the login itself.",
        ));
    }
}
