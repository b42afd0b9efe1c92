//! T33: a redirect that would take the credential with it.

use http::{HeaderMap, HeaderName, HeaderValue};
use sso_config_gateway::http::message::Outcome;
use sso_config_gateway::vendor::Vendor;

use super::support::{CATALOGUE, silent};
use crate::support::{NOW, Run, gateway, run, run_at, token};

const STATUSES: [u16; 12] = [300, 301, 302, 303, 304, 305, 306, 307, 308, 310, 333, 399];

/// Forms of `Location`; `@` is the host that must not be shown.
const LOCATIONS: [&str; 12] = [
    "https://@/stolen?token=1",
    "http://@/stolen",
    "//@/stolen",
    "\\\\@\\stolen",
    "https:/@",
    "https://user:pw@@:8443/",
    "https://test.stytch.com.@/",
    "https://@%2f.test.stytch.com/",
    "javascript:fetch('//@')",
    "data:text/html,<a href=//@>",
    "/@",
    "",
];

const HOST: &str = "redirect-target.example";

fn redirect(status: u16, location: &str) -> Outcome {
    let location = location.replace('@', HOST);
    let mut headers = HeaderMap::new();
    for name in ["location", "content-location", "refresh", "link", "x-accel-redirect"] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&location).unwrap());
    }
    let body = format!("<html><meta http-equiv=refresh content='0;{location}'><a href='{location}'>moved</a>");
    Outcome::Answered { status, headers, body: body.into_bytes() }
}

fn not_shown(run: &Run) {
    silent(run, HOST);
    silent(run, "<html");
    for name in ["location", "content-location", "refresh", "link", "x-accel-redirect"] {
        assert_eq!(run.header(name), None);
    }
}

#[test]
fn t33_no_redirect_is_followed_or_shown() {
    for vendor in Vendor::ALL {
        let mut tried = 0;
        for case in CATALOGUE.iter().filter(|case| case.vendor == *vendor) {
            for status in STATUSES {
                for location in LOCATIONS {
                    let run = run(&gateway(), &case.request(), |_| redirect(status, location));
                    let asked = format!("{} {status} {location}", case.operation.name);
                    assert_eq!((run.status, run.error()), (502, Some("upstream_redirect")), "{asked}");
                    assert_eq!(run.upstream().len(), 1, "{asked}");
                    assert_eq!(run.body.contains("\"unknown\""), case.is_write(), "{asked}: {}", run.body);
                    not_shown(&run);
                    tried += 1;
                }
            }
        }
        assert!(tried >= 55, "{tried}");
    }
}

#[test]
fn t33_a_token_endpoint_that_redirects_is_not_followed_with_the_clients_secret() {
    for case in CATALOGUE.iter().filter(|case| case.vendor.dialect().token.is_some()) {
        for status in STATUSES {
            for location in LOCATIONS {
                let run = run_at(&gateway(), &case.request(), NOW, |sent, _| {
                    assert!(sent.is_token(), "nothing is sent without a token");
                    redirect(status, location)
                });
                assert_eq!((run.status, run.error()), (503, Some("upstream_token_failed")));
                assert_eq!(run.sent.len(), 1);
                not_shown(&run);
            }
        }
    }
}

/// The measure itself: the same answer under another status is no redirect.
#[test]
fn t33_a_location_of_a_success_is_not_shown_either() {
    for case in CATALOGUE.iter() {
        let run = run_at(&gateway(), &case.request(), NOW, |sent, _| {
            if sent.is_token() {
                return token();
            }
            let Outcome::Answered { headers, .. } = redirect(201, LOCATIONS[0]) else { panic!("an answer") };
            Outcome::Answered { status: case.answer.0, headers, body: case.answer.1.clone().into_bytes() }
        });
        assert_eq!(run.status, case.answer.0, "{}", run.body);
        not_shown(&run);
    }
}
