//! Looks inside a PKCS#8 key: which algorithm it is for, and the RSA key that it wraps.

use der::{Decode, asn1::ObjectIdentifier};
use pkcs8::PrivateKeyInfoRef;

use super::findings;
use crate::validate::finding::Finding;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// What to say about a PKCS#8 key where PKCS#1 is taken; `None` when it is not PKCS#8.
pub(super) fn judge(der: &[u8]) -> Option<Finding> {
    let info = PrivateKeyInfoRef::from_der(der).ok()?;
    Some(match info.algorithm.oid {
        RSA => findings::IS_PKCS8,
        EC => findings::IS_EC,
        _ => findings::NOT_RSA,
    })
}

/// The PKCS#1 key inside a PKCS#8 key.
pub(super) fn unwrap_rsa(der: &[u8]) -> Result<&[u8], Finding> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| findings::DER_INVALID)?;
    match info.algorithm.oid {
        RSA => Ok(info.private_key.as_bytes()),
        EC => Err(findings::IS_EC),
        _ => Err(findings::NOT_RSA),
    }
}
