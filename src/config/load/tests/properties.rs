//! Whatever the bindings hold: no panic, no value in a message, and nothing half-configured.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Map, Value, json};

use super::{full, load, sandbox, valid};

/// In every generated value that is not a number or a known word, and in no key.
const MARK: &str = "kAnArI";

/// One change to a configuration.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Value),
    Remove,
    Insert(String, Value),
    AsText,
    Twice,
}

/// Names that mean something somewhere.
const KEYS: &str = "\
    GATEWAY UPSTREAM_STYTCH_TEST UPSTREAM_LOGTO UPSTREAM_NEW CALLER_PORTAL CALLER_NEW LOGTO_SECRET \
    NEW_SECRET public_origin deadline_s vendor base_url aliases default unknown_members checks \
    credential kind username client_id secret token_url resource audience token_sha256 origins \
    grants upstream access operations organizations connections fields allow deny retarget_secrets \
    session issuer jwks_url keys algorithms organization_claim form claim leeway_s lifetime_s rate_limit binding \
    period_s kid kty crv x n e use CALLER_JWT CALLER_DOCS SESSION_KEY limits";

/// Values that mean something somewhere.
const TEXTS: &str = "\
    * all claim read write basic client_credentials logto loginradius stytch forward off idp roles \
    update_saml_connection logto stytch-test LOGTO_SECRET NO_SUCH_SECRET GATEWAY UPSTREAM_LOGTO \
    http://localhost:8787 https://gateway.example.com https://test.stytch.com \
    sandbox-logto-secret-not-a-real-one {} [] SESSION_KEY JWT_RATE_LIMIT id slug RS256 none HS256 off \
    https://login.example.com EC OKP P-256 sig enc";

fn words(list: &str) -> Vec<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![9 => select(words(KEYS)), 1 => "\\PC{0,12}"]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        select(words(TEXTS)),
        "[ -~]{0,20}".prop_map(|rest| format!("{MARK}{rest}")),
        "[a-z0-9]{1,9}".prop_map(|rest| format!("https://{MARK}{rest}.example.com/{rest}")),
        "[a-z0-9]{1,9}".prop_map(|rest| format!("https://{rest}{MARK}@{rest}.example.com")),
        "\\PC{0,20}".prop_map(|rest| format!("{rest}{MARK}\n")),
        "[0-9a-f]{58}".prop_map(|rest| format!("{MARK}{rest}")),
        "[0-9a-fA-F]{64}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        6 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((key(), inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn edits() -> impl Strategy<Value = Vec<(Index, Edit)>> {
    let edit = prop_oneof![
        4 => value().prop_map(Edit::Replace),
        2 => Just(Edit::Remove),
        3 => (key(), value()).prop_map(|(key, value)| Edit::Insert(key, value)),
        1 => Just(Edit::AsText),
        1 => Just(Edit::Twice),
    ];
    vec((any::<Index>(), edit), 0..6)
}

/// Where every value of a document is.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{at}/{key}"), found);
            }
        }
        _ => {}
    }
}

fn apply(document: &mut Value, place: Index, edit: Edit) {
    let mut found = Vec::new();
    pointers(document, "", &mut found);
    // The root stays an object, or little else would be tried.
    let Some(pointer) = found.get(1..).filter(|rest| !rest.is_empty()).map(|rest| place.get(rest)) else {
        return;
    };
    let target = document.pointer_mut(pointer).expect("a pointer just found");
    match (edit, target) {
        (Edit::Replace(new), target) => *target = new,
        (Edit::Insert(key, new), Value::Object(members)) => drop(members.insert(key, new)),
        (Edit::Insert(_, new), Value::Array(items)) => items.push(new),
        (Edit::Insert(key, new), target) => *target = json!({ key: new }),
        (Edit::AsText, target) => *target = Value::String(target.to_string()),
        (Edit::Twice, target) => *target = json!([target, target]),
        (Edit::Remove, _) => {
            let (parent, key) = pointer.rsplit_once('/').expect("not the root");
            match document.pointer_mut(parent) {
                Some(Value::Object(members)) => {
                    drop(members.remove(&key.replace("~1", "/").replace("~0", "~")));
                }
                Some(Value::Array(items)) => drop(items.pop()),
                _ => {}
            }
        }
    }
}

/// Every text that is a value, and every key; texts that hold JSON are looked into.
fn texts(value: &Value, values: &mut Vec<String>, keys: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            values.push(text.clone());
            if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                texts(&inner, values, keys);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, values, keys)),
        Value::Object(members) => {
            for (key, member) in members {
                keys.push(key.clone());
                texts(member, values, keys);
            }
        }
        _ => {}
    }
}

fn is_secret_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Loads it, and judges the outcome.
fn judge(document: &Value) {
    let (mut values, mut keys) = (Vec::new(), Vec::new());
    texts(document, &mut values, &mut keys);
    let entries = |prefix: &str| {
        document.as_object().map_or(0, |members| members.keys().filter(|key| key.starts_with(prefix)).count())
    };
    match load(&document.to_string()) {
        Ok(settings) => {
            assert!(!settings.upstreams.is_empty());
            assert_eq!(settings.upstreams.len(), entries("UPSTREAM_"));
            assert_eq!(settings.callers.len(), entries("CALLER_"));
            for caller in &settings.callers {
                assert!(!caller.grants.is_empty());
                assert!(caller.grants.iter().all(|grant| settings.upstream(&grant.upstream).is_some()));
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            // Words of ours, and names of entries in lower case; a message may quote these.
            let names: Vec<_> = keys.iter().map(|key| key.to_lowercase().replace('_', "-")).collect();
            let ours = |text: &str| {
                let text = text.trim_matches('"');
                text.len() < 8
                    || ["loginradius", "client_credentials", "https://"].contains(&text)
                    || is_secret_name(text)
                    || names.iter().chain(&keys).any(|name| name.contains(text))
            };
            for said in mistakes.iter().map(ToString::to_string) {
                assert!(!said.contains(MARK), "{said}");
                assert!(!said.contains(char::is_control), "{said}");
                let leaked = values.iter().find(|text| said.contains(*text) && !ours(text));
                assert_eq!(leaked, None, "{said}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn edited_configurations(published: bool, edits in edits()) {
        let mut document = if published { sandbox() } else { full() };
        for (place, edit) in edits {
            apply(&mut document, place, edit);
        }
        judge(&document);
    }

    #[test]
    fn arbitrary_bindings(members in vec((key(), value()), 0..8)) {
        judge(&Value::Object(members.into_iter().collect::<Map<_, _>>()));
    }

    #[test]
    fn arbitrary_entries(kind in "(GATEWAY|UPSTREAM_[A-Z_]{0,4}|CALLER_[A-Z]{0,3})", text in "\\PC{0,40}") {
        judge(&json!({ kind: text }));
    }

    #[test]
    fn torn_configurations(cut: Index, noise in "\\PC{0,3}") {
        let text = valid().to_string();
        let place = cut.index(text.len());
        let (Some(head), Some(tail)) = (text.get(..place), text.get(place..)) else { return Ok(()) };
        let _ = load(head);
        let _ = load(&format!("{head}{noise}{tail}"));
        let _ = load(&noise);
    }

    #[test]
    fn arbitrary_origins(address in "(https?://)?(\\PC{0,20}|[a-z0-9.:@/\\[\\]%*-]{0,24})") {
        let mut document = valid();
        let places = ["GATEWAY/public_origin", "UPSTREAM_LOGTO/base_url", "UPSTREAM_LOGINRADIUS/credential/token_url"];
        for place in places {
            *document.pointer_mut(&format!("/{place}")).expect("a member") = json!(address);
        }
        judge(&document);
    }
}
