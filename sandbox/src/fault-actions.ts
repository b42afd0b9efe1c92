// Carries out a queued fault (faults.ts). Two of them need to know the vendors' bodies and live
// in files of their own: fault-subject.ts and fault-echo.ts.

import { createMiddleware } from "hono/factory";
import { sleep, STALL_MS, vendorOf, type SandboxContext, type SandboxEnv } from "./context";
import { echoAnswer, leakAnswer } from "./fault-echo";
import { wrongSubject } from "./fault-subject";
import { takeFault, type Fault } from "./faults";

export const faults = createMiddleware<SandboxEnv>(async (c, next) => {
  const fault = takeFault(c.req.method, c.req.path);
  if (fault === undefined) return next();
  const answer = await act(c, fault, async () => {
    await next();
    return c.res;
  });
  c.res = undefined; // Hono merges headers into an earlier answer; a fault replaces it.
  c.res = answer;
});

async function act(c: SandboxContext, fault: Fault, proceed: () => Promise<Response>): Promise<Response> {
  switch (fault.kind) {
    case "respond":
      if (fault.apply === true) await proceed();
      return respond(fault.status, fault.body, fault.headers ?? {});
    case "delay": {
      if (fault.when !== "after") await sleep(fault.ms);
      const answer = await proceed();
      if (fault.when === "after") await sleep(fault.ms);
      return answer;
    }
    case "stall":
      if (fault.apply === true) await proceed();
      await sleep(fault.ms ?? STALL_MS);
      return new Response(null, { status: 504 });
    case "redirect":
      return new Response(null, { status: fault.status ?? 302, headers: { location: fault.location } });
    case "oversize":
      return oversize(fault.bytes, fault.status ?? 200);
    case "gzip":
      return gzip(await proceed(), fault.mode ?? "real");
    case "content_type": {
      const answer = await proceed();
      const headers = new Headers(answer.headers);
      headers.delete("content-type");
      if (fault.value !== null) headers.set("content-type", fault.value);
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
    }
    case "headers": {
      const answer = await proceed();
      return new Response(answer.body, { status: answer.status, headers: addHeaders(new Headers(answer.headers), fault.headers) });
    }
    case "chunks": {
      const answer = await proceed();
      return new Response(inPieces(await answer.bytes(), fault.bytes), { status: answer.status, headers: answer.headers });
    }
    case "truncate": {
      const answer = await proceed();
      const bytes = await answer.bytes();
      return new Response(bytes.slice(0, fault.bytes), { status: answer.status, headers: answer.headers });
    }
    case "wrong_subject":
      return wrongSubject(await proceed(), vendorOf(c.req.path), fault.what ?? "connection");
    case "echo":
      return echoAnswer(c, fault.merge === true ? await proceed() : undefined, fault.status, fault.content_type);
    case "token":
      if (fault.leak_secret === true) return leakAnswer(c);
      c.set("tokenFault", { omitScope: fault.omit_scope === true, lifetimeS: fault.lifetime_s });
      return proceed();
  }
}

type HeaderValues = Record<string, string | string[]>;

function addHeaders(headers: Headers, values: HeaderValues): Headers {
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) value.forEach((item) => headers.append(name, item));
    else headers.set(name, value);
  }
  return headers;
}

/** A string body is sent as it is (HTML unless said otherwise); anything else as JSON; absent or null as nothing. */
function respond(status: number, body: unknown, values: HeaderValues): Response {
  const empty = body === undefined || body === null || status === 204 || status === 304;
  const text = empty ? null : typeof body === "string" ? body : JSON.stringify(body);
  const headers = new Headers();
  if (text !== null) headers.set("content-type", typeof body === "string" ? "text/html; charset=utf-8" : "application/json; charset=utf-8");
  return new Response(text, { status, headers: addHeaders(headers, values) });
}

function oversize(bytes: number, status: number): Response {
  const open = '{"filler":"';
  const close = '"}';
  let left = Math.max(0, bytes - open.length - close.length);
  const encoder = new TextEncoder();
  const block = encoder.encode("x".repeat(64 * 1024));
  let opened = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!opened) {
        opened = true;
        controller.enqueue(encoder.encode(open));
      } else if (left > 0) {
        const piece = block.subarray(0, Math.min(left, block.length));
        left -= piece.length;
        controller.enqueue(piece);
      } else {
        controller.enqueue(encoder.encode(close));
        controller.close();
      }
    },
  });
  return new Response(stream, { status, headers: { "content-type": "application/json; charset=utf-8" } });
}

async function gzip(answer: Response, mode: "real" | "mislabelled" | "truncated"): Promise<Response> {
  const headers = new Headers(answer.headers);
  headers.set("content-encoding", "gzip");
  headers.delete("content-length");
  const plain = await answer.bytes();
  if (mode === "mislabelled") return new Response(plain, { status: answer.status, headers, encodeBody: "manual" });
  const packed = new Uint8Array(await new Response(new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
  const body = mode === "truncated" ? packed.slice(0, Math.floor(packed.length / 2)) : packed;
  return new Response(body, { status: answer.status, headers, encodeBody: "manual" });
}

function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + size));
      offset += size;
    },
  });
}
