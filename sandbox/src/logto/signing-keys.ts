// Request-signing keys of a SAML connector (logto.md 2, captures/logto/signing-keys.json): the
// server makes the key and shows its certificate only. At most one key is active, and an active
// one that signs requests can be neither switched off nor deleted.

import { z } from "zod";
import { newCertificate, pem, sha256Hex } from "../certificates";
import { randomId, type SandboxContext } from "../context";
import { world } from "../world";
import { readBody } from "./body";
import { findConnector } from "./connectors";
import { LogtoError } from "./errors";
import { jsonWithEtag } from "./etag";
import { guard } from "./guard";
import { isSaml } from "./providers";
import type { Connector, SigningKey } from "./state";

const LIFETIME_DAYS = 3 * 365 + 1;

function keysOf(c: SandboxContext): { connector: Connector; keys: SigningKey[] } {
  const connector = findConnector(c.req.param("id") ?? "");
  if (!isSaml(connector.providerName)) throw new LogtoError(404, "connector.not_found");
  const { signingKeys } = world().logto;
  const keys = signingKeys.get(connector.id) ?? [];
  signingKeys.set(connector.id, keys);
  return { connector, keys };
}

function keyOf(c: SandboxContext, keys: SigningKey[]): SigningKey {
  const key = keys.find((one) => one.id === c.req.param("keyId"));
  if (key === undefined) throw new LogtoError(404, "entity.not_found");
  return key;
}

export const list = (c: SandboxContext): Promise<Response> => jsonWithEtag(c, keysOf(c).keys);

export async function create(c: SandboxContext): Promise<Response> {
  const { active } = guard(z.object({ active: z.boolean().default(false) }), await readBody(c));
  const { keys } = keysOf(c);
  const { der, notAfter } = await newCertificate("sandbox.logto.example", LIFETIME_DAYS);
  const digest = await sha256Hex(der);
  const key: SigningKey = {
    id: randomId(21),
    certificate: pem("CERTIFICATE", der, "\r\n"),
    createdAt: Date.now(),
    expiresAt: notAfter,
    active,
    fingerprints: { sha256: { formatted: digest.match(/../g)?.join(":") ?? "", unformatted: digest } },
  };
  if (active) switchOff(keys);
  keys.push(key);
  return c.json(key, 201);
}

export async function update(c: SandboxContext): Promise<Response> {
  const { active } = guard(z.object({ active: z.boolean() }), await readBody(c));
  const { connector, keys } = keysOf(c);
  const key = keyOf(c, keys);
  if (!active && key.active && connector.config["signAuthnRequest"] === true) {
    throw new LogtoError(400, "single_sign_on.can_not_deactivate_signing_key_in_use");
  }
  if (active) switchOff(keys);
  key.active = active;
  return c.json(key);
}

export function remove(c: SandboxContext): Response {
  const { connector, keys } = keysOf(c);
  const key = keyOf(c, keys);
  if (key.active) throw new LogtoError(400, "single_sign_on.can_not_delete_active_signing_key");
  world().logto.signingKeys.set(connector.id, keys.filter((one) => one !== key));
  return c.body(null, 204);
}

/** That activating one key switches the others off follows from the wording of the errors; not captured. */
function switchOff(keys: SigningKey[]): void {
  for (const key of keys) key.active = false;
}
