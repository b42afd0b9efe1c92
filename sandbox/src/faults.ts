// Faults: what a test can make a vendor do wrong. This file is the format and the queue;
// fault-actions.ts does the damage. The first queued fault that matches is used, `times` times.

import { z } from "zod";
import { isTokenPath, STALL_MS, vendorOf } from "./context";
import { world } from "./world";

const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional();
const ms = z.number().int().min(0).max(STALL_MS);

const faultSchema = z.discriminatedUnion("kind", [
  /** Another answer. `apply`: the request is carried out first, so a write happens and its answer is lost. */
  z.strictObject({ kind: z.literal("respond"), status: z.number().int().min(200).max(599), headers, body: z.unknown().optional(), apply: z.boolean().optional() }),
  /** The normal answer, late. `after`: the write is applied first, then the answer waits. */
  z.strictObject({ kind: z.literal("delay"), ms, when: z.enum(["before", "after"]).optional() }),
  /** No answer within any sensible deadline (60 s at most, then an empty 504). */
  z.strictObject({ kind: z.literal("stall"), ms: ms.optional(), apply: z.boolean().optional() }),
  z.strictObject({ kind: z.literal("redirect"), location: z.string(), status: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]).optional() }),
  /** A JSON body of about this many bytes. */
  z.strictObject({ kind: z.literal("oversize"), bytes: z.number().int().min(2).max(64 * 1024 * 1024), status: z.number().int().optional() }),
  /** The normal answer: really gzipped, only labelled so, or gzipped and cut. */
  z.strictObject({ kind: z.literal("gzip"), mode: z.enum(["real", "mislabelled", "truncated"]).optional() }),
  z.strictObject({ kind: z.literal("content_type"), value: z.string().nullable() }),
  z.strictObject({ kind: z.literal("headers"), headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])) }),
  /** The normal answer in pieces of this size. */
  z.strictObject({ kind: z.literal("chunks"), bytes: z.number().int().min(1) }),
  /** The normal answer cut after this many bytes. */
  z.strictObject({ kind: z.literal("truncate"), bytes: z.number().int().min(0) }),
  /** The normal answer with the ids of another connection, or of another organization. */
  z.strictObject({ kind: z.literal("wrong_subject"), what: z.enum(["connection", "organization"]).optional() }),
  /** The credentials of the request in the answer, in eight spellings; `merge` adds them to the normal answer. */
  z.strictObject({ kind: z.literal("echo"), status: z.number().int().optional(), merge: z.boolean().optional(), content_type: z.string().optional() }),
  /** Token endpoints only: a token without scope, a short one, or an answer that repeats the posted secret. */
  z.strictObject({ kind: z.literal("token"), omit_scope: z.boolean().optional(), lifetime_s: z.number().int().min(0).optional(), leak_secret: z.boolean().optional() }),
]);

export type Fault = z.infer<typeof faultSchema>;

export const queuedFaultSchema = z.strictObject({
  match: z.strictObject({
    vendor: z.enum(["logto", "loginradius", "stytch"]).optional(),
    method: z.string().optional(),
    /** Prefix of the path, without the query. */
    path: z.string().optional(),
    endpoint: z.enum(["token", "api"]).optional(),
  }).default({}),
  times: z.number().int().min(1).default(1),
  fault: faultSchema,
});

export type QueuedFault = z.infer<typeof queuedFaultSchema>;

export function takeFault(method: string, path: string): Fault | undefined {
  const queue = world().faults;
  const index = queue.findIndex(({ match, fault }) => {
    const token = isTokenPath(path);
    if (match.vendor !== undefined && match.vendor !== vendorOf(path)) return false;
    if (match.method !== undefined && match.method.toUpperCase() !== method) return false;
    if (match.path !== undefined && !path.startsWith(match.path)) return false;
    if (match.endpoint !== undefined && (match.endpoint === "token") !== token) return false;
    return fault.kind !== "token" || token;
  });
  const found = queue[index];
  if (found === undefined) return undefined;
  found.times -= 1;
  if (found.times === 0) queue.splice(index, 1);
  return found.fault;
}
