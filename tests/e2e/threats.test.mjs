// Rows of the threat list that only the real runtime can answer: what a socket can carry that no native test can write.
// Names begin with the row.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { SANDBOX_CALLER, send, sendBytes, startGateway, startUpstream, vars } from "./harness.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const TOKEN = "threat-access-token-0123456789";
const MARKER = "smuggled-value-0123456789";
const IDP_INITIATED = '{"connectorId":"acmesaml0001"}';
const UPDATED = JSON.stringify({ status_code: 200, connection: { organization_id: ORGANIZATION, connection_id: CONNECTION } });

/** One write at each vendor: path at the gateway, path upstream, body, answer, and its secret. */
const WRITES = [
  { method: "PATCH", path: "/logto/api/sso-connectors/acmesaml0001", body: '{"syncProfile":true}', answer: '{"id":"acmesaml0001"}' },
  { method: "PUT", path: "/loginradius/v2/manage/custom-providers/saml/my-saml-app", body: '{"Provider":"my-saml-app","DataMap":{"ID":"x"}}', answer: '{"Provider":"my-saml-app"}' },
  { method: "PUT", path: `/stytch-test/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`, body: '{"display_name":"x"}', answer: UPDATED },
].map((write) => ({ ...write, native: write.path.slice(write.path.indexOf("/", 1)) }));
const isToken = (path) => path.endsWith("/token");
const GRANTED = JSON.stringify({ access_token: TOKEN, expires_in: 3600, token_type: "Bearer", scope: "all" });
const fitting = (path) => (isToken(path) ? GRANTED : path.includes("idp-initiated") ? IDP_INITIATED : (WRITES.find(({ native }) => native === path)?.answer ?? "{}"));

let upstream, gateway;
before(async () => {
  upstream = await startUpstream({ answer: ({ path }) => ({ headers: { "content-type": "application/json" }, body: fitting(path) }) });
  const change = (copy) => (copy.GATEWAY.public_origin = "https://gateway.example.com");
  gateway = await startGateway({ vars: vars({ upstream: upstream.url, change }) });
});
after(async () => {
  await gateway?.stop();
  await upstream?.stop();
});
beforeEach(() => upstream.clear());

/** The bytes of a request; `target` and `lines` go out exactly as they are written. */
const bytes = ({ method, path, body }, { target = path, host = "Host: localhost", lines = [], version = "HTTP/1.1", length = Buffer.byteLength(body) } = {}) =>
  Buffer.from([
    `${method} ${target} ${version}`, ...[host].flat(), `Authorization: ${SANDBOX_CALLER}`, "Content-Type: application/json",
    ...(length === undefined ? [] : [`Content-Length: ${length}`]), ...lines, "", body,
  ].join("\r\n"), "latin1");
const status = (text) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
const operations = () => upstream.requests.filter(({ path }) => !isToken(path));

// What the core injects, and what workerd says of itself.
const SENT = ["accept", "accept-language", "authorization", "content-type", "user-agent", "via", "x-request-id"];
const RUNTIME = ["accept-encoding", "cf-worker", "connection", "content-length", "host"];

/** Asserts that what reached upstream is the write and nothing else of the caller's. */
function clean(write, what) {
  const [request, ...more] = operations();
  assert.equal(more.length, 0, `${what}: one request`);
  assert.equal(`${request.method} ${request.path} ${request.body}`, `${write.method} ${write.native} ${write.body}`, what);
  assert.deepEqual(Object.keys(request.headers).filter((name) => !RUNTIME.includes(name)).sort(), SENT, what);
  assert.equal(request.headers.host, new URL(upstream.url).host, what);
  for (const { headers, path, body } of upstream.requests) {
    const text = `${JSON.stringify(headers)} ${path} ${body}`;
    assert.ok(!text.includes(MARKER) && !text.includes(SANDBOX_CALLER), what);
  }
}

// Framing and Host are other tests' matter: with these a request is another request.
const NAMES = `
  Keep-Alive Proxy-Connection TE Trailer HTTP2-Settings Proxy-Authenticate Proxy-Authorization Max-Forwards Alt-Used Early-Data
  Forwarded Via X-Forwarded-For X-Forwarded-Host X-Forwarded-Port X-Forwarded-Proto X-Forwarded-Scheme X-Forwarded-Server
  X-Forwarded-Prefix X-Forwarded-Uri X-Forwarded-Method X-Forwarded-Path X-Forwarded-User X-Forwarded-Email X-Forwarded-Groups
  X-Forwarded-Access-Token X-Forwarded-Client-Cert X-Forwarded X-Real-IP X-Client-IP X-Cluster-Client-IP X-Originating-IP
  X-Remote-IP X-Remote-Addr X-Remote-User Remote-User True-Client-IP Fastly-Client-IP CF-Connecting-IP CF-Connecting-IPv6
  CF-IPCountry CF-Ray CF-Visitor CF-EW-Via CDN-Loop X-Envoy-Original-Path X-Envoy-Internal X-Amzn-Trace-Id X-Azure-ClientIP
  X-Host X-Original-Host X-Original-URL X-Rewrite-URL X-Original-Uri X-HTTP-Method X-HTTP-Method-Override X-Method-Override
  X-Http-Path-Override X-Override-URL X-Proxy-URL X-HTTP-DestinationURL Destination Base-Url Request-Uri
  X-Middleware-Subrequest X-Middleware-Rewrite Cookie Cookie2 Set-Cookie X-Authorization X-Access-Token X-Auth-Token X-Auth-User
  X-Api-Key Api-Key ApiKey ApiSecret X-User X-User-Id X-Tenant-Id X-Organization-Id X-Role X-CSRF-Token X-XSRF-Token
  WWW-Authenticate DPoP Signature Signature-Input Digest Content-Digest X-Signature X-Hub-Signature SSL-Client-Cert
  X-Client-Cert X-Stytch-SDK-Client X-Stytch-Parent-Domain X-Stytch-Organization-Id Development-User-Id Logto-App-Id
  Logto-App-Secret Logto-Core-Request-Id Logto-Organization-Id Logto-Verification-Id X-Logto-Tenant X-LoginRadius-ApiKey
  X-LoginRadius-ApiSecret X-LoginRadius-Sott X-LR-Request-Id X-Request-Expires If-Match If-None-Match If-Modified-Since If-Range
  Range Accept-Encoding Accept-Charset Cache-Control Pragma Prefer Idempotency-Key Traceparent Tracestate Baggage B3
  X-Correlation-Id Referer From DNT Sec-Fetch-Site X-Requested-With Content-Language Content-Location Content-Range
  X-Panic-Drill User-Agent Accept-Language X-Request-Id`.trim().split(/\s+/);

describe("T8: on the wire", () => {
  for (const write of WRITES) {
    test(`T8: 120 headers and their duplicates stay here, at ${write.path.split("/")[1]}`, async () => {
      assert.ok(NAMES.length >= 120, `${NAMES.length}`);
      const lines = NAMES.flatMap((name) => [`${name}: ${MARKER}`, `${name.toUpperCase()}: ${MARKER}, DELETE`]);
      const text = await sendBytes(gateway.url, bytes(write, { lines: [...lines, `Connection: close, ${NAMES.join(", ")}, Authorization, Content-Type`] }));
      assert.equal(status(text), 200, text);
      clean(write, "all at once");
    });
  }

  // Each is one request or none at all, and never a second one hidden in the first.
  const [write] = WRITES.slice(-1);
  const hidden = `DELETE /logto/api/sso-connectors/acmesaml0001/idp-initiated-auth-config HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${SANDBOX_CALLER}\r\n\r\n`;
  for (const [what, given] of Object.entries({
    "a line break in a value": { lines: [`X-A: 1\nX-Forwarded-Host: ${MARKER}`] },
    "a bare carriage return": { lines: [`X-A: 1\rX-Forwarded-Host: ${MARKER}`] },
    "a folded line": { lines: ["X-A: 1", ` X-Forwarded-Host: ${MARKER}`] },
    "a NUL": { lines: ["X-A: a\0b"] },
    "a blank before the colon": { lines: [`X-Forwarded-Host : ${MARKER}`] },
    "a name with a tab": { lines: [`X-Forwarded\t-Host: ${MARKER}`] },
    "no name": { lines: [`: ${MARKER}`] },
    "no colon": { lines: [MARKER] },
    "an upgrade": { lines: ["Connection: Upgrade", "Upgrade: websocket"] },
    "two lengths": { lines: ["Content-Length: 0"] },
    "a length and chunks": { lines: ["Transfer-Encoding: chunked"] },
    "chunks spelled otherwise": { lines: ["Transfer-Encoding: xchunked"] },
    "chunks in a list": { lines: ["Transfer-Encoding: identity, chunked"] },
    "a length with a sign": { length: `+${write.body.length}` },
    "a length in hex": { length: `0x${write.body.length.toString(16)}` },
    "an old version": { version: "HTTP/1.0" },
    "a version that is none": { version: "HTTP/9.9" },
    "a blank in the target": { target: `${write.path} HTTP/1.1\r\nX-A: 1 ` },
  })) {
    test(`T8: ${what} smuggles nothing`, async () => {
      const text = await sendBytes(gateway.url, Buffer.concat([bytes(write, given), Buffer.from(hidden)]), { timeout: 1500, quiet: 120 });
      const seen = operations();
      for (const { method, headers, body } of seen) {
        assert.ok(!JSON.stringify(headers).includes(MARKER), `${what}: ${JSON.stringify(headers)}`);
        // What follows a whole request is a request of its own, and has its own token; what is cut out of one has not.
        assert.ok(method === "DELETE" || body.toString() === write.body, `${what}: ${method} ${body}`);
      }
      assert.ok(seen.filter(({ method }) => method === "PUT").length <= 1, what);
      assert.ok(status(text) === 200 || status(text) >= 400 || text === "", `${what}: ${text}`);
      assert.equal((await send(gateway.url, { path: "/healthz" })).status, 200);
    });
  }
});

describe("T10: another host", () => {
  for (const write of WRITES) {
    test(`T10: Host, absolute form and two Hosts lead to the pinned upstream or nowhere, at ${write.path.split("/")[1]}`, async () => {
      const hosts = ["evil.example", "evil.example:8443", "user@evil.example", "169.254.169.254", "[::1]", "", "evil.example, localhost", "evil.example/x", "..", new URL(upstream.url).host];
      const given = [
        ...hosts.map((host) => ({ host: `Host: ${host}` })),
        ...hosts.filter(Boolean).map((host) => ({ target: `http://${host}${write.path}` })),
        { target: `https://evil.example:443${write.path}`, host: "Host: localhost" },
        { host: ["Host: localhost", "Host: evil.example"] },
        { host: ["Host: evil.example", "host: localhost"] },
        { host: [] },
        { target: `//evil.example${write.path}` },
        { target: `\\\\evil.example${write.path}` },
        { target: `@evil.example${write.path}` },
        { target: "*" },
        { target: "evil.example:443" },
      ];
      let carried = 0;
      for (const what of given) {
        upstream.clear();
        const text = await sendBytes(gateway.url, bytes(write, { ...what, lines: ["Connection: close"] }), { quiet: 60, timeout: 2000 });
        if (operations().length) {
          clean(write, JSON.stringify(what));
          carried += 1;
        } else {
          assert.ok(status(text) >= 400 || text === "", `${JSON.stringify(what)}: ${text}`);
        }
      }
      assert.ok(carried >= 5, `${carried} were carried out at all`);
    });
  }

  test("T10: a gateway for development answers to no other name", async () => {
    const local = await startGateway({ vars: (origin) => vars({ upstream: upstream.url, origin }) });
    try {
      for (const host of ["evil.example", "localhost.evil.example", "0.0.0.0", "192.168.1.2"]) {
        const text = await sendBytes(local.url, bytes(WRITES[0], { host: `Host: ${host}`, lines: ["Connection: close"] }), { quiet: 60 });
        assert.equal(status(text), 421, text);
        assert.equal(upstream.requests.length, 0);
      }
    } finally {
      await local.stop();
    }
  });
});

describe("T11: an upstream that echoes", () => {
  let echo, shown;
  const spellings = (value) => {
    const bare = value.replace(/^\w+ /, "");
    const secret = value.startsWith("Basic ") ? Buffer.from(bare, "base64").toString().split(":")[1] : bare;
    return [secret, bare, Buffer.from(secret).toString("base64url"), Buffer.from(secret).toString("hex")];
  };
  const channels = {
    "the reason phrase": (value) => ({ reason: value, body: "#" }),
    "a header": (value) => ({ headers: { "x-debug": value, server: value, etag: `"${value}"` }, body: "#" }),
    "a header's name": (value, [, bare]) => ({ headers: { [`x-${bare.replace(/[^A-Za-z0-9]/g, "")}`]: "1" }, body: "#" }),
    "a cookie": (value) => ({ headers: { "set-cookie": [`a=${value}`, `b=${value}; HttpOnly`] }, body: "#" }),
    "a trailer": (value) => ({ headers: { trailer: "x-debug" }, trailers: { "x-debug": value, "set-cookie": value }, body: "#" }),
    "a redirect": (value) => ({ status: 302, headers: { location: `/x?t=${encodeURIComponent(value)}` }, body: value }),
    "a body": (value, all) => ({ body: `{"x":${JSON.stringify(all)},"y":${JSON.stringify(value)},` }),
    "a gzipped body": (value, all) => ({ encoding: ["gzip", gzipSync], body: `{"x":${JSON.stringify(all)},` }),
    "a deflated body": (value, all) => ({ encoding: ["deflate", deflateSync], body: `{"x":${JSON.stringify(all)},` }),
    "a body in Brotli": (value, all) => ({ encoding: ["br", brotliCompressSync], body: `{"x":${JSON.stringify(all)},` }),
    "a body in single bytes": (value, all) => ({ split: 1, body: `{"x":${JSON.stringify(all)},` }),
    "an error": (value, all) => ({ status: 400, body: `{"code":"a.b","ErrorCode":1079,"error_type":"bad_request","message":${JSON.stringify(value)},"data":${JSON.stringify(all)},` }),
    "a page": (value) => ({ status: 500, headers: { "content-type": "text/html" }, body: `<html>${value}` }),
  };
  let channel;
  before(async () => {
    shown = new Set();
    // One connection each: what a trailer or a broken head does to the next request is the pool's matter.
    const server = http.createServer(async (request, response) => {
      for await (const _ of request);
      if (isToken(request.url)) return void response.writeHead(200, { "content-type": "application/json" }).end(GRANTED);
      const value = request.headers.authorization;
      const all = spellings(value);
      all.forEach((spelling) => shown.add(spelling));
      const { status = 200, reason, headers = {}, trailers, encoding, split, body } = channels[channel](value, all);
      const fits = fitting(request.url);
      const text = body === "#" ? fits : body.endsWith(",") ? body + fits.slice(1) : body;
      const type = { "content-type": "application/json", connection: "close", ...headers, ...(encoding && { "content-encoding": encoding[0] }) };
      reason ? response.writeHead(status, reason, type) : response.writeHead(status, type);
      if (trailers) response.addTrailers(trailers);
      if (split) {
        for (const byte of Buffer.from(text)) await new Promise((done) => response.write(Buffer.from([byte]), done));
        return void response.end();
      }
      response.end(encoding ? encoding[1](text) : text);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${server.address().port}`;
    const own = await startGateway({ vars: (origin) => vars({ upstream: url, origin }) });
    echo = { gateway: own, stop: async () => { await own.stop(); server.closeAllConnections(); server.close(); } };
  });
  after(() => echo?.stop());

  for (const name of Object.keys(channels)) {
    test(`T11: ${name} gives no credential to the caller`, async () => {
      channel = name;
      for (const write of WRITES) {
        shown.clear();
        const answer = await send(echo.gateway.url, { ...write, headers: { Authorization: SANDBOX_CALLER, "Content-Type": "application/json" } });
        assert.ok(shown.size >= 3, "the upstream was asked");
        const text = `${answer.rawHeaders.join("\n")}\n${answer.text}\n${echo.gateway.logs.map(({ message }) => message).join("\n")}`.toLowerCase();
        for (const spelling of shown) assert.ok(!text.includes(spelling.toLowerCase()), `${name} at ${write.path}: ${text}`);
        assert.match(answer.headers["x-request-id"], /^[0-9a-f-]{36}$/);
      }
    });
  }
});

describe("T31: a body that is there to be expensive", () => {
  const [write] = WRITES;
  const headers = { Authorization: SANDBOX_CALLER, "Content-Type": "application/json" };
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
  const endless = async function* () {
    for (let n = 0; n < 4096; n += 1) yield "x".repeat(16_384);
  };
  const cases = {
    "10 MB": [{ body: " ".repeat(10_000_000) }, [413]],
    "10 MB in chunks": [{ chunks: Array.from({ length: 160 }, () => " ".repeat(65_536)) }, [413]],
    "chunks without an end": [{ chunks: endless() }, [413]],
    "a million members": [{ body: `{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join()}}` }, [413]],
    "a depth of 100 000": [{ body: "[".repeat(100_000) }, [400]],
    "objects in objects": [{ body: '{"a":'.repeat(50_000) }, [400]],
    "a gzip bomb": [{ body: bomb, headers: { "Content-Encoding": "gzip" } }, [413, 415]],
    "a gzip bomb in chunks": [{ chunks: [bomb], headers: { "Content-Encoding": "gzip" } }, [413, 415]],
    "a small compressed body": [{ body: gzipSync(write.body), headers: { "Content-Encoding": "gzip" } }, [415]],
    "Brotli": [{ body: brotliCompressSync(write.body), headers: { "Content-Encoding": "br" } }, [415]],
  };
  for (const [what, [given, expected]] of Object.entries(cases)) {
    test(`T31: ${what} is refused`, async () => {
      const started = Date.now();
      const { method, path } = write;
      const answer = await send(gateway.url, { method, path, ...given, headers: { ...headers, ...given.headers } }).catch((error) => error);
      // A connection that is closed on a sender that does not stop is a refusal too.
      if (!(answer instanceof Error)) assert.ok(expected.includes(answer.status), `${answer.status}: ${answer.text}`);
      else assert.match(answer.code ?? "", /ECONNRESET|EPIPE/);
      assert.ok(Date.now() - started < 5_000, `${Date.now() - started} ms`);
      assert.equal(upstream.requests.length, 0);
      assert.equal((await send(gateway.url, { path: "/healthz" })).status, 200, "others are served");
    });
  }
});

test("T25, T54: on the wire every answer is JSON, kept by nobody and framed by nobody", async () => {
  const [write] = WRITES;
  for (const [method, path, headers] of [
    ["GET", "/"], ["GET", "/healthz"], ["HEAD", "/healthz"], ["OPTIONS", "/"], ["PROPFIND", "/x"], ["GET", "/x.css"], ["GET", "/%"], ["GET", "/%00"],
    ["GET", `${write.path}/x.css`], ["GET", `${write.path}?x=1`], ["GET", "/<script>alert(1)</script>"], ["GET", write.path, { Authorization: "Bearer wrong" }],
    ["GET", write.path, { Authorization: SANDBOX_CALLER, Range: "bytes=0-1" }],
    ["GET", write.path, { Authorization: SANDBOX_CALLER, "If-None-Match": "*", Accept: "text/html" }],
    ["GET", write.path, { Authorization: SANDBOX_CALLER, "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT" }],
    ["HEAD", write.path, { Authorization: SANDBOX_CALLER }],
  ]) {
    const answer = await send(gateway.url, { method, path, headers });
    const what = `${method} ${path} ${answer.status}`;
    assert.ok(![206, 304].includes(answer.status), what);
    assert.equal(answer.headers["cache-control"], "no-store", what);
    assert.equal(answer.headers["x-content-type-options"], "nosniff", what);
    assert.equal(answer.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'", what);
    assert.match(answer.headers["content-type"] ?? "", /^application\/(problem\+)?json$/, what);
    for (const name of ["set-cookie", "etag", "location", "last-modified", "age"]) assert.equal(answer.headers[name], undefined, `${name} of ${what}`);
  }
});
