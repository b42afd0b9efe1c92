// Logto's error bodies, `{code, data?, details?, message}` in that order, and the three answers
// that are not JSON. Mirrors logto.md 6; messages are those of the captures.

import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { SandboxContext } from "../context";

const MESSAGES: Record<string, string> = {
  "auth.authorization_header_missing": "Authorization header is missing.",
  "auth.authorization_token_type_not_supported": "Authorization type is not supported.",
  "auth.unauthorized": "Unauthorized. Please check credentials and its scope.",
  "auth.forbidden": "Forbidden. Please check your user roles and permissions.",
  "guard.invalid_input": "The request body is invalid.",
  "guard.invalid_pagination": "The request pagination value is invalid.",
  "connector.invalid_config": "The connector's config is invalid.",
  "connector.invalid_metadata": "The connector's metadata is invalid.",
  "connector.invalid_certificate": "The connector's certificate is invalid, please make sure the certificate is in PEM encoding.",
  "connector.token_storage_not_supported": "This connector does not support token storage. ",
  "connector.not_found": "Cannot find any available connector for type: {{type}}.",
  "entity.not_found": "The resource does not exist.",
  "request.feature_not_supported": "This feature is not supported in the current environment.",
  "resource.cannot_modify_management_api": "Cannot modify Logto Management API.",
  "single_sign_on.duplicate_connector_name": "Connector name already exists. Please choose a different name.",
  "single_sign_on.duplicated_domains": "There are duplicate domains.",
  "single_sign_on.forbidden_domains": "Public email domains are not allowed.",
  "single_sign_on.active_signing_key_required":
    "No active signing key found. Generate and activate a signing key before enabling signed authentication requests.",
  "single_sign_on.can_not_deactivate_signing_key_in_use":
    "Cannot deactivate the signing key while signed authentication requests are enabled. Disable signed authentication requests first.",
  "single_sign_on.can_not_delete_active_signing_key": "Cannot delete the active signing key. Activate another key or deactivate this key first.",
  "single_sign_on.idp_initiated_authentication_not_supported": "IdP-initiated authentication is exclusively supported for SAML connectors.",
  "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered":
    "The redirect_uri is not registered. Please check the application settings.",
};

/** The two German phrases that were captured; the other languages are left out. */
const GERMAN: Record<string, string> = { "auth.authorization_header_missing": "Autorisierungs-Header fehlt." };

export class LogtoError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    readonly extra: { message?: string; german?: string; data?: unknown; details?: string } = {},
  ) {
    super(code);
  }
}

/** What the real server answers with a bare 500: U+0000 in the database, a parser that throws. */
export class InternalError extends Error {}

/** Malformed bodies: refused by the body parser with a message only. */
export class BodyError extends Error {}

/** A body over the limit; the captured answer is a plain 404, not 413. */
export class TooLarge extends Error {}

export const notExists = (table: "sso_connectors" | "applications", id: string): LogtoError =>
  new LogtoError(404, "entity.not_exists_with_id", {
    message: `The ${table} with ID \`${id}\` does not exist.`,
    german: `${table} mit ID \`${id}\` existiert nicht.`,
  });

export const prefersGerman = (c: SandboxContext): boolean => /^de\b/i.test(c.req.header("accept-language") ?? "");

export function renderError(error: Error, c: SandboxContext): Response {
  if (error instanceof TooLarge) return c.text("Not Found", 404);
  if (error instanceof BodyError) return c.json({ message: error.message }, 400);
  if (error instanceof LogtoError) {
    const { data, details, message, german } = error.extra;
    const translated = prefersGerman(c) ? german ?? GERMAN[error.code] : undefined;
    return c.json({
      code: error.code,
      ...(data === undefined ? {} : { data }),
      ...(details === undefined ? {} : { details }),
      message: translated ?? message ?? MESSAGES[error.code] ?? error.code,
    }, error.status);
  }
  if (!(error instanceof InternalError)) console.error(`sandbox logto: ${error.name}: ${error.message}`);
  return c.json({ message: "Internal server error." }, 500);
}
