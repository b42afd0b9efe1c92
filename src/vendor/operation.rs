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
    /// Members of the body that name another subject than the path does, or the only one. It must be granted as well.
    pub names_in_body: &'static [(&'static str, ParamRole)],
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
    /// Something inside the connection, which belongs to it: a certificate or a key.
    Part,
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
    /// True where an empty body is accepted: it changes nothing, or makes a connection with nothing set.
    pub may_be_empty: bool,
    /// True where it makes something new: nothing is stored yet that a mask could stand for or a URL could receive.
    pub makes: bool,
}

/// What a successful answer holds, and how to tell that it belongs to the question.
pub enum AnswerShape {
    /// One object.
    One {
        /// Member under which it is found; `None`: the answer is the object.
        at: Option<&'static str>,
        /// Its member that repeats what the question calls it.
        id: &'static str,
        /// Its member that repeats the organization's identifier.
        organization: Option<&'static str>,
        /// What the question calls it.
        asked: Asked,
    },
    /// Lists of connections.
    List {
        /// Members under which the lists are found; empty: the answer is the list.
        at: &'static [&'static str],
        /// As above.
        id: &'static str,
        /// As above.
        organization: Option<&'static str>,
    },
    /// A list of things that are no connections and name none: kinds of provider, mapping keys, signing keys. Nothing in
    /// it could show whose it is.
    Things {
        /// Member under which the list is found; `None`: the answer is the list.
        at: Option<&'static str>,
    },
    /// Nothing (204).
    Empty,
}

/// By what a question calls the object that it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// By this value of the path.
    Path(ParamRole),
    /// By the connection in the path, by the name in the body, or by both where the body may rename.
    Name,
    /// By nothing: it is new, and the vendor chooses its identifier.
    New,
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
    /// An operation that only reads.
    pub(super) const fn read(name: &'static str, path: &'static [Segment], answer: AnswerShape) -> Self {
        Self {
            name,
            method: Method::GET,
            path,
            query: &[],
            touches: Touches::Nothing,
            body: None,
            answer,
            names_in_body: &[],
        }
    }

    /// An operation that changes what its body says.
    pub(super) const fn update(
        name: &'static str,
        method: Method,
        path: &'static [Segment],
        body: &'static Body,
        answer: AnswerShape,
    ) -> Self {
        Self { name, method, path, query: &[], touches: Touches::Body, body: Some(body), answer, names_in_body: &[] }
    }

    /// An operation that makes a connection. It decides the protocol, even if its body says nothing at all.
    pub(super) const fn create(
        name: &'static str,
        path: &'static [Segment],
        body: &'static Body,
        answer: AnswerShape,
    ) -> Self {
        const DECIDED: &[Field] = &[Field::Protocol];
        Self {
            name,
            method: Method::POST,
            path,
            query: &[],
            touches: Touches::Fields(DECIDED),
            body: Some(body),
            answer,
            names_in_body: &[],
        }
    }

    /// An operation that removes these fields, or without any: everything.
    pub(super) const fn delete(
        name: &'static str,
        path: &'static [Segment],
        removes: Option<&'static [Field]>,
        answer: AnswerShape,
    ) -> Self {
        let touches = match removes {
            Some(fields) => Touches::Fields(fields),
            None => Touches::Body,
        };
        Self { name, method: Method::DELETE, path, query: &[], touches, body: None, answer, names_in_body: &[] }
    }

    /// It touches these fields whatever its body says, and what its body says.
    pub(super) const fn touching(mut self, fields: &'static [Field]) -> Self {
        self.touches = Touches::Fields(fields);
        self
    }

    /// It takes these query parameters.
    pub(super) const fn with_query(mut self, query: &'static [Query]) -> Self {
        self.query = query;
        self
    }

    /// These members of its body name a subject.
    pub(super) const fn naming(mut self, names: &'static [(&'static str, ParamRole)]) -> Self {
        self.names_in_body = names;
        self
    }

    /// True where the connection is named by the body and by nothing else.
    pub fn names_connection_in_body_alone(&self) -> bool {
        let is_connection = |(_, role): &(&str, ParamRole)| *role == ParamRole::Connection;
        self.names_in_body.iter().any(is_connection) && self.param(ParamRole::Connection).is_none()
    }

    /// True where that is a connection that is there already. What an operation makes is not in any list yet.
    pub fn finds_connection_in_body(&self) -> bool {
        self.names_connection_in_body_alone() && self.method != Method::POST
    }

    /// The value in the path that has this role, as declared.
    pub fn param(&self, role: ParamRole) -> Option<&'static Param> {
        self.path.iter().find_map(|segment| match segment {
            Segment::Param(param) if param.role == role => Some(*param),
            _ => None,
        })
    }

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
        params.get(self.param(role)?.name)
    }
}

impl Operation {
    /// The operation that reads what this one writes: GET at the same path.
    pub fn reader(&self, dialect: &'static super::Dialect) -> Option<&'static Self> {
        let template = self.template();
        dialect.operations.iter().find(|other| other.method == Method::GET && other.template() == template)
    }
}
