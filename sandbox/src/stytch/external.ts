// External connections (stytch.md 2 operations 10 and 11, 3.4): one organization reuses another's
// connection. The role members are named differently on create and on update.

import { z } from "zod";
import type { SandboxContext } from "../context";
import { world } from "../world";
import { checkRoles, common, groupAssignments, readBody, roleAssignments } from "./body";
import { StytchError, success } from "./errors";
import { findConnection, findOrganization, organizationNamed } from "./find";
import type { ExternalConnection, GroupAssignment, RoleAssignment, StoredConnection } from "./state";

const createSchema = z.object({
  external_organization_id: z.string(),
  external_connection_id: z.string(),
  display_name: common.display_name,
  connection_implicit_role_assignments: roleAssignments,
  group_implicit_role_assignments: groupAssignments,
});

const updateSchema = z.object({
  display_name: common.display_name,
  external_connection_implicit_role_assignments: roleAssignments,
  external_group_implicit_role_assignments: groupAssignments,
});

export function create(c: SandboxContext): Response {
  const { organization_id } = findOrganization(c);
  const body = readBody(c, createSchema);
  const owner = organizationNamed(body.external_organization_id);
  if (owner?.organization_id === organization_id) throw new StytchError("external_organization_id_same_as_organization_id");
  const { connections } = world().stytch;
  const underlying = connections.get(body.external_connection_id);
  if (owner === undefined || underlying === undefined || underlying.value.organization_id !== owner.organization_id) {
    throw new StytchError("external_connection_id_not_found");
  }
  if (underlying.value.status !== "active") throw new StytchError("external_connection_not_active");
  for (const { kind, value } of connections.values()) {
    const same = kind === "external" && value.organization_id === organization_id && value.external_connection_id === body.external_connection_id;
    if (same) throw new StytchError("duplicate_external_sso_connection");
  }
  checkAssignments(underlying, body.connection_implicit_role_assignments, body.group_implicit_role_assignments);
  const connection: ExternalConnection = {
    organization_id,
    connection_id: `external-connection-test-${crypto.randomUUID()}`,
    external_organization_id: owner.organization_id,
    external_connection_id: body.external_connection_id,
    display_name: body.display_name ?? "",
    status: "active",
    external_connection_implicit_role_assignments: body.connection_implicit_role_assignments ?? [],
    external_group_implicit_role_assignments: body.group_implicit_role_assignments ?? [],
  };
  connections.set(connection.connection_id, { kind: "external", value: connection });
  return success(c, { connection });
}

export function update(c: SandboxContext): Response {
  const connection = findConnection(c, "external");
  const body = readBody(c, updateSchema);
  const roles = body.external_connection_implicit_role_assignments;
  const groups = body.external_group_implicit_role_assignments;
  checkAssignments(world().stytch.connections.get(connection.external_connection_id), roles, groups);
  if (body.display_name !== undefined) connection.display_name = body.display_name;
  if (roles !== undefined) connection.external_connection_implicit_role_assignments = roles;
  if (groups !== undefined) connection.external_group_implicit_role_assignments = groups;
  return success(c, { connection });
}

/** No roles when the connection underneath is OIDC; the error type of that is not published. */
function checkAssignments(underlying: StoredConnection | undefined, roles: RoleAssignment[] | undefined, groups: GroupAssignment[] | undefined): void {
  checkRoles(roles, groups);
  const any = (roles?.length ?? 0) + (groups?.length ?? 0) > 0;
  if (any && underlying?.kind === "oidc") throw new StytchError("invalid_argument", "Roles cannot be assigned on an OIDC connection.");
}
