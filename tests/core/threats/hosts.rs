//! T5, T10: a host that a caller names, wherever it names it.

use sso_config_gateway::gateway::Gateway;
use url::Url;

use super::paths::try_everywhere;
use super::support::CATALOGUE;
use crate::support::{NOW, Request, Run, answered, gateway, request, run_at, token};

/// Foreign hosts, joined to something in every way that some URL parser takes for the end of a host or a segment.
fn injections() -> Vec<String> {
    let hosts = [
        "evil.example",
        "evil.example:443",
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "user@evil.example",
        "\u{ff45}vil.example",
        "xn--evl-0ma.example",
    ];
    let joints = [
        "@",
        "%40",
        ":80@",
        "#@",
        "%23@",
        "?@",
        "%3f",
        "\\\\",
        "//",
        "%2f%2f",
        ".",
        "%2e",
        "\r\nHost: ",
        "%0d%0aHost:%20",
        "https://",
        "https:%2f%2f",
        ":",
        "%3a",
        "%00",
        ";",
        "\t",
        " ",
        "%20",
        "&",
        "..//",
        "%5c%5c",
        "/\\",
        "|",
        "~@",
    ];
    let spell =
        |host: &str, joint: &str| [format!("{joint}{host}"), format!("a{joint}{host}"), format!("{host}{joint}")];
    hosts.iter().flat_map(|host| joints.iter().flat_map(|joint| spell(host, joint))).collect()
}

#[test]
fn t05_the_host_is_the_configured_one_whatever_stands_in_an_id() {
    let gateway = gateway();
    let injections = injections();
    assert!(injections.len() >= 300, "{}", injections.len());
    for value in &injections {
        try_everywhere(&gateway, value);
    }
}

/// Asserts that a request goes to pinned hosts only, its token fetch included, and that it goes there at all if it may.
fn pinned(gateway: &Gateway, request: &Request) -> Run {
    const TOKENS: [&str; 2] =
        ["https://tenant.logto.app/oidc/token", "https://tenant.hub.loginradius.com/service/oauth/token"];
    let run = run_at(gateway, request, NOW, |one, _| if one.is_token() { token() } else { answered(404, "{}") });
    for sent in &run.sent {
        let origin = Url::parse(&sent.url).unwrap().origin().ascii_serialization();
        let known = CATALOGUE.iter().any(|case| case.origin == origin) || TOKENS.contains(&sent.url.as_str());
        assert!(known, "{} for {}", sent.url, request.url);
        assert_eq!(sent.header("host"), None, "the platform names the host that is dialled");
    }
    run
}

#[test]
fn t05_a_host_in_the_query_or_in_a_header_is_nowhere_to_send_to() {
    let names =
        ["host", "x-forwarded-host", "x-original-host", "x-host", "forwarded", "x-original-url", "x-rewrite-url"];
    let mut tries = 0;
    for (index, value) in injections().iter().enumerate() {
        let case = &CATALOGUE[index % CATALOGUE.len()];
        for query in [format!("?{value}"), format!("?url={value}"), format!("?page={value}"), format!("?id={value}")] {
            pinned(&gateway(), &request(case.method(), &format!("{}{query}", case.path()), &case.body));
        }
        if http::HeaderValue::from_str(value).is_ok() {
            let asked = names.iter().fold(case.request(), |request, name| request.header(name, value));
            assert!(!pinned(&gateway(), &asked).upstream().is_empty(), "{value:?} in a header changes nothing");
            tries += 1;
        }
    }
    assert!(tries >= 300, "{tries}");
}

#[test]
fn t10_an_absolute_target_or_another_host_header_does_not_change_where_it_goes() {
    for case in CATALOGUE.iter() {
        for authority in [
            "evil.example",
            "evil.example:8443",
            "tenant.logto.app.evil.example",
            "user:pw@evil.example",
            "test.stytch.com@evil.example",
            "169.254.169.254",
            "[::ffff:127.0.0.1]",
            "localhost:1",
            "",
        ] {
            for scheme in ["https", "http", "ftp", "javascript"] {
                let mut request = case.request().header("host", "evil.example");
                request.url = format!("{scheme}://{authority}{}", case.path());
                let run = pinned(&gateway(), &request);
                let [sent] = run.upstream()[..] else { panic!("{}: {}", request.url, run.body) };
                assert_eq!(sent.url, format!("{}{}", case.origin, case.native_path()), "{}", request.url);
            }
        }
    }
}
