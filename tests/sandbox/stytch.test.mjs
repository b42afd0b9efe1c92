// The Stytch half of the sandbox, from the facts and fixtures: certificates that are added, keys
// in one format only, the pending-to-active rule, member sessions, discovery with a warning.

import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { startSandbox } from "./harness.mjs";

const ORG = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const OTHER = "organization-test-22222222-2222-4222-8222-222222222222";
const SAML = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const OIDC = "oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff";
const GLOBEX = "saml-connection-test-d89ff7a0-e86f-4b4d-b6a3-9a74d967528e";
const BASE = "/v1/b2b/sso";
const SAML_PATH = `${BASE}/saml/${ORG}/connections/${SAML}`;
const OIDC_PATH = `${BASE}/oidc/${ORG}/connections/${OIDC}`;

let sandbox;
let certificate;
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pkcs1 = key.export({ type: "pkcs1", format: "pem" });
const pkcs8 = key.export({ type: "pkcs8", format: "pem" });

before(async () => {
  sandbox = await startSandbox();
  certificate = (await call("GET", `${BASE}/acme`)).body.saml_connections[0].verification_certificates[0].certificate;
});
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());

async function call(method, path, body, headers = {}) {
  const response = await sandbox.fetch(path, {
    method,
    headers: { authorization: sandbox.stytchAuthorization, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const answer = { status: response.status, body: await response.json() };
  assert.equal(answer.body.status_code, answer.status);
  assert.match(answer.body.request_id, /^request-id-test-/);
  return answer;
}

const refused = (answer, status, type) => assert.deepEqual([answer.status, answer.body.error_type], [status, type]);

test("an organization is found by id, slug and external id, and the list has all three kinds", async () => {
  for (const name of [ORG, "acme", "acme-external"]) {
    const { status, body } = await call("GET", `${BASE}/${name}`);
    assert.equal(status, 200);
    assert.deepEqual([body.saml_connections.length, body.oidc_connections.length, body.external_connections.length], [1, 1, 0]);
  }
  refused(await call("GET", `${BASE}/nobody`), 404, "organization_not_found");
});

test("the seeded connections hold secrets, and the other organization has its own connection", async () => {
  const { body } = await call("GET", `${BASE}/acme`);
  assert.match(body.saml_connections[0].encryption_private_keys[0].private_key, /PRIVATE KEY/);
  assert.equal(body.oidc_connections[0].client_secret, sandbox.credentials.STORED.stytchOidcClientSecret);
  const globex = await call("GET", `${BASE}/${OTHER}`);
  assert.deepEqual(globex.body.saml_connections.map((one) => one.connection_id), [GLOBEX]);
});

test("PUT changes what was sent and keeps the rest, and repeated path ids are tolerated", async () => {
  const { body } = await call("PUT", SAML_PATH, { display_name: "New", organization_id: ORG, connection_id: SAML, unknown: 1 });
  assert.equal(body.connection.display_name, "New");
  assert.equal(body.connection.idp_sso_url, "https://idp.acme.example/sso");
  const off = await call("PUT", SAML_PATH, { idp_initiated_auth_disabled: true });
  assert.equal(off.body.connection.idp_initiated_auth_disabled, true);
});

test("a certificate is added, not replaced, and the sixth is refused", async () => {
  for (let count = 2; count <= 5; count += 1) {
    const { body } = await call("PUT", SAML_PATH, { x509_certificate: certificate });
    assert.equal(body.connection.verification_certificates.length, count);
  }
  refused(await call("PUT", SAML_PATH, { x509_certificate: certificate, display_name: "no" }), 400, "too_many_sso_verification_certificates");
  const { body } = await call("GET", `${BASE}/acme`);
  assert.equal(body.saml_connections[0].display_name, "Acme SAML", "a refused PUT changes nothing");
});

test("certificates can be removed, except for the last one of an active connection", async () => {
  const [first] = (await call("GET", `${BASE}/acme`)).body.saml_connections[0].verification_certificates;
  const path = `${SAML_PATH}/verification_certificates/${first.certificate_id}`;
  refused(await call("DELETE", path, {}), 400, "cannot_delete_last_sso_verification_key");
  await call("PUT", SAML_PATH, { x509_certificate: certificate });
  assert.equal((await call("DELETE", path, {})).body.certificate_id, first.certificate_id);
  refused(await call("DELETE", path, {}), 404, "sso_verification_key_not_found");
});

test("text that is no PEM certificate is refused, the printed example without its last dashes included", async () => {
  for (const bad of ["This-is-a-cert", certificate.replace(/-----\n$/, ""), certificate.replace("MII", "AAA"), pkcs1]) {
    refused(await call("PUT", SAML_PATH, { x509_certificate: bad }), 400, "invalid_x509_certificate");
  }
});

test("a PKCS#1 signing key becomes a certificate and is not returned, PKCS#8 is refused", async () => {
  const { body } = await call("PUT", SAML_PATH, { signing_private_key: pkcs1 });
  const made = new X509Certificate(body.connection.signing_certificates[1].certificate);
  assert.equal(made.checkPrivateKey(key), true);
  assert.equal(made.verify(made.publicKey), true);
  assert.equal(JSON.stringify(body).includes(pkcs1.split("\n")[1]), false);
  refused(await call("PUT", SAML_PATH, { signing_private_key: pkcs8 }), 400, "saml_signing_private_key_format_not_supported");
  refused(await call("PUT", SAML_PATH, { signing_private_key: "nonsense" }), 400, "saml_signing_private_key_invalid");
});

test("a decryption key is read back and can be removed", async () => {
  refused(await call("PUT", SAML_PATH, { saml_encryption_private_key: pkcs8 }), 400, "saml_signing_private_key_format_not_supported");
  const { body } = await call("PUT", SAML_PATH, { saml_encryption_private_key: pkcs1 });
  const { private_key, private_key_id } = body.connection.encryption_private_keys[1];
  assert.equal(private_key, pkcs1);
  assert.equal((await call("DELETE", `${SAML_PATH}/encryption_private_keys/${private_key_id}`)).body.private_key_id, private_key_id);
  refused(await call("DELETE", `${SAML_PATH}/encryption_private_keys/${private_key_id}`), 404, "sso_encryption_private_key_not_found");
});

test("a new connection is pending until URL, entity id, certificate and mapping are there", async () => {
  const created = await call("POST", `${BASE}/saml/acme`, { display_name: "Acme Corp SAML", identity_provider: "okta" });
  const { connection } = created.body;
  assert.deepEqual([connection.status, connection.idp_sso_url, connection.acs_url === connection.audience_uri], ["pending", "", true]);
  const path = `${BASE}/saml/acme/connections/${connection.connection_id}`;
  const steps = [{ idp_sso_url: "https://idp.example.com/sso" }, { idp_entity_id: "e" }, { x509_certificate: certificate }];
  for (const step of steps) assert.equal((await call("PUT", path, step)).body.connection.status, "pending");
  const last = await call("PUT", path, { attribute_mapping: { email: "NameID", full_name: "name" } });
  assert.equal(last.body.connection.status, "active");
});

test("metadata by URL supplies all but the mapping", async () => {
  const { connection } = (await call("POST", `${BASE}/saml/acme`, {})).body;
  const path = `${BASE}/saml/acme/connections/${connection.connection_id}/url`;
  const { body } = await call("PUT", path, { metadata_url: "https://idp.example.com/metadata.xml" });
  assert.equal(body.connection.idp_sso_url, "https://idp.example.com/sso");
  assert.equal(body.connection.verification_certificates.length, 1);
  for (const url of ["http://idp.example.com/m", "nope", "https://unreachable.example.com/m", "https://idp.invalid/m"]) {
    refused(await call("PUT", path, { metadata_url: url }), 400, "invalid_saml_metadata_url");
  }
  refused(await call("PUT", path, { metadata_url: "https://broken.example.com/m" }), 400, "invalid_xml_from_saml_metadata_url");
  refused(await call("PUT", path, { metadata_url: "https://partial.example.com/m" }), 400, "saml_connection_metadata_invalid_format");
});

test("mappings, URLs and providers are checked with the published error types", async () => {
  const cases = [
    [{ attribute_mapping: {} }, "saml_connection_attribute_mapping_required"],
    [{ attribute_mapping: { full_name: "n" } }, "saml_connection_email_mapping_required"],
    [{ attribute_mapping: { email: "e", first_name: "f" } }, "saml_connection_name_mapping_required"],
    [{ attribute_mapping: { email: "e", full_name: { a: "b" } } }, "saml_connection_no_nested_keys_in_attribute_mapping"],
    [{ attribute_mapping: { email: "e", full_name: "n" }, saml_group_implicit_role_assignments: [{ role_id: "viewer", group: "g" }] }, "saml_connection_attribute_mapping_missing_groups_key"],
    [{ idp_sso_url: "" }, "saml_connection_idp_sso_url_required"],
    [{ idp_sso_url: "nope" }, "saml_connection_idp_sso_url_invalid_format"],
    [{ idp_sso_url: "http://idp.example.com" }, "saml_connection_idp_sso_url_not_https"],
    [{ identity_provider: "unknown" }, "invalid_sso_idp"],
    [{ saml_connection_implicit_role_assignments: [{ role_id: "" }] }, "invalid_rbac_role_id"],
    [{ saml_connection_implicit_role_assignments: [{}] }, "invalid_argument"],
    [{ idp_initiated_auth_disabled: "yes" }, "invalid_argument"],
    ["{", "bad_request"],
    ["[]", "bad_request"],
  ];
  for (const [body, type] of cases) refused(await call("PUT", SAML_PATH, body), 400, type);
});

test("a changed issuer fills the endpoints, values in the body win, and failure is a warning", async () => {
  const filled = await call("PUT", OIDC_PATH, { issuer: "https://idp.example.com", token_url: "https://own.example.com/token" });
  assert.equal(filled.body.connection.authorization_url, "https://idp.example.com/auth");
  assert.equal(filled.body.connection.token_url, "https://own.example.com/token");
  assert.equal(filled.body.warning, undefined);
  const failed = await call("PUT", OIDC_PATH, { issuer: "https://unreachable.example.com" });
  assert.equal(failed.status, 200);
  assert.match(failed.body.warning, /unreachable\.example\.com/);
  refused(await call("PUT", OIDC_PATH, { issuer: "http://idp.example.com" }), 400, "oidc_connection_issuer_url_invalid_format");
  refused(await call("PUT", OIDC_PATH, { jwks_url: "nope" }), 400, "oidc_connection_jwks_url_invalid_format");
});

test("a new OIDC connection becomes active when all seven members are there", async () => {
  const { connection } = (await call("POST", `${BASE}/oidc/acme`, {})).body;
  assert.deepEqual([connection.status, connection.client_secret], ["pending", ""]);
  const path = `${BASE}/oidc/acme/connections/${connection.connection_id}`;
  assert.equal((await call("PUT", path, { issuer: "https://idp.example.com" })).body.connection.status, "pending");
  assert.equal((await call("PUT", path, { client_id: "c", client_secret: "sandbox-posted-secret" })).body.connection.status, "active");
});

test("external connections reuse an active connection of another organization", async () => {
  const body = { external_organization_id: OTHER, external_connection_id: GLOBEX, connection_implicit_role_assignments: [{ role_id: "viewer" }] };
  const { connection } = (await call("POST", `${BASE}/external/acme`, body)).body;
  assert.deepEqual(connection.external_connection_implicit_role_assignments, [{ role_id: "viewer" }]);
  refused(await call("POST", `${BASE}/external/acme`, body), 400, "duplicate_external_sso_connection");
  refused(await call("POST", `${BASE}/external/acme`, { ...body, external_organization_id: ORG }), 400, "external_organization_id_same_as_organization_id");
  refused(await call("POST", `${BASE}/external/acme`, { ...body, external_connection_id: "nope" }), 404, "external_connection_id_not_found");
  const path = `${BASE}/external/acme/connections/${connection.connection_id}`;
  const updated = await call("PUT", path, { display_name: "E", external_group_implicit_role_assignments: [{ role_id: "viewer", group: "g" }] });
  assert.equal(updated.body.connection.display_name, "E");
  assert.equal((await call("GET", `${BASE}/acme`)).body.external_connections.length, 1);
});

test("any kind of connection is deleted by one route, in its own organization only", async () => {
  refused(await call("DELETE", `${BASE}/globex/connections/${SAML}`, {}), 404, "sso_connection_not_found");
  assert.equal((await call("DELETE", `${BASE}/acme/connections/${OIDC}`, {})).body.connection_id, OIDC);
  refused(await call("PUT", OIDC_PATH, {}), 404, "oidc_connection_not_found");
  refused(await call("PUT", `${BASE}/saml/globex/connections/${SAML}`, {}), 404, "saml_connection_not_found");
});

test("a wrong project credential is refused, a live one by its own name", async () => {
  const basic = (user, password) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` });
  const { STYTCH } = sandbox.credentials;
  for (const headers of [{ authorization: "" }, { authorization: "Bearer x" }, basic(STYTCH.projectId, "wrong"), basic("other", STYTCH.secret)]) {
    const answer = await call("GET", `${BASE}/acme`, undefined, headers);
    refused(answer, 401, "unauthorized_credentials");
    assert.equal(answer.body.error_message, "Unauthorized credentials.");
  }
  refused(await call("GET", `${BASE}/acme`, undefined, basic("project-live-1", "x")), 401, "live_id_used_in_test_environment");
});

test("a member session limits the call to its organization and its permission", async () => {
  const { STYTCH } = sandbox.credentials;
  for (const [name, admin, viewer] of [["x-stytch-member-session", STYTCH.adminSession, STYTCH.viewerSession], ["x-stytch-member-sessionjwt", STYTCH.adminSessionJwt, STYTCH.viewerSessionJwt]]) {
    assert.equal((await call("PUT", SAML_PATH, {}, { [name]: admin })).status, 200);
    assert.equal((await call("GET", `${BASE}/acme`, undefined, { [name]: viewer })).status, 200);
    refused(await call("PUT", SAML_PATH, {}, { [name]: viewer }), 403, "session_authorization_error");
    refused(await call("GET", `${BASE}/${OTHER}`, undefined, { [name]: admin }), 403, "session_authorization_tenancy_error");
    refused(await call("GET", `${BASE}/acme`, undefined, { [name]: "nobody" }), 401, "unauthorized_credentials");
  }
});

test("unknown routes and methods have error bodies of their own", async () => {
  refused(await call("GET", `${BASE}/acme/nothing/here`), 404, "route_not_found");
  refused(await call("PATCH", SAML_PATH, {}), 405, "method_not_allowed");
});
