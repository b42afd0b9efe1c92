//! Frames there and back, as a loop reads and writes them.

use super::*;
use crate::http::limits;
use crate::http::message::UpstreamRequest;
use http::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Reads a frame as the loop does.
/// The head with the suspended text put into it, the body, and what is to be held.
fn unframe(frame: &[u8]) -> (Value, Vec<u8>, Option<Vec<u8>>) {
    let length = u32::from_le_bytes(frame[..4].try_into().unwrap()) as usize;
    let mut head: Value = serde_json::from_slice(&frame[4..4 + length]).unwrap();
    let rest = &frame[4 + length..];
    let size = |head: &Value, name| head.get(name).map(|n| usize::try_from(n.as_u64().unwrap()).unwrap());
    let body = size(&head, "body_bytes").unwrap();
    let hold = size(&head, "hold_bytes");
    let end = body + hold.unwrap_or(0);
    if let Some(suspended) = size(&head, "suspended_bytes") {
        let text = std::str::from_utf8(&rest[end..end + suspended]).unwrap().to_owned();
        let members = head.as_object_mut().unwrap();
        members.remove("suspended_bytes");
        members.insert("suspended".to_owned(), text.into());
        assert_eq!(rest.len(), end + suspended, "nothing is left over");
    } else {
        assert_eq!(rest.len(), end, "nothing is left over");
    }
    (head, rest[..body].to_vec(), hold.map(|_| rest[body..end].to_vec()))
}

fn exchange(body: UpstreamBody, hold: Option<Vec<u8>>) -> Step {
    Step::Exchange {
        request: UpstreamRequest {
            method: Method::PATCH,
            url: "https://vendor.example/api/x?y=%2F".to_owned(),
            headers: vec![("content-type", "application/json".to_owned()), ("x-a", "1".to_owned())],
            body,
            timeout_ms: 1500,
            answer_limit: limits::ANSWER_BODY,
            write: true,
        },
        hold,
        suspended: "{\"a\":\"\\n\u{e9}\"}".to_owned(),
        log: vec!["one".to_owned()],
    }
}

#[test]
fn inbound_keeps_everything_as_given() {
    let head = "PROPFIND\nhttps://g.example//a/%2e%2e/b?x=%20\nid-1\nread\naccept: */*\nx-empty: \nx-colon: a: b\naccept: text/html";
    let read = inbound(head, b"\0\xff{}".to_vec()).unwrap();
    assert_eq!(read.method.as_str(), "PROPFIND");
    assert_eq!(read.url, "https://g.example//a/%2e%2e/b?x=%20");
    assert_eq!(read.request_id, "id-1");
    assert_eq!(read.headers.get_all("accept").iter().collect::<Vec<_>>(), ["*/*", "text/html"]);
    assert_eq!(read.headers["x-empty"], "");
    assert_eq!(read.headers["x-colon"], "a: b");
    assert!(read.bad_headers.is_empty());
    assert!(matches!(read.body, InboundBody::Read(b) if b == b"\0\xff{}"));
}

#[test]
fn inbound_marks_what_it_cannot_read() {
    let head = "GET\nhttps://g.example/\nid\ntoo_large\nauthorization: Bearer \u{fffd}\nx-del: \u{7f}\nx-cr: a\rb\nx-tab: a\tb\nn\u{e9}: v\nnocolon";
    let read = inbound(head, Vec::new()).unwrap();
    assert_eq!(read.bad_headers, ["authorization", "x-del", "x-cr", "n\u{e9}"]);
    assert_eq!(read.headers["authorization"], "", "present, but empty");
    assert_eq!(read.headers["x-tab"], "a\tb");
    assert_eq!(read.headers["nocolon"], "");
    assert!(matches!(read.body, InboundBody::TooLarge));
    assert!(matches!(inbound("GET\nu\nid\ncut", Vec::new()).unwrap().body, InboundBody::Cut));
}

#[test]
fn a_head_that_no_loop_writes_is_named() {
    for (head, why) in [
        ("", "no url"),
        ("GET\nu", "no request id"),
        ("GET\nu\nid", "no body state"),
        ("GET\nu\nid\nmaybe", "unknown body state"),
        ("G T\nu\nid\nread", "method is not a token"),
        ("\nu\nid\nread", "method is not a token"),
    ] {
        assert_eq!(inbound(head, Vec::new()).err(), Some(Malformed(why)), "{head:?}");
    }
    for (head, why) in [
        ("", "unknown outcome"),
        ("ok", "unknown outcome"),
        ("99999", "unknown outcome"),
        ("failed", "unknown failure"),
        ("failed\nbored", "unknown failure"),
    ] {
        assert_eq!(outcome(head, Vec::new()).err(), Some(Malformed(why)), "{head:?}");
    }
}

#[test]
fn outcomes() {
    assert!(matches!(outcome("waited", Vec::new()), Ok(Outcome::Waited)));
    assert!(matches!(outcome("crashed", Vec::new()), Ok(Outcome::Crashed)));
    for (word, failure) in
        [("timed_out", Failure::TimedOut), ("broken", Failure::Broken), ("too_large", Failure::TooLarge)]
    {
        let read = outcome(&format!("failed\n{word}"), Vec::new()).unwrap();
        assert!(matches!(read, Outcome::Failed(f) if f == failure));
    }
    let head =
        "302\nlocation: https://elsewhere.example/\nset-cookie: a=1\nset-cookie: b=2\nbad name: x\nx-text: caf\u{e9}";
    let Ok(Outcome::Answered { status, headers, body }) = outcome(head, b"x".to_vec()) else { panic!("answered") };
    assert_eq!((status, body.as_slice()), (302, &b"x"[..]));
    assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    assert!(headers["x-text"].to_str().is_err(), "kept, but not as text");
    assert_eq!(headers.len(), 4);
}

#[test]
fn an_answer_crosses() {
    let mut headers = HeaderMap::new();
    headers.append("vary", HeaderValue::from_static("origin"));
    headers.append("vary", HeaderValue::from_static("accept"));
    headers.append("x-raw", HeaderValue::from_bytes(b"\xff").unwrap());
    let answer = Answer { status: StatusCode::OK, headers, body: b"{}\xff".to_vec() };
    let (head, body, hold) = unframe(&step(Step::Answer { answer, log: vec!["l\"1".to_owned()] }));
    assert_eq!(
        head,
        json!({"step": "answer", "status": 200, "headers": [["vary", "origin"], ["vary", "accept"]], "body_bytes": 3, "log": ["l\"1"]})
    );
    assert_eq!((body.as_slice(), hold), (&b"{}\xff"[..], None));
}

#[test]
fn an_exchange_crosses() {
    let (head, body, hold) = unframe(&step(exchange(UpstreamBody::Bytes(b"form".to_vec()), Some(b"held".to_vec()))));
    assert_eq!(
        head,
        json!({
            "step": "exchange", "method": "PATCH", "url": "https://vendor.example/api/x?y=%2F",
            "headers": [["content-type", "application/json"], ["x-a", "1"]], "body": "bytes", "body_bytes": 4,
            "hold_bytes": 4, "timeout_ms": 1500, "answer_limit": limits::ANSWER_BODY, "write": true,
            "suspended": "{\"a\":\"\\n\u{e9}\"}", "log": ["one"]
        })
    );
    assert_eq!((body, hold), (b"form".to_vec(), Some(b"held".to_vec())));
}

#[test]
fn bytes_to_send_and_to_hold_cross_once() {
    for body in [UpstreamBody::Bytes(b"same".to_vec()), UpstreamBody::Held] {
        let (head, body, hold) = unframe(&step(exchange(body, Some(b"same".to_vec()))));
        assert_eq!(head["body"], "held");
        assert_eq!((body, hold), (Vec::new(), Some(b"same".to_vec())));
    }
    let (head, _, hold) = unframe(&step(exchange(UpstreamBody::Bytes(Vec::new()), None)));
    assert_eq!((head["body"].as_str(), hold), (Some("bytes"), None), "an empty body is a body");
    let (head, _, hold) = unframe(&step(exchange(UpstreamBody::None, Some(Vec::new()))));
    assert_eq!((head["body"].as_str(), hold), (Some("none"), Some(Vec::new())), "nothing can be held");
}

#[test]
fn a_wait_crosses() {
    let wait = Step::Wait { ms: 25, hold: Some(b"h".to_vec()), suspended: "s".to_owned() };
    let (head, _, hold) = unframe(&step(wait));
    assert_eq!(head, json!({"step": "wait", "ms": 25, "hold_bytes": 1, "body_bytes": 0, "suspended": "s"}));
    assert_eq!(hold, Some(b"h".to_vec()));
}

proptest! {
    #[test]
    fn no_head_panics(head in "(?s).{0,200}", body in prop::collection::vec(any::<u8>(), 0..50)) {
        let _ = inbound(&head, body.clone());
        let _ = outcome(&head, body);
    }

    #[test]
    fn no_header_panics(lines in prop::collection::vec("[^\n]{0,40}", 0..20)) {
        let lines = lines.join("\n");
        let (request, answer) = (format!("GET\nu\nid\nread\n{lines}"), format!("200\n{lines}"));
        prop_assert!(inbound(&request, Vec::new()).is_ok());
        prop_assert!(outcome(&answer, Vec::new()).is_ok());
    }

    #[test]
    fn header_values_survive(value in "[!-~]([ -~]{0,60}[!-~])?") {
        let read = inbound(&format!("GET\nu\nid\nread\nx-v: {value}"), Vec::new()).unwrap();
        prop_assert_eq!(read.headers["x-v"].to_str().unwrap(), &value);
        prop_assert!(read.bad_headers.is_empty());
    }

    #[test]
    fn bytes_and_state_survive(
        body in prop::collection::vec(any::<u8>(), 0..300),
        held in prop::option::of(prop::collection::vec(any::<u8>(), 0..300)),
        state in "(?s).{0,60}",
    ) {
        let mut sent = exchange(UpstreamBody::Bytes(body.clone()), held.clone());
        if let Step::Exchange { suspended, .. } = &mut sent {
            suspended.clone_from(&state);
        }
        let (head, bytes, hold) = unframe(&step(sent));
        prop_assert_eq!(head["suspended"].as_str(), Some(state.as_str()));
        prop_assert_eq!(&hold, &held);
        let seen = if head["body"] == "held" { hold.unwrap() } else { bytes };
        prop_assert_eq!(seen, body);
    }
}
