// The published credentials of the sandbox: fixed, obviously fake, accepted by nothing else.
// A gateway may treat exactly these secrets as harmless; every secret has 16 bytes or more.
// Mirrors section 4 of the vendor facts (which credential each vendor wants).

export const LOGTO = {
  clientId: "sandbox-logto-app",
  clientSecret: "sandbox-logto-secret-not-a-real-one",
  /** An application without the Management API role: gets tokens without `scope`. */
  clientIdWithoutRole: "sandbox-logto-no-role",
  clientSecretWithoutRole: "sandbox-logto-no-role-secret-not-a-real-one",
  resource: "https://default.logto.app/api",
  scope: "all",
} as const;

export const LOGINRADIUS = {
  clientId: "sandbox-loginradius-app",
  clientSecret: "sandbox-loginradius-secret-not-a-real-one",
  audience: "https://api.loginradius.com/identity/v2/manage",
} as const;

export const STYTCH = {
  projectId: "project-test-11111111-1111-4111-8111-111111111111",
  secret: "sandbox-stytch-secret-not-a-real-one",
  /** Member sessions: opaque tokens and their JWT forms. */
  adminSession: "sandbox-member-session-admin",
  viewerSession: "sandbox-member-session-viewer",
  adminSessionJwt: "sandbox-member-jwt-admin",
  viewerSessionJwt: "sandbox-member-jwt-viewer",
} as const;

/** Secrets stored inside the seeded objects, so that redaction has something to find. */
export const STORED = {
  logtoOidcClientSecret: "sandbox-stored-logto-oidc-secret",
  loginRadiusApplicationSecret: "sandbox-stored-loginradius-oauth-secret",
  loginRadiusHeader: "Bearer sandbox-stored-loginradius-header-token",
  loginRadiusQueryParam: "sandbox-stored-loginradius-query-value",
  loginRadiusJwtKey: "sandbox-stored-loginradius-jwt-hmac-key",
  // The base64 body says "sandbox key, not a real one": no key can be read from either of these.
  loginRadiusIdpKey:
    "-----BEGIN RSA PRIVATE KEY-----\nc2FuZGJveC1sb2dpbnJhZGl1cy1pZHAta2V5LW5vdC1hLXJlYWwtb25l\n-----END RSA PRIVATE KEY-----\n",
  stytchOidcClientSecret: "sandbox-stored-stytch-oidc-secret",
  stytchEncryptionKey:
    "-----BEGIN RSA PRIVATE KEY-----\nc2FuZGJveC1zdHl0Y2gtZW5jcnlwdGlvbi1rZXktbm90LWEtcmVhbC1vbmU=\n-----END RSA PRIVATE KEY-----\n",
} as const;
