// Finds what a path names (stytch.md 2): organizations by id, slug or external id; connections by
// id, of the right kind and in the right organization. Another organization's connection is
// "not found" here; whether the real answer is `sso_connection_organization_mismatch` is not known.

import type { SandboxContext } from "../context";
import { world } from "../world";
import { checkMember } from "./auth";
import { StytchError } from "./errors";
import type { ExternalConnection, OidcConnection, Organization, SamlConnection } from "./state";

export function findOrganization(c: SandboxContext): Organization {
  const asked = c.req.param("organization") ?? "";
  const organization = organizationNamed(asked);
  if (organization === undefined) {
    // A member's session cannot see an organization that does not exist either.
    checkMember(c, asked);
    throw new StytchError("organization_not_found");
  }
  checkMember(c, organization.organization_id);
  return organization;
}

export const organizationNamed = (name: string): Organization | undefined =>
  world().stytch.organizations.find((one) =>
    one.organization_id === name || one.organization_slug === name || one.organization_external_id === name);

interface Values {
  saml: SamlConnection;
  oidc: OidcConnection;
  external: ExternalConnection;
}

export function findConnection<K extends keyof Values>(c: SandboxContext, kind: K): Values[K] {
  const organization = findOrganization(c);
  const found = world().stytch.connections.get(c.req.param("connection") ?? "");
  if (found?.kind !== kind || found.value.organization_id !== organization.organization_id) {
    throw new StytchError(kind === "external" ? "external_connection_id_not_found" : `${kind}_connection_not_found`);
  }
  return found.value as Values[K];
}
