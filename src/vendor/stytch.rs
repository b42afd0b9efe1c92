//! Stytch: B2B single-sign-on connections of an organization.
//!
//! Mirrors the official OpenAPI document and SDK sources. The PUT behaves as a partial update; certificates are
//! appended, never replaced; there is no operation that reads one connection. All eleven operations of the document are here.

mod errors;
mod members;
mod operations;

use super::{AnswerOnly, Dialect, Masks, NullRule};
use crate::canonical::Field;

/// Everything particular to Stytch.
pub(super) static DIALECT: Dialect = Dialect {
    name: "stytch",
    title: "Stytch",
    operations: operations::OPERATIONS,
    published_names: operations::PUBLISHED,
    scoped_by_organization: true,
    organization_ids: &["organization-test-", "organization-live-"],
    errors_in_success: true,
    names_ignore_case: false,
    null: NullRule::Refused,
    clearing_unverified: true,
    answer_only: AnswerOnly::LeftOut,
    masks: Masks::LeftOut,
    secrets: &[&["private_key"], &["client_secret"], &["signing_private_key"], &["saml_encryption_private_key"]],
    secret_receivers: &["/issuer", "/token_url", "/userinfo_url"],
    // A changed issuer fills the endpoints that the body does not give.
    secret_receiver_fields: &[
        (Field::Issuer, &[Field::ClientSecret]),
        (Field::TokenUrl, &[Field::ClientSecret]),
        (Field::UserinfoUrl, &[Field::ClientSecret]),
    ],
    member_session_headers: &["x-stytch-member-session", "x-stytch-member-sessionjwt"],
    sdk_sends_basic: true,
    passed_headers: &[],
    token: None,
    read_error: errors::read,
    write_error: errors::write,
    trim_error: |_| {},
};
