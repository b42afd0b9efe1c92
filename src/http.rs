//! Messages, targets and answers: everything about HTTP that is no decision about a connection.

pub mod cors;
pub mod hops;
pub mod limits;
pub mod message;
pub mod respond;
pub mod route;
pub mod target;
