//! Every leaf of the canonical schema, by name.
//!
//! A field of a vendor that the schema lacks is an [`Field::Extension`], never dropped: what has no name here could
//! otherwise pass policy unseen.

use std::borrow::Cow;

use crate::vendor::Vendor;

/// Declares the closed part of [`Field`] together with its canonical paths.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident => $path:literal,)*) => {
        /// One leaf of the canonical schema.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Field {
            $($(#[$doc])* $name,)*
            /// `attribute_mapping.custom.{key}`: a claim or attribute that has no name of its own here. With an empty
            /// key: all of them.
            MappingCustom(String),
            /// `extensions.{vendor}.{path}`: something only one vendor has.
            Extension(Vendor, Cow<'static, str>),
        }

        /// Paths of the fields that have a fixed name.
        const PATHS: &[&str] = &[$($path,)*];

        impl Field {
            /// The path under which grants, audit lines, diffs and documents name this field.
            pub fn path(&self) -> Cow<'static, str> {
                match self {
                    $(Self::$name => Cow::Borrowed($path),)*
                    Self::MappingCustom(key) if key.is_empty() => Cow::Borrowed("attribute_mapping.custom"),
                    Self::MappingCustom(key) => Cow::Owned(format!("attribute_mapping.custom.{key}")),
                    Self::Extension(vendor, path) => Cow::Owned(format!("extensions.{}.{path}", vendor.name())),
                }
            }
        }
    };
}

fields! {
    /// The connection's identifier at the vendor.
    Id => "id",
    /// The organization it belongs to, where the vendor has any.
    Organization => "scope.organization",
    /// `saml` or `oidc`.
    Protocol => "protocol",
    /// Which product the identity provider is.
    ProviderKind => "provider_kind",
    /// Unique key among the connections of an account.
    Name => "name",
    /// What people see.
    DisplayName => "display_name",
    /// URL or data URI of a logo.
    BrandingLogo => "branding.logo",
    /// The same for dark pages.
    BrandingLogoDark => "branding.logo_dark",
    /// Whether it can be used.
    Status => "status",
    /// E-mail domains that lead to it.
    Domains => "domains",
    /// Shown among the login buttons.
    Listed => "listed",
    /// Profile refreshed at every login.
    SyncProfile => "sync_profile",
    /// The identity provider's tokens are kept.
    TokenStorage => "token_storage",
    /// Attribute that identifies a person.
    MappingSubject => "attribute_mapping.subject",
    /// Attribute with the e-mail address.
    MappingEmail => "attribute_mapping.email",
    /// Attribute with the whole name.
    MappingFullName => "attribute_mapping.full_name",
    /// Attribute with the given name.
    MappingFirstName => "attribute_mapping.first_name",
    /// Attribute with the family name.
    MappingLastName => "attribute_mapping.last_name",
    /// Attribute with group names.
    MappingGroups => "attribute_mapping.groups",
    /// Roles for everybody who comes through this connection.
    RolesDefault => "roles.default",
    /// Roles by group.
    RolesByGroup => "roles.by_group",
    /// When it was made.
    CreatedAt => "created_at",
    /// When it was last changed.
    UpdatedAt => "updated_at",
    /// Entity id of the identity provider.
    IdpEntityId => "idp.entity_id",
    /// Where the browser is sent to log in.
    IdpSsoUrl => "idp.sso_url",
    /// Certificates that verify assertions.
    IdpCertificates => "idp.certificates",
    /// Metadata that the vendor fetches by itself.
    IdpMetadataUrl => "idp.metadata_url",
    /// Metadata given as text.
    IdpMetadataXml => "idp.metadata_xml",
    /// Binding of the authentication request.
    IdpBinding => "idp.binding",
    /// Single-logout URL.
    IdpSloUrl => "idp.slo_url",
    /// NameID format asked for.
    NameIdFormat => "name_id_format",
    /// Name of the relay-state parameter.
    RelayStateParameter => "relay_state_parameter",
    /// Authentication requests are signed.
    RequestSigningEnabled => "request_signing.enabled",
    /// With which algorithm.
    RequestSigningAlgorithm => "request_signing.algorithm",
    /// With which private key.
    RequestSigningPrivateKey => "request_signing.private_key",
    /// Private key that opens encrypted assertions.
    DecryptionPrivateKey => "decryption.private_key",
    /// Login may start at the identity provider.
    IdpInitiatedEnabled => "idp_initiated.enabled",
    /// Application such a login ends in.
    IdpInitiatedApplication => "idp_initiated.application",
    /// The vendor starts the application's authorization request by itself.
    IdpInitiatedAutoSend => "idp_initiated.auto_send",
    /// Redirect URI of that request.
    IdpInitiatedRedirectUri => "idp_initiated.redirect_uri",
    /// Further parameters of that request.
    IdpInitiatedAuthParameters => "idp_initiated.auth_parameters",
    /// Where the browser is sent when the application starts the request itself.
    IdpInitiatedCallbackUri => "idp_initiated.callback_uri",
    /// Assertion consumer service.
    SpAcsUrl => "sp.acs_url",
    /// Entity id (audience) of the service provider.
    SpEntityId => "sp.entity_id",
    /// ACS URL that the authentication request names instead.
    SpAlternativeAcsUrl => "sp.alternative_acs_url",
    /// Second audience that is accepted.
    SpAlternativeAudience => "sp.alternative_audience",
    /// Undocumented member of Stytch's.
    AllowGatewayCallback => "allow_gateway_callback",
    /// OAuth client id.
    ClientId => "client_id",
    /// OAuth client secret.
    ClientSecret => "client_secret",
    /// OpenID issuer.
    Issuer => "issuer",
    /// Authorization endpoint.
    AuthorizationUrl => "authorization_url",
    /// Token endpoint; receives the client secret.
    TokenUrl => "token_url",
    /// User-info endpoint.
    UserinfoUrl => "userinfo_url",
    /// Keys that verify ID tokens.
    JwksUrl => "jwks_url",
    /// Scopes asked for.
    Scopes => "scopes",
    /// Our side's redirect URI.
    RedirectUri => "redirect_uri",
    /// E-mail addresses are believed without `email_verified`.
    TrustUnverifiedEmail => "trust_unverified_email",
    /// A refresh token is asked for.
    OfflineAccess => "offline_access",
}

impl Field {
    /// True where `path` names a field or a group of fields, so that a misspelt rule in a grant is found at load.
    /// Below `attribute_mapping.custom` and `extensions` the keys are open.
    pub fn covers_any(path: &str) -> bool {
        let open = || {
            let extensions = Vendor::ALL.iter().map(|vendor| format!("extensions.{}", vendor.name()));
            extensions.chain(["attribute_mapping.custom".to_owned()])
        };
        PATHS.iter().any(|known| covers(path, known)) || open().any(|open| covers(path, &open) || covers(&open, path))
    }

    /// True where a rule about `path` is also about this field: `idp` covers `idp.sso_url`.
    pub fn is_covered_by(&self, path: &str) -> bool {
        covers(path, &self.path())
    }

    /// True where a rule about `path` is about this field or a part of it.
    pub fn is_touched_by(&self, path: &str) -> bool {
        self.is_covered_by(path) || covers(&self.path(), path)
    }

    /// The path as it may be told and logged: a key that is the caller's own text is shortened to its group.
    pub fn shown(&self) -> Cow<'static, str> {
        match self {
            Self::MappingCustom(_) => Cow::Borrowed("attribute_mapping.custom"),
            Self::Extension(vendor, _) => Cow::Owned(format!("extensions.{}", vendor.name())),
            known => known.path(),
        }
    }
}

/// `rule` is `path` itself or one of its ancestors.
fn covers(rule: &str, path: &str) -> bool {
    path.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// An object that the vendor replaces as one: what a request leaves out of it is removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
    /// Canonical fields that live in it.
    pub fields: &'static [Field],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_unique_and_none_is_the_ancestor_of_another() {
        for (i, a) in PATHS.iter().enumerate() {
            for (j, b) in PATHS.iter().enumerate() {
                assert!(i == j || !covers(a, b), "{a} covers {b}");
            }
        }
    }

    #[test]
    fn a_rule_covers_its_own_field_and_everything_below_but_no_namesake() {
        assert!(Field::IdpSsoUrl.is_covered_by("idp"));
        assert!(Field::IdpSsoUrl.is_covered_by("idp.sso_url"));
        assert!(!Field::IdpInitiatedEnabled.is_covered_by("idp"));
        assert!(Field::covers_any("roles"));
        assert!(Field::covers_any("extensions.loginradius.Domain"));
        assert!(!Field::covers_any("role"));
        assert!(!Field::covers_any(""));
    }
}
