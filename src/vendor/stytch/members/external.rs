//! External connections: one organization logs in through another's connection (vendor facts: Stytch, section 3.4).
//!
//! Which one is named in the body of the create, so the grant must cover that organization too: whoever may use another
//! organization's identity provider lets that organization's people in. The names of the role members differ between
//! create and update; it is no slip.

use super::{connection_again, display_name, organization_again, own};
use crate::canonical::Field;
use crate::json::{Object, Value};
use crate::validate::Problem;
use crate::vendor::member::{answer_only, group_roles, roles, text};
use crate::vendor::{Body, Params, Rule};

/// The organization that is named in the body.
pub(in crate::vendor::stytch) const ORGANIZATION: &str = "external_organization_id";
/// Its connection.
pub(in crate::vendor::stytch) const CONNECTION: &str = "external_connection_id";

/// `POST …/external/{organization_id}`.
pub(in crate::vendor::stytch) static EXTERNAL_POST: Body = Body {
    members: &[
        text(ORGANIZATION, own(ORGANIZATION), Rule::Length(1, 128)).required(),
        text(CONNECTION, own(CONNECTION), Rule::Length(1, 128)).required(),
        display_name(),
        roles("connection_implicit_role_assignments", Field::RolesDefault),
        group_roles("group_implicit_role_assignments", Field::RolesByGroup),
        organization_again(),
    ],
    complete: |_, _| {},
    rules: two_organizations,
    may_be_empty: false,
    makes: true,
};

/// `PUT …/external/{organization_id}/connections/{connection_id}`: what is borrowed cannot be changed.
pub(in crate::vendor::stytch) static EXTERNAL_PUT: Body = Body {
    members: &[
        display_name(),
        roles("external_connection_implicit_role_assignments", Field::RolesDefault),
        group_roles("external_group_implicit_role_assignments", Field::RolesByGroup),
        organization_again(),
        connection_again(),
        answer_only(ORGANIZATION, own(ORGANIZATION)),
        answer_only(CONNECTION, own(CONNECTION)),
        answer_only("status", Field::Status),
    ],
    complete: |_, _| {},
    rules: |_, _, _| {},
    may_be_empty: true,
    makes: false,
};

/// The vendor refuses an organization that borrows from itself.
fn two_organizations(body: &Object, params: &Params, problems: &mut Vec<Problem>) {
    let named = body.get(ORGANIZATION).and_then(Value::as_str);
    if named.is_some() && named == params.get("organization_id") {
        problems.push(Problem::error(
            format!("/{ORGANIZATION}"),
            "same_organization",
            "Names the organization in the path; an external connection belongs to another organization.",
        ));
    }
}
