//! LoginRadius: every operation with its exact upstream request and answer.

mod jwt;
mod new_providers;
mod oauth;
mod published;

use crate::support::{PROVIDER, answered, filled, gateway, gateway_with, passes, refused, refuses, request, run};

/// The least that an answer about a provider can be.
pub const ANSWER: &str = r#"{"Id":"507f1f77bcf86cd799439011","AppId":"507f1f77bcf86cd799439011","AppID":123,"Provider":"my-saml-app","DataMap":{"Email":"email"}}"#;

#[test]
fn one_provider_and_the_list_are_read() {
    let one = run(&gateway(), &request("GET", PROVIDER, ""), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("GET", "https://api.loginradius.com/v2/manage/custom-providers/saml/my-saml-app")
        );
        assert_eq!(sent.header("authorization"), Some("Bearer fake-access-token-0123456789"));
        let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["accept", "accept-language", "authorization", "user-agent", "via", "x-request-id"]);
        assert_eq!((sent.body.as_str(), sent.write), ("", false));
        answered(200, ANSWER)
    });
    assert_eq!((one.status, one.body.as_str()), (200, ANSWER));

    let answer = format!(r#"{{"Data":[{ANSWER}]}}"#);
    let list = run(&gateway(), &request("GET", "/loginradius/v2/manage/custom-providers/saml", ""), |sent| {
        assert_eq!(sent.url, "https://api.loginradius.com/v2/manage/custom-providers/saml");
        answered(200, &answer)
    });
    assert_eq!((list.status, list.body), (200, answer));
}

#[test]
fn the_token_is_asked_for_as_the_vendor_documents() {
    let run =
        run_with_token(r#"{"access_token":"fake-access-token-0123456789","expire_in":"3600","token_type":"Bearer"}"#);
    assert_eq!(run.status, 200);
    assert_eq!(
        run.sent[0].body,
        r#"{"client_id":"lr-app","client_secret":"fake-loginradius-secret-0123456789","grant_type":"client_credentials","audience":"https://api.loginradius.com/identity/v2/manage"}"#
    );
    assert_eq!(run.sent[0].url, "https://tenant.hub.loginradius.com/service/oauth/token");
}

fn run_with_token(token: &str) -> crate::support::Run {
    crate::support::run_at(&gateway(), &request("GET", PROVIDER, ""), crate::support::NOW, |sent, _| {
        answered(200, if sent.is_token() { token } else { ANSWER })
    })
}

#[test]
fn all_presumably_writable_members_are_sent_as_they_are() {
    let body = filled(
        r#"{"Provider":"My-SAML-App","FriendlyProviderName":"Acme","IsIdpInitiated":false,"DataMap":{"ID":"NameID","Email":"email","FirstName":"firstName","LastName":"lastName"},"IdentityProvider":{"Binding":"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect","Location":"https://idp.example.com/sso","LogOut":"https://idp.example.com/slo"},"IdpCertificate":{"Certificate":"<certificate>"},"RelayStateParameter":"RelayState","EnableAutoLookUp":true,"Domain":"acme.example","ListInInterface":false}"#,
    );
    let run = run(&gateway(), &request("PUT", PROVIDER, &body), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("PUT", "https://api.loginradius.com/v2/manage/custom-providers/saml/my-saml-app")
        );
        assert_eq!(sent.header("content-type"), Some("application/json"));
        assert_eq!((sent.body.as_str(), sent.write), (body.as_str(), true));
        answered(200, ANSWER)
    });
    assert_eq!(run.status, 200);
    assert_eq!(run.warnings(), [""; 0]);
}

#[test]
fn what_is_merely_not_documented_is_sent_with_a_warning() {
    passes(
        &gateway(),
        "PUT",
        PROVIDER,
        ANSWER,
        &[
            (r#"{"DataMap":{"Email":"email"}}"#, &["presumably_required;/Provider"]),
            (r#"{"Provider":"my-saml-app"}"#, &["presumably_required;/DataMap"]),
            (r#"{"Provider":"other","DataMap":{}}"#, &["provider_name_differs;/Provider"]),
            (r#"{"Provider":"my-saml-app","DataMap":null}"#, &["null_unverified;/DataMap"]),
            (r#"{"Provider":"my-saml-app","DataMap":{"email":"mail"}}"#, &["mapping_key_unlisted;/DataMap/email"]),
            (
                r#"{"Provider":"my-saml-app","DataMap":{"PhoneId":"tel"},"IsActive":false}"#,
                &["writable_unverified;/IsActive"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"FriendlyProviderName":""}"#,
                &["clearing_unverified;/FriendlyProviderName"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"FriendlyProviderName":null}"#,
                &["null_unverified;/FriendlyProviderName"],
            ),
            (r#"{"Provider":"my-saml-app","DataMap":{},"Domain":"gmail.com"}"#, &["domain_public_mail;/Domain"]),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"ServiceProviderACSUrl":"https://sp.example.com/acs","SamlServiceProvider":"sp","SpCertificate":{"Certificate":"<certificate>"}}"#,
                &[
                    "writable_unverified;/SamlServiceProvider",
                    "writable_unverified;/ServiceProviderACSUrl",
                    "writable_unverified;/SpCertificate/Certificate",
                ],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"IdpCertificate":{"Certificate":"certificate"}}"#,
                &["certificate_base64_invalid;/IdpCertificate/Certificate"],
            ),
            (r#"{"samlApp":"my-saml-app","Provider":"my-saml-app","DataMap":{}}"#, &[]),
        ],
    );
}

#[test]
fn bad_bodies_are_refused_at_their_place() {
    refuses(
        &gateway(),
        "PUT",
        PROVIDER,
        &[
            (r"{}", &["body_empty;"]),
            (r#"{"Provider":5,"DataMap":{}}"#, &["wrong_type;/Provider"]),
            (r#"{"Provider":"1app","DataMap":{}}"#, &["provider_name_invalid;/Provider"]),
            (r#"{"Provider":"my app","DataMap":{}}"#, &["provider_name_invalid;/Provider"]),
            (
                r#"{"Provider":"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg","DataMap":{}}"#,
                &["provider_name_invalid;/Provider"],
            ),
            (r#"{"Provider":"my-saml-app","DataMap":[]}"#, &["wrong_type;/DataMap"]),
            (
                r#"{"Provider":"my-saml-app","DataMap":{"Email":["a"],"ID":null}}"#,
                &["wrong_type;/DataMap/Email", "wrong_type;/DataMap/ID"],
            ),
            (r#"{"Provider":"my-saml-app","DataMap":{},"IsIdpInitiated":"yes"}"#, &["wrong_type;/IsIdpInitiated"]),
            (r#"{"Provider":"my-saml-app","DataMap":{},"Domain":["acme.example"]}"#, &["wrong_type;/Domain"]),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"Domain":"acme.example,corp.example"}"#,
                &["domain_invalid;/Domain"],
            ),
            (r#"{"Provider":"my-saml-app","DataMap":{},"Domain":"*.acme.example"}"#, &["domain_wildcard;/Domain"]),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"IdentityProvider":{"Location":"javascript:alert(1)","LogOut":"nope"}}"#,
                &["url_scheme;/IdentityProvider/Location", "url_invalid;/IdentityProvider/LogOut"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"IdentityProvider":{"Location":"https://u:p@idp.example.com"}}"#,
                &["url_userinfo;/IdentityProvider/Location"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"IdentityProvider":"https://idp.example.com"}"#,
                &["wrong_type;/IdentityProvider"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"IdpCertificate":{"Certificate":"<pkcs8>"}}"#,
                &["certificate_is_private_key;/IdpCertificate/Certificate"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"IdpCertificate":{"Certificate":"<certificate>","Key":"<pkcs1>"}}"#,
                &["never_sent;/IdpCertificate/Key"],
            ),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"SpCertificate":{"Key":"k"}}"#,
                &["never_sent;/SpCertificate/Key"],
            ),
            (r#"{"Provider":"my-saml-app","DataMap":{},"samlApp":"other"}"#, &["path_value_mismatch;/samlApp"]),
            (
                r#"{"Provider":"my-saml-app","DataMap":{},"FriendlyProviderName":"a\u0000"}"#,
                &["control_character;/FriendlyProviderName"],
            ),
            (
                r#"{"provider":"my-saml-app","DataMap":{},"Colour":1,"Domain":7}"#,
                &["unknown_member;/Colour", "wrong_type;/Domain", "unknown_member;/provider"],
            ),
        ],
    );
}

#[test]
fn a_member_with_another_name_is_refused_with_the_nearest_one() {
    for (body, hint) in [
        (r#"{"provider":"my-saml-app","DataMap":{}}"#, "did you mean `Provider`?"),
        (r#"{"Provider":"my-saml-app","data_map":{}}"#, "did you mean `DataMap`?"),
        (
            r#"{"Provider":"my-saml-app","DataMap":{},"IdentityProvider":{"Logout":"https://idp.example.com/"}}"#,
            "did you mean `LogOut`?",
        ),
    ] {
        let run = refused(&gateway(), &request("PUT", PROVIDER, body));
        assert!(run.json()["Errors"][0]["message"].as_str().unwrap().contains(hint), "{}", run.body);
    }
}

#[test]
fn several_problems_are_reported_together_in_the_vendors_own_shape() {
    let body = r#"{"Provider":"my saml app","DataMap":{"Email":1}}"#;
    let run = refused(&gateway(), &request("PUT", PROVIDER, body));
    insta::assert_json_snapshot!(run.json(), @r#"
    {
      "Description": "2 problems; the first at /DataMap/Email: Must be a string naming an attribute of the identity provider, not a number.",
      "ErrorCode": 1079,
      "Errors": [
        {
          "code": "wrong_type",
          "message": "Must be a string naming an attribute of the identity provider, not a number.",
          "pointer": "/DataMap/Email"
        },
        {
          "code": "provider_name_invalid",
          "message": "A provider name has 1 to 60 characters: a letter first, then letters, digits, `_` or `-`.",
          "pointer": "/Provider"
        }
      ],
      "Message": "Put body is invalid or empty",
      "RequestId": "11111111-2222-4333-8444-555555555555"
    }
    "#);
}

#[test]
fn members_that_only_answers_have_are_left_out_each_with_a_warning() {
    let body = r#"{"Id":"507f1f77bcf86cd799439011","AppId":"507f1f77bcf86cd799439011","AppID":123,"IsDeleted":false,"CreatedDate":"2023-01-01T00:00:00Z","LastModifiedDate":null,"Provider":"my-saml-app","DataMap":{"ID":"NameID"}}"#;
    let run = run(&gateway(), &request("PUT", PROVIDER, body), |sent| {
        assert_eq!(sent.body, r#"{"Provider":"my-saml-app","DataMap":{"ID":"NameID"}}"#);
        answered(200, ANSWER)
    });
    assert_eq!(
        run.warnings(),
        [
            "answer_only;/AppID",
            "answer_only;/AppId",
            "answer_only;/CreatedDate",
            "answer_only;/Id",
            "answer_only;/IsDeleted",
            "answer_only;/LastModifiedDate"
        ]
    );
}

#[test]
fn unknown_members_can_be_forwarded_and_checks_turned() {
    let gateway = gateway_with(&serde_json::json!({ "UPSTREAM_LOGINRADIUS": {
        "unknown_members": "forward", "checks": { "domain_invalid": "off", "url_not_https": "error" } } }));
    passes(
        &gateway,
        "PUT",
        PROVIDER,
        ANSWER,
        &[(
            r#"{"Provider":"my-saml-app","DataMap":{},"NewMember":[1e2],"Domain":"a,b"}"#,
            &["unknown_member;/NewMember"],
        )],
    );
    refuses(
        &gateway,
        "PUT",
        PROVIDER,
        &[(
            r#"{"Provider":"my-saml-app","DataMap":{},"IdentityProvider":{"Location":"http://idp.example.com"}}"#,
            &["url_not_https;/IdentityProvider/Location"],
        )],
    );
}

#[test]
fn the_name_of_the_vendors_own_route_is_no_provider() {
    for (method, body, name) in
        [("GET", "", "KEYS"), ("GET", "", "Keys"), ("GET", "", "%6beys"), ("PUT", r#"{"Provider":"keys"}"#, "keys")]
    {
        let path = format!("/loginradius/v2/manage/custom-providers/saml/{name}");
        let run = refused(&gateway(), &request(method, &path, body));
        assert_eq!((run.status, run.error()), (400, Some("bad_path_value")));
    }
}

/// The vendor documents 1 to 60 characters, so an empty name is no way to clear it.
#[test]
fn an_empty_name_is_refused() {
    refuses(&gateway(), "PUT", PROVIDER, &[(r#"{"Provider":"","DataMap":{}}"#, &["provider_name_invalid;/Provider"])]);
}

/// Whether an empty text clears a member is not documented, for this one as for any other.
#[test]
fn an_empty_domain_is_sent_with_a_warning() {
    let body = r#"{"Provider":"my-saml-app","DataMap":{},"Domain":""}"#;
    passes(&gateway(), "PUT", PROVIDER, ANSWER, &[(body, &["clearing_unverified;/Domain"])]);
}
