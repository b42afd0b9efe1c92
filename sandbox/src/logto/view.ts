// How a connector looks in GET, list and PATCH answers (logto.md 3.4): the row, the provider's
// name and logos, and `providerConfig`, which repeats the OIDC client secret in clear.

import { discover, issuerOf, resolveSaml } from "./config";
import { findProvider, isSaml } from "./providers";
import type { Connector } from "./state";

export async function fullView(connector: Connector, origin: string): Promise<Record<string, unknown>> {
  const provider = findProvider(connector.providerName);
  const providerConfig = isSaml(connector.providerName) ? await samlView(connector, origin) : await oidcView(connector);
  return {
    ...connector,
    name: provider?.name,
    providerType: provider?.providerType,
    providerLogo: provider?.logo,
    providerLogoDark: provider?.logoDark,
    ...(providerConfig === undefined ? {} : { providerConfig }),
  };
}

async function samlView({ id, config }: Connector, origin: string): Promise<Record<string, unknown>> {
  const configured = Object.keys(config).length > 0;
  const identityProvider = configured ? await resolveSaml(config).catch(() => undefined) : undefined;
  return {
    defaultAttributeMapping: { id: "nameID", email: "email", name: "name" },
    serviceProvider: {
      entityId: `${origin}/enterprise-sso/${id}`,
      assertionConsumerServiceUrl: `${origin}/api/authn/single-sign-on/saml/${id}`,
    },
    ...(identityProvider === undefined ? {} : { identityProvider }),
  };
}

/** Absent as a whole when there is no config or the issuer cannot be reached. */
async function oidcView({ providerName, config }: Connector): Promise<Record<string, unknown> | undefined> {
  if (Object.keys(config).length === 0) return undefined;
  const issuer = issuerOf(providerName, config);
  try {
    const endpoints = await discover(issuer);
    const { clientId, clientSecret, scope, trustUnverifiedEmail } = config;
    return {
      clientId,
      clientSecret,
      issuer,
      trustUnverifiedEmail,
      ...endpoints,
      scope: withRequiredScopes(typeof scope === "string" ? scope : ""),
    };
  } catch {
    return undefined;
  }
}

/** `openid profile email` are always asked for; the stored text is split at blanks and `+`. */
const withRequiredScopes = (scope: string): string =>
  [...new Set(["openid", "profile", "email", ...scope.split(/[\s+]+/).filter((one) => one !== "")])].join(" ");
