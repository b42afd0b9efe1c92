//! Whoever asks, once that is certain.

use std::rc::Rc;

use crate::config::{Caller, Proof, TokenIssuer};
use crate::json::{Object, Value};

/// A caller that was recognised. Only [`super::authenticate`] makes one.
#[derive(Clone)]
pub struct Principal<'a> {
    pub(super) caller: &'a Caller,
    pub(super) identity: Rc<Identity>,
}

/// What a token says about its holder beside the caller's name. A fixed token says nothing.
#[derive(Default)]
pub struct Identity {
    /// Digest of issuer and subject, to tell one user from another in limits and logs without naming anybody.
    pub(super) subject: Option<String>,
    /// Id of the session.
    pub(super) session: Option<String>,
    /// When the token ends, in seconds since 1970.
    pub(super) expires: Option<u64>,
    /// The claims that grants look at, by name or pointer.
    pub(super) claims: Vec<(String, Vec<String>)>,
}

impl<'a> Principal<'a> {
    /// The caller's configuration.
    pub fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// Digest of the user behind the token.
    pub fn subject(&self) -> Option<&str> {
        self.identity.subject.as_deref()
    }

    /// Id of the session.
    pub fn session(&self) -> Option<&str> {
        self.identity.session.as_deref()
    }

    /// When the token ends, in seconds since 1970; a fixed token does not.
    pub fn expires(&self) -> Option<u64> {
        self.identity.expires
    }

    /// The organizations that the token names.
    pub fn organizations(&self) -> &[String] {
        match &self.caller.proof {
            Proof::Issuer(TokenIssuer { organization_claim: Some(organization), .. }) => {
                self.claim(&organization.claim)
            }
            _ => &[],
        }
    }

    /// What the token's claim says: a text, or each of a list of texts. Nothing where it says anything else.
    pub fn claim(&self, name: &str) -> &[String] {
        self.identity.claims.iter().find(|(known, _)| known == name).map_or(&[], |(_, values)| values)
    }
}

/// The texts at a claim, given by its name or by a JSON pointer (RFC 6901).
pub(super) fn claimed(claims: &Object, name: &str) -> Vec<String> {
    let value = if name.starts_with('/') {
        let mut tokens = name.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        let first = tokens.next().and_then(|first| claims.get(&first));
        tokens.fold(first, |value, token| value?.get(&token))
    } else {
        claims.get(name)
    };
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(list)) => {
            let texts: Option<Vec<String>> = list.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            texts.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
