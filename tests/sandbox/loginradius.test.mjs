// The LoginRadius half of the sandbox, from the facts and fixtures: names, the one Domain, the
// errors by number, the token endpoint in both shapes.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startSandbox } from "./harness.mjs";

const BASE = "/v2/manage/custom-providers";
let sandbox;
let token;

before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());
beforeEach(async () => {
  await sandbox.reset();
  token = await sandbox.loginRadiusToken();
});

async function call(method, path, body, authorization = `Bearer ${token}`) {
  const response = await sandbox.fetch(path, {
    method,
    headers: { "content-type": "application/json", ...(authorization === null ? {} : { authorization }) },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

const refused = (answer, status, code) => assert.deepEqual([answer.status, answer.body.ErrorCode], [status, code]);

const SAML_MEMBERS = [
  "Id", "IsActive", "IsDeleted", "IsIdpInitiated", "DataMap", "AppId", "AppID", "RelayStateParameter", "Provider", "FriendlyProviderName",
  "DefaultLogoutUrl", "ServiceProviderACSUrl", "SamlServiceProvider", "IdpCertificate", "SpCertificate", "IdentityProvider",
  "EnableAutoLookUp", "Domain", "ListInInterface", "CreatedDate", "LastModifiedDate",
].toSorted();

test("the seeded SAML provider has every published member and a stored private key", async () => {
  const { status, body } = await call("GET", `${BASE}/saml/my-saml-app`);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).toSorted(), SAML_MEMBERS);
  assert.match(body.IdpCertificate.Key, /BEGIN RSA PRIVATE KEY/);
  assert.deepEqual([typeof body.AppId, typeof body.AppID], ["string", "number"]);
});

test("provider names are found in any case and stored in lower case", async () => {
  assert.equal((await call("GET", `${BASE}/saml/My-SAML-App`)).status, 200);
  const created = await call("POST", `${BASE}/saml`, { Provider: "Another-App", DataMap: { ID: "NameID" } });
  assert.deepEqual([created.status, created.body.Provider], [200, "another-app"]);
  assert.equal((await call("GET", `${BASE}/saml`)).body.Data.length, 2);
});

test("names that are not allowed, or taken, are refused", async () => {
  for (const Provider of ["1st", "", "a b", "keys", "x".repeat(61)]) {
    assert.equal((await call("POST", `${BASE}/saml`, { Provider, DataMap: {} })).status, 400, Provider);
  }
  assert.equal((await call("POST", `${BASE}/saml`, { Provider: "MY-saml-app", DataMap: {} })).status, 409);
});

test("PUT replaces plain members, keeps the certificates and never loses the stored key", async () => {
  const { body } = await call("PUT", `${BASE}/saml/my-saml-app`, { Provider: "my-saml-app", DataMap: { ID: "uid" } });
  assert.deepEqual(body.DataMap, { ID: "uid" });
  assert.deepEqual([body.FriendlyProviderName, body.Domain, body.IsIdpInitiated], ["", "", false]);
  assert.match(body.IdpCertificate.Key, /PRIVATE KEY/);
  const certificate = await call("PUT", `${BASE}/saml/my-saml-app`, { Provider: "my-saml-app", DataMap: { ID: "uid" }, IdpCertificate: { Certificate: "new" } });
  assert.deepEqual(certificate.body.IdpCertificate.Certificate, "new");
  assert.match(certificate.body.IdpCertificate.Key, /PRIVATE KEY/);
});

test("PUT merges instead when the settings say so", async () => {
  await sandbox.settings({ loginradius_put: "merge" });
  const { body } = await call("PUT", `${BASE}/saml/my-saml-app`, { Provider: "my-saml-app", DataMap: { ID: "uid" } });
  assert.deepEqual([body.FriendlyProviderName, body.Domain], ["My SAML app", "acme.example"]);
});

test("a body without Provider or DataMap, or no JSON at all, is 1079 on PUT and 7914 on POST", async () => {
  for (const body of [undefined, "{", "[]", {}, { Provider: "my-saml-app" }, { DataMap: {} }, { Provider: "my-saml-app", DataMap: { ID: 5 } }]) {
    refused(await call("PUT", `${BASE}/saml/my-saml-app`, body), 400, 1079);
    refused(await call("POST", `${BASE}/saml`, body), 400, 7914);
  }
  refused(await call("PUT", `${BASE}/saml/my-saml-app`, { Provider: "renamed", DataMap: {} }), 400, 1079);
});

test("an unknown provider is 7938 on PUT and GET", async () => {
  refused(await call("PUT", `${BASE}/saml/nope`, { Provider: "nope", DataMap: {} }), 404, 7938);
  refused(await call("GET", `${BASE}/saml/nope`), 404, 7938);
});

test("one Domain belongs to one provider of any kind", async () => {
  await call("POST", `${BASE}/saml`, { Provider: "second", DataMap: {}, Domain: "second.example" });
  for (const Domain of ["acme.example", "ACME.example", "oauth.acme.example"]) {
    refused(await call("PUT", `${BASE}/saml/second`, { Provider: "second", DataMap: {}, Domain }), 409, 8038);
  }
  assert.equal((await call("PUT", `${BASE}/saml/second`, { Provider: "second", DataMap: {}, Domain: "second.example" })).status, 200);
});

test("the mapping keys are 44, in an array inside an array", async () => {
  const { body } = await call("GET", `${BASE}/saml/keys`);
  assert.deepEqual([body.Data.length, body.Data[0].length], [1, 44]);
});

test("JWT providers are listed, created, read and updated, and their secret is returned", async () => {
  assert.match((await call("GET", `${BASE}/jwt/my-jwt-app`)).body.Key, /^sandbox-stored/);
  assert.equal((await call("POST", `${BASE}/jwt`, { AppName: "MyApp" })).status, 200);
  refused(await call("POST", `${BASE}/jwt`, { AppName: "MyApp" }), 409, 7960);
  assert.equal((await call("PUT", `${BASE}/jwt/myapp`, {})).status, 200);
  refused(await call("PUT", `${BASE}/jwt/nope`, {}), 404, 7958);
  assert.equal((await call("GET", `${BASE}/jwt`)).body.Data.length, 2);
});

test("OAuth providers are created and updated by the name in the body, without a path id", async () => {
  const body = {
    ProviderName: "New-App", UserLoginEndpoint: "https://a.example/l", AccessTokenEndpoint: "https://a.example/t", ApplicationKey: "k",
    ApplicationSecret: "sandbox-posted-secret", Scope: "openid", ResponseType: "code", DataMap: { ID: "sub" }, RequestTokenHttpMethod: "POST",
  };
  const created = await call("POST", `${BASE}/oauth`, body);
  assert.deepEqual([created.status, created.body.ProviderName, created.body.ApplicationSecret], [200, "new-app", "sandbox-posted-secret"]);
  refused(await call("POST", `${BASE}/oauth`, { ProviderName: "x" }), 400, 7914);
  const updated = await call("PUT", `${BASE}/oauth`, { ProviderName: "my-oauth-app", Scope: "email" });
  assert.deepEqual([updated.body.Scope, updated.body.Headers.Authorization], ["email", sandbox.credentials.STORED.loginRadiusHeader]);
  assert.equal((await call("PUT", `${BASE}/oauth`, { ProviderName: "nope" })).status, 404);
});

test("there is no DELETE and no way to read OAuth providers", async () => {
  assert.equal((await call("DELETE", `${BASE}/saml/my-saml-app`)).status, 405);
  assert.equal((await call("GET", `${BASE}/oauth`)).status, 405);
  assert.equal((await call("GET", `${BASE}/oauth/my-oauth-app`)).status, 404);
});

test("without a valid token every call is 6002", async () => {
  for (const authorization of [null, "Bearer nope", `Basic ${token}`, `Bearer ${await sandbox.logtoToken()}`]) {
    refused(await call("GET", `${BASE}/saml`, undefined, authorization), 401, 6002);
  }
  await sandbox.settings({ expire_tokens: true, loginradius_unauthorized_status: 403 });
  refused(await call("GET", `${BASE}/saml`), 403, 6002);
});

test("the token endpoint answers expire_in as a string, or expires_in as a number when told to", async () => {
  const { LOGINRADIUS } = sandbox.credentials;
  const body = { client_id: LOGINRADIUS.clientId, client_secret: LOGINRADIUS.clientSecret, grant_type: "client_credentials", audience: LOGINRADIUS.audience };
  const newer = await call("POST", "/service/oauth/token?apikey=x", body, null);
  assert.deepEqual([newer.body.expire_in, newer.body.expires_in, newer.body.token_type], ["3600", undefined, "Bearer"]);
  await sandbox.settings({ loginradius_token_shape: "expires_in", loginradius_token_lifetime_s: 60 });
  const older = await call("POST", "/service/oauth/token", body, null);
  assert.deepEqual([older.body.expire_in, older.body.expires_in], [undefined, 60]);
  const { audience: _, ...incomplete } = body;
  const missing = await call("POST", "/service/oauth/token", incomplete, null);
  assert.deepEqual(missing, { status: 400, body: { error: "invalid_request", error_description: "The audience is a required parameter." } });
  assert.equal((await call("POST", "/service/oauth/token", { ...body, client_secret: "wrong" }, null)).body.error, "invalid_client");
  assert.equal((await call("POST", "/service/oauth/token", { ...body, audience: "other" }, null)).body.error, "unauthorized_client");
});
