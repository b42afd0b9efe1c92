//! Tests of the PEM splitter; OpenSSL 3 gave the verdicts.

use super::vectors::{CERT_RSA2048, CHAIN, RSA2048_PKCS1, RSA2048_PKCS1_ENCRYPTED, der};
use super::*;
use proptest::prelude::*;

const B: &str = "-----BEGIN CERTIFICATE-----";
const E: &str = "-----END CERTIFICATE-----";

fn flags(text: &str) -> String {
    let split = split(text);
    let mut flags = split.blocks.len().to_string();
    for (set, name) in [(split.broken, 'b'), (split.misplaced, 'm'), (split.outside, 'o')] {
        if set {
            flags.push(name);
        }
    }
    flags
}

#[test]
fn armour_is_judged_as_openssl_judges_it() {
    let cases = [
        // Sound.
        (format!("{B}\nAAAA\n{E}\n"), "1"),
        (format!("{B}\nAAAA\n{E}"), "1"),
        (format!("{B}\r\nAAAA\r\n{E}\r\n"), "1"),
        (format!("{B}  \nAAAA\t\n{E}\t\n"), "1"),
        (format!("{B}\n  AA\tAA\n{E}\n"), "1"),
        (format!("\n\n{B}\nAAAA\n{E}\n\n \n"), "1"),
        (format!("{B}\n\nAAAA\n{E}\n"), "1"),
        (format!("{B}\n{E}\n"), "1"),
        (format!("{B}\nAAAA\n{E}\n{B}\nBBBB\n{E}\n"), "2"),
        // Text around.
        (format!("hello\n{B}\nAAAA\n{E}\n"), "1o"),
        (format!("{B}\nAAAA\n{E}\nhello"), "1o"),
        (format!("{B}\nAAAA\n{E}\n--\n{B}\nBBBB\n{E}\n"), "2o"),
        (format!("a -- b -ENDED\n{B}\nAAAA\n{E}\n"), "1o"),
        // Misplaced.
        (format!(" {B}\nAAAA\n{E}\n"), "1m"),
        (format!("{B}\nAAAA\n {E}\n"), "1m"),
        (format!("{B} AAAA {E}"), "1m"),
        (format!("{B}AAAA{E}"), "1m"),
        (format!("{B}\rAAAA\r{E}\r"), "1m"),
        (format!("\u{feff}{B}\nAAAA\n{E}\n"), "1mo"),
        (format!("x {B}\nAAAA\n{E}\n"), "1mo"),
        (format!("{B}\nAAAA\n{E} x\n"), "1mo"),
        (format!("{B}\nAAAA\n\nAAAA\n{E}\n"), "1m"),
        (format!("{B}\n\n\nAAAA\n{E}\n"), "1m"),
        (format!("{B}\nAAAA\n\n{E}\n"), "1m"),
        // Broken.
        (format!("{B}\nAAAA\n-----END CERTIFICATE\n"), "1b"),
        (format!("{B}\nAAAA\n-----END CERTIFICATE----\n"), "1b"),
        (format!("{B}\nAAAA\n----END CERTIFICATE-----\n"), "1b"),
        (format!("{B}\nAAAA\n------END CERTIFICATE-----\n"), "1b"),
        (format!("{B}\nAAAA\n-----END-----\n"), "1b"),
        (format!("{B}\nAAAA\n-----END CERT-----\n"), "1b"),
        (format!("{B}\nAAAA\n-----end certificate-----\n"), "1b"),
        (format!("-----BEGIN  CERTIFICATE-----\nAAAA\n{E}\n"), "1b"),
        (format!("-----BEGIN CERTIFICATE -----\nAAAA\n{E}\n"), "1b"),
        (format!("----- BEGIN CERTIFICATE-----\nAAAA\n{E}\n"), "1b"),
        (format!("-----BEGIN CERTIFICATE\nAAAA\n{E}\n"), "1b"),
        (format!("{B}\nAAAA\n"), "1b"),
        (B.to_owned(), "1b"),
        (E.to_owned(), "0b"),
        (format!("{B}\nAAAA\n{B}\nBBBB\n{E}\n"), "2b"),
        (format!("{B}\nAAAA\n{E}{B}\nBBBB\n{E}\n"), "2m"),
        (format!("{E}\nAAAA\n{B}\n"), "1bo"),
        // No armour at all.
        (String::new(), "0"),
        ("AAAA".to_owned(), "0o"),
        ("\u{2014}BEGIN CERTIFICATE\u{2014}".to_owned(), "0o"),
        ("-BEGIN CERTIFICATE-".to_owned(), "0o"),
        ("-----BEGINNING-----".to_owned(), "0o"),
    ];
    for (text, expected) in cases {
        assert_eq!(flags(&text), expected, "{text:?}");
    }
}

#[test]
fn headers_of_an_encrypted_key_are_not_blank_lines_in_base64() {
    assert_eq!(flags(RSA2048_PKCS1_ENCRYPTED), "1");
}

#[test]
fn bodies_and_labels_come_out_as_written() {
    let split = split(CHAIN);
    assert_eq!(split.blocks.len(), 2);
    assert!(split.blocks.iter().all(|block| block.label == "CERTIFICATE"));
    assert_eq!(*decode(split.blocks[0].body).unwrap(), der(CERT_RSA2048));
}

#[test]
fn openssl_and_this_module_write_the_same_pem() {
    assert_eq!(*armour("CERTIFICATE", &der(CERT_RSA2048)), CERT_RSA2048);
    assert_eq!(*armour("RSA PRIVATE KEY", &der(RSA2048_PKCS1)), RSA2048_PKCS1);
}

#[test]
fn base64_is_complete_and_padded() {
    for (body, length) in [("", 0), ("\n", 0), ("AA==", 1), ("A A\tA=\r\n", 2), ("AB==", 1), ("AAAA", 3)] {
        assert_eq!(decode(body).map(|der| der.len()), Some(length), "{body:?}");
    }
    for body in ["A", "AA", "AAA", "AA=", "A===", "====", "=", "AAAA=", "AA==AAAA"] {
        assert!(decode(body).is_none(), "{body:?}");
    }
    for body in ["AA-_", "AA\u{e4}A", "AAA.", "AA\u{a0}AA", "AA\0A", "AAA\u{200b}A"] {
        assert!(decode(body).is_none(), "{body:?}");
    }
}

#[test]
fn escaped_line_breaks_are_undone_however_often_escaped() {
    let cases = [
        ("a\\nb", "a\nb"),
        ("a\\r\\nb", "a\r\nb"),
        ("a\\\\nb", "a\nb"),
        ("a\\\\\\\\nb", "a\nb"),
        ("\\n\\x\\", "\n\\x\\"),
    ];
    for (text, plain) in cases {
        assert_eq!(unescape(text).as_ref().map(|text| text.as_str()), Some(plain));
    }
    for text in ["", "a\nb", "\\", "\\t", "n\\"] {
        assert!(unescape(text).is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_text_is_taken_apart(text in r"(-----BEGIN [A-Z]{1,3}-----|-----END [A-Z]{1,3}-----|-{1,7}|BEGIN|END|[A-Za-z0-9+/=: \r\n\\é—]{0,9}){0,12}") {
        let split = split(&text);
        for block in &split.blocks {
            prop_assert!(text.contains(block.body) && text.contains(block.label));
            let _ = decode(block.body);
        }
        let _ = unescape(&text);
    }

    #[test]
    fn what_is_armoured_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = armour("TEST", &bytes);
        let split = split(&text);
        prop_assert!(!split.broken && !split.misplaced && !split.outside);
        prop_assert_eq!(split.blocks.len(), 1);
        prop_assert_eq!(&*decode(split.blocks[0].body).unwrap(), &bytes);
    }
}
