// The routes of the LoginRadius tenant (loginradius.md 2). For what is not there (DELETE, reading
// OAuth providers) no page was found; a plain 404 or 405 is assumed.

import { Hono } from "hono";
import type { SandboxContext, SandboxEnv } from "../context";
import { auth } from "./auth";
import { renderError } from "./errors";
import * as jwt from "./jwt";
import * as oauth from "./oauth";
import * as saml from "./saml";
import { tokenEndpoint } from "./token";

const wrongMethod = (c: SandboxContext): Response => c.text("Method Not Allowed", 405);

const api = new Hono<SandboxEnv>({ strict: false });
api.onError((error, c) => renderError(error, c));
api.use("/*", auth);

api.get("/saml", saml.list).post(saml.create).all(wrongMethod);
api.get("/saml/keys", saml.keys).all(wrongMethod);
api.get("/saml/:samlApp", saml.read).put(saml.update).all(wrongMethod);
api.get("/jwt", jwt.list).post(jwt.create).all(wrongMethod);
api.get("/jwt/:jwtApp", jwt.read).put(jwt.update).all(wrongMethod);
api.post("/oauth", oauth.create).put(oauth.update).all(wrongMethod);
api.all("/*", (c) => c.text("Not Found", 404));

export const loginradius = new Hono<SandboxEnv>({ strict: false });
loginradius.route("/v2/manage/custom-providers", api);
loginradius.post("/service/oauth/token", tokenEndpoint);
loginradius.all("/service/oauth/token", wrongMethod);
