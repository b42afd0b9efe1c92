//! Tests of the private-key check.
#![allow(clippy::string_slice, clippy::arithmetic_side_effects)]

use super::*;
use crate::validate::finding::Severity;
use crate::validate::pem::vectors::*;

mod detection;
mod mutations;

fn codes(text: &str) -> Vec<&'static str> {
    let found = check_rsa_pkcs1(text);
    found.iter().map(|finding| finding.code).collect()
}

type Spelling = (&'static str, fn(&str) -> String, &'static [&'static str]);

const SPELLINGS: [Spelling; 14] = [
    ("as written", str::to_owned, &[]),
    ("CRLF", |pem| pem.replace('\n', "\r\n"), &[]),
    ("no last line break", |pem| pem.trim_end().to_owned(), &[]),
    ("76 columns", |pem| rewrap(pem, 76), &[]),
    ("one long line", |pem| rewrap(pem, 99_999), &[]),
    ("white space around", |pem| format!("\n{pem} \n"), &[]),
    ("escaped", |pem| pem.replace('\n', "\\n"), &["key_escaped_newlines"]),
    ("line breaks lost", |pem| pem.replace('\n', " "), &["key_armour_spacing"]),
    ("indented", |pem| pem.replace('\n', "\n  "), &["key_armour_spacing"]),
    ("lone CR", |pem| pem.replace('\n', "\r"), &["key_armour_spacing"]),
    ("explained", |pem| format!("my key:\n{pem}"), &["key_trailing_content"]),
    ("followed", |pem| format!("{pem}thanks"), &["key_trailing_content"]),
    ("closing dashes missing", |pem| pem.trim_end().trim_end_matches('-').to_owned(), &["key_armour_broken"]),
    ("lower case", |pem| pem.replace("RSA PRIVATE KEY", "rsa private key"), &["key_armour_broken"]),
];

#[test]
fn every_key_in_every_spelling_gets_exactly_its_findings() {
    for (pem, own) in RSA_KEYS {
        for (name, spell, expected) in SPELLINGS {
            assert_eq!(codes(&spell(pem)), [expected, own].concat(), "{name}");
        }
    }
}

#[test]
fn texts_that_are_no_pkcs1_key_get_the_code_that_says_what_they_are() {
    let swap = |pem: &str, label: &str| block(label, &der(pem));
    let even = {
        let mut bytes = der(RSA2048_PKCS1);
        *bytes.get_mut(200).unwrap() ^= 1;
        block(PKCS1, &bytes)
    };
    let cases: Vec<(String, &[&str])> = vec![
        (String::new(), &["key_empty"]),
        ("\n ".into(), &["key_empty"]),
        (block(PKCS1, &[]), &["key_empty"]),
        ("A".repeat(32 * 1024 + 1), &["key_too_large"]),
        (base64(RSA2048_PKCS1), &["key_not_pem"]),
        ("hunter2".into(), &["key_not_pem"]),
        ("-----BEGIN RSA PRIVATE KEY-----".into(), &["key_armour_broken", "key_empty"]),
        ("-----END RSA PRIVATE KEY-----".into(), &["key_armour_broken"]),
        (RSA2048_PKCS1.replace("-----", "\u{2014}"), &["key_armour_broken"]),
        (RSA2048_PKCS1.replace("END RSA", "END"), &["key_armour_broken"]),
        (RSA2048_PKCS1.replace("MII", "M.I"), &["key_base64_invalid"]),
        (RSA2048_PKCS8.into(), &["key_is_pkcs8"]),
        (RSA4096_PKCS8.into(), &["key_is_pkcs8"]),
        (RSA2048_PKCS8.replace('\n', "\\n"), &["key_escaped_newlines", "key_is_pkcs8"]),
        (RSA2048_PKCS8.replace("MII", "M.I"), &["key_is_pkcs8", "key_base64_invalid"]),
        (swap(RSA2048_PKCS8, PKCS1), &["key_is_pkcs8"]),
        (swap(P256_PKCS8, PKCS1), &["key_is_ec"]),
        (swap(ED25519_PKCS8, PKCS1), &["key_not_rsa"]),
        (P256_PKCS8.into(), &["key_is_ec"]),
        (P256_SEC1.into(), &["key_is_ec"]),
        (ED25519_PKCS8.into(), &["key_not_rsa"]),
        (swap(P256_SEC1, "DSA PRIVATE KEY"), &["key_not_rsa"]),
        (swap(P256_SEC1, "OPENSSH PRIVATE KEY"), &["key_is_openssh"]),
        (swap(P256_SEC1, "PGP MESSAGE"), &["key_other_label"]),
        (RSA2048_PKCS1_ENCRYPTED.into(), &["key_is_encrypted"]),
        (RSA2048_PKCS8_ENCRYPTED.into(), &["key_is_encrypted"]),
        (CERT_RSA2048.into(), &["key_is_certificate"]),
        (REQUEST.into(), &["key_is_certificate"]),
        (RSA2048_PUBLIC.into(), &["key_is_public"]),
        (RSA2048_PUBLIC_PKCS1.into(), &["key_is_public"]),
        (swap(RSA2048_PUBLIC_PKCS1, PKCS1), &["key_der_invalid"]),
        (swap(CERT_RSA2048, PKCS1), &["key_der_invalid"]),
        (block(PKCS1, &[0x30, 0]), &["key_der_invalid"]),
        (block(PKCS1, &[der(RSA2048_PKCS1), vec![0]].concat()), &["key_der_invalid"]),
        (even, &["key_inconsistent"]),
        (format!("{RSA2048_PKCS1}{CERT_RSA2048}"), &["key_several", "key_is_certificate"]),
        (format!("{RSA2048_PKCS1}{RSA2048_PKCS1}"), &["key_several"]),
    ];
    for (text, expected) in cases {
        assert_eq!(codes(&text), expected, "{text}");
        assert!(check_rsa_pkcs1(&text).iter().any(Finding::is_error));
    }
}

#[test]
fn the_published_example_that_lacks_its_closing_dashes_is_refused() {
    let text = RSA2048_PKCS1.replace("END RSA PRIVATE KEY-----", "END RSA PRIVATE KEY");
    let found = check_rsa_pkcs1(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "key_armour_broken");
    assert!(found[0].is_error());
}

#[test]
fn a_key_below_1024_bits_refuses_and_one_below_2048_warns() {
    assert_eq!(check_rsa_pkcs1(RSA512_PKCS1)[0].severity, Severity::Error);
    assert_eq!(check_rsa_pkcs1(RSA1024_PKCS1)[0].severity, Severity::Warning);
    assert_eq!(check_rsa_pkcs1(RSA1536_PKCS1)[0].severity, Severity::Warning);
}

#[test]
fn converting_pkcs8_gives_what_openssl_gives() {
    for (pkcs8, pkcs1) in
        [(RSA1024_PKCS8, RSA1024_PKCS1), (RSA2048_PKCS8, RSA2048_PKCS1), (RSA4096_PKCS8, RSA4096_PKCS1)]
    {
        let spellings = [
            pkcs8.to_owned(),
            pkcs8.replace('\n', "\r\n"),
            pkcs8.replace('\n', " "),
            format!("Bag Attributes\n{pkcs8}"),
        ];
        for text in spellings {
            assert_eq!(**pkcs8_to_pkcs1(&text).as_ref().unwrap(), *pkcs1);
        }
    }
}

#[test]
fn what_cannot_be_converted_says_why() {
    let swap = |pem: &str| block("PRIVATE KEY", &der(pem));
    let wrapped = |inner: &str| {
        // The outline of a real key around another: algorithm and version stay.
        let mut bytes = der(RSA2048_PKCS8);
        let at = bytes.len() - der(RSA2048_PKCS1).len();
        bytes.truncate(at);
        bytes.extend(der(inner));
        block("PRIVATE KEY", &bytes)
    };
    let damaged = {
        let mut bytes = der(RSA2048_PKCS1);
        bytes[200] ^= 1;
        block(PKCS1, &bytes)
    };
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "key_empty"),
        ("A".repeat(40_000), "key_too_large"),
        ("hunter2".into(), "key_not_pem"),
        ("-----END PRIVATE KEY-----".into(), "key_armour_broken"),
        (RSA2048_PKCS8.replace("-----END PRIVATE", "-----END"), "key_armour_broken"),
        (RSA2048_PKCS8.replace('\n', "\\n"), "key_escaped_newlines"),
        (RSA2048_PKCS8.replace("MII", "M.I"), "key_base64_invalid"),
        (format!("{RSA2048_PKCS8}{CERT_P256}"), "key_several"),
        (RSA2048_PKCS1.into(), "key_not_pkcs8"),
        (CERT_P256.into(), "key_not_pkcs8"),
        (RSA2048_PKCS8_ENCRYPTED.into(), "key_is_encrypted"),
        (P256_PKCS8.into(), "key_is_ec"),
        (ED25519_PKCS8.into(), "key_not_rsa"),
        (swap(RSA2048_PKCS1), "key_der_invalid"),
        (block("PRIVATE KEY", &[]), "key_der_invalid"),
        (wrapped(&damaged), "key_inconsistent"),
    ];
    for (text, code) in cases {
        assert_eq!(pkcs8_to_pkcs1(&text).unwrap_err().code, code, "{text}");
    }
    assert!(pkcs8_to_pkcs1(&wrapped(RSA2048_PKCS1)).is_ok());
}

#[test]
fn codes_are_unique_but_for_severity_and_sentences_are_sentences() {
    for (index, finding) in ALL.iter().enumerate() {
        assert!(finding.code.starts_with("key_"));
        assert!(finding.message.ends_with('.'), "{}", finding.code);
        let twin = |other: &&Finding| {
            other.message == finding.message || (other.code == finding.code && other.severity == finding.severity)
        };
        assert_eq!(ALL.iter().skip(index + 1).find(twin), None);
    }
}
