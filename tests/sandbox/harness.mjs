// Starts the sandbox vendors inside Miniflare, on loopback and without any network, for tests of
// the sandbox itself and for tests of what talks to it.

import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

let bundled;

/** The sandbox as one module of JavaScript; built once per process. */
export function bundleSandbox() {
  bundled ??= build({
    entryPoints: [path.join(root, "sandbox/src/index.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    write: false,
    logLevel: "silent",
  }).then((result) => result.outputFiles[0].text);
  return bundled;
}

/** The published credentials, read from the sandbox's own source. */
export async function credentials() {
  const result = await build({
    entryPoints: [path.join(root, "sandbox/src/credentials.ts")],
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  return import(`data:text/javascript,${encodeURIComponent(result.outputFiles[0].text)}`);
}

/**
 * Starts a sandbox on a free loopback port (or `port`). The caller stops it with `stop()`.
 * `fetch` takes a path; `raw` sends a request line exactly as given, without normalising it.
 */
export async function startSandbox({ port = 0 } = {}) {
  const mf = new Miniflare({
    modules: true,
    script: await bundleSandbox(),
    compatibilityDate: "2025-09-15",
    host: "127.0.0.1",
    port,
    cf: false,
    // The runtime complains about request lines that tests send on purpose.
    ...(process.env.SANDBOX_LOG ? {} : { handleRuntimeStdio: (stdout, stderr) => [stdout, stderr].forEach((stream) => stream.resume()) }),
  });
  const url = (await mf.ready).origin;
  const secrets = await credentials();
  const agent = new http.Agent({ keepAlive: true });
  const fetchPath = (target, init = {}) => fetch(url + target, { redirect: "manual", ...init });
  const json = async (target, method, body) => {
    const response = await fetchPath(target, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };

  return {
    url,
    credentials: secrets,
    fetch: fetchPath,
    raw: (request) => rawRequest(url, agent, request),
    reset: () => json("/_sandbox/reset", "POST"),
    requests: () => json("/_sandbox/requests", "GET"),
    clearRequests: () => json("/_sandbox/requests", "DELETE"),
    /** Queues one fault or a list of them. */
    fault: (fault) => json("/_sandbox/faults", "POST", fault),
    faults: () => json("/_sandbox/faults", "GET"),
    clearFaults: () => json("/_sandbox/faults", "DELETE"),
    settings: (changes) => json("/_sandbox/settings", changes === undefined ? "GET" : "POST", changes),
    state: () => json("/_sandbox/state", "GET"),
    async logtoToken({ clientId, clientSecret, resource, scope } = secrets.LOGTO) {
      const response = await fetchPath("/oidc/token", {
        method: "POST",
        body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, resource, scope }),
      });
      return (await response.json()).access_token;
    },
    async loginRadiusToken() {
      const { clientId, clientSecret, audience } = secrets.LOGINRADIUS;
      const body = { client_id: clientId, client_secret: clientSecret, grant_type: "client_credentials", audience };
      const response = await fetchPath("/service/oauth/token", { method: "POST", body: JSON.stringify(body) });
      return (await response.json()).access_token;
    },
    stytchAuthorization: `Basic ${Buffer.from(`${secrets.STYTCH.projectId}:${secrets.STYTCH.secret}`).toString("base64")}`,
    async stop() {
      agent.destroy();
      await mf.dispose();
    },
  };
}

function rawRequest(url, agent, { method = "GET", path: target, headers = {}, body, timeoutMs = 10_000 }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    // Node leaves the length out for DELETE, and the connection would then be out of step.
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const request = http.request({ hostname, port, agent, method, headers: { ...length, ...headers } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    // `path` is set here because the options refuse what some captured request lines hold.
    request.path = target;
    request.setTimeout(timeoutMs, () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
    request.end(body);
  });
}
