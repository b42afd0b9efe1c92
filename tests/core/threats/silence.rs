//! No value of a request is in an error or in a line, wherever it stood.

use proptest::prelude::*;
use proptest::sample::select;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::{Failure, Outcome};

use crate::support::{
    CONNECTOR, IDP_INITIATED, PROVIDER, Request, Run, SAML, answered, bindings, gateway, request, run,
};

const WRITES: &[(&str, &str)] = &[("PATCH", CONNECTOR), ("PUT", IDP_INITIATED), ("PUT", PROVIDER), ("PUT", SAML)];

/// Asserts that neither answer nor log has the marker, in its own spelling or in another case.
fn silent(run: &Run, marker: &str) {
    let found = |text: &str| text.to_lowercase().contains(&marker.to_lowercase());
    assert!(!found(&run.body), "{}", run.body);
    for line in &run.raw_log {
        assert!(!found(line), "{line}");
    }
    for value in run.headers.values() {
        assert!(!found(value.to_str().unwrap()));
    }
}

#[test]
fn t26_a_value_in_any_position_of_a_request_is_in_no_error_and_no_line() {
    let marker = "MARKER-0123456789-value";
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
        let run = crate::support::refused(&gateway(), &request);
        assert!(run.status >= 400);
        silent(&run, marker);
    }
}

/// Every member of every body with a value of the wrong kind that holds the marker (T13).
#[test]
fn t13_no_validation_error_repeats_the_value() {
    use sso_config_gateway::vendor::{Holds, Member, Vendor};
    let marker = "MARKER-0123456789-value";
    fn places(members: &'static [Member], at: &str, all: &mut Vec<String>) {
        for member in members {
            all.push(format!("{at}/{}", member.name));
            if let Holds::Object { members, .. } = &member.holds {
                places(members, &format!("{at}/{}", member.name), all);
            }
            if let Holds::Mapping { .. } = &member.holds {
                all.push(format!("{at}/{}/email", member.name));
            }
        }
    }
    let values = [
        format!("\"{marker}\""),
        format!("[\"{marker}\"]"),
        format!("{{\"value\":\"{marker}\"}}"),
        format!("[{{\"role_id\":[\"{marker}\"]}}]"),
        format!("\"http://{marker}@10.0.0.1/{marker}\""),
        format!("\"-----BEGIN CERTIFICATE-----\\n{marker}\\n-----END CERTIFICATE-----\""),
        format!("\"-----BEGIN {marker} KEY-----\\n{marker}\""),
        format!("\"\\u0000{marker}\""),
    ];
    let mut tried = 0;
    for (vendor, name, path) in [
        (Vendor::Logto, "update_connector", CONNECTOR),
        (Vendor::Logto, "set_idp_initiated_config", IDP_INITIATED),
        (Vendor::LoginRadius, "update_saml_provider", PROVIDER),
        (Vendor::Stytch, "update_saml_connection", SAML),
    ] {
        let mut all = Vec::new();
        places(vendor.dialect().operation(name).unwrap().body.unwrap().members, "", &mut all);
        for place in all {
            for value in &values {
                // A second member makes sure that the body is refused.
                let nested = place.split('/').skip(1).collect::<Vec<_>>();
                let body = nested.iter().rev().fold(value.clone(), |inner, name| format!("{{\"{name}\":{inner}}}"));
                let body = format!("{},\"no_such_member\":1}}", &body[..body.len() - 1]);
                let method = if path == CONNECTOR { "PATCH" } else { "PUT" };
                for accept in ["application/json", "application/problem+json"] {
                    let run =
                        crate::support::refused(&gateway(), &request(method, path, &body).header("accept", accept));
                    assert_eq!(run.status, 400);
                    silent(&run, marker);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
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
            let run = crate::support::refused(&gateway(), &request("GET", &path, ""));
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
