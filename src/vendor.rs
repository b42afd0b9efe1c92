//! The vendors, one folder each, behind one enum.
//!
//! A vendor is data: a [`Dialect`] names its operations, the members of its bodies, where its answers hold secrets, how
//! its errors look and how a token is asked for. Decoding, routing, validation and redaction are written once and read
//! these tables. A fourth vendor is one folder with a `DIALECT` and one more arm in [`Vendor::dialect`].

pub mod decode;
mod dialect;
pub mod encode;
mod member;
mod operation;
mod restore;

mod loginradius;
mod logto;
mod stytch;

pub use dialect::{
    AnswerOnly, AskedFor, Dialect, ErrorView, Masks, NullRule, TokenInputs, TokenProtocol, UpstreamError, Verdict,
};
pub(crate) use loginradius::is_provider_name;
pub use member::{Holds, Member, Required, Rule, UrlUse, Writable};
pub use operation::{AnswerShape, Asked, Body, Operation, Param, ParamRole, Params, Query, Segment, Touches};
pub use restore::{RestoreError, restore};

/// One of the vendors whose configuration APIs are spoken here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Vendor {
    /// <https://logto.io>: enterprise SSO connectors of a tenant.
    Logto,
    /// <https://loginradius.com>: custom identity providers of a tenant.
    LoginRadius,
    /// <https://stytch.com>: B2B SSO connections of an organization.
    Stytch,
}

impl Vendor {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Logto, Self::LoginRadius, Self::Stytch];

    /// Everything that is particular to this vendor.
    pub fn dialect(self) -> &'static Dialect {
        match self {
            Self::Logto => &logto::DIALECT,
            Self::LoginRadius => &loginradius::DIALECT,
            Self::Stytch => &stytch::DIALECT,
        }
    }

    /// The name used in configuration and in canonical paths.
    pub fn name(self) -> &'static str {
        self.dialect().name
    }

    /// The vendor of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|vendor| vendor.name() == name)
    }

    /// True where the catalogue has an operation of that name.
    pub fn operation_named(self, name: &str) -> bool {
        self.dialect().operation(name).is_some()
    }

    /// True where a connection belongs to an organization, so that grants are given by organization.
    pub fn scoped_by_organization(self) -> bool {
        self.dialect().scoped_by_organization
    }
}

#[cfg(test)]
mod tests;
