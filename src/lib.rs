//! A gateway for single-sign-on configuration at Logto, LoginRadius and Stytch.
//!
//! Callers that hold no vendor secret send it configuration requests. It decides who may change what, checks the change
//! more carefully than the vendor does, adds the server-side credential, forwards, and answers with no secret in it.
//!
//! # The way of a request
//!
//! `read → route → authenticate → admit → decode → validate → permit → encode → inject → send → interpret → redact →
//! scrub → audit`. [`gateway`] shows it in one sitting.
//!
//! # The house
//!
//! | module | what lives there |
//! |---|---|
//! | [`gateway`] | the pipeline |
//! | [`http`] | messages, limits, targets, routes, pages in browsers, answers |
//! | [`auth`] | who asks and what they may do: `Principal`, `Admission`, `Permit` |
//! | [`console`] | try-it consoles' protocols, each turned into the native request it means |
//! | [`config`] | settings and secret types |
//! | [`canonical`] | the one schema: fields, changes, effects |
//! | [`vendor`] | one folder per vendor, and the one decoder that reads their tables |
//! | [`validate`] | URLs, certificates, keys, domains |
//! | [`credential`] | the gateway's own credentials, and the one place that attaches them |
//! | [`interpret`], [`redact`], [`scrub`] | what an answer is, and what must not be in it |
//! | [`audit`], [`error`] | what is put on record, and what can go wrong |
//! | [`json`] | a strict reader that keeps number lexemes and member order |
//! | [`frame`] | what crosses between the core and the loop around it |
//! | `shell` | wasm32 only: the exports, and the loop in JavaScript that moves bytes |
//!
//! # Ground rules
//!
//! The core is synchronous, does no I/O and reads no clock: it is given `now` and returns what to do next. Nothing in it
//! may panic, because on wasm a panic costs the whole instance. Types record trust: an operation can only be sent by
//! whoever holds a [`auth::Permit`], and a [`config::Secret`] can be neither printed nor serialised.

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::string_slice,
        clippy::format_collect,
        clippy::items_after_statements,
        clippy::too_many_lines,
        reason = "a test that panics has failed, which is what it is for"
    )
)]

pub mod audit;
pub mod auth;
pub mod canonical;
pub mod config;
pub mod console;
pub mod credential;
pub mod error;
pub mod frame;
pub mod gateway;
pub mod http;
pub mod interpret;
pub mod json;
mod nearest;
pub mod redact;
pub mod scrub;
pub mod validate;
pub mod vendor;

#[cfg(target_arch = "wasm32")]
mod shell;
