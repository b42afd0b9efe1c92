//! What the module promises, promise by promise. The grammar's tables are in `tests/`.

mod errors;
mod properties;
mod values;

use super::{Limits, ReadError, ReadErrorKind, Value, read};

/// Reads a text that is known to be good.
fn good(text: &str) -> Value {
    read(text.as_bytes(), Limits::ANSWER).expect("the text is good JSON")
}

/// The error of a text that is known to be bad.
fn bad(text: &str) -> ReadError {
    read(text.as_bytes(), Limits::ANSWER).expect_err("the text is bad JSON")
}

/// The text that a value is written as.
fn written(value: &Value) -> String {
    String::from_utf8(value.to_bytes()).expect("what is written is UTF-8")
}

#[test]
fn limits_count_bytes_and_levels_exactly() {
    let limits = Limits { depth: 2, bytes: 6 };
    assert!(read(b"[[12]]", limits).is_ok());
    let large = read(b"[[123]]", limits).expect_err("it is a byte too long");
    assert_eq!(large.kind, ReadErrorKind::TooLarge { limit: 6 });
    let deep = read(b"[[[]]]", limits).expect_err("it is a level too deep");
    assert_eq!(deep.kind, ReadErrorKind::TooDeep { limit: 2 });
    assert_eq!(deep.pointer, "/0/0");
    let flat = Limits { depth: 0, bytes: 9 };
    assert!(read(b"\"scalar\"", flat).is_ok());
    assert!(read(b"[]", flat).is_err());
    assert_eq!(Limits::default(), Limits::REQUEST);
}

#[test]
fn depth_counts_what_is_open_not_what_was() {
    let siblings = format!("[{}[]]", "[[[[]]]],".repeat(1_000));
    let limits = Limits { depth: 5, ..Limits::REQUEST };
    assert!(read(siblings.as_bytes(), limits).is_ok());
}

#[test]
fn no_limit_reads_deeper_than_the_stack_allows() {
    let limits = Limits { depth: usize::MAX, bytes: usize::MAX };
    let body = "[".repeat(1_000_000);
    let error = read(body.as_bytes(), limits).expect_err("it is too deep");
    assert_eq!(error.kind, ReadErrorKind::TooDeep { limit: Limits::DEEPEST });
}

#[test]
fn the_private_keys_of_a_number_library_are_ordinary_members() {
    for name in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
        let text = format!(r#"{{"{name}":"1e5"}}"#);
        let value = good(&text);
        assert_eq!(value.get(name).and_then(Value::as_str), Some("1e5"));
        assert_eq!(written(&value), text);
    }
}

#[test]
fn a_very_wide_object_is_judged_without_comparing_all_pairs() {
    use std::fmt::Write as _;
    let mut text = String::from("{");
    for name in 0..100_000 {
        write!(text, "\"{name}\":0,").expect("writing to a string");
    }
    let once = good(&format!("{text}\"last\":0}}"));
    assert_eq!(once.as_object().map(super::Object::len), Some(100_001));
    // Collecting and comparing are as careful: pairs would take minutes here.
    let reversed: super::Object = once.clone().into_object().into_iter().flatten().collect();
    let mut members: Vec<_> = reversed.into_iter().collect();
    members.reverse();
    members.push(("7".into(), Value::from(0)));
    let reversed: super::Object = members.into_iter().collect();
    assert_eq!(once, Value::from(reversed));

    let twice = bad(&format!("{text}\"70000\":0}}"));
    assert_eq!(twice.kind, ReadErrorKind::Duplicate { name: "70000".into() });
    assert_eq!(twice.offset, text.len());
}

#[test]
fn the_first_of_several_late_repeats_is_reported() {
    let names: Vec<String> = (0..40).map(|name| format!("\"{name:02}\":0")).collect();
    let text = format!("{{{},\"39\":0,\"00\":0}}", names.join(","));
    let error = bad(&text);
    assert_eq!(error.kind, ReadErrorKind::Duplicate { name: "39".into() });
    assert_eq!(text.get(error.offset..), Some("\"39\":0,\"00\":0}"));
}

#[test]
fn a_long_string_is_read_whole_wherever_its_escapes_fall() {
    for before in 0..40 {
        for escape in ["\\n", "\\\"", "\\u00e9", "\\ud83d\\ude39", "é"] {
            let text = format!("\"{}{escape}{}\"", "x".repeat(before), "y".repeat(9));
            let ours = good(&text);
            let theirs: String = serde_json::from_str(&text).expect("good JSON");
            assert_eq!(ours.as_str(), Some(theirs.as_str()));
        }
    }
}
