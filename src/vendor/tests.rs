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

#[test]
fn stored_secrets_can_be_put_back_wherever_a_mask_is_restored() {
    for (vendor, operation) in operations() {
        if vendor.dialect().masks == Masks::Restored && operation.body.is_some() {
            assert!(operation.reader(vendor.dialect()).is_some(), "{}", operation.name);
        }
    }
}

/// Every text member that is secret in a request is blanked in answers too, where the vendor gives it back at all.
#[test]
fn what_is_secret_in_a_request_is_never_a_plain_text_member() {
    fn names(members: &'static [Member], all: &mut Vec<(&'static str, bool)>) {
        for member in members {
            all.push((
                member.name,
                matches!(member.holds, Holds::Secret(..)) || member.writable == Writable::AnswerOnly,
            ));
            if let Holds::Object { members, .. } = &member.holds {
                names(members, all);
            }
        }
    }
    for (_, operation) in operations() {
        let mut all = Vec::new();
        names(operation.body.map_or(&[][..], |body| body.members), &mut all);
        for (name, secret) in all {
            let lower = name.to_lowercase();
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
