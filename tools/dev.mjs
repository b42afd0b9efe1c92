// Runs `wrangler dev` for the gateway, and a second one for the sandbox when the configuration points at it, until one
// of them ends or Ctrl-C. PORT, SANDBOX_PORT and CONFIG come from make.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";

const port = Number(process.env.PORT ?? 8787);
const sandboxPort = Number(process.env.SANDBOX_PORT ?? 8788);
const config = process.env.CONFIG ?? "wrangler.toml";
// As wrangler.toml writes them; a moved port is put in their place.
const GATEWAY = "http://localhost:8787";
const SANDBOX = "http://localhost:8788";
const here = `http://localhost:${port}`;
const there = `http://localhost:${sandboxPort}`;

const fail = (message) => {
  console.error(`error: ${message}`);
  process.exit(1);
};
if (!existsSync(config)) fail(`CONFIG=${config}: no such file`);
for (const [name, value] of [["PORT", port], ["SANDBOX_PORT", sandboxPort]]) {
  if (!Number.isInteger(value) || value < 1 || value > 65535) fail(`${name} is not a port`);
}

// Asked of wrangler in a process of its own: once loaded, it ends the process it is in at the first signal, and the
// servers below would be left behind.
const read = `import { unstable_readConfig as read } from "wrangler";
  process.stdout.write(JSON.stringify(read({ config: process.argv[1] }, { hideWarnings: true }).vars));`;
const text = execFileSync(process.execPath, ["--input-type=module", "--eval", read, config], { encoding: "utf8" });
const vars = JSON.parse(text);
const sandbox = text.includes(SANDBOX);
// A var given on the command line is a string; the gateway takes a table or a JSON string of the same shape.
const moved = Object.entries(vars).flatMap(([name, value]) => {
  const before = typeof value === "string" ? value : JSON.stringify(value);
  const after = before.replaceAll(GATEWAY, here).replaceAll(SANDBOX, there);
  return after === before ? [] : ["--var", `${name}:${after}`];
});

const children = new Set();
let ending = false;
function end(code) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children) kill(child, "SIGTERM");
  // wrangler may be in the middle of something; nobody waits for it longer than this.
  setTimeout(() => {
    for (const child of children) kill(child, "SIGKILL");
    process.exit(code);
  }, 5000).unref();
}
// A group of its own each: wrangler starts workerd, and both must go.
const kill = (child, signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(0));

function serve(name, args) {
  const child = spawn("wrangler", ["dev", "--show-interactive-dev-session=false", "--inspector-port=0", ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line.trim()) console.log(`[${name}] ${line}`);
    });
  }
  child.on("error", (error) => {
    console.error(`error: ${name}: ${error.message}`);
    end(1);
  });
  child.on("exit", (code) => {
    children.delete(child);
    if (!ending) {
      console.error(`error: ${name} ended (${code ?? "killed"})`);
      end(1);
    }
  });
}

async function free(value) {
  for (const host of ["127.0.0.1", "::1"]) {
    const error = await new Promise((done) => {
      const probe = createServer().once("error", done).listen(value, host, () => probe.close(() => done()));
    });
    if (error?.code === "EADDRINUSE" || error?.code === "EACCES") return false;
  }
  return true;
}

async function up(origin) {
  for (const until = Date.now() + 120_000; Date.now() < until && !ending; ) {
    try {
      const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(2000) });
      await answer.arrayBuffer();
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  if (ending) return;
  console.error(`error: nothing answers on ${origin}`);
  end(1);
}

if (!(await free(port))) fail(`port ${port} is taken; choose another: make dev PORT=…`);
if (sandbox && !(await free(sandboxPort))) fail(`port ${sandboxPort} is taken; choose another: make dev SANDBOX_PORT=…`);

if (sandbox) serve("sandbox", ["--config", "sandbox/wrangler.toml", "--port", String(sandboxPort)]);
serve("gateway", ["--config", config, "--port", String(port), ...moved]);
await Promise.all([up(here), sandbox && up(there)]);

if (!ending) {
  const lines = [`gateway  ${here}`];
  if (sandbox) {
    lines.push(
      `sandbox  ${there}`,
      "",
      "Try it:",
      "",
      `  curl -s -X PUT '${here}/v2/manage/custom-providers/saml/my-saml-app' \\`,
      "    -H 'Authorization: Bearer sandbox' -H 'Content-Type: application/json' \\",
      `    -d '{"Provider":"my-saml-app","DataMap":{"ID":"NameID","Email":"mail"}}'`,
    );
  }
  console.log(["", ...lines, "", "Ctrl-C stops everything.", ""].join("\n"));
}
