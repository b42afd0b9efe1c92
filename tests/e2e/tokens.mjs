// Issuers of JWTs for the end-to-end tests: keys made with node:crypto, and tokens signed with them as any issuer would.

import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";

export const ISSUER = "https://login.example.com";
export const AUDIENCE = "sso-config-gateway";

const KINDS = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
};
const DIGEST = { RS256: "sha256", ES256: "sha256", EdDSA: null };

export const base64url = (data) => Buffer.from(typeof data === "string" || Buffer.isBuffer(data) ? data : JSON.stringify(data)).toString("base64url");
export const sha256 = (text) => createHash("sha256").update(text).digest("hex");
/** A caller's fixed token, as `make token` prints one. */
export const newToken = () => `ssogw_${randomBytes(32).toString("base64url")}`;

/** A key pair: `{ algorithm, kid, jwk, privateKey }`. The JWK is public and says what it is for. */
export function newKey(algorithm, kid = randomUUID()) {
  const { publicKey, privateKey } = KINDS[algorithm]();
  return { algorithm, kid, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" } };
}

/** A token signed with `key`. `claims` and `header` replace members of a good one; `undefined` leaves one out. */
export function newJwt(key, claims = {}, header = {}) {
  const now = Math.floor(Date.now() / 1000);
  const input = [
    { alg: key.algorithm, typ: "JWT", kid: key.kid, ...header },
    { iss: ISSUER, aud: AUDIENCE, sub: "user-1", iat: now, exp: now + 3600, ...claims },
  ].map(base64url).join(".");
  return `${input}.${base64url(signature(key, input))}`;
}

export const signature = (key, input) =>
  sign(DIGEST[key.algorithm], Buffer.from(input), { key: key.privateKey, dsaEncoding: "ieee-p1363" });

/** The answer of a JWKS URL. */
export const keySet = (keys, more = {}) => ({
  status: 200, headers: { "content-type": "application/json", ...more.headers }, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }),
});
