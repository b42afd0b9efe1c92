// What every request carries through the sandbox: the body, read once, so that the journal,
// the faults and the vendor see the same bytes; and the few helpers all vendors share.

import type { Context } from "hono";

export type Vendor = "logto" | "loginradius" | "stytch";

export interface SandboxEnv {
  Variables: {
    body: Uint8Array;
    /** Set by a token fault; read by the token endpoints. */
    tokenFault: TokenFault | undefined;
  };
}

export type SandboxContext = Context<SandboxEnv>;

export interface TokenFault {
  omitScope: boolean;
  lifetimeS: number | undefined;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const bodyText = (c: SandboxContext): string => new TextDecoder().decode(c.get("body"));

/** Which vendor a path belongs to. One origin serves all three; the paths never clash. */
export function vendorOf(path: string): Vendor | undefined {
  const lower = path.toLowerCase();
  if (lower.startsWith("/api") || lower.startsWith("/oidc")) return "logto";
  if (lower.startsWith("/v2/manage") || lower.startsWith("/service/oauth")) return "loginradius";
  if (lower.startsWith("/v1/b2b")) return "stytch";
  return undefined;
}

export const isTokenPath = (path: string): boolean =>
  path.startsWith("/oidc/token") || path.startsWith("/service/oauth/token");

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

export function randomId(length: number, alphabet = ALPHABET): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
}

export const randomHex = (length: number): string => randomId(length, "0123456789abcdef");

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How long the sandbox ever holds a request that is meant never to be answered. */
export const STALL_MS = 60_000;

export type BasicCredentials = { user: string; password: string };

/** Reads an `Authorization: Basic` value; `undefined` if it is anything else. */
export function parseBasic(header: string | undefined): BasicCredentials | undefined {
  const match = /^basic ([A-Za-z0-9+/_-]+=*)$/i.exec(header ?? "");
  const bytes = match?.[1] === undefined ? undefined : fromBase64(match[1].replaceAll("-", "+").replaceAll("_", "/"));
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
