//! Values, objects, numbers and pointers.

use super::{Value, good, written};
use crate::json::{Number, Object, escape_pointer_token, object};

#[test]
fn order_and_number_spellings_survive() {
    let text = r#"{"z":1.0,"a":-0,"m":1e400,"b":123456789012345678901234567890,"c":1E+2}"#;
    assert_eq!(written(&good(text)), text);
}

#[test]
fn only_what_must_be_escaped_is() {
    let text = "\"\\ / \u{8}\t\n\u{c}\r\0\u{1f} \u{7f}é\u{2028}\u{1f600}";
    assert_eq!(written(&Value::from(text)), "\"\\\"\\\\ / \\b\\t\\n\\f\\r\\u0000\\u001f \u{7f}é\u{2028}\u{1f600}\"");
}

#[test]
fn objects_are_equal_in_any_order_and_arrays_are_not() {
    let one = good(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#);
    assert_eq!(one, good(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#));
    assert_ne!(one, good(r#"{"b":{"d":null,"c":[2,1]},"a":1}"#));
    assert_ne!(good(r#"{"a":1}"#), good(r#"{"a":1,"b":1}"#));
    assert_ne!(good(r#"{"a":1,"b":1}"#), good(r#"{"a":1,"c":1}"#));
    assert_ne!(good("{}"), good("[]"));
}

#[test]
fn comparing_deep_objects_takes_each_value_once() {
    let nest = |first: &str, second: &str| {
        let text = format!("{}0{}", first.repeat(60), second.repeat(60));
        good(&text)
    };
    // Two ways at each level would be 2⁶⁰ steps.
    assert_eq!(nest("{\"a\":1,\"b\":", "}"), nest("{\"b\":", ",\"a\":1}"));
    assert_ne!(nest("{\"a\":1,\"b\":", "}"), nest("{\"b\":", ",\"a\":2}"));
}

#[test]
fn numbers_are_equal_when_spelled_alike() {
    assert_ne!(good("1"), good("1.0"));
    assert_ne!(good("0"), good("-0"));
    assert_eq!(good("12345678901234567890"), good("12345678901234567890"));
}

#[test]
fn numbers_convert_only_when_written_as_whole() {
    let number = |text| Number::parse(text).expect("a number");
    assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
    assert_eq!(number("18446744073709551616").as_u64(), None);
    assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
    assert_eq!(number("-9223372036854775809").as_i64(), None);
    assert_eq!(number("-0").as_i64(), Some(0));
    for text in ["1.0", "1e3", "-0", "-1"] {
        assert_eq!(number(text).as_u64(), None, "{text}");
    }
    for text in ["", "+1", "01", " 1", "1 ", "1.", ".5", "NaN", "1é", "1\n"] {
        assert!(Number::parse(text).is_none(), "{text}");
    }
    assert_eq!(Number::from_u64(u64::MAX).lexeme(), "18446744073709551615");
    assert_eq!(Number::from_i64(i64::MIN).lexeme(), "-9223372036854775808");
}

#[test]
fn a_member_is_replaced_in_place_or_appended() {
    let mut object = object! { "a" => 1, "b" => "two", "c" => true };
    assert_eq!(object.insert("b", 2), Some(Value::from("two")));
    assert_eq!(object.insert("d", Value::Null), None);
    assert_eq!(object.names().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert_eq!(object.remove("a"), Some(Value::from(1)));
    assert_eq!(object.remove("a"), None);
    assert!(object.contains("d") && !object.contains("a"));
    for (_, value) in &mut object {
        if value.is_null() {
            *value = Value::from(vec![1_u64, 2]);
        }
    }
    object.retain(|name, _| name != "c");
    assert_eq!(object.to_bytes(), br#"{"b":2,"d":[1,2]}"#);
    assert_eq!(object.len(), 2);
    assert!(Object::new().is_empty());
    assert!((object! {}).is_empty());
}

#[test]
fn collecting_a_name_twice_keeps_first_place_and_last_value() {
    let object = object! { "a" => 1, "b" => object! { "x" => 1 }, "a" => 3 };
    assert_eq!(object.to_bytes(), br#"{"a":3,"b":{"x":1}}"#);
}

#[test]
fn pointers_follow_the_examples_of_their_rfc() {
    let text = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9}"#;
    let mut value = good(text);
    for (pointer, found) in [
        ("/foo/0", "\"bar\""),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
        ("/~01", "9"),
    ] {
        assert_eq!(value.pointer(pointer).map(written).as_deref(), Some(found));
    }
    assert_eq!(value.pointer(""), Some(&good(text)));
    for nowhere in [
        "foo",
        "foo/0",
        "/foo/00",
        "/foo/+0",
        "/foo/-",
        "/foo/2",
        "/foo/",
        "/foo/0/x",
        "/a/b",
        "/m~n",
        "/m~2n",
        "/m~",
        "//",
        "/foo/99999999999999999999999",
    ] {
        assert_eq!(value.pointer(nowhere), None, "{nowhere}");
        assert_eq!(value.pointer_mut(nowhere), None, "{nowhere}");
    }
    *value.pointer_mut("/foo/1").expect("it is there") = Value::Null;
    assert_eq!(value.pointer("/foo/1"), Some(&Value::Null));
    assert_eq!(escape_pointer_token("a/b~1"), "a~1b~01");
}

#[test]
fn kinds_have_names_for_sentences() {
    let kinds = good(r#"[null,true,1,"",[],{}]"#);
    let names: Vec<_> = kinds.as_array().into_iter().flatten().map(Value::kind_name).collect();
    assert_eq!(names, ["null", "a boolean", "a number", "a string", "an array", "an object"]);
}
