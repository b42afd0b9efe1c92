// How LoginRadius bodies are read. Only the two published members of a SAML body are known to be
// required; that the members of the answer may be sent is inferred; members nobody knows are
// ignored (not documented either).

import { z } from "zod";
import { bodyText, isObject, type SandboxContext } from "../context";
import { nameInvalid, type LoginRadiusError } from "./errors";

export function readObject(c: SandboxContext, refusal: () => LoginRadiusError): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(bodyText(c));
    if (isObject(body)) return body;
  } catch {
    // Falls through to the refusal.
  }
  throw refusal();
}

export function check<T>(schema: z.ZodType<T>, body: unknown, refusal: () => LoginRadiusError): T {
  const result = schema.safeParse(body);
  if (!result.success) throw refusal();
  return result.data;
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,59}$/;

/** Provider names: 1 to 60 characters, first a letter; stored in lower case. */
export function providerName(name: string): string {
  if (!NAME.test(name)) throw nameInvalid();
  return name.toLowerCase();
}

export const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");
