//! T28: what a refusal tells about what exists.
//!
//! How long a comparison of tokens takes is a property of its construction: `auth` compares every configured digest with a
//! constant-time primitive. A clock in a test would say more about the machine.

use serde_json::json;

use super::support::CATALOGUE;
use crate::support::{Run, gateway_with, refused, request};

#[test]
fn t28_what_is_not_granted_looks_the_same_whether_it_exists_or_not() {
    let gateway = gateway_with(&json!({ "CALLER_TEST": { "grants": [
        { "upstream": "stytch-test", "access": "write", "organizations": ["granted-organization"] },
        { "upstream": "logto", "access": "write", "connections": ["granted1"] },
        { "upstream": "loginradius", "access": "write", "connections": ["granted1"] } ] } }));
    // What the caller sees, the request's own name aside, which is the same in every test.
    let seen = |run: &Run| (run.status, run.body.clone(), format!("{:?}", run.headers));
    let mut compared = 0;
    for case in CATALOGUE.iter().filter(|case| !case.params().is_empty()) {
        // A well-known id, ids of the right form, another letter case of what is granted, a near miss of it.
        let ids = [
            "acmesaml0001",
            "a",
            "zzzzzzzzzzzz",
            "granted2",
            "granted",
            "granted11",
            "GRANTED-ORGANIZATION",
            "granted-organization2",
            "organization-live-1",
        ];
        let fits = |id: &&str| case.params().iter().all(|param| (param.fits)(id));
        for accept in ["application/json", "application/problem+json"] {
            let mut answers = Vec::new();
            for id in ids.into_iter().filter(fits) {
                let template = case.operation.template();
                let filled = template.split('/').map(|segment| if segment.starts_with('{') { id } else { segment });
                let path = format!("/{}{}", case.upstream, filled.collect::<Vec<_>>().join("/"));
                for body in [case.body.as_str(), "{", r#"{"id":"granted1","Provider":"granted1"}"#] {
                    let run = refused(&gateway, &request(case.method(), &path, body).header("accept", accept));
                    assert_eq!((run.status, run.error()), (403, Some("forbidden")), "{path}");
                    assert!(id.len() < 9 || !run.body.contains(id), "{}", run.body);
                    answers.push(seen(&run));
                }
            }
            assert!(answers.len() >= 15, "{}", case.operation.name);
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{}: {answers:?}", case.operation.name);
            compared += answers.len();
        }
    }
    assert!(compared >= 200, "{compared}");
}
