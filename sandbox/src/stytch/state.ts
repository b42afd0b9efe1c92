// What the Stytch project holds, and what it starts with. Mirrors stytch.md 4: the three kinds of
// connection with all their members, secrets included.

import { STORED } from "../credentials";
import { ACME_IDP_CERTIFICATE, GLOBEX_IDP_CERTIFICATE, STYTCH_SIGNING_CERTIFICATE } from "../seed-certificates";

export interface Organization {
  organization_id: string;
  organization_slug: string;
  organization_external_id: string;
}

export interface Certificate {
  certificate_id: string;
  certificate: string;
  issuer: string;
  created_at: string;
  expires_at?: string;
}

export interface EncryptionKey {
  private_key_id: string;
  private_key: string;
  created_at: string;
}

export interface RoleAssignment {
  role_id: string;
}

export interface GroupAssignment {
  role_id: string;
  group: string;
}

export interface SamlConnection {
  organization_id: string;
  connection_id: string;
  status: "pending" | "active";
  display_name: string;
  identity_provider: string;
  idp_entity_id: string;
  idp_sso_url: string;
  acs_url: string;
  audience_uri: string;
  alternative_audience_uri: string;
  alternative_acs_url: string;
  nameid_format: string;
  idp_initiated_auth_disabled: boolean;
  allow_gateway_callback: boolean;
  attribute_mapping: Record<string, string>;
  saml_connection_implicit_role_assignments: RoleAssignment[];
  saml_group_implicit_role_assignments: GroupAssignment[];
  signing_certificates: Certificate[];
  verification_certificates: Certificate[];
  encryption_private_keys: EncryptionKey[];
}

export interface OidcConnection {
  organization_id: string;
  connection_id: string;
  status: "pending" | "active";
  display_name: string;
  redirect_url: string;
  client_id: string;
  client_secret: string;
  issuer: string;
  authorization_url: string;
  token_url: string;
  userinfo_url: string;
  jwks_url: string;
  identity_provider: string;
  custom_scopes: string;
  attribute_mapping: Record<string, string>;
}

export interface ExternalConnection {
  organization_id: string;
  connection_id: string;
  external_organization_id: string;
  external_connection_id: string;
  display_name: string;
  status: "pending" | "active";
  external_connection_implicit_role_assignments: RoleAssignment[];
  external_group_implicit_role_assignments: GroupAssignment[];
}

export type StoredConnection =
  | { kind: "saml"; value: SamlConnection }
  | { kind: "oidc"; value: OidcConnection }
  | { kind: "external"; value: ExternalConnection };

export interface StytchState {
  organizations: Organization[];
  connections: Map<string, StoredConnection>;
}

export const SEED = {
  organization: "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931",
  otherOrganization: "organization-test-22222222-2222-4222-8222-222222222222",
  samlConnection: "saml-connection-test-51861cbc-d3b9-428b-9761-227f5fb12be9",
  oidcConnection: "oidc-connection-test-b6c714c2-7413-4b92-a0f1-97aa1085aeff",
  otherConnection: "saml-connection-test-d89ff7a0-e86f-4b4d-b6a3-9a74d967528e",
} as const;

const SEEDED = "2026-01-01T00:00:00Z";
const callback = (id: string): string => `https://test.stytch.com/v1/b2b/sso/callback/${id}`;

export const NAMEID_DEFAULT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

export const newSamlConnection = (organization_id: string, connection_id: string, created_at: string): SamlConnection => ({
  organization_id,
  connection_id,
  status: "pending",
  display_name: "",
  identity_provider: "generic",
  idp_entity_id: "",
  idp_sso_url: "",
  acs_url: callback(connection_id),
  audience_uri: callback(connection_id),
  alternative_audience_uri: "",
  alternative_acs_url: "",
  nameid_format: NAMEID_DEFAULT,
  idp_initiated_auth_disabled: false,
  allow_gateway_callback: false,
  attribute_mapping: {},
  saml_connection_implicit_role_assignments: [],
  saml_group_implicit_role_assignments: [],
  signing_certificates: [{
    certificate_id: "certificate-test-11111111-1111-4111-8111-111111111111",
    certificate: STYTCH_SIGNING_CERTIFICATE,
    issuer: "Stytch",
    created_at,
    expires_at: "2041-11-18T04:20:11Z",
  }],
  verification_certificates: [],
  encryption_private_keys: [],
});

export const newOidcConnection = (organization_id: string, connection_id: string): OidcConnection => ({
  organization_id,
  connection_id,
  status: "pending",
  display_name: "",
  redirect_url: callback(connection_id),
  client_id: "",
  client_secret: "",
  issuer: "",
  authorization_url: "",
  token_url: "",
  userinfo_url: "",
  jwks_url: "",
  identity_provider: "generic",
  custom_scopes: "",
  attribute_mapping: {},
});

const verification = (certificate_id: string, certificate: string): Certificate =>
  ({ certificate_id, certificate, issuer: "", created_at: SEEDED, expires_at: "2041-11-18T04:20:11Z" });

const seeds = (): StoredConnection[] => [
  {
    kind: "saml",
    value: {
      ...newSamlConnection(SEED.organization, SEED.samlConnection, SEEDED),
      status: "active",
      display_name: "Acme SAML",
      idp_entity_id: "https://idp.acme.example/entity",
      idp_sso_url: "https://idp.acme.example/sso",
      attribute_mapping: { email: "email", full_name: "name", groups: "groups" },
      saml_connection_implicit_role_assignments: [{ role_id: "viewer" }],
      verification_certificates: [verification("certificate-test-28f29eef-400f-4343-a83f-baf3eeba28c5", ACME_IDP_CERTIFICATE)],
      encryption_private_keys: [{
        private_key_id: "private-key-test-22222222-2222-4222-8222-222222222222",
        private_key: STORED.stytchEncryptionKey,
        created_at: SEEDED,
      }],
    },
  },
  {
    kind: "oidc",
    value: {
      ...newOidcConnection(SEED.organization, SEED.oidcConnection),
      status: "active",
      display_name: "Acme OIDC",
      client_id: "acme-client",
      client_secret: STORED.stytchOidcClientSecret,
      issuer: "https://login.acme.example",
      authorization_url: "https://login.acme.example/auth",
      token_url: "https://login.acme.example/token",
      userinfo_url: "https://login.acme.example/me",
      jwks_url: "https://login.acme.example/jwks",
    },
  },
  {
    kind: "saml",
    value: {
      ...newSamlConnection(SEED.otherOrganization, SEED.otherConnection, SEEDED),
      status: "active",
      display_name: "Globex SAML",
      idp_entity_id: "https://idp.globex.example/entity",
      idp_sso_url: "https://idp.globex.example/sso",
      attribute_mapping: { email: "NameID", full_name: "name" },
      verification_certificates: [verification("certificate-test-33333333-3333-4333-8333-333333333333", GLOBEX_IDP_CERTIFICATE)],
    },
  },
];

export const seedStytch = (): StytchState => ({
  organizations: [
    { organization_id: SEED.organization, organization_slug: "acme", organization_external_id: "acme-external" },
    { organization_id: SEED.otherOrganization, organization_slug: "globex", organization_external_id: "globex-external" },
  ],
  connections: new Map(seeds().map((one) => [one.value.connection_id, one])),
});
