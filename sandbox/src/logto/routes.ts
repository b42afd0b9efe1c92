// The routes of the Logto tenant (logto.md 2). Wrong methods get 405 with `Allow`, OPTIONS gets
// 200, unknown API paths get a plain 404 with or without a token, and paths outside /api and
// /oidc fall through to the sign-in page, an HTML 200 (captured: paths are case-sensitive).

import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { SandboxContext, SandboxEnv } from "../context";
import { world } from "../world";
import { auth } from "./auth";
import * as connectors from "./connectors";
import { prefersGerman, renderError } from "./errors";
import { jsonWithEtag } from "./etag";
import * as idpInitiated from "./idp-initiated";
import * as neighbours from "./neighbours";
import { GERMAN_DESCRIPTIONS, PROVIDERS } from "./providers";
import * as signingKeys from "./signing-keys";
import { tokenEndpoint, tokenWrongMethod } from "./token";

const commonHeaders = createMiddleware<SandboxEnv>(async (c, next) => {
  await next();
  c.res.headers.set("vary", "Accept-Encoding, Origin");
  c.res.headers.set("logto-core-request-id", crypto.randomUUID());
});

const wrongMethod = (allow: string) => (c: SandboxContext): Response => {
  c.header("allow", allow);
  return c.req.method === "OPTIONS" ? c.text("", 200) : c.text("Method Not Allowed", 405);
};

const idpInitiatedRoute = createMiddleware<SandboxEnv>(async (c, next) => {
  if (!world().settings.logto_idp_initiated_route) return c.text("Not Found", 404);
  await next();
  return undefined;
});

const signInPage = (c: SandboxContext): Response => {
  c.header("cache-control", "no-cache, no-store, must-revalidate");
  return c.html("<!doctype html><title>stub</title>\n");
};

const api = new Hono<SandboxEnv>({ strict: false });
api.onError((error, c) => renderError(error, c));

api.get("/sso-connector-providers", auth, (c) => {
  const german = prefersGerman(c);
  return jsonWithEtag(c, PROVIDERS.map((one) => (german ? { ...one, description: GERMAN_DESCRIPTIONS[one.providerName] } : one)));
});
api.all("/sso-connector-providers", wrongMethod("HEAD, GET"));

// The order of the methods in this `Allow` was not captured.
api.post("/sso-connectors", auth, connectors.create).get(auth, connectors.list).all(wrongMethod("POST, HEAD, GET"));
api.get("/sso-connectors/:id", auth, connectors.read)
  .delete(auth, connectors.remove)
  .patch(auth, connectors.update)
  .all(wrongMethod("HEAD, GET, DELETE, PATCH"));

api.use("/sso-connectors/:id/idp-initiated-auth-config", idpInitiatedRoute);
api.put("/sso-connectors/:id/idp-initiated-auth-config", auth, idpInitiated.set)
  .get(auth, idpInitiated.get)
  .delete(auth, idpInitiated.remove)
  .all(wrongMethod("PUT, HEAD, GET, DELETE"));

api.get("/sso-connectors/:id/signing-keys", auth, signingKeys.list)
  .post(auth, signingKeys.create)
  .all(wrongMethod("HEAD, GET, POST"));
api.patch("/sso-connectors/:id/signing-keys/:keyId", auth, signingKeys.update)
  .delete(auth, signingKeys.remove)
  .all(wrongMethod("PATCH, DELETE"));

api.delete("/applications/:applicationId", auth, neighbours.deleteApplication);
api.delete("/applications/:applicationId/roles/:roleId", auth, neighbours.removeRole);
api.patch("/resources/management-api", auth, neighbours.managementResource);

api.all("/*", (c) => c.text("Not Found", 404));

export const logto = new Hono<SandboxEnv>({ strict: false });
logto.use("/api/*", commonHeaders);
logto.use("/oidc/*", commonHeaders);
logto.route("/api", api);
logto.post("/oidc/token", tokenEndpoint);
logto.all("/oidc/token", tokenWrongMethod);
logto.all("/oidc/*", (c) => c.text("Not Found", 404));
logto.all("/:first{(?!api$)[Aa][Pp][Ii]}/*", signInPage);
