// The `config` of a connector: which shape it must have (logto.md 3.2) and what the identity
// provider behind it looks like. SAML variants are tried in order and keys of the others are
// dropped without notice; OIDC stores `trustUnverifiedEmail: false` when it is not sent.

import { z } from "zod";
import { parseCertificateBase64, pemBody } from "../certificates";
import { isObject, sleep, STALL_MS, type JsonObject } from "../context";
import { simulateFetch } from "../idp-hosts";
import { MetadataParserError, readMetadata } from "../saml-metadata";
import { InternalError, LogtoError } from "./errors";
import { requestError } from "./fetch-errors";
import { isSaml } from "./providers";
import type { ProviderName } from "./state";

const SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";

const oidc = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  issuer: z.string(),
  scope: z.string().optional(),
  trustUnverifiedEmail: z.boolean().default(false),
});

const google = oidc.omit({ issuer: true }).extend({ offlineAccess: z.boolean().optional() });

const samlCommon = {
  attributeMapping: z.object({ id: z.string().optional(), email: z.string().optional(), name: z.string().optional() }).optional(),
  signAuthnRequest: z.boolean().optional(),
  requestSignatureAlgorithm: z.enum([SHA256, SHA512]).optional(),
};

const saml = z.union([
  z.object({ metadataUrl: z.string(), ...samlCommon }),
  z.object({ metadata: z.string(), ...samlCommon }),
  z.object({ entityId: z.string(), signInEndpoint: z.string(), x509Certificate: z.string(), ...samlCommon }),
]);

export function parseConfig(provider: ProviderName, config: unknown): JsonObject {
  const schema = isSaml(provider) ? saml : provider === "GoogleWorkspace" ? google : oidc;
  const result = schema.safeParse(config);
  if (!result.success) throw new LogtoError(400, "connector.invalid_config");
  return databaseOrder(result.data as JsonObject);
}

/** The database keeps JSON members by length, then by name; answers show that order. */
export function databaseOrder(value: JsonObject): JsonObject {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, isObject(item) ? databaseOrder(item as JsonObject) : item]));
}

export interface IdentityProvider {
  entityId: string;
  signInEndpoint: string;
  x509Certificate: string;
  certificateExpiresAt: number;
  isCertificateValid: boolean;
}

/** What a SAML config leads to; throws the refusal that a write would get. */
export async function resolveSaml(config: JsonObject): Promise<IdentityProvider> {
  const { metadataUrl, metadata } = config;
  const source = typeof metadataUrl === "string" ? "metadataUrl" : typeof metadata === "string" ? "metadata" : undefined;
  if (source === undefined) {
    const { entityId, signInEndpoint, x509Certificate } = config as { entityId: string; signInEndpoint: string; x509Certificate: string };
    return checkCertificate({ entityId, signInEndpoint }, x509Certificate);
  }
  const given = String(config[source]);
  // "" counts as present, and then as nothing. Captured for `metadata`, assumed for `metadataUrl`.
  if (given === "") throw emptySource(source);
  const text = source === "metadata" ? given : await fetchMetadata(given);
  try {
    const { entityId, signInEndpoint, certificate } = readMetadata(text);
    if (certificate === undefined) throw invalidCertificate({ x509Certificate: null }, {});
    const checked = checkCertificate({ entityId: entityId ?? "", signInEndpoint: signInEndpoint ?? "" }, certificate);
    if (signInEndpoint === undefined || entityId === undefined) throw lacksMember(signInEndpoint === undefined ? "signInEndpoint" : "entityId", checked);
    return checked;
  } catch (error) {
    if (error instanceof MetadataParserError) throw new InternalError(error.message);
    throw error;
  }
}

function emptySource(source: string): LogtoError {
  const fieldErrors = { entityId: ["Required"], signInEndpoint: ["Required"], x509Certificate: ["Required"] };
  const error = { formErrors: [], fieldErrors };
  return new LogtoError(400, "connector.invalid_config", {
    data: { ssoErrorCode: "invalid_config", config: { [source]: "" }, message: "invalid_connector_config", error },
  });
}

function lacksMember(member: string, checked: IdentityProvider): LogtoError {
  const { [member as "signInEndpoint"]: _, ...metadata } = checked;
  const issue = { code: "invalid_type", expected: "string", received: "undefined", path: [member], message: "Required" };
  return new LogtoError(400, "connector.invalid_metadata", {
    data: { ssoErrorCode: "invalid_metadata", message: "invalid_connector_config", metadata, error: { issues: [issue], name: "ZodError" } },
  });
}

function invalidCertificate(config: JsonObject, error: JsonObject): LogtoError {
  return new LogtoError(400, "connector.invalid_certificate", { data: { ssoErrorCode: "invalid_certificate", config, error } });
}

/** PEM or bare base64; the first block counts. */
function checkCertificate(known: { entityId: string; signInEndpoint: string }, text: string): IdentityProvider {
  if (text === "") throw invalidCertificate({ ...known, x509Certificate: null }, {});
  const base64 = pemBody("CERTIFICATE", text) ?? text.replace(/\s+/g, "");
  const parsed = parseCertificateBase64(base64);
  if (typeof parsed === "string") {
    throw invalidCertificate({ ...known, x509Certificate: base64 }, parsed === "bad base64"
      ? { library: "PEM routines", reason: "bad base64 decode", code: "ERR_OSSL_PEM_BAD_BASE64_DECODE" }
      : { library: "asn1 encoding routines", reason: "wrong tag", code: "ERR_OSSL_ASN1_WRONG_TAG" });
  }
  return { ...known, x509Certificate: text, certificateExpiresAt: parsed.notAfter, isCertificateValid: parsed.notAfter > Date.now() };
}

async function fetchMetadata(url: string): Promise<string> {
  const fetched = simulateFetch(url);
  const failed = (error: unknown) => new LogtoError(400, "connector.invalid_metadata", {
    data: { ssoErrorCode: "invalid_metadata", message: "fail_to_fetch_config", error },
  });
  switch (fetched.kind) {
    case "ok":
      return fetched.text;
    case "not_found":
      throw failed(fetched.text);
    case "error":
      throw failed(requestError(url, fetched.code));
    case "hang":
      await sleep(STALL_MS);
      throw new InternalError("the identity provider never answered");
  }
}

export interface OidcEndpoints {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint?: string;
  jwksUri: string;
}

const GOOGLE_ISSUER = "https://accounts.google.com";

export const issuerOf = (provider: ProviderName, config: JsonObject): string =>
  provider === "GoogleWorkspace" ? GOOGLE_ISSUER : String(config["issuer"]);

/** Discovery of an OIDC issuer; throws the refusal that a write would get. */
export async function discover(issuer: string): Promise<OidcEndpoints> {
  const url = `${issuer}/.well-known/openid-configuration`;
  const fetched = simulateFetch(url);
  const failed = (message: string, error: unknown) => new LogtoError(400, "connector.invalid_config", {
    data: { ssoErrorCode: "invalid_config", config: { issuer }, message, error },
  });
  if (fetched.kind === "hang") {
    await sleep(STALL_MS);
    throw new InternalError("the issuer never answered");
  }
  if (fetched.kind === "error") throw failed("fail_to_fetch_config", requestError(url, fetched.code));
  if (fetched.kind === "not_found") throw failed("fail_to_fetch_config", fetched.text);
  let document: Record<string, unknown> = {};
  try {
    document = JSON.parse(fetched.text) as Record<string, unknown>;
  } catch {
    // An answer that is no JSON lacks every member.
  }
  const missing = ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"].filter((key) => typeof document[key] !== "string");
  if (missing.length > 0) {
    throw failed("invalid_config_response", { formErrors: [], fieldErrors: Object.fromEntries(missing.map((key) => [key, ["Required"]])) });
  }
  const userinfo = document["userinfo_endpoint"];
  return {
    authorizationEndpoint: String(document["authorization_endpoint"]),
    tokenEndpoint: String(document["token_endpoint"]),
    ...(typeof userinfo === "string" ? { userinfoEndpoint: userinfo } : {}),
    jwksUri: String(document["jwks_uri"]),
  };
}
