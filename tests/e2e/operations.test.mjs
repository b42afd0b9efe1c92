// Every operation of the catalogue through workerd: carried out at the sandbox vendors and read back, with the errors that
// the vendors document. The four that are asked for most are also sent to an upstream byte for byte as they should be, and
// refused, with the documented error, when something is wrong with them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT, SANDBOX_CALLER, send, startGateway, startSandbox, startUpstream, vars } from "./harness.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const pem = (name) => readFileSync(join(ROOT, "tests/vectors/pki", `${name}.pem`), "utf8");
const CERTIFICATE = pem("cert_rsa2048");
const KEY = pem("rsa2048_pkcs1");

const LOGTO = "/logto/api/sso-connectors/acmesaml0001";
const IDP_INITIATED = `${LOGTO}/idp-initiated-auth-config`;
const LOGINRADIUS = "/loginradius/v2/manage/custom-providers/saml/my-saml-app";
const STYTCH = `/stytch-test/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`;

const call = (gateway, method, path, body, headers = {}) =>
  send(gateway.url, {
    method, path,
    headers: { authorization: SANDBOX_CALLER, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
const warnings = (answer) => [answer.headers["x-gateway-warning"] ?? []].flat().flatMap((value) => value.split(", "));

describe("at the sandbox", () => {
  let sandbox, gateway;
  before(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway({ vars: vars({ upstream: sandbox.url }) });
  });
  after(async () => {
    await gateway?.stop();
    await sandbox?.stop();
  });

  test("a Logto connector is updated, and reading it shows the change and no secret", async () => {
    const config = { entityId: "https://idp.example.com/entity", signInEndpoint: "https://idp.example.com/sso", x509Certificate: CERTIFICATE, attributeMapping: { email: "mail" } };
    const body = { connectorName: "acme renamed", config, domains: ["Acme.example", "b.example"], branding: { displayName: "Acme" }, syncProfile: true };
    const update = await call(gateway, "PATCH", LOGTO, body);
    assert.equal(update.status, 200, update.text);
    const read = (await call(gateway, "GET", LOGTO)).json();
    assert.equal(read.connectorName, "acme renamed");
    assert.deepEqual(read.config, config);
    assert.deepEqual(read.domains, ["acme.example", "b.example"]);
    assert.deepEqual(read.branding, { displayName: "Acme" });
    assert.equal(read.syncProfile, true);
    const list = (await call(gateway, "GET", "/api/sso-connectors")).json();
    assert.deepEqual(list.find(({ id }) => id === "acmesaml0001").config, config);
  });

  test("an OIDC connector's secret is masked, and kept when the mask comes back", async () => {
    const path = "/logto/api/sso-connectors/acmeoidc0001";
    const before = (await call(gateway, "GET", path)).json();
    assert.equal(before.config.clientSecret, "[redacted]");
    const update = await call(gateway, "PATCH", path, { config: { ...before.config, clientId: "another-client" } });
    assert.equal(update.status, 200, update.text);
    assert.deepEqual(warnings(update), ["mask_kept;/config/clientSecret"]);
    const state = await (await fetch(`${sandbox.url}/_sandbox/state`)).text();
    assert.ok(state.includes("another-client") && !state.includes("[redacted]"), "the stored secret is still the stored secret");
  });

  test("IdP-initiated settings are made, read and removed", async () => {
    const missing = await call(gateway, "GET", IDP_INITIATED);
    assert.equal(missing.status, 404);
    const put = await call(gateway, "PUT", IDP_INITIATED, { defaultApplicationId: "spaapp000000000000001", clientIdpInitiatedAuthCallbackUri: "https://app.example.com/sso" });
    assert.equal(put.status, 200, put.text);
    assert.deepEqual(warnings(put), ["default_inserted;/autoSendAuthorizationRequest"]);
    const read = (await call(gateway, "GET", IDP_INITIATED)).json();
    assert.equal(read.autoSendAuthorizationRequest, false);
    assert.equal(read.defaultApplicationId, "spaapp000000000000001");
    const gone = await call(gateway, "DELETE", IDP_INITIATED);
    assert.deepEqual([gone.status, gone.text], [204, ""]);
    assert.equal((await call(gateway, "GET", IDP_INITIATED)).status, 404);
  });

  test("a LoginRadius provider is updated, and reading it shows the change and no key", async () => {
    const body = { Provider: "my-saml-app", DataMap: { ID: "NameID", Email: "mail" }, FriendlyProviderName: "Acme", IdentityProvider: { Location: "https://idp.example.com/sso" } };
    const update = await call(gateway, "PUT", LOGINRADIUS, body);
    assert.equal(update.status, 200, update.text);
    const read = (await call(gateway, "GET", LOGINRADIUS)).json();
    assert.deepEqual(read.DataMap, body.DataMap);
    assert.equal(read.FriendlyProviderName, "Acme");
    assert.equal(read.IdentityProvider.Location, "https://idp.example.com/sso");
    const list = await call(gateway, "GET", "/v2/manage/custom-providers/saml");
    assert.ok(list.json().Data.some(({ Provider }) => Provider === "my-saml-app"));
    for (const text of [JSON.stringify(read), list.text]) assert.doesNotMatch(text, /PRIVATE KEY/);
  });

  test("the body that LoginRadius' own page prints goes through with warnings", async () => {
    const update = await call(gateway, "PUT", LOGINRADIUS, { Provider: "providerName", DataMap: { key1: "value1", key2: "value2" } });
    assert.deepEqual(warnings(update), ["mapping_key_unlisted;/DataMap/key1", "mapping_key_unlisted;/DataMap/key2", "provider_name_differs;/Provider"]);
    assert.notEqual(update.headers["x-gateway-error"], "invalid_body", update.text);
  });

  test("a Stytch connection is updated field by field and together, and reading it shows the change and no key", async () => {
    const fields = {
      idp_entity_id: "https://idp.example.com/entity", display_name: "Acme", idp_sso_url: "https://idp.example.com/sso/saml",
      attribute_mapping: { email: "NameID", first_name: "firstName", last_name: "lastName", groups: "groups" },
      x509_certificate: CERTIFICATE, identity_provider: "okta",
      saml_connection_implicit_role_assignments: [{ role_id: "viewer" }],
      saml_group_implicit_role_assignments: [{ role_id: "stytch_admin", group: "admins" }],
      alternative_audience_uri: "https://old.example.com/audience", alternative_acs_url: "https://old.example.com/acs",
      nameid_format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", idp_initiated_auth_disabled: true, allow_gateway_callback: false,
      signing_private_key: KEY, saml_encryption_private_key: KEY,
    };
    for (const [name, value] of Object.entries(fields)) {
      const update = await call(gateway, "PUT", STYTCH, { [name]: value });
      assert.equal(update.status, 200, `${name}: ${update.text}`);
    }
    const together = await call(gateway, "PUT", STYTCH, { ...fields, organization_id: ORGANIZATION, connection_id: CONNECTION });
    assert.equal(together.status, 200, together.text);
    const list = await call(gateway, "GET", `/v1/b2b/sso/${ORGANIZATION}`);
    const read = list.json().saml_connections.find(({ connection_id }) => connection_id === CONNECTION);
    const { x509_certificate, signing_private_key, saml_encryption_private_key, ...plain } = fields;
    for (const [name, value] of Object.entries(plain)) assert.deepEqual(read[name], value, name);
    assert.ok(read.encryption_private_keys.length > 0);
    for (const key of read.encryption_private_keys) assert.equal(key.private_key, "[redacted]");
    assert.doesNotMatch(list.text, /PRIVATE KEY/);
  });

  test("what a vendor refuses comes back as the vendor said it", async () => {
    const unknown = await call(gateway, "GET", "/logto/api/sso-connectors/doesnotexist");
    assert.deepEqual([unknown.status, unknown.json().code, unknown.headers["x-gateway-error"]], [404, "entity.not_exists_with_id", undefined]);
    const nobody = await call(gateway, "PUT", "/loginradius/v2/manage/custom-providers/saml/nobody", { Provider: "nobody", DataMap: { ID: "x" } });
    assert.deepEqual([nobody.status, nobody.json().ErrorCode], [404, 7938]);
    const foreign = await call(gateway, "PUT", STYTCH.replace(CONNECTION, "saml-connection-test-00000000-0000-4000-8000-000000000000"), { display_name: "x" });
    assert.deepEqual([foreign.status, foreign.json().error_type], [404, "saml_connection_not_found"]);
  });
});

describe("every operation of the catalogue, at the sandbox", () => {
  const OTHER = "organization-test-22222222-2222-4222-8222-222222222222";
  const SSO = "/stytch-test/v1/b2b/sso";
  const PROVIDERS = "/loginradius/v2/manage/custom-providers";
  const CONNECTORS = "/logto/api/sso-connectors";
  let sandbox, gateway;
  before(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway({ vars: vars({ upstream: sandbox.url }) });
  });
  after(async () => {
    await gateway?.stop();
    await sandbox?.stop();
  });

  const state = async () => (await fetch(`${sandbox.url}/_sandbox/state`)).text();
  const fault = (body) => fetch(`${sandbox.url}/_sandbox/faults`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  /** Asks, expects this status, and gives the body. */
  const ask = async (status, method, path, body) => {
    const answer = await call(gateway, method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.text === "" ? undefined : answer.json();
  };
  /** Expects the vendor's own error, and that it is the vendor's. */
  const refusal = async (status, code, method, path, body) => {
    const answer = await call(gateway, method, path, body);
    const { error_type, ErrorCode, code: logto } = answer.json();
    assert.deepEqual([answer.status, error_type ?? ErrorCode ?? logto, answer.headers["x-gateway-error"]], [status, code, undefined], `${method} ${path}: ${answer.text}`);
  };
  /** Expects an error of the gateway's. */
  const ours = async (status, code, method, path, body) => {
    const answer = await call(gateway, method, path, body);
    assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [status, code], `${method} ${path}: ${answer.text}`);
  };

  test("Stytch: a SAML connection from its creation to its end", async () => {
    const { connection } = await ask(200, "POST", `${SSO}/saml/${ORGANIZATION}`, { display_name: "New", identity_provider: "okta" });
    assert.deepEqual([connection.organization_id, connection.status, connection.display_name, connection.identity_provider], [ORGANIZATION, "pending", "New", "okta"]);
    const one = `${SSO}/saml/${ORGANIZATION}/connections/${connection.connection_id}`;

    await ask(200, "PUT", one, { attribute_mapping: { email: "NameID", full_name: "name" }, saml_encryption_private_key: KEY });
    const byUrl = await ask(200, "PUT", `${one}/url`, { metadata_url: "https://idp.example.com/metadata" });
    assert.deepEqual([byUrl.connection.status, byUrl.connection.idp_entity_id], ["active", "https://idp.example.com/entity"]);
    const { connection: twice } = await ask(200, "PUT", one, { x509_certificate: CERTIFICATE });
    const [first, second] = twice.verification_certificates.map(({ certificate_id }) => certificate_id);

    const certificates = `${one}/verification_certificates`;
    assert.equal((await ask(200, "DELETE", `${certificates}/${first}`)).certificate_id, first);
    await refusal(404, "sso_verification_key_not_found", "DELETE", `${certificates}/${first}`);
    await refusal(400, "cannot_delete_last_sso_verification_key", "DELETE", `${certificates}/${second}`);
    const [{ private_key_id, private_key }] = twice.encryption_private_keys;
    assert.equal(private_key, "[redacted]");
    assert.equal((await ask(200, "DELETE", `${one}/encryption_private_keys/${private_key_id}`)).private_key_id, private_key_id);
    await refusal(404, "sso_encryption_private_key_not_found", "DELETE", `${one}/encryption_private_keys/${private_key_id}`);

    await refusal(400, "invalid_saml_metadata_url", "PUT", `${one}/url`, { metadata_url: "https://unreachable.example.com/metadata" });
    await refusal(400, "invalid_xml_from_saml_metadata_url", "PUT", `${one}/url`, { metadata_url: "https://broken.example.com/metadata" });
    await ours(400, "invalid_body", "PUT", `${one}/url`, { metadata_url: "https://10.0.0.1/metadata" });
    for (let slot = 0; slot < 4; slot++) await ask(200, "PUT", one, { x509_certificate: CERTIFICATE });
    await refusal(400, "too_many_sso_verification_certificates", "PUT", one, { x509_certificate: CERTIFICATE });

    const gone = `${SSO}/${ORGANIZATION}/connections/${connection.connection_id}`;
    assert.equal((await ask(200, "DELETE", gone)).connection_id, connection.connection_id);
    await refusal(404, "sso_connection_not_found", "DELETE", gone);
    await refusal(404, "saml_connection_not_found", "PUT", one, { display_name: "x" });
    await refusal(404, "organization_not_found", "POST", `${SSO}/saml/nobody`, {});
  });

  test("Stytch: an OIDC connection, whose secret is never shown and goes nowhere else", async () => {
    const { connection } = await ask(200, "POST", `${SSO}/oidc/acme`, {});
    const one = `${SSO}/oidc/${ORGANIZATION}/connections/${connection.connection_id}`;
    const update = await ask(200, "PUT", one, { client_id: "c", client_secret: "a-secret-of-the-caller", issuer: "https://idp.example.com", custom_scopes: "openid%20groups" });
    assert.deepEqual([update.connection.status, update.connection.token_url, update.connection.client_secret], ["active", "https://idp.example.com/token", "[redacted]"]);
    const list = await call(gateway, "GET", `${SSO}/${ORGANIZATION}`);
    assert.ok(list.json().oidc_connections.some(({ connection_id }) => connection_id === connection.connection_id));
    assert.doesNotMatch(list.text, /a-secret-of-the-caller|sandbox-stored-/);

    for (const url of ["issuer", "token_url", "userinfo_url"]) await ours(403, "secret_retarget", "PUT", one, { [url]: "https://evil.example.net/x" });
    const kept = await ask(200, "PUT", one, { client_secret: "[redacted]", display_name: "Kept" });
    assert.equal(kept.connection.display_name, "Kept");
    assert.ok((await state()).includes("a-secret-of-the-caller"), "a mask never takes the place of a secret");
    const warned = await ask(200, "PUT", one, { issuer: "https://unreachable.example.com", client_secret: "another-secret" });
    assert.match(warned.warning, /Could not fetch/);
    await refusal(404, "oidc_connection_not_found", "PUT", one.replace(ORGANIZATION, OTHER), { display_name: "x" });
    await ask(200, "DELETE", `${SSO}/acme/connections/${connection.connection_id}`);
  });

  test("Stytch: a connection borrowed from another organization", async () => {
    const theirs = { external_organization_id: ORGANIZATION, external_connection_id: CONNECTION };
    const { connection } = await ask(200, "POST", `${SSO}/external/${OTHER}`, { ...theirs, connection_implicit_role_assignments: [{ role_id: "viewer" }] });
    assert.deepEqual([connection.organization_id, connection.external_connection_id], [OTHER, CONNECTION]);
    const one = `${SSO}/external/${OTHER}/connections/${connection.connection_id}`;
    const update = await ask(200, "PUT", one, { display_name: "Borrowed", external_group_implicit_role_assignments: [{ role_id: "a", group: "g" }] });
    assert.deepEqual([update.connection.display_name, update.connection.external_connection_implicit_role_assignments], ["Borrowed", [{ role_id: "viewer" }]]);
    await refusal(400, "duplicate_external_sso_connection", "POST", `${SSO}/external/${OTHER}`, theirs);
    await refusal(404, "external_connection_id_not_found", "POST", `${SSO}/external/${OTHER}`, { ...theirs, external_connection_id: "saml-connection-test-unknown" });
    const pending = await ask(200, "POST", `${SSO}/saml/${ORGANIZATION}`, {});
    await refusal(400, "external_connection_not_active", "POST", `${SSO}/external/${OTHER}`, { ...theirs, external_connection_id: pending.connection.connection_id });
    await ours(400, "invalid_body", "POST", `${SSO}/external/${ORGANIZATION}`, theirs);
    // An organization's other name is not the same text, so that the vendor has to tell.
    await refusal(400, "external_organization_id_same_as_organization_id", "POST", `${SSO}/external/acme`, theirs);
    await ask(200, "DELETE", `${SSO}/globex/connections/${connection.connection_id}`);
  });

  test("Logto: a connector from its creation to its end, with its signing keys", async () => {
    const kinds = await ask(200, "GET", "/logto/api/sso-connector-providers");
    assert.deepEqual(kinds.map(({ providerName }) => providerName).sort(), ["AzureAD", "AzureAdOidc", "GoogleWorkspace", "OIDC", "Okta", "SAML"]);
    const made = await ask(200, "POST", CONNECTORS, { providerName: "SAML", connectorName: "new one", config: { metadataUrl: "https://idp.example.com/metadata" }, domains: ["New.example"] });
    assert.deepEqual([made.connectorName, made.domains], ["new one", ["new.example"]]);
    await refusal(409, "single_sign_on.duplicate_connector_name", "POST", CONNECTORS, { providerName: "SAML", connectorName: "new one" });
    await refusal(400, "connector.invalid_metadata", "POST", CONNECTORS, { providerName: "SAML", connectorName: "another", config: { metadataUrl: "https://unreachable.example.com/metadata" } });

    const one = `${CONNECTORS}/${made.id}`;
    assert.equal((await ask(200, "GET", one)).providerConfig.identityProvider.entityId, "https://idp.example.com/entity");
    assert.deepEqual(await ask(200, "GET", `${one}/signing-keys`), []);
    const key = await ask(201, "POST", `${one}/signing-keys`, { active: true });
    assert.doesNotMatch(JSON.stringify(key), /PRIVATE KEY/);
    await ask(200, "PATCH", one, { config: { metadataUrl: "https://idp.example.com/metadata", signAuthnRequest: true } });
    await refusal(400, "single_sign_on.can_not_deactivate_signing_key_in_use", "PATCH", `${one}/signing-keys/${key.id}`, { active: false });
    await refusal(400, "single_sign_on.can_not_delete_active_signing_key", "DELETE", `${one}/signing-keys/${key.id}`);
    const next = await ask(201, "POST", `${one}/signing-keys`, {});
    assert.equal((await ask(200, "PATCH", `${one}/signing-keys/${next.id}`, { active: true })).id, next.id);
    await ask(204, "DELETE", `${one}/signing-keys/${key.id}`);
    await refusal(404, "entity.not_found", "DELETE", `${one}/signing-keys/${key.id}`);
    await refusal(404, "connector.not_found", "GET", `${CONNECTORS}/acmeoidc0001/signing-keys`);

    await ask(200, "PUT", `${one}/idp-initiated-auth-config`, { autoSendAuthorizationRequest: true, defaultApplicationId: "traditionalapp0000001" });
    await ask(200, "GET", `${one}/idp-initiated-auth-config`);
    await ask(204, "DELETE", `${one}/idp-initiated-auth-config`);
    assert.ok((await ask(200, "GET", CONNECTORS)).some(({ id }) => id === made.id));
    await ask(204, "DELETE", one);
    await refusal(404, "entity.not_exists_with_id", "GET", one);
    await refusal(404, "entity.not_exists_with_id", "DELETE", one);
  });

  test("Logto: a new OIDC connector's secret is stored and not shown", async () => {
    const config = { clientId: "c", clientSecret: "a-secret-of-the-caller", issuer: "https://idp.example.com" };
    const made = await call(gateway, "POST", CONNECTORS, { providerName: "OIDC", connectorName: "new oidc", config });
    assert.deepEqual([made.status, made.json().config.clientSecret], [200, "[redacted]"], made.text);
    assert.ok((await state()).includes("a-secret-of-the-caller"));
    await refusal(400, "connector.invalid_config", "POST", CONNECTORS, { providerName: "OIDC", connectorName: "third", config: { ...config, issuer: "https://partial.example.com" } });
    await ours(400, "invalid_body", "POST", CONNECTORS, { providerName: "SAML", connectorName: "fourth", config });
    await ours(400, "invalid_body", "POST", CONNECTORS, { providerName: "OIDC", connectorName: "fifth", config: { ...config, clientSecret: "[redacted]" } });
  });

  test("LoginRadius: SAML providers and the keys of their mappings", async () => {
    const keys = await ask(200, "GET", `${PROVIDERS}/saml/keys`);
    assert.equal(keys.Data[0].length, 44);
    // Every key that the vendor lists is known here.
    const made = await call(gateway, "POST", `${PROVIDERS}/saml`, { Provider: "New-SAML-App", DataMap: Object.fromEntries(keys.Data[0].map((key) => [key, "attribute"])) });
    assert.deepEqual([made.status, made.json().Provider, warnings(made)], [200, "new-saml-app", []], made.text);
    await refusal(409, 7961, "POST", `${PROVIDERS}/saml`, { Provider: "new-saml-app", DataMap: {} });
    await refusal(409, 8038, "POST", `${PROVIDERS}/saml`, { Provider: "third-app", DataMap: {}, Domain: "acme.example" });
    await ask(200, "PUT", `${PROVIDERS}/saml/new-saml-app`, { Provider: "new-saml-app", DataMap: { ID: "NameID" } });
    assert.deepEqual((await ask(200, "GET", `${PROVIDERS}/saml/NEW-saml-app`)).DataMap, { ID: "NameID" });
    assert.ok((await ask(200, "GET", `${PROVIDERS}/saml`)).Data.some(({ Provider }) => Provider === "new-saml-app"));
    await ours(400, "invalid_body", "POST", `${PROVIDERS}/saml`, { Provider: "keys", DataMap: {} });
    await ours(405, "method_not_allowed", "DELETE", `${PROVIDERS}/saml/new-saml-app`);
  });

  test("LoginRadius: JWT providers, whose key is never shown", async () => {
    const made = await ask(200, "POST", `${PROVIDERS}/jwt`, { AppName: "New-JWT-App", Algo: "HS256", Key: "a-secret-of-the-caller", Issuer: { ExpectedValue: "https://idp.example.com", IsMandatory: true } });
    assert.deepEqual([made.AppName, made.Key], ["new-jwt-app", "[redacted]"]);
    await ask(200, "PUT", `${PROVIDERS}/jwt/new-jwt-app`, { ClockSkew: 30 });
    const read = await ask(200, "GET", `${PROVIDERS}/jwt/new-jwt-app`);
    assert.deepEqual([read.ClockSkew, read.Key, read.Issuer.ExpectedValue], [30, "[redacted]", "https://idp.example.com"]);
    assert.doesNotMatch(JSON.stringify(await ask(200, "GET", `${PROVIDERS}/jwt`)), /a-secret-of-the-caller|sandbox-stored-/);
    assert.ok((await state()).includes("a-secret-of-the-caller"));
    await refusal(409, 7960, "POST", `${PROVIDERS}/jwt`, { AppName: "new-jwt-app" });
    await refusal(404, 7958, "GET", `${PROVIDERS}/jwt/nobody`);
    await ours(400, "invalid_body", "PUT", `${PROVIDERS}/jwt/new-jwt-app`, { Key: "[redacted]" });
  });

  test("LoginRadius: OAuth providers, named in the body, whose secrets go nowhere else", async () => {
    const whole = {
      ProviderName: "New-OAuth-App", UserLoginEndpoint: "https://idp.example.com/authorize", AccessTokenEndpoint: "https://idp.example.com/token",
      ApplicationKey: "client", ApplicationSecret: "a-secret-of-the-caller", Scope: "openid email", ResponseType: "code", DataMap: { ID: "sub" },
      RequestTokenHttpMethod: "POST", Headers: { Authorization: "a-header-of-the-caller" },
    };
    const made = await ask(200, "POST", `${PROVIDERS}/oauth`, whole);
    assert.deepEqual([made.ProviderName, made.ApplicationSecret, made.Headers], ["new-oauth-app", "[redacted]", { Authorization: "[redacted]" }]);
    const update = await ask(200, "PUT", `${PROVIDERS}/oauth`, { ProviderName: "NEW-oauth-app", Scope: "openid" });
    assert.deepEqual([update.Scope, update.ApplicationSecret], ["openid", "[redacted]"]);
    for (const url of ["AccessTokenEndpoint", "UserprofileEndpoint"]) {
      await ours(403, "secret_retarget", "PUT", `${PROVIDERS}/oauth`, { ProviderName: "new-oauth-app", [url]: "https://evil.example.net/x" });
    }
    await refusal(404, 7939, "PUT", `${PROVIDERS}/oauth`, { ProviderName: "nobody" });
    await refusal(409, 7961, "POST", `${PROVIDERS}/oauth`, whole);
    await ours(400, "invalid_body", "PUT", `${PROVIDERS}/oauth`, { Scope: "openid" });
    assert.doesNotMatch(await state(), /\[redacted\]|evil/);
  });

  test("an answer about something else is not shown, and the outcome of the write is unknown", async () => {
    const cases = [
      ["stytch", "organization", "POST", `${SSO}/saml/${ORGANIZATION}`, {}],
      ["stytch", "connection", "PUT", `${SSO}/oidc/${ORGANIZATION}/connections/oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff`, { display_name: "x" }],
      ["loginradius", "connection", "POST", `${PROVIDERS}/jwt`, { AppName: "fourth-app" }],
      ["loginradius", "connection", "PUT", `${PROVIDERS}/oauth`, { ProviderName: "my-oauth-app", Scope: "openid" }],
    ];
    for (const [vendor, what, method, path, body] of cases) {
      await fault({ match: { vendor, method, endpoint: "api" }, fault: { kind: "wrong_subject", what } });
      const answer = await call(gateway, method, path, body, { accept: "application/problem+json" });
      assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [502, "wrong_subject"], `${method} ${path}: ${answer.text}`);
      assert.equal(answer.json().outcome, "unknown");
    }
  });

  test("an upstream that fails, is busy or lies is reported in the same way for every write", async () => {
    const external = { external_organization_id: ORGANIZATION, external_connection_id: CONNECTION };
    const saml = `${SSO}/saml/${ORGANIZATION}/connections/${CONNECTION}`;
    const writes = [
      ["POST", `${SSO}/saml/${ORGANIZATION}`, {}], ["POST", `${SSO}/oidc/${ORGANIZATION}`, {}], ["POST", `${SSO}/external/${OTHER}`, external],
      ["PUT", `${saml}/url`, { metadata_url: "https://idp.example.com/metadata" }], ["DELETE", `${saml}/verification_certificates/c`], ["DELETE", `${saml}/encryption_private_keys/k`],
      ["PUT", `${SSO}/oidc/${ORGANIZATION}/connections/c`, {}], ["PUT", `${SSO}/external/${OTHER}/connections/c`, {}], ["DELETE", `${SSO}/${ORGANIZATION}/connections/c`],
      ["POST", CONNECTORS, { providerName: "SAML", connectorName: "x" }], ["DELETE", `${CONNECTORS}/c`], ["POST", `${CONNECTORS}/c/signing-keys`, {}],
      ["PATCH", `${CONNECTORS}/c/signing-keys/k`, { active: true }], ["DELETE", `${CONNECTORS}/c/signing-keys/k`],
      ["POST", `${PROVIDERS}/saml`, { Provider: "a", DataMap: {} }], ["POST", `${PROVIDERS}/jwt`, { AppName: "a" }], ["PUT", `${PROVIDERS}/jwt/a`, {}],
      ["POST", `${PROVIDERS}/oauth`, { ProviderName: "a" }], ["PUT", `${PROVIDERS}/oauth`, { ProviderName: "a" }],
    ];
    const stored = async () => {
      const { requests, ...rest } = JSON.parse(await state());
      return [requests, JSON.stringify(rest)];
    };
    const [sentBefore, before] = await stored();
    for (const [method, path, body] of writes) {
      for (const [answer, status, code, outcome] of [
        [{ status: 500, body: "<html>500</html>" }, 502, "upstream_failed", "unknown"],
        [{ status: 429, headers: { "retry-after": "7" }, body: {} }, 429, "rate_limited", undefined],
        [{ status: 200, body: "<html>200</html>" }, 502, "upstream_invalid_answer", "unknown"],
        [{ status: 302, headers: { location: "https://evil.example.net/" } }, 502, "upstream_redirect", "unknown"],
      ]) {
        await fault({ match: { endpoint: "api" }, fault: { kind: "respond", ...answer } });
        const got = await call(gateway, method, path, body, { accept: "application/problem+json" });
        assert.deepEqual([got.status, got.headers["x-gateway-error"], got.json().outcome], [status, code, outcome], `${method} ${path}: ${got.text}`);
        if (status === 429) assert.equal(got.headers["retry-after"], "7");
      }
    }
    const [sentAfter, after] = await stored();
    assert.ok(after === before, "nothing was carried out");
    assert.equal(sentAfter - sentBefore, 4 * writes.length, "no write was sent a second time");
  });

  test("no operation was left out, and nothing secret was printed", () => {
    const rows = readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^\| `(\w+)` \| (?:Logto|LoginRadius|Stytch) \|/gm);
    const catalogue = [...rows].map(([, name]) => name);
    assert.ok(catalogue.length >= 35, `${catalogue.length} rows`);
    const done = new Set(gateway.lines().filter(({ status }) => status < 300).map(({ operation }) => operation));
    assert.deepEqual(catalogue.filter((name) => !done.has(name)), []);
    const text = gateway.logs.map(({ message }) => message).join("\n");
    assert.doesNotMatch(text, /PRIVATE KEY|of-the-caller|sandbox-stored-|evil|Bearer |Basic /);
  });
});

describe("at an upstream that records", () => {
  let upstream, gateway;
  before(async () => {
    upstream = await startUpstream({
      answer: ({ method, path }) =>
        path.endsWith("/token") ? { headers: { "content-type": "application/json" }, body: JSON.stringify({ access_token: "recorded-token-0123456789", expires_in: 3600, token_type: "Bearer", scope: "all" }) }
        : path.includes("/idp-initiated") ? { status: method === "DELETE" ? 204 : 200, body: method === "DELETE" ? "" : '{"connectorId":"acmesaml0001"}' }
        : path.includes("/api/sso-connectors") ? { body: '{"id":"acmesaml0001","exact":[1.0,1e400,123456789012345678901234567890]}' }
        : path.includes("custom-providers") ? { body: '{"Provider":"my-saml-app"}' }
        : { body: JSON.stringify({ status_code: 200, connection: { connection_id: CONNECTION, organization_id: ORGANIZATION } }) },
    });
    gateway = await startGateway({ vars: vars({ upstream: upstream.url }) });
  });
  after(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  // Bodies are written by hand: order, escapes and number lexemes must survive.
  const sent = [
    ["PATCH", LOGTO, "/api/sso-connectors/acmesaml0001", '{"domains":["B.Example","a.example"],"connectorName":"\\u00e4 / \\" \ud83d\ude00","syncProfile":false}'],
    ["PUT", IDP_INITIATED, "/api/sso-connectors/acmesaml0001/idp-initiated-auth-config", '{"autoSendAuthorizationRequest":true,"redirectUri":null,"defaultApplicationId":"traditionalapp0000001","authParameters":{"scope":"profile"}}'],
    ["PUT", LOGINRADIUS, "/v2/manage/custom-providers/saml/my-saml-app", '{"DataMap":{"Email":"mail","ID":"NameID"},"Provider":"My-SAML-app","Domain":"Acme.example"}'],
    ["PUT", STYTCH, `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`, `{"idp_initiated_auth_disabled":false,"display_name":"","connection_id":"${CONNECTION}","saml_connection_implicit_role_assignments":[]}`],
  ];
  for (const [method, path, expected, body] of sent) {
    test(`${method} ${path} is sent exactly as received, with the gateway's credential and nothing of the caller's`, async () => {
      upstream.clear();
      const answer = await call(gateway, method, path, body, { cookie: "sid=1", "x-forwarded-for": "203.0.113.9", "x-http-method-override": "DELETE", "x-loginradius-apikey": "k", accept: "*/*", "accept-language": "de", "user-agent": "caller/1" });
      assert.equal(answer.status, 200, answer.text);
      const request = upstream.requests.find((request) => !request.path.endsWith("/token"));
      assert.equal(request.method, method);
      assert.equal(request.path, expected);
      const received = request.body.toString();
      assert.deepEqual(JSON.parse(received), JSON.parse(body));
      assert.equal(received, body.replace("\\u00e4", "ä"), "only escapes are written another way");
      const { host, connection, "content-length": length, ...headers } = request.headers;
      const credential = path.startsWith("/stytch") ? /^Basic [A-Za-z0-9+/=]+$/ : /^Bearer recorded-token-0123456789$/;
      assert.match(headers.authorization, credential);
      assert.equal(headers["x-request-id"], answer.headers["x-request-id"]);
      assert.equal(Number(length), Buffer.byteLength(received));
      // workerd itself says in `cf-worker` which zone asks, and what it can decode.
      const names = ["cf-worker", "accept-encoding", "accept", "accept-language", "authorization", "content-type", "user-agent", "via", "x-request-id"];
      assert.deepEqual(Object.keys(headers).filter((name) => !names.includes(name)), [], "no other header travels");
      assert.equal(headers["content-type"], "application/json");
      assert.equal(headers["accept-language"], "en");
      assert.match(headers.via, /^1\.1 sso-config-gateway-[0-9a-f]{12}$/);
      assert.doesNotMatch(headers["user-agent"], /caller/);
    });
  }

  test("numbers in an answer keep their lexemes", async () => {
    const answer = await call(gateway, "GET", LOGTO);
    assert.match(answer.text, /"exact":\[1\.0,1e400,123456789012345678901234567890\]/);
  });

  test("a refused token is fetched anew and the very same body sent once more", async () => {
    upstream.clear();
    upstream.script({ status: 401, body: '{"code":"auth.unauthorized","message":"expired"}' });
    const answer = await call(gateway, "PATCH", LOGTO, '{"syncProfile":true}');
    assert.equal(answer.status, 200, answer.text);
    const kinds = upstream.requests.map(({ path, body }) => (path.endsWith("/token") ? "token" : body.toString()));
    assert.deepEqual(kinds, ['{"syncProfile":true}', "token", '{"syncProfile":true}']);
  });

  test("a thousand cold requests fetch at most three tokens, and none hangs", async () => {
    const cold = await startGateway({ vars: vars({ upstream: upstream.url }) });
    try {
      upstream.clear();
      upstream.script({ delay: 150, headers: { "content-type": "application/json" }, body: JSON.stringify({ access_token: "recorded-token-0123456789", expires_in: 3600, scope: "all" }) });
      const one = () => call(cold, "GET", LOGTO).then(({ status }) => status);
      const statuses = [];
      // Five hundred before there is a token, the others while it arrives and afterwards.
      for (let wave = 0; wave < 2; wave++) statuses.push(...(await Promise.all(Array.from({ length: 500 }, one))));
      assert.deepEqual([...new Set(statuses)], [200]);
      const fetches = upstream.requests.filter(({ path }) => path.endsWith("/token")).length;
      assert.ok(fetches >= 1 && fetches <= 3, `${fetches} token fetches`);
    } finally {
      await cold.stop();
    }
  });

  test("a caller that hangs up during a token fetch does not keep others waiting", async () => {
    const fresh = await startGateway({ vars: vars({ upstream: upstream.url }) });
    try {
      upstream.clear();
      upstream.script({ delay: 400, headers: { "content-type": "application/json" }, body: JSON.stringify({ access_token: "recorded-token-0123456789", expires_in: 3600, scope: "all" }) });
      const hangUp = new AbortController();
      const gone = send(fresh.url, { path: LOGTO, headers: { authorization: SANDBOX_CALLER }, signal: hangUp.signal }).catch(() => {});
      await upstream.seen(1);
      const others = Array.from({ length: 20 }, () => call(fresh, "GET", LOGTO));
      hangUp.abort();
      await gone;
      assert.deepEqual([...new Set((await Promise.all(others)).map(({ status }) => status))], [200]);
      assert.equal(upstream.requests.filter(({ path }) => path.endsWith("/token")).length, 1);
    } finally {
      await fresh.stop();
    }
  });

  describe("nothing is sent, and the error says where and what, for", () => {
    const config = (extra) => ({ config: { entityId: "https://idp.example.com/e", signInEndpoint: "https://idp.example.com/sso", x509Certificate: CERTIFICATE, ...extra } });
    const auto = (extra) => ({ autoSendAuthorizationRequest: true, defaultApplicationId: "traditionalapp0000001", ...extra });
    const app = (extra) => ({ Provider: "my-saml-app", DataMap: { ID: "x" }, ...extra });
    /** What is wrong, verb, path, body, then code and pointer of each problem. */
    const bad = [
      ["a Logto name of the wrong type", "PATCH", LOGTO, { connectorName: 5 }, ["wrong_type /connectorName"]],
      ["a Logto name that is too long", "PATCH", LOGTO, { connectorName: "x".repeat(129) }, ["bad_length /connectorName"]],
      ["null at Logto", "PATCH", LOGTO, { syncProfile: null }, ["null_refused /syncProfile"]],
      ["a member that Logto does not have", "PATCH", LOGTO, { conectorName: "x" }, ["unknown_member /conectorName"]],
      ["an empty Logto config", "PATCH", LOGTO, { config: {} }, ["config_empty /config"]],
      ["a Logto config that is half SAML and half OIDC", "PATCH", LOGTO, config({ clientId: "c" }), ["config_mixed /config/clientId"]],
      ["two SAML variants at once", "PATCH", LOGTO, config({ metadataUrl: "https://idp.example.com/m" }), ["saml_variants_mixed /config/entityId", "saml_variants_mixed /config/signInEndpoint", "saml_variants_mixed /config/x509Certificate"]],
      ["an incomplete manual variant", "PATCH", LOGTO, { config: { entityId: "e" } }, ["required /config/signInEndpoint", "required /config/x509Certificate"]],
      ["an incomplete OIDC config", "PATCH", LOGTO, { config: { issuer: "https://idp.example.com" } }, ["required /config/clientId", "required /config/clientSecret"]],
      ["a metadata URL in the vendor's own network", "PATCH", LOGTO, { config: { metadataUrl: "http://169.254.169.254/latest" } }, ["url_not_https /config/metadataUrl", "url_private_host /config/metadataUrl"]],
      ["a sign-in endpoint that runs in the page", "PATCH", LOGTO, config({ signInEndpoint: "javascript:alert(1)" }), ["url_scheme /config/signInEndpoint"]],
      ["a private key pasted as certificate", "PATCH", LOGTO, config({ x509Certificate: KEY }), ["certificate_is_private_key /config/x509Certificate"]],
      ["a PEM with escaped line breaks", "PATCH", LOGTO, config({ x509Certificate: CERTIFICATE.replaceAll("\n", "\\n") }), ["certificate_escaped_newlines /config/x509Certificate"]],
      ["an unknown signature algorithm", "PATCH", LOGTO, config({ requestSignatureAlgorithm: "sha1" }), ["not_a_choice /config/requestSignatureAlgorithm"]],
      ["public, doubled and impossible domains", "PATCH", LOGTO, { domains: ["gmail.com", "A.example", "a.example", "not a domain", "*.b.example"] }, ["domain_public_mail /domains/0", "domain_duplicate /domains/2", "domain_invalid /domains/3", "domain_wildcard /domains/4"]],
      ["an id in the body that is not the one in the path", "PATCH", LOGTO, { id: "acmeoidc0001" }, ["path_value_mismatch /id"]],

      ["IdP-initiated settings without an application", "PUT", IDP_INITIATED, { autoSendAuthorizationRequest: true }, ["required /defaultApplicationId"]],
      ["an application id that is too long", "PUT", IDP_INITIATED, auto({ defaultApplicationId: "x".repeat(22) }), ["bad_length /defaultApplicationId"]],
      ["a flag that is text", "PUT", IDP_INITIATED, auto({ autoSendAuthorizationRequest: "true" }), ["wrong_type /autoSendAuthorizationRequest"]],
      ["a flag that is null", "PUT", IDP_INITIATED, auto({ autoSendAuthorizationRequest: null }), ["null_refused /autoSendAuthorizationRequest"]],
      ["a callback that would be dropped", "PUT", IDP_INITIATED, auto({ clientIdpInitiatedAuthCallbackUri: "https://app.example.com/sso" }), ["member_not_applicable /clientIdpInitiatedAuthCallbackUri"]],
      ["a redirect that would be dropped, and no callback", "PUT", IDP_INITIATED, { ...auto(), autoSendAuthorizationRequest: false, redirectUri: "https://app.example.com/cb" }, ["required /clientIdpInitiatedAuthCallbackUri", "member_not_applicable /redirectUri"]],
      ["parameters that are no texts", "PUT", IDP_INITIATED, auto({ authParameters: { scope: ["a"] } }), ["wrong_type /authParameters/scope"]],
      ["a redirect that is no URL", "PUT", IDP_INITIATED, auto({ redirectUri: "not a url" }), ["url_invalid /redirectUri"]],
      ["a callback that runs in the page", "PUT", IDP_INITIATED, { autoSendAuthorizationRequest: false, defaultApplicationId: "spaapp000000000000001", clientIdpInitiatedAuthCallbackUri: "javascript:alert(1)" }, ["url_scheme /clientIdpInitiatedAuthCallbackUri"]],
      ["a member that the settings do not have", "PUT", IDP_INITIATED, auto({ redirectURI: "https://app.example.com" }), ["unknown_member /redirectURI"]],
      ["settings of another connector", "PUT", IDP_INITIATED, auto({ connectorId: "acmeoidc0001" }), ["path_value_mismatch /connectorId"]],
      ["empty settings", "PUT", IDP_INITIATED, {}, ["body_empty (the body)"]],

      ["a LoginRadius provider of the wrong type", "PUT", LOGINRADIUS, app({ Provider: 7 }), ["wrong_type /Provider"]],
      ["a provider name with a blank", "PUT", LOGINRADIUS, app({ Provider: "my app" }), ["provider_name_invalid /Provider"]],
      ["a mapping that is a list", "PUT", LOGINRADIUS, app({ DataMap: ["x"] }), ["wrong_type /DataMap"]],
      ["a mapping to something nested", "PUT", LOGINRADIUS, app({ DataMap: { ID: { a: "b" } } }), ["wrong_type /DataMap/ID"]],
      ["a member in another letter case", "PUT", LOGINRADIUS, app({ domain: "acme.example" }), ["unknown_member /domain"]],
      ["a nested member that is misspelt", "PUT", LOGINRADIUS, app({ IdentityProvider: { Locaton: "https://idp.example.com" } }), ["unknown_member /IdentityProvider/Locaton"]],
      ["a location with a user name", "PUT", LOGINRADIUS, app({ IdentityProvider: { Location: "https://a@idp.example.com" } }), ["url_userinfo /IdentityProvider/Location"]],
      ["the vendor's own private key", "PUT", LOGINRADIUS, app({ IdpCertificate: { Certificate: CERTIFICATE, Key: KEY } }), ["never_sent /IdpCertificate/Key"]],
      ["a private key as certificate", "PUT", LOGINRADIUS, app({ IdpCertificate: { Certificate: KEY } }), ["certificate_is_private_key /IdpCertificate/Certificate"]],
      ["a domain that is none", "PUT", LOGINRADIUS, app({ Domain: "acme" }), ["domain_invalid /Domain"]],
      ["a flag that is a number", "PUT", LOGINRADIUS, app({ ListInInterface: 1 }), ["wrong_type /ListInInterface"]],
      ["an empty provider", "PUT", LOGINRADIUS, {}, ["body_empty (the body)"]],

      ["a Stytch name of the wrong type", "PUT", STYTCH, { display_name: [] }, ["wrong_type /display_name"]],
      ["null at Stytch", "PUT", STYTCH, { idp_entity_id: null }, ["null_refused /idp_entity_id"]],
      ["a member that Stytch does not have", "PUT", STYTCH, { displayName: "x" }, ["unknown_member /displayName"]],
      ["an unknown identity provider", "PUT", STYTCH, { identity_provider: "auth0" }, ["not_a_choice /identity_provider"]],
      ["a nested mapping", "PUT", STYTCH, { attribute_mapping: { email: { a: "b" }, full_name: "n" } }, ["wrong_type /attribute_mapping/email"]],
      ["a role without its id", "PUT", STYTCH, { saml_connection_implicit_role_assignments: [{ role: "viewer" }] }, ["required /saml_connection_implicit_role_assignments/0/role_id", "unknown_member /saml_connection_implicit_role_assignments/0/role"]],
      ["a group role without its group", "PUT", STYTCH, { saml_group_implicit_role_assignments: [{ role_id: "a" }] }, ["required /saml_group_implicit_role_assignments/0/group"]],
      ["a certificate without its armour", "PUT", STYTCH, { x509_certificate: "This-is-a-cert" }, ["certificate_not_pem /x509_certificate"]],
      ["the certificate of the vendor's own page", "PUT", STYTCH, { x509_certificate: CERTIFICATE.replace("-----END CERTIFICATE-----", "-----END CERTIFICATE") }, ["certificate_armour_broken /x509_certificate"]],
      ["a PKCS#8 key", "PUT", STYTCH, { signing_private_key: pem("rsa2048_pkcs8") }, ["key_is_pkcs8 /signing_private_key"]],
      ["an encrypted key", "PUT", STYTCH, { saml_encryption_private_key: pem("rsa2048_pkcs1_encrypted") }, ["key_is_encrypted /saml_encryption_private_key"]],
      ["a login over http", "PUT", STYTCH, { idp_sso_url: "http://idp.example.com/sso" }, ["url_not_https /idp_sso_url"]],
      ["an ACS URL that runs in the page", "PUT", STYTCH, { alternative_acs_url: "data:text/html,x" }, ["url_scheme /alternative_acs_url"]],
      ["another organization in the body", "PUT", STYTCH, { organization_id: "organization-test-2", display_name: "x" }, ["path_value_mismatch /organization_id"]],
      ["several problems at once", "PUT", STYTCH, { display_name: 1, idp_sso_url: "x", nonsense: true }, ["wrong_type /display_name", "url_invalid /idp_sso_url", "unknown_member /nonsense"]],
    ];
    for (const [what, method, path, body, expected] of bad) {
      test(what, async () => {
        upstream.clear();
        const answer = await call(gateway, method, path, body, { accept: "application/problem+json" });
        assert.deepEqual([answer.status, answer.headers["x-gateway-error"]], [400, "invalid_body"], answer.text);
        const found = answer.json().errors.map(({ code, pointer }) => `${code} ${pointer || "(the body)"}`);
        assert.deepEqual(found.sort(), [...expected].sort());
        for (const { message } of answer.json().errors) assert.match(message, /^[A-Z`].{15,}[.?)]$/s, "a sentence that helps");
        assert.equal(upstream.requests.length, 0, "nothing is sent");

        const native = (await call(gateway, method, path, body)).json();
        const problems = native.data?.errors ?? native.Errors ?? native.error_details?.errors;
        assert.equal(problems.length, expected.length, "the vendor's own shape holds the same problems");
        if (path.startsWith("/logto")) assert.equal(native.code, "guard.invalid_input");
        else if (path.startsWith("/loginradius")) assert.equal(native.ErrorCode, 1079);
        else assert.deepEqual([native.status_code, native.error_type], [400, "invalid_argument"]);
      });
    }
  });

  test("nothing was answered by the runtime, and nothing secret was printed", () => {
    const text = gateway.logs.map(({ message }) => message).join("\n");
    assert.doesNotMatch(text, /PRIVATE KEY|not-a-real-one|recorded-token|Bearer |Basic /);
  });
});
