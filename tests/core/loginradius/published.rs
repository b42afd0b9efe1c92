//! The bodies that the vendor's own pages print.

use serde_json::Value;

use crate::support::{PROVIDER, answered, gateway, request, run};

const PUBLISHED: &str = include_str!("../../vectors/vendors/loginradius.json");

pub fn entry(name: &str) -> Value {
    let all: Value = serde_json::from_str(PUBLISHED).unwrap();
    all["entries"].as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap().clone()
}

#[test]
fn the_printed_example_goes_through_with_warnings() {
    let body = r#"{"Provider":"providerName","DataMap":{"key1":"value1","key2":"value2"}}"#;
    let answer = r#"{"Id":"507f1f77bcf86cd799439011","IsActive":true,"IsDeleted":false,"IsIdpInitiated":true,"DataMap":{"key1":"value1","key2":"value2"},"AppId":"507f1f77bcf86cd799439011","AppID":123,"RelayStateParameter":"relayState","Provider":"providerName","FriendlyProviderName":"Friendly Provider","DefaultLogoutUrl":"https://example.com/logout","ServiceProviderACSUrl":"https://example.com/acs","SamlServiceProvider":"SAML Service Provider","IdpCertificate":{"Certificate":"certificate","Key":"key"},"SpCertificate":{"Certificate":"certificate"},"IdentityProvider":{"Binding":"binding","Location":"location","LogOut":"logout"},"EnableAutoLookUp":true,"Domain":"example.com","ListInInterface":true,"CreatedDate":"2023-01-01T00:00:00Z","LastModifiedDate":"2023-01-02T00:00:00Z"}"#;
    let run = run(&gateway(), &request("PUT", PROVIDER, body), |sent| {
        assert_eq!(sent.body, body);
        answered(200, answer)
    });
    assert_eq!(run.status, 200, "{}", run.body);
    assert_eq!(
        run.warnings(),
        ["mapping_key_unlisted;/DataMap/key1", "mapping_key_unlisted;/DataMap/key2", "provider_name_differs;/Provider"]
    );
    assert_eq!(run.body, answer.replace(r#""Key":"key""#, r#""Key":"[redacted]""#));
}

#[test]
fn the_same_example_as_it_is_kept_in_the_vectors() {
    let entry = entry("update SAML provider");
    let run = run(&gateway(), &request("PUT", PROVIDER, &entry["request"]["body"].to_string()), |sent| {
        assert_eq!(sent.url, format!("https://api.loginradius.com{}", entry["request"]["path"].as_str().unwrap()));
        assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), entry["request"]["body"]);
        answered(200, &entry["response"]["body"].to_string())
    });
    assert_eq!(run.status, 200);
}

#[test]
fn the_errors_that_the_page_prints_keep_their_status_and_code() {
    for error in entry("errors of the update")["responses"].as_array().unwrap() {
        let status = u16::try_from(error["status_inferred"].as_u64().unwrap()).unwrap();
        let body = r#"{"Provider":"my-saml-app","DataMap":{}}"#;
        for received in [status, 200] {
            let run =
                run(&gateway(), &request("PUT", PROVIDER, body), |_| answered(received, &error["body"].to_string()));
            match status {
                401 => assert_eq!((run.status, run.error()), (502, Some("upstream_credential_refused"))),
                500 => assert_eq!((run.status, run.error()), (502, Some("upstream_failed"))),
                _ => {
                    assert_eq!((run.status, run.error()), (status, None), "received {received}");
                    assert_eq!(run.json(), error["body"]);
                }
            }
        }
    }
}
