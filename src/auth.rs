//! Who asks, and what they may do.
//!
//! Three steps, each of which hands on a value that only it can make: [`authenticate`] gives a [`Principal`], [`admit`]
//! turns it into an [`Admission`] for one operation on one subject before the body is looked at, and [`permit`] turns that
//! into a [`Permit`] once the effect is known. A credential can only be attached by whoever holds a [`Permit`], so a route
//! without a decision does not compile:
//!
//! ```compile_fail,E0423
//! # use sso_config_gateway::auth::Permit;
//! // Only `permit` makes one.
//! let permit = Permit(todo!());
//! ```
//! ```compile_fail,E0451
//! # use sso_config_gateway::{auth::{Admission, Principal}, config::Caller, http::route::NativeRoute};
//! // An operation that nobody was admitted to.
//! fn unguarded<'a>(route: &'a NativeRoute<'a>, caller: &'a Caller) -> Admission<'a> {
//!     Admission { grant: &caller.grants[0], route, scope: todo!() }
//! }
//! ```
//! ```compile_fail,E0451
//! # use sso_config_gateway::{auth::Principal, config::Caller};
//! // A caller that was not recognised.
//! fn assumed(caller: &Caller) -> Principal<'_> {
//!     Principal { caller, identity: Default::default() }
//! }
//! ```
//! ```compile_fail,E0308
//! # use sso_config_gateway::{auth::Admission, config::Settings, credential::{inject, Authorization, Cargo, Purpose}};
//! // A credential for what was admitted, but whose effect nobody has judged.
//! fn early(admission: &Admission<'_>, settings: &Settings, key: &Authorization, cargo: Cargo<'_>) {
//!     inject(admission, Purpose::Operation, settings, key, cargo);
//! }
//! ```

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
