//! The gateway against what a real Logto answered: every recorded exchange of a catalogued operation is played through.
//!
//! What the vendor accepted passes, unless it is in the list of what is refused on purpose; what it refused for its form
//! is refused here before it is sent; its own errors come back under their own status and code.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Request, answered, gateway, request, run};

const RECORDED: &[&str] = &[
    include_str!("../../captures/logto/create.json"),
    include_str!("../../captures/logto/providers.json"),
    include_str!("../../captures/logto/patch.json"),
    include_str!("../../captures/logto/idp-initiated-auth-config.json"),
    include_str!("../../captures/logto/read-delete.json"),
    include_str!("../../captures/logto/races.json"),
    include_str!("../../captures/logto/token-storage.json"),
    include_str!("../../captures/logto/signing-keys.json"),
];

/// What became of a recorded request: our own error, or the status that came back.
struct Replayed {
    case: String,
    /// Status and code that Logto answered.
    recorded: (u16, Option<String>),
    /// What it answered, for comparison.
    body: Value,
    status: u16,
    error: Option<String>,
    problems: Vec<String>,
    answer: String,
    sent: bool,
}

fn replay() -> Vec<Replayed> {
    let gateway = gateway();
    let mut all = Vec::new();
    for file in RECORDED {
        let file: Value = serde_json::from_str(file).unwrap();
        for exchange in file["exchanges"].as_array().unwrap() {
            let Some(request) = recorded_request(&exchange["request"]) else { continue };
            let Some(status) = exchange["response"]["status"].as_u64().and_then(|status| u16::try_from(status).ok())
            else {
                continue;
            };
            let body = exchange["response"]["body"].clone();
            let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            let text = if status == 204 { String::new() } else { text };
            let run = run(&gateway, &request, |_| answered(status, &text));
            all.push(Replayed {
                case: exchange["case"].as_str().unwrap().to_owned(),
                recorded: (status, body["code"].as_str().map(str::to_owned)),
                body,
                status: run.status,
                error: run.error().map(str::to_owned),
                problems: if run.error() == Some("invalid_body") { run.problems() } else { Vec::new() },
                answer: run.body.clone(),
                sent: !run.upstream().is_empty(),
            });
        }
    }
    all
}

/// The same request through the gateway; none for operations that are not in the catalogue, for what tests credentials
/// and for bodies that were recorded by their length only.
fn recorded_request(recorded: &Value) -> Option<Request> {
    let method = match recorded["method"].as_str()? {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => return None,
    };
    let path = recorded["path"].as_str()?;
    let headers = &recorded["headers"];
    let connector = path.split('/').count() == 4;
    if !path.starts_with("/api/sso-connector")
        || (method == "PUT" && connector)
        || (method == "POST" && connector)
        || headers["authorization"].is_null()
    {
        return None;
    }
    let unusual = ["if-none-match", "x-http-method-override", "content-encoding", "accept-encoding"];
    let body = match (&recorded["body"], recorded["raw_body"].as_str()) {
        (Value::Null, None) => String::new(),
        (Value::Null, Some(raw)) => raw.to_owned(),
        (body, _) => body.to_string(),
    };
    if unusual.iter().any(|name| !headers[*name].is_null()) || body.starts_with('<') || !recorded["form"].is_null() {
        return None;
    }
    let mut request = request(method, &format!("/logto{path}"), &body);
    match headers["content-type"].as_str() {
        Some(kind) => request = request.header("content-type", kind),
        None => request = request.without("content-type"),
    }
    Some(request)
}

/// What Logto takes and the gateway refuses, and why.
const STRICTER: &[(&str, &str)] = &[
    // Read in more than one way by parsers on the way.
    ("duplicate keys", "invalid_json"),
    ("no content type", "unsupported_media_type"),
    ("unsupported charset", "unsupported_media_type"),
    ("merge-patch content type", "unsupported_media_type"),
    ("GET trailing slash", "no_such_route"),
    ("GET with query", "unknown_query_parameter"),
    ("DELETE with body", "unexpected_body"),
    // Dropped without a word, so that the caller would believe something that is not going to happen.
    ("unknown field only", "unknown_member;/foo"),
    ("unknown extra fields", "unknown_member;/extra"),
    ("create second", "unknown_member;/lifeSpanInDays"),
    ("config unknown keys", "unknown_member;/config/extra unknown_member;/config/nested"),
    ("branding unknown key", "unknown_member;/branding/color"),
    ("attributeMapping unknown key", "unknown_member;/config/attributeMapping/groups"),
    ("read-only fields", "path_value_mismatch;/id"),
    ("PUT unknown extra field", "path_value_mismatch;/connectorId unknown_member;/extra"),
    (
        "PUT autoSend true + clientIdpInitiatedAuthCallbackUri",
        "member_not_applicable;/clientIdpInitiatedAuthCallbackUri",
    ),
    (
        "PUT autoSend false + redirectUri + authParameters",
        "member_not_applicable;/authParameters member_not_applicable;/redirectUri",
    ),
    (
        "config metadataUrl and manual together",
        "saml_variants_mixed;/config/entityId url_not_https;/config/metadataUrl url_private_host;/config/metadataUrl saml_variants_mixed;/config/signInEndpoint saml_variants_mixed;/config/x509Certificate",
    ),
    // Dangerous, or of no use. The recordings used a stub on loopback.
    ("OIDC, reachable issuer", "url_not_https;/config/issuer url_private_host;/config/issuer"),
    ("SAML, metadataUrl", "url_not_https;/config/metadataUrl url_private_host;/config/metadataUrl"),
    ("OIDC: config, reachable issuer", "url_not_https;/config/issuer url_private_host;/config/issuer"),
    ("OIDC: scope and trustUnverifiedEmail", "url_not_https;/config/issuer url_private_host;/config/issuer"),
    ("Okta: config", "url_not_https;/config/issuer url_private_host;/config/issuer"),
    ("config metadataUrl", "url_not_https;/config/metadataUrl url_private_host;/config/metadataUrl"),
    ("metadataUrl that redirects", "url_not_https;/config/metadataUrl url_private_host;/config/metadataUrl"),
    ("branding logo javascript:", "url_scheme;/branding/logo"),
    ("branding logo not a URL", "url_invalid;/branding/logo"),
    ("config signInEndpoint not a URL", "url_invalid;/config/signInEndpoint"),
    ("config empty strings", "bad_length;/config/entityId url_invalid;/config/signInEndpoint"),
    ("PUT autoSend false, callback is not a URL", "url_invalid;/clientIdpInitiatedAuthCallbackUri"),
    ("PUT autoSend false, javascript: callback", "url_scheme;/clientIdpInitiatedAuthCallbackUri"),
    ("domain not a host name", "domain_invalid;/domains/0 domain_invalid;/domains/1"),
];

#[test]
fn what_the_vendor_accepted_passes_unless_it_is_refused_on_purpose() {
    let mut refused = BTreeMap::new();
    let mut passed = 0;
    let all = replay();
    for replayed in all.iter().filter(|replayed| matches!(replayed.recorded.0, 200..=299)) {
        if let Some(error) = &replayed.error {
            let why = if replayed.problems.is_empty() { error.clone() } else { replayed.problems.join(" ") };
            refused.insert(replayed.case.clone(), why);
            continue;
        }
        passed += 1;
        assert_eq!(replayed.status, replayed.recorded.0, "{}", replayed.case);
        if replayed.status != 204 {
            let answer: Value = serde_json::from_str(&replayed.answer).unwrap();
            assert_eq!(without_secrets(&answer), without_secrets(&replayed.body), "{}", replayed.case);
            assert!(!replayed.answer.contains("not-a-real-secret"), "{}", replayed.case);
        }
    }
    let expected: BTreeMap<String, String> =
        STRICTER.iter().map(|(case, why)| ((*case).to_owned(), (*why).to_owned())).collect();
    assert_eq!(refused, expected);
    assert!(passed > 50, "{passed}");
}

/// Without the members that are redacted.
fn without_secrets(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for place in ["config", "providerConfig"] {
        if let Some(object) = answer.get_mut(place).and_then(Value::as_object_mut) {
            object.remove("clientSecret");
        }
    }
    answer
}

/// What only the vendor's stored state, or fetching, can tell.
const KNOWN_UPSTREAM_ONLY: &[&str] = &[
    // A PATCH does not say of which kind the connector is, nor which keys it has.
    "OIDC: SAML config",
    "OIDC: enableTokenStorage true",
    "PATCH SAML enableTokenStorage true",
    "enableTokenStorage true on SAML",
    "signAuthnRequest without a signing key",
    "PATCH connector signAuthnRequest, keys exist but none active",
    "deactivate while in use",
    "delete active",
    "list on an OIDC connector",
    "PUT OIDC connector (non-SAML)",
    "PUT OIDC connector, unknown application",
    // Which applications there are.
    "PUT M2M application, autoSend true",
    "PUT Native application, autoSend false",
    "PUT Native application, autoSend true",
    "PUT SPA, autoSend true",
    "PUT redirectUri not registered",
    "PUT third-party Traditional application, autoSend false",
    "PUT third-party Traditional application, autoSend true",
    // What the vendor fetches.
    "GoogleWorkspace: config (issuer is fixed, not reachable from here)",
    "metadataUrl unknown host",
    // The documented default makes it a good request.
    "PUT without autoSendAuthorizationRequest, with callback",
    // Errors of the server under load.
    "round 2: 8 POSTs with one connectorName at once",
    "round 3: 8 POSTs with one connectorName at once",
    "round 4: 8 POSTs with one connectorName at once",
    "round 5: 8 POSTs with one connectorName at once",
    "round 6: 8 POSTs with one connectorName at once",
    "round 5: 8 connectors PATCHed to one connectorName at once",
    "round 6: 8 connectors PATCHed to one connectorName at once",
    // What metadata says is for the vendor to judge; that it is XML without a document type is judged here.
    "metadata XML without descriptor",
    "metadata certificate invalid",
    "metadata only POST binding",
];

#[test]
fn what_the_vendor_refuses_for_its_form_is_refused_before_it_is_sent() {
    let mut sent = Vec::new();
    let all = replay();
    for replayed in all.iter().filter(|replayed| replayed.recorded.0 >= 400) {
        let code = replayed.recorded.1.as_deref().unwrap_or_default();
        let about_state = code.starts_with("entity.") || code == "single_sign_on.duplicate_connector_name";
        if replayed.sent && !about_state {
            sent.push(replayed.case.as_str());
        }
    }
    sent.sort_unstable();
    sent.dedup();
    let mut expected = KNOWN_UPSTREAM_ONLY.to_vec();
    expected.sort_unstable();
    assert_eq!(sent, expected);
}

#[test]
fn the_vendors_own_errors_come_back_under_their_status_and_code() {
    let mut seen = BTreeMap::new();
    let all = replay();
    for replayed in all.iter().filter(|replayed| replayed.sent && replayed.recorded.0 >= 400) {
        let case = &replayed.case;
        match &replayed.recorded {
            (500..=599, _) => {
                assert_eq!((replayed.status, replayed.error.as_deref()), (502, Some("upstream_failed")), "{case}");
            }
            (status, Some(code)) => {
                assert_eq!((replayed.status, replayed.error.as_deref()), (*status, None), "{case}");
                let answer: Value = serde_json::from_str(&replayed.answer).unwrap();
                assert_eq!(answer["code"].as_str(), Some(code.as_str()), "{case}");
                assert_eq!(answer["message"], replayed.body["message"], "{case}");
                *seen.entry(code.clone()).or_insert(0) += 1;
            }
            (status, None) => panic!("{case}: {status} {}", replayed.answer),
        }
    }
    assert!(seen.len() >= 8, "{seen:?}");
}
