// Access tokens of the two vendors that have them (logto.md 5, loginradius.md 4): they look like
// JWTs, their signature is random, and only those that were issued here and still live are taken.

import { randomId, toBase64Url, utf8 } from "./context";

export interface Token {
  vendor: "logto" | "loginradius";
  clientId: string;
  scope: string | undefined;
  expiresAt: number;
  claims: Record<string, unknown>;
}

export type TokenStore = Map<string, Token>;

const SIGNATURE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function issueToken(store: TokenStore, token: Omit<Token, "claims" | "expiresAt">, lifetimeS: number, claims: Record<string, unknown>): string {
  const now = Date.now();
  const iat = Math.floor(now / 1000);
  const payload = { jti: randomId(43, SIGNATURE), ...claims, iat, exp: iat + lifetimeS };
  const encode = (part: unknown) => toBase64Url(utf8(JSON.stringify(part)));
  const text = `${encode({ alg: "ES384", typ: "at+jwt", kid: "sandbox" })}.${encode(payload)}.${randomId(128, SIGNATURE)}`;
  store.set(text, { ...token, claims: payload, expiresAt: now + lifetimeS * 1000 });
  return text;
}

export function expireAll(store: TokenStore): void {
  for (const token of store.values()) token.expiresAt = Date.now() - 1;
}
