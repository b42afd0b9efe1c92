// Authorisation of the Management API (logto.md 5, captures/logto/auth-errors.json): the scheme
// is case-sensitive, exactly one blank follows it, and the token must carry the scope `all`.

import { createMiddleware } from "hono/factory";
import { fromBase64, type SandboxEnv } from "../context";
import { world } from "../world";
import { LogtoError } from "./errors";

function unauthorized(code: string, name: string, more: Record<string, unknown> = {}): LogtoError {
  return new LogtoError(401, "auth.unauthorized", { data: { code, name, ...more } });
}

function algorithmOf(token: string): unknown {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  const bytes = fromBase64((parts[0] ?? "").trim().replaceAll("-", "+").replaceAll("_", "/"));
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as { alg?: unknown }).alg;
  } catch {
    return undefined;
  }
}

export const auth = createMiddleware<SandboxEnv>(async (c, next) => {
  const header = c.req.header("authorization");
  if (header === undefined) throw new LogtoError(401, "auth.authorization_header_missing");
  if (!header.startsWith("Bearer")) {
    throw new LogtoError(401, "auth.authorization_token_type_not_supported", { data: { supportedTypes: ["Bearer"] } });
  }
  // The server cuts seven characters off without looking, hence "Bearer<token>" is a bad token.
  const text = header.slice(7);
  const algorithm = algorithmOf(text);
  if (algorithm === undefined) throw unauthorized("ERR_JWS_INVALID", "JWSInvalid");
  if (algorithm === "none") throw unauthorized("ERR_JOSE_NOT_SUPPORTED", "JOSENotSupported");
  const token = world().tokens.get(text);
  if (token?.vendor !== "logto") throw unauthorized("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "JWSSignatureVerificationFailed");
  if (token.expiresAt <= Date.now()) {
    throw unauthorized("ERR_JWT_EXPIRED", "JWTExpired", { claim: "exp", reason: "check_failed", payload: token.claims });
  }
  if (token.scope !== "all") throw new LogtoError(403, "auth.forbidden");
  await next();
});
