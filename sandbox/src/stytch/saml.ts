// SAML connections (stytch.md 2 operations 3 to 7, 3.1, 3.2): PUT acts as a partial update, lists
// of roles and the attribute map are replaced whole, certificates are added. A connection turns
// active once it has an SSO URL, an entity id, a certificate and an attribute map.

import { z } from "zod";
import { sleep, STALL_MS, type SandboxContext } from "../context";
import { simulateFetch } from "../idp-hosts";
import { MetadataParserError, readMetadata, type SamlMetadata } from "../saml-metadata";
import { pem } from "../certificates";
import { fromBase64 } from "../context";
import { world } from "../world";
import { checkRoles, common, groupAssignments, isHttps, now, readBody, roleAssignments, sent } from "./body";
import { StytchError, success } from "./errors";
import { findConnection, findOrganization } from "./find";
import { encryptionKey, signingCertificate, verificationCertificate } from "./keys";
import { NAMEID_DEFAULT, newSamlConnection, type SamlConnection } from "./state";

const createSchema = z.object(common);

const updateSchema = z.object({
  ...common,
  idp_entity_id: z.string().optional(),
  attribute_mapping: z.record(z.string(), z.unknown()).optional(),
  x509_certificate: z.string().optional(),
  idp_sso_url: z.string().optional(),
  saml_connection_implicit_role_assignments: roleAssignments,
  saml_group_implicit_role_assignments: groupAssignments,
  alternative_audience_uri: z.string().optional(),
  signing_private_key: z.string().optional(),
  nameid_format: z.string().optional(),
  alternative_acs_url: z.string().optional(),
  idp_initiated_auth_disabled: z.boolean().optional(),
  saml_encryption_private_key: z.string().optional(),
  allow_gateway_callback: z.boolean().optional(),
});

export function create(c: SandboxContext): Response {
  const { organization_id } = findOrganization(c);
  const body = readBody(c, createSchema);
  const connection: SamlConnection = {
    ...newSamlConnection(organization_id, `saml-connection-test-${crypto.randomUUID()}`, now()),
    ...sent(body) as Partial<SamlConnection>,
  };
  world().stytch.connections.set(connection.connection_id, { kind: "saml", value: connection });
  return success(c, { connection });
}

export async function update(c: SandboxContext): Promise<Response> {
  const connection = findConnection(c, "saml");
  const { x509_certificate, signing_private_key, saml_encryption_private_key, attribute_mapping, ...plain } = readBody(c, updateSchema);
  const mapping = attribute_mapping === undefined ? connection.attribute_mapping : checkMapping(attribute_mapping);
  checkUrl(plain.idp_sso_url);
  if (plain.idp_entity_id === "") throw new StytchError("invalid_idp_entity_id");
  const groups = plain.saml_group_implicit_role_assignments ?? connection.saml_group_implicit_role_assignments;
  if (groups.length > 0 && mapping["groups"] === undefined) throw new StytchError("saml_connection_attribute_mapping_missing_groups_key");
  checkRoles(plain.saml_connection_implicit_role_assignments, plain.saml_group_implicit_role_assignments);
  // Nothing is stored before everything has been checked.
  const verification = x509_certificate === undefined ? [] : [verificationCertificate(connection, x509_certificate)];
  const encryption = saml_encryption_private_key === undefined ? [] : [encryptionKey(connection, saml_encryption_private_key)];
  const signing = signing_private_key === undefined ? [] : [await signingCertificate(signing_private_key)];

  Object.assign(connection, sent(plain), { attribute_mapping: mapping });
  if (plain.nameid_format === "") connection.nameid_format = NAMEID_DEFAULT;
  connection.verification_certificates.push(...verification);
  connection.encryption_private_keys.push(...encryption);
  connection.signing_certificates.push(...signing);
  refreshStatus(connection);
  return success(c, { connection });
}

export async function updateByUrl(c: SandboxContext): Promise<Response> {
  const connection = findConnection(c, "saml");
  const { metadata_url } = readBody(c, z.object({ metadata_url: z.string() }));
  const { entityId, signInEndpoint, certificate } = await fetchMetadata(metadata_url);
  const der = fromBase64(certificate ?? "");
  if (entityId === undefined || signInEndpoint === undefined || der === undefined || der.length === 0) {
    throw new StytchError("saml_connection_metadata_invalid_format");
  }
  const added = verificationCertificate(connection, pem("CERTIFICATE", der));
  Object.assign(connection, { idp_entity_id: entityId, idp_sso_url: signInEndpoint });
  connection.verification_certificates.push(added);
  refreshStatus(connection);
  return success(c, { connection });
}

async function fetchMetadata(url: string): Promise<SamlMetadata> {
  if (!isHttps(url)) throw new StytchError("invalid_saml_metadata_url");
  const fetched = simulateFetch(url);
  if (fetched.kind === "hang") await sleep(STALL_MS);
  if (fetched.kind !== "ok") throw new StytchError("invalid_saml_metadata_url");
  try {
    const metadata = readMetadata(fetched.text);
    if (metadata.entityId === undefined) throw new StytchError("invalid_xml_from_saml_metadata_url");
    return metadata;
  } catch (error) {
    if (error instanceof MetadataParserError) throw new StytchError("invalid_xml_from_saml_metadata_url");
    throw error;
  }
}

export function removeCertificate(c: SandboxContext): Response {
  const connection = findConnection(c, "saml");
  const certificate_id = c.req.param("certificate") ?? "";
  const left = connection.verification_certificates.filter((one) => one.certificate_id !== certificate_id);
  if (left.length === connection.verification_certificates.length) throw new StytchError("sso_verification_key_not_found");
  if (left.length === 0 && connection.status === "active") throw new StytchError("cannot_delete_last_sso_verification_key");
  connection.verification_certificates = left;
  return success(c, { certificate_id });
}

export function removeEncryptionKey(c: SandboxContext): Response {
  const connection = findConnection(c, "saml");
  const private_key_id = c.req.param("key") ?? "";
  const left = connection.encryption_private_keys.filter((one) => one.private_key_id !== private_key_id);
  if (left.length === connection.encryption_private_keys.length) throw new StytchError("sso_encryption_private_key_not_found");
  connection.encryption_private_keys = left;
  return success(c, { private_key_id });
}

/** Taken as a whole on PUT; whether the real service merges is not known. */
function checkMapping(mapping: Record<string, unknown>): Record<string, string> {
  if (Object.keys(mapping).length === 0) throw new StytchError("saml_connection_attribute_mapping_required");
  const strings: Record<string, string> = {};
  for (const [key, value] of Object.entries(mapping)) {
    if (typeof value === "object") throw new StytchError("saml_connection_no_nested_keys_in_attribute_mapping");
    if (typeof value !== "string") throw new StytchError("invalid_argument", "Invalid value for attribute_mapping.");
    strings[key] = value;
  }
  if (strings["email"] === undefined) throw new StytchError("saml_connection_email_mapping_required");
  const named = strings["full_name"] !== undefined || (strings["first_name"] !== undefined && strings["last_name"] !== undefined);
  if (!named) throw new StytchError("saml_connection_name_mapping_required");
  return strings;
}

function checkUrl(url: string | undefined): void {
  if (url === undefined) return;
  if (url === "") throw new StytchError("saml_connection_idp_sso_url_required");
  if (!URL.canParse(url)) throw new StytchError("saml_connection_idp_sso_url_invalid_format");
  if (!isHttps(url)) throw new StytchError("saml_connection_idp_sso_url_not_https");
}

function refreshStatus(connection: SamlConnection): void {
  const complete = connection.idp_sso_url !== "" && connection.idp_entity_id !== ""
    && connection.verification_certificates.length > 0 && Object.keys(connection.attribute_mapping).length > 0;
  // No way back to pending is documented.
  if (complete) connection.status = "active";
}
