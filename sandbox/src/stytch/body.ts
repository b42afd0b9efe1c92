// How Stytch bodies are read (stytch.md 2, 3): JSON objects, unknown members ignored (the SDKs
// repeat the path ids in the body). What `null` does is not documented: taken as "not sent",
// which is what a server written in Go would do.

import { z } from "zod";
import { bodyText, isObject, type SandboxContext } from "../context";
import { StytchError } from "./errors";

export const IDENTITY_PROVIDERS = [
  "classlink", "cyberark", "duo", "generic", "google-workspace", "jumpcloud", "keycloak", "microsoft-entra", "miniorange", "okta",
  "onelogin", "pingfederate", "rippling", "salesforce", "shibboleth",
] as const;

export function readBody<T>(c: SandboxContext, schema: z.ZodType<T>): T {
  let body: unknown;
  try {
    body = JSON.parse(bodyText(c));
  } catch {
    throw new StytchError("bad_request", "The request body is not valid JSON.");
  }
  if (!isObject(body)) throw new StytchError("bad_request", "The request body must be a JSON object.");
  const sent = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const result = schema.safeParse(sent);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const member = String(issue?.path[0] ?? "");
  if (member === "identity_provider") throw new StytchError("invalid_sso_idp");
  throw new StytchError("invalid_argument", `Invalid value for ${member}.`);
}

const role_id = z.string();

export const common = {
  display_name: z.string().optional(),
  identity_provider: z.enum(IDENTITY_PROVIDERS).optional(),
};

export const roleAssignments = z.array(z.object({ role_id })).optional();
export const groupAssignments = z.array(z.object({ role_id, group: z.string() })).optional();

/** Role ids are defined by the project; anything that looks like one is taken. */
export function checkRoles(...lists: ({ role_id: string }[] | undefined)[]): void {
  for (const { role_id: id } of lists.flatMap((list) => list ?? [])) {
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw new StytchError("invalid_rbac_role_id");
  }
}

/** Members that were sent, without the absent ones. */
export function sent<T extends Record<string, unknown>>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>;
}

export const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === "https:";

export const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");
