// Logto's token endpoint, POST /oidc/token (logto.md 5, captures/logto/token.json). Both forms of
// client authentication, form and JSON bodies, and every refusal that was captured. The order
// follows the OIDC engine: the parameters, the client, the grant, the resource.

import type { ContentfulStatusCode } from "hono/utils/http-status";
import { LOGTO } from "../credentials";
import { bodyText, parseBasic, type SandboxContext } from "../context";
import { issueToken } from "../tokens";
import { world } from "../world";
import type { Application } from "./state";

const MESSAGES: Record<string, string> = {
  invalid_client: "An OIDC error occurred: oidc.invalid_client.",
  invalid_request: "Request is invalid.",
  invalid_target: "Invalid resource indicator.",
  unsupported_grant_type: "Unsupported `grant_type` requested.",
};

class TokenError extends Error {
  constructor(readonly status: ContentfulStatusCode, readonly error: string, readonly description: string, readonly challenge = false) {
    super(error);
  }
}

export function tokenEndpoint(c: SandboxContext): Response {
  c.header("cache-control", "no-store");
  try {
    return grant(c);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (error.challenge) {
      c.header("www-authenticate", `Basic realm="${new URL(c.req.url).origin}/oidc", error="${error.error}", error_description="${error.description}"`);
    }
    return c.json({
      code: `oidc.${error.error}`,
      message: MESSAGES[error.error] ?? error.error,
      error: error.error,
      error_description: error.description,
    }, error.status);
  }
}

export const tokenWrongMethod = (c: SandboxContext): Response =>
  c.json({
    code: "oidc.invalid_request",
    message: "Request is invalid.",
    error: "invalid_request",
    error_description: `unrecognized route or not allowed method (${c.req.method} on /token)`,
  }, 404);

function grant(c: SandboxContext): Response {
  const parameters = readParameters(c);
  const client = authenticate(c, parameters);
  const grantTypes = parameters.getAll("grant_type");
  if (grantTypes.length > 1) throw new TokenError(400, "invalid_request", "'grant_type' parameter must not be provided twice");
  if (grantTypes.length === 0) throw new TokenError(400, "invalid_request", "missing required parameter 'grant_type'");
  if (grantTypes[0] !== "client_credentials") throw new TokenError(400, "unsupported_grant_type", "unsupported grant_type requested");
  checkResource(parameters.getAll("resource"));

  const { settings, tokens } = world();
  const fault = c.get("tokenFault");
  const asked = (parameters.get("scope") ?? "").split(/\s+/).includes(LOGTO.scope);
  const scope = asked && client.hasManagementRole === true && fault?.omitScope !== true ? LOGTO.scope : undefined;
  const lifetime = fault?.lifetimeS ?? settings.logto_token_lifetime_s;
  const claims = {
    sub: client.id,
    ...(scope === undefined ? {} : { scope }),
    client_id: client.id,
    iss: `${new URL(c.req.url).origin}/oidc`,
    aud: LOGTO.resource,
  };
  const access_token = issueToken(tokens, { vendor: "logto", clientId: client.id, scope }, lifetime, claims);
  return c.json({ access_token, expires_in: lifetime, token_type: "Bearer", ...(scope === undefined ? {} : { scope }) });
}

function readParameters(c: SandboxContext): URLSearchParams {
  const text = bodyText(c);
  if (!(c.req.header("content-type") ?? "").startsWith("application/json")) return new URLSearchParams(text);
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    return new URLSearchParams(Object.fromEntries(Object.entries(json).map(([key, value]) => [key, String(value)])));
  } catch {
    // Not captured: a malformed JSON body.
    throw new TokenError(400, "invalid_request", "failed to parse the request body");
  }
}

function authenticate(c: SandboxContext, parameters: URLSearchParams): Application {
  const header = c.req.header("authorization");
  const posted = parameters.get("client_id");
  if (header === undefined) {
    if (posted === null) throw new TokenError(400, "invalid_request", "no client authentication mechanism provided");
    return checkClient(posted, parameters.get("client_secret") ?? undefined, false);
  }
  const basic = parseBasic(header);
  if (basic === undefined) throw new TokenError(400, "invalid_request", "invalid authorization header value format");
  if (parameters.has("client_secret")) {
    throw new TokenError(400, "invalid_request", "client authentication must only be provided using one mechanism");
  }
  return checkClient(decode(basic.user), decode(basic.password), true);
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    return text;
  }
};

function checkClient(id: string, secret: string | undefined, basic: boolean): Application {
  const client = world().logto.applications.get(id);
  if (client?.secret === undefined) throw new TokenError(400, "invalid_client", `invalid client ${id}`);
  if (client.secret !== secret) throw new TokenError(401, "invalid_client", "client authentication failed", basic);
  return client;
}

function checkResource(resources: string[]): void {
  const target = (description: string) => new TokenError(400, "invalid_target", description);
  if (resources.length === 0) throw target("both `resource` and `organization_id` are not provided");
  if (resources.some((resource) => !URL.canParse(resource))) throw target("resource indicator must be an absolute URI");
  if (resources.length > 1 || resources[0] !== LOGTO.resource) throw target("resource indicator is missing, or unknown");
}
