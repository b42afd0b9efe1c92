// The few other Management API calls that the captures make along the way: deleting applications
// and taking a role away (captures/logto/token-lifetime.json). Everything else under /api is 404.

import type { SandboxContext } from "../context";
import { world } from "../world";
import { LogtoError, notExists } from "./errors";

export function deleteApplication(c: SandboxContext): Response {
  const { applications, idpInitiated } = world().logto;
  const id = c.req.param("applicationId") ?? "";
  if (!applications.delete(id)) throw notExists("applications", id);
  for (const [connectorId, row] of idpInitiated) if (row.defaultApplicationId === id) idpInitiated.delete(connectorId);
  return c.body(null, 204);
}

export function removeRole(c: SandboxContext): Response {
  const id = c.req.param("applicationId") ?? "";
  const application = world().logto.applications.get(id);
  if (application === undefined) throw notExists("applications", id);
  application.hasManagementRole = false;
  return c.body(null, 204);
}

export function managementResource(): never {
  throw new LogtoError(400, "resource.cannot_modify_management_api");
}
