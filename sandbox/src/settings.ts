// What tests may change about the vendors: everything here answers a "?" of the facts or a
// difference between deployments, so that a gateway can be tried against both readings.

import { z } from "zod";

const lifetime = z.number().int().min(0).max(86_400);

export const settingsSchema = z.strictObject({
  /** Seconds a token lives. Logto: 3600 (captured). */
  logto_token_lifetime_s: lifetime,
  loginradius_token_lifetime_s: lifetime,
  /** `expire_in` as a string (newer reference) or `expires_in` as a number (older documents). */
  loginradius_token_shape: z.enum(["expire_in", "expires_in"]),
  /** HTTP status of error 6002: the pages do not print it. */
  loginradius_unauthorized_status: z.union([z.literal(401), z.literal(403)]),
  /** Whether PUT replaces or merges the writable members: not documented. */
  loginradius_put: z.enum(["replace", "merge"]),
  /** false: the open-source release, where the idp-initiated routes do not exist. */
  logto_idp_initiated_route: z.boolean(),
  /** true: a server that has a vault key, so `enableTokenStorage` can be turned on. */
  logto_token_storage: z.boolean(),
});

export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings = (): Settings => ({
  logto_token_lifetime_s: 3600,
  loginradius_token_lifetime_s: 3600,
  loginradius_token_shape: "expire_in",
  loginradius_unauthorized_status: 401,
  loginradius_put: "replace",
  logto_idp_initiated_route: true,
  logto_token_storage: false,
});
