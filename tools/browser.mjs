// Which Chromium the browser tests use: the one that CHROMIUM names, else the system's, else the one that tools/setup.sh put
// into .tools/. Run by itself it prints the path, or fails where there is none that starts.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const OWN = fileURLToPath(new URL("../.tools/browsers", import.meta.url));
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

export async function browser() {
  process.env.PLAYWRIGHT_BROWSERS_PATH ??= OWN;
  const { chromium } = await import("playwright-core");
  const system = (process.env.PATH ?? "").split(delimiter).flatMap((directory) => NAMES.map((name) => join(directory, name)));
  const candidates = process.env.CHROMIUM ? [process.env.CHROMIUM] : [...system, chromium.executablePath()];
  const found = candidates.find((path) => path && existsSync(path) && spawnSync(path, ["--version"], { timeout: 20_000, stdio: "ignore" }).status === 0);
  if (!found) throw new Error("no Chromium that starts: run `tools/setup.sh --tests`, or set CHROMIUM to one");
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await browser());
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
