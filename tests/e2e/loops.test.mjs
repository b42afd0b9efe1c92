// Where a request has been, and what is written down about it: loops end, every decision is on record once, and nothing
// that a caller wrote is in the log.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import net from "node:net";
import { once } from "node:events";
import { after, before, beforeEach, describe, it } from "node:test";
import { freePort, SANDBOX_CALLER, send, sleep, startGateway, startUpstream, until, vars } from "./harness.mjs";
import { AUDIENCE, ISSUER, newJwt, newKey, newToken, sha256 } from "./tokens.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const LIST = `/v1/b2b/sso/${ORGANIZATION}`;
const UPDATE = `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`;
const CALLER = { authorization: SANDBOX_CALLER };
const JSON_TYPE = { "content-type": "application/json" };
const CONSOLE = "https://console.example.com";
const viaOf = (origin) => `1.1 sso-config-gateway-${createHash("sha256").update(origin).digest("hex").slice(0, 12)}`;
const isAudit = ({ event }) => ["request", "decision", "outcome"].includes(event);

/** Passes bytes on to a port: another way to reach the same server. Counts its connections. */
async function startRelay(port) {
  const sockets = new Set();
  const relay = net.createServer((socket) => {
    const onward = net.connect(port, "127.0.0.1");
    for (const [one, other] of [[socket, onward], [onward, socket]]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => sockets.delete(one));
      one.pipe(other);
    }
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  return {
    url: `http://127.0.0.1:${relay.address().port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => relay.close(done));
    },
  };
}

describe("T48: a gateway that leads back", () => {
  // What one gateway presents to the next as its vendor's secret is a token that the next one knows.
  const stytchOnly = (upstream) => (origin) =>
    vars({
      upstream, origin,
      change: (copy) => {
        for (const name of ["UPSTREAM_LOGTO", "UPSTREAM_LOGINRADIUS"]) delete copy[name];
        copy.CALLER_SANDBOX.grants = [{ upstream: "stytch-test", access: "write", organizations: "all" }];
        copy.CALLER_NEXT = { token_sha256: sha256(copy.STYTCH_TEST_SECRET), grants: copy.CALLER_SANDBOX.grants };
      },
    });
  const refusals = (gateway) => gateway.lines().filter(({ reason }) => reason === "loop_detected");
  const requests = (gateway) => new Set(gateway.lines().filter(isAudit).map(({ request_id: id }) => id)).size;

  it("to itself by another address ends after one round", async () => {
    const port = await freePort();
    const relay = await startRelay(port);
    const gateway = await startGateway({ port, vars: stytchOnly(relay.url) });
    try {
      for (const request of [{ path: LIST }, { method: "PUT", path: UPDATE, body: '{"display_name":"x"}' }]) {
        const before = [requests(gateway), refusals(gateway).length];
        const answer = await send(gateway.url, { ...request, headers: { ...CALLER, ...JSON_TYPE } });
        assert.ok(answer.status >= 500, answer.text);
        await until(() => refusals(gateway).length > before[1], "the refusal");
        await sleep(50);
        assert.deepEqual([requests(gateway), refusals(gateway).length], [before[0] + 2, before[1] + 1], "this request, and the one that came back");
        assert.equal(refusals(gateway).at(-1).status, 508);
      }
    } finally {
      await gateway.stop();
      await relay.stop();
    }
  });

  it("to itself by another spelling of its own address is refused as a configuration", async () => {
    const port = await freePort();
    for (const spelling of [`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://[::1]:${port}`, `http://LOCALHOST:${port}/`, `http://127.1:${port}`]) {
      const gateway = await startGateway({ port, vars: stytchOnly(spelling.replace(/\/$/, "")) });
      const answer = await send(gateway.url, { path: "/readyz" });
      await gateway.stop();
      assert.equal(answer.status, 503, spelling);
      assert.match(answer.text, /UPSTREAM_STYTCH_TEST\.base_url: is this gateway itself/, spelling);
    }
  });

  it("through another gateway and back ends after one round", async () => {
    const [one, two] = [await freePort(), await freePort()];
    const gateways = await Promise.all([
      startGateway({ port: one, vars: stytchOnly(`http://127.0.0.1:${two}`) }),
      startGateway({ port: two, vars: stytchOnly(`http://127.0.0.1:${one}`) }),
    ]);
    try {
      for (const [first, second] of [gateways, [...gateways].reverse()]) {
        const before = [requests(first), requests(second), refusals(first).length];
        const answer = await send(first.url, { path: LIST, headers: CALLER });
        assert.ok(answer.status >= 500, answer.text);
        await until(() => refusals(first).length > before[2], "the refusal");
        await sleep(50);
        assert.deepEqual([requests(first), requests(second), refusals(first).length], [before[0] + 2, before[1] + 1, before[2] + 1]);
      }
      const twenty = await Promise.all(Array.from({ length: 20 }, () => send(gateways[0].url, { path: LIST, headers: CALLER })));
      assert.ok(twenty.every(({ status }) => status >= 500));
    } finally {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    }
  });

  it("is told to whoever sends its name in Via, whatever stands around it, and before anything else happens", async () => {
    const upstream = await startUpstream({ answer: { headers: JSON_TYPE, body: '{"status_code":200,"saml_connections":[]}' } });
    const gateway = await startGateway({ vars: stytchOnly(upstream.url) });
    try {
      const own = viaOf(gateway.url);
      const others = Array.from({ length: 5 }, (_, n) => viaOf(`https://${n}.example.com`));
      for (const via of [own, `1.1 proxy, ${own}`, `${own} , 1.1 proxy`, `${others[0]},${own},${others[1]}`, others.join(", ")]) {
        for (const request of [{ path: LIST }, { path: "/healthz" }, { path: "/nonsense" }, { method: "POST", path: "/oidc/token" }]) {
          const answer = await send(gateway.url, { ...request, headers: { via } });
          assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [508, "loop_detected"], via);
        }
      }
      const split = await send(gateway.url, { path: LIST, headers: [["Authorization", SANDBOX_CALLER], ["Via", "1.1 proxy"], ["Via", own]] });
      assert.equal(split.status, 508);
      assert.equal(upstream.requests.length, 0);

      const answer = await send(gateway.url, { path: LIST, headers: { ...CALLER, via: `1.1 proxy.internal (comment), ${others[0]}, 2.0 ${own.slice(4)}x` } });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(upstream.requests[0].headers.via, `${others[0]}, ${own}`, "gateways travel, and no other name");
    } finally {
      await gateway.stop();
      await upstream.stop();
    }
  });
});

describe("what is written down", () => {
  const key = newKey("EdDSA");
  const subjectToken = (claims) => newJwt(key, { org_id: ORGANIZATION, ...claims });
  const token = newToken();
  let vendor, gateway;
  before(async () => {
    vendor = await startUpstream();
    gateway = await startGateway({
      limits: [{ name: "SESSION_RATE_LIMIT", simple: { limit: 1000, period: 60 } }],
      vars: (origin) => vars({
        upstream: vendor.url, origin,
        change: (copy) => {
          copy.GATEWAY.deadline_s = 1;
          copy.CALLER_SANDBOX.origins = [CONSOLE];
          copy.CALLER_VISITORS.origins = [CONSOLE];
          copy.CALLER_PORTAL = { issuer: ISSUER, audience: AUDIENCE, keys: [key.jwk], organization_claim: { claim: "org_id", form: "id" }, grants: [{ upstream: "stytch-test", access: "write", organizations: "claim", fields: { deny: ["roles"] } }] };
          copy.CALLER_READER = { token_sha256: sha256(token), grants: [{ upstream: "stytch-test", access: "read", organizations: [ORGANIZATION] }] };
        },
      }),
    });
  });
  after(async () => {
    await gateway?.stop();
    await vendor?.stop();
  });
  const good = ({ method, path }) => ({
    headers: JSON_TYPE,
    body: path.endsWith("/token") ? '{"access_token":"vendor-token-for-tests","expires_in":3600,"scope":"all"}'
      : method === "PUT" ? JSON.stringify({ status_code: 200, connection: { organization_id: ORGANIZATION, connection_id: CONNECTION } })
      : '{"status_code":200,"saml_connections":[]}',
  });
  beforeEach(() => {
    vendor.clear();
    vendor.always(good);
  });
  /** The audit lines of one answer, once its last one is there. */
  const linesOf = async (answer) => {
    const id = answer.headers["x-request-id"];
    const own = () => gateway.lines().filter((line) => isAudit(line) && line.request_id === id);
    await until(() => own().some(({ event }) => event !== "decision"), "the audit line");
    return own();
  };
  const bearer = (text) => ({ authorization: `Bearer ${text}` });
  const write = (headers = CALLER, body = '{"display_name":"x"}') => ({ method: "PUT", path: UPDATE, body, headers: { ...JSON_TYPE, ...headers } });

  /** What is refused before anything is sent: the request, and the reason on record. */
  const REFUSED = {
    "no token": [{ path: LIST }, "unauthenticated", "no_token"],
    "an unknown token": [{ path: LIST, headers: bearer(newToken()) }, "unauthenticated", "unknown_token"],
    "no scheme": [{ path: LIST, headers: { authorization: "sandbox" } }, "unauthenticated", "malformed"],
    "a broken JWT": [{ path: LIST, headers: bearer("a.b.c") }, "unauthenticated", "malformed"],
    "a bad signature": [{ path: LIST, headers: bearer(`${subjectToken().slice(0, -6)}AAAAAA`) }, "unauthenticated", undefined],
    "a foreign issuer": [{ path: LIST, headers: bearer(subjectToken({ iss: "https://evil.example" })) }, "unauthenticated", "unknown_issuer"],
    "two tokens": [{ path: "/sso/v1/session", headers: { ...CALLER, "x-api-key": "other" } }, "unauthenticated", "two_tokens"],
    "a foreign page": [{ path: LIST, headers: { ...CALLER, origin: "https://evil.example" } }, "origin_not_allowed"],
    "a foreign preflight": [{ method: "OPTIONS", path: LIST, headers: { origin: "https://evil.example", "access-control-request-method": "PUT" } }, "origin_not_allowed"],
    "a page of another caller": [{ path: LIST, headers: { ...bearer(token), origin: CONSOLE } }, "origin_not_allowed"],
    "another organization": [{ path: `${LIST}x`, headers: bearer(subjectToken()) }, "forbidden"],
    "a write by a reader": [write(bearer(token)), "forbidden"],
    "a field that is not granted": [write(bearer(subjectToken()), '{"saml_connection_implicit_role_assignments":[{"role_id":"stytch_admin"}]}'), "field_not_granted"],
    "a loop": [{ path: LIST, headers: () => ({ ...CALLER, via: viaOf(gateway.url) }) }, "loop_detected"],
    "another host": [{ path: LIST, headers: { ...CALLER, host: "evil.example" } }, "misdirected"],
    "an unknown route": [{ path: "/v1/b2b/users", headers: CALLER }, "no_such_route"],
    "an unknown verb": [{ method: "POST", path: LIST, headers: CALLER }, "method_not_allowed"],
    "an unknown parameter": [{ path: `${LIST}?limit=1`, headers: CALLER }, "unknown_query_parameter"],
    "a bad path": [{ path: "/v1/b2b/sso/a%2f..", headers: CALLER }, "bad_path_value"],
    "an overlong URL": [{ path: `/${"x".repeat(9_000)}`, headers: CALLER }, "url_too_long"],
    "another content type": [write({ ...CALLER, "content-type": "text/plain" }), "unsupported_media_type"],
    "a big body": [write(CALLER, "x".repeat(262_145)), "body_too_large"],
    "broken JSON": [write(CALLER, "{"), "invalid_json"],
    "a bad body": [write(CALLER, '{"nonsense":1}'), "invalid_body"],
    "a session for nobody's page": [{ method: "POST", path: "/sso/v1/session" }, "origin_not_allowed"],
    "a session with a body": [{ method: "POST", path: "/sso/v1/session", body: "x", headers: { origin: CONSOLE } }, "unexpected_body"],
    "a token for a wrong secret": [{ method: "POST", path: "/oidc/token", body: "grant_type=client_credentials&client_secret=wrong", headers: { "content-type": "application/x-www-form-urlencoded" } }, "unauthenticated", "unknown_token"],
    "no form": [{ method: "POST", path: "/oidc/token", body: "{}", headers: JSON_TYPE }, "bad_token_request"],
  };

  it("T52: of every refused request is one line with the decision and its reason", async () => {
    for (const [what, [request, reason, cause]] of Object.entries(REFUSED)) {
      const headers = typeof request.headers === "function" ? request.headers() : request.headers;
      const answer = await send(gateway.url, { ...request, headers });
      assert.equal(answer.headers["x-gateway-error"], reason, `${what}: ${answer.text}`);
      const [line, ...more] = await linesOf(answer);
      assert.deepEqual(more, [], what);
      assert.deepEqual([line.event, line.decision, line.reason, line.status], ["request", "refused", reason, answer.status], what);
      if (cause) assert.equal(line.cause, cause, what);
    }
    assert.equal(vendor.requests.length, 0, "and nothing was sent");
  });

  it("T52: of a read is one line, of a write two, whatever comes of it", async () => {
    const ends = [
      [undefined, "done"],
      [{ status: 404, headers: JSON_TYPE, body: '{"status_code":404,"error_type":"saml_connection_not_found"}' }, "refused"],
      [{ status: 429, headers: JSON_TYPE, body: '{"status_code":429,"error_type":"too_many_requests"}' }, "failed", "rate_limited"],
      [{ status: 500, headers: JSON_TYPE, body: "{}" }, "unknown", "upstream_failed"],
      [{ reset: true }, "unknown", "upstream_failed"],
      [{ hang: true }, "unknown", "upstream_timeout"],
    ];
    for (const [says, outcome, reason] of ends) {
      vendor.always(says ?? good);
      const answer = await send(gateway.url, write());
      const lines = await linesOf(answer);
      assert.deepEqual(lines.map(({ event }) => event), ["decision", "outcome"], answer.text);
      assert.deepEqual(lines.map(({ decision }) => decision), ["allowed", "allowed"]);
      const last = lines[1];
      assert.deepEqual([last.outcome, last.reason, last.status], [outcome, reason, answer.status], answer.text);
      assert.deepEqual([last.caller, last.upstream, last.operation, last.organization, last.connection, last.fields], ["sandbox", "stytch-test", "update_saml_connection", ORGANIZATION, CONNECTION, ["display_name"]]);
    }
    vendor.always(good);
    const read = await linesOf(await send(gateway.url, { path: LIST, headers: bearer(subjectToken()) }));
    assert.deepEqual(read.map(({ event, decision, outcome, caller }) => [event, decision, outcome, caller]), [["request", "allowed", "done", "portal"]]);
  });

  it("T52: of sessions and tokens given is one line each, that names them and not what they are", async () => {
    const session = await send(gateway.url, { method: "POST", path: "/sso/v1/session", headers: { origin: CONSOLE } });
    const [given, ...none] = await linesOf(session);
    assert.deepEqual([given.decision, given.caller, given.door, none], ["allowed", "visitors", "session", []]);
    const used = await linesOf(await send(gateway.url, { path: LIST, headers: { origin: CONSOLE, ...bearer(session.json().access_token) } }));
    assert.deepEqual([used.length, used[0].session], [1, given.session], "a request can be told to be of that session");
    const exchanged = await send(gateway.url, { method: "POST", path: "/oidc/token", body: "grant_type=client_credentials&client_secret=sandbox", headers: { "content-type": "application/x-www-form-urlencoded" } });
    assert.deepEqual((await linesOf(exchanged)).map(({ decision, caller, door }) => [decision, caller, door]), [["allowed", "sandbox", "token"]]);
    const text = gateway.logs.map(({ message }) => message).join("\n");
    for (const answer of [session, exchanged]) assert.ok(!text.includes(answer.json().access_token.split(".")[2]));
  });

  it("T26: holds nothing of what a caller wrote, wherever it stood", async () => {
    const mark = () => `mark${randomBytes(8).toString("hex")}`;
    const marks = [];
    const marked = () => marks[marks.push(mark()) - 1];
    const PLACES = {
      Origin: () => ({ headers: { origin: `https://${marked()}.example.com` } }),
      "a configured Origin with a path": () => ({ headers: { origin: `${CONSOLE}/${marked()}` } }),
      "traceparent, broken": () => ({ headers: { traceparent: `00-${marked()}-00f067aa0ba902b7-01` } }),
      "traceparent, its flags": () => ({ headers: { traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-${marked()}` } }),
      tracestate: () => ({ headers: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: `vendor=${marked()}` } }),
      Via: () => ({ headers: { via: `1.1 ${marked()}` } }),
      "X-Api-Key": () => ({ headers: { "x-api-key": marked() } }),
      "Authorization, Bearer": () => ({ headers: bearer(marked()) }),
      "Authorization, Basic": () => ({ headers: { authorization: `Basic ${Buffer.from(`${marked()}:${marked()}`).toString("base64")}` } }),
      "Authorization, another scheme": () => ({ headers: { authorization: `${marked()} ${marked()}` } }),
      "a JWT's claims": () => ({ headers: bearer(subjectToken({ sub: marked(), org_id: marked(), email: marked() })) }),
      "a JWT's issuer and audience": () => ({ headers: bearer(subjectToken({ iss: marked(), aud: marked() })) }),
      "a JWT's header": () => ({ headers: bearer(newJwt(key, {}, { kid: marked(), [marked()]: marked() })) }),
      cookies: () => ({ headers: { cookie: `session=${marked()}` } }),
      "a query": () => ({ path: `${LIST}?${marked()}=${marked()}` }),
      "a path": () => ({ path: `/${marked()}/${marked()}` }),
      "a verb": () => ({ method: "PURGE", headers: { "x-http-method-override": marked() } }),
      "a user agent": () => ({ headers: { "user-agent": marked(), referer: `https://${marked()}.example.com/`, "x-forwarded-for": marked(), "x-request-id": marked() } }),
      "a member's session": () => ({ headers: { "x-stytch-member-session": marked() } }),
      "a body": () => write(CALLER, JSON.stringify({ display_name: marked(), [marked()]: marked() })),
      "a body that is sent": () => write(CALLER, JSON.stringify({ display_name: marked(), idp_entity_id: `https://${marked()}.example.com` })),
      "a body that is no JSON": () => write(CALLER, `{"${marked()}"`),
      "a form": () => ({ method: "POST", path: "/oidc/token", body: `grant_type=${marked()}&client_id=${marked()}&client_secret=${marked()}&resource=${marked()}`, headers: { "content-type": "application/x-www-form-urlencoded" } }),
      "a secret in a form": () => ({ method: "POST", path: "/oidc/token", body: `grant_type=client_credentials&client_secret=${marked()}`, headers: { "content-type": "application/x-www-form-urlencoded" } }),
      "a preflight": () => ({ method: "OPTIONS", headers: { origin: CONSOLE, "access-control-request-method": marked(), "access-control-request-headers": marked() } }),
    };
    const answers = [];
    for (const [place, make] of Object.entries(PLACES)) {
      // With and without a token that is known, where the place is not the token's own.
      const request = make();
      const own = request.headers ?? {};
      for (const headers of own.authorization ? [own] : [own, { ...CALLER, ...own }]) {
        answers.push(await send(gateway.url, { path: LIST, ...request, headers }));
        assert.ok(answers.at(-1).status < 500, `${place}: ${answers.at(-1).text}`);
      }
    }
    const last = answers.findLast(({ headers }) => headers["x-gateway-error"]).headers["x-request-id"];
    await until(() => gateway.lines().some(({ request_id: id }) => id === last), "the last line");
    assert.ok(marks.length > 40);
    const text = gateway.logs.map(({ message }) => message).join("\n").toLowerCase();
    for (const one of marks) {
      for (const spelling of [one, Buffer.from(one).toString("base64").replace(/=+$/, "").slice(0, -2), Buffer.from(one).toString("hex"), sha256(one)]) {
        assert.ok(!text.includes(spelling.toLowerCase()), `${spelling} in the log`);
      }
    }
  });

  it("T26: ties a request to its caller's trace by the trace's id and nothing else", async () => {
    const [trace, span] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
    const answer = await send(gateway.url, { path: LIST, headers: { ...CALLER, traceparent: `00-${trace}-${span}-01` } });
    const [line] = await linesOf(answer);
    assert.equal(line.trace, trace);
    assert.ok(!JSON.stringify(gateway.logs).includes(span));
    assert.match(vendor.requests[0].headers.traceparent, new RegExp(`^00-${trace}-[0-9a-f]{16}-0[01]$`));
  });
});
