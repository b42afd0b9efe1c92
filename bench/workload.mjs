// The one request that is measured: an update of a SAML connection at Stytch, with a certificate in it, and its answer.
// Nothing in it draws a warning, and nothing in the answer is redacted, so both variants must give the same bytes.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const ORGANIZATION = "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931";
const CONNECTION = "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9";
const IDP = "https://idp.example.com/51861cbc-d3b9-428b-9761-227f5fb12be9";
const CERTIFICATE = readFileSync(new URL("../tests/vectors/pki/cert_rsa2048.pem", import.meta.url), "utf8");
// Made up for this; they open nothing.
const TOKEN = "ssogw_bench-caller-000000000000000000000000000000000";
const USERNAME = "project-test-11111111-1111-4111-8111-111111111111";
const SECRET = "secret-test-benchmark-0123456789abcdef";

export const UPSTREAM = "https://test.stytch.com";
export const HOST = "gateway.example.com";
export const PATH = `/v1/b2b/sso/saml/${ORGANIZATION}/connections/${CONNECTION}`;
export const AUTHORIZATION = `Basic ${Buffer.from(`${USERNAME}:${SECRET}`).toString("base64")}`;

const settings = {
  display_name: "Example SAML Connection",
  identity_provider: "generic",
  idp_entity_id: IDP,
  idp_sso_url: `${IDP}/sso/saml`,
  nameid_format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  idp_initiated_auth_disabled: false,
  attribute_mapping: { email: "NameID", full_name: "name", groups: "groups" },
  saml_connection_implicit_role_assignments: [{ role_id: "member" }],
  saml_group_implicit_role_assignments: [{ role_id: "admin", group: "it-admins" }],
};

export const BODY = JSON.stringify({ ...settings, x509_certificate: CERTIFICATE });

export const ANSWER = JSON.stringify({
  status_code: 200,
  request_id: "request-id-test-b05c992f-ebdc-489d-a754-c7e70ba13141",
  connection: {
    organization_id: ORGANIZATION,
    connection_id: CONNECTION,
    status: "active",
    ...settings,
    acs_url: `${UPSTREAM}/v1/b2b/sso/callback/${CONNECTION}`,
    audience_uri: `${UPSTREAM}/v1/b2b/sso/callback/${CONNECTION}`,
    verification_certificates: [
      {
        certificate_id: "certificate-test-22222222-2222-4222-8222-222222222222",
        certificate: CERTIFICATE,
        issuer: "CN=rsa2048.example.com",
        created_at: "2026-01-01T00:00:00Z",
        expires_at: "2046-01-01T00:00:00Z",
      },
    ],
  },
});

/** The request as the load process writes it on each connection. */
export const REQUEST = [
  `PUT ${PATH} HTTP/1.1`,
  `Host: ${HOST}`,
  `Authorization: Bearer ${TOKEN}`,
  "Content-Type: application/json",
  "Accept: application/json",
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  "",
  BODY,
].join("\r\n");

/** The gateway's bindings: one upstream, one caller. */
export const BINDINGS = {
  GATEWAY: { public_origin: `https://${HOST}`, deadline_s: 20 },
  UPSTREAM_STYTCH: { vendor: "stytch", base_url: UPSTREAM, credential: { kind: "basic", username: USERNAME, secret: "STYTCH_SECRET" } },
  CALLER_BENCH: {
    token_sha256: createHash("sha256").update(TOKEN).digest("hex"),
    grants: [{ upstream: "stytch", access: "write", organizations: "all" }],
  },
  STYTCH_SECRET: SECRET,
};
