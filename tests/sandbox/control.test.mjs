// The control door: reset, journal, settings, and every kind of fault.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { startSandbox } from "./harness.mjs";

const SAML = "/api/sso-connectors/acmesaml0001";
let sandbox;
let token;

before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());
beforeEach(async () => {
  await sandbox.reset();
  token = await sandbox.logtoToken();
});

const bearer = () => ({ authorization: `Bearer ${token}`, "content-type": "application/json" });
const get = (path = SAML, init = {}) => sandbox.fetch(path, { headers: bearer(), ...init });
const patch = (body) => sandbox.fetch(SAML, { method: "PATCH", headers: bearer(), body: JSON.stringify(body) });
const fault = (one, match = {}) => sandbox.fault({ match, fault: one });
const syncProfile = async () => (await sandbox.state()).logto.connectors[0].syncProfile;

test("the journal shows method, path, query, headers and body of what the vendors received, and no control calls", async () => {
  await sandbox.clearRequests();
  await sandbox.fetch(`${SAML}?a=%20b`, { method: "PATCH", headers: { ...bearer(), "x-test": "1" }, body: '{"x":1}' });
  const [entry, ...rest] = await sandbox.requests();
  assert.equal(rest.length, 0);
  assert.deepEqual([entry.vendor, entry.method, entry.path, entry.body], ["logto", "PATCH", `${SAML}?a=%20b`, '{"x":1}']);
  assert.deepEqual([entry.headers["x-test"], entry.headers.authorization], ["1", `Bearer ${token}`]);
});

test("reset brings the seeds back and forgets tokens, faults, settings and the journal", async () => {
  await patch({ connectorName: "changed" });
  await fault({ kind: "stall" });
  await sandbox.settings({ logto_idp_initiated_route: false });
  await sandbox.reset();
  const state = await sandbox.state();
  assert.deepEqual([state.logto.connectors[0].connectorName, state.tokens, state.faults, state.requests], ["acme-saml", 0, [], 0]);
  assert.equal(state.settings.logto_idp_initiated_route, true);
});

test("the control door refuses what it does not know", async () => {
  await assert.rejects(() => fault({ kind: "unknown" }), /400/);
  await assert.rejects(() => sandbox.settings({ unknown: 1 }), /400/);
  assert.equal((await sandbox.fetch("/_sandbox/nothing")).status, 404);
});

test("a fault is used as often as it says, in order, and only where it matches", async () => {
  await sandbox.fault([
    { match: { vendor: "stytch" }, times: 1, fault: { kind: "respond", status: 500 } },
    { match: { method: "get", path: "/api/sso-connectors/acme" }, times: 2, fault: { kind: "respond", status: 503, headers: { "retry-after": "7" }, body: { message: "busy" } } },
  ]);
  assert.equal((await patch({})).status, 200);
  for (const expected of [503, 503, 200]) assert.equal((await get()).status, expected);
  assert.deepEqual((await sandbox.faults()).map((one) => one.match.vendor), ["stytch"]);
  await sandbox.clearFaults();
  assert.deepEqual(await sandbox.faults(), []);
});

test("an answer can be JSON, HTML or nothing, with or without the write being applied", async () => {
  await fault({ kind: "respond", status: 502, body: "<h1>Bad gateway</h1>" });
  const html = await patch({ syncProfile: false });
  assert.deepEqual([html.status, html.headers.get("content-type"), await html.text()], [502, "text/html; charset=utf-8", "<h1>Bad gateway</h1>"]);
  assert.equal(await syncProfile(), true);
  await fault({ kind: "respond", status: 500, body: null, apply: true });
  const empty = await patch({ syncProfile: false });
  assert.deepEqual([empty.status, await empty.text()], [500, ""]);
  assert.equal(await syncProfile(), false);
});

test("a delay comes before or after the write, and a stall outlasts the caller", async () => {
  await fault({ kind: "delay", ms: 300, when: "after" });
  const answer = patch({ syncProfile: false });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await syncProfile(), false);
  assert.equal((await answer).status, 200);
  await fault({ kind: "delay", ms: 100 });
  const start = Date.now();
  await get();
  assert.ok(Date.now() - start >= 95);
  await fault({ kind: "stall", apply: true });
  await assert.rejects(() => sandbox.fetch(SAML, { method: "PATCH", headers: bearer(), body: '{"syncProfile":true}', signal: AbortSignal.timeout(200) }));
  assert.equal(await syncProfile(), true);
  await fault({ kind: "stall", ms: 50 });
  assert.equal((await get()).status, 504);
});

test("a redirect names its target", async () => {
  await fault({ kind: "redirect", location: "https://elsewhere.example/", status: 307 });
  const answer = await get();
  assert.deepEqual([answer.status, answer.headers.get("location")], [307, "https://elsewhere.example/"]);
});

test("an oversized answer has about the size that was asked for", async () => {
  await fault({ kind: "oversize", bytes: 5_000_000 });
  const text = await (await get()).text();
  assert.equal(text.length, 5_000_000);
  assert.doesNotThrow(() => JSON.parse(text));
});

test("gzip is real, only a label, or cut", async () => {
  const raw = async () => sandbox.raw({ path: SAML, headers: { ...bearer(), "accept-encoding": "gzip" } });
  await fault({ kind: "gzip" });
  const real = await raw();
  assert.equal(real.headers["content-encoding"], "gzip");
  assert.equal(JSON.parse(gunzipSync(real.body)).id, "acmesaml0001");
  await fault({ kind: "gzip", mode: "mislabelled" });
  const label = await raw();
  assert.equal(label.headers["content-encoding"], "gzip");
  assert.equal(JSON.parse(label.body).id, "acmesaml0001");
  await fault({ kind: "gzip", mode: "truncated" });
  const cut = await raw();
  assert.throws(() => gunzipSync(cut.body));
});

test("content type, headers, chunks and length of an answer can be changed", async () => {
  await sandbox.fault([
    { fault: { kind: "content_type", value: "text/plain" } },
    { fault: { kind: "headers", headers: { "set-cookie": ["a=1", "b=2"], "x-vendor": "y" } } },
    { fault: { kind: "chunks", bytes: 7 } },
    { fault: { kind: "truncate", bytes: 20 } },
  ]);
  assert.equal((await get()).headers.get("content-type"), "text/plain");
  assert.deepEqual((await get()).headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal((await (await get()).json()).id, "acmesaml0001");
  assert.equal((await (await get()).text()).length, 20);
});

test("the wrong subject is another connection or another organization, for each vendor", async () => {
  await fault({ kind: "wrong_subject" });
  assert.equal((await (await get()).json()).id, "globexsaml01");
  const stytch = () => sandbox.fetch("/v1/b2b/sso/acme", { headers: { authorization: sandbox.stytchAuthorization } });
  await fault({ kind: "wrong_subject", what: "organization" });
  assert.match((await (await stytch()).json()).saml_connections[0].organization_id, /22222222/);
  const authorization = `Bearer ${await sandbox.loginRadiusToken()}`;
  await fault({ kind: "wrong_subject" });
  const provider = await (await sandbox.fetch("/v2/manage/custom-providers/saml/my-saml-app", { headers: { authorization } })).json();
  assert.equal(provider.Provider, "another-app");
});

test("an echo repeats the credentials of the request in eight spellings, alone or inside the normal answer", async () => {
  await fault({ kind: "echo" });
  const answer = await get();
  const text = await answer.text();
  assert.equal(answer.status, 400);
  for (const spelling of [token, Buffer.from(token).toString("base64"), Buffer.from(token).toString("hex"), `bearer ${token}`]) assert.ok(text.includes(spelling));
  assert.equal(Object.keys(JSON.parse(text).echo.credential).length, 8);
  await fault({ kind: "echo", merge: true });
  const merged = await (await get()).json();
  assert.deepEqual([merged.id, merged.debug.echo.credential.raw], ["acmesaml0001", token]);
  await fault({ kind: "echo" });
  const stytch = await sandbox.fetch("/v1/b2b/sso/acme", { headers: { authorization: sandbox.stytchAuthorization } });
  assert.equal((await stytch.json()).echo.password.raw, sandbox.credentials.STYTCH.secret);
});

test("token endpoints fail, give tokens without scope, short ones, and leak the posted secret", async () => {
  const { LOGTO } = sandbox.credentials;
  const ask = () => sandbox.fetch("/oidc/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: LOGTO.clientId, client_secret: LOGTO.clientSecret, resource: LOGTO.resource, scope: "all" }),
  });
  await fault({ kind: "token", omit_scope: true });
  assert.equal((await get()).status, 200, "a token fault waits for a token endpoint");
  const scopeless = await (await ask()).json();
  assert.equal(scopeless.scope, undefined);
  assert.equal((await sandbox.fetch(SAML, { headers: { authorization: `Bearer ${scopeless.access_token}` } })).status, 403);
  await fault({ kind: "token", lifetime_s: 5 });
  assert.equal((await (await ask()).json()).expires_in, 5);
  await fault({ kind: "token", leak_secret: true });
  const leak = await ask();
  assert.deepEqual([leak.status, (await leak.text()).includes(LOGTO.clientSecret)], [401, true]);
  await fault({ kind: "respond", status: 503, body: "down" }, { endpoint: "token" });
  assert.equal((await get()).status, 200);
  assert.equal((await ask()).status, 503);
});

test("only the published credentials are accepted, and each has sixteen bytes or more", async () => {
  const { LOGTO, LOGINRADIUS, STYTCH } = sandbox.credentials;
  for (const secret of [LOGTO.clientSecret, LOGTO.clientSecretWithoutRole, LOGINRADIUS.clientSecret, STYTCH.secret]) assert.ok(secret.length >= 16);
  assert.equal(await sandbox.logtoToken({ ...LOGTO, clientSecret: "another-secret-of-some-length" }), undefined);
});
