//! Judges the text of a certificate field.
//!
//! Vendors answer a bad certificate with one vague code, or accept it and fail at the first
//! login. This check names every problem at once, and refuses a private key in this public
//! field before anything else is done with the text. Signatures and chains are not verified:
//! a SAML peer trusts the very certificate that it was given.

use crate::validate::finding::{Finding, Severity, add_once};
use crate::validate::keys::{contains_private_key, der_is_private_key};
use crate::validate::pem::{self, Block};

mod findings;
mod model;
mod name;
#[cfg(test)]
mod tests;
mod x509;

pub use findings::ALL;
pub use model::{Certificate, PublicKeyKind};

use x509::{Reading, read};

/// A certificate that ends within this time is reported, in seconds.
const SOON: i64 = 30 * 24 * 60 * 60;

/// Which spellings of a certificate a field accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Armour {
    /// PEM only. Text around the block is a warning: PEM readers skip it.
    Pem,
    /// PEM, or its Base64 alone. Such a vendor removes markers and white space and decodes
    /// what is left, so odd spacing is only a warning while text around the block is an error.
    PemOrBareBase64,
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The first certificate, if it could be read. It may be there even though a finding
    /// refuses the text: look at [`Checked::is_refused`] before using it.
    pub certificate: Option<Certificate>,
    /// How many certificates the text has. Only the first is judged.
    pub count: usize,
    /// Everything that is wrong, in the order in which it was noticed.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether any finding refuses the text.
    pub fn is_refused(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
    }

    fn refused(finding: Finding) -> Self {
        Self { findings: vec![finding], ..Self::default() }
    }
}

/// Checks the text of a certificate field at the time `now` (seconds since 1970).
pub fn check(text: &str, armour: Armour, now: i64) -> Checked {
    if contains_private_key(text) {
        return Checked::refused(findings::IS_PRIVATE_KEY);
    }
    if text.len() > pem::MAX_TEXT {
        return Checked::refused(findings::TOO_LARGE);
    }
    if text.trim().is_empty() {
        return Checked::refused(findings::EMPTY);
    }
    let mut checked = Checked::default();
    let unescaped = pem::unescape(text);
    if unescaped.is_some() {
        checked.findings.push(findings::ESCAPED_NEWLINES);
    }
    let text = unescaped.as_ref().map_or(text, |plain| plain.as_str());
    let split = pem::split(text);
    if split.broken {
        checked.findings.push(findings::ARMOUR_BROKEN);
    }
    if split.blocks.is_empty() {
        without_blocks(&mut checked, text, armour, now);
    } else {
        let (spacing, around) = severities(armour);
        if split.misplaced {
            let finding = findings::ARMOUR_SPACING.with_severity(spacing);
            checked.findings.push(finding);
        }
        if split.outside {
            let finding = findings::TRAILING_CONTENT.with_severity(around);
            checked.findings.push(finding);
        }
        with_blocks(&mut checked, &split.blocks, now);
    }
    if checked.has(&findings::IS_PRIVATE_KEY) {
        return Checked::refused(findings::IS_PRIVATE_KEY);
    }
    checked
}

impl Checked {
    fn has(&self, finding: &Finding) -> bool {
        self.findings.iter().any(|known| known.code == finding.code)
    }
}

/// Of odd spacing, and of text around the block.
fn severities(armour: Armour) -> (Severity, Severity) {
    match armour {
        Armour::Pem => (Severity::Error, Severity::Warning),
        Armour::PemOrBareBase64 => (Severity::Warning, Severity::Error),
    }
}

fn without_blocks(checked: &mut Checked, text: &str, armour: Armour, now: i64) {
    if pem::resembles_armour(text) {
        add_once(&mut checked.findings, findings::ARMOUR_BROKEN);
        return;
    }
    let der = pem::decode(text);
    if armour == Armour::Pem {
        checked.findings.push(findings::NOT_PEM);
        // Prose that happens to decode deserves no second complaint.
        let known = |der: &[u8]| der_is_private_key(der) || read(der).is_some();
        if !der.as_deref().is_some_and(|der| known(der)) {
            return;
        }
    }
    match der {
        Some(der) => judge_der(checked, &der, now),
        None => checked.findings.push(findings::BASE64_INVALID),
    }
    checked.count = usize::from(checked.certificate.is_some());
}

fn with_blocks(checked: &mut Checked, blocks: &[Block<'_>], now: i64) {
    let mut first = None;
    for block in blocks {
        if !block.label.eq_ignore_ascii_case("CERTIFICATE") {
            add_once(&mut checked.findings, other_kind(block.label));
            continue;
        }
        checked.count = checked.count.saturating_add(1);
        let der = pem::decode(block.body);
        if der.as_deref().is_some_and(|der| der_is_private_key(der)) {
            checked.findings.push(findings::IS_PRIVATE_KEY);
        }
        first.get_or_insert(der);
    }
    if checked.count > 1 {
        checked.findings.push(findings::SEVERAL);
    }
    match first {
        None => {}
        Some(None) => checked.findings.push(findings::BASE64_INVALID),
        Some(Some(der)) => judge_der(checked, &der, now),
    }
}

fn other_kind(label: &str) -> Finding {
    let label = label.to_ascii_uppercase();
    if label.ends_with("PUBLIC KEY") {
        findings::IS_PUBLIC_KEY
    } else if label.ends_with("CERTIFICATE REQUEST") {
        findings::IS_REQUEST
    } else {
        findings::OTHER_LABEL
    }
}

fn judge_der(checked: &mut Checked, der: &[u8], now: i64) {
    if der.is_empty() {
        add_once(&mut checked.findings, findings::EMPTY);
        return;
    }
    if der_is_private_key(der) {
        checked.findings.push(findings::IS_PRIVATE_KEY);
        return;
    }
    let Some(reading) = read(der) else {
        let finding = if x509::is_public_key(der) { findings::IS_PUBLIC_KEY } else { findings::DER_INVALID };
        add_once(&mut checked.findings, finding);
        return;
    };
    if reading.trailing {
        checked.findings.push(findings::DER_TRAILING);
    }
    judge_dates(&mut checked.findings, &reading.certificate, now);
    judge_key(&mut checked.findings, &reading);
    if reading.weak_signature {
        checked.findings.push(findings::WEAK_SIGNATURE);
    }
    checked.certificate = Some(reading.certificate);
}

fn judge_dates(findings: &mut Vec<Finding>, certificate: &Certificate, now: i64) {
    if now < certificate.not_before {
        findings.push(findings::NOT_YET_VALID);
    }
    if now > certificate.not_after {
        findings.push(findings::EXPIRED);
    } else if certificate.not_after.saturating_sub(now) <= SOON {
        findings.push(findings::EXPIRING);
    }
}

fn judge_key(findings: &mut Vec<Finding>, reading: &Reading) {
    if !reading.key_usable {
        findings.push(findings::KEY_UNREADABLE);
        return;
    }
    findings.extend(match reading.certificate.public_key {
        PublicKeyKind::Rsa { bits: 0..1024 } => Some(findings::TOO_WEAK_KEY),
        PublicKeyKind::Rsa { bits: 1024..2048 } => Some(findings::WEAK_KEY),
        PublicKeyKind::Rsa { .. } => None,
        PublicKeyKind::Ec { curve } => match curve {
            "P-256" | "P-384" | "P-521" => None,
            "P-192" | "P-224" => Some(findings::WEAK_KEY),
            _ => Some(findings::UNUSUAL_KEY),
        },
        PublicKeyKind::Ed25519 | PublicKeyKind::Other => Some(findings::UNUSUAL_KEY),
    });
}
