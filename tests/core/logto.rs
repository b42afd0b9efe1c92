//! Logto: every operation with its exact upstream request and answer.

mod captured;
mod connector;
mod idp_initiated;
mod new_and_gone;
mod published;
mod signing_keys;

use crate::support::{CONNECTOR, IDP_INITIATED, answered, gateway, refused, request, run};

/// What a connector looks like in an answer.
pub const ANSWER: &str = r#"{"tenantId":"default","id":"acmesaml0001","providerName":"SAML","connectorName":"acme","config":{},"domains":[],"branding":{},"syncProfile":false,"enableTokenStorage":false,"createdAt":1795310729251}"#;

#[test]
fn one_connector_is_read() {
    let run = run(&gateway(), &request("GET", CONNECTOR, ""), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("GET", "https://tenant.logto.app/api/sso-connectors/acmesaml0001")
        );
        assert_eq!(
            sent.headers,
            [
                ("accept", "application/json"),
                ("accept-language", "en"),
                ("authorization", "Bearer fake-access-token-0123456789"),
                ("user-agent", "sso-config-gateway/0.1.0"),
                ("via", "1.1 sso-config-gateway-733a9839baab"),
                ("x-request-id", "11111111-2222-4333-8444-555555555555"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!((sent.body.as_str(), sent.write), ("", false));
        answered(200, ANSWER)
    });
    assert_eq!((run.status, run.body.as_str()), (200, ANSWER));
    let mut headers: Vec<(&str, &str)> =
        run.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    assert_eq!(
        headers,
        [
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("content-type", "application/json"),
            ("referrer-policy", "no-referrer"),
            ("vary", "Origin"),
            ("x-content-type-options", "nosniff"),
            ("x-request-id", "11111111-2222-4333-8444-555555555555"),
        ]
    );
}

#[test]
fn connectors_are_listed_with_and_without_paging() {
    let list = format!("[{ANSWER}]");
    for (query, sent_query) in [
        ("", ""),
        ("?", ""),
        ("?page=2&page_size=20", "?page=2&page_size=20"),
        ("?page_size=100", "?page_size=100"),
        ("?page=%32", "?page=2"),
    ] {
        let run = run(&gateway(), &request("GET", &format!("/logto/api/sso-connectors{query}"), ""), |sent| {
            assert_eq!(sent.url, format!("https://tenant.logto.app/api/sso-connectors{sent_query}"));
            answered(200, &list)
        });
        assert_eq!((run.status, &run.body), (200, &list));
    }
    for query in ["page=0", "page_size=101", "page_size=x", "page=", "page=-1", "page=1.5", "page=99999999999"] {
        let run = refused(&gateway(), &request("GET", &format!("/logto/api/sso-connectors?{query}"), ""));
        assert_eq!((run.status, run.error()), (400, Some("bad_query_value")), "{query}");
    }
}

#[test]
fn idp_initiated_settings_are_read_and_removed() {
    let answer = r#"{"tenantId":"default","connectorId":"acmesaml0001","defaultApplicationId":"joji1pgduseikhxo1svzr","redirectUri":null,"authParameters":{},"autoSendAuthorizationRequest":false,"clientIdpInitiatedAuthCallbackUri":"https://example.com/sso/sign-in","createdAt":1795310755669}"#;
    let read = run(&gateway(), &request("GET", IDP_INITIATED, ""), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("GET", "https://tenant.logto.app/api/sso-connectors/acmesaml0001/idp-initiated-auth-config")
        );
        answered(200, answer)
    });
    assert_eq!((read.status, read.body.as_str()), (200, answer));

    let removed = run(&gateway(), &request("DELETE", IDP_INITIATED, ""), |sent| {
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            ("DELETE", "https://tenant.logto.app/api/sso-connectors/acmesaml0001/idp-initiated-auth-config")
        );
        assert_eq!((sent.body.as_str(), sent.header("content-type"), sent.write), ("", None, true));
        answered(204, "")
    });
    assert_eq!((removed.status, removed.body.as_str(), removed.header("content-type")), (204, "", None));
}

#[test]
fn the_route_that_most_servers_lack_is_reported_as_not_offered() {
    for method in ["GET", "DELETE"] {
        let run = run(&gateway(), &request(method, IDP_INITIATED, ""), |_| answered(404, "Not Found"));
        assert_eq!((run.status, run.error()), (501, Some("not_offered_by_vendor")));
        assert!(run.json()["data"]["outcome"].is_null(), "nothing can have happened: {}", run.body);
    }
}
