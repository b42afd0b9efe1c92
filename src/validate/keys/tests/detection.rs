//! Private keys are recognised in every disguise, and nothing harmless is.

use super::*;

#[test]
fn every_private_key_is_recognised_in_every_spelling() {
    for key in PRIVATE_KEYS {
        for text in [
            key.to_owned(),
            key.to_ascii_lowercase(),
            key.replace('\n', "\\n"),
            key.replace('\n', ""),
            key.replace(' ', "  "),
            key.replace(' ', "\t"),
            key.replace(' ', "+"),
            key.replace(' ', "%20"),
            key.replace(' ', "\u{a0}"),
            key.replace("-----", "---"),
            key.replace("-----", "\u{2014}"),
            key.replace("-----", "----- "),
            format!("{{\"data\":{{\"key\":\"{}\"}}}}", key.replace('\n', "\\n")),
            format!("{}{key}", "x".repeat(5_000)),
            format!("{CERT_P256}{key}"),
            key.lines().next().unwrap().to_owned(),
        ] {
            assert!(contains_private_key(&text), "{text}");
        }
    }
    for header in [
        "-----BEGIN DSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN private key",
        "-----BEGIN PRIVATE KEY-----BEGIN PRIVATE KEY",
    ] {
        assert!(contains_private_key(header), "{header}");
    }
}

#[test]
fn harmless_texts_hold_no_private_key() {
    for (pem, _) in CERTIFICATES {
        assert!(!contains_private_key(pem));
        assert!(!der_is_private_key(&der(pem)));
    }
    for pem in [RSA2048_PUBLIC, RSA2048_PUBLIC_PKCS1, REQUEST, PKCS7, TRUSTED] {
        assert!(!contains_private_key(pem));
        assert!(!der_is_private_key(&der(pem)));
    }
    for text in [
        "",
        "PRIVATE",
        "PRIVATE KEY",
        "private key",
        "a private key begins a new line",
        "begin private key",
        "- begin private key rotation",
        "-----BEGIN PRIVATE",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nPRIVATE KEY",
        "-----BEGIN PRIVATELY-----",
        "BEGIN RSA PRIVATE KEY",
    ] {
        assert!(!contains_private_key(text), "{text}");
    }
}

#[test]
fn der_of_private_keys_is_recognised_even_when_cut() {
    for key in PRIVATE_KEYS {
        if key == RSA2048_PKCS1_ENCRYPTED {
            continue;
        }
        let whole = der(key);
        for end in 24..=whole.len() {
            assert!(der_is_private_key(&whole[..end]), "{end}");
        }
    }
    for junk in [&[][..], &[0x30], &[0x30, 0x82], &[0x30, 0x82, 1, 1], &[0x30, 0], &[0xff; 40]] {
        assert!(!der_is_private_key(junk));
    }
}
