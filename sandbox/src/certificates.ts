// PEM, X.509 and RSA keys as far as the vendors look at them: Logto parses the IdP certificate
// (logto.md 3.2), Stytch takes PKCS#1 keys only and derives a certificate (stytch.md 3.2), and
// both make certificates of their own for request signing.

import {
  INTEGER, NULL, OID_COMMON_NAME, OID_RSA, OID_RSA_SHA256, SEQUENCE,
  bitString, octetString, readChildren, readElement, sequence, write,
} from "./der";
import { fromBase64, toBase64, utf8 } from "./context";

export interface CertificateInfo {
  der: Uint8Array;
  notAfter: number;
}

/** `bad base64` and `wrong tag` are the two OpenSSL complaints that were captured. */
export type CertificateProblem = "bad base64" | "wrong tag";

export function parseCertificateBase64(base64: string): CertificateInfo | CertificateProblem {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return "bad base64";
  const der = fromBase64(base64);
  if (der === undefined) return "bad base64";
  try {
    const certificate = readElement(der);
    const [body, algorithm, signature] = readChildren(certificate.content);
    if (certificate.tag !== SEQUENCE || body?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE) return "wrong tag";
    if (signature?.tag !== 0x03) return "wrong tag";
    const fields = readChildren(body.content);
    const validity = fields[fields[0]?.tag === 0xa0 ? 4 : 3];
    const notAfter = validity === undefined ? undefined : readChildren(validity.content)[1];
    if (notAfter === undefined) return "wrong tag";
    return { der: certificate.raw, notAfter: readTime(notAfter.tag, notAfter.content) };
  } catch {
    return "wrong tag";
  }
}

function readTime(tag: number, content: Uint8Array): number {
  const text = new TextDecoder().decode(content);
  const full = tag === 0x17 ? (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text : text;
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  if (y === undefined) throw new Error("bad time");
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

export const pem = (label: string, der: Uint8Array, newline = "\n"): string =>
  [`-----BEGIN ${label}-----`, ...(toBase64(der).match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ""].join(newline);

/** The base64 text of the first PEM block with this label, or `undefined`. */
export function pemBody(label: string, text: string): string | undefined {
  const match = new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`).exec(text);
  return match?.[1]?.replace(/\s+/g, "");
}

export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
}

/** A PKCS#1 RSA private key: SEQUENCE of a version and eight INTEGERs. */
export function parsePkcs1(base64: string): Uint8Array | undefined {
  const der = fromBase64(base64);
  if (der === undefined) return undefined;
  try {
    const key = readElement(der);
    const parts = readChildren(key.content);
    const ok = key.tag === SEQUENCE && parts.length >= 9 && parts.every((part) => part.tag === INTEGER);
    return ok && key.raw.length === der.length ? der : undefined;
  } catch {
    return undefined;
  }
}

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

export interface SelfSigned {
  der: Uint8Array;
  notAfter: number;
}

/** A self-signed certificate over a new 2048-bit key (the real servers make 4096-bit ones, slowly). */
export async function newCertificate(commonName: string, days: number): Promise<SelfSigned> {
  const pair = (await crypto.subtle.generateKey(
    { ...algorithm, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }, true, ["sign", "verify"],
  )) as CryptoKeyPair;
  const spki = new Uint8Array((await crypto.subtle.exportKey("spki", pair.publicKey)) as ArrayBuffer);
  return selfSign(pair.privateKey, spki, commonName, days);
}

/** The certificate that Stytch derives from a caller's PKCS#1 key; `undefined` if the key does not work. */
export async function certificateOfPkcs1(pkcs1: Uint8Array, commonName: string, days: number): Promise<SelfSigned | undefined> {
  const version = Uint8Array.of(INTEGER, 1, 0);
  const pkcs8 = sequence(version, sequence(OID_RSA, NULL), octetString(pkcs1));
  const [, modulus, exponent] = readChildren(readElement(pkcs1).content);
  if (modulus === undefined || exponent === undefined) return undefined;
  const spki = sequence(sequence(OID_RSA, NULL), bitString(sequence(modulus.raw, exponent.raw)));
  try {
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
    return await selfSign(key, spki, commonName, days);
  } catch {
    return undefined;
  }
}

async function selfSign(key: CryptoKey, spki: Uint8Array, commonName: string, days: number): Promise<SelfSigned> {
  const notBefore = Math.floor(Date.now() / 1000) * 1000;
  const notAfter = notBefore + days * 86_400_000;
  const name = sequence(write(0x31, sequence(OID_COMMON_NAME, write(0x0c, utf8(commonName)))));
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const signatureAlgorithm = sequence(OID_RSA_SHA256, NULL);
  const body = sequence(
    write(0xa0, Uint8Array.of(INTEGER, 1, 2)),
    write(INTEGER, serial),
    signatureAlgorithm,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    spki,
  );
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm.name, key, body));
  return { der: sequence(body, signatureAlgorithm, bitString(signature)), notAfter };
}

function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return ms < Date.UTC(2050, 0, 1) ? write(0x17, utf8(digits.slice(2))) : write(0x18, utf8(digits));
}
