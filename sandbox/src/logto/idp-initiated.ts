// The IdP-initiated configuration of a SAML connector (logto.md 4): one row per connector, written
// whole. Order of checks as captured: body, connector exists, is SAML, application exists, its
// type, redirect URI. Reading and deleting never say which part was missing.

import { z } from "zod";
import { isObject, type JsonObject, type SandboxContext } from "../context";
import { world } from "../world";
import { readBody, refuseNul } from "./body";
import { databaseOrder } from "./config";
import { findConnector } from "./connectors";
import { LogtoError, notExists } from "./errors";
import { jsonWithEtag } from "./etag";
import { bounded, guard, invalidInput } from "./guard";
import { isSaml } from "./providers";
import type { Application, IdpInitiated } from "./state";

const applicationId = bounded(1, 21);

const automatic = z.object({
  defaultApplicationId: applicationId,
  redirectUri: z.string().nullish(),
  authParameters: z.record(z.string(), z.string()).optional(),
});

const byClient = z.object({ defaultApplicationId: applicationId, clientIdpInitiatedAuthCallbackUri: z.string() });

type Wanted = Omit<IdpInitiated, "tenantId" | "connectorId" | "createdAt">;

function parseBody(body: unknown): Wanted {
  if (!isObject(body)) guard(z.object({}), body);
  const automatically = (body as Record<string, unknown>)["autoSendAuthorizationRequest"];
  if (typeof automatically !== "boolean") {
    throw invalidInput([{
      code: "invalid_union_discriminator", options: [false, true], path: ["autoSendAuthorizationRequest"],
      message: "Invalid discriminator value. Expected false | true",
    }]);
  }
  if (automatically) {
    const { defaultApplicationId, redirectUri, authParameters } = guard(automatic, body);
    return {
      defaultApplicationId,
      redirectUri: redirectUri ?? null,
      authParameters: databaseOrder((authParameters ?? {}) as JsonObject) as Record<string, string>,
      autoSendAuthorizationRequest: true,
      clientIdpInitiatedAuthCallbackUri: null,
    };
  }
  const { defaultApplicationId, clientIdpInitiatedAuthCallbackUri } = guard(byClient, body);
  return { defaultApplicationId, redirectUri: null, authParameters: {}, autoSendAuthorizationRequest: false, clientIdpInitiatedAuthCallbackUri };
}

function checkApplication(wanted: Wanted): void {
  const application = world().logto.applications.get(wanted.defaultApplicationId);
  if (application === undefined) throw notExists("applications", wanted.defaultApplicationId);
  const types: Application["type"][] = wanted.autoSendAuthorizationRequest ? ["Traditional", "SAML"] : ["Traditional", "SPA", "SAML"];
  if (application.isThirdParty || !types.includes(application.type)) {
    throw new LogtoError(400, "single_sign_on.idp_initiated_authentication_invalid_application_type", {
      message: `Invalid application type. Only ${types.join(", ")} applications are allowed.`,
    });
  }
  if (wanted.redirectUri !== null && !application.redirectUris.includes(wanted.redirectUri)) {
    throw new LogtoError(400, "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered");
  }
  // An empty callback passes the guard and is refused later, with an unfilled message. Whether
  // before or after the other checks was not captured.
  if (wanted.clientIdpInitiatedAuthCallbackUri === "") {
    throw new LogtoError(400, "guard.invalid_input", { message: "The request {{type}} is invalid." });
  }
}

export async function set(c: SandboxContext): Promise<Response> {
  const wanted = parseBody(await readBody(c));
  const connector = findConnector(c.req.param("id") ?? "");
  if (!isSaml(connector.providerName)) throw new LogtoError(400, "single_sign_on.idp_initiated_authentication_not_supported");
  checkApplication(wanted);
  refuseNul(wanted);
  const { idpInitiated } = world().logto;
  const { defaultApplicationId, redirectUri, authParameters, autoSendAuthorizationRequest, clientIdpInitiatedAuthCallbackUri } = wanted;
  const row: IdpInitiated = {
    tenantId: "default",
    connectorId: connector.id,
    defaultApplicationId,
    redirectUri,
    authParameters,
    autoSendAuthorizationRequest,
    clientIdpInitiatedAuthCallbackUri,
    createdAt: idpInitiated.get(connector.id)?.createdAt ?? Date.now(),
  };
  idpInitiated.set(connector.id, row);
  return c.json(row);
}

export async function get(c: SandboxContext): Promise<Response> {
  const row = world().logto.idpInitiated.get(c.req.param("id") ?? "");
  if (row === undefined) throw new LogtoError(404, "entity.not_found");
  return jsonWithEtag(c, row);
}

export function remove(c: SandboxContext): Response {
  if (!world().logto.idpInitiated.delete(c.req.param("id") ?? "")) throw new LogtoError(404, "entity.not_found");
  return c.body(null, 204);
}
