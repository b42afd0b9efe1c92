//! Damaged texts: no panic, always an answer, and never an echo.

use super::*;
use proptest::prelude::*;

/// Whatever is done to a certificate, the check says something about it.
fn assert_answered(text: &str, armour: Armour) {
    let checked = check(text, armour, NOW);
    assert!(checked.certificate.is_some() || checked.is_refused(), "{text}");
    for finding in &checked.findings {
        assert!(ALL.iter().any(|known| known.message == finding.message));
    }
}

#[test]
fn a_text_cut_at_any_place_is_answered() {
    for pem in [CERT_P256, CERT_RSA2048, CERT_ED25519, CHAIN] {
        for end in 0..=pem.len() {
            for armour in BOTH {
                assert_answered(&pem[..end], armour);
                assert_answered(&pem[end..], armour);
                assert_answered(&base64(pem)[..end.min(base64(pem).len())], armour);
            }
        }
    }
}

#[test]
fn a_certificate_cut_at_any_byte_is_refused() {
    for pem in [CERT_P256, CERT_V1, CERT_NAMES, CERT_PSS] {
        let whole = der(pem);
        for end in 0..whole.len() {
            let checked = check(&block("CERTIFICATE", &whole[..end]), Armour::Pem, NOW);
            assert!(checked.is_refused(), "{end}");
            assert_eq!(checked.certificate, None);
        }
    }
}

#[test]
fn a_certificate_with_any_byte_changed_is_answered() {
    for pem in [CERT_P256, CERT_V1, CERT_NAMES, CERT_PSS] {
        let whole = der(pem);
        for at in 0..whole.len() {
            for change in [0x01, 0x20, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                assert_answered(&block("CERTIFICATE", &changed), Armour::Pem);
            }
        }
    }
}

#[test]
fn a_text_with_any_character_changed_is_answered() {
    for at in 0..CERT_P256.len() {
        for change in [" ", "-", "\n", "=", "A", "\\n", "\u{e9}", "\0"] {
            let text = [&CERT_P256[..at], change, &CERT_P256[at + 1..]].concat();
            for armour in BOTH {
                assert_answered(&text, armour);
            }
        }
    }
}

#[test]
fn the_echo_detector_detects_echoes() {
    let finding = Finding::error("x", "The value s3cr3t-t0ken is wrong.");
    assert!(echo("a s3cr3t-t0ken b", std::slice::from_ref(&finding)).is_some());
    assert!(echo("-----BEGIN CERTIFICATE-----", &[finding]).is_none());
}

fn noise() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => "[A-Za-z0-9+/=]{0,80}",
        2 => "[ -~]{0,40}",
        1 => "\\PC{0,20}",
        1 => Just("\n".to_owned()),
        1 => Just("\\n".to_owned()),
        1 => "-{4,6}(BEGIN|END|begin) (CERTIFICATE|RSA PRIVATE KEY|[A-Z ]{0,12})-{4,6}",
    ];
    proptest::collection::vec(pieces, 0..9).prop_map(|pieces| pieces.concat())
}

fn damaged() -> impl Strategy<Value = String> {
    let index = any::<proptest::sample::Index>;
    (index(), index(), index(), noise()).prop_map(|(which, from, to, noise)| {
        let (pem, _) = which.get(&CERTIFICATES);
        let (a, b) = (from.index(pem.len()), to.index(pem.len()));
        format!("{}{noise}{}", &pem[..a.min(b)], &pem[a.max(b)..])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_sentence_repeats_eight_bytes_of_a_certificate_field(text in prop_oneof![noise(), damaged()]) {
        for armour in BOTH {
            let checked = check(&text, armour, NOW);
            prop_assert!(checked.certificate.is_some() || checked.is_refused());
            prop_assert_eq!(echo(&text, &checked.findings), None);
        }
    }

    #[test]
    fn any_bytes_in_sound_armour_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_answered(&block("CERTIFICATE", &bytes), Armour::Pem);
    }
}
