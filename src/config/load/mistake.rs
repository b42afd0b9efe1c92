//! What is wrong with a configuration, in words an operator can act on.

use std::fmt;

/// One thing that is wrong. Names where, never a value: a readiness probe and a log may show it to anybody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The entry, and the member within it: `UPSTREAM_STYTCH_TEST.credential.secret`.
    pub at: String,
    /// What is wrong there, or what is wanted instead.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.at, self.message)
    }
}

impl std::error::Error for Mistake {}

/// Every mistake found so far. Reading goes on after one, so that an operator sees them all at once.
#[derive(Default)]
pub(super) struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Notes one more.
    pub(super) fn add(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(Mistake { at: at.into(), message: message.into() });
    }

    /// True while nothing is wrong.
    pub(super) fn none(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them; one, if reading gave up without saying why, so that a refusal is never silent.
    pub(super) fn into_list(mut self) -> Vec<Mistake> {
        if self.0.is_empty() {
            self.add("bindings", "the configuration could not be read");
        }
        self.0
    }
}

/// A name that came from outside, fit to be shown: plain words only, so that neither a value pasted where a name
/// belongs nor a line break reaches a log. A caller's token would be one letter too long.
pub(super) fn shown(name: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!name.is_empty() && name.len() <= 48 && name.bytes().all(plain)).then_some(name)
}
