// Callers that are known by JWTs: signatures made by node:crypto and checked by the platform, keys that are configured and
// keys that are fetched, and what becomes of callers while their issuer rotates, misbehaves or is gone.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { send, startGateway, startUpstream, until, vars } from "./harness.mjs";
import { AUDIENCE, base64url, ISSUER, keySet, newJwt, newKey, signature } from "./tokens.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const OTHER = "organization-test-11111111-1111-4111-8111-111111111111";
const LISTED = { headers: { "content-type": "application/json" }, body: JSON.stringify({ status_code: 200, saml_connections: [], oidc_connections: [], external_connections: [] }) };
const MINUTE = 60_000;
const ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const keys = Object.fromEntries(ALGORITHMS.map((algorithm) => [algorithm, newKey(algorithm)]));

/** A caller whose tokens name their organization. */
const portal = (proof, more = {}) => ({
  issuer: ISSUER, audience: AUDIENCE, ...proof,
  organization_claim: { claim: "org_id", form: "id" },
  grants: [{ upstream: "stytch-test", access: "write", organizations: "claim" }], ...more,
});
const token = (key, claims, header) => newJwt(key, { org_id: ORGANIZATION, ...claims }, header);
const list = (gateway, jwt, organization = ORGANIZATION) =>
  send(gateway.url, { path: `/v1/b2b/sso/${organization}`, headers: { authorization: `Bearer ${jwt}` } });
const statuses = async (answers) => [...new Set((await Promise.all(answers)).map(({ status }) => status))];

let vendor;
before(async () => (vendor = await startUpstream({ answer: LISTED })));
after(() => vendor?.stop());
beforeEach(() => vendor.clear());

/** A gateway with these callers beside the sandbox's. */
const gatewayFor = (callers, options = {}) =>
  startGateway({ ...options, vars: (origin) => vars({ upstream: vendor.url, origin, change: (copy) => Object.assign(copy, callers) }) });

describe("a caller with keys in the configuration", () => {
  // On no curve: found by counting up from zero, so that x and y are numbers of the right length and nothing else.
  const offCurve = { algorithm: "ES256", kid: "off-curve", privateKey: newKey("ES256").privateKey, jwk: { kty: "EC", crv: "P-256", kid: "off-curve", x: base64url(Buffer.alloc(32, 1)), y: base64url(Buffer.alloc(32, 2)) } };
  const lowOrder = { algorithm: "EdDSA", kid: "low-order", privateKey: keys.EdDSA.privateKey, jwk: { kty: "OKP", crv: "Ed25519", kid: "low-order", x: base64url(Buffer.alloc(32, 255)) } };
  let gateway;
  before(async () => (gateway = await gatewayFor({ CALLER_PORTAL: portal({ keys: [...Object.values(keys), offCurve, lowOrder].map(({ jwk }) => jwk) }) })));
  after(() => gateway?.stop());

  const refused = async (jwt, cause) => {
    const answer = await list(gateway, jwt);
    assert.deepEqual([answer.status, answer.json().error_type], [401, "unauthorized_credentials"], answer.text);
    assert.match(answer.headers["www-authenticate"], /^Bearer /);
    assert.equal(vendor.requests.length, 0, "nothing is sent");
    const line = await until(() => gateway.lines().find((one) => one.request_id === answer.headers["x-request-id"]), "the audit line");
    assert.equal(line.cause, cause);
  };

  for (const algorithm of ALGORITHMS) {
    it(`is known by ${algorithm}, for its own organization only`, async () => {
      const jwt = token(keys[algorithm]);
      for (let again = 0; again < 2; again += 1) assert.equal((await list(gateway, jwt)).status, 200);
      assert.equal(vendor.requests.length, 2);
      assert.ok(vendor.requests.every(({ headers }) => !JSON.stringify(headers).includes(jwt)), "the token stays here");
      assert.equal((await list(gateway, jwt, OTHER)).status, 403);
      assert.equal(vendor.requests.length, 2);
    });

    it(`is refused with a signature of ${algorithm} that is off by one bit, cut, longer, empty or another token's`, async () => {
      const [input, good] = [token(keys[algorithm]).split(".").slice(0, 2).join("."), Buffer.from(token(keys[algorithm]).split(".")[2], "base64url")];
      const flipped = Buffer.from(signature(keys[algorithm], input));
      flipped[7] ^= 1;
      await refused(`${input}.${base64url(flipped)}`, "bad_signature");
      await refused(`${token(keys[algorithm], { sub: "user-2" }).split(".").slice(0, 2).join(".")}.${base64url(signature(keys[algorithm], input))}`, "bad_signature");
      await refused(`${input}.${base64url(Buffer.alloc(good.length))}`, "bad_signature");
      for (const odd of [good.subarray(1), Buffer.concat([good, Buffer.alloc(1)]), Buffer.alloc(0)]) {
        const answer = await list(gateway, `${input}.${base64url(odd)}`);
        assert.equal(answer.status, 401, answer.text);
      }
      assert.equal(vendor.requests.length, 0);
    });
  }

  it("is not known by a good signature in the wrong clothes", async () => {
    const now = Math.floor(Date.now() / 1000);
    const { RS256, ES256 } = keys;
    await refused(token(RS256, {}, { alg: "ES256" }), "wrong_algorithm");
    await refused(token(RS256, {}, { kid: ES256.kid }), "wrong_algorithm");
    await refused(token(RS256, {}, { kid: "nobody" }), "unknown_key");
    await refused(token(RS256, {}, { typ: "logout+jwt" }), "wrong_type");
    await refused(token(RS256, {}, { jwk: ES256.jwk }), "header_not_accepted");
    await refused(token(RS256, { aud: "somebody-else" }), "wrong_audience");
    await refused(token(RS256, { iss: "https://evil.example.com" }), "unknown_issuer");
    await refused(token(RS256, { exp: now - 31 }), "expired");
    await refused(token(RS256, { nbf: now + 120 }), "not_valid_yet");
    await refused(token(RS256, { exp: undefined }), "no_expiry");
    const unsigned = `${base64url({ alg: "none", typ: "JWT" })}.${token(RS256).split(".")[1]}.`;
    assert.equal((await list(gateway, unsigned)).status, 401);
    const der = token(ES256).split(".").slice(0, 2).join(".");
    const { sign } = await import("node:crypto");
    assert.equal((await list(gateway, `${der}.${base64url(sign("sha256", Buffer.from(der), ES256.privateKey))}`)).status, 401, "an ECDSA signature in DER");
  });

  it("is refused, and nothing breaks, with a key that the platform does not take", async () => {
    await refused(token(offCurve), "bad_signature");
    await refused(token(lowOrder), "bad_signature");
  });

  it("is refused with a signature that fits every message under some weak keys", async () => {
    const jwt = token(keys.ES256).split(".").slice(0, 2).join(".");
    for (const bytes of [Buffer.alloc(64), Buffer.alloc(64, 255), Buffer.concat([Buffer.alloc(31), Buffer.from([1]), Buffer.alloc(31), Buffer.from([1])])]) {
      await refused(`${jwt}.${base64url(bytes)}`, "bad_signature");
    }
  });

  it("is remembered for a while, and each of many at once gets their own answer", async () => {
    const own = Array.from({ length: 40 }, (_, n) => [token(keys[ALGORITHMS[n % 3]], { sub: `user-${n}`, org_id: n % 2 ? ORGANIZATION : OTHER }), n % 2 ? 200 : 403]);
    const answers = await Promise.all(own.map(([jwt]) => list(gateway, jwt)));
    assert.deepEqual(answers.map(({ status }) => status), own.map(([, status]) => status));
    const subjects = new Set(gateway.lines().map(({ subject }) => subject).filter(Boolean));
    assert.ok(subjects.size >= 40, `${subjects.size} users told apart in the log`);
    assert.doesNotMatch(JSON.stringify(gateway.lines()), /user-\d/, "and none named");
  });
});

describe("a caller with a JWKS URL", () => {
  let issuer, gateway;
  const first = newKey("ES256", "first");
  const second = newKey("EdDSA", "second");
  before(async () => {
    issuer = await startUpstream();
    gateway = await gatewayFor({ CALLER_PORTAL: portal({ jwks_url: `${issuer.url}/jwks.json` }) }, { clock: true });
  });
  after(async () => {
    await gateway?.stop();
    await issuer?.stop();
  });
  const fetches = () => issuer.requests.length;
  // Tokens must outlive what the clock does below.
  const exp = Math.floor(Date.now() / 1000) + 36_000;
  const lasting = (key, claims, header) => token(key, { exp, ...claims }, header);
  const keyLines = () => gateway.lines().filter(({ event }) => event === "keys").map(({ reason }) => reason);

  it("is told to come back while the keys cannot be had, and known once they can", async () => {
    issuer.always({ status: 500, body: "" });
    for (let n = 0; n < 20; n += 1) {
      const answer = await list(gateway, lasting(first));
      assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [503, "caller_keys_unavailable"], answer.text);
      assert.ok(Number(answer.headers["retry-after"]) > 0);
      assert.match(answer.json().error_type, /^gateway_/);
    }
    assert.equal(fetches(), 1, "not a fetch for each");
    assert.equal(vendor.requests.length, 0);
    issuer.always(keySet([first]));
    await gateway.later(6_000);
    assert.equal((await list(gateway, lasting(first))).status, 200);
    assert.equal(fetches(), 2);
    const [request] = issuer.requests;
    assert.deepEqual([request.method, request.path, request.body.length], ["GET", "/jwks.json", 0]);
    assert.equal(request.headers.authorization, undefined);
    assert.ok(!JSON.stringify(request.headers).includes(lasting(first)));
  });

  it("costs one fetch, however many names of keys are made up", async () => {
    await gateway.later(MINUTE);
    issuer.clear();
    for (let n = 0; n < 300; n += 1) assert.equal((await list(gateway, lasting(first, {}, { kid: `made-up-${n}` }))).status, 401);
    assert.equal(fetches(), 1);
    const flood = Array.from({ length: 200 }, (_, n) => list(gateway, lasting(first, {}, { kid: `made-up-at-once-${n}` })));
    assert.deepEqual(await statuses(flood), [401]);
    assert.equal(fetches(), 1);
    await gateway.later(MINUTE);
    issuer.always({ ...keySet([first]), delay: 150 });
    const slow = Array.from({ length: 200 }, (_, n) => list(gateway, lasting(first, {}, { kid: `made-up-meanwhile-${n}` })));
    const known = Array.from({ length: 20 }, (_, n) => list(gateway, lasting(first, { sub: `user-${n}` })));
    assert.deepEqual(await statuses(slow), [401]);
    assert.deepEqual(await statuses(known), [200], "whoever has a good key is not kept out");
    assert.equal(fetches(), 2, "one more, a minute later, for two hundred at once");
  });

  it("may sign with a new key as soon as a minute has passed, and with the old one for as long as it is listed", async () => {
    const old = lasting(first);
    assert.equal((await list(gateway, old)).status, 200);
    issuer.clear();
    issuer.always(keySet([first, second]));
    await gateway.later(MINUTE);
    assert.equal((await list(gateway, lasting(second))).status, 200, "a name not seen before is looked up at once");
    assert.equal(fetches(), 1);
    assert.equal((await list(gateway, old)).status, 200);

    issuer.always(keySet([second]));
    await gateway.later(5 * MINUTE);
    assert.equal((await list(gateway, old)).status, 401, "a token that was good a moment ago, with a key that was withdrawn");
    assert.equal((await list(gateway, lasting(second))).status, 200);
    assert.equal(fetches(), 2);
    assert.ok(vendor.requests.length > 0);
  });

  it("is known by the last good keys while the issuer serves something else", async () => {
    const elsewhere = await startUpstream({ answer: keySet([first]) });
    const { headers, body } = keySet([first]);
    const bad = [
      ["is a redirect, which is not followed", { status: 302, headers: { location: elsewhere.url } }],
      ["does not answer, or not within 64 KiB and in time", { status: 200, headers, body: `${" ".repeat(65_536)}${body}` }],
      ["does not answer, or not within 64 KiB and in time", { status: 200, headers: { ...headers, "transfer-encoding": "chunked" }, body: `${body}${" ".repeat(65_536)}` }],
      ["is not served as JSON", { status: 200, headers: { "content-type": "text/html" }, body }],
      ["is not strict JSON", { status: 200, headers, body: `${body.slice(0, -1)},"keys":[]}` }],
      ["has no list `keys`", { status: 200, headers, body: "{}" }],
      ["holds no key that can be used", { status: 200, headers, body: '{"keys":[]}' }],
      ["holds two keys of one name", keySet([first, { jwk: { ...second.jwk, kid: "first" } }])],
      ["holds no key that can be used", keySet([{ jwk: { kty: "oct", kid: "first", k: "AAAA" } }, { jwk: first.privateKey.export({ format: "jwk" }) }])],
      ["does not answer 200", { status: 404, headers, body }],
      ["does not answer, or not within 64 KiB and in time", { reset: true }],
    ];
    const before = keyLines().length;
    for (const [, answer] of bad) {
      issuer.clear();
      issuer.always(answer);
      await gateway.later(5 * MINUTE);
      assert.equal((await list(gateway, lasting(second))).status, 200);
      assert.equal((await list(gateway, lasting(first, {}, { kid: "first" }))).status, 401, "nothing of it is believed");
      assert.equal(fetches(), 1);
    }
    await until(() => keyLines().length === before + bad.length, "a line about each");
    assert.deepEqual(keyLines().slice(before), bad.map(([reason]) => reason));
    assert.equal(elsewhere.requests.length, 0);
    await elsewhere.stop();
  });

  it("is served by the last good keys if the issuer hangs, a little later", async () => {
    issuer.always({ hang: true });
    await gateway.later(2 * MINUTE);
    const started = Date.now();
    assert.equal((await list(gateway, lasting(second))).status, 200);
    assert.ok(Date.now() - started < 4_000, `${Date.now() - started} ms`);
  });

  it("is not served by keys of more than an hour ago", async () => {
    issuer.always({ status: 500, body: "" });
    await gateway.later(61 * MINUTE);
    const answer = await list(gateway, lasting(second));
    assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [503, "caller_keys_unavailable"], answer.text);
    issuer.always(keySet([second]));
    await gateway.later(6_000);
    assert.equal((await list(gateway, lasting(second))).status, 200);
  });

  it("is refused once its token has run out, though it was known until then", async () => {
    const brief = token(second, { exp: Math.floor(Date.now() / 1000) + 36_000 });
    assert.equal((await list(gateway, brief)).status, 200);
    await gateway.later(600 * MINUTE);
    assert.equal((await list(gateway, brief)).status, 401);
  });

  it("is judged by one fetch when hundreds come at once and there are no keys yet", async () => {
    issuer.clear();
    issuer.always({ ...keySet([first]), delay: 200 });
    await gateway.later(61 * MINUTE);
    const late = Math.floor(Date.now() / 1000) + 360_000;
    const crowd = Array.from({ length: 300 }, (_, n) => list(gateway, token(n % 2 ? first : second, { exp: late, sub: `user-${n}` })));
    const answers = (await Promise.all(crowd)).map(({ status }) => status);
    assert.deepEqual(answers, answers.map((_, n) => (n % 2 ? 200 : 401)));
    assert.equal(fetches(), 1);
  });
});
