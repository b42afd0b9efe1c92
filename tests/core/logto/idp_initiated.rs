//! `PUT /api/sso-connectors/{id}/idp-initiated-auth-config`: full replacement, two families of members.

use crate::support::{IDP_INITIATED, answered, gateway, passes, refused, refuses, request, run};

const ANSWER: &str = r#"{"tenantId":"default","connectorId":"acmesaml0001","defaultApplicationId":"joji1pgduseikhxo1svzr","redirectUri":null,"authParameters":{},"autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"https://example.com/sso/sign-in","createdAt":1795310755669}"#;

#[test]
fn the_vendors_own_test_bodies_pass_as_they_are() {
    passes(
        &gateway(),
        "PUT",
        IDP_INITIATED,
        ANSWER,
        &[
            (
                r#"{"defaultApplicationId":"yis3581gj46w0p6qammq8","autoSendAuthorizationRequest":true,"redirectUri":"https://example.com/callback","authParameters":{"scope":"profile email offline_access","state":"private_state"}}"#,
                &[],
            ),
            (
                r#"{"defaultApplicationId":"joji1pgduseikhxo1svzr","autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"https://example.com/sso/sign-in"}"#,
                &[],
            ),
            (
                r#"{"defaultApplicationId":"yis3581gj46w0p6qammq8","autoSendAuthorizationRequest":true,"redirectUri":null}"#,
                &[],
            ),
            (
                r#"{"defaultApplicationId":"yis3581gj46w0p6qammq8","autoSendAuthorizationRequest":true,"authParameters":{}}"#,
                &[],
            ),
        ],
    );
}

#[test]
fn what_was_read_can_be_written_back() {
    let run = run(&gateway(), &request("PUT", IDP_INITIATED, ANSWER), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("PUT", "https://tenant.logto.app/api/sso-connectors/acmesaml0001/idp-initiated-auth-config")
        );
        assert_eq!((sent.body.as_str(), sent.write), (ANSWER, true));
        answered(200, ANSWER)
    });
    assert_eq!((run.status, run.body.as_str()), (200, ANSWER));
    assert_eq!(run.warnings(), ["answer_only;/createdAt", "answer_only;/tenantId"]);
}

#[test]
fn the_documented_default_is_sent_because_the_server_insists_on_it() {
    let body = r#"{"defaultApplicationId":"joji1pgduseikhxo1svzr","clientIdpInitiatedAuthCallbackUri":"https://example.com/sso/sign-in"}"#;
    let run = run(&gateway(), &request("PUT", IDP_INITIATED, body), |sent| {
        assert_eq!(
            sent.body,
            r#"{"defaultApplicationId":"joji1pgduseikhxo1svzr","clientIdpInitiatedAuthCallbackUri":"https://example.com/sso/sign-in","autoSendAuthorizationRequest":false}"#
        );
        answered(200, ANSWER)
    });
    assert_eq!(run.status, 200);
    assert_eq!(run.warnings(), ["default_inserted;/autoSendAuthorizationRequest"]);
}

#[test]
fn a_flag_of_the_wrong_type_is_not_taken_for_a_missing_one() {
    refuses(
        &gateway(),
        "PUT",
        IDP_INITIATED,
        &[
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":null}"#,
                &["null_refused;/autoSendAuthorizationRequest"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":"true"}"#,
                &["wrong_type;/autoSendAuthorizationRequest"],
            ),
        ],
    );
}

#[test]
fn members_of_the_other_family_would_be_dropped_in_silence_and_are_refused() {
    refuses(
        &gateway(),
        "PUT",
        IDP_INITIATED,
        &[
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"clientIdpInitiatedAuthCallbackUri":"https://x.example.com"}"#,
                &["member_not_applicable;/clientIdpInitiatedAuthCallbackUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"https://x.example.com","redirectUri":"https://x.example.com/cb","authParameters":{"scope":"a"}}"#,
                &["member_not_applicable;/authParameters", "member_not_applicable;/redirectUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":false}"#,
                &["required;/clientIdpInitiatedAuthCallbackUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":null}"#,
                &["required;/clientIdpInitiatedAuthCallbackUri"],
            ),
        ],
    );
}

#[test]
fn bad_values_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "PUT",
        IDP_INITIATED,
        &[
            (r#"{"autoSendAuthorizationRequest":true}"#, &["required;/defaultApplicationId"]),
            (
                r#"{"defaultApplicationId":"","autoSendAuthorizationRequest":true}"#,
                &["bad_length;/defaultApplicationId"],
            ),
            (
                r#"{"defaultApplicationId":"xxxxxxxxxxxxxxxxxxxxxx","autoSendAuthorizationRequest":true}"#,
                &["bad_length;/defaultApplicationId"],
            ),
            (
                r#"{"defaultApplicationId":null,"autoSendAuthorizationRequest":true}"#,
                &["null_refused;/defaultApplicationId"],
            ),
            (
                r#"{"defaultApplicationId":7,"autoSendAuthorizationRequest":true}"#,
                &["wrong_type;/defaultApplicationId"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"authParameters":"scope=all"}"#,
                &["wrong_type;/authParameters"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"authParameters":null}"#,
                &["null_refused;/authParameters"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"authParameters":{"scope":["a"]}}"#,
                &["wrong_type;/authParameters/scope"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"redirectUri":"javascript:alert(1)"}"#,
                &["url_scheme;/redirectUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"redirectUri":"nope"}"#,
                &["url_invalid;/redirectUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"javascript:alert(1)"}"#,
                &["url_scheme;/clientIdpInitiatedAuthCallbackUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"not a url"}"#,
                &["url_invalid;/clientIdpInitiatedAuthCallbackUri"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"connectorId":"other"}"#,
                &["path_value_mismatch;/connectorId"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"id":"other"}"#,
                &["path_value_mismatch;/id"],
            ),
            (
                r#"{"defaultApplicationId":"a","autoSendAuthorizationRequest":true,"extra":1}"#,
                &["unknown_member;/extra"],
            ),
            (r"{}", &["body_empty;"]),
        ],
    );
}

#[test]
fn several_problems_are_reported_together_as_problem_details_when_asked_for() {
    let body = r#"{"autoSendAuthorisationRequest":true,"redirectUri":5}"#;
    let request = request("PUT", IDP_INITIATED, body).header("accept", "application/problem+json");
    let run = refused(&gateway(), &request);
    assert_eq!((run.status, run.header("content-type")), (400, Some("application/problem+json")));
    insta::assert_json_snapshot!(run.json(), @r#"
    {
      "code": "invalid_body",
      "detail": "5 problems; the first at /autoSendAuthorisationRequest: Logto has no such member; did you mean `autoSendAuthorizationRequest`?",
      "errors": [
        {
          "code": "unknown_member",
          "message": "Logto has no such member; did you mean `autoSendAuthorizationRequest`?",
          "pointer": "/autoSendAuthorisationRequest"
        },
        {
          "code": "required",
          "message": "Needed when `autoSendAuthorizationRequest` is false: the URL at which your application starts the login itself.",
          "pointer": "/clientIdpInitiatedAuthCallbackUri"
        },
        {
          "code": "required",
          "message": "`defaultApplicationId` is missing; Logto refuses the body without it.",
          "pointer": "/defaultApplicationId"
        },
        {
          "code": "member_not_applicable",
          "message": "Logto keeps `redirectUri` only when `autoSendAuthorizationRequest` is true and drops it otherwise; leave it out or change the flag.",
          "pointer": "/redirectUri"
        },
        {
          "code": "wrong_type",
          "message": "Must be a string, not a number.",
          "pointer": "/redirectUri"
        }
      ],
      "instance": "urn:uuid:11111111-2222-4333-8444-555555555555",
      "status": 400,
      "title": "The body has problems",
      "type": "urn:sso-config-gateway:error:invalid_body"
    }
    "#);
}
