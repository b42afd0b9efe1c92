//! Public keys that callers' tokens are signed with: what a key set must look like to be believed.
//!
//! A key says by itself which algorithm it is for, so that a token cannot choose one. Weak keys, keys for encryption,
//! symmetric keys and keys that were published together with their private part are not used; a set in which two keys
//! have one name is not used at all, because which of them is meant would be the token's choice (RFC 7517, section 4.5).

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use crate::http::limits;
use crate::json::{self, Value};

/// Keys of one set. Issuers have one or two, and a few more while they rotate.
const MOST_KEYS: usize = 100;
/// Longest `kid`, in bytes.
pub(super) const LONGEST_KID: usize = 256;
/// Bytes of an RSA modulus: 2 048 bits at least (RFC 7518, section 3.3), 8 192 at most, as checking costs time.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;

/// An algorithm that tokens may be signed with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Rs256, Self::Es256, Self::EdDsa];

    /// Its name in `alg` (RFC 7518, RFC 8037).
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// A public key and what it is for.
#[derive(Clone)]
pub struct Key {
    kid: Option<String>,
    algorithm: Algorithm,
    /// The key alone, as a JWK for the platform.
    jwk: String,
    signature_bytes: usize,
    fingerprint: [u8; 32],
}

impl Key {
    /// Reads a JWK. The error says what is wrong with it, without a value.
    pub fn read(jwk: &Value) -> Result<Self, &'static str> {
        let jwk = jwk.as_object().ok_or("is not an object")?;
        let text = |name: &str| match jwk.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or("has a member that must be text and is not"),
        };
        if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.contains(name)) {
            return Err("holds a private or symmetric key");
        }
        if text("use")?.is_some_and(|purpose| purpose != "sig") {
            return Err("is not for signatures (`use`)");
        }
        if jwk.get("key_ops").is_some_and(|operations| {
            !operations.as_array().is_some_and(|list| list.iter().any(|item| item.as_str() == Some("verify")))
        }) {
            return Err("is not for checking signatures (`key_ops`)");
        }
        let kid = text("kid")?.map(str::to_owned);
        if kid.as_ref().is_some_and(|kid| kid.is_empty() || kid.len() > LONGEST_KID) {
            return Err("has an empty or overlong `kid`");
        }
        let number = |name: &str| {
            let text = text(name)?.ok_or("lacks a member of its key type")?;
            Base64UrlUnpadded::decode_vec(text)
                .map_err(|_| "has a number that is not Base64url")
                .map(|bytes| (text, bytes))
        };
        let coordinate = |name: &str| {
            let (text, bytes) = number(name)?;
            if bytes.len() == 32 { Ok(text) } else { Err("has a coordinate that is not 32 bytes long") }
        };
        let (algorithm, key, signature_bytes) = match (text("kty")?, text("crv")?) {
            (Some("RSA"), _) => {
                let ((n, modulus), (e, exponent)) = (number("n")?, number("e")?);
                check_rsa(&modulus, &exponent)?;
                (Algorithm::Rs256, format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#), modulus.len())
            }
            (Some("EC"), Some("P-256")) => {
                let (x, y) = (coordinate("x")?, coordinate("y")?);
                (Algorithm::Es256, format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#), 64)
            }
            (Some("OKP"), Some("Ed25519")) => {
                (Algorithm::EdDsa, format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, coordinate("x")?), 64)
            }
            _ => return Err("is not an RSA, P-256 or Ed25519 key"),
        };
        if text("alg")?.is_some_and(|named| named != algorithm.name()) {
            return Err("is for another algorithm than RS256, ES256 or EdDSA");
        }
        let mut digest = Sha256::new();
        digest.update(kid.as_deref().unwrap_or_default());
        digest.update([0]);
        digest.update(&key);
        Ok(Self { kid, algorithm, signature_bytes, fingerprint: digest.finalize().into(), jwk: key })
    }

    /// What it is for.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as a JWK without anything but the key.
    pub fn jwk(&self) -> &str {
        &self.jwk
    }

    /// How long its signatures are.
    pub fn signature_bytes(&self) -> usize {
        self.signature_bytes
    }

    /// Which key it is, name included.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
}

/// A modulus of good length without leading zeros, odd; an exponent that is odd and at least 65 537 (NIST SP 800-56B).
fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), &'static str> {
    if !RSA_BYTES.contains(&modulus.len()) || modulus.first().is_none_or(|first| *first < 0x80) {
        return Err("is an RSA key of fewer than 2048 or more than 8192 bits");
    }
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    let small = exponent.len() < 3 || exponent.first() == Some(&0) || exponent.len() > 8;
    if small || !odd(exponent) || !odd(modulus) {
        return Err("is an RSA key with a weak exponent or modulus");
    }
    Ok(())
}

/// The keys of one issuer.
#[derive(Clone)]
pub struct KeySet(Vec<Key>);

impl KeySet {
    /// Keys that were read one by one. Refuses none at all, and two of one name.
    pub fn new(keys: Vec<Key>) -> Result<Self, &'static str> {
        if keys.is_empty() {
            return Err("holds no key that can be used");
        }
        let mut names: Vec<_> = keys.iter().filter_map(|key| key.kid.as_deref()).collect();
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| pair.first() == pair.last());
        if twice {
            return Err("holds two keys of one name");
        }
        Ok(Self(keys))
    }

    /// Reads a JWKS document (RFC 7517, section 5). Keys that cannot be used are passed over.
    pub fn read(document: &[u8]) -> Result<Self, &'static str> {
        let limits = json::Limits { bytes: limits::KEY_SET, depth: 8 };
        let document = json::read(document, limits).map_err(|_| "is not strict JSON")?;
        let keys = document.get("keys").and_then(Value::as_array).ok_or("has no list `keys`")?;
        if keys.len() > MOST_KEYS {
            return Err("holds too many keys");
        }
        if keys.iter().any(|key| key.as_object().is_none()) {
            return Err("holds something that is no key");
        }
        Self::new(keys.iter().filter_map(|key| Key::read(key).ok()).collect())
    }

    /// The key of that name. Where one of the two has no name, the only key there is.
    pub fn find(&self, kid: Option<&str>) -> Option<&Key> {
        match (kid, self.0.as_slice()) {
            (None, [only]) => Some(only),
            (Some(_), [only]) if only.kid.is_none() => Some(only),
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, _) => None,
        }
    }

    /// True where the set has this very key.
    pub fn has(&self, fingerprint: [u8; 32]) -> bool {
        self.0.iter().any(|key| key.fingerprint == fingerprint)
    }
}
