//! Making providers, and the keys that their mappings can have.

use serde_json::json;

use super::ANSWER;
use crate::support::{answered, gateway, gateway_with, passes, refused, refuses, request, run, sent_as_it_is};

const PROVIDERS: &str = "/loginradius/v2/manage/custom-providers/saml";
const KEYS: &str = "/loginradius/v2/manage/custom-providers/saml/keys";

#[test]
fn a_provider_is_made_and_answered_by_its_name() {
    let body = r#"{"Provider":"My-SAML-App","DataMap":{"Email":"email","ID":"NameID"}}"#;
    for status in [200, 201] {
        let run = run(&gateway(), &request("POST", PROVIDERS, body), |sent| {
            assert_eq!(
                (sent.method.as_str(), sent.url.as_str(), sent.body.as_str(), sent.write),
                ("POST", "https://api.loginradius.com/v2/manage/custom-providers/saml", body, true)
            );
            answered(status, ANSWER)
        });
        assert_eq!((run.status, run.body.as_str()), (status, ANSWER));
        assert_eq!(run.log[0]["connection"], "My-SAML-App", "the record says which");
    }
    let full = r#"{"Provider":"my-saml-app","DataMap":{"ID":"NameID"},"FriendlyProviderName":"Acme","IdentityProvider":{"Location":"https://idp.example.com/sso"},"IdpCertificate":{"Certificate":"<certificate>"},"Domain":"acme.example"}"#;
    sent_as_it_is(&gateway(), "POST", PROVIDERS, ANSWER, full);
    passes(
        &gateway(),
        "POST",
        PROVIDERS,
        ANSWER,
        &[(r#"{"Provider":"my-saml-app"}"#, &["presumably_required;/DataMap"])],
    );
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "POST",
        PROVIDERS,
        &[
            ("{}", &["body_empty;"]),
            (r#"{"DataMap":{"ID":"x"}}"#, &["required;/Provider"]),
            (r#"{"Provider":null,"DataMap":{}}"#, &["required;/Provider"]),
            (r#"{"Provider":"keys","DataMap":{}}"#, &["provider_name_invalid;/Provider"]),
            (r#"{"Provider":"KEYS","DataMap":{}}"#, &["provider_name_invalid;/Provider"]),
            (r#"{"Provider":"1st","DataMap":{}}"#, &["provider_name_invalid;/Provider"]),
            (r#"{"Provider":"a","DataMap":{},"IdpCertificate":{"Key":"k"}}"#, &["never_sent;/IdpCertificate/Key"]),
            (r#"{"Provider":"a","DataMap":{},"samlApp":"a"}"#, &["path_value_mismatch;/samlApp"]),
        ],
    );
}

#[test]
fn another_provider_in_the_answer_is_not_shown() {
    let body = r#"{"Provider":"my-saml-app","DataMap":{}}"#;
    for answer in [r#"{"Provider":"other"}"#, r#"{"Id":"my-saml-app"}"#, r#"{"Data":[{"Provider":"my-saml-app"}]}"#] {
        let run = run(&gateway(), &request("POST", PROVIDERS, body), |_| answered(200, answer));
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
        assert_eq!(run.json()["Outcome"], "unknown");
    }
}

#[test]
fn what_is_not_there_yet_is_in_no_list() {
    let listed = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "loginradius", "access": "write", "connections": ["my-saml-app"] }] } }));
    for (kind, body) in [
        ("saml", r#"{"Provider":"my-saml-app","DataMap":{}}"#),
        ("jwt", r#"{"AppName":"my-saml-app"}"#),
        ("oauth", r#"{"ProviderName":"my-saml-app"}"#),
    ] {
        let path = format!("/loginradius/v2/manage/custom-providers/{kind}");
        let run = refused(&listed, &request("POST", &path, body));
        assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{kind}");
    }
}

#[test]
fn a_printed_error_of_the_creation_comes_back_as_it_is() {
    let error = r#"{"ErrorCode":7914,"Message":"Post body is invalid","Description":"Please use a valid post body in JSON format."}"#;
    for status in [400, 200] {
        let body = r#"{"Provider":"my-saml-app","DataMap":{}}"#;
        let run = run(&gateway(), &request("POST", PROVIDERS, body), |_| answered(status, error));
        assert_eq!((run.status, run.error(), run.body.as_str()), (400, None, error));
    }
}

/// An array inside an array; it says nothing about anybody.
#[test]
fn the_mapping_keys_are_read_by_whoever_may_read_anything() {
    let listed = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "loginradius", "access": "read", "connections": ["my-saml-app"] }] } }));
    let answer = r#"{"Data":[["ID","Provider","FirstName"]]}"#;
    for gateway in [gateway(), listed] {
        let run = run(&gateway, &request("GET", KEYS, ""), |sent| {
            assert_eq!(sent.url, "https://api.loginradius.com/v2/manage/custom-providers/saml/keys");
            answered(200, answer)
        });
        assert_eq!((run.status, run.body.as_str()), (200, answer));
    }
    for answer in [r#"{"Provider":"keys","ApplicationSecret":"leak"}"#, "[]", r#"{"Data":{}}"#] {
        let run = run(&gateway(), &request("GET", KEYS, ""), |_| answered(200, answer));
        assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
    }
}
