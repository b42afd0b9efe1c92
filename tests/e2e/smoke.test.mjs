// The loop, the frames and the bundle, end to end: what no native test can see. What the core decides is tested
// natively; here it is one write that goes through it, done to in every way the network can.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { bundle, DRILL, SANDBOX_CALLER, send, sendBytes, startGateway, startUpstream, until, vars } from "./harness.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const PATH = `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`;
const BODY = '{"display_name":"Smoke"}';
const CALLER = { Authorization: SANDBOX_CALLER };
const JSON_TYPE = { "Content-Type": "application/json" };

/** One write, with what is to be different about it. */
const write = (more = {}) => ({ method: "PUT", path: PATH, body: BODY, ...more, headers: { ...CALLER, ...JSON_TYPE, ...more.headers } });

/** What the vendor says to it. */
const UPDATED = JSON.stringify({
  status_code: 200,
  request_id: "request-id-test-1",
  connection: { organization_id: ORGANIZATION, connection_id: CONNECTION, display_name: "Smoke", status: "active" },
});
const updated = (more = {}) => ({ status: 200, headers: { "content-type": "application/json", ...more.headers }, body: more.body ?? UPDATED });

/** Our own words, not the runtime's: every answer names its request. */
function ours(answer) {
  assert.match(answer.headers["x-request-id"] ?? "", UUID, `status ${answer.status}: ${answer.text}`);
  return answer;
}

let upstream;
before(async () => (upstream = await startUpstream()));
after(() => upstream.stop());
beforeEach(() => {
  upstream.clear();
  upstream.always(updated());
});

describe("bundle", () => {
  it("exports one plain handler and no class", () => {
    const { dir, main } = bundle();
    const exported = /export\s*\{([^}]*)\}\s*;?\s*(\/\/.*\s*)*$/.exec(readFileSync(join(dir, main), "utf8"));
    assert.deepEqual(exported[1].split(",").map((name) => name.trim().replace(/^.* as /, "")).filter(Boolean), ["default"]);
  });
});

describe("loop", () => {
  let gateway;
  before(async () => (gateway = await startGateway({ vars: (origin) => vars({ upstream: upstream.url, origin }) })));
  after(() => gateway.stop());

  it("answers without an exchange", async () => {
    assert.equal(ours(await send(gateway.url, { path: "/healthz" })).status, 200);
  });

  it("carries a write to upstream and its answer back", async () => {
    const answer = ours(await send(gateway.url, write()));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().connection.display_name, "Smoke");
    assert.equal(upstream.requests.length, 1);
    const [sent] = upstream.requests;
    assert.equal(`${sent.method} ${sent.path}`, `PUT ${PATH}`);
    assert.deepEqual(JSON.parse(sent.body.toString()), JSON.parse(BODY));
    assert.match(sent.headers.authorization, /^Basic /);
    assert.equal(sent.headers["content-length"], String(sent.body.length), "with a length, not chunked");
  });

  it("gives each request a name of its own", async () => {
    const names = await Promise.all(Array.from({ length: 20 }, async () => ours(await send(gateway.url, { path: "/healthz" })).headers["x-request-id"]));
    assert.equal(new Set(names).size, 20);
  });

  it("answers 204 without a body", async () => {
    upstream.always((request) =>
      request.path === "/oidc/token"
        ? { status: 200, headers: { "content-type": "application/json" }, body: '{"access_token":"smoke-test-token","expires_in":3600,"token_type":"Bearer","scope":"all"}' }
        : { status: 204 },
    );
    const answer = ours(await send(gateway.url, { method: "DELETE", path: "/api/sso-connectors/abc123/idp-initiated-auth-config", headers: CALLER }));
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.body.length, 0);
    assert.deepEqual(upstream.requests.map((request) => request.method), ["POST", "DELETE"]);
  });

  it("takes a header that is no text", async () => {
    const head = `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xfe\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
    const text = await sendBytes(gateway.url, Buffer.from(head, "latin1"));
    assert.match(text, /^HTTP\/1\.1 4(?!21)\d\d /, text);
    assert.match(text, /x-request-id: /i);
    assert.equal(upstream.requests.length, 0);
  });

  describe("a caller's body", () => {
    const big = "x".repeat(262_145);

    it("of exactly the limit is read", async () => {
      const body = `{"display_name":"Smoke"${" ".repeat(262_144 - BODY.length)}}`;
      assert.equal(body.length, 262_144);
      assert.notEqual(ours(await send(gateway.url, write({ body }))).status, 413);
    });

    it("over the limit is refused by its length", async () => {
      assert.equal(ours(await send(gateway.url, write({ body: big }))).status, 413);
    });

    it("over the limit is refused by its count, when chunked", async () => {
      const chunks = Array.from({ length: 5 }, () => "x".repeat(65_536));
      assert.equal(ours(await send(gateway.url, write({ body: undefined, chunks }))).status, 413);
    });

    it("in many small chunks is put together", async () => {
      assert.equal(ours(await send(gateway.url, write({ body: undefined, chunks: [...BODY] }))).status, 200);
      assert.equal(JSON.parse(upstream.requests[0].body.toString()).display_name, "Smoke");
    });

    it("that ends before its length does is not acted on", async () => {
      const head = `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${SANDBOX_CALLER}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n${BODY}`;
      const text = await sendBytes(gateway.url, Buffer.from(head), { end: true, timeout: 1500 });
      assert.doesNotMatch(text, /^HTTP\/1\.1 2/);
      assert.equal(upstream.requests.length, 0);
    });

    it("that is longer than its length is cut there", async () => {
      const head = `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${SANDBOX_CALLER}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}{"display_name":"other"}`;
      assert.match(await sendBytes(gateway.url, Buffer.from(head)), /^HTTP\/1\.1 200 /);
      assert.deepEqual(upstream.requests.map((request) => request.body.toString().includes("other")), [false]);
    });

  });

  describe("an upstream's answer", () => {
    it("that redirects is not followed", async () => {
      const elsewhere = await startUpstream();
      for (const status of [301, 302, 303, 307, 308]) {
        upstream.script({ status, headers: { location: `${elsewhere.url}/stolen` } });
        assert.equal(ours(await send(gateway.url, write())).status, 502, String(status));
      }
      assert.equal(elsewhere.requests.length, 0);
      assert.equal(upstream.requests.length, 5, "and not repeated");
      await elsewhere.stop();
    });

    it("in gzip is decoded, and labelled as what it is", async () => {
      for (const asked of [{}, { "Accept-Encoding": "identity" }]) {
        upstream.script(updated({ headers: { "content-encoding": "gzip" }, body: gzipSync(UPDATED) }));
        const answer = ours(await send(gateway.url, write({ headers: asked })));
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers["content-encoding"], undefined);
        assert.equal(answer.json().connection.display_name, "Smoke");
      }
    });

    it("over the limit is not read to its end", async () => {
      for (const chunked of [false, true]) {
        const body = Buffer.alloc(4 * 1024 * 1024 + 1, 32);
        upstream.script({ status: 200, headers: chunked ? { "transfer-encoding": "chunked" } : { "content-length": String(body.length) }, body });
        assert.equal(ours(await send(gateway.url, write())).status, 502);
      }
    });

    it("that breaks off is no answer", async () => {
      for (const reset of [true, "body"]) {
        upstream.script({ reset, headers: { "content-length": "500" }, body: "{" });
        const answer = ours(await send(gateway.url, write()));
        assert.equal(answer.status, 502);
      }
      assert.equal(upstream.requests.length, 2, "a write that may have happened is not repeated");
    });

    it("from nobody is no answer", async () => {
      const gone = await startUpstream();
      await gone.stop();
      const lonely = await startGateway({ vars: vars({ upstream: gone.url }) });
      assert.equal(ours(await send(lonely.url, write())).status, 502);
      await lonely.stop();
    });
  });

  it("sees a write through when its caller hangs up", async () => {
    const hangUp = new AbortController();
    upstream.always({ ...updated(), delay: 400 });
    const before = gateway.lines().length;
    const answer = send(gateway.url, write({ signal: hangUp.signal }));
    answer.catch(() => {});
    await upstream.seen(1);
    hangUp.abort();
    await assert.rejects(answer);
    await until(() => upstream.requests[0].answered, "the answer to the write");
    assert.equal(upstream.requests[0].closed, false, "the gateway did not hang up on upstream");
    await until(() => gateway.lines().length > before, "the audit line");
  });

  it("was never answered for by the runtime", () => {
    assert.deepEqual(gateway.logs.filter(({ level, message }) => level === "error" || /hung|Uncaught|never generate/i.test(message)), []);
  });
});

describe("deadline", () => {
  let gateway;
  const change = (copy) => (copy.GATEWAY.deadline_s = 1);
  before(async () => (gateway = await startGateway({ vars: (origin) => vars({ upstream: upstream.url, origin, change }) })));
  after(() => gateway.stop());

  for (const [what, fault] of Object.entries({
    "no answer": { hang: true },
    "a body that stalls": { stall: true, headers: { "content-type": "application/json", "content-length": "500" }, body: "{" },
  })) {
    it(`ends ${what}`, async () => {
      upstream.always(fault);
      const started = Date.now();
      const answer = ours(await send(gateway.url, write()));
      assert.equal(answer.status, 504, answer.text);
      assert.ok(Date.now() - started < 4000, `${Date.now() - started} ms`);
      await until(() => upstream.requests[0].closed, "hanging up on upstream");
    });
  }
});

describe("panic", () => {
  let gateway;
  before(async () => (gateway = await startGateway({ drill: true, vars: (origin) => vars({ upstream: upstream.url, origin }) })));
  after(() => gateway.stop());

  const isCrash = (answer) => {
    assert.equal(answer.status, 500);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.equal(answer.headers["x-gateway-error"], "internal_error");
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.equal(answer.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    assert.equal(answer.headers["referrer-policy"], "no-referrer");
    assert.equal(answer.json().code, "internal_error");
    return answer.json();
  };

  it("at the start costs one request, and only that", async () => {
    upstream.always({ ...updated(), delay: 600 });
    const others = Array.from({ length: 20 }, () => send(gateway.url, write()));
    await upstream.seen(20);
    for (let n = 0; n < 3; n += 1) {
      const problem = isCrash(ours(await send(gateway.url, write({ headers: { [DRILL]: "begin" } }))));
      assert.equal(problem.outcome, undefined, "nothing was sent");
    }
    assert.deepEqual((await Promise.all(others)).map((answer) => ours(answer).status), Array(20).fill(200));
    upstream.always(updated());
    assert.equal(ours(await send(gateway.url, write())).status, 200, "the next one works");
  });

  it("after a write is accounted for by the fresh instance", async () => {
    upstream.always({ ...updated(), delay: 300 });
    const others = Array.from({ length: 20 }, () => send(gateway.url, write()));
    await upstream.seen(20);
    upstream.always(updated());
    const answer = ours(await send(gateway.url, write({ headers: { [DRILL]: "resume" } })));
    assert.ok(answer.status >= 500, answer.text);
    assert.ok(answer.headers["x-gateway-error"]);
    assert.deepEqual((await Promise.all(others)).map((other) => ours(other).status), Array(20).fill(200));
  });

  it("twice says that the outcome is unknown", async () => {
    const problem = isCrash(ours(await send(gateway.url, write({ headers: { [DRILL]: "crashed" } }))));
    assert.equal(problem.outcome, "unknown");
    assert.equal(upstream.requests.length, 1);
    assert.equal(ours(await send(gateway.url, write())).status, 200);
  });

  it("a hundred times leaves a gateway that works", async () => {
    for (let n = 0; n < 100; n += 1) {
      isCrash(ours(await send(gateway.url, write({ headers: { [DRILL]: "begin" } }))));
      assert.equal(ours(await send(gateway.url, write())).status, 200, `after panic ${n + 1}`);
    }
  });

  it("prints no value and lets the runtime answer nothing", () => {
    const text = gateway.logs.map(({ message }) => message).join("\n");
    assert.doesNotMatch(text, /Smoke|Bearer|secret-not-a-real-one/);
    assert.doesNotMatch(text, /hung|never generate/i);
    assert.ok(gateway.lines().some((line) => line.event === "crash" && UUID.test(line.request_id)));
  });
});

describe("service binding", () => {
  const neighbour = `
    export default { async fetch(request, env) {
      const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
      if (name === "fetch") return env.GATEWAY.fetch("http://localhost/healthz");
      try {
        const given = await env.GATEWAY[name]("crashed", "crashed", new Uint8Array(0), 0);
        return Response.json({ returned: String(given) });
      } catch (error) {
        return Response.json({ refused: error.message });
      }
    } };`;
  let gateway;
  before(async () => (gateway = await startGateway({ neighbour, vars: vars({ upstream: upstream.url }) })));
  after(() => gateway.stop());

  it("reaches fetch", async () => {
    const answer = await gateway.neighbour("/fetch");
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("x-request-id"), UUID);
    await answer.arrayBuffer();
  });

  for (const name of ["ready", "configure", "begin", "resume", "run", "call", "__wbg_reset_state", "__worker_init_state", "default"]) {
    it(`does not reach ${name}`, async () => {
      const answer = await (await gateway.neighbour(`/${name}`)).json();
      assert.match(answer.refused ?? JSON.stringify(answer), /does not implement the method/);
    });
  }
});
