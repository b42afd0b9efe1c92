//! One row of a vendor's catalogue.

use http::Method;

use super::Member;
use crate::canonical::Field;
use crate::config::Access;
use crate::json;
use crate::validate::Problem;

/// An operation the vendor offers and we forward. What is not in a catalogue cannot be reached.
pub struct Operation {
    /// Name in grants, audit lines and documents.
    pub name: &'static str,
    /// Verb.
    pub method: Method,
    /// Path below the upstream's origin.
    pub path: &'static [Segment],
    /// Query parameters that may be given.
    pub query: &'static [Query],
    /// What it does to the connection beside its body.
    pub touches: Touches,
    /// The JSON body it takes.
    pub body: Option<&'static Body>,
    /// What a successful answer holds.
    pub answer: AnswerShape,
}

/// One segment of a path.
pub enum Segment {
    /// This text.
    Literal(&'static str),
    /// A value.
    Param(&'static Param),
}

/// A value in a path.
pub struct Param {
    /// Its name in the vendor's documentation.
    pub name: &'static str,
    /// What it identifies.
    pub role: ParamRole,
    /// True for a value the vendor can have. `.`, `..`, slashes, `%`, blanks and control characters never get here.
    pub fits: fn(&str) -> bool,
    /// What `fits` asks for, in words.
    pub shape: &'static str,
}

/// What a path value identifies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamRole {
    /// The organization whose connections are meant.
    Organization,
    /// The connection.
    Connection,
}

/// A query parameter.
pub enum Query {
    /// A number in this range, sent on.
    Number(&'static str, u32, u32),
    /// A path value said again; must be equal to it, and is not sent.
    PathValue(&'static str, &'static str),
}

/// What an operation does, before its body is looked at.
pub enum Touches {
    /// Nothing: it reads.
    Nothing,
    /// What its body says.
    Body,
    /// These fields, whatever the body says.
    Fields(&'static [Field]),
}

/// The JSON body of an operation.
pub struct Body {
    /// Its members.
    pub members: &'static [Member],
    /// Makes up for what the vendor's documentation promises and the vendor does not do, each with a warning.
    pub complete: fn(&mut json::Object, &mut Vec<Problem>),
    /// Rules between members.
    pub rules: fn(&json::Object, &Params, &mut Vec<Problem>),
    /// True where an empty body changes nothing and is accepted.
    pub may_be_empty: bool,
}

/// What a successful answer holds, and how to tell that it belongs to the question.
pub enum AnswerShape {
    /// One object.
    One {
        /// Member under which it is found; `None`: the answer is the object.
        at: Option<&'static str>,
        /// Its member that repeats the connection's identifier.
        id: &'static str,
        /// Its member that repeats the organization's identifier.
        organization: Option<&'static str>,
        /// A body may rename by this member.
        renamed_by: Option<&'static str>,
    },
    /// Lists of objects.
    List {
        /// Members under which the lists are found; empty: the answer is the list.
        at: &'static [&'static str],
        /// As above.
        id: &'static str,
        /// As above.
        organization: Option<&'static str>,
    },
    /// Nothing (204).
    Empty,
}

/// The decoded path values of a request.
#[derive(Default, Clone)]
pub struct Params(pub Vec<(&'static str, String)>);

impl Params {
    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Operation {
    /// Whether it may change anything.
    pub fn access(&self) -> Access {
        match self.touches {
            Touches::Nothing => Access::Read,
            Touches::Body | Touches::Fields(_) => Access::Write,
        }
    }

    /// The path as documented: `/api/sso-connectors/{id}`. This, never the path itself, is logged.
    pub fn template(&self) -> String {
        self.path.iter().fold(String::new(), |mut text, segment| {
            match segment {
                Segment::Literal(literal) => {
                    text.push('/');
                    text.push_str(literal);
                }
                Segment::Param(param) => {
                    text.push_str("/{");
                    text.push_str(param.name);
                    text.push('}');
                }
            }
            text
        })
    }

    /// The value in the path that has this role.
    pub fn subject<'a>(&self, role: ParamRole, params: &'a Params) -> Option<&'a str> {
        let param = self.path.iter().find_map(|segment| match segment {
            Segment::Param(param) if param.role == role => Some(*param),
            _ => None,
        })?;
        params.get(param.name)
    }
}

impl Operation {
    /// The operation that reads what this one writes: GET at the same path.
    pub fn reader(&self, dialect: &'static super::Dialect) -> Option<&'static Self> {
        let template = self.template();
        dialect.operations.iter().find(|other| other.method == Method::GET && other.template() == template)
    }
}
