//! `POST /tools/{vendor or upstream}/{operation}`: operation calls as UTDK's pages make them.
//!
//! All values of the operation come in one JSON object, be they path, query or body. A form that knows no types sends lists
//! and objects as the text that was typed; such a text is read as JSON where the vendor's table says that the member is a
//! list or an object, and left as it is where that fails, so that the decoder says what is wrong with it.

use crate::config::Upstream;
use crate::error::{Code, Rejection};
use crate::http::route::NativeRoute;
use crate::json::{self, Object, Value};
use crate::vendor::{Body, Dialect, Holds, Member, Operation, Params, Query, Segment};

/// The operation of that name: ours, or the one under which the vendor publishes it. UTDK writes the latter in three ways
/// that differ in letter case and punctuation, so neither counts.
pub fn operation(dialect: &'static Dialect, name: &str) -> Option<&'static Operation> {
    let asked = letters(name);
    let published = |operation: &Operation| {
        dialect.published_names.iter().any(|(ours, theirs)| *ours == operation.name && letters(theirs) == asked)
    };
    dialect.operations.iter().find(|operation| letters(operation.name) == asked || published(operation))
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Takes a call's arguments apart: the native route that it means, and the body if the operation has one.
pub fn call<'a>(
    upstream: &'a Upstream,
    operation: &'static Operation,
    call: Object,
) -> Result<(NativeRoute<'a>, Option<Object>), Rejection> {
    let mut arguments = unwrapped(operation, call)?;
    let mut params = Params::default();
    for segment in operation.path {
        let Segment::Param(param) = segment else { continue };
        let value = arguments.remove(param.name);
        let text = value.as_ref().and_then(Value::as_str);
        match text.filter(|value| crate::http::target::is_segment(value) && (param.fits)(value)) {
            Some(value) => params.0.push((param.name, value.to_owned())),
            None => {
                return Err(Rejection::new(
                    Code::BadPathValue,
                    format!("The argument `{}` must be {}.", param.name, param.shape),
                ));
            }
        }
    }
    let mut query = Vec::new();
    for known in operation.query {
        let Query::Number(name, min, max) = known else { continue };
        let Some(value) = arguments.remove(name) else { continue };
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let Some(number) = number.filter(|number| (u64::from(*min)..=u64::from(*max)).contains(number)) else {
            let detail = format!("The argument `{name}` must be a whole number from {min} to {max}.");
            return Err(Rejection::new(Code::BadQueryValue, detail));
        };
        query.push((*name, number.to_string()));
    }
    let body = match operation.body {
        Some(body) => Some(typed(arguments, body)),
        None if arguments.is_empty() => None,
        None => {
            return Err(Rejection::new(
                Code::UnexpectedBody,
                "This operation takes no arguments but those in its path and query; leave the others out.",
            ));
        }
    };
    Ok((NativeRoute { upstream, operation, params, query }, body))
}

/// The arguments themselves, or those in the envelope `{"args": {…}}` of UTDK's hosted pages.
fn unwrapped(operation: &Operation, mut call: Object) -> Result<Object, Rejection> {
    let names_args = operation.body.is_some_and(|body| body.members.iter().any(|member| member.name == "args"));
    if names_args || !call.contains("args") {
        return Ok(call);
    }
    let args = call.remove("args").map(Value::into_object);
    // The page's own affair: which saved credential it would use, and whether it wants a stream.
    call.remove("credential");
    call.remove("stream");
    match args {
        Some(Ok(args)) if call.is_empty() => Ok(args),
        _ => Err(Rejection::new(
            Code::InvalidJson,
            "Send the arguments as one flat object, or as `{\"args\": {…}}` with nothing beside it.",
        )),
    }
}

/// Reads typed-in lists and objects.
fn typed(arguments: Object, body: &Body) -> Object {
    arguments
        .into_iter()
        .map(|(name, value)| {
            let member = body.members.iter().find(|member| member.name == name);
            let read = value.as_str().filter(|_| member.is_some_and(is_composite)).and_then(|text| {
                json::read(text.as_bytes(), json::Limits::REQUEST)
                    .ok()
                    .filter(|read| read.as_array().is_some() || read.as_object().is_some())
            });
            (name, read.unwrap_or(value))
        })
        .collect()
}

fn is_composite(member: &Member) -> bool {
    match member.holds {
        Holds::Texts(..)
        | Holds::Map(_)
        | Holds::Roles(_)
        | Holds::GroupRoles(_)
        | Holds::Mapping { .. }
        | Holds::Object { .. }
        | Holds::Anything(_) => true,
        Holds::Text(..)
        | Holds::Choice(..)
        | Holds::Flag(_)
        | Holds::NotFlag(_)
        | Holds::OneOf(..)
        | Holds::Words(_)
        | Holds::Secret(..)
        | Holds::PathValue(_) => false,
    }
}
