// The four writing operations through workerd: carried out at the sandbox vendors and read back; sent to an upstream
// byte for byte as they should be; and refused, with the documented error, when something is wrong with them.

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
      const names = ["cf-worker", "accept-encoding", "accept", "accept-language", "authorization", "content-type", "user-agent", "x-request-id"];
      assert.deepEqual(Object.keys(headers).filter((name) => !names.includes(name)), [], "no other header travels");
      assert.equal(headers["content-type"], "application/json");
      assert.equal(headers["accept-language"], "en");
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
