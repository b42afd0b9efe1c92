//! Damaged keys: no panic, never passed as sound, and never an echo.

use super::*;
use proptest::prelude::*;

#[test]
fn a_key_cut_at_any_place_is_refused() {
    let whole = RSA1024_PKCS1.trim_end();
    for end in 0..whole.len() {
        let found = check_rsa_pkcs1(&whole[..end]);
        assert!(found.iter().any(Finding::is_error), "{end}");
        assert!(pkcs8_to_pkcs1(&whole[..end]).is_err());
    }
    let whole = der(RSA2048_PKCS1);
    for end in 0..whole.len() {
        let found = check_rsa_pkcs1(&block(PKCS1, &whole[..end]));
        assert!(found.iter().any(Finding::is_error), "{end}");
    }
}

#[test]
fn a_changed_byte_in_modulus_or_primes_is_noticed() {
    let whole = der(RSA2048_PKCS1);
    let key = ::pkcs1::RsaPrivateKeyRef::try_from(whole.as_slice()).unwrap();
    for number in [key.modulus, key.prime1, key.prime2] {
        let number = number.as_bytes();
        let at = whole.windows(number.len()).position(|window| window == number).unwrap();
        for offset in at..at + number.len() {
            let mut changed = whole.clone();
            changed[offset] ^= 0x10;
            let found = check_rsa_pkcs1(&block(PKCS1, &changed));
            assert!(found.iter().any(Finding::is_error), "{offset}");
        }
    }
}

#[test]
fn any_changed_byte_is_survived() {
    for (pem, label) in [(RSA1024_PKCS1, PKCS1), (RSA1024_PKCS8, "PRIVATE KEY")] {
        let whole = der(pem);
        for at in 0..whole.len() {
            for change in [1, 0x20, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                let text = block(label, &changed);
                assert!(!check_rsa_pkcs1(&text).is_empty());
                if let Ok(converted) = pkcs8_to_pkcs1(&text) {
                    assert_eq!(codes(&converted), ["key_weak"]);
                }
            }
        }
    }
}

#[test]
fn a_huge_modulus_is_refused_before_it_is_computed_with() {
    // Three long numbers where modulus and primes belong.
    let number = |length: u16, first: u8| {
        let mut bytes = vec![2, 0x82];
        bytes.extend((length + 1).to_be_bytes());
        bytes.extend([0, first]);
        bytes.extend(vec![0xff; usize::from(length) - 1]);
        bytes
    };
    let small = [2, 1, 3];
    let parts = [
        vec![2, 1, 0],
        number(8_000, 0xff),
        small.to_vec(),
        small.to_vec(),
        number(4_000, 0xff),
        number(4_000, 0xff),
        small.to_vec(),
        small.to_vec(),
        small.to_vec(),
    ]
    .concat();
    let length = u16::try_from(parts.len()).unwrap();
    let whole = [vec![0x30, 0x82], length.to_be_bytes().to_vec(), parts].concat();
    assert_eq!(codes(&block(PKCS1, &whole)), ["key_too_large"]);
}

fn damaged() -> impl Strategy<Value = String> {
    let index = any::<proptest::sample::Index>;
    (index(), index(), index(), "[ -~\\n]{0,40}").prop_map(|(which, from, to, noise)| {
        let pem = which.get(&PRIVATE_KEYS);
        let (a, b) = (from.index(pem.len()), to.index(pem.len()));
        format!("{}{noise}{}", &pem[..a.min(b)], &pem[a.max(b)..])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_sentence_repeats_eight_bytes_of_a_key_field(text in prop_oneof![damaged(), "\\PC{0,200}"]) {
        let found = check_rsa_pkcs1(&text);
        prop_assert_eq!(echo(&text, &found), None);
        for finding in &found {
            prop_assert!(ALL.contains(finding));
        }
        if let Err(finding) = pkcs8_to_pkcs1(&text) {
            prop_assert_eq!(echo(&text, &[finding]), None);
        }
        let _ = contains_private_key(&text);
    }
}
