//! SAML providers (vendor facts: LoginRadius, sections 3.1 and 3.2).

use super::{active, auto_look_up, data_map, domain, echo, listed, note_other_name, own, require_name};
use crate::canonical::Field;
use crate::json::{Object, Value};
use crate::validate::{Armour, Problem};
use crate::vendor::member::{answer_only, flag, path_value, replaced, secret, text};
use crate::vendor::{Body, Member, Params, Rule, UrlUse};

/// Published, for making and changing alike: `Provider` and `DataMap`. The other members are those of the answer; the
/// vendor's console sets them all through this object.
const MEMBERS: &[Member] = &[
    text("Provider", Field::Name, Rule::ProviderName).presumably_required().repeating("samlApp"),
    data_map("DataMap").presumably_required(),
    text("FriendlyProviderName", Field::DisplayName, Rule::Any),
    flag("IsIdpInitiated", Field::IdpInitiatedEnabled),
    replaced("IdentityProvider", IDENTITY_PROVIDER, &[Field::IdpBinding, Field::IdpSsoUrl, Field::IdpSloUrl]),
    replaced("IdpCertificate", IDP_CERTIFICATE, &[Field::IdpCertificates]),
    replaced("SpCertificate", SP_CERTIFICATE, SP_CERTIFICATE_FIELDS),
    text("RelayStateParameter", Field::RelayStateParameter, Rule::Any),
    text("DefaultLogoutUrl", own("DefaultLogoutUrl"), Rule::Url(UrlUse::Browser)),
    text("ServiceProviderACSUrl", Field::SpAcsUrl, Rule::Url(UrlUse::Browser)).unverified(),
    text("SamlServiceProvider", Field::SpEntityId, Rule::Any).unverified(),
    auto_look_up(),
    domain(),
    listed(),
    active(),
    path_value("samlApp", "samlApp"),
    answer_only("Id", Field::Id),
    // Two members that differ only in case, with different types: names are compared exactly.
    echo("AppId"),
    echo("AppID"),
    echo("IsDeleted"),
    answer_only("CreatedDate", Field::CreatedAt),
    answer_only("LastModifiedDate", Field::UpdatedAt),
];

/// `POST /v2/manage/custom-providers/saml`.
pub(in crate::vendor::loginradius) static SAML_POST: Body =
    Body { members: MEMBERS, complete: |_, _| {}, rules: new_provider, may_be_empty: false, makes: true };

/// `PUT /v2/manage/custom-providers/saml/{samlApp}`.
pub(in crate::vendor::loginradius) static SAML_PUT: Body = Body {
    members: MEMBERS,
    complete: |_, _| {},
    rules: |body, params, problems| note_other_name(body, "Provider", params.get("samlApp"), problems),
    may_be_empty: false,
    makes: false,
};

const IDENTITY_PROVIDER: &[Member] = &[
    text("Binding", Field::IdpBinding, Rule::Any),
    text("Location", Field::IdpSsoUrl, Rule::Url(UrlUse::Browser)),
    text("LogOut", Field::IdpSloUrl, Rule::Url(UrlUse::Browser)),
];

/// Which of the two certificate objects holds the external identity provider's is said nowhere; by name and by its
/// siblings it is this one (section 3.2). Its `Key` is a private key of the vendor's and must never be sent.
const IDP_CERTIFICATE: &[Member] = &[
    text("Certificate", Field::IdpCertificates, Rule::Certificate(Armour::PemOrBareBase64, true)),
    secret("Key", own("IdpCertificate.Key"), Rule::Any).never(),
];

const SP_CERTIFICATE_FIELDS: &[Field] = &[own("SpCertificate.Certificate")];

const SP_CERTIFICATE: &[Member] = &[
    text("Certificate", own("SpCertificate.Certificate"), Rule::Certificate(Armour::PemOrBareBase64, true))
        .unverified(),
    secret("Key", own("SpCertificate.Key"), Rule::Any).never(),
];

/// A provider called `keys` could never be read: the mapping keys are at that path (section 2).
fn new_provider(body: &Object, _: &Params, problems: &mut Vec<Problem>) {
    require_name(body, "Provider", problems);
    if body.get("Provider").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("keys")) {
        problems.push(Problem::error(
            "/Provider",
            "provider_name_invalid",
            "A provider called `keys` could not be reached: its path is that of the mapping keys. Choose another name.",
        ));
    }
}
