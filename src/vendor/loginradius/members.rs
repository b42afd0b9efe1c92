//! LoginRadius' request bodies (vendor facts: LoginRadius, section 3), one file for each kind of provider.
//!
//! All three kinds are known by a name, share one table of mapping keys and a few members, and have published bodies that
//! hold no more than what is presumably required.

mod jwt;
mod oauth;
mod saml;

pub(super) use jwt::{JWT_POST, JWT_PUT};
pub(super) use oauth::{NAME as OAUTH_NAME, OAUTH_POST, OAUTH_PUT};
pub(super) use saml::{SAML_POST, SAML_PUT};

use std::borrow::Cow;

use crate::canonical::Field;
use crate::json::{Object, Value};
use crate::validate::Problem;
use crate::vendor::member::{answer_only, flag, mapping, one_of};
use crate::vendor::{Member, Rule, Vendor};

/// A field that only this vendor has.
pub(super) const fn own(path: &'static str) -> Field {
    Field::Extension(Vendor::LoginRadius, Cow::Borrowed(path))
}

/// An answer-only member that the canonical schema has no name for.
const fn echo(name: &'static str) -> Member {
    answer_only(name, own(name))
}

/// LoginRadius key to attribute of the identity provider.
const fn data_map(name: &'static str) -> Member {
    mapping(name, KNOWN_KEYS, FURTHER_KEYS)
}

/// The one e-mail domain that leads to a provider.
const fn domain() -> Member {
    one_of("Domain", Field::Domains, Rule::Domain(false))
}

const fn auto_look_up() -> Member {
    flag("EnableAutoLookUp", own("EnableAutoLookUp"))
}

const fn listed() -> Member {
    flag("ListInInterface", Field::Listed)
}

const fn active() -> Member {
    flag("IsActive", Field::Status).unverified()
}

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

/// A provider without a name could be found by nobody, and no answer about it could be told from another's.
fn require_name(body: &Object, member: &'static str, problems: &mut Vec<Problem>) {
    if body.get(member).is_none_or(Value::is_null) {
        problems.push(Problem::error(
            format!("/{member}"),
            "required",
            format!("`{member}` is missing; it is the name by which LoginRadius knows the provider."),
        ));
    }
}

/// Whether a PUT may rename is not known: a different name is sent, with a warning.
fn note_other_name(body: &Object, member: &str, named: Option<&str>, problems: &mut Vec<Problem>) {
    let (Some(name), Some(named)) = (body.get(member).and_then(Value::as_str), named) else { return };
    if !name.eq_ignore_ascii_case(named) {
        problems.push(Problem::warning(
            format!("/{member}"),
            "provider_name_differs",
            "Differs from the provider named in the path; whether LoginRadius renames, refuses or ignores it is not documented.",
        ));
    }
}
