//! Who may do what: decided before anything is sent, and told in a way that tells nothing else.

mod callers;
pub mod catalogue;
mod fields;
mod foreign;
mod grants;
