// Stytch error bodies (stytch.md 6). The type names are published; the HTTP status of the SSO
// ones is not: `*_not_found` is 404 by name, the rest 400. Messages other than the three printed
// on the error pages are invented.

import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { SandboxContext } from "../context";

const MESSAGES: Record<string, string> = {
  unauthorized_credentials: "Unauthorized credentials.",
  session_authorization_error: "The Member is not authorized to perform the requested action on that resource.",
  session_authorization_tenancy_error: "The Member's Organization does not match the requested Organization.",
  internal_server_error:
    "Oops, something seems to have gone wrong, please reach out to support@stytch.com to let us know what went wrong.",
};

const STATUS: Record<string, ContentfulStatusCode> = {
  unauthorized_credentials: 401,
  live_id_used_in_test_environment: 401,
  session_authorization_error: 403,
  session_authorization_tenancy_error: 403,
  method_not_allowed: 405,
  internal_server_error: 500,
};

export class StytchError extends Error {
  readonly status: ContentfulStatusCode;

  constructor(readonly type: string, message?: string) {
    super(message ?? MESSAGES[type] ?? `Refused by the sandbox: ${type.replaceAll("_", " ")}.`);
    this.status = STATUS[type] ?? (type.endsWith("_not_found") ? 404 : 400);
  }
}

export const requestId = (): string => `request-id-test-${crypto.randomUUID()}`;

export const success = (c: SandboxContext, body: Record<string, unknown>): Response =>
  c.json({ status_code: 200, request_id: requestId(), ...body });

export function renderError(error: Error, c: SandboxContext): Response {
  const known = error instanceof StytchError ? error : new StytchError("internal_server_error");
  if (known !== error) console.error(`sandbox stytch: ${error.name}: ${error.message}`);
  return c.json({
    status_code: known.status,
    request_id: requestId(),
    error_type: known.type,
    error_message: known.message,
    error_url: `https://stytch.com/docs/b2b/api/errors/${known.status}#${known.type}`,
  }, known.status);
}
