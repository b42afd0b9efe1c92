//! T1, T2: an open proxy, and a door without a guard.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use sso_config_gateway::vendor::{Segment, Vendor};

use super::support::{CATALOGUE, Case};
use crate::support::{CONNECTION, ORGANIZATION, TOKEN, gateway, refused, request};

const VERBS: [&str; 16] = [
    "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "LOCK", "QUERY", "get",
    "Put", "PATCHX", "M-SEARCH",
];

/// Segments that occur in paths of ours and of vendors, in the catalogue and beside it.
const SEGMENTS: [&str; 40] = [
    "logto",
    "loginradius",
    "stytch-test",
    "LOGTO",
    "api",
    "v1",
    "v2",
    "b2b",
    "sso",
    "manage",
    "custom-providers",
    "saml",
    "oidc",
    "jwt",
    "oauth",
    "external",
    "sso-connectors",
    "sso-connector-providers",
    "acmesaml0001",
    "my-saml-app",
    ORGANIZATION,
    CONNECTION,
    "connections",
    "organizations",
    "idp-initiated-auth-config",
    "signing-keys",
    "applications",
    "users",
    "token",
    "url",
    "proxy",
    "tools",
    "..",
    ".",
    "",
    "keys",
    "https:",
    "tenant.logto.app",
    "%2e%2e",
    "api;x=1",
];

/// Whether the catalogue has it, as read by a second reader: a bare path is every upstream's.
fn is_catalogued(method: &str, path: &str) -> bool {
    let given: Vec<&str> = path.split('/').skip(1).collect();
    let fits = |case: &Case, given: &[&str]| {
        case.method() == method
            && case.operation.path.len() == given.len()
            && case.operation.path.iter().zip(given).all(|(segment, given)| match segment {
                Segment::Literal(literal) => literal == given,
                Segment::Param(_) => !given.is_empty(),
            })
    };
    CATALOGUE
        .iter()
        .any(|case| fits(case, &given) || (given.first() == Some(&case.upstream) && fits(case, &given[1..])))
}

/// A catalogued path with one thing about it changed.
fn neighbour(case: &Case, change: usize, at: Index, word: &str) -> String {
    let path = case.path();
    let mut segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
    let at = at.index(segments.len());
    match change {
        0 => drop(segments.remove(at)),
        1 => segments.insert(at, word.to_owned()),
        2 => word.clone_into(&mut segments[at]),
        3 => segments[at] = segments[at].to_uppercase(),
        4 => segments.push(String::new()),
        5 => segments.push(word.to_owned()),
        6 => segments[at] = format!("%{:02x}{}", segments[at].as_bytes()[0], &segments[at][1..]),
        7 => segments.swap(at, 0),
        8 => {
            let other = Vendor::ALL.iter().find(|vendor| **vendor != case.vendor).unwrap();
            other.name().clone_into(&mut segments[0]);
        }
        9 => segments[at].push_str(".css"),
        10 => segments = vec!["https:".to_owned(), String::new(), case.origin[8..].to_owned(), path[1..].to_owned()],
        _ => {}
    }
    format!("/{}", segments.join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// 1 000 paths put together from segments, and 1 000 neighbours of the catalogue.
    #[test]
    fn t01_nothing_outside_the_catalogue_is_forwarded(
        method in select(&VERBS[..]),
        own_verb in any::<bool>(),
        words in proptest::collection::vec(select(&SEGMENTS[..]), 0..9),
        near in any::<bool>(),
        case in any::<Index>(),
        change in 0_usize..12,
        at in any::<Index>(),
        body in select(vec!["", "{}"]),
    ) {
        let case = case.get(&CATALOGUE);
        let method = if near && own_verb { case.method() } else { method };
        let path = match words.first() {
            Some(word) if near => neighbour(case, change, at, word),
            _ => format!("/{}", words.join("/")),
        };
        prop_assume!(!is_catalogued(method, &path));
        let run = refused(&gateway(), &request(method, &path, body));
        prop_assert!(matches!(run.status, 404 | 405), "{method} {path}: {}", run.status);
        prop_assert!(run.raw_log.len() == 1 && run.sent.is_empty());
    }
}

#[test]
fn t02_every_operation_asks_who_is_there_before_anything_else() {
    let tokens = [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer wrong".to_owned()),
        Some(format!("Bearer {}", &TOKEN[..TOKEN.len() - 1])),
        Some(format!("Bearer {TOKEN}x")),
        Some(format!("Basic {TOKEN}")),
        Some(TOKEN.to_owned()),
        Some("Bearer sandbox".to_owned()),
        Some("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.".to_owned()),
    ];
    for case in CATALOGUE.iter() {
        // With a good body, a bad one and one that is not even JSON; under its upstream's name and without.
        for body in [case.body.as_str(), "{\"whatever\":1}", "{"] {
            for path in [case.path(), case.native_path()] {
                for token in &tokens {
                    let request = request(case.method(), &path, body).without("authorization");
                    let request = match token {
                        Some(token) => request.header("authorization", token),
                        None => request,
                    };
                    let run = refused(&gateway(), &request);
                    let seen = (run.status, run.error());
                    assert_eq!(seen, (401, Some("unauthenticated")), "{} {token:?}", case.operation.name);
                }
            }
        }
    }
}
