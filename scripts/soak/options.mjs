// Used by soak.mjs, not run by itself: what the soak takes.
// In: the arguments. Out: numbers with their defaults; or usage and an exit.
import { parseArgs } from "node:util";

const USAGE = `npm run soak -- [options]
  --minutes N        how long (default 10; 480 by hand)
  --runs N           runs at once, each with a connection and key of its own (default 20)
  --rps N            requests per second of all runs together (default 100)
  --connections N    kept-alive connections of each run (default 5)
  --disturb          what is done anyway without --crowd: keys rotated, connections logged out and in, the daemon restarted
  --crowd            many that are left in peace instead: 50 runs of 20 connections, 300 requests per second and 1,000 streams
  --streams N        with --crowd: event streams and WebSockets held open, half and half
  --json FILE        write every sample there`;

/** A restart ends every stream. */
const DISTURBED = { minutes: 10, runs: 20, connections: 5, streams: 0, rps: 100 };
const CROWD = { minutes: 10, runs: 50, connections: 20, streams: 1_000, rps: 300 };

const FLAG = { type: "boolean", default: false };

export function readOptions(args) {
  try {
    const strings = Object.fromEntries([...Object.keys(CROWD), "json"].map((name) => [name, { type: "string" }]));
    const { values } = parseArgs({
      args,
      options: { ...strings, disturb: FLAG, crowd: FLAG, help: { ...FLAG, short: "h" } },
    });
    if (values.help) end(USAGE, 0);
    if (values.disturb && values.crowd) throw new Error("a --crowd is left in peace: it goes without --disturb");
    if (!values.crowd && Number(values.streams ?? 0) > 0) throw new Error("--streams goes with --crowd: a restart ends every stream");
    const numbers = Object.entries(values.crowd ? CROWD : DISTURBED).map(([name, fallback]) => [
      name,
      values[name] === undefined ? fallback : numberOf(name, values[name]),
    ]);
    return { ...Object.fromEntries(numbers), disturb: !values.crowd, json: values.json };
  } catch (error) {
    return end(`keyward soak: ${error.message}\n\n${USAGE}`, 2);
  }
}

function numberOf(name, text) {
  const isFine = name === "minutes" ? Number(text) > 0 : /^\d{1,6}$/.test(text) && (Number(text) > 0 || name === "streams");
  if (!isFine) throw new Error(`--${name} wants a number`);
  return Number(text);
}

function end(text, status) {
  (status === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(status);
}
