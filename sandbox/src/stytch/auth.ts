// Who may call (stytch.md 5): the project's Basic credential always; and when a member session
// is sent along, that member's permission and organization count too. Without one the secret can
// write to every organization.

import { createMiddleware } from "hono/factory";
import { STYTCH } from "../credentials";
import { parseBasic, type SandboxContext, type SandboxEnv } from "../context";
import { StytchError } from "./errors";
import { SEED } from "./state";

export const auth = createMiddleware<SandboxEnv>(async (c, next) => {
  const basic = parseBasic(c.req.header("authorization"));
  // The status of the environment mismatch is not published.
  if (basic?.user.startsWith("project-live-") === true) throw new StytchError("live_id_used_in_test_environment");
  if (basic?.user !== STYTCH.projectId || basic.password !== STYTCH.secret) throw new StytchError("unauthorized_credentials");
  await next();
});

const SESSIONS: Record<string, "admin" | "viewer"> = {
  [STYTCH.adminSession]: "admin",
  [STYTCH.viewerSession]: "viewer",
  [STYTCH.adminSessionJwt]: "admin",
  [STYTCH.viewerSessionJwt]: "viewer",
};

/** Both seeded members belong to the first organization; viewers may `get` only. */
export function checkMember(c: SandboxContext, organizationId: string): void {
  for (const header of ["x-stytch-member-session", "x-stytch-member-sessionjwt"]) {
    const session = c.req.header(header);
    if (session === undefined) continue;
    const role = SESSIONS[session];
    // The error of an unknown session is not in the facts; 401 is assumed.
    if (role === undefined) throw new StytchError("unauthorized_credentials");
    if (organizationId !== SEED.organization) throw new StytchError("session_authorization_tenancy_error");
    if (role === "viewer" && c.req.method !== "GET") throw new StytchError("session_authorization_error");
  }
}
