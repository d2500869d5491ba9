// Used by soak.mjs, not run by itself: what the soak takes.
// In: the arguments. Out: numbers with their defaults; or usage and an exit.
import { parseArgs } from "node:util";

const USAGE = `npm run soak -- [options]
  --minutes N        how long (default 10)
  --runs N           runs at once, each with a connection and key of its own (default 50)
  --connections N    kept-alive connections of each run (default 20)
  --streams N        event streams and WebSockets held open, half and half (default 1000)
  --rps N            requests per second of all runs together (default 300)
  --disturb          keys rotated, connections logged out and in, the daemon restarted meanwhile; then the defaults are 20 runs,
                     5 connections each, no streams and 100 requests per second
  --json FILE        write every sample there`;

const NUMBERS = { minutes: 10, runs: 50, connections: 20, streams: 1_000, rps: 300 };
/** A restart ends every stream. */
const DISTURBED = { minutes: 10, runs: 20, connections: 5, streams: 0, rps: 100 };

export function readOptions(args) {
  try {
    const strings = Object.fromEntries([...Object.keys(NUMBERS), "json"].map((name) => [name, { type: "string" }]));
    const { values } = parseArgs({
      args,
      options: { ...strings, disturb: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
    });
    if (values.help) end(USAGE, 0);
    if (values.disturb && Number(values.streams ?? 0) > 0) throw new Error("--disturb goes without --streams");
    const numbers = Object.entries(values.disturb ? DISTURBED : NUMBERS).map(([name, fallback]) => [
      name,
      values[name] === undefined ? fallback : numberOf(name, values[name]),
    ]);
    return { ...Object.fromEntries(numbers), disturb: values.disturb, json: values.json };
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
