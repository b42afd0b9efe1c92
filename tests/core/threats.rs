//! What an attacker does, row by row of the threat list: each test's name begins with its row (`t05_…`).
//!
//! Attacks are made in bulk from the vendors' own tables, so an operation or a member that joins a catalogue is attacked
//! without a further line here. Where a row needs the real runtime, its test is in `tests/e2e/threats.test.mjs`.

mod bodies;
mod browsers;
mod configuration;
mod crowds;
mod domains;
mod echo;
mod existence;
mod faults;
mod headers;
mod hosts;
mod paths;
mod queries;
mod redirects;
mod routes;
mod secrets;
mod silence;
mod support;
mod tokens;
