//! T29, T30, T31: bodies that two readers understand differently, and bodies that are there to be expensive.

use std::time::Instant;

use serde_json::json;
use sso_config_gateway::http::message::{InboundBody, Step};
use sso_config_gateway::json as strict;
use sso_config_gateway::vendor::{Holds, Writable};

use super::support::{nested, pointers, writers};
use crate::support::{CONNECTOR, NOW, Request, SAML, answered, gateway, gateway_with, refused, request, run, value};

/// A JSON text with every letter and digit within strings escaped.
fn escaped(text: &str) -> String {
    let (mut inside, mut skip) = (false, 0);
    text.chars().fold(String::new(), |mut all, c| {
        if skip > 0 {
            skip -= 1;
        } else if c == '\\' {
            skip = 1;
        } else if c == '"' {
            inside = !inside;
        } else if inside && c.is_ascii_alphanumeric() {
            return all + &format!("\\u{:04X}", u32::from(c));
        }
        all.push(c);
        all
    })
}

#[test]
fn t29_a_member_given_twice_is_refused_at_any_depth_in_any_spelling() {
    let gateway = gateway();
    let mut tried = 0;
    for case in writers() {
        for pointer in pointers(case.operation.body.unwrap().members, "") {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let first = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
            let all: String = name.bytes().map(|b| format!("\\u{b:04X}")).collect();
            for (one, other) in [(name, name), (name, &first), (&first, name), (&all, &first), (name, &all)] {
                for (a, b) in [("1", "1"), ("\"a\"", "\"b\""), ("null", "{}"), ("[]", "null")] {
                    for between in ["", "\"x\":{\"y\":[1,2]},", "\"x\":\"}\\\",\","] {
                        let object = format!("{{\"{one}\":{a},{between}\"{other}\":{b}}}");
                        let run = refused(&gateway, &case.with_body(&nested(parent, &object)));
                        assert_eq!((run.status, run.error()), (400, Some("invalid_json")), "{object}");
                        tried += 1;
                    }
                }
            }
        }
        // At depths that no vendor has, in lists and objects by turns.
        for depth in 1..60 {
            let inner = r#"{"a":1,"\u0061":2}"#.to_owned();
            let body = (0..depth).fold(inner, |inner, level| {
                if level % 2 == 0 { format!("[{inner}]") } else { format!("{{\"x\":{inner}}}") }
            });
            let run = refused(&gateway, &case.with_body(&format!("{{\"x\":{body}}}")));
            assert_eq!((run.status, run.error()), (400, Some("invalid_json")), "depth {depth}");
        }
    }
    assert!(tried >= 1_000, "{tried}");
}

#[test]
fn t29_what_is_sent_is_our_own_writing_and_never_the_callers_bytes() {
    for case in writers() {
        let plain = value(&case.body);
        let pretty =
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&case.body).unwrap()).unwrap();
        let spaced = case.body.replace(':', " \t:\r\n ").replace(',', "\n ,\t");
        for body in [
            escaped(&case.body),
            format!("\r\n\t {} \n", case.body),
            pretty,
            spaced,
            escaped(&format!(" {}\n", case.body)),
        ] {
            if strict::read(body.as_bytes(), strict::Limits::REQUEST).ok().as_ref() != Some(&plain) {
                continue; // A colon or comma inside a text, or another order: another value, or none.
            }
            let run = run(&gateway(), &case.with_body(&body), |sent| {
                assert_eq!(sent.body.as_bytes(), plain.to_bytes(), "{body}");
                case.answered()
            });
            assert_eq!(run.status, case.answer.0, "{body}: {}", run.body);
            assert_ne!(run.upstream()[0].body, body);
        }
    }
}

/// With unknown members forwarded, so that it is not their names that they are refused for.
fn forwarding() -> sso_config_gateway::gateway::Gateway {
    let forward = json!({ "unknown_members": "forward" });
    gateway_with(
        &json!({ "UPSTREAM_LOGTO": forward, "UPSTREAM_LOGINRADIUS": forward, "UPSTREAM_STYTCH_TEST": forward }),
    )
}

/// Asserts that a body is refused, or sent with `part` in it as it was written.
fn exact_or_refused(request: &Request, part: &str, answer: &(u16, String)) -> bool {
    let run = run(&forwarding(), request, |sent| {
        assert!(sent.body.contains(part), "{part} became {}", sent.body);
        answered(answer.0, &answer.1)
    });
    assert!(run.status == answer.0 || run.status == 400, "{part}: {}", run.body);
    run.status == answer.0
}

#[test]
fn t30_numbers_and_names_that_other_readers_bend_arrive_as_they_were_or_not_at_all() {
    const NUMBERS: [&str; 24] = [
        "0",
        "-0",
        "-0.0",
        "0.10",
        "1.0",
        "1.50",
        "1E2",
        "1e+2",
        "1e-2",
        "0e0",
        "1e400",
        "-1e400",
        "1e-400",
        "1e999999999",
        "9007199254740991",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551616",
        "0.1e1",
        "123456789012345678901234567890",
        "0.30000000000000004",
        "3.141592653589793238462643383279",
        "1.7976931348623159e308",
        "4.9e-325",
    ];
    const NAMES: [&str; 14] = [
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "hasOwnProperty",
        "__defineGetter__",
        "$ref",
        "$type",
        "@type",
        "$serde_json::private::Number",
        "$serde_json::private::RawValue",
        "",
        " ",
        "..",
    ];
    let mut sent = 0;
    for case in writers() {
        let with = |member: &str| case.with_body(&format!("{{{member},{}", &case.body[1..]).replace(",}", "}"));
        for number in NUMBERS {
            for shape in ["@", "[@]", "{\"y\":[1,@]}"] {
                let member = format!("\"unknown\":{}", shape.replace('@', number));
                sent += usize::from(exact_or_refused(&with(&member), &member, &case.answer));
            }
        }
        for name in NAMES {
            for inner in ["1", "{\"isAdmin\":true}", "{\"__proto__\":{\"x\":1}}"] {
                for member in [format!("\"{name}\":{inner}"), format!("\"unknown\":{{\"{name}\":{inner}}}")] {
                    sent += usize::from(exact_or_refused(&with(&member), &member, &case.answer));
                }
            }
            let known = refused(&gateway(), &with(&format!("\"{name}\":{{\"isAdmin\":true}}")));
            assert_eq!((known.status, known.error()), (400, Some("invalid_body")), "{name}");
        }
    }
    assert!(sent >= 200, "{sent} were sent at all");
}

#[test]
fn t30_texts_that_are_no_text_are_refused() {
    let bodies: [&[u8]; 22] = [
        br#"{"x":"\ud800"}"#,
        br#"{"x":"\udc00"}"#,
        br#"{"x":"\ud800\ud800"}"#,
        br#"{"x":"\udc00\ud800"}"#,
        br#"{"x":"\ud800x\udc00"}"#,
        br#"{"x":"\uD83D\n"}"#,
        br#"{"\ud800":1}"#,
        b"{\"x\":\"\xed\xa0\x80\"}",
        b"{\"x\":\"\xff\"}",
        b"{\"x\":\"\xc0\x80\"}",
        b"{\"x\":\"\xc1\xbf\"}",
        b"{\"x\":\"\xf5\x80\x80\x80\"}",
        b"{\"x\":\"\xe2\x82\"}",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        b"\xfe\xff\0{\0}",
        b"{\"x\":\"\0\"}",
        b"{}\0",
        b"\0{}",
        br#"{"x":"\x41"}"#,
        br#"{"x":"\u00g0"}"#,
        br#"{"x":"\u{41}"}"#,
    ];
    for case in writers() {
        for body in bodies {
            let mut asked = case.request();
            asked.body = body.to_vec();
            let run = refused(&gateway(), &asked);
            assert_eq!((run.status, run.error()), (400, Some("invalid_json")), "{}", String::from_utf8_lossy(body));
        }
        // A text, but one that ends early in other programs.
        for member in case.operation.body.unwrap().members {
            if member.writable == Writable::Yes && matches!(member.holds, Holds::Text(..)) {
                let run = refused(&gateway(), &case.with_body(&nested(&format!("/{}", member.name), r#""a\u0000b""#)));
                assert_eq!((run.status, run.error()), (400, Some("invalid_body")), "{}", member.name);
            }
        }
    }
}

/// Carries out `what` within a time that is generous for the work and far too short for the trap in it.
#[expect(clippy::disallowed_methods, reason = "a test has a clock")]
fn quickly<T>(what: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = what();
    assert!(started.elapsed().as_millis() < 1_000, "{:?}", started.elapsed());
    done
}

#[test]
fn t31_a_huge_deep_or_endless_body_is_refused_without_much_work() {
    let huge = [
        " ".repeat(10_000_000),
        "[".repeat(100_000),
        "{\"a\":".repeat(50_000),
        format!("{{\"config\":{}", "[{\"x\":".repeat(30_000)),
        format!("{{{}\"z\":1}}", (0..1_000_000).map(|n| format!("\"k{n}\":1,")).collect::<String>()),
        format!("{{\"x\":[{}1]}}", "1,".repeat(1_000_000)),
        format!("{{\"x\":\"{}\"}}", "\\u0061".repeat(500_000)),
        format!("{{\"x\":{}}}", "9".repeat(262_000)),
        format!("{{\"x\":1e{}}}", "9".repeat(262_000)),
        format!("{{\"x\":\"{}\"}}", "a".repeat(262_100)),
        format!("{{\"{}\":1}}", "a".repeat(262_100)),
        format!("{{\"x\":\"{}\"}}", "\\\\".repeat(131_000)),
    ];
    for case in writers() {
        for body in &huge {
            let run = quickly(|| refused(&gateway(), &case.with_body(body)));
            assert!(matches!(run.status, 400 | 413), "{}: {}", &body[..40], run.status);
            assert!(run.body.len() < 64_000, "{} bytes of answer", run.body.len());
        }
    }
}

#[test]
fn t31_a_body_is_at_most_256_kib_and_whole() {
    let gateway = gateway();
    let with = |body: InboundBody| {
        let mut inbound = request("PATCH", CONNECTOR, "{}").inbound();
        inbound.body = body;
        match gateway.begin(inbound, NOW) {
            Step::Answer { answer, .. } => {
                (answer.status.as_u16(), answer.headers["x-gateway-error"].to_str().unwrap().to_owned())
            }
            _ => panic!("sent"),
        }
    };
    assert_eq!(with(InboundBody::TooLarge), (413, "body_too_large".to_owned()));
    assert_eq!(with(InboundBody::Cut), (400, "body_cut".to_owned()));
    let sized = |size: usize| InboundBody::Read([vec![b' '; size - 12], br#"{"unknown":1"#.to_vec()].concat());
    assert_eq!(with(sized(262_145)), (413, "body_too_large".to_owned()));
    assert_eq!(with(sized(262_144)), (400, "invalid_json".to_owned()));
}

#[test]
fn t31_wide_bodies_are_refused_in_no_time() {
    let members: Vec<String> = (0..1_001).map(|i| format!("\"member{i}\":{i}")).collect();
    for body in [format!("{{{}}}", members.join(",")), format!(r#"{{"attribute_mapping":{{{}}}}}"#, members.join(","))]
    {
        let run = refused(&gateway(), &request("PUT", SAML, &body));
        assert_eq!(run.status, 400);
        assert!(run.problems().iter().any(|problem| problem.starts_with("too_many_members")), "{}", run.body);
    }
    let many: Vec<String> = (0..900).map(|i| format!("\"member{i}\":{i}")).collect();
    let run = refused(&gateway(), &request("PUT", SAML, &format!("{{{}}}", many.join(","))));
    assert_eq!(run.problems().len(), 100, "problems are capped");
}

#[test]
fn t31_the_widest_bodies_are_refused_without_much_work() {
    let many = |entry: &str, count: usize| vec![entry; count].join(",");
    for (path, method, body) in [
        (SAML, "PUT", format!(r#"{{"saml_group_implicit_role_assignments":[{}]}}"#, many("{}", 87_000))),
        (CONNECTOR, "PATCH", format!(r#"{{"domains":[{}]}}"#, many("\"\"", 87_000))),
        (
            CONNECTOR,
            "PATCH",
            format!("{{{}\"z\":1}}", (0..14_000).map(|n| format!(r#""member{n:06}":1,"#)).collect::<String>()),
        ),
        (
            SAML,
            "PUT",
            format!("{{{}\"z\":1}}", (0..990).map(|n| format!(r#""{}{n:03}":1,"#, "y".repeat(60))).collect::<String>()),
        ),
    ] {
        assert!(body.len() <= 262_144, "{}", body.len());
        let run = quickly(|| refused(&gateway(), &request(method, path, &body)));
        assert_eq!((run.status, run.error()), (400, Some("invalid_body")));
        assert!(run.body.len() < 64_000, "{} bytes of answer", run.body.len());
    }
}
