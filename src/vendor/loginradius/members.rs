//! LoginRadius' request bodies (vendor facts: LoginRadius, section 3).

use std::borrow::Cow;

use crate::canonical::Field;
use crate::json::Object;
use crate::validate::{Armour, Problem};
use crate::vendor::member::{answer_only, flag, mapping, one_of, path_value, replaced, secret, text};
use crate::vendor::{Body, Member, Params, Rule, UrlUse, Vendor};

/// A field that only this vendor has.
const fn own(path: &'static str) -> Field {
    Field::Extension(Vendor::LoginRadius, Cow::Borrowed(path))
}

/// `PUT /v2/manage/custom-providers/saml/{samlApp}`. Published: `Provider` and `DataMap`. The other members are those of
/// the answer; the vendor's console sets them all through this object.
pub(super) static SAML_PUT: Body = Body {
    members: &[
        text("Provider", Field::Name, Rule::ProviderName).presumably_required().repeating("samlApp"),
        mapping("DataMap", KNOWN_KEYS, FURTHER_KEYS).presumably_required(),
        text("FriendlyProviderName", Field::DisplayName, Rule::Any),
        flag("IsIdpInitiated", Field::IdpInitiatedEnabled),
        replaced("IdentityProvider", IDENTITY_PROVIDER, &[Field::IdpBinding, Field::IdpSsoUrl, Field::IdpSloUrl]),
        replaced("IdpCertificate", IDP_CERTIFICATE, &[Field::IdpCertificates]),
        replaced("SpCertificate", SP_CERTIFICATE, SP_CERTIFICATE_FIELDS),
        text("RelayStateParameter", Field::RelayStateParameter, Rule::Any),
        text("DefaultLogoutUrl", own("DefaultLogoutUrl"), Rule::Url(UrlUse::Browser)),
        text("ServiceProviderACSUrl", Field::SpAcsUrl, Rule::Url(UrlUse::Browser)).unverified(),
        text("SamlServiceProvider", Field::SpEntityId, Rule::Any).unverified(),
        flag("EnableAutoLookUp", own("EnableAutoLookUp")),
        one_of("Domain", Field::Domains, Rule::Domain(false)),
        flag("ListInInterface", Field::Listed),
        flag("IsActive", Field::Status).unverified(),
        path_value("samlApp", "samlApp"),
        answer_only("Id", Field::Id),
        // Two members that differ only in case, with different types: names are compared exactly.
        answer_only("AppId", own("AppId")),
        answer_only("AppID", own("AppID")),
        answer_only("IsDeleted", own("IsDeleted")),
        answer_only("CreatedDate", Field::CreatedAt),
        answer_only("LastModifiedDate", Field::UpdatedAt),
    ],
    complete: |_, _| {},
    rules,
    may_be_empty: false,
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

const SP_CERTIFICATE_FIELDS: &[Field] =
    &[Field::Extension(Vendor::LoginRadius, Cow::Borrowed("SpCertificate.Certificate"))];

const SP_CERTIFICATE: &[Member] = &[
    text("Certificate", own("SpCertificate.Certificate"), Rule::Certificate(Armour::PemOrBareBase64, true))
        .unverified(),
    secret("Key", own("SpCertificate.Key"), Rule::Any).never(),
];

const KNOWN_KEYS: &[(&str, Field)] = &[
    ("ID", Field::MappingSubject),
    ("Email", Field::MappingEmail),
    ("FullName", Field::MappingFullName),
    ("FirstName", Field::MappingFirstName),
    ("LastName", Field::MappingLastName),
];

/// The rest of the 44 keys that `GET …/saml/keys` lists, exact case.
#[rustfmt::skip]
const FURTHER_KEYS: &[&str] = &[
    "Provider", "MiddleName", "NickName", "ProfileName", "Gender", "Website", "Country", "ThumbnailImageUrl", "Favicon",
    "ProfileUrl", "HomeTown", "State", "Industry", "About", "LocalLanguage", "TagLine", "Language", "Verified",
    "UpdatedTime", "MainAddress", "Created", "LocalCity", "ProfileCity", "LocalCountry", "ProfileCountry",
    "RelationshipStatus", "Quote", "Religion", "Age", "Uid", "IsEmailSubscribed", "NoOfLogins", "BirthDate", "ImageUrl",
    "City", "TimeZone", "CoverPhoto", "Company", "PhoneId",
];

/// 1 to 60 characters, first a letter, then letters, digits, `_` or `-` (vendor documentation; "Provider Name is not
/// valid" otherwise).
pub(crate) fn is_provider_name(value: &str) -> bool {
    let mut bytes = value.bytes();
    value.len() <= 60
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether a PUT may rename is not known: a different name is sent, with a warning.
fn rules(body: &Object, params: &Params, problems: &mut Vec<Problem>) {
    let (Some(provider), Some(app)) = (body.get("Provider").and_then(|value| value.as_str()), params.get("samlApp"))
    else {
        return;
    };
    if !provider.eq_ignore_ascii_case(app) {
        problems.push(Problem::warning(
            "/Provider",
            "provider_name_differs",
            "Differs from the provider named in the path; whether LoginRadius renames, refuses or ignores it is not documented.",
        ));
    }
}
