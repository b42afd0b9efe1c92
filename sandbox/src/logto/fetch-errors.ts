// What Logto shows when its HTTP client could not reach an identity provider: the client's whole
// insides, kilobytes of them. Copied from captures/logto/patch.json because a gateway must not
// pass it on (logto.md 7, hazard 3).

import type { FetchError } from "../idp-hosts";

export function requestError(url: string, code: FetchError): Record<string, unknown> {
  const now = Date.now();
  const sent = code === "ECONNREFUSED" || code === "ENOTFOUND";
  return {
    ...(code === "ERR_INVALID_URL" ? { input: url } : {}),
    code,
    ...(sent ? { timings: { start: now, socket: now, error: now, phases: { wait: 0, total: 0 } } } : {}),
    name: "RequestError",
    options: {
      agent: {}, decompress: true, timeout: {}, prefixUrl: "", ignoreInvalidCookies: false, context: {},
      hooks: { init: [], beforeRequest: [], beforeError: [], beforeRedirect: [], beforeRetry: [], afterResponse: [] },
      followRedirect: true, maxRedirects: 10, throwHttpErrors: true, username: "", password: "", http2: false, allowGetBody: false,
      headers: {
        "user-agent": "got (https://github.com/sindresorhus/got)",
        ...(sent ? { "accept-encoding": "gzip, deflate, br" } : {}),
      },
      methodRewriting: false,
      retry: {
        limit: 2,
        methods: ["GET", "PUT", "HEAD", "DELETE", "OPTIONS", "TRACE"],
        statusCodes: [408, 413, 429, 500, 502, 503, 504, 521, 522, 524],
        errorCodes: ["ETIMEDOUT", "ECONNRESET", "EADDRINUSE", "ECONNREFUSED", "EPIPE", "ENOTFOUND", "ENETUNREACH", "EAI_AGAIN"],
        backoffLimit: null, noise: 100,
      },
      method: "GET", cacheOptions: {}, https: {}, resolveBodyOnly: false, isStream: false, responseType: "text",
      ...(code === "ERR_INVALID_URL" ? {} : { url }),
      pagination: { countLimit: null, backoff: 0, requestLimit: 10_000, stackAllItems: false },
      setHost: true, enableUnixSockets: false,
    },
  };
}
