//! Private keys among certificates, several blocks, and many problems at once.

use super::*;

#[test]
fn a_private_key_anywhere_is_the_only_finding_and_leaves_no_certificate() {
    for key in PRIVATE_KEYS {
        let texts = [
            key.to_owned(),
            key.replace('\n', "\\n"),
            key.replace('\n', " "),
            key.to_ascii_lowercase(),
            format!("{CERT_P256}{key}"),
            format!("{key}{CERT_P256}"),
            format!("{CERT_P256}{CERT_P256}{key}"),
            base64(key),
            block("CERTIFICATE", &der_of(key)),
            format!("{CERT_P256}{}", block("CERTIFICATE", &der_of(key))),
            block("CERTIFICATE", &der_of(key)[..60.min(der_of(key).len())]),
            format!("{key}{}", "A".repeat(40_000)),
        ];
        for (index, text) in texts.iter().enumerate() {
            // Removing the armour of a key with headers leaves nothing that decodes.
            if key == RSA2048_PKCS1_ENCRYPTED && (7..11).contains(&index) {
                continue;
            }
            for armour in BOTH {
                let checked = check(text, armour, NOW);
                assert_eq!(refusals(&checked), ["certificate_is_private_key"], "{index} {text}");
                assert_eq!(checked.findings.len(), 1);
                assert_eq!(checked.certificate, None);
            }
        }
    }
}

fn der_of(key: &str) -> Vec<u8> {
    crate::validate::pem::decode(&base64(key)).map_or_else(Vec::new, |der| der.to_vec())
}

#[test]
fn of_several_certificates_the_first_is_judged_and_the_others_are_counted() {
    let broken = CERT_P256.replace("MII", "M!I");
    for (text, count, expected) in [
        (CHAIN.to_owned(), 2, vec!["certificate_several"]),
        (format!("{CHAIN}{CERT_MD5}"), 3, vec!["certificate_several"]),
        (format!("{CERT_MD5}{CHAIN}"), 3, vec!["certificate_several", "certificate_weak_signature"]),
        (format!("{CERT_P256}{broken}"), 2, vec!["certificate_several"]),
        (format!("{broken}{CERT_P256}"), 2, vec!["certificate_several", "certificate_base64_invalid"]),
        (format!("{}{CERT_P256}", CERT_P384.trim_end()), 2, vec!["certificate_armour_spacing", "certificate_several"]),
    ] {
        let checked = check(&text, Armour::Pem, NOW);
        assert_eq!(codes(&checked), expected);
        assert_eq!(checked.count, count);
    }
    let checked = check(&format!("{RSA2048_PUBLIC}{CERT_P256}"), Armour::Pem, NOW);
    assert_eq!(codes(&checked), ["certificate_is_public_key"]);
    assert_eq!(checked.certificate.unwrap().der, der(CERT_P256));
}

#[test]
fn many_problems_are_reported_at_once() {
    let text = format!("hello\\n {}", CERT_RSA512.replace('\n', "\\n"));
    let checked = check(&text, Armour::Pem, NOW + 30 * 365 * DAY);
    let expected = [
        "certificate_escaped_newlines",
        "certificate_armour_spacing",
        "certificate_trailing_content",
        "certificate_expired",
        "certificate_weak_key",
    ];
    assert_eq!(codes(&checked), expected);
}
