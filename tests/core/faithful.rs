//! *Faithful*: on the native door the JSON value sent is the JSON value received.
//!
//! Bodies are generated from the vendors' own member tables, so a member added to a table is tested without a further
//! line here. What is compared is the text of the body, hence order, strings and number lexemes too.

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::Config;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::Step;
use sso_config_gateway::json::{Object, Value};
use sso_config_gateway::validate::Armour;
use sso_config_gateway::vendor::{Holds, Member, Operation, Rule, Vendor, Writable};

use crate::support::{self, CONNECTION, ORGANIZATION, bindings, request};

const CERTIFICATE: &str = include_str!("../vectors/pki/cert_rsa2048.pem");
const RSA_KEY: &str = include_str!("../vectors/pki/rsa2048_pkcs1.pem");

/// Any text a person or program might send, without U+0000 and the mask.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        Just("\u{1f600} \u{202e} \"quoted\" \\ / \u{7f}".to_owned()),
        Just("line\r\nbreak\ttab".to_owned()),
        Just("$serde_json::private::Number".to_owned()),
    ]
    .prop_filter("the mask has a meaning", |text| text != "[redacted]")
}

fn url() -> impl Strategy<Value = String> {
    "https://[a-z]{1,12}\\.example\\.com(/[a-zA-Z0-9._~-]{0,12}){0,3}(\\?[a-z]=[A-Za-z0-9%]{0,3}[a-z0-9])?"
}

fn strings(strategy: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Value> {
    strategy.prop_map(Value::from).boxed()
}

/// A text that satisfies a rule.
fn satisfying(rule: Rule) -> BoxedStrategy<Value> {
    match rule {
        Rule::Any => strings(text()),
        Rule::Length(min, max) => {
            let pattern = format!("[ -~\u{e4}]{{{},{}}}", min.max(1), max.min(60));
            strings(proptest::string::string_regex(&pattern).unwrap())
        }
        Rule::Url(_) | Rule::Image => strings(url()),
        Rule::Certificate(Armour::Pem, _) => strings(Just(CERTIFICATE.to_owned())),
        Rule::Certificate(..) => {
            let bare: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
            strings(prop_oneof![Just(CERTIFICATE.to_owned()), Just(CERTIFICATE.replace('\n', "\r\n")), Just(bare)])
        }
        Rule::Metadata => strings("<[A-Za-z:]{1,20} [ -;=?-~]{0,40}/>"),
        Rule::RsaKey => strings(Just(RSA_KEY.to_owned())),
        Rule::Domain(_) => strings("[A-Za-z][a-z0-9]{0,10}\\.(Example|test|co\\.example)"),
        Rule::ProviderName => strings("[A-Za-z][A-Za-z0-9_-]{0,59}"),
    }
}

/// A value that a member accepts.
fn accepted(member: &'static Member) -> BoxedStrategy<Value> {
    let valid = match &member.holds {
        Holds::Text(_, rule) | Holds::Secret(_, rule) | Holds::OneOf(_, rule) => satisfying(*rule),
        Holds::Choice(_, choices) => {
            any::<Index>().prop_map(|index| Value::from(choices[index.index(choices.len())].0)).boxed()
        }
        Holds::Flag(_) | Holds::NotFlag(_) => any::<bool>().prop_map(Value::from).boxed(),
        Holds::Texts(_, Rule::Domain(_)) => {
            // Letter case does not make two domains of one.
            proptest::collection::btree_map("[a-z]{3,10}", any::<bool>(), 0..5)
                .prop_map(|names| {
                    names
                        .into_iter()
                        .map(|(name, upper)| format!("{}.example", if upper { name.to_uppercase() } else { name }))
                        .collect()
                })
                .boxed()
        }
        Holds::Texts(_, rule) => proptest::collection::vec(satisfying(*rule), 0..5).prop_map(Value::Array).boxed(),
        Holds::Words(_) => strings("[a-z+ :.]{0,40}"),
        Holds::Map(_) => object_of(text().boxed(), strings(text())),
        Holds::Roles(_) => roles(&["role_id"]),
        Holds::GroupRoles(_) => roles(&["role_id", "group"]),
        Holds::Mapping { known, .. } => {
            let keys =
                prop_oneof![any::<Index>().prop_map(|index| known[index.index(known.len())].0.to_owned()), text()];
            object_of(keys.boxed(), strings(text()))
        }
        Holds::Object { members, .. } => object(members),
        Holds::PathValue(param) => Just(Value::from(path_value(param))).boxed(),
        Holds::Anything(_) => anything(),
    };
    if member.nullable { prop_oneof![9 => valid, 1 => Just(Value::Null)].boxed() } else { valid }
}

fn object_of(keys: BoxedStrategy<String>, values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    proptest::collection::vec((keys, values), 0..6)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Object>()))
        .boxed()
}

fn roles(names: &'static [&'static str]) -> BoxedStrategy<Value> {
    let entry = proptest::collection::vec(text(), names.len()).prop_map(|texts| {
        Value::Object(names.iter().map(|name| (*name).to_owned()).zip(texts.into_iter().map(Value::from)).collect())
    });
    proptest::collection::vec(entry, 0..4).prop_map(Value::Array).boxed()
}

/// Any JSON, with number lexemes that a floating-point reader would not keep.
fn anything() -> BoxedStrategy<Value> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        Just("-0".to_owned()),
        Just("1e400".to_owned())
    ]
    .prop_map(|lexeme| support::value(&lexeme));
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, strings(text())];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((text(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Object>())),
        ]
    })
    .boxed()
}

/// Any subset of members, in any order, and one unknown member now and then.
fn object(members: &'static [Member]) -> BoxedStrategy<Value> {
    let writable: Vec<&'static Member> = members.iter().filter(|member| member.writable != Writable::Never).collect();
    let unknown = proptest::option::weighted(0.2, ("x_[a-z]{1,8}", anything()));
    let count = writable.len();
    (subsequence((0..count).collect::<Vec<usize>>(), 0..=count).prop_shuffle(), unknown)
        .prop_flat_map(move |(chosen, unknown)| {
            let chosen: Vec<&'static Member> = chosen.into_iter().map(|index| writable[index]).collect();
            let values: Vec<_> = chosen.iter().map(|member| accepted(member)).collect();
            let names: Vec<String> = chosen.iter().map(|member| member.name.to_owned()).collect();
            (values, Just(names), Just(unknown))
        })
        .prop_map(|(values, names, unknown)| {
            let mut object: Object = names.into_iter().zip(values).collect();
            if let Some((name, value)) = unknown {
                object.insert(name, value);
            }
            Value::Object(object)
        })
        .boxed()
}

fn path_value(param: &str) -> &'static str {
    match param {
        "organization_id" => ORGANIZATION,
        "connection_id" => CONNECTION,
        "samlApp" | "jwtApp" => "my-saml-app",
        _ => "acmesaml0001",
    }
}

/// The path of an operation, with [`path_value`]s.
fn path(vendor: Vendor, operation: &Operation) -> String {
    let template = operation.template();
    let filled = template.split('/').map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
        Some(param) => path_value(param),
        None => segment,
    });
    let upstream = if vendor == Vendor::Stytch { "stytch-test" } else { vendor.name() };
    format!("/{upstream}{}", filled.collect::<Vec<_>>().join("/"))
}

/// What the law lets differ: members that only answers have are left out outside Logto, and Logto's documented default
/// is added.
fn expected(vendor: Vendor, operation: &Operation, body: &Value) -> Value {
    let mut object = body.as_object().unwrap().clone();
    let members = operation.body.unwrap().members;
    if vendor != Vendor::Logto {
        object.retain(|name, _| {
            members.iter().all(|member| member.name != name || member.writable != Writable::AnswerOnly)
        });
    }
    if operation.name == "set_idp_initiated_config" && !object.contains("autoSendAuthorizationRequest") {
        object.insert("autoSendAuthorizationRequest", false);
    }
    Value::Object(object)
}

/// The body that a request would send, or the refusal.
fn sent(gateway: &Gateway, operation: &Operation, path: &str, body: &Value) -> Result<Vec<u8>, String> {
    let text = String::from_utf8(body.to_bytes()).unwrap();
    match gateway.begin(request_of(operation, path, &text).inbound(), support::NOW) {
        Step::Exchange { hold: Some(bytes), .. } | Step::Wait { hold: Some(bytes), .. } => Ok(bytes),
        Step::Answer { answer, .. } => Err(String::from_utf8(answer.body).unwrap()),
        _ => Err("no body was held".to_owned()),
    }
}

fn request_of(operation: &Operation, path: &str, body: &str) -> support::Request {
    let method = match operation.method.as_str() {
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        _ => "POST",
    };
    request(method, path, body)
}

fn forwarding() -> Gateway {
    let forward = serde_json::json!({ "unknown_members": "forward" });
    let grant = |upstream: &str, whose: &str| serde_json::json!({ "upstream": upstream, "access": "write", whose: "all", "retarget_secrets": true });
    Gateway::new(&bindings(&serde_json::json!({
        "CALLER_TEST": { "grants": [grant("stytch-test", "organizations"), grant("logto", "connections"), grant("loginradius", "connections")] },
        "UPSTREAM_STYTCH_TEST": forward, "UPSTREAM_LOGTO": forward, "UPSTREAM_LOGINRADIUS": forward,
    })))
}

/// Makes members agree with each other where the vendor's rules want it, by leaving some out.
fn consistent(operation: &Operation, body: &Value) -> Value {
    let mut object = body.as_object().unwrap().clone();
    match operation.name {
        "update_connector" => {
            if let Some(config) = object.get_mut("config").and_then(Value::as_object_mut) {
                one_variant(config);
            }
        }
        "set_idp_initiated_config" => {
            let auto = object.get("autoSendAuthorizationRequest").and_then(Value::as_bool).unwrap_or(false);
            if auto {
                object.remove("clientIdpInitiatedAuthCallbackUri");
            } else {
                object.remove("redirectUri");
                object.remove("authParameters");
                object.insert("clientIdpInitiatedAuthCallbackUri", "https://app.example.com/sso");
            }
            if !object.contains("defaultApplicationId") {
                object.insert("defaultApplicationId", "traditionalapp0000001");
            }
        }
        "create_connector" => {
            object.retain(|name, _| name != "enableTokenStorage");
            let (mut kind, mut config) = ("SAML", None);
            if let Some(given) = object.get_mut("config").and_then(Value::as_object_mut) {
                one_variant(given);
                given.retain(|name, _| name != "signAuthnRequest");
                kind = match (given.contains("clientId"), given.contains("issuer")) {
                    (false, _) => "SAML",
                    (true, true) => "OIDC",
                    (true, false) => "GoogleWorkspace",
                };
                config = Some(());
            }
            if config.is_some() || !object.contains("providerName") {
                object.insert("providerName", kind);
            }
            or_insert(&mut object, "connectorName", "acme");
        }
        "update_signing_key" => or_insert(&mut object, "active", true),
        "update_saml_provider" | "create_saml_provider" => {
            or_insert(&mut object, "Provider", "my-saml-app");
            // Of a creation there is no value of the path to say again.
            if operation.name == "create_saml_provider" {
                object.remove("samlApp");
            }
        }
        "create_jwt_provider" => {
            or_insert(&mut object, "AppName", "my-saml-app");
            object.remove("jwtApp");
        }
        "create_oauth_provider" | "update_oauth_provider" => or_insert(&mut object, "ProviderName", "my-oauth-app"),
        "update_saml_connection_by_url" => or_insert(&mut object, "metadata_url", "https://idp.example.com/metadata"),
        "create_external_connection" => {
            or_insert(&mut object, "external_organization_id", "organization-test-2");
            or_insert(&mut object, "external_connection_id", "saml-connection-test-2");
        }
        _ => {}
    }
    Value::Object(object)
}

fn or_insert(object: &mut Object, name: &str, value: impl Into<Value>) {
    if !object.contains(name) {
        object.insert(name, value);
    }
}

fn one_variant(config: &mut Object) {
    const OIDC: &[&str] = &["clientId", "clientSecret", "issuer", "scope", "trustUnverifiedEmail", "offlineAccess"];
    const MANUAL: &[&str] = &["entityId", "signInEndpoint", "x509Certificate"];
    if config.contains("clientId") {
        config.retain(|name, _| OIDC.contains(&name) || name.starts_with("x_"));
        if !config.contains("clientSecret") {
            config.insert("clientSecret", "a-new-secret");
        }
        if config.contains("issuer") {
            config.remove("offlineAccess");
        }
        return;
    }
    config.retain(|name, _| !OIDC.contains(&name));
    if config.contains("metadataUrl") {
        config.retain(|name, _| name != "metadata" && !MANUAL.contains(&name));
    } else if config.contains("metadata") {
        config.retain(|name, _| !MANUAL.contains(&name));
    } else {
        for (name, value) in
            [("entityId", "urn:idp"), ("signInEndpoint", "https://idp.example.com/"), ("x509Certificate", CERTIFICATE)]
        {
            if !config.contains(name) {
                config.insert(name, value);
            }
        }
    }
}

fn holds_for(vendor: Vendor, name: &str, cases: u32) {
    let operation = vendor.dialect().operation(name).unwrap();
    let path = path(vendor, operation);
    let gateway = forwarding();
    let bodies = object(operation.body.unwrap().members).prop_map(|body| consistent(operation, &body));
    let cases = Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    proptest!(cases, |(body in bodies)| {
        match sent(&gateway, operation, &path, &body) {
            Ok(bytes) => {
                let expected = expected(vendor, operation, &body).to_bytes();
                prop_assert_eq!(String::from_utf8(bytes).unwrap(), String::from_utf8(expected).unwrap());
            }
            Err(refusal) => prop_assert!(false, "refused: {}", refusal),
        }
    });
}

/// The documented four, which are asked for most, at length.
const AT_LENGTH: &[&str] =
    &["update_connector", "set_idp_initiated_config", "update_saml_provider", "update_saml_connection"];

fn every_body_of(vendor: Vendor) {
    for operation in vendor.dialect().operations.iter().filter(|operation| operation.body.is_some()) {
        holds_for(vendor, operation.name, if AT_LENGTH.contains(&operation.name) { 10_000 } else { 1_500 });
    }
}

#[test]
fn faithful_holds_for_every_body_at_logto() {
    every_body_of(Vendor::Logto);
}

#[test]
fn faithful_holds_for_every_body_at_loginradius() {
    every_body_of(Vendor::LoginRadius);
}

#[test]
fn faithful_holds_for_every_body_at_stytch() {
    every_body_of(Vendor::Stytch);
}

#[test]
fn absent_null_empty_list_and_empty_text_stay_different() {
    let gateway = gateway_with_logto();
    let operation = Vendor::Logto.dialect().operation("update_connector").unwrap();
    for body in [
        "{}",
        r#"{"domains":[]}"#,
        r#"{"branding":{}}"#,
        r#"{"branding":{"logo":""}}"#,
        r#"{"domains":["A.example"],"connectorName":" "}"#,
    ] {
        let bytes = sent(&gateway, operation, "/logto/api/sso-connectors/acmesaml0001", &support::value(body)).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), body);
    }
}

fn gateway_with_logto() -> Gateway {
    support::gateway()
}
