// Reads SAML metadata the way the captures show Logto doing it: text that is no XML has no
// descriptor (so no certificate), broken XML and external entities blow the parser up, and only
// the HTTP-Redirect binding counts. Stytch's reading is not known and taken to be the same.

export interface SamlMetadata {
  entityId: string | undefined;
  signInEndpoint: string | undefined;
  certificate: string | undefined;
}

/** The parser's own failure: the real server answers it with a bare 500. */
export class MetadataParserError extends Error {}

const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

export function readMetadata(text: string): SamlMetadata {
  if (!text.includes("<")) return { entityId: undefined, signInEndpoint: undefined, certificate: undefined };
  assertWellFormed(text);
  const services = [...text.matchAll(/<(?:\w+:)?SingleSignOnService\b([^>]*)>/g)].map((match) => match[1] ?? "");
  const redirect = services.find((attributes) => attribute(attributes, "Binding") === REDIRECT);
  const entity = /<(?:\w+:)?EntityDescriptor\b([^>]*)>/.exec(text)?.[1];
  const certificate = /<(?:\w+:)?X509Certificate\b[^>]*>([^<]*)</.exec(text)?.[1];
  return {
    entityId: entity === undefined ? undefined : attribute(entity, "entityID"),
    signInEndpoint: redirect === undefined ? undefined : attribute(redirect, "Location"),
    certificate: certificate?.replace(/\s+/g, ""),
  };
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value?.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&apos;", "'").replaceAll("&amp;", "&");
}

function assertWellFormed(text: string): void {
  if (/<!ENTITY/i.test(text)) throw new MetadataParserError("external entity");
  const open: string[] = [];
  const bare = text.replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^>]*>/g, "");
  for (let at = bare.indexOf("<"); at >= 0; at = bare.indexOf("<", at + 1)) {
    const tag = /^<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/.exec(bare.slice(at, at + 8192));
    if (tag === null) throw new MetadataParserError("malformed tag");
    if (tag[1] === "/") {
      if (open.pop() !== tag[2]) throw new MetadataParserError("tag mismatch");
    } else if (tag[4] !== "/") open.push(tag[2] ?? "");
  }
  if (open.length > 0) throw new MetadataParserError("unclosed tag");
}
