// The connectors themselves: create, list, read, update, delete (logto.md 2, 3). PATCH is partial
// at the top level only: `config`, `branding` and `domains` are replaced whole. The guard runs
// before the lookup, and a refused write changes nothing.

import { z } from "zod";
import { randomId, type JsonObject, type SandboxContext } from "../context";
import { world } from "../world";
import { readBody, refuseNul } from "./body";
import { discover, issuerOf, parseConfig, resolveSaml } from "./config";
import { normaliseDomains } from "./domains";
import { LogtoError, notExists } from "./errors";
import { bounded, guard } from "./guard";
import { jsonWithEtag } from "./etag";
import { readPaging } from "./paging";
import { findProvider, isSaml } from "./providers";
import type { Connector, ProviderName } from "./state";
import { fullView } from "./view";

const patchSchema = z.object({
  connectorName: bounded(1, 128).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  domains: z.array(z.string()).optional(),
  branding: z.object({ displayName: z.string().optional(), logo: z.string().optional(), darkLogo: z.string().optional() }).optional(),
  syncProfile: z.boolean().optional(),
  enableTokenStorage: z.boolean().optional(),
});

const createSchema = z.object({ providerName: bounded(1, Infinity), connectorName: bounded(1, 128), ...patchSchema.omit({ connectorName: true }).shape });

const originOf = (c: SandboxContext): string => new URL(c.req.url).origin;

export function findConnector(id: string): Connector {
  if (id.includes("\0")) refuseNul(id);
  const connector = world().logto.connectors.get(id);
  if (connector === undefined) throw notExists("sso_connectors", id);
  return connector;
}

export async function list(c: SandboxContext): Promise<Response> {
  const all = [...world().logto.connectors.values()];
  const paging = readPaging(c, all.length);
  const page = paging === undefined ? all : all.slice(paging.from, paging.to);
  return jsonWithEtag(c, await Promise.all(page.map((connector) => fullView(connector, originOf(c)))));
}

export async function read(c: SandboxContext): Promise<Response> {
  return jsonWithEtag(c, await fullView(findConnector(c.req.param("id") ?? ""), originOf(c)));
}

export async function create(c: SandboxContext): Promise<Response> {
  const body = guard(createSchema, await readBody(c));
  const provider = findProvider(body.providerName);
  if (provider === undefined) {
    throw new LogtoError(422, "connector.not_found", { message: `Cannot find any available connector for type: ${body.providerName}.` });
  }
  const domains = normaliseDomains(body.domains ?? []);
  checkTokenStorage(provider.providerName, body.enableTokenStorage);
  const config = body.config === undefined ? {} : await acceptConfig(provider.providerName, body.config, undefined);
  checkName(body.connectorName, undefined);
  refuseNul(body);
  const connector: Connector = {
    tenantId: "default",
    id: randomId(12),
    providerName: provider.providerName,
    connectorName: body.connectorName,
    config,
    domains,
    branding: body.branding ?? {},
    syncProfile: body.syncProfile ?? false,
    enableTokenStorage: body.enableTokenStorage ?? false,
    createdAt: Date.now(),
  };
  world().logto.connectors.set(connector.id, connector);
  return c.json(connector);
}

export async function update(c: SandboxContext): Promise<Response> {
  const body = guard(patchSchema, await readBody(c));
  const connector = findConnector(c.req.param("id") ?? "");
  const changes: Partial<Connector> = {};
  if (body.domains !== undefined) changes.domains = normaliseDomains(body.domains);
  checkTokenStorage(connector.providerName, body.enableTokenStorage);
  if (body.config !== undefined) changes.config = await acceptConfig(connector.providerName, body.config, connector.id);
  if (body.connectorName !== undefined) {
    checkName(body.connectorName, connector.id);
    changes.connectorName = body.connectorName;
  }
  refuseNul(body);
  if (body.branding !== undefined) changes.branding = body.branding;
  if (body.syncProfile !== undefined) changes.syncProfile = body.syncProfile;
  if (body.enableTokenStorage !== undefined) changes.enableTokenStorage = body.enableTokenStorage;
  Object.assign(connector, changes);
  return c.json(await fullView(connector, originOf(c)));
}

export function remove(c: SandboxContext): Response {
  const { connectors, idpInitiated, signingKeys } = world().logto;
  const { id } = findConnector(c.req.param("id") ?? "");
  connectors.delete(id);
  idpInitiated.delete(id);
  signingKeys.delete(id);
  return c.body(null, 204);
}

function checkTokenStorage(provider: ProviderName, wanted: boolean | undefined): void {
  if (wanted !== true) return;
  if (!world().settings.logto_token_storage) throw new LogtoError(422, "request.feature_not_supported");
  if (isSaml(provider)) throw new LogtoError(400, "connector.token_storage_not_supported");
}

/** The order of this check and the others before it was not captured. */
function checkName(name: string, self: string | undefined): void {
  for (const other of world().logto.connectors.values()) {
    if (other.connectorName === name && other.id !== self) throw new LogtoError(409, "single_sign_on.duplicate_connector_name");
  }
}

async function acceptConfig(provider: ProviderName, sent: Record<string, unknown>, id: string | undefined): Promise<JsonObject> {
  const config = parseConfig(provider, sent);
  if (!isSaml(provider)) {
    await discover(issuerOf(provider, config));
    return config;
  }
  const keys = id === undefined ? [] : world().logto.signingKeys.get(id) ?? [];
  if (config["signAuthnRequest"] === true && !keys.some((key) => key.active)) {
    throw new LogtoError(400, "single_sign_on.active_signing_key_required");
  }
  await resolveSaml(config);
  return config;
}
