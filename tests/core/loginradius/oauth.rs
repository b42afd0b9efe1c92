//! OAuth providers: the name in the body selects, so it is what has to be granted.

use serde_json::{Value, json};

use super::published::entry;
use crate::support::{answered, gateway, gateway_with, passes, refused, refuses, request, run};

const OAUTH: &str = "/loginradius/v2/manage/custom-providers/oauth";
const ANSWER: &str = r#"{"ProviderName":"my-oauth-app"}"#;
const WHOLE: &str = r#"{"ProviderName":"my-oauth-app","UserLoginEndpoint":"https://idp.example.com/authorize","AccessTokenEndpoint":"https://idp.example.com/token","ApplicationKey":"client","ApplicationSecret":"a-new-secret","Scope":"openid email","ResponseType":"code","DataMap":{"ID":"sub","Email":"email"},"RequestTokenHttpMethod":"POST","UserprofileEndpoint":"https://idp.example.com/me","AccessTokenParameterNameForApiAccess":"access_token","ExtraParameterInRedirectToProvider":"a=b","ApplicationID":"1","QueryParam":{"alt":"json"},"Headers":{"Authorization":"Bearer #accesstoken#"},"Domain":"acme.example","EnableAutoLookUp":true,"ListInInterface":false}"#;

#[test]
fn a_provider_is_made_and_changed_at_the_same_path() {
    for method in ["POST", "PUT"] {
        let run = run(&gateway(), &request(method, OAUTH, WHOLE), |sent| {
            assert_eq!(
                (sent.method.as_str(), sent.url.as_str(), sent.body.as_str(), sent.write),
                (method, "https://api.loginradius.com/v2/manage/custom-providers/oauth", WHOLE, true)
            );
            answered(200, ANSWER)
        });
        assert_eq!((run.status, run.body.as_str(), run.warnings()), (200, ANSWER, vec![]));
        assert_eq!(run.log[0]["connection"], "my-oauth-app");
    }
}

/// Examples are generated: `"string"` is no address. Everything else of them passes.
#[test]
fn the_printed_bodies_pass_with_real_addresses() {
    let create = entry("create OAuth provider");
    let mut body = create["request"]["body"].clone();
    let as_printed = refused(&gateway(), &request("POST", OAUTH, &body.to_string()));
    assert_eq!(as_printed.problems(), ["url_invalid;/AccessTokenEndpoint", "url_invalid;/UserLoginEndpoint"]);
    body["UserLoginEndpoint"] = "https://idp.example.com/authorize".into();
    body["AccessTokenEndpoint"] = "https://idp.example.com/token".into();
    let answer = create["response"]["body"].to_string().replace("ExampleProvider", "string");
    let run = run(&gateway(), &request("POST", OAUTH, &body.to_string()), |sent| {
        assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), body);
        answered(200, &answer)
    });
    assert_eq!(
        (run.status, run.warnings()),
        (200, vec!["mapping_key_unlisted;/DataMap/property1", "mapping_key_unlisted;/DataMap/property2"])
    );
    let shown = run.json();
    assert_eq!(
        (&shown["ApplicationSecret"], &shown["Headers"], &shown["QueryParam"]["property1"]),
        (&json!("[redacted]"), &json!({ "Authorization": "[redacted]" }), &json!("[redacted]"))
    );
    assert_eq!(shown["ApplicationKey"], "abcdefghijklmnop");

    let update = entry("update OAuth provider");
    let body = update["request"]["body"].to_string();
    passes(&gateway(), "PUT", OAUTH, r#"{"ProviderName":"string"}"#, &[(&body, &[])]);
    // The code of this error was cut off in the copy that was read.
    let error = update["responses"][0]["body"].to_string();
    let run = crate::support::run(&gateway(), &request("PUT", OAUTH, &body), |_| answered(404, &error));
    assert_eq!((run.status, run.error(), run.body.as_str()), (404, None, error.as_str()));
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    let cases: &[(&str, &[&str])] = &[
        ("{}", &["body_empty;"]),
        (r#"{"ListInInterface":true}"#, &["required;/ProviderName"]),
        (r#"{"ProviderName":null}"#, &["required;/ProviderName"]),
        (r#"{"ProviderName":7}"#, &["wrong_type;/ProviderName"]),
        (r#"{"ProviderName":"my app"}"#, &["provider_name_invalid;/ProviderName"]),
        (r#"{"ProviderName":"a","RequestTokenHttpMethod":"PUT"}"#, &["not_a_choice;/RequestTokenHttpMethod"]),
        (r#"{"ProviderName":"a","Headers":{"Authorization":7}}"#, &["wrong_type;/Headers/Authorization"]),
        (r#"{"ProviderName":"a","Headers":{"Authorization":"[redacted]"}}"#, &["mask_refused;/Headers"]),
        (r#"{"ProviderName":"a","ApplicationSecret":"[redacted]"}"#, &["mask_refused;/ApplicationSecret"]),
        (
            r#"{"ProviderName":"a","ApplicationSecret":"s","AccessTokenEndpoint":"http://idp.example.com/token"}"#,
            &["url_not_https;/AccessTokenEndpoint"],
        ),
        (
            r#"{"ProviderName":"a","UserprofileEndpoint":"https://169.254.169.254/"}"#,
            &["url_private_host;/UserprofileEndpoint"],
        ),
        (
            r#"{"ProviderName":"a","UserProfileEndpoint":"https://x.example.com"}"#,
            &["unknown_member;/UserProfileEndpoint"],
        ),
        (r#"{"ProviderName":"a","Issuer":"https://x.example.com"}"#, &["unknown_member;/Issuer"]),
    ];
    refuses(&gateway(), "PUT", OAUTH, cases);
    refuses(&gateway(), "POST", OAUTH, cases);
}

#[test]
fn a_creation_without_what_the_example_holds_warns() {
    let run =
        run(&gateway(), &request("POST", OAUTH, r#"{"ProviderName":"my-oauth-app","ResponseType":"code"}"#), |_| {
            answered(201, ANSWER)
        });
    assert_eq!(run.status, 201);
    assert_eq!(run.warnings().len(), 7, "{:?}", run.warnings());
    assert!(run.warnings().iter().all(|warning| warning.starts_with("presumably_required;/")));
}

/// The profile address receives the stored headers and query parameters beside people's tokens.
#[test]
fn stored_secrets_do_not_follow_a_changed_address() {
    let token = r#""AccessTokenEndpoint":"https://new.example.net/token""#;
    let profile = r#""UserprofileEndpoint":"https://new.example.net/me""#;
    let secret = r#""ApplicationSecret":"its-own-secret""#;
    let both = r#""Headers":{"A":"b"},"QueryParam":{"c":"d"}"#;
    let body = |parts: &[&str]| format!(r#"{{"ProviderName":"my-oauth-app",{}}}"#, parts.join(","));
    for parts in [
        &[token][..],
        &[token, r#""ApplicationSecret":"""#],
        &[token, r#""ApplicationSecret":null"#],
        &[token, both],
        &[profile],
        &[profile, secret],
        &[profile, both],
        &[profile, secret, r#""Headers":{"A":"b"}"#],
        // Whether an empty object takes the stored ones away is not known.
        &[profile, secret, r#""Headers":{},"QueryParam":{}"#],
    ] {
        let run = refused(&gateway(), &request("PUT", OAUTH, &body(parts)));
        assert_eq!((run.status, run.error()), (403, Some("secret_retarget")), "{parts:?}");
    }
    for parts in [&[token, secret][..], &[profile, secret, both], &[secret], &[both]] {
        passes(&gateway(), "PUT", OAUTH, ANSWER, &[(&body(parts), &[])]);
    }
    // Nothing is stored for what is new.
    assert_eq!(
        run(&gateway(), &request("POST", OAUTH, &body(&[token, profile])), |_| answered(200, ANSWER)).status,
        200
    );
    let trusted = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "loginradius", "access": "write", "connections": "all", "retarget_secrets": true }] } }));
    passes(&trusted, "PUT", OAUTH, ANSWER, &[(&body(&[profile]), &[])]);
}

#[test]
fn the_name_in_the_body_has_to_be_granted() {
    let granted = |connections: Value| {
        gateway_with(&json!({ "CALLER_TEST": { "grants": [
            { "upstream": "loginradius", "access": "write", "connections": connections }] } }))
    };
    let mine = granted(json!(["My-OAuth-App"]));
    let ask = |body: &str| request("PUT", OAUTH, body);
    let answer =
        run(&mine, &ask(r#"{"ProviderName":"my-oauth-app","ListInInterface":true}"#), |_| answered(200, ANSWER));
    assert_eq!(answer.status, 200);
    for body in [r#"{"ProviderName":"victim-app"}"#, r#"{"ProviderName":"my-oauth-app2","ListInInterface":true}"#] {
        let run = refused(&mine, &ask(body));
        assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{body}");
        let tried: Value = serde_json::from_str(body).unwrap();
        assert_eq!(run.log[0]["connection"], tried["ProviderName"], "who tried what is on record");
    }
    // Without a name there is no subject; the body is refused before it can be anybody's.
    for body in ["{}", r#"{"ListInInterface":true}"#, r#"{"providername":"my-oauth-app"}"#, r#"{"ProviderName":null}"#]
    {
        assert_eq!(refused(&mine, &ask(body)).status, 400, "{body}");
    }
    let reader = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "loginradius", "access": "read", "connections": ["my-oauth-app"] }] } }));
    assert_eq!(refused(&reader, &ask(r#"{"ProviderName":"my-oauth-app"}"#)).error(), Some("forbidden"));
    let elsewhere = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "logto", "access": "write", "connections": ["my-oauth-app"] }] } }));
    assert_eq!(refused(&elsewhere, &ask(r#"{"ProviderName":"my-oauth-app"}"#)).error(), Some("forbidden"));
}

#[test]
fn another_provider_in_the_answer_is_not_shown() {
    for method in ["POST", "PUT"] {
        for answer in [r#"{"ProviderName":"other"}"#, r#"{"Provider":"my-oauth-app"}"#, "{}", "[]"] {
            let run = run(&gateway(), &request(method, OAUTH, r#"{"ProviderName":"my-oauth-app"}"#), |_| {
                answered(200, answer)
            });
            assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{answer}");
        }
    }
}

/// No page describes reading or removing one.
#[test]
fn what_no_page_describes_is_not_offered() {
    for (method, path) in [("GET", OAUTH.to_owned()), ("DELETE", OAUTH.to_owned())] {
        assert_eq!(refused(&gateway(), &request(method, &path, "")).status, 405, "{method}");
    }
    for (method, path) in
        [("GET", format!("{OAUTH}/my-oauth-app")), ("DELETE", OAUTH.replace("oauth", "saml/my-saml-app"))]
    {
        let status = refused(&gateway(), &request(method, &path, "")).status;
        assert!(matches!(status, 404 | 405), "{method} {path}: {status}");
    }
}
