//! Every sentence that a certificate check can say, in one table.

use crate::validate::finding::Finding;

macro_rules! findings {
    ($($severity:ident $name:ident $code:literal $message:literal;)*) => {
        $(pub(super) const $name: Finding = Finding::$severity($code, $message);)*
        /// Every finding of a certificate check, with its default severity.
        pub const ALL: &[Finding] = &[$($name),*];
    };
}

findings! {
    error EMPTY "certificate_empty"
        "There is no certificate here. Paste the signing certificate of the identity provider as PEM, from `-----BEGIN CERTIFICATE-----` to `-----END CERTIFICATE-----`.";
    error TOO_LARGE "certificate_too_large"
        "The certificate text is longer than 32 KiB. Send one certificate; leave out chains, dumps and explanations: `openssl x509 -in cert.pem -out one.pem`.";
    error NOT_PEM "certificate_not_pem"
        "The certificate has no PEM armour. Put the line `-----BEGIN CERTIFICATE-----` before the Base64 and `-----END CERTIFICATE-----` after it; a DER file becomes PEM with `openssl x509 -inform DER -in cert.der -out cert.pem`.";
    error ARMOUR_BROKEN "certificate_armour_broken"
        "The PEM armour of the certificate is damaged. The first line must be exactly `-----BEGIN CERTIFICATE-----` and the last exactly `-----END CERTIFICATE-----`: five plain hyphens on both sides, capital letters, the same label twice.";
    error ARMOUR_SPACING "certificate_armour_spacing"
        "The lines of the certificate are not where PEM wants them. The BEGIN and END markers must stand alone on their lines without indentation or byte-order mark, and no blank line may interrupt the Base64. Often the line breaks were lost when the text was pasted into one line.";
    error ESCAPED_NEWLINES "certificate_escaped_newlines"
        "The certificate contains a backslash followed by a letter where a line break should be: it was escaped twice. Send real line breaks, which JSON writes with one backslash.";
    error BASE64_INVALID "certificate_base64_invalid"
        "The certificate is not valid Base64. A character is wrong, or part of the text was lost when it was copied; copy the whole file again.";
    error IS_PRIVATE_KEY "certificate_is_private_key"
        "This is a private key, or contains one; a certificate field is public. Send only the certificate, and replace the key if this text has been stored or sent anywhere else.";
    error IS_PUBLIC_KEY "certificate_is_public_key"
        "This is a bare public key. The vendor needs the X.509 certificate that carries it: `-----BEGIN CERTIFICATE-----`.";
    error IS_REQUEST "certificate_is_request"
        "This is a certificate signing request. The vendor needs the certificate that was issued for it: `-----BEGIN CERTIFICATE-----`.";
    error OTHER_LABEL "certificate_other_label"
        "A PEM block here is something other than a plain certificate. Bundles become certificates with `openssl pkcs7 -in bundle.p7b -print_certs`, trusted certificates with `openssl x509 -in trusted.pem -out cert.pem`.";
    warning SEVERAL "certificate_several"
        "There are several certificates here and only the first is used. Send the signing certificate alone.";
    warning TRAILING_CONTENT "certificate_trailing_content"
        "There is text before or after the certificate. Send nothing but the PEM block: `openssl x509 -in cert.pem -out clean.pem` drops the rest.";
    error DER_INVALID "certificate_der_invalid"
        "The text decodes, but not to an X.509 certificate. It may be damaged or of another kind; `openssl x509 -in cert.pem -noout -text` should be able to print it.";
    error DER_TRAILING "certificate_der_trailing"
        "Bytes follow the end of the certificate inside its Base64. No signature covers them; `openssl x509 -in cert.pem -out clean.pem` drops them.";
    warning EXPIRED "certificate_expired"
        "The certificate has expired. Ask the identity provider for the current one; many service providers refuse logins signed with an expired certificate.";
    warning NOT_YET_VALID "certificate_not_yet_valid"
        "The certificate is not valid yet. Logins may be refused until its validity begins.";
    warning EXPIRING "certificate_expiring"
        "The certificate expires within 30 days. Plan its replacement.";
    error TOO_WEAK_KEY "certificate_weak_key"
        "The key of the certificate is shorter than 1024 bits and can be broken. Use RSA with 2048 bits or more, or EC P-256.";
    warning WEAK_KEY "certificate_weak_key"
        "The key of the certificate is weak. Use RSA with 2048 bits or more, or EC P-256.";
    warning UNUSUAL_KEY "certificate_unusual_key"
        "The key of the certificate is of a kind that many SAML implementations cannot use. RSA and the curves P-256, P-384 and P-521 are widely supported.";
    error KEY_UNREADABLE "certificate_key_unreadable"
        "The public key inside the certificate cannot be used. The certificate is damaged; export it again from the identity provider.";
    warning WEAK_SIGNATURE "certificate_weak_signature"
        "The certificate is signed with an outdated hash (SHA-1, MD5 or older). Have it issued again with SHA-256.";
}
