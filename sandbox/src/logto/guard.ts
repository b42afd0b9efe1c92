// Logto guards bodies with Zod 3 and shows its issues to the caller. This sandbox has Zod 4, so
// the issues are put back into the older look (`received`, "Required", …) that was captured.

import { z } from "zod";
import { isObject } from "../context";
import { LogtoError } from "./errors";

interface Issue {
  code: string;
  path: (string | number)[];
  message: string;
  [member: string]: unknown;
}

/** A bounded string. Zod 3 counted UTF-16 units (captured: 64 emoji fit into 128), Zod 4 does not. */
export const bounded = (minimum: number, maximum: number): z.ZodString =>
  z.string().check(({ value, issues }) => {
    if (value.length < minimum) issues.push({ code: "too_small", origin: "string", minimum, inclusive: true, input: value });
    if (value.length > maximum) issues.push({ code: "too_big", origin: "string", maximum, inclusive: true, input: value });
  });

export function guard<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidInput(result.error.issues.map((issue) => translate(issue, input)));
}

export function invalidInput(issues: Issue[]): LogtoError {
  const details = issues.map((issue) => {
    const what = issue.code === "invalid_type"
      ? `Expected ${String(issue["expected"])} but received ${String(issue["received"])}.`
      : issue.message;
    return `Error in key path "${issue.path.join(".")}": (${issue.code}) ${what}`;
  });
  return new LogtoError(400, "guard.invalid_input", { data: { issues, name: "ZodError" }, details: details.join("\n") });
}

function translate(issue: z.core.$ZodIssue, input: unknown): Issue {
  const path = issue.path.filter((key): key is string | number => typeof key !== "symbol");
  switch (issue.code) {
    case "invalid_type": {
      const expected = issue.expected === "record" ? "object" : String(issue.expected);
      const received = typeName(path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], input));
      const message = received === "undefined" ? "Required" : `Expected ${expected}, received ${received}`;
      return { code: "invalid_type", expected, received, path, message };
    }
    case "too_small":
      return { code: "too_small", minimum: issue.minimum, type: issue.origin, inclusive: true, exact: false, message: `String must contain at least ${issue.minimum} character(s)`, path };
    case "too_big":
      return { code: "too_big", maximum: issue.maximum, type: issue.origin, inclusive: true, exact: false, message: `String must contain at most ${issue.maximum} character(s)`, path };
    default:
      return { code: issue.code, message: issue.message, path };
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return isObject(value) ? "object" : typeof value;
}
