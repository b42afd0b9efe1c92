// Pages in browsers: which may read an answer, which are refused before anything happens, and what a real browser makes of
// it. A page that the configuration names reads every answer, errors included; any other page reads none.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import { once } from "node:events";
import { after, before, beforeEach, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { browser as installedBrowser } from "../../tools/browser.mjs";
import { clearOfTheMinute, DRILL, SANDBOX_CALLER, send, sendBytes, startGateway, startUpstream, until, vars } from "./harness.mjs";
import { AUDIENCE, ISSUER, keySet, newJwt, newKey } from "./tokens.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const LIST = `/v1/b2b/sso/${ORGANIZATION}`;
const UPDATE = `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`;
const NATIVE = { Stytch: LIST, Logto: "/api/sso-connectors", LoginRadius: "/v2/manage/custom-providers/saml" };
const CONSOLE = "https://console.example.com";
const CONFIGURED = [CONSOLE, "https://docs.example.com:8443", "http://localhost:3000"];
const FOREIGN = "https://console.example.com.evil.example";
const CALLER = { authorization: SANDBOX_CALLER };
const JSON_TYPE = { "content-type": "application/json" };
const limit = (name, count, period = 60) => ({ name, simple: { limit: count, period } });

/** What a vendor, or a proxy in front of one, may add to its answers. None of it is ours to pass on. */
const VENDOR_CORS = {
  "access-control-allow-origin": "*", "access-control-allow-credentials": "true", "access-control-expose-headers": "*",
  "access-control-allow-headers": "*", "access-control-max-age": "86400", "set-cookie": ["vendor=1; Path=/", "other=2"], vary: "Accept",
};
const vendorAnswer = ({ method, path }) => {
  const body =
    path.endsWith("/token") ? '{"access_token":"vendor-token-for-tests","expires_in":3600,"token_type":"Bearer","scope":"all"}'
    : path.includes("/sso-connectors") ? "[]"
    : path.includes("custom-providers") ? '{"Data":[]}'
    : method === "PUT" ? JSON.stringify({ status_code: 200, connection: { organization_id: ORGANIZATION, connection_id: CONNECTION } })
    : '{"status_code":200,"saml_connections":[],"oidc_connections":[],"external_connections":[]}';
  return method === "DELETE" ? { status: 204, headers: VENDOR_CORS } : { headers: { ...JSON_TYPE, ...VENDOR_CORS }, body };
};

const cors = (answer) => Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));
const times = (answer, name) => answer.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
const EXPOSED = ["etag", "retry-after", "total-number", "x-gateway-error", "x-gateway-warning", "x-request-id"];
const listed = (answer, name) => (answer.headers[name] ?? "").split(/,\s*/).filter(Boolean).sort();

/** The page at `origin` may read this answer; each header is there once, and none of the vendor's. */
function readable(answer, origin, what = "") {
  assert.equal(answer.headers["access-control-allow-origin"], origin, `${what} ${answer.status} ${answer.text}`);
  for (const name of cors(answer)) assert.equal(times(answer, name), 1, `${what}: ${name}`);
  assert.deepEqual(cors(answer).sort(), ["access-control-allow-origin", "access-control-expose-headers"], what);
  assert.equal(answer.headers.vary, "Origin", what);
  assert.equal(answer.headers["set-cookie"], undefined, what);
}

/** No page may read this answer. */
function closed(answer, what = "") {
  assert.deepEqual(cors(answer), [], what);
  assert.equal(answer.headers.vary, "Origin", what);
  assert.equal(answer.headers["set-cookie"], undefined, what);
}

const viaOf = (origin) => `1.1 sso-config-gateway-${createHash("sha256").update(origin).digest("hex").slice(0, 12)}`;
const inlineKey = newKey("ES256");
const fetchedKey = newKey("EdDSA");
const jwtFor = (key, audience) => newJwt(key, { aud: audience, org_id: ORGANIZATION });

let vendor, issuer;
before(async () => {
  vendor = await startUpstream({ answer: vendorAnswer });
  issuer = await startUpstream({ answer: keySet([fetchedKey]) });
});
after(async () => {
  await vendor?.stop();
  await issuer?.stop();
});
beforeEach(() => {
  vendor.clear();
  vendor.always(vendorAnswer);
});

const portal = (audience, keys) => ({
  issuer: ISSUER, audience, ...keys, organization_claim: { claim: "org_id", form: "id" }, origins: [CONSOLE],
  grants: [{ upstream: "stytch-test", access: "write", organizations: "claim" }],
});
const settings = (origin, gone = issuer.url) =>
  vars({
    upstream: vendor.url, origin,
    change: (copy) => {
      copy.GATEWAY.deadline_s = 2;
      copy.CALLER_SANDBOX.origins = CONFIGURED;
      copy.CALLER_VISITORS.origins = [CONSOLE, "https://console-visitors.example.com"];
      copy.CALLER_INLINE = portal(AUDIENCE, { keys: [inlineKey.jwk] });
      copy.CALLER_FETCHED = portal(`${AUDIENCE}-fetched`, { jwks_url: `${gone}/jwks.json` });
    },
  });

describe("a page", () => {
  let gateway;
  before(async () => (gateway = await startGateway({ limits: [limit("SESSION_RATE_LIMIT", 10_000)], vars: (origin) => settings(origin) })));
  after(() => gateway?.stop());

  const SIMILAR = [
    // Suffix, prefix, other names under the same roof.
    FOREIGN, "https://evil-console.example.com", "https://evilconsole.example.com", "https://a.console.example.com", "https://example.com",
    "https://console.example.com.", "https://console.example.co", "https://console.example.comm", "https://consoleXexample.com", "https://xn--console-.example.com",
    // Scheme and port.
    "http://console.example.com", "https://console.example.com:443", "https://console.example.com:8443", "https://docs.example.com", "https://docs.example.com:443",
    "https://docs.example.com:84433", "http://docs.example.com:8443", "https://docs.example.com:08443", "wss://console.example.com", "file://console.example.com",
    "https:console.example.com", "//console.example.com", "console.example.com", "https://", "http://localhost", "http://localhost:3001", "http://localhost:30000",
    "https://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000", "http://localhost.:3000", "http://sub.localhost:3000", "http://0.0.0.0:3000",
    // Spelling.
    "https://CONSOLE.example.com", "HTTPS://console.example.com", "https://console.example.com/", "https://console.example.com/path", "https://console.example.com?x", "https://console.example.com#x",
    "https://user@console.example.com", "https://console.example.com@evil.example", "https://evil.example/https://console.example.com", "https://console.example.com%00.evil.example", "https://console%2eexample.com",
    "https://c\u00f6nsole.example.com", "https://console.example.com\\.evil.example", "https://console.example.com, https://evil.example", "https://console.example.com https://evil.example", "'https://console.example.com'",
    // No origins at all.
    "null", "NULL", "undefined", "*", "?", "none", "about:blank", "data:text/html,x", "chrome-extension://abcdefghijklmnop", "https://*.example.com", "moz-extension://console.example.com",
  ];
  const OWN = [["GET", "/healthz"], ["GET", "/readyz"], ["GET", "/sso/v1/session"], ["POST", "/sso/v1/session"], ["POST", "/oidc/token"], ["GET", "/"], ["GET", "/nonsense"]];
  const ROUTES = [...Object.values(NATIVE).map((path) => ["GET", path]), ["PUT", UPDATE], ...OWN];
  const call = (method, path, origin, headers = {}) => send(gateway.url, { method, path, headers: { origin, ...CALLER, ...headers } });

  it("T23: of sixty other origins reads nothing at any route, and nothing happens for it", async () => {
    assert.ok(new Set(SIMILAR).size >= 60, `${new Set(SIMILAR).size} origins`);
    for (const origin of SIMILAR) {
      await Promise.all(ROUTES.map(async ([method, path]) => {
        const answer = await call(method, path, origin);
        assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [403, "origin_not_allowed"], `${origin} ${method} ${path} ${answer.text}`);
        closed(answer, `${origin} ${path}`);
      }));
    }
    assert.equal(vendor.requests.length, 0);
  });

  it("T23: of sixty other origins gets nothing from a preflight", async () => {
    for (const origin of SIMILAR) {
      const answer = await send(gateway.url, { method: "OPTIONS", path: LIST, headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "authorization", "access-control-request-private-network": "true" } });
      assert.equal(answer.status, 403, origin);
      closed(answer, origin);
    }
  });

  it("T23: of a configured origin reads every route, with that very origin named", async () => {
    for (const origin of CONFIGURED) {
      for (const [method, path] of ROUTES) {
        const answer = await call(method, path, origin);
        readable(answer, origin, `${origin} ${path}`);
        assert.deepEqual(listed(answer, "access-control-expose-headers"), EXPOSED);
      }
    }
    assert.equal(vendor.requests.filter(({ path }) => !path.endsWith("/token")).length, CONFIGURED.length * 4);
  });

  it("T23: of an origin of another caller's reads that it may not", async () => {
    const answer = await call("GET", LIST, "https://console-visitors.example.com");
    assert.equal(answer.status, 403);
    readable(answer, "https://console-visitors.example.com");
    assert.equal(vendor.requests.length, 0);
  });

  it("T23: is told apart from none, and a cache is told to", async () => {
    for (const [method, path] of ROUTES) closed(await send(gateway.url, { method, path, headers: CALLER }), path);
    closed(await call("GET", "/sso/v1/session", gateway.url), "our own page needs no permission");
  });

  it("with two origins is foreign", async () => {
    for (const pair of [[CONSOLE, CONSOLE], [CONSOLE, FOREIGN], [FOREIGN, CONSOLE]]) {
      const answer = await send(gateway.url, { path: LIST, headers: [...pair.map((origin) => ["Origin", origin]), ["Authorization", SANDBOX_CALLER]] });
      assert.equal(answer.status, 403);
      closed(answer);
    }
    assert.equal(vendor.requests.length, 0);
  });

  describe("asking beforehand", () => {
    const preflight = (headers = {}, { path = LIST, origin = CONSOLE } = {}) =>
      send(gateway.url, { method: "OPTIONS", path, headers: { origin, "access-control-request-method": "PUT", ...headers } });
    const FIXED = /^accept, authorization, content-type, if-match, x-api-key, x-stytch-member-session, .*x-aprovan-authorization$/;

    it("is answered before anybody looks at the target or asks who it is", async () => {
      for (const path of [LIST, UPDATE, "/oidc/token", "/nonsense", "/", "/%ff/..//", "/v1/b2b/sso/%2e%2e", `/${"x".repeat(10_000)}`, "/?url=http://169.254.169.254/", "/a?b=%zz&b=1"]) {
        for (const method of ["GET", "DELETE", "TRACE", "nonsense"]) {
          const answer = await preflight({ "access-control-request-method": method }, { path });
          assert.equal(answer.status, 204, `${path}: ${answer.text}`);
          assert.equal(answer.body.length, 0);
          assert.equal(answer.headers["access-control-allow-origin"], CONSOLE);
          assert.equal(answer.headers["access-control-allow-methods"], "GET, HEAD, POST, PUT, PATCH, DELETE");
          assert.equal(answer.headers["access-control-max-age"], "600");
          assert.deepEqual(listed(answer, "vary"), ["Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin"]);
          assert.equal(answer.headers["access-control-allow-credentials"], undefined);
          assert.match(answer.headers["x-request-id"], /^[0-9a-f-]{36}$/);
        }
      }
      assert.equal(vendor.requests.length, 0);
    });

    it("gets the headers that it asks for, or a fixed list where it asks for too much", async () => {
      assert.equal((await preflight()).headers["access-control-allow-headers"], undefined);
      for (const asked of ["authorization", "authorization,content-type", "Authorization, X-Stytch-Member-Session", Array.from({ length: 32 }, (_, n) => `x-header-${n}`).join(",")]) {
        assert.equal((await preflight({ "access-control-request-headers": asked })).headers["access-control-allow-headers"], asked);
      }
      for (const asked of ["", ",", "a,,b", "a b", "a;b", "x: y", "(x)", "\u00e4", '"x"', "*,\t@", Array.from({ length: 33 }, (_, n) => `x-${n}`).join(","), "x".repeat(1_025), `authorization,${"y".repeat(4_000)}`]) {
        assert.match((await preflight({ "access-control-request-headers": asked })).headers["access-control-allow-headers"], FIXED, JSON.stringify(asked.slice(0, 40)));
      }
      const twice = await send(gateway.url, { method: "OPTIONS", path: LIST, headers: [["Origin", CONSOLE], ["Access-Control-Request-Method", "PUT"], ["Access-Control-Request-Headers", "a"], ["Access-Control-Request-Headers", "b"]] });
      assert.deepEqual([twice.status, times(twice, "access-control-allow-headers")], [204, 1]);
    });

    it("from a public page for a gateway on this machine is answered too", async () => {
      assert.equal((await preflight({ "access-control-request-private-network": "true" })).headers["access-control-allow-private-network"], "true");
      for (const value of ["false", "1", "TRUE"]) {
        assert.equal((await preflight({ "access-control-request-private-network": value })).headers["access-control-allow-private-network"], undefined);
      }
    });

    it("is nothing special without the header that makes it one", async () => {
      const answer = await send(gateway.url, { method: "OPTIONS", path: LIST, headers: { origin: CONSOLE, ...CALLER } });
      assert.deepEqual([answer.status, answer.headers.allow], [405, "GET"]);
      readable(answer, CONSOLE);
      assert.equal(vendor.requests.length, 0);
    });
  });

  it("T24: of another origin changes nothing by a request that needs no preflight", async () => {
    const body = '{"display_name":"owned"}';
    for (const origin of [FOREIGN, "null", "http://console.example.com"]) {
      for (const type of ["text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", undefined, "application/json"]) {
        for (const [method, path] of [["POST", UPDATE], ["PUT", UPDATE], ["POST", "/sso/v1/session"], ["POST", "/oidc/token"], ["PATCH", "/api/sso-connectors/acmesaml0001"]]) {
          const answer = await send(gateway.url, { method, path, body, headers: { origin, ...CALLER, ...(type && { "content-type": type }), cookie: "session=1" } });
          assert.equal(answer.status, 403, `${origin} ${type} ${method} ${path}`);
          closed(answer);
        }
      }
    }
    assert.equal(vendor.requests.length, 0);
  });

  it("T24: of a known origin, and a script, must call JSON by its name", async () => {
    for (const headers of [{ origin: CONSOLE }, {}]) {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", "text/json", "application/json; charset=utf-16", undefined]) {
        const answer = await send(gateway.url, { method: "PUT", path: UPDATE, body: "{}", headers: { ...headers, ...CALLER, ...(type && { "content-type": type }) } });
        assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [415, "unsupported_media_type"], String(type));
      }
    }
    assert.equal(vendor.requests.length, 0);
  });

  it("T24: is not known by a cookie, and no cookie travels in either direction", async () => {
    const cookie = "token=sandbox; authorization=Bearer%20sandbox; __Host-session=sandbox; access_token=sandbox";
    for (const path of [...Object.values(NATIVE), "/sso/v1/session"]) {
      const answer = await send(gateway.url, { path, headers: { origin: CONSOLE, cookie } });
      assert.equal(answer.status, 401, path);
      readable(answer, CONSOLE);
    }
    for (const place of ["?authorization=Bearer%20sandbox", "?token=sandbox", "?access_token=sandbox"]) assert.notEqual((await send(gateway.url, { path: `${LIST}${place}` })).status, 200);
    assert.equal(vendor.requests.length, 0);
    for (const path of Object.values(NATIVE)) readable(await call("GET", path, CONSOLE, { cookie }), CONSOLE);
    assert.ok(vendor.requests.length >= 3);
    for (const { headers } of vendor.requests) assert.deepEqual([headers.cookie, headers.origin, headers.referer], [undefined, undefined, undefined]);
  });

  it("T54: can neither frame an answer nor take it for a page", async () => {
    for (const [method, path] of [...ROUTES, ["DELETE", "/api/sso-connectors/acmesaml0001/idp-initiated-auth-config"]]) {
      const { headers } = await call(method, path, CONSOLE, { accept: "text/html" });
      assert.equal(headers["x-content-type-options"], "nosniff", path);
      assert.equal(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'", path);
      assert.equal(headers["cache-control"], "no-store", path);
      assert.doesNotMatch(headers["content-type"] ?? "", /html/, path);
    }
  });
});

describe("an error", () => {
  let gateway, plain;
  before(async () => {
    const gone = await startUpstream();
    await gone.stop();
    gateway = await startGateway({ limits: [limit("SESSION_RATE_LIMIT", 1)], vars: (origin) => settings(origin, gone.url) });
    plain = { method: "PUT", path: UPDATE, body: "{}", headers: JSON_TYPE };
  });
  after(() => gateway?.stop());

  const vendorSays = (status, body, headers = {}) => ({ status, headers: { ...JSON_TYPE, ...VENDOR_CORS, ...headers }, body: JSON.stringify(body) });
  /** Status, code, request, and what the vendor answers to it if it is asked. */
  const ERRORS = () => [
    [400, "invalid_json", { ...plain, body: "{" }],
    [400, "invalid_body", { ...plain, body: '{"nonsense":1}' }],
    [400, "unknown_query_parameter", { path: `${LIST}?x=1` }],
    [400, "bad_path_value", { path: "/v1/b2b/sso/a%2fb" }],
    [400, "bad_header", { path: LIST, headers: { "x-stytch-member-session": "a, b" } }],
    [400, "unexpected_body", { method: "DELETE", path: "/api/sso-connectors/acmesaml0001/idp-initiated-auth-config", body: '{"x":1}', headers: JSON_TYPE }],
    [400, "bad_token_request", { method: "POST", path: "/oidc/token", body: "x" }],
    [401, "unauthenticated", { path: LIST, headers: { authorization: "Bearer wrong" } }],
    [401, "unauthenticated", { path: LIST, headers: { authorization: `Bearer ${jwtFor(newKey("ES256", inlineKey.kid), AUDIENCE)}` } }],
    [403, "forbidden", { path: `/v1/b2b/sso/${ORGANIZATION}x`, headers: { authorization: `Bearer ${jwtFor(inlineKey, AUDIENCE)}` } }],
    [404, "no_such_route", { path: "/v1/b2b/nonsense" }],
    [404, "no_such_route", { path: "/nonsense" }],
    [405, "method_not_allowed", { method: "POST", path: LIST }],
    [405, "method_not_allowed", { method: "DELETE", path: "/healthz" }],
    [413, "body_too_large", { ...plain, body: "x".repeat(262_145) }],
    [414, "url_too_long", { path: `/${"x".repeat(9_000)}` }],
    [415, "unsupported_media_type", { ...plain, headers: { "content-type": "text/plain" } }],
    [421, "misdirected", { path: LIST, headers: { host: "evil.example" } }],
    [429, "rate_limited", { method: "POST", path: "/sso/v1/session" }],
    [429, "rate_limited", plain, vendorSays(429, { status_code: 429, error_type: "too_many_requests" }, { "retry-after": "7" })],
    [501, "not_offered_by_vendor", plain, vendorSays(404, { status_code: 404, error_type: "route_not_found" })],
    [502, "upstream_failed", plain, vendorSays(500, { status_code: 500 })],
    [502, "upstream_failed", plain, { reset: true }],
    [502, "upstream_redirect", plain, { status: 302, headers: { location: "https://evil.example/", ...VENDOR_CORS } }],
    [502, "upstream_invalid_answer", plain, { status: 200, headers: VENDOR_CORS, body: "<html>" }],
    [502, "wrong_subject", plain, vendorSays(200, { status_code: 200, connection: { connection_id: "another", organization_id: ORGANIZATION } })],
    [502, "upstream_credential_refused", plain, vendorSays(401, { status_code: 401, error_type: "unauthorized_credentials" })],
    [503, "caller_keys_unavailable", { path: LIST, headers: { authorization: `Bearer ${jwtFor(fetchedKey, `${AUDIENCE}-fetched`)}` } }],
    [504, "upstream_timeout", plain, { hang: true }],
    [508, "loop_detected", { path: LIST, headers: { via: viaOf(gateway.url) } }],
    [undefined, undefined, plain, vendorSays(404, { status_code: 404, error_type: "saml_connection_not_found" })],
    [undefined, undefined, plain, vendorSays(200, { status_code: 200, connection: { connection_id: CONNECTION, organization_id: ORGANIZATION } })],
  ];

  it("of every class can be read by a known page, and by no other", async () => {
    await clearOfTheMinute();
    assert.equal((await send(gateway.url, { method: "POST", path: "/sso/v1/session", headers: { origin: CONSOLE } })).status, 200, "the one that is free");
    const seen = new Set();
    for (const [status, code, request, says] of ERRORS()) {
      const what = `${status} ${code}`;
      vendor.always(says ?? vendorAnswer);
      const answer = await send(gateway.url, { ...request, headers: { origin: CONSOLE, ...CALLER, ...request.headers } });
      if (status) assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [status, code], `${what}: ${answer.text}`);
      readable(answer, CONSOLE, what);
      seen.add(answer.status);
      if (answer.status === 429) assert.match(answer.headers["retry-after"], /^(7|60)$/, what);
      const asked = vendor.requests.length;
      const foreign = await send(gateway.url, { ...request, headers: { ...CALLER, ...request.headers, origin: FOREIGN } });
      closed(foreign, what);
      assert.equal(vendor.requests.length, asked, `${what}: nothing is sent for a foreign page`);
    }
    assert.deepEqual([...seen].sort((a, b) => a - b), [200, 400, 401, 403, 404, 405, 413, 414, 415, 421, 429, 501, 502, 503, 504, 508]);
  });

  it("about a body that ended early can be read too", async () => {
    const head = `PUT ${UPDATE} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: ${CONSOLE}\r\nAuthorization: ${SANDBOX_CALLER}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\nzz\r\n`;
    const text = await sendBytes(gateway.url, Buffer.from(head), { timeout: 2_000 });
    if (/^HTTP\/1\.1 400 .*x-gateway-error: body_cut/is.test(text)) assert.match(text, /access-control-allow-origin: https:\/\/console\.example\.com\r\n/i);
    else assert.doesNotMatch(text, /^HTTP\/1\.1 2/);
  });
});

describe("a crash", () => {
  let gateway;
  before(async () => {
    gateway = await startGateway({ drill: true, limits: [limit("SESSION_RATE_LIMIT", 10_000)], vars: (origin) => settings(origin) });
  });
  after(() => gateway?.stop());
  const crash = (drill, request, page = { origin: CONSOLE }) =>
    send(gateway.url, { ...request, headers: { ...page, ...CALLER, ...request.headers, [DRILL]: drill } });

  it("can be read by a known page, and by no other", async () => {
    const write = { method: "PUT", path: UPDATE, body: "{}", headers: JSON_TYPE };
    for (const drill of ["begin", "resume", "crashed"]) {
      const answer = await crash(drill, write);
      assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [500, "internal_error"], answer.text);
      readable(answer, CONSOLE, drill);
      for (const name of ["x-request-id", "x-gateway-error"]) assert.ok(listed(answer, "access-control-expose-headers").includes(name));
      const sent = vendor.requests.length;
      for (const page of [{ origin: FOREIGN }, { origin: "null" }, {}]) closed(await crash("begin", write, page), `${drill} ${page.origin}`);
      assert.equal(vendor.requests.length, sent);
    }
    readable(await send(gateway.url, { path: LIST, headers: { origin: CONSOLE, ...CALLER } }), CONSOLE, "and afterwards all is well");
  });

  it("while a caller is being looked into costs that request alone, and its page can read so", async () => {
    const steps = {
      "a signature": { path: LIST, headers: { authorization: `Bearer ${jwtFor(inlineKey, AUDIENCE)}` } },
      "a key set": { path: LIST, headers: { authorization: `Bearer ${jwtFor(fetchedKey, `${AUDIENCE}-fetched`)}` } },
      "a limit": { method: "POST", path: "/sso/v1/session" },
    };
    for (const [step, request] of Object.entries(steps)) {
      for (const drill of ["resume", "crashed"]) {
        const answer = await crash(drill, request);
        assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [500, "internal_error"], `${step}: ${answer.text}`);
        assert.equal(answer.json().outcome, undefined, "nothing was sent");
        readable(answer, CONSOLE, `${step} ${drill}`);
      }
      const { [DRILL]: _, ...headers } = { origin: CONSOLE, ...CALLER, ...request.headers };
      assert.equal((await send(gateway.url, { ...request, headers })).status, 200, `${step}: the next one works`);
    }
    assert.equal(vendor.requests.length, 2, "of the two that worked");
    await until(() => gateway.lines().filter(({ event, reason }) => event === "request" && reason === "internal_error").length === 3, "a line for each that was accounted for");
  });

  it("is opened to nobody where nobody is configured", async () => {
    const broken = await startGateway({ drill: true, vars: { GATEWAY: { public_origin: "nonsense" } } });
    try {
      for (const origin of [CONSOLE, "null", "undefined"]) {
        const answer = await send(broken.url, { path: "/healthz", headers: { origin, [DRILL]: "begin" } });
        assert.equal(answer.status, 500);
        closed(answer, JSON.stringify(origin));
      }
    } finally {
      await broken.stop();
    }
  });
});

describe("a real browser", () => {
  let gateway, chrome, known, foreign;
  /** Serves an empty page. */
  const site = async () => {
    const server = http.createServer((_, response) => response.writeHead(200, { "content-type": "text/html", "set-cookie": "site=1" }).end("<!doctype html><title>page</title><body>"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => (server.closeAllConnections(), server.close()) };
  };
  before(async () => {
    [known, foreign] = [await site(), await site()];
    gateway = await startGateway({
      limits: [limit("SESSION_RATE_LIMIT", 2)],
      vars: (origin) => vars({
        upstream: vendor.url, origin,
        change: (copy) => {
          copy.CALLER_VISITORS.origins = [known.origin];
          copy.CALLER_SANDBOX.origins = [known.origin];
        },
      }),
    });
    chrome = await chromium.launch({
      executablePath: await installedBrowser(),
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
  });
  after(async () => {
    await chrome?.close();
    await gateway?.stop();
    known?.stop();
    foreign?.stop();
  });

  /** What a script in a page at `origin` gets to see of these requests, one after the other. */
  async function inPage(origin, ...requests) {
    const page = await chrome.newPage();
    try {
      await page.goto(origin);
      return await page.evaluate(async (requests) => {
        const seen = [];
        let session;
        for (const { url, withSession, ...init } of requests) {
          if (withSession) init.headers = { ...init.headers, authorization: `Bearer ${session}` };
          try {
            const response = await fetch(url, init);
            const text = await response.text();
            const headers = Object.fromEntries(response.headers);
            if (url.endsWith("/sso/v1/session") && response.ok) session = JSON.parse(text).access_token;
            seen.push({ type: response.type, status: response.status, headers, text });
          } catch (error) {
            seen.push({ error: error.name });
          }
        }
        return seen;
      }, requests);
    } finally {
      await page.close();
    }
  }
  const url = (path) => `${gateway.url}${path}`;

  it("lets a page of a configured origin take a session, change a connection, and read what went wrong", async () => {
    const [session, update, invalid, unknown, removed] = await inPage(
      known.origin,
      { url: url("/sso/v1/session"), method: "POST" },
      { url: url(UPDATE), method: "PUT", body: '{"display_name":"From a page"}', headers: JSON_TYPE, withSession: true },
      { url: url(UPDATE), method: "PUT", body: '{"displayname":1}', headers: JSON_TYPE, withSession: true },
      { url: url(LIST), headers: { authorization: "Bearer wrong" } },
      { url: url("/api/sso-connectors/acmesaml0001/idp-initiated-auth-config"), method: "DELETE", headers: CALLER },
    );
    assert.equal(session.status, 200, JSON.stringify(session));
    assert.equal(update.status, 200, JSON.stringify(update));
    assert.equal(JSON.parse(update.text).connection.connection_id, CONNECTION);
    assert.ok(update.headers["x-request-id"]);
    assert.deepEqual([invalid.status, invalid.headers["x-gateway-error"]], [400, "invalid_body"]);
    assert.equal(JSON.parse(invalid.text).error_details.errors[0].pointer, "/displayname");
    assert.deepEqual([unknown.status, JSON.parse(unknown.text).error_type, unknown.headers["x-gateway-error"]], [401, "unauthorized_credentials", "unauthenticated"]);
    assert.equal(removed.status, 204, JSON.stringify(removed));
    const changes = vendor.requests.filter(({ method }) => method === "PUT");
    assert.deepEqual(changes.map(({ body }) => body.toString()), ['{"display_name":"From a page"}']);
  });

  it("lets that page read a 429 and how long to wait", async () => {
    const ask = { url: url("/sso/v1/session"), method: "POST" };
    const answers = await inPage(known.origin, ...Array(6).fill(ask));
    const last = answers.at(-1);
    assert.deepEqual([last.status, last.headers["retry-after"], last.headers["x-gateway-error"]], [429, "60", "rate_limited"], JSON.stringify(last));
    assert.equal(JSON.parse(last.text).code, "rate_limited");
  });

  it("keeps its cookies to itself: a request with credentials is not even sent", async () => {
    const [answer] = await inPage(known.origin, { url: url(LIST), headers: CALLER, credentials: "include" });
    assert.deepEqual(answer, { error: "TypeError" });
    assert.equal(vendor.requests.length, 0);
  });

  it("shows a page of another origin nothing but a network error, and the vendor sees nothing", async () => {
    const answers = await inPage(
      foreign.origin,
      { url: url("/healthz") },
      { url: url("/sso/v1/session"), method: "POST" },
      { url: url(LIST), headers: CALLER },
      { url: url(UPDATE), method: "PUT", body: "{}", headers: { ...JSON_TYPE, ...CALLER } },
      { url: url(UPDATE), method: "POST", body: '{"display_name":"owned"}', headers: { "content-type": "text/plain" } },
    );
    assert.deepEqual(answers, Array(5).fill({ error: "TypeError" }));
    const [opaque] = await inPage(foreign.origin, { url: url(UPDATE), method: "POST", body: '{"display_name":"owned"}', mode: "no-cors", headers: { "content-type": "text/plain" } });
    assert.deepEqual([opaque.type, opaque.status, opaque.text, Object.keys(opaque.headers)], ["opaque", 0, "", []]);
    assert.equal(vendor.requests.length, 0);
  });

  it("cannot be made to post a form from another origin, or to show an answer in a frame", async () => {
    const page = await chrome.newPage();
    try {
      await page.goto(foreign.origin);
      const [answer] = await Promise.all([
        page.waitForNavigation(),
        page.evaluate((action) => {
          document.body.innerHTML = `<form method="post" enctype="text/plain" action="${action}"><input name='{"display_name":"owned","x":"' value='"}'></form>`;
          document.forms[0].submit();
        }, url(UPDATE)),
      ]);
      assert.equal(answer.status(), 403);
      await page.goto(foreign.origin);
      await page.evaluate((src) => new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.src = src;
        frame.onload = frame.onerror = done;
        document.body.append(frame);
      }), url("/healthz"));
      const frame = page.frames().find((one) => one !== page.mainFrame());
      assert.doesNotMatch((await frame.content().catch(() => "")), /"status":"ok"/);
      assert.equal(vendor.requests.length, 0);
    } finally {
      await page.close();
    }
  });
});
