// Bearer tokens of the management API (loginradius.md 4). One error for everything: 6002.
// Whether the scheme is case-sensitive is not known; any case is taken here.

import { createMiddleware } from "hono/factory";
import type { SandboxEnv } from "../context";
import { world } from "../world";
import { unauthorized } from "./errors";

export const auth = createMiddleware<SandboxEnv>(async (c, next) => {
  const text = /^bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const token = text === undefined ? undefined : world().tokens.get(text);
  if (token?.vendor !== "loginradius" || token.expiresAt <= Date.now()) throw unauthorized();
  await next();
});
