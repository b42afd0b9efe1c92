// The "echo" faults: a vendor (or a proxy in front of it) that repeats the request in its answer,
// credentials included. The spellings are those in which a leaked secret can hide.

import { bodyText, isObject, parseBasic, toBase64, toBase64Url, utf8, type SandboxContext } from "./context";

export function spellings(secret: string): Record<string, string> {
  const bytes = utf8(secret);
  return {
    raw: secret,
    base64: toBase64(bytes),
    base64url: toBase64Url(bytes),
    hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    percent: Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""),
    json_escaped: Array.from(secret, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    html_escaped: Array.from(secret, (char) => `&#${char.charCodeAt(0)};`).join(""),
    lower_case_scheme: secret.replace(/^(Basic|Bearer) /, (scheme) => scheme.toLowerCase()),
  };
}

/** Everything secret in the request: the header, what is inside it, and the secrets of the body. */
function secretsOf(c: SandboxContext): Record<string, string> {
  const found: Record<string, string> = {};
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    found["authorization"] = authorization;
    found["credential"] = authorization.slice(authorization.indexOf(" ") + 1);
    const basic = parseBasic(authorization);
    if (basic !== undefined) found["password"] = basic.password;
  }
  const body = bodyText(c);
  const form = new URLSearchParams(body).get("client_secret");
  if (form !== null) found["client_secret"] = form;
  try {
    const json: unknown = JSON.parse(body);
    const secret = isObject(json) ? json["client_secret"] : undefined;
    if (typeof secret === "string") found["client_secret"] = secret;
  } catch {
    // Not JSON: nothing more to find.
  }
  return found;
}

export async function echoAnswer(c: SandboxContext, normal: Response | undefined, status: number | undefined, contentType: string | undefined): Promise<Response> {
  const echo = {
    message: `Unexpected request with authorization: ${c.req.header("authorization") ?? "none"}`,
    echo: Object.fromEntries(Object.entries(secretsOf(c)).map(([name, secret]) => [name, spellings(secret)])),
    body: bodyText(c),
  };
  const headers = { "content-type": contentType ?? "application/json; charset=utf-8" };
  if (normal === undefined) return new Response(JSON.stringify(echo), { status: status ?? 400, headers });
  const body: unknown = await normal.json().catch(() => ({}));
  const merged = isObject(body) ? { ...body, debug: echo } : echo;
  return new Response(JSON.stringify(merged), { status: status ?? normal.status, headers });
}

/** A token endpoint that repeats the posted secret in its refusal. */
export function leakAnswer(c: SandboxContext): Response {
  const body = {
    error: "invalid_client",
    error_description: `client authentication failed for ${bodyText(c)} ${c.req.header("authorization") ?? ""}`,
    secrets: secretsOf(c),
  };
  return new Response(JSON.stringify(body), { status: 401, headers: { "content-type": "application/json; charset=utf-8" } });
}
