// JWT providers (loginradius.md 2, 3.4): list, create, read, update. The POST example holds only
// `AppName`, the PUT example nothing at all, so nothing else is required.

import { z } from "zod";
import { randomHex, type SandboxContext } from "../context";
import { world } from "../world";
import { check, now, readObject } from "./body";
import { domainExists, jwtExists, jwtNotFound, postBodyInvalid, putBodyInvalid } from "./errors";
import { APP_NUMBER, domainTaken, type JwtProvider } from "./state";

const members = {
  IsActive: z.boolean().optional(),
  Algo: z.enum(["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]).optional(),
  Mapping: z.record(z.string(), z.string()).optional(),
  Key: z.string().optional(),
  JWKSUrl: z.string().optional(),
  TokenQueryParameterName: z.string().optional(),
  ClockSkew: z.number().optional(),
  LoginUrl: z.string().optional(),
  Issuer: z.record(z.string(), z.unknown()).optional(),
  Audience: z.record(z.string(), z.unknown()).optional(),
  Subject: z.record(z.string(), z.unknown()).optional(),
  NotBefore: z.record(z.string(), z.unknown()).optional(),
  Expiration: z.record(z.string(), z.unknown()).optional(),
  ExpirationTimeDifference: z.number().optional(),
  UseAuthorizationHeader: z.boolean().optional(),
  UpdateEmailProfile: z.boolean().optional(),
  RaasUpdateFields: z.array(z.string()).optional(),
  Domain: z.string().optional(),
  EnableAutoLookUp: z.boolean().optional(),
  ListInInterface: z.boolean().optional(),
};

const createSchema = z.object({ AppName: z.string().min(1), ...members });
const updateSchema = z.object({ AppName: z.string().optional(), ...members });

const find = (c: SandboxContext): JwtProvider => {
  const provider = world().loginradius.jwt.get((c.req.param("jwtApp") ?? "").toLowerCase());
  if (provider === undefined) throw jwtNotFound();
  return provider;
};

const given = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));

export const list = (c: SandboxContext): Response => c.json({ Data: [...world().loginradius.jwt.values()] });

export const read = (c: SandboxContext): Response => c.json(find(c));

export function create(c: SandboxContext): Response {
  const body = check(createSchema, readObject(c, postBodyInvalid), postBodyInvalid);
  const state = world().loginradius;
  // That names are lower-cased is known for SAML only and assumed here.
  const name = body.AppName.toLowerCase();
  if (state.jwt.has(name)) throw jwtExists();
  if (domainTaken(state, body.Domain, undefined)) throw domainExists();
  const provider: JwtProvider = {
    Id: randomHex(24), IsActive: true, AppId: APP_NUMBER, Algo: "HS256", Key: "", Domain: "",
    ...given(body), AppName: name, Version: "1", CreatedDate: now(), LastModifiedDate: now(),
  };
  state.jwt.set(name, provider);
  return c.json(provider);
}

export function update(c: SandboxContext): Response {
  const body = check(updateSchema, readObject(c, putBodyInvalid), putBodyInvalid);
  const provider = find(c);
  const state = world().loginradius;
  if (domainTaken(state, body.Domain, provider)) throw domainExists();
  // Merged whatever the settings say: the published PUT example is `{}`.
  const updated: JwtProvider = { ...provider, ...given(body), AppName: provider.AppName, LastModifiedDate: now() };
  state.jwt.set(provider.AppName, updated);
  return c.json(updated);
}
