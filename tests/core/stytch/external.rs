//! External connections: one organization uses another's, so both have to be granted.

use serde_json::{Value, json};

use super::published::entry;
use crate::support::{ORGANIZATION, answered, gateway, gateway_with, passes, refused, refuses, request, run};

const OTHER: &str = "organization-test-22222222-2222-4222-8222-222222222222";
const NEW: &str = "/stytch-test/v1/b2b/sso/external/organization-test-22222222-2222-4222-8222-222222222222";
const EXTERNAL: &str = "/stytch-test/v1/b2b/sso/external/organization-test-22222222-2222-4222-8222-222222222222/connections/external-connection-test-1";

fn answer() -> String {
    format!(
        r#"{{"status_code":200,"connection":{{"organization_id":"{OTHER}","connection_id":"external-connection-test-1","external_organization_id":"{ORGANIZATION}","external_connection_id":"saml-connection-test-1","status":"active"}}}}"#
    )
}

fn body(organization: &str) -> String {
    format!(r#"{{"external_organization_id":"{organization}","external_connection_id":"saml-connection-test-1"}}"#)
}

#[test]
fn the_printed_creation_is_sent_as_it_is() {
    let entry = entry("create external");
    let run = run(&gateway(), &request("POST", NEW, &entry["request"]["body"].to_string()), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("POST", &*format!("https://test.stytch.com/v1/b2b/sso/external/{OTHER}"))
        );
        assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), entry["request"]["body"]);
        answered(200, &answer())
    });
    assert_eq!((run.status, run.body), (200, answer()));
    passes(
        &gateway(),
        "POST",
        NEW,
        &answer(),
        &[(
            &body(ORGANIZATION).replace('}', r#","connection_implicit_role_assignments":[{"role_id":"viewer"}],"group_implicit_role_assignments":[{"role_id":"a","group":"g"}]}"#),
            &[],
        )],
    );
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "POST",
        NEW,
        &[
            ("{}", &["body_empty;"]),
            (r#"{"display_name":"x"}"#, &["required;/external_connection_id", "required;/external_organization_id"]),
            (&body(OTHER), &["same_organization;/external_organization_id"]),
            (
                r#"{"external_organization_id":null,"external_connection_id":7}"#,
                &["wrong_type;/external_connection_id", "null_refused;/external_organization_id"],
            ),
            // The update calls them otherwise.
            (
                &body(ORGANIZATION).replace('}', r#","external_connection_implicit_role_assignments":[]}"#),
                &["unknown_member;/external_connection_implicit_role_assignments"],
            ),
            (
                &body(ORGANIZATION).replace('}', r#","identity_provider":"okta"}"#),
                &["unknown_member;/identity_provider"],
            ),
        ],
    );
    refuses(
        &gateway(),
        "PUT",
        EXTERNAL,
        &[
            (
                r#"{"connection_implicit_role_assignments":[]}"#,
                &["unknown_member;/connection_implicit_role_assignments"],
            ),
            (
                r#"{"external_group_implicit_role_assignments":[{"role_id":"r"}]}"#,
                &["required;/external_group_implicit_role_assignments/0/group"],
            ),
            (r#"{"connection_id":"other"}"#, &["path_value_mismatch;/connection_id"]),
        ],
    );
}

#[test]
fn an_update_changes_names_and_roles_and_leaves_out_what_is_borrowed() {
    passes(
        &gateway(),
        "PUT",
        EXTERNAL,
        &answer(),
        &[
            ("{}", &[]),
            (r#"{"display_name":"x","external_connection_implicit_role_assignments":[{"role_id":"viewer"}]}"#, &[]),
            (r#"{"external_group_implicit_role_assignments":[]}"#, &[]),
        ],
    );
    let run = run(
        &gateway(),
        &request("PUT", EXTERNAL, &body(ORGANIZATION).replace('}', r#","display_name":"x"}"#)),
        |sent| {
            assert_eq!(sent.body, r#"{"display_name":"x"}"#);
            answered(200, &answer())
        },
    );
    assert_eq!(run.warnings(), ["answer_only;/external_connection_id", "answer_only;/external_organization_id"]);
}

/// Who may write to one organization must not open it to the people of another, nor use what belongs to one.
#[test]
fn both_organizations_have_to_be_granted_by_the_same_grant() {
    let granted = |grants: Value| gateway_with(&json!({ "CALLER_TEST": { "grants": grants } }));
    let grant = |organizations: &[&str]| json!({ "upstream": "stytch-test", "access": "write", "organizations": organizations });
    let ask = |organization: &str| request("POST", NEW, &body(organization));
    let both = granted(json!([grant(&[OTHER, ORGANIZATION])]));
    assert_eq!(run(&both, &ask(ORGANIZATION), |_| answered(200, &answer())).status, 200);
    for (gateway, organization) in [
        (granted(json!([grant(&[OTHER])])), ORGANIZATION),
        (granted(json!([grant(&[OTHER]), grant(&[ORGANIZATION])])), ORGANIZATION),
        // Another spelling is another string.
        (granted(json!([grant(&[OTHER, ORGANIZATION])])), "acme"),
        (granted(json!([grant(&[OTHER, ORGANIZATION])])), ""),
    ] {
        let run = refused(&gateway, &ask(organization));
        assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{organization}");
        assert!(!run.body.contains(ORGANIZATION), "{}", run.body);
    }
}

#[test]
fn a_connection_made_for_another_organization_is_not_shown() {
    let answer = answer().replace(OTHER, "organization-test-third");
    for (method, path, body) in [("POST", NEW, body(ORGANIZATION)), ("PUT", EXTERNAL, "{}".to_owned())] {
        let run = run(&gateway(), &request(method, path, &body), |_| answered(200, &answer));
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")));
    }
}

/// Whose connection is borrowed has no name in the canonical schema, so no general rule about fields covers it.
#[test]
fn whoever_is_limited_to_some_fields_borrows_nothing() {
    let with = |fields: Value| {
        gateway_with(&json!({ "CALLER_TEST": { "grants": [
            { "upstream": "stytch-test", "access": "write", "organizations": "all", "fields": fields }] } }))
    };
    for fields in [json!({ "deny": ["roles"] }), json!({ "allow": ["display_name", "protocol"] })] {
        let run = refused(&with(fields), &request("POST", NEW, &body(ORGANIZATION)));
        assert_eq!((run.status, run.error()), (403, Some("field_not_granted")));
    }
    let named = json!({ "allow": ["protocol", "extensions.stytch"] });
    assert_eq!(run(&with(named), &request("POST", NEW, &body(ORGANIZATION)), |_| answered(200, &answer())).status, 200);
}
