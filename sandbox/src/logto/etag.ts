// ETags on GET answers and the 304 that follows from them (logto.md 2). The form is the captured
// one: length in hexadecimal, a dash, 27 characters of the SHA-1 in base64.

import { toBase64, utf8, type SandboxContext } from "../context";

export async function jsonWithEtag(c: SandboxContext, body: unknown): Promise<Response> {
  const text = JSON.stringify(body);
  const bytes = utf8(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  const etag = `"${bytes.length.toString(16)}-${toBase64(digest).slice(0, 27)}"`;
  if (c.req.method === "GET") {
    c.header("etag", etag);
    if (c.req.header("if-none-match") === etag) return c.body(null, 304);
  }
  return c.body(text, 200, { "content-type": "application/json; charset=utf-8" });
}
