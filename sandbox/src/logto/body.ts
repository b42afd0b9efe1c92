// How Logto reads a body: JSON objects and arrays, forms, and text; anything else, a missing
// content type included, counts as an empty object. Captured in patch.json and create.json:
// last duplicate key wins, `__proto__` is refused, 1 MiB is the limit.

import { bodyText, isObject, type SandboxContext } from "../context";
import { BodyError, InternalError, TooLarge } from "./errors";

const LIMIT = 1_048_576;

export async function readBody(c: SandboxContext): Promise<unknown> {
  const bytes = c.get("body");
  if (bytes.length > LIMIT) throw new TooLarge();
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const text = await decoded(c);
  if (type === "application/json") return parseJson(text);
  if (type === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(text));
  if (type.startsWith("text/")) return text;
  return {};
}

async function decoded(c: SandboxContext): Promise<string> {
  if (c.req.header("content-encoding") !== "gzip") return bodyText(c);
  try {
    return await new Response(new Blob([c.get("body")]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  } catch {
    throw new InternalError("content-encoding");
  }
}

function parseJson(text: string): unknown {
  if (text === "") return {};
  if (!/^[\x20\x09\x0a\x0d]*[[{]/.test(text)) throw new BodyError("invalid JSON, only supports object and array");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BodyError(error instanceof Error ? error.message : "invalid JSON");
  }
  if (hasPrototypeKey(value)) throw new BodyError("Object contains forbidden prototype property");
  return value;
}

function hasPrototypeKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasPrototypeKey);
  if (!isObject(value)) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(hasPrototypeKey);
}

/** PostgreSQL cannot store U+0000; the real server finds out too late and answers 500. */
export function refuseNul(value: unknown): void {
  if (JSON.stringify(value)?.includes("\\u0000") === true) throw new InternalError("U+0000");
}
