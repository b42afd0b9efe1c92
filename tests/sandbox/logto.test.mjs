// What the captures cannot show about the Logto half: the seeds, both token bodies, expiry, and
// the simulated identity providers.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { startSandbox } from "./harness.mjs";

const SAML = "/api/sso-connectors/acmesaml0001";
const OIDC = "/api/sso-connectors/acmeoidc0001";
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

async function call(method, path, body) {
  const response = await sandbox.fetch(path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text };
}

test("the seeded connectors are there, and the OIDC one shows its secret twice", async () => {
  const { body } = await call("GET", OIDC);
  const secret = sandbox.credentials.STORED.logtoOidcClientSecret;
  assert.deepEqual([body.config.clientSecret, body.providerConfig.clientSecret], [secret, secret]);
  const saml = await call("GET", SAML);
  assert.equal(saml.body.providerConfig.identityProvider.isCertificateValid, true);
  assert.equal((await call("GET", "/api/sso-connectors")).body.length, 3);
});

test("the seeded applications take an idp-initiated configuration each in its way", async () => {
  const path = `${SAML}/idp-initiated-auth-config`;
  const automatic = await call("PUT", path, { defaultApplicationId: "traditionalapp0000001", autoSendAuthorizationRequest: true, redirectUri: "https://app.example.com/cb" });
  assert.deepEqual([automatic.status, automatic.body.redirectUri], [200, "https://app.example.com/cb"]);
  const spa = { defaultApplicationId: "spaapp000000000000001", autoSendAuthorizationRequest: false, clientIdpInitiatedAuthCallbackUri: "https://spa.example.com/cb" };
  assert.deepEqual((await call("PUT", path, spa)).body.redirectUri, null);
  assert.equal((await call("PUT", path, { ...spa, autoSendAuthorizationRequest: true })).status, 400);
});

test("PATCH replaces config whole and leaves the other members alone", async () => {
  const { body } = await call("PATCH", SAML, { config: { metadataUrl: "https://idp.example.com/metadata", entityId: "dropped" } });
  assert.deepEqual(body.config, { metadataUrl: "https://idp.example.com/metadata" });
  assert.deepEqual([body.domains, body.branding.displayName], [["acme.example"], "Acme"]);
  assert.equal(body.providerConfig.identityProvider.signInEndpoint, "https://idp.example.com/sso");
});

test("the simulated identity providers succeed and fail by their names", async () => {
  const config = (issuer) => ({ config: { clientId: "c", clientSecret: "sandbox-posted-secret", issuer } });
  for (const issuer of ["https://a.example", "https://a.example.com/x", "https://a.test", "https://example.net", "https://accounts.google.com"]) {
    assert.equal((await call("PATCH", OIDC, config(issuer))).status, 200, issuer);
  }
  for (const issuer of ["https://unreachable.example", "https://missing.example", "https://partial.example", "https://real.invalid", "nope"]) {
    assert.deepEqual((await call("PATCH", OIDC, config(issuer))).body.code, "connector.invalid_config", issuer);
  }
});

test("a token is refused when it has expired, and when it was revoked", async () => {
  await sandbox.settings({ expire_tokens: true });
  const expired = await call("GET", SAML);
  assert.deepEqual([expired.status, expired.body.data.code], [401, "ERR_JWT_EXPIRED"]);
  assert.equal(expired.body.data.payload.client_id, "sandbox-logto-app");
  token = await sandbox.logtoToken();
  await sandbox.settings({ revoke_tokens: true });
  assert.equal((await call("GET", SAML)).body.data.code, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
  await sandbox.settings({ logto_token_lifetime_s: 0 });
  token = await sandbox.logtoToken();
  assert.equal((await call("GET", SAML)).body.data.code, "ERR_JWT_EXPIRED");
});

test("a signing key has a real certificate, and signing can then be switched on", async () => {
  const { status, body } = await call("POST", `${SAML}/signing-keys`, { active: true });
  assert.equal(status, 201);
  const certificate = new X509Certificate(body.certificate);
  assert.equal(certificate.verify(certificate.publicKey), true);
  assert.equal(certificate.fingerprint256, body.fingerprints.sha256.formatted);
  const { config } = (await call("GET", SAML)).body;
  assert.equal((await call("PATCH", SAML, { config: { ...config, signAuthnRequest: true } })).status, 200);
});

test("ETags answer 304, and change with the connector", async () => {
  const etag = (await call("GET", SAML)).headers.get("etag");
  const again = () => sandbox.fetch(SAML, { headers: { authorization: `Bearer ${token}`, "if-none-match": etag } });
  assert.equal((await again()).status, 304);
  await call("PATCH", SAML, { syncProfile: false });
  assert.equal((await again()).status, 200);
});

test("pages have a number and a next link without the /api prefix", async () => {
  const { headers, body } = await call("GET", "/api/sso-connectors?page=1&page_size=2");
  assert.deepEqual([body.length, headers.get("total-number")], [2, "3"]);
  assert.equal(headers.get("link"), `<${sandbox.url}/sso-connectors?page=2&page_size=2>; rel="next"`);
});
