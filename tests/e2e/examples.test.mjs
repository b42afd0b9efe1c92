// The examples of docs/security.md, taken from the document and run: configurations by wrangler's own reader, scripts as
// they stand. What is not as it stands is in MOVED, and nowhere else.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { unstable_readConfig } from "wrangler";
import { ROOT, send, startGateway, startSandbox } from "./harness.mjs";

const run = promisify(execFile);
const DOCUMENT = readFileSync(join(ROOT, "docs/security.md"), "utf8");
const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const OTHER = "organization-test-22222222-2222-4222-8222-222222222222";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const CONNECTOR = "acmesaml0001";
const DOCS = "https://docs.example.com";
// Of nothing real: the sandbox's published secrets, and a key for sessions made for this run.
const SECRETS = {
  STYTCH_TEST_SECRET: "sandbox-stytch-secret-not-a-real-one",
  LOGTO_SECRET: "sandbox-logto-secret-not-a-real-one",
  LOGINRADIUS_SECRET: "sandbox-loginradius-secret-not-a-real-one",
  SESSION_KEY: createHash("sha256").update(String(process.hrtime.bigint())).digest("base64"),
};

/** What is put in the place of the document's own names, in this order, and nothing else. */
const MOVED = ({ gateway, portal, sandbox, scriptDigest, backendDigest }) => [
  ["https://gateway.example.com", gateway],
  ["https://admin.example.com", portal],
  // The sandbox knows one Logto tenant and one LoginRadius app by these identifiers.
  ["https://tenant.logto.app/api", "https://default.logto.app/api"],
  ["https://tenant.logto.app", sandbox],
  ["https://tenant.hub.loginradius.com", sandbox],
  ['"https://api.loginradius.com"', `"${sandbox}"`],
  ["https://test.stytch.com", sandbox],
  ["project-test-id", "project-test-11111111-1111-4111-8111-111111111111"],
  ["machine-to-machine-app-id", "sandbox-logto-app"],
  ["m2m-app-id", "sandbox-loginradius-app"],
  ["0".repeat(64), scriptDigest],
  ["1".repeat(64), backendDigest],
];

const examples = new Map(
  [...DOCUMENT.matchAll(/^<!-- example: (\S+) -->\n```(\w+)\n([\s\S]*?)^```$/gm)].map(([, name, kind, text]) => [name, { kind, text }]),
);

describe("the examples of docs/security.md", () => {
  let dir, sandbox, portal, gateway, names, script, backend;
  let whoIs = () => undefined;

  const example = (name) => {
    assert.ok(examples.has(name), `no example ${name}`);
    return MOVED(names).reduce((text, [from, to]) => text.replaceAll(from, to), examples.get(name).text);
  };
  const file = (name) => {
    const { kind } = examples.get(name);
    const path = join(dir, `${name.replace("/", "-")}.${kind === "js" ? "mjs" : kind}`);
    writeFileSync(path, example(name));
    return path;
  };
  let count = 0;
  // A module of its own each time: no token is remembered from the test before.
  const load = async (name) => import(`${pathToFileURL(file(name))}?${(count += 1)}`);
  const configuration = (...callers) => {
    // What the examples are put below: name, main module and so on.
    const head = readFileSync(join(ROOT, "wrangler.toml"), "utf8").split(/^# How often/m)[0];
    const path = join(dir, "wrangler.toml");
    writeFileSync(path, [head, ...["shared", ...callers].map((name) => example(`${name}/config`))].join("\n"));
    return unstable_readConfig({ config: path, env: "production" }, { hideWarnings: true });
  };
  const start = async (...callers) => {
    const limits = configuration(...callers).ratelimits;
    assert.equal(limits.length, 2);
    gateway = await startGateway({
      limits,
      vars: (url) => {
        names.gateway = url;
        return { ...configuration(...callers).vars, ...SECRETS };
      },
    });
    const ready = await send(gateway.url, { path: "/readyz" });
    assert.equal(ready.status, 200, ready.text);
  };
  const atSandbox = async (path, options) => (await fetch(sandbox.url + path, options)).text();
  const stored = async (text) => (await atSandbox("/_sandbox/state")).includes(JSON.stringify(text));
  const sent = async () => JSON.parse(await atSandbox("/_sandbox/requests")).filter(({ path }) => !path.startsWith("/_sandbox"));
  // Lines of the requests of one test.
  let earlier = 0;
  const lines = () => gateway.lines().slice(earlier);
  const last = () => lines().at(-1);

  before(async () => {
    mkdirSync(join(ROOT, ".wrangler"), { recursive: true });
    // Inside the project, where its packages are found.
    dir = mkdtempSync(join(ROOT, ".wrangler", "examples-"));
    sandbox = await startSandbox();
    names = { gateway: "", portal: "", sandbox: sandbox.url };
    [script, backend] = await Promise.all([makeToken(), makeToken()]);
    [names.scriptDigest, names.backendDigest] = [script.digest, backend.digest];
    // The portal's address has to be known before its module is: it stands in there as the issuer.
    const front = createServer((request, response) => portal.emit("request", request, response)).listen(0, "127.0.0.1");
    await once(front, "listening");
    names.portal = `http://127.0.0.1:${front.address().port}`;
    names.front = front;
    await start("admin-portal", "try-it", "script", "sdk");
    portal = (await load("admin-portal/server")).adminPortal((request) => whoIs(request));
  });
  after(async () => {
    names?.front?.closeAllConnections();
    names?.front?.close();
    await gateway?.stop();
    await sandbox?.stop();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await atSandbox("/_sandbox/reset", { method: "POST" });
    whoIs = () => undefined;
    earlier = gateway.lines().length;
  });

  async function makeToken() {
    const [command] = examples.get("script/token").text.trim().split("\n");
    const { stdout } = await run("bash", ["-c", command], { cwd: ROOT, timeout: 30_000 });
    const [, token, digest] = stdout.match(/^token\s+(ssogw_\S{43})\ntoken_sha256\s+([0-9a-f]{64})$/m);
    assert.equal(createHash("sha256").update(token).digest("hex"), digest);
    return { token, digest };
  }

  test("are all run here", () => {
    const here = readFileSync(import.meta.filename ?? new URL(import.meta.url).pathname, "utf8");
    assert.ok(examples.size >= 11, [...examples.keys()].join(" "));
    const folders = new Set([...examples.keys()].map((name) => name.split("/")[0]));
    for (const name of examples.keys()) {
      const used = name.endsWith("/config") ? folders.has(name.split("/")[0]) : here.includes(`"${name}"`);
      assert.ok(used, `${name} is run nowhere`);
    }
    const fences = DOCUMENT.match(/^```\w+$/gm).length;
    assert.equal(fences - examples.size, 1, "one block has no marker: the commands that set secrets and deploy");
  });

  for (const name of ["admin-portal", "try-it", "script", "sdk"]) {
    test(`the configuration of ${name} is good by itself`, async () => {
      const { vars, ratelimits } = configuration(name);
      const alone = await startGateway({ limits: ratelimits, vars: { ...vars, ...SECRETS } });
      try {
        // Its public origin is the other gateway's, which its readiness does not mind.
        const ready = await send(alone.url, { path: "/readyz" });
        assert.equal(ready.status, 200, ready.text);
      } finally {
        await alone.stop();
      }
    });
  }

  describe("an admin portal", () => {
    const cookie = "portal-session=of-ada";
    const ada = { user: "ada", organization: ORGANIZATION, admin: true };
    const open = () => {
      whoIs = (request) => (request.headers.cookie === cookie ? ada : undefined);
      return onPage(names.portal, { cookie }, () => load("admin-portal/page"));
    };
    const onPortal = (task) => onPage(names.portal, { cookie }, task);

    test("an administrator sees and changes the own organization's connection", async () => {
      const page = await open();
      const mine = await onPortal(() => page.whatIMayDo());
      assert.deepEqual(mine.grants[0].organizations, [ORGANIZATION]);
      const { saml_connections: connections } = await onPortal(() => page.connections(mine.grants[0].organizations[0]));
      assert.ok(connections.some(({ connection_id }) => connection_id === CONNECTION));
      await onPortal(() => page.changeConnection(ORGANIZATION, CONNECTION, { display_name: "Changed by Ada" }));
      assert.ok(await stored("Changed by Ada"));
      const [decision, outcome] = lines().slice(-2);
      assert.equal(decision.event, "decision");
      assert.deepEqual([outcome.caller, outcome.operation, outcome.organization, outcome.outcome], ["admin-portal", "update_saml_connection", ORGANIZATION, "done"]);
      assert.deepEqual(decision.fields, ["display_name"]);
      assert.match(outcome.subject, /^[0-9a-f]{16}$/);
      assert.doesNotMatch(JSON.stringify(lines()), /Changed by Ada|ey[JK]|"ada"/);
    });

    test("another organization's connection is refused, and Stytch is not asked", async () => {
      const page = await open();
      const refused = await caught(onPortal(() => page.changeConnection(OTHER, CONNECTION, { display_name: "Not mine" })));
      assert.deepEqual([refused.status, refused.code], [403, "forbidden"]);
      // By its slug neither, although it may be the same one: the claim holds an id.
      assert.equal((await caught(onPortal(() => page.connections("acme")))).code, "forbidden");
      assert.deepEqual(await sent(), []);
      assert.equal(last().reason, "forbidden");
      assert.equal(last().organization, "acme", "who tried what is on record");
    });

    test("roles are not the administrator's to assign, and a delete touches them", async () => {
      const page = await open();
      const change = { saml_connection_implicit_role_assignments: [{ role_id: "stytch_admin" }] };
      assert.equal((await caught(onPortal(() => page.changeConnection(ORGANIZATION, CONNECTION, change)))).code, "field_not_granted");
      assert.deepEqual(last().fields, ["roles.default"]);
      const { access_token } = await (await fetch(`${names.portal}/gateway-token`, { method: "POST", headers: { cookie } })).json();
      const path = `/v1/b2b/sso/${ORGANIZATION}/connections/${CONNECTION}`;
      const gone = await send(gateway.url, { method: "DELETE", path, headers: { authorization: `Bearer ${access_token}` } });
      assert.equal(gone.headers["x-gateway-error"], "field_not_granted", gone.text);
      assert.deepEqual(await sent(), []);
    });

    test("problems of a body come all at once, as the page expects them", async () => {
      const page = await open();
      const refused = await caught(onPortal(() => page.changeConnection(ORGANIZATION, CONNECTION, { idp_sso_url: "http://idp.example.com", nonsense: 1 })));
      assert.deepEqual([refused.status, refused.code], [400, "invalid_body"]);
      assert.deepEqual(refused.problems.map(({ pointer }) => pointer).sort(), ["/idp_sso_url", "/nonsense"]);
    });

    test("whoever is not signed in gets no token", async () => {
      const page = await open();
      whoIs = () => ({ ...ada, admin: false });
      assert.match((await caught(onPortal(() => page.connections(ORGANIZATION)))).message, /Sign in/);
      assert.deepEqual(lines(), []);
    });

    test("a page of another origin can neither fetch the token nor use it", async () => {
      await open();
      const evil = "https://evil.example";
      await assert.rejects(onPage(evil, { cookie }, () => fetch(`${names.portal}/gateway-token`, { method: "POST" })), /may not read/);
      const { access_token } = await (await fetch(`${names.portal}/gateway-token`, { method: "POST", headers: { cookie } })).json();
      for (const origin of [evil, DOCS, "null"]) {
        const headers = { origin, authorization: `Bearer ${access_token}` };
        const refused = await send(gateway.url, { path: `/v1/b2b/sso/${ORGANIZATION}`, headers });
        assert.equal(refused.headers["x-gateway-error"], "origin_not_allowed", origin);
        assert.equal(refused.headers["access-control-allow-origin"], origin === DOCS ? DOCS : undefined);
      }
      assert.deepEqual(await sent(), []);
    });
  });

  describe("a docs page with a try-it console", () => {
    const onDocs = (task) => onPage(DOCS, {}, task);
    const CHANGE = ["PUT", `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`];

    test("a visitor gets one session and changes what visitors may change", async () => {
      const page = await load("try-it/page");
      const update = await onDocs(() => page.tryIt(...CHANGE, { display_name: "Tried out" }));
      assert.equal(update.status, 200, update.text);
      assert.match(update.requestId, /^[0-9a-f-]{36}$/);
      assert.ok(await stored("Tried out"));
      const list = await onDocs(() => page.tryIt("GET", `/v1/b2b/sso/${ORGANIZATION}`));
      assert.match(list.text, /"\[redacted\]"/);
      const made = lines().filter(({ door }) => door === "session");
      assert.equal(made.length, 1);
      assert.equal(made[0].session, made[0].request_id);
      assert.deepEqual(new Set(lines().map(({ caller, session }) => `${caller} ${session}`)), new Set([`docs-visitors ${made[0].request_id}`]));
    });

    test("nothing else is granted", async () => {
      const page = await load("try-it/page");
      for (const [method, path] of [["GET", `/v1/b2b/sso/${OTHER}`], ["DELETE", `/v1/b2b/sso/${ORGANIZATION}/connections/${CONNECTION}`], ["GET", "/api/sso-connectors"]]) {
        assert.equal((await onDocs(() => page.tryIt(method, path))).status, 403, path);
      }
      assert.deepEqual(await sent(), []);
    });

    test("a page of another site gets no session", async () => {
      const page = await load("try-it/page");
      await assert.rejects(onPage("https://evil.example", {}, () => page.tryIt(...CHANGE, { display_name: "x" })), /may not read/);
      assert.equal(last().reason, "origin_not_allowed");
    });

    test("a program is a visitor like any other, as the page says", async () => {
      const made = await send(gateway.url, { method: "POST", path: "/sso/v1/session", headers: { origin: DOCS } });
      const { access_token } = made.json();
      const path = `/v1/b2b/sso/${ORGANIZATION}`;
      assert.equal((await send(gateway.url, { path, headers: { authorization: `Bearer ${access_token}` } })).status, 200);
      // By its name at the tools door, under the same grants.
      const call = (operation, body) =>
        send(gateway.url, { method: "POST", path: `/tools/stytch/${operation}`, headers: { "x-api-key": access_token, "content-type": "application/json" }, body: JSON.stringify(body) });
      assert.equal((await call("list_connections", { organization_id: ORGANIZATION })).status, 200);
      assert.equal(last().door, "tools");
      assert.equal((await call("delete_connection", { organization_id: ORGANIZATION, connection_id: CONNECTION })).status, 403);
    });

    test("a session is of no use at a gateway of another origin", async () => {
      const made = await send(gateway.url, { method: "POST", path: "/sso/v1/session", headers: { origin: DOCS } });
      const { vars, ratelimits } = configuration("try-it");
      const other = await startGateway({ limits: ratelimits, vars: { ...vars, ...SECRETS, GATEWAY: { public_origin: "http://localhost:1" } } });
      try {
        const refused = await send(other.url, { path: "/sso/v1/session", headers: { authorization: `Bearer ${made.json().access_token}` } });
        assert.equal(refused.status, 401, refused.text);
      } finally {
        await other.stop();
      }
    });
  });

  describe("a script", () => {
    const environment = () => ({ cwd: dir, timeout: 30_000, env: { PATH: process.env.PATH, GATEWAY_TOKEN: script.token } });

    test("curl changes a LoginRadius provider", async () => {
      const { stdout } = await run("bash", [file("script/curl")], environment());
      assert.equal(JSON.parse(stdout).Provider, "my-saml-app", stdout);
      assert.ok((await atSandbox("/_sandbox/state")).includes('"FriendlyProviderName":"Acme"'));
      assert.deepEqual([last().caller, last().operation, last().outcome], ["deploy-script", "update_saml_provider", "done"]);
    });

    test("Node renames a Logto connector", async () => {
      const { stdout } = await run(process.execPath, [file("script/node"), CONNECTOR, "Renamed by a script"], environment());
      assert.match(stdout, /^200 /);
      assert.ok(await stored("Renamed by a script"));
      assert.deepEqual([last().caller, last().operation, last().connection, last().fields], ["deploy-script", "update_connector", CONNECTOR, ["branding.logo", "branding.logo_dark", "display_name"]]);
    });

    test("a connector that is not listed is refused, and both say so by their exit codes", async () => {
      const node = await caught(run(process.execPath, [file("script/node"), "acmeoidc0001", "x"], environment()));
      assert.equal(node.code, 1);
      assert.match(node.stdout, /^403 forbidden /);
      const curl = await caught(run("bash", [file("script/curl")], { ...environment(), env: { PATH: process.env.PATH, GATEWAY_TOKEN: "ssogw_wrong" } }));
      assert.equal(curl.code, 22);
      assert.equal(last().cause, "unknown_token");
      assert.deepEqual(await sent(), []);
    });

    test("a page may not use its token at all", async () => {
      const headers = { origin: names.portal, authorization: `Bearer ${script.token}` };
      assert.equal((await send(gateway.url, { path: "/api/sso-connectors", headers })).headers["x-gateway-error"], "origin_not_allowed");
    });
  });

  describe("an SDK", () => {
    before(() => (process.env.GATEWAY_TOKEN = backend.token));
    after(() => delete process.env.GATEWAY_TOKEN);

    test("stytch lists and renames with the gateway's token as its secret", async () => {
      const { connections, rename } = await load("sdk/stytch");
      assert.ok((await connections(ORGANIZATION)).saml_connections.length > 0);
      const { connection } = await rename(ORGANIZATION, CONNECTION, "Renamed by stytch");
      assert.equal(connection.display_name, "Renamed by stytch");
      assert.ok(await stored("Renamed by stytch"));
      assert.deepEqual([last().caller, last().upstream, last().outcome], ["backend", "stytch-test", "done"]);
      assert.ok(!JSON.stringify(await sent()).includes(backend.token));
    });

    test("stytch reads a refusal as an error of its own", async () => {
      const { rename } = await load("sdk/stytch");
      const refused = await caught(rename(ORGANIZATION, "no such connection", "x"));
      assert.deepEqual([refused.constructor.name, refused.status_code, refused.error_type], ["StytchError", 400, "gateway_bad_path_value"]);
    });

    test("@logto/api renames with a session that it traded the token for", async () => {
      // The SDK takes `fetch` as it finds it when it is loaded.
      const seen = await watching(async () => (await load("sdk/logto")).rename(CONNECTOR, "Renamed by logto"));
      assert.ok(await stored("Renamed by logto"));
      const [token, patch] = seen;
      assert.ok(token.body.includes(encodeURIComponent(backend.token)) && !patch.authorization.includes(backend.token));
      assert.deepEqual(lines().map(({ door, caller }) => `${door} ${caller}`).slice(0, 2), ["token backend", "native backend"]);
      assert.equal(last().session, lines()[0].request_id);
    });

    test("@logto/api without `session` is handed the token itself", async () => {
      const { vars, ratelimits } = configuration("sdk");
      delete vars.CALLER_BACKEND.session;
      const shared = names.gateway;
      const plain = await startGateway({ limits: ratelimits, vars: (url) => ({ ...vars, ...SECRETS, GATEWAY: { public_origin: (names.gateway = url) } }) });
      try {
        const [, patch] = await watching(async () => (await load("sdk/logto")).rename(CONNECTOR, "Renamed without a session"));
        assert.equal(patch.authorization, `Bearer ${backend.token}`);
        assert.ok(await stored("Renamed without a session"));
      } finally {
        names.gateway = shared;
        await plain.stop();
      }
    });
  });

  describe("what the page says besides", () => {
    test("every field of every line so far is in its table", () => {
      const table = DOCUMENT.split("\n## What is logged\n")[1].split("\n## ")[0];
      const documented = new Set(table.split("\n").filter((line) => line.startsWith("|")).flatMap((row) => row.split(" | ")[0].match(/`(\w+)`/g) ?? []));
      const seen = new Set(gateway.lines().flatMap((line) => Object.keys(line)));
      assert.ok(seen.size > 15, [...seen].join(" "));
      for (const field of seen) assert.ok(documented.has(`\`${field}\``), field);
    });

    test("no line has a token, and no secret in any", () => {
      const text = gateway.logs.map(({ message }) => message).join("\n");
      for (const value of [script.token, backend.token, ...Object.values(SECRETS)]) assert.ok(!text.includes(value));
      assert.doesNotMatch(text, /eyJ/);
    });

    for (const [what, change, limits, entry] of [
      ["a missing secret", (vars) => delete vars.SESSION_KEY, undefined, "SESSION_KEY"],
      ["a missing rate-limit binding", () => {}, [], "CALLER_RATE_LIMIT"],
      ["a misspelt member", (vars) => (vars.CALLER_DOCS_VISITORS.origin = vars.CALLER_DOCS_VISITORS.origins), undefined, "origin"],
    ]) {
      test(`${what} closes everything but /healthz`, async () => {
        const { vars, ratelimits } = configuration("try-it");
        const all = { ...vars, ...SECRETS };
        change(all);
        const broken = await startGateway({ limits: limits ?? ratelimits, vars: all });
        try {
          for (const path of ["/readyz", `/v1/b2b/sso/${ORGANIZATION}`, "/sso/v1/session"]) {
            const answer = await send(broken.url, { path });
            assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [503, "not_configured"], path);
            assert.match(answer.text, new RegExp(entry));
          }
          assert.equal((await send(broken.url, { path: "/healthz" })).status, 200);
        } finally {
          await broken.stop();
        }
      });
    }

    // Gateways that stand for the instances of one deploy after the other: one origin, other settings.
    const deployed = async (change, task) => {
      const { vars, ratelimits } = configuration("try-it", "admin-portal", "sdk");
      const all = { ...vars, ...SECRETS, SESSION_KEY_NEXT: `next-${SECRETS.SESSION_KEY}` };
      change(all);
      const instance = await startGateway({ limits: ratelimits, vars: all });
      try {
        return await task(instance);
      } finally {
        await instance.stop();
      }
    };
    const newSession = async ({ url }) => (await send(url, { method: "POST", path: "/sso/v1/session", headers: { origin: DOCS } })).json().access_token;
    const traded = async ({ url }) => {
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id: "backend", client_secret: backend.token }).toString();
      return (await send(url, { method: "POST", path: "/oidc/token", headers: { "content-type": "application/x-www-form-urlencoded" }, body })).json().access_token;
    };
    const known = async ({ url }, token) => (await send(url, { path: "/sso/v1/session", headers: { authorization: `Bearer ${token}` } })).status;

    test("a session key is replaced in three deploys without a visitor noticing", async () => {
      const keys = (...secret) => (vars) => (vars.CALLER_DOCS_VISITORS.session.secret = secret);
      const old = await newSession(gateway);
      const second = await deployed(keys("SESSION_KEY_NEXT", "SESSION_KEY"), async (instance) => {
        assert.equal(await known(instance, old), 200);
        return newSession(instance);
      });
      await deployed(keys("SESSION_KEY", "SESSION_KEY_NEXT"), async (instance) => assert.deepEqual([await known(instance, old), await known(instance, second)], [200, 200]));
      await deployed(keys("SESSION_KEY_NEXT"), async (instance) => assert.deepEqual([await known(instance, old), await known(instance, second)], [401, 200]));
    });

    test("a session outlives its token's digest, and not its caller's entry", async () => {
      const session = await traded(gateway);
      const digest = (vars) => (vars.CALLER_BACKEND.token_sha256 = "2".repeat(64));
      await deployed(digest, async (instance) => assert.deepEqual([await known(instance, session), await known(instance, backend.token)], [200, 401]));
      await deployed((vars) => delete vars.CALLER_BACKEND, async (instance) => assert.equal(await known(instance, session), 401));
    });

    test("of two secrets of a vendor's the second is used when the first is refused, for a write as well", async () => {
      const two = (vars) => {
        vars.OLD_SECRET = "withdrawn-secret-of-the-vendor-0123456789";
        vars.UPSTREAM_STYTCH_TEST.credential.secret = ["OLD_SECRET", "STYTCH_TEST_SECRET"];
        vars.UPSTREAM_LOGTO.credential.secret = ["OLD_SECRET", "LOGTO_SECRET"];
      };
      await deployed(two, async ({ url }) => {
        const write = (method, path, body) =>
          send(url, { method, path, headers: { authorization: `Bearer ${backend.token}`, "content-type": "application/json" }, body: JSON.stringify(body) });
        assert.equal((await write("PUT", `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`, { display_name: "Rotated" })).status, 200);
        assert.equal((await write("PATCH", `/api/sso-connectors/${CONNECTOR}`, { branding: { displayName: "Rotated too" } })).status, 200);
      });
      assert.ok(await stored("Rotated") && await stored("Rotated too"));
    });

    test("a grant in front lets a caller with field rules delete", async () => {
      whoIs = () => ({ user: "ada", organization: ORGANIZATION, admin: true });
      const { access_token } = await (await fetch(`${names.portal}/gateway-token`, { method: "POST" })).json();
      const front = (vars) =>
        vars.CALLER_ADMIN_PORTAL.grants.unshift({ upstream: "stytch-test", access: "write", organizations: "claim", operations: ["delete_connection"] });
      const gone = await deployed(front, ({ url }) =>
        send(url, { method: "DELETE", path: `/v1/b2b/sso/${ORGANIZATION}/connections/${CONNECTION}`, headers: { authorization: `Bearer ${access_token}` } }));
      assert.equal(gone.status, 200, gone.text);
    });

    test("limits = \"off\" does without the bindings", async () => {
      const { vars } = configuration("try-it");
      const off = await startGateway({ limits: [], vars: { ...vars, ...SECRETS, GATEWAY: { ...vars.GATEWAY, limits: "off" } } });
      try {
        assert.equal((await send(off.url, { path: "/readyz" })).status, 200);
      } finally {
        await off.stop();
      }
    });

    test("an issuer that cannot be reached is 503, and the token is not believed", async () => {
      const page = await load("admin-portal/server"); // another key, served nowhere
      const lonely = page.adminPortal(() => ({ user: "eve", organization: ORGANIZATION, admin: true })).listen(0, "127.0.0.1");
      await once(lonely, "listening");
      const { vars, ratelimits } = configuration("admin-portal");
      vars.CALLER_ADMIN_PORTAL.jwks_url = `${sandbox.url}/no/keys/here`;
      const deaf = await startGateway({ limits: ratelimits, vars: { ...vars, ...SECRETS } });
      try {
        const { access_token } = await (await fetch(`http://127.0.0.1:${lonely.address().port}/gateway-token`, { method: "POST" })).json();
        const headers = { authorization: `Bearer ${access_token}` };
        const unknown = await send(deaf.url, { path: `/v1/b2b/sso/${ORGANIZATION}`, headers });
        assert.deepEqual([unknown.status, unknown.headers["x-gateway-error"]], [503, "caller_keys_unavailable"]);
        assert.equal(deaf.lines().find(({ event }) => event === "keys").reason, "does not answer 200");
        // The same key name cannot be guessed into the portal's set either.
        assert.equal((await send(gateway.url, { path: `/v1/b2b/sso/${ORGANIZATION}`, headers })).status, 401);
      } finally {
        lonely.closeAllConnections();
        lonely.close();
        await deaf.stop();
      }
      assert.deepEqual(await sent().then((all) => all.filter(({ path }) => path.startsWith("/v1"))), []);
    });
  });
});

async function caught(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}

/**
 * Runs `task` with a `fetch` that does what a browser's does on a page of `origin`: relative addresses are the page's own,
 * cookies go to that origin alone, others are told `Origin`, asked first where they must be, and their answers are hidden
 * unless they are opened to the page.
 */
async function onPage(origin, { cookie } = {}, task) {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, { method = "GET", headers = {}, body } = {}) => {
    const url = new URL(input, origin);
    if (url.origin === origin) return real(url, { method, body, headers: { ...headers, ...(cookie && { cookie }), ...(method !== "GET" && { origin }) } });
    const mayRead = (answer) => {
      if (answer.headers.get("access-control-allow-origin") !== origin) throw new TypeError(`${origin} may not read this answer (${answer.status})`);
    };
    const asked = Object.keys(headers).map((name) => name.toLowerCase()).filter((name) => name !== "accept").sort();
    if (!["GET", "HEAD", "POST"].includes(method) || asked.length) {
      const preflight = await real(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": method, ...(asked.length && { "access-control-request-headers": asked.join(",") }) } });
      mayRead(preflight);
      assert.ok(preflight.ok);
      const list = (name) => (preflight.headers.get(name) ?? "").split(",").map((entry) => entry.trim().toLowerCase());
      assert.ok(list("access-control-allow-methods").includes(method.toLowerCase()), method);
      for (const name of asked) assert.ok(list("access-control-allow-headers").includes(name), name);
    }
    const answer = await real(url, { method, body, headers: { ...headers, origin } });
    mayRead(answer);
    // A page sees of the headers what is exposed.
    const exposed = (answer.headers.get("access-control-expose-headers") ?? "").split(",").map((name) => name.trim().toLowerCase());
    const shown = new Headers([...answer.headers].filter(([name]) => name === "content-type" || exposed.includes(name)));
    return new Response([204, 304].includes(answer.status) ? null : await answer.arrayBuffer(), { status: answer.status, headers: shown });
  };
  try {
    return await task();
  } finally {
    globalThis.fetch = real;
  }
}

/** What `task` sends by `fetch`. */
async function watching(task) {
  const real = globalThis.fetch;
  const seen = [];
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    seen.push({ authorization: request.headers.get("authorization") ?? "", body: await request.clone().text() });
    return real(request);
  };
  try {
    await task();
  } finally {
    globalThis.fetch = real;
  }
  return seen;
}
