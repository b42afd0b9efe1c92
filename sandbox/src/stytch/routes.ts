// The routes of the Stytch project (stytch.md 2), eleven operations. There is no get-one and no
// paging. Authentication comes first, so an unknown route without it is 401 (assumed).

import { Hono } from "hono";
import type { SandboxContext, SandboxEnv } from "../context";
import { world } from "../world";
import { auth } from "./auth";
import { renderError, StytchError, success } from "./errors";
import * as external from "./external";
import { findOrganization } from "./find";
import * as oidc from "./oidc";
import * as saml from "./saml";

function list(c: SandboxContext): Response {
  const { organization_id } = findOrganization(c);
  const own = [...world().stytch.connections.values()].filter(({ value }) => value.organization_id === organization_id);
  const of = (kind: string) => own.filter((one) => one.kind === kind).map((one) => one.value);
  return success(c, { saml_connections: of("saml"), oidc_connections: of("oidc"), external_connections: of("external") });
}

function remove(c: SandboxContext): Response {
  const { organization_id } = findOrganization(c);
  const { connections } = world().stytch;
  const connection_id = c.req.param("connection") ?? "";
  if (connections.get(connection_id)?.value.organization_id !== organization_id) throw new StytchError("sso_connection_not_found");
  connections.delete(connection_id);
  return success(c, { connection_id });
}

const wrongMethod = (): never => {
  throw new StytchError("method_not_allowed");
};

const api = new Hono<SandboxEnv>({ strict: false });
api.onError((error, c) => renderError(error, c));
api.use("/*", auth);

api.post("/saml/:organization", saml.create).all(wrongMethod);
api.put("/saml/:organization/connections/:connection", saml.update).all(wrongMethod);
api.put("/saml/:organization/connections/:connection/url", saml.updateByUrl).all(wrongMethod);
api.delete("/saml/:organization/connections/:connection/verification_certificates/:certificate", saml.removeCertificate).all(wrongMethod);
api.delete("/saml/:organization/connections/:connection/encryption_private_keys/:key", saml.removeEncryptionKey).all(wrongMethod);
api.post("/oidc/:organization", oidc.create).all(wrongMethod);
api.put("/oidc/:organization/connections/:connection", oidc.update).all(wrongMethod);
api.post("/external/:organization", external.create).all(wrongMethod);
api.put("/external/:organization/connections/:connection", external.update).all(wrongMethod);
api.get("/:organization", list).all(wrongMethod);
api.delete("/:organization/connections/:connection", remove).all(wrongMethod);
api.all("/*", () => {
  throw new StytchError("route_not_found");
});

export const stytch = new Hono<SandboxEnv>({ strict: false });
stytch.route("/v1/b2b/sso", api);
