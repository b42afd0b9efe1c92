//! Logto: enterprise SSO connectors of a tenant.
//!
//! Mirrors the Management API of core 1.42 as captured from a self-hosted server, with the vendor's source and pages
//! behind it. Known differences to the pages, in favour of the captures:
//! `autoSendAuthorizationRequest` is required although documented with a default; refused configurations answer 400, not
//! 422; the IdP-initiated routes are missing on servers without development features (404 in plain text).

mod errors;
mod members;
mod operations;
mod rules;
mod token;

use super::{AnswerOnly, Dialect, Masks, NullRule};
use crate::canonical::Field;

/// Everything particular to Logto.
pub(super) static DIALECT: Dialect = Dialect {
    name: "logto",
    title: "Logto",
    operations: operations::OPERATIONS,
    published_names: &[],
    scoped_by_organization: false,
    organization_ids: &[],
    errors_in_success: false,
    names_ignore_case: false,
    null: NullRule::Refused,
    clearing_unverified: false,
    answer_only: AnswerOnly::Forwarded,
    masks: Masks::Restored,
    secrets: &[&["config", "clientSecret"], &["providerConfig", "clientSecret"]],
    secret_receivers: &["/config/issuer"],
    secret_receiver_fields: &[(Field::Issuer, &[Field::ClientSecret])],
    member_session_headers: &[],
    sdk_sends_basic: false,
    passed_headers: &["total-number", "total-number-is-capped"],
    token: Some(&token::PROTOCOL),
    read_error: errors::read,
    write_error: errors::write,
    trim_error: errors::trim,
};
