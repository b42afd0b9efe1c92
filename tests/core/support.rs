//! A loop without a network: it carries out steps by asking the test for each outcome.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmSignature};
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{
    Answer, Found, Inbound, InboundBody, Millis, Outcome, SignatureCheck, Step, UpstreamBody,
};
use sso_config_gateway::json::{self, Value};

/// When tests begin: 2026-01-01 00:00:00 UTC.
pub const NOW: Millis = 1_767_225_600_000;
/// A caller's token that may do everything.
pub const TOKEN: &str = "ssogw_test-caller-0000000000000000000000000000000";
/// Secrets of the configured upstreams.
pub const STYTCH_SECRET: &str = "fake-stytch-secret-0123456789abcdef";
pub const LOGTO_SECRET: &str = "fake-logto-secret-0123456789abcdef";
pub const LOGINRADIUS_SECRET: &str = "fake-loginradius-secret-0123456789";

pub const ORGANIZATION: &str = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
pub const CONNECTION: &str = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";

/// Paths of the four operations that are asked for most.
pub const CONNECTOR: &str = "/logto/api/sso-connectors/acmesaml0001";
pub const IDP_INITIATED: &str = "/logto/api/sso-connectors/acmesaml0001/idp-initiated-auth-config";
pub const PROVIDER: &str = "/loginradius/v2/manage/custom-providers/saml/my-saml-app";
pub const SAML: &str = "/stytch-test/v1/b2b/sso/saml/organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931/connections/saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";

/// What names in angle brackets stand for in [`filled`].
const PEMS: &[(&str, &str)] = &[
    ("certificate", include_str!("../vectors/pki/cert_rsa2048.pem")),
    ("certificate expired", include_str!("../vectors/pki/cert_expired.pem")),
    ("certificate weak", include_str!("../vectors/pki/cert_rsa1024.pem")),
    ("certificate request", include_str!("../vectors/pki/request.pem")),
    ("public key", include_str!("../vectors/pki/rsa2048_public.pem")),
    ("chain", include_str!("../vectors/pki/chain.pem")),
    ("pkcs1", include_str!("../vectors/pki/rsa2048_pkcs1.pem")),
    ("pkcs1 weak", include_str!("../vectors/pki/rsa1024_pkcs1.pem")),
    ("pkcs1 encrypted", include_str!("../vectors/pki/rsa2048_pkcs1_encrypted.pem")),
    ("pkcs8", include_str!("../vectors/pki/rsa2048_pkcs8.pem")),
    ("ec key", include_str!("../vectors/pki/p256_sec1.pem")),
];

/// A PEM file by its name in [`filled`].
pub fn pem(name: &str) -> &'static str {
    PEMS.iter().find(|(known, _)| *known == name).unwrap().1
}

/// A JSON text in which `<certificate>` and its like stand for PEM files.
pub fn filled(body: &str) -> String {
    PEMS.iter().fold(body.to_owned(), |body, (name, pem)| {
        body.replace(&format!("<{name}>"), serde_json::to_string(pem).unwrap().trim_matches('"'))
    })
}

/// Bindings with one upstream per vendor and one caller; `patch` changes them (JSON merge patch).
pub fn bindings(patch: &serde_json::Value) -> String {
    let digest = sha256_hex(TOKEN);
    let mut all = serde_json::json!({
        "GATEWAY": { "public_origin": "https://gateway.example.com", "deadline_s": 20 },
        "UPSTREAM_STYTCH_TEST": {
            "vendor": "stytch", "base_url": "https://test.stytch.com",
            "credential": { "kind": "basic", "username": "project-test-1", "secret": "STYTCH_TEST_SECRET" }
        },
        "UPSTREAM_LOGTO": {
            "vendor": "logto", "base_url": "https://tenant.logto.app",
            "credential": { "kind": "client_credentials", "client_id": "logto-app", "secret": "LOGTO_SECRET", "resource": "https://tenant.logto.app/api" }
        },
        "UPSTREAM_LOGINRADIUS": {
            "vendor": "loginradius", "base_url": "https://api.loginradius.com",
            "credential": { "kind": "client_credentials", "client_id": "lr-app", "secret": "LOGINRADIUS_SECRET",
                "token_url": "https://tenant.hub.loginradius.com/service/oauth/token", "audience": "https://api.loginradius.com/identity/v2/manage" }
        },
        "CALLER_TEST": {
            "token_sha256": digest,
            "grants": [
                { "upstream": "stytch-test", "access": "write", "organizations": "all" },
                { "upstream": "logto", "access": "write", "connections": "all" },
                { "upstream": "loginradius", "access": "write", "connections": "all" }
            ]
        },
        "STYTCH_TEST_SECRET": STYTCH_SECRET,
        "LOGTO_SECRET": LOGTO_SECRET,
        "LOGINRADIUS_SECRET": LOGINRADIUS_SECRET,
    });
    merge(&mut all, patch);
    all.to_string()
}

/// A gateway with [`bindings`].
pub fn gateway() -> Gateway {
    Gateway::new(&bindings(&serde_json::json!({})))
}

/// A request of the test's caller.
pub struct Request {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// A request with the caller's token and, with a body, the JSON content type.
pub fn request(method: &'static str, path: &str, body: &str) -> Request {
    let mut headers = vec![("authorization", format!("Bearer {TOKEN}"))];
    if !body.is_empty() {
        headers.push(("content-type", "application/json".to_owned()));
    }
    Request { method, url: format!("https://gateway.example.com{path}"), headers, body: body.as_bytes().to_vec() }
}

impl Request {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub fn inbound(&self) -> Inbound {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        Inbound {
            method: Method::from_bytes(self.method.as_bytes()).unwrap(),
            url: self.url.clone(),
            headers,
            bad_headers: Vec::new(),
            body: InboundBody::Read(self.body.clone()),
            request_id: "11111111-2222-4333-8444-555555555555".to_owned(),
        }
    }
}

/// A way for a write to fail before it is sent.
pub enum Failing {
    NoToken,
    BadJson,
    BadBody,
    BadType,
}

impl Failing {
    pub fn request(&self, method: &'static str, path: &str) -> Request {
        match self {
            Self::NoToken => request(method, path, "{}").without("authorization"),
            Self::BadJson => request(method, path, "{"),
            Self::BadBody => request(method, path, r#"{"no_such_member_at_all":1}"#),
            Self::BadType => request(method, path, "{}").header("content-type", "text/plain"),
        }
    }
}

/// A request that would have gone to an upstream.
pub struct Sent {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub write: bool,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn is_token(&self) -> bool {
        self.url.ends_with("/token")
    }
}

/// What a whole request came to.
pub struct Run {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    pub sent: Vec<Sent>,
    pub log: Vec<serde_json::Value>,
    pub raw_log: Vec<String>,
    /// Signatures that were checked.
    pub checked: usize,
    /// Binding and key of each rate limit that was asked.
    pub limits: Vec<(String, String)>,
}

impl Run {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// `X-Gateway-Error`.
    pub fn error(&self) -> Option<&str> {
        self.header("x-gateway-error")
    }

    /// All `X-Gateway-Warning`s.
    pub fn warnings(&self) -> Vec<&str> {
        self.headers.get_all("x-gateway-warning").iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Problems of an error made here, as `code;pointer`, whatever the shape.
    pub fn problems(&self) -> Vec<String> {
        let body = self.json();
        let places = ["/data/errors", "/Errors", "/error_details/errors", "/errors"];
        let errors = places.iter().find_map(|place| body.pointer(place)).unwrap_or(&serde_json::Value::Null);
        let text = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap().to_owned();
        let errors = errors.as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().map(|error| format!("{};{}", text(error, "code"), text(error, "pointer"))).collect()
    }

    /// Requests to upstreams, token fetches left out.
    pub fn upstream(&self) -> Vec<&Sent> {
        self.sent.iter().filter(|sent| !sent.is_token()).collect()
    }
}

/// A complete upstream answer.
pub fn answered(status: u16, body: &str) -> Outcome {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    Outcome::Answered { status, headers, body: body.as_bytes().to_vec() }
}

/// The token endpoints' usual answer.
pub fn token() -> Outcome {
    answered(
        200,
        r#"{"access_token":"fake-access-token-0123456789","expires_in":3600,"token_type":"Bearer","scope":"all"}"#,
    )
}

/// Carries a request through, with `upstream` answering each exchange; token fetches get [`token`].
pub fn run(gateway: &Gateway, request: &Request, mut upstream: impl FnMut(&Sent) -> Outcome) -> Run {
    run_at(gateway, request, NOW, |sent, _| if sent.is_token() { token() } else { upstream(sent) })
}

/// As [`run`], with the clock and the token endpoints in the test's hands.
pub fn run_at(
    gateway: &Gateway,
    request: &Request,
    start: Millis,
    upstream: impl FnMut(&Sent, &mut Millis) -> Outcome,
) -> Run {
    run_limited(gateway, request, start, |_, _| Some(true), upstream)
}

/// As [`run_at`], with the rate limits in the test's hands as well. Signatures are really checked.
pub fn run_limited(
    gateway: &Gateway,
    request: &Request,
    start: Millis,
    mut limit: impl FnMut(&str, &str) -> Option<bool>,
    mut upstream: impl FnMut(&Sent, &mut Millis) -> Outcome,
) -> Run {
    let mut now = start;
    let mut held = Vec::new();
    let mut sent = Vec::new();
    let mut raw_log = Vec::new();
    let mut checked = 0;
    let mut limits = Vec::new();
    let arrival = |found| Outcome::Arrival(found, Box::new(request.inbound()));
    let mut step = gateway.begin(request.inbound(), now);
    for _ in 0..200 {
        match step {
            Step::Answer { answer: Answer { status, headers, body }, log } => {
                raw_log.extend(log);
                let log = raw_log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
                return Run {
                    status: status.as_u16(),
                    headers,
                    body: String::from_utf8(body).unwrap(),
                    sent,
                    log,
                    raw_log,
                    checked,
                    limits,
                };
            }
            Step::Lost => panic!("the core lost track of the request"),
            Step::Verify { check, suspended } => {
                checked += 1;
                step = gateway.resume(&suspended, arrival(Found::Signature(is_good(&check))), now);
            }
            Step::Limit { binding, key, suspended } => {
                let within = limit(&binding, &key);
                limits.push((binding, key));
                step = gateway.resume(&suspended, arrival(Found::Limit(within)), now);
            }
            Step::Again { suspended, log } => {
                raw_log.extend(log);
                step = gateway.resume(&suspended, arrival(Found::Nothing), now);
            }
            Step::Exchange { request, hold, suspended, log } => {
                raw_log.extend(log);
                if let Some(bytes) = hold {
                    held = bytes;
                }
                let body = match request.body {
                    UpstreamBody::None => Vec::new(),
                    UpstreamBody::Bytes(bytes) => bytes,
                    UpstreamBody::Held => held.clone(),
                };
                let one = Sent {
                    method: request.method.to_string(),
                    url: request.url,
                    headers: request.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                    body: String::from_utf8(body).unwrap(),
                    write: request.write,
                };
                let outcome = upstream(&one, &mut now);
                sent.push(one);
                step = gateway.resume(&suspended, outcome, now);
            }
            Step::Wait { ms, hold, suspended } => {
                if let Some(bytes) = hold {
                    held = bytes;
                }
                now += u64::from(ms);
                step = gateway.resume(&suspended, Outcome::Waited, now);
            }
        }
    }
    panic!("the request did not end");
}

/// Checks a signature as the platform does.
pub fn is_good(check: &SignatureCheck) -> bool {
    use jwt_compact::alg::{Ed25519, Es256, Rsa};
    let jwk: JsonWebKey<'_> = serde_json::from_str(&check.jwk).unwrap();
    match check.algorithm.name() {
        "RS256" => verifies(&Rsa::rs256(), &jwk, check),
        "ES256" => verifies(&Es256, &jwk, check),
        "EdDSA" => verifies(&Ed25519, &jwk, check),
        other => panic!("{other}"),
    }
}

fn verifies<A: Algorithm>(algorithm: &A, jwk: &JsonWebKey<'_>, check: &SignatureCheck) -> bool
where
    for<'k> A::VerifyingKey: TryFrom<&'k JsonWebKey<'k>>,
{
    let Ok(key) = A::VerifyingKey::try_from(jwk) else { return false };
    let Ok(signature) = A::Signature::try_from_slice(&check.signature) else { return false };
    algorithm.verify_signature(&signature, &key, check.input.as_bytes())
}

/// Runs a request that must not reach any upstream.
pub fn refused(gateway: &Gateway, request: &Request) -> Run {
    run_at(gateway, request, NOW, |sent, _| panic!("sent {} {}", sent.method, sent.url))
}

/// Asserts that each body is refused with exactly these problems and that nothing is sent.
pub fn refuses(gateway: &Gateway, method: &'static str, path: &str, cases: &[(&str, &[&str])]) {
    for (body, problems) in cases {
        let run = refused(gateway, &request(method, path, &filled(body)));
        assert_eq!((run.status, run.error()), (400, Some("invalid_body")), "{body}: {}", run.body);
        assert_eq!(run.problems(), *problems, "{body}: {}", run.body);
    }
}

/// Asserts that each body is sent as it is, with exactly these warnings.
pub fn passes(gateway: &Gateway, method: &'static str, path: &str, answer: &str, cases: &[(&str, &[&str])]) {
    for (body, warnings) in cases {
        let body = filled(body);
        let run = run(gateway, &request(method, path, &body), |sent| {
            assert_eq!((sent.method.as_str(), sent.body.as_str()), (method, body.as_str()));
            answered(200, answer)
        });
        assert_eq!(run.status, 200, "{body}: {}", run.body);
        assert_eq!(run.warnings(), *warnings, "{body}");
    }
}

/// Asserts that one body is sent as it is, without a warning.
pub fn sent_as_it_is(gateway: &Gateway, method: &'static str, path: &str, answer: &str, body: &str) {
    passes(gateway, method, path, answer, &[(body, &[])]);
}

/// A gateway whose bindings differ in this.
pub fn gateway_with(patch: &serde_json::Value) -> Gateway {
    Gateway::new(&bindings(patch))
}

/// A strict value, for comparing what was sent.
pub fn value(text: &str) -> Value {
    json::read(text.as_bytes(), json::Limits::REQUEST).unwrap()
}

pub fn sha256_hex(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

fn merge(target: &mut serde_json::Value, patch: &serde_json::Value) {
    match (target.as_object_mut(), patch.as_object()) {
        (Some(target), Some(patch)) => {
            for (name, value) in patch {
                if value.is_null() {
                    target.remove(name);
                } else {
                    merge(target.entry(name.clone()).or_insert(serde_json::json!({})), value);
                }
            }
        }
        _ => target.clone_from(patch),
    }
}
