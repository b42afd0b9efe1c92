//! Judges and converts the text of a private-key field.
//!
//! Stytch takes RSA keys as PKCS#1 PEM with one exact header, while today's tools write PKCS#8.
//! The check names every problem and the command that solves it; the conversion does it where
//! the gateway may change a value. Decoded keys live in buffers that are wiped when dropped.

use zeroize::Zeroizing;

use crate::validate::finding::{Finding, add_once};
use crate::validate::pem::{self, Block};

mod detect;
mod findings;
mod pkcs8;
mod rsa;
#[cfg(test)]
mod tests;

pub use detect::{contains_private_key, der_is_private_key};
pub use findings::ALL;
pub(in crate::validate) use rsa::bit_length;

/// The label that PKCS#1 fields ask for.
const PKCS1: &str = "RSA PRIVATE KEY";

/// Checks the text of a field that takes an RSA private key as PKCS#1 PEM and nothing else.
pub fn check_rsa_pkcs1(text: &str) -> Vec<Finding> {
    if text.len() > pem::MAX_TEXT {
        return vec![findings::TOO_LARGE];
    }
    if text.trim().is_empty() {
        return vec![findings::EMPTY];
    }
    let mut found = Vec::new();
    let unescaped = pem::unescape(text);
    if unescaped.is_some() {
        found.push(findings::ESCAPED_NEWLINES);
    }
    let text = unescaped.as_ref().map_or(text, |plain| plain.as_str());
    let split = pem::split(text);
    if split.blocks.is_empty() {
        found.push(no_blocks(text));
        return found;
    }
    let flags = [
        (split.broken, findings::ARMOUR_BROKEN),
        (split.misplaced, findings::ARMOUR_SPACING),
        (split.outside, findings::TRAILING_CONTENT),
        (split.blocks.len() > 1, findings::SEVERAL),
    ];
    found.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, f)| f));
    for block in &split.blocks {
        for finding in judge(block) {
            add_once(&mut found, finding);
        }
    }
    found
}

/// Converts an RSA key from PKCS#8 PEM to PKCS#1 PEM: 64 columns, LF. Odd spacing and text
/// around the block are forgiven, since the result is written anew.
///
/// The result passes [`check_rsa_pkcs1`], except for warnings such as a weak key: run the
/// check on it to learn them.
pub fn pkcs8_to_pkcs1(text: &str) -> Result<Zeroizing<String>, Finding> {
    if text.len() > pem::MAX_TEXT {
        return Err(findings::TOO_LARGE);
    }
    if text.trim().is_empty() {
        return Err(findings::EMPTY);
    }
    if pem::unescape(text).is_some() {
        return Err(findings::ESCAPED_NEWLINES);
    }
    let split = pem::split(text);
    let block = match split.blocks.as_slice() {
        [] => return Err(no_blocks(text)),
        [_] if split.broken => return Err(findings::ARMOUR_BROKEN),
        [block] => block,
        _ => return Err(findings::SEVERAL),
    };
    match block.label {
        "PRIVATE KEY" => {}
        "ENCRYPTED PRIVATE KEY" => return Err(findings::IS_ENCRYPTED),
        _ => return Err(findings::NOT_PKCS8),
    }
    let der = pem::decode(block.body).ok_or(findings::BASE64_INVALID)?;
    let key = pkcs8::unwrap_rsa(&der)?;
    match rsa::judge(key).filter(Finding::is_error) {
        Some(finding) => Err(finding),
        None => Ok(pem::armour(PKCS1, key)),
    }
}

fn no_blocks(text: &str) -> Finding {
    if pem::resembles_armour(text) { findings::ARMOUR_BROKEN } else { findings::NOT_PEM }
}

fn judge(block: &Block<'_>) -> Vec<Finding> {
    let label = block.label.to_ascii_uppercase();
    if label.contains("ENCRYPTED") || block.body.contains("Proc-Type:") {
        return vec![findings::IS_ENCRYPTED];
    }
    match label.as_str() {
        PKCS1 => match pem::decode(block.body) {
            None => vec![findings::BASE64_INVALID],
            Some(der) if der.is_empty() => vec![findings::EMPTY],
            Some(der) => rsa::judge(&der).into_iter().collect(),
        },
        "PRIVATE KEY" => match pem::decode(block.body) {
            None => vec![findings::IS_PKCS8, findings::BASE64_INVALID],
            Some(der) => vec![pkcs8::judge(&der).unwrap_or(findings::IS_PKCS8)],
        },
        label => vec![other_kind(label)],
    }
}

fn other_kind(label: &str) -> Finding {
    if label.contains("CERTIFICATE") {
        findings::IS_CERTIFICATE
    } else if label.ends_with("PUBLIC KEY") {
        findings::IS_PUBLIC
    } else if label.starts_with("EC ") {
        findings::IS_EC
    } else if label.starts_with("OPENSSH ") {
        findings::IS_OPENSSH
    } else if label.ends_with("PRIVATE KEY") {
        findings::NOT_RSA
    } else {
        findings::OTHER_LABEL
    }
}
