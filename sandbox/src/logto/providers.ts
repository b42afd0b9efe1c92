// The six identity-provider kinds of Logto (logto.md 3.1, captures/logto/providers.json).
// The real logos are kilobytes of SVG; these are placeholders of the same form.

import { toBase64, utf8 } from "../context";
import type { ProviderName } from "./state";

interface Provider {
  providerName: ProviderName;
  providerType: "oidc" | "saml";
  logo: string;
  logoDark: string;
  description: string;
  name: string;
}

const logo = (letter: string, fill: string): string =>
  `data:image/svg+xml;base64,${toBase64(utf8(`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><text y="18" fill="${fill}">${letter}</text></svg>`))}`;

const provider = (providerName: ProviderName, providerType: "oidc" | "saml", name: string, description: string): Provider =>
  ({ providerName, providerType, logo: logo(name.charAt(0), "black"), logoDark: logo(name.charAt(0), "white"), description, name });

export const PROVIDERS: readonly Provider[] = [
  provider("OIDC", "oidc", "OIDC", "Modern protocol built on OAuth 2.0 for identity verification in web and mobile apps."),
  provider("SAML", "saml", "SAML", "XML-based open standard for web single sign-on and identity federation."),
  provider("AzureAD", "saml", "Microsoft Entra ID (SAML)", "Formerly Azure AD, a comprehensive cloud-based identity management service."),
  provider("AzureAdOidc", "oidc", "Microsoft Entra ID (OIDC)", "OpenID Connect on the Microsoft identity platform. Formerly known as Azure AD OIDC."),
  provider("GoogleWorkspace", "oidc", "Google Workspace", "Unified and secure management of user access within the Google ecosystem."),
  provider("Okta", "oidc", "Okta", "Centralizes identity management for customers, employees, and partners."),
];

export const GERMAN_DESCRIPTIONS: Record<ProviderName, string> = {
  OIDC: "Modernes Protokoll auf Basis von OAuth 2.0 für Identitätsprüfung in Web- und Mobilanwendungen.",
  SAML: "XML-basierter Open Standard für das Single Sign-On im Web und die Identitätsföderation.",
  AzureAD: "Früher Azure AD, ein umfassender cloudbasierter Identitätsverwaltungsdienst.",
  AzureAdOidc: "OpenID Connect auf der Microsoft-Identitätsplattform. Früher bekannt als Azure AD OIDC.",
  GoogleWorkspace: "Vereinheitlichte und sichere Verwaltung des Benutzerzugriffs innerhalb des Google-Ökosystems.",
  Okta: "Zentralisiertes Identitätsmanagement für Kunden, Mitarbeiter und Partner.",
};

export const findProvider = (name: string): Provider | undefined => PROVIDERS.find((one) => one.providerName === name);

export const isSaml = (name: ProviderName): boolean => findProvider(name)?.providerType === "saml";
