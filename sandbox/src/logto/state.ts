// What the Logto tenant holds, and what it starts with. Mirrors logto.md 3.4 (connector rows),
// 4 (idp-initiated rows) and 5 (machine-to-machine applications).

import { LOGTO, STORED } from "../credentials";
import { ACME_IDP_CERTIFICATE } from "../seed-certificates";
import type { JsonObject } from "../context";

export type ProviderName = "OIDC" | "SAML" | "AzureAD" | "AzureAdOidc" | "GoogleWorkspace" | "Okta";

export interface Branding {
  displayName?: string | undefined;
  logo?: string | undefined;
  darkLogo?: string | undefined;
}

export interface Connector {
  tenantId: string;
  id: string;
  providerName: ProviderName;
  connectorName: string;
  config: JsonObject;
  domains: string[];
  branding: Branding;
  syncProfile: boolean;
  enableTokenStorage: boolean;
  createdAt: number;
}

export interface IdpInitiated {
  tenantId: string;
  connectorId: string;
  defaultApplicationId: string;
  redirectUri: string | null;
  authParameters: Record<string, string>;
  autoSendAuthorizationRequest: boolean;
  clientIdpInitiatedAuthCallbackUri: string | null;
  createdAt: number;
}

export interface SigningKey {
  id: string;
  certificate: string;
  createdAt: number;
  expiresAt: number;
  active: boolean;
  fingerprints: { sha256: { formatted: string; unformatted: string } };
}

export interface Application {
  id: string;
  type: "Traditional" | "SPA" | "SAML" | "Native" | "MachineToMachine";
  isThirdParty: boolean;
  redirectUris: string[];
  /** Machine-to-machine applications only. */
  secret?: string;
  hasManagementRole?: boolean;
}

export interface LogtoState {
  connectors: Map<string, Connector>;
  idpInitiated: Map<string, IdpInitiated>;
  signingKeys: Map<string, SigningKey[]>;
  applications: Map<string, Application>;
}

export const SEED = {
  samlConnector: "acmesaml0001",
  oidcConnector: "acmeoidc0001",
  otherConnector: "globexsaml01",
  createdAt: 1_767_225_600_000,
} as const;

/** A row with its members in the order that answers show them. */
const row = (given: Pick<Connector, "id" | "providerName" | "connectorName" | "config" | "domains"> & Partial<Connector>): Connector => ({
  tenantId: "default",
  id: given.id,
  providerName: given.providerName,
  connectorName: given.connectorName,
  config: given.config,
  domains: given.domains,
  branding: given.branding ?? {},
  syncProfile: given.syncProfile ?? false,
  enableTokenStorage: false,
  createdAt: SEED.createdAt,
});

const connectors = (): Connector[] => [
  row({
    id: SEED.samlConnector,
    providerName: "SAML",
    connectorName: "acme-saml",
    config: {
      entityId: "https://idp.acme.example/entity",
      signInEndpoint: "https://idp.acme.example/sso",
      x509Certificate: ACME_IDP_CERTIFICATE,
      attributeMapping: { id: "nameID", name: "displayName", email: "mail" },
    },
    domains: ["acme.example"],
    branding: { displayName: "Acme", logo: "https://cdn.acme.example/logo.png" },
    syncProfile: true,
  }),
  row({
    id: SEED.oidcConnector,
    providerName: "OIDC",
    connectorName: "acme-oidc",
    config: {
      issuer: "https://login.acme.example/oidc",
      clientId: "acme-client",
      clientSecret: STORED.logtoOidcClientSecret,
      trustUnverifiedEmail: false,
    },
    domains: ["oidc.acme.example"],
  }),
  row({ id: SEED.otherConnector, providerName: "SAML", connectorName: "globex-saml", config: {}, domains: ["globex.example"] }),
];

const application = (id: string, type: Application["type"], isThirdParty = false): Application => ({
  id,
  type,
  isThirdParty,
  redirectUris: type === "Traditional" ? ["https://app.example.com/cb", "https://app.example.com/cb2"] : [],
});

const applications = (): Application[] => [
  application("traditionalapp0000001", "Traditional"),
  application("spaapp000000000000001", "SPA"),
  application("samlapp00000000000001", "SAML"),
  application("nativeapp000000000001", "Native"),
  application("thirdpartyapp00000001", "Traditional", true),
  { ...application(LOGTO.clientId, "MachineToMachine"), secret: LOGTO.clientSecret, hasManagementRole: true },
  { ...application(LOGTO.clientIdWithoutRole, "MachineToMachine"), secret: LOGTO.clientSecretWithoutRole, hasManagementRole: false },
];

export const seedLogto = (): LogtoState => ({
  connectors: new Map(connectors().map((connector) => [connector.id, connector])),
  idpInitiated: new Map(),
  signingKeys: new Map(),
  applications: new Map(applications().map((one) => [one.id, one])),
});
