// OAuth providers (loginradius.md 2, 3.3): create and update only, both without a path id: the
// body's `ProviderName` selects. They stand in for OIDC, which LoginRadius does not offer here.

import { z } from "zod";
import type { SandboxContext } from "../context";
import { world } from "../world";
import { check, now, providerName, readObject } from "./body";
import { domainExists, nameExists, oauthNotFound, postBodyInvalid, putBodyInvalid } from "./errors";
import { domainTaken, type OauthProvider } from "./state";

const strings = z.record(z.string(), z.string());

const members = {
  UserLoginEndpoint: z.string(),
  AccessTokenEndpoint: z.string(),
  ApplicationKey: z.string(),
  ApplicationSecret: z.string(),
  Scope: z.string(),
  ResponseType: z.string(),
  DataMap: strings,
  RequestTokenHttpMethod: z.enum(["GET", "POST"]),
};

const optional = {
  UserprofileEndpoint: z.string().optional(),
  AccessTokenParameterNameForApiAccess: z.string().optional(),
  ExtraParameterInRedirectToProvider: z.string().optional(),
  ApplicationID: z.string().optional(),
  QueryParam: strings.optional(),
  Headers: strings.optional(),
  Domain: z.string().optional(),
  EnableAutoLookUp: z.boolean().optional(),
  ListInInterface: z.boolean().optional(),
  IsActive: z.boolean().optional(),
};

const createSchema = z.object({ ProviderName: z.string(), ...members, ...optional });
const updateSchema = z.object({ ProviderName: z.string(), ...z.object(members).partial().shape, ...optional });

const DEFAULTS = {
  IsActive: true, QueryParam: {}, Headers: {}, ApplicationID: "", ExtraParameterInRedirectToProvider: "",
  AccessTokenParameterNameForApiAccess: "access_token", UserprofileEndpoint: "", Domain: "", EnableAutoLookUp: false, ListInInterface: false,
};

const given = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));

export function create(c: SandboxContext): Response {
  const body = check(createSchema, readObject(c, postBodyInvalid), postBodyInvalid);
  const name = providerName(body.ProviderName);
  const state = world().loginradius;
  if (state.oauth.has(name)) throw nameExists();
  if (domainTaken(state, body.Domain, undefined)) throw domainExists();
  const provider: OauthProvider = { ...DEFAULTS, ...given(body), ProviderName: name, CreatedAt: now(), LastModified: now() };
  state.oauth.set(name, provider);
  return c.json(provider);
}

export function update(c: SandboxContext): Response {
  const body = check(updateSchema, readObject(c, putBodyInvalid), putBodyInvalid);
  const state = world().loginradius;
  const provider = state.oauth.get(body.ProviderName.toLowerCase());
  if (provider === undefined) throw oauthNotFound();
  if (domainTaken(state, body.Domain, provider)) throw domainExists();
  // Merged whatever the settings say: the published PUT example holds only `ProviderName`, which
  // as a replacement would wipe the endpoints that POST requires.
  const updated: OauthProvider = { ...provider, ...given(body), ProviderName: provider.ProviderName, LastModified: now() };
  state.oauth.set(provider.ProviderName, updated);
  return c.json(updated);
}
