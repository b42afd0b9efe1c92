// Domain rules of a connector (logto.md 3.1): lower-cased, not repeated, no public mail provider;
// no syntax check, no uniqueness across connectors. Public domains are complained about first.

import { LogtoError } from "./errors";

/** As in the vendor's source, the misspelt `yanex.com` included. */
const PUBLIC = new Set([
  "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "icloud.com", "aol.com", "yandex.com", "mail.com",
  "protonmail.com", "yanex.com", "gmx.com", "mail.ru", "zoho.com", "qq.com", "163.com", "126.com", "sina.com", "sohu.com",
]);

export function normaliseDomains(domains: string[]): string[] {
  const lower = domains.map((domain) => domain.toLowerCase());
  const forbidden = lower.filter((domain) => PUBLIC.has(domain));
  if (forbidden.length > 0) throw new LogtoError(422, "single_sign_on.forbidden_domains", { data: { data: forbidden } });
  const repeated = lower.filter((domain, index) => lower.indexOf(domain) !== index);
  if (repeated.length > 0) throw new LogtoError(422, "single_sign_on.duplicated_domains", { data: { data: [...new Set(repeated)] } });
  return lower;
}
