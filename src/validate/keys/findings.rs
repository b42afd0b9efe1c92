//! Every sentence that a private-key check can say, in one table.

use crate::validate::finding::Finding;

macro_rules! findings {
    ($($severity:ident $name:ident $code:literal $message:literal;)*) => {
        $(pub(super) const $name: Finding = Finding::$severity($code, $message);)*
        /// Every finding of a private-key check, with its default severity.
        pub const ALL: &[Finding] = &[$($name),*];
    };
}

findings! {
    error EMPTY "key_empty"
        "There is no key here. Paste the RSA private key as PKCS#1 PEM, from `-----BEGIN RSA PRIVATE KEY-----` to `-----END RSA PRIVATE KEY-----`.";
    error TOO_LARGE "key_too_large"
        "The key text is longer than 32 KiB, or the key has more than 16384 bits. Send one RSA key of 2048 to 4096 bits.";
    error NOT_PEM "key_not_pem"
        "The key has no PEM armour. It must begin with `-----BEGIN RSA PRIVATE KEY-----`; a DER file becomes PEM with `openssl rsa -inform DER -in key.der -traditional -out rsa.pem`.";
    error ARMOUR_BROKEN "key_armour_broken"
        "The PEM armour of the key is damaged. The first line must be exactly `-----BEGIN RSA PRIVATE KEY-----` and the last exactly `-----END RSA PRIVATE KEY-----`: five plain hyphens on both sides, capital letters, the same label twice.";
    error ARMOUR_SPACING "key_armour_spacing"
        "The lines of the key are not where PEM wants them. The BEGIN and END markers must stand alone on their lines without indentation or byte-order mark, and no blank line may interrupt the Base64. Often the line breaks were lost when the text was pasted into one line.";
    error ESCAPED_NEWLINES "key_escaped_newlines"
        "The key contains a backslash followed by a letter where a line break should be: it was escaped twice. Send real line breaks, which JSON writes with one backslash.";
    error BASE64_INVALID "key_base64_invalid"
        "The key is not valid Base64. A character is wrong, or part of the text was lost when it was copied; copy the whole file again.";
    error IS_PKCS8 "key_is_pkcs8"
        "The key is in PKCS#8 form and the vendor takes PKCS#1 only. Convert it with `openssl rsa -in key.pem -traditional -out rsa.pem`; changing the header by hand does not convert it.";
    error NOT_PKCS8 "key_not_pkcs8"
        "The key is not in PKCS#8 form (`-----BEGIN PRIVATE KEY-----`), so there is nothing to convert.";
    error IS_ENCRYPTED "key_is_encrypted"
        "The key is protected by a passphrase, which the vendor does not have. Remove it with `openssl rsa -in key.pem -traditional -out rsa.pem`.";
    error IS_CERTIFICATE "key_is_certificate"
        "This contains a certificate, not only a private key. The field takes the RSA private key alone: `-----BEGIN RSA PRIVATE KEY-----`.";
    error IS_PUBLIC "key_is_public"
        "This contains a public key. The field takes the RSA private key: `-----BEGIN RSA PRIVATE KEY-----`.";
    error IS_EC "key_is_ec"
        "This is an elliptic-curve key and the vendor takes RSA only. Make one with `openssl genrsa -traditional -out rsa.pem 2048`.";
    error NOT_RSA "key_not_rsa"
        "This is not an RSA key and the vendor takes RSA only. Make one with `openssl genrsa -traditional -out rsa.pem 2048`.";
    error IS_OPENSSH "key_is_openssh"
        "This is a key in OpenSSH form. If it is RSA, convert a copy of it with `ssh-keygen -p -m PEM -N '' -f key`.";
    error OTHER_LABEL "key_other_label"
        "A PEM block here is something other than an RSA private key. The field takes `-----BEGIN RSA PRIVATE KEY-----` alone.";
    error SEVERAL "key_several"
        "There are several PEM blocks here. Send the one private key that is meant, and nothing else.";
    warning TRAILING_CONTENT "key_trailing_content"
        "There is text before or after the key. Send nothing but the PEM block: `openssl rsa -in key.pem -traditional -out rsa.pem` drops the rest.";
    error DER_INVALID "key_der_invalid"
        "The text decodes, but not to a PKCS#1 RSA private key. It may be damaged or of another kind; `openssl rsa -in key.pem -check -noout` should accept it.";
    error INCONSISTENT "key_inconsistent"
        "The numbers of the key do not belong together, so that it cannot sign or decrypt. The text is damaged; `openssl rsa -in key.pem -check -noout` should accept it.";
    error TOO_WEAK "key_weak"
        "The key is shorter than 1024 bits and can be broken. Make a new one with `openssl genrsa -traditional -out rsa.pem 2048`.";
    warning WEAK "key_weak"
        "The key is shorter than 2048 bits. Make a new one with `openssl genrsa -traditional -out rsa.pem 2048`.";
}
