// The vendors' own npm clients, pointed at the gateway with a gateway token in place of the vendor's secret. They must not
// notice, be it by an answer that they cannot parse or by an error that is none of their own class; and the vendor must
// see its real credential and never the token.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { createManagementApi } from "@logto/api/management";
import stytch from "stytch";
import { startGateway, startSandbox, vars } from "./harness.mjs";
import { newToken, sha256 } from "./tokens.mjs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const FOREIGN = "organization-test-11111111-1111-4111-8111-111111111111";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const CONNECTOR = "acmesaml0001";
const PROJECT = "project-test-11111111-1111-4111-8111-111111111111";
const TOKEN = newToken();

let sandbox, gateway;
before(async () => {
  sandbox = await startSandbox();
  gateway = await startGateway({
    vars: (origin) => vars({
      upstream: sandbox.url, origin,
      change: (copy) => {
        copy.CALLER_SDK = {
          token_sha256: sha256(TOKEN),
          grants: [
            { upstream: "stytch-test", access: "write", organizations: [ORGANIZATION] },
            { upstream: "logto", access: "write", connections: "all" },
          ],
        };
      },
    }),
  });
});
after(async () => {
  await gateway?.stop();
  await sandbox?.stop();
});
const control = (method, path) => fetch(`${sandbox.url}/_sandbox${path}`, { method });
beforeEach(() => control("DELETE", "/requests"));
const journal = async () => (await control("GET", "/requests")).json();

/** What is printed while `work` runs; the clients warn about addresses and scopes on the console. */
async function quietly(work) {
  const { warn } = console;
  const warnings = [];
  console.warn = (...words) => void warnings.push(words.join(" "));
  try {
    return [await work(), warnings];
  } finally {
    console.warn = warn;
  }
}

/** The vendor was asked with its own credential, and nothing that it saw holds the gateway's token in any spelling. */
async function vendorSaw(authorization) {
  const requests = await journal();
  const asked = requests.filter(({ path }) => !path.endsWith("/token"));
  assert.ok(asked.length > 0, "the vendor was asked");
  for (const request of asked) assert.match(request.headers.authorization, authorization);
  const basic = Buffer.from(`${PROJECT}:${TOKEN}`).toString("base64");
  for (const text of requests.map((request) => JSON.stringify(request))) {
    for (const spelling of [TOKEN, encodeURIComponent(TOKEN), basic, Buffer.from(TOKEN).toString("base64").slice(0, 40)]) assert.ok(!text.includes(spelling));
  }
}

/**
 * The calls of a client's that have to do with connections: name, call, and what comes of it. `offered` says whether the
 * gateway's catalogue has the operation; if not, the client gets the vendor's own "no such route" as an error of its own.
 */
const table = (calls) => calls.map(([name, offered, call, check = () => {}]) => ({ name, offered, call, check }));

describe("stytch", () => {
  let client;
  const open = async (secret = TOKEN) => {
    const [made] = await quietly(() => new stytch.B2BClient({ project_id: PROJECT, secret, env: `${gateway.url}/` }));
    return made;
  };
  before(async () => (client = await open()));

  const mine = { organization_id: ORGANIZATION };
  const CALLS = table([
    ["sso.getConnections", true, (sso) => sso.getConnections(mine), (answer) => assert.ok(answer.saml_connections.some(({ connection_id: id }) => id === CONNECTION))],
    ["sso.saml.updateConnection", true, (sso) => sso.saml.updateConnection({ ...mine, connection_id: CONNECTION, display_name: "From the SDK" }), (answer) => assert.equal(answer.connection.display_name, "From the SDK")],
    ["organizations.get", false, (_, b2b) => b2b.organizations.get(mine)],
  ]);

  /** The error of the client's own class that a call ends with. */
  const failure = async (call) => {
    try {
      await call();
    } catch (error) {
      assert.ok(error instanceof stytch.StytchError, `${error.name}: ${error.message}`);
      assert.match(error.request_id, /^[0-9a-f-]{36}$/);
      assert.ok(error.error_message.length > 10);
      assert.match(error.error_url, /^urn:/);
      return error;
    }
    return assert.fail("the call succeeded");
  };
  const failed = async (call, status, type) => {
    const error = await failure(call);
    assert.deepEqual([error.status_code, error.error_type], [status, type]);
    return error;
  };

  for (const { name, offered, call, check } of CALLS) {
    it(offered ? `carries out ${name}` : `is told that ${name} is not offered`, async () => {
      if (!offered) {
        const error = await failure(() => call(client.sso, client));
        assert.ok([404, 405].includes(error.status_code), String(error.status_code));
        assert.ok(["route_not_found", "method_not_allowed"].includes(error.error_type), error.error_type);
        return assert.deepEqual(await journal(), [], "nothing is sent");
      }
      const answer = await call(client.sso);
      assert.equal(answer.status_code, 200);
      check(answer);
      await vendorSaw(new RegExp(`^Basic ${Buffer.from(`${PROJECT}:sandbox-stytch-secret-not-a-real-one`).toString("base64")}$`));
    });
  }

  for (const kind of ["saml", "oidc"]) {
    it(`creates, changes, lists and deletes a connection (${kind})`, async () => {
      const kinds = async () => (await client.sso.getConnections(mine))[`${kind}_connections`];
      const before = (await kinds()).length;
      const { connection: made } = await client.sso[kind].createConnection({ ...mine, display_name: "Made" });
      const one = { ...mine, connection_id: made.connection_id };
      const change = kind === "saml" ? { idp_entity_id: "https://idp.example.com/e" } : { client_id: "client", issuer: "https://idp.example.com", client_secret: "fake-client-secret-0123456789" };
      const { connection: changed } = await client.sso[kind].updateConnection({ ...one, display_name: "Changed", ...change });
      assert.equal(changed.display_name, "Changed");
      assert.ok(!JSON.stringify(changed).includes("fake-client-secret"));
      assert.deepEqual((await kinds()).filter(({ connection_id: id }) => id === made.connection_id).map(({ display_name: name }) => name), ["Changed"]);
      assert.equal((await client.sso.deleteConnection(one)).connection_id, made.connection_id);
      assert.equal((await kinds()).length, before);
      await vendorSaw(/^Basic /);
    });
  }

  it("fetches metadata, and takes a certificate away", async () => {
    const { connection } = await client.sso.saml.createConnection({ ...mine, display_name: "By URL" });
    const one = { ...mine, connection_id: connection.connection_id };
    const { connection: fetched } = await client.sso.saml.updateByURL({ ...one, metadata_url: "https://idp.example.com/metadata" });
    assert.equal(fetched.connection_id, connection.connection_id);
    const [certificate] = fetched.verification_certificates;
    if (certificate) {
      const answer = await client.sso.saml.deleteVerificationCertificate({ ...one, certificate_id: certificate.certificate_id });
      assert.equal(answer.certificate_id, certificate.certificate_id);
    } else {
      await failed(() => client.sso.saml.deleteVerificationCertificate({ ...one, certificate_id: "saml-verification-key-test-1" }), 404, "saml_verification_certificate_not_found");
    }
    await client.sso.deleteConnection(one);
  });

  it("borrows no connection of an organization that is not its own", async () => {
    const call = () => client.sso.external.createConnection({ ...mine, external_organization_id: FOREIGN, external_connection_id: CONNECTION });
    await failed(call, 403, "session_authorization_error");
    assert.deepEqual(await journal(), []);
  });

  it("reads back what it wrote", async () => {
    await client.sso.saml.updateConnection({ ...mine, connection_id: CONNECTION, display_name: "Written and read", identity_provider: "okta" });
    const { saml_connections: connections } = await client.sso.getConnections(mine);
    const { display_name: name, identity_provider: provider } = connections.find(({ connection_id: id }) => id === CONNECTION);
    assert.deepEqual([name, provider], ["Written and read", "okta"]);
  });

  it("learns every problem of a change that is refused here", async () => {
    const error = await failed(() => client.sso.saml.updateConnection({ ...mine, connection_id: CONNECTION, idp_sso_url: "http://idp.example.com", x509_certificate: "none" }), 400, "invalid_argument");
    assert.deepEqual(error.error_details.errors.map(({ pointer, code }) => `${code} ${pointer}`).sort(), ["certificate_not_pem /x509_certificate", "url_not_https /idp_sso_url"]);
    assert.deepEqual(await journal(), []);
  });

  it("learns what the vendor refuses, in the vendor's words", async () => {
    const missing = CONNECTION.replace("51861cbc", "00000000");
    await assert.rejects(client.sso.saml.updateConnection({ ...mine, connection_id: missing, display_name: "x" }), (error) => {
      assert.ok(error instanceof stytch.StytchError);
      assert.deepEqual([error.status_code, error.error_type], [404, "saml_connection_not_found"]);
      return true;
    });
  });

  it("learns that its token is wrong, and the vendor's own secret is of no use", async () => {
    for (const secret of [newToken(), "sandbox-stytch-secret-not-a-real-one"]) {
      const stranger = await open(secret);
      await failed(() => stranger.sso.getConnections(mine), 401, "unauthorized_credentials");
    }
    assert.deepEqual(await journal(), []);
  });

  it("learns that another organization is not its own, whether it exists or not", async () => {
    const answers = [];
    for (const organization of [FOREIGN, ORGANIZATION.replace("07971b06", "00000000")]) {
      const { status_code: status, error_type: type, error_message: message } = await failed(() => client.sso.getConnections({ organization_id: organization }), 403, "session_authorization_error");
      answers.push([status, type, message]);
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual(await journal(), []);
  });
});

describe("@logto/api", () => {
  const open = (clientSecret = TOKEN, baseUrl = gateway.url) =>
    createManagementApi("default", { clientId: "any-client", clientSecret, baseUrl, apiIndicator: "https://default.logto.app/api" });
  const connector = { params: { path: { id: CONNECTOR } } };
  const idpInitiated = { params: { path: { id: CONNECTOR } } };
  const CALLS = table([
    ["GET /api/sso-connectors", true, (api) => api.GET("/api/sso-connectors"), ({ data }) => assert.ok(data.some(({ id }) => id === CONNECTOR))],
    ["GET /api/sso-connectors/{id}", true, (api) => api.GET("/api/sso-connectors/{id}", connector), ({ data }) => assert.equal(data.id, CONNECTOR)],
    ["PATCH /api/sso-connectors/{id}", true, (api) => api.PATCH("/api/sso-connectors/{id}", { ...connector, body: { connectorName: "from the SDK" } }), ({ data }) => assert.equal(data.connectorName, "from the SDK")],
    ["PUT /api/sso-connectors/{id}/idp-initiated-auth-config", true, (api) => api.PUT("/api/sso-connectors/{id}/idp-initiated-auth-config", { ...idpInitiated, body: { autoSendAuthorizationRequest: false, defaultApplicationId: "spaapp000000000000001", clientIdpInitiatedAuthCallbackUri: "https://app.example.com/sso" } }), ({ data }) => assert.equal(data.connectorId, CONNECTOR)],
    ["GET /api/sso-connectors/{id}/idp-initiated-auth-config", true, (api) => api.GET("/api/sso-connectors/{id}/idp-initiated-auth-config", idpInitiated), ({ data }) => assert.equal(data.connectorId, CONNECTOR)],
    ["DELETE /api/sso-connectors/{id}/idp-initiated-auth-config", true, (api) => api.DELETE("/api/sso-connectors/{id}/idp-initiated-auth-config", idpInitiated), ({ response }) => assert.equal(response.status, 204)],
    ["GET /api/sso-connector-providers", true, (api) => api.GET("/api/sso-connector-providers"), ({ data }) => assert.ok(data.some(({ providerName: name }) => name === "SAML"))],
    ["GET /api/users", false, (api) => api.GET("/api/users")],
  ]);
  const refused = (answer, status, code) => {
    assert.equal(answer.data, undefined);
    assert.deepEqual([answer.response.status, answer.error.code], [status, code], JSON.stringify(answer.error));
    assert.ok(answer.error.message.length > 10);
    return answer.error;
  };

  for (const { name, offered, call, check } of CALLS) {
    it(offered ? `carries out ${name}` : `is told that ${name} is not offered`, async () => {
      const [answer, warnings] = await quietly(() => call(open().apiClient));
      assert.deepEqual(warnings, [], "the scope is what it expects");
      if (!offered) {
        assert.ok([404, 405].includes(answer.response.status), String(answer.response.status));
        refused(answer, answer.response.status, answer.response.status === 404 ? "gateway.no_such_route" : "gateway.method_not_allowed");
        return assert.deepEqual(await journal(), [], "nothing is sent");
      }
      assert.equal(answer.error, undefined, JSON.stringify(answer.error));
      check(answer);
      await vendorSaw(/^Bearer (?!ssogw_)/);
    });
  }

  it("creates, changes and deletes a connector", async () => {
    const { apiClient: api } = open();
    const { data: made, error } = await api.POST("/api/sso-connectors", { body: { providerName: "OIDC", connectorName: "made by the SDK" } });
    assert.equal(error, undefined, JSON.stringify(error));
    const one = { params: { path: { id: made.id } } };
    const { data: changed } = await api.PATCH("/api/sso-connectors/{id}", { ...one, body: { connectorName: "changed by the SDK" } });
    assert.equal(changed.connectorName, "changed by the SDK");
    assert.equal((await api.DELETE("/api/sso-connectors/{id}", one)).response.status, 204);
    refused(await api.GET("/api/sso-connectors/{id}", one), 404, "entity.not_exists_with_id");
    await vendorSaw(/^Bearer (?!ssogw_)/);
  });

  it("takes its token once, from the gateway and not from the vendor", async () => {
    const { apiClient, clientCredentials } = open();
    for (let n = 0; n < 3; n += 1) assert.equal((await apiClient.GET("/api/sso-connectors")).error, undefined);
    const { value, scope, expiresAt } = await clientCredentials.getAccessToken();
    assert.equal(scope, "all");
    assert.ok(expiresAt > Date.now() / 1000);
    assert.ok(!JSON.stringify(await journal()).includes(value), "and it stays here");
    assert.ok((await journal()).every(({ body }) => !body.includes("any-client")));
  });

  it("works behind the name of an upstream too", async () => {
    const { apiClient } = open(TOKEN, `${gateway.url}/logto`);
    assert.equal((await apiClient.GET("/api/sso-connectors/{id}", connector)).data.id, CONNECTOR);
  });

  it("learns every problem of a change that is refused here", async () => {
    const answer = await open().apiClient.PATCH("/api/sso-connectors/{id}", { ...connector, body: { connectorName: 5, domains: ["gmail.com"] } });
    const { data } = refused(answer, 400, "guard.invalid_input");
    assert.deepEqual(data.errors.map(({ code, pointer }) => `${code} ${pointer}`).sort(), ["domain_public_mail /domains/0", "wrong_type /connectorName"]);
    assert.deepEqual(await journal(), []);
  });

  it("learns what the vendor refuses, in the vendor's words", async () => {
    refused(await open().apiClient.GET("/api/sso-connectors/{id}", { params: { path: { id: "doesnotexist" } } }), 404, "entity.not_exists_with_id");
  });

  it("gets no token for a wrong secret, or for the vendor's own", async () => {
    for (const secret of [newToken(), "sandbox-logto-secret-not-a-real-one"]) {
      await assert.rejects(open(secret).apiClient.GET("/api/sso-connectors"), { name: "ClientCredentialsError", message: /401/ });
    }
    assert.deepEqual(await journal(), []);
  });
});

it("the gateway printed no token and no secret", () => {
  const text = gateway.logs.map(({ message }) => message).join("\n");
  for (const secret of [TOKEN, "not-a-real-one", "ssogw_"]) assert.ok(!text.includes(secret), secret);
});
