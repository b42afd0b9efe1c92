// The "wrong subject" fault: a good answer about something that was not asked for, as a confused
// cache or a vendor bug would give it. Every id of the object is replaced by another seeded one.

import type { Vendor } from "./context";
import { isObject } from "./context";
import { SEED as LOGTO_SEED } from "./logto/state";
import { SEED as STYTCH_SEED } from "./stytch/state";

const OTHERS: Record<Vendor, Record<string, string>> = {
  logto: { id: LOGTO_SEED.otherConnector, connectorId: LOGTO_SEED.otherConnector },
  loginradius: { Id: "65f0000000000000000000ff", Provider: "another-app", ProviderName: "another-app", AppName: "another-app" },
  stytch: { connection_id: STYTCH_SEED.otherConnection },
};

export async function wrongSubject(answer: Response, vendor: Vendor | undefined, what: "connection" | "organization"): Promise<Response> {
  const text = await answer.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return new Response(text === "" ? null : text, { status: answer.status, headers: answer.headers });
  }
  const replacement = what === "organization"
    ? { organization_id: STYTCH_SEED.otherOrganization, tenantId: "another-tenant" }
    : OTHERS[vendor ?? "logto"];
  return new Response(JSON.stringify(replace(body, replacement)), { status: answer.status, headers: answer.headers });
}

function replace(value: unknown, by: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, by));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, by[key] ?? replace(item, by)]));
}
