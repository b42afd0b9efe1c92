// CPU time per request of the gateway above a Worker that only forwards.
//
// Throughput says little on a machine that does other things as well, and time to answer says less, so the figure is the
// CPU time (user and system) that the whole workerd process took for a round, divided by the requests of that round.
// Rounds are interleaved, and every other one goes the other way about, so that a machine that gets warmer or
// busier does so for both. The difference is taken within a round, and its median over all rounds is the result.
//
//   ROUNDS=9 ROUND_S=3 WARM_UP_S=5 NAME=above-floor node bench/main.mjs

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startServer } from "./server.mjs";
import { ANSWER, BODY } from "./workload.mjs";

const VARIANTS = ["floor", "gateway"];
const rounds = number("ROUNDS", 9);
const seconds = number("ROUND_S", 3);
const warmUp = number("WARM_UP_S", 5);
const name = process.env.NAME ?? "above-floor";
if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new Error("NAME takes small letters, digits, dots and hyphens");
// Starting takes a second or two.
if (VARIANTS.length * (rounds * seconds + warmUp) > 170) throw new Error("this would take longer than three minutes");

function number(variable, fallback) {
  const value = Number(process.env[variable] ?? fallback);
  if (!(value > 0)) throw new Error(`${variable} must be a number above 0`);
  return value;
}

/** CPU time of a process with all its threads, in seconds. */
function cpu(pid) {
  // The second field is a name in brackets and may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

async function drive(load, port, ms) {
  load.send({ port, ms });
  const [tally] = await Promise.race([
    once(load, "message"),
    load.gone,
    sleep(ms + 10_000, undefined, { ref: false }).then(() => { throw new Error("the server does not answer"); }),
  ]);
  if (tally.errors > 0) throw new Error(`${tally.errors} errors; the first: ${tally.example}`);
  return tally;
}

async function measure(server, load, round, variant) {
  const before = cpu(server.pid);
  const { requests, seconds: took } = await drive(load, server.ports[variant], seconds * 1000);
  await sleep(50); // what comes after the last answer is part of the price
  const used = cpu(server.pid) - before;
  return { round, variant, requests, seconds: round4(took), cpu_s: round4(used), cpu_us_per_request: round4((used / requests) * 1e6), per_second: round4(requests / took) };
}

const round4 = (value) => Math.round(value * 1e4) / 1e4;

/** Median and quartiles. */
function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => {
    const place = (sorted.length - 1) * share;
    const low = sorted[Math.floor(place)];
    return round4(low + (sorted[Math.ceil(place)] - low) * (place % 1));
  };
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)] };
}

function summarise(samples) {
  const of = (variant, key) => samples.filter((sample) => sample.variant === variant).sort((a, b) => a.round - b.round).map((sample) => sample[key]);
  const each = (key) => Object.fromEntries(VARIANTS.map((variant) => [variant, spread(of(variant, key))]));
  const pairs = (key, join) => spread(of("gateway", key).map((value, round) => join(value, of("floor", key)[round])));
  return {
    cpu_us_per_request: each("cpu_us_per_request"),
    requests_per_second: each("per_second"),
    gateway_above_floor_us: pairs("cpu_us_per_request", (gateway, floor) => gateway - floor),
    gateway_throughput_of_floor: pairs("per_second", (gateway, floor) => gateway / floor),
  };
}

function table({ cpu_us_per_request: cost, requests_per_second: speed, gateway_above_floor_us: above, gateway_throughput_of_floor: ratio }) {
  const show = ({ median, quartiles: [low, high] }, digits) => `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
  const rows = [["", "CPU per request, µs", "above the floor, µs", "requests per second", "throughput, floor = 1"]];
  rows.push(["floor", show(cost.floor, 1), "0", show(speed.floor, 0), "1.00"]);
  rows.push(["gateway", show(cost.gateway, 1), show(above, 1), show(speed.gateway, 0), show(ratio, 2)]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join("   ")).join("\n");
}

function revision() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return { commit: git("rev-parse", "HEAD"), changed: git("status", "--porcelain", "--", "src", "Cargo.toml", "Cargo.lock", "tools") !== "" };
  } catch {
    return null; // not a checkout
  }
}

if (process.platform !== "linux") throw new Error("CPU time is read from /proc, which only Linux has");
const began = os.loadavg()[0];
if (began > 0.5 * os.cpus().length) console.error(`note: this machine is busy (load ${began.toFixed(2)}); the spread will tell`);
const samples = [];
const server = await startServer();
const load = fork(fileURLToPath(new URL("load.mjs", import.meta.url)));
load.gone = once(load, "exit").then(() => { throw new Error("the load process ended"); });
load.gone.catch(() => {}); // it always ends; only an end before the last round is an error
try {
  for (const variant of VARIANTS) await drive(load, server.ports[variant], warmUp * 1000);
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of round % 2 ? VARIANTS.toReversed() : VARIANTS) {
      samples.push(await measure(server, load, round, variant));
      if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${rounds}`);
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
} finally {
  load.kill("SIGKILL");
  await server.stop();
}
const summary = summarise(samples);
const result = {
  name,
  date: new Date().toISOString(),
  revision: revision(),
  machine: { cpu: os.cpus()[0].model, cores: os.cpus().length, kernel: os.release(), load: [began, os.loadavg()[0]] },
  versions: { node: process.version, workerd: server.version },
  shipped_bytes: server.shipped,
  workload: { request_body_bytes: BODY.length, answer_body_bytes: ANSWER.length, connections: 8, rounds, round_s: seconds, warm_up_s: warmUp },
  errors: 0, // else the run had failed
  summary,
  samples,
};
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify(result, null, 1)}\n`);
const total = samples.reduce((sum, { requests }) => sum + requests, 0);
console.log(`${table(summary)}\n\nmedian (quartiles) of ${rounds} rounds; ${total} requests, all answered right; raw data in bench/results/${name}.json`);
