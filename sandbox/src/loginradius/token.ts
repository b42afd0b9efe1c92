// LoginRadius machine-to-machine tokens, POST /service/oauth/token (loginradius.md 4): a JSON
// body, `audience` required, and a lifetime that the newer reference spells `expire_in` and
// gives as a string. On the real service this host is not the API's host.

import type { ContentfulStatusCode } from "hono/utils/http-status";
import { LOGINRADIUS } from "../credentials";
import { bodyText, isObject, type SandboxContext } from "../context";
import { issueToken } from "../tokens";
import { world } from "../world";

const refuse = (c: SandboxContext, status: ContentfulStatusCode, error: string, error_description: string): Response =>
  c.json({ error, error_description }, status);

export function tokenEndpoint(c: SandboxContext): Response {
  let body: unknown;
  try {
    body = JSON.parse(bodyText(c));
  } catch {
    // Not documented: forms and malformed bodies. The reference asks for JSON.
    return refuse(c, 400, "invalid_request", "The request body must be JSON.");
  }
  if (!isObject(body)) return refuse(c, 400, "invalid_request", "The request body must be JSON.");
  for (const name of ["client_id", "client_secret", "grant_type", "audience"]) {
    const value = body[name];
    if (typeof value !== "string" || value === "") return refuse(c, 400, "invalid_request", `The ${name} is a required parameter.`);
  }
  if (body["client_id"] !== LOGINRADIUS.clientId || body["client_secret"] !== LOGINRADIUS.clientSecret) {
    return refuse(c, 401, "invalid_client", "The client credentials are not valid.");
  }
  // The error names are published, which case gets which is not.
  if (body["grant_type"] !== "client_credentials") return refuse(c, 400, "unauthorized_client", "The grant type is not allowed for this client.");
  if (body["audience"] !== LOGINRADIUS.audience) return refuse(c, 403, "unauthorized_client", "The client may not ask for this audience.");

  const { settings, tokens } = world();
  const lifetime = c.get("tokenFault")?.lifetimeS ?? settings.loginradius_token_lifetime_s;
  const claims = { iss: new URL(c.req.url).origin, sub: `${LOGINRADIUS.clientId}@client`, aud: LOGINRADIUS.audience, scp: [], gty: "client_credentials" };
  const access_token = issueToken(tokens, { vendor: "loginradius", clientId: LOGINRADIUS.clientId, scope: undefined }, lifetime, claims);
  return settings.loginradius_token_shape === "expire_in"
    ? c.json({ access_token, expire_in: String(lifetime), token_type: "Bearer" })
    : c.json({ access_token, token_type: "Bearer", expires_in: lifetime });
}
