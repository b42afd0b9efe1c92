// SAML providers (loginradius.md 2, 3.1, 3.2): list, create, read, update. There is no DELETE.
// Names are lower-case and one `Domain` may be used once. PUT replaces the writable members or
// merges them, as the settings say, because the pages do not; certificates stay when left out.

import { z } from "zod";
import { randomHex, type SandboxContext } from "../context";
import { world } from "../world";
import { check, now, providerName, readObject } from "./body";
import { domainExists, nameExists, nameInvalid, postBodyInvalid, putBodyInvalid, samlNotFound, type LoginRadiusError } from "./errors";
import { domainTaken, newSamlProvider, type SamlProvider } from "./state";

const schema = z.object({
  Provider: z.string(),
  DataMap: z.record(z.string(), z.string()),
  FriendlyProviderName: z.string().optional(),
  IsActive: z.boolean().optional(),
  IsIdpInitiated: z.boolean().optional(),
  RelayStateParameter: z.string().optional(),
  DefaultLogoutUrl: z.string().optional(),
  IdpCertificate: z.object({ Certificate: z.string().optional(), Key: z.string().optional() }).optional(),
  SpCertificate: z.object({ Certificate: z.string().optional() }).optional(),
  IdentityProvider: z.object({ Binding: z.string().optional(), Location: z.string().optional(), LogOut: z.string().optional() }).optional(),
  EnableAutoLookUp: z.boolean().optional(),
  Domain: z.string().optional(),
  ListInInterface: z.boolean().optional(),
});

type Sent = z.infer<typeof schema>;

const find = (c: SandboxContext): SamlProvider => {
  const provider = world().loginradius.saml.get((c.req.param("samlApp") ?? "").toLowerCase());
  if (provider === undefined || provider.IsDeleted) throw samlNotFound();
  return provider;
};

const parse = (c: SandboxContext, refusal: () => LoginRadiusError): Sent => check(schema, readObject(c, refusal), refusal);

export const list = (c: SandboxContext): Response =>
  c.json({ Data: [...world().loginradius.saml.values()].filter((one) => !one.IsDeleted) });

export const read = (c: SandboxContext): Response => c.json(find(c));

export function create(c: SandboxContext): Response {
  const body = parse(c, postBodyInvalid);
  const name = providerName(body.Provider);
  // A provider of this name could never be read: the mapping keys live at that path.
  if (name === "keys") throw nameInvalid();
  const state = world().loginradius;
  if (state.saml.has(name)) throw nameExists();
  if (domainTaken(state, body.Domain, undefined)) throw domainExists();
  const provider = apply(newSamlProvider(name, randomHex(24), now()), body);
  state.saml.set(name, provider);
  return c.json(provider);
}

export function update(c: SandboxContext): Response {
  const body = parse(c, putBodyInvalid);
  const provider = find(c);
  // Whether PUT can rename is not known; another name than the path's is refused here.
  if (body.Provider.toLowerCase() !== provider.Provider) throw putBodyInvalid();
  const state = world().loginradius;
  if (domainTaken(state, body.Domain, provider)) throw domainExists();
  const { Id, CreatedDate, IdpCertificate, SpCertificate, IsActive } = provider;
  const base = world().settings.loginradius_put === "merge"
    ? provider
    : { ...newSamlProvider(provider.Provider, Id, CreatedDate), IdpCertificate, SpCertificate, IsActive };
  const updated = { ...apply(base, body), LastModifiedDate: now() };
  state.saml.set(provider.Provider, updated);
  return c.json(updated);
}

/** Objects inside are overlaid, so that a certificate sent without its key keeps the stored key. */
function apply(base: SamlProvider, { Provider: _, ...sent }: Sent): SamlProvider {
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as Partial<SamlProvider>;
  return {
    ...base,
    ...given,
    IdpCertificate: { ...base.IdpCertificate, ...given.IdpCertificate },
    SpCertificate: { ...base.SpCertificate, ...given.SpCertificate },
    IdentityProvider: { ...base.IdentityProvider, ...given.IdentityProvider },
  };
}

/** All 44, in the published order: an array inside an array. */
const MAPPING_KEYS = [
  "ID", "Provider", "FirstName", "MiddleName", "LastName", "FullName", "NickName", "ProfileName", "Gender", "Website", "Email", "Country",
  "ThumbnailImageUrl", "Favicon", "ProfileUrl", "HomeTown", "State", "Industry", "About", "LocalLanguage", "TagLine", "Language", "Verified",
  "UpdatedTime", "MainAddress", "Created", "LocalCity", "ProfileCity", "LocalCountry", "ProfileCountry", "RelationshipStatus", "Quote",
  "Religion", "Age", "Uid", "IsEmailSubscribed", "NoOfLogins", "BirthDate", "ImageUrl", "City", "TimeZone", "CoverPhoto", "Company", "PhoneId",
];

export const keys = (c: SandboxContext): Response => c.json({ Data: [MAPPING_KEYS] });
