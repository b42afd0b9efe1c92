// OIDC connections (stytch.md 2 operations 8 and 9, 3.3): when the issuer changes its discovery
// document fills the endpoints that the body does not give; when that fails the update still
// succeeds and says so in `warning`.

import { z } from "zod";
import { sleep, STALL_MS, isObject, type SandboxContext } from "../context";
import { simulateFetch } from "../idp-hosts";
import { world } from "../world";
import { common, isHttps, readBody, sent } from "./body";
import { StytchError, success } from "./errors";
import { findConnection, findOrganization } from "./find";
import { newOidcConnection, type OidcConnection } from "./state";

const URLS = ["authorization_url", "token_url", "userinfo_url", "jwks_url"] as const;
type Endpoints = Partial<Record<(typeof URLS)[number], string>>;

const updateSchema = z.object({
  ...common,
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  issuer: z.string().optional(),
  authorization_url: z.string().optional(),
  token_url: z.string().optional(),
  userinfo_url: z.string().optional(),
  jwks_url: z.string().optional(),
  custom_scopes: z.string().optional(),
  attribute_mapping: z.record(z.string(), z.string()).optional(),
});

export function create(c: SandboxContext): Response {
  const { organization_id } = findOrganization(c);
  const body = readBody(c, z.object(common));
  const connection: OidcConnection = {
    ...newOidcConnection(organization_id, `oidc-connection-test-${crypto.randomUUID()}`),
    ...sent(body) as Partial<OidcConnection>,
  };
  world().stytch.connections.set(connection.connection_id, { kind: "oidc", value: connection });
  return success(c, { connection });
}

export async function update(c: SandboxContext): Promise<Response> {
  const connection = findConnection(c, "oidc");
  const body = readBody(c, updateSchema);
  // The `_required` types exist; that an empty string is what triggers them is assumed.
  if (body.client_id === "") throw new StytchError("oidc_connection_client_id_required");
  if (body.client_secret === "") throw new StytchError("oidc_connection_client_secret_required");
  if (body.issuer === "") throw new StytchError("oidc_connection_issuer_required");
  if (body.issuer !== undefined && !isHttps(body.issuer)) throw new StytchError("oidc_connection_issuer_url_invalid_format");
  for (const member of URLS) {
    const url = body[member];
    if (url !== undefined && url !== "" && !isHttps(url)) throw new StytchError(`oidc_connection_${member}_invalid_format`);
  }
  const changed = body.issuer !== undefined && body.issuer !== connection.issuer;
  const discovered = changed ? await discover(body.issuer ?? "") : {};
  Object.assign(connection, discovered ?? {}, sent(body));
  const { issuer, client_id, client_secret, authorization_url, token_url, userinfo_url, jwks_url } = connection;
  if ([issuer, client_id, client_secret, authorization_url, token_url, userinfo_url, jwks_url].every((one) => one !== "")) {
    connection.status = "active";
  }
  const warning = discovered === undefined
    ? { warning: `Could not fetch the OpenID configuration of ${issuer}; the endpoint URLs were not filled in.` }
    : {};
  return success(c, { connection, ...warning });
}

/** The stored endpoints stay when discovery fails (assumed). */
async function discover(issuer: string): Promise<Endpoints | undefined> {
  const fetched = simulateFetch(`${issuer}/.well-known/openid-configuration`);
  if (fetched.kind === "hang") await sleep(STALL_MS);
  if (fetched.kind !== "ok") return undefined;
  try {
    const document: unknown = JSON.parse(fetched.text);
    if (!isObject(document)) return undefined;
    const { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri } = document;
    const found = { authorization_url: authorization_endpoint, token_url: token_endpoint, userinfo_url: userinfo_endpoint, jwks_url: jwks_uri };
    const strings = Object.entries(found).filter(([, value]) => typeof value === "string");
    return strings.length < URLS.length ? undefined : Object.fromEntries(strings) as Endpoints;
  } catch {
    return undefined;
  }
}
