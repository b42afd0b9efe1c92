//! What a token is bound to: the one organization, or the connections, that its claim names.

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;

use super::maker::{all_keys, ed};
use super::{claims, configured, portal};
use crate::support::{CONNECTION, ORGANIZATION, Run, answered, request, run};

const SLUG: &str = "acme-corp";

fn bound(form: &str) -> Gateway {
    configured(&json!({ "CALLER_TEST": null, "CALLER_PORTAL": portal(
        &json!({ "keys": all_keys(), "organization_claim": { "claim": "org_id", "form": form } }),
    ) }))
}

/// Reads, updates and lists connections of `organization` with this claim; all three are decided alike.
fn statuses(gateway: &Gateway, claim: &str, organization: &str, body: &str) -> u16 {
    let token = format!("Bearer {}", ed().token(&claims().with("org_id", claim)));
    let list = format!("/stytch-test/v1/b2b/sso/{organization}");
    let update = format!("/stytch-test/v1/b2b/sso/saml/{organization}/connections/{CONNECTION}");
    let ask = |method, path: &str, body: &str| {
        let request = request(method, path, body).header("authorization", &token);
        let run = run(gateway, &request, |_| answered(200, &answer(organization)));
        assert_eq!(run.sent.len(), usize::from(run.status == 200), "{path}: {}", run.body);
        run
    };
    let listed = ask("GET", &list, "");
    let updated = ask("PUT", &update, body);
    assert_eq!((listed.status, listed.error()), (updated.status, updated.error()), "{claim} {organization}");
    updated.status
}

fn answer(organization: &str) -> String {
    let id = if organization.starts_with("organization-") { organization } else { ORGANIZATION };
    format!(
        r#"{{"status_code":200,"request_id":"request-id-test-b05c992f-ebdc-489d-a754-c7e70ba13141","saml_connections":[],"oidc_connections":[],"external_connections":[],"connection":{{"organization_id":"{id}","connection_id":"{CONNECTION}"}}}}"#
    )
}

/// What a claim may say about `name`, and whether that names exactly it.
fn sayings(name: &str) -> Vec<(String, bool)> {
    let text = |value: &str| format!("{value:?}");
    vec![
        (text(name), true),
        (format!("[{name:?}]"), true),
        (format!(r#"["organization-test-other",{name:?},"other"]"#), true),
        (text(""), false),
        (text("*"), false),
        (text("all"), false),
        (text(&name.to_uppercase()), false),
        (text(&format!(" {name}")), false),
        (text(&format!("{name} ")), false),
        (text(&format!("{name}x")), false),
        (text(&format!("x{name}")), false),
        (text(&name[..name.len() - 1]), false),
        (text(&name[1..]), false),
        (text(&format!("{name},other")), false),
        (text(&format!("{name} other")), false),
        (text(&format!("{name}/")), false),
        (text(&format!("/{name}")), false),
        (text(&name.replacen('-', "%2D", 1)), false),
        (format!(r#""{name}\u0000""#), false),
        (text("other"), false),
        (text("organization-test-00000000-0000-4000-8000-000000000000"), false),
        ("[]".to_owned(), false),
        (format!("[[{name:?}]]"), false),
        (format!("[{name:?},1]"), false),
        (format!("[{name:?},null]"), false),
        (format!("{{{name:?}:true}}"), false),
        (format!(r#"{{"id":{name:?}}}"#), false),
        ("null".to_owned(), false),
        ("true".to_owned(), false),
        ("1".to_owned(), false),
    ]
}

#[test]
fn t3_only_the_organization_that_a_token_names_in_the_form_of_the_path_is_served() {
    // An external id may look like a slug; what neither can look like is an id.
    for (form, organization, fits) in [
        ("id", ORGANIZATION, true),
        ("id", SLUG, false),
        ("id", "tenant%7C42", false),
        ("slug", SLUG, true),
        ("slug", ORGANIZATION, false),
        ("external_id", "tenant-42", true),
        ("external_id", "tenant-42_x", true),
        ("external_id", ORGANIZATION, false),
        ("slug", "organization-live-07971b06-ac8b-4cdb-9c15-63b17e653931", false),
    ] {
        let gateway = bound(form);
        for (claim, exact) in sayings(&organization.replace("%7C", "|")) {
            let expected = if exact && fits { 200 } else { 403 };
            assert_eq!(statuses(&gateway, &claim, organization, "{}"), expected, "{form} {organization} {claim}");
        }
    }
}

#[test]
fn t3_a_token_without_the_claim_is_bound_to_nothing() {
    for form in ["id", "slug", "external_id"] {
        let gateway = bound(form);
        let token =
            format!("Bearer {}", ed().token(&claims().without("org_id").with("organization", r#""acme-corp""#)));
        for organization in [ORGANIZATION, SLUG, "undefined", "null", "org_id", "0"] {
            let path = format!("/stytch-test/v1/b2b/sso/{organization}");
            let request = request("GET", &path, "").header("authorization", &token);
            let run = run(&gateway, &request, |sent| panic!("sent {}", sent.url));
            assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{form} {organization}");
        }
    }
}

#[test]
fn t3_a_second_copy_of_an_id_must_be_the_same_as_the_first() {
    let gateway = bound("id");
    let token = format!("Bearer {}", ed().token(&claims()));
    let path = format!("/stytch-test/v1/b2b/sso/saml/{ORGANIZATION}/connections/{CONNECTION}");
    let put = |body: &str| {
        let request = request("PUT", &path, body).header("authorization", &token);
        run(&gateway, &request, |_| answered(200, &answer(ORGANIZATION)))
    };
    for body in ["{}".to_owned(), format!(r#"{{"organization_id":"{ORGANIZATION}","connection_id":"{CONNECTION}"}}"#)] {
        assert_eq!(put(&body).status, 200, "{body}");
    }
    for member in ["organization_id", "connection_id"] {
        for other in [r#""organization-test-other""#, r#""acme-corp""#, r#""""#, "1", "[]", "{}"] {
            let run = put(&format!(r#"{{"{member}":{other}}}"#));
            assert_eq!((run.status, run.sent.len()), (400, 0), "{member} {other}: {}", run.body);
        }
        let upper = put(&format!(r#"{{"{member}":"{}"}}"#, ORGANIZATION.to_uppercase()));
        assert_eq!((upper.status, upper.sent.len()), (400, 0));
    }
    let twice = put(&format!(r#"{{"organization_id":"{ORGANIZATION}","organization_id":"{ORGANIZATION}"}}"#));
    assert_eq!((twice.status, twice.sent.len()), (400, 0));
    // One's own organization in the body does not open somebody else's in the path.
    let other = "/stytch-test/v1/b2b/sso/saml/organization-test-other/connections/saml-connection-test-1";
    let request =
        request("PUT", other, &format!(r#"{{"organization_id":"{ORGANIZATION}"}}"#)).header("authorization", &token);
    let run = run(&gateway, &request, |sent| panic!("sent {}", sent.url));
    assert_eq!((run.status, run.error()), (403, Some("forbidden")));
}

#[test]
fn t3_claims_inside_claims_are_found_by_their_pointer_and_nowhere_else() {
    for (pointer, claim, fits) in [
        ("/org/id", format!(r#"{{"id":{ORGANIZATION:?}}}"#), true),
        ("/org/id", format!(r#"{{"id":[{ORGANIZATION:?}]}}"#), true),
        ("/org/a~1b~0c", format!(r#"{{"a/b~c":{ORGANIZATION:?}}}"#), true),
        ("/org/~01", format!(r#"{{"~1":{ORGANIZATION:?}}}"#), true),
        ("/org/", format!(r#"{{"":{ORGANIZATION:?}}}"#), true),
        ("/org", format!("{ORGANIZATION:?}"), true),
        ("org", format!("{ORGANIZATION:?}"), true),
        ("org/id", format!(r#"{{"id":{ORGANIZATION:?}}}"#), false),
        ("/org/id/x", format!(r#"{{"id":{ORGANIZATION:?}}}"#), false),
        ("/org/0", format!("[{ORGANIZATION:?}]"), false),
        ("/org/id", format!("{ORGANIZATION:?}"), false),
        ("/org/ID", format!(r#"{{"id":{ORGANIZATION:?}}}"#), false),
        ("//org", format!("{ORGANIZATION:?}"), false),
    ] {
        let caller = portal(&json!({ "keys": all_keys(), "organization_claim": { "claim": pointer, "form": "id" } }));
        let gateway = configured(&json!({ "CALLER_TEST": null, "CALLER_PORTAL": caller }));
        let token = ed().token(&claims().without("org_id").with("org", &claim));
        let path = format!("/stytch-test/v1/b2b/sso/{ORGANIZATION}");
        let request = request("GET", &path, "").header("authorization", &format!("Bearer {token}"));
        let run = run(&gateway, &request, |_| answered(200, &answer(ORGANIZATION)));
        assert_eq!(run.status, if fits { 200 } else { 403 }, "{pointer} {claim}");
    }
}

fn connections(upstream: &str, claim: &str) -> impl Fn(&'static str, &str, &str, &str) -> Run {
    let grants =
        json!([{ "upstream": upstream, "access": "write", "connections": { "claim": "/access/connections" } }]);
    let caller = portal(&json!({ "keys": all_keys(), "grants": grants }));
    let gateway = configured(&json!({ "CALLER_TEST": null, "CALLER_PORTAL": caller }));
    let token = format!("Bearer {}", ed().token(&claims().with("access", &format!(r#"{{"connections":{claim}}}"#))));
    move |method, path, body, answer| {
        let request = request(method, path, body).header("authorization", &token);
        run(&gateway, &request, |_| answered(200, answer))
    }
}

#[test]
fn t3_connections_at_logto_are_those_that_the_claim_lists() {
    let answer = crate::logto::ANSWER;
    for (claim, fits) in sayings("acmesaml-001") {
        let ask = connections("logto", &claim);
        let answer = answer.replace("acmesaml0001", "acmesaml-001");
        let run = ask("GET", "/logto/api/sso-connectors/acmesaml-001", "", &answer);
        assert_eq!(run.status, if fits { 200 } else { 403 }, "{claim}: {}", run.body);
        let run = ask("DELETE", "/logto/api/sso-connectors/acmesaml-001/idp-initiated-auth-config", "", "");
        assert_eq!(run.status == 403, !fits, "{claim}: {}", run.body);
        // A list shows those, and nothing else.
        let list = format!("[{answer},{}]", answer.replace("acmesaml-001", "somebody-elses"));
        let run = ask("GET", "/logto/api/sso-connectors", "", &list);
        let shown: Value = if fits { json!([run.json()[0]]) } else { json!([]) };
        assert_eq!((run.status, run.json()), (200, shown), "{claim}");
        assert!(!run.body.contains("somebody-elses"), "{claim}");
        assert_eq!(run.body.contains("acmesaml-001"), fits);
    }
}

#[test]
fn t3_connections_at_loginradius_are_those_that_the_claim_lists() {
    let answer = crate::loginradius::ANSWER;
    let list = format!(r#"{{"Data":[{answer},{}]}}"#, answer.replace("my-saml-app", "somebody-elses"));
    for (claim, fits) in sayings("my-saml-app") {
        // This vendor takes names in either case for the same.
        let fits = fits || claim == "\"MY-SAML-APP\"";
        let ask = connections("loginradius", &claim);
        let run = ask("GET", crate::support::PROVIDER, "", answer);
        assert_eq!(run.status, if fits { 200 } else { 403 }, "{claim}: {}", run.body);
        let renamed = ask("PUT", crate::support::PROVIDER, r#"{"Provider":"somebody-elses","DataMap":{}}"#, answer);
        assert_eq!((renamed.status, renamed.sent.len()), (403, 0), "{claim}");
        let run = ask("GET", "/loginradius/v2/manage/custom-providers/saml", "", &list);
        assert_eq!(run.status, 200, "{}", run.body);
        assert!(!run.body.contains("somebody-elses"));
        assert_eq!(run.body.contains("my-saml-app"), fits, "{claim}: {}", run.body);
    }
}
