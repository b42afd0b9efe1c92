//! Arrays and objects: what nests.
//!
//! Refuses nesting beyond the limit before it goes down a level, trailing commas, and a name that
//! an object has already, compared unescaped: `{"a":1,"\u0061":2}` has it twice. Finding repeats
//! stays cheap however many members there are.

use super::{Fault, Kind, Outcome, Reader};
use crate::json::error::showable;
use crate::json::object::{self, FEW, Member};
use crate::json::{Object, Value};

impl Reader<'_> {
    /// Goes one level down, over the opening bracket, and up again.
    pub(super) fn nested(&mut self, inside: fn(&mut Self) -> Outcome<Value>) -> Outcome<Value> {
        if self.depth >= self.deepest {
            return Err(self.fault(Kind::TooDeep { limit: self.deepest }));
        }
        self.depth = self.depth.saturating_add(1);
        self.skip();
        let value = inside(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }

    /// After a comma: the next token, unless the container closes there.
    fn after_comma(&mut self, close: u8) -> Outcome<()> {
        let comma = self.at;
        self.skip();
        if self.token() == Some(close) {
            return Err(Fault::new(Kind::TrailingComma, comma));
        }
        Ok(())
    }

    pub(super) fn array(&mut self) -> Outcome<Value> {
        let start = self.items.len();
        if self.token() == Some(b']') {
            self.skip();
            return Ok(Value::Array(Vec::new()));
        }
        loop {
            match self.value() {
                Ok(item) => self.items.push(item),
                Err(fault) => return Err(fault.in_item(self.items.len().saturating_sub(start))),
            }
            match self.token() {
                Some(b',') => self.after_comma(b']')?,
                Some(b']') => break self.skip(),
                found => return Err(self.unexpected(found, Kind::ExpectedCommaInArray)),
            }
        }
        Ok(Value::Array(self.items.drain(start..).collect()))
    }

    pub(super) fn object(&mut self) -> Outcome<Value> {
        let start = self.members.len();
        // Where the names after the first few are, for `distinct` to point at.
        let mut later = Vec::new();
        if self.token() == Some(b'}') {
            self.skip();
            return Ok(Value::Object(Object::new()));
        }
        loop {
            let place = self.at;
            let name = self.name()?;
            let earlier = self.members.get(start..).unwrap_or_default();
            if earlier.len() >= FEW {
                later.push(place);
            } else if earlier.iter().any(|member| member.0 == name) {
                return Err(Fault::new(Kind::Duplicate { name: showable(&name) }, place));
            }
            match self.value() {
                Ok(value) => self.members.push((name, value)),
                Err(fault) => return Err(fault.in_member(&name)),
            }
            match self.token() {
                Some(b',') => self.after_comma(b'}')?,
                Some(b'}') => break self.skip(),
                found => return Err(self.unexpected(found, Kind::ExpectedCommaInObject)),
            }
        }
        let members: Vec<Member> = self.members.drain(start..).collect();
        distinct(&members, &later)?;
        Ok(Value::Object(Object::from_distinct(members)))
    }

    /// A member name and its colon, up to the value.
    fn name(&mut self) -> Outcome<String> {
        match self.peek() {
            Some(b'"') => {}
            found => return Err(self.unexpected(found, Kind::ExpectedName)),
        }
        let name = self.string()?;
        match self.token() {
            Some(b':') => self.skip(),
            found => return Err(self.unexpected(found, Kind::ExpectedColon)),
        }
        self.token();
        Ok(name)
    }
}

/// Refuses a repeated name among many members. The first [`FEW`] are known to differ, so `later`
/// holds the place of each name that can be a repeat.
fn distinct(members: &[Member], later: &[usize]) -> Outcome<()> {
    if later.is_empty() {
        return Ok(());
    }
    let Some(repeat) = object::first_repeat(members) else {
        return Ok(());
    };
    let name = members.get(repeat).map(|member| showable(&member.0)).unwrap_or_default();
    let offset = later.get(repeat.saturating_sub(FEW)).copied().unwrap_or_default();
    Err(Fault::new(Kind::Duplicate { name }, offset))
}
