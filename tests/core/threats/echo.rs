//! T11: an upstream that repeats our credential, in whatever spelling and wherever it can, does not give it to the caller or
//! the log. What a status line or a trailer could hold is beyond the core: see `tests/e2e/threats.test.mjs`.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use proptest::prelude::*;
use proptest::sample::select;
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::Outcome;
use sso_config_gateway::vendor::Vendor;

use super::support::CATALOGUE;
use crate::support::{
    CONNECTOR, LOGINRADIUS_SECRET, LOGTO_SECRET, NOW, PROVIDER, Request, Run, SAML, STYTCH_SECRET, answered, gateway,
    request, run_at,
};

const TOKEN: &str = "fake-access-token-0123456789";

/// Spellings of a secret, as an upstream may repeat it.
fn spellings(secret: &str) -> Vec<String> {
    let each = |format: &dyn Fn(u8) -> String| secret.bytes().map(format).collect::<String>();
    let pair = format!("project-test-1:{secret}");
    vec![
        secret.to_owned(),
        secret.to_uppercase(),
        format!("bearer {secret}"),
        format!("Basic {}", Base64::encode_string(pair.as_bytes())),
        Base64::encode_string(secret.as_bytes()),
        Base64UrlUnpadded::encode_string(format!("xx{secret}").as_bytes()),
        each(&|b| format!("{b:02x}")),
        each(&|b| format!("%{b:02X}")),
        each(&|b| format!("\\u{b:04x}")),
        each(&|b| format!("&#{b};")),
        each(&|b| format!("&#x{b:x};")),
        secret.replace('-', "%2D"),
    ]
}

/// Each upstream with its request, its success and one of its errors; `@` stands for the echo.
fn doors() -> Vec<(Request, &'static str, &'static str, Vec<&'static str>)> {
    vec![
        (
            request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#),
            r#"{"id":"acmesaml0001","connectorName":"@","@":[{"x":"a@b"}]}"#,
            r#"{"code":"guard.invalid_input","message":"@","data":{"issues":[{"@":"@"}]},"details":"got @"}"#,
            vec![LOGTO_SECRET, TOKEN],
        ),
        (
            request("PUT", PROVIDER, r#"{"Provider":"my-saml-app","DataMap":{}}"#),
            r#"{"Provider":"my-saml-app","DefaultLogoutUrl":"https://x.example/?t=@","@":1}"#,
            r#"{"ErrorCode":1079,"Message":"@","Description":"Authorization: @"}"#,
            vec![LOGINRADIUS_SECRET, TOKEN],
        ),
        (
            request("PUT", SAML, r#"{"display_name":"x"}"#),
            r#"{"status_code":200,"request_id":"@","warning":"@@"}"#,
            r#"{"status_code":400,"error_type":"bad_request","error_message":"@","error_url":"https://x/@"}"#,
            vec![STYTCH_SECRET],
        ),
    ]
}

fn through(gateway: &Gateway, request: &Request, status: u16, body: &str) -> Run {
    run_at(
        gateway,
        request,
        NOW,
        |sent, _| if sent.is_token() { crate::support::token() } else { answered(status, body) },
    )
}

/// True where any spelling of the secret can be read in the text, escapes undone or not.
fn shows(text: &str, secret: &str) -> bool {
    let lower = text.to_lowercase();
    spellings(secret).iter().any(|spelling| lower.contains(&spelling.to_lowercase()))
}

#[test]
fn t11_a_credential_in_an_answer_is_blanked_in_every_spelling() {
    let gateway = gateway();
    for (request, success, refusal, secrets) in doors() {
        for secret in secrets {
            for spelling in spellings(secret) {
                for (status, template) in [(200, success), (400, refusal)] {
                    let run = through(&gateway, &request, status, &template.replace('@', &spelling));
                    assert_eq!(run.status, status, "{}", run.body);
                    assert!(run.body.contains("[redacted]"), "{spelling}: {}", run.body);
                    for text in run.raw_log.iter().chain([&run.body]) {
                        assert!(!shows(text, secret), "{spelling}: {text}");
                    }
                    assert!(serde_json::from_str::<serde_json::Value>(&run.body).is_ok(), "{}", run.body);
                }
            }
        }
    }
}

#[test]
fn t11_a_credential_in_what_is_not_passed_on_is_not_even_seen() {
    let gateway = gateway();
    for (request, _, _, secrets) in doors() {
        for secret in secrets {
            for status in [200, 302, 401, 403, 404, 429, 500, 503] {
                for body in [
                    secret.to_owned(),
                    format!("<html>{secret}</html>"),
                    format!(
                        r#"{{"code":"{secret}","error_type":"{secret}","ErrorCode":"{secret}","message":"{secret}"}}"#
                    ),
                    format!(r#"{{"{secret}":1"#),
                ] {
                    let run = through(&gateway, &request, status, &body);
                    for text in run.raw_log.iter().chain([&run.body]) {
                        assert!(!shows(text, secret), "{status}: {text}");
                    }
                    for value in run.headers.values() {
                        assert!(!shows(value.to_str().unwrap(), secret));
                    }
                }
            }
        }
    }
}

type Channel = (&'static str, u16, &'static [(&'static str, &'static str)], &'static str);

/// Places where an upstream can put an echo (`@`): status, headers, body. `#` stands for a fitting success.
const CHANNELS: &[Channel] = &[
    ("a member's value", 200, &[], "#\"@\""),
    ("a value deep inside", 200, &[], "#[[{\"a\":[{\"b\":\"before @ after\"}]}]]"),
    ("a member's name", 200, &[], "#{\"@\":1,\"x @\":{\"@\":2}}"),
    ("every place of a success", 200, &[], "#[\"@@\",\"@ @\",{\"a\":\"@\"}]"),
    (
        "a message",
        400,
        &[],
        r#"{"code":"a.b","message":"@","ErrorCode":1079,"Message":"@","error_type":"bad_request","error_message":"@"}"#,
    ),
    ("an error code", 400, &[], r#"{"code":"@","error_type":"@","ErrorCode":"@"}"#),
    (
        "error data",
        422,
        &[],
        r#"{"code":"guard.invalid_input","data":{"issues":[{"path":["@"],"received":"@"}],"@":"@"},"details":"@","errors":["@"]}"#,
    ),
    (
        "a problem document",
        409,
        &[("content-type", "application/problem+json")],
        r#"{"type":"https://x.example/@","title":"@","detail":"@","instance":"@","code":"a.b","error_type":"x"}"#,
    ),
    ("an HTML page", 500, &[("content-type", "text/html")], "<html><pre>Authorization: @</pre>"),
    ("plain text", 200, &[("content-type", "text/plain")], "got @"),
    (
        "a multipart body",
        200,
        &[("content-type", "multipart/form-data; boundary=x")],
        "--x\r\nContent-Disposition: form-data; name=\"@\"\r\n\r\n@\r\n--x--",
    ),
    ("a form", 400, &[("content-type", "application/x-www-form-urlencoded")], "error=x&authorization=@"),
    ("a body that is cut", 200, &[], "{\"id\":\"acmesaml0001\",\"x\":\"@"),
    (
        "the subject's id",
        200,
        &[],
        r#"{"id":"@","connectorId":"@","Provider":"@","connection":{"connection_id":"@","organization_id":"@"}}"#,
    ),
    ("a redirect", 302, &[("location", "https://x.example/?t=@")], "moved to @"),
    ("a cookie", 200, &[("set-cookie", "session=@; Path=/")], "#\"x\""),
    (
        "headers of a success",
        200,
        &[
            ("x-debug", "@"),
            ("etag", "\"@\""),
            ("link", "<https://x/@>"),
            ("total-number", "@"),
            ("x-request-id", "@"),
            ("x-gateway-warning", "@"),
            ("content-type", "application/json; x=@"),
            ("server", "@"),
        ],
        "#1",
    ),
    (
        "headers of a refusal",
        401,
        &[("www-authenticate", "Bearer realm=\"@\""), ("retry-after", "@"), ("x-gateway-error", "@")],
        "{}",
    ),
    ("a time to wait", 429, &[("retry-after", "@")], "@"),
];

#[test]
fn t11_no_channel_carries_a_credential_back_in_any_spelling() {
    let mut blanked = 0;
    // A reading and a writing operation of each vendor.
    let first =
        |write: bool, vendor| CATALOGUE.iter().find(|case| case.vendor == vendor && case.is_write() == write).unwrap();
    for case in Vendor::ALL.iter().flat_map(|vendor| [first(false, *vendor), first(true, *vendor)]) {
        let secrets =
            if case.vendor.dialect().token.is_some() { vec![&*case.secret, TOKEN] } else { vec![&*case.secret] };
        for secret in secrets {
            for spelling in spellings(secret) {
                for (channel, status, headers, body) in CHANNELS {
                    let body = match body.strip_prefix('#') {
                        Some(echo) => case.spiked("echo", echo),
                        None => (*body).to_owned(),
                    };
                    let run = run_at(&gateway(), &case.request(), NOW, |sent, _| {
                        if sent.is_token() {
                            return crate::support::token();
                        }
                        let Outcome::Answered { headers: mut all, body, .. } =
                            answered(*status, &body.replace('@', &spelling))
                        else {
                            panic!()
                        };
                        for (name, value) in *headers {
                            let value = http::HeaderValue::from_str(&value.replace('@', &spelling)).unwrap();
                            all.append(http::HeaderName::from_static(name), value);
                        }
                        if let Ok(name) = http::HeaderName::from_bytes(spelling.as_bytes()) {
                            all.append(name, http::HeaderValue::from_static("a header's name"));
                        }
                        Outcome::Answered { status: *status, headers: all, body }
                    });
                    let headers =
                        run.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
                    for text in run.raw_log.iter().cloned().chain([run.body.clone()]).chain(headers) {
                        assert!(!shows(&text, secret), "{channel} of {}, {spelling}: {text}", case.operation.name);
                    }
                    blanked += usize::from(run.body.contains("[redacted]"));
                }
            }
        }
    }
    assert!(blanked > 500, "the echo did reach the last barrier: {blanked}");
}

/// A token that looks like one of the vendor's error codes.
#[test]
fn t11_a_token_in_the_place_of_an_error_code_is_blanked() {
    let token = "opaque_token_0123456789abcdef";
    let answer = format!(r#"{{"access_token":"{token}","expires_in":3600,"token_type":"Bearer","scope":"all"}}"#);
    for status in [400, 403, 409, 429, 500] {
        for accept in ["application/json", "application/problem+json"] {
            let request = request("PATCH", CONNECTOR, r#"{"syncProfile":true}"#).header("accept", accept);
            let run = run_at(&gateway(), &request, NOW, |sent, _| {
                if sent.is_token() {
                    answered(200, &answer)
                } else {
                    answered(status, &format!(r#"{{"code":"{token}","message":"m"}}"#))
                }
            });
            for text in run.raw_log.iter().chain([&run.body]) {
                assert!(!text.contains(token), "{status} {accept}: {text}");
            }
        }
    }
}

fn secret_text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9+/=._~!$&*-]{12,60}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the secret and wherever the upstream puts it.
    #[test]
    fn t11_no_secret_is_echoed(secret in secret_text(), spelling in 0_usize..12, door in select(vec!["body", "name", "error", "code"]), status in select(vec![200_u16, 400, 401, 404, 500])) {
        let bindings = crate::support::bindings(&serde_json::json!({ "STYTCH_TEST_SECRET": secret }));
        let gateway = Gateway::new(&bindings);
        let echo = spellings(&secret)[spelling].clone();
        prop_assume!(!echo.contains('"'));
        let body = match door {
            "body" => format!(r#"{{"status_code":{status},"connection":null,"error_type":"bad_request","note":"before {echo} after"}}"#),
            "name" => format!(r#"{{"error_type":"bad_request","x{echo}":1}}"#),
            "error" => format!(r#"{{"error_type":"bad_request","error_message":"{echo}"}}"#),
            _ => format!(r#"{{"error_type":"{echo}","error_message":"m"}}"#),
        };
        let run = through(&gateway, &request("PUT", SAML, r#"{"display_name":"x"}"#), status, &body);
        for text in run.raw_log.iter().chain([&run.body]) {
            prop_assert!(!shows(text, &secret), "{}", text);
        }
    }
}
