//! Reads the DER of a certificate into plain facts.
//!
//! What the parser refuses is no certificate here. Stricter than OpenSSL in rare points: times
//! before 1970, serial numbers beyond 21 bytes and encodings outside DER are refused.

use der::{
    Decode,
    asn1::{Any, ObjectIdentifier},
};
use pkcs1::{RsaPssParams, RsaPublicKeyRef};
use sha2::{Digest, Sha256};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;

use super::model::{Certificate, PublicKeyKind, hex};
use super::name;
use crate::validate::keys::bit_length;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const CURVES: [(&str, ObjectIdentifier); 5] = [
    ("P-256", ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7")),
    ("P-384", ObjectIdentifier::new_unwrap("1.3.132.0.34")),
    ("P-521", ObjectIdentifier::new_unwrap("1.3.132.0.35")),
    ("P-224", ObjectIdentifier::new_unwrap("1.3.132.0.33")),
    ("P-192", ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.1")),
];

/// Signature algorithms: name, whether the hash is outdated, identifier.
const SIGNATURES: [(&str, bool, ObjectIdentifier); 18] = [
    ("sha256WithRSAEncryption", false, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11")),
    ("sha384WithRSAEncryption", false, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12")),
    ("sha512WithRSAEncryption", false, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13")),
    ("sha224WithRSAEncryption", false, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.14")),
    ("sha1WithRSAEncryption", true, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5")),
    ("sha1WithRSA", true, ObjectIdentifier::new_unwrap("1.3.14.3.2.29")),
    ("md5WithRSAEncryption", true, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4")),
    ("md4WithRSAEncryption", true, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.3")),
    ("md2WithRSAEncryption", true, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.2")),
    ("ecdsa-with-SHA1", true, ObjectIdentifier::new_unwrap("1.2.840.10045.4.1")),
    ("ecdsa-with-SHA224", false, ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.1")),
    ("ecdsa-with-SHA256", false, ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2")),
    ("ecdsa-with-SHA384", false, ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3")),
    ("ecdsa-with-SHA512", false, ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4")),
    ("dsa-with-SHA1", true, ObjectIdentifier::new_unwrap("1.2.840.10040.4.3")),
    ("dsa-with-SHA256", false, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.2")),
    ("Ed25519", false, ED25519),
    ("Ed448", false, ObjectIdentifier::new_unwrap("1.3.101.113")),
];

/// Hashes that no longer resist collisions: SHA-1, MD5.
const OUTDATED_HASHES: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("1.3.14.3.2.26"), ObjectIdentifier::new_unwrap("1.2.840.113549.2.5")];

/// A certificate, and what reading it brought to light.
pub(super) struct Reading {
    pub(super) certificate: Certificate,
    /// Bytes follow the certificate.
    pub(super) trailing: bool,
    /// The hash of the signature is outdated.
    pub(super) weak_signature: bool,
    /// The key fits its algorithm.
    pub(super) key_usable: bool,
}

/// Reads a certificate at the start of `der`.
pub(super) fn read(der: &[u8]) -> Option<Reading> {
    let (parsed, rest) = x509_cert::Certificate::from_der_partial(der).ok()?;
    let (own, _) = der.split_at_checked(der.len().saturating_sub(rest.len()))?;
    let tbs = parsed.tbs_certificate();
    let (public_key, key_usable) = public_key(tbs.subject_public_key_info());
    let (signature_algorithm, weak_signature) = signature(parsed.signature_algorithm());
    Some(Reading {
        trailing: !rest.is_empty(),
        weak_signature,
        key_usable,
        certificate: Certificate {
            der: own.to_vec(),
            sha256: Sha256::digest(own).into(),
            subject: name::write(tbs.subject()),
            issuer: name::write(tbs.issuer()),
            not_before: seconds(tbs.validity().not_before),
            not_after: seconds(tbs.validity().not_after),
            serial_hex: serial(tbs.serial_number().as_bytes()),
            public_key,
            signature_algorithm,
        },
    })
}

/// Whether `der` is a bare public key.
pub(super) fn is_public_key(der: &[u8]) -> bool {
    SubjectPublicKeyInfoOwned::from_der(der).is_ok() || RsaPublicKeyRef::from_der(der).is_ok()
}

fn seconds(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

fn serial(bytes: &[u8]) -> String {
    match bytes {
        // The zero that keeps a large number positive.
        [0, rest @ ..] if !rest.is_empty() => hex(rest),
        _ => hex(bytes),
    }
}

fn public_key(info: &SubjectPublicKeyInfoOwned) -> (PublicKeyKind, bool) {
    let bytes = info.subject_public_key.as_bytes().unwrap_or_default();
    if info.algorithm.oid == RSA || info.algorithm.oid == RSA_PSS {
        rsa(bytes).map_or((PublicKeyKind::Other, false), |kind| (kind, true))
    } else if info.algorithm.oid == EC {
        let named = info.algorithm.parameters.as_ref();
        let oid = named.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        let known = CURVES.iter().find(|(_, curve)| Some(*curve) == oid);
        let curve = known.map_or("other", |(name, _)| name);
        (PublicKeyKind::Ec { curve }, is_point(bytes))
    } else if info.algorithm.oid == ED25519 {
        (PublicKeyKind::Ed25519, bytes.len() == 32)
    } else {
        (PublicKeyKind::Other, true)
    }
}

/// A modulus and an exponent that could belong to a key: both odd, the exponent above one.
fn rsa(bytes: &[u8]) -> Option<PublicKeyKind> {
    let key = RsaPublicKeyRef::from_der(bytes).ok()?;
    let modulus = key.modulus.as_bytes();
    let exponent = key.public_exponent.as_bytes();
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    (odd(modulus) && odd(exponent) && bit_length(exponent) > 1)
        .then(|| PublicKeyKind::Rsa { bits: bit_length(modulus) })
}

/// Uncompressed or compressed form (SEC 1).
fn is_point(bytes: &[u8]) -> bool {
    match bytes {
        [4, coordinates @ ..] => !coordinates.is_empty() && coordinates.len() % 2 == 0,
        [2 | 3, coordinate @ ..] => !coordinate.is_empty(),
        _ => false,
    }
}

fn signature(algorithm: &AlgorithmIdentifierOwned) -> (&'static str, bool) {
    if algorithm.oid == RSA_PSS {
        return ("rsassaPss", is_weak_pss(algorithm.parameters.as_ref()));
    }
    let known = SIGNATURES.iter().find(|(_, _, oid)| *oid == algorithm.oid);
    known.map_or(("other", false), |(name, weak, _)| (name, *weak))
}

/// PSS names its hash in parameters, and means SHA-1 where it names none.
fn is_weak_pss(parameters: Option<&Any>) -> bool {
    match parameters.map(Any::decode_as::<RsaPssParams<Any>>) {
        None => true,
        Some(Ok(parameters)) => OUTDATED_HASHES.contains(&parameters.hash.oid),
        Some(Err(_)) => false,
    }
}
