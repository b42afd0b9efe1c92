//! Logto's request bodies (vendor facts: Logto, sections 3 and 4).

use super::{operations::IDP_INITIATED_FIELDS, rules};
use crate::canonical::Field;
use crate::validate::Armour;
use crate::vendor::member::{answer_only, choice, flag, map, path_value, replaced, secret, text, texts, words};
use crate::vendor::{Body, Member, Rule, UrlUse, Vendor};

/// An answer-only member that the canonical schema has no name for.
const fn echo(name: &'static str) -> Member {
    answer_only(name, Field::Extension(Vendor::Logto, std::borrow::Cow::Borrowed(name)))
}

/// The members of a connector, of which three differ between making and changing one: its name, which is required of a new
/// one; its kind, which only a new one takes; its id, which a change may say again.
const fn connector(name: Member, kind: Member, id: Member) -> [Member; 15] {
    [
        name,
        replaced("config", CONFIG, CONFIG_FIELDS),
        texts("domains", Field::Domains, Rule::Domain(true)),
        replaced("branding", BRANDING, &[Field::DisplayName, Field::BrandingLogo, Field::BrandingLogoDark]),
        flag("syncProfile", Field::SyncProfile),
        flag("enableTokenStorage", Field::TokenStorage),
        kind,
        id,
        answer_only("createdAt", Field::CreatedAt),
        echo("tenantId"),
        echo("name"),
        echo("providerType"),
        echo("providerLogo"),
        echo("providerLogoDark"),
        echo("providerConfig"),
    ]
}

const fn connector_name() -> Member {
    text("connectorName", Field::Name, Rule::Length(1, 128))
}

/// `POST /api/sso-connectors`.
pub(super) static CONNECTOR_POST: Body = Body {
    members: &connector(
        connector_name().required(),
        choice("providerName", Field::ProviderKind, PROVIDERS).required(),
        answer_only("id", Field::Id),
    ),
    complete: |_, _| {},
    rules: rules::new_connector,
    may_be_empty: false,
    makes: true,
};

/// `PATCH /api/sso-connectors/{id}`: partial at the top level, whole replacement below it (captured).
pub(super) static CONNECTOR_PATCH: Body = Body {
    members: &connector(connector_name(), answer_only("providerName", Field::ProviderKind), path_value("id", "id")),
    complete: |_, _| {},
    rules: rules::connector,
    may_be_empty: true,
    makes: false,
};

/// The six kinds, exact case (section 3.4 of the overview). Of two that mean the same, the protocol is the difference.
const PROVIDERS: &[(&str, &str)] = &[
    ("OIDC", "generic"),
    ("SAML", "generic"),
    ("AzureAD", "microsoft-entra"),
    ("AzureAdOidc", "microsoft-entra"),
    ("GoogleWorkspace", "google-workspace"),
    ("Okta", "okta"),
];

const BRANDING: &[Member] = &[
    text("displayName", Field::DisplayName, Rule::Any),
    text("logo", Field::BrandingLogo, Rule::Image),
    text("darkLogo", Field::BrandingLogoDark, Rule::Image),
];

/// All variants in one table; [`rules::connector`] decides which one a body is.
const CONFIG: &[Member] = &[
    text("clientId", Field::ClientId, Rule::Any),
    secret("clientSecret", Field::ClientSecret, Rule::Any),
    text("issuer", Field::Issuer, Rule::Url(UrlUse::VendorFetches)),
    words("scope", Field::Scopes),
    flag("trustUnverifiedEmail", Field::TrustUnverifiedEmail),
    flag("offlineAccess", Field::OfflineAccess),
    text("metadataUrl", Field::IdpMetadataUrl, Rule::Url(UrlUse::VendorFetches)),
    text("metadata", Field::IdpMetadataXml, Rule::Metadata),
    text("entityId", Field::IdpEntityId, Rule::Length(1, 1024)),
    text("signInEndpoint", Field::IdpSsoUrl, Rule::Url(UrlUse::Browser)),
    text("x509Certificate", Field::IdpCertificates, Rule::Certificate(Armour::PemOrBareBase64, false)),
    replaced("attributeMapping", ATTRIBUTES, ATTRIBUTE_FIELDS),
    flag("signAuthnRequest", Field::RequestSigningEnabled),
    choice("requestSignatureAlgorithm", Field::RequestSigningAlgorithm, ALGORITHMS),
];

const ATTRIBUTES: &[Member] = &[
    text("id", Field::MappingSubject, Rule::Any),
    text("email", Field::MappingEmail, Rule::Any),
    text("name", Field::MappingFullName, Rule::Any),
];

const ATTRIBUTE_FIELDS: &[Field] = &[Field::MappingSubject, Field::MappingEmail, Field::MappingFullName];

const ALGORITHMS: &[(&str, &str)] = &[
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
];

const CONFIG_FIELDS: &[Field] = &[
    Field::ClientId,
    Field::ClientSecret,
    Field::Issuer,
    Field::AuthorizationUrl,
    Field::TokenUrl,
    Field::UserinfoUrl,
    Field::JwksUrl,
    Field::Scopes,
    Field::TrustUnverifiedEmail,
    Field::OfflineAccess,
    Field::IdpMetadataUrl,
    Field::IdpMetadataXml,
    Field::IdpEntityId,
    Field::IdpSsoUrl,
    Field::IdpCertificates,
    Field::MappingSubject,
    Field::MappingEmail,
    Field::MappingFullName,
    Field::RequestSigningEnabled,
    Field::RequestSigningAlgorithm,
];

/// `PUT /api/sso-connectors/{id}/idp-initiated-auth-config`: full replacement (captured).
pub(super) static IDP_INITIATED_PUT: Body = Body {
    members: &[
        flag("autoSendAuthorizationRequest", Field::IdpInitiatedAutoSend).required(),
        text("defaultApplicationId", Field::IdpInitiatedApplication, Rule::Length(1, 21)).required(),
        text("redirectUri", Field::IdpInitiatedRedirectUri, Rule::Url(UrlUse::Browser)).nullable(),
        map("authParameters", Field::IdpInitiatedAuthParameters),
        text("clientIdpInitiatedAuthCallbackUri", Field::IdpInitiatedCallbackUri, Rule::Url(UrlUse::Browser))
            .nullable(),
        path_value("id", "id"),
        path_value("connectorId", "id"),
        answer_only("createdAt", Field::CreatedAt),
        echo("tenantId"),
    ],
    complete: rules::insert_auto_send,
    rules: rules::idp_initiated,
    may_be_empty: false,
    makes: false,
};

/// `POST …/signing-keys`: the server makes the key; an inactive one unless said otherwise.
pub(super) static SIGNING_KEY_POST: Body = Body {
    members: &[flag("active", Field::RequestSigningPrivateKey), path_value("id", "id")],
    complete: |_, _| {},
    rules: |_, _, _| {},
    may_be_empty: true,
    makes: true,
};

/// `PATCH …/signing-keys/{keyId}`. The other members are those of the answer.
pub(super) static SIGNING_KEY_PATCH: Body = Body {
    members: &[
        flag("active", Field::RequestSigningPrivateKey).required(),
        path_value("id", "keyId"),
        echo("certificate"),
        echo("createdAt"),
        echo("expiresAt"),
        echo("fingerprints"),
    ],
    complete: |_, _| {},
    rules: |_, _, _| {},
    may_be_empty: false,
    makes: false,
};

// The effect of a PUT is the whole sub-resource; the table above and the list of fields must name the same ones.
const _: () = assert!(IDP_INITIATED_FIELDS.len() == 6);
