//! T13, T26, T27: no value of a request is in an error or in a line, wherever it stood, and no line is two.

use proptest::prelude::*;
use proptest::sample::select;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Outcome};

use super::support::{CATALOGUE, nested, pointers, silent, writers};
use crate::support::{
    CONNECTOR, IDP_INITIATED, PROVIDER, Request, Run, SAML, answered, bindings, gateway, refused, request, run,
};

const WRITES: &[(&str, &str)] = &[("PATCH", CONNECTOR), ("PUT", IDP_INITIATED), ("PUT", PROVIDER), ("PUT", SAML)];

const MARKER: &str = "MARKER-0123456789-value";

#[test]
fn t26_a_value_in_any_position_of_a_request_is_in_no_error_and_no_line() {
    let marker = MARKER;
    let with = |method, path: &str| request(method, path, "{}");
    let positions: Vec<Request> = vec![
        request("GET", &format!("/logto/api/sso-connectors?page={marker}"), ""),
        request("GET", &format!("/logto/api/sso-connectors?{marker}=1"), ""),
        request("GET", &format!("/logto/api/sso-connectors/{marker}%2f"), ""),
        request("GET", &format!("/{marker}"), ""),
        request("GET", &format!("/logto/{marker}/x"), ""),
        request("GET", &format!("/loginradius/v2/manage/custom-providers/saml/{marker}%00"), ""),
        with("PUT", SAML).header("authorization", &format!("Bearer {marker}")),
        with("PUT", SAML).header("authorization", &format!("Basic {marker}")),
        with("PUT", SAML).header("authorization", marker),
        with("PUT", SAML).header("origin", &format!("https://{marker}.example")),
        with("PUT", SAML).header("content-type", &format!("application/{marker}")),
        with("PUT", SAML).header("content-encoding", marker),
        with("PUT", SAML).header("x-stytch-member-session", &format!("{marker} {marker}")),
        with("POST", SAML).header("accept", marker),
        with("POST", SAML).header("cookie", marker),
        request("PUT", SAML, marker),
        request("PUT", SAML, &format!("[\"{marker}\"]")),
        request("PUT", SAML, &format!("{{\"display_name\":\"{marker}\",}}")),
        request("PUT", SAML, &format!("{{\"display_name\":\"{marker}\"}} {marker}")),
        request("PUT", SAML, &format!("{{\"display_name\":\"{marker}\\q\"}}")),
        request("DELETE", IDP_INITIATED, &format!("{{\"x\":\"{marker}\"}}")),
    ];
    for request in positions {
        let run = refused(&gateway(), &request);
        assert!(run.status >= 400);
        silent(&run, marker);
    }
}

#[test]
fn t26_a_header_that_is_not_read_leaves_no_trace_in_any_operation() {
    for case in CATALOGUE.iter() {
        let names = [
            "cookie",
            "x-trace",
            "user-agent",
            "referer",
            "x-forwarded-for",
            "x-request-id",
            "traceparent",
            "via",
            "host",
        ];
        let asked = names.iter().fold(case.request(), |asked, name| asked.header(name, MARKER));
        for outcome in [case.answered(), answered(500, MARKER), Outcome::Failed(Failure::Broken), Outcome::Crashed] {
            let mut outcome = Some(outcome);
            silent(&run(&gateway(), &asked, |_| outcome.take().unwrap()), MARKER);
        }
    }
}

/// The name of a member that nobody knows may be told to its sender, but is in no line.
#[test]
fn t26_a_name_in_a_body_is_in_no_line() {
    let forward = serde_json::json!({ "unknown_members": "forward" });
    let forwarding = Gateway::new(&bindings(&serde_json::json!({
        "UPSTREAM_LOGTO": forward, "UPSTREAM_LOGINRADIUS": forward, "UPSTREAM_STYTCH_TEST": forward })));
    for case in writers() {
        for pointer in pointers(case.operation.body.unwrap().members, "").iter().chain([&String::new()]) {
            let body = nested(&format!("{pointer}/{MARKER}"), "{}");
            for gateway in [&gateway(), &forwarding] {
                let run = run(gateway, &case.with_body(&body), |_| case.answered());
                assert!(!run.raw_log.concat().contains(MARKER), "{:?}", run.raw_log);
            }
        }
    }
}

#[test]
fn t13_no_validation_error_repeats_the_value() {
    let values = [
        format!("\"{MARKER}\""),
        format!("[\"{MARKER}\"]"),
        format!("{{\"value\":\"{MARKER}\"}}"),
        format!("[{{\"role_id\":[\"{MARKER}\"]}}]"),
        format!("\"http://{MARKER}@10.0.0.1/{MARKER}\""),
        format!("\"-----BEGIN CERTIFICATE-----\\n{MARKER}\\n-----END CERTIFICATE-----\""),
        format!("\"-----BEGIN {MARKER} KEY-----\\n{MARKER}\""),
        format!("\"\\u0000{MARKER}\""),
        format!("\"{MARKER}\\q\""),
        format!("\"{MARKER}"),
    ];
    let gateway = gateway();
    let mut tried = 0;
    for case in writers() {
        for pointer in pointers(case.operation.body.unwrap().members, "") {
            for value in &values {
                // A second member makes sure that the body is refused.
                let body = nested(&pointer, value);
                let body = format!("{},\"no_such_member\":1}}", &body[..body.len() - 1]);
                for accept in ["application/json", "application/problem+json"] {
                    let run = refused(&gateway, &case.with_body(&body).header("accept", accept));
                    assert_eq!(run.status, 400);
                    silent(&run, MARKER);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// What terminals, viewers and line-based tools act on.
const FORGERIES: &[&str] = &[
    "a\nb",
    "a\rb",
    "a\r\n{\"event\":\"outcome\"}",
    "\u{1b}[31m",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "\u{8}\u{8}",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}live",
    "\u{202a}a\u{202c}",
    "\u{2066}a\u{2069}",
    "\u{200b}",
    "\u{200e}",
    "\u{feff}",
    "\u{ad}",
    "\u{e0041}",
    "\u{fffd}",
    "\",\"decision\":\"allowed",
    "\\\"",
    "</script>",
    "%0a",
    "%250a",
    "${jndi:ldap://x}",
    "\u{130}",
];

/// One event, one line, and nothing in it that is not plain text.
fn plain(run: &Run) {
    assert!((1..=2).contains(&run.raw_log.len()), "{:?}", run.raw_log);
    for (line, event) in run.raw_log.iter().zip(&run.log) {
        assert!(line.bytes().all(|b| (0x20..0x7f).contains(&b)), "{line}");
        assert!(matches!(event["event"].as_str().unwrap(), "request" | "decision" | "outcome"), "{line}");
        assert!(line.matches("\"decision\":").count() <= 1, "{line}");
    }
}

#[test]
fn t27_nothing_a_caller_or_an_upstream_writes_forges_a_line() {
    let gateway = gateway();
    for forgery in FORGERIES {
        let percent: String = forgery.bytes().map(|b| format!("%{b:02x}")).collect();
        let text = serde_json::to_string(forgery).unwrap();
        for case in CATALOGUE.iter() {
            let mut asked =
                vec![request("GET", &format!("/{percent}"), ""), request("GET", &format!("/{forgery}"), "")];
            for query in [format!("{percent}=1"), format!("page={percent}"), format!("id={forgery}")] {
                asked.push(request(case.method(), &format!("{}?{query}", case.path()), &case.body));
            }
            for place in 0..case.params().len() {
                for value in [percent.clone(), format!("a{percent}"), (*forgery).to_owned()] {
                    asked.push(request(case.method(), &case.path_with(place, &value), &case.body));
                }
            }
            for body in [
                format!("{{{text}:1}}"),
                format!("{{\"id\":{text},\"Provider\":{text}}}"),
                text.clone(),
                (*forgery).to_owned(),
            ] {
                asked.push(case.with_body(&body));
            }
            if http::HeaderValue::from_str(forgery).is_ok() {
                asked.push(
                    case.request()
                        .header("x-request-id", forgery)
                        .header("user-agent", forgery)
                        .header("accept", forgery),
                );
                asked.push(case.request().header("authorization", &format!("Bearer {forgery}")));
            }
            for asked in asked {
                plain(&run(&gateway, &asked, |_| answered(404, "{}")));
            }
            for status in [200, 400, 401, 409, 500] {
                let says = case.spiked("x", &text).replacen(
                    '{',
                    &format!("{{\"code\":{text},\"error_type\":{text},\"ErrorCode\":{text},"),
                    1,
                );
                plain(&run(&crate::support::gateway(), &case.request(), |_| answered(status, &says)));
            }
        }
    }
}

#[test]
fn t27_an_identifier_cannot_break_out_of_its_line() {
    for id in [
        "a%0a%7b%22event%22",
        "a%0d%0ab",
        "%1b%5b31m",
        "%e2%80%aeevil",
        "%e2%80%a8",
        "a%22%2c%22decision%22%3a%22allowed",
        "\u{202e}",
        "a%00",
        "%7f",
        "\\u000a",
    ] {
        for path in [
            format!("/logto/api/sso-connectors/{id}"),
            format!("/stytch-test/v1/b2b/sso/{id}"),
            format!("/loginradius/v2/manage/custom-providers/saml/{id}"),
            format!("/{id}"),
        ] {
            let run = refused(&gateway(), &request("GET", &path, ""));
            assert_eq!(run.raw_log.len(), 1);
            let line = &run.raw_log[0];
            assert!(line.bytes().all(|b| (0x20..0x7f).contains(&b)), "{line}");
            assert_eq!(run.log[0]["decision"], "refused");
        }
    }
    // A request id comes from the platform; if it ever did not, it is still one line of JSON.
    let mut inbound = request("GET", "/nowhere", "").inbound();
    inbound.request_id = "x\"\n{\"event\":\"forged\"}".to_owned();
    let sso_config_gateway::http::message::Step::Answer { log, .. } = gateway().begin(inbound, 0) else {
        panic!("went on")
    };
    assert_eq!(log[0].lines().count(), 1);
}

#[test]
fn t27_an_upstreams_code_is_logged_only_if_it_looks_like_one() {
    for (code, shown) in [
        ("entity.not_found", true),
        ("a".repeat(80).as_str(), true),
        ("a".repeat(81).as_str(), false),
        ("Has Blanks", false),
        ("x\\ny", false),
        ("ünïcode", false),
        ("", false),
    ] {
        let body = format!(r#"{{"code":"{code}","message":"m"}}"#);
        let run = run(&gateway(), &request("GET", CONNECTOR, ""), |_| answered(404, &body));
        assert_eq!(run.log[0]["upstream_code"].is_string(), shown, "{code}");
    }
}

fn marked() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9]{11,24}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// T26: whatever becomes of a request, its values are not in the log.
    #[test]
    fn t26_values_never_reach_the_log(
        marker in marked(),
        write in select(WRITES.to_vec()),
        outcome in select(vec!["success", "refusal", "timeout", "broken", "html", "crash"]),
        member in select(vec!["display_name", "connectorName", "FriendlyProviderName", "x"]),
        forward in any::<bool>(),
    ) {
        let unknown = serde_json::json!({ "unknown_members": if forward { "forward" } else { "refuse" } });
        let gateway = Gateway::new(&bindings(&serde_json::json!({
            "UPSTREAM_LOGTO": unknown, "UPSTREAM_LOGINRADIUS": unknown, "UPSTREAM_STYTCH_TEST": unknown })));
        let (method, path) = write;
        let mapping = format!(r#""attribute_mapping":{{"email":"{marker}","full_name":"{marker}","c":"{marker}"}}"#);
        let data_map = format!(r#""Provider":"my-saml-app","DataMap":{{"Email":"{marker}"}}"#);
        let body = match path {
            CONNECTOR => format!(r#"{{"{member}":"{marker}","branding":{{"displayName":"{marker}"}},"config":{{"clientId":"{marker}","clientSecret":"{marker}","scope":"{marker}"}}}}"#),
            IDP_INITIATED => format!(r#"{{"{member}":"{marker}","defaultApplicationId":"a","autoSendAuthorizationRequest":true,"authParameters":{{"scope":"{marker}"}}}}"#),
            PROVIDER => format!(r#"{{"{member}":"{marker}",{data_map}}}"#),
            _ => format!(r#"{{"{member}":"{marker}",{mapping},"idp_entity_id":"{marker}"}}"#),
        };
        let request = request(method, path, &body).header("cookie", &marker).header("x-trace", &marker);
        let run = run(&gateway, &request, |_| match outcome {
            "success" => answered(200, r#"{"id":"acmesaml0001","connectorId":"acmesaml0001","Provider":"my-saml-app"}"#),
            "refusal" => answered(409, r#"{"code":"a.b","ErrorCode":8038,"error_type":"bad_request"}"#),
            "timeout" => Outcome::Failed(Failure::TimedOut),
            "broken" => Outcome::Failed(Failure::Broken),
            "html" => answered(500, &format!("<html>{marker}</html>")),
            _ => Outcome::Crashed,
        });
        silent(&run, &marker);
    }
}
