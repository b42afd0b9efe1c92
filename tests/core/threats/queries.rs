//! T7: a query that says more to the upstream than the operation allows.

use std::collections::BTreeMap;

use sso_config_gateway::vendor::Query;
use url::form_urlencoded;

use super::support::{CATALOGUE, Case, numbers, sample_value};
use crate::support::{NOW, answered, gateway, request, run_at, token};

/// Ways to smuggle with a parameter `N` and its value `V`.
const FORMS: &[&str] = &[
    "N=V",
    "N=V&N=V",
    "N=V&N=2",
    "N=V&%4E=V",
    "N=V;x=1",
    "N=V;N=2",
    "N=V%26x=1",
    "N=V%26x%3d1",
    "N=V&x=1",
    "N=V&_method=DELETE",
    "N=V&access_token=t",
    "N=V&apikey=a&apisecret=b",
    "N=V&url=https://evil.example",
    "N=V&__proto__=1",
    "N=V&constructor[prototype]=1",
    "N=V#x=1",
    "N=V%23x=1",
    "N=V?x=1",
    "N=V%3fx=1",
    "N=V/../../users",
    "N=V%2f..%2f..%2fusers",
    "N=V%0d%0aHost:%20evil.example",
    "N=V%00",
    "N=V%20",
    "N=+V",
    "N=%2BV",
    "N=V\u{ff06}x=1",
    "N=V\u{2028}x=1",
    "N=V%ff",
    "N=V%",
    "N[]=V",
    "N[0]=V",
    "N[$gt]=V",
    "N%5B%5D=V",
    "N%00=V",
    "N%20=V",
    "%20N=V",
    "N.x=V",
    "N==V",
    "N=%3DV",
    "N",
    "N=",
    "=V",
    "&",
    "&&N=V&&",
    "?N=V",
    "N=0xV",
    "N=Ve1",
    "N=V.0",
    "N=-V",
    "N=\u{ff11}",
    "N=99999999999999999999",
    "N=V,2",
    "N=V|2",
    "N='V'",
    "N=\"V\"",
    "n=1&N=V",
    "N=V&limit=1&fields=*",
];

/// The parameters that an operation knows, sent on or not, with a good value; and a few that none has.
fn names(case: &Case) -> Vec<(String, String)> {
    let known = case.operation.query.iter().map(|query| match query {
        Query::Number(name, min, _) => ((*name).to_owned(), min.to_string()),
        Query::PathValue(name, param) => {
            let param = case.params().into_iter().find(|known| known.name == *param).unwrap();
            ((*name).to_owned(), sample_value(param).to_owned())
        }
    });
    let unknown = ["page", "PAGE", "id", "scope"].map(|name| (name.to_owned(), "1".to_owned()));
    known.chain(unknown).collect()
}

#[test]
fn t07_the_query_that_is_sent_is_the_one_that_is_allowed_and_nothing_else() {
    let gateway = gateway();
    let (mut tried, mut sent_on) = (0, 0);
    for case in CATALOGUE.iter() {
        let allowed = numbers(case.operation);
        for (name, value) in names(case) {
            for form in FORMS {
                let query = form.replace('N', &name).replace('V', &value);
                let asked = request(case.method(), &format!("{}?{query}", case.path()), &case.body);
                let run = run_at(
                    &gateway,
                    &asked,
                    NOW,
                    |sent, _| {
                        if sent.is_token() { token() } else { answered(404, "{}") }
                    },
                );
                tried += 1;
                let upstream = run.upstream();
                if upstream.is_empty() {
                    assert_eq!(run.status, 400, "{query}: {}", run.body);
                    continue;
                }
                // As another reader of queries understands it, up to the fragment.
                let meant: Vec<(String, String)> =
                    form_urlencoded::parse(query.split('#').next().unwrap().as_bytes()).into_owned().collect();
                let knows = |name: &str| {
                    case.operation.query.iter().any(|query| match query {
                        Query::Number(known, ..) | Query::PathValue(known, _) => *known == name,
                    })
                };
                assert!(meant.iter().all(|(name, _)| knows(name)), "{query} was sent");
                let pairs: BTreeMap<&str, u32> = meant
                    .iter()
                    .filter(|(name, _)| allowed.iter().any(|(known, _)| known == name))
                    .map(|(name, value)| (name.as_str(), value.parse().expect("a number")))
                    .collect();
                let url = &upstream[0].url;
                let (path, rest) = url.split_once('?').map_or((url.as_str(), None), |(path, rest)| (path, Some(rest)));
                assert_eq!(path, format!("{}{}", case.origin, case.native_path()));
                let expected: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let mut given: Vec<&str> = rest.into_iter().flat_map(|rest| rest.split('&')).collect();
                given.sort_unstable();
                assert_eq!(given, expected, "{query}");
                sent_on += usize::from(!given.is_empty());
            }
        }
    }
    assert!(tried >= 2_000 && sent_on > 0, "{tried} tried, {sent_on} sent on");
}

#[test]
fn t07_a_query_within_an_id_is_refused_or_part_of_the_id() {
    let gateway = gateway();
    for case in CATALOGUE.iter() {
        for (place, param) in case.params().into_iter().enumerate() {
            for smuggled in ["%3fx=1", "%3Fx%3D1%26y", "%26x=1", "%23", ";x=1", "%3bx", "&x=1", "=1", "%253fx=1"] {
                let value = format!("{}{smuggled}", sample_value(param));
                let run = run_at(
                    &gateway,
                    &request(case.method(), &case.path_with(place, &value), &case.body),
                    NOW,
                    |sent, _| {
                        assert!(!sent.url.contains(['?', '&', ';', '=', '#']), "{}", sent.url);
                        if sent.is_token() { token() } else { answered(404, "{}") }
                    },
                );
                assert!(run.status >= 400, "{value}");
            }
        }
    }
}
