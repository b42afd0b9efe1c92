//! The bodies of the vendor's own tests and documentation.

use serde_json::Value;

use crate::support::{answered, gateway, pem, refused, request, run};

const PUBLISHED: &str = include_str!("../../vectors/vendors/logto.json");

fn entries() -> Vec<Value> {
    let all: Value = serde_json::from_str(PUBLISHED).unwrap();
    all["entries"].as_array().unwrap().clone()
}

#[test]
fn every_published_request_of_a_catalogued_operation_goes_through() {
    let mut seen = Vec::new();
    for entry in entries() {
        let (Some(method), Some(path)) = (entry["request"]["method"].as_str(), entry["request"]["path"].as_str())
        else {
            continue;
        };
        let method = match method {
            "PATCH" => "PATCH",
            "PUT" => "PUT",
            "POST" if path.starts_with("/api/") => "POST",
            _ => continue,
        };
        let path = path.replace("{id}", "n7kdffeee089");
        let id = path.split('/').nth(3).unwrap_or("n7kdffeee089").to_owned();
        let mut body = entry["request"]["body"].clone();
        if body["config"]["x509Certificate"].is_string() {
            body["config"]["x509Certificate"] = pem("certificate").into();
        }
        let name = entry["name"].as_str().unwrap().to_owned();
        let request = request(method, &format!("/logto{path}"), &body.to_string());
        if name == "idp-initiated, discriminator missing" {
            // The documented default is put in, and then the callback is missing.
            let run = refused(&gateway(), &request);
            assert_eq!(run.problems(), ["required;/clientIdpInitiatedAuthCallbackUri"]);
            continue;
        }
        let answer = match &entry["response"]["body"] {
            Value::Null => format!(
                r#"{{"id":"{id}","connectorId":"{id}","connectorName":{}}}"#,
                entry["request"]["body"]["connectorName"]
            ),
            answer => answer.to_string(),
        };
        let run = run(&gateway(), &request, |sent| {
            assert_eq!(sent.url, format!("https://tenant.logto.app{path}"));
            assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), body);
            answered(200, &answer)
        });
        assert_eq!(run.status, 200, "{name}: {}", run.body);
        assert_eq!(run.warnings(), [""; 0], "{name}");
        assert!(!run.body.contains("not-a-real-secret"), "{name}");
        seen.push(name);
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
}

#[test]
fn every_published_error_comes_back_as_it_is_or_as_our_own() {
    for entry in entries() {
        let (Some(status), body) = (entry["response"]["status"].as_u64(), &entry["response"]["body"]) else { continue };
        let status = u16::try_from(status).unwrap();
        let token = body["code"].as_str().is_some_and(|code| code.starts_with("oidc."));
        if status < 400 || token {
            continue;
        }
        let run =
            run(&gateway(), &request("GET", crate::support::CONNECTOR, ""), |_| answered(status, &body.to_string()));
        match status {
            401 | 403 => assert_eq!((run.status, run.error()), (502, Some("upstream_credential_refused"))),
            _ => assert_eq!((run.status, run.error(), run.json()), (status, None, body.clone())),
        }
    }
}
