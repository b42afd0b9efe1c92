//! One intent, one decision, whichever door it comes through.
//!
//! An intent is an operation, its subject, a change and a caller. It is put in the words of each door; all of them must
//! refuse it for the same reason, or send the very same requests.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sso_config_gateway::gateway::Gateway;
use sso_config_gateway::http::message::Outcome;
use sso_config_gateway::vendor::{Holds, Member, Operation, Query, Rule, Segment, Vendor};

use crate::support::{NOW, Request, Run, answered, gateway_with, pem, request, run_at, sha256_hex, token};

/// What is meant, in no door's words.
struct Intent {
    vendor: Vendor,
    operation: &'static Operation,
    params: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    body: Option<Map<String, Value>>,
    token: &'static str,
}

/// The words of one door.
type Ask = fn(&Intent) -> Request;

/// How each door is asked for one thing.
const DOORS: &[(&str, Ask)] = &[
    ("native, bare", |intent| native(intent, "")),
    ("native, named", |intent| native(intent, &format!("/{}", upstream(intent.vendor)))),
    ("tools by vendor", |intent| tools(intent, intent.vendor.name(), intent.operation.name, Value::Object)),
    ("tools by upstream, typed in", |intent| {
        let loud = intent.operation.name.to_uppercase().replace('_', "-");
        tools(intent, upstream(intent.vendor), &loud, |arguments| Value::Object(typed_in(arguments, intent.operation)))
    }),
    ("tools, enveloped", |intent| {
        tools(intent, intent.vendor.name(), intent.operation.name, |arguments| json!({ "args": arguments }))
    }),
];

fn upstream(vendor: Vendor) -> &'static str {
    if vendor == Vendor::Stytch { "stytch-test" } else { vendor.name() }
}

fn authorized(request: Request, token: &str) -> Request {
    request.header("authorization", &format!("Bearer {token}"))
}

fn native(intent: &Intent, prefix: &str) -> Request {
    let path = intent.operation.path.iter().map(|segment| match segment {
        Segment::Literal(literal) => (*literal).to_owned(),
        Segment::Param(param) => intent.params.iter().find(|(name, _)| *name == param.name).unwrap().1.clone(),
    });
    let path = path.collect::<Vec<_>>().join("/");
    let query = intent.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    let body = intent.body.as_ref().map(|body| Value::Object(body.clone()).to_string()).unwrap_or_default();
    let method = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    let method = method.into_iter().find(|verb| intent.operation.method == *verb).unwrap();
    authorized(request(method, &format!("{prefix}/{path}{mark}{query}"), &body), intent.token)
}

fn tools(intent: &Intent, provider: &str, name: &str, shape: impl Fn(Map<String, Value>) -> Value) -> Request {
    let values = intent.params.iter().chain(&intent.query).map(|(name, value)| ((*name).to_owned(), json!(value)));
    let arguments = values.chain(intent.body.clone().into_iter().flatten()).collect();
    authorized(request("POST", &format!("/tools/{provider}/{name}"), &shape(arguments).to_string()), intent.token)
}

/// A form that knows no types: lists and objects are the text that was typed.
fn typed_in(arguments: Map<String, Value>, operation: &Operation) -> Map<String, Value> {
    let members = operation.body.map_or(&[][..], |body| body.members);
    let composite = |name: &str| {
        members.iter().any(|member| {
            member.name == name
                && matches!(
                    member.holds,
                    Holds::Texts(..)
                        | Holds::Map(_)
                        | Holds::Roles(_)
                        | Holds::GroupRoles(_)
                        | Holds::Mapping { .. }
                        | Holds::Object { .. }
                        | Holds::Anything(_)
                )
        })
    };
    let typed = |name: &str, value: Value| match value {
        Value::Array(_) | Value::Object(_) if composite(name) => Value::String(value.to_string()),
        value => value,
    };
    arguments.into_iter().map(|(name, value)| (name.clone(), typed(&name, value))).collect()
}

/// What came of it, in no door's words: the reason and the problems, or the requests that were sent.
fn decision(gateway: &Gateway, request: &Request) -> String {
    let run = run_at(gateway, request, NOW, |sent, _| if sent.is_token() { token() } else { gone() });
    let sent: Vec<String> =
        run.upstream().iter().map(|sent| format!("{} {} {}", sent.method, sent.url, sent.body)).collect();
    format!("{:?} {:?} {sent:?}", run.error(), problems(&run))
}

/// The upstream's own word, the same on every door.
fn gone() -> Outcome {
    answered(
        404,
        r#"{"status_code":404,"error_type":"connection_not_found","code":"entity.not_found","ErrorCode":901}"#,
    )
}

fn problems(run: &Run) -> Vec<String> {
    if run.error() == Some("invalid_body") { run.problems() } else { Vec::new() }
}

/// Numbers that look random and are the same every time (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

/// A value that the member may well have, or now and then something else.
fn value(dice: &mut Dice, member: &Member) -> Value {
    if dice.roll(12) == 0 {
        return dice.pick(&[&json!(null), &json!(7), &json!(""), &json!([]), &json!({}), &json!("[redacted]")]).clone();
    }
    let text = |dice: &mut Dice, rule: &Rule| match rule {
        Rule::Url(_) | Rule::Image => {
            json!(dice.pick(&["https://idp.example.com/a", "http://10.0.0.1/", "javascript:x"]))
        }
        Rule::Certificate(..) => json!(pem(dice.pick(&["certificate", "pkcs8"]))),
        Rule::RsaKey => json!(pem(dice.pick(&["pkcs1", "pkcs8"]))),
        Rule::Domain(_) => json!(dice.pick(&["acme.example", "gmail.com"])),
        Rule::ProviderName => json!(dice.pick(&["mine", "theirs"])),
        _ => json!(dice.pick(&["mine", "a text"])),
    };
    match &member.holds {
        Holds::Text(_, rule) | Holds::Secret(_, rule) | Holds::OneOf(_, rule) => text(dice, rule),
        Holds::Choice(_, words) => json!(dice.pick(words).0),
        Holds::Flag(_) | Holds::NotFlag(_) => json!(dice.roll(2) == 0),
        Holds::Texts(_, rule) => json!([text(dice, rule)]),
        Holds::Words(_) => json!("openid email"),
        Holds::Map(_) => json!({ "a": "b" }),
        Holds::Roles(_) => json!([{ "role_id": "admin" }]),
        Holds::GroupRoles(_) => json!([{ "role_id": "admin", "group": "g" }]),
        Holds::Mapping { known, .. } => known.iter().map(|(key, _)| ((*key).to_owned(), json!("claim"))).collect(),
        Holds::Object { members, .. } => Value::Object(body(dice, members)),
        Holds::PathValue(_) => json!("mine"),
        Holds::Anything(_) => json!({ "any": 1 }),
    }
}

fn body(dice: &mut Dice, members: &'static [Member]) -> Map<String, Value> {
    let mut body = Map::new();
    for _ in 0..dice.roll(5) {
        if members.is_empty() {
            break;
        }
        let member = &members[dice.roll(members.len())];
        // Said once, in the path: where all values are in one object there is no second place to say it.
        if matches!(member.holds, Holds::PathValue(_)) {
            continue;
        }
        body.insert(member.name.to_owned(), value(dice, member));
    }
    if dice.roll(15) == 0 {
        body.insert("unknown_member".to_owned(), json!(1));
    }
    body
}

const ALL: &str = "ssogw_all-000000000000000000000000000000000000000";
const LISTED: &str = "ssogw_listed-000000000000000000000000000000000000";
const READER: &str = "ssogw_reader-000000000000000000000000000000000000";
const RULED: &str = "ssogw_ruled-0000000000000000000000000000000000000";
const NARROW: &str = "ssogw_narrow-000000000000000000000000000000000000";

fn callers() -> Gateway {
    let caller = |token: &str, access: &str, whose: &Value, more: &Value| {
        let grants: Vec<Value> =
            [("stytch-test", "organizations"), ("logto", "connections"), ("loginradius", "connections")]
                .iter()
                .map(|(upstream, key)| {
                    let mut grant = json!({ "upstream": upstream, "access": access, *key: whose });
                    grant.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                    grant
                })
                .collect();
        json!({ "token_sha256": sha256_hex(token), "grants": grants })
    };
    let mut narrow = caller(NARROW, "write", &json!("all"), &json!({}));
    for (grant, operation) in narrow["grants"].as_array_mut().unwrap().iter_mut().zip([
        "list_connections",
        "update_connector",
        "list_saml_providers",
    ]) {
        grant["operations"] = json!([operation]);
    }
    gateway_with(&json!({
        "CALLER_ALL": caller(ALL, "write", &json!("all"), &json!({})),
        "CALLER_LISTED": caller(LISTED, "write", &json!(["mine", "organization-test-mine"]), &json!({})),
        "CALLER_READER": caller(READER, "read", &json!("all"), &json!({})),
        "CALLER_RULED": caller(RULED, "write", &json!("all"), &json!({ "fields": { "deny": ["idp", "roles", "issuer", "branding"] } })),
        "CALLER_NARROW": narrow,
    }))
}

fn intent(dice: &mut Dice) -> Intent {
    let vendor = dice.pick(Vendor::ALL);
    let operations = vendor.dialect().operations;
    let operation = &operations[dice.roll(operations.len())];
    let subject = ["mine", "theirs", "organization-test-mine", "organization-test-theirs"];
    let params = operation.path.iter().filter_map(|segment| match segment {
        Segment::Param(param) => Some((param.name, dice.pick(&subject).to_owned())),
        Segment::Literal(_) => None,
    });
    let params = params.collect();
    let mut query = Vec::new();
    for known in operation.query {
        if let (Query::Number(name, ..), 0) = (known, dice.roll(2)) {
            query.push((*name, dice.pick(&["1", "7", "100"]).to_owned()));
        }
    }
    let body = operation.body.map(|table| body(dice, table.members));
    Intent {
        vendor,
        operation,
        params,
        query,
        body,
        token: dice.pick(&[ALL, ALL, LISTED, READER, RULED, RULED, RULED, NARROW, "ssogw_nobody"]),
    }
}

#[test]
fn t04_the_same_intent_gets_the_same_decision_on_every_door() {
    let gateway = callers();
    let mut dice = Dice(1);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..1_000 {
        let intent = intent(&mut dice);
        let decisions: Vec<(&str, String)> =
            DOORS.iter().map(|(door, ask)| (*door, decision(&gateway, &ask(&intent)))).collect();
        let first = &decisions[0].1;
        for (door, decision) in &decisions {
            assert_eq!(decision, first, "intent {number}, {} at {door}: {:?}", intent.operation.name, intent.body);
        }
        *reasons.entry(first.split(' ').next().unwrap().to_owned()).or_default() += 1;
    }
    // All kinds of decisions occurred, none of them hardly ever.
    for reason in [
        "None",
        r#"Some("unauthenticated")"#,
        r#"Some("forbidden")"#,
        r#"Some("field_not_granted")"#,
        r#"Some("invalid_body")"#,
    ] {
        assert!(reasons.get(reason).is_some_and(|count| *count >= 20), "{reason}: {reasons:?}");
    }
}
