//! Who asks, and what they may do.
//!
//! Three steps, each of which hands on a value that only it can make: [`authenticate`] gives a [`Principal`], [`admit`]
//! turns it into an [`Admission`] for one operation on one subject before the body is looked at, and [`permit`] turns that
//! into a [`Permit`] once the effect is known. A credential can only be attached by whoever holds a [`Permit`], so a route
//! without a decision does not compile.

mod admit;
mod authenticate;
mod permit;

pub use admit::{Admission, admit};
pub use authenticate::{Principal, authenticate};
pub(crate) use permit::travelling;
pub use permit::{Permit, permit};

#[cfg(test)]
mod tests;
