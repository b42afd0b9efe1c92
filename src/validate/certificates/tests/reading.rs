//! The facts that are read from a certificate, and the judgement of dates and keys.

use super::*;
use crate::validate::finding::Severity;

fn read_ok(pem: &str) -> Certificate {
    check(pem, Armour::Pem, NOW).certificate.unwrap()
}

#[test]
fn facts_are_those_that_openssl_prints() {
    let certificate = read_ok(CERT_NAMES);
    let name = "emailAddress=a@b.example,CN=Straße \\\"7\\\",OU=b,OU=a,O=Müller\\, Söhne \\+ Co,C=DE";
    assert_eq!(certificate.subject, name);
    assert_eq!(certificate.issuer, name);
    assert_eq!(certificate.not_before, 1_767_225_600);
    assert_eq!(certificate.not_after, 2_398_377_600);
    assert!((34..=40).contains(&certificate.serial_hex.len()));
    assert_eq!(certificate.public_key, PublicKeyKind::Rsa { bits: 2048 });
    assert_eq!(certificate.signature_algorithm, "sha256WithRSAEncryption");
    assert_eq!(certificate.to_pem(), CERT_NAMES);
    assert_eq!(certificate.sha256_hex().len(), 64);
    assert_eq!(read_ok(CERT_FAR_FUTURE).not_after, 253_402_300_799);
}

/// The certificate of a recorded exchange with Logto; fingerprint and dates by OpenSSL.
const RECORDED: &str = include_str!("../../../../tests/vectors/pki/recorded_logto.pem");
const FINGERPRINT: &str = "ee84d441f58b5b00de1c63a88eb9f621581ac3233cf280968d58041268504a01";

#[test]
fn a_recorded_certificate_that_logto_accepts_passes_in_every_form_that_it_accepts() {
    let bare = base64(RECORDED);
    for text in [RECORDED, &RECORDED.replace('\n', "\r\n"), &bare] {
        let checked = check(text, Armour::PemOrBareBase64, NOW + DAY);
        assert_eq!(codes(&checked), [""; 0]);
        let certificate = checked.certificate.unwrap();
        assert_eq!(certificate.subject, "CN=idp.example.com");
        assert_eq!(certificate.serial_hex, "2f557d317d1f65cdc62124f49fc6883534843895");
        assert_eq!(certificate.not_after, 2_110_671_126);
        assert_eq!(certificate.sha256_hex(), FINGERPRINT);
    }
    let escaped = RECORDED.replace('\n', "\\n");
    assert!(check(&escaped, Armour::PemOrBareBase64, NOW + DAY).is_refused());
    let twice = format!("{RECORDED}{RECORDED}");
    let checked = check(&twice, Armour::PemOrBareBase64, NOW + DAY);
    assert_eq!((checked.is_refused(), checked.count), (false, 2));
}

#[test]
fn keys_and_signatures_have_their_names() {
    let rsa = |bits| PublicKeyKind::Rsa { bits };
    let ec = |curve| PublicKeyKind::Ec { curve };
    for (pem, kind, signature) in [
        (CERT_RSA512, rsa(512), "sha256WithRSAEncryption"),
        (CERT_RSA1024, rsa(1024), "sha256WithRSAEncryption"),
        (CERT_RSA1536, rsa(1536), "sha256WithRSAEncryption"),
        (CERT_RSA3072, rsa(3072), "sha256WithRSAEncryption"),
        (CERT_RSA4096, rsa(4096), "sha256WithRSAEncryption"),
        (CERT_SHA1, rsa(2048), "sha1WithRSAEncryption"),
        (CERT_MD5, rsa(2048), "md5WithRSAEncryption"),
        (CERT_SHA384, rsa(2048), "sha384WithRSAEncryption"),
        (CERT_SHA512, rsa(2048), "sha512WithRSAEncryption"),
        (CERT_PSS, rsa(2048), "rsassaPss"),
        (CERT_PSS_SHA1, rsa(2048), "rsassaPss"),
        (CERT_P192, ec("P-192"), "ecdsa-with-SHA256"),
        (CERT_P224, ec("P-224"), "ecdsa-with-SHA256"),
        (CERT_P256, ec("P-256"), "ecdsa-with-SHA256"),
        (CERT_P384, ec("P-384"), "ecdsa-with-SHA256"),
        (CERT_P521, ec("P-521"), "ecdsa-with-SHA256"),
        (CERT_BRAINPOOL, ec("other"), "ecdsa-with-SHA256"),
        (CERT_SECP256K1, ec("other"), "ecdsa-with-SHA256"),
        (CERT_EXPLICIT, ec("other"), "ecdsa-with-SHA256"),
        (CERT_ECDSA_SHA1, ec("P-256"), "ecdsa-with-SHA1"),
        (CERT_ED25519, PublicKeyKind::Ed25519, "Ed25519"),
        (CERT_ED448, PublicKeyKind::Other, "Ed448"),
    ] {
        let certificate = read_ok(pem);
        assert_eq!(certificate.public_key, kind);
        assert_eq!(certificate.signature_algorithm, signature);
    }
}

#[test]
fn an_rsa_key_below_1024_bits_refuses_and_one_below_2048_warns() {
    let weak = |pem| {
        let checked = check(pem, Armour::Pem, NOW);
        let finding = checked.findings.into_iter().find(|f| f.code == "certificate_weak_key");
        finding.map(|finding| finding.severity)
    };
    assert_eq!(weak(CERT_RSA512), Some(Severity::Error));
    assert_eq!(weak(CERT_RSA1024), Some(Severity::Warning));
    assert_eq!(weak(CERT_RSA1536), Some(Severity::Warning));
    assert_eq!(weak(CERT_P224), Some(Severity::Warning));
    assert_eq!(weak(CERT_RSA2048), None);
}

#[test]
fn both_ends_of_the_validity_belong_to_it() {
    let Certificate { not_before, not_after, .. } = read_ok(CERT_P256);
    for (now, expected) in [
        (i64::MIN, vec!["certificate_not_yet_valid"]),
        (0, vec!["certificate_not_yet_valid"]),
        (not_before - 1, vec!["certificate_not_yet_valid"]),
        (not_before, vec![]),
        (not_after - 30 * DAY - 1, vec![]),
        (not_after - 30 * DAY, vec!["certificate_expiring"]),
        (not_after, vec!["certificate_expiring"]),
        (not_after + 1, vec!["certificate_expired"]),
        (i64::MAX, vec!["certificate_expired"]),
    ] {
        let checked = check(CERT_P256, Armour::Pem, now);
        assert_eq!(codes(&checked), expected, "{now}");
        assert!(!checked.is_refused());
    }
}

#[test]
fn bytes_after_the_certificate_are_refused_and_left_out() {
    let longer = [der(CERT_P256), vec![1, 2, 3]].concat();
    let checked = check(&block("CERTIFICATE", &longer), Armour::Pem, NOW);
    assert_eq!(refusals(&checked), ["certificate_der_trailing"]);
    assert_eq!(checked.certificate.unwrap(), read_ok(CERT_P256));
}

/// Replaces the only occurrence of some bytes.
fn patched(pem: &str, from: &[u8], to: &[u8]) -> String {
    let mut bytes = der(pem);
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    block("CERTIFICATE", &bytes)
}

#[test]
fn a_key_that_cannot_be_used_is_refused() {
    let exponent = [2, 3, 1, 0, 1];
    for text in [
        patched(CERT_RSA2048, &exponent, &[2, 3, 1, 0, 2]),
        patched(CERT_RSA2048, &exponent, &[3, 3, 1, 0, 1]),
        patched(CERT_RSA2048, &[2, 0x82, 1, 1, 0], &[2, 0x82, 1, 1, 0x80]),
        patched(CERT_P256, &[3, 0x42, 0, 4], &[3, 0x42, 0, 9]),
    ] {
        let checked = check(&text, Armour::Pem, NOW);
        assert_eq!(codes(&checked), ["certificate_key_unreadable"]);
    }
}

#[test]
fn codes_are_unique_but_for_severity_and_sentences_are_sentences() {
    for (index, finding) in ALL.iter().enumerate() {
        assert!(finding.code.starts_with("certificate_"));
        assert!(finding.message.ends_with('.'), "{}", finding.code);
        let twin = |other: &&Finding| {
            other.message == finding.message || (other.code == finding.code && other.severity == finding.severity)
        };
        assert_eq!(ALL.iter().skip(index + 1).find(twin), None);
    }
}
