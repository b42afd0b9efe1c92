//! Recognises private keys wherever they turn up.
//!
//! Redaction and the certificate check rely on it, so it would rather see a key too many: any
//! `BEGIN … PRIVATE KEY` marker counts, in any case and with damaged dashes or spacing.

/// How far before the word `PRIVATE` its `BEGIN` may stand, in bytes.
const REACH: usize = 96;

/// Two dashes and the words are the least that is taken for a header.
const SHORTEST: usize = b"--BEGIN PRIVATEKEY".len();

/// Whether the text contains the header of a private key.
pub fn contains_private_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Most texts are short, and answers are full of texts.
    if bytes.len() < SHORTEST {
        return false;
    }
    bytes.windows(b"PRIVATE".len()).enumerate().filter(|(_, word)| word.eq_ignore_ascii_case(b"PRIVATE")).any(
        |(at, _)| bytes.split_at_checked(at).is_some_and(|(before, rest)| names_a_key(rest) && follows_a_begin(before)),
    )
}

/// `PRIVATE`, a few separators, `KEY`.
fn names_a_key(from_private: &[u8]) -> bool {
    let after = from_private.iter().skip(b"PRIVATE".len());
    let word = after
        .enumerate()
        .skip_while(|(distance, byte)| *distance < 8 && !byte.is_ascii_alphabetic())
        .map(|(_, byte)| byte.to_ascii_uppercase());
    word.take(b"KEY".len()).eq(*b"KEY")
}

/// Dashes, `BEGIN`, and nothing but words since.
fn follows_a_begin(before: &[u8]) -> bool {
    let near = before.split_at_checked(before.len().saturating_sub(REACH)).map_or(before, |(_, near)| near);
    let Some(begin) = near.windows(b"BEGIN".len()).rposition(|word| word.eq_ignore_ascii_case(b"BEGIN")) else {
        return false;
    };
    let Some((dashes, words)) = near.split_at_checked(begin) else {
        return false;
    };
    let dashes = dashes.trim_ascii_end();
    let typeset = matches!(dashes, [.., 0xe2, 0x80, 0x90..=0x95]);
    (dashes.ends_with(b"--") || typeset) && !words.contains(&b'-')
}

/// Whether DER bytes are a private key in a common form: PKCS#1, PKCS#8 (also encrypted), SEC 1
/// or PKCS#12. Only the outline is read, so that a truncated key is recognised too.
pub fn der_is_private_key(der: &[u8]) -> bool {
    let Some(inside) = enter(der) else {
        return false;
    };
    match inside {
        // A version of one byte comes first only in private keys: a certificate begins with a
        // sequence, a PKCS#1 public key with a long number.
        [0x02, 0x01, ..] => true,
        // Encrypted PKCS#8 begins with an algorithm of PKCS#5 or PKCS#12.
        [0x30, ..] => {
            enter(inside).is_some_and(|algorithm| algorithm.starts_with(PKCS5) || algorithm.starts_with(PKCS12_PBE))
        }
        _ => false,
    }
}

/// 1.2.840.113549.1.5.x
const PKCS5: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5];
/// 1.2.840.113549.1.12.1.x
const PKCS12_PBE: &[u8] = &[6, 10, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1];

/// The content of a leading sequence, whatever length it claims.
fn enter(der: &[u8]) -> Option<&[u8]> {
    match der {
        [0x30, 0x81, _, inside @ ..]
        | [0x30, 0x82, _, _, inside @ ..]
        | [0x30, 0x83, _, _, _, inside @ ..]
        | [0x30, 0x84, _, _, _, _, inside @ ..]
        | [0x30, 0..=0x80, inside @ ..] => Some(inside),
        _ => None,
    }
}
