//! Makes tokens and keys. Whatever a header or a payload says, its signature is right: a refusal comes from what is said.
//!
//! The keys are published ones: of RFC 7515 and RFC 8037, and of `tests/vectors/pki`.

use std::borrow::Cow;
use std::cell::OnceCell;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use jwt_compact::alg::{Ed25519, Es256, Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key, Rsa, RsaPrivateKey};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm, AlgorithmSignature};
use serde_json::{Value, json};

/// Members of a payload or a header, as they are written: a value may be anything, a name may come twice.
#[derive(Clone)]
pub struct Claims(Vec<(String, String)>);

impl Claims {
    pub fn new(members: &[(&str, &str)]) -> Self {
        Self(members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// With this member, in the place of one of its name.
    pub fn with(&self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// With this member behind the others.
    pub fn and(&self, name: &str, value: &str) -> Self {
        let mut all = self.clone();
        all.0.push((name.to_owned(), value.to_owned()));
        all
    }

    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    pub fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A key pair.
pub struct Signer {
    pub kid: &'static str,
    pub name: &'static str,
    private: JsonWebKey<'static>,
}

/// RSA, 2 048 bits.
pub fn rsa() -> Signer {
    Signer { kid: "rsa", name: "RS256", private: rsa_key(include_str!("../../vectors/pki/rsa2048_pkcs1.pem")) }
}

/// Another RSA key, of 3 072 bits.
pub fn other_rsa() -> Signer {
    Signer { kid: "rsa", name: "RS256", private: rsa_key(include_str!("../../vectors/pki/rsa3072_pkcs1.pem")) }
}

/// P-256, the key of RFC 7515, appendix A.3.
pub fn ec() -> Signer {
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI" });
    Signer { kid: "ec", name: "ES256", private: serde_json::from_value(jwk).unwrap() }
}

/// Another P-256 key.
pub fn other_ec() -> Signer {
    let key = <<Es256 as Algorithm>::SigningKey as jwt_compact::alg::SigningKey<Es256>>::from_slice(&[7; 32]).unwrap();
    let jwk = serde_json::to_value(JsonWebKey::from(&key)).unwrap();
    Signer { kid: "ec", name: "ES256", private: serde_json::from_value(jwk).unwrap() }
}

/// Ed25519, the key of RFC 8037, appendix A.1.
pub fn ed() -> Signer {
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" });
    Signer { kid: "ed", name: "EdDSA", private: serde_json::from_value(jwk).unwrap() }
}

/// The three whose public keys are in [`all_keys`].
pub fn all() -> [Signer; 3] {
    [rsa(), ec(), ed()]
}

/// Their public keys.
pub fn all_keys() -> Vec<Value> {
    all().iter().map(Signer::jwk).collect()
}

impl Signer {
    /// The same key under another name.
    pub fn called(self, kid: &'static str) -> Self {
        Self { kid, ..self }
    }

    /// The public key, with its name.
    pub fn jwk(&self) -> Value {
        let mut jwk = self.nameless();
        jwk["kid"] = json!(self.kid);
        jwk
    }

    /// The public key alone.
    pub fn nameless(&self) -> Value {
        serde_json::to_value(self.private.to_verifying_key()).unwrap()
    }

    /// Both halves, for key sets that should never have been published.
    pub fn private(&self) -> Value {
        let mut jwk = serde_json::to_value(&self.private).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk
    }

    pub fn header(&self) -> Claims {
        Claims::new(&[("alg", &format!("{:?}", self.name)), ("typ", r#""JWT""#), ("kid", &format!("{:?}", self.kid))])
    }

    /// A token with these claims and the usual header.
    pub fn token(&self, claims: &Claims) -> String {
        self.signed(&self.header().text(), &claims.text())
    }

    /// A token of these texts.
    pub fn signed(&self, header: &str, claims: &str) -> String {
        self.over(&format!("{}.{}", b64(header), b64(claims)))
    }

    /// This, with a dot and its signature.
    pub fn over(&self, input: &str) -> String {
        format!("{input}.{}", b64(self.signature(input)))
    }

    pub fn signature(&self, input: &str) -> Vec<u8> {
        let input = input.as_bytes();
        match self.name {
            "RS256" => sign(&Rsa::rs256(), &self.rsa_private(), input),
            "ES256" => sign(&Es256, &(&self.private).try_into().unwrap(), input),
            _ => sign(&Ed25519, &(&self.private).try_into().unwrap(), input),
        }
    }

    /// A signature by another algorithm for RSA keys.
    pub fn rsa_signature(&self, algorithm: &str, input: &str) -> Vec<u8> {
        sign(&Rsa::with_name(algorithm), &self.rsa_private(), input.as_bytes())
    }

    /// The key as the library takes it.
    pub fn rsa_private(&self) -> RsaPrivateKey {
        thread_local!(static KEYS: [OnceCell<RsaPrivateKey>; 2] = const { [OnceCell::new(), OnceCell::new()] });
        let large = matches!(&self.private, JsonWebKey::Rsa { modulus, .. } if modulus.len() > 256);
        KEYS.with(|keys| keys[usize::from(large)].get_or_init(|| (&self.private).try_into().unwrap()).clone())
    }
}

fn sign<A: Algorithm>(algorithm: &A, key: &A::SigningKey, input: &[u8]) -> Vec<u8> {
    algorithm.sign(key, input).as_bytes().into_owned()
}

/// A message authentication code by HS256, HS384 or HS512.
pub fn mac(algorithm: &str, secret: &[u8], input: &str) -> Vec<u8> {
    match algorithm {
        "HS256" => sign(&Hs256, &Hs256Key::new(secret), input.as_bytes()),
        "HS384" => sign(&Hs384, &Hs384Key::new(secret), input.as_bytes()),
        _ => sign(&Hs512, &Hs512Key::new(secret), input.as_bytes()),
    }
}

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

/// The bytes between the lines of a PEM file.
pub fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&body).unwrap()
}

fn rsa_key(pem: &str) -> JsonWebKey<'static> {
    let der = der(pem);
    let key: pkcs1::RsaPrivateKeyRef<'_> = der.as_slice().try_into().unwrap();
    let number = |number: pkcs1::UintRef<'_>| b64(number.as_bytes());
    let jwk = json!({ "kty": "RSA", "n": number(key.modulus), "e": number(key.public_exponent),
        "d": number(key.private_exponent), "p": number(key.prime1), "q": number(key.prime2) });
    serde_json::from_value(jwk).unwrap()
}

/// A public RSA key of a PEM file, as a JWK.
pub fn rsa_jwk(pem: &str) -> Value {
    let der = der(pem);
    let key: pkcs1::RsaPrivateKeyRef<'_> = der.as_slice().try_into().unwrap();
    json!({ "kty": "RSA", "n": b64(key.modulus.as_bytes()), "e": b64(key.public_exponent.as_bytes()) })
}

/// The parts of a token, with one of them changed.
pub fn with_part(token: &str, index: usize, change: impl FnOnce(&str) -> String) -> String {
    let mut parts: Vec<Cow<'_, str>> = token.split('.').map(Cow::Borrowed).collect();
    parts[index] = Cow::Owned(change(&parts[index]));
    parts.join(".")
}
