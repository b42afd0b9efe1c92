// What the end-to-end tests stand on: the gateway exactly as it would be deployed, in workerd, on a loopback port of its
// own; upstreams that are real servers and do as they are told; and clients that choose every byte.
//
//   const upstream = await startUpstream();                  // records requests; answers as scripted
//   const gateway = await startGateway({ vars: vars({ upstream: upstream.url }) });
//   const answer = await send(gateway.url, { method: "PUT", path: "/v1/…", headers: { … }, body: "…" });
//   await gateway.stop(); await upstream.stop();
//
// The bundle is the output of `wrangler deploy --dry-run`, so its main module and module graph are those of a deploy.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CONFIG = join(ROOT, "wrangler.toml");
const config = unstable_readConfig({ config: CONFIG }, { hideWarnings: true });
const ENV = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: join(ROOT, ".wrangler/logs"),
};

/** The request header that makes the drill bundle panic: `begin`, `resume` or `crashed`. */
export const DRILL = "x-panic-drill";
/** Authorization of the sandbox's caller. */
export const SANDBOX_CALLER = "Bearer sandbox";

// ---------------------------------------------------------------------------------------------------- the gateway

const bundles = new Map();

/** Builds (if anything changed) and bundles the gateway; gives the directory and its files. */
export function bundle({ drill = false } = {}) {
  if (!bundles.has(drill)) bundles.set(drill, makeBundle(drill));
  return bundles.get(drill);
}

function makeBundle(drill) {
  const built = drill ? "build-drill" : "build";
  execFileSync(join(ROOT, "tools/build.sh"), drill ? ["--drill"] : [], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  const inputs = [CONFIG, ...["index.js", "index_bg.wasm"].map((name) => join(ROOT, built, name))];
  inputs.push(...readdirSync(dirname(config.main)).filter((name) => name.endsWith(".mjs")).map((name) => join(dirname(config.main), name)));
  const stamp = createHash("sha256");
  for (const file of inputs) stamp.update(readFileSync(file));
  const dir = join(ROOT, ".wrangler", "e2e", `${built}-${stamp.digest("hex").slice(0, 16)}`);
  if (!existsSync(dir)) {
    mkdirSync(dirname(dir), { recursive: true });
    const work = mkdtempSync(join(dirname(dir), "work-"));
    const dryRun = (file) =>
      execFileSync(join(ROOT, "node_modules/.bin/wrangler"), ["deploy", "--dry-run", "--env", "", "--config", file, "--outdir", join(work, "out")], {
        cwd: ROOT, env: ENV, stdio: ["ignore", "ignore", "inherit"],
      });
    if (drill) {
      // The same main module beside another build/.
      const main = config.main.slice(ROOT.length);
      cpSync(dirname(config.main), join(work, dirname(main)), { recursive: true, filter: (path) => !path.endsWith(".rs") });
      cpSync(join(ROOT, built), join(work, "build"), { recursive: true });
      writeFileSync(join(work, "wrangler.json"), JSON.stringify({ name: config.name, main, compatibility_date: config.compatibility_date, compatibility_flags: config.compatibility_flags }));
      dryRun(join(work, "wrangler.json"));
    } else {
      dryRun(CONFIG);
    }
    try {
      renameSync(join(work, "out"), dir);
    } catch (error) {
      if (!existsSync(dir)) throw error; // another test file was quicker
    }
    rmSync(work, { recursive: true, force: true });
  }
  const names = readdirSync(dir);
  return { dir, main: names.find((name) => name.endsWith(".js")), wasm: names.filter((name) => name.endsWith(".wasm")) };
}

/** What stands before the gateway when a test moves its clock: the gateway sees time pass, and nothing else changes. */
const CLOCK = "x-clock-ahead";
const clockModule = (main) => `
  import gateway from "./${main}";
  const now = Date.now;
  let ahead = 0;
  Date.now = () => now() + ahead;
  export default { fetch(request, env, ctx) {
    const ms = request.headers.get("${CLOCK}");
    if (ms === null) return gateway.fetch(request, env, ctx);
    ahead += Number(ms);
    return new Response(null, { status: 204 });
  } };`;

function gatewayWorker({ drill, clock, vars, port, limits, services }) {
  const { dir, main, wasm } = bundle({ drill });
  const first = clock ? [{ type: "ESModule", path: join(dir, "clock.mjs"), contents: clockModule(main) }] : [];
  return {
    name: config.name,
    // A socket of its own: Miniflare's front door would parse and rebuild each request, and what tests send would not be
    // what arrives.
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
    modulesRoot: dir,
    modules: [
      ...first,
      { type: "ESModule", path: join(dir, main) },
      ...wasm.map((name) => ({ type: "CompiledWasm", path: join(dir, name) })),
    ],
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    bindings: vars,
    ratelimits: Object.fromEntries(limits.map(({ name, simple }) => [name, { simple }])),
    serviceBindings: Object.fromEntries(Object.keys(services).map((name) => [name, serviceName(name)])),
    versionMetadata: config.version_metadata?.binding,
  };
}

/**
 * The vars of wrangler.toml, with all three upstreams at `upstream` and the gateway at `origin`. `change` may alter the
 * copy before it is used.
 */
export function vars({ upstream = "http://localhost:8788", origin = "http://localhost:8787", change } = {}) {
  const text = JSON.stringify(config.vars).replaceAll("http://localhost:8788", upstream).replaceAll("http://localhost:8787", origin);
  const copy = JSON.parse(text);
  change?.(copy);
  return copy;
}

/**
 * Starts a gateway. `vars` are its bindings; a function is given the gateway's own origin. `port` is one from `freePort`.
 * `drill` takes the bundle that panics on demand. `clock` makes its time movable. `limits` are its rate-limit bindings,
 * those of wrangler.toml unless given. `services` are service bindings by name, each to a Worker of that module text.
 * `neighbour` adds a second Worker of that module text, with a service binding GATEWAY to the first.
 *
 * Gives `{ url, logs, lines(), later(ms), neighbour(path), stop() }`. `logs` is what was printed so far, as
 * `{ level, message }`; `lines()` are the messages that are JSON objects.
 */
export async function startGateway({
  vars: given = vars(), port, drill = false, clock = false, limits = config.ratelimits, services = {}, neighbour,
} = {}) {
  port ??= await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logs = [];
  const bindings = typeof given === "function" ? given(url) : given;
  const workers = [gatewayWorker({ drill, clock, port, limits, services, vars: bindings })];
  for (const [name, contents] of Object.entries(services)) {
    workers.push({
      name: serviceName(name),
      modules: [{ type: "ESModule", path: "service.mjs", contents }],
      modulesRoot: "/",
      compatibilityDate: config.compatibility_date,
    });
  }
  if (neighbour) {
    workers.push({
      name: "neighbour",
      modules: [{ type: "ESModule", path: "neighbour.mjs", contents: neighbour }],
      modulesRoot: "/",
      compatibilityDate: config.compatibility_date,
      serviceBindings: { GATEWAY: config.name },
    });
  }
  const mf = new Miniflare({
    cf: false, // else it asks the network for one
    handleStructuredLogs: ({ level, message }) => void logs.push({ level, message }),
    workers,
  });
  await mf.ready;
  return {
    url,
    logs,
    lines: () => logs.flatMap(({ message }) => (message.startsWith("{") ? [JSON.parse(message)] : [])),
    later: async (ms) => {
      if (!clock) throw new Error("this gateway's clock cannot be moved");
      await send(url, { headers: { [CLOCK]: String(ms) } });
    },
    neighbour: async (path) => (await mf.getWorker("neighbour")).fetch(`http://neighbour${path}`),
    stop: () => mf.dispose(),
  };
}

const serviceName = (binding) => `service-${binding.toLowerCase().replaceAll("_", "-")}`;

/** Starts the sandbox vendors of sandbox/ on a port of their own. */
export async function startSandbox() {
  const file = join(ROOT, "sandbox/wrangler.toml");
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(file);
  const { outputFiles } = await build({
    entryPoints: [main], bundle: true, write: false, format: "esm", target: "es2022",
    conditions: ["workerd", "worker", "browser"], external: ["cloudflare:*", "node:*"],
  });
  const port = await freePort();
  const mf = new Miniflare({
    host: "127.0.0.1", port, cf: false,
    workers: [{ ...workerOptions, name: "sandbox", modulesRoot: "/", modules: [{ type: "ESModule", path: "sandbox.mjs", contents: outputFiles[0].text }] }],
  });
  await mf.ready;
  return { url: `http://127.0.0.1:${port}`, stop: () => mf.dispose() };
}

// ---------------------------------------------------------------------------------------------------- upstreams

/**
 * A server that records what it is sent and answers as told. An answer is `{ status, headers, body, delay, … }` or a
 * function of the recorded request that gives one:
 *   delay    milliseconds before the head
 *   stall    true: send the head and the body, but never end (give a content-length, or it is chunked)
 *   hang     true: never answer
 *   reset    true: close the connection instead of answering; "body": after the head and the body
 * `script` answers come first, each once; `answer` is for all others.
 *
 * Each recorded request: `{ method, path, headers, rawHeaders, body, closed, answered }`; `closed` is true when the
 * other side went before the answer was out.
 */
export async function startUpstream({ answer = { status: 200, body: "{}" } } = {}) {
  const requests = [];
  const script = [];
  const waiting = new Set();
  const state = { answer };
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      // Cut off; what came is recorded.
    }
    const request = {
      method: incoming.method, path: incoming.url, headers: incoming.headers, rawHeaders: incoming.rawHeaders,
      body: Buffer.concat(chunks), closed: false, answered: false,
    };
    outgoing.on("close", () => (request.closed = !outgoing.writableFinished));
    outgoing.on("finish", () => (request.answered = true));
    outgoing.on("error", () => {});
    requests.push(request);
    for (const check of waiting) check();
    const chosen = script.length ? script.shift() : state.answer;
    const { status = 200, headers = {}, body = "", delay, stall, hang, reset } = typeof chosen === "function" ? await chosen(request) : chosen;
    if (hang) return;
    if (delay) await sleep(delay);
    if (reset === true) return void outgoing.destroy();
    outgoing.writeHead(status, headers);
    if (stall || reset) {
      outgoing.write(body);
      if (reset) setTimeout(() => outgoing.destroy(), 50);
      return;
    }
    outgoing.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    /** Answers to give first, each once. */
    script: (...answers) => void script.push(...answers),
    /** The answer to everything else. */
    always: (next) => void (state.answer = next),
    /** Resolves when so many requests have come. */
    seen: (count, timeout = 5000) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          fail(new Error(`${requests.length} of ${count} requests came`));
        }, timeout);
        const check = () => {
          if (requests.length < count) return;
          clearTimeout(timer);
          waiting.delete(check);
          done(requests);
        };
        waiting.add(check);
        check();
      }),
    clear: () => void (requests.length = script.length = 0),
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

// ---------------------------------------------------------------------------------------------------- clients

/**
 * One request over a connection of its own. Path and headers go out as written (headers: object, or array of pairs to
 * repeat a name); nothing is added but Host and, for a body given whole, its length. `chunks` sends the body chunked,
 * piece by piece. Gives `{ status, headers, rawHeaders, body, text, json() }`. `signal` hangs up, in the way that
 * cannot be missed: by a reset. (A connection that is only closed may still be read from, so workerd goes on for it.)
 */
export function send(origin, { method = "GET", path = "/", headers = {}, body, chunks, signal } = {}) {
  const { hostname, port } = new URL(origin);
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  return new Promise((done, fail) => {
    const flat = pairs.flat();
    if (!pairs.some(([name]) => name.toLowerCase() === "host")) flat.push("Host", `${hostname}:${port}`);
    if (body !== undefined) flat.push("Content-Length", String(Buffer.byteLength(body)));
    if (chunks) flat.push("Transfer-Encoding", "chunked");
    const request = http.request({ hostname, port, method, path, headers: flat, agent: false }, async (response) => {
      try {
        const parts = [];
        for await (const part of response) parts.push(part);
        const bytes = Buffer.concat(parts);
        done({
          status: response.statusCode, headers: response.headers, rawHeaders: response.rawHeaders, body: bytes,
          get text() { return bytes.toString(); },
          json: () => JSON.parse(bytes.toString()),
        });
      } catch (error) {
        fail(error);
      }
    });
    request.on("error", fail);
    signal?.addEventListener("abort", () => request.socket?.resetAndDestroy());
    if (chunks) {
      (async () => {
        for await (const chunk of chunks) request.write(chunk);
        request.end();
      })().catch((error) => request.destroy(error));
    } else {
      request.end(body);
    }
  });
}

/** Writes these bytes on a socket and gives back all that comes until the other side is silent or closes. */
export async function sendBytes(origin, bytes, { end = false, quiet = 300, timeout = 5000 } = {}) {
  const { hostname, port } = new URL(origin);
  const socket = net.connect(Number(port), hostname);
  await once(socket, "connect");
  const parts = [];
  let last = Date.now();
  let closed = false;
  socket.on("data", (part) => {
    parts.push(part);
    last = Date.now();
  });
  socket.on("close", () => (closed = true));
  socket.on("error", () => (closed = true));
  socket.write(bytes);
  if (end) socket.end();
  for (const until = Date.now() + timeout; Date.now() < until && !closed; ) {
    await sleep(20);
    if (parts.length && Date.now() - last > quiet) break;
  }
  socket.destroy();
  return Buffer.concat(parts).toString("latin1");
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * The platform's limiter counts anew with each period of the clock's. Returns when this one lasts for at least `needed`
 * milliseconds more: at once, but for a bad moment.
 */
export async function clearOfTheMinute(needed = 8_000, period = 60_000) {
  const left = period - (Date.now() % period);
  if (left < needed) await sleep(left + 50);
}

/** Waits until `check` gives something true, and gives it. */
export async function until(check, what = "it", timeout = 5000) {
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(10)) {
    const value = await check();
    if (value) return value;
  }
  throw new Error(`${what} did not happen within ${timeout} ms`);
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
