//! The gateway's own credentials at the upstreams.
//!
//! A credential is attached in one place, [`inject`], which asks for a [`crate::auth::Permit`] and builds the whole request
//! from it: origin from the configuration, path from the operation's template, header from here. So a credential cannot
//! be sent to another place than its own upstream, for another operation than the one that was decided about.

mod inject;
mod keyring;
mod token;
mod tokens;

pub use inject::{Cargo, Purpose, inject};
pub use keyring::{Authorization, Key, Keyring};
pub use token::{TokenRefusal, read_token, token_request};
pub use tokens::{Look, TokenFailure, Tokens};

#[cfg(test)]
mod tests;
