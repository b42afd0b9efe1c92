//! The core from the outside: whole requests in, steps out, canned upstream answers in between.
//!
//! Every test sees the exact upstream request that would be sent. Nothing listens and nothing is mocked: a fault is one
//! more canned outcome.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::semicolon_if_nothing_returned,
    clippy::format_collect,
    clippy::items_after_statements,
    clippy::too_many_lines,
    reason = "a test that panics has failed, which is what it is for"
)]

mod support;

mod access;
mod answers;
mod audit;
mod credentials;
mod documents;
mod doors;
mod faithful;
mod hardening;
mod loginradius;
mod logto;
mod masks;
mod requests;
mod stytch;
mod threats;
mod tokens;
mod tools;
