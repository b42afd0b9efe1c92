//! Reads the DER of an RSA private key and checks that its numbers belong together.
//!
//! A wrong character in a pasted key often survives parsing. The product of the primes shows
//! it here, and not at the first login.

use der::Decode;
use pkcs1::RsaPrivateKeyRef;
use zeroize::Zeroizing;

use super::findings;
use super::pkcs8;
use crate::validate::finding::Finding;

/// OpenSSL computes with no longer modulus; the bound also caps the work of this check.
const MAX_BITS: usize = 16384;

/// Judges a PKCS#1 private key; `None` when nothing is wrong with it.
pub(super) fn judge(der: &[u8]) -> Option<Finding> {
    let Ok(key) = RsaPrivateKeyRef::from_der(der) else {
        return Some(pkcs8::judge(der).unwrap_or(findings::DER_INVALID));
    };
    let bits = bit_length(key.modulus.as_bytes());
    if bits > MAX_BITS {
        Some(findings::TOO_LARGE)
    } else if !is_consistent(&key) {
        Some(findings::INCONSISTENT)
    } else if bits < 1024 {
        Some(findings::TOO_WEAK)
    } else if bits < 2048 {
        Some(findings::WEAK)
    } else {
        None
    }
}

/// Length of a big-endian number in bits.
pub(in crate::validate) fn bit_length(bytes: &[u8]) -> usize {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let used = bytes.len().saturating_sub(zeros);
    let first = bytes.iter().find(|byte| **byte != 0);
    let unused = first.map_or(0, |byte| byte.leading_zeros() as usize);
    used.saturating_mul(8).saturating_sub(unused)
}

fn is_consistent(key: &RsaPrivateKeyRef<'_>) -> bool {
    let modulus = key.modulus.as_bytes();
    let (p, q) = (key.prime1.as_bytes(), key.prime2.as_bytes());
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    let usable = |number: &[u8]| odd(number) && bit_length(number) > 1;
    // Exponents and coefficient are smaller than what they are reduced by.
    let fits = |number: &[u8], bound: &[u8]| (1..=bit_length(bound)).contains(&bit_length(number));
    [modulus, p, q, key.public_exponent.as_bytes()]
        .into_iter()
        .all(usable)
        && odd(key.private_exponent.as_bytes())
        && fits(key.private_exponent.as_bytes(), modulus)
        && fits(key.exponent1.as_bytes(), p)
        && fits(key.exponent2.as_bytes(), q)
        && fits(key.coefficient.as_bytes(), p)
        // A key of three primes and more is rare enough to leave to the vendor.
        && (key.other_prime_infos.is_some() || is_product(modulus, p, q))
}

/// Whether `p` times `q` is `modulus`, by hand: no arithmetic library is worth one product.
fn is_product(modulus: &[u8], p: &[u8], q: &[u8]) -> bool {
    let room = p.len().saturating_add(q.len());
    if room > modulus.len().saturating_add(1) {
        return false;
    }
    let mut product = Zeroizing::new(vec![0_u8; room]);
    for (shift, a) in p.iter().rev().enumerate() {
        let mut carry = 0_u32;
        // One zero more than `q` has digits takes the last carry.
        let factor = q.iter().rev().copied().chain([0]);
        for (digit, b) in product.iter_mut().skip(shift).zip(factor) {
            let step = u32::from(*a).wrapping_mul(u32::from(b));
            let sum = step.wrapping_add(u32::from(*digit)).wrapping_add(carry);
            [*digit, ..] = sum.to_le_bytes();
            carry = sum >> 8;
        }
    }
    let leading_zeros = product.iter().rev().take_while(|digit| **digit == 0);
    let skip = leading_zeros.count();
    product.iter().rev().skip(skip).eq(modulus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_recognised_byte_by_byte() {
        for a in 1..=600_u64 {
            for b in [1, 2, 255, 256, 257, 65_535, 65_536, 16_777_213] {
                let bytes = |number: u64| {
                    let all = number.to_be_bytes();
                    all.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>()
                };
                assert!(is_product(&bytes(a * b), &bytes(a), &bytes(b)), "{a} {b}");
                assert!(!is_product(&bytes(a * b + 1), &bytes(a), &bytes(b)), "{a} {b}");
            }
        }
    }

    #[test]
    fn leading_zeros_do_not_count_as_bits() {
        let cases: [(&[u8], usize); 6] =
            [(&[], 0), (&[0], 0), (&[1], 1), (&[0, 0x80], 8), (&[1, 0], 9), (&[0xff; 128], 1024)];
        for (bytes, bits) in cases {
            assert_eq!(bit_length(bytes), bits);
        }
    }
}
