//! The vocabulary in which a vendor's request bodies are written down.
//!
//! One [`Member`] is one row of the vendor's own documentation: its name on the wire, the canonical field it means, the
//! type it must have and what is known about writing it.

use crate::canonical::Field;
use crate::validate::Armour;

/// One member of a request body.
pub struct Member {
    /// Name on the wire, exact.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it can be written.
    pub writable: Writable,
    /// Whether it may be missing.
    pub required: Required,
    /// `null` is known to be accepted.
    pub nullable: bool,
    /// The path value that this member says again. Equal to it, it changes nothing; different, it means what it says.
    pub repeats: Option<&'static str>,
}

/// Type and meaning of a member.
pub enum Holds {
    /// A string.
    Text(Field, Rule),
    /// A string out of a list: spelling on the wire, canonical spelling.
    Choice(Field, &'static [(&'static str, &'static str)]),
    /// A boolean that means the field.
    Flag(Field),
    /// A boolean that means the opposite of the field.
    NotFlag(Field),
    /// An array of strings.
    Texts(Field, Rule),
    /// One string that is a list with one entry.
    OneOf(Field, Rule),
    /// One string of words, separated by blanks or `+`.
    Words(Field),
    /// An object of strings.
    Map(Field),
    /// A string that is secret.
    Secret(Field, Rule),
    /// `[{role_id}]`.
    Roles(Field),
    /// `[{role_id, group}]`.
    GroupRoles(Field),
    /// An object of strings in which each key is a claim: keys with a name of their own, then everything else.
    Mapping {
        /// Key on the wire, canonical field.
        known: &'static [(&'static str, Field)],
        /// Further keys that the vendor lists; empty: any key is as good as another.
        listed: &'static [&'static str],
    },
    /// An object with members of its own.
    Object {
        /// Its members.
        members: &'static [Member],
        /// Canonical fields in it, where the vendor replaces it as one.
        replaces: Option<&'static [Field]>,
    },
    /// A path value said again; must be equal to it.
    PathValue(&'static str),
    /// Any JSON, passed as it is.
    Anything(Field),
}

/// What is known about writing a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writable {
    /// Documented or captured.
    Yes,
    /// Not documented: sent, with a warning.
    Unverified,
    /// Only in answers.
    AnswerOnly,
    /// Must never be sent.
    Never,
}

/// Whether a member may be missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Required {
    /// It may.
    No,
    /// The vendor refuses the body without it.
    Yes,
    /// The vendor presumably does: warns.
    Presumably,
}

/// What a text must look like, beyond being one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Nothing further.
    Any,
    /// Length in UTF-16 code units, inclusive.
    Length(usize, usize),
    /// A URL, and what will be done with it.
    Url(UrlUse),
    /// SAML metadata as XML.
    Metadata,
    /// An image: https URL or `data:image/…`.
    Image,
    /// A certificate; true: whether the vendor takes another encoding is not known, so armour only warns.
    Certificate(Armour, bool),
    /// An RSA private key in PKCS#1 PEM.
    RsaKey,
    /// An e-mail domain; true: public mail domains are refused by the vendor.
    Domain(bool),
    /// LoginRadius' provider name.
    ProviderName,
}

/// What will be done with a URL, which decides how bad a careless one is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UrlUse {
    /// The vendor fetches it: https only, never a private host (SSRF from the vendor's network).
    VendorFetches,
    /// A browser is sent there, and the vendor insists on https.
    BrowserHttps,
    /// A browser is sent there; the vendor takes anything.
    Browser,
}

/// A member with these contents, writable, optional, not nullable.
const fn member(name: &'static str, holds: Holds) -> Member {
    Member { name, holds, writable: Writable::Yes, required: Required::No, nullable: false, repeats: None }
}

/// A string.
pub(super) const fn text(name: &'static str, field: Field, rule: Rule) -> Member {
    member(name, Holds::Text(field, rule))
}

/// A string out of a list.
pub(super) const fn choice(
    name: &'static str,
    field: Field,
    values: &'static [(&'static str, &'static str)],
) -> Member {
    member(name, Holds::Choice(field, values))
}

/// A boolean.
pub(super) const fn flag(name: &'static str, field: Field) -> Member {
    member(name, Holds::Flag(field))
}

/// A boolean with the opposite meaning.
pub(super) const fn not_flag(name: &'static str, field: Field) -> Member {
    member(name, Holds::NotFlag(field))
}

/// An array of strings.
pub(super) const fn texts(name: &'static str, field: Field, rule: Rule) -> Member {
    member(name, Holds::Texts(field, rule))
}

/// A string that is the only entry of a list.
pub(super) const fn one_of(name: &'static str, field: Field, rule: Rule) -> Member {
    member(name, Holds::OneOf(field, rule))
}

/// Words in one string.
pub(super) const fn words(name: &'static str, field: Field) -> Member {
    member(name, Holds::Words(field))
}

/// An object of strings with a meaning of its own.
pub(super) const fn map(name: &'static str, field: Field) -> Member {
    member(name, Holds::Map(field))
}

/// A secret string.
pub(super) const fn secret(name: &'static str, field: Field, rule: Rule) -> Member {
    member(name, Holds::Secret(field, rule))
}

/// Roles for everybody.
pub(super) const fn roles(name: &'static str, field: Field) -> Member {
    member(name, Holds::Roles(field))
}

/// Roles by group.
pub(super) const fn group_roles(name: &'static str, field: Field) -> Member {
    member(name, Holds::GroupRoles(field))
}

/// An attribute mapping.
pub(super) const fn mapping(
    name: &'static str,
    known: &'static [(&'static str, Field)],
    listed: &'static [&'static str],
) -> Member {
    member(name, Holds::Mapping { known, listed })
}

/// An object that the vendor replaces as one.
pub(super) const fn replaced(name: &'static str, members: &'static [Member], fields: &'static [Field]) -> Member {
    member(name, Holds::Object { members, replaces: Some(fields) })
}

/// A path value said again.
pub(super) const fn path_value(name: &'static str, param: &'static str) -> Member {
    member(name, Holds::PathValue(param))
}

/// A member whose type is not documented.
pub(super) const fn anything(name: &'static str, field: Field) -> Member {
    member(name, Holds::Anything(field))
}

/// A member that only answers have.
pub(super) const fn answer_only(name: &'static str, field: Field) -> Member {
    Member {
        name,
        holds: Holds::Anything(field),
        writable: Writable::AnswerOnly,
        required: Required::No,
        nullable: true,
        repeats: None,
    }
}

impl Member {
    /// Required by the vendor.
    pub(super) const fn required(mut self) -> Self {
        self.required = Required::Yes;
        self
    }

    /// Presumably required.
    pub(super) const fn presumably_required(mut self) -> Self {
        self.required = Required::Presumably;
        self
    }

    /// Not documented as writable.
    pub(super) const fn unverified(mut self) -> Self {
        self.writable = Writable::Unverified;
        self
    }

    /// Never to be sent.
    pub(super) const fn never(mut self) -> Self {
        self.writable = Writable::Never;
        self
    }

    /// Says this path value again, or another one.
    pub(super) const fn repeating(mut self, param: &'static str) -> Self {
        self.repeats = Some(param);
        self
    }

    /// `null` is accepted.
    pub(super) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }
}
