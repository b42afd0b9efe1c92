//! The catalogue as an attack needs it: every operation with a request that is carried out and an answer that fits it.

use std::sync::LazyLock;

use serde_json::{Value, json};
use sso_config_gateway::canonical::Field;
use sso_config_gateway::http::message::{Outcome, Step};
use sso_config_gateway::vendor::{
    AnswerShape, Holds, Member, Operation, Param, ParamRole, Query, Required, Rule, Segment, Vendor, Writable,
};

use crate::support::{NOW, ORGANIZATION, Request, Run, answered, bindings, gateway, pem, request};

/// A connection that each vendor could have.
pub const ID: &str = "acmesaml0001";

/// Every operation of every vendor.
pub static CATALOGUE: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let cases = Vendor::ALL.iter().flat_map(|vendor| {
        vendor.dialect().operations.iter().map(|operation| Case::new(*vendor, operation)).collect::<Vec<_>>()
    });
    cases.collect()
});

/// An operation with what it takes to have it carried out.
pub struct Case {
    pub vendor: Vendor,
    pub operation: &'static Operation,
    /// Name of its upstream in the test's bindings.
    pub upstream: &'static str,
    /// Origin it is sent to.
    pub origin: String,
    /// The secret of that upstream.
    pub secret: String,
    /// A body that is accepted; empty where the operation takes none.
    pub body: String,
    /// Status and body of a success.
    pub answer: (u16, String),
}

impl Case {
    fn new(vendor: Vendor, operation: &'static Operation) -> Self {
        let upstream = if vendor == Vendor::Stytch { "stytch-test" } else { vendor.name() };
        let entry = format!("UPSTREAM_{}", upstream.to_uppercase().replace('-', "_"));
        let all: Value = serde_json::from_str(&bindings(&json!({}))).unwrap();
        let origin = all[&entry]["base_url"].as_str().unwrap().to_owned();
        let secret = all[all[&entry]["credential"]["secret"].as_str().unwrap()].as_str().unwrap().to_owned();
        let answer = success(operation);
        let mut case = Self { vendor, operation, upstream, origin, secret, body: String::new(), answer };
        case.body = body(&case);
        case
    }

    pub fn method(&self) -> &'static str {
        self.operation.method.as_str()
    }

    /// Path below the upstream's origin.
    pub fn native_path(&self) -> String {
        self.native_path_with(usize::MAX, "")
    }

    /// The same with `value`, as it is, at the path value of that number.
    pub fn native_path_with(&self, place: usize, value: &str) -> String {
        let mut number = 0;
        self.operation.path.iter().fold(String::new(), |path, segment| match segment {
            Segment::Literal(literal) => format!("{path}/{literal}"),
            Segment::Param(param) => {
                number += 1;
                format!("{path}/{}", if number == place.wrapping_add(1) { value } else { sample_value(param) })
            }
        })
    }

    /// Path at the gateway.
    pub fn path(&self) -> String {
        format!("/{}{}", self.upstream, self.native_path())
    }

    /// Path at the gateway with `value` at the path value of that number.
    pub fn path_with(&self, place: usize, value: &str) -> String {
        format!("/{}{}", self.upstream, self.native_path_with(place, value))
    }

    /// Its path values.
    pub fn params(&self) -> Vec<&'static Param> {
        let param = |segment: &'static Segment| match segment {
            Segment::Param(param) => Some(*param),
            Segment::Literal(_) => None,
        };
        self.operation.path.iter().filter_map(param).collect()
    }

    /// Its request, which is carried out.
    pub fn request(&self) -> Request {
        request(self.method(), &self.path(), &self.body)
    }

    /// Its request with another body.
    pub fn with_body(&self, body: &str) -> Request {
        request(self.method(), &self.path(), body)
    }

    /// A success.
    pub fn answered(&self) -> Outcome {
        answered(self.answer.0, &self.answer.1)
    }

    /// A success with `"name":text` in it. The text is put in as it is, escapes and all.
    pub fn spiked(&self, name: &str, text: &str) -> String {
        let spike = format!("\"{name}\":{text}");
        match self.answer.1.find('{') {
            Some(at) => format!("{}{{{spike},{}", &self.answer.1[..at], &self.answer.1[at + 1..]),
            None => format!("{{{spike}}}"),
        }
    }

    pub fn is_write(&self) -> bool {
        self.operation.method != http::Method::GET
    }
}

/// Operations that take a body.
pub fn writers() -> Vec<&'static Case> {
    CATALOGUE.iter().filter(|case| case.operation.body.is_some()).collect()
}

/// One operation of each vendor, a writing one.
pub fn one_per_vendor() -> Vec<&'static Case> {
    let of = |vendor: &Vendor| CATALOGUE.iter().find(|case| case.vendor == *vendor && !case.body.is_empty()).unwrap();
    Vendor::ALL.iter().map(of).collect()
}

/// A value for a place in a path.
pub fn sample_value(param: &Param) -> &'static str {
    let candidates = if param.role == ParamRole::Organization { [ORGANIZATION, ID] } else { [ID, ORGANIZATION] };
    candidates.into_iter().find(|value| (param.fits)(value)).expect("a sample that fits")
}

/// Names of query parameters that are sent on, with an acceptable value.
pub fn numbers(operation: &Operation) -> Vec<(&'static str, u32)> {
    let number = |query: &Query| if let Query::Number(name, min, _) = query { Some((*name, *min)) } else { None };
    operation.query.iter().filter_map(number).collect()
}

fn success(operation: &'static Operation) -> (u16, String) {
    let object = |id: &str, organization: Option<&str>| {
        let mut object = json!({ id: ID });
        if let Some(organization) = organization {
            object[organization] = json!(ORGANIZATION);
        }
        object
    };
    let body = if let AnswerShape::One { at, id, organization, .. } = &operation.answer {
        let object = object(id, *organization);
        if let Some(at) = at { json!({ *at: object }) } else { object }
    } else if let AnswerShape::List { at, id, organization, .. } = &operation.answer {
        let list = json!([object(id, *organization)]);
        let members = at.iter().map(|at| ((*at).to_owned(), list.clone()));
        if at.is_empty() { list.clone() } else { members.collect::<serde_json::Map<_, _>>().into() }
    } else if let AnswerShape::Things { at } = &operation.answer {
        let list = json!([{ "name": "thing" }]);
        if let Some(at) = at { json!({ *at: list }) } else { list }
    } else {
        return (204, String::new());
    };
    (200, body.to_string())
}

/// Finds a body that is accepted: what is required and, if possible, one member more.
fn body(case: &Case) -> String {
    let Some(body) = case.operation.body else { return String::new() };
    let plain = |member: &&Member| {
        member.writable == Writable::Yes && member.repeats.is_none() && !matches!(member.holds, Holds::PathValue(_))
    };
    let required = object(body.members);
    let more = body.members.iter().filter(plain).map(|member| {
        let mut body = required.clone();
        body[member.name] = sample(&member.holds);
        body
    });
    let gateway = gateway();
    more.chain([required.clone()])
        .map(|body| body.to_string())
        .find(|body| !matches!(gateway.begin(case.with_body(body).inbound(), NOW), Step::Answer { .. }))
        .unwrap_or_else(|| panic!("no sample body is accepted for {}", case.operation.name))
}

fn object(members: &[Member]) -> Value {
    let is_name = |member: &&Member| matches!(member.holds, Holds::Text(Field::Name, _));
    let needed = members.iter().filter(|member| member.required != Required::No || is_name(member));
    needed.map(|member| (member.name.to_owned(), sample(&member.holds))).collect::<serde_json::Map<_, _>>().into()
}

/// A value for a member.
#[allow(clippy::match_wildcard_for_single_variants, reason = "what is new is a text until it is known better")]
pub fn sample(holds: &Holds) -> Value {
    match holds {
        Holds::Text(Field::Name, _) | Holds::PathValue(_) => ID.into(),
        Holds::Text(_, rule) | Holds::OneOf(_, rule) | Holds::Secret(_, rule) => text(*rule).into(),
        Holds::Choice(_, choices) => choices[0].0.into(),
        Holds::Flag(_) | Holds::NotFlag(_) => true.into(),
        Holds::Texts(_, rule) => json!([text(*rule)]),
        Holds::Words(_) => "openid".into(),
        Holds::Map(_) => json!({ "key": "value" }),
        Holds::Roles(_) => json!([{ "role_id": "viewer" }]),
        Holds::GroupRoles(_) => json!([{ "role_id": "viewer", "group": "admins" }]),
        Holds::Mapping { known, .. } => {
            known.iter().map(|(name, _)| ((*name).to_owned(), json!("claim"))).collect::<serde_json::Map<_, _>>().into()
        }
        Holds::Object { members, .. } => object(members),
        _ => "sample".into(),
    }
}

#[allow(clippy::match_wildcard_for_single_variants, reason = "what is new is any text until it is known better")]
fn text(rule: Rule) -> String {
    match rule {
        Rule::Length(min, _) => "s".repeat(min.max(1)),
        Rule::Url(_) | Rule::Image => "https://idp.example.com/sso".to_owned(),
        Rule::Metadata => "<EntityDescriptor/>".to_owned(),
        Rule::Certificate(..) => pem("certificate").to_owned(),
        Rule::RsaKey => pem("pkcs1").to_owned(),
        Rule::Domain(_) => "acme.example".to_owned(),
        Rule::ProviderName => ID.to_owned(),
        _ => "sample".to_owned(),
    }
}

/// Pointers of all members of a body, at every depth, a known key of each mapping included.
pub fn pointers(members: &'static [Member], at: &str) -> Vec<String> {
    members.iter().fold(Vec::new(), |mut all, member| {
        let here = format!("{at}/{}", member.name);
        if let Holds::Object { members, .. } = &member.holds {
            all.extend(pointers(members, &here));
        }
        if let Holds::Mapping { known, .. } = &member.holds {
            all.extend(known.iter().map(|(name, _)| format!("{here}/{name}")));
        }
        all.push(here);
        all
    })
}

/// An object with `value`, a JSON text, at a pointer.
pub fn nested(pointer: &str, value: &str) -> String {
    pointer
        .split('/')
        .skip(1)
        .collect::<Vec<_>>()
        .iter()
        .rev()
        .fold(value.to_owned(), |inner, name| format!("{{\"{name}\":{inner}}}"))
}

/// Asserts that neither answer nor log has the marker, in its own spelling or in another case.
pub fn silent(run: &Run, marker: &str) {
    let marker = marker.to_lowercase();
    let found = |text: &str| text.to_lowercase().contains(&marker);
    assert!(!found(&run.body), "{}", run.body);
    for line in &run.raw_log {
        assert!(!found(line), "{line}");
    }
    for (name, value) in &run.headers {
        assert!(!found(name.as_str()) && !found(value.to_str().unwrap()), "{name}");
    }
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % sides
    }
}
