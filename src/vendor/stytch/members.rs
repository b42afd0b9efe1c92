//! Stytch's request bodies (vendor facts: Stytch, section 3).

use std::borrow::Cow;

use crate::canonical::Field;
use crate::json::{Object, Value};
use crate::validate::{Armour, Problem};
use crate::vendor::member::{
    answer_only, choice, flag, group_roles, mapping, not_flag, path_value, roles, secret, text,
};
use crate::vendor::{Body, Params, Rule, UrlUse, Vendor};

/// `PUT …/saml/{organization_id}/connections/{connection_id}`: every field is optional, an absent one stays.
pub(super) static SAML_PUT: Body = Body {
    members: &[
        text("idp_entity_id", Field::IdpEntityId, Rule::Length(1, 1024)),
        text("display_name", Field::DisplayName, Rule::Any),
        mapping("attribute_mapping", ATTRIBUTES, &[]),
        text("x509_certificate", Field::IdpCertificates, Rule::Certificate(Armour::Pem, false)),
        text("idp_sso_url", Field::IdpSsoUrl, Rule::Url(UrlUse::BrowserHttps)),
        roles("saml_connection_implicit_role_assignments", Field::RolesDefault),
        group_roles("saml_group_implicit_role_assignments", Field::RolesByGroup),
        text("alternative_audience_uri", Field::SpAlternativeAudience, Rule::Length(1, 1024)),
        choice("identity_provider", Field::ProviderKind, IDENTITY_PROVIDERS),
        secret("signing_private_key", Field::RequestSigningPrivateKey, Rule::RsaKey),
        text("nameid_format", Field::NameIdFormat, Rule::Any),
        text("alternative_acs_url", Field::SpAlternativeAcsUrl, Rule::Url(UrlUse::Browser)),
        not_flag("idp_initiated_auth_disabled", Field::IdpInitiatedEnabled),
        secret("saml_encryption_private_key", Field::DecryptionPrivateKey, Rule::RsaKey),
        flag("allow_gateway_callback", Field::AllowGatewayCallback),
        path_value("organization_id", "organization_id"),
        path_value("connection_id", "connection_id"),
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
};

const fn own(path: &'static str) -> Field {
    Field::Extension(Vendor::Stytch, Cow::Borrowed(path))
}

const ATTRIBUTES: &[(&str, Field)] = &[
    ("idp_user_id", Field::MappingSubject),
    ("email", Field::MappingEmail),
    ("full_name", Field::MappingFullName),
    ("first_name", Field::MappingFirstName),
    ("last_name", Field::MappingLastName),
    ("groups", Field::MappingGroups),
];

/// The fifteen kinds; the canonical schema uses Stytch's names.
#[rustfmt::skip]
const IDENTITY_PROVIDERS: &[(&str, &str)] = &[
    ("classlink", "classlink"), ("cyberark", "cyberark"), ("duo", "duo"), ("generic", "generic"),
    ("google-workspace", "google-workspace"), ("jumpcloud", "jumpcloud"), ("keycloak", "keycloak"),
    ("microsoft-entra", "microsoft-entra"), ("miniorange", "miniorange"), ("okta", "okta"), ("onelogin", "onelogin"),
    ("pingfederate", "pingfederate"), ("rippling", "rippling"), ("salesforce", "salesforce"), ("shibboleth", "shibboleth"),
];

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
