// What the LoginRadius tenant holds, and what it starts with. Mirrors loginradius.md 3: members
// exactly as in the published answers, `AppId` and `AppID` both, secrets included.

import { STORED } from "../credentials";
import { ACME_IDP_CERTIFICATE, LOGINRADIUS_SP_CERTIFICATE } from "../seed-certificates";

export interface SamlProvider {
  Id: string;
  IsActive: boolean;
  IsDeleted: boolean;
  IsIdpInitiated: boolean;
  DataMap: Record<string, string>;
  AppId: string;
  AppID: number;
  RelayStateParameter: string;
  Provider: string;
  FriendlyProviderName: string;
  DefaultLogoutUrl: string;
  ServiceProviderACSUrl: string;
  SamlServiceProvider: string;
  IdpCertificate: { Certificate: string; Key: string };
  SpCertificate: { Certificate: string };
  IdentityProvider: { Binding: string; Location: string; LogOut: string };
  EnableAutoLookUp: boolean;
  Domain: string;
  ListInInterface: boolean;
  CreatedDate: string;
  LastModifiedDate: string;
}

/** JWT and OAuth providers have many optional members; they are kept as they were sent. */
export type JwtProvider = { AppName: string; Domain?: string } & Record<string, unknown>;
export type OauthProvider = { ProviderName: string; Domain?: string } & Record<string, unknown>;

export interface LoginRadiusState {
  saml: Map<string, SamlProvider>;
  jwt: Map<string, JwtProvider>;
  oauth: Map<string, OauthProvider>;
}

export const APP_ID = "65f0000000000000000000aa";
export const APP_NUMBER = 1_234_567;
const SEEDED = "2026-01-01T00:00:00Z";

const HUB = "https://sandbox.hub.loginradius.com";

export const newSamlProvider = (name: string, id: string, now: string): SamlProvider => ({
  Id: id,
  IsActive: true,
  IsDeleted: false,
  IsIdpInitiated: false,
  DataMap: {},
  AppId: APP_ID,
  AppID: APP_NUMBER,
  RelayStateParameter: "RelayState",
  Provider: name,
  FriendlyProviderName: "",
  DefaultLogoutUrl: "",
  ServiceProviderACSUrl: `${HUB}/saml/serviceprovider/AdfsACS.aspx?provider=${name}`,
  SamlServiceProvider: `${HUB}/`,
  IdpCertificate: { Certificate: "", Key: "" },
  SpCertificate: { Certificate: LOGINRADIUS_SP_CERTIFICATE },
  IdentityProvider: { Binding: "", Location: "", LogOut: "" },
  EnableAutoLookUp: false,
  Domain: "",
  ListInInterface: false,
  CreatedDate: now,
  LastModifiedDate: now,
});

const saml = (): SamlProvider[] => [
  {
    ...newSamlProvider("my-saml-app", "65f000000000000000000001", SEEDED),
    IsIdpInitiated: true,
    FriendlyProviderName: "My SAML app",
    DataMap: { ID: "NameID", Email: "email", FirstName: "firstName", LastName: "lastName" },
    DefaultLogoutUrl: "https://app.acme.example/bye",
    IdpCertificate: { Certificate: ACME_IDP_CERTIFICATE, Key: STORED.loginRadiusIdpKey },
    IdentityProvider: {
      Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
      Location: "https://idp.acme.example/sso",
      LogOut: "https://idp.acme.example/slo",
    },
    EnableAutoLookUp: true,
    Domain: "acme.example",
    ListInInterface: true,
  },
];

const oauth = (): OauthProvider[] => [
  {
    IsActive: true,
    CreatedAt: SEEDED,
    LastModified: SEEDED,
    QueryParam: { token: STORED.loginRadiusQueryParam },
    Headers: { Authorization: STORED.loginRadiusHeader },
    DataMap: { ID: "sub", Email: "email" },
    ProviderName: "my-oauth-app",
    ApplicationID: "",
    ApplicationKey: "acme-oauth-client",
    ApplicationSecret: STORED.loginRadiusApplicationSecret,
    Scope: "openid email",
    ResponseType: "code",
    UserLoginEndpoint: "https://login.acme.example/oauth/authorize",
    ExtraParameterInRedirectToProvider: "",
    AccessTokenEndpoint: "https://login.acme.example/oauth/token",
    RequestTokenHttpMethod: "POST",
    AccessTokenParameterNameForApiAccess: "access_token",
    UserprofileEndpoint: "https://login.acme.example/oauth/userinfo",
    Domain: "oauth.acme.example",
    EnableAutoLookUp: true,
    ListInInterface: true,
  },
];

const jwt = (): JwtProvider[] => [
  {
    Id: "65f000000000000000000003",
    IsActive: true,
    AppId: APP_NUMBER,
    AppName: "my-jwt-app",
    Algo: "HS256",
    Mapping: { ID: "sub", Email: "email" },
    Key: STORED.loginRadiusJwtKey,
    JWKSUrl: "",
    TokenQueryParameterName: "token",
    ClockSkew: 60,
    LoginUrl: "https://login.acme.example/jwt",
    Issuer: { ExpectedValue: "https://login.acme.example", MatchValue: true, IsMandatory: true },
    Audience: { ExpectedValues: ["loginradius"], MatchValue: true, IsMandatory: true },
    Subject: { IsMandatory: true },
    NotBefore: { IsMandatory: false },
    Expiration: { IsMandatory: true },
    ExpirationTimeDifference: 0,
    UseAuthorizationHeader: false,
    UpdateEmailProfile: false,
    RaasUpdateFields: [],
    Domain: "jwt.acme.example",
    EnableAutoLookUp: false,
    ListInInterface: false,
    Version: "1",
    CreatedDate: SEEDED,
    LastModifiedDate: SEEDED,
  },
];

export const seedLoginRadius = (): LoginRadiusState => ({
  saml: new Map(saml().map((one) => [one.Provider, one])),
  oauth: new Map(oauth().map((one) => [one.ProviderName, one])),
  jwt: new Map(jwt().map((one) => [one.AppName, one])),
});

/** `Domain` is unique in the tenant, over all kinds of provider (the extent is not documented). */
export function domainTaken(state: LoginRadiusState, domain: unknown, self: object | undefined): boolean {
  if (typeof domain !== "string" || domain === "") return false;
  const lower = domain.toLowerCase();
  return [...state.saml.values(), ...state.oauth.values(), ...state.jwt.values()]
    .some((one) => one !== self && typeof one.Domain === "string" && one.Domain.toLowerCase() === lower);
}
