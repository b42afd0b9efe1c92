//! What the operator has configured, as plain checked data.
//!
//! Settings are read once per isolate from named bindings and never change afterwards. Anything wrong fails closed:
//! every mistake is named at once (by name, never by value) and no request is served. No default opens a door: no
//! caller entry, no access; no grant, no access; a grant must say whose connections it is about.

mod load;
mod secret;

pub use load::{Mistake, load};
pub use secret::Secret;

use crate::auth::{Algorithm, KeySet};
use crate::vendor::Vendor;

/// Everything that was configured.
pub struct Settings {
    /// `GATEWAY`.
    pub gateway: GatewaySettings,
    /// Every `UPSTREAM_*`, in order of name.
    pub upstreams: Vec<Upstream>,
    /// Every `CALLER_*`, in order of name.
    pub callers: Vec<Caller>,
}

/// `GATEWAY`: what concerns the gateway as a whole.
pub struct GatewaySettings {
    /// Scheme, host and port under which callers reach us, without a trailing slash: `https://gateway.example.com`.
    pub public_origin: String,
    /// True where `public_origin` is a loopback address; a foreign `Host` is then refused (DNS rebinding).
    pub loopback: bool,
    /// Total time for one request, from the first byte of our work to the last exchange. Milliseconds.
    pub deadline_ms: u64,
    /// Our entry in `Via`.
    pub via: String,
    /// False where `limits = "off"`: this runs where there is no rate-limit binding, and somebody decided so.
    pub limits: bool,
    /// Id of this version of the Worker, where the platform tells it.
    pub version: Option<String>,
}

/// `UPSTREAM_*`: one account at a vendor. `UPSTREAM_STYTCH_TEST` is called `stytch-test`.
pub struct Upstream {
    /// `[a-z][a-z0-9-]{1,31}`.
    pub name: String,
    /// Whose dialect it speaks.
    pub vendor: Vendor,
    /// Origin all requests of this upstream go to, without a trailing slash.
    pub base_url: String,
    /// Other origins under which a console may name this upstream. Nothing is ever sent there.
    pub aliases: Vec<String>,
    /// Answers for the vendor's bare path.
    pub default: bool,
    /// What happens to a member the vendor is not known to have.
    pub unknown_members: UnknownMembers,
    /// Severities that differ from the defaults, by the code of the check.
    pub checks: Vec<(String, CheckSeverity)>,
    /// How we prove ourselves to the vendor.
    pub credential: Credential,
}

/// `unknown_members`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnknownMembers {
    /// 400 with the nearest known name.
    Refuse,
    /// Sent as it is, with a warning.
    Forward,
}

/// `checks.{code}`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckSeverity {
    /// The request is refused.
    Error,
    /// The request goes through with a warning.
    Warning,
    /// The finding is dropped.
    Off,
}

/// `credential`.
pub enum Credential {
    /// HTTP Basic on every request (Stytch).
    Basic {
        /// Project id.
        username: String,
        /// The secret in use, then the one it is being rotated to, if any.
        secrets: Vec<Secret>,
    },
    /// OAuth 2.0 client credentials (Logto, LoginRadius).
    ClientCredentials {
        /// Application id.
        client_id: String,
        /// The secret in use, then the one it is being rotated to, if any.
        secrets: Vec<Secret>,
        /// Where tokens are fetched.
        token_url: String,
        /// Logto: the Management API's identifier.
        resource: Option<String>,
        /// LoginRadius: the management API's audience.
        audience: Option<String>,
    },
}

/// `CALLER_*`: somebody who may ask.
pub struct Caller {
    /// From the entry's name, in lower case with dashes: `CALLER_DEPLOY_SCRIPT` is `deploy-script`.
    pub name: String,
    /// How it is recognised.
    pub proof: Proof,
    /// `session`: this caller may have sessions. A caller with these alone is public.
    pub sessions: Option<Sessions>,
    /// Exact origins a browser may send from; empty: none.
    pub origins: Vec<String>,
    /// How often it may ask.
    pub rate_limit: Option<RateLimit>,
    /// What this caller may do; the first grant that fits decides.
    pub grants: Vec<Grant>,
}

/// How a caller is recognised.
pub enum Proof {
    /// By a fixed token, known by its SHA-256.
    Token([u8; 32]),
    /// By JWTs of an issuer.
    Issuer(TokenIssuer),
    /// By nothing: whoever is on one of its pages gets a session.
    Nothing,
}

/// Who signs a caller's JWTs, and what they must say.
pub struct TokenIssuer {
    /// `iss`, compared byte by byte.
    pub issuer: String,
    /// `aud`, or one of its items.
    pub audience: String,
    /// The keys.
    pub keys: KeySource,
    /// Algorithms that its keys may be for.
    pub algorithms: Vec<Algorithm>,
    /// What says which organization the token's holder belongs to.
    pub organization_claim: Option<OrganizationClaim>,
    /// By how much clocks may differ, in seconds.
    pub leeway_s: u64,
}

/// `keys` or `jwks_url`.
pub enum KeySource {
    /// Written in the configuration.
    Inline(KeySet),
    /// Fetched from here.
    Url(String),
}

/// `organization_claim`.
pub struct OrganizationClaim {
    /// Name of the claim, or a JSON pointer to it.
    pub claim: String,
    /// What its value is.
    pub form: ClaimForm,
}

/// `organization_claim.form`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimForm {
    /// The vendor's id of the organization.
    Id,
    /// Its slug.
    Slug,
    /// Its id elsewhere, as the vendor was told.
    ExternalId,
}

/// `session`: tokens of our own.
pub struct Sessions {
    /// The key in use, then the one it is being rotated to, if any. The first one signs.
    pub keys: Vec<Secret>,
    /// How long a session lasts, in seconds.
    pub lifetime_s: u64,
    /// How often one address may ask for one.
    pub rate_limit: Option<RateLimit>,
}

/// `rate_limit`: a rate-limit binding of the Worker.
#[derive(Clone)]
pub struct RateLimit {
    /// Its name.
    pub binding: String,
    /// Its period in seconds, which callers are told to wait.
    pub period_s: u64,
}

/// One line of a caller's `grants`.
pub struct Grant {
    /// Name of a configured upstream.
    pub upstream: String,
    /// Reading only, or reading and writing.
    pub access: Access,
    /// Names from the vendor's catalogue; absent: all.
    pub operations: Option<Vec<String>>,
    /// Whose connections.
    pub whose: Whose,
    /// Which canonical fields may be touched.
    pub fields: FieldRules,
    /// Allows a URL that receives a stored secret to change without that secret being supplied again.
    pub retarget_secrets: bool,
}

/// `access`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// Operations that change nothing.
    Read,
    /// Everything.
    Write,
}

/// `organizations` (Stytch) or `connections` (Logto, LoginRadius).
pub enum Whose {
    /// All that the upstream's credential reaches.
    All,
    /// These organizations, spelled as they appear in the path.
    Organizations(Vec<String>),
    /// The organization that the caller's token names.
    ClaimedOrganization,
    /// These connections, spelled as they appear in the path.
    Connections(Vec<String>),
    /// The connections that this claim of the caller's token names.
    ClaimedConnections(String),
}

/// `fields`: canonical paths, each standing for itself and everything below it (`idp` covers `idp.sso_url`).
#[derive(Default)]
pub struct FieldRules {
    /// Only these may be touched; absent: all.
    pub allow: Option<Vec<String>>,
    /// These may not be touched.
    pub deny: Vec<String>,
}

impl Settings {
    /// Origins whose pages may talk to this gateway: the callers', and our own.
    pub fn origins(&self) -> Vec<&str> {
        let origins = self.callers.iter().flat_map(|caller| &caller.origins);
        origins.chain([&self.gateway.public_origin]).map(String::as_str).collect()
    }

    /// The upstream of that name.
    pub fn upstream(&self, name: &str) -> Option<&Upstream> {
        self.upstreams.iter().find(|upstream| upstream.name == name)
    }
}

impl Credential {
    /// The secret in use, then the one it is being rotated to, if any.
    pub fn secrets(&self) -> &[Secret] {
        match self {
            Self::Basic { secrets, .. } | Self::ClientCredentials { secrets, .. } => secrets,
        }
    }
}

impl Caller {
    /// Anybody on its pages is this caller.
    pub fn is_public(&self) -> bool {
        matches!(self.proof, Proof::Nothing)
    }

    /// The claims that its grants look at.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        let organization = match &self.proof {
            Proof::Issuer(TokenIssuer { organization_claim: Some(claim), .. }) => Some(claim.claim.as_str()),
            _ => None,
        };
        let connections = self.grants.iter().filter_map(|grant| match &grant.whose {
            Whose::ClaimedConnections(claim) => Some(claim.as_str()),
            _ => None,
        });
        organization.into_iter().chain(connections)
    }
}
