// LoginRadius error bodies, `{Description, ErrorCode, Message}`. Codes and texts are published,
// the HTTP statuses are inferred (loginradius.md 5); what is marked below is not even that.

import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { SandboxContext } from "../context";
import { world } from "../world";

export class LoginRadiusError extends Error {
  constructor(readonly status: ContentfulStatusCode, readonly code: number, message: string, readonly description: string) {
    super(message);
  }
}

export const putBodyInvalid = () => new LoginRadiusError(400, 1079, "Put body is invalid or empty",
  "Please use a valid put body in JSON format in order to process this request.");

export const postBodyInvalid = () => new LoginRadiusError(400, 7914, "Post body is invalid", "Please use a valid post body in JSON format.");

export const unauthorized = () => new LoginRadiusError(world().settings.loginradius_unauthorized_status, 6002, "Access Unauthorized",
  "Access Unauthorized, please use valid authorization to access this endpoint.");

export const samlNotFound = () => new LoginRadiusError(404, 7938, "SAML configuration not found",
  "Security Assertion Markup Language (SAML) configuration is not configured or the resource does not exist.");

export const jwtNotFound = () => new LoginRadiusError(404, 7958, "JWT configuration not found",
  "JWT configuration is not configured or the resource does not exist.");

/** The code of this one was cut off in the page that was read: 7939 is a placeholder. */
export const oauthNotFound = () => new LoginRadiusError(404, 7939, "Custom OAuth configuration not found",
  "Custom OAuth provider is not configured or the resource does not exist.");

export const domainExists = () => new LoginRadiusError(409, 8038, "Domain name already exists",
  "The entered domain name is already associated with a configuration. Please input a different domain name.");

export const jwtExists = () => new LoginRadiusError(409, 7960, "A JWT config already exist", "A JWT configuration with this name already exists.");

/** No code is published for a SAML or OAuth name that is taken: 7961 is a placeholder. */
export const nameExists = () => new LoginRadiusError(409, 7961, "Provider already exists", "A provider with this name already exists.");

/** The text is from the console guide; its code is not published: 7962 is a placeholder. */
export const nameInvalid = () => new LoginRadiusError(400, 7962, "Provider Name is not valid", "Please use a valid provider name.");

export function renderError(error: Error, c: SandboxContext): Response {
  if (error instanceof LoginRadiusError) {
    return c.json({ Description: error.description, ErrorCode: error.code, Message: error.message }, error.status);
  }
  console.error(`sandbox loginradius: ${error.name}: ${error.message}`);
  return c.json({
    Description: "An unknown internal error occurred, please try again in a few minutes or contact your system administrator.",
    ErrorCode: 7909,
    Message: "Operation failed due to an internal error.",
  }, 500);
}
