//! A caller of one organization and everybody else's connections: every operation, every door, every spelling.

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::vendor::{AnswerShape, Operation, ParamRole, Segment, Vendor};

use crate::support::{Request, answered, gateway_with, refused, request, run, sha256_hex};

const MINE: &str = "organization-test-00000000-0000-4000-8000-00000000000a";
const THEIRS: &str = "organization-test-00000000-0000-4000-8000-00000000000b";
const PORTAL: &str = "ssogw_portal-000000000000000000000000000000000000";

/// A caller that may do everything, to its own.
fn portal() -> Gateway {
    gateway_with(&json!({ "CALLER_PORTAL": { "token_sha256": sha256_hex(PORTAL), "grants": [
        { "upstream": "stytch-test", "access": "write", "organizations": [MINE] },
        { "upstream": "logto", "access": "write", "connections": ["mine"] },
        { "upstream": "loginradius", "access": "write", "connections": ["mine"] } ] } }))
}

fn own(vendor: Vendor) -> &'static str {
    if vendor == Vendor::Stytch { MINE } else { "mine" }
}

fn upstream(vendor: Vendor) -> &'static str {
    if vendor == Vendor::Stytch { "stytch-test" } else { vendor.name() }
}

/// Spellings of what is not one's own, some of them nearly.
fn others(vendor: Vendor) -> Vec<String> {
    let own = own(vendor);
    let mut others: Vec<String> = vec![
        THEIRS.to_owned(),
        "theirs".to_owned(),
        "acme-slug".to_owned(),
        format!("{own}x"),
        format!("x{own}"),
        own[..own.len() - 1].to_owned(),
        format!("{own}-{own}"),
        own.replace('-', "_") + "_",
    ];
    if vendor == Vendor::Stytch {
        others.extend([
            own.to_uppercase(),
            own.replace("test", "live"),
            format!("{own}~"),
            format!("{own}|{THEIRS}"),
            "..a".to_owned(),
        ]);
    }
    if vendor == Vendor::Logto {
        others.push(own.to_uppercase());
    }
    others
}

/// The operation at every door, about this subject. `connection` is the value of what else is in the path.
fn asks(vendor: Vendor, operation: &Operation, subject: &str) -> Vec<Request> {
    let scoped_by = if vendor == Vendor::Stytch { ParamRole::Organization } else { ParamRole::Connection };
    let value = |segment: &Segment| match segment {
        Segment::Literal(literal) => (*literal).to_owned(),
        Segment::Param(param) if param.role == scoped_by => subject.replace('|', "%7C"),
        Segment::Param(_) => "connection-1".to_owned(),
    };
    let path: Vec<String> = operation.path.iter().map(value).collect();
    let path = path.join("/");
    let body = if operation.body.is_some() { "{}" } else { "" };
    let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    let verb = verbs.into_iter().find(|verb| operation.method == *verb).unwrap();
    let mut arguments = serde_json::Map::new();
    for segment in operation.path {
        if let Segment::Param(param) = segment {
            let value = if param.role == scoped_by { subject } else { "connection-1" };
            arguments.insert(param.name.to_owned(), json!(value));
        }
    }
    let tools = format!("/tools/{}/{}", upstream(vendor), operation.name);
    let enveloped = json!({ "args": arguments }).to_string();
    let requests = [
        request(verb, &format!("/{path}"), body),
        request(verb, &format!("/{}/{path}", upstream(vendor)), body),
        request("POST", &tools, &Value::Object(arguments).to_string()),
        request("POST", &tools, &enveloped),
    ];
    requests.into_iter().map(|request| request.header("authorization", &format!("Bearer {PORTAL}"))).collect()
}

fn names_its_subject(vendor: Vendor, operation: &Operation) -> bool {
    let role = if vendor == Vendor::Stytch { ParamRole::Organization } else { ParamRole::Connection };
    operation.path.iter().any(|segment| matches!(segment, Segment::Param(param) if param.role == role))
}

#[test]
fn t03_nothing_of_somebody_elses_is_read_or_changed_by_any_operation_at_any_door() {
    let gateway = portal();
    let mut asked = 0;
    for vendor in Vendor::ALL {
        for operation in vendor.dialect().operations.iter().filter(|operation| names_its_subject(*vendor, operation)) {
            for other in others(*vendor) {
                let mut answers = Vec::new();
                for request in asks(*vendor, operation, &other) {
                    let run = refused(&gateway, &request);
                    // What the vendor could not even have is refused as a value, for everybody alike.
                    let reasons = [Some("forbidden"), Some("bad_path_value")];
                    assert!(reasons.contains(&run.error()), "{} {other}: {}", operation.name, run.body);
                    answers.push(run.error().unwrap().to_owned());
                    asked += 1;
                }
                answers.dedup();
                assert_eq!(answers.len(), 1, "{} {other}", operation.name);
            }
            // The guard is not simply shut.
            for request in asks(*vendor, operation, own(*vendor)) {
                let run = run(&gateway, &request, |_| {
                    answered(404, r#"{"status_code":404,"error_type":"x","code":"entity.not_found","ErrorCode":901}"#)
                });
                assert_ne!(run.error(), Some("forbidden"), "{} is one's own: {}", operation.name, run.body);
            }
        }
    }
    assert!(asked >= 500, "{asked}");
}

#[test]
fn t03_what_names_no_connection_of_a_tenant_is_filtered_or_refused() {
    let gateway = portal();
    for vendor in [Vendor::Logto, Vendor::LoginRadius] {
        let connections = |operation: &&Operation| {
            !names_its_subject(vendor, operation) && !matches!(operation.answer, AnswerShape::Things { .. })
        };
        for operation in vendor.dialect().operations.iter().filter(connections) {
            for request in asks(vendor, operation, "") {
                let run = run(&gateway, &request, |sent| {
                    assert_eq!(sent.method, "GET", "{}", operation.name);
                    let item = |id: &str| json!({ "id": id, "Provider": id, "ProviderName": id, "providerName": id, "secret": "s" });
                    let list = json!([item("mine"), item("theirs")]);
                    let data = if vendor == Vendor::Logto { list } else { json!({ "Data": list }) };
                    answered(200, &data.to_string())
                });
                assert!(!run.body.contains("theirs"), "{}: {}", operation.name, run.body);
                assert!(matches!(run.status, 200 | 400 | 403 | 502), "{}: {}", operation.name, run.body);
            }
        }
    }
}

#[test]
fn t03_an_answer_about_another_organization_is_not_shown() {
    let gateway = portal();
    for operation in
        Vendor::Stytch.dialect().operations.iter().filter(|operation| operation.method == http::Method::GET)
    {
        for request in asks(Vendor::Stytch, operation, MINE) {
            let run = run(&gateway, &request, |_| {
                let theirs = json!({ "connection_id": "c", "organization_id": THEIRS });
                answered(200, &json!({ "status_code": 200, "saml_connections": [theirs], "oidc_connections": [], "external_connections": [] }).to_string())
            });
            assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{}", operation.name);
            assert!(!run.body.contains(THEIRS));
        }
    }
}
