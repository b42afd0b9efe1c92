//! What holds for every vendor's tables, whatever stands in them.

use std::collections::BTreeSet;

use http::StatusCode;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::config::Access;
use crate::error::Code;
use crate::json::{self, Value};
use crate::validate::Problem;

fn operations() -> impl Iterator<Item = (Vendor, &'static Operation)> {
    Vendor::ALL.iter().flat_map(|vendor| vendor.dialect().operations.iter().map(|operation| (*vendor, operation)))
}

#[test]
fn a_verb_and_a_path_mean_one_operation_of_one_vendor() {
    let mut seen = BTreeSet::new();
    for (_, operation) in operations() {
        assert!(seen.insert((operation.method.to_string(), operation.template())), "{}", operation.name);
    }
    for vendor in Vendor::ALL {
        let names: BTreeSet<&str> = vendor.dialect().operations.iter().map(|operation| operation.name).collect();
        assert_eq!(names.len(), vendor.dialect().operations.len());
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        assert_eq!(Vendor::parse(vendor.name()), Some(*vendor));
    }
}

#[test]
fn a_bare_path_belongs_to_one_vendor_only() {
    for (vendor, operation) in operations() {
        let template = operation.template();
        let segments: Vec<&str> = template.split('/').skip(1).collect();
        for other in Vendor::ALL {
            assert_eq!(other.dialect().owns_path(&segments), *other == vendor, "{template}");
        }
    }
}

#[test]
fn an_operation_writes_if_and_only_if_its_verb_does() {
    for (_, operation) in operations() {
        let writes = operation.method != http::Method::GET;
        assert_eq!(operation.access() == Access::Write, writes, "{}", operation.name);
        assert!(writes || operation.body.is_none(), "{}", operation.name);
    }
}

#[test]
fn no_path_value_can_become_another_path() {
    let hostile = [
        "",
        ".",
        "..",
        "/",
        "a/b",
        "a\\b",
        "%",
        "%2e",
        "a b",
        "a\n",
        "a\0",
        "a?b",
        "a#b",
        "a;b",
        "a:b",
        "a@b",
        "\u{ff0e}\u{ff0e}",
        "ä",
    ];
    for (_, operation) in operations() {
        for segment in operation.path {
            let Segment::Param(param) = segment else { continue };
            // `.` and `..` are taken out by the decoder of segments, for all vendors.
            for value in hostile.iter().filter(|value| !matches!(**value, "." | "..")) {
                assert!(!(param.fits)(value), "{} takes {value:?}", param.name);
            }
            assert!((param.fits)("a") && !(param.fits)(&"a".repeat(129)));
        }
        for query in operation.query {
            let Query::PathValue(_, param) = query else { continue };
            assert!(operation.template().contains(&format!("{{{param}}}")), "{}", operation.name);
        }
    }
}

/// Every member of a body, at any depth.
fn members_of(members: &'static [Member]) -> Vec<&'static Member> {
    let mut all = Vec::new();
    for member in members {
        all.push(member);
        if let Holds::Object { members, .. } = &member.holds {
            all.extend(members_of(members));
        }
    }
    all
}

#[test]
fn stored_secrets_can_be_put_back_wherever_a_mask_is_restored() {
    for (vendor, operation) in operations() {
        let Some(body) = operation.body.filter(|body| !body.makes) else { continue };
        let secret = members_of(body.members).iter().any(|member| matches!(member.holds, Holds::Secret(..)));
        if vendor.dialect().masks == Masks::Restored && secret {
            assert!(operation.reader(vendor.dialect()).is_some(), "{}", operation.name);
        }
    }
}

#[test]
fn what_makes_a_connection_is_not_mistaken_for_what_changes_one() {
    for (_, operation) in operations() {
        let makes = operation.body.is_some_and(|body| body.makes);
        assert_eq!(makes, operation.method == http::Method::POST, "{}", operation.name);
        assert!(!makes || !operation.finds_connection_in_body(), "{}", operation.name);
    }
}

/// What names a subject is a text whose spelling cannot be another type, and is there whenever it is the only one.
#[test]
fn a_subject_in_a_body_is_a_member_of_that_body() {
    for (_, operation) in operations() {
        for (name, role) in operation.names_in_body {
            let members = operation.body.map_or(&[][..], |body| body.members);
            let member = members.iter().find(|member| member.name == *name);
            assert!(member.is_some_and(|member| matches!(member.holds, Holds::Text(..))), "{}", operation.name);
            assert_ne!(*role, ParamRole::Part, "{}", operation.name);
        }
        if let AnswerShape::One { asked: Asked::Path(role), .. } = operation.answer {
            assert!(operation.param(role).is_some(), "{} asks for what its path does not say", operation.name);
        }
    }
}

/// What the client secret is for decides where it goes; a field that no body has would protect nothing.
#[test]
fn every_receiver_of_a_secret_is_a_member_somewhere() {
    for vendor in Vendor::ALL {
        let members: Vec<&Member> = operations()
            .filter(|(other, _)| other == vendor)
            .flat_map(|(_, operation)| members_of(operation.body.map_or(&[][..], |body| body.members)))
            .collect();
        let known =
            |field: &crate::canonical::Field| members.iter().any(|member| decode::field_of(member) == Some(field));
        for (receiver, secrets) in vendor.dialect().secret_receiver_fields {
            assert!(known(receiver) && secrets.iter().all(known), "{}", receiver.path());
        }
    }
}

/// Every text member that is secret in a request is blanked in answers too, where the vendor gives it back at all.
#[test]
fn what_is_secret_in_a_request_is_never_a_plain_text_member() {
    for (_, operation) in operations() {
        for member in members_of(operation.body.map_or(&[][..], |body| body.members)) {
            let (name, lower) = (member.name, member.name.to_lowercase());
            let secret = matches!(member.holds, Holds::Secret(..)) || member.writable == Writable::AnswerOnly;
            let sounds_secret = lower.contains("secret") || lower.contains("private_key") || lower == "key";
            assert!(!sounds_secret || secret, "{name}");
        }
    }
}

#[test]
fn every_error_of_ours_can_be_told_in_every_vendors_shape() {
    let problems = [Problem::error("/a", "wrong_type", "Must be a string.")];
    for vendor in Vendor::ALL {
        for code in Code::ALL {
            for outcome in [None, Some("unknown")] {
                let view = ErrorView {
                    status: code.status(),
                    code: *code,
                    detail: "What to do.",
                    problems: &problems,
                    request_id: "the-request",
                    outcome,
                };
                let text = (vendor.dialect().write_error)(&view).to_bytes();
                let read: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
                let (message, id, errors, told) = match vendor {
                    Vendor::Logto => ("/message", "/data/requestId", "/data/errors", "/data/outcome"),
                    Vendor::LoginRadius => ("/Description", "/RequestId", "/Errors", "/Outcome"),
                    Vendor::Stytch => {
                        ("/error_message", "/request_id", "/error_details/errors", "/error_details/outcome")
                    }
                };
                let at = |pointer: &str| read.pointer(pointer).cloned().unwrap_or_default();
                assert_eq!((at(message), at(id)), ("What to do.".into(), "the-request".into()));
                assert_eq!(at(errors)[0]["pointer"], "/a");
                assert_eq!(at(told).as_str(), outcome);
                let kind = match vendor {
                    Vendor::Logto => at("/code"),
                    Vendor::LoginRadius => at("/Message"),
                    Vendor::Stytch => at("/error_type"),
                };
                assert!(kind.as_str().is_some_and(|kind| !kind.is_empty()));
            }
        }
    }
}

/// Members by which a vendor's error says what it is, with some of their values.
fn error_body(vendor: Vendor, code: &str) -> Value {
    let text = match vendor {
        Vendor::Logto => format!(r#"{{"code":"{code}","message":"m"}}"#),
        Vendor::LoginRadius => format!(r#"{{"ErrorCode":{},"Message":"m"}}"#, code.parse::<u64>().unwrap_or(9_999)),
        Vendor::Stytch => format!(r#"{{"error_type":"{code}","error_message":"m"}}"#),
    };
    json::read(text.as_bytes(), json::Limits::ANSWER).unwrap_or(Value::Null)
}

fn codes() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_.]{1,30}",
        "[0-9]{1,5}",
        select(vec![
            "6002",
            "7909",
            "1079",
            "7938",
            "8038",
            "auth.forbidden",
            "auth.unauthorized",
            "entity.not_found",
            "connector.invalid_config",
            "route_not_found",
            "unauthorized_credentials",
            "invalid_authorization_header",
            "live_id_used_in_test_environment",
            "unauthorized_project_id_live",
            "session_authorization_error",
            "too_many_requests",
            "internal_server_error",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Both vendors' facts say: by status first. A failed server may have done the write, so that nothing may be repeated
    /// after it and nothing may be taken for certain.
    #[test]
    fn a_failed_server_is_a_failed_server(vendor in select(Vendor::ALL), status in 500_u16..600, code in codes()) {
        let read = (vendor.dialect().read_error)(status, Some(&error_body(vendor, &code)));
        prop_assert_eq!(read.verdict, Verdict::Failed);
        prop_assert_eq!((vendor.dialect().read_error)(status, None).verdict, Verdict::Failed);
    }

    /// A 401 is about our credential, or with a member session about the member's; it is not for every caller.
    #[test]
    fn an_upstreams_401_never_passes(vendor in select(Vendor::ALL), code in codes()) {
        let read = (vendor.dialect().read_error)(401, Some(&error_body(vendor, &code)));
        prop_assert!(!matches!(read.verdict, Verdict::Pass | Verdict::PassAs(_)));
    }

    #[test]
    fn a_429_without_a_reason_about_credentials_is_a_429(vendor in select(Vendor::ALL), code in "[a-z]{1,12}") {
        let read = (vendor.dialect().read_error)(429, Some(&error_body(vendor, &code)));
        prop_assert_eq!(read.verdict, Verdict::RateLimited);
    }

    /// Whatever passes has the vendor's own status, or the one its code stands for; never a success.
    #[test]
    fn no_error_becomes_a_success(vendor in select(Vendor::ALL), status in 100_u16..1_000, code in codes()) {
        let read = (vendor.dialect().read_error)(status, Some(&error_body(vendor, &code)));
        match read.verdict {
            Verdict::Pass => prop_assert!((400..500).contains(&status)),
            Verdict::PassAs(status) => prop_assert!(status.is_client_error() && status != StatusCode::UNAUTHORIZED),
            _ => {}
        }
    }
}
