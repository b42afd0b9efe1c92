// Prints a new caller token and the digest by which the gateway knows it. The token is shown once, here.
import { createHash, randomBytes } from "node:crypto";

const token = `ssogw_${randomBytes(32).toString("base64url")}`;
console.log(`token         ${token}`);
console.log(`token_sha256  ${createHash("sha256").update(token).digest("hex")}`);
