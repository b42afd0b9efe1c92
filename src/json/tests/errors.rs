//! What errors say, and what they keep quiet.

use super::{ReadErrorKind as Kind, bad, good};

#[test]
fn an_error_tells_byte_line_character_and_place() {
    let error = bad("{\n  \"é\": {\"list\": [1, \"ü\", 01]}}");
    assert_eq!(error.kind, Kind::BadNumber);
    assert_eq!(error.offset, 30);
    assert_eq!((error.line, error.column), (2, 27));
    assert_eq!(error.pointer, "/é/list/2");
    assert!(error.to_string().ends_with("(line 2, column 27)"), "{error}");
}

#[test]
fn an_error_on_the_first_character_is_at_line_one_column_one() {
    let error = bad("]");
    assert_eq!((error.offset, error.line, error.column), (0, 1, 1));
    assert_eq!(error.pointer, "");
}

#[test]
fn an_invalid_byte_is_found_by_its_offset() {
    let error = super::read(b"{\"a\": \"\xc3\xa9\xff\"}", super::Limits::REQUEST).expect_err("it is not UTF-8");
    assert_eq!(error.kind, Kind::NotUtf8);
    assert_eq!((error.offset, error.column), (9, 9));
}

#[test]
fn a_repeat_is_named_with_the_object_it_is_in() {
    let error = bad(r#"{"a/b": [{"x": 1, "\u0078": 2}]}"#);
    assert_eq!(error.kind, Kind::Duplicate { name: "x".into() });
    assert_eq!(error.pointer, "/a~1b/0");
    assert_eq!(
        error.to_string(),
        "the member \"x\" appears more than once in an object; send it once (line 1, column 19)"
    );
}

#[test]
fn a_long_or_unprintable_name_is_cut_and_escaped() {
    let long = "n".repeat(1_000);
    let Kind::Duplicate { name } = bad(&format!("{{\"{long}\":1,\"{long}\":2}}")).kind else {
        panic!("the name is there twice");
    };
    assert_eq!(name, format!("{}…", "n".repeat(64)));

    let sly = r"a\r\n\u0000\u001b[2J\u202e\u2028\u200b\u0085";
    let error = bad(&format!("{{\"{sly}\":{{\"{sly}\":1,\"{sly}\":2}}}}"));
    let shown = format!("{error} {}", error.pointer);
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(!shown.contains(['\u{202e}', '\u{2028}', '\u{200b}']), "{shown:?}");
}

#[test]
fn a_pointer_of_many_long_names_is_cut() {
    let name = "n".repeat(200);
    let error = bad(&format!("{{\"{name}\":").repeat(60));
    assert!(error.pointer.len() < 1_100, "{} bytes", error.pointer.len());
    assert!(error.pointer.ends_with("/…"));
}

#[test]
fn an_error_never_quotes_a_value() {
    let secret = "s3cr3t-value";
    for text in [
        format!("\"{secret}"),
        format!("\"{secret}\\x\""),
        format!("\"{secret}\n\""),
        format!("[\"{secret}\" 1]"),
        format!("[{secret}]"),
        format!("'{secret}'"),
        format!("{{\"a\":\"{secret}\",\"a\":\"{secret}\"}}"),
        format!("{{}} {secret}"),
        format!("[1{secret}]"),
        format!("[t{secret}]"),
    ] {
        let error = bad(&text);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn debug_shows_the_shape_and_no_contents() {
    let value = good(r#"{"secret":"hunter2","pin":1234,"on":true,"list":[null,"x",{"k":[]}]}"#);
    assert_eq!(
        format!("{value:?}"),
        r#"{"secret": a string, "pin": a number, "on": a boolean, "list": [null, a string, {"k": []}]}"#
    );
    let pin = super::super::Number::from_u64(1234);
    assert_eq!(format!("{pin:?}"), "a number");
}
