//! Every operation of every vendor, with callers that may not use it: nothing is sent.

use serde_json::json;
use sso_config_gateway::vendor::{Operation, Touches, Vendor};

use crate::support::{Request, gateway_with, refused, request, sha256_hex};

const OTHERS: &str = "ssogw_other-caller-000000000000000000000000000000";
const READER: &str = "ssogw_read-caller-0000000000000000000000000000000";

fn path(vendor: Vendor, operation: &Operation) -> String {
    let template = operation.template();
    let filled = template.split('/').map(|segment| if segment.starts_with('{') { "victim" } else { segment });
    let upstream = if vendor == Vendor::Stytch { "stytch-test" } else { vendor.name() };
    format!("/{upstream}{}", filled.collect::<Vec<_>>().join("/"))
}

fn verb(operation: &Operation) -> &'static str {
    match operation.method.as_str() {
        "GET" => "GET",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        other => panic!("a verb that no operation had so far: {other}"),
    }
}

#[test]
fn no_operation_is_carried_out_for_whoever_may_not_do_it() {
    let callers = json!({
        "CALLER_OTHERS": { "token_sha256": sha256_hex(OTHERS), "grants": [
            { "upstream": "stytch-test", "access": "write", "organizations": ["mine"] },
            { "upstream": "logto", "access": "write", "connections": ["mine"] },
            { "upstream": "loginradius", "access": "write", "connections": ["mine"] } ] },
        "CALLER_READER": { "token_sha256": sha256_hex(READER), "grants": [
            { "upstream": "stytch-test", "access": "read", "organizations": "all" },
            { "upstream": "logto", "access": "read", "connections": "all" },
            { "upstream": "loginradius", "access": "read", "connections": "all" } ] },
    });
    let gateway = gateway_with(&callers);
    let mut seen = 0;
    for vendor in Vendor::ALL {
        for operation in vendor.dialect().operations {
            let body = if operation.body.is_some() { r#"{"whatever":1}"# } else { "" };
            let ask = |token: &str| -> Request {
                let request = request(verb(operation), &path(*vendor, operation), body);
                request.header("authorization", &format!("Bearer {token}"))
            };
            // A list without a subject in its path is filtered instead.
            let has_subject =
                operation.path.iter().any(|segment| matches!(segment, sso_config_gateway::vendor::Segment::Param(_)));
            if has_subject {
                let run = refused(&gateway, &ask(OTHERS));
                assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{}", operation.name);
            }
            if !matches!(operation.touches, Touches::Nothing) {
                let run = refused(&gateway, &ask(READER));
                assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{}", operation.name);
            }
            assert_eq!(
                operation.method != http::Method::GET,
                !matches!(operation.touches, Touches::Nothing),
                "{}",
                operation.name
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 11, "the catalogue has grown: look at the access rules of what is new");
}
