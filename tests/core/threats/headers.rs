//! T8, T9: headers that mean something to somebody behind the gateway, and the caller's own credential.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use sso_config_gateway::frame;
use sso_config_gateway::http::message::Step;

use super::support::{CATALOGUE, Case, one_per_vendor};
use crate::support::{NOW, Run, Sent, TOKEN, gateway, refused, request, run};

/// Headers that some proxy, framework or vendor acts on. None of them may travel.
const NAMES: &[&str] = &[
    // Hop by hop, and how the message is framed.
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
    "proxy-authenticate",
    "proxy-authorization",
    "expect",
    "content-length",
    "max-forwards",
    "alt-used",
    "early-data",
    // Who is asking, from where, through whom.
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-scheme",
    "x-forwarded-server",
    "x-forwarded-prefix",
    "x-forwarded-uri",
    "x-forwarded-method",
    "x-forwarded-path",
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-access-token",
    "x-forwarded-client-cert",
    "x-forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-originating-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-remote-user",
    "remote-user",
    "true-client-ip",
    "fastly-client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-ipcountry",
    "cf-ray",
    "cf-visitor",
    "cf-worker",
    "cdn-loop",
    "x-envoy-original-path",
    "x-envoy-external-address",
    "x-envoy-internal",
    "x-amzn-trace-id",
    "x-azure-clientip",
    // Another host, path or verb.
    "host",
    "x-host",
    "x-original-host",
    "x-original-url",
    "x-rewrite-url",
    "x-original-uri",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-http-path-override",
    "x-override-url",
    "x-proxy-url",
    "x-http-destinationurl",
    "destination",
    "base-url",
    "request-uri",
    "x-middleware-subrequest",
    "x-middleware-rewrite",
    // Credentials and identity.
    "cookie",
    "cookie2",
    "set-cookie",
    "x-authorization",
    "x-access-token",
    "x-auth-token",
    "x-auth-user",
    "x-api-key",
    "api-key",
    "apikey",
    "apisecret",
    "x-user",
    "x-user-id",
    "x-tenant-id",
    "x-organization-id",
    "x-role",
    "x-csrf-token",
    "x-xsrf-token",
    "www-authenticate",
    "dpop",
    "signature",
    "signature-input",
    "digest",
    "content-digest",
    "x-signature",
    "x-hub-signature",
    "ssl-client-cert",
    "x-client-cert",
    // Vendors' own.
    "x-stytch-sdk-client",
    "x-stytch-parent-domain",
    "x-stytch-member-sessions",
    "x-stytch-organization-id",
    "x-stytch-project-id",
    "development-user-id",
    "logto-app-id",
    "logto-app-secret",
    "logto-core-request-id",
    "logto-organization-id",
    "logto-verification-id",
    "x-logto-tenant",
    "x-loginradius-apikey",
    "x-loginradius-apisecret",
    "x-loginradius-sott",
    "x-lr-request-id",
    "x-request-expires",
    // What is asked for and what is known of the answer.
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-range",
    "range",
    "accept-encoding",
    "accept-charset",
    "cache-control",
    "pragma",
    "prefer",
    "idempotency-key",
    "traceparent",
    "tracestate",
    "baggage",
    "b3",
    "x-correlation-id",
    "referer",
    "from",
    "dnt",
    "sec-fetch-site",
    "save-data",
    "x-requested-with",
    "content-language",
    "content-location",
    "content-range",
    "content-disposition",
    "x-content-type-options",
    "x-panic-drill",
    "user-agent",
    "accept-language",
    "x-request-id",
];

const MARKER: &str = "smuggled-value-0123456789";

/// The complete set of headers that an upstream is sent: what is injected, and a checked member session.
fn expected(case: &Case, sent: &Sent, session: bool) -> Vec<&'static str> {
    let mut names = vec!["accept", "accept-language", "authorization", "user-agent", "via", "x-request-id"];
    if !sent.body.is_empty() {
        names.push("content-type");
    }
    if session {
        names.extend(case.vendor.dialect().member_session_headers);
    }
    names.sort_unstable();
    names
}

fn names(sent: &Sent) -> Vec<&str> {
    let mut names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

fn clean(case: &Case, run: &Run, session: bool) {
    let [sent] = run.upstream()[..] else { panic!("{}: {}", case.operation.name, run.body) };
    assert_eq!(names(sent), expected(case, sent, session), "{}", case.operation.name);
    assert_eq!(sent.method, case.method());
    for one in &run.sent {
        assert!(one.headers.iter().all(|(_, value)| !value.contains(MARKER)), "{:?}", one.headers);
        assert!(!one.url.contains(MARKER) && !one.body.contains(MARKER));
        if one.is_token() {
            assert_eq!(names(one), ["accept", "content-type"]);
        }
    }
}

#[test]
fn t08_no_header_of_the_callers_reaches_an_upstream() {
    assert!(NAMES.len() >= 120, "{}", NAMES.len());
    for case in CATALOGUE.iter() {
        let mut all = case.request();
        for name in NAMES {
            // Twice, in case that only the first one is looked at.
            all.headers.push((name, format!("{MARKER}, DELETE")));
            all.headers.push((name, MARKER.to_owned()));
        }
        clean(case, &run(&gateway(), &all, |_| case.answered()), false);
    }
}

#[test]
fn t08_each_header_alone_and_named_by_connection_changes_nothing() {
    for case in one_per_vendor() {
        for name in NAMES.iter().chain(&["authorization", "content-type", "accept", "x-stytch-member-session"]) {
            let connection = case.request().header("connection", &format!("close, {name}"));
            let alone = if NAMES.contains(name) { connection.header(name, MARKER) } else { connection };
            clean(case, &run(&gateway(), &alone, |_| case.answered()), false);
        }
    }
}

#[test]
fn t08_a_member_session_is_the_only_thing_that_travels_and_only_to_its_vendor() {
    for case in CATALOGUE.iter() {
        let sessions: Vec<&'static str> =
            CATALOGUE.iter().flat_map(|case| case.vendor.dialect().member_session_headers.to_vec()).collect();
        let asked = sessions.iter().fold(case.request(), |asked, name| asked.header(name, "member-session-token"));
        clean(case, &run(&gateway(), &asked, |_| case.answered()), true);
    }
}

#[test]
fn t08_a_verb_in_a_header_or_a_parameter_is_no_verb() {
    const OVERRIDES: [&str; 6] =
        ["x-http-method-override", "x-http-method", "x-method-override", "x-forwarded-method", "_method", "x-verb"];
    for case in CATALOGUE.iter() {
        for name in OVERRIDES {
            for verb in ["DELETE", "PUT", "PATCH", "GET"] {
                let sent = run(&gateway(), &case.request().header(name, verb), |_| case.answered());
                assert_eq!(sent.upstream()[0].method, case.method(), "{name}: {verb}");
                let request = request("POST", &format!("{}?{name}={verb}", case.path()), &case.body).header(name, verb);
                let refused = refused(&gateway(), &request);
                assert!(matches!(refused.status, 400 | 405), "{name}: {verb}: {}", refused.status);
            }
        }
    }
}

/// The frame between the loop and the core has one header a line: no value can begin another line or hide a byte.
#[test]
fn t08_a_control_character_in_a_header_is_never_passed_on() {
    for case in one_per_vendor() {
        let read = ["authorization", "content-type", "accept", "origin"];
        let session = case.vendor.dialect().member_session_headers;
        for bad in ["a\rx-evil: 1", "a\u{0}b", "a\u{7f}b", "a\u{1b}[31m", "\u{fffd}", "a\u{e4}b", "\r", "a\u{85}b"] {
            for name in read.iter().chain(session) {
                let head = format!(
                    "{}\nhttps://gateway.example.com{}\nid\nread\nauthorization: Bearer {TOKEN}\ncontent-type: application/json\n{name}: {bad}",
                    case.method(),
                    case.path()
                );
                let inbound = frame::inbound(&head, case.body.clone().into_bytes()).unwrap();
                let Step::Answer { answer, .. } = gateway().begin(inbound, NOW) else { panic!("{name} was sent on") };
                assert!(matches!(answer.status.as_u16(), 400 | 401 | 403), "{name}: {}", answer.status);
            }
        }
    }
}

#[test]
fn t09_the_callers_token_is_nowhere_upstream_and_there_is_one_credential() {
    let bearer = format!("Bearer {TOKEN}");
    let spellings = [
        TOKEN.to_owned(),
        TOKEN.replace('_', "%5F"),
        Base64::encode_string(TOKEN.as_bytes()),
        Base64UrlUnpadded::encode_string(bearer.as_bytes()),
        TOKEN.bytes().map(|b| format!("{b:02x}")).collect(),
        crate::support::sha256_hex(TOKEN),
    ];
    for case in CATALOGUE.iter() {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let asked = ["cookie", "x-authorization", "proxy-authorization", "x-forwarded-access-token", "x-api-key"]
                .iter()
                .fold(case.request(), |asked, name| asked.header(name, &bearer))
                .header("authorization", &format!("{scheme} {TOKEN}"));
            let run = run(&gateway(), &asked, |_| case.answered());
            let [sent] = run.upstream()[..] else { panic!("{}", run.body) };
            let credentials: Vec<_> = sent.headers.iter().filter(|(name, _)| name == "authorization").collect();
            assert_eq!(credentials.len(), 1);
            for one in &run.sent {
                let places = one.headers.iter().map(|(_, value)| value).chain([&one.url, &one.body]);
                for text in places {
                    assert!(spellings.iter().all(|spelling| !text.to_lowercase().contains(&spelling.to_lowercase())));
                }
            }
        }
    }
}
