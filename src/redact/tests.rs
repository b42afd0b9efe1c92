//! Laws of blanking: nothing secret stays, nothing else goes, twice is once.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::json::{self, Object};
use crate::vendor::Vendor;

const SECRET: &str = "a-stored-secret-0123456789";

fn read(text: &str) -> Value {
    json::read(text.as_bytes(), json::Limits::ANSWER).unwrap_or(Value::Null)
}

fn written(value: &Value) -> String {
    String::from_utf8(value.to_bytes()).unwrap_or_default()
}

fn redacted(vendor: Vendor, text: &str) -> String {
    let mut value = read(text);
    redact(&mut value, vendor.dialect().secrets);
    written(&value)
}

#[test]
fn the_documented_places_are_blanked_and_their_neighbours_are_not() {
    for (vendor, text, expected) in [
        (
            Vendor::Logto,
            r#"{"config":{"clientSecret":"s"},"clientSecret":"s"}"#,
            r#"{"config":{"clientSecret":"[redacted]"},"clientSecret":"s"}"#,
        ),
        (
            Vendor::LoginRadius,
            r#"{"IdpCertificate":{"Key":"s","Certificate":"c"},"Data":[{"AppName":"a","Key":"s","key":"k"}]}"#,
            r#"{"IdpCertificate":{"Key":"[redacted]","Certificate":"c"},"Data":[{"AppName":"a","Key":"[redacted]","key":"k"}]}"#,
        ),
        (
            Vendor::LoginRadius,
            r#"{"Headers":{"a":"s","b":["s"],"c":{}},"headers":{"a":"s"}}"#,
            r#"{"Headers":{"a":"[redacted]","b":"[redacted]","c":"[redacted]"},"headers":{"a":"s"}}"#,
        ),
        (
            Vendor::Stytch,
            r#"[{"encryption_private_keys":[{"private_key":"s","private_key_id":"i"}]}]"#,
            r#"[{"encryption_private_keys":[{"private_key":"[redacted]","private_key_id":"i"}]}]"#,
        ),
    ] {
        assert_eq!(redacted(vendor, text), expected);
    }
}

/// Trees of a few member names, the vendors' own among them.
fn tree() -> BoxedStrategy<Value> {
    let names = vec![
        "config",
        "clientSecret",
        "providerConfig",
        "IdpCertificate",
        "SpCertificate",
        "Key",
        "ApplicationSecret",
        "Headers",
        "QueryParam",
        "private_key",
        "client_secret",
        "signing_private_key",
        "saml_encryption_private_key",
        "a",
        "B",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        Just(Value::from(SECRET)),
        Just(Value::from("")),
        Just(read("1.50"))
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((select(names.clone()), inner), 0..5).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Object>()
            )),
        ]
    })
    .boxed()
}

/// Places of texts that stayed as they were, as member names from the root.
fn survivors(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match value {
        Value::String(text) if text == SECRET => found.push(at.clone()),
        Value::Array(list) => list.iter().for_each(|entry| survivors(entry, at, found)),
        Value::Object(object) => {
            for (name, entry) in object {
                at.push(name.to_owned());
                survivors(entry, at, found);
                at.pop();
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_at_a_secret_place_survives_at_any_depth(vendor in select(Vendor::ALL), tree in tree()) {
        let mut value = tree;
        redact(&mut value, vendor.dialect().secrets);
        let mut found = Vec::new();
        survivors(&value, &mut Vec::new(), &mut found);
        for at in found {
            for path in vendor.dialect().secrets {
                let tail = at.iter().rev().zip(path.iter().rev()).filter(|(name, known)| **known == "*" || name == *known).count();
                prop_assert!(tail < path.len() || at.len() < path.len(), "{:?} survived as {:?}", path, at);
            }
        }
    }

    #[test]
    fn twice_is_once(vendor in select(Vendor::ALL), tree in tree()) {
        let mut once = tree;
        redact(&mut once, vendor.dialect().secrets);
        let text = written(&once);
        redact(&mut once, vendor.dialect().secrets);
        prop_assert_eq!(written(&once), text);
    }

    #[test]
    fn an_answer_without_secrets_is_not_touched(text in "\\PC{0,60}", name in "[a-zA-Z]{1,4}") {
        let mut object = Object::new();
        object.insert(name, Value::Array(vec![Value::from(text), read("1.0")]));
        let mut value = Value::Object(object);
        let before = written(&value);
        for vendor in Vendor::ALL {
            redact(&mut value, vendor.dialect().secrets);
        }
        prop_assert_eq!(written(&value), before);
    }
}
