//! SAML connections (vendor facts: Stytch, section 3.2).

use super::{ATTRIBUTES, connection_again, display_name, identity_provider, organization_again, own};
use crate::canonical::Field;
use crate::json::{Object, Value};
use crate::validate::{Armour, Problem};
use crate::vendor::member::{answer_only, flag, group_roles, mapping, not_flag, roles, secret, text};
use crate::vendor::{Body, Params, Rule, UrlUse};

/// `PUT …/saml/{organization_id}/connections/{connection_id}`: every field is optional, an absent one stays.
pub(in crate::vendor::stytch) static SAML_PUT: Body = Body {
    members: &[
        text("idp_entity_id", Field::IdpEntityId, Rule::Length(1, 1024)),
        display_name(),
        mapping("attribute_mapping", ATTRIBUTES, &[]),
        text("x509_certificate", Field::IdpCertificates, Rule::Certificate(Armour::Pem, false)),
        text("idp_sso_url", Field::IdpSsoUrl, Rule::Url(UrlUse::BrowserHttps)),
        roles("saml_connection_implicit_role_assignments", Field::RolesDefault),
        group_roles("saml_group_implicit_role_assignments", Field::RolesByGroup),
        text("alternative_audience_uri", Field::SpAlternativeAudience, Rule::Length(1, 1024)),
        identity_provider(),
        secret("signing_private_key", Field::RequestSigningPrivateKey, Rule::RsaKey),
        text("nameid_format", Field::NameIdFormat, Rule::Any),
        text("alternative_acs_url", Field::SpAlternativeAcsUrl, Rule::Url(UrlUse::Browser)),
        not_flag("idp_initiated_auth_disabled", Field::IdpInitiatedEnabled),
        secret("saml_encryption_private_key", Field::DecryptionPrivateKey, Rule::RsaKey),
        flag("allow_gateway_callback", Field::AllowGatewayCallback),
        organization_again(),
        connection_again(),
        answer_only("status", Field::Status),
        answer_only("acs_url", Field::SpAcsUrl),
        answer_only("audience_uri", Field::SpEntityId),
        answer_only("signing_certificates", own("signing_certificates")),
        answer_only("verification_certificates", Field::IdpCertificates),
        answer_only("encryption_private_keys", Field::DecryptionPrivateKey),
    ],
    complete: |_, _| {},
    rules: saml_rules,
    may_be_empty: true,
    makes: false,
};

/// `PUT …/connections/{connection_id}/url`: the vendor fetches the metadata and copies what it says, once.
pub(in crate::vendor::stytch) static SAML_BY_URL: Body = Body {
    members: &[
        text("metadata_url", Field::IdpMetadataUrl, Rule::Url(UrlUse::VendorFetches)).required(),
        organization_again(),
        connection_again(),
    ],
    complete: |_, _| {},
    rules: |_, _, _| {},
    may_be_empty: false,
    makes: false,
};

/// What the vendor documents between members. Whether a mapping replaces or merges is not known, so an incomplete one
/// warns.
fn saml_rules(body: &Object, _: &Params, problems: &mut Vec<Problem>) {
    let mapping = body.get("attribute_mapping").and_then(Value::as_object);
    if let Some(mapping) = mapping.filter(|mapping| !mapping.is_empty()) {
        if !mapping.contains("email") {
            problems.push(Problem::warning(
                "/attribute_mapping/email",
                "mapping_incomplete",
                "Stytch needs an `email` entry; `NameID` stands for the assertion's NameID.",
            ));
        }
        let both = mapping.contains("first_name") && mapping.contains("last_name");
        if !mapping.contains("full_name") && !both {
            problems.push(Problem::warning(
                "/attribute_mapping/full_name",
                "mapping_incomplete",
                "Stytch needs `full_name`, or both `first_name` and `last_name`.",
            ));
        }
    }
    let by_group = body.get("saml_group_implicit_role_assignments").and_then(Value::as_array);
    if by_group.is_some_and(|roles| !roles.is_empty()) && mapping.is_some_and(|mapping| !mapping.contains("groups")) {
        problems.push(Problem::warning(
            "/attribute_mapping/groups",
            "mapping_incomplete",
            "Roles by group need a `groups` entry in the mapping.",
        ));
    }
}
