//! The certificates and keys of `tests/vectors/pki`, for the tests of this folder.

use std::collections::HashSet;

use crate::validate::finding::Finding;

/// Seconds since 1970 of 2026-11-22, between the dates of the vectors.
pub(crate) const NOW: i64 = 1_795_305_600;

/// A day in seconds.
pub(crate) const DAY: i64 = 86_400;

macro_rules! vectors {
    ($($name:ident $file:literal)*) => {
        $(pub(crate) const $name: &str =
            include_str!(concat!("../../../tests/vectors/pki/", $file, ".pem"));)*
    };
}

vectors! {
    CERT_BRAINPOOL "cert_brainpool"
    CERT_ECDSA_SHA1 "cert_ecdsa_sha1"
    CERT_ED25519 "cert_ed25519"
    CERT_ED448 "cert_ed448"
    CERT_EXPIRED "cert_expired"
    CERT_EXPIRING "cert_expiring"
    CERT_EXPLICIT "cert_explicit"
    CERT_FAR_FUTURE "cert_far_future"
    CERT_MD5 "cert_md5"
    CERT_NAMES "cert_names"
    CERT_NOT_YET_VALID "cert_not_yet_valid"
    CERT_P192 "cert_p192"
    CERT_P224 "cert_p224"
    CERT_P256 "cert_p256"
    CERT_P384 "cert_p384"
    CERT_P521 "cert_p521"
    CERT_PSS "cert_pss"
    CERT_PSS_SHA1 "cert_pss_sha1"
    CERT_RSA512 "cert_rsa512"
    CERT_RSA1024 "cert_rsa1024"
    CERT_RSA1536 "cert_rsa1536"
    CERT_RSA2048 "cert_rsa2048"
    CERT_RSA2048_EXPONENT3 "cert_rsa2048_exponent3"
    CERT_RSA3072 "cert_rsa3072"
    CERT_RSA4096 "cert_rsa4096"
    CERT_SECP256K1 "cert_secp256k1"
    CERT_SHA1 "cert_sha1"
    CERT_SHA384 "cert_sha384"
    CERT_SHA512 "cert_sha512"
    CERT_V1 "cert_v1"
    CHAIN "chain"
    ED25519_PKCS8 "ed25519_pkcs8"
    P256_PKCS8 "p256_pkcs8"
    P256_SEC1 "p256_sec1"
    PKCS7 "pkcs7"
    REQUEST "request"
    RSA512_PKCS1 "rsa512_pkcs1"
    RSA1024_PKCS1 "rsa1024_pkcs1"
    RSA1024_PKCS8 "rsa1024_pkcs8"
    RSA1536_PKCS1 "rsa1536_pkcs1"
    RSA2048_EXPONENT3_PKCS1 "rsa2048_exponent3_pkcs1"
    RSA2048_PKCS1 "rsa2048_pkcs1"
    RSA2048_PKCS1_ENCRYPTED "rsa2048_pkcs1_encrypted"
    RSA2048_PKCS8 "rsa2048_pkcs8"
    RSA2048_PKCS8_ENCRYPTED "rsa2048_pkcs8_encrypted"
    RSA2048_PUBLIC "rsa2048_public"
    RSA2048_PUBLIC_PKCS1 "rsa2048_public_pkcs1"
    RSA2048_THREE_PRIMES_PKCS1 "rsa2048_three_primes_pkcs1"
    RSA3072_PKCS1 "rsa3072_pkcs1"
    RSA4096_PKCS1 "rsa4096_pkcs1"
    RSA4096_PKCS8 "rsa4096_pkcs8"
    TRUSTED "trusted"
}

/// The certificates, with the findings that each deserves when its text is flawless.
pub(crate) const CERTIFICATES: [(&str, &[&str]); 30] = [
    (CERT_BRAINPOOL, &["certificate_unusual_key"]),
    (CERT_ECDSA_SHA1, &["certificate_weak_signature"]),
    (CERT_ED25519, &["certificate_unusual_key"]),
    (CERT_ED448, &["certificate_unusual_key"]),
    (CERT_EXPIRED, &["certificate_expired"]),
    (CERT_EXPIRING, &["certificate_expiring"]),
    (CERT_EXPLICIT, &["certificate_unusual_key"]),
    (CERT_FAR_FUTURE, &[]),
    (CERT_MD5, &["certificate_weak_signature"]),
    (CERT_NAMES, &[]),
    (CERT_NOT_YET_VALID, &["certificate_not_yet_valid"]),
    (CERT_P192, &["certificate_weak_key"]),
    (CERT_P224, &["certificate_weak_key"]),
    (CERT_P256, &[]),
    (CERT_P384, &[]),
    (CERT_P521, &[]),
    (CERT_PSS, &[]),
    (CERT_PSS_SHA1, &["certificate_weak_signature"]),
    (CERT_RSA512, &["certificate_weak_key"]),
    (CERT_RSA1024, &["certificate_weak_key"]),
    (CERT_RSA1536, &["certificate_weak_key"]),
    (CERT_RSA2048, &[]),
    (CERT_RSA2048_EXPONENT3, &[]),
    (CERT_RSA3072, &[]),
    (CERT_RSA4096, &[]),
    (CERT_SECP256K1, &["certificate_unusual_key"]),
    (CERT_SHA1, &["certificate_weak_signature"]),
    (CERT_SHA384, &[]),
    (CERT_SHA512, &[]),
    (CERT_V1, &[]),
];

/// RSA keys in PKCS#1 form, with the findings of a flawless text.
pub(crate) const RSA_KEYS: [(&str, &[&str]); 8] = [
    (RSA512_PKCS1, &["key_weak"]),
    (RSA1024_PKCS1, &["key_weak"]),
    (RSA1536_PKCS1, &["key_weak"]),
    (RSA2048_PKCS1, &[]),
    (RSA2048_EXPONENT3_PKCS1, &[]),
    (RSA2048_THREE_PRIMES_PKCS1, &[]),
    (RSA3072_PKCS1, &[]),
    (RSA4096_PKCS1, &[]),
];

/// Texts that hold a private key of some kind.
pub(crate) const PRIVATE_KEYS: [&str; 16] = [
    ED25519_PKCS8,
    P256_PKCS8,
    P256_SEC1,
    RSA512_PKCS1,
    RSA1024_PKCS1,
    RSA1024_PKCS8,
    RSA1536_PKCS1,
    RSA2048_EXPONENT3_PKCS1,
    RSA2048_PKCS1,
    RSA2048_PKCS1_ENCRYPTED,
    RSA2048_PKCS8,
    RSA2048_PKCS8_ENCRYPTED,
    RSA2048_THREE_PRIMES_PKCS1,
    RSA3072_PKCS1,
    RSA4096_PKCS1,
    RSA4096_PKCS8,
];

/// The Base64 of the first block, without line breaks.
pub(crate) fn base64(pem: &str) -> String {
    let lines = pem.lines().skip_while(|line| !line.starts_with("-----BEGIN"));
    lines.skip(1).take_while(|line| !line.starts_with('-')).collect()
}

/// The same block with lines of another length.
pub(crate) fn rewrap(pem: &str, columns: usize) -> String {
    let base64 = base64(pem);
    let chunks = base64.as_bytes().chunks(columns);
    let lines: Vec<_> = chunks.map(|line| str::from_utf8(line).unwrap()).collect();
    let first = pem.lines().next().unwrap();
    let last = pem.trim_end().lines().last().unwrap();
    format!("{first}\n{}\n{last}\n", lines.join("\n"))
}

/// The DER bytes of the first block.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    super::decode(&base64(pem)).unwrap().to_vec()
}

/// A block around any bytes.
pub(crate) fn block(label: &str, der: &[u8]) -> String {
    super::armour(label, der).to_string()
}

/// Words of the armour that sentences quote; an echo of those tells nothing.
const ARMOUR_WORDS: &str = "`-----BEGIN RSA PRIVATE KEY-----``-----END RSA PRIVATE KEY-----`\
    `-----BEGIN CERTIFICATE-----``-----END CERTIFICATE-----``-----BEGIN PRIVATE KEY-----`";

/// The first run of eight bytes that a sentence has in common with the input.
pub(crate) fn echo<'a>(text: &'a str, findings: &[Finding]) -> Option<&'a [u8]> {
    let known: HashSet<_> = ARMOUR_WORDS.as_bytes().windows(8).collect();
    let runs = findings.iter().flat_map(|finding| finding.message.as_bytes().windows(8));
    // Sentences quote the markers, and what stands around a quoted marker may stand around one in the input as well.
    let marker = |run: &&[u8]| run.windows(4).any(|four| four == b"----");
    let told: HashSet<_> = runs.filter(|run| !known.contains(run) && !marker(run)).collect();
    text.as_bytes().windows(8).find(|run| told.contains(run))
}
