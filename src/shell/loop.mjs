// The Worker's main module: the loop around the core.
//
// It reads the caller's request, asks the core what to do, does it, and tells the core what came of it, until the core
// has an answer. It decides nothing: what is allowed, what is sent, how often and for how long is the core's word. What
// crosses, and in which form, is described in src/frame.rs.
//
// Why a loop in JavaScript and not async Rust: two flat calls per exchange cost a third of what promises awaited from
// Rust cost, and a panic in one request leaves the others alone, since what a request needs is held here and not in
// the instance's memory.

// The glue around the Wasm module. Only the plain object below is exported from here, so nobody with a service binding to
// us can call these.
import { begin, configure, ready, resume } from "../../build/index.js";

const REQUEST_BODY = 262_144; // bytes, as src/http/limits.rs says
const REQUEST_TIME = 20_000; // milliseconds in which a caller's body has to come
const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();
const encoder = new TextEncoder();
// How the platform is told about the algorithms that the core knows: for the key, then for the signature.
const ALGORITHMS = {
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, "RSASSA-PKCS1-v1_5"],
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  EdDSA: [{ name: "Ed25519" }, "Ed25519"],
};
// Origins whose pages may read an answer; plain data that outlives an instance of the core.
let origins = [];

export default {
  fetch(request, env, ctx) {
    const answer = run(request, env);
    // A caller that hangs up ends the request, and with it everything it waits for; not so what is handed to
    // `waitUntil`. A write that was sent is seen through to its audit line.
    ctx.waitUntil(answer);
    return answer;
  },
};

async function run(request, env) {
  const id = crypto.randomUUID();
  let writing = false; // a request was sent that may have changed something
  let crashed = false; // the core panicked over this request before
  let held = NOTHING; // bytes the core gave us to keep, so that a repeat does not carry them across again
  let suspended; // what the core needs to go on, opaque to us; absent before the first step

  // One call into the core. `ready` takes no arguments, and that is why it is called first: the glue makes a new instance
  // at the first call after a panic, but only once it has copied that call's arguments into the old one.
  const call = (head, body) => {
    if (!ready()) origins = configure(settings(env)).split("\n");
    return unframe(suspended === undefined ? begin(head, body, Date.now()) : resume(suspended, head, body, Date.now()));
  };

  try {
    const { state, body } = await readRequest(request);
    const arrived = `${request.method}\n${request.url}\n${id}\n${state}${lines(request.headers)}`;
    let head = arrived;
    let bytes = body;
    for (;;) {
      let step;
      try {
        step = call(head, bytes);
      } catch (error) {
        report(id, suspended === undefined ? "begin" : "resume", writing, error);
        // Once, and only if there is something to account for: the fresh instance decides what this request's
        // caller is told.
        if (suspended === undefined || crashed) return crash(request, id, writing);
        crashed = true;
        step = call("crashed", NOTHING);
      }
      for (const line of step.log ?? []) console.log(line);
      if (step.hold) held = step.hold;
      if (step.step === "answer") return answer(step);
      if (step.step === "lost") {
        report(id, "lost", writing);
        return crash(request, id, writing);
      }
      suspended = step.suspended;
      if (step.step === "wait") {
        await new Promise((done) => setTimeout(done, step.ms));
        [head, bytes] = ["waited", NOTHING];
      } else if (step.step === "verify") {
        [head, bytes] = [`arrival\nsignature ${(await verify(step)) ? "good" : "bad"}\n${arrived}`, body];
      } else if (step.step === "limit") {
        [head, bytes] = [`arrival\nlimit ${await count(step, env)}\n${arrived}`, body];
      } else if (step.step === "again") {
        [head, bytes] = [`arrival\nagain\n${arrived}`, body];
      } else {
        writing ||= step.write;
        [head, bytes] = await exchange(step, held);
      }
    }
  } catch (error) {
    report(id, "loop", writing, error);
    return crash(request, id, writing);
  }
}

// Reads one frame: length of the head, head, body, bytes to hold, text to hand back. The core's memory was copied, so views will do.
function unframe(frame) {
  const start = 4 + new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  const step = JSON.parse(decoder.decode(frame.subarray(4, start)));
  const end = start + step.body_bytes;
  step.bytes = frame.subarray(start, end);
  const after = end + (step.hold_bytes ?? 0);
  if (step.hold_bytes !== undefined) step.hold = frame.subarray(end, after);
  if (step.suspended_bytes) step.suspended = decoder.decode(frame.subarray(after, after + step.suspended_bytes));
  return step;
}

// All bindings that are text or plain JSON; the core knows the names it wants. Objects of the platform have a
// prototype of their own and are left out, but for the names of those that count requests.
function settings(env) {
  const plain = ([, value]) =>
    value === null || typeof value !== "object" || Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  const counts = ([, value]) => typeof value?.limit === "function";
  const entries = Object.entries(env);
  return JSON.stringify({
    ...Object.fromEntries(entries.filter(plain)),
    "rate limits": entries.filter(counts).map(([name]) => name),
  });
}

function lines(headers) {
  let text = "";
  for (const [name, value] of headers) text += `\n${name}: ${value}`;
  return text;
}

async function readRequest(request) {
  if (request.body === null) return { state: "read", body: NOTHING };
  try {
    const body = await readCapped(request, REQUEST_BODY, REQUEST_TIME);
    return body ? { state: "read", body } : { state: "too_large", body: NOTHING };
  } catch {
    return { state: "cut", body: NOTHING };
  }
}

// The whole body, or null when it is longer than the cap. The announced length only saves work: it is the count that
// is believed, since a length can be absent, wrong, or that of the compressed form.
async function readCapped(message, cap, patience) {
  if (Number(message.headers.get("content-length")) > cap) {
    // Not awaited, here and below: nobody waits for how a body that is not wanted ends.
    message.body.cancel().catch(() => {});
    return null;
  }
  const reader = message.body.getReader();
  // An upstream's body is under the signal of its exchange; a caller's has nobody else to end it.
  let late = false;
  const timer = patience && setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, patience);
  const chunks = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw new Error("late");
      if (done) break;
      length += value.byteLength;
      if (length > cap) {
        reader.cancel().catch(() => {});
        return null;
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

// One request to an upstream, as the core wrote it. The signal covers the body as well as the headers. A redirect is
// an answer like any other: following it would carry the credential to wherever it points.
async function exchange(step, held) {
  const signal = AbortSignal.timeout(step.timeout_ms);
  try {
    const response = await fetch(step.url, {
      method: step.method,
      headers: step.headers,
      body: step.body === "held" ? held : step.body === "bytes" ? step.bytes : undefined,
      redirect: "manual",
      signal,
    });
    const body = response.body === null ? NOTHING : await readCapped(response, step.answer_limit);
    return body ? [`${response.status}${lines(response.headers)}`, body] : ["failed\ntoo_large", NOTHING];
  } catch {
    // What is thrown may quote what was sent, so it is neither kept nor printed.
    return [signal.aborted ? "failed\ntimed_out" : "failed\nbroken", NOTHING];
  }
}

// A signature that cannot be checked, because the platform does not take the key, is not a good one.
async function verify({ algorithm, jwk, input, bytes }) {
  const [forKey, forSignature] = ALGORITHMS[algorithm];
  try {
    const key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), forKey, false, ["verify"]);
    return await crypto.subtle.verify(forSignature, key, bytes, encoder.encode(input));
  } catch {
    return false;
  }
}

async function count({ binding, key }, env) {
  try {
    const { success } = await env[binding].limit({ key });
    return success === true ? "passed" : success === false ? "reached" : "unknown";
  } catch {
    return "unknown";
  }
}

function answer({ status, headers, bytes }) {
  // The platform refuses a body, even an empty one, with these.
  const bare = status === 204 || status === 205 || status === 304;
  return new Response(bare ? null : bytes, { status, headers });
}

// The one answer that is not the core's: there is no core to ask. `outcome` is there when upstream may have been
// changed and nobody knows. A page must be able to read it like any other.
function crash(request, id, writing) {
  const origin = request.headers.get("origin");
  const detail = writing
    ? "The gateway failed after it had sent a change upstream. Read the connection before you try again."
    : "The gateway failed on this request. Nothing was changed.";
  const problem = {
    type: "about:blank", title: "Internal error", status: 500, detail, instance: `urn:uuid:${id}`,
    code: "internal_error", error: detail, ...(writing && { outcome: "unknown" }),
  };
  return new Response(JSON.stringify(problem), {
    status: 500,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "x-gateway-error": "internal_error",
      "x-request-id": id,
      "vary": "Origin",
      ...(origins.includes(origin) && {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "x-gateway-error, x-request-id",
      }),
    },
  });
}

// Which request, where, whether a write had been sent, and the kind of error; the message may hold a value and stays out.
// Where there is no core to ask, this line takes the place of the outcome's.
function report(id, where, write_sent, error) {
  console.error(JSON.stringify({ event: "crash", request_id: id, where, write_sent, error: error?.name ?? typeof error }));
}
