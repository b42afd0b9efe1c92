// Certificates and private keys of SAML connections (stytch.md 3.2): an IdP certificate is added
// to the list, never replaced, five at most; private keys are PKCS#1 only; from a signing key a
// certificate is derived and the key is forgotten; a decryption key is kept and read back.

import { certificateOfPkcs1, parseCertificateBase64, parsePkcs1, pem, pemBody } from "../certificates";
import { StytchError } from "./errors";
import { now } from "./body";
import type { Certificate, EncryptionKey, SamlConnection } from "./state";

const LIMIT = 5;
const SIGNING_DAYS = 3650;

const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** Whether an identical certificate is added twice is not documented; here it is. */
export function verificationCertificate(connection: SamlConnection, text: string): Certificate {
  const body = pemBody("CERTIFICATE", text);
  const parsed = body === undefined ? "bad base64" : parseCertificateBase64(body);
  if (typeof parsed === "string") throw new StytchError("invalid_x509_certificate");
  if (connection.verification_certificates.length >= LIMIT) throw new StytchError("too_many_sso_verification_certificates");
  return {
    certificate_id: `certificate-test-${crypto.randomUUID()}`,
    certificate: pem("CERTIFICATE", parsed.der),
    issuer: "",
    created_at: now(),
    expires_at: isoSeconds(parsed.notAfter),
  };
}

function pkcs1(text: string): Uint8Array {
  const body = pemBody("RSA PRIVATE KEY", text);
  if (body === undefined) {
    // Another kind of PEM (PKCS#8 above all) is a format that is not supported; no PEM is no key.
    throw new StytchError(/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) ? "saml_signing_private_key_format_not_supported" : "saml_signing_private_key_invalid");
  }
  const der = parsePkcs1(body);
  if (der === undefined) throw new StytchError("saml_signing_private_key_invalid");
  return der;
}

export async function signingCertificate(text: string): Promise<Certificate> {
  const derived = await certificateOfPkcs1(pkcs1(text), "Stytch", SIGNING_DAYS);
  if (derived === undefined) throw new StytchError("saml_signing_private_key_invalid");
  return {
    certificate_id: `certificate-test-${crypto.randomUUID()}`,
    certificate: pem("CERTIFICATE", derived.der),
    issuer: "Stytch",
    created_at: now(),
    expires_at: isoSeconds(derived.notAfter),
  };
}

/** The error type is published, the number is not: five, as for certificates. */
export function encryptionKey(connection: SamlConnection, text: string): EncryptionKey {
  pkcs1(text);
  if (connection.encryption_private_keys.length >= LIMIT) throw new StytchError("too_many_encryption_certificates");
  return { private_key_id: `private-key-test-${crypto.randomUUID()}`, private_key: text, created_at: now() };
}
