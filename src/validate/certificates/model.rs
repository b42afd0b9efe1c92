//! A certificate as the rest of the gateway sees it: the facts worth showing or comparing.

use crate::validate::pem;

/// The public facts of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate itself, without any bytes that followed it.
    pub der: Vec<u8>,
    /// SHA-256 of `der`.
    pub sha256: [u8; 32],
    /// Subject in the order and spelling of RFC 4514, invisible characters escaped.
    pub subject: String,
    /// Issuer, spelt like the subject.
    pub issuer: String,
    /// First second of validity, since 1970.
    pub not_before: i64,
    /// Last second of validity, since 1970.
    pub not_after: i64,
    /// Serial number in lower-case hexadecimal.
    pub serial_hex: String,
    /// Kind of the certified key.
    pub public_key: PublicKeyKind,
    /// Name of the algorithm that signed the certificate, `other` if it has none here.
    pub signature_algorithm: &'static str,
}

/// Kind and strength of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKeyKind {
    /// RSA.
    Rsa {
        /// Length of the modulus.
        bits: usize,
    },
    /// A key on a short Weierstrass curve.
    Ec {
        /// Name of the curve (`P-256`…), `other` if it has none here.
        curve: &'static str,
    },
    /// Ed25519.
    Ed25519,
    /// Anything else, or a key that could not be read.
    Other,
}

impl Certificate {
    /// The fingerprint in lower-case hexadecimal, without separators.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }

    /// The certificate as PEM: 64 columns, LF.
    pub fn to_pem(&self) -> String {
        pem::armour("CERTIFICATE", &self.der).to_string()
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
