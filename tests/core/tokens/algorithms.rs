//! The algorithm is the key's. A token can agree with it or be refused.

use serde_json::json;

use super::maker::{Signer, all_keys, b64, der, ec, ed, mac, other_ec, other_rsa, rsa, rsa_jwk};
use super::{ask, claims, is_refused, portal_gateway};

const PUBLIC_PEM: &str = include_str!("../../vectors/pki/rsa2048_public.pem");
const PUBLIC_PKCS1: &str = include_str!("../../vectors/pki/rsa2048_public_pkcs1.pem");

/// What to sign, with the claims that are good: a header of this algorithm and key.
fn input(algorithm: &str, kid: &str) -> String {
    let header = format!(r#"{{"alg":{algorithm},"typ":"JWT","kid":"{kid}"}}"#);
    format!("{}.{}", b64(header), b64(claims().text()))
}

fn with(input: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{input}.{}", b64(signature))
}

/// Asserts each refusal, its cause, and that the platform was asked about a signature only where one could have been good.
fn refuses(cases: &[(String, String, &str)], least: usize) {
    assert!(cases.len() >= least, "{}", cases.len());
    let gateway = portal_gateway(&json!({ "keys": all_keys() }));
    for signer in super::maker::all() {
        assert_eq!(ask(&gateway, &signer.token(&claims())).status, 200, "{}", signer.name);
    }
    for (label, token, cause) in cases {
        let run = ask(&gateway, token);
        is_refused(&run, cause, label);
        let checked = *cause == "bad_signature" && !label.contains("length");
        assert_eq!(run.checked, usize::from(checked), "{label}");
    }
}

#[test]
fn t17_a_token_cannot_choose_how_it_is_checked() {
    let mut cases = Vec::new();
    let mut case = |label: String, token: String, cause: &'static str| cases.push((label, token, cause));
    for name in ["none", "None", "NONE", "nOnE", "nonE", " none", "none ", "none\\u0000", "", "null"] {
        let input = input(&format!("\"{name}\""), "rsa");
        case(format!("{name} without a signature"), format!("{input}."), "wrong_algorithm");
        case(format!("{name} with a good one"), with(&input, rsa().signature(&input)), "wrong_algorithm");
    }
    for name in ["rs256", "Rs256", "RS256 ", " RS256", "RS-256", "RS256\\u0000", "RSA256", "SHA256withRSA", "RSA"] {
        let input = input(&format!("\"{name}\""), "rsa");
        case(format!("spelling {name}"), with(&input, rsa().signature(&input)), "wrong_algorithm");
    }
    for name in ["es256", "Es256", "ES256K", "ES384", "ES512", "ECDSA", "P-256"] {
        let input = input(&format!("\"{name}\""), "ec");
        case(format!("spelling {name}"), with(&input, ec().signature(&input)), "wrong_algorithm");
    }
    for name in ["eddsa", "EDDSA", "EdDsa", "Ed25519", "ed25519", "Ed448"] {
        let input = input(&format!("\"{name}\""), "ed");
        case(format!("spelling {name}"), with(&input, ed().signature(&input)), "wrong_algorithm");
    }
    for value in ["null", "true", "256", r#"["RS256"]"#, r#"{"RS256":1}"#, r#""RS256","alg":"RS256""#] {
        let input = input(value, "rsa");
        case(format!("alg {value}"), with(&input, rsa().signature(&input)), "malformed");
    }
    let input_without = format!("{}.{}", b64(r#"{"typ":"JWT","kid":"rsa"}"#), b64(claims().text()));
    case("no alg".to_owned(), rsa().over(&input_without), "malformed");
    refuses(&cases, 49);
}

#[test]
fn t17_a_public_key_is_no_shared_secret() {
    let mut cases = Vec::new();
    let (rsa_key, curve_key, ed_key) = (rsa().nameless(), ec().nameless(), ed().nameless());
    let bytes = |key: &serde_json::Value, name: &str| {
        use base64ct::{Base64UrlUnpadded, Encoding};
        Base64UrlUnpadded::decode_vec(key[name].as_str().unwrap()).unwrap()
    };
    let point = [bytes(&curve_key, "x"), bytes(&curve_key, "y")].concat();
    for (kid, secret, label) in [
        ("rsa", PUBLIC_PEM.as_bytes().to_vec(), "PEM"),
        ("rsa", PUBLIC_PEM.trim_end().as_bytes().to_vec(), "PEM without the last line break"),
        ("rsa", der(PUBLIC_PEM), "DER"),
        ("rsa", PUBLIC_PKCS1.as_bytes().to_vec(), "PKCS#1 PEM"),
        ("rsa", rsa_key.to_string().into_bytes(), "JWK"),
        ("rsa", bytes(&rsa_key, "n"), "modulus"),
        ("rsa", Vec::new(), "nothing"),
        ("ec", curve_key.to_string().into_bytes(), "JWK"),
        ("ec", [vec![4], point.clone()].concat(), "point"),
        ("ec", point, "coordinates"),
        ("ed", ed_key.to_string().into_bytes(), "JWK"),
        ("ed", bytes(&ed_key, "x"), "key"),
    ] {
        for algorithm in ["HS256", "HS384", "HS512"] {
            let input = input(&format!("{algorithm:?}"), kid);
            let token = with(&input, mac(algorithm, &secret, &input));
            cases.push((format!("{algorithm} with {kid} {label}"), token, "wrong_algorithm"));
        }
    }
    refuses(&cases, 36);
}

#[test]
fn t17_an_algorithm_of_another_key_is_none_of_this_one() {
    let mut cases = Vec::new();
    let signers = super::maker::all();
    for signer in &signers {
        for key in signers.iter().filter(|key| key.name != signer.name) {
            let input = input(&format!("{:?}", signer.name), key.kid);
            let token = with(&input, signer.signature(&input));
            cases.push((format!("{} for {}", signer.name, key.kid), token, "wrong_algorithm"));
        }
    }
    for name in ["RS384", "RS512", "PS256", "PS384", "PS512"] {
        let honest = input(&format!("{name:?}"), "rsa");
        let token = with(&honest, rsa().rsa_signature(name, &honest));
        cases.push((format!("an honest {name}"), token, "wrong_algorithm"));
        let input = input(r#""RS256""#, "rsa");
        let token = with(&input, rsa().rsa_signature(name, &input));
        cases.push((format!("{name} that says RS256"), token, "bad_signature"));
    }
    let without = |signer: &Signer| signer.signed(&signer.header().without("kid").text(), &claims().text());
    for signer in &signers {
        cases.push((format!("{} that names no key of three", signer.name), without(signer), "unknown_key"));
    }
    refuses(&cases, 19);
}

#[test]
fn t17_only_the_key_that_is_named_makes_a_good_signature_and_only_in_its_one_form() {
    let mut cases = Vec::new();
    let mut case = |label: &str, token: String| cases.push((label.to_owned(), token, "bad_signature"));
    let (rs, es, eddsa) = (input(r#""RS256""#, "rsa"), input(r#""ES256""#, "ec"), input(r#""EdDSA""#, "ed"));
    let (rs_good, curve_good, ed_good) = (rsa().signature(&rs), ec().signature(&es), ed().signature(&eddsa));

    case("a larger RSA key: length", with(&rs, other_rsa().signature(&rs)));
    case("another key on the curve", with(&es, other_ec().signature(&es)));
    case("the signature of another header", with(&rs, rsa().signature(&es)));
    case("the signature of another token", with(&es, ec().signature(&format!("{es}x"))));
    case("the claims' signature alone", with(&eddsa, ed().signature(eddsa.split_once('.').unwrap().1)));

    for (name, input, good) in [("RS256", &rs, &rs_good), ("ES256", &es, &curve_good), ("EdDSA", &eddsa, &ed_good)] {
        let length = good.len();
        let case = &mut case;
        case(&format!("{name} empty: length"), with(input, []));
        case(&format!("{name} one byte: length"), with(input, [0]));
        case(&format!("{name} cut: length"), with(input, &good[..length - 1]));
        case(&format!("{name} cut in front: length"), with(input, &good[1..]));
        case(&format!("{name} padded: length"), with(input, [good.as_slice(), &[0]].concat()));
        case(&format!("{name} padded in front: length"), with(input, [&[0], good.as_slice()].concat()));
        case(&format!("{name} twice: length"), with(input, good.repeat(2)));
        case(&format!("{name} as text: length"), with(input, b64(good)));
        case(&format!("{name} zeros"), with(input, vec![0; length]));
        case(&format!("{name} ones"), with(input, vec![0xff; length]));
        let mut one_bit = good.clone();
        one_bit[length / 2] ^= 1;
        case(&format!("{name} one bit"), with(input, one_bit));
        let reversed: Vec<u8> = good.iter().rev().copied().collect();
        case(&format!("{name} backwards"), with(input, reversed));
    }
    let (r, s) = curve_good.split_at(32);
    case("ES256 in DER: length", with(&es, der_signature(r, s)));
    case("ES256 with its halves exchanged", with(&es, [s, r].concat()));
    case("ES256 without r", with(&es, [&[0; 32], s].concat()));
    case("ES256 without s", with(&es, [r, &[0; 32]].concat()));
    case("ES256 one and one", with(&es, [[0; 31].as_slice(), &[1], &[0; 31], &[1]].concat()));
    let (n, modulus) = (rsa().nameless(), rsa_jwk(include_str!("../../vectors/pki/rsa2048_pkcs1.pem")));
    assert_eq!(n["n"], modulus["n"]);
    let modulus = modulus["n"].as_str().unwrap();
    case("RS256: the modulus itself", format!("{rs}.{modulus}"));
    refuses(&cases, 47);
}

#[test]
fn t17_an_issuer_may_be_held_to_fewer_algorithms_than_its_keys_have() {
    let gateway = portal_gateway(&json!({ "keys": all_keys(), "algorithms": ["ES256"] }));
    assert_eq!(ask(&gateway, &ec().token(&claims())).status, 200);
    for signer in [rsa(), ed()] {
        let run = ask(&gateway, &signer.token(&claims()));
        is_refused(&run, "wrong_algorithm", signer.name);
        assert_eq!(run.checked, 0);
    }
}

/// A signature as X.509 has it (RFC 3279, section 2.2.3).
fn der_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let sign: &[u8] = if bytes[0] < 0x80 { &[] } else { &[0] };
        let length = u8::try_from(sign.len() + bytes.len()).unwrap();
        [&[2, length], sign, bytes].concat()
    };
    let both = [number(r), number(s)].concat();
    [&[0x30, u8::try_from(both.len()).unwrap()], both.as_slice()].concat()
}
