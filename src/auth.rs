//! Who asks, and what they may do.
//!
//! Three steps, each of which hands on a value that only it can make: [`authenticate`] gives a [`Principal`], [`admit`]
//! turns it into an [`Admission`] for one operation on one subject before the body is looked at, and [`permit`] turns that
//! into a [`Permit`] once the effect is known. A credential can only be attached by whoever holds a [`Permit`], so a route
//! without a decision does not compile.

mod admit;
mod authenticate;
mod key_sets;
mod keys;
mod permit;
mod presented;
mod principal;
mod remembered;
mod session;
mod token;

pub use admit::{Admission, admit};
pub use authenticate::{Authenticated, Learned, Need, Recognition, Signed, authenticate, by_token};
pub use keys::{Algorithm, Key, KeySet};
pub(crate) use permit::travelling;
pub use permit::{Permit, permit};
pub use presented::{API_KEY, Places, client_secret};
pub use principal::{Identity, Principal};
pub use session::mint;

#[cfg(test)]
mod tests;
