//! What the text around the DER deserves: every certificate in every spelling.

use super::*;

type Spelling = (&'static str, fn(&str) -> String, &'static [&'static str], &'static [&'static str]);

/// Name, transformation, findings in a PEM field, findings where bare Base64 is taken too.
const SPELLINGS: [Spelling; 16] = [
    ("as written", str::to_owned, &[], &[]),
    ("CRLF", |pem| pem.replace('\n', "\r\n"), &[], &[]),
    ("no last line break", |pem| pem.trim_end().to_owned(), &[], &[]),
    ("76 columns", |pem| rewrap(pem, 76), &[], &[]),
    ("one long line", |pem| rewrap(pem, 9_999), &[], &[]),
    ("white space around", |pem| format!("\n\r\n{pem} \n\t\n"), &[], &[]),
    ("indented Base64", |pem| pem.replace("\nM", "\n  M"), &[], &[]),
    (
        "escaped line breaks",
        |pem| pem.replace('\n', "\\n"),
        &["certificate_escaped_newlines"],
        &["certificate_escaped_newlines"],
    ),
    (
        "escaped twice, CRLF",
        |pem| pem.replace('\n', "\\\\r\\\\n"),
        &["certificate_escaped_newlines"],
        &["certificate_escaped_newlines"],
    ),
    (
        "line breaks lost",
        |pem| pem.replace('\n', " "),
        &["certificate_armour_spacing"],
        &["certificate_armour_spacing"],
    ),
    ("lone CR", |pem| pem.replace('\n', "\r"), &["certificate_armour_spacing"], &["certificate_armour_spacing"]),
    (
        "explained before",
        |pem| format!("subject=CN = example\nissuer=CN = example\n{pem}"),
        &["certificate_trailing_content"],
        &["certificate_trailing_content"],
    ),
    (
        "explained after",
        |pem| format!("{pem}that was it\n"),
        &["certificate_trailing_content"],
        &["certificate_trailing_content"],
    ),
    (
        "closing dashes missing",
        |pem| pem.trim_end().trim_end_matches('-').to_owned(),
        &["certificate_armour_broken"],
        &["certificate_armour_broken"],
    ),
    (
        "lower-case label",
        |pem| pem.replace("CERTIFICATE", "certificate"),
        &["certificate_armour_broken"],
        &["certificate_armour_broken"],
    ),
    ("bare Base64", base64, &["certificate_not_pem"], &[]),
];

#[test]
fn every_certificate_in_every_spelling_gets_exactly_its_findings() {
    let mut cases = 0;
    for (pem, own) in CERTIFICATES {
        for (name, spell, in_pem, in_bare) in SPELLINGS {
            for (armour, expected) in [(Armour::Pem, in_pem), (Armour::PemOrBareBase64, in_bare)] {
                let checked = check(&spell(pem), armour, NOW);
                assert_eq!(codes(&checked), joined(expected, own), "{name}, {armour:?}");
                let certificate = checked.certificate.unwrap();
                assert_eq!(certificate.der, der(pem), "{name}");
                assert_eq!(checked.count, 1, "{name}");
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 960);
}

#[test]
fn lost_spacing_refuses_pem_only_and_text_around_refuses_bare_base64_only() {
    for (text, refuses_pem) in [
        (CERT_P256.replace('\n', " "), true),
        (format!(" {CERT_P256}"), true),
        (format!("hello\n{CERT_P256}"), false),
        (format!("{CERT_P256}hello"), false),
    ] {
        assert_eq!(check(&text, Armour::Pem, NOW).is_refused(), refuses_pem);
        let bare = check(&text, Armour::PemOrBareBase64, NOW);
        assert_eq!(bare.is_refused(), !refuses_pem);
    }
}

#[test]
fn texts_that_are_no_certificate_get_the_code_that_says_what_they_are() {
    let swap = |pem: &str, label: &str| block(label, &der(pem));
    let cases: Vec<(String, &[&str])> = vec![
        (String::new(), &["certificate_empty"]),
        (" \r\n\t".into(), &["certificate_empty"]),
        ("\u{a0}".into(), &["certificate_empty"]),
        (block("CERTIFICATE", &[]), &["certificate_empty"]),
        ("A".repeat(32 * 1024 + 1), &["certificate_too_large"]),
        (REQUEST.into(), &["certificate_is_request"]),
        (swap(REQUEST, "NEW CERTIFICATE REQUEST"), &["certificate_is_request"]),
        (RSA2048_PUBLIC.into(), &["certificate_is_public_key"]),
        (RSA2048_PUBLIC_PKCS1.into(), &["certificate_is_public_key"]),
        (swap(RSA2048_PUBLIC, "CERTIFICATE"), &["certificate_is_public_key"]),
        (swap(RSA2048_PUBLIC_PKCS1, "CERTIFICATE"), &["certificate_is_public_key"]),
        (PKCS7.into(), &["certificate_other_label"]),
        (TRUSTED.into(), &["certificate_other_label"]),
        (swap(CERT_P256, "X509 CERTIFICATE"), &["certificate_other_label"]),
        (swap(CERT_P256, "X509 CRL"), &["certificate_other_label"]),
        (swap(REQUEST, "CERTIFICATE"), &["certificate_der_invalid"]),
        (swap(PKCS7, "CERTIFICATE"), &["certificate_der_invalid"]),
        (block("CERTIFICATE", &[0]), &["certificate_der_invalid"]),
        (block("CERTIFICATE", &[0x30, 0]), &["certificate_der_invalid"]),
        (block("CERTIFICATE", &[0xff; 99]), &["certificate_der_invalid"]),
        (CERT_P256.replace("MII", "MI"), &["certificate_base64_invalid"]),
        (CERT_P256.replace("MII", "M!I"), &["certificate_base64_invalid"]),
        (CERT_P256.replace("-----\nMII", "-----\nNote: x\n\nMII"), &["certificate_base64_invalid"]),
        ("-----END CERTIFICATE-----".into(), &["certificate_armour_broken"]),
        ("BEGIN CERTIFICATE".into(), &["certificate_armour_broken"]),
        (CERT_P256.replace("-----", "\u{2014}"), &["certificate_armour_broken"]),
        (CERT_P256.replace("END CERTIFICATE", "END CERT"), &["certificate_armour_broken"]),
        (format!("{REQUEST}{RSA2048_PUBLIC}"), &["certificate_is_request", "certificate_is_public_key"]),
    ];
    for (text, expected) in cases {
        for armour in BOTH {
            let checked = check(&text, armour, NOW);
            assert_eq!(codes(&checked), expected, "{text}");
            assert_eq!(checked.is_refused(), !expected.is_empty());
            assert!(checked.count == 0 || checked.count == 1);
        }
    }
}

#[test]
fn prose_is_not_pem_and_not_base64() {
    let cases: [(&str, &[&str], &[&str]); 5] = [
        ("not a certificate", &["certificate_not_pem"], &["certificate_base64_invalid"]),
        ("AAAA", &["certificate_not_pem"], &["certificate_der_invalid"]),
        ("https://idp.example.com/cert.pem", &["certificate_not_pem"], &["certificate_base64_invalid"]),
        ("0\u{82}\u{3}", &["certificate_not_pem"], &["certificate_base64_invalid"]),
        ("====", &["certificate_not_pem"], &["certificate_base64_invalid"]),
    ];
    for (text, in_pem, in_bare) in cases {
        assert_eq!(codes(&check(text, Armour::Pem, NOW)), in_pem);
        assert_eq!(codes(&check(text, Armour::PemOrBareBase64, NOW)), in_bare);
    }
}
