// A very small DER reader and writer: enough to tell a certificate or an RSA key from something
// else, and to make the certificates that Logto and Stytch make on their side.
// The vendors do this with OpenSSL; nothing here is meant for production.

export interface Element {
  tag: number;
  /** Whole element, header included. */
  raw: Uint8Array;
  content: Uint8Array;
}

/** Reads one element at `offset`; throws on anything truncated or overlong. */
export function readElement(bytes: Uint8Array, offset = 0): Element {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new Error("truncated");
  let length = first;
  let start = offset + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new Error("bad length");
    length = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = bytes[start + i];
      if (byte === undefined) throw new Error("truncated");
      length = length * 256 + byte;
    }
    start += count;
  }
  if (start + length > bytes.length) throw new Error("truncated");
  return { tag, raw: bytes.subarray(offset, start + length), content: bytes.subarray(start, start + length) };
}

export function readChildren(content: Uint8Array): Element[] {
  const children: Element[] = [];
  for (let offset = 0; offset < content.length; ) {
    const child = readElement(content, offset);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}

export function write(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = [tag];
  if (length < 0x80) header.push(length);
  else {
    const digits: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
    header.push(0x80 | digits.length, ...digits);
  }
  const out = new Uint8Array(header.length + length);
  out.set(header);
  let offset = header.length;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;

export const sequence = (...parts: Uint8Array[]): Uint8Array => write(SEQUENCE, ...parts);
export const bitString = (bytes: Uint8Array): Uint8Array => write(0x03, Uint8Array.of(0), bytes);
export const octetString = (bytes: Uint8Array): Uint8Array => write(0x04, bytes);
export const NULL = Uint8Array.of(0x05, 0x00);
/** 1.2.840.113549.1.1.1 rsaEncryption */
export const OID_RSA = Uint8Array.of(0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1);
/** 1.2.840.113549.1.1.11 sha256WithRSAEncryption */
export const OID_RSA_SHA256 = Uint8Array.of(0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11);
/** 2.5.4.3 commonName */
export const OID_COMMON_NAME = Uint8Array.of(0x06, 3, 0x55, 4, 3);
