// The control door, `/_sandbox/…`: for tests only. It resets the vendors, queues faults, changes
// settings and shows what was received. Its formats are written down in the sandbox's README.

import { Hono } from "hono";
import { z } from "zod";
import { bodyText, type SandboxContext, type SandboxEnv } from "./context";
import { queuedFaultSchema } from "./faults";
import { settingsSchema } from "./settings";
import { expireAll } from "./tokens";
import { resetWorld, world } from "./world";

const settingsRequest = settingsSchema.partial().extend({
  /** Forget every issued token: the next call with one is refused as badly signed. */
  revoke_tokens: z.boolean().optional(),
  /** Make every issued token expired: the next call with one is refused as such. */
  expire_tokens: z.boolean().optional(),
}).strict();

const faultsRequest = z.union([z.array(queuedFaultSchema), queuedFaultSchema.transform((one) => [one])]);

function parse<T>(c: SandboxContext, schema: z.ZodType<T>): { data: T } | { refusal: Response } {
  let body: unknown;
  try {
    body = JSON.parse(bodyText(c));
  } catch {
    return { refusal: c.json({ error: "the control door takes JSON" }, 400) };
  }
  const result = schema.safeParse(body);
  return result.success ? { data: result.data } : { refusal: c.json({ error: "not understood", issues: result.error.issues }, 400) };
}

export const control = new Hono<SandboxEnv>({ strict: false })
  .post("/reset", (c) => {
    resetWorld();
    return c.body(null, 204);
  })
  .get("/requests", (c) => c.json(world().journal))
  .delete("/requests", (c) => {
    world().journal.length = 0;
    return c.body(null, 204);
  })
  .get("/faults", (c) => c.json(world().faults))
  .post("/faults", (c) => {
    const parsed = parse(c, faultsRequest);
    if ("refusal" in parsed) return parsed.refusal;
    world().faults.push(...parsed.data);
    return c.json({ queued: world().faults.length });
  })
  .delete("/faults", (c) => {
    world().faults.length = 0;
    return c.body(null, 204);
  })
  .get("/settings", (c) => c.json(world().settings))
  .post("/settings", (c) => {
    const parsed = parse(c, settingsRequest);
    if ("refusal" in parsed) return parsed.refusal;
    const { revoke_tokens, expire_tokens, ...changes } = parsed.data;
    Object.assign(world().settings, changes);
    if (revoke_tokens === true) world().tokens.clear();
    if (expire_tokens === true) expireAll(world().tokens);
    return c.json(world().settings);
  })
  .get("/state", (c) => {
    const { settings, tokens, logto, loginradius, stytch, faults, journal } = world();
    const list = <T>(map: Map<string, T>) => [...map.values()];
    return c.json({
      settings,
      tokens: tokens.size,
      faults,
      requests: journal.length,
      logto: {
        connectors: list(logto.connectors),
        idpInitiated: list(logto.idpInitiated),
        signingKeys: list(logto.signingKeys).flat(),
        applications: list(logto.applications).map(({ secret: _, ...application }) => application),
      },
      loginradius: { saml: list(loginradius.saml), jwt: list(loginradius.jwt), oauth: list(loginradius.oauth) },
      stytch: { organizations: stytch.organizations, connections: list(stytch.connections) },
    });
  })
  .all("/*", (c) => c.json({ error: "no such control" }, 404));
