// One workerd with all Workers in it: the floor and the gateway, each on a loopback port of its own, and the upstream,
// which is where every `fetch` of theirs ends. So both reach it in the same way, and no byte leaves the process for it.
//
// workerd itself and not Miniflare: nothing else may run in the process whose CPU time is read, and what is logged
// must not cost another process's time on a machine with few cores.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { unstable_readConfig } from "wrangler";
import { ANSWER, AUTHORIZATION, BINDINGS, BODY, PATH, UPSTREAM } from "./workload.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const workerd = createRequire(import.meta.url)("workerd");

// Cap'n Proto takes the escapes of C, which for visible ASCII and line breaks are those of JSON.
const text = (value) => JSON.stringify(value);
const list = (items) => `[${items.join(", ")}]`;

function bindings(values) {
  return list(Object.entries(values).map(([name, value]) =>
    `(name = ${text(name)}, ${typeof value === "string" ? `text = ${text(value)}` : `json = ${text(JSON.stringify(value))}`})`));
}

function worker(name, modules, values, outbound) {
  const { compatibility_date: date, compatibility_flags: flags } = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const parts = modules.map((file) => `(name = ${text(file)}, ${file.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${text(file)})`);
  return `(name = ${text(name)}, worker = (modules = ${list(parts)}, compatibilityDate = ${text(date)}, compatibilityFlags = ${list(flags.map(text))}, ` +
    `bindings = ${bindings(values)}${outbound ? `, globalOutbound = ${text(outbound)}` : ""}))`;
}

/** Writes configuration and modules to a directory of their own: Cap'n Proto embeds files beside the configuration. */
function write(dir) {
  const bundle = join(ROOT, ".wrangler/bundle");
  const shipped = readdirSync(bundle).filter((name) => /\.(js|wasm)$/.test(name)).sort((a, b) => b.endsWith(".js") - a.endsWith(".js"));
  if (shipped.length === 0) throw new Error("there is no bundle; run tools/release.sh");
  for (const name of shipped) copyFileSync(join(bundle, name), join(dir, name));
  for (const name of ["floor", "upstream"]) copyFileSync(new URL(`${name}/worker.mjs`, import.meta.url), join(dir, `${name}.mjs`));
  const services = [
    worker("upstream", ["upstream.mjs"], { BODY, ANSWER, AUTHORIZATION, URL: `${UPSTREAM}${PATH}` }),
    worker("floor", ["floor.mjs"], { UPSTREAM, AUTHORIZATION }, "upstream"),
    worker("gateway", shipped, BINDINGS, "upstream"),
  ];
  const sockets = ["floor", "gateway"].map((name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`);
  writeFileSync(join(dir, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";\nconst config :Workerd.Config = (services = ${list(services)}, sockets = ${list(sockets)});\n`);
  return Object.fromEntries(shipped.map((name) => [name.replace(/^[0-9a-f]{40}-/, ""), readFileSync(join(dir, name)).length]));
}

/** Starts it. Gives the process id, each variant's port, the version, the sizes of what was shipped, and `stop()`. */
export async function startServer() {
  const dir = mkdtempSync(join(tmpdir(), "bench-"));
  const shipped = write(dir);
  const child = spawn(workerd.default, ["serve", "config.capnp", "--control-fd=3"], { cwd: dir, stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const stop = async () => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGKILL");
    await gone;
    rmSync(dir, { recursive: true, force: true });
  };
  const ended = once(child, "exit").then(([code]) => { throw new Error(`workerd ended with ${code}`); });
  ended.catch(() => {}); // it always ends; only an end before it listens is an error
  const ports = {};
  const listening = (async () => {
    for await (const line of createInterface({ input: child.stdio[3] })) {
      const { event, socket, port } = JSON.parse(line);
      if (event === "listen") ports[socket] = port;
      if (ports.floor && ports.gateway) return;
    }
  })();
  try {
    await Promise.race([listening, ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid, ports, version: workerd.version, shipped, stop };
}
