// The identity providers of the sandbox. The real vendors fetch the metadata URL or the issuer
// that a caller names; the sandbox never fetches anything and answers from this table instead.
// The table is repeated in the README. Mirrors logto.md 3.2 and 7, stytch.md 3.2 and 3.3.

import { ACME_IDP_CERTIFICATE } from "./seed-certificates";
import { pemBody } from "./certificates";

export type FetchError = "ECONNREFUSED" | "ENOTFOUND" | "ERR_INVALID_URL" | "ERR_UNSUPPORTED_PROTOCOL";

export type Fetched =
  | { kind: "ok"; text: string }
  | { kind: "not_found"; text: string }
  | { kind: "error"; code: FetchError }
  | { kind: "hang" };

const DISCOVERY = "/.well-known/openid-configuration";
const KNOWN = /(^|\.)(example|test)$|(^|\.)example\.(com|org|net)$/;

const GOOGLE = {
  issuer: "https://accounts.google.com",
  authorization_endpoint: "https://accounts.google.com/o/oauth2/v2/auth",
  token_endpoint: "https://oauth2.googleapis.com/token",
  userinfo_endpoint: "https://openidconnect.googleapis.com/v1/userinfo",
  jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
};

/** The stub IdP of the captures: what its loopback addresses answered. */
const CAPTURED: Record<string, Fetched> = {
  "http://127.0.0.1:39871/saml/metadata": { kind: "ok", text: metadata("https://idp.example.com") },
  "http://127.0.0.1:39871/saml/moved": { kind: "ok", text: metadata("https://idp.example.com") },
  "http://127.0.0.1:39871/saml/notxml": { kind: "ok", text: "this is not XML" },
  [`http://127.0.0.1:39871/oidc${DISCOVERY}`]: { kind: "ok", text: discovery("http://127.0.0.1:39871/oidc") },
  [`http://127.0.0.1:39871/partial${DISCOVERY}`]: { kind: "ok", text: '{"issuer":"http://127.0.0.1:39871/partial"}' },
};

export function simulateFetch(url: string): Fetched {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { kind: "error", code: "ERR_INVALID_URL" };
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return { kind: "error", code: "ERR_UNSUPPORTED_PROTOCOL" };
  const captured = CAPTURED[url];
  if (captured !== undefined) return captured;
  if (parsed.host === "127.0.0.1:39871") return { kind: "not_found", text: "nope" };
  if (parsed.host === "127.0.0.1:39873") return { kind: "hang" };
  if (parsed.hostname === "127.0.0.1" || parsed.hostname === "localhost") return { kind: "error", code: "ECONNREFUSED" };
  if (parsed.origin === GOOGLE.issuer) return { kind: "ok", text: JSON.stringify(GOOGLE) };
  if (!KNOWN.test(parsed.hostname)) return { kind: "error", code: "ENOTFOUND" };
  const wantsDiscovery = parsed.pathname.endsWith(DISCOVERY);
  switch (parsed.hostname.split(".")[0]) {
    case "unreachable":
      return { kind: "error", code: "ECONNREFUSED" };
    case "slow":
      return { kind: "hang" };
    case "missing":
      return { kind: "not_found", text: "nope" };
    case "broken":
      return { kind: "ok", text: "this is not XML" };
    case "partial":
      return { kind: "ok", text: wantsDiscovery ? JSON.stringify({ issuer: parsed.origin }) : metadata(parsed.origin, "HTTP-POST") };
  }
  const base = url.slice(0, -DISCOVERY.length);
  return { kind: "ok", text: wantsDiscovery ? discovery(base) : metadata(parsed.origin) };
}

function discovery(issuer: string): string {
  return JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/jwks`,
  });
}

function metadata(origin: string, binding = "HTTP-Redirect"): string {
  const certificate = pemBody("CERTIFICATE", ACME_IDP_CERTIFICATE) ?? "";
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${origin}/entity">`
    + '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
    + '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
    + `<ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
    + `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${origin}/sso"/>`
    + "</md:IDPSSODescriptor></md:EntityDescriptor>";
}
