// The load, in a process of its own so that its CPU time is not the server's: connections that are kept for a round, each
// with one request under way. It speaks just enough HTTP to be cheap: on two cores, a client that is slower than the
// server would measure itself. Every answer is compared with the expected one.
//
// Asked by its parent: `{ port, ms }`; answers `{ requests, errors, example, seconds }`.

import { once } from "node:events";
import net from "node:net";
import { ANSWER, REQUEST } from "./workload.mjs";

const CONNECTIONS = 8;
const request = Buffer.from(REQUEST);
const expected = Buffer.from(ANSWER);

// Anew for each round: workerd closes a connection that was idle for five seconds, as long as the other variant's turn.
async function connect(port) {
  const sockets = Array.from({ length: CONNECTIONS }, () => net.connect({ port, host: "127.0.0.1", noDelay: true }));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return sockets;
}

/** Sends requests one after the other until `until`. */
function drive(socket, until, tally) {
  return new Promise((done) => {
    let pending = Buffer.alloc(0);
    const finish = (error) => {
      if (error) fail(error);
      socket.off("data", read).off("close", closed).off("error", finish);
      done();
    };
    const closed = () => finish(new Error("the connection was closed"));
    const fail = (error) => {
      tally.errors += 1;
      tally.example ??= error.message;
    };
    const read = (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const head = pending.indexOf("\r\n\r\n");
      if (head < 0) return;
      const text = pending.latin1Slice(0, head);
      const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
      if (length === undefined) return void finish(new Error(`an answer without a length: ${text}`));
      const end = head + 4 + Number(length);
      if (pending.length < end) return;
      const body = pending.subarray(head + 4, end);
      if (pending.length > end) fail(new Error("more came than was asked for"));
      if (!text.startsWith("HTTP/1.1 200 ") || /\r\nx-gateway-(error|warning):/i.test(text) || !body.equals(expected)) {
        fail(new Error(`a wrong answer: ${text}\r\n\r\n${body}`));
      }
      pending = Buffer.alloc(0);
      tally.requests += 1;
      if (performance.now() < until) socket.write(request);
      else finish();
    };
    socket.on("data", read).on("close", closed).on("error", finish);
    socket.write(request);
  });
}

process.on("message", async ({ port, ms }) => {
  const tally = { requests: 0, errors: 0 };
  try {
    const sockets = await connect(port);
    const start = performance.now();
    await Promise.all(sockets.map((socket) => drive(socket, start + ms, tally)));
    tally.seconds = (performance.now() - start) / 1000;
    for (const socket of sockets) socket.destroy();
  } catch (error) {
    tally.errors += 1;
    tally.example ??= error.message;
  }
  process.send(tally);
});
