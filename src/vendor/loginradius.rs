//! LoginRadius: custom identity providers of a tenant.
//!
//! The weakest documented of the three: example pages only, no schema, no source. So nothing that is merely unknown is
//! refused here; it warns, and the vendor has the last word.

mod errors;
mod members;
mod operations;
mod token;

pub(crate) use members::is_provider_name;

use super::{AnswerOnly, Dialect, Masks, NullRule};
use crate::canonical::Field;

/// Everything particular to LoginRadius.
pub(super) static DIALECT: Dialect = Dialect {
    name: "loginradius",
    title: "LoginRadius",
    operations: operations::OPERATIONS,
    published_names: &[],
    scoped_by_organization: false,
    organization_ids: &[],
    errors_in_success: true,
    names_ignore_case: true,
    null: NullRule::Unverified,
    clearing_unverified: true,
    answer_only: AnswerOnly::LeftOut,
    masks: Masks::Refused,
    secrets: &[
        // Of `IdpCertificate` and `SpCertificate`, and of a JWT provider.
        &["Key"],
        &["ApplicationSecret"],
        &["Headers", "*"],
        &["QueryParam", "*"],
    ],
    secret_receivers: &[],
    // Profile calls carry the headers and query parameters that are stored beside the address.
    secret_receiver_fields: &[
        (Field::TokenUrl, &[Field::ClientSecret]),
        (Field::UserinfoUrl, &[Field::ClientSecret, members::own("Headers"), members::own("QueryParam")]),
    ],
    member_session_headers: &[],
    sdk_sends_basic: false,
    passed_headers: &[],
    token: Some(&token::PROTOCOL),
    read_error: errors::read,
    write_error: errors::write,
    trim_error: |_| {},
};
