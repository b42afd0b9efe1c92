//! Stytch's request bodies (vendor facts: Stytch, section 3), one file for each kind of connection.

mod external;
mod oidc;
mod saml;

pub(super) use external::{CONNECTION, EXTERNAL_POST, EXTERNAL_PUT, ORGANIZATION};
pub(super) use oidc::OIDC_PUT;
pub(super) use saml::{SAML_BY_URL, SAML_PUT};

use std::borrow::Cow;

use crate::canonical::Field;
use crate::vendor::member::{choice, text};
use crate::vendor::{Body, Member, Rule, Vendor};

/// `POST …/saml/{organization_id}` and `POST …/oidc/{organization_id}`: a name and the kind of identity provider, both
/// optional; everything else is set by the update.
pub(super) static CONNECTION_POST: Body = Body {
    members: &[display_name(), identity_provider(), organization_again()],
    complete: |_, _| {},
    rules: |_, _, _| {},
    may_be_empty: true,
    makes: true,
};

const fn own(path: &'static str) -> Field {
    Field::Extension(Vendor::Stytch, Cow::Borrowed(path))
}

const fn display_name() -> Member {
    text("display_name", Field::DisplayName, Rule::Any)
}

const fn identity_provider() -> Member {
    choice("identity_provider", Field::ProviderKind, IDENTITY_PROVIDERS)
}

/// Two SDKs say the values of the path again in the body.
const fn organization_again() -> Member {
    crate::vendor::member::path_value("organization_id", "organization_id")
}

const fn connection_again() -> Member {
    crate::vendor::member::path_value("connection_id", "connection_id")
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
