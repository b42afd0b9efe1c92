// The journal: every request a vendor received, as it arrived, so that a test can say what the
// gateway sent and what it did not send. Control requests are left out.

import { createMiddleware } from "hono/factory";
import { bodyText, vendorOf, type SandboxEnv, type Vendor } from "./context";
import { world } from "./world";

export interface JournalEntry {
  vendor: Vendor | null;
  method: string;
  /** Path and query as the runtime hands them over. */
  path: string;
  headers: Record<string, string>;
  body: string;
  at: number;
}

/** The oldest entries fall out, so that a long soak does not fill the memory. */
const LIMIT = 5000;

export const journal = createMiddleware<SandboxEnv>(async (c, next) => {
  const { journal: entries } = world();
  const afterScheme = c.req.url.indexOf("/", c.req.url.indexOf("://") + 3);
  entries.push({
    vendor: vendorOf(c.req.path) ?? null,
    method: c.req.method,
    path: afterScheme < 0 ? "/" : c.req.url.slice(afterScheme),
    headers: Object.fromEntries(c.req.raw.headers),
    body: bodyText(c),
    at: Date.now(),
  });
  if (entries.length > LIMIT) entries.shift();
  await next();
});
