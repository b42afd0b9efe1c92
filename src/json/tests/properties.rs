//! Laws of the reader and the writer, over generated values, texts and bytes.

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::written;
use crate::json::{Limits, Number, ReadErrorKind, Value, read};

fn numbers() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?"
}

fn strings() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,24}",
        "(?s).{0,16}",
        prop::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter),
        "[\"\\\\/\u{0}-\u{1f}a]{0,12}",
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        numbers().prop_map(|text| Value::Number(Number::parse(&text).expect("a number"))),
        strings().prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((strings(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            prop::collection::vec(("[a-d]{0,2}", any::<u8>().prop_map(|byte| Value::from(u32::from(byte)))), 15..30)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pieces that JSON is made of, put together mostly wrong.
fn near_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "[", "]", "{", "}", ",", ":", "\"", "\"a\"", "\"a\":", "0", "-", "1", ".", "e", "E+",
            "true", "false", "null", " ", "\n", "\t", "\\", "\\u", "\\u0041", "\\ud800",
            "\\udc00", "\\n", "[]", "{}", "\"\"", "1.5", "1e9", "'", "/", "/**/", "\u{feff}",
            "\u{a0}", "\0", "\u{c}", "NaN", "nul", "+", "é", "\u{1f600}", "x",
        ]).prop_map(str::to_owned),
        1 => numbers(),
        1 => strings().prop_map(|text| written(&Value::from(text))),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A good text with one character replaced, removed or added.
fn damaged_json() -> impl Strategy<Value = String> {
    let damage = prop::sample::select("[]{}:,\"\\0-.eE+tn \n\0'/u".chars().collect::<Vec<_>>());
    (values(), any::<prop::sample::Index>(), damage, 0..3).prop_map(|(value, at, new, how)| {
        let mut text: Vec<char> = written(&value).chars().collect();
        let at = at.index(text.len());
        match how {
            0 => text[at] = new,
            1 => drop(text.remove(at)),
            _ => text.insert(at, new),
        }
        text.into_iter().collect()
    })
}

fn agrees_with_the_grammar(text: &str) -> Result<(), TestCaseError> {
    let theirs = serde_json::from_str::<IgnoredAny>(text).is_ok();
    match read(text.as_bytes(), Limits::REQUEST) {
        Ok(_) => prop_assert!(theirs, "only we read {:?}", text),
        Err(error) => match error.kind {
            ReadErrorKind::Duplicate { .. } | ReadErrorKind::TooDeep { .. } | ReadErrorKind::LoneSurrogate => {}
            _ => prop_assert!(!theirs, "only we refuse {:?}: {}", text, error),
        },
    }
    Ok(())
}

/// Whether another parser's value has the same members, in the same order where it has one, the
/// same strings, and numbers of the same spelling read by itself.
fn means_the_same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(one), serde_json::Value::Bool(other)) => one == other,
        (Value::Number(one), other) => serde_json::from_str(one.lexeme()).ok().as_ref() == Some(other),
        (Value::String(one), serde_json::Value::String(other)) => one == other,
        (Value::Array(one), serde_json::Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| means_the_same(one, other))
        }
        (Value::Object(one), serde_json::Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| means_the_same(value, other)))
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_is_written_reads_back_equal_and_in_order(value in values()) {
        let text = value.to_bytes();
        let again = read(&text, Limits::ANSWER).expect("it was written here");
        prop_assert!(again == value, "{}", text.escape_ascii());
        prop_assert_eq!(again.to_bytes(), text);
    }

    #[test]
    fn another_parser_reads_the_same_from_what_is_written(value in values()) {
        let text = value.to_bytes();
        if let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(&text) {
            prop_assert!(means_the_same(&value, &theirs), "{}", text.escape_ascii());
        } else {
            // Only a number that it cannot hold stops it.
            prop_assert!(serde_json::from_slice::<IgnoredAny>(&text).is_ok());
        }
    }

    #[test]
    fn the_text_of_another_writer_reads_the_same(value in values()) {
        if let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(&value.to_bytes()) {
            let text = serde_json::to_vec_pretty(&theirs).expect("it was just read");
            let ours = read(&text, Limits::ANSWER).expect("it is good JSON");
            let back = serde_json::from_slice(&text).expect("it was just written");
            prop_assert!(means_the_same(&ours, &back), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        if let Err(error) = read(&bytes, Limits::REQUEST) {
            prop_assert!(error.offset <= bytes.len());
        }
    }

    #[test]
    fn near_json_is_judged_by_the_grammar(text in near_json()) {
        agrees_with_the_grammar(&text)?;
    }

    #[test]
    fn damaged_json_is_judged_by_the_grammar(text in damaged_json()) {
        agrees_with_the_grammar(&text)?;
    }

    #[test]
    fn a_cut_text_is_never_read_as_a_whole_one(value in values(), cut in any::<prop::sample::Index>()) {
        // Inside brackets: a number by itself can be cut to a shorter number.
        let text = Value::Array(vec![value]).to_bytes();
        let cut = cut.index(text.len());
        prop_assert!(read(&text[..cut], Limits::ANSWER).is_err());
    }

    #[test]
    fn a_member_sent_again_is_refused_wherever_it_stands(
        names in prop::collection::btree_set("[a-z]{1,3}", 1..40),
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut members: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
        let letters = which.get(&Vec::from_iter(&names)).bytes();
        let again: Vec<String> = letters.map(|letter| format!("\\u{letter:04x}")).collect();
        let again = again.concat();
        let once = format!("{{{}}}", members.join(","));
        prop_assert!(read(once.as_bytes(), Limits::REQUEST).is_ok(), "{}", once);
        members.insert(place.index(members.len()), format!("\"{again}\":2"));
        let error = read(format!("{{{}}}", members.join(",")).as_bytes(), Limits::REQUEST)
            .expect_err("a name is there twice");
        let is_duplicate = matches!(error.kind, ReadErrorKind::Duplicate { .. });
        prop_assert!(is_duplicate, "{}", error);
    }

    #[test]
    fn a_path_to_a_value_finds_it(value in values()) {
        let mut places = vec![(String::new(), &value)];
        while let Some((pointer, here)) = places.pop() {
            prop_assert!(value.pointer(&pointer) == Some(here), "{}", pointer);
            for (name, inner) in here.as_object().into_iter().flatten() {
                places.push((format!("{pointer}/{}", crate::json::escape_pointer_token(name)), inner));
            }
            for (index, inner) in here.as_array().into_iter().flatten().enumerate() {
                places.push((format!("{pointer}/{index}"), inner));
            }
        }
    }
}
