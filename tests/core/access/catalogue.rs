//! Every operation of every vendor, with callers that may not use it: nothing is sent.

use serde_json::json;
use sso_config_gateway::vendor::{AnswerShape, Operation, ParamRole, Touches, Vendor};

use crate::support::{Request, gateway_with, refused, request, sha256_hex};

const OTHERS: &str = "ssogw_other-caller-000000000000000000000000000000";
const READER: &str = "ssogw_read-caller-0000000000000000000000000000000";

/// A path of the operation, with the same word for every value.
pub fn path(vendor: Vendor, operation: &Operation) -> String {
    let template = operation.template();
    let filled = template.split('/').map(|segment| if segment.starts_with('{') { "victim" } else { segment });
    let upstream = if vendor == Vendor::Stytch { "stytch-test" } else { vendor.name() };
    format!("/{upstream}{}", filled.collect::<Vec<_>>().join("/"))
}

/// Its verb.
pub fn verb(operation: &Operation) -> &'static str {
    match operation.method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
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
    let mut named_in_body = Vec::new();
    for vendor in Vendor::ALL {
        for operation in vendor.dialect().operations {
            let body = if operation.body.is_some() { r#"{"whatever":1}"# } else { "" };
            let ask = |token: &str| -> Request {
                let request = request(verb(operation), &path(*vendor, operation), body);
                request.header("authorization", &format!("Bearer {token}"))
            };
            // Without a subject in its path, a list is filtered, a catalogue is about nobody, and a name in the body is
            // looked at when the body has been read; a creation is about what nobody can have been granted yet.
            let has_subject =
                operation.path.iter().any(|segment| matches!(segment, sso_config_gateway::vendor::Segment::Param(_)));
            let open = matches!(operation.answer, AnswerShape::List { .. } | AnswerShape::Things { .. })
                || operation.finds_connection_in_body();
            if has_subject || !open {
                let run = refused(&gateway, &ask(OTHERS));
                assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{}", operation.name);
            }
            if operation.finds_connection_in_body() {
                named_in_body.push(operation.name);
            }
            for (member, role) in operation.names_in_body {
                assert_eq!(*role == ParamRole::Organization, member.contains("organization"), "{member}");
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
    assert_eq!(seen, 35, "the catalogue has grown: look at the access rules of what is new");
    assert_eq!(named_in_body, ["update_oauth_provider"], "its own tests are in `named_in_body`");
}
