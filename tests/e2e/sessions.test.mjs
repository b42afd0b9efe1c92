// Visitors' sessions and callers' rate limits, with the platform's own limiter behind them.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { clearOfTheMinute, SANDBOX_CALLER, send, startGateway, startUpstream, vars } from "./harness.mjs";
import { base64url, newToken, sha256 } from "./tokens.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const LIST = `/v1/b2b/sso/${ORGANIZATION}`;
const DOCS = "https://docs.example.com";
const PORTAL = "https://portal.example.com";
const FOREIGN = "https://docs.example.com.evil.example";
const SESSION = "/sso/v1/session";
const bearer = (token) => ({ authorization: `Bearer ${token}` });
const limit = (name, count, period = 60) => ({ name, simple: { limit: count, period } });

let vendor;
before(async () => {
  vendor = await startUpstream({
    answer: ({ path }) => ({
      headers: { "content-type": "application/json" },
      body: path.includes("/sso-connectors") ? "[]"
        : path.endsWith("/token") ? '{"access_token":"vendor-token-for-tests","expires_in":3600,"token_type":"Bearer","scope":"all"}'
        : '{"status_code":200,"saml_connections":[],"oidc_connections":[],"external_connections":[]}',
    }),
  });
});
after(() => vendor?.stop());
beforeEach(() => vendor.clear());

const gatewayWith = (change, options = {}) =>
  startGateway({ ...options, vars: (origin) => vars({ upstream: vendor.url, origin, change: (copy) => change(copy, origin) }) });

/** The visitors of the docs page, and of the gateway's own. */
const visitors = (copy, origin) => {
  copy.CALLER_VISITORS.origins = [DOCS, origin];
  copy.CALLER_PORTAL = {
    session: { secret: "SESSION_KEY", lifetime_s: 60 }, origins: [PORTAL],
    grants: [{ upstream: "stytch-test", access: "read", organizations: [ORGANIZATION] }],
  };
};
const ask = (gateway, origin, more = {}) =>
  send(gateway.url, { method: "POST", path: SESSION, ...more, headers: { ...(origin && { origin }), ...more.headers } });
const newSession = async (gateway, origin, more) => {
  const answer = await ask(gateway, origin, more);
  assert.equal(answer.status, 200, answer.text);
  return answer.json().access_token;
};

describe("a visitor's session", () => {
  let gateway;
  before(async () => (gateway = await gatewayWith(visitors, { limits: [limit("SESSION_RATE_LIMIT", 1_000)] })));
  after(() => gateway?.stop());

  it("is given to a configured page and to our own, and says what it may do", async () => {
    for (const [origin, caller, lifetime] of [[DOCS, "visitors", 900], [PORTAL, "portal", 60], [gateway.url, "visitors", 900]]) {
      const answer = await ask(gateway, origin);
      assert.equal(answer.status, 200, answer.text);
      const { access_token: token, ...rest } = answer.json();
      assert.deepEqual(rest, { token_type: "Bearer", expires_in: lifetime, caller });
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.equal(answer.headers["set-cookie"], undefined);
      assert.equal(answer.headers["access-control-allow-origin"], origin === gateway.url ? undefined : origin);
      const shown = await send(gateway.url, { path: SESSION, headers: { origin, ...bearer(token) } });
      assert.equal(shown.status, 200, shown.text);
      const { kind, expires_in: left, caller: named, grants } = shown.json();
      assert.deepEqual([kind, named, grants[0].upstream, grants[0].organizations], ["session", caller, "stytch-test", [ORGANIZATION]]);
      assert.ok(left > lifetime - 10 && left <= lifetime);
    }
  });

  it("is not given to a foreign page, to none, or to two", async () => {
    for (const headers of [{ origin: FOREIGN }, { origin: "null" }, { origin: "" }, {}, { origin: `${DOCS}, ${PORTAL}` }, { origin: `${DOCS}/` }]) {
      const answer = await send(gateway.url, { method: "POST", path: SESSION, headers });
      assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [403, "origin_not_allowed"], answer.text);
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
      assert.doesNotMatch(answer.text, /access_token/);
    }
    const twice = await send(gateway.url, { method: "POST", path: SESSION, headers: [["origin", DOCS], ["origin", DOCS]] });
    assert.equal(twice.status, 403, "a header given twice is no origin");
  });

  it("is asked for without a body, or with an empty one", async () => {
    assert.equal((await ask(gateway, DOCS, { body: "{}", headers: { "content-type": "application/json" } })).status, 200);
    for (const body of ['{"caller":"sandbox"}', "caller=sandbox", "[]"]) {
      const answer = await ask(gateway, DOCS, { body, headers: { "content-type": "text/plain" } });
      assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [400, "unexpected_body"], answer.text);
    }
    assert.equal((await ask(gateway, DOCS, { path: `${SESSION}?caller=sandbox` })).status, 400);
    assert.equal((await ask(gateway, DOCS, { method: "PUT" })).status, 405);
  });

  it("works for its own caller's pages and on ours, and for no other", async () => {
    const [docs, portal] = [await newSession(gateway, DOCS), await newSession(gateway, PORTAL)];
    const use = async (token, origin) => (await send(gateway.url, { path: LIST, headers: { ...(origin && { origin }), ...bearer(token) } })).status;
    assert.deepEqual([await use(docs, DOCS), await use(docs, gateway.url), await use(docs, undefined)], [200, 200, 200]);
    assert.deepEqual([await use(portal, PORTAL), await use(portal, gateway.url)], [200, 200]);
    assert.equal(vendor.requests.length, 5);
    assert.deepEqual([await use(docs, PORTAL), await use(docs, FOREIGN), await use(docs, "null"), await use(portal, DOCS)], [403, 403, 403, 403]);
    assert.equal(vendor.requests.length, 5);
    assert.equal((await send(gateway.url, { path: LIST, headers: { origin: DOCS, authorization: SANDBOX_CALLER } })).status, 403, "a script's token in a page");
  });

  it("does no more than its caller may", async () => {
    const token = await newSession(gateway, DOCS);
    const call = (method, path, body) => send(gateway.url, { method, path, body, headers: { origin: DOCS, ...bearer(token), ...(body && { "content-type": "application/json" }) } });
    assert.equal((await call("GET", `/v1/b2b/sso/${ORGANIZATION.replace("0797", "1111")}`)).status, 403);
    assert.equal((await call("GET", "/api/sso-connectors")).status, 403);
    assert.equal((await call("PATCH", "/api/sso-connectors/acmesaml0001", "{}")).status, 403);
    assert.equal(vendor.requests.length, 0);
  });

  it("is refused where anything of it was changed, and where it is no session", async () => {
    const [header, claims, signature] = (await newSession(gateway, DOCS)).split(".");
    const key = "sandbox-session-key-not-a-real-one";
    const hmac = (input, by = key) => base64url(createHmac("sha256", by).update(input).digest());
    const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
    const made = (head, body, by) => {
      const input = `${base64url(head)}.${base64url(body)}`;
      return `${input}.${hmac(input, by)}`;
    };
    assert.equal(hmac(`${header}.${claims}`), signature, "HS256 as everybody computes it");
    const forged = {
      "claims of another caller": `${header}.${base64url({ ...read(claims), sub: "sandbox" })}.${signature}`,
      "another key": made(read(header), read(claims), "another-key-of-thirty-two-bytes!!"),
      "no signature": `${header}.${claims}.`,
      "an empty key": made(read(header), read(claims), ""),
      "no algorithm": `${base64url({ ...read(header), alg: "none" })}.${claims}.`,
      "another type": made({ ...read(header), typ: "JWT" }, read(claims)),
      "another audience": made(read(header), { ...read(claims), aud: "https://other.example.com" }),
      "a caller without sessions": made(read(header), { ...read(claims), sub: "nobody" }),
      "no expiry": made(read(header), { ...read(claims), exp: undefined }),
      "an expiry in the past": made(read(header), { ...read(claims), exp: Math.floor(Date.now() / 1000) - 10 }),
      "a short signature": `${header}.${claims}.${signature.slice(0, 20)}`,
    };
    for (const [what, token] of Object.entries(forged)) {
      const answer = await send(gateway.url, { path: LIST, headers: { origin: DOCS, ...bearer(token) } });
      assert.equal(answer.status, 401, what);
    }
    assert.equal(vendor.requests.length, 0);
  });

  it("T53: is of no use at another gateway, even at one that shares the key", async () => {
    const other = await gatewayWith(visitors, { limits: [limit("SESSION_RATE_LIMIT", 1_000)] });
    try {
      const [here, there] = [await newSession(gateway, DOCS), await newSession(other, DOCS)];
      const use = async (at, token) => (await send(at.url, { path: LIST, headers: { origin: DOCS, ...bearer(token) } })).status;
      assert.deepEqual([await use(gateway, here), await use(other, there)], [200, 200]);
      assert.deepEqual([await use(other, here), await use(gateway, there)], [401, 401]);
    } finally {
      await other.stop();
    }
  });

  it("ends with its lifetime", async () => {
    const timed = await gatewayWith(visitors, { clock: true });
    try {
      const [minute, quarter] = [await newSession(timed, PORTAL), await newSession(timed, DOCS)];
      const use = async (token, origin) => (await send(timed.url, { path: LIST, headers: { origin, ...bearer(token) } })).status;
      assert.deepEqual([await use(minute, PORTAL), await use(quarter, DOCS)], [200, 200]);
      await timed.later(67_000);
      assert.deepEqual([await use(minute, PORTAL), await use(quarter, DOCS)], [401, 200]);
      await timed.later(900_000);
      assert.deepEqual([await use(minute, PORTAL), await use(quarter, DOCS)], [401, 401]);
    } finally {
      await timed.stop();
    }
  });
});

describe("a limit on sessions", () => {
  let gateway;
  before(async () => (gateway = await gatewayWith(visitors, { limits: [limit("SESSION_RATE_LIMIT", 3)] })));
  after(() => gateway?.stop());
  const from = (address) => ask(gateway, DOCS, { headers: address ? { "cf-connecting-ip": address } : {} });
  const sequence = async (addresses) => {
    const seen = [];
    for (const address of addresses) seen.push((await from(address)).status);
    return seen;
  };

  it("counts by address, and says how long to wait, to the page too", async () => {
    await clearOfTheMinute();
    assert.deepEqual(await sequence(Array(4).fill("192.0.2.1")), [200, 200, 200, 429]);
    const answer = await from("192.0.2.1");
    assert.deepEqual([answer.status, answer.headers["x-gateway-error"], answer.headers["retry-after"]], [429, "rate_limited", "60"]);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.equal(answer.headers["access-control-allow-origin"], DOCS);
    assert.match(answer.headers["access-control-expose-headers"], /\bretry-after\b/);
    assert.deepEqual(await sequence(["192.0.2.2"]), [200], "a neighbour is not kept out");
  });

  it("counts a network of IPv6 as one address", async () => {
    await clearOfTheMinute();
    assert.deepEqual(await sequence(["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:DB8:0:1:a:b:c:d", "2001:db8:0:1::4"]), [200, 200, 200, 429]);
    assert.deepEqual(await sequence(["2001:db8:0:2::1"]), [200]);
  });

  it("counts everybody without an address as one", async () => {
    await clearOfTheMinute();
    assert.deepEqual(await sequence([undefined, "not an address", "192.0.2.3, 192.0.2.4", "192.0.2.999"]), [200, 200, 200, 429]);
  });

  it("counts each caller's visitors apart, and does not count refusals", async () => {
    await clearOfTheMinute();
    const headers = { "cf-connecting-ip": "192.0.2.7" };
    for (let n = 0; n < 6; n += 1) assert.equal((await ask(gateway, FOREIGN, { headers })).status, 403);
    assert.deepEqual(await sequence(Array(4).fill("192.0.2.7")), [200, 200, 200, 429]);
    assert.equal((await ask(gateway, PORTAL, { headers })).status, 200);
  });
});

describe("a caller's own limit", () => {
  const token = newToken();
  const limited = (copy, origin) => {
    visitors(copy, origin);
    copy.CALLER_SCRIPT = {
      token_sha256: sha256(token), origins: [DOCS], rate_limit: { binding: "CALLER_RATE_LIMIT", period_s: 10 },
      grants: copy.CALLER_SANDBOX.grants,
    };
  };
  const CALLS = {
    Stytch: [LIST, ({ status_code, error_type }) => [status_code, error_type], [429, "too_many_requests"]],
    Logto: ["/api/sso-connectors", ({ code, message }) => [code, typeof message], ["gateway.rate_limited", "string"]],
    LoginRadius: ["/v2/manage/custom-providers/saml", ({ ErrorCode, Message }) => [ErrorCode, Message], [0, "gateway.rate_limited"]],
    problem: ["/api/sso-connectors", ({ status, code }) => [status, code], [429, "rate_limited"], { accept: "application/problem+json" }],
    OAuth: ["/oidc/token", ({ error }) => [error], ["invalid_request"]],
  };
  const call = (gateway, path, headers = {}) =>
    path === "/oidc/token"
      ? send(gateway.url, { method: "POST", path, headers: { "content-type": "application/x-www-form-urlencoded", ...headers }, body: `grant_type=client_credentials&client_secret=${token}` })
      : send(gateway.url, { path, headers: { ...bearer(token), ...headers } });

  it("is told in the words of each door, and nothing is sent", async () => {
    const gateway = await gatewayWith(limited, { limits: [limit("SESSION_RATE_LIMIT", 30), limit("CALLER_RATE_LIMIT", 2, 10)] });
    try {
      await clearOfTheMinute(3_000, 10_000);
      assert.deepEqual([(await call(gateway, LIST)).status, (await call(gateway, "/api/sso-connectors")).status], [200, 200]);
      vendor.clear();
      for (const [shape, [path, look, expected, headers]] of Object.entries(CALLS)) {
        const answer = await call(gateway, path, { origin: DOCS, ...headers });
        assert.equal(answer.status, 429, `${shape}: ${answer.text}`);
        assert.deepEqual(look(answer.json()), expected, shape);
        assert.equal(answer.headers["retry-after"], "10", shape);
        assert.equal(answer.headers["access-control-allow-origin"], DOCS, shape);
      }
      assert.equal(vendor.requests.length, 0);
      assert.equal((await send(gateway.url, { path: LIST, headers: { authorization: SANDBOX_CALLER } })).status, 200, "other callers are not kept out");
    } finally {
      await gateway.stop();
    }
  });

  it("needs its binding, and the configuration says which is missing", async () => {
    const gateway = await gatewayWith(limited, { limits: [limit("SESSION_RATE_LIMIT", 30)] });
    try {
      assert.equal((await send(gateway.url, { path: "/healthz" })).status, 200);
      for (const path of ["/readyz", LIST]) {
        const answer = await call(gateway, path);
        assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [503, "not_configured"], answer.text);
        const [only, ...others] = answer.json().errors.map(({ message }) => message);
        assert.match(only, /CALLER_SCRIPT\.rate_limit.*"CALLER_RATE_LIMIT"/);
        assert.deepEqual(others, []);
      }
      assert.equal(vendor.requests.length, 0);
    } finally {
      await gateway.stop();
    }
  });

  it("needs a binding that counts, not a text of that name", async () => {
    const gateway = await gatewayWith((copy, origin) => {
      limited(copy, origin);
      copy.CALLER_RATE_LIMIT = "120";
      copy["rate limits"] = ["CALLER_RATE_LIMIT"];
    }, { limits: [limit("SESSION_RATE_LIMIT", 30)] });
    try {
      assert.equal((await call(gateway, LIST)).status, 503);
    } finally {
      await gateway.stop();
    }
  });

  it("is not asked for where the configuration goes without limits", async () => {
    const gateway = await gatewayWith((copy, origin) => {
      limited(copy, origin);
      copy.GATEWAY.limits = "off";
    }, { limits: [] });
    try {
      for (let n = 0; n < 40; n += 1) assert.equal((await ask(gateway, DOCS)).status, 200);
      assert.equal((await call(gateway, LIST)).status, 200);
    } finally {
      await gateway.stop();
    }
  });

  it("lets nothing through where the limiter fails, or answers nonsense", async () => {
    const service = (body) => `import { WorkerEntrypoint } from "cloudflare:workers"; export default class extends WorkerEntrypoint { fetch() { return new Response(null, { status: 404 }); } ${body} }`;
    const gateway = await gatewayWith(limited, {
      limits: [],
      services: {
        SESSION_RATE_LIMIT: service('limit() { return { success: "true" }; }'),
        CALLER_RATE_LIMIT: service('limit({ key }) { throw new Error("no counting today: " + key); }'),
      },
    });
    try {
      for (const answer of [await ask(gateway, DOCS), await call(gateway, LIST, { origin: DOCS }), await call(gateway, "/oidc/token", { origin: DOCS })]) {
        assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [503, "limit_unavailable"], answer.text);
        assert.ok(Number(answer.headers["retry-after"]) > 0);
        assert.equal(answer.headers["access-control-allow-origin"], DOCS);
        assert.doesNotMatch(answer.text, /no counting today/);
      }
      assert.equal(vendor.requests.length, 0);
    } finally {
      await gateway.stop();
    }
  });
});

describe("an SDK's token", () => {
  let gateway;
  before(async () => (gateway = await gatewayWith(visitors)));
  after(() => gateway?.stop());
  const exchange = (form, headers = {}) =>
    send(gateway.url, {
      method: "POST", path: "/oidc/token", headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams({ grant_type: "client_credentials", ...form }).toString(),
    });

  it("is a session for whoever has one, by a secret in the form or in Basic", async () => {
    const basic = { authorization: `Basic ${Buffer.from("any-client:sandbox").toString("base64")}` };
    for (const answer of [await exchange({ client_id: "x", client_secret: "sandbox" }), await exchange({}, basic)]) {
      assert.equal(answer.status, 200, answer.text);
      const { access_token: token, token_type: type, scope } = answer.json();
      assert.deepEqual([type, scope], ["Bearer", "all"]);
      const shown = await send(gateway.url, { path: SESSION, headers: bearer(token) });
      assert.deepEqual([shown.json().kind, shown.json().caller], ["session", "sandbox"]);
      assert.equal((await send(gateway.url, { path: "/api/sso-connectors", headers: bearer(token) })).status, 200);
    }
  });

  it("is refused in OAuth's words", async () => {
    for (const [form, headers, status, error] of [
      [{ client_secret: "wrong" }, {}, 401, "invalid_client"],
      [{}, {}, 401, "invalid_client"],
      [{ client_secret: "sandbox", grant_type: "password" }, {}, 400, "invalid_request"],
      [{ client_secret: "sandbox" }, { "content-type": "application/json" }, 400, "invalid_request"],
      [{ client_secret: "sandbox" }, { authorization: `Basic ${Buffer.from("x:other").toString("base64")}` }, 401, "invalid_client"],
    ]) {
      const answer = await exchange(form, headers);
      assert.deepEqual([answer.status, answer.json().error], [status, error], answer.text);
    }
  });
});
