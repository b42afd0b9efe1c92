// Sends the captured exchanges to the sandbox, in order, with the captured ids and tokens replaced
// by those that the sandbox made. Knows what the captures leave out: which objects existed before.

import { readFile } from "node:fs/promises";

const folder = new URL("../captures/logto/", import.meta.url);

export const readTopic = async (topic) => JSON.parse(await readFile(new URL(`${topic}.json`, folder), "utf8"));

/** Applications of the captured server and the seeded ones that stand for them. */
const APPLICATIONS = {
  "48kwg6nnksqvm37nd6ohl": "traditionalapp0000001",
  ksds66r6dd8dbb754crg4: "spaapp000000000000001",
  a5onxrre44gp9vv97qqrl: "samlapp00000000000001",
  "3mzvyb8g10uqxik6cwp4u": "nativeapp000000000001",
  kcuhfpvyaqu66cw828xdt: "sandbox-logto-no-role",
  lt8rwzegjw9y480o8kxbd: "thirdpartyapp00000001",
  j0sbsypdqfp3oaflh5yyh: "traditionalapp0000001",
  qkevyymjcba633jr8j4sa: "traditionalapp0000001",
  y4vto8njrdm381jj11nqm: "sandbox-logto-app",
};

/** Connectors whose kind no captured answer shows. */
const PROVIDERS = { gvke82wzgc7j: "OIDC", ouwecz5juy6b: "OIDC", gqext45kzaru: "GoogleWorkspace" };

/** Names that were taken before the topic started. */
const TAKEN = { create: ["create-dup"], patch: ["patch-other"] };

const SETTINGS = {
  "idp-initiated-auth-config.oss": { logto_idp_initiated_route: false },
  "token-storage": { logto_token_storage: true },
};

/** What was done on the captured server between two exchanges. */
const BEFORE = {
  "token with a lifetime of 2 s": ({ sandbox }) => sandbox.settings({ logto_token_lifetime_s: 2 }),
  "the same token after it expired": async (replay) => {
    await replay.sandbox.settings({ expire_tokens: true, logto_token_lifetime_s: 3600 });
    replay.adminToken = await replay.sandbox.logtoToken();
  },
  "GET after the connector was deleted": ({ api }) => api("DELETE", "/api/sso-connectors/7jmv94qlsych"),
  "GET after the application was deleted": async ({ api }) => {
    const body = { defaultApplicationId: "samlapp00000000000001", autoSendAuthorizationRequest: true };
    await api("PUT", "/api/sso-connectors/nlg0rzh6fkkp/idp-initiated-auth-config", body);
    await api("DELETE", "/api/applications/samlapp00000000000001");
  },
};

export async function replayTopic(sandbox, topic) {
  const { exchanges } = await readTopic(topic);
  await sandbox.reset();
  const replay = new Replay(sandbox);
  await replay.prepare(topic, exchanges);
  const ordered = topic === "races" ? firstSuccesses(exchanges) : exchanges;
  const results = [];
  for (const exchange of ordered) {
    await BEFORE[exchange.case]?.(replay);
    results.push({ topic, exchange, answer: await replay.send(exchange) });
  }
  return results;
}

/** The order within a race is not meaningful: the winner goes first, the losers follow. */
function firstSuccesses(exchanges) {
  const cases = [...new Set(exchanges.map((one) => one.case))];
  return cases.flatMap((name) => {
    const group = exchanges.filter((one) => one.case === name);
    return group[0].request.method === "PUT" ? group : group.toSorted((a, b) => a.response.status - b.response.status);
  });
}

class Replay {
  ids = new Map(Object.entries(APPLICATIONS));
  etags = new Map();

  constructor(sandbox) {
    this.sandbox = sandbox;
    const { LOGTO } = sandbox.credentials;
    this.logto = LOGTO;
    this.noRole = { ...LOGTO, clientId: LOGTO.clientIdWithoutRole, clientSecret: LOGTO.clientSecretWithoutRole };
    this.api = this.api.bind(this);
  }

  async api(method, path, body) {
    const response = await this.sandbox.fetch(this.translate(path), {
      method,
      headers: { authorization: `Bearer ${this.adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`preparing ${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async prepare(topic, exchanges) {
    this.adminToken = await this.sandbox.logtoToken();
    this.scopelessToken = await this.sandbox.logtoToken({ ...this.logto, scope: "" });
    this.roleLessToken = await this.sandbox.logtoToken(this.noRole);
    for (const connectorName of TAKEN[topic] ?? []) await this.api("POST", "/api/sso-connectors", { providerName: "SAML", connectorName });
    for (const exchange of exchanges) {
      const id = /^\/api\/sso-connectors\/([a-z0-9]{12})(?=[/?;]|$)/.exec(exchange.request.path)?.[1];
      const created = exchanges.some((one) => one.request.method === "POST" && one.response?.body?.id === id);
      if (id === undefined || id === "doesnotexist" || this.ids.has(id) || created) continue;
      this.ids.set(id, (await this.api("POST", "/api/sso-connectors", initial(id, exchanges))).id);
    }
    if (SETTINGS[topic] !== undefined) await this.sandbox.settings(SETTINGS[topic]);
  }

  translate(text) {
    let out = text;
    for (const [captured, made] of this.ids) {
      out = out.replaceAll(captured, made);
      const encoded = `%${captured.charCodeAt(0).toString(16)}${captured.slice(1)}`;
      out = out.replaceAll(encoded, `%${made.charCodeAt(0).toString(16)}${made.slice(1)}`);
    }
    return out;
  }

  tokenFor(name) {
    if (name === "token without scope") return this.scopelessToken;
    if (name === "token of an application without the role") return this.roleLessToken;
    return /^(fresh short|the same|old) token/.test(name) ? this.lastToken : this.adminToken;
  }

  authorization(name, value) {
    const token = this.tokenFor(name);
    const swapped = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
    const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const { clientId, clientSecret } = name.startsWith("application without") ? this.noRole : this.logto;
    const basic = name.startsWith("wrong secret") ? [clientId, "wrong"] : name === "unknown client" ? ["nosuchclient", "x"] : [clientId, clientSecret];
    return value
      .replace("<ACCESS_TOKEN>", token)
      .replace("<ACCESS_TOKEN with one changed signature character>", swapped)
      .replace("<JWT with alg none>", `${encode({ alg: "none" })}.${encode({ sub: "x" })}.`)
      .replace("<BASE64(CLIENT_ID:CLIENT_SECRET)>", Buffer.from(basic.join(":")).toString("base64"));
  }

  async send({ case: name, request, response }) {
    const headers = {};
    for (const [key, value] of Object.entries(request.headers ?? { authorization: "Bearer <ACCESS_TOKEN>", "content-type": "application/json" })) {
      headers[key] = key === "authorization" ? this.authorization(name, value) : key === "if-none-match" ? this.etags.get(value) ?? value : value;
    }
    const path = this.translate(request.path).replace("<ACCESS_TOKEN>", this.adminToken);
    const body = this.body(request);
    const answer = await this.sandbox.raw({
      method: request.method,
      path: path.replace("http://localhost:3001", this.sandbox.url),
      headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs: response === null ? 1000 : 10_000,
    }).catch((error) => ({ status: null, headers: {}, body: Buffer.from(error.message) }));
    const text = answer.body.toString();
    let json;
    try {
      json = JSON.parse(text);
    } catch {
      json = text === "" ? null : text;
    }
    if (response?.headers?.etag !== undefined) this.etags.set(response.headers.etag, answer.headers.etag);
    if (typeof response?.body?.id === "string" && typeof json?.id === "string") this.ids.set(response.body.id, json.id);
    if (typeof json?.access_token === "string" && json.scope !== undefined) this.lastToken = json.access_token;
    return { status: answer.status, headers: answer.headers, body: json };
  }

  body({ body, form, raw_body: raw }) {
    if (body !== undefined) return this.translate(JSON.stringify(body));
    if (form !== undefined) {
      const known = { "<M2M_CLIENT_ID>": this.logto.clientId, "<CLIENT_SECRET>": this.logto.clientSecret };
      const pairs = Array.isArray(form) ? form : Object.entries(form);
      return new URLSearchParams(pairs.map(([key, value]) => [key, known[value] ?? value])).toString();
    }
    const size = Number(/^<(\d+) bytes>$/.exec(raw ?? "")?.[1]);
    if (size === 22) return Buffer.concat([Buffer.from('{"connectorName":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    if (size > 0) return JSON.stringify({ branding: { displayName: "x".repeat(size - 31) } });
    return raw;
  }
}

/** What a connector looked like before the first exchange about it. */
function initial(id, exchanges) {
  const own = exchanges.filter((one) => one.response?.body?.id === id);
  const { providerName = PROVIDERS[id] ?? "SAML", config, domains, branding } = own[0]?.response.body ?? {};
  const known = own[0]?.request.body?.config === undefined && Object.keys(config ?? {}).length > 0;
  return {
    providerName,
    connectorName: `before-${id}`,
    ...(known ? { config } : {}),
    ...(domains === undefined ? {} : { domains }),
    ...(branding === undefined ? {} : { branding }),
  };
}
