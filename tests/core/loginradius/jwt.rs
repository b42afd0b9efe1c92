//! JWT providers.

use serde_json::json;

use crate::support::{answered, gateway, gateway_with, passes, refused, refuses, request, run};

const PROVIDERS: &str = "/loginradius/v2/manage/custom-providers/jwt";
const PROVIDER: &str = "/loginradius/v2/manage/custom-providers/jwt/my-jwt-app";
const ANSWER: &str = r#"{"Id":"65f000000000000000000003","AppId":123,"AppName":"my-jwt-app","Key":""}"#;
const WHOLE: &str = r#"{"AppName":"My-JWT-App","Algo":"HS256","Key":"a-shared-secret","Mapping":{"ID":"sub","Email":"email"},"TokenQueryParameterName":"token","ClockSkew":60,"LoginUrl":"https://login.example.com/","Issuer":{"ExpectedValue":"https://idp.example.com","MatchValue":true,"IsMandatory":true},"Audience":{"ExpectedValues":["a"],"MatchValue":true,"IsMandatory":false},"Subject":{"IsMandatory":true},"NotBefore":{"IsMandatory":false},"Expiration":{"IsMandatory":true},"ExpirationTimeDifference":1.50,"UseAuthorizationHeader":false,"UpdateEmailProfile":false,"RaasUpdateFields":[],"Domain":"jwt.example","EnableAutoLookUp":false,"ListInInterface":true}"#;

#[test]
fn providers_are_listed_read_made_and_changed() {
    let list = format!(r#"{{"Data":[{ANSWER}]}}"#);
    for (method, path, body, answer) in [
        ("GET", PROVIDERS, "", list.as_str()),
        ("GET", PROVIDER, "", ANSWER),
        ("POST", PROVIDERS, WHOLE, ANSWER),
        ("PUT", PROVIDER, WHOLE, ANSWER),
        // The printed bodies.
        ("POST", PROVIDERS, r#"{"AppName":"my-jwt-app"}"#, ANSWER),
        ("PUT", PROVIDER, "{}", ANSWER),
    ] {
        let run = run(&gateway(), &request(method, path, body), |sent| {
            assert_eq!((sent.method.as_str(), sent.body.as_str(), sent.write), (method, body, method != "GET"));
            assert_eq!(sent.url, format!("https://api.loginradius.com{}", path.strip_prefix("/loginradius").unwrap()));
            answered(200, answer)
        });
        assert_eq!((run.status, run.body.as_str(), run.warnings()), (200, answer, vec![]), "{method} {path}");
    }
}

#[test]
fn the_key_is_blanked_wherever_it_stands() {
    let provider = r#"{"AppName":"my-jwt-app","Key":"a-shared-secret","JWKSUrl":""}"#;
    let list = format!(r#"{{"Data":[{provider}]}}"#);
    for (path, answer) in [(PROVIDER, provider), (PROVIDERS, list.as_str())] {
        let run = run(&gateway(), &request("GET", path, ""), |_| answered(200, answer));
        assert_eq!((run.status, run.body), (200, answer.replace("a-shared-secret", "[redacted]")));
    }
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    let cases: &[(&str, &[&str])] = &[
        (r#"{"AppName":"my-jwt-app","Algo":"none"}"#, &["not_a_choice;/Algo"]),
        (r#"{"AppName":"my-jwt-app","Key":7}"#, &["wrong_type;/Key"]),
        (r#"{"AppName":"my-jwt-app","Key":"[redacted]"}"#, &["mask_refused;/Key"]),
        (
            r#"{"AppName":"my-jwt-app","JWKSUrl":"http://127.0.0.1/keys"}"#,
            &["url_not_https;/JWKSUrl", "url_private_host;/JWKSUrl"],
        ),
        (r#"{"AppName":"my-jwt-app","LoginUrl":"javascript:alert(1)"}"#, &["url_scheme;/LoginUrl"]),
        (r#"{"AppName":"my-jwt-app","Mapping":{"Email":null}}"#, &["wrong_type;/Mapping/Email"]),
        (r#"{"AppName":"my-jwt-app","Issuer":"https://idp.example.com"}"#, &["wrong_type;/Issuer"]),
        (r#"{"AppName":"my-jwt-app","Issuer":{"ExpectedValues":[]}}"#, &["unknown_member;/Issuer/ExpectedValues"]),
        (r#"{"AppName":"my jwt app"}"#, &["provider_name_invalid;/AppName"]),
        (r#"{"AppName":"my-jwt-app","DataMap":{}}"#, &["unknown_member;/DataMap"]),
        (r#"{"AppName":"my-jwt-app","jwtApp":"other"}"#, &["path_value_mismatch;/jwtApp"]),
    ];
    refuses(&gateway(), "PUT", PROVIDER, cases);
    refuses(&gateway(), "POST", PROVIDERS, cases);
    refuses(
        &gateway(),
        "POST",
        PROVIDERS,
        &[("{}", &["body_empty;"]), (r#"{"Algo":"ES256"}"#, &["required;/AppName"])],
    );
}

#[test]
fn what_is_merely_unwise_or_not_documented_is_sent_with_a_warning() {
    passes(
        &gateway(),
        "PUT",
        PROVIDER,
        ANSWER,
        &[
            (r#"{"AppName":"other"}"#, &["provider_name_differs;/AppName"]),
            (r#"{"IsActive":false}"#, &["writable_unverified;/IsActive"]),
            (r#"{"Issuer":null}"#, &["null_unverified;/Issuer"]),
            (r#"{"Key":"public","JWKSUrl":"https://idp.example.com/keys"}"#, &["member_not_applicable;/Key"]),
            (r#"{"Algo":"HS256"}"#, &[]),
        ],
    );
    passes(
        &gateway(),
        "POST",
        PROVIDERS,
        ANSWER,
        &[(r#"{"AppName":"my-jwt-app","Algo":"HS512"}"#, &["presumably_required;/Key"])],
    );
}

#[test]
fn another_provider_in_the_answer_is_not_shown() {
    for (method, path, body) in
        [("GET", PROVIDER, ""), ("PUT", PROVIDER, "{}"), ("POST", PROVIDERS, r#"{"AppName":"my-jwt-app"}"#)]
    {
        for answer in [r#"{"AppName":"other"}"#, r#"{"Provider":"my-jwt-app"}"#, "{}"] {
            let run = run(&gateway(), &request(method, path, body), |_| answered(200, answer));
            assert_eq!((run.status, run.error()), (502, Some("wrong_subject")), "{method} {answer}");
        }
    }
}

#[test]
fn names_in_path_and_body_have_to_be_granted_and_lists_are_cut() {
    let mine = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "loginradius", "access": "write", "connections": ["my-jwt-app"] }] } }));
    let answer = r#"{"Data":[{"AppName":"my-jwt-app"},{"AppName":"other","Key":"leak"}]}"#;
    let list = run(&mine, &request("GET", PROVIDERS, ""), |_| answered(200, answer));
    assert_eq!(list.body, r#"{"Data":[{"AppName":"my-jwt-app"}]}"#);
    assert_eq!(
        run(&mine, &request("PUT", PROVIDER, r#"{"AppName":"My-Jwt-App"}"#), |_| answered(200, ANSWER)).status,
        200
    );
    for request in [
        request("PUT", PROVIDER, r#"{"AppName":"victim"}"#),
        request("PUT", &PROVIDER.replace("my-jwt-app", "victim"), r#"{"AppName":"my-jwt-app"}"#),
        request("GET", &PROVIDER.replace("my-jwt-app", "victim"), ""),
    ] {
        let run = refused(&mine, &request);
        assert_eq!((run.status, run.error()), (403, Some("forbidden")));
    }
}

/// The canonical schema has no name for a verification key; a grant has to name it as the vendor's own.
#[test]
fn what_only_this_vendor_has_is_touched_by_whoever_is_granted_it_by_name() {
    let with = |fields: serde_json::Value| {
        gateway_with(&json!({ "CALLER_TEST": { "grants": [
            { "upstream": "loginradius", "access": "write", "connections": "all", "fields": fields }] } }))
    };
    let ask = |body: &str| request("PUT", PROVIDER, body);
    let others = with(json!({ "deny": ["domains"] }));
    for body in
        [r#"{"Key":"k"}"#, r#"{"Algo":"RS256"}"#, r#"{"Issuer":{"IsMandatory":false}}"#, r#"{"Domain":"a.example"}"#]
    {
        assert_eq!(refused(&others, &ask(body)).error(), Some("field_not_granted"), "{body}");
    }
    assert_eq!(run(&others, &ask(r#"{"ListInInterface":true}"#), |_| answered(200, ANSWER)).status, 200);
    let named = with(json!({ "allow": ["extensions.loginradius.Key", "extensions.loginradius.Issuer"] }));
    for body in [r#"{"Key":"k"}"#, r#"{"Issuer":{"IsMandatory":false}}"#] {
        assert_eq!(run(&named, &ask(body), |_| answered(200, ANSWER)).status, 200, "{body}");
    }
    assert_eq!(refused(&named, &ask(r#"{"Audience":{"IsMandatory":false}}"#)).error(), Some("field_not_granted"));
}
