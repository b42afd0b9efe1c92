// Prints what `wrangler deploy` would ship and fails over the limit. The directory is a dry run's output.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT = 350_000; // bytes, gzipped: a cold start is a matter of not adding megabytes
const dir = process.argv[2];
let raw = 0;
let zipped = 0;
for (const name of readdirSync(dir).sort()) {
  if (!/\.(js|mjs|wasm)$/.test(name)) continue;
  const bytes = readFileSync(join(dir, name));
  const gz = gzipSync(bytes, { level: 9 }).length;
  console.log(`${(bytes.length / 1000).toFixed(1).padStart(8)} kB  ${(gz / 1000).toFixed(1).padStart(7)} kB gzipped  ${name.replace(/^[0-9a-f]{40}-/, "")}`);
  raw += bytes.length;
  zipped += gz;
}
console.log(`${(raw / 1000).toFixed(1).padStart(8)} kB  ${(zipped / 1000).toFixed(1).padStart(7)} kB gzipped  in all, of ${LIMIT / 1000} kB`);
if (zipped > LIMIT || raw === 0) {
  console.error(raw === 0 ? `error: nothing to ship in ${dir}` : "error: the bundle is over its limit");
  process.exit(1);
}
