//! T15, T16: secrets that a vendor has stored, on their way out and back.

use sso_config_gateway::http::message::Outcome;
use sso_config_gateway::vendor::{AnswerOnly, Writable};

use super::support::{CATALOGUE, Case, nested, pointers, silent, writers};
use crate::support::{answered, gateway, pem, request, run};

const MASK: &str = "\"[redacted]\"";
const MARKER: &str = "stored-vendor-secret-0123456789";

/// Members of a body at which nothing is stored, because the vendor drops what only its answers have.
fn dropped(case: &Case, pointer: &str) -> bool {
    let name = pointer.split('/').nth(1).unwrap();
    let mut members = case.operation.body.unwrap().members.iter();
    case.vendor.dialect().answer_only == AnswerOnly::Forwarded
        && members.any(|member| member.name == name && member.writable == Writable::AnswerOnly)
}

/// Where a thing may stand in an answer, known to nobody; `@` is its place.
const WRAPS: [&str; 8] = [
    "@",
    "{\"a\":@}",
    "[@]",
    "[[[@]]]",
    "{\"a\":[{\"b\":@},{\"b\":@}]}",
    "{\"config\":{\"deep\":{\"deeper\":[null,@]}}}",
    "{\"Data\":[@],\"saml_connections\":{\"x\":@}}",
    "{\"providerConfig\":[{\"new\":{\"newer\":{\"newest\":@}}}]}",
];

/// An error with a thing in it, in every vendor's words at once.
fn error(thing: &str) -> String {
    format!(
        r#"{{"code":"guard.invalid_input","ErrorCode":1079,"error_type":"bad_request","message":"m","data":{{"issues":[{thing}],"x":{thing}}},"details":{thing},"Description":{thing},"x":{thing}}}"#
    )
}

#[test]
fn t15_every_documented_secret_is_blanked_at_any_depth_in_any_answer() {
    let values = [
        format!("\"{MARKER}\""),
        format!("[\"{MARKER}\"]"),
        format!("{{\"value\":\"{MARKER}\"}}"),
        format!("\"{MARKER}\\n\""),
        format!("[[{{\"{MARKER}\":1}}]]"),
    ];
    let gateway = gateway();
    let mut tried = 0;
    for case in CATALOGUE.iter() {
        for path in case.vendor.dialect().secrets {
            // `*` is any name.
            let pointer = path.iter().map(|name| format!("/{}", name.replace('*', "X-Any"))).collect::<String>();
            for value in &values {
                for wrap in WRAPS {
                    let thing = wrap.replace('@', &nested(&pointer, value));
                    let shown = run(&gateway, &case.request(), |_| answered(200, &case.spiked("z", &thing)));
                    assert_eq!(shown.status, 200, "{}", shown.body);
                    assert!(shown.body.contains(MASK), "{}", shown.body);
                    silent(&shown, MARKER);
                    for status in [400, 404, 409, 422] {
                        silent(&run(&gateway, &case.request(), |_| answered(status, &error(&thing))), MARKER);
                    }
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 1_000, "{tried}");
}

/// Private keys in every armour, as they are and as they get mangled on their way.
fn keys() -> Vec<String> {
    let files = ["pkcs1", "pkcs8", "pkcs1 encrypted", "pkcs1 weak", "ec key"].map(|name| pem(name).to_owned());
    let labels = ["DSA ", "OPENSSH ", "ENCRYPTED ", "ANY ", "", "ED25519 ", "X25519 ", "PGP "].map(|label| {
        format!("-----BEGIN {label}PRIVATE KEY-----\nMIIfakefakefake\n-----END {label}PRIVATE KEY-----\n")
    });
    let mangled = |key: &String| {
        [
            key.clone(),
            key.replace('\n', "\r\n"),
            key.replace('\n', "\\n"),
            key.replace('\n', " "),
            key.replace('\n', "\n  "),
            key.trim_end().to_owned(),
            format!("see: {key} and more"),
            format!("{}{key}", pem("certificate")),
            format!("{key}{key}"),
        ]
    };
    files.iter().chain(&labels).flat_map(mangled).collect()
}

#[test]
fn t15_a_private_key_is_blanked_wherever_it_stands() {
    let gateway = gateway();
    let keys = keys();
    assert!(keys.len() >= 100, "{}", keys.len());
    for case in CATALOGUE.iter() {
        for (index, key) in keys.iter().enumerate() {
            let wrap = WRAPS[index % WRAPS.len()].replace('@', &serde_json::to_string(key).unwrap());
            let shown = run(&gateway, &case.request(), |_| answered(200, &case.spiked("note", &wrap)));
            assert_eq!(shown.status, 200, "{}", shown.body);
            assert!(shown.body.contains(MASK), "{key}: {}", shown.body);
            silent(&shown, "PRIVATE KEY");
            for status in [400, 409, 422] {
                silent(&run(&gateway, &case.request(), |_| answered(status, &error(&wrap))), "PRIVATE KEY");
            }
        }
    }
}

#[test]
fn t16_a_mask_is_never_stored_at_any_place_of_any_body() {
    let masks =
        [MASK, "[\"[redacted]\"]", "{\"email\":\"[redacted]\"}", "[{\"role_id\":\"[redacted]\",\"group\":\"g\"}]"];
    let (mut tried, mut kept) = (0, 0);
    for case in writers() {
        for pointer in pointers(case.operation.body.unwrap().members, "") {
            if dropped(case, &pointer) {
                continue;
            }
            for mask in masks {
                // Beside what an accepted body holds, so that nothing but the mask is wrong with it.
                let spiked = nested(&pointer, mask);
                let whole = format!("{{{},{}", &spiked[1..spiked.len() - 1], &case.body[1..]).replace(",}", "}");
                for body in [spiked, whole] {
                    let mut reads = 0;
                    let run = run(&gateway(), &case.with_body(&body), |sent| {
                        assert!(!sent.body.contains("redacted"), "{} {}", case.operation.name, sent.body);
                        reads += usize::from(!sent.write);
                        if sent.write {
                            case.answered()
                        } else {
                            answered(
                                200,
                                &case.spiked(
                                    "config",
                                    "{\"clientSecret\":\"stored\",\"issuer\":\"https://idp.example.com\"}",
                                ),
                            )
                        }
                    });
                    kept += usize::from(run.status < 300);
                    assert!(
                        run.status < 300 || run.status == 400 || reads > 0 || run.status == 403,
                        "{body}: {}",
                        run.body
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 200 && kept > 0, "{tried} tried, {kept} kept what is stored");
}

const CONNECTOR: &str = "/logto/api/sso-connectors/acmeoidc0001";
const STORED: &str = r#"{"id":"acmeoidc0001","config":{"clientId":"c","clientSecret":"stored-client-secret","issuer":"https://idp.example.com"}}"#;

#[test]
fn t16_a_connector_read_and_written_back_unchanged_keeps_its_secret() {
    let gateway = gateway();
    let read = run(&gateway, &request("GET", CONNECTOR, ""), |_| answered(200, STORED));
    assert!(!read.body.contains("stored-client-secret"));
    let config = read.json()["config"].to_string();
    let write =
        run(&gateway, &request("PATCH", CONNECTOR, &format!(r#"{{"config":{config}}}"#)), |_| answered(200, STORED));
    let stored: serde_json::Value = serde_json::from_str(STORED).unwrap();
    let sent: serde_json::Value = serde_json::from_str(&write.upstream()[1].body).unwrap();
    assert_eq!(sent["config"], stored["config"]);
}

/// Where keeping means leaving out, and where it cannot be said at all.
#[test]
fn t16_what_was_read_and_written_back_unchanged_leaves_every_secret_as_it_is() {
    for case in writers() {
        for path in case.vendor.dialect().secrets {
            let pointer = path.iter().map(|name| format!("/{}", name.replace('*', "X-Any"))).collect::<String>();
            if dropped(case, &pointer) {
                continue;
            }
            let body = nested(&pointer, MASK);
            let run = run(&gateway(), &case.with_body(&body), |sent| -> Outcome {
                assert!(!sent.body.contains("redacted") && !sent.body.contains("null"), "{}", sent.body);
                if sent.write { case.answered() } else { answered(200, STORED) }
            });
            for sent in run.upstream() {
                assert!(
                    !sent.write
                        || !sent.body.contains(path[path.len() - 1])
                        || sent.body.contains("stored-client-secret"),
                    "{}",
                    sent.body
                );
            }
        }
    }
}
